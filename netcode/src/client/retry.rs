//! When to try again to reach a server that was lost: soon at first, then ever more rarely, and never
//! all clients at the same moment. (Exponential backoff with jitter, as Brooker, "Timeouts, retries and
//! backoff with jitter", 2019.)

use rand_pcg::{
    Pcg32,
    rand_core::{Rng, SeedableRng},
};
use std::time::Duration;

/// The mean first wait.
const FIRST: Duration = Duration::from_millis(100);
/// By how much each is longer than the one before.
const GROWTH: f64 = 1.6;
/// The longest mean wait: who is back on the net should be back in the game within a second.
const LONGEST: Duration = Duration::from_millis(700);

/// The waits before each attempt.
#[derive(Clone, Debug)]
pub struct Retry {
    random: Pcg32,
    next: Duration,
}

impl Retry {
    /// Begins with short waits; another seed gives others.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self { random: Pcg32::seed_from_u64(seed), next: FIRST }
    }

    /// How long to wait before the next attempt begins, whether the one before has failed yet or not.
    pub fn next_wait(&mut self) -> Duration {
        let jitter = 0.75 + 0.5 * f64::from(self.random.next_u32()) / f64::from(u32::MAX);
        let wait = self.next.mul_f64(jitter);
        self.next = self.next.mul_f64(GROWTH).min(LONGEST);
        wait
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_up_to_a_bound_and_differ_between_clients() {
        let waits = |seed| -> Vec<Duration> {
            let mut retry = Retry::new(seed);
            (0..20).map(|_| retry.next_wait()).collect()
        };
        let (a, b) = (waits(1), waits(2));
        assert!(a[0] < Duration::from_millis(130) && a[0] < a[2] && a[2] < a[8]);
        assert!(a.iter().all(|wait| *wait < Duration::from_millis(900)));
        assert!(a.iter().zip(&b).all(|(a, b)| a != b));
    }
}
