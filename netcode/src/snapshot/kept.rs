//! One of the snapshots of a ring, as it is or in few bytes, and the memory of those that it forgot.

use super::{Snapshot, difference::Difference, packed::Packed};
use crate::tick::Tick;
use std::sync::OnceLock;

/// One of the snapshots: as it is, in short, or both.
#[derive(Clone, Debug)]
pub(super) struct Kept {
    pub(super) tick: Tick,
    pub(super) snapshot: OnceLock<Snapshot>,
    pub(super) short: Option<Short>,
    /// Which rows differ from the snapshot of an earlier tick, by their place, if most do not. Once that one is kept in
    /// short, the list is its [`Difference`]'s if they are few, and spare if not.
    pub(super) changed: Option<(Tick, Vec<u32>)>,
}

/// A snapshot in few bytes.
#[derive(Clone, Debug)]
pub(super) enum Short {
    /// All of it.
    Whole(Packed),
    /// What in it is other than in the one that follows in the ring.
    Differs(Difference),
}

#[cfg(test)]
impl Short {
    /// For how many numbers there is room, of a difference.
    pub(super) fn room(&self) -> usize {
        match self {
            Self::Whole(_) => 0,
            Self::Differs(difference) => difference.room(),
        }
    }
}

/// Memory of what is forgotten.
#[derive(Clone, Debug, Default)]
pub(super) struct Spare {
    pub(super) packed: Vec<Packed>,
    /// Lists of what changed.
    pub(super) lists: Vec<Vec<u32>>,
    pub(super) columns: Vec<Vec<i32>>,
}

impl Kept {
    pub(super) fn new(snapshot: Snapshot) -> Self {
        let (short, changed) = (None, None);
        Self { tick: snapshot.tick(), snapshot: OnceLock::from(snapshot), short, changed }
    }
}

impl Spare {
    /// Takes what is forgotten. Returns the snapshot, if it was as it is.
    pub(super) fn take(&mut self, kept: Kept) -> Option<Snapshot> {
        self.lists.extend(kept.changed.map(|(_, list)| list));
        kept.short.into_iter().for_each(|short| self.take_short(short));
        kept.snapshot.into_inner()
    }

    pub(super) fn take_short(&mut self, short: Short) {
        match short {
            Short::Whole(packed) => self.packed.push(packed),
            Short::Differs(difference) => {
                let (list, columns) = difference.into_parts();
                self.lists.push(list);
                self.columns.push(columns);
            }
        }
    }
}
