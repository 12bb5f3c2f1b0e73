//! Takes a recording apart: a file from wherever, so nothing in it is believed (invariant 6).
//!
//! It reads one snapshot at a time and holds no more than that and the one before, so a small file
//! can't make it allocate more than one snapshot of [`limits::ENTITIES`] rows.

use super::{CHECKSUM_BYTES, MAGIC, NAME_BYTES, RecordedField, RecordedKind, VERSION};
use crate::{
    limits,
    row::{EntityId, KindId, Predict},
    snapshot::Snapshot,
    tick::{Tick, TickRate},
};
use xxhash_rust::xxh3::xxh3_64;

/// Why a recording can't be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RecordingError {
    /// It does not begin as recordings do.
    #[error("this is not a recording")]
    NotARecording,
    /// It is of another version of the format.
    #[error("the recording has version {found} of the format, this build reads {VERSION}")]
    Version {
        /// The version in the file.
        found: u8,
    },
    /// The checksum is not that of the bytes.
    #[error("the recording is damaged: its checksum is wrong")]
    Damaged,
    /// It ends too early.
    #[error("the recording ends in the middle of something")]
    Truncated,
    /// It says something that no writer writes.
    #[error("the recording is malformed: {0}")]
    Malformed(&'static str),
}

use RecordingError::{Malformed, Truncated};

/// Reads a recording, snapshot by snapshot.
#[derive(Clone, Debug)]
pub struct RecordingReader<'a> {
    rate: TickRate,
    snapshot_interval: u16,
    kinds: Vec<RecordedKind>,
    rest: Bytes<'a>,
    /// The snapshot before; none yet at the beginning.
    previous: Option<Snapshot>,
}

impl<'a> RecordingReader<'a> {
    /// Checks a whole file and reads its header.
    ///
    /// # Errors
    /// When it is not a recording, damaged, or its header makes no sense.
    pub fn open(file: &'a [u8]) -> Result<Self, RecordingError> {
        let rest = file.strip_prefix(MAGIC).ok_or(RecordingError::NotARecording)?;
        let (&found, rest) = rest.split_first().ok_or(Truncated)?;
        if found != VERSION {
            return Err(RecordingError::Version { found });
        }
        let (body, checksum) = rest.split_last_chunk::<CHECKSUM_BYTES>().ok_or(Truncated)?;
        let covered = file.get(..file.len().saturating_sub(CHECKSUM_BYTES)).ok_or(Truncated)?;
        if xxh3_64(covered) != u64::from_le_bytes(*checksum) {
            return Err(RecordingError::Damaged);
        }
        let mut rest = Bytes(body);
        let rate = rest.number("a tick rate is 16 bits")?;
        let rate = TickRate::new(rate).ok_or(Malformed("the tick rate is zero"))?;
        let snapshot_interval = rest.number("a snapshot interval is 16 bits")?;
        let count = rest.count(limits::KINDS, "too many kinds")?;
        let kinds = (0..count).map(|_| rest.kind()).collect::<Result<_, _>>()?;
        Ok(Self { rate, snapshot_interval, kinds, rest, previous: None })
    }

    /// Ticks per second of the game that was recorded.
    #[must_use]
    pub fn tick_rate(&self) -> TickRate {
        self.rate
    }

    /// Ticks from one snapshot to the next, as the game was run.
    #[must_use]
    pub fn snapshot_interval(&self) -> u16 {
        self.snapshot_interval
    }

    /// The tables of the rows, by [`KindId`].
    #[must_use]
    pub fn kinds(&self) -> &[RecordedKind] {
        &self.kinds
    }

