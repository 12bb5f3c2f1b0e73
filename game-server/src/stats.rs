//! What a run of the server cost: counted on the way, kept as JSON in a file by `stats_file`.
//! docs/reports.md says of each key what exactly it counts.

use hdrhistogram::Histogram;
use netcode::quic::server::Totals;
use serde::{Deserialize, Serialize};
use std::time::{Duration, Instant};

/// The report of a run.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ServerReport {
    /// Whether the run is over; until then the file is written anew each second.
    #[serde(default)]
    pub ended: bool,
    /// Ticks that were simulated.
    pub ticks: u64,
    /// Median time that a tick took.
    pub tick_ms_p50: f64,
    /// Of a hundred ticks, 99 took at most this.
    pub tick_ms_p99: f64,
    /// The longest tick.
    pub tick_ms_max: f64,
    /// Of a hundred ticks, 99 had their last datagram handed to the system so long after their end.
    pub send_ms_p99: f64,
    /// Ticks that were dropped because the server was late.
    pub ticks_dropped: u64,
    /// Ticks that left out snapshots of clients whose turn it was, because the server would have been late.
    #[serde(default)]
    pub ticks_thinned: u64,
    /// The same while the server was as full as it ever was.
    #[serde(default)]
    pub full: Full,
    /// Processor time of the whole process, user and system.
    pub cpu_seconds: f64,
    /// Time from start to end.
    pub wall_seconds: f64,
    /// Resident memory at the end.
    pub rss_bytes: u64,
    /// The most pilots that people or bots had at once.
    pub peak_players: u64,
    /// UDP payload sent.
    pub bytes_sent: u64,
    /// UDP payload received.
    pub bytes_received: u64,
    /// UDP packets sent.
    pub datagrams_sent: u64,
    /// UDP packets received.
    pub datagrams_received: u64,
    /// The state of the simulation at the end, 16 hexadecimal digits.
    pub state_hash: String,
}

/// What ticks took while as many played as ever, from two seconds after the last of them came: without
/// those in which players still joined, and those after the first had left.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Full {
    /// Ticks that count here.
    pub ticks: u64,
    /// Median.
    pub tick_ms_p50: f64,
    /// Of a hundred ticks, 99 took at most this.
    pub tick_ms_p99: f64,
    /// The longest.
    pub tick_ms_max: f64,
    /// As of the whole run.
    pub send_ms_p99: f64,
    /// As of the whole run.
    #[serde(default)]
    pub ticks_thinned: u64,
}

/// Ticks after somebody joined that do not count as full ones.
const SETTLING_TICKS: u64 = 120;

/// Counts while the server runs.
#[derive(Debug)]
pub struct Stats {
    started: Instant,
    full_tick_us: Histogram<u64>,
    full_send_us: Histogram<u64>,
    /// When the most players were counted first, and whether they are all there.
    fullest_at: u64,
    is_full: bool,
    tick_us: Histogram<u64>,
    send_us: Histogram<u64>,
    ticks: u64,
    thinned: u64,
    full_thinned: u64,
    peak_players: u64,
}

impl Stats {
    /// Begins to count now.
    ///
    /// # Panics
    /// Never: the histogram's bounds are valid.
    #[must_use]
    pub fn new() -> Self {
        let histogram = || Histogram::new_with_bounds(1, 60_000_000, 3).expect("bounds are valid");
        Self {
            started: Instant::now(),
            full_tick_us: histogram(),
            full_send_us: histogram(),
            fullest_at: 0,
            is_full: false,
            tick_us: histogram(),
            send_us: histogram(),
            ticks: 0,
            thinned: 0,
            full_thinned: 0,
            peak_players: 0,
        }
    }

    /// A tick took this long, with so many players; it left out snapshots, or not.
    pub fn note_tick(&mut self, took: Duration, players: usize, is_thinned: bool) {
        let thinned = u64::from(is_thinned);
        (self.ticks, self.thinned) = (self.ticks + 1, self.thinned + thinned);
        let took_us = (took.as_micros() as u64).max(1);
        self.tick_us.saturating_record(took_us);
        let players = players as u64;
        if players > self.peak_players {
            (self.peak_players, self.fullest_at) = (players, self.ticks);
            self.full_tick_us.reset();
            self.full_send_us.reset();
            self.full_thinned = 0;
        }
        let is_settled = self.ticks - self.fullest_at >= SETTLING_TICKS;
        self.is_full = players > 0 && players == self.peak_players && is_settled;
        if self.is_full {
            self.full_tick_us.saturating_record(took_us);
            self.full_thinned += thinned;
        }
    }

