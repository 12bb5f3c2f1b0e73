//! Packs what one client may see into one datagram, against the newest view that it acknowledged.
//!
//! The order on the wire: header, entities that vanished, entities that the client has, entities that
//! are new. Of those that it has, the ones that move have a word each; those that rest are counted in
//! runs, each before one that does not go on resting. What does not fit waits: see
//! [`crate::budget`]. docs/protocol-datagrams.md has every bit.

mod runs;

use super::{
    header::{Header, TickBits},
    shared::{SharedUpdates, Splice, Update},
    spare::Spare,
    view::{View, ViewWriter},
};
use crate::{
    budget::{Budget, Candidate},
    limits,
    row::EntityId,
    snapshot::{Snapshot, SnapshotRing},
    wire::bits::BitWriter,
};
use runs::{Resting, Runs};

/// Behind one that stands at most so many are passed over at once if they do as well: where things lie still, most.
const ALONG: usize = 64;

/// Bytes that few datagrams go beyond: room for more is not kept for each client.
const USUAL_BYTES: usize = 512;

/// What happens to one entity in a datagram, if anything is told of it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Item {
    pub(crate) id: EntityId,
    /// Whether the client has it: then it has a place in the datagram, told or not.
    pub(crate) is_held: bool,
    /// Its place in the newest snapshot.
    index: u32,
    /// Whether any rest between the item before and this one: they have no item.
    rest_before: bool,
    action: Action,
    age_ticks: u16,
    /// What it costs to send, and how much that matters.
    pub(crate) bits: usize,
    pub(crate) weight: f32,
    pub(crate) waits: bool,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Action {
    Update(Splice),
    Spawn,
}

/// Scratch space for packing; one serves all clients.
#[derive(Debug, Default)]
pub(crate) struct Packer {
    items: Vec<Item>,
    removed: Vec<u32>,
    resting: Resting,
    /// In which order rows are given room.
    order: Vec<u64>,
    /// What the client will hold.
    view: ViewWriter,
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
    /// How much of the tick goes into the header.
    pub(crate) tick_bits: TickBits,
    pub(crate) sequence: u16,
    pub(crate) limit_bytes: usize,
    pub(crate) budget: &'a mut Budget,
    /// A buffer for the datagram.
    pub(crate) buffer: Vec<u8>,
}

impl Packer {
    /// Takes views that nobody needs any more, for their memory.
    pub(crate) fn recycle(&mut self, views: impl Iterator<Item = View>) {
        views.for_each(|view| self.spare.give(view.bytes));
    }

    /// The datagram, what the client will hold once it has it, and whether anything had to wait.
    pub(crate) fn pack(&mut self, mut packing: Packing<'_>) -> (Vec<u8>, View, bool) {
        self.compare(&mut packing);
        let fixed = packing.header.most_bits() + self.removed_bits() + 2 * 27;
        // Who rests is counted with two bits, which a word for each run mostly stays below, and never waits.
        let room = (packing.limit_bytes * 8).saturating_sub(fixed + self.resting.all() * 2);
        let partial = packing.budget.choose(&mut self.items, room, &mut self.order);
        let has_lists = partial || !self.removed.is_empty() || self.spawns().next().is_some();
        let header = Header { has_lists, partial, ..packing.header };
        let mut buffer = std::mem::take(&mut packing.buffer);
        buffer.reserve(packing.limit_bytes.min(USUAL_BYTES));
        let mut writer = BitWriter::reusing(buffer);
        header.write(packing.tick_bits, &mut writer);
        if has_lists {
            self.write_removed(&mut writer);
        }
        self.write_updates(partial, packing.shared, &mut writer);
        if has_lists {
            self.write_spawns(packing.shared, packing.now, &mut writer);
        }
        (writer.finish(), self.view(&packing), partial)
    }

    /// Walks over what the client has and what it may see, both in the order of entities.
    fn compare(&mut self, packing: &mut Packing<'_>) {
        self.items.clear();
        self.removed.clear();
        self.resting.clear();
        let now = packing.now;
        let mut held = packing.baseline.map(View::held).unwrap_or_default();
        let view_age = packing.baseline.map_or(0, |view| now.tick().since(view.tick) as u32);
        let (mut next, mut place) = (held.next(), 0);
        let mut visible = packing.visible;
        while let Some((candidate, others)) = visible.split_first() {
            visible = others;
            let Some(id) = now.id(candidate.index) else { continue };
            while next.is_some_and(|(held, _)| held < id) {
                self.removed.push(place);
                (next, place) = (held.next(), place + 1);
            }
            let (mut action, mut age_ticks) = (Action::Spawn, 0);
            if let Some((_, late)) = next.filter(|(held, _)| *held == id) {
                (next, place) = (held.next(), place + 1);
                age_ticks = view_age + u32::from(late);
                if packing.shared.stands(candidate.index, age_ticks) {
                    self.resting.count(1);
                    let follows = (EntityId(id.0.wrapping_add(1)), late);
                    if next == Some(follows)
                        && let Some(others) =
                            stand_behind(packing, (id, candidate.index), visible, age_ticks)
                                .checked_sub(1)
                    {
                        let count = 1 + held.pass_adjacent(others);
                        self.resting.count(count as u32);
                        (visible, place) = (&visible[count..], place + count as u32);
                        next = held.next();
                    }
                    continue;
                }
                match update(packing, candidate.index, id, age_ticks) {
                    Update::Rests => {
                        self.resting.count(1);
                        continue;
                    }
                    Update::Bits(splice) => action = Action::Update(splice),
                    Update::Unknown => self.removed.push(place - 1),
                }
            }
            self.note(packing, candidate, (id, age_ticks as u16, action));
        }
        while next.is_some() {
            self.removed.push(place);
            (next, place) = (held.next(), place + 1);
        }
        self.resting.end();
    }

