//! Takes a snapshot out of a datagram: the client's side of [`super::pack`], on hostile bytes. Notes on
//! the way what each bit was for ([`crate::inspect::tally`]).

use super::{Recall, RowCode, header::Header};
use crate::{
    inspect::tally::RowBits,
    limits,
    row::{EntityId, KindId},
    snapshot::{Row, Snapshot},
    tick::Tick,
    wire::{DecodeError, bits::BitReader},
};

/// Reads the rows after the header into a snapshot of `tick`, against `baseline` (an empty snapshot
/// when there is none).
pub(crate) fn unpack(
    code: &mut RowCode,
    baseline: &Snapshot,
    tick: Tick,
    header: &Header,
    mut reader: BitReader<'_>,
) -> Result<Snapshot, DecodeError> {
    code.tally.begin(reader.position());
    let removed =
        if header.has_lists { read_removed(code, baseline, &mut reader)? } else { Vec::new() };
    let kept = read_updates(code, baseline, &removed, tick, header.partial, &mut reader)?;
    let spawned =
        if header.has_lists { read_spawns(code, tick, &mut reader)? } else { blank(code, tick) };
    code.tally.note_padding(reader.left());
    reader.finish()?;
    merge(code, kept, spawned, tick)
}

/// The places, in the baseline, of the entities that are gone; ascending.
fn read_removed(
    code: &mut RowCode,
    baseline: &Snapshot,
    reader: &mut BitReader<'_>,
) -> Result<Vec<usize>, DecodeError> {
    let begun = reader.position();
    let count = reader.golomb(0)? as usize;
    code.tally.note_count(reader.position() - begun);
    if count > baseline.len() {
        return Err(DecodeError::UnknownEntity);
    }
    let mut places = Vec::with_capacity(count);
    let mut expected = 0_usize;
    for _ in 0..count {
        let begun = reader.position();
        let place = expected.saturating_add(reader.golomb(2)? as usize);
        let row = baseline.row(place).ok_or(DecodeError::UnknownEntity)?;
        code.tally.note_removed(row.kind, reader.position() - begun);
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
    let recall = code.recall.clone();
    let mut recall = recall.as_ref().map(Recall::table);
    if let Some(recall) = &recall {
        recall.fetch(tick, baseline);
    }
    let mut kept = blank(code, tick);
    let mut gone = removed.iter().peekable();
    // How many more rows rest before one that does not; none when that must be read first.
    let (mut before, mut run): (u32, Option<u32>) = (0, None);
    for (place, row) in baseline.rows().enumerate() {
        if gone.next_if(|next| **next == place).is_some() {
            continue;
        }
        code.table(row.kind).ok_or(DecodeError::UnknownEntity)?;
        let age_ticks = u32::try_from(tick.since(row.as_of)).ok();
        let age_ticks = age_ticks.filter(|age| *age <= limits::AGE_TICKS);
        let age_ticks = age_ticks.ok_or(DecodeError::UnknownBaseline)?;
        if !code.is_moving(row.kind, row.columns) {
            let left = match run {
                Some(left) => left,
                None => {
                    let begun = reader.position();
                    let read = code.read_run(before, reader)?;
                    code.tally.note_run(row.kind, reader.position() - begun);
                    before = read;
                    read
                }
            };
            if let Some(rest) = left.checked_sub(1) {
                code.tally.note_resting(row.kind);
                run = Some(rest);
                if let Some((columns, _)) = recall.as_mut().and_then(|it| it.find(tick, &row, None))
                {
                    kept.push_columns(row.id, row.kind, tick, columns);
                    continue;
                }
                let columns = code.expected(row.kind, row.columns, age_ticks);
                kept.push_columns(row.id, row.kind, tick, columns);
                if let Some(recall) = &mut recall {
                    recall.keep(tick, &row, columns, None, &RowBits::default());
                }
                continue;
            }
            run = None;
        }
        let waits = partial && reader.bit()?;
        code.tally.note_known(row.kind, partial, waits);
        if waits {
            kept.push_columns(row.id, row.kind, row.as_of, row.columns);
            continue;
        }
        if let Some((columns, bits)) =
            recall.as_mut().and_then(|recall| recall.find(tick, &row, Some(&mut *reader)))
        {
            code.tally.note_row(bits);
            kept.push_columns(row.id, row.kind, tick, columns);
            continue;
        }
        let before = reader.clone();
        code.decode_update(row.kind, row.columns, age_ticks, reader)?;
        kept.push_columns(row.id, row.kind, tick, &code.columns);
        if let Some(recall) = &mut recall {
            let told = Some((&before, reader.position()));
            recall.keep(tick, &row, &code.columns, told, code.tally.row());
        }
    }
    if run.is_some_and(|left| left > 0) {
        return Err(DecodeError::UnknownEntity);
    }
    Ok(kept)
}

fn read_spawns(
    code: &mut RowCode,
    tick: Tick,
    reader: &mut BitReader<'_>,
) -> Result<Snapshot, DecodeError> {
    let begun = reader.position();
    let count = reader.golomb(0)? as usize;
    code.tally.note_count(reader.position() - begun);
    if count > limits::VISIBLE_ENTITIES {
        return Err(DecodeError::TooLarge);
    }
    let mut spawned = blank(code, tick);
    let mut expected = 0_u32;
    for _ in 0..count {
        let begun = reader.position();
        let id = expected.saturating_add(reader.golomb(4)?);
        let id = EntityId(u16::try_from(id).map_err(|_| DecodeError::UnknownEntity)?);
        let kind = KindId(reader.bits(4)? as u8);
        code.tally.note_spawned(kind, reader.position() - begun);
        spawned.push_columns(id, kind, tick, code.decode_spawn(kind, reader)?);
        expected = u32::from(id.0).saturating_add(1);
    }
    Ok(spawned)
}

/// Both lists as one, in the order of entities.
fn merge(
    code: &mut RowCode,
    kept: Snapshot,
    spawned: Snapshot,
    tick: Tick,
) -> Result<Snapshot, DecodeError> {
    if kept.len().saturating_add(spawned.len()) > limits::VISIBLE_ENTITIES {
        return Err(DecodeError::TooLarge);
    }
    if spawned.is_empty() {
        code.spare.push(spawned);
        return Ok(kept);
    }
    let mut merged = blank(code, tick);
    let mut push = |row: Row<'_>| merged.push_columns(row.id, row.kind, row.as_of, row.columns);
    let mut earlier = kept.rows().peekable();
    for row in spawned.rows() {
        while let Some(earlier) = earlier.next_if(|next| next.id < row.id) {
            push(earlier);
        }
        if earlier.peek().is_some_and(|next| next.id == row.id) {
            return Err(DecodeError::UnknownEntity);
        }
        push(row);
    }
    earlier.for_each(push);
    code.spare.extend([kept, spawned]);
    Ok(merged)
}

/// An empty snapshot, in the memory of an earlier one if there is any.
fn blank(code: &mut RowCode, tick: Tick) -> Snapshot {
    let mut snapshot = code.spare.pop().unwrap_or_default();
    snapshot.reset(tick);
    snapshot
}
