//! The few shapes of random numbers that the rules and the bots need, from a seeded generator that
//! is part of their state.

use rand_pcg::Pcg32;
use rand_pcg::rand_core::Rng;

/// Uniform in 0 to below 1, with 24 bits, which is all an `f32` can hold.
pub(crate) fn unit(rng: &mut Pcg32) -> f32 {
    (rng.next_u32() >> 8) as f32 / 16_777_216.0
}

/// Uniform in `low` to below `high`.
pub(crate) fn between(rng: &mut Pcg32, low: f32, high: f32) -> f32 {
    low + (high - low) * unit(rng)
}

/// Uniform in 0 to below `count`, which must not be 0. Lemire's multiplication, without its
/// rejection: the bias is below one in a million for the counts used here.
pub(crate) fn below(rng: &mut Pcg32, count: usize) -> usize {
    ((u64::from(rng.next_u32()) * count as u64) >> 32) as usize
}
