//! Rows that were read before: for a program with many clients of one server.
//!
//! A server encodes a row once for all clients that have the same baseline ([`super::shared`]), so
//! a thousand clients in one process, as in a load test, are told the same bits again and again. Reading
//! them is most of what such a client costs. Here it is done once: who has the same baseline and gets the
//! same bits for the same tick has the same row.
//!
//! It must never answer with anything but what reading would have given: everything that reading depends on
//! is compared, and nothing is trusted to be likely.

use crate::{
    inspect::tally::RowBits,
    limits,
    row::{EntityId, KindId},
    snapshot::{Row, Snapshot},
    tick::Tick,
    wire::bits::BitReader,
};
use std::{
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

/// Rows that are kept at once, each at a place that its entity, its tick and its baseline's age decide.
const SLOTS: usize = 1 << 16;
/// Rows of more columns are read each time.
const COLUMNS: usize = 24;
/// The same of longer words.
const WORD_BITS: usize = 256;

const _: () = assert!(COLUMNS <= limits::FIELDS);

/// What the clients of one program have read of one server's rows. A clone is the same one.
///
/// ```
/// # mod walkers { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/walkers.rs")); }
/// # use walkers::*;
/// use netcode::{client::Client, delta::Recall, wire::message::Hello};
/// let recall = Recall::default(); // one for all of them
/// let mut crowd: Vec<Client<Walkers>> =
///     (0..1_000).map(|_| Client::new(Hello::new::<Walkers>("one of many"))).collect();
/// crowd.iter_mut().for_each(|client| client.share_reading(&recall));
/// assert_eq!(recall.hits(), 0, "nothing came yet");
/// ```
#[derive(Clone, Default)]
pub struct Recall {
    table: Arc<Mutex<Table>>,
}

impl fmt::Debug for Recall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Recall").finish_non_exhaustive()
    }
}

impl Recall {
    /// How many rows were not read because they had been before.
    #[must_use]
    pub fn hits(&self) -> u64 {
        self.table().hits
    }

    /// The table, for as long as a datagram is read.
    pub(super) fn table(&self) -> MutexGuard<'_, Table> {
        // Whatever happened to who held it, each row in it is whole.
        self.table.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A row that was read, and all that it was read from. What is needed together lies together: looking it up is
/// little else than waiting for memory.
#[derive(Clone, Debug)]
#[repr(C, align(64))]
struct Slot {
    tick: Tick,
    as_of: Tick,
    id: EntityId,
    length_bits: u16,
    kind: KindId,
    columns: u8,
    bits: RowBits,
    word: [u32; WORD_BITS / 32],
    /// The columns of the baseline, and behind them those of the row.
    both: [i32; COLUMNS * 2],
}

/// The rows.
#[derive(Default)]
pub(super) struct Table {
    /// Empty until the first row is kept.
    slots: Vec<Slot>,
    hits: u64,
}

impl Table {
    /// Touches what is kept of all rows of a baseline, of which `tick` will be read: their memory comes at
    /// once, and not one row after the other.
    pub(super) fn fetch(&self, tick: Tick, baseline: &Snapshot) {
        let slots =
            baseline.rows().filter_map(|row| self.slots.get(place(row.id, tick, row.as_of)));
        // A word of each of the lines of memory over which a usual row spreads.
        let touched = slots.map(|slot| {
            let ends = slot.both[12] ^ slot.both[28];
            slot.tick.0 ^ slot.word[7] ^ ends as u32
        });
        std::hint::black_box(touched.fold(0, |all, one| all ^ one));
    }

    /// The row at `tick` of who has `baseline` and is told what comes next in `reader`, or of who is told
    /// nothing of it because it rests. Takes its bits from the reader.
    pub(super) fn find(
        &mut self,
        tick: Tick,
        baseline: &Row<'_>,
        reader: Option<&mut BitReader<'_>>,
    ) -> Option<(&[i32], &RowBits)> {
        let slot = self.slots.get(place(baseline.id, tick, baseline.as_of))?;
        let count = usize::from(slot.columns);
        let (was, is) = slot.both.get(..count * 2)?.split_at(count);
        let same = (slot.tick, slot.as_of, slot.id, slot.kind)
            == (tick, baseline.as_of, baseline.id, baseline.kind)
            && was == baseline.columns;
        if !same || !slot.is_next(reader) {
            return None;
        }
        self.hits += 1;
        Some((is, &slot.bits))
    }