    /// So long after the end of a tick its last datagram was with the system.
    pub fn note_sent(&mut self, after: Duration) {
        let after_us = (after.as_micros() as u64).max(1);
        self.send_us.saturating_record(after_us);
        if self.is_full {
            self.full_send_us.saturating_record(after_us);
        }
    }

    /// Whether a second of so many ticks has passed since this said so last, and the file may be
    /// written anew.
    #[must_use]
    pub fn is_second(&self, tick_rate: u16) -> bool {
        self.ticks.is_multiple_of(u64::from(tick_rate.max(1)))
    }

    /// Everything until now; whoever writes the last one says that the run has ended.
    #[must_use]
    pub fn report(&self, ticks_dropped: u64, totals: Totals, state_hash: u64) -> ServerReport {
        let ms = |us: u64| us as f64 / 1000.0;
        let (cpu_seconds, rss_bytes) = process_cost().unwrap_or_default();
        ServerReport {
            ended: false,
            ticks: self.ticks,
            tick_ms_p50: ms(self.tick_us.value_at_quantile(0.5)),
            tick_ms_p99: ms(self.tick_us.value_at_quantile(0.99)),
            tick_ms_max: ms(self.tick_us.max()),
            send_ms_p99: ms(self.send_us.value_at_quantile(0.99)),
            ticks_dropped,
            ticks_thinned: self.thinned,
            full: Full {
                ticks: self.full_tick_us.len(),
                tick_ms_p50: ms(self.full_tick_us.value_at_quantile(0.5)),
                tick_ms_p99: ms(self.full_tick_us.value_at_quantile(0.99)),
                tick_ms_max: ms(self.full_tick_us.max()),
                send_ms_p99: ms(self.full_send_us.value_at_quantile(0.99)),
                ticks_thinned: self.full_thinned,
            },
            cpu_seconds,
            wall_seconds: self.started.elapsed().as_secs_f64(),
            rss_bytes,
            peak_players: self.peak_players,
            bytes_sent: totals.bytes_sent,
            bytes_received: totals.bytes_received,
            datagrams_sent: totals.packets_sent,
            datagrams_received: totals.packets_received,
            state_hash: format!("{state_hash:016x}"),
        }
    }
}

impl Default for Stats {
    fn default() -> Self {
        Self::new()
    }
}

/// Processor seconds and resident bytes of this process, as the system counts them.
fn process_cost() -> Option<(f64, u64)> {
    let stat = procfs::process::Process::myself().ok()?.stat().ok()?;
    let seconds = (stat.utime + stat.stime) as f64 / procfs::ticks_per_second() as f64;
    Some((seconds, stat.rss * procfs::page_size()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_ticks_of_the_full_server_count_as_full() {
        let mut stats = Stats::new();
        let mut tick = |ms, players, times| {
            for _ in 0..times {
                stats.note_tick(Duration::from_millis(ms), players, ms != 40);
                stats.note_sent(Duration::from_millis(ms));
            }
            stats.report(0, Totals::default(), 0)
        };
        assert_eq!(tick(1, 0, 300).full, Full::default(), "an empty server is not full");
        tick(50, 8, 200);
        tick(40, 9, SETTLING_TICKS);
        tick(10, 9, 300);
        let report = tick(60, 8, 100);
        assert_eq!((report.full.ticks, report.peak_players), (300, 9));
        assert_eq!((report.full.ticks_thinned, report.ticks_thinned), (300, 900));
        assert!((9.9..10.1).contains(&report.full.tick_ms_max), "{report:?}");
        assert!((9.9..10.1).contains(&report.full.send_ms_p99), "{report:?}");
        assert!(report.tick_ms_max > 59.0);
    }
}