    /// The next snapshot, or `None` after the last.
    ///
    /// # Errors
    /// When what comes next makes no sense; the reader is useless afterwards.
    pub fn next_snapshot(&mut self) -> Result<Option<Snapshot>, RecordingError> {
        if self.rest.0.is_empty() {
            return Ok(None);
        }
        let ticks: u32 = self.rest.number("a tick is 32 bits")?;
        let tick = self.previous.as_ref().map_or(Tick(0), Snapshot::tick) + ticks;
        if self.previous.as_ref().is_some_and(|previous| !tick.is_after(previous.tick())) {
            return Err(Malformed("the snapshots are not in the order of their ticks"));
        }
        let count = self.rest.count(limits::ENTITIES, "too many rows")?;
        let mut snapshot = Snapshot::new(tick);
        let mut columns = Vec::new();
        let mut expected = 0_u64;
        for _ in 0..count {
            let id = expected.saturating_add(self.rest.varint()?);
            expected = id.saturating_add(1);
            let id = u16::try_from(id).map_err(|_| Malformed("an entity's id is 16 bits"))?;
            let kind = self.row(EntityId(id), &mut columns)?;
            snapshot.push_columns(EntityId(id), kind, tick, &columns);
        }
        self.previous = Some(snapshot.clone());
        Ok(Some(snapshot))
    }

    /// Reads the columns of one row and tells its kind.
    fn row(&mut self, id: EntityId, columns: &mut Vec<i32>) -> Result<KindId, RecordingError> {
        const UNKNOWN: RecordingError = Malformed("a kind is not known");
        columns.clear();
        let tag = self.rest.varint()?;
        if tag & 1 == 1 {
            let kind = u8::try_from(tag >> 1).map_err(|_| UNKNOWN)?;
            for field in &self.kinds.get(usize::from(kind)).ok_or(UNKNOWN)?.fields {
                let offset = i64::try_from(self.rest.varint()?).unwrap_or(i64::MAX);
                columns.push(field.column(i64::from(field.lowest), offset)?);
            }
            return Ok(KindId(kind));
        }
        let base = self.previous.as_ref().and_then(|previous| previous.find(id));
        let base = base.ok_or(Malformed("a row changes that was not there"))?;
        let table = self.kinds.get(usize::from(base.kind.0)).ok_or(UNKNOWN)?;
        let mut mask = tag >> 1;
        for (field, column) in table.fields.iter().zip(base.columns) {
            let change = if mask & 1 == 1 { self.rest.signed()? } else { 0 };
            columns.push(field.column(i64::from(*column), change)?);
            mask >>= 1;
        }
        if mask == 0 { Ok(base.kind) } else { Err(Malformed("a column changes that is not there")) }
    }
}

impl RecordedField {
    /// The column that is `change` away from `base`, when it lies in the range.
    fn column(&self, base: i64, change: i64) -> Result<i32, RecordingError> {
        let value = i32::try_from(base.saturating_add(change)).ok();
        let value = value.filter(|value| (self.lowest..=self.highest).contains(value));
        value.ok_or(Malformed("a column is outside its range"))
    }
}

/// What is left of the file, apart from the checksum.
#[derive(Clone, Copy, Debug)]
struct Bytes<'a>(&'a [u8]);

impl<'a> Bytes<'a> {
    fn kind(&mut self) -> Result<RecordedKind, RecordingError> {
        let name = self.name()?;
        let count = self.count(limits::FIELDS, "too many fields")?;
        let fields = (0..count).map(|_| self.field(count)).collect::<Result<_, _>>()?;
        Ok(RecordedKind { name, fields })
    }

    /// A field of a kind that has `count`.
    fn field(&mut self, count: usize) -> Result<RecordedField, RecordingError> {
        let name = self.name()?;
        let mut end = || i32::try_from(self.signed()?).map_err(|_| Malformed("a range is 32 bits"));
        let (lowest, highest) = (end()?, end()?);
        let step = f64::from_le_bytes(*self.chunk()?);
        let [wrap] = *self.chunk()?;
        let predict = match self.count(count, "a prediction follows no column")? {
            0 => Predict::Hold,
            column => Predict::Velocity(column.saturating_sub(1)),
        };
        if lowest > highest || wrap > 1 || !step.is_finite() || step <= 0.0 {
            return Err(Malformed("a field makes no sense"));
        }
        Ok(RecordedField { name, lowest, highest, step, wrap: wrap == 1, predict })
    }

    fn name(&mut self) -> Result<String, RecordingError> {
        let length = self.count(NAME_BYTES, "a name is too long")?;
        let (name, rest) = self.0.split_at_checked(length).ok_or(Truncated)?;
        self.0 = rest;
        let name = std::str::from_utf8(name).map_err(|_| Malformed("a name is not UTF-8"))?;
        Ok(name.to_owned())
    }

