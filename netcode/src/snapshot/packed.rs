//! A snapshot in few bytes, for keeping: most columns are small numbers that take four bytes each in a list.
//!
//! It is read by who wrote it and by nobody else: no byte of a peer ever comes here.

use super::Snapshot;
use crate::{
    row::{EntityId, KindId},
    tick::Tick,
};

/// Columns that share a byte, which says how long each is.
const GROUP: usize = 4;
/// How many bytes a column of each length takes: most are zero (who does not dash has no direction of it).
const LENGTHS: [usize; 4] = [0, 1, 2, 4];

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
    /// Becomes these rows.
    pub(super) fn pack(&mut self, snapshot: &Snapshot) {
        self.bytes.clear();
        (self.rows, self.columns) = (snapshot.len() as u32, snapshot.columns.len() as u32);
        if self.bytes.capacity() == 0 {
            self.bytes.reserve(snapshot.columns.len() * 3 / 2 + snapshot.len() * 4);
        }
        let mut before = 0;
        for row in snapshot.rows() {
            let age = folded(snapshot.tick().since(row.as_of));
            self.write(u32::from(row.id.0 - before));
            self.write(u32::from(row.kind.0) << 1 | u32::from(age != 0));
            if age != 0 {
                self.write(age);
            }
            self.write(row.columns.len() as u32);
            row.columns.chunks(GROUP).for_each(|group| self.write_group(group));
            before = row.id.0;
        }
        // A list that grows by doubling would be half empty. Some room stays for a few rows more.
        if self.bytes.capacity() > self.bytes.len() + self.bytes.len() / 8 {
            self.bytes.shrink_to(self.bytes.len() + self.bytes.len() / 16);
        }
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

    /// A byte with the length of each of up to four columns, and then these, the lowest byte first.
    fn write_group(&mut self, columns: &[i32]) {
        let (mut group, mut end) = ([0; 1 + 4 * GROUP], 1);
        for (place, column) in columns.iter().enumerate() {
            let number = folded(*column);
            let length =
                [1, 1 << 8, 1 << 16].iter().map(|least| u8::from(number >= *least)).sum::<u8>();
            group[0] |= length << (2 * place);
            if let Some(room) = group.get_mut(end..end + 4) {
                room.copy_from_slice(&number.to_le_bytes());
            }
            end += LENGTHS[usize::from(length)];
        }
        self.bytes.extend_from_slice(&group[..end]);
    }

    /// Seven bits a byte, the least first; the eighth says that more follow.
    fn write(&mut self, mut number: u32) {
        while number >= 0x80 {
            self.bytes.push(number as u8 | 0x80);
            number >>= 7;
        }
        self.bytes.push(number as u8);
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
            packed.pack(&snapshot);
            prop_assert_eq!(packed.unpack(Tick(tick)), snapshot);
        }
    }

    #[test]
    fn a_small_number_takes_a_byte_and_a_zero_none() {
        let mut snapshot = Snapshot::new(Tick(7));
        snapshot.push_columns(EntityId(3), KindId(1), Tick(7), &[0, -1, 127, -128, 0, 0, 0, 0, 1]);
        let mut packed = Packed::default();
        packed.pack(&snapshot);
        assert_eq!(
            packed.bytes.len(),
            3 + 3 + 4,
            "three numbers for the row, a byte for four columns"
        );
    }
}
