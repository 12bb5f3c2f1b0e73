//! Inputs on their way: repeated by the client, put in order and handed out one a tick by the server.
//!
//! `input/buffer` is the server's side. This file is the client's: the last inputs, of which each
//! datagram repeats some, because a lost datagram must not cost a move and nothing is ever resent.
//! The server, not the client, decides which tick an input is applied to; a client can't move more
//! often than once a tick, whatever it sends.

pub mod buffer;
pub mod redundancy;
pub mod report;

use crate::{
    limits,
    row::Replicate,
    tick::Tick,
    wire::{
        DecodeError,
        bits::{BitReader, BitWriter},
    },
};
use std::collections::VecDeque;

/// The order of the Golomb code of an input's change against the next one.
const CHANGE_ORDER: u32 = 2;
/// Bits of a view's lag, in sixteenths of a tick: up to 256 ticks.
const LAG_BITS: u32 = 12;

/// Inputs as one datagram carries them.
#[derive(Clone, Debug, PartialEq)]
pub struct InputBatch<I> {
    /// The low bits of the tick that the newest input is for.
    pub newest: u16,
    /// How far the view that the player acted on lay behind the newest input's tick, in sixteenths of
    /// a tick.
    pub view_lag: u16,
    /// The newest first, one for each tick going back; at least one.
    pub inputs: Vec<I>,
}

impl<I: Replicate> InputBatch<I> {
    /// Writes the batch: the newest input whole, each earlier one as its change.
    ///
    /// # Panics
    /// When there is no input, or more than [`limits::INPUTS_PER_DATAGRAM`].
    pub fn write(&self, writer: &mut BitWriter) {
        assert!((1..=limits::INPUTS_PER_DATAGRAM).contains(&self.inputs.len()));
        writer.bits(u32::from(self.newest), 16);
        writer.bits(u32::from(self.view_lag.min((1 << LAG_BITS) - 1)), LAG_BITS);
        writer.bits(self.inputs.len() as u32 - 1, 3);
        let mut later = Vec::new();
        for input in &self.inputs {
            let mut columns = Vec::new();
            input.quantise(&mut columns);
            if later.is_empty() {
                write_whole::<I>(&columns, writer);
            } else {
                write_change::<I>(&later, &columns, writer);
            }
            later = columns;
        }
    }

    /// Reads what [`InputBatch::write`] wrote, from hostile bytes.
    ///
    /// # Errors
    /// When the bits run out or a field would leave its range.
    pub fn read(reader: &mut BitReader<'_>) -> Result<Self, DecodeError> {
        let newest = reader.bits(16)? as u16;
        let view_lag = reader.bits(LAG_BITS)? as u16;
        let count = reader.bits(3)?.saturating_add(1);
        let mut columns = read_whole::<I>(reader)?;
        let mut inputs = vec![I::restore(&columns)];
        for _ in 1..count {
            columns = read_change::<I>(&columns, reader)?;
            inputs.push(I::restore(&columns));
        }
        Ok(Self { newest, view_lag, inputs })
    }
}

fn write_whole<I: Replicate>(columns: &[i32], writer: &mut BitWriter) {
    for (field, column) in I::TABLE.fields.iter().zip(columns) {
        let offset = i64::from(*column) - i64::from(field.lowest);
        writer.bits(offset as u32, field_width(field.span()));
    }
}

fn read_whole<I: Replicate>(reader: &mut BitReader<'_>) -> Result<Vec<i32>, DecodeError> {
    let read = |field: &crate::row::Field| {
        let offset = i64::from(reader.bits(field_width(field.span()))?);
        let value = i64::from(field.lowest).saturating_add(offset);
        if offset < field.span() { Ok(value as i32) } else { Err(DecodeError::OutOfRange) }
    };
    I::TABLE.fields.iter().map(read).collect()
}

/// One bit when nothing changed; otherwise the change of each field.
fn write_change<I: Replicate>(later: &[i32], columns: &[i32], writer: &mut BitWriter) {
    writer.bit(later != columns);
    if later == columns {
        return;
    }
    for ((field, later), column) in I::TABLE.fields.iter().zip(later).zip(columns) {
        let residual = field.residual(*later, *column);
        writer.bit(residual != 0);
        if residual != 0 {
            writer.signed_golomb(residual - i32::from(residual > 0), CHANGE_ORDER);
        }
    }
}

