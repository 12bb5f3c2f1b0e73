//! The code of residuals where no tables were trained: a flag for each field, and Golomb codes.

use super::RowCode;
use crate::{
    row::KindTable,
    wire::{
        DecodeError,
        bits::{BitReader, BitWriter},
    },
};

/// The order of the Golomb code of a residual.
const RESIDUAL_ORDER: u32 = 1;

impl RowCode {
    /// Writes the residuals: a flag for each field, and what is not zero.
    pub(super) fn write_plain(&self, table: &KindTable, writer: &mut BitWriter) {
        for (field, residual) in table.fields.iter().zip(&self.residuals) {
            writer.bit(*residual != 0);
            if *residual != 0 && field.span() != 2 {
                // Zero is said already, so the values move one step towards it.
                writer.signed_golomb(residual - i32::from(*residual > 0), RESIDUAL_ORDER);
            }
        }
    }

    /// Reads what [`RowCode::write_plain`] wrote.
    pub(super) fn read_plain(
        &mut self,
        table: &KindTable,
        reader: &mut BitReader<'_>,
    ) -> Result<(), DecodeError> {
        self.residuals.clear();
        self.tally.note_mask(table.fields.len());
        for (place, field) in table.fields.iter().enumerate() {
            let residual = match (reader.bit()?, field.span()) {
                (false, _) => 0,
                (true, 2) => 1,
                (true, _) => {
                    let begun = reader.position();
                    let code = reader.signed_golomb(RESIDUAL_ORDER)?;
                    self.tally.note_field(place, reader.position() - begun);
                    code.saturating_add(i32::from(code >= 0))
                }
            };
            self.residuals.push(residual);
        }
        Ok(())
    }
}
