//! What each bit of one datagram was for, while it is read. What could not be read to its end is never
//! counted: the next datagram begins anew.

use super::bits::{Bits, KindBits};
use crate::{
    limits,
    row::{KindId, KindTable},
};

/// The bits of the datagram that is read, and which kind of row the reader is at.
#[derive(Clone, Debug)]
pub(crate) struct Tally {
    bits: Bits,
    kind: KindId,
    row: RowBits,
}

/// The bits of one known row: which fields were guessed wrong, and what each took.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct RowBits {
    mask: u8,
    fields: [u8; limits::FIELDS],
}

impl Tally {
    /// Nothing was read yet.
    pub(crate) fn new(kinds: &[&'static KindTable]) -> Self {
        Self { bits: Bits::new(kinds), kind: KindId(0), row: RowBits::default() }
    }

    /// What was counted since the last datagram began.
    pub(crate) fn bits(&self) -> &Bits {
        &self.bits
    }

    /// Begins with another datagram, whose header took so many bits.
    pub(crate) fn begin(&mut self, header: usize) {
        self.bits.clear();
        self.bits.header = header as u64;
    }

    /// How many rows vanished, or are new, took so many bits.
    pub(crate) fn note_count(&mut self, bits: usize) {
        self.bits.counts += bits as u64;
    }

    /// So many bits fill up the last byte.
    pub(crate) fn note_padding(&mut self, bits: usize) {
        self.bits.padding += bits as u64;
    }

    /// A row vanished, and was named with so many bits.
    pub(crate) fn note_removed(&mut self, kind: KindId, bits: usize) {
        self.at(kind, |kind| {
            kind.rows.removed += 1;
            kind.ids += bits as u64;
        });
    }

    /// How many rows rest, this one first, took so many bits.
    pub(crate) fn note_run(&mut self, kind: KindId, bits: usize) {
        self.at(kind, |kind| kind.runs += bits as u64);
    }

    /// A row rests.
    pub(crate) fn note_resting(&mut self, kind: KindId) {
        self.at(kind, |kind| kind.rows.resting += 1);
    }

    /// A row does not rest: it waits, or comes next. In a datagram in which some wait there was a bit for it.
    pub(crate) fn note_known(&mut self, kind: KindId, flagged: bool, waits: bool) {
        self.row = RowBits::default();
        self.at(kind, |kind| {
            kind.waits += u64::from(flagged);
            kind.rows.waiting += u64::from(waits);
            kind.rows.told += u64::from(!waits);
        });
    }

    /// A new row comes next, and was named with so many bits.
    pub(crate) fn note_spawned(&mut self, kind: KindId, bits: usize) {
        self.at(kind, |kind| {
            kind.rows.spawned += 1;
            kind.ids += bits as u64;
        });
    }

    /// Which fields of the row were guessed wrong took so many bits.
    pub(crate) fn note_mask(&mut self, bits: usize) {
        self.row.mask = bits as u8;
        self.at(self.kind, |kind| kind.masks += bits as u64);
    }

    /// A field of the row took so many bits.
    pub(crate) fn note_field(&mut self, place: usize, bits: usize) {
        if let Some(field) = self.row.fields.get_mut(place) {
            *field = bits as u8;
        }
        self.at(self.kind, |kind| {
            if let Some(field) = kind.fields.get_mut(place) {
                *field += bits as u64;
            }
        });
    }

    /// What was noted of the known row that was read last.
    pub(crate) fn row(&self) -> &RowBits {
        &self.row
    }

    /// The known row that comes next was read before, with these bits.
    pub(crate) fn note_row(&mut self, row: &RowBits) {
        self.at(self.kind, |kind| {
            kind.masks += u64::from(row.mask);
            for (sum, bits) in kind.fields.iter_mut().zip(&row.fields) {
                *sum += u64::from(*bits);
            }
        });
    }

    /// The reader is at a row of this kind. That there is no such kind is for the reader to notice.
    fn at(&mut self, kind: KindId, count: impl FnOnce(&mut KindBits)) {
        self.kind = kind;
        if let Some(kind) = self.bits.of(kind) {
            count(kind);
        }
    }
}