fn read_change<I: Replicate>(
    later: &[i32],
    reader: &mut BitReader<'_>,
) -> Result<Vec<i32>, DecodeError> {
    if !reader.bit()? {
        return Ok(later.to_vec());
    }
    let read = |(field, later): (&crate::row::Field, &i32)| {
        if !reader.bit()? {
            return Ok(*later);
        }
        let code = reader.signed_golomb(CHANGE_ORDER)?;
        let residual = code.saturating_add(i32::from(code >= 0));
        field.with_residual(*later, residual).ok_or(DecodeError::OutOfRange)
    };
    I::TABLE.fields.iter().zip(later).map(read).collect()
}

/// How many bits hold `span` values.
fn field_width(span: i64) -> u32 {
    64 - (span - 1).leading_zeros()
}

/// The client's last inputs.
#[derive(Clone, Debug)]
pub struct InputSender<I> {
    /// The newest last, one for each consecutive tick.
    recent: VecDeque<I>,
    newest: Tick,
    redundancy: usize,
}

impl<I: Replicate + Copy> InputSender<I> {
    /// Sends each input `redundancy` times in all, from 1 to [`limits::INPUTS_PER_DATAGRAM`].
    #[must_use]
    pub fn new(redundancy: usize) -> Self {
        let redundancy = redundancy.clamp(1, limits::INPUTS_PER_DATAGRAM);
        Self { recent: VecDeque::new(), newest: Tick(0), redundancy }
    }

    /// From now on each input is sent so often in all.
    pub fn set_redundancy(&mut self, copies: usize) {
        self.redundancy = copies.clamp(1, limits::INPUTS_PER_DATAGRAM);
    }

    /// Takes the input for a tick. A tick that does not follow the one before starts anew.
    pub fn queue(&mut self, tick: Tick, input: I) {
        if tick != self.newest.next() {
            self.recent.clear();
        }
        if self.recent.len() == limits::INPUTS_PER_DATAGRAM {
            self.recent.pop_front();
        }
        self.recent.push_back(input);
        self.newest = tick;
    }

    /// What the next datagram carries; `fresh` inputs were queued since the last one. `None` when
    /// there is nothing yet.
    #[must_use]
    pub fn batch(&self, fresh: usize, view_lag: u16) -> Option<InputBatch<I>> {
        let count = fresh.saturating_sub(1).saturating_add(self.redundancy);
        let inputs: Vec<I> = self
            .recent
            .iter()
            .rev()
            .take(count.min(limits::INPUTS_PER_DATAGRAM))
            .copied()
            .collect();
        (!inputs.is_empty()).then(|| InputBatch {
            newest: self.newest.low_bits(),
            view_lag,
            inputs,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Replicate;
    use proptest::prelude::*;

    #[derive(Clone, Copy, Debug, PartialEq, Replicate)]
    struct Keys {
        #[replicate(range = -4..=4)]
        x: i8,
        #[replicate(range = 0..=4095, wrap)]
        aim: u16,
        fire: bool,
    }

    fn keys() -> impl Strategy<Value = Keys> {
        (-4_i8..=4, 0_u16..4096, any::<bool>()).prop_map(|(x, aim, fire)| Keys { x, aim, fire })
    }

    proptest! {
        #[test]
        fn a_batch_comes_through(newest: u16, view_lag in 0_u16..4096, inputs in prop::collection::vec(keys(), 1..=8)) {
            let batch = InputBatch { newest, view_lag, inputs };
            let mut writer = BitWriter::default();
            batch.write(&mut writer);
            let bytes = writer.finish();
            let mut reader = BitReader::new(&bytes);
            prop_assert_eq!(InputBatch::read(&mut reader), Ok(batch));
            prop_assert_eq!(reader.finish(), Ok(()));
        }

        #[test]
        fn any_bytes_give_legal_inputs_or_an_error(bytes in prop::collection::vec(any::<u8>(), 0..40)) {
            if let Ok(batch) = InputBatch::<Keys>::read(&mut BitReader::new(&bytes)) {
                for input in batch.inputs {
                    prop_assert!((-4..=4).contains(&input.x) && input.aim < 4096);
                }
            }
        }
    }

    #[test]
    fn each_input_is_sent_as_often_as_asked() {
        let mut sender = InputSender::new(3);
        let mut sent = [0; 10];
        for tick in 0..10_u8 {
            sender.queue(Tick(u32::from(tick)), Keys { x: 0, aim: u16::from(tick), fire: false });
            for input in sender.batch(1, 0).unwrap().inputs {
                sent[usize::from(input.aim)] += 1;
            }
        }
        assert_eq!(sent, [3, 3, 3, 3, 3, 3, 3, 3, 2, 1]);
    }
}
