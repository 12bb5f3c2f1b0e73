//! What a client measures of its session: the numbers behind the net graph and the reports.

use super::spacing::Spacing;
use crate::{
    delta::header::Header,
    input::report::{MISSED_BITS, growth},
    snapshot::Snapshot,
    tick::Tick,
};
use std::time::Duration;

/// Counters since the session began, and the newest readings.
///
/// ```
/// # mod walkers { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/walkers.rs")); }
/// # use walkers::*;
/// let (_, _, client, _) = played(120);
/// let stats = client.stats();
/// assert!(stats.snapshots > 50 && stats.loss() == 0.0);
/// assert!(stats.snapshot_bytes / stats.snapshots < 30);
/// ```
#[derive(Clone, Debug, Default)]
pub struct Stats {
    /// Snapshots that came and could be read.
    pub snapshots: u64,
    /// Bytes of their datagrams, without QUIC and below.
    pub snapshot_bytes: u64,
    /// Bytes of the newest one.
    pub last_snapshot_bytes: usize,
    /// Entities in the snapshots, added up.
    pub visible: u64,
    /// Entities in the newest one.
    pub last_visible: usize,
    /// Snapshots that the server sent and that had not come by the time that a later one did. Those that it
    /// leaves out on a slow path are not among them, but for a few when it begins to.
    pub snapshots_lost: u64,
    /// Datagrams that could not be understood.
    pub malformed: u64,
    /// Ticks that the server simulated without this client's input, since the first input came.
    pub inputs_missed: u64,
    /// Ticks that the server simulated between the first snapshot and the newest.
    pub server_ticks: u64,
    /// The least margin of inputs that the server told of last, in ticks; `None` when it told
    /// that none came, or nothing yet.
    pub margin_ticks: Option<f32>,
    /// Times that the own state was predicted wrongly.
    pub corrections: u64,
    /// By how much the newest snapshot corrected it, in the game's unit.
    pub last_correction: f32,
    /// Frames for which [`super::Client::look`] was called.
    pub frames: u64,
    /// Of these, those that had no snapshot to interpolate towards.
    pub starved_frames: u64,
    /// How far in the past remote entities are drawn, in ticks.
    pub interpolation_delay_ticks: f64,
    /// Mean deviation of the time that snapshots take, in ticks.
    pub jitter_ticks: f64,
    /// The part of the input datagrams that did not come, or out of order, 0 to 1.
    pub input_loss: f64,
    /// In how many datagrams each input is.
    pub input_copies: usize,
    /// The transport's newest measurement.
    pub round_trip: Duration,
    /// Times that the session went on over another connection.
    pub resumes: u64,
    /// Whether something had to wait in the newest snapshot.
    pub partial: bool,
    spacing: Spacing,
    first_tick: Option<Tick>,
    /// What the server last told of it; it begins at zero with each connection.
    missed_counter: u16,
}

impl Stats {
    /// The part of the snapshots that were lost, 0 to 1.
    #[must_use]
    pub fn loss(&self) -> f64 {
        let sent = self.snapshots + self.snapshots_lost;
        if sent == 0 { 0.0 } else { self.snapshots_lost as f64 / sent as f64 }
    }

    /// The session goes on; the server counts anew what it counts for a connection.
    pub(super) fn note_resumed(&mut self) {
        self.resumes += 1;
        self.margin_ticks = None;
        self.missed_counter = 0;
    }

    /// Returns how many snapshots right before it have not come; `None` when a later one overtook it.
    pub(super) fn note_snapshot(
        &mut self,
        header: &Header,
        sequence: u16,
        bytes: usize,
        snapshot: &Snapshot,
        newest: Option<u16>,
    ) -> Option<u16> {
        self.snapshots += 1;
        self.snapshot_bytes += bytes as u64;
        self.visible += snapshot.len() as u64;
        let ahead = newest.map_or(1, |newest| sequence.wrapping_sub(newest) as i16);
        if ahead <= 0 {
            // It was counted as lost when a later one overtook it.
            self.snapshots_lost = self.snapshots_lost.saturating_sub(1);
            return None;
        }
        let lost = self.spacing.note(ahead.unsigned_abs());
        self.snapshots_lost += u64::from(lost);
        self.last_snapshot_bytes = bytes;
        self.last_visible = snapshot.len();
        self.partial = header.partial;
        if let Some(report) = &header.inputs {
            self.margin_ticks = report.margin_ticks();
        }
        if let Some(missed) = header.inputs.and_then(|report| report.missed) {
            let before = std::mem::replace(&mut self.missed_counter, missed);
            self.inputs_missed += u64::from(growth(MISSED_BITS, missed, before));
        }
        let tick = snapshot.tick();
        let first = *self.first_tick.get_or_insert(tick);
        self.server_ticks = self.server_ticks.max(tick.since(first).max(0) as u64);
        Some(lost)
    }
}
