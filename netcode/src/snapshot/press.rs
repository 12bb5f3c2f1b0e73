//! Where snapshots are packed ([`super::packed`]), one after another: what is as it was in the one before is copied.

use super::{Snapshot, packed::GROUP};
use crate::tick::Tick;
use std::{array, ops::Range};

/// The most bytes of a group of columns: one for the lengths, and four for each column.
const GROUP_BYTES: usize = 1 + 4 * GROUP;
/// The most bytes of a row without its columns: id, kind, age, and how many columns there are, seven bits a byte.
const ROW_BYTES: usize = 3 + 2 + 5 + 3;

/// The last snapshot, packed, and where each of its rows begins.
#[derive(Clone, Debug, Default)]
pub(super) struct Press {
    /// Which snapshot it is, and where its rows begin; the last one is where they end.
    of: Option<Tick>,
    room: Vec<u8>,
    starts: Vec<u32>,
    /// The same of the one before, to copy from.
    old_room: Vec<u8>,
    old_starts: Vec<u32>,
}

impl Press {
    /// Writes the rows of a snapshot; `since` tells the places of those that differ from the snapshot of an earlier
    /// tick, where the others are the same.
    pub(super) fn write(&mut self, snapshot: &Snapshot, since: Option<(Tick, &[u32])>) {
        let since = since.filter(|(before, _)| self.of == Some(*before));
        if since.is_some() {
            std::mem::swap(&mut self.room, &mut self.old_room);
            std::mem::swap(&mut self.starts, &mut self.old_starts);
        }
        let Self { of, room, starts, old_room, old_starts } = self;
        *of = Some(snapshot.tick());
        starts.clear();
        let mut pen = Pen::new(room, snapshot);
        let (mut next, end) = (0, snapshot.len());
        if let Some((_, changed)) = since {
            for place in changed.iter().map(|place| *place as usize).chain([end]) {
                if let Some(&[first, .., last]) = old_starts.get(next..=place) {
                    let moved = (pen.end as u32).wrapping_sub(first);
                    let same = old_starts.get(next..place).unwrap_or_default();
                    starts.extend(same.iter().map(|start| start.wrapping_add(moved)));
                    pen.copy(old_room.get(first as usize..last as usize).unwrap_or_default());
                }
                pen.rows(snapshot, place..(place + 1).min(end), starts);
                next = place + 1;
            }
        }
        pen.rows(snapshot, next..end, starts);
        starts.push(pen.end as u32);
    }

    /// The rows of the snapshot that was written last.
    pub(super) fn written(&self) -> &[u8] {
        let end = self.starts.last().copied().unwrap_or(0) as usize;
        debug_assert!(end <= self.room.len(), "there was room for the longest");
        self.room.get(..end).unwrap_or_default()
    }
}

/// Writes into room that is there: what asks for each byte whether there is takes twice as long.
struct Pen<'a> {
    room: &'a mut [u8],
    end: usize,
}

impl<'a> Pen<'a> {
    /// With room for all of a snapshot.
    fn new(room: &'a mut Vec<u8>, snapshot: &Snapshot) -> Self {
        let groups = snapshot.columns.len() / GROUP + snapshot.len();
        let most = snapshot.len() * ROW_BYTES + groups * GROUP_BYTES;
        if room.len() < most {
            room.resize(most, 0);
        }
        Self { room, end: 0 }
    }

    /// Some rows of a snapshot, and where each begins.
    fn rows(&mut self, snapshot: &Snapshot, places: Range<usize>, starts: &mut Vec<u32>) {
        let before = places.start.checked_sub(1).and_then(|before| snapshot.id(before));
        let mut before = before.map_or(0, |id| id.0);
        for row in places.filter_map(|place| snapshot.row(place)) {
            starts.push(self.end as u32);
            let age = folded(snapshot.tick().since(row.as_of));
            let gap = u32::from(row.id.0 - before);
            let kind = u32::from(row.kind.0) << 1 | u32::from(age != 0);
            let count = row.columns.len() as u32;
            if (gap | kind | count) < 0x80 && age == 0 {
                self.bytes([gap as u8, kind as u8, count as u8]);
            } else {
                self.number(gap);
                self.number(kind);
                if age != 0 {
                    self.number(age);
                }
                self.number(count);
            }
            let (groups, rest) = row.columns.as_chunks();
            groups.iter().for_each(|group| self.group(*group));
            if !rest.is_empty() {
                self.group(array::from_fn(|place| rest.get(place).copied().unwrap_or(0)));
            }
            before = row.id.0;
        }
    }

    /// Rows that were written before.
    fn copy(&mut self, rows: &[u8]) {
        if let Some(room) = self.room.get_mut(self.end..self.end + rows.len()) {
            room.copy_from_slice(rows);
        }
        self.end += rows.len();
    }

