//! What is drawn when the view has run past the newest snapshot: each entity goes on as the game itself
//! would move it, tick by tick, for as long as views are extrapolated at all.
//!
//! Nothing of it is a baseline or is acknowledged: it is gone when the next snapshot comes.

use super::game::Game;
use crate::{
    delta::RowCode,
    interpolate::{EXTRAPOLATE_TICKS, View},
    protocol::Protocol,
    snapshot::Snapshot,
};

impl<P: Protocol> Game<P> {
    /// Makes what is expected of the ticks up to the view's, if they are not there yet.
    pub(super) fn look_beyond(&mut self, view: &View) {
        let Some(code) = self.code.as_mut() else { return };
        let Some(newest) = self.ring.newest().map(Snapshot::tick) else { return };
        let ahead = view.time().tick.next().since(newest).clamp(0, EXTRAPOLATE_TICKS as i32);
        for ticks in self.ring.beyond().len() as i32..ahead {
            let mut expected = self.ring.spare_beyond().unwrap_or_else(|| Snapshot::new(newest));
            let Some(newest) = self.ring.newest() else { return };
            look_after(code, newest, ticks as u32 + 1, &mut expected);
            self.ring.expect(expected);
        }
    }
}

/// What is expected `ticks` after a snapshot. Rows that waited in it are too old to go on from.
fn look_after(code: &mut RowCode, newest: &Snapshot, ticks: u32, expected: &mut Snapshot) {
    let tick = newest.tick() + ticks;
    expected.reset(tick);
    for row in newest.rows() {
        if row.as_of == newest.tick() {
            let columns = code.expected(row.kind, row.columns, ticks);
            expected.push_columns(row.id, row.kind, tick, columns);
        } else {
            expected.push_columns(row.id, row.kind, row.as_of, row.columns);
        }
    }
}
