//! A snapshot in few bytes, for keeping: most columns are small numbers that take four bytes each in a list.
//!
//! It is read by who wrote it and by nobody else: no byte of a peer ever comes here.

use super::{Row, Snapshot};
use crate::{
    row::{EntityId, KindId},
    tick::Tick,
};

/// Columns that share a byte, which says how long each is.
pub(super) const GROUP: usize = 4;
/// The most bytes of a group of columns: that one, and four for each.
pub(super) const GROUP_BYTES: usize = 1 + 4 * GROUP;
/// How many bytes a column of each length takes: most are zero (who does not dash has no direction of it).
const LENGTHS: [usize; 4] = [0, 1, 2, 4];
/// Which bits of four bytes are then the column's.
const MASKS: [u32; 4] = [0, 0xff, 0xffff, u32::MAX];

/// Of so many rows one is marked, so that a single one is found without unpacking all before it.
pub(super) const BLOCK: usize = 8;

/// So much room more than is needed is never given back: short lists become longer and shorter by a few all the time.
const ROOM: usize = 16;

/// Where a block of rows begins.
#[derive(Clone, Copy, Debug)]
pub(super) struct Mark {
    /// In the bytes.
    pub(super) start: u32,
    /// Whose row is the first.
    pub(super) id: u16,
    /// Whose is the one before it; 0 if there is none.
    pub(super) before: u16,
}

/// The rows of a snapshot one after another, each number in as few bytes as it needs; columns as in Lemire, Kurz
/// and Rupp's "Stream VByte" (2017): no branch depends on a number. [`Press`](super::press::Press) writes them.
#[derive(Clone, Debug, Default)]
pub(super) struct Packed {
    /// Behind the rows there is room for one group more, so that each can be read as if it were the longest.
    bytes: Vec<u8>,
    /// Of each block of rows.
    marks: Vec<Mark>,
    /// How many rows and columns there are.
    rows: u32,
    columns: u32,
}

impl Packed {
    /// What was written of a snapshot, in this one's memory if that is about as much.
    pub(super) fn keep(mut self, snapshot: &Snapshot, (written, marks): (&[u8], &[Mark])) -> Self {
        (self.rows, self.columns) = (snapshot.len() as u32, snapshot.columns.len() as u32);
        empty(&mut self.bytes, written.len() + GROUP_BYTES);
        self.bytes.extend_from_slice(written);
        self.bytes.extend_from_slice(&[0; GROUP_BYTES]);
        empty(&mut self.marks, marks.len());
        self.marks.extend_from_slice(marks);
        self
    }

    /// The snapshot of this tick that it was made of.
    pub(super) fn unpack(&self, tick: Tick) -> Snapshot {
        let (mut snapshot, mut id) = (Snapshot::new(tick), 0);
        snapshot.entries.reserve_exact(self.rows as usize);
        // A group more than there are: the last one of each row is read as if all of it were the row's.
        snapshot.columns.reserve_exact(self.columns as usize + GROUP);
        let mut bytes = self.bytes.as_slice();
        for _ in 0..self.rows {
            let start = snapshot.columns.len();
            let (kind, as_of) = read_row(&mut bytes, tick, &mut id, &mut snapshot.columns);
            snapshot.enter(EntityId(id), kind, as_of, start);
        }
        snapshot
    }

    /// The row of an entity in the snapshot of this tick that it was made of; its columns go into `columns`.
    pub(super) fn find<'r>(
        &self,
        tick: Tick,
        id: EntityId,
        columns: &'r mut Vec<i32>,
    ) -> Option<Row<'r>> {
        let block = self.marks.partition_point(|mark| mark.id <= id.0).checked_sub(1)?;
        let mark = self.marks.get(block)?;
        let mut bytes = self.bytes.get(mark.start as usize..)?;
        let (mut at, left) = (mark.before, self.rows as usize - block * BLOCK);
        for _ in 0..left.min(BLOCK) {
            columns.clear();
            let (kind, as_of) = read_row(&mut bytes, tick, &mut at, columns);
            if at >= id.0 {
                return (at == id.0).then_some(Row { id, kind, as_of, columns });
            }
        }
        None
    }
}

