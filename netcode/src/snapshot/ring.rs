//! The last snapshots, by tick.
//!
//! A server keeps 64 of all its rows, which is most of what a player costs it in memory, and hardly ever
//! looks at any but the newest: acknowledgements come within a tenth of a second or two. So older ones are
//! packed ([`super::packed`]), or only what in them is other than in the next one ([`super::difference`]), and made anew
//! when somebody is told against them after all.

use super::{
    Row, Snapshot, changes,
    difference::Difference,
    kept::{Kept, Short, Spare},
    press::Press,
};
use crate::{row::EntityId, tick::Tick};
use std::collections::VecDeque;

/// How many of the newest snapshots are kept as they are; every so many snapshots later one that was made anew is kept
/// in short again.
const UNPACKED: usize = 12;
/// Of so many rows at most one differs from the next snapshot where only those are kept: packed, a row takes about a
/// quarter of what it does as it is, and a packed snapshot is sooner made anew than a chain of differences.
const FEW_OF: usize = 6;
/// How much memory of what was expected is kept for what will be: where snapshots come 30 times a second and
/// ticks 60 times, two or three are looked for in between.
const SPARE_BEYOND: usize = 3;

/// The last snapshots, addressed by tick: the baselines that deltas may be taken against.
///
/// ```
/// use netcode::{Snapshot, Tick, snapshot::SnapshotRing};
/// let mut ring = SnapshotRing::new(2);
/// for tick in [2, 4, 6] {
///     ring.push(Snapshot::new(Tick(tick)));
/// }
/// assert_eq!(ring.newest().map(Snapshot::tick), Some(Tick(6)));
/// assert!(ring.at(Tick(4)).is_some() && ring.at(Tick(2)).is_none());
/// ```
#[derive(Clone, Debug)]
pub struct SnapshotRing {
    snapshots: VecDeque<Kept>,
    capacity: usize,
    /// What is expected of the ticks after the newest; forgotten when a snapshot comes.
    beyond: Vec<Snapshot>,
    /// How many of them are meant; the others are memory for those that follow.
    expected: usize,
    press: Press,
    spare: Spare,
}

impl SnapshotRing {
    /// Keeps the last `capacity` snapshots, at least one.
    #[must_use]
    pub fn new(capacity: usize) -> Self {
        Self {
            snapshots: VecDeque::new(),
            capacity: capacity.max(1),
            beyond: Vec::new(),
            expected: 0,
            press: Press::default(),
            spare: Spare::default(),
        }
    }

    /// Takes a snapshot newer than all before, and keeps older ones in short. Returns one that is not needed as it is
    /// any more, for reuse.
    ///
    /// # Panics
    /// When the snapshot is not newer than the newest.
    pub fn push(&mut self, mut snapshot: Snapshot) -> Option<Snapshot> {
        snapshot.fit();
        assert!(
            self.newest().is_none_or(|newest| snapshot.tick().is_after(newest.tick())),
            "snapshots come in the order of their ticks"
        );
        self.forget_beyond();
        let changed = self.find_changed(&snapshot);
        let full = self.snapshots.len() == self.capacity;
        let gone = if full { self.snapshots.pop_front() } else { None };
        let mut unused = gone.and_then(|gone| self.spare.take(gone));
        self.snapshots.push_back(Kept { changed, ..Kept::new(snapshot) });
        for age in (UNPACKED..self.snapshots.len()).step_by(UNPACKED) {
            unused = self.shorten(self.snapshots.len() - 1 - age).or(unused);
        }
        unused
    }

    /// Keeps the snapshot at a place in short from now on. Returns what it was.
    fn shorten(&mut self, place: usize) -> Option<Snapshot> {
        let snapshot = self.snapshots.get_mut(place)?.snapshot.take()?;
        if self.snapshots[place].short.is_none() {
            let next = self.snapshots.get_mut(place + 1).map(|next| &mut next.changed);
            let changed =
                next.and_then(|next| next.take_if(|(before, _)| *before == snapshot.tick()));
            let (spare, few) = (&mut self.spare, snapshot.len() / FEW_OF);
            self.snapshots[place].short = Some(match changed {
                Some((_, places)) if places.len() <= few => {
                    let columns = spare.columns.pop().unwrap_or_default();
                    Short::Differs(Difference::of(&snapshot, places, columns))
                }
                changed => {
                    spare.lists.extend(changed.map(|(_, places)| places));
                    let packed = spare.packed.pop().unwrap_or_default();
                    Short::Whole(packed.keep(&snapshot, self.press.write(&snapshot)))
                }
            });
        }
        Some(snapshot)
    }