    /// Keeps a row that was read from the bits between two positions of a reader, or from none.
    pub(super) fn keep(
        &mut self,
        tick: Tick,
        baseline: &Row<'_>,
        row: &[i32],
        told: Option<(&BitReader<'_>, usize)>,
        bits: &RowBits,
    ) {
        let length = told.map_or(0, |(before, end)| end - before.position());
        let count = row.len();
        if length > WORD_BITS || count > COLUMNS || baseline.columns.len() != count {
            return;
        }
        if self.slots.is_empty() {
            self.slots.resize(SLOTS, Slot::empty());
        }
        let Some(slot) = self.slots.get_mut(place(baseline.id, tick, baseline.as_of)) else {
            return;
        };
        (slot.tick, slot.as_of, slot.id) = (tick, baseline.as_of, baseline.id);
        (slot.kind, slot.columns, slot.length_bits) = (baseline.kind, count as u8, length as u16);
        if let Some((before, _)) = told {
            let mut reader = before.clone();
            for (part, word) in parts(length).zip(&mut slot.word) {
                *word = reader.bits(part).unwrap_or(0);
            }
        }
        slot.both[..count].copy_from_slice(baseline.columns);
        slot.both[count..count * 2].copy_from_slice(row);
        slot.bits.clone_from(bits);
    }
}

impl Slot {
    fn empty() -> Self {
        Self {
            tick: Tick(0),
            as_of: Tick(0),
            id: EntityId(0),
            kind: KindId(0),
            columns: 0,
            length_bits: 0,
            word: [0; WORD_BITS / 32],
            bits: RowBits::default(),
            both: [0; COLUMNS * 2],
        }
    }

    /// Whether the bits that it was read from come next. Then they are taken.
    fn is_next(&self, reader: Option<&mut BitReader<'_>>) -> bool {
        let length = usize::from(self.length_bits);
        let Some(reader) = reader else { return length == 0 };
        if length == 0 {
            return false; // It rested, and here it is told.
        }
        let mut ahead = reader.clone();
        let same = parts(length).zip(&self.word).all(|(part, word)| ahead.bits(part) == Ok(*word));
        if same {
            *reader = ahead;
        }
        same
    }
}

/// So many bits in reads of at most 32.
fn parts(bits: usize) -> impl Iterator<Item = u32> {
    (0..bits).step_by(32).map(move |begun| (bits - begun).min(32) as u32)
}

/// Where a row is kept. Ticks stand apart, since clients that take turns read those of some hundredth of a second
/// at once; and so do entities, and the ages of baselines.
fn place(id: EntityId, tick: Tick, as_of: Tick) -> usize {
    let age = tick.since(as_of) as u32;
    let key = u32::from(id.0) << 14 | (tick.0 & 0x7f) << 7 | age & 0x7f;
    (key.wrapping_mul(0x9e37_79b1) >> (32 - SLOTS.trailing_zeros())) as usize
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::delta::{
        header::Header,
        tests::{both, row},
        unpack::unpack,
    };
    use proptest::prelude::*;

    proptest! {
        /// Whatever others have read, each client reads what it would have read alone: the same bits, or some
        /// that are nearly the same, against the same rows or others.
        #[test]
        fn what_was_read_before_changes_nothing(
            rows in prop::collection::vec((row(), row()), 1..8),
            bytes in prop::collection::vec(any::<u8>(), 0..60),
            flips in prop::collection::vec((0_usize..480, any::<bool>()), 1..6),
            (has_lists, partial) in any::<(bool, bool)>(),
        ) {
            let [mut alone, _] = both();
            let mut among = alone.clone();
            among.recall = Some(Recall::default());
            let header = Header { has_lists, partial, tick: 64, baseline: 1, inputs: None };
            let mut bytes = bytes;
            for (flip, other) in flips {
                let mut baseline = Snapshot::new(Tick(60));
                for ((one, two), id) in rows.iter().zip(0..) {
                    let columns = if other { two } else { one };
                    baseline.push_columns(EntityId(id), KindId(0), Tick(60), columns);
                }
                for _ in 0..2 {
                    let [one, two] = [&mut alone, &mut among].map(|code| {
                        let read = unpack(code, &baseline, Tick(64), &header, BitReader::new(&bytes));
                        (read, code.tally.bits().clone())
                    });
                    prop_assert_eq!(one, two);
                }
                if let Some(byte) = bytes.get_mut(flip / 8) {
                    *byte ^= 1 << (flip % 8);
                }
            }
        }
    }
}
