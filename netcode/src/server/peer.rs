//! One client as the server's core sees it: how far its session is, its inputs, what it holds.

use super::{PeerKey, ServerConfig, delay::ViewDelay, pace::Pace, said::Said};
use crate::{
    ack::{Acks, sequence_of},
    budget::{Budget, Candidate},
    congestion::Congestion,
    delta::{
        anchor::{self, ANCHOR, Anchor, Use},
        header::{Header, TickBits},
        pack::{Packer, Packing},
        shared::SharedUpdates,
        view::View,
    },
    input::{
        InputBatch,
        buffer::{Command, InputBuffer},
    },
    limits,
    protocol::Protocol,
    snapshot::{Snapshot, SnapshotRing},
    tick::{Tick, TickRate},
    wire::{
        DecodeError,
        bits::BitReader,
        frame::FrameReader,
        message::{Hello, Resume, ToServer, Token},
    },
};
use std::collections::VecDeque;

/// Seconds that a client has for its hello.
const HELLO_DEADLINE_S: u32 = 5;
/// Views that may be unacknowledged; after that the oldest is forgotten.
const VIEWS: usize = ANCHOR as usize - 1;
/// As many of them as one acknowledgement mostly makes superfluous.
const FEW_VIEWS: usize = 4;

/// How far a session is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stage {
    /// No hello yet.
    Greeting,
    /// The game decides.
    Deciding,
    /// In the game.
    Active,
    /// The connection broke; the client may come back with another one.
    Lost,
}

/// A message of a client that the server has to act on.
pub(super) enum Heard<R> {
    /// It introduces itself, and may want to go on with a session.
    Hello(Hello, Option<Resume>),
    /// It asks for something.
    Request(R),
}