    /// The snapshot at a place as it was, of the nearest one behind it that is whole.
    fn lengthen(&self, place: usize) -> Snapshot {
        let tick = self.snapshots[place].tick;
        let mut between = Vec::new();
        for kept in self.snapshots.range(place..) {
            let mut snapshot = match (kept.snapshot.get(), &kept.short) {
                (Some(snapshot), _) => snapshot.clone(),
                (None, Some(Short::Whole(packed))) => packed.unpack(kept.tick),
                (None, Some(Short::Differs(difference))) => {
                    between.push(difference);
                    continue;
                }
                (None, None) => break,
            };
            between.iter().rev().for_each(|difference| difference.undo(&mut snapshot));
            snapshot.tick = tick;
            return snapshot;
        }
        debug_assert!(false, "the newest snapshot is whole");
        Snapshot::new(tick)
    }

    /// Which of its rows differ from the newest snapshot, if most do not.
    fn find_changed(&mut self, snapshot: &Snapshot) -> Option<(Tick, Vec<u32>)> {
        let newest = self.snapshots.back()?.snapshot.get()?;
        let mut places = self.spare.lists.pop().unwrap_or_default();
        if changes::find(snapshot, newest, &mut places) {
            return Some((newest.tick(), places));
        }
        self.spare.lists.push(places);
        None
    }

    /// Which rows of the newest snapshot differ from the one pushed before it, by their place; none where that is
    /// most of them, or other entities are there.
    pub(crate) fn changed(&self) -> Option<&[u32]> {
        self.snapshots.back()?.changed.as_ref().map(|(_, changed)| changed.as_slice())
    }

    /// Takes a snapshot in whatever order it comes. Returns whether it was kept: not when its tick is
    /// there already, or older than everything in a full ring.
    pub fn insert(&mut self, snapshot: Snapshot) -> bool {
        self.replace(snapshot).0
    }

    /// The same, which also returns a snapshot that is no longer needed, if there is one: its allocation
    /// can be used again.
    pub(crate) fn replace(&mut self, snapshot: Snapshot) -> (bool, Option<Snapshot>) {
        self.forget_beyond();
        let place = self.snapshots.iter().rposition(|held| !held.tick.is_after(snapshot.tick()));
        if place.is_some_and(|place| self.snapshots[place].tick == snapshot.tick()) {
            return (false, Some(snapshot));
        }
        let is_full = self.snapshots.len() == self.capacity;
        if let Some(before) = place.filter(|before| *before > 0 || !is_full) {
            self.part(before);
        }
        if self.snapshots.len() < self.capacity {
            self.snapshots.insert(place.map_or(0, |place| place + 1), Kept::new(snapshot));
            return (true, None);
        }
        let Some(place) = place else { return (false, Some(snapshot)) };
        let dropped = self.snapshots.pop_front();
        self.snapshots.insert(place, Kept::new(snapshot));
        (true, dropped.and_then(|dropped| self.spare.take(dropped)))
    }

    /// Makes the snapshot at a place independent of the one that follows it.
    fn part(&mut self, place: usize) {
        if matches!(self.snapshots[place].short, Some(Short::Differs(_))) {
            let _ = self.in_place(place); // From now on it is there as it is.
            let short = self.snapshots[place].short.take();
            short.into_iter().for_each(|short| self.spare.take_short(short));
        }
    }

    /// What was expected of the ticks that follow the newest snapshot, one after another.
    #[must_use]
    pub fn beyond(&self) -> &[Snapshot] {
        self.beyond.get(..self.expected).unwrap_or_default()
    }

