//! Encode once, send to many: the updates of the newest snapshot, each made at most once for each
//! baseline age and spliced into every datagram that needs it.

use super::{Later, RowCode, Told, stood::Stood};
use crate::{
    limits,
    snapshot::{Row, Snapshot, SnapshotRing},
    tick::Tick,
    wire::bits::BitWriter,
};
use std::ops::Range;

/// How many baseline ages are shared: all that the ring of snapshots can have. Old ones are common where
/// not all fits, since rows that wait keep their age.
const SHARED_AGES: usize = limits::SNAPSHOT_RING - 1;

/// What a receiver with a certain baseline must be told of one entity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Update {
    /// Nothing: the row rests, and is what it expects.
    Rests,
    /// These bits.
    Bits(Splice),
    /// Everything: the baseline is forgotten or of another kind.
    Unknown,
}

/// Where encoded bits lie in the shared store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Splice {
    start: u32,
    pub(crate) length_bits: u16,
    /// Whether the receiver's row moves, so that it expects bits.
    pub(crate) moving: bool,
}

/// What is known of one row for receivers of one age: in eight bytes, since where players are late there is one for
/// each row and age, and each client asks for some hundred of them in an order of its own.
#[derive(Clone, Copy, Debug)]
struct Slot {
    /// The number of the snapshot that it was filled for; none has the number 0.
    of: u16,
    /// What it is ([`UNKNOWN`] and so on), and above that how many bits there are.
    told: u16,
    /// Where these lie in the store. If the game guesses the row, the word before says where the guess lies.
    start: u32,
}

/// What an [`Update`] is, without where its bits are.
const UNKNOWN: u16 = 0;
const RESTS: u16 = 1;
const STILL: u16 = 2;
const MOVING: u16 = 3;
/// What is above them.
const LENGTH_SHIFT: u32 = 2;
// The longest row: for each field 65 bits of a Golomb code and one before it where no tables are trained, fewer where
// some are; with them the set of wrong fields in full behind its escape.
const _: () = assert!((limits::FIELDS + 1) * 66 < 1 << (u16::BITS - LENGTH_SHIFT));

/// Nothing, for no snapshot.
const EMPTY: Slot = Slot { of: 0, told: UNKNOWN, start: 0 };

impl Slot {
    /// `start` is where bits would lie if there are none.
    fn new(of: u16, update: Update, start: u32) -> Self {
        let (told, start) = match update {
            Update::Unknown => (UNKNOWN, start),
            Update::Rests => (RESTS, start),
            Update::Bits(Splice { start, length_bits, moving }) => {
                (length_bits << LENGTH_SHIFT | if moving { MOVING } else { STILL }, start)
            }
        };
        Self { of, told, start }
    }

    fn update(self) -> Update {
        let Self { told, start, .. } = self;
        let bits = |moving| Splice { start, length_bits: told >> LENGTH_SHIFT, moving };
        match told & ((1 << LENGTH_SHIFT) - 1) {
            UNKNOWN => Update::Unknown,
            RESTS => Update::Rests,
            state => Update::Bits(bits(state == MOVING)),
        }
    }
}

/// The encoded updates of one snapshot.
#[derive(Debug)]
pub(crate) struct SharedUpdates {
    code: RowCode,
    interval_ticks: u32,
    /// By age, and then by the row's place; filled as clients ask.
    slots: [Vec<Slot>; SHARED_AGES],
    /// By age, where in the ring the baselines are, and for which snapshot that was looked up.
    places: [(u16, Option<usize>); SHARED_AGES],
    /// Counts the snapshots, from 1 on; after 65,535 of them, a quarter of an hour or more, from 1 again.
    snapshot: u16,
    stood: Stood,
    /// By entity: its bits for who knows nothing of it, likewise.
    spawns: Vec<(u16, Splice)>,
    /// The bits of rows, each row's from the beginning of a word on, and before them where guesses lie ([`Slot`]).
    /// Between calls its last word is ended.
    store: BitWriter,
    /// What was guessed for updates: who follows a row from an older baseline comes by here.
    guesses: Vec<i32>,
    /// Scratch: columns of rows in old snapshots.
    rooms: [Vec<i32>; 2],
}

