//! The difference between a row and what its receiver expects of it.
//!
//! Both ends hold a baseline row, true some ticks ago, and predict from it with the field table
//! ([`crate::row::KindTable::predict`]). Only the residuals travel: a flag for each field, and an
//! exponential Golomb code where the guess was wrong. `delta/pack` puts many rows into one datagram,
//! `delta/unpack` takes them out, `delta/shared` encodes each row once for all clients that hold the
//! same baseline, `delta/anchor` is the baseline of who joins or comes back. A better code for residuals replaces this file and nothing else.

pub(crate) mod anchor;
pub(crate) mod pack;
pub(crate) mod shared;
pub(crate) mod unpack;

use crate::{
    row::KindTable,
    tick::TickRate,
    wire::{
        DecodeError,
        bits::{BitReader, BitWriter},
    },
};

/// The order of the Golomb code of a residual: most residuals of moving fields are a few steps.
const RESIDUAL_ORDER: u32 = 1;

/// Encodes and decodes rows of one protocol; holds scratch space only.
#[derive(Clone, Debug)]
pub struct RowCode {
    kinds: &'static [&'static KindTable],
    rate: TickRate,
    predicted: Vec<i32>,
}

impl RowCode {
    /// For rows of these kinds, in a game that runs at this rate.
    #[must_use]
    pub fn new(kinds: &'static [&'static KindTable], rate: TickRate) -> Self {
        Self { kinds, rate, predicted: Vec::new() }
    }

    /// The table of a kind.
    #[must_use]
    pub fn table(&self, kind: u8) -> Option<&'static KindTable> {
        self.kinds.get(usize::from(kind)).copied()
    }

    /// Writes what a receiver that holds `baseline`, `age_ticks` old, needs to know `columns`.
    /// Writes nothing and returns `false` when its prediction is already right.
    ///
    /// # Panics
    /// When the columns are not those of the table: our own bug.
    pub fn encode_update(
        &mut self,
        table: &KindTable,
        baseline: &[i32],
        age_ticks: u32,
        columns: &[i32],
        writer: &mut BitWriter,
    ) -> bool {
        assert_eq!(columns.len(), table.fields.len(), "one column for each field");
        table.predict(baseline, age_ticks, self.rate, &mut self.predicted);
        if self.predicted == columns {
            return false;
        }
        self.encode_residuals(table, columns, writer);
        true
    }

    /// Reads what [`RowCode::encode_update`] wrote, when it wrote something.
    ///
    /// # Errors
    /// When the bits run out or a column would leave its range.
    pub fn decode_update(
        &mut self,
        table: &KindTable,
        baseline: &[i32],
        age_ticks: u32,
        reader: &mut BitReader<'_>,
        columns: &mut Vec<i32>,
    ) -> Result<(), DecodeError> {
        table.predict(baseline, age_ticks, self.rate, &mut self.predicted);
        self.decode_residuals(table, reader, columns)
    }

    /// What a receiver expects when nothing was written.
    pub fn unchanged(
        &self,
        table: &KindTable,
        baseline: &[i32],
        age_ticks: u32,
        columns: &mut Vec<i32>,
    ) {
        table.predict(baseline, age_ticks, self.rate, columns);
    }

    /// Writes a row to a receiver that knows nothing of the entity.
    ///
    /// # Panics
    /// As [`RowCode::encode_update`].
    pub fn encode_spawn(&mut self, table: &KindTable, columns: &[i32], writer: &mut BitWriter) {
        assert_eq!(columns.len(), table.fields.len(), "one column for each field");
        for (field, column) in table.fields.iter().zip(columns) {
            let offset = i64::from(*column) - i64::from(field.lowest);
            writer.bits(offset as u32, width(field.span()));
        }
    }

    /// Reads what [`RowCode::encode_spawn`] wrote.
    ///
    /// # Errors
    /// As [`RowCode::decode_update`].
    pub fn decode_spawn(
        &mut self,
        table: &KindTable,
        reader: &mut BitReader<'_>,
        columns: &mut Vec<i32>,
    ) -> Result<(), DecodeError> {
        columns.clear();
        for field in table.fields {
            let offset = i64::from(reader.bits(width(field.span()))?);
            if offset >= field.span() {
                return Err(DecodeError::OutOfRange);
            }
            columns.push((i64::from(field.lowest).saturating_add(offset)) as i32);
        }
        Ok(())
    }

    fn encode_residuals(&self, table: &KindTable, columns: &[i32], writer: &mut BitWriter) {
        for ((field, predicted), column) in table.fields.iter().zip(&self.predicted).zip(columns) {
            let residual = field.residual(*predicted, *column);
            writer.bit(residual != 0);
            if residual == 0 || field.span() == 2 {
                continue; // A field of two values has only one other value.
            }
            // Zero is said already, so the values move one step towards it.
            writer.signed_golomb(residual - i32::from(residual > 0), RESIDUAL_ORDER);
        }
    }

    fn decode_residuals(
        &self,
        table: &KindTable,
        reader: &mut BitReader<'_>,
        columns: &mut Vec<i32>,
    ) -> Result<(), DecodeError> {
        columns.clear();
        for (field, &predicted) in table.fields.iter().zip(&self.predicted) {
            let column = if !reader.bit()? {
                predicted
            } else if field.span() == 2 {
                if predicted == field.lowest { field.highest } else { field.lowest }
            } else {
                let code = reader.signed_golomb(RESIDUAL_ORDER)?;
                let residual = code.saturating_add(i32::from(code >= 0));
                field.with_residual(predicted, residual).ok_or(DecodeError::OutOfRange)?
            };
            columns.push(column);
        }
        Ok(())
    }
}

