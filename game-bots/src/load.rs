//! What playing many seats cost the process that plays them: whether a load test measured the server or
//! itself.
//!
//! Bots that come late with their turns send late and answer late, and what they report then looks like
//! the server's fault. So they note how late they are, and what processor and memory they used.

use hdrhistogram::Histogram;
use serde::{Deserialize, Serialize};
use std::{fs, time::Duration};

/// Clock ticks in a second, as Linux counts processor time for programs on every platform.
const USER_HZ: f64 = 100.0;
/// The longest lateness that is told apart, in microseconds.
const LATEST_US: u64 = 60_000_000;

/// The part of the report.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Load {
    /// Processor time of the whole process, user and system.
    pub cpu_seconds: f64,
    /// Time from start to end.
    pub wall_seconds: f64,
    /// Resident memory at the end.
    pub rss_bytes: u64,
    /// How late the turns of bots began; half of them at most so much.
    pub turn_late_ms_p50: f64,
    /// Of a hundred turns 99 were at most so late.
    pub turn_late_ms_p99: f64,
    /// The latest.
    pub turn_late_ms_max: f64,
}

/// Notes how late turns are.
#[derive(Clone, Debug)]
pub struct Turns {
    late_us: Histogram<u64>,
}

impl Turns {
    /// None was noted yet.
    ///
    /// # Panics
    /// Never: the histogram's bounds are valid.
    #[must_use]
    pub fn new() -> Self {
        Self { late_us: Histogram::new_with_bounds(1, LATEST_US, 3).expect("bounds are valid") }
    }

    /// A turn began so long after it should have.
    pub fn note(&mut self, late: Duration) {
        self.late_us.saturating_record((late.as_micros() as u64).max(1));
    }

    /// Adds those of another thread.
    pub fn add(&mut self, other: &Self) {
        // Both have the same bounds, so adding can't fail.
        let _ = self.late_us.add(&other.late_us);
    }

    /// Everything until now, in a process that was started so long ago.
    #[must_use]
    pub fn load(&self, wall: Duration) -> Load {
        let ms = |part: f64| self.late_us.value_at_quantile(part) as f64 / 1000.0;
        let cost = Cost::of("self").unwrap_or_default();
        Load {
            cpu_seconds: cost.cpu_seconds,
            wall_seconds: wall.as_secs_f64(),
            rss_bytes: cost.rss_bytes,
            turn_late_ms_p50: ms(0.5),
            turn_late_ms_p99: ms(0.99),
            turn_late_ms_max: ms(1.0),
        }
    }
}

impl Default for Turns {
    fn default() -> Self {
        Self::new()
    }
}

/// What a process has cost so far, as Linux counts it.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Cost {
    /// Processor time, user and system.
    pub cpu_seconds: f64,
    /// Resident memory.
    pub rss_bytes: u64,
}

impl Cost {
    /// Of a process by its number, or of the own one: `self`. `None` where it can't be told.
    #[must_use]
    pub fn of(process: &str) -> Option<Self> {
        let stat = fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
        let status = fs::read_to_string(format!("/proc/{process}/status")).ok()?;
        // The name in front may hold anything, but ends with the last parenthesis. Of what follows it
        // the twelfth and thirteenth number are the times (man 5 proc).
        let (_, numbers) = stat.rsplit_once(')')?;
        let numbers: Vec<&str> = numbers.split_whitespace().collect();
        let ticks = |place: usize| numbers.get(place)?.parse::<f64>().ok();
        let resident = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
        let kilobytes: u64 = resident.trim().strip_suffix(" kB")?.parse().ok()?;
        let cpu_seconds = (ticks(11)? + ticks(12)?) / USER_HZ;
        Some(Self { cpu_seconds, rss_bytes: kilobytes * 1024 })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(target_os = "linux")]
    #[test]
    fn the_own_process_has_memory_and_nobody_has_a_number_that_is_none() {
        let cost = Cost::of("self").unwrap();
        assert!(cost.rss_bytes > 100_000 && cost.cpu_seconds >= 0.0, "{cost:?}");
        assert_eq!(Cost::of("nobody"), None);
    }

    #[test]
    fn the_latest_turn_is_the_latest() {
        let mut turns = Turns::new();
        (1..=100).for_each(|ms| turns.note(Duration::from_millis(ms)));
        let load = turns.load(Duration::from_secs(1));
        assert!((49.0..=52.0).contains(&load.turn_late_ms_p50), "{load:?}");
        assert!((98.0..=100.2).contains(&load.turn_late_ms_p99), "{load:?}");
        assert!((99.9..=100.2).contains(&load.turn_late_ms_max), "{load:?}");
    }
}