impl SharedUpdates {
    pub(crate) fn new(code: RowCode, interval_ticks: u32) -> Self {
        Self {
            code,
            interval_ticks: interval_ticks.max(1),
            slots: [const { Vec::new() }; SHARED_AGES],
            places: [(0, None); SHARED_AGES],
            snapshot: 0,
            stood: Stood::default(),
            spawns: Vec::new(),
            store: BitWriter::default(),
            guesses: Vec::new(),
            rooms: [const { Vec::new() }; 2],
        }
    }

    /// Forgets everything: there is a new snapshot, the newest of the ring.
    pub(crate) fn start(&mut self, ring: &SnapshotRing) {
        // What older snapshots left behind is told by their numbers: clearing would touch it all.
        self.snapshot = self.snapshot.checked_add(1).unwrap_or_else(|| {
            self.slots.iter_mut().flatten().for_each(|slot| *slot = EMPTY);
            self.places.fill((0, None));
            self.spawns.clear();
            1
        });
        let rows = ring.newest().map_or(0, Snapshot::len);
        if self.spawns.len() < rows {
            self.spawns.resize(rows, (0, Splice { start: 0, length_bits: 0, moving: false }));
        }
        self.store.clear();
        self.guesses.clear();
        self.stood.note(&self.code, ring);
    }

    /// Whether a receiver that has the row at `index` as it was so many ticks ago is told nothing: it stood since.
    pub(crate) fn stands(&self, index: usize, age_ticks: u32) -> bool {
        self.stood.since(index, age_ticks)
    }

    /// Of how many rows from `index` on that is so, at most `most`.
    pub(crate) fn stand_from(&self, index: usize, most: usize, age_ticks: u32) -> usize {
        self.stood.from(index, most, age_ticks)
    }

    /// The update of the row at `index` of `now` for a receiver whose row was true at `as_of`.
    pub(crate) fn update(
        &mut self,
        ring: &SnapshotRing,
        now: &Snapshot,
        index: usize,
        as_of: Tick,
    ) -> Update {
        let age_ticks = now.tick().since(as_of) as u32;
        let age = (age_ticks / self.interval_ticks) as usize;
        let shared =
            age_ticks.is_multiple_of(self.interval_ticks) && (1..=SHARED_AGES).contains(&age);
        if !shared {
            return self.encode(row_at(ring, now, index, as_of), None, now, index, age_ticks);
        }
        let slots = &mut self.slots[age - 1];
        if slots.len() <= index {
            // Most ages are asked for only where players are late; with room for a few rows more, not for as many.
            let rows = now.len().max(index + 1);
            slots.reserve_exact(rows + rows / 8 - slots.len());
            slots.resize(rows, EMPTY);
        }
        if slots[index].of == self.snapshot {
            return slots[index].update();
        }
        let [mut room, mut other] = std::mem::take(&mut self.rooms);
        let base = self.base(ring, now, index, age, &mut room);
        let guesses = now.row(index).is_some_and(|row| self.code.guesses(row.kind));
        let later =
            if guesses { self.nearest_guess(ring, now, index, age, &mut other) } else { None };
        if guesses {
            self.store.bits(self.guesses.len() as u32, 32);
        }
        let start = self.store.end_word();
        let update = self.encode(base, later, now, index, age_ticks);
        if guesses && update != Update::Unknown {
            self.guesses.extend_from_slice(self.code.guessed());
        }
        self.slots[age - 1][index] = Slot::new(self.snapshot, update, start);
        self.rooms = [room, other];
        update
    }

