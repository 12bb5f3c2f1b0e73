//! A snapshot in few bytes, for keeping: most columns are small numbers that take four bytes each in a list.
//!
//! It is read by who wrote it and by nobody else: no byte of a peer ever comes here.

use super::Snapshot;
use crate::{
    row::{EntityId, KindId},
    tick::Tick,
};

/// Columns whose zeros one byte tells.
const GROUP: usize = 8;

/// The rows of a snapshot one after another, each number in as few bytes as it needs. Many columns are zero
/// (who does not dash has no direction of it): a bit says so.
#[derive(Clone, Debug, Default)]
pub(super) struct Packed {
    bytes: Vec<u8>,
}

impl Packed {
    /// Becomes these rows.
    pub(super) fn pack(&mut self, snapshot: &Snapshot) {
        self.bytes.clear();
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
            for group in row.columns.chunks(GROUP) {
                let bit = |(place, column): (usize, &i32)| u8::from(*column != 0) << place;
                self.bytes.push(group.iter().enumerate().map(bit).sum());
                group
                    .iter()
                    .filter(|column| **column != 0)
                    .for_each(|column| self.write(folded(*column)));
            }
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
        let mut bytes = self.bytes.iter();
        while let Some(ahead) = read(&mut bytes) {
            let mut number = || read(&mut bytes).unwrap_or(0);
            id += ahead as u16;
            let kind = number();
            let age = if kind & 1 == 1 { unfolded(number()) } else { 0 };
            let as_of = Tick(tick.0.wrapping_add_signed(age.wrapping_neg()));
            let count = number() as usize;
            columns.clear();
            while columns.len() < count {
                let told = bytes.next().copied().unwrap_or(0);
                for place in 0..GROUP.min(count - columns.len()) {
                    let is_told = told >> place & 1 == 1;
                    columns.push(if is_told { unfolded(read(&mut bytes).unwrap_or(0)) } else { 0 });
                }
            }
            snapshot.push_columns(EntityId(id), KindId((kind >> 1) as u8), as_of, &columns);
        }
        snapshot
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

fn read(bytes: &mut std::slice::Iter<'_, u8>) -> Option<u32> {
    let mut number = 0;
    for shift in (0..32).step_by(7) {
        let byte = u32::from(*bytes.next()?);
        number |= (byte & 0x7f) << shift;
        if byte < 0x80 {
            break;
        }
    }
    Some(number)
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
    fn a_small_number_takes_a_byte_and_a_zero_a_bit() {
        let mut snapshot = Snapshot::new(Tick(7));
        snapshot.push_columns(EntityId(3), KindId(1), Tick(7), &[0, -1, 63, -64, 0, 0, 0, 0, 1]);
        let mut packed = Packed::default();
        packed.pack(&snapshot);
        assert_eq!(packed.bytes.len(), 3 + 2 + 4);
    }
}
