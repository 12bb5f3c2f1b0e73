//! What the server tells a client about its inputs, in the headers of snapshots: by how much they
//! were early, how many were missing, how many datagrams came.
//!
//! While all is as it should be, every sixth tick says enough; where anything is not, every snapshot tells for a while.
//!
//! The client's clock steers by the first ([`crate::clock`]), its redundancy by the last
//! ([`crate::input::redundancy`]). It is a report, not a request: nothing here changes the game.

use crate::wire::{
    DecodeError,
    bits::{BitReader, BitWriter},
};

/// Steps of a margin in a tick. An eighth is 2 ms at 60 Hz; docs/decisions/0017 has what finer and
/// coarser ones are worth.
pub const MARGIN_STEPS: f32 = 8.0;
/// Bits of a margin that is as it should be: from zero to just below two ticks.
const USUAL_BITS: u32 = 4;
/// Bits of the counter of datagrams, which wraps: a second of them at 60 a second.
pub const RECEIVED_BITS: u32 = 6;
/// Bits of the counter of missing inputs, which wraps: a client that heard nothing for a minute still learns how
/// many they were.
pub const MISSED_BITS: u32 = 12;
/// In how many snapshots a counter of missing inputs that has grown is told: enough that one of them comes. For as
/// many every snapshot reports after a margin that is not as it should be.
pub const MISSED_TOLD: u8 = 16;
/// Ticks from one report to the next while all is as it should be.
pub const REPORT_TICKS: i32 = 6;
/// A margin that is less than the least that was told is told at once; after so many reports, some three seconds, that
/// one is forgotten.
pub const WORST_OF: u8 = 32;
/// The margin that stands for "no input came".
const NONE: i8 = i8::MIN;

/// The server's report on one client's inputs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// The least margin of the inputs that came for the first time since the last snapshot, in steps:
    /// how long before it was needed each was there, negative when it was too late. `None` when none
    /// came.
    pub margin: Option<i8>,
    /// The low bits of a counter of ticks that went without their input; `None` when it has not grown for
    /// [`MISSED_TOLD`] snapshots, so that each of them told what it was.
    pub missed: Option<u16>,
    /// The low bits of a counter of datagrams that brought a newer input than all before them.
    pub received: u8,
}

impl Report {
    /// The most bits that [`Report::write`] takes.
    pub const BITS: usize = 1 + 8 + 1 + (MISSED_BITS + RECEIVED_BITS) as usize;

    /// Eight bits of flags and a counter, the margin (4 bits when it is the usual one, 8 otherwise), and 12 bits more
    /// when inputs were missing of late.
    pub fn write(&self, writer: &mut BitWriter) {
        let margin = self.margin.unwrap_or(NONE);
        let usual = is_usual(margin);
        writer.bit(usual);
        writer.bits(u32::from(margin as u8), if usual { USUAL_BITS } else { 8 });
        writer.bit(self.missed.is_some());
        if let Some(missed) = self.missed {
            writer.bits(u32::from(low(MISSED_BITS, missed)), MISSED_BITS);
        }
        writer.bits(u32::from(low(RECEIVED_BITS, self.received.into())), RECEIVED_BITS);
    }

    /// Reads what [`Report::write`] wrote.
    ///
    /// # Errors
    /// When the bits run out.
    pub fn read(reader: &mut BitReader<'_>) -> Result<Self, DecodeError> {
        let width = if reader.bit()? { USUAL_BITS } else { 8 };
        let margin = reader.bits(width)? as u8 as i8;
        let missed = if reader.bit()? { Some(reader.bits(MISSED_BITS)? as u16) } else { None };
        let received = reader.bits(RECEIVED_BITS)? as u8;
        Ok(Self { margin: (margin != NONE).then_some(margin), missed, received })
    }

    /// Whether inputs came so late that it can't be told by how much.
    pub(crate) fn is_later_than_told(&self) -> bool {
        self.margin == Some(-i8::MAX)
    }

    /// The margin in ticks.
    #[must_use]
    pub fn margin_ticks(&self) -> Option<f32> {
        self.margin.map(|steps| f32::from(steps) / MARGIN_STEPS)
    }
}

/// Whether a margin, in steps, is as it should be: in time, and by less than two ticks.
#[must_use]
pub fn is_usual(margin: i8) -> bool {
    (0..1 << USUAL_BITS).contains(&margin)
}

/// By how much a counter of so many bits has grown since an earlier report.
#[must_use]
pub fn growth(bits: u32, now: u16, before: u16) -> u16 {
    low(bits, now.wrapping_sub(before))
}

fn low(bits: u32, count: u16) -> u16 {
    count & ((1 << bits) - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_report_comes_through_and_the_usual_one_is_short() {
        for margin in i8::MIN..=i8::MAX {
            let report = Report {
                margin: (margin != NONE).then_some(margin),
                missed: (margin % 2 == 0).then_some(margin as u16 & 4_095),
                received: (margin as u8).wrapping_mul(7) & 63,
            };
            let mut writer = BitWriter::default();
            report.write(&mut writer);
            let bits = writer.bit_length();
            let shortest = (0..16).contains(&margin) && report.missed.is_none();
            assert!(bits <= Report::BITS && (shortest == (bits == 12)));
            let bytes = writer.finish();
            assert_eq!(Report::read(&mut BitReader::new(&bytes)), Ok(report));
        }
    }

    #[test]
    fn counters_grow_across_their_wrap() {
        assert_eq!(growth(RECEIVED_BITS, 2, 62), 4);
        assert_eq!(growth(RECEIVED_BITS, 0xc2, 0xbe), 4);
        assert_eq!(growth(MISSED_BITS, 1, 4_094), 3);
        assert_eq!(growth(MISSED_BITS, 0xf003, 0x0002), 1);
    }
}
