//! One client as the server's core sees it: how far its session is, its inputs, what it holds.

use super::{ClientId, PeerKey, ServerEvent, delay::ViewDelay};
use crate::{
    ack::Acks,
    budget::{Budget, Candidate},
    congestion::Congestion,
    delta::{
        pack::{BASELINE_BITS, Header, Packer, Packing, View},
        shared::SharedUpdates,
    },
    input::{
        InputBatch,
        buffer::{Command, InputBuffer},
    },
    limits,
    protocol::Protocol,
    snapshot::{Snapshot, SnapshotRing},
    tick::{Tick, TickRate},
    wire::{DecodeError, bits::BitReader, frame::FrameReader, message::ToServer},
};
use std::collections::VecDeque;

/// Seconds that a client has for its hello.
const HELLO_DEADLINE_S: u32 = 5;
/// Views that may be unacknowledged; after that the oldest is forgotten.
const VIEWS: usize = (1 << BASELINE_BITS) - 1;

/// How far a session is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stage {
    /// No hello yet.
    Greeting,
    /// The game decides.
    Deciding,
    /// In the game.
    Active,
}

pub(super) struct Peer<P: Protocol> {
    key: PeerKey,
    pub(super) stage: Stage,
    pub(super) frames: FrameReader,
    pub(super) strikes: u32,
    pub(super) datagram_limit: usize,
    pub(super) congestion: Congestion,
    connected: Tick,
    datagrams_this_tick: usize,
    requests_this_second: u32,
    inputs: InputBuffer<P::Input>,
    /// The tick that is simulated next.
    now: Tick,
    view_delay: Option<ViewDelay>,
    sequence: u16,
    /// Views that were sent; the first is the newest that is acknowledged, if any is.
    views: VecDeque<View>,
    acknowledged: bool,
    budget: Budget,
}

impl<P: Protocol> Peer<P> {
    pub(super) fn new(key: PeerKey, tick: Tick, rate: TickRate) -> Self {
        Self {
            key,
            stage: Stage::Greeting,
            frames: FrameReader::new(limits::HELLO_BYTES),
            strikes: 0,
            datagram_limit: limits::DATAGRAM_BYTES_LEAST,
            congestion: Congestion::new(rate, tick),
            connected: tick,
            datagrams_this_tick: 0,
            requests_this_second: 0,
            inputs: InputBuffer::new(tick),
            now: tick,
            view_delay: None,
            // Near the wrap, so that whatever breaks there breaks in every session's first second.
            sequence: u16::MAX - 20,
            views: VecDeque::new(),
            acknowledged: false,
            budget: Budget::default(),
        }
    }

    /// Returns whether the client had its time to say hello and did not use it.
    pub(super) fn begin_tick(&mut self, tick: Tick, rate: TickRate) -> bool {
        self.datagrams_this_tick = 0;
        self.now = tick;
        self.view_delay.get_or_insert_with(|| ViewDelay::new(rate));
        self.congestion.begin_tick(tick);
        if tick.0.is_multiple_of(u32::from(rate.hz())) {
            self.requests_this_second = 0;
        }
        let age = tick.since(self.connected);
        self.stage == Stage::Greeting && age > (HELLO_DEADLINE_S * u32::from(rate.hz())) as i32
    }

    pub(super) fn enter(&mut self, tick: Tick) {
        self.stage = Stage::Active;
        self.frames.set_limit(limits::MESSAGE_BYTES);
        self.inputs = InputBuffer::new(tick);
    }

    /// The next message of the stream, as an event.
    pub(super) fn next_message(
        &mut self,
        client: ClientId,
    ) -> Result<Option<ServerEvent<P::Request>>, DecodeError> {
        match (self.stage, self.frames.pop()?) {
            (_, None) => Ok(None),
            (Stage::Greeting, Some(ToServer::Hello(hello))) => {
                self.stage = Stage::Deciding;
                Ok(Some(ServerEvent::Hello { client, key: self.key, hello }))
            }
            (Stage::Active, Some(ToServer::Request(request))) => {
                self.requests_this_second = self.requests_this_second.saturating_add(1);
                if self.requests_this_second > limits::REQUESTS_PER_SECOND {
                    return Err(DecodeError::TooLarge);
                }
                Ok(Some(ServerEvent::Request { client, request }))
            }
            _ => Err(DecodeError::Malformed),
        }
    }

