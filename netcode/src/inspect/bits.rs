//! Where the bits of snapshot datagrams went: to each field of each kind, to what names the rows, and to
//! what stands around them.
//!
//! The reader notes its position before and after each part, so that the parts add up to the datagrams
//! exactly and nothing is estimated. What comes in parts over the stream (a large first view) is not here.

use crate::row::{KindId, KindTable};

/// How many rows did what.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Rows {
    /// Known rows that were told anew.
    pub told: u64,
    /// Known rows that rested as expected.
    pub resting: u64,
    /// New rows.
    pub spawned: u64,
    /// Rows that vanished.
    pub removed: u64,
    /// Known rows that had to wait for a later snapshot. New ones that wait are not told of.
    pub waiting: u64,
}

impl Rows {
    /// Rows that a datagram brought up to its tick.
    #[must_use]
    pub fn brought(&self) -> u64 {
        self.told + self.resting + self.spawned
    }

    fn add(&mut self, other: &Self) {
        self.told += other.told;
        self.resting += other.resting;
        self.spawned += other.spawned;
        self.removed += other.removed;
        self.waiting += other.waiting;
    }
}

/// The bits of one kind of row.
///
/// ```
/// # mod walkers { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/walkers.rs")); }
/// # use walkers::*;
/// let (_, _, client, _) = played(120);
/// let walkers = &client.inspector().bits().kinds()[usize::from(WALKER.0)];
/// assert_eq!((walkers.table().name, walkers.rows.spawned > 0), ("walker", true));
/// assert_eq!(walkers.worst_field().map(|(field, _)| field), Some("x_mm"));
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct KindBits {
    table: &'static KindTable,
    /// What its rows did.
    pub rows: Rows,
    /// Bits that name rows which are new or gone.
    pub ids: u64,
    /// Bits that say how many rows rest, where a row of this kind is the first of them.
    pub runs: u64,
    /// Bits that say whether a row waits, in datagrams in which some do.
    pub waits: u64,
    /// Bits that say which fields were guessed wrong.
    pub masks: u64,
    /// For each field the bits of its values. A field of two values needs none: the mask tells.
    pub fields: Vec<u64>,
}

impl KindBits {
    /// The kind's name and fields.
    #[must_use]
    pub fn table(&self) -> &'static KindTable {
        self.table
    }

    /// All bits of the kind.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.ids + self.runs + self.waits + self.masks + self.fields.iter().sum::<u64>()
    }

    /// The field that took most, and its bits; `None` while none took any.
    #[must_use]
    pub fn worst_field(&self) -> Option<(&'static str, u64)> {
        let named = self.table.fields.iter().zip(&self.fields);
        let worst = named.max_by_key(|(_, bits)| **bits).filter(|(_, bits)| **bits > 0);
        worst.map(|(field, bits)| (field.name, *bits))
    }

    fn add(&mut self, other: &Self) {
        self.rows.add(&other.rows);
        self.ids += other.ids;
        self.runs += other.runs;
        self.waits += other.waits;
        self.masks += other.masks;
        for (sum, bits) in self.fields.iter_mut().zip(&other.fields) {
            *sum += bits;
        }
    }

    fn clear(&mut self) {
        self.rows = Rows::default();
        (self.ids, self.runs, self.waits, self.masks) = (0, 0, 0, 0);
        self.fields.fill(0);
    }
}

/// The bits of one datagram, or of many.
///
/// ```
/// # mod walkers { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/walkers.rs")); }
/// # use walkers::*;
/// let (_, _, client, _) = played(120);
/// let bits = client.inspector().bits();
/// let rows: u64 = bits.kinds().iter().map(|kind| kind.total()).sum();
/// assert_eq!(bits.framing() + rows, bits.total(), "each bit is counted once");
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Bits {
    kinds: Vec<KindBits>,
    /// Bits before the rows: tick, baseline, what came of the inputs.
    pub header: u64,
    /// Bits that say how many rows vanished and how many are new.
    pub counts: u64,
    /// Bits that fill up the last byte.
    pub padding: u64,
}

impl Bits {
    /// Nothing, of these kinds.
    #[must_use]
    pub fn new(kinds: &[&'static KindTable]) -> Self {
        let kind = |table: &&'static KindTable| KindBits {
            table,
            rows: Rows::default(),
            ids: 0,
            runs: 0,
            waits: 0,
            masks: 0,
            fields: vec![0; table.fields.len()],
        };
        Self { kinds: kinds.iter().map(kind).collect(), header: 0, counts: 0, padding: 0 }
    }

    /// By [`KindId`].
    #[must_use]
    pub fn kinds(&self) -> &[KindBits] {
        &self.kinds
    }

    /// All bits: eight times the bytes of the datagrams.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.framing() + self.kinds.iter().map(KindBits::total).sum::<u64>()
    }

    /// Bits that belong to no kind.
    #[must_use]
    pub fn framing(&self) -> u64 {
        self.header + self.counts + self.padding
    }

    /// Adds what another one counted, of the same kinds.
    pub fn add(&mut self, other: &Self) {
        for (sum, kind) in self.kinds.iter_mut().zip(&other.kinds) {
            sum.add(kind);
        }
        self.header += other.header;
        self.counts += other.counts;
        self.padding += other.padding;
    }

    /// Forgets everything and keeps the memory.
    pub(super) fn clear(&mut self) {
        self.kinds.iter_mut().for_each(KindBits::clear);
        (self.header, self.counts, self.padding) = (0, 0, 0);
    }

    /// The counters of a kind; `None` when there is no such kind.
    pub(super) fn of(&mut self, kind: KindId) -> Option<&mut KindBits> {
        self.kinds.get_mut(usize::from(kind.0))
    }
}
