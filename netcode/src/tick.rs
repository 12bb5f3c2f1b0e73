//! The unit of game time: a counter of simulation steps, and the rate at which they pass.
//!
//! A tick is 32 bits wide and wraps. Order is therefore only defined between ticks that are less
//! than 2^31 apart, which at 60 Hz is more than a year: `Ord` is deliberately not implemented, so
//! that nobody sorts ticks across the wrap by accident.

use serde::{Deserialize, Serialize};
use std::{
    fmt,
    ops::{Add, Sub},
    time::Duration,
};

/// One step of the simulation, counted from wherever the server started.
///
/// ```
/// use netcode::Tick;
/// let last = Tick(u32::MAX);
/// assert_eq!(last.next(), Tick(0)); // the counter wraps, and the order survives it
/// assert!((last + 5).is_after(last));
/// assert_eq!((last + 5).since(last), 5);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Tick(pub u32);

impl Tick {
    /// The tick after this one.
    #[must_use]
    pub fn next(self) -> Self {
        self + 1
    }

    /// How many ticks `self` is after `earlier`; negative when it is before.
    #[must_use]
    pub fn since(self, earlier: Self) -> i32 {
        self.0.wrapping_sub(earlier.0) as i32
    }

    /// Whether `self` comes strictly after `other`.
    #[must_use]
    pub fn is_after(self, other: Self) -> bool {
        self.since(other) > 0
    }

    /// The later of two ticks.
    ///
    /// ```
    /// use netcode::Tick;
    /// let (last, first) = (Tick(u32::MAX), Tick(0));
    /// assert_eq!(last.max(first), first, "ticks go on beyond the wrap");
    /// ```
    #[must_use]
    pub fn max(self, other: Self) -> Self {
        if self.is_after(other) { self } else { other }
    }

    /// The low 16 bits, as they travel on the wire.
    #[must_use]
    pub fn low_bits(self) -> u16 {
        (self.0 & 0xffff) as u16
    }

    /// The tick nearest to `self` whose low 16 bits are `low`: undoes [`Tick::low_bits`] as long as
    /// the two are less than 2^15 ticks apart (nine minutes at 60 Hz).
    ///
    /// ```
    /// use netcode::Tick;
    /// let sent = Tick(70_003);
    /// assert_eq!(Tick(69_990).nearest(sent.low_bits()), sent);
    /// assert_eq!(Tick(u32::MAX).nearest(4), Tick(4));
    /// ```
    #[must_use]
    pub fn nearest(self, low: u16) -> Self {
        self.nearest_of(low, 16)
    }

    /// The same when only the low `bits` bits are known, 1 to 16: the two must be less than half of
    /// 2^`bits` apart. Higher bits of `low` don't matter.
    #[must_use]
    pub fn nearest_of(self, low: u16, bits: u32) -> Self {
        let unused = 32 - bits.clamp(1, 16);
        let distance = (u32::from(low).wrapping_sub(self.0) << unused) as i32 >> unused;
        Self(self.0.wrapping_add_signed(distance))
    }
}

impl Add<u32> for Tick {
    type Output = Self;

    fn add(self, ticks: u32) -> Self {
        Self(self.0.wrapping_add(ticks))
    }
}

impl Sub<u32> for Tick {
    type Output = Self;

    fn sub(self, ticks: u32) -> Self {
        Self(self.0.wrapping_sub(ticks))
    }
}

impl fmt::Display for Tick {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Steps per second, at least one.
///
/// ```
/// use netcode::TickRate;
/// use std::time::Duration;
/// let rate = TickRate::new(50).expect("fifty is not zero");
/// assert_eq!(rate.period(), Duration::from_millis(20));
/// assert_eq!(rate.ticks(Duration::from_millis(250)), 12.5);
/// assert_eq!(TickRate::new(0), None);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TickRate(u16);

impl Default for TickRate {
    /// 60 Hz.
    fn default() -> Self {
        Self(60)
    }
}

impl TickRate {
    /// `None` for zero.
    #[must_use]
    pub fn new(hz: u16) -> Option<Self> {
        (hz > 0).then_some(Self(hz))
    }

    /// Ticks per second.
    #[must_use]
    pub fn hz(self) -> u16 {
        self.0
    }

    /// The time from one tick to the next.
    #[must_use]
    pub fn period(self) -> Duration {
        Duration::from_secs(1) / u32::from(self.0)
    }

    /// A time as a number of ticks, with its fraction.
    #[must_use]
    pub fn ticks(self, time: Duration) -> f64 {
        time.as_secs_f64() * f64::from(self.0)
    }
}

/// A moment between two ticks: what a viewer saw when it acted. Used to rewind the world for it.
///
/// ```
/// use netcode::{Tick, ViewTime};
/// let seen = ViewTime::before(Tick(100), 2.25);
/// assert_eq!((seen.tick, seen.fraction), (Tick(97), 0.75));
/// assert_eq!(seen.ticks_before(Tick(100)), 2.25);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct ViewTime {
    /// The tick at or before the moment.
    pub tick: Tick,
    /// How far past `tick`, from 0 up to but excluding 1.
    pub fraction: f32,
}

impl ViewTime {
    /// The moment `ticks` before `now`.
    #[must_use]
    pub fn before(now: Tick, ticks: f64) -> Self {
        let whole = ticks.max(0.0).ceil();
        Self {
            tick: now - whole as u32,
            fraction: ((whole - ticks.max(0.0)) as f32).min(0.999_999),
        }
    }

    /// How many ticks this moment lies before `now`; negative when it lies after.
    #[must_use]
    pub fn ticks_before(self, now: Tick) -> f64 {
        f64::from(now.since(self.tick)) - f64::from(self.fraction)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn order_survives_the_wrap() {
        let before = Tick(u32::MAX);
        assert_eq!(before.next(), Tick(0));
        assert!(before.next().is_after(before));
        assert_eq!(before.next().since(before), 1);
        assert_eq!(before.max(Tick(3)), Tick(3));
    }

    #[test]
    fn low_bits_find_the_nearest_tick_on_both_sides_of_the_wrap() {
        for reference in [0_u32, 5, 0x7fff, 0x8000, 0xffff, 0x1_0000, u32::MAX] {
            for distance in [-32_000_i32, -1, 0, 1, 32_000] {
                let tick = Tick(reference.wrapping_add_signed(distance));
                assert_eq!(Tick(reference).nearest(tick.low_bits()), tick);
                let near = Tick(reference.wrapping_add_signed(distance / 16));
                assert_eq!(Tick(reference).nearest_of(near.low_bits() & 0xfff, 12), near);
            }
        }
    }

    #[test]
    fn a_view_time_is_as_far_back_as_it_says() {
        let now = Tick(2);
        for ticks in [0.0, 0.25, 1.0, 7.75, 12.0] {
            assert!((ViewTime::before(now, ticks).ticks_before(now) - ticks).abs() < 1e-5);
        }
    }
}
