//! A snapshot in few bytes, for keeping: most columns are small numbers that take four bytes each in a list.
//!
//! It is read by who wrote it and by nobody else: no byte of a peer ever comes here.

use super::Snapshot;
use crate::{
    row::{EntityId, KindId},
    tick::Tick,
};
use std::array;

/// Columns that share a byte, which says how long each is.
const GROUP: usize = 4;
/// How many bytes a column of each length takes: most are zero (who does not dash has no direction of it).
const LENGTHS: [usize; 4] = [0, 1, 2, 4];

/// The most bytes of a group: one for the lengths, and four for each column.
const GROUP_BYTES: usize = 1 + 4 * GROUP;
/// The most bytes of a row without its columns: id, kind, age, and how many columns there are, seven bits a byte.
const ROW_BYTES: usize = 3 + 2 + 5 + 3;

/// The rows of a snapshot one after another, each number in as few bytes as it needs; columns as in Lemire, Kurz
/// and Rupp's "Stream VByte" (2017): no branch depends on a number.
#[derive(Clone, Debug, Default)]
pub(super) struct Packed {
    bytes: Vec<u8>,
    /// How many rows and columns there are, for as much room when it is unpacked.
    rows: u32,
    columns: u32,
}

impl Packed {
    /// Becomes these rows. `room` is scratch.
    pub(super) fn pack(&mut self, snapshot: &Snapshot, room: &mut Vec<u8>) {
        (self.rows, self.columns) = (snapshot.len() as u32, snapshot.columns.len() as u32);
        let groups = snapshot.columns.len() / GROUP + snapshot.len();
        let most = snapshot.len() * ROW_BYTES + groups * GROUP_BYTES;
        if room.len() < most {
            room.resize(most, 0);
        }
        let (mut pen, mut before) = (Pen { room, end: 0 }, 0);
        for row in snapshot.rows() {
            let age = folded(snapshot.tick().since(row.as_of));
            let gap = u32::from(row.id.0 - before);
            let kind = u32::from(row.kind.0) << 1 | u32::from(age != 0);
            let count = row.columns.len() as u32;
            if (gap | kind | count) < 0x80 && age == 0 {
                pen.bytes([gap as u8, kind as u8, count as u8]);
            } else {
                pen.number(gap);
                pen.number(kind);
                if age != 0 {
                    pen.number(age);
                }
                pen.number(count);
            }
            let (groups, rest) = row.columns.as_chunks();
            groups.iter().for_each(|group| pen.group(*group));
            if !rest.is_empty() {
                pen.group(array::from_fn(|place| rest.get(place).copied().unwrap_or(0)));
            }
            before = row.id.0;
        }
        debug_assert!(pen.end <= pen.room.len(), "there was room for the longest");
        // No more memory than is needed, but for a few rows more of those that come next.
        let bytes = pen.room.get(..pen.end).unwrap_or_default();
        self.bytes.clear();
        if !(bytes.len()..=bytes.len() + bytes.len() / 8).contains(&self.bytes.capacity()) {
            self.bytes = Vec::with_capacity(bytes.len() + bytes.len() / 16);
        }
        self.bytes.extend_from_slice(bytes);
    }

    /// The snapshot of this tick that it was made of.
    pub(super) fn unpack(&self, tick: Tick) -> Snapshot {
        let (mut snapshot, mut columns, mut id) = (Snapshot::new(tick), Vec::new(), 0);
        snapshot.entries.reserve_exact(self.rows as usize);
        snapshot.columns.reserve_exact(self.columns as usize);
        let mut bytes = self.bytes.as_slice();
        while let Some(ahead) = read(&mut bytes) {
            let mut number = || read(&mut bytes).unwrap_or(0);
            id += ahead as u16;
            let kind = number();
            let age = if kind & 1 == 1 { unfolded(number()) } else { 0 };
            let as_of = Tick(tick.0.wrapping_add_signed(age.wrapping_neg()));
            let count = number() as usize;
            columns.clear();
            while columns.len() < count {
                read_group(&mut bytes, count - columns.len(), &mut columns);
            }
            snapshot.push_columns(EntityId(id), KindId((kind >> 1) as u8), as_of, &columns);
        }
        snapshot
    }
}

/// Writes into room that is there: what asks for each byte whether there is takes twice as long.
struct Pen<'a> {
    room: &'a mut [u8],
    end: usize,
}

impl Pen<'_> {
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

fn read(bytes: &mut &[u8]) -> Option<u32> {
    let mut number = 0;
    for shift in (0..32).step_by(7) {
        let byte = u32::from(*bytes.split_off_first()?);
        number |= (byte & 0x7f) << shift;
        if byte < 0x80 {
            break;
        }
    }
    Some(number)
}

/// Reads up to four columns, of which `left` are to come.
fn read_group(bytes: &mut &[u8], left: usize, columns: &mut Vec<i32>) {
    let lengths = bytes.split_off_first().copied().unwrap_or(0);
    for place in 0..GROUP.min(left) {
        let length = LENGTHS[usize::from(lengths >> (2 * place) & 3)];
        let (mut number, told) = ([0; 4], bytes.split_off(..length).unwrap_or_default());
        number[..told.len()].copy_from_slice(told);
        columns.push(unfolded(u32::from_le_bytes(number)));
    }
}

/// Numbers of either sign as small ones: 0, -1, 1, -2 and so on.
fn folded(number: i32) -> u32 {
    (number << 1 ^ number >> 31) as u32
}

fn unfolded(number: u32) -> i32 {
    (number >> 1) as i32 ^ -(number as i32 & 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn what_is_packed_comes_out(
            rows in prop::collection::btree_map(
                any::<u16>(),
                (any::<u8>(), 0_u32..99, prop::collection::vec(any::<i32>(), 0..9)),
                0..20,
            ),
            tick in any::<u32>(),
        ) {
            let mut snapshot = Snapshot::new(Tick(tick));
            for (id, (kind, age, columns)) in &rows {
                snapshot.push_columns(EntityId(*id), KindId(*kind), Tick(tick) - *age, columns);
            }
            let mut packed = Packed::default();
            packed.pack(&snapshot, &mut Vec::new());
            prop_assert_eq!(packed.unpack(Tick(tick)), snapshot);
        }
    }

    #[test]
    fn a_small_number_takes_a_byte_and_a_zero_none() {
        let mut snapshot = Snapshot::new(Tick(7));
        snapshot.push_columns(EntityId(3), KindId(1), Tick(7), &[0, -1, 127, -128, 0, 0, 0, 0, 1]);
        let mut packed = Packed::default();
        packed.pack(&snapshot, &mut Vec::new());
        assert_eq!(
            packed.bytes.len(),
            3 + 3 + 4,
            "three numbers for the row, a byte for four columns"
        );
    }
}
