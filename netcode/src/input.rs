//! Inputs on their way: repeated by the client, put in order and handed out one a tick by the server.
//!
//! `input/buffer` is the server's side. This file is the client's: the last inputs, of which each
//! datagram repeats some, because a lost datagram must not cost a move and nothing is ever resent.
//! The server, not the client, decides which tick an input is applied to; a client can't move more
//! often than once a tick, whatever it sends.
//!
//! An input in which it matters what the player saw (a trigger was pulled) carries its own [`Glance`]:
//! the others need none and cost nothing.

pub mod buffer;
mod change;
pub mod redundancy;
pub mod report;

use crate::{
    limits,
    rewind::moment::Glance,
    row::Replicate,
    tick::Tick,
    wire::{
        DecodeError,
        bits::{BitReader, BitWriter},
    },
};
use std::collections::VecDeque;

/// Bits of the newest input's tick: enough for datagrams that are half a minute old at 60 Hz.
pub const TICK_BITS: u32 = 12;
/// Bits of the number of inputs, less one.
const COUNT_BITS: u32 = 3;

const _: () = assert!(limits::INPUTS_PER_DATAGRAM == 1 << COUNT_BITS);

/// An input, and what the player saw when it acted, if that matters.
///
/// ```
/// # mod walkers { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/walkers.rs")); }
/// # use walkers::*;
/// use netcode::{input::Stamped, rewind::moment::Glance};
/// let walks = Stamped { input: Push { direction: 1 }, glance: None };
/// let shoots = Stamped { glance: Some(Glance::at_tick(192)), ..walks };
/// assert_eq!(shoots.glance.map(|glance| glance.view_lag), Some(3 * 64));
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Stamped<I> {
    /// What the player does.
    pub input: I,
    /// When it acted.
    pub glance: Option<Glance>,
}

/// Inputs as one datagram carries them.
///
/// ```
/// # mod walkers { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/walkers.rs")); }
/// # use walkers::*;
/// use netcode::{input::{InputBatch, Stamped}, wire::bits::{BitReader, BitWriter}};
/// let stamped = |direction| Stamped { input: Push { direction }, glance: None };
/// let batch = InputBatch { newest: 812, inputs: vec![stamped(1), stamped(1), stamped(0)] };
/// let mut writer = BitWriter::default();
/// batch.write(&mut writer);
/// assert_eq!(InputBatch::read(&mut BitReader::new(&writer.finish())), Ok(batch));
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct InputBatch<I> {
    /// The low [`TICK_BITS`] bits of the tick that the newest input is for; the others are ignored.
    pub newest: u16,
    /// The newest first, one for each tick going back; at least one.
    pub inputs: Vec<Stamped<I>>,
}

impl<I> Default for InputBatch<I> {
    /// Nothing, to be filled by [`InputBatch::refill`].
    fn default() -> Self {
        Self { newest: 0, inputs: Vec::new() }
    }
}

impl<I: Replicate> InputBatch<I> {
    /// Writes the batch: the newest input whole, each earlier one as its change.
    ///
    /// # Panics
    /// When there is no input, or more than [`limits::INPUTS_PER_DATAGRAM`].
    pub fn write(&self, writer: &mut BitWriter) {
        assert!((1..=limits::INPUTS_PER_DATAGRAM).contains(&self.inputs.len()));
        writer.bits(u32::from(self.newest) & ((1 << TICK_BITS) - 1), TICK_BITS);
        writer.bits(self.inputs.len() as u32 - 1, COUNT_BITS);
        let fields = I::TABLE.fields.len();
        // All in one piece of memory: a client writes one of these in each of its frames.
        let mut rows = Vec::with_capacity(self.inputs.len() * fields);
        self.inputs.iter().for_each(|stamped| stamped.input.quantise(&mut rows));
        change::write_whole::<I>(rows.get(..fields).unwrap_or(&rows), writer);
        if self.inputs.len() > 1 {
            change::write_earlier::<I>(&rows, writer);
        }
        self.write_glances(writer);
    }

    fn write_glances(&self, writer: &mut BitWriter) {
        let any = self.inputs.iter().any(|stamped| stamped.glance.is_some());
        writer.bit(any);
        if !any {
            return;
        }
        let mut later = None;
        for stamped in &self.inputs {
            writer.bit(stamped.glance.is_some());
            if let Some(glance) = &stamped.glance {
                glance.write(later, writer);
                later = Some(glance);
            }
        }
    }

    /// Reads what [`InputBatch::write`] wrote, from hostile bytes.
    ///
    /// # Errors
    /// When the bits run out or a field would leave its range.
    pub fn read(reader: &mut BitReader<'_>) -> Result<Self, DecodeError> {
        let mut batch = Self::default();
        batch.refill(reader)?;
        Ok(batch)
    }

