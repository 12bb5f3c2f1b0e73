//! How much the path to one client carries, learnt from what the client acknowledges. Sans IO: a tick
//! is all that it knows of time.
//!
//! A game can wait for nothing, so a full queue is as bad as a loss, and comes first: the round trip
//! grows before anything is dropped. Snapshots are numbered and acknowledged, which gives a round trip
//! for each and the rate at which they come through. From these the sender's rate follows:
//! - While the path shows no queue, the rate grows as long as the game really uses it: twice as much
//!   in half a second where nothing is known yet, slowly and by a constant amount near the rate at
//!   which the path was last seen full. (The constant is what makes several senders share.)
//! - When the least round trip of the last moment is well above the least of the last ten seconds
//!   ([`delay::Delay`]), the rate falls below what came through meanwhile, so that the queue drains.
//! - Loss alone says little: radio loses without being full. When much is lost the rate is lowered for
//!   a try, and comes back unless that helped ([`trial::Trial`]).
//! - Silence halves the rate twice a second, down to [`LEAST_BYTES_S`].
//!
//! The parts are known ones: the standing round trip is Copa's (Arun and Balakrishnan, NSDI 2018), the
//! rate that came through is BBR's, falling to a part of it is Google Congestion Control's
//! (draft-ietf-rmcat-gcc-02, section 5.5), the requirements are RFC 8836's. It never delays a packet:
//! it only says how large the next one may be, and how many snapshots to leave out.

mod delay;
mod flow;
mod trial;

use crate::{
    ack::Acks,
    limits,
    tick::{Tick, TickRate},
};
use delay::Delay;
use flow::Flow;
use trial::Trial;

/// What a datagram costs beyond its payload, in bytes: IPv4 and UDP 28, QUIC's header, frame and tag.
pub const OVERHEAD_BYTES: usize = 55;
/// The rate at which a session starts, in bytes a second: 96 kbit/s.
pub const START_BYTES_S: f32 = 12_000.0;
/// The rate below which nothing makes it fall, in bytes a second: 20 kbit/s.
pub const LEAST_BYTES_S: f32 = 2_500.0;
/// The most: more than the largest datagrams at the highest snapshot rate.
const MOST_BYTES_S: f32 = 1e6;
/// What the rate falls to when the path is full, of what came through.
const FALL: f32 = 0.85;
/// The part of the bound of the queue up to which the rate may grow.
const CLEAR: f32 = 0.5;
/// How often the rate doubles in a second where nothing is known.
const DOUBLINGS_PER_S: f32 = 2.0;
/// By how much the rate grows in a second near a known limit, in bytes a second, a second.
const GROWTH_BYTES_S2: f32 = 600.0;
/// A limit is forgotten when so much of it came through.
const PASSED: f32 = 1.15;
/// The part of the rate that must be used for it to grow.
const USED: f32 = 0.85;
/// The part of what is sent that comes through at least, unless the path is full.
const THROUGH: f32 = 0.85;
/// Seconds of silence that are nothing to worry about.
const SILENCE_S: f32 = 1.0;
/// Falls without any effect on the queue, after which it is not ours to shorten.
const IN_VAIN: u8 = 3;
/// Payload bytes of a snapshot below which every second one is left out, and above which none is.
const SPARSE_BYTES: (f32, f32) = (70.0, 110.0);
/// The part of what the path carries that is sent while its queue is being emptied.
const DRAIN: f32 = 0.5;

/// What is known of a path, for reports.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Reading {
    /// Bytes a second that may be sent, headers included.
    pub rate_bytes_s: f32,
    /// How long packets wait in queues now, in milliseconds.
    pub queue_ms: f32,
    /// The smoothed round trip from tick to acknowledgement, in milliseconds.
    pub round_trip_ms: f32,
    /// The part of the snapshots that is lost, 0 to 1.
    pub loss: f32,
    /// Of how many snapshots one is sent.
    pub stride: u32,
}

/// What one client's path carries.
#[derive(Clone, Debug)]
pub struct Congestion {
    /// What is taken for granted, if anything is.
    granted: Option<f32>,
    hz: f32,
    now: Tick,
    rate: f32,
    /// The rate at which the path was last seen full.
    limit: Option<f32>,
    flow: Flow,
    delay: Delay,
    trial: Trial,
    /// When the rate last fell or was left to grow.
    changed: Option<Tick>,
    fell: Option<Tick>,
    /// The queue at the last fall, and how many falls have not shortened it.
    queue_at_fall: f32,
    in_vain: u8,
    /// Whether the queue that was seen last is still being emptied.
    drains: bool,
    heard: Option<Tick>,
    silent: bool,
    /// Whether something had to wait in the newest snapshot.
    is_partial: bool,
    /// Of how many snapshots one is sent, and a count of those that were due.
    stride: u32,
    turn: u32,
    /// What the transport itself would let through, in bytes a second.
    transport: f32,
}