pub(super) struct Peer<P: Protocol> {
    pub(super) key: PeerKey,
    pub(super) stage: Stage,
    pub(super) frames: FrameReader,
    pub(super) strikes: u32,
    pub(super) datagram_limit: usize,
    pub(super) congestion: Congestion,
    /// When the connection came up, or broke.
    since: Tick,
    datagrams_this_tick: usize,
    requests_this_second: u32,
    inputs: InputBuffer<P::Input>,
    /// The tick that is simulated next.
    now: Tick,
    view_delay: Option<ViewDelay>,
    /// From here on snapshots are numbered.
    welcomed: Tick,
    interval_ticks: u16,
    /// How much of a tick goes into a header.
    tick_bits: TickBits,
    /// Which of the ticks of an interval its snapshots come on.
    pub(super) turn: u16,
    sequence: u16,
    /// Views that were sent; the first is the newest that is acknowledged, if any is.
    views: VecDeque<View>,
    acknowledged: bool,
    /// Views that are over since the last snapshot, whose memory is used again.
    spare: Vec<View>,
    /// The newest acknowledged view, once it is so old that the ring will forget its rows.
    pinned: Option<Anchor>,
    /// A baseline beside the ring.
    anchor: Option<Anchor>,
    budget: Budget,
    pub(super) pace: Pace,
    /// How much it heard of what the server has to tell all.
    pub(super) heard_bytes: usize,
    /// What the client comes back with.
    pub(super) token: Option<Token>,
    /// The one before, until the client shows that it has the newest.
    former_token: Option<Token>,
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
            since: tick,
            datagrams_this_tick: 0,
            requests_this_second: 0,
            inputs: InputBuffer::new(tick),
            now: tick,
            view_delay: None,
            welcomed: tick,
            interval_ticks: 1,
            tick_bits: TickBits::new(rate, 1),
            turn: 0,
            sequence: 0,
            views: VecDeque::new(),
            acknowledged: false,
            spare: Vec::new(),
            pinned: None,
            anchor: None,
            budget: Budget::default(),
            pace: Pace::default(),
            heard_bytes: 0,
            token: None,
            former_token: None,
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
            self.strikes = self.strikes.saturating_sub(1);
        }
        let age = tick.since(self.since);
        self.stage == Stage::Greeting && age > (HELLO_DEADLINE_S * u32::from(rate.hz())) as i32
    }

    /// Whether there is a session to come back to.
    pub(super) fn has_session(&self) -> bool {
        self.token.is_some()
    }

    /// Whether a client that comes back names this session.
    pub(super) fn is_named(&self, token: Token) -> bool {
        [self.token, self.former_token].contains(&Some(token))
    }

    /// How long the client has been lost, in ticks.
    pub(super) fn lost_ticks(&self, tick: Tick) -> Option<i32> {
        (self.stage == Stage::Lost).then(|| tick.since(self.since))
    }

    /// The connection broke. Keeps what the client needs to come back, and nothing else.
    pub(super) fn lose(&mut self, tick: Tick, rate: TickRate, ring: &SnapshotRing) {
        let lost = Self::new(self.key, tick, rate);
        let kept = std::mem::replace(self, lost);
        self.stage = Stage::Lost;
        (self.token, self.former_token) = (kept.token, kept.former_token);
        self.anchor = kept.into_anchor(ring);
    }

    /// Goes on with the session of a lost peer. Of what it kept, only a view that the client still
    /// has is of any use.
    pub(super) fn take_over(&mut self, lost: Self, resume: &Resume, interval_ticks: u16) {
        (self.token, self.former_token) = (lost.token, lost.former_token);
        self.anchor = lost.anchor.filter(|anchor| {
            resume.held.is_some_and(|held| held.contains(anchor.view.tick, interval_ticks))
        });
    }

    /// The tick of the view that was kept for a client that comes back.
    pub(super) fn kept_tick(&self) -> Option<Tick> {
        let kept = self.anchor.as_ref().filter(|anchor| anchor.use_of == Use::Baseline);
        kept.map(|anchor| anchor.view.tick)
    }

    /// The newest view that the client is known to have.
    fn into_anchor(self, ring: &SnapshotRing) -> Option<Anchor> {
        let newest = self.views.front().filter(|_| self.acknowledged);
        match (newest, self.pinned) {
            (Some(view), _) if ring.has(view.tick) => {
                let beside = self.anchor.as_ref().map(|anchor| &anchor.rows);
                Some(Anchor::of(view, ring, beside))
            }
            (_, Some(pinned)) => Some(pinned),
            _ => self.anchor.filter(|anchor| anchor.use_of == Use::Baseline),
        }
    }

    /// Lets the client in, with a name for its session and a turn of its snapshots.
    pub(super) fn enter(&mut self, tick: Tick, config: &ServerConfig, turn: u16, token: Token) {
        (self.interval_ticks, self.turn) = (config.snapshot_interval, turn);
        self.tick_bits = TickBits::new(config.tick_rate, config.snapshot_interval);
        self.welcomed = tick;
        self.stage = Stage::Active;
        self.former_token = self.token.replace(token);
        self.frames.set_limit(limits::MESSAGE_BYTES);
        self.inputs = InputBuffer::new(tick);
    }

    /// What it has not heard yet of all that is said to everybody who is in the game.
    pub(super) fn hear<'a>(&mut self, said: &'a Said) -> Option<&'a [u8]> {
        if self.stage != Stage::Active {
            return None;
        }
        let heard = std::mem::replace(&mut self.heard_bytes, said.len());
        said.from(heard)
    }

    /// The next message of the stream that the server has to act on.
    pub(super) fn next_message(&mut self) -> Result<Option<Heard<P::Request>>, DecodeError> {
        loop {
            let Some(message) = self.frames.pop()? else { return Ok(None) };
            match (self.stage, message) {
                (Stage::Greeting, ToServer::Hello(hello)) => {
                    self.stage = Stage::Deciding;
                    return Ok(Some(Heard::Hello(hello, None)));
                }
                (Stage::Greeting, ToServer::Resume(hello, resume)) => {
                    self.stage = Stage::Deciding;
                    return Ok(Some(Heard::Hello(hello, Some(resume))));
                }
                (Stage::Active, ToServer::Request(request)) => {
                    self.count_request()?;
                    return Ok(Some(Heard::Request(request)));
                }
                (Stage::Active, ToServer::HaveView) => {
                    self.count_request()?;
                    self.confirm_view();
                }
                _ => return Err(DecodeError::Malformed),
            }
        }
    }

    fn count_request(&mut self) -> Result<(), DecodeError> {
        self.former_token = None;
        self.requests_this_second = self.requests_this_second.saturating_add(1);
        if self.requests_this_second > limits::REQUESTS_PER_SECOND {
            return Err(DecodeError::TooLarge);
        }
        Ok(())
    }

    /// The client has the view that came in parts. What it was sent meanwhile was less, and is
    /// forgotten: an acknowledgement of that must not become the baseline again.
    fn confirm_view(&mut self) {
        let sent = !self.pace.is_sending();
        let coming = self.anchor.as_mut().filter(|anchor| anchor.use_of == Use::Coming && sent);
        if let Some(anchor) = coming {
            anchor.use_of = Use::Baseline;
            self.acknowledged = false;
            self.views.clear();
            self.pinned = None;
        }
    }

    /// Takes a datagram that came so many ticks before the next tick.
    pub(super) fn handle_datagram(
        &mut self,
        bytes: &[u8],
        early_ticks: f32,
        batch: &mut InputBatch<P::Input>,
    ) -> Result<(), DecodeError> {
        if self.stage != Stage::Active {
            return Ok(()); // It may overtake the welcome's answer; nothing is lost.
        }
        self.datagrams_this_tick = self.datagrams_this_tick.saturating_add(1);
        let more = self.datagrams_this_tick.saturating_sub(limits::DATAGRAMS_PER_TICK);
        if bytes.len() > limits::DATAGRAM_BYTES || more == 1 {
            return Err(DecodeError::TooLarge);
        }
        if more > 1 {
            return Ok(()); // Dropped too, and this tick is a strike already.
        }
        let mut reader = BitReader::new(bytes);
        let acks = Acks::read(&mut reader)?;
        batch.refill(&mut reader)?;
        reader.finish()?;
        self.former_token = None;
        self.acknowledge(&acks);
        self.congestion.handle_acks(&acks, self.inputs.next_tick(), early_ticks);
        let floor = self.view_floor();
        self.inputs.set_early(early_ticks);
        self.inputs.insert(batch, floor);
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
            self.spare.extend(self.views.drain(..place));
            self.acknowledged = true;
            self.pinned = None;
            self.supersede_anchor();
        }
    }

    /// A later view than the anchor is the baseline. Its rows are needed as long as any waits since.
    fn supersede_anchor(&mut self) {
        let Some(anchor) = self.anchor.as_mut().filter(|anchor| anchor.use_of != Use::Coming)
        else {
            return;
        };
        anchor.use_of = Use::Rows;
        let tick = anchor.view.tick;
        let mut rows = self.views.front().into_iter().flat_map(View::rows);
        if rows.all(|(_, as_of)| as_of.is_after(tick)) {
            self.anchor = None;
        }
    }

    pub(super) fn waiting_inputs(&self) -> impl Iterator<Item = P::Input> {
        self.inputs.waiting()
    }

    pub(super) fn inputs_missed(&self) -> u32 {
        self.inputs.missed()
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
        (limit_bytes, buffer): (usize, Vec<u8>),
    ) -> Vec<u8> {
        self.sequence = sequence_of(now.tick(), self.welcomed, self.interval_ticks);
        let distance = self.baseline(self.sequence, ring);
        let header = Header {
            has_lists: false,
            partial: false,
            tick: now.tick().low_bits(),
            baseline: distance,
            inputs: self.inputs.take_report(),
        };
        let anchor = self.anchor.as_ref().filter(|anchor| anchor.use_of != Use::Coming);
        let beside = if distance == ANCHOR { anchor } else { self.pinned.as_ref().or(anchor) };
        packer.recycle(self.spare.drain(..));
        self.spare.shrink_to(FEW_VIEWS);
        let (bytes, view, partial) = packer.pack(Packing {
            buffer,
            ring,
            now,
            shared,
            baseline: match distance {
                0 => None,
                ANCHOR => anchor.map(|anchor| &anchor.view),
                _ => self.views.front(),
            },
            anchor: beside.map(|anchor| &anchor.rows),
            visible,
            header,
            tick_bits: self.tick_bits,
            sequence: self.sequence,
            limit_bytes,
            budget: &mut self.budget,
        });
        if self.views.len() == VIEWS {
            // Nothing was acknowledged for so long that the baseline is out of reach.
            self.views.pop_front();
            self.acknowledged = false;
        }
        self.views.push_back(view);
        self.congestion.note_sent(self.sequence, bytes.len(), partial);
        self.pin(ring);
        bytes
    }

    /// How many bytes the next snapshot may have.
    pub(super) fn limit_bytes(&self, cap_bytes: usize) -> usize {
        self.datagram_limit.min(cap_bytes).min(limits::DATAGRAM_BYTES)
    }

    /// Whether something that has time may go now: not before the client has its first view.
    pub(super) fn is_free(&self) -> bool {
        !self.views.is_empty() && self.pace.is_free()
    }

    /// When the client has nothing, and everything that is visible is more than the `limit` of a
    /// snapshot: returns `true` if it fits into the largest one there may be (`most`), and may be as
    /// large for once; otherwise begins to send it over the stream. (What fits into one is better off
    /// there: one that is lost costs nothing, and the next one says it anew.)
    pub(super) fn begin_view(
        &mut self,
        ring: &SnapshotRing,
        now: &Snapshot,
        shared: &mut SharedUpdates,
        visible: &[Candidate],
        (limit, most): (usize, usize),
    ) -> bool {
        let next = self.sequence.wrapping_add(1);
        if self.pace.is_sending() || self.anchor.is_some() || self.baseline(next, ring) != 0 {
            return false;
        }
        let bytes = anchor::encode(shared, now, visible);
        // A packer is careful: it counts some bytes for each entity that it may not need.
        let needed = bytes.len() + visible.len() * 4 + Header::BITS.div_ceil(8) + 16;
        if needed <= limit {
            return false;
        }
        if needed <= most && self.pace.spend(bytes.len()) {
            return true;
        }
        if bytes.len() <= limits::VIEW_BYTES {
            self.pace.begin(now.tick(), bytes);
            self.anchor = Some(Anchor::whole(now, visible));
        }
        false
    }

    /// Copies the rows of the acknowledged view before the ring forgets them: deltas go on from them,
    /// and should the connection break, they are what the client comes back to.
    fn pin(&mut self, ring: &SnapshotRing) {
        let Some(view) = self.views.front().filter(|_| self.acknowledged) else { return };
        if self.pinned.is_none() && ring.forgets_soon(view.tick) {
            let beside = self.anchor.as_ref().map(|anchor| &anchor.rows);
            self.pinned = Some(Anchor::of(view, ring, beside));
        }
    }

    /// What the header of a datagram of this number says of the baseline: how many snapshots back the newest acknowledged
    /// view is, if its rows are still there; else the anchor, if the client has it; else zero.
    fn baseline(&self, sequence: u16, ring: &SnapshotRing) -> u8 {
        let view = self.views.front().filter(|_| self.acknowledged);
        let distance = view
            .filter(|view| ring.has(view.tick) || self.pinned.is_some())
            .map_or(0, |view| usize::from(sequence.wrapping_sub(view.sequence)));
        let anchored = self.anchor.as_ref().is_some_and(|anchor| anchor.use_of == Use::Baseline);
        match distance {
            1..=VIEWS => distance as u8,
            _ if anchored => ANCHOR,
            _ => 0,
        }
    }
}
