//! What a client has once the server has welcomed it: its snapshots, its clock, its prediction, and what
//! it makes of the datagrams that come.

use super::{Stats, frames::Frames, joining::Joining};
use crate::{
    ack::{Acks, sequence_of},
    clock::{Clock, steady::Steady},
    delta::{
        RowCode,
        anchor::ANCHOR,
        header::{Header, TickBits},
        unpack::unpack,
    },
    input::{InputSender, redundancy::Redundancy, report::Report},
    inspect::{Arrived, Inspector},
    interpolate::Playout,
    limits,
    predict::Predictor,
    protocol::Protocol,
    snapshot::{Snapshot, SnapshotRing},
    tick::{Tick, TickRate},
    wire::{
        DecodeError,
        bits::{BitReader, BitWriter},
        message::Welcome,
    },
};
use std::{collections::VecDeque, time::Duration};

/// What there is once the server has welcomed us.
pub(super) struct Game<P: Protocol> {
    pub(super) welcome: Welcome<P::Greeting>,
    /// Once the scenery is there, without which rows can't be guessed.
    pub(super) code: Option<RowCode>,
    pub(super) rate: TickRate,
    pub(super) ring: SnapshotRing,
    /// A view that came in parts, or that was the newest when a connection broke.
    pub(super) anchor: Option<Snapshot>,
    pub(super) joining: Joining,
    /// The ticks of the snapshots in the ring, by sequence number.
    pub(super) sequences: VecDeque<(u16, Tick)>,
    pub(super) acks: Acks,
    pub(super) steady: Steady,
    pub(super) clock: Clock,
    pub(super) playout: Playout,
    pub(super) frames: Frames,
    pub(super) inputs: InputSender<P::Input>,
    pub(super) redundancy: Redundancy,
    /// Inputs that no datagram has carried yet.
    pub(super) fresh: usize,
    /// Datagrams that became full before the frame was over: a slow frame plays many ticks.
    pub(super) full: VecDeque<Vec<u8>>,
    pub(super) predictor: Predictor<P::Own, P::Input>,
    /// The newest tick that the predictor was compared with.
    pub(super) confirmed: Option<Tick>,
    /// The newest snapshot in which something had to wait.
    pub(super) partial: Option<Tick>,
}

impl<P: Protocol> Game<P> {
    pub(super) fn new(
        welcome: Welcome<P::Greeting>,
        round_trip: Duration,
        now: Duration,
    ) -> Option<Self> {
        let rate = TickRate::new(welcome.tick_rate).filter(|_| welcome.snapshot_interval > 0)?;
        let tick = Tick(welcome.tick);
        Some(Self {
            code: None,
            rate,
            ring: SnapshotRing::new(limits::CLIENT_SNAPSHOTS),
            anchor: None,
            joining: Joining::default(),
            sequences: VecDeque::new(),
            acks: Acks::default(),
            steady: Steady::new(rate, tick),
            clock: Clock::new(rate, tick, round_trip, now),
            playout: Playout::new(rate, tick),
            frames: Frames::new(tick),
            inputs: InputSender::new(1),
            redundancy: Redundancy::default(),
            fresh: 0,
            full: VecDeque::new(),
            predictor: Predictor::new(),
            confirmed: None,
            partial: None,
            welcome,
        })
    }