    /// A byte with the length of each of four columns, and then these, the lowest byte first; zeros have no length.
    fn group(&mut self, columns: [i32; GROUP]) {
        let numbers = columns.map(folded);
        if numbers == [0; GROUP] {
            return self.byte(0); // Most of a row is.
        }
        let codes = numbers.map(|number| {
            u32::from(number > 0) + u32::from(number > 0xff) + u32::from(number > 0xffff)
        });
        // As in LENGTHS, without looking.
        let [one, two, three, four] = codes.map(|code| code + u32::from(code == 3));
        let both = |first: u32, length: u32, second: u32| {
            (u64::from(first) | u64::from(second) << (8 * length)).to_le_bytes()
        };
        // Each two columns are written at once, and what follows goes over what they do not need.
        let half = (one + two) as usize;
        if let Some(room) = self.room.get_mut(self.end..self.end + GROUP_BYTES) {
            room[0] = (codes[0] | codes[1] << 2 | codes[2] << 4 | codes[3] << 6) as u8;
            room[1..9].copy_from_slice(&both(numbers[0], one, numbers[1]));
            if let Some(room) = room.get_mut(1 + half..9 + half) {
                room.copy_from_slice(&both(numbers[2], three, numbers[3]));
            }
        }
        self.end += 1 + half + (three + four) as usize;
    }

    /// Seven bits a byte, the least first; the eighth says that more follow.
    fn number(&mut self, mut number: u32) {
        while number >= 0x80 {
            self.byte(number as u8 | 0x80);
            number >>= 7;
        }
        self.byte(number as u8);
    }

    fn byte(&mut self, byte: u8) {
        self.bytes([byte]);
    }

    fn bytes<const COUNT: usize>(&mut self, bytes: [u8; COUNT]) {
        if let Some(room) = self.room.get_mut(self.end..self.end + COUNT) {
            room.copy_from_slice(&bytes);
        }
        self.end += COUNT;
    }
}

/// Numbers of either sign as small ones: 0, -1, 1, -2 and so on.
fn folded(number: i32) -> u32 {
    (number << 1 ^ number >> 31) as u32
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        row::{EntityId, KindId},
        snapshot::{changes, packed::Packed},
    };
    use proptest::prelude::*;

    /// Packs one after another, as a ring does.
    fn press(snapshots: &[Snapshot]) {
        let (mut press, mut changed) = (Press::default(), Vec::new());
        let mut packed = |place: usize| {
            let now = &snapshots[place];
            let before = place.checked_sub(1).map(|before| &snapshots[before]);
            let before = before.filter(|before| changes::find(now, before, &mut changed));
            press.write(now, before.map(|before| (before.tick(), changed.as_slice())));
            let mut alone = Press::default();
            alone.write(now, None);
            assert_eq!(press.written(), alone.written());
            let packed = Packed::default().keep(now, press.written());
            assert_eq!(packed.unpack(now.tick()), *now);
        };
        (0..snapshots.len()).for_each(&mut packed);
    }

    proptest! {
        /// Most rows stay as they are from one to the next, as in a world of things that lie still.
        #[test]
        fn what_is_copied_from_the_one_before_is_what_it_would_be(
            rows in prop::collection::btree_map(any::<u16>(), prop::collection::vec(-300_i32..300, 0..9), 1..40),
            changes in prop::collection::vec(prop::collection::vec((any::<u16>(), any::<i32>()), 0..6), 1..6),
            gone in 0_usize..6,
        ) {
            let (mut rows, mut snapshots) = (rows, Vec::new());
            for (changes, tick) in changes.iter().zip(5..) {
                for (number, column) in changes {
                    let place = usize::from(*number) % rows.len();
                    let columns = rows.values_mut().nth(place).expect("it is below their number");
                    if let Some(first) = columns.first_mut() {
                        *first = *column;
                    }
                }
                if snapshots.len() == gone && rows.len() > 1 {
                    rows.pop_first();
                }
                let mut snapshot = Snapshot::new(Tick(tick));
                for (id, columns) in &rows {
                    let as_of = Tick(tick) - u32::from(id % 5 / 4);
                    snapshot.push_columns(EntityId(*id), KindId(1), as_of, columns);
                }
                snapshots.push(snapshot);
            }
            press(&snapshots);
        }
    }

    #[test]
    fn what_did_not_change_is_copied() {
        let made = |tick: u32, column: i32| {
            let mut snapshot = Snapshot::new(Tick(tick));
            for (id, column) in [(1, 7), (2, column), (3, 7), (300, 7)] {
                snapshot.push_columns(EntityId(id), KindId(1), Tick(tick), &[column]);
            }
            snapshot
        };
        let mut press = Press::default();
        press.write(&made(1, 7), None);
        // The column of the first and of the last one.
        for place in [4, 20] {
            assert_eq!(std::mem::replace(&mut press.room[place], 99), 14, "seven, folded");
        }
        press.write(&made(2, 700), Some((Tick(1), &[1])));
        let again = Packed::default().keep(&made(2, 700), press.written()).unpack(Tick(2));
        let columns: Vec<i32> = again.rows().map(|row| row.columns[0]).collect();
        assert_eq!(columns, [-50, 700, 7, -50]);
        press.write(&made(4, 7), Some((Tick(3), &[])));
        let anew = Packed::default().keep(&made(4, 7), press.written()).unpack(Tick(4));
        assert_eq!(anew, made(4, 7), "that is not the one before");
    }
}