/// Empties a list, with room for so much: no more memory than is needed, but for a few rows more of those that come next.
fn empty<T>(list: &mut Vec<T>, length: usize) {
    list.clear();
    if !(length..=length + length / 8 + ROOM).contains(&list.capacity()) {
        *list = Vec::with_capacity(length + length / 16 + ROOM / 2);
    }
}

/// Reads a row, whose columns go to the end of a list: its kind, and when it was true. `id` is that of the row before,
/// and becomes its own.
fn read_row(bytes: &mut &[u8], tick: Tick, id: &mut u16, columns: &mut Vec<i32>) -> (KindId, Tick) {
    let mut number = || read(bytes).unwrap_or(0);
    *id += number() as u16;
    let kind = number();
    let age = if kind & 1 == 1 { unfolded(number()) } else { 0 };
    let (start, count) = (columns.len(), number() as usize);
    for _ in 0..count.div_ceil(GROUP) {
        columns.extend_from_slice(&read_group(bytes).unwrap_or_default());
    }
    columns.truncate(start + count);
    (KindId((kind >> 1) as u8), Tick(tick.0.wrapping_add_signed(age.wrapping_neg())))
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

/// Reads four columns.
fn read_group(bytes: &mut &[u8]) -> Option<[i32; GROUP]> {
    let room: &[u8; GROUP_BYTES] = bytes.first_chunk()?;
    let (codes, mut end) = (room[0], 1);
    let mut columns = [0; GROUP];
    if codes != 0 {
        for (column, code) in columns.iter_mut().zip((0..).map(|place| codes >> (2 * place) & 3)) {
            let word = room.get(end..end + 4)?.first_chunk()?;
            *column = unfolded(u32::from_le_bytes(*word) & MASKS[usize::from(code)]);
            end += LENGTHS[usize::from(code)];
        }
    }
    *bytes = bytes.get(end..)?;
    Some(columns)
}

/// The number that [`folded`](super::press) was made of.
fn unfolded(number: u32) -> i32 {
    (number >> 1) as i32 ^ -(number as i32 & 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::snapshot::press::Press;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn what_is_packed_comes_out(
            rows in prop::collection::btree_map(
                any::<u16>(),
                (
                    any::<u8>(),
                    // Also those that are newer than the snapshot.
                    prop_oneof![0_u32..99, any::<u32>()],
                    prop_oneof![
                        9 => prop::collection::vec(any::<i32>(), 0..9),
                        1 => prop::collection::vec(-3_i32..3, 120..=255),
                    ],
                ),
                0..40,
            ),
            others in prop::collection::vec(any::<u16>(), 0..9),
            tick in any::<u32>(),
        ) {
            let mut snapshot = Snapshot::new(Tick(tick));
            for (id, (kind, age, columns)) in &rows {
                snapshot.push_columns(EntityId(*id), KindId(*kind), Tick(tick) - *age, columns);
            }
            let mut press = Press::default();
            let packed = Packed::default().keep(&snapshot, press.write(&snapshot));
            let mut columns = Vec::new();
            for id in rows.keys().chain(&others) {
                let found = packed.find(Tick(tick), EntityId(*id), &mut columns);
                prop_assert_eq!(found, snapshot.find(EntityId(*id)));
            }
            prop_assert_eq!(packed.unpack(Tick(tick)), snapshot);
        }
    }

    #[test]
    fn a_small_number_takes_a_byte_and_a_zero_none() {
        let mut snapshot = Snapshot::new(Tick(7));
        snapshot.push_columns(EntityId(3), KindId(1), Tick(7), &[0, -1, 127, -128, 0, 0, 0, 0, 1]);
        let mut press = Press::default();
        let bytes = press.write(&snapshot).0.len();
        assert_eq!(bytes, 3 + 3 + 4, "three numbers for the row, a byte for four columns");
    }
}