    /// Takes a datagram that came so many ticks before the next tick.
    pub(super) fn handle_datagram(
        &mut self,
        bytes: &[u8],
        early_ticks: f32,
    ) -> Result<(), DecodeError> {
        if self.stage != Stage::Active {
            return Ok(()); // It may overtake the welcome's answer; nothing is lost.
        }
        self.datagrams_this_tick = self.datagrams_this_tick.saturating_add(1);
        if bytes.len() > limits::DATAGRAM_BYTES
            || self.datagrams_this_tick > limits::DATAGRAMS_PER_TICK
        {
            return Err(DecodeError::TooLarge);
        }
        let mut reader = BitReader::new(bytes);
        let acks = Acks::read(&mut reader)?;
        let batch = InputBatch::read(&mut reader)?;
        reader.finish()?;
        self.acknowledge(&acks);
        self.congestion.handle_acks(&acks, self.inputs.next_tick(), early_ticks);
        let floor = self.view_floor();
        self.inputs.set_early(early_ticks);
        self.inputs.insert(&batch, floor);
        Ok(())
    }

    /// The earliest moment that the client can be drawing, by what it acknowledged and when.
    fn view_floor(&mut self) -> Option<Tick> {
        let seen = self.views.front().filter(|_| self.acknowledged)?.tick;
        let delay = self.view_delay.as_mut()?;
        delay.note(seen, self.now);
        Some(delay.floor(seen))
    }

    /// Makes the newest acknowledged view the baseline and forgets all before it. An acknowledgement
    /// of something that was never sent, or is forgotten, changes nothing.
    fn acknowledge(&mut self, acks: &Acks) {
        let known = self.views.iter().rposition(|view| acks.contains(view.sequence));
        if let Some(place) = known
            && (place > 0 || !self.acknowledged)
        {
            self.views.drain(..place);
            self.acknowledged = true;
        }
    }

    pub(super) fn take_command(&mut self, tick: Tick) -> Command<P::Input> {
        self.inputs.take(tick)
    }

    /// The datagram with what the client may see of `now`.
    pub(super) fn pack(
        &mut self,
        ring: &SnapshotRing,
        now: &Snapshot,
        shared: &mut SharedUpdates,
        packer: &mut Packer,
        visible: &[Candidate],
        cap_bytes: usize,
    ) -> Vec<u8> {
        self.sequence = self.sequence.wrapping_add(1);
        let baseline = self.baseline(ring);
        let distance = baseline.map_or(0, |view| self.sequence.wrapping_sub(view.sequence));
        let header = Header {
            sequence: self.sequence,
            tick: now.tick().low_bits(),
            baseline: distance as u8,
            inputs: self.inputs.take_report(),
            partial: false,
        };
        let limit_bytes = cap_bytes.min(self.datagram_limit).min(limits::DATAGRAM_BYTES);
        let (bytes, view) = packer.pack(Packing {
            ring,
            now,
            shared,
            baseline: if distance == 0 { None } else { self.views.front() },
            visible,
            header,
            limit_bytes,
            budget: &mut self.budget,
        });
        if self.views.len() == VIEWS {
            // Nothing was acknowledged for so long that the baseline is out of reach.
            self.views.pop_front();
            self.acknowledged = false;
        }
        self.views.push_back(view);
        self.congestion.note_sent(header.sequence, bytes.len());
        bytes
    }

    /// The newest acknowledged view, if the header can name it and its rows are still there.
    fn baseline(&self, ring: &SnapshotRing) -> Option<&View> {
        let view = self.views.front().filter(|_| self.acknowledged)?;
        let distance = usize::from(self.sequence.wrapping_sub(view.sequence));
        (distance <= VIEWS && ring.at(view.tick).is_some()).then_some(view)
    }
}
