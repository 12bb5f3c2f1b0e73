//! Who stands still though snapshots come: entities whose row had to wait in the snapshot that a frame runs
//! towards, so that they have nothing to move towards.

use super::game::Game;
use crate::{protocol::Protocol, tick::ViewTime};

impl<P: Protocol> Game<P> {
    /// How many entities of the snapshot after `view` have no state after it either.
    pub(super) fn left_out(&self, view: ViewTime) -> usize {
        // Only where something waited is there something to look for.
        if self.partial.is_none_or(|partial| !partial.is_after(view.tick)) {
            return 0;
        }
        let next = self.ring.iter().find(|snapshot| snapshot.tick().is_after(view.tick));
        let rows = next.into_iter().flat_map(crate::Snapshot::rows);
        rows.filter(|row| !row.as_of.is_after(view.tick)).count()
    }
}