impl Congestion {
    /// Knows nothing yet, at this tick.
    #[must_use]
    pub fn new(rate: TickRate, now: Tick) -> Self {
        let hz = f32::from(rate.hz());
        Self {
            hz,
            now,
            rate: START_BYTES_S,
            granted: None,
            limit: None,
            flow: Flow::new(hz),
            delay: Delay::new(hz),
            trial: Trial::default(),
            changed: None,
            fell: None,
            queue_at_fall: 0.0,
            in_vain: 0,
            drains: false,
            heard: None,
            silent: false,
            is_partial: false,
            stride: 1,
            turn: 0,
            transport: f32::INFINITY,
        }
    }

    /// What the transport's own window lets through: so many bytes each round trip.
    pub fn set_window(&mut self, window_bytes: u64, round_trip_s: f32) {
        self.transport = window_bytes as f32 / round_trip_s.max(0.001);
    }

    /// A datagram of so many payload bytes was sent in this tick. `partial` says that there was more to tell: it is
    /// filled with whole rows only, so its length alone does not.
    pub fn note_sent(&mut self, sequence: u16, payload_bytes: usize, partial: bool) {
        self.is_partial = partial;
        let bytes = payload_bytes.saturating_add(OVERHEAD_BYTES);
        self.flow.send(sequence, self.now, bytes.min(limits::DATAGRAM_BYTES * 2) as u16);
        self.heard.get_or_insert(self.now);
    }

    /// The client says what came, `early_ticks` (0 to 1) before the tick that comes next.
    pub fn handle_acks(&mut self, acks: &Acks, tick: Tick, early_ticks: f32) {
        let Some(came) = self.flow.acknowledge(acks, tick) else { return };
        self.heard = Some(tick);
        if std::mem::take(&mut self.silent) {
            // What was lost meanwhile tells nothing of what the path carries now.
            self.trial = Trial::default();
        } else {
            self.trial.note(came.lost, came.arrived);
        }
        self.delay.note(tick, tick.since(came.sent) as f32 - early_ticks);
        let elapsed_s = self.changed.map_or(0.0, |then| tick.since(then) as f32 / self.hz);
        self.changed = Some(tick);
        if self.delay.queue_ticks() > self.delay.bound_ticks() {
            self.fall(tick);
            return;
        }
        self.in_vain = 0;
        let sent = self.flow.sent_s(self.hz).unwrap_or(self.rate);
        if let Some(rate) = self.trial.judge(tick, self.hz, self.rate, sent) {
            self.set_rate(rate);
            return;
        }
        if self.delay.queue_ticks() <= self.delay.bound_ticks() * CLEAR {
            self.grow(elapsed_s.min(0.25));
        }
    }

    /// Lets a tick begin: silence makes the rate fall.
    pub fn begin_tick(&mut self, tick: Tick) {
        self.now = tick;
        let Some(heard) = self.heard else { return };
        let patience_s = SILENCE_S.max(3.0 * self.delay.smoothed_ticks() / self.hz);
        let silent_s = tick.since(heard) as f32 / self.hz;
        if silent_s > patience_s {
            self.heard = Some(tick - (self.hz * (patience_s - 0.5)) as u32);
            self.limit = None;
            self.silent = true;
            self.set_rate(self.rate / 2.0);
        }
    }

    /// Takes a rate, in bytes a second, for granted instead of measuring; `None` measures again.
    pub fn grant(&mut self, rate_bytes_s: Option<f32>) {
        self.granted = rate_bytes_s;
    }

