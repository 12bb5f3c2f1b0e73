//! A snapshot: every replicated row at one tick.
//!
//! The server makes one each snapshot tick, shared by all clients; a client rebuilds the part that it
//! may see. It is immutable once made (invariant 3): deltas are taken against it later, so a changed
//! snapshot would silently corrupt every client that has it as a baseline.

mod changes;
mod difference;
mod kept;
mod packed;
mod press;
mod ring;

pub use ring::SnapshotRing;

use crate::{
    row::{EntityId, KindId, Replicate},
    tick::Tick,
};

/// Rows sorted by entity.
///
/// ```
/// # mod walkers { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/walkers.rs")); }
/// # use walkers::*;
/// use netcode::{EntityId, Snapshot, Tick};
/// let mut snapshot = Snapshot::new(Tick(60));
/// snapshot.push(EntityId(1), WALKER, &Walker { x_mm: -40 });
/// snapshot.push(EntityId(4), WALKER, &Walker { x_mm: 75 });
/// let walker: Walker = snapshot.find(EntityId(4)).expect("it is in").restore();
/// assert_eq!((walker.x_mm, snapshot.len()), (75, 2));
/// snapshot.reset(Tick(62)); // to be filled again
/// assert!(snapshot.is_empty());
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Snapshot {
    tick: Tick,
    entries: Vec<Entry>,
    columns: Vec<i32>,
}

/// Where a row lies. It says nothing of the snapshot's tick, so that where nothing came or went, those of the next
/// snapshot are the same.
#[derive(Clone, Copy, Debug, PartialEq)]
#[repr(C)] // All but the age lies in eight bytes, and is loaded at once.
struct Entry {
    /// Where its columns begin.
    start: u32,
    id: EntityId,
    /// How many columns it has.
    length: u8,
    kind: KindId,
    /// By how many ticks the row is older than the snapshot.
    age_ticks: u32,
}

impl Entry {
    /// All but its age, as one number.
    fn layout(&self) -> u64 {
        let (id, length, kind) =
            (u64::from(self.id.0), u64::from(self.length), u64::from(self.kind.0));
        u64::from(self.start) | id << 32 | length << 48 | kind << 56
    }
}

/// One entity of a snapshot.
///
/// ```
/// # mod walkers { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/walkers.rs")); }
/// # use walkers::*;
/// use netcode::{EntityId, Snapshot, Tick, snapshot::Row};
/// let mut snapshot = Snapshot::new(Tick(60));
/// snapshot.push(EntityId(1), WALKER, &Walker { x_mm: -40 });
/// let far = |row: &Row<'_>| row.kind == WALKER && row.restore::<Walker>().x_mm < -30;
/// assert_eq!(snapshot.rows().filter(far).count(), 1);
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Row<'a> {
    /// Whose row this is.
    pub id: EntityId,
    /// Which table describes the columns.
    pub kind: KindId,
    /// The tick at which the row was true. On a client it is older than the snapshot when the budget
    /// made the entity wait.
    pub as_of: Tick,
    /// One integer for each field of the kind.
    pub columns: &'a [i32],
}

impl Row<'_> {
    /// The game's struct. Panics when `T` is not what the kind stands for: the caller's bug.
    #[must_use]
    pub fn restore<T: Replicate>(&self) -> T {
        T::restore(self.columns)
    }
}

impl Snapshot {
    /// An empty snapshot of `tick`.
    #[must_use]
    pub fn new(tick: Tick) -> Self {
        Self { tick, ..Self::default() }
    }

    /// Forgets the rows and keeps the allocations, for the snapshot of another tick.
    pub fn reset(&mut self, tick: Tick) {
        self.tick = tick;
        self.entries.clear();
        self.columns.clear();
    }

    /// Gives back memory that it has no use for: lists grow by doubling, and a ring keeps many snapshots.
    /// Some stays, so that a few more rows in the next one take none.
    fn fit(&mut self) {
        fn fit<T>(list: &mut Vec<T>) {
            if list.capacity() > list.len() + list.len() / 8 {
                list.shrink_to(list.len() + list.len() / 16);
            }
        }
        fit(&mut self.entries);
        fit(&mut self.columns);
    }

    /// The tick at which the game was in this state.
    #[must_use]
    pub fn tick(&self) -> Tick {
        self.tick
    }

    /// Adds an entity.
    ///
    /// # Panics
    /// When `id` is not greater than all before it, or the kind has more than 255 fields.
    pub fn push<T: Replicate>(&mut self, id: EntityId, kind: KindId, row: &T) {
        let start = self.columns.len();
        row.quantise(&mut self.columns);
        self.enter(id, kind, self.tick, start);
    }

    /// Adds an entity whose columns are known, true at `as_of`.
    ///
    /// # Panics
    /// As [`Snapshot::push`].
    pub fn push_columns(&mut self, id: EntityId, kind: KindId, as_of: Tick, columns: &[i32]) {
        let start = self.columns.len();
        self.columns.extend_from_slice(columns);
        self.enter(id, kind, as_of, start);
    }

