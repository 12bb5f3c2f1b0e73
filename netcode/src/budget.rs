//! Which entities go into a datagram when not all of them fit.
//!
//! A priority accumulator: an entity that had to wait gathers its weight each time, and loses what it
//! gathered only when it is really sent. So everything visible is sent sooner or later, and what
//! matters more is sent more often. (Fiedler, "State Synchronization", 2015.)

use crate::{delta::pack::Item, row::EntityId, snapshot::Snapshot};

/// An entity that a client may see, and how much it matters to it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Candidate {
    /// The entity's place in the newest snapshot; see [`crate::Snapshot::index_of`].
    pub index: usize,
    /// How much priority it gathers each time that it waits; positive. 1 is ordinary.
    pub weight: f32,
}

impl Candidate {
    /// Everything in a snapshot, all of it alike: for a game in which everybody sees everything.
    ///
    /// ```
    /// use netcode::{Snapshot, Tick, budget::Candidate};
    /// assert!(Candidate::all(&Snapshot::new(Tick(1))).is_empty());
    /// ```
    #[must_use]
    pub fn all(snapshot: &Snapshot) -> Vec<Self> {
        (0..snapshot.len()).map(|index| Self { index, weight: 1.0 }).collect()
    }
}

/// The gathered priorities of one client.
#[derive(Clone, Debug, Default)]
pub(crate) struct Budget {
    /// Only of entities that wait, in their order.
    waiting: Vec<(EntityId, f32)>,
    /// Scratch: places of items, the most urgent first.
    order: Vec<usize>,
}

impl Budget {
    /// Marks the items that must wait so that the others fit into `room` bits. Returns whether any
    /// waits. `items` are in the order of entities.
    pub(crate) fn choose(&mut self, items: &mut [Item], room: usize) -> bool {
        if items.iter().map(|item| item.bits).sum::<usize>() <= room {
            self.waiting.clear();
            return false;
        }
        self.gather(items);
        // An entity that waits still costs its place in the list: two bits.
        let mut left = room.saturating_sub(items.len() * 2);
        for &place in &self.order {
            let Some(item) = items.get_mut(place) else { continue };
            item.waits = item.bits > 2 && item.bits > left;
            if !item.waits {
                left -= item.bits.min(left);
            }
        }
        let still: Vec<_> =
            items.iter().filter(|item| item.waits).map(|i| (i.id, i.weight)).collect();
        self.waiting = still;
        true
    }

    /// Adds to each item's weight what it gathered while it waited, and puts them in order.
    fn gather(&mut self, items: &mut [Item]) {
        let mut waiting = self.waiting.iter().peekable();
        for item in items.iter_mut() {
            while waiting.next_if(|(id, _)| *id < item.id).is_some() {}
            if let Some((_, gathered)) = waiting.next_if(|(id, _)| *id == item.id) {
                item.weight += gathered;
            }
        }
        self.order.clear();
        self.order.extend(0..items.len());
        let weight = |place: &usize| items.get(*place).map_or(0.0, |item| item.weight);
        self.order.sort_by(|a, b| weight(b).total_cmp(&weight(a)));
    }
}