    /// How many payload bytes the snapshot may have that is due now; they are due every
    /// `interval_ticks`. `None` when it is left out, because even a small one is too much.
    pub fn next_snapshot(&mut self, interval_ticks: u32) -> Option<usize> {
        let interval_s = interval_ticks as f32 / self.hz;
        if let Some(granted) = self.granted {
            let room = (granted * interval_s) as usize;
            let room = room.saturating_sub(OVERHEAD_BYTES);
            return Some(room.clamp(limits::SNAPSHOT_BYTES_LEAST, limits::DATAGRAM_BYTES));
        }
        let each = self.rate.min(self.transport) * interval_s;
        let alone = each - OVERHEAD_BYTES as f32;
        self.stride = match self.stride {
            1 if alone < SPARSE_BYTES.0 => 2,
            2 if alone > SPARSE_BYTES.1 => 1,
            stride => stride,
        };
        self.turn = self.turn.wrapping_add(1);
        let part = if self.is_draining() { DRAIN } else { 1.0 };
        let room = (each * part * self.stride as f32) as usize;
        let room = room
            .saturating_sub(OVERHEAD_BYTES)
            .clamp(limits::SNAPSHOT_BYTES_LEAST, limits::DATAGRAM_BYTES);
        self.turn.is_multiple_of(self.stride).then_some(room)
    }

    /// What is known of the path.
    #[must_use]
    pub fn reading(&self) -> Reading {
        Reading {
            rate_bytes_s: self.rate.min(self.transport),
            queue_ms: self.delay.queue_ticks() * 1_000.0 / self.hz,
            round_trip_ms: self.delay.smoothed_ticks() * 1_000.0 / self.hz,
            loss: self.trial.loss(),
            stride: self.stride,
        }
    }

    /// Whether more is on its way than the path holds without a queue, after it was seen full.
    fn is_draining(&mut self) -> bool {
        let path_s = (self.delay.base_ticks() + 0.5 * self.delay.bound_ticks()) / self.hz;
        let holds = self.limit.unwrap_or(self.rate) * path_s;
        self.drains &= self.flow.under_way_bytes() as f32 > holds;
        self.drains
    }

    /// The path is full.
    fn fall(&mut self, tick: Tick) {
        // What was sent since the last fall must have had its chance to show.
        let pause = self.delay.smoothed_ticks() + 0.15 * self.hz;
        if self.fell.is_some_and(|fell| (tick.since(fell) as f32) < pause) {
            return;
        }
        let queue = self.delay.queue_ticks();
        let shorter = queue < self.queue_at_fall - 1.0;
        self.in_vain = if self.in_vain > 0 && shorter { 1 } else { self.in_vain + 1 };
        self.queue_at_fall = queue;
        self.fell = Some(tick);
        if self.in_vain > IN_VAIN && self.rate > LEAST_BYTES_S {
            // Sending less does not shorten it: the path has become longer, or it is others' queue. From here the
            // rate grows back as on an unknown path: if this was wrong, the queue shows it again before long.
            self.delay.accept();
            self.in_vain = 0;
            self.limit = None;
            return;
        }
        let arrived = self.flow.arrived_s(self.hz).unwrap_or(self.rate);
        // Where all comes through of the little that is sent, this is not what fits.
        let sent = self.flow.sent_s(self.hz).unwrap_or(self.rate);
        if self.uses_rate() || !self.is_held_back() || arrived < THROUGH * sent {
            self.limit = Some(arrived.max(LEAST_BYTES_S));
        }
        self.drains = true;
        self.set_rate(arrived.min(self.rate) * FALL);
    }

    /// Whether the rate is what bounds the game: otherwise nobody knows what more would do.
    fn uses_rate(&self) -> bool {
        self.flow.sent_s(self.hz).is_some_and(|sent| sent >= USED * self.rate)
    }

    /// Whether snapshots are left out that the game would send, for another reason than a queue.
    fn is_held_back(&self) -> bool {
        self.stride > 1 && !self.drains
    }

    /// The path has room.
    fn grow(&mut self, elapsed_s: f32) {
        // Whose snapshots are left out could use more, however little it sends meanwhile.
        if !self.is_held_back() && !self.is_partial && !self.uses_rate() {
            return;
        }
        let arrived = self.flow.arrived_s(self.hz).unwrap_or(0.0);
        if self.limit.is_some_and(|limit| arrived > limit * PASSED) {
            self.limit = None;
        }
        let grown = match self.limit {
            None => self.rate * (DOUBLINGS_PER_S * elapsed_s).exp2(),
            Some(limit) if self.rate < limit * FALL => {
                (self.rate * (DOUBLINGS_PER_S * elapsed_s).exp2()).min(limit * FALL)
            }
            Some(_) => self.rate + GROWTH_BYTES_S2 * elapsed_s,
        };
        self.set_rate(grown);
    }

    fn set_rate(&mut self, rate: f32) {
        self.rate = rate.clamp(LEAST_BYTES_S, MOST_BYTES_S);
    }
}

#[cfg(test)]
mod tests;
