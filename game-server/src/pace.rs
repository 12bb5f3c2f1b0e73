//! The pace of the ticks: one each period, at most three made up for, the rest dropped and counted.
//!
//! A server that is late must not try to catch up without end: each tick that it makes up for costs as
//! much as the one that made it late ("spiral of death", Fiedler, "Fix Your Timestep!", 2004).

use std::time::{Duration, Instant};

/// Ticks that are made up for after a stall; what is more is dropped.
const CATCH_UP: u32 = 3;

/// When the next tick is due.
#[derive(Clone, Copy, Debug)]
pub struct Pace {
    period: Duration,
    due: Instant,
    dropped: u64,
}

impl Pace {
    /// The first tick is due one period from now.
    #[must_use]
    pub fn new(period: Duration, now: Instant) -> Self {
        Self { period, due: now + period, dropped: 0 }
    }

    /// When the next tick is due.
    #[must_use]
    pub fn due(&self) -> Instant {
        self.due
    }

    /// A tick begins now. Plans the next one, and drops those that are too many behind.
    pub fn begin(&mut self, now: Instant) {
        let late = now.saturating_duration_since(self.due);
        let missed = (late.as_nanos() / self.period.as_nanos().max(1)) as u32;
        let dropped = missed.saturating_sub(CATCH_UP);
        self.dropped += u64::from(dropped);
        self.due += self.period * (dropped + 1);
    }

    /// Ticks that were dropped so far.
    #[must_use]
    pub fn dropped(&self) -> u64 {
        self.dropped
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PERIOD: Duration = Duration::from_millis(10);

    /// How many ticks a server makes in the second after a stall, when ticks cost nothing.
    fn ticks_after(stall: Duration) -> (u32, u64) {
        let start = Instant::now();
        let mut pace = Pace::new(PERIOD, start);
        let (mut now, mut ticks) = (start + stall, 0);
        while now <= start + stall + Duration::from_secs(1) {
            now = now.max(pace.due());
            pace.begin(now);
            ticks += 1;
        }
        (ticks, pace.dropped())
    }

    #[test]
    fn three_ticks_are_made_up_for_and_the_rest_is_dropped_and_counted() {
        assert_eq!(ticks_after(PERIOD).1, 0);
        assert_eq!(ticks_after(PERIOD * 4).1, 0);
        let (ticks, dropped) = ticks_after(PERIOD * 54);
        assert_eq!(dropped, 50);
        assert!((103..=105).contains(&ticks), "{ticks}");
    }
}
