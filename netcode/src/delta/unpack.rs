//! Takes a snapshot out of a datagram: the client's side of [`super::pack`], on hostile bytes.

use super::{
    RowCode,
    pack::{BASELINE_BITS, Header},
};
use crate::{
    input::report::Report,
    limits,
    row::{EntityId, KindId},
    snapshot::{Row, Snapshot},
    tick::Tick,
    wire::{DecodeError, bits::BitReader},
};

impl Header {
    /// Reads the part of a datagram before the rows.
    pub(crate) fn read(reader: &mut BitReader<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            sequence: reader.bits(16)? as u16,
            tick: reader.bits(16)? as u16,
            baseline: reader.bits(BASELINE_BITS)? as u8,
            inputs: Report::read(reader)?,
            partial: reader.bit()?,
        })
    }
}

/// Reads the rows after the header into a snapshot of `tick`, against `baseline` (an empty snapshot
/// when there is none).
pub(crate) fn unpack(
    code: &mut RowCode,
    baseline: &Snapshot,
    tick: Tick,
    partial: bool,
    mut reader: BitReader<'_>,
) -> Result<Snapshot, DecodeError> {
    let removed = read_removed(&mut reader, baseline.len())?;
    let kept = read_updates(code, baseline, &removed, tick, partial, &mut reader)?;
    let spawned = read_spawns(code, tick, &mut reader)?;
    reader.finish()?;
    merge(&kept, &spawned, tick)
}

/// The places, in the baseline, of the entities that are gone; ascending.
fn read_removed(reader: &mut BitReader<'_>, held: usize) -> Result<Vec<usize>, DecodeError> {
    let count = reader.golomb(0)? as usize;
    if count > held {
        return Err(DecodeError::UnknownEntity);
    }
    let mut places = Vec::with_capacity(count);
    let mut expected = 0_usize;
    for _ in 0..count {
        let place = expected.saturating_add(reader.golomb(2)? as usize);
        if place >= held {
            return Err(DecodeError::UnknownEntity);
        }
        places.push(place);
        expected = place.saturating_add(1);
    }
    Ok(places)
}

fn read_updates(
    code: &mut RowCode,
    baseline: &Snapshot,
    removed: &[usize],
    tick: Tick,
    partial: bool,
    reader: &mut BitReader<'_>,
) -> Result<Snapshot, DecodeError> {
    let mut kept = Snapshot::new(tick);
    let mut columns = Vec::new();
    let mut gone = removed.iter().peekable();
    // A run counts the rows that go as predicted before one that does not.
    let mut run: Option<u32> = None;
    for (place, row) in baseline.rows().enumerate() {
        if gone.next_if(|next| **next == place).is_some() {
            continue;
        }
        let table = code.table(row.kind.0).ok_or(DecodeError::UnknownEntity)?;
        let left = match run {
            Some(left) => left,
            None => reader.golomb(0)?,
        };
        let age_ticks = tick.since(row.as_of) as u32;
        if left > 0 {
            code.unchanged(table, row.columns, age_ticks, &mut columns);
            kept.push_columns(row.id, row.kind, tick, &columns);
            run = Some(left.saturating_sub(1));
            // A run that ends the list has no other row after it.
            if run == Some(0) && !has_more(place, baseline.len(), gone.clone().copied()) {
                run = None;
            }
            continue;
        }
        run = None;
        if partial && reader.bit()? {
            kept.push_columns(row.id, row.kind, row.as_of, row.columns);
            continue;
        }
        code.decode_update(table, row.columns, age_ticks, reader, &mut columns)?;
        kept.push_columns(row.id, row.kind, tick, &columns);
    }
    match run {
        None => Ok(kept),
        Some(_) => Err(DecodeError::UnknownEntity),
    }
}

/// Whether a row after `place` is still there once those in `gone` are taken out.
fn has_more(place: usize, held: usize, gone: impl Iterator<Item = usize>) -> bool {
    held.saturating_sub(place).saturating_sub(1) > gone.count()
}

fn read_spawns(
    code: &mut RowCode,
    tick: Tick,
    reader: &mut BitReader<'_>,
) -> Result<Snapshot, DecodeError> {
    let count = reader.golomb(0)? as usize;
    if count > limits::VISIBLE_ENTITIES {
        return Err(DecodeError::TooLarge);
    }
    let mut spawned = Snapshot::new(tick);
    let mut columns = Vec::new();
    let mut expected = 0_u32;
    for _ in 0..count {
        let id = expected.saturating_add(reader.golomb(4)?);
        let id = EntityId(u16::try_from(id).map_err(|_| DecodeError::UnknownEntity)?);
        let kind = KindId(reader.bits(4)? as u8);
        let table = code.table(kind.0).ok_or(DecodeError::UnknownEntity)?;
        code.decode_spawn(table, reader, &mut columns)?;
        spawned.push_columns(id, kind, tick, &columns);
        expected = u32::from(id.0).saturating_add(1);
    }
    Ok(spawned)
}

/// Both lists as one, in the order of entities.
fn merge(kept: &Snapshot, spawned: &Snapshot, tick: Tick) -> Result<Snapshot, DecodeError> {
    if kept.len().saturating_add(spawned.len()) > limits::VISIBLE_ENTITIES {
        return Err(DecodeError::TooLarge);
    }
    let mut merged = Snapshot::new(tick);
    let mut push = |row: Row<'_>| merged.push_columns(row.id, row.kind, row.as_of, row.columns);
    let mut kept = kept.rows().peekable();
    for row in spawned.rows() {
        while let Some(earlier) = kept.next_if(|next| next.id < row.id) {
            push(earlier);
        }
        if kept.peek().is_some_and(|next| next.id == row.id) {
            return Err(DecodeError::UnknownEntity);
        }
        push(row);
    }
    kept.for_each(push);
    Ok(merged)
}