    /// Takes a snapshot out of a datagram; `None` when it is of no use, which is nobody's fault.
    pub(super) fn handle_datagram(
        &mut self,
        now: Duration,
        bytes: &[u8],
        stats: &mut Stats,
        inspector: &mut Inspector,
    ) -> Result<Option<Tick>, DecodeError> {
        if bytes.len() > limits::DATAGRAM_BYTES {
            return Err(DecodeError::TooLarge);
        }
        let mut reader = BitReader::new(bytes);
        let interval = self.welcome.snapshot_interval;
        let bits = TickBits::new(self.rate, interval);
        let header = Header::read(bits, &mut reader)?;
        let reference = self.ring.newest().map_or(Tick(self.welcome.tick), Snapshot::tick);
        let tick = header.tick(bits, reference);
        let sequence = sequence_of(tick, Tick(self.welcome.tick), interval);
        let Some(code) = self.code.as_mut().filter(|_| !self.acks.contains(sequence)) else {
            return Ok(None); // The network doubled it, or the game has not entered yet.
        };
        let empty = Snapshot::new(tick);
        let baseline = match header.baseline {
            0 => &empty,
            ANCHOR => self.anchor.as_ref().ok_or(DecodeError::UnknownBaseline)?,
            distance => {
                let sequence = sequence.wrapping_sub(u16::from(distance));
                let held = self.sequences.iter().rev().find(|(known, _)| *known == sequence);
                let held = held.and_then(|(_, tick)| self.ring.at(*tick));
                held.ok_or(DecodeError::UnknownBaseline)?
            }
        };
        let snapshot = unpack(code, baseline, tick, &header, reader)?;
        // By the tick of what is no snapshot nothing is judged: one that is very late may seem to be of another.
        let now = self.steady.arrival(now, tick);
        let missed = stats.inputs_missed;
        let lost =
            stats.note_snapshot(&header, sequence, bytes.len(), &snapshot, self.acks.newest());
        let inputs_missed = (stats.inputs_missed - missed) as u16;
        let (bits, report, round_trip) =
            (code.tally.bits(), header.inputs.as_ref(), stats.round_trip);
        let arrived = Arrived { bits, lost, report, inputs_missed, round_trip };
        inspector.note_snapshot(now, &arrived);
        if header.partial {
            self.partial = Some(tick);
        }
        let (kept, spare) = self.ring.replace(snapshot);
        code.spare.extend(spare);
        let visible_tick = kept.then_some(tick);
        if self.acks.record(sequence) && visible_tick.is_some() {
            if self.sequences.len() == limits::CLIENT_SNAPSHOTS {
                self.sequences.pop_front();
            }
            self.sequences.push_back((sequence, tick));
        }
        self.hear_of_inputs(header.inputs.as_ref(), tick, lost.is_some(), now, stats);
        self.playout.handle_snapshot(tick, u32::from(self.welcome.snapshot_interval), now);
        Ok(visible_tick)
    }

    /// Steers the clock and the redundancy by what the server says of the inputs. What a later snapshot
    /// overtook says nothing of losses: its counter stands lower than the one that is known.
    fn hear_of_inputs(
        &mut self,
        report: Option<&Report>,
        tick: Tick,
        is_newest: bool,
        now: Duration,
        stats: &mut Stats,
    ) {
        let interval_ticks = u32::from(self.welcome.snapshot_interval);
        let Some(report) = report else { return self.clock.handle_silence(tick, now) };
        self.clock.handle_margin(tick, report.margin_ticks(), interval_ticks, now);
        let Some(margin) = report.margin_ticks().filter(|_| is_newest) else { return };
        if report.is_later_than_told() {
            return self.redundancy.lose_count();
        }
        let heard = Tick(tick.0.wrapping_add_signed(margin.floor() as i32));
        self.redundancy.handle_report(heard, report.received);
        stats.input_loss = self.redundancy.loss().unwrap_or(0.0);
        stats.input_copies = self.redundancy.copies();
    }

    /// The inputs that no datagram has carried yet, with some that one has, and what came from the
    /// server. `None` when there is no new input.
    pub(super) fn input_datagram(&mut self) -> Option<Vec<u8>> {
        let fresh = std::mem::take(&mut self.fresh);
        self.inputs.set_redundancy(self.redundancy.copies());
        let batch = self.inputs.batch(fresh).filter(|_| fresh > 0)?;
        let mut writer = BitWriter::reusing(Vec::with_capacity(64));
        self.acks.write(&mut writer);
        batch.write(&mut writer);
        self.redundancy.note_sent(self.clock.tick().nearest(batch.newest));
        Some(writer.finish())
    }
}