    /// Takes what is expected of the next tick after the newest snapshot and all that is expected so
    /// far. It is for drawing only: no delta is ever taken against it.
    pub(crate) fn expect(&mut self, snapshot: Snapshot) {
        let spare = self.beyond.len();
        self.beyond.push(snapshot);
        self.beyond.swap(self.expected, spare);
        self.expected += 1;
    }

    /// A snapshot whose memory may be used for one that is expected.
    pub(crate) fn spare_beyond(&mut self) -> Option<Snapshot> {
        if self.beyond.len() > self.expected { self.beyond.pop() } else { None }
    }

    fn forget_beyond(&mut self) {
        self.beyond.truncate(SPARE_BEYOND);
        self.expected = 0;
    }

    /// The newest snapshot. Nobody can change one that is in the ring, since deltas are taken against it:
    ///
    /// ```compile_fail,E0596
    /// fn change(ring: &mut netcode::snapshot::SnapshotRing) {
    ///     ring.newest().expect("there is one").reset(netcode::Tick(0));
    /// }
    /// ```
    #[must_use]
    pub fn newest(&self) -> Option<&Snapshot> {
        self.in_place(self.snapshots.len().checked_sub(1)?)
    }

    /// The snapshot of exactly this tick.
    #[must_use]
    pub fn at(&self, tick: Tick) -> Option<&Snapshot> {
        self.in_place(self.place_of(tick)?)
    }

    /// Whether the snapshot of exactly this tick is kept. Unlike [`SnapshotRing::at`] it makes none anew that is kept in
    /// short.
    pub(crate) fn has(&self, tick: Tick) -> bool {
        self.place_of(tick).is_some()
    }

    /// The snapshot at a place, the oldest at 0.
    pub(crate) fn in_place(&self, place: usize) -> Option<&Snapshot> {
        let kept = self.snapshots.get(place)?;
        Some(kept.snapshot.get_or_init(|| self.lengthen(place)))
    }

    /// The row of an entity in the snapshot at a place, sooner if it stands at `index`. Of a snapshot that is packed, only
    /// that row is unpacked, into `room`; one that is kept as a difference is made anew, and kept so for a while.
    pub(crate) fn row_in_place<'r>(
        &'r self,
        place: usize,
        (id, index): (EntityId, usize),
        room: &'r mut Vec<i32>,
    ) -> Option<Row<'r>> {
        let kept = self.snapshots.get(place)?;
        match (kept.snapshot.get(), &kept.short) {
            (None, Some(Short::Whole(packed))) => packed.find(kept.tick, id, room),
            _ => self.in_place(place)?.find_near(id, index),
        }
    }

    /// Where the snapshot of exactly this tick is.
    pub(crate) fn place_of(&self, tick: Tick) -> Option<usize> {
        let newest = self.snapshots.back()?.tick;
        let age = newest.since(tick);
        // Snapshots mostly come at one pace, so that the place can be told.
        let last = self.snapshots.len() - 1;
        let pace =
            last.checked_sub(1).map_or(1, |before| newest.since(self.snapshots[before].tick));
        let told = usize::try_from(age / pace.max(1)).ok().and_then(|back| last.checked_sub(back));
        told.filter(|place| self.snapshots.get(*place).is_some_and(|kept| kept.tick == tick))
            .or_else(|| {
                self.snapshots.binary_search_by_key(&-age, |kept| kept.tick.since(newest)).ok()
            })
    }

    /// Whether the snapshot of this tick is kept, but in the oldest quarter of what there is room for.
    pub(crate) fn forgets_soon(&self, tick: Tick) -> bool {
        let soon = (self.snapshots.len() + self.capacity / 4).checked_sub(self.capacity);
        let place = self.place_of(tick);
        soon.zip(place).is_some_and(|(soon, place)| place < soon)
    }

    /// All snapshots, the oldest first.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &Snapshot> {
        (0..self.snapshots.len()).filter_map(|place| self.in_place(place))
    }

    /// How many snapshots are kept at the moment.
    #[must_use]
    pub fn len(&self) -> usize {
        self.snapshots.len()
    }

    /// Whether none is kept.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.snapshots.is_empty()
    }
}

#[cfg(test)]
mod tests;
