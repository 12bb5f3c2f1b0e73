//! Packs what one client may see into one datagram, against the newest view that it acknowledged.
//!
//! The order on the wire: header, entities that vanished, entities that the client has, entities that
//! are new. Of those that it has, the ones that move have a word each; those that rest are counted in
//! runs, each before one that does not go on resting. What does not fit waits: see
//! [`crate::budget`]. docs/protocol-datagrams.md has every bit.

use super::{
    shared::{SharedUpdates, Splice, Update},
    spare::Spare,
};
use crate::{
    budget::{Budget, Candidate},
    input::report::Report,
    limits,
    row::EntityId,
    snapshot::{Snapshot, SnapshotRing},
    tick::Tick,
    wire::bits::BitWriter,
};

/// The largest number in a baseline's place: it stands for the anchor, those below for snapshots.
pub(crate) const FARTHEST_BASELINE: u16 = 63;
/// The order of the Golomb code of a baseline's distance: three snapshots are three bits.
pub(crate) const BASELINE_ORDER: u32 = 2;

/// How much of a tick travels: enough for twice the time after which a silent connection ends, at 240 ticks a second.
pub(crate) const TICK_BITS: u32 = 13;

/// Bytes that few datagrams go beyond: room for more is not kept for each client.
const USUAL_BYTES: usize = 512;

/// What a client holds after a datagram: which entities, and when the row of each was true.
#[derive(Clone, Debug)]
pub(crate) struct View {
    pub(crate) sequence: u16,
    pub(crate) tick: Tick,
    /// How many entities there are.
    count: u16,
    /// The id of each, in ascending order, and then the id and the age in ticks of each whose row is older than the
    /// view: mostly of none. A thousand clients have several views each.
    words: Vec<u16>,
}

impl View {
    /// What a client holds after a view that came whole.
    pub(crate) fn whole(rows: &Snapshot) -> Self {
        let words = rows.rows().map(|row| row.id.0).collect();
        Self { sequence: 0, tick: rows.tick(), count: rows.len() as u16, words }
    }

    /// The entities, and when the row of each was true.
    pub(crate) fn rows(&self) -> impl Iterator<Item = (EntityId, Tick)> {
        let (ids, mut late) = self.parts();
        ids.iter().map(move |id| (EntityId(*id), self.tick - late.age_ticks(*id)))
    }

    /// The ids, and who of them is late.
    fn parts(&self) -> (&[u16], Late<'_>) {
        let (ids, late) = self.words.split_at(usize::from(self.count));
        (ids, Late(late.as_chunks().0))
    }
}

/// The id and the age in ticks of each row that is older than its view, in ascending order.
struct Late<'a>(&'a [[u16; 2]]);

impl Late<'_> {
    /// How much older than the view the row of an entity is. Entities are asked for in ascending order.
    fn age_ticks(&mut self, id: u16) -> u32 {
        while let [[late, age_ticks], rest @ ..] = self.0
            && *late <= id
        {
            self.0 = rest;
            if *late == id {
                return u32::from(*age_ticks);
            }
        }
        0
    }
}

/// The part of a datagram that is not rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Header {
    /// Whether entities had to wait.
    pub(crate) partial: bool,
    /// The low [`TICK_BITS`] of the snapshot's tick, which says its sequence number as well.
    pub(crate) tick: u16,
    /// How many snapshots back the baseline is; zero for none.
    pub(crate) baseline: u8,
    /// How the client's inputs came.
    pub(crate) inputs: Report,
}

impl Header {
    /// The most bits that a header takes.
    pub(crate) const BITS: usize = 1 + TICK_BITS as usize + 11 + Report::BITS;

    fn write(&self, writer: &mut BitWriter) {
        writer.bit(self.partial);
        writer.bits(u32::from(self.tick) & ((1 << TICK_BITS) - 1), TICK_BITS);
        writer.golomb(u32::from(self.baseline), BASELINE_ORDER);
        self.inputs.write(writer);
    }
}