    fn enter(&mut self, id: EntityId, kind: KindId, as_of: Tick, start: usize) {
        assert!(
            self.entries.last().is_none_or(|last| last.id < id),
            "entities go into a snapshot in ascending order"
        );
        let length = u8::try_from(self.columns.len() - start).expect("kinds have few fields");
        let age_ticks = self.tick.0.wrapping_sub(as_of.0);
        self.entries.push(Entry { start: start as u32, age_ticks, id, length, kind });
    }

    /// How many entities there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there is no entity.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The row of an entity.
    #[must_use]
    pub fn find(&self, id: EntityId) -> Option<Row<'_>> {
        self.row(self.index_of(id)?)
    }

    /// The row of an entity as it was at the snapshot's tick; `None` too when the entity had to wait, so
    /// that its row is that of an earlier one. The own state ([`crate::Protocol::own`]) is made of such a
    /// row only.
    ///
    /// ```
    /// # mod walkers { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/walkers.rs")); }
    /// # use walkers::*;
    /// use netcode::{EntityId, Snapshot, Tick};
    /// let mut snapshot = Snapshot::new(Tick(8));
    /// snapshot.push(EntityId(0), WALKER, &Walker { x_mm: 5 });
    /// let walker: Option<Walker> = snapshot.fresh(EntityId(0)).map(|row| row.restore());
    /// assert_eq!(walker, Some(Walker { x_mm: 5 }));
    /// ```
    #[must_use]
    pub fn fresh(&self, id: EntityId) -> Option<Row<'_>> {
        self.find(id).filter(|row| row.as_of == self.tick)
    }

    /// The same as [`Snapshot::find`], sooner if the entity stands at `place`, as it does in another
    /// snapshot of the same entities.
    #[must_use]
    pub fn find_near(&self, id: EntityId, place: usize) -> Option<Row<'_>> {
        self.row(place).filter(|row| row.id == id).or_else(|| self.find(id))
    }

    /// Where an entity stands in the order of the rows.
    ///
    /// ```
    /// # mod walkers { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/walkers.rs")); }
    /// # use walkers::*;
    /// use netcode::{EntityId, Snapshot, Tick};
    /// let mut snapshot = Snapshot::new(Tick(2));
    /// snapshot.push(EntityId(3), WALKER, &Walker::default());
    /// snapshot.push(EntityId(8), WALKER, &Walker::default());
    /// let place = snapshot.index_of(EntityId(8)).expect("it is there");
    /// assert_eq!(snapshot.row(place).map(|row| row.id), Some(EntityId(8)));
    /// assert_eq!(snapshot.index_of(EntityId(5)), None);
    /// ```
    #[must_use]
    pub fn index_of(&self, id: EntityId) -> Option<usize> {
        self.entries.binary_search_by_key(&id, |entry| entry.id).ok()
    }

    /// Whose row stands at a place in the order of entities.
    pub(crate) fn id(&self, index: usize) -> Option<EntityId> {
        self.entries.get(index).map(|entry| entry.id)
    }

    /// The row at a place in the order of entities.
    #[must_use]
    pub fn row(&self, index: usize) -> Option<Row<'_>> {
        let entry = self.entries.get(index)?;
        let start = entry.start as usize;
        let columns = self.columns.get(start..start + usize::from(entry.length))?;
        Some(Row { id: entry.id, kind: entry.kind, as_of: self.tick - entry.age_ticks, columns })
    }

    /// The columns of a row, for a snapshot that is being made of another one.
    fn columns_mut(&mut self, index: usize) -> Option<&mut [i32]> {
        let entry = self.entries.get(index)?;
        let start = entry.start as usize;
        self.columns.get_mut(start..start + usize::from(entry.length))
    }

    /// All rows in the order of entities.
    pub fn rows(&self) -> impl Iterator<Item = Row<'_>> {
        (0..self.entries.len()).filter_map(|index| self.row(index))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    pub(super) fn snapshot(tick: u32, ids: &[u16]) -> Snapshot {
        let mut snapshot = Snapshot::new(Tick(tick));
        for id in ids {
            snapshot.push_columns(EntityId(*id), KindId(0), Tick(tick), &[i32::from(*id), 7]);
        }
        snapshot
    }

    #[test]
    fn each_entity_is_found_with_its_own_columns() {
        let snapshot = snapshot(5, &[1, 4, 9]);
        assert_eq!(snapshot.find(EntityId(4)).unwrap().columns, [4, 7]);
        assert_eq!(snapshot.find(EntityId(5)), None);
        assert_eq!(snapshot.rows().map(|row| row.id.0).collect::<Vec<_>>(), [1, 4, 9]);
    }

    #[test]
    #[should_panic(expected = "ascending")]
    fn entities_out_of_order_are_our_bug() {
        snapshot(5, &[4, 1]);
    }
}
