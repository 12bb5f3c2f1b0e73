//! How an input's row travels: whole, or as what differs from the next one.
//!
//! Repeated inputs mostly differ in one field, if at all (who runs and turns only turns), so a datagram
//! first says which fields differ anywhere in it, and each input then pays for those alone.

use crate::{
    limits,
    row::Replicate,
    wire::{
        DecodeError,
        bits::{BitReader, BitWriter},
    },
};

/// The order of the Golomb code of a field's change: an aim turns by some of its 4096ths in a tick.
const CHANGE_ORDER: u32 = 3;

/// Writes every field of the newest input.
pub(super) fn write_whole<I: Replicate>(columns: &[i32], writer: &mut BitWriter) {
    for (field, column) in I::TABLE.fields.iter().zip(columns) {
        let offset = i64::from(*column) - i64::from(field.lowest);
        writer.bits(offset as u32, field_width(field.span()));
    }
}

/// Reads what [`write_whole`] wrote.
pub(super) fn read_whole<I: Replicate>(
    row: &mut [i32],
    reader: &mut BitReader<'_>,
) -> Result<(), DecodeError> {
    for (field, column) in I::TABLE.fields.iter().zip(row) {
        let offset = i64::from(reader.bits(field_width(field.span()))?);
        let value = i64::from(field.lowest).saturating_add(offset);
        if offset >= field.span() {
            return Err(DecodeError::OutOfRange);
        }
        *column = value as i32;
    }
    Ok(())
}

/// Writes the inputs before the newest one, which comes first in `rows`, each as its change against the one after it.
pub(super) fn write_earlier<I: Replicate>(rows: &[i32], writer: &mut BitWriter) {
    let fields = I::TABLE.fields;
    let rows = || rows.chunks(fields.len().max(1));
    let pairs = || rows().zip(rows().skip(1));
    let differs = |index: usize| pairs().any(|(later, row)| later.get(index) != row.get(index));
    let mut mask = [false; limits::FIELDS];
    let mask = mask.get_mut(..fields.len()).unwrap_or_default();
    mask.iter_mut().enumerate().for_each(|(index, differing)| *differing = differs(index));
    let changing = mask.iter().filter(|differs| **differs).count();
    writer.bit(changing > 0);
    if changing == 0 {
        return;
    }
    mask.iter().for_each(|differs| writer.bit(*differs));
    for (later, row) in pairs() {
        writer.bit(later != row);
        if later == row {
            continue;
        }
        let each = fields.iter().zip(later).zip(row).zip(&*mask).filter(|(_, differs)| **differs);
        for (((field, later), column), _) in each {
            let residual = field.residual(*later, *column);
            if changing > 1 {
                writer.bit(residual != 0);
            }
            if residual != 0 {
                writer.signed_golomb(residual - i32::from(residual > 0), CHANGE_ORDER);
            }
        }
    }
}

/// Reads which fields differ anywhere in the inputs that [`write_earlier`] wrote, a bit for each;
/// `None` when all inputs are alike.
pub(super) fn read_mask<I: Replicate>(
    reader: &mut BitReader<'_>,
) -> Result<Option<u32>, DecodeError> {
    if !reader.bit()? {
        return Ok(None);
    }
    let mut mask = 0;
    for place in 0..I::TABLE.fields.len() {
        mask |= u32::from(reader.bit()?) << place;
    }
    Ok(Some(mask))
}

/// Makes of an input the one before it, as [`write_earlier`] wrote it.
pub(super) fn read_before<I: Replicate>(
    row: &mut [i32],
    mask: u32,
    reader: &mut BitReader<'_>,
) -> Result<(), DecodeError> {
    if !reader.bit()? {
        return Ok(());
    }
    let each = I::TABLE.fields.iter().zip(row).zip(0..);
    for ((field, column), _) in each.filter(|(_, place)| mask >> place & 1 == 1) {
        if mask.count_ones() > 1 && !reader.bit()? {
            continue;
        }
        let code = reader.signed_golomb(CHANGE_ORDER)?;
        let residual = code.saturating_add(i32::from(code >= 0));
        *column = field.with_residual(*column, residual).ok_or(DecodeError::OutOfRange)?;
    }
    Ok(())
}

/// How many bits hold `span` values.
fn field_width(span: i64) -> u32 {
    64 - (span - 1).leading_zeros()
}