    /// The row that belongs to the same entity as the one at `index` of `now`, so many snapshots before.
    fn base<'r>(
        &mut self,
        ring: &'r SnapshotRing,
        now: &Snapshot,
        index: usize,
        age: usize,
        room: &'r mut Vec<i32>,
    ) -> Option<Row<'r>> {
        let (of, place) = &mut self.places[age - 1];
        if *of != self.snapshot {
            let as_of = now.tick() - age as u32 * self.interval_ticks;
            (*of, *place) = (self.snapshot, ring.place_of(as_of));
        }
        ring.row_in_place((*place)?, (now.id(index)?, index), room)
    }

    /// The guess that was made for the oldest of the baselines younger than `age`: the row as it was,
    /// how many ticks ago, and where the guess lies.
    fn nearest_guess<'r>(
        &mut self,
        ring: &'r SnapshotRing,
        now: &Snapshot,
        index: usize,
        age: usize,
        room: &'r mut Vec<i32>,
    ) -> Option<(Row<'r>, u32, Range<usize>)> {
        let filled = |slots: &Vec<Slot>| slots.get(index).is_some_and(|it| it.of == self.snapshot);
        let age = 1 + self.slots[..age - 1].iter().rposition(filled)?;
        let slot = self.slots[age - 1][index];
        if slot.update() == Update::Unknown {
            return None;
        }
        let row = self.base(ring, now, index, age, room)?;
        let guess = self.store.words(slot.start.checked_sub(1)?).next()? as usize;
        let guess = guess..guess + self.code.guess_length(row.kind);
        Some((row, age as u32 * self.interval_ticks, guess))
    }

    /// The update of the row at `index` of `now` for a receiver that has `base`; not shared.
    pub(crate) fn update_from(&mut self, base: Row<'_>, now: &Snapshot, index: usize) -> Update {
        self.encode(Some(base), None, now, index, now.tick().since(base.as_of) as u32)
    }

    /// The bits of a row for a receiver that knows nothing of it.
    pub(crate) fn spawn(&mut self, now: &Snapshot, index: usize, writer: &mut BitWriter) {
        let splice = self.spawned(now, index);
        self.splice(splice, writer);
    }

    /// How many bits [`SharedUpdates::spawn`] writes.
    pub(crate) fn spawn_bits(&mut self, now: &Snapshot, index: usize) -> usize {
        usize::from(self.spawned(now, index).length_bits)
    }

    /// The bits of a row for whoever knows nothing of it; the same for all of them.
    fn spawned(&mut self, now: &Snapshot, index: usize) -> Splice {
        if let Some((of, splice)) = self.spawns.get(index)
            && *of == self.snapshot
        {
            return *splice;
        }
        let start = self.store.end_word();
        if let Some(row) = now.row(index) {
            self.code.encode_spawn(row.kind, row.columns, &mut self.store);
        }
        let splice = self.keep(start, false);
        if let Some(place) = self.spawns.get_mut(index) {
            *place = (self.snapshot, splice);
        }
        splice
    }

    /// What was just written, from this word on.
    fn keep(&mut self, start: u32, moving: bool) -> Splice {
        let length_bits = (self.store.bit_length() - start as usize * 32) as u16;
        self.store.end_word();
        Splice { start, length_bits, moving }
    }

    /// Writes that so many rows rest before one that does not; `before` is the run before.
    pub(crate) fn write_run(&self, before: u32, run: u32, writer: &mut BitWriter) {
        self.code.write_run(before, run, writer);
    }

    /// Copies encoded bits to the end of `writer`.
    pub(crate) fn splice(&self, splice: Splice, writer: &mut BitWriter) {
        writer.copy(&self.store, splice.start, splice.length_bits.into());
    }

    fn encode(
        &mut self,
        base: Option<Row<'_>>,
        later: Option<(Row<'_>, u32, Range<usize>)>,
        now: &Snapshot,
        index: usize,
        age_ticks: u32,
    ) -> Update {
        let (Some(row), Some(base)) = (now.row(index), base) else { return Update::Unknown };
        if base.kind != row.kind {
            return Update::Unknown;
        }
        let later = later.filter(|(later, ..)| later.kind == row.kind);
        let later = later.map(|(row, age_ticks, guess)| Later {
            columns: row.columns,
            age_ticks,
            guess: &self.guesses[guess],
        });
        let start = self.store.end_word();
        let base = (base.columns, age_ticks);
        match self.code.encode_update(row.kind, base, later, row.columns, &mut self.store) {
            Told::Rests => Update::Rests,
            Told::Word { moving } => Update::Bits(self.keep(start, moving)),
        }
    }
}

