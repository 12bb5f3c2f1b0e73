//! The header of a snapshot datagram: which tick it shows, against what, and how the client's inputs came.
//!
//! Few in sight take few bytes, so that a header can be a third of them. One bit says that nothing waits, goes or comes
//! and nothing is told of inputs, and a tick has as many bits as it takes to know it beside its
//! baseline. docs/decisions/0062 has what that is worth.

use crate::{
    input::report::Report,
    tick::{Tick, TickRate},
    wire::{
        DecodeError,
        bits::{BitReader, BitWriter},
    },
};

/// The largest number in a baseline's place: it stands for the anchor, those below for snapshots.
pub(crate) const FARTHEST_BASELINE: u16 = 63;
/// The order of the Golomb code of a baseline's distance: three snapshots are three bits.
const BASELINE_ORDER: u32 = 2;
/// Beside a baseline that the client has, the low bits tell ticks apart that lie less than so many seconds from each other.
/// A datagram may come half as long after one that overtook it. Later ones name a baseline that the client does not have
/// and are refused, but for those that are late by nearly all of it or more. (quinn takes no packet that 129 overtook.)
const NEAR_S: u32 = 16;
/// Without one there may have been silence for long: then as much travels as the core keeps of a tick on the way.
const FAR_BITS: u32 = 16;

/// The part of a datagram that is not rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Header {
    /// Whether lists of what is gone and of what is new follow; if not, the client keeps seeing what it saw, and
    /// nothing waits.
    pub(crate) has_lists: bool,
    /// Whether entities had to wait; only with lists.
    pub(crate) partial: bool,
    /// The low bits of the snapshot's tick, which says its sequence number as well; those above them do not travel.
    pub(crate) tick: u16,
    /// How many snapshots back the baseline is; zero for none.
    pub(crate) baseline: u8,
    /// How the client's inputs came, if it is told.
    pub(crate) inputs: Option<Report>,
}

impl Header {
    /// The most bits that a header takes.
    pub(crate) const BITS: usize = 4 + 11 + FAR_BITS as usize + Report::BITS;

    /// The most bits that this one takes, with lists or without.
    pub(crate) fn most_bits(&self) -> usize {
        Self::BITS - if self.inputs.is_some() { 0 } else { Report::BITS }
    }

    /// Writes it.
    pub(crate) fn write(&self, bits: TickBits, writer: &mut BitWriter) {
        let is_plain = !self.has_lists && self.inputs.is_none();
        writer.bit(is_plain);
        if !is_plain {
            writer.bit(self.has_lists);
            if self.has_lists {
                writer.bit(self.partial);
            }
            writer.bit(self.inputs.is_some());
        }
        writer.golomb(u32::from(self.baseline), BASELINE_ORDER);
        let bits = bits.beside(self.baseline);
        writer.bits(u32::from(self.tick) & ((1 << bits) - 1), bits);
        if let Some(report) = &self.inputs {
            report.write(writer);
        }
    }

    /// Reads what [`Header::write`] wrote.
    pub(crate) fn read(bits: TickBits, reader: &mut BitReader<'_>) -> Result<Self, DecodeError> {
        let is_plain = reader.bit()?;
        let has_lists = !is_plain && reader.bit()?;
        let partial = has_lists && reader.bit()?;
        let reports = !is_plain && reader.bit()?;
        let baseline = reader.golomb(BASELINE_ORDER)?;
        if baseline > u32::from(FARTHEST_BASELINE) {
            return Err(DecodeError::UnknownBaseline);
        }
        let baseline = baseline as u8;
        let tick = reader.bits(bits.beside(baseline))? as u16;
        let inputs = if reports { Some(Report::read(reader)?) } else { None };
        Ok(Self { has_lists, partial, tick, baseline, inputs })
    }

    /// The snapshot's tick, where `newest` came last.
    pub(crate) fn tick(&self, bits: TickBits, newest: Tick) -> Tick {
        newest.nearest_of(self.tick, bits.beside(self.baseline))
    }
}