/// How many bits hold `span` values.
fn width(span: i64) -> u32 {
    64 - (span - 1).leading_zeros()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::row::{Field, Predict};
    use proptest::prelude::*;

    static FIELDS: [Field; 5] = [
        Field::float("x", -256.0, 256.0, 0.01, false).predicted(Predict::Velocity(1)),
        Field::float("speed", -32.0, 32.0, 0.25, false),
        Field::float("aim", 0.0, 360.0, 1.0, true),
        Field::integer("health", 0, 100, false),
        Field::integer("alive", 0, 1, false),
    ];
    static TABLE: KindTable = KindTable { name: "walker", fields: &FIELDS };
    static KINDS: [&KindTable; 1] = [&TABLE];

    fn code() -> RowCode {
        RowCode::new(&KINDS, TickRate::new(60).unwrap())
    }

    fn row() -> impl Strategy<Value = Vec<i32>> {
        (-25_600..=25_600_i32, -128..=128_i32, 0..=359_i32, 0..=100_i32, 0..=1_i32)
            .prop_map(|(x, speed, aim, health, alive)| vec![x, speed, aim, health, alive])
    }

    proptest! {
        #[test]
        fn an_update_gives_back_the_row(base in row(), next in row(), age in 0_u32..200) {
            let mut writer = BitWriter::default();
            let written = code().encode_update(&TABLE, &base, age, &next, &mut writer);
            let bytes = writer.finish();
            let mut reader = BitReader::new(&bytes);
            let mut columns = Vec::new();
            if written {
                code().decode_update(&TABLE, &base, age, &mut reader, &mut columns).unwrap();
            } else {
                code().unchanged(&TABLE, &base, age, &mut columns);
            }
            prop_assert_eq!(columns, next);
            prop_assert_eq!(reader.finish(), Ok(()));
        }

        #[test]
        fn a_spawn_gives_back_the_row(next in row()) {
            let mut writer = BitWriter::default();
            code().encode_spawn(&TABLE, &next, &mut writer);
            let bytes = writer.finish();
            let mut columns = Vec::new();
            code().decode_spawn(&TABLE, &mut BitReader::new(&bytes), &mut columns).unwrap();
            prop_assert_eq!(columns, next);
        }

        #[test]
        fn hostile_bits_give_a_legal_row_or_an_error(base in row(), bytes in prop::collection::vec(any::<u8>(), 0..32)) {
            let mut columns = Vec::new();
            if code().decode_update(&TABLE, &base, 6, &mut BitReader::new(&bytes), &mut columns).is_ok() {
                prop_assert!(TABLE.admits(&columns));
            }
            if code().decode_spawn(&TABLE, &mut BitReader::new(&bytes), &mut columns).is_ok() {
                prop_assert!(TABLE.admits(&columns));
            }
        }
    }

    #[test]
    fn what_goes_as_predicted_costs_nothing() {
        let mut writer = BitWriter::default();
        let moved = code().encode_update(
            &TABLE,
            &[100, 24, 0, 50, 1],
            6,
            &[160, 24, 0, 50, 1],
            &mut writer,
        );
        assert!(!moved);
        assert_eq!(writer.bit_length(), 0);
    }
}
