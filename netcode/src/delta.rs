//! The difference between a row and what its receiver expects of it.
//!
//! Both ends hold a baseline row, true some ticks ago, and guess from it: with the field table
//! ([`crate::row::KindTable::predict`]), and with the game's own movement where it offers it
//! ([`Guess`]). Only what was guessed wrong travels: a word for the set of wrong fields, and for each
//! of them a word for its size and the rest of its bits, by the tables of [`crate::entropy`].
//! `delta/pack` puts many rows into one datagram, `delta/unpack` takes them out, `delta/shared`
//! encodes each row once for all clients that hold the same baseline (`delta/recall` reads it once for all
//! clients of one program), `delta/anchor` is the baseline of who joins or comes back.

pub(crate) mod anchor;
mod cost;
mod guess;
pub(crate) mod header;
pub(crate) mod pack;
mod plain;
mod recall;
mod residuals;
pub(crate) mod shared;
mod spare;
mod stood;
pub(crate) mod unpack;
pub(crate) mod view;

pub use guess::{Guess, Later};
pub use recall::Recall;

use crate::{
    entropy::{
        codes::{self, Codes, KindCodes, RUN_SYMBOLS},
        magnitude,
        tree::{Known, UNKNOWN},
    },
    inspect::tally::Tally,
    limits,
    protocol::Protocol,
    row::{KindId, KindTable, Predict},
    snapshot::Snapshot,
    tick::TickRate,
    wire::{
        DecodeError,
        bits::{BitReader, BitWriter},
    },
};
use guess::Guesser;
use std::{fmt, marker::PhantomData, sync::Arc};

/// The order of the Golomb code of what a run is longer than the longest that has a word.
const LONG_RUN_ORDER: u32 = 4;

/// Encodes and decodes rows of one protocol; holds scratch space only.
#[derive(Clone)]
pub struct RowCode {
    kinds: &'static [&'static KindTable],
    rate: TickRate,
    codes: &'static Codes,
    guesser: Arc<dyn Guesser>,
    /// By kind.
    manners: Arc<[Manner]>,
    /// The guess, and when a row is read, stage by stage, the truth.
    columns: Vec<i32>,
    /// What of it is true already.
    known: Vec<i32>,
    residuals: Vec<i32>,
    /// What is known when codes are chosen.
    facts: Known,
    scratch: Vec<i32>,
    /// The guess of the last stage of the row that was encoded last, if the game guesses its kind.
    guessed: Vec<i32>,
    /// Where the bits of the datagram go that is read.
    pub(crate) tally: Tally,
    /// What others in this program have read.
    pub(crate) recall: Option<Recall>,
    /// Snapshots whose memory is used again for those that are read.
    pub(crate) spare: Vec<Snapshot>,
}

impl fmt::Debug for RowCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RowCode").field("rate", &self.rate).finish_non_exhaustive()
    }
}

/// How rows of a kind are expected.
#[derive(Clone, Copy, Debug, Default)]
struct Manner {
    /// Whether the game guesses them.
    guessed: bool,
    /// How many columns the last stage has.
    guess_length: u8,
    /// Whether nobody expects them to change, neither their table nor the game.
    holds: bool,
    /// Which fields say that they move: bit n for column n.
    motion: u64,
    /// Which fields are circles, likewise.
    wraps: u64,
}

/// The guesses of a game in its scenery.
struct InScenery<P: Protocol> {
    scenery: Arc<P::Scenery>,
    of: PhantomData<fn() -> P>,
}

impl<P: Protocol> Guesser for InScenery<P> {
    fn guess(&self, guess: Guess<'_>) {
        P::guess(&self.scenery, guess);
    }
}

/// What a receiver must be told of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Told {
    /// It rests as its receiver expects: it goes without a word of its own.
    Rests,
    /// This was written.
    Word {
        /// Whether the receiver's row moves.
        moving: bool,
    },
}

impl RowCode {
    /// For the rows of a game that runs at this rate, in this scenery.
    #[must_use]
    pub fn new<P: Protocol>(rate: TickRate, scenery: Arc<P::Scenery>) -> Self {
        Self::with_codes::<P>(rate, scenery, P::codes())
    }

