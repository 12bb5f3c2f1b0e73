//! What a run of the server cost: counted on the way, written as JSON at the end. docs/reports.md says
//! of each key what exactly it counts.

use hdrhistogram::Histogram;
use netcode::quic::server::Totals;
use serde::{Deserialize, Serialize};
use std::time::{Duration, Instant};

/// The report of a run.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ServerReport {
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

/// Counts while the server runs.
#[derive(Debug)]
pub struct Stats {
    started: Instant,
    tick_us: Histogram<u64>,
    send_us: Histogram<u64>,
    ticks: u64,
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
        let (tick_us, send_us) = (histogram(), histogram());
        Self { started: Instant::now(), tick_us, send_us, ticks: 0, peak_players: 0 }
    }

    /// A tick took this long, with so many players.
    pub fn note_tick(&mut self, took: Duration, players: usize) {
        self.ticks += 1;
        self.tick_us.saturating_record((took.as_micros() as u64).max(1));
        self.peak_players = self.peak_players.max(players as u64);
    }

    /// So long after the end of a tick its last datagram was with the system.
    pub fn note_sent(&mut self, after: Duration) {
        self.send_us.saturating_record((after.as_micros() as u64).max(1));
    }

    /// Everything until now.
    #[must_use]
    pub fn report(&self, ticks_dropped: u64, totals: Totals, state_hash: u64) -> ServerReport {
        let ms = |us: u64| us as f64 / 1000.0;
        let (cpu_seconds, rss_bytes) = process_cost().unwrap_or_default();
        ServerReport {
            ticks: self.ticks,
            tick_ms_p50: ms(self.tick_us.value_at_quantile(0.5)),
            tick_ms_p99: ms(self.tick_us.value_at_quantile(0.99)),
            tick_ms_max: ms(self.tick_us.max()),
            send_ms_p99: ms(self.send_us.value_at_quantile(0.99)),
            ticks_dropped,
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
