//! How a run went, as JSON: the same keys for bots and for the windowed client. docs/reports.md says of
//! each key what exactly it counts.

use crate::{
    inspection::Inspection,
    load::Load,
    metrics::Metrics,
    seat::Seat,
    spread::{SeatFigures, Spread},
};
use game_sim::Tumult;
use hdrhistogram::Histogram;
use netcode::inspect::Inspector;
use serde::{Deserialize, Serialize};
use std::{path::Path, time::Duration};

/// The report of all seats of a process.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Report {
    /// Seats that were asked for.
    pub bots: u64,
    /// Seats that the server let in.
    pub connected: u64,
    /// Seats that were let in and lost the server before the run was over.
    pub disconnects: u64,
    /// Times that seats lost the server and came back into their sessions.
    pub resumes: u64,
    /// Time in the game, per seat.
    pub seconds: f64,
    /// Per seat.
    pub snapshots_per_second: f64,
    /// Per seat, with IPv4 and UDP headers.
    pub bytes_down_per_second: f64,
    /// Per seat, with IPv4 and UDP headers.
    pub bytes_up_per_second: f64,
    /// Entities in a snapshot.
    pub visible_mean: f64,
    /// The median round trip that QUIC measured.
    pub rtt_ms_p50: f64,
    /// Ticks that the server simulated without the seat's input.
    pub input_late_percent: f64,
    /// Of a hundred snapshots, 99 corrected the own position by at most this.
    pub correction_cm_p99: f64,
    /// Frames in which others had no newer snapshot to move towards.
    pub starved_percent: f64,
    /// Kills of others, all seats together.
    pub kills: u64,
    /// How the figures spread over the seats.
    #[serde(default)]
    pub spread: Spread,
    /// What it cost to play them, and how late that was; all zero for a program with a window.
    #[serde(default)]
    pub load: Load,
    /// What the inspector counted, all seats together.
    #[serde(default)]
    pub inspection: Inspection,
}

impl Report {
    /// Sums up seats. `disconnects` is the caller's to know: only it knows when the run was over.
    #[must_use]
    pub fn of<'a>(seats: impl Iterator<Item = &'a Seat>, disconnects: u64, now: Duration) -> Self {
        Sums::of(seats, disconnects, now).report()
    }

    /// Writes the report.
    ///
    /// # Errors
    /// When the file can't be written.
    pub fn write(&self, path: &Path) -> std::io::Result<()> {
        let text = serde_json::to_string_pretty(self).map_err(std::io::Error::other)?;
        std::fs::write(path, text + "\n")
    }
}

/// Everything added up over some seats: several of them make one report.
pub struct Sums {
    bots: u64,
    connected: u64,
    disconnects: u64,
    resumes: u64,
    seconds: f64,
    snapshots: u64,
    visible: u64,
    bytes_down: u64,
    bytes_up: u64,
    missed: u64,
    server_ticks: u64,
    frames: u64,
    starved: u64,
    kills: u64,
    round_trip_us: Histogram<u64>,
    correction: Histogram<u64>,
    inspector: Inspector,
    /// Of those that were let in.
    figures: Vec<SeatFigures>,
}

impl Default for Sums {
    fn default() -> Self {
        let empty = Metrics::new(Duration::ZERO);
        Self {
            bots: 0,
            connected: 0,
            disconnects: 0,
            resumes: 0,
            seconds: 0.0,
            snapshots: 0,
            visible: 0,
            bytes_down: 0,
            bytes_up: 0,
            missed: 0,
            server_ticks: 0,
            frames: 0,
            starved: 0,
            kills: 0,
            round_trip_us: empty.round_trip_us().clone(),
            correction: empty.correction(),
            inspector: Inspector::new::<Tumult>(),
            figures: Vec::new(),
        }
    }
}

