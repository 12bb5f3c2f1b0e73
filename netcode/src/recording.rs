//! A recorded match: the rows of many snapshots in one small file, with the tables that explain them.
//!
//! Benchmarks, the training of codes and regression tests want real play without the game that made
//! it, so a recording describes itself: whoever reads it needs no game. It is no wire format and no
//! checkpoint: it must stay readable when the delta's code or a table's prediction changes, so it
//! holds plain differences of columns and nothing that is predicted. `recording/reader` takes it apart.
//!
//! # Format, version 1
//! A varint is 7 bits a byte, the lowest first, the top bit set on all but the last; at most 64 bits.
//! A signed one is folded first (0, -1, 1, -2 become 0, 1, 2, 3). A name is the varint of its length
//! in bytes, at most [`NAME_BYTES`], then UTF-8.
//!
//! ```text
//! file      magic "NCREC\0", version u8, tick rate varint, snapshot interval in ticks varint,
//!           number of kinds varint, the kinds, the snapshots up to the last 8 bytes,
//!           XXH3 (64 bits, little end first) of all bytes before it
//! kind      name, number of fields varint, the fields
//! field     name, lowest signed, highest signed, step f64 (little end first),
//!           wrap u8 (0 or 1), prediction varint (0 holds, n + 1 follows the velocity in column n)
//! snapshot  ticks since the one before (the first: since tick 0) varint, above 0 but for the first;
//!           number of rows varint, the rows in ascending order of entities
//! row       how many ids lie between it and the row before varint, then a varint v:
//!           v odd:  not in the snapshot before; v >> 1 is its kind; each column less its lowest, varint
//!           v even: in the snapshot before, of the same kind; bit n of v >> 1 says that column n
//!                   changed; for each that did, its difference, signed
//! ```

mod reader;

pub use reader::{RecordingError, RecordingReader};

use crate::{
    limits,
    row::{Field, KindTable, Predict},
    snapshot::Snapshot,
    tick::{Tick, TickRate},
};
use xxhash_rust::xxh3::xxh3_64;

/// What a recording begins with.
const MAGIC: &[u8; 6] = b"NCREC\0";
/// The version of the format; see the module's documentation.
const VERSION: u8 = 1;
/// Bytes of the checksum at the end.
const CHECKSUM_BYTES: usize = 8;
/// The most bytes in the name of a kind or field.
pub const NAME_BYTES: usize = 64;

/// A [`KindTable`] as a recording describes it.
#[derive(Clone, Debug, PartialEq)]
pub struct RecordedKind {
    /// The kind's name.
    pub name: String,
    /// One for each column, at most [`limits::FIELDS`].
    pub fields: Vec<RecordedField>,
}

/// A [`Field`] as a recording describes it; the parts mean the same.
#[derive(Clone, Debug, PartialEq)]
pub struct RecordedField {
    /// The field's name.
    pub name: String,
    /// The smallest value of the column.
    pub lowest: i32,
    /// The largest value of the column.
    pub highest: i32,
    /// What one unit of the column is worth in the game's own unit.
    pub step: f64,
    /// Whether the range is a circle.
    pub wrap: bool,
    /// How the receiver guesses the value.
    pub predict: Predict,
}

impl From<&KindTable> for RecordedKind {
    fn from(table: &KindTable) -> Self {
        Self {
            name: table.name.to_owned(),
            fields: table.fields.iter().map(RecordedField::from).collect(),
        }
    }
}

impl From<&Field> for RecordedField {
    fn from(field: &Field) -> Self {
        Self {
            name: field.name.to_owned(),
            lowest: field.lowest,
            highest: field.highest,
            step: field.step,
            wrap: field.wrap,
            predict: field.predict,
        }
    }
}

/// Writes a recording, snapshot by snapshot.
#[derive(Clone, Debug)]
pub struct RecordingWriter {
    kinds: &'static [&'static KindTable],
    bytes: Vec<u8>,
    /// The snapshot before; none yet when `bytes` is only the header.
    previous: Option<Snapshot>,
}