/// The row of a tick that belongs to the same entity as the one at `index` of `now`.
fn row_at<'r>(
    ring: &'r SnapshotRing,
    now: &Snapshot,
    index: usize,
    as_of: Tick,
) -> Option<Row<'r>> {
    let id = now.row(index)?.id;
    ring.at(as_of)?.find_near(id, index)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        delta::tests::both,
        row::{EntityId, KindId},
    };
    use proptest::prelude::*;

    /// A snapshot of one who walks at a place.
    fn walk(tick: u32, x: i32) -> Snapshot {
        let mut snapshot = Snapshot::new(Tick(tick));
        snapshot.push_columns(EntityId(3), KindId(0), Tick(tick), &[0, x, 0, 0, 50, 1]);
        snapshot
    }

    #[test]
    fn what_a_snapshot_left_behind_is_never_taken_for_that_of_another() {
        let [code, _] = both();
        let (mut ring, mut shared) = (SnapshotRing::new(4), SharedUpdates::new(code, 2));
        // The last has the number of the first that was asked for: numbers begin anew.
        let (first, last) = (2, 2 + u32::from(u16::MAX));
        for round in 0..=last {
            let now = walk(2 * round, if round % 2 == 0 { 0 } else { round as i32 % 1_000 });
            ring.push(now);
            shared.start(&ring);
            if round != first && round != last {
                continue;
            }
            let now = ring.newest().expect("it was pushed");
            let update = shared.update(&ring, now, 0, now.tick() - 2);
            assert_eq!(shared.update(&ring, now, 0, now.tick() - 2), update, "it is kept");
            let Update::Bits(splice) = update else { panic!("it moved: {update:?}") };
            let (mut told, mut alone) = (BitWriter::default(), BitWriter::default());
            shared.splice(splice, &mut told);
            let base = ring.at(now.tick() - 2).and_then(|then| then.row(0)).expect("it is kept");
            let row = now.row(0).expect("there is one");
            both()[0].encode_update(row.kind, (base.columns, 2), None, row.columns, &mut alone);
            assert_eq!(told.finish(), alone.finish(), "round {round}");
        }
    }

    proptest! {
        #[test]
        fn what_is_shared_is_what_each_would_be_told_alone(
            paces in prop::collection::vec(-8_i32..=8, 2..6),
            asked in prop::collection::vec((1_u32..8, 0_usize..6), 1..60),
        ) {
            let [code, _] = both();
            let (mut ring, mut shared) = (SnapshotRing::new(16), SharedUpdates::new(code, 2));
            for round in 0..8_i32 {
                let mut now = Snapshot::new(Tick(2 * round as u32));
                for (pace, id) in paces.iter().zip(0..) {
                    // Some turn round half way.
                    let stride = if round > 4 && pace % 3 == 0 { -pace } else { *pace };
                    let row = [stride, 8 * pace * round, 4 * stride, round, 50, 1];
                    now.push_columns(EntityId(id), KindId(0), now.tick(), &row);
                }
                ring.push(now);
                shared.start(&ring);
            }
            let now = ring.newest().expect("some were pushed");
            for (age, index) in asked {
                let Some(row) = now.row(index) else { continue };
                let as_of = now.tick() - 2 * age;
                let base = ring.at(as_of).and_then(|then| then.row(index)).expect("it is kept");
                let (mut told, mut alone) = (BitWriter::default(), BitWriter::default());
                let update = shared.update(&ring, now, index, as_of);
                if let Update::Bits(splice) = update {
                    shared.splice(splice, &mut told);
                }
                let base = (base.columns, 2 * age);
                let word = both()[0].encode_update(row.kind, base, None, row.columns, &mut alone);
                prop_assert_eq!(word == Told::Rests, update == Update::Rests);
                prop_assert_eq!(told.finish(), alone.finish());
            }
        }
    }
}