impl Sums {
    /// Of these seats. `disconnects` is the caller's to know: only it knows when the run was over.
    #[must_use]
    pub fn of<'a>(seats: impl Iterator<Item = &'a Seat>, disconnects: u64, now: Duration) -> Self {
        let mut sums = Self { disconnects, ..Self::default() };
        seats.for_each(|seat| sums.add_seat(seat, now));
        sums
    }

    /// Adds other seats.
    pub fn add(&mut self, other: &Self) {
        self.bots += other.bots;
        self.connected += other.connected;
        self.disconnects += other.disconnects;
        self.resumes += other.resumes;
        self.seconds += other.seconds;
        self.snapshots += other.snapshots;
        self.visible += other.visible;
        self.bytes_down += other.bytes_down;
        self.bytes_up += other.bytes_up;
        self.missed += other.missed;
        self.server_ticks += other.server_ticks;
        self.frames += other.frames;
        self.starved += other.starved;
        self.kills += other.kills;
        // All histograms have the same bounds, so adding can't fail.
        let _ = self.round_trip_us.add(&other.round_trip_us);
        let _ = self.correction.add(&other.correction);
        self.inspector.add(&other.inspector);
        self.figures.extend_from_slice(&other.figures);
    }

    fn add_seat(&mut self, seat: &Seat, now: Duration) {
        let (metrics, stats) = (seat.metrics(), seat.stats());
        let (down, up) = metrics.wire_bytes();
        self.bots += 1;
        self.connected += u64::from(metrics.was_welcomed());
        self.resumes += stats.resumes;
        self.seconds += metrics.seconds(now);
        self.snapshots += stats.snapshots;
        self.visible += stats.visible;
        self.bytes_down += down;
        self.bytes_up += up;
        self.missed += stats.inputs_missed;
        self.server_ticks += stats.server_ticks;
        self.frames += stats.frames;
        self.starved += stats.starved_frames;
        self.kills += metrics.kills();
        let _ = self.round_trip_us.add(metrics.round_trip_us());
        let _ = self.correction.add(metrics.correction());
        self.inspector.add(seat.inspector());
        self.figures.extend(metrics.joining().map(|joining| {
            let per_second = |count: u64| ratio(count as f64, metrics.seconds(now));
            let percent = |of: u64, to: u64| 100.0 * ratio(of as f64, to as f64);
            SeatFigures {
                snapshots_per_second: per_second(stats.snapshots),
                bytes_down_per_second: per_second(down),
                bytes_up_per_second: per_second(up),
                visible: ratio(stats.visible as f64, stats.snapshots as f64),
                rtt_ms: metrics.round_trip_ms(),
                input_late_percent: percent(stats.inputs_missed, stats.server_ticks),
                starved_percent: percent(stats.starved_frames, stats.frames),
                join_ms: joining.as_secs_f64() * 1000.0,
            }
        }));
    }

    /// The report of them all.
    #[must_use]
    pub fn report(&self) -> Report {
        let per_second = |count: u64| ratio(count as f64, self.seconds);
        Report {
            bots: self.bots,
            connected: self.connected,
            disconnects: self.disconnects,
            resumes: self.resumes,
            seconds: ratio(self.seconds, self.connected as f64),
            snapshots_per_second: per_second(self.snapshots),
            bytes_down_per_second: per_second(self.bytes_down),
            bytes_up_per_second: per_second(self.bytes_up),
            visible_mean: ratio(self.visible as f64, self.snapshots as f64),
            rtt_ms_p50: self.round_trip_us.value_at_quantile(0.5) as f64 / 1000.0,
            input_late_percent: 100.0 * ratio(self.missed as f64, self.server_ticks as f64),
            correction_cm_p99: Metrics::correction_cm(self.correction.value_at_quantile(0.99)),
            starved_percent: 100.0 * ratio(self.starved as f64, self.frames as f64),
            kills: self.kills,
            spread: Spread::of(&self.figures),
            load: Load::default(),
            inspection: Inspection::of(&self.inspector),
        }
    }
}

fn ratio(of: f64, to: f64) -> f64 {
    if to > 0.0 { of / to } else { 0.0 }
}