/// What happens to one entity in a datagram.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Item {
    pub(crate) id: EntityId,
    /// Whether the client has it: then it has a place in the datagram, told or not.
    pub(crate) is_held: bool,
    /// Its place in the newest snapshot.
    index: usize,
    action: Action,
    age_ticks: u16,
    /// What it costs to send, and how much that matters.
    pub(crate) bits: usize,
    pub(crate) weight: f32,
    pub(crate) waits: bool,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Action {
    Update(Update),
    Spawn,
}

/// Scratch space for packing; one serves all clients.
#[derive(Debug, Default)]
pub(crate) struct Packer {
    items: Vec<Item>,
    removed: Vec<u32>,
    /// How many entities rest before each one that did and no longer does.
    runs: Vec<u32>,
    /// In which order rows are given room.
    order: Vec<u64>,
    spare: Spare,
}

/// Everything that packing one datagram needs.
pub(crate) struct Packing<'a> {
    pub(crate) ring: &'a SnapshotRing,
    pub(crate) now: &'a Snapshot,
    pub(crate) shared: &'a mut SharedUpdates,
    pub(crate) baseline: Option<&'a View>,
    /// Rows that the client has and the ring may have forgotten.
    pub(crate) anchor: Option<&'a Snapshot>,
    /// In the order of entities.
    pub(crate) visible: &'a [Candidate],
    pub(crate) header: Header,
    pub(crate) sequence: u16,
    pub(crate) limit_bytes: usize,
    pub(crate) budget: &'a mut Budget,
    /// A buffer for the datagram.
    pub(crate) buffer: Vec<u8>,
}

impl Packer {
    /// Takes views that nobody needs any more, for their memory.
    pub(crate) fn recycle(&mut self, views: impl Iterator<Item = View>) {
        views.for_each(|view| self.spare.give(view.words));
    }

    /// The datagram, what the client will hold once it has it, and whether anything had to wait.
    pub(crate) fn pack(&mut self, mut packing: Packing<'_>) -> (Vec<u8>, View, bool) {
        self.compare(&mut packing);
        let fixed = Header::BITS + self.removed_bits() + 2 * 27;
        let room = (packing.limit_bytes * 8).saturating_sub(fixed);
        let partial = packing.budget.choose(&mut self.items, room, &mut self.order);
        let header = Header { partial, ..packing.header };
        let mut buffer = std::mem::take(&mut packing.buffer);
        buffer.reserve(packing.limit_bytes.min(USUAL_BYTES));
        let mut writer = BitWriter::reusing(buffer);
        header.write(&mut writer);
        self.write_removed(&mut writer);
        self.write_updates(partial, packing.shared, &mut writer);
        self.write_spawns(packing.shared, packing.now, &mut writer);
        (writer.finish(), self.view(&packing), partial)
    }

    /// Walks over what the client has and what it may see, both in the order of entities.
    fn compare(&mut self, packing: &mut Packing<'_>) {
        self.items.clear();
        self.removed.clear();
        self.runs.clear();
        let mut resting = 0;
        let none: (&[u16], _) = (&[], Late(&[]));
        let (ids, mut late) = packing.baseline.map_or(none, View::parts);
        let base_tick = packing.baseline.map_or(Tick(0), |view| view.tick);
        let mut held = ids.iter().enumerate().peekable();
        for candidate in packing.visible {
            let Some(row) = packing.now.row(candidate.index) else { continue };
            while let Some((place, _)) = held.next_if(|(_, id)| **id < row.id.0) {
                self.removed.push(place as u32);
            }
            let mut action = Action::Spawn;
            let mut age_ticks = 0;
            if let Some((place, id)) = held.next_if(|(_, id)| **id == row.id.0) {
                let as_of = base_tick - late.age_ticks(*id);
                age_ticks = packing.now.tick().since(as_of) as u16;
                let anchored = packing.anchor.and_then(|rows| rows.find(row.id));
                let (shared, now) = (&mut *packing.shared, packing.now);
                let update = match anchored.filter(|base| base.as_of == as_of) {
                    // Nobody reads what is told against an older one.
                    _ if now.tick().since(as_of) as u32 > limits::AGE_TICKS => Update::Unknown,
                    Some(base) if packing.ring.at(as_of).is_none() => {
                        shared.update_from(base, now, candidate.index)
                    }
                    _ => shared.update(packing.ring, now, candidate.index, as_of),
                };
                match update {
                    Update::Unknown => self.removed.push(place as u32),
                    update => action = Action::Update(update),
                }
            }
            match action {
                Action::Update(Update::Rests) => resting += 1,
                Action::Update(Update::Bits(Splice { moving: false, .. })) => {
                    self.runs.push(std::mem::take(&mut resting));
                }
                _ => {}
            }
            let bits = match action {
                Action::Update(Update::Bits(splice)) => usize::from(splice.length_bits) + 2,
                Action::Update(_) => 2,
                // The gap and the kind come on top; ids are 16 bits, kinds below 16.
                Action::Spawn => packing.shared.spawn_bits(packing.now, candidate.index) + 40,
            };
            let (id, index, weight) = (row.id, candidate.index, candidate.weight);
            let is_held = action != Action::Spawn;
            let item = Item { id, is_held, index, action, age_ticks, bits, weight, waits: false };
            self.items.push(item);
        }
        self.removed.extend(held.map(|(place, _)| place as u32));
        self.runs.extend((resting > 0).then_some(resting));
    }

