//! Encode once, send to many: the updates of the newest snapshot, each made at most once for each
//! baseline age and spliced into every datagram that needs it.

use super::{RowCode, Told};
use crate::{
    snapshot::{Row, Snapshot, SnapshotRing},
    tick::Tick,
    wire::bits::BitWriter,
};

/// How many baseline ages are shared: all that the ring of snapshots can have. Old ones are common where
/// not all fits, since rows that wait keep their age.
const SHARED_AGES: usize = crate::limits::SNAPSHOT_RING - 1;

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

/// The encoded updates of one snapshot.
#[derive(Debug)]
pub(crate) struct SharedUpdates {
    code: RowCode,
    interval_ticks: u32,
    /// `entities x SHARED_AGES`, filled as clients ask: the number of the snapshot that it was filled for.
    slots: Vec<(u64, Update)>,
    /// Counts the snapshots.
    snapshot: u64,
    /// By entity: its bits for who knows nothing of it, likewise.
    spawns: Vec<(u64, Splice)>,
    words: Vec<u32>,
    writer: BitWriter,
}

impl SharedUpdates {
    pub(crate) fn new(code: RowCode, interval_ticks: u32) -> Self {
        Self {
            code,
            interval_ticks: interval_ticks.max(1),
            slots: Vec::new(),
            snapshot: 0,
            spawns: Vec::new(),
            words: Vec::new(),
            writer: BitWriter::default(),
        }
    }

    /// Forgets everything: a new snapshot of `entities` rows is the newest now.
    pub(crate) fn start(&mut self, entities: usize) {
        // What older snapshots left behind is told by their numbers: clearing would touch it all.
        self.snapshot += 1;
        let needed = entities * SHARED_AGES;
        if self.slots.len() < needed {
            self.slots.resize(needed, (0, Update::Unknown));
        }
        if self.spawns.len() < entities {
            self.spawns.resize(entities, (0, Splice { start: 0, length_bits: 0, moving: false }));
        }
        self.words.clear();
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
        let slot = index * SHARED_AGES + age.wrapping_sub(1);
        if shared
            && let Some((of, update)) = self.slots.get(slot)
            && *of == self.snapshot
        {
            return *update;
        }
        let id = now.row(index).map(|row| row.id);
        let base = ring.at(as_of).zip(id).and_then(|(snapshot, id)| snapshot.find_near(id, index));
        let update = self.encode(base, now, index, age_ticks);
        if shared && let Some(place) = self.slots.get_mut(slot) {
            *place = (self.snapshot, update);
        }
        update
    }

    /// The update of the row at `index` of `now` for a receiver that has `base`; not shared.
    pub(crate) fn update_from(&mut self, base: Row<'_>, now: &Snapshot, index: usize) -> Update {
        self.encode(Some(base), now, index, now.tick().since(base.as_of) as u32)
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
        self.writer.clear();
        if let Some(row) = now.row(index) {
            self.code.encode_spawn(row.kind, row.columns, &mut self.writer);
        }
        let splice = self.keep(false);
        if let Some(place) = self.spawns.get_mut(index) {
            *place = (self.snapshot, splice);
        }
        splice
    }

    /// Puts what was just written into the store.
    fn keep(&mut self, moving: bool) -> Splice {
        let (start, length_bits) = (self.words.len() as u32, self.writer.bit_length() as u16);
        self.writer.words(&mut self.words);
        Splice { start, length_bits, moving }
    }

    /// Writes that so many rows rest before one that does not; `before` is the run before.
    pub(crate) fn write_run(&self, before: u32, run: u32, writer: &mut BitWriter) {
        self.code.write_run(before, run, writer);
    }

    /// Copies encoded bits to the end of `writer`.
    pub(crate) fn splice(&self, splice: Splice, writer: &mut BitWriter) {
        let mut left = u32::from(splice.length_bits);
        for word in self.words.iter().skip(splice.start as usize) {
            if left == 0 {
                break;
            }
            let count = left.min(32);
            writer.bits(*word, count);
            left -= count;
        }
    }

    fn encode(
        &mut self,
        base: Option<Row<'_>>,
        now: &Snapshot,
        index: usize,
        age_ticks: u32,
    ) -> Update {
        let (Some(row), Some(base)) = (now.row(index), base) else { return Update::Unknown };
        if base.kind != row.kind {
            return Update::Unknown;
        }
        self.writer.clear();
        let (columns, writer) = (row.columns, &mut self.writer);
        match self.code.encode_update(row.kind, base.columns, age_ticks, columns, writer) {
            Told::Rests => Update::Rests,
            Told::Word { moving } => Update::Bits(self.keep(moving)),
        }
    }
}