    /// As [`InputBatch::read`], in the memory of an earlier batch. After an error it holds nothing that
    /// means anything.
    ///
    /// # Errors
    /// As [`InputBatch::read`].
    pub fn refill(&mut self, reader: &mut BitReader<'_>) -> Result<(), DecodeError> {
        self.inputs.clear();
        self.newest = reader.bits(TICK_BITS)? as u16;
        let earlier = reader.bits(COUNT_BITS)?;
        let mut row = [0; limits::FIELDS];
        let row = row.get_mut(..I::TABLE.fields.len()).ok_or(DecodeError::TooLarge)?;
        change::read_whole::<I>(row, reader)?;
        self.inputs.push(Stamped { input: I::restore(row), glance: None });
        let mask = if earlier > 0 { change::read_mask::<I>(reader)? } else { None };
        for _ in 0..earlier {
            if let Some(mask) = mask {
                change::read_before::<I>(row, mask, reader)?;
            }
            self.inputs.push(Stamped { input: I::restore(row), glance: None });
        }
        if !reader.bit()? {
            return Ok(());
        }
        let mut later: Option<Glance> = None;
        for stamped in &mut self.inputs {
            if reader.bit()? {
                stamped.glance = Some(Glance::read(later.as_ref(), reader)?);
                later = stamped.glance;
            }
        }
        Ok(())
    }
}

/// The client's last inputs.
#[derive(Clone, Debug)]
pub struct InputSender<I> {
    /// The newest last, one for each consecutive tick.
    recent: VecDeque<Stamped<I>>,
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

    /// Takes the input for a tick, with what the player saw if that matters. A tick that does not
    /// follow the one before starts anew.
    pub fn queue(&mut self, tick: Tick, input: I, glance: Option<Glance>) {
        if tick != self.newest.next() {
            self.recent.clear();
        }
        if self.recent.len() == limits::INPUTS_PER_DATAGRAM {
            self.recent.pop_front();
        }
        self.recent.push_back(Stamped { input, glance });
        self.newest = tick;
    }

    /// What the next datagram carries; `fresh` inputs were queued since the last one. `None` when
    /// there is nothing yet.
    #[must_use]
    pub fn batch(&self, fresh: usize) -> Option<InputBatch<I>> {
        let count = fresh.saturating_sub(1).saturating_add(self.redundancy);
        let inputs: Vec<Stamped<I>> = self
            .recent
            .iter()
            .rev()
            .take(count.min(limits::INPUTS_PER_DATAGRAM))
            .copied()
            .collect();
        (!inputs.is_empty()).then(|| InputBatch { newest: self.newest.low_bits(), inputs })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Replicate;
    use proptest::prelude::*;

    #[derive(Clone, Copy, Debug, Default, PartialEq, Replicate)]
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

    fn stamped() -> impl Strategy<Value = Stamped<Keys>> {
        let glance = (0_u16..1024, 0_u16..16_384, 0_u8..4, 0_u8..4)
            .prop_map(|(own_lag, view_lag, back, ahead)| Glance { own_lag, view_lag, back, ahead });
        (keys(), prop::option::of(glance)).prop_map(|(input, glance)| Stamped { input, glance })
    }

    fn bits(inputs: Vec<Stamped<Keys>>) -> usize {
        let mut writer = BitWriter::default();
        InputBatch { newest: 7, inputs }.write(&mut writer);
        writer.bit_length()
    }

    proptest! {
        #[test]
        fn a_batch_comes_through(newest in 0_u16..4096, inputs in prop::collection::vec(stamped(), 1..=8)) {
            let batch = InputBatch { newest, inputs };
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
                prop_assert!(batch.inputs.len() <= limits::INPUTS_PER_DATAGRAM);
                for Stamped { input, .. } in batch.inputs {
                    prop_assert!((-4..=4).contains(&input.x) && input.aim < 4096);
                }
            }
        }
    }

    #[test]
    fn what_does_not_change_and_needs_no_moment_costs_two_bits() {
        let still = Stamped { input: Keys::default(), glance: None };
        assert_eq!(bits(vec![still; 4]), 12 + 3 + 17 + 2);
        let glance = Some(Glance { own_lag: 80, view_lag: 400, back: 1, ahead: 1 });
        let shot = Stamped { glance, ..still };
        assert!(bits(vec![still, shot, still, still]) - bits(vec![still; 4]) <= 36);
    }

    #[test]
    fn each_input_is_sent_as_often_as_asked() {
        let mut sender = InputSender::new(3);
        let mut sent = [0; 10];
        for tick in 0..10_u8 {
            let keys = Keys { x: 0, aim: u16::from(tick), fire: false };
            sender.queue(Tick(u32::from(tick)), keys, None);
            for stamped in sender.batch(1).unwrap().inputs {
                sent[usize::from(stamped.input.aim)] += 1;
            }
        }
        assert_eq!(sent, [3, 3, 3, 3, 3, 3, 3, 3, 2, 1]);
    }
}
