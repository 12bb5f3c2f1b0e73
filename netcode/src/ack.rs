//! Which of the peer's datagrams came: the newest sequence number, and a bit for each before it.
//!
//! Sequence numbers are 16 bits and wrap. The receiver records, the sender asks; both hold the same
//! struct, which travels in every datagram of the other direction. A snapshot's number does not travel
//! at all: it follows from its tick ([`sequence_of`]).

use crate::{
    tick::Tick,
    wire::{
        DecodeError,
        bits::{BitReader, BitWriter},
    },
};

/// How many datagrams before the newest one are remembered.
const HISTORY: u32 = 16;
const ALL: u32 = (1 << HISTORY) - 1;

/// The number of a session's first snapshots: near the wrap, so that whatever breaks there breaks in
/// every session's first second.
const FIRST: u16 = u16::MAX - 20;

/// The sequence number of the snapshot of `tick`, in a session that was welcomed at the tick `welcomed`
/// by a server with a snapshot every `interval_ticks`. Nothing but the order of ticks matters to it, so
/// it is as good on a link that many snapshots in a row are lost on.
#[must_use]
pub fn sequence_of(tick: Tick, welcomed: Tick, interval_ticks: u16) -> u16 {
    let snapshots = tick.since(welcomed).div_euclid(i32::from(interval_ticks.max(1)));
    FIRST.wrapping_add(snapshots as u16)
}

/// The newest datagram that came, and which of the sixteen before it.
///
/// ```
/// use netcode::ack::Acks;
/// let mut acks = Acks::default();
/// assert!(acks.record(65_535) && acks.record(1));
/// assert!(!acks.record(1), "it came twice");
/// assert!(acks.contains(65_535) && !acks.contains(0));
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Acks {
    newest: Option<u16>,
    /// Bit n stands for `newest - 1 - n`.
    earlier: u32,
}

impl Acks {
    /// Notes a datagram. Returns `false` when it is known already, or too old to tell.
    pub fn record(&mut self, sequence: u16) -> bool {
        let Some(newest) = self.newest else {
            self.newest = Some(sequence);
            return true;
        };
        let ahead = sequence.wrapping_sub(newest) as i16;
        if ahead > 0 {
            let ahead = ahead as u32;
            let shifted = if ahead > HISTORY { 0 } else { (self.earlier << 1 | 1) << (ahead - 1) };
            self.earlier = shifted & ALL;
            self.newest = Some(sequence);
            return true;
        }
        let behind = u32::from(newest.wrapping_sub(sequence));
        if behind == 0 || behind > HISTORY {
            return false;
        }
        let bit = 1 << (behind - 1);
        let fresh = self.earlier & bit == 0;
        self.earlier |= bit;
        fresh
    }

    /// The newest sequence number that came.
    #[must_use]
    pub fn newest(&self) -> Option<u16> {
        self.newest
    }

    /// Whether this datagram is known to have come.
    #[must_use]
    pub fn contains(&self, sequence: u16) -> bool {
        let Some(newest) = self.newest else { return false };
        let behind = u32::from(newest.wrapping_sub(sequence));
        behind == 0 || (behind <= HISTORY && self.earlier >> (behind - 1) & 1 == 1)
    }

    /// One bit when nothing came yet; 18 when all sixteen before the newest did, 34 otherwise.
    pub fn write(&self, writer: &mut BitWriter) {
        writer.bit(self.newest.is_some());
        let Some(newest) = self.newest else { return };
        writer.bits(u32::from(newest), 16);
        writer.bit(self.earlier == ALL);
        if self.earlier != ALL {
            writer.bits(self.earlier, HISTORY);
        }
    }

    /// Reads what [`Acks::write`] wrote.
    ///
    /// # Errors
    /// When the bits run out.
    pub fn read(reader: &mut BitReader<'_>) -> Result<Self, DecodeError> {
        if !reader.bit()? {
            return Ok(Self::default());
        }
        let newest = Some(reader.bits(16)? as u16);
        let earlier = if reader.bit()? { ALL } else { reader.bits(HISTORY)? };
        Ok(Self { newest, earlier })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::HashSet;

    proptest! {
        /// Against the plain set of everything that came, starting near the wrap.
        #[test]
        fn acks_tell_exactly_what_came(offsets in prop::collection::vec(0_u16..60, 1..80)) {
            let start = u16::MAX - 20;
            let mut acks = Acks::default();
            let mut came = HashSet::new();
            for offset in offsets {
                let sequence = start.wrapping_add(offset);
                let newest = came.iter().max().copied().unwrap_or(0_u16);
                let told = acks.record(sequence);
                let fresh = came.insert(offset);
                if offset + HISTORY as u16 >= newest {
                    prop_assert_eq!(told, fresh);
                }
                let newest = came.iter().max().copied().unwrap();
                for back in 0..=HISTORY as u16 {
                    if newest >= back {
                        prop_assert_eq!(acks.contains(start.wrapping_add(newest - back)), came.contains(&(newest - back)));
                    }
                }
            }
            let mut writer = BitWriter::default();
            acks.write(&mut writer);
            let bytes = writer.finish();
            prop_assert_eq!(Acks::read(&mut BitReader::new(&bytes)), Ok(acks));
        }
    }
}