    /// The same with other tables, to train or to try them.
    #[must_use]
    pub fn with_codes<P: Protocol>(
        rate: TickRate,
        scenery: Arc<P::Scenery>,
        codes: &'static Codes,
    ) -> Self {
        let are_few = |table: &&KindTable| table.fields.len() <= limits::FIELDS;
        assert!(P::KINDS.iter().all(are_few), "more fields than limits::FIELDS");
        let guesser = Arc::new(InScenery::<P> { scenery, of: PhantomData });
        let manners = (0..).zip(P::KINDS).map(|(kind, table)| {
            let guessed = P::guesses(KindId(kind));
            let held = table.fields.iter().all(|field| field.predict == Predict::Hold);
            let motion = codes::fields(table, |field| field.motion);
            let wraps = codes::fields(table, |field| field.wrap);
            let last = table.last_stage();
            let guess_length = table.fields.iter().filter(|field| field.stage == last).count();
            let guess_length = guess_length as u8; // At most limits::FIELDS.
            Manner { guessed, guess_length, holds: held && !guessed, motion, wraps }
        });
        Self {
            kinds: P::KINDS,
            rate,
            codes,
            guesser,
            manners: manners.collect(),
            columns: Vec::new(),
            known: Vec::new(),
            residuals: Vec::new(),
            facts: UNKNOWN,
            scratch: Vec::new(),
            guessed: Vec::new(),
            tally: Tally::new(P::KINDS),
            recall: None,
            spare: Vec::new(),
        }
    }

