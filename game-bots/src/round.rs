//! The round, as far as the snapshots told.

use game_sim::{RoundRow, entity};
use netcode::Snapshot;

/// The round at one moment.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct RoundView {
    /// Counts from 1.
    pub number: u16,
    /// Whether weapons are free.
    pub playing: bool,
    /// Until the phase ends.
    pub seconds_left: f32,
}

impl RoundView {
    /// What a snapshot says of it, with so many ticks a second; nothing when it does not say.
    pub(crate) fn of(snapshot: &Snapshot, tick_rate: u16) -> Option<Self> {
        let row: RoundRow = snapshot.find(entity::round())?.restore();
        let ticks = row.ends().since(snapshot.tick()).max(0);
        let seconds_left = ticks as f32 / f32::from(tick_rate);
        Some(Self { number: row.number, playing: row.playing, seconds_left })
    }
}