    /// A number of things, at most `limit`.
    fn count(&mut self, limit: usize, complaint: &'static str) -> Result<usize, RecordingError> {
        let count = self.number(complaint)?;
        if count <= limit { Ok(count) } else { Err(Malformed(complaint)) }
    }

    fn number<T: TryFrom<u64>>(&mut self, complaint: &'static str) -> Result<T, RecordingError> {
        T::try_from(self.varint()?).map_err(|_| Malformed(complaint))
    }

    fn signed(&mut self) -> Result<i64, RecordingError> {
        let folded = self.varint()?;
        Ok((folded >> 1) as i64 ^ -((folded & 1) as i64))
    }

    fn varint(&mut self) -> Result<u64, RecordingError> {
        let mut value = 0_u64;
        for shift in (0..u64::BITS).step_by(7) {
            let [byte] = *self.chunk()?;
            let bits = u64::from(byte & 0x7f);
            if bits << shift >> shift != bits {
                break;
            }
            value |= bits << shift;
            if byte & 0x80 == 0 {
                return Ok(value);
            }
        }
        Err(Malformed("a number is longer than 64 bits"))
    }

    fn chunk<const N: usize>(&mut self) -> Result<&'a [u8; N], RecordingError> {
        let (chunk, rest) = self.0.split_first_chunk().ok_or(Truncated)?;
        self.0 = rest;
        Ok(chunk)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        recording::RecordingWriter,
        row::{Field, KindTable},
    };
    use proptest::prelude::*;

    static WALKER: KindTable = KindTable {
        name: "walker",
        fields: &[
            Field::float("x", -256.0, 256.0, 0.01, false).predicted(Predict::Velocity(1)),
            Field::float("speed", -32.0, 32.0, 0.25, false),
            Field::float("aim", 0.0, 360.0, 1.0, true),
        ],
    };
    static DOOR: KindTable =
        KindTable { name: "door", fields: &[Field::integer("open", 0, 1, false)] };
    static KINDS: [&KindTable; 2] = [&WALKER, &DOOR];

    fn writer() -> RecordingWriter {
        RecordingWriter::new(TickRate::new(60).unwrap(), 2, &KINDS)
    }

    fn columns() -> impl Strategy<Value = (u8, Vec<i32>)> {
        prop_oneof![
            (-25_600..=25_600_i32, -128..=128_i32, 0..=359_i32)
                .prop_map(|(x, speed, aim)| (0, vec![x, speed, aim])),
            (0..=1_i32).prop_map(|open| (1, vec![open])),
        ]
    }

    /// Snapshots whose entities come, go, change their kind and stay; the ticks go across the wrap.
    fn play() -> impl Strategy<Value = Vec<Snapshot>> {
        let rows = prop::collection::btree_map(0..12_u16, columns(), 0..10);
        prop::collection::vec((1_u32..5, rows), 0..8).prop_map(|play| {
            let mut tick = Tick(u32::MAX - 6);
            let snapshot = |(ticks, rows): (u32, std::collections::BTreeMap<_, (u8, Vec<i32>)>)| {
                tick = tick + ticks;
                let mut snapshot = Snapshot::new(tick);
                for (id, (kind, columns)) in rows {
                    // The lowest, the highest and some ids between.
                    let id = EntityId(if id == 11 { u16::MAX } else { id * 3 });
                    snapshot.push_columns(id, KindId(kind), tick, &columns);
                }
                snapshot
            };
            play.into_iter().map(snapshot).collect()
        })
    }

    fn record(play: &[Snapshot]) -> Vec<u8> {
        let mut writer = writer();
        play.iter().for_each(|snapshot| writer.push(snapshot));
        let length = writer.byte_length();
        let file = writer.finish();
        assert_eq!(file.len(), length);
        file
    }

    fn read(file: &[u8]) -> Result<Vec<Snapshot>, RecordingError> {
        let mut reader = RecordingReader::open(file)?;
        let mut play = Vec::new();
        while let Some(snapshot) = reader.next_snapshot()? {
            play.push(snapshot);
        }
        Ok(play)
    }

    /// The file with the checksum that its bytes should have, so that what is inside is looked at.
    fn sealed(mut file: Vec<u8>) -> Vec<u8> {
        let end = file.len().saturating_sub(CHECKSUM_BYTES);
        file.truncate(end);
        let checksum = xxh3_64(&file);
        file.extend_from_slice(&checksum.to_le_bytes());
        file
    }

    proptest! {
        #[test]
        fn what_is_read_is_what_was_recorded(play in play()) {
            prop_assert_eq!(read(&record(&play)), Ok(play));
        }

        #[test]
        fn any_damage_is_seen(play in play(), place: prop::sample::Index, flip in 1..=255_u8) {
            let mut file = record(&play);
            let place = place.index(file.len());
            file[place] ^= flip;
            prop_assert!(read(&file).is_err());
            file[place] ^= flip;
            file.truncate(place);
            prop_assert!(read(&file).is_err());
        }

        #[test]
        fn hostile_bytes_give_legal_rows_or_an_error(play in play(), place: prop::sample::Index, bytes in prop::collection::vec(any::<u8>(), 1..12)) {
            let mut file = record(&play);
            let start = MAGIC.len() + 1;
            let place = start + place.index(file.len() - start);
            file.splice(place.., bytes);
            let file = sealed(file);
            let Ok(mut reader) = RecordingReader::open(&file) else { return Ok(()) };
            let kinds = reader.kinds().to_vec();
            while let Ok(Some(snapshot)) = reader.next_snapshot() {
                for row in snapshot.rows() {
                    let fields = &kinds[usize::from(row.kind.0)].fields;
                    prop_assert_eq!(fields.len(), row.columns.len());
                    for (field, column) in fields.iter().zip(row.columns) {
                        prop_assert!((field.lowest..=field.highest).contains(column));
                    }
                }
            }
        }
    }

    #[test]
    fn a_recording_describes_its_rows() {
        let file = writer().finish();
        let mut reader = RecordingReader::open(&file).unwrap();
        assert_eq!((reader.tick_rate().hz(), reader.snapshot_interval()), (60, 2));
        assert_eq!(reader.kinds(), KINDS.map(RecordedKind::from));
        assert_eq!(reader.next_snapshot(), Ok(None));
    }

    #[test]
    fn each_lie_is_named() {
        // A door is kind 1: 3 says that it is new, and its column follows.
        let lies: [(&[u8], RecordingError); 10] = [
            (&[2, 1], Truncated),
            (&[2, 0, 0, 0], Malformed("the snapshots are not in the order of their ticks")),
            (&[2, 0xff, 0xff, 0x7f], Malformed("too many rows")),
            (&[2, 1, 0x80, 0x80, 4], Malformed("an entity's id is 16 bits")),
            (&[2, 2, 0, 3, 0, 0xff, 0xff, 3], Malformed("an entity's id is 16 bits")),
            (&[2, 1, 0, 5], Malformed("a kind is not known")),
            (&[2, 1, 0, 3, 2], Malformed("a column is outside its range")),
            (&[2, 1, 0, 2], Malformed("a row changes that was not there")),
            (&[2, 1, 0, 3, 1, 2, 1, 0, 4], Malformed("a column changes that is not there")),
            (&[0xff; 10], Malformed("a number is longer than 64 bits")),
        ];
        for (lie, name) in lies {
            let mut file = writer().finish();
            let end = file.len() - CHECKSUM_BYTES;
            file.splice(end..end, lie.iter().copied());
            assert_eq!(read(&sealed(file)), Err(name), "{lie:?}");
        }
    }

    #[test]
    fn another_format_is_named_as_such() {
        assert_eq!(read(b"RIFF").unwrap_err(), RecordingError::NotARecording);
        let mut file = writer().finish();
        file[MAGIC.len()] = 9;
        assert_eq!(read(&file).unwrap_err(), RecordingError::Version { found: 9 });
    }

    #[test]
    fn a_row_that_stands_still_takes_two_bytes() {
        let mut writer = writer();
        let at = |tick| {
            let mut snapshot = Snapshot::new(Tick(tick));
            snapshot.push_columns(EntityId(0), KindId(0), Tick(tick), &[100, 4, 90]);
            snapshot
        };
        writer.push(&at(2));
        let before = writer.byte_length();
        writer.push(&at(4));
        assert_eq!(writer.byte_length() - before, 2 + 2, "ticks and count, gap and mask");
    }
}
