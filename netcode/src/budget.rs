//! Which entities go into a datagram when not all of them fit.
//!
//! A priority accumulator: an entity that had to wait gathers its weight each time, and loses what it
//! gathered only when it is really sent. So everything visible is sent sooner or later, and what
//! matters more is sent more often. (Fiedler, "State Synchronization", 2015.)

use crate::{delta::pack::Item, row::EntityId, snapshot::Snapshot};

/// An entity that a client may see, and how much it matters to it.
///
/// ```
/// # mod walkers { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/walkers.rs")); }
/// # use walkers::*;
/// use netcode::{EntityId, Snapshot, Tick, budget::Candidate};
/// let mut snapshot = Snapshot::new(Tick(1));
/// snapshot.push(EntityId(3), WALKER, &Walker { x_mm: 10 });
/// snapshot.push(EntityId(9), WALKER, &Walker { x_mm: 9_000 });
/// let weigh = |x_mm: i32| if x_mm < 1_000 { 4.0 } else { 1.0 }; // the near come first
/// let visible: Vec<Candidate> = (snapshot.rows().enumerate())
///     .map(|(index, row)| Candidate { index, weight: weigh(row.restore::<Walker>().x_mm) })
///     .collect();
/// assert!(visible[0].weight > visible[1].weight);
/// ```
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
}

impl Budget {
    /// Marks the items that must wait so that the others fit into `room` bits. Returns whether any
    /// waits. `items` are in the order of entities. `order` is scratch, one for all clients: weight and place
    /// of each item that could wait, as one number; the most urgent first.
    pub(crate) fn choose(&mut self, items: &mut [Item], room: usize, order: &mut Vec<u64>) -> bool {
        if items.iter().map(|item| item.bits).sum::<usize>() <= room {
            // Most clients need its memory while they join, and never again.
            self.waiting = Vec::new();
            return false;
        }
        self.gather(items, order);
        // An entity that the client has and that waits still costs its place in the list: two bits. One that is new
        // is not told of at all.
        let held = items.iter().filter(|item| item.is_held).count();
        let mut left = room.saturating_sub(held * 2);
        for key in &*order {
            let Some(item) = items.get_mut(!*key as u32 as usize) else { continue };
            item.waits = item.bits > left;
            if !item.waits {
                left -= item.bits.min(left);
            }
        }
        self.waiting.clear();
        self.waiting.extend(items.iter().filter(|item| item.waits).map(|i| (i.id, i.weight)));
        true
    }

    /// Adds to each item's weight what it gathered while it waited, and puts them in order.
    fn gather(&mut self, items: &mut [Item], order: &mut Vec<u64>) {
        let mut waiting = self.waiting.iter().peekable();
        for item in items.iter_mut() {
            while waiting.next_if(|(id, _)| *id < item.id).is_some() {}
            if let Some((_, gathered)) = waiting.next_if(|(id, _)| *id == item.id) {
                item.weight += gathered;
            }
        }
        // A weight is not negative, so its bits have its order; of equal ones the first entity comes
        // first. One number sorts several times as fast as a look-up in each comparison.
        let key = |(place, item): (u32, &Item)| {
            (item.bits > 2)
                .then(|| u64::from(item.weight.max(0.0).to_bits()) << 32 | u64::from(!place))
        };
        order.clear();
        order.extend((0..).zip(items.iter()).filter_map(key));
        order.sort_unstable_by(|a, b| b.cmp(a));
    }
}