impl RecordingWriter {
    /// Begins a recording of rows of these kinds, with a snapshot every `snapshot_interval` ticks.
    ///
    /// # Panics
    /// When there are more than [`limits::KINDS`], a kind has more than [`limits::FIELDS`], or a name
    /// is longer than [`NAME_BYTES`]: all are bugs of the game.
    #[must_use]
    pub fn new(
        rate: TickRate,
        snapshot_interval: u16,
        kinds: &'static [&'static KindTable],
    ) -> Self {
        assert!(kinds.len() <= limits::KINDS, "more kinds than limits::KINDS");
        let mut bytes = MAGIC.to_vec();
        bytes.push(VERSION);
        varint(u64::from(rate.hz()), &mut bytes);
        varint(u64::from(snapshot_interval), &mut bytes);
        varint(kinds.len() as u64, &mut bytes);
        for table in kinds {
            assert!(table.fields.len() <= limits::FIELDS, "more fields than limits::FIELDS");
            name(table.name, &mut bytes);
            varint(table.fields.len() as u64, &mut bytes);
            table.fields.iter().for_each(|of| field(of, &mut bytes));
        }
        Self { kinds, bytes, previous: None }
    }

    /// Adds a snapshot. That a row is older than its snapshot is not kept: record what a server
    /// publishes, not what a client holds.
    ///
    /// # Panics
    /// When the snapshot is not newer than the one before, has more than [`limits::ENTITIES`] rows, or
    /// has a row that its kind's table does not admit.
    pub fn push(&mut self, snapshot: &Snapshot) {
        assert!(snapshot.len() <= limits::ENTITIES, "more entities than limits::ENTITIES");
        let before = self.previous.as_ref().map_or(Tick(0), Snapshot::tick);
        let ticks = snapshot.tick().0.wrapping_sub(before.0);
        let newer = snapshot.tick().is_after(before) || self.previous.is_none();
        assert!(newer, "snapshots come in the order of their ticks");
        varint(u64::from(ticks), &mut self.bytes);
        varint(snapshot.len() as u64, &mut self.bytes);
        let mut expected = 0;
        for row in snapshot.rows() {
            let table = self.kinds.get(usize::from(row.kind.0));
            let table = table.filter(|table| table.admits(row.columns));
            assert!(table.is_some(), "row {} is not of its kind", row.id.0);
            varint(u64::from(row.id.0) - expected, &mut self.bytes);
            expected = u64::from(row.id.0) + 1;
            let base = self.previous.as_ref().and_then(|previous| previous.find(row.id));
            match (base.filter(|base| base.kind == row.kind), table) {
                (Some(base), _) => changes(base.columns, row.columns, &mut self.bytes),
                (None, Some(table)) => whole(row.kind.0, table, row.columns, &mut self.bytes),
                (None, None) => {}
            }
        }
        self.previous = Some(snapshot.clone());
    }

    /// How many bytes the recording has so far.
    #[must_use]
    pub fn byte_length(&self) -> usize {
        self.bytes.len() + CHECKSUM_BYTES
    }

    /// The whole file.
    #[must_use]
    pub fn finish(mut self) -> Vec<u8> {
        let checksum = xxh3_64(&self.bytes);
        self.bytes.extend_from_slice(&checksum.to_le_bytes());
        self.bytes
    }
}

fn whole(kind: u8, table: &KindTable, columns: &[i32], bytes: &mut Vec<u8>) {
    varint(u64::from(kind) << 1 | 1, bytes);
    for (field, column) in table.fields.iter().zip(columns) {
        varint((i64::from(*column) - i64::from(field.lowest)) as u64, bytes);
    }
}

fn changes(before: &[i32], columns: &[i32], bytes: &mut Vec<u8>) {
    let pairs = || before.iter().zip(columns);
    let mask = pairs()
        .enumerate()
        .filter(|(_, (before, column))| before != column)
        .fold(0_u64, |mask, (index, _)| mask | 1 << index);
    varint(mask << 1, bytes);
    for (before, column) in pairs().filter(|(before, column)| before != column) {
        signed(i64::from(*column) - i64::from(*before), bytes);
    }
}

fn field(field: &Field, bytes: &mut Vec<u8>) {
    name(field.name, bytes);
    signed(i64::from(field.lowest), bytes);
    signed(i64::from(field.highest), bytes);
    bytes.extend_from_slice(&field.step.to_le_bytes());
    bytes.push(u8::from(field.wrap));
    let predict = match field.predict {
        Predict::Hold => 0,
        Predict::Velocity(column) => column as u64 + 1,
    };
    varint(predict, bytes);
}

fn name(name: &str, bytes: &mut Vec<u8>) {
    assert!(name.len() <= NAME_BYTES, "the name {name:?} is longer than NAME_BYTES");
    varint(name.len() as u64, bytes);
    bytes.extend_from_slice(name.as_bytes());
}

fn signed(value: i64, bytes: &mut Vec<u8>) {
    varint(((value << 1) ^ (value >> 63)) as u64, bytes);
}

fn varint(mut value: u64, bytes: &mut Vec<u8>) {
    while value >= 0x80 {
        bytes.push(value as u8 | 0x80);
        value >>= 7;
    }
    bytes.push(value as u8);
}