/// How much of a tick travels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TickBits {
    near: u32,
}

impl TickBits {
    /// Where there are so many ticks in a second, and so many from a snapshot to the next.
    pub(crate) fn new(rate: TickRate, interval_ticks: u16) -> Self {
        let hz = u32::from(rate.hz());
        // What is newer than the newest that came is at most so much newer than its baseline, which came.
        let ahead = 2 * u32::from(FARTHEST_BASELINE) * u32::from(interval_ticks);
        let apart = (hz * NEAR_S).max(ahead);
        Self { near: (u32::BITS - apart.leading_zeros()).min(FAR_BITS) }
    }

    fn beside(self, baseline: u8) -> u32 {
        let is_snapshot = (1..FARTHEST_BASELINE as u8).contains(&baseline);
        if is_snapshot { self.near } else { FAR_BITS }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_header_comes_through(
            (has_lists, partial) in prop_oneof![Just((false, false)), (Just(true), any::<bool>())],
            tick in any::<u16>(),
            baseline in 0..=FARTHEST_BASELINE as u8,
            report in prop::option::of((any::<i8>(), prop::option::of(0_u16..4_096), 0_u8..64)),
            hz in 1..=2_000_u16,
            interval in 1..=8_u16,
        ) {
            let inputs = report.map(|(margin, missed, received)| {
                Report { margin: (margin > i8::MIN).then_some(margin), missed, received }
            });
            let bits = TickBits::new(TickRate::new(hz).expect("it is one"), interval);
            let tick = tick & (u16::MAX >> (FAR_BITS - bits.beside(baseline)));
            let header = Header { has_lists, partial, tick, baseline, inputs };
            let mut writer = BitWriter::default();
            header.write(bits, &mut writer);
            prop_assert!(writer.bit_length() <= header.most_bits());
            let bytes = writer.finish();
            prop_assert_eq!(Header::read(bits, &mut BitReader::new(&bytes)), Ok(header));
        }

        /// As far as half of 65,536 ticks without a baseline; the farthest baseline, or eight seconds late, with one.
        #[test]
        fn a_tick_is_known_by_its_low_bits(
            hz in 1..=2_000_u16,
            interval in 1..=8_u16,
            newest in any::<u32>(),
            apart in -1.0..=1.0_f64,
            baseline in 0..=FARTHEST_BASELINE as u8,
        ) {
            let bits = TickBits::new(TickRate::new(hz).expect("it is one"), interval);
            let is_snapshot = baseline > 0 && u16::from(baseline) < FARTHEST_BASELINE;
            let farthest = f64::from(interval) * f64::from(FARTHEST_BASELINE);
            let reach = match (is_snapshot, apart > 0.0) {
                (true, true) => farthest,
                (true, false) => f64::from(hz) * 8.0,
                (false, _) => 32_767.0,
            };
            let shown = Tick(newest.wrapping_add_signed((reach * apart) as i32));
            let (tick, inputs) = (shown.low_bits(), None);
            let header = Header { has_lists: false, partial: false, tick, baseline, inputs };
            let mut writer = BitWriter::default();
            header.write(bits, &mut writer);
            let bytes = writer.finish();
            let read = Header::read(bits, &mut BitReader::new(&bytes)).expect("it was written");
            prop_assert_eq!(read.tick(bits, Tick(newest)), shown);
        }
    }

    #[test]
    fn where_nothing_changes_and_nothing_is_reported_a_header_is_fourteen_bits() {
        let bits = TickBits::new(TickRate::new(60).expect("it is one"), 2);
        let header =
            Header { has_lists: false, partial: false, tick: 77, baseline: 3, inputs: None };
        let mut writer = BitWriter::default();
        header.write(bits, &mut writer);
        assert_eq!(writer.bit_length(), 14);
    }
}