    /// Notes what is told of an entity.
    fn note(
        &mut self,
        packing: &mut Packing<'_>,
        candidate: &Candidate,
        (id, age_ticks, action): (EntityId, u16, Action),
    ) {
        if matches!(action, Action::Update(splice) if !splice.moving) {
            self.resting.end_run();
        }
        let bits = match action {
            Action::Update(splice) => usize::from(splice.length_bits) + 2,
            // The gap and the kind come on top; ids are 16 bits, kinds below 16.
            Action::Spawn => packing.shared.spawn_bits(packing.now, candidate.index) + 40,
        };
        self.items.push(Item {
            id,
            is_held: action != Action::Spawn,
            index: candidate.index as u32,
            rest_before: self.resting.take_since_item(),
            action,
            age_ticks,
            bits,
            weight: candidate.weight,
            waits: false,
        });
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
        let mut runs = Runs::of(&self.resting);
        for item in &self.items {
            runs.pass(item.rest_before, shared, writer);
            let Action::Update(splice) = item.action else { continue };
            if !splice.moving {
                runs.end(shared, writer);
            }
            if partial {
                writer.bit(item.waits);
            }
            if !item.waits {
                shared.splice(splice, writer);
            }
        }
        runs.pass(self.resting.since_item(), shared, writer);
    }

    /// What the client is told of anew.
    fn spawns(&self) -> impl Iterator<Item = &Item> {
        self.items.iter().filter(|item| item.action == Action::Spawn && !item.waits)
    }

    fn write_spawns(&self, shared: &mut SharedUpdates, now: &Snapshot, writer: &mut BitWriter) {
        writer.golomb(self.spawns().count() as u32, 0);
        let mut expected = 0;
        for item in self.spawns() {
            let index = item.index as usize;
            let Some(row) = now.row(index) else { continue };
            writer.golomb(u32::from(item.id.0) - expected, 4);
            writer.bits(u32::from(row.kind.0), 4);
            shared.spawn(now, index, writer);
            expected = u32::from(item.id.0) + 1;
        }
    }

    /// What the client will hold: all that is visible as it is now, but for what waits.
    fn view(&mut self, packing: &Packing<'_>) -> View {
        let changes = |item: &Item| item.waits || item.action == Action::Spawn;
        let same = packing.baseline.filter(|_| self.removed.is_empty());
        let same = same.filter(|view| !view.is_late && !self.items.iter().any(changes));
        if same.is_none() {
            self.write_view(packing);
        }
        let (written, is_late) = match same {
            Some(view) => (view.bytes.as_slice(), false),
            None => self.view.written(),
        };
        // No more room than is needed: a thousand clients keep several of these each.
        let mut bytes = self.spare.take(written.len());
        bytes.extend_from_slice(written);
        View { sequence: packing.sequence, tick: packing.now.tick(), is_late, bytes }
    }

    fn write_view(&mut self, packing: &Packing<'_>) {
        self.view.clear();
        let mut items = self.items.iter().peekable();
        for id in packing.visible.iter().filter_map(|seen| packing.now.id(seen.index)) {
            match items.next_if(|item| item.id == id).filter(|item| item.waits) {
                Some(item) if item.action == Action::Spawn => {}
                waits => self.view.push(id, waits.map_or(0, |item| item.age_ticks)),
            }
        }
    }
}

/// What is told of an entity that the client has as it was so many ticks ago.
fn update(packing: &mut Packing<'_>, index: usize, id: EntityId, age_ticks: u32) -> Update {
    let Packing { ring, now, shared, anchor, .. } = packing;
    if age_ticks > limits::AGE_TICKS {
        return Update::Unknown; // Nobody reads what is told against an older one.
    }
    let as_of = now.tick() - age_ticks;
    match shared.update(ring, now, index, as_of) {
        Update::Unknown => {
            let base = anchor.and_then(|rows| rows.find(id)).filter(|base| base.as_of == as_of);
            base.map_or(Update::Unknown, |base| shared.update_from(base, now, index))
        }
        known => known,
    }
}

/// How many candidates behind one that stands have the ids behind its own, and stand as well.
fn stand_behind(
    packing: &Packing<'_>,
    (id, index): (EntityId, usize),
    behind: &[Candidate],
    age_ticks: u32,
) -> usize {
    let stand = packing.shared.stand_from(index + 1, ALONG.min(behind.len()), age_ticks);
    // Ids and places ascend, so that those before the last have no choice. If not all follow each other, some may.
    let is_last = |count: &usize| {
        behind[count - 1].index == index + count
            && packing.now.id(index + count).is_some_and(|last| last.0 - id.0 == *count as u16)
    };
    let shorter = std::iter::successors(Some(stand), |count| Some(count / 2));
    shorter.take_while(|count| *count > 0).find(is_last).unwrap_or(0)
}

/// What [`BitWriter::golomb`] takes.
fn golomb_bits(value: u32, order: u32) -> usize {
    let width = 63 - (u64::from(value) + (1 << order)).leading_zeros();
    (2 * width + 1 - order) as usize
}

#[cfg(test)]
pub(super) mod tests;