    fn removed_bits(&self) -> usize {
        let mut expected = 0;
        let mut bits = golomb_bits(self.removed.len() as u32, 0);
        for place in &self.removed {
            bits += golomb_bits(place - expected, 2);
            expected = place + 1;
        }
        bits
    }

    fn write_removed(&self, writer: &mut BitWriter) {
        writer.golomb(self.removed.len() as u32, 0);
        let mut expected = 0;
        for place in &self.removed {
            writer.golomb(place - expected, 2);
            expected = place + 1;
        }
    }

    fn write_updates(&self, partial: bool, shared: &SharedUpdates, writer: &mut BitWriter) {
        let (mut before, mut left) = (0, None);
        let mut runs = self.runs.iter().copied();
        for item in &self.items {
            let Action::Update(update) = item.action else { continue };
            if !matches!(update, Update::Bits(Splice { moving: true, .. })) {
                // A run is told where it begins: those in it may stand among others that move.
                let rest = left.unwrap_or_else(|| {
                    let run = runs.next().unwrap_or(0);
                    shared.write_run(before, run, writer);
                    before = run;
                    run
                });
                left = rest.checked_sub(1);
            }
            let Update::Bits(splice) = update else { continue };
            if partial {
                writer.bit(item.waits);
            }
            if !item.waits {
                shared.splice(splice, writer);
            }
        }
    }

    fn write_spawns(&self, shared: &mut SharedUpdates, now: &Snapshot, writer: &mut BitWriter) {
        let spawns = || self.items.iter().filter(|i| i.action == Action::Spawn && !i.waits);
        writer.golomb(spawns().count() as u32, 0);
        let mut expected = 0;
        for item in spawns() {
            let Some(row) = now.row(item.index) else { continue };
            writer.golomb(u32::from(item.id.0) - expected, 4);
            writer.bits(u32::from(row.kind.0), 4);
            shared.spawn(now, item.index, writer);
            expected = u32::from(item.id.0) + 1;
        }
    }

    fn view(&mut self, packing: &Packing<'_>) -> View {
        let held =
            || self.items.iter().filter(|item| !(item.waits && item.action == Action::Spawn));
        // No more room than is needed: a thousand clients keep several of these each.
        let needed = held().map(|item| if item.waits { 3 } else { 1 }).sum::<usize>();
        let mut words = self.spare.take(needed);
        words.extend(held().map(|item| item.id.0));
        let count = words.len() as u16;
        let late = held().filter(|item| item.waits);
        words.extend(late.flat_map(|item| [item.id.0, item.age_ticks]));
        View { sequence: packing.sequence, tick: packing.now.tick(), count, words }
    }
}

/// What [`BitWriter::golomb`] takes.
fn golomb_bits(value: u32, order: u32) -> usize {
    let width = 63 - (u64::from(value) + (1 << order)).leading_zeros();
    (2 * width + 1 - order) as usize
}