    /// The table of a kind.
    #[must_use]
    pub fn table(&self, kind: KindId) -> Option<&'static KindTable> {
        self.kinds.get(usize::from(kind.0)).copied()
    }

    /// Writes what a receiver that holds a baseline, so many ticks old, needs to know `columns`.
    /// Writes nothing for a row that rests as expected.
    ///
    /// # Panics
    /// As [`RowCode::residuals`].
    pub(crate) fn encode_update(
        &mut self,
        kind: KindId,
        (baseline, age_ticks): (&[i32], u32),
        later: Option<Later<'_>>,
        columns: &[i32],
        writer: &mut BitWriter,
    ) -> Told {
        let table = self.table(kind).expect("the game's own rows are of its kinds");
        let moving = self.is_moving(kind, baseline);
        let wrong = self.compare(table, kind, Some(baseline), age_ticks, later, columns);
        if !moving && wrong == 0 {
            return Told::Rests;
        }
        self.facts.begin(baseline, age_ticks, moving);
        self.write(table, kind, wrong, writer);
        Told::Word { moving }
    }

    /// Whether nobody expects a row to change: its kind stays as it is, and it does not say that it moves.
    pub(crate) fn can_stand(&self, kind: KindId, columns: &[i32]) -> bool {
        self.manner(kind).holds && !self.is_moving(kind, columns)
    }

    /// Whether a row says that it moves: [`KindTable::is_moving`], of which only the fields are looked at that may say so.
    pub(crate) fn is_moving(&self, kind: KindId, columns: &[i32]) -> bool {
        let may_tell = self.manner(kind).motion;
        codes::places(may_tell).any(|place| columns.get(place).is_some_and(|column| *column != 0))
    }

    /// Whether nobody expects rows of a kind to change.
    pub(crate) fn holds(&self, kind: KindId) -> bool {
        self.manner(kind).holds
    }

    /// How many columns [`RowCode::guessed`] has, of a kind that the game guesses.
    pub(crate) fn guess_length(&self, kind: KindId) -> usize {
        usize::from(self.manner(kind).guess_length)
    }

    /// Whether the game guesses rows of a kind.
    pub(crate) fn guesses(&self, kind: KindId) -> bool {
        self.manner(kind).guessed
    }

    /// Reads what [`RowCode::encode_update`] wrote, when it wrote something.
    ///
    /// # Errors
    /// When the bits run out or a column would leave its range.
    pub(crate) fn decode_update(
        &mut self,
        kind: KindId,
        baseline: &[i32],
        age_ticks: u32,
        reader: &mut BitReader<'_>,
    ) -> Result<&[i32], DecodeError> {
        self.facts.begin(baseline, age_ticks, self.is_moving(kind, baseline));
        self.read(kind, Some((baseline, age_ticks)), reader)
    }

    /// What a receiver expects of a row when nothing was written.
    pub(crate) fn expected(&mut self, kind: KindId, baseline: &[i32], age_ticks: u32) -> &[i32] {
        if let Some(table) = self.table(kind) {
            self.residuals.clear();
            self.residuals.resize(table.fields.len(), 0);
            // A guess without residuals is brought inside the range, and can't be refused.
            let _ = self.follow(table, kind, Some(baseline), age_ticks);
        }
        &self.columns
    }

    /// Writes a row to a receiver that knows nothing of the entity.
    ///
    /// # Panics
    /// As [`RowCode::residuals`].
    pub(crate) fn encode_spawn(&mut self, kind: KindId, columns: &[i32], writer: &mut BitWriter) {
        let table = self.table(kind).expect("the game's own rows are of its kinds");
        let wrong = self.compare(table, kind, None, 0, None, columns);
        if self.kind_codes(kind).is_some() {
            self.facts = UNKNOWN;
            return self.write(table, kind, wrong, writer);
        }
        for (field, column) in table.fields.iter().zip(columns) {
            let offset = i64::from(*column) - i64::from(field.lowest);
            writer.bits(offset as u32, width(field.span()));
        }
    }

    /// Reads what [`RowCode::encode_spawn`] wrote.
    ///
    /// # Errors
    /// As [`RowCode::decode_update`].
    pub(crate) fn decode_spawn(
        &mut self,
        kind: KindId,
        reader: &mut BitReader<'_>,
    ) -> Result<&[i32], DecodeError> {
        if self.kind_codes(kind).is_some() {
            self.facts = UNKNOWN;
            return self.read(kind, None, reader);
        }
        let table = self.table(kind).ok_or(DecodeError::UnknownEntity)?;
        self.columns.clear();
        for (place, field) in table.fields.iter().enumerate() {
            let offset = i64::from(reader.bits(width(field.span()))?);
            self.tally.note_field(place, width(field.span()) as usize);
            if offset >= field.span() {
                return Err(DecodeError::OutOfRange);
            }
            self.columns.push((i64::from(field.lowest).saturating_add(offset)) as i32);
        }
        Ok(&self.columns)
    }

    /// Writes how many rows rest, after a run of `before`.
    pub(crate) fn write_run(&self, before: u32, run: u32, writer: &mut BitWriter) {
        let Some(code) = self.codes.runs.get(codes::run_context(before)) else {
            return writer.golomb(run, 0);
        };
        let symbol = (run as usize).min(RUN_SYMBOLS - 1);
        code.write(symbol, writer);
        if symbol == RUN_SYMBOLS - 1 {
            writer.golomb(run - symbol as u32, LONG_RUN_ORDER);
        }
    }

    /// Reads what [`RowCode::write_run`] wrote.
    pub(crate) fn read_run(
        &self,
        before: u32,
        reader: &mut BitReader<'_>,
    ) -> Result<u32, DecodeError> {
        let Some(code) = self.codes.runs.get(codes::run_context(before)) else {
            return reader.golomb(0);
        };
        let symbol = code.read(reader)?;
        if symbol < RUN_SYMBOLS - 1 {
            return Ok(symbol as u32);
        }
        Ok(reader.golomb(LONG_RUN_ORDER)?.saturating_add(symbol as u32))
    }

    fn manner(&self, kind: KindId) -> Manner {
        self.manners.get(usize::from(kind.0)).copied().unwrap_or_default()
    }

    fn kind_codes(&self, kind: KindId) -> Option<&'static KindCodes> {
        self.codes.kinds.get(usize::from(kind.0)).and_then(Option::as_ref)
    }

    /// Writes the residuals, of which these are not zero.
    fn write(&mut self, table: &KindTable, kind: KindId, wrong: u64, writer: &mut BitWriter) {
        let Some(codes) = self.kind_codes(kind) else { return self.write_plain(table, writer) };
        let Self { residuals, facts, .. } = self;
        let mask = codes.usual.mask(wrong, residuals);
        let code = codes.masks.of(facts).expect("tables are whole");
        let (symbol, escaped) = codes.symbol(code, mask);
        code.write(symbol, writer);
        if escaped {
            writer.bits(mask as u32, table.fields.len() as u32);
        }
        facts.note_mask(mask, residuals.len());
        for place in codes::places(codes.usual.told(mask, escaped)) {
            let residual = residuals[place];
            let (symbol, count) = magnitude::split(residual);
            let code = codes.fields[place].of(facts).expect("tables are whole");
            code.write_with(symbol, (magnitude::rest(residual, count), count), writer);
            facts.note_residual(residual);
        }
    }

    fn read(
        &mut self,
        kind: KindId,
        baseline: Option<(&[i32], u32)>,
        reader: &mut BitReader<'_>,
    ) -> Result<&[i32], DecodeError> {
        let table = self.table(kind).ok_or(DecodeError::UnknownEntity)?;
        match self.kind_codes(kind) {
            Some(codes) => self.read_residuals(table, codes, reader)?,
            None => self.read_plain(table, reader)?,
        }
        let (baseline, age_ticks) = baseline.unzip();
        self.follow(table, kind, baseline, age_ticks.unwrap_or(0))?;
        Ok(&self.columns)
    }

    /// Guesses a row stage by stage; the residuals make each of them true for those that follow.
    fn follow(
        &mut self,
        table: &KindTable,
        kind: KindId,
        baseline: Option<&[i32]>,
        age_ticks: u32,
    ) -> Result<(), DecodeError> {
        self.begin(table, baseline, age_ticks);
        self.known.clear();
        self.known.extend_from_slice(&self.columns);
        let mut place = 0;
        for stage in 0..=table.last_stage() {
            self.guess_stage(kind, baseline, age_ticks, stage);
            while let Some(field) = table.fields.get(place).filter(|field| field.stage == stage) {
                let places = (self.columns.get_mut(place), self.known.get_mut(place));
                let (Some(column), Some(known)) = places else {
                    return Err(DecodeError::Malformed);
                };
                let residual = self.residuals.get(place).ok_or(DecodeError::Malformed)?;
                let guess = field.admit(*column);
                *column = match (field.span(), *residual) {
                    (_, 0) => guess,
                    (2, _) if guess == field.lowest => field.highest,
                    (2, _) => field.lowest,
                    (_, residual) => {
                        field.with_residual(guess, residual).ok_or(DecodeError::OutOfRange)?
                    }
                };
                *known = *column;
                place += 1;
            }
        }
        Ok(())
    }

    fn read_residuals(
        &mut self,
        table: &KindTable,
        codes: &KindCodes,
        reader: &mut BitReader<'_>,
    ) -> Result<(), DecodeError> {
        let begun = reader.position();
        let facts = &mut self.facts;
        let code = codes.masks.of(facts);
        let symbol = code.ok_or(DecodeError::Malformed)?.read(reader)?;
        let (mask, escaped) = match codes.patterns.get(symbol) {
            Some(mask) => (mask, false),
            None => (u64::from(reader.bits(table.fields.len() as u32)?), true),
        };
        self.tally.note_mask(reader.position() - begun);
        facts.note_mask(mask, table.fields.len());
        let told = codes.usual.told(mask, escaped);
        self.residuals.clear();
        self.residuals.resize(table.fields.len(), 0);
        for place in codes::places(mask) {
            let slot = self.residuals.get_mut(place).ok_or(DecodeError::Malformed)?;
            if told >> place & 1 == 0 {
                *slot = codes.usual.untold(place);
                continue;
            }
            let begun = reader.position();
            let code = codes.fields.get(place).and_then(|codes| codes.of(facts));
            let symbol = code.ok_or(DecodeError::Malformed)?.read(reader)?;
            *slot = magnitude::read_rest(symbol, reader)?;
            facts.note_residual(*slot);
            self.tally.note_field(place, reader.position() - begun);
        }
        Ok(())
    }
}

/// How many bits hold `span` values.
fn width(span: i64) -> u32 {
    64 - (span - 1).leading_zeros()
}

#[cfg(test)]
pub(crate) mod tests;
