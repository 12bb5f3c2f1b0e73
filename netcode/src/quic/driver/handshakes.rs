//! Handshakes that wait for their turn.
//!
//! A handshake costs a server some 0.3 ms of signatures and key exchange, and strangers decide when they
//! begin one. So a server does so many steps in a second and no more; what does not fit into the queue is
//! lost, and its client asks again. A tick is never held up by more than a burst of them.
//!
//! A packet that names a connection waits before anybody knows whether it is genuine, so each connection and each
//! origin has its share of the queue and no more: one that fills its own keeps nobody else out.

use crate::quic::origin::Origin;
use quinn_proto::{ConnectionEvent, Incoming};
use std::{collections::VecDeque, time::Instant};

/// Steps in a second: a dear one is 0.15 ms, so at the very most 15 % of a core.
const STEPS_PER_SECOND: f64 = 1_000.0;
/// Steps at once: a millisecond or two.
const BURST: f64 = 12.0;
/// Who may wait to begin, and packets that may wait of those who have begun.
const WAITING: usize = 256;
/// Packets of one connection that may wait: those of a client's flight.
const WAITING_OF_ONE: usize = 4;
/// Packets of all connections from one origin that may wait.
const WAITING_FROM_ONE: usize = 32;
/// Of how many steps one is for somebody who has not begun, whoever else waits.
const TURNS_OF_NEWCOMERS: u32 = 4;

/// Something of a handshake to be done.
pub(super) enum Step {
    /// A packet of a connection that is coming up: its place, and which connection at that place.
    Packet(usize, u64, ConnectionEvent),
    /// A new connection.
    Accept(Incoming),
}

/// What waits, and how much may be done of it.
#[derive(Default)]
pub(super) struct Handshakes {
    packets: Queue<ConnectionEvent>,
    incoming: VecDeque<Incoming>,
    allowance: Allowance,
    turn: u32,
}

/// Whose packet waits: the place of the connection, which connection at that place, and whence it came.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Whose {
    pub(super) index: usize,
    pub(super) born: u64,
    pub(super) origin: Origin,
}

/// Packets in the order in which they came, with a share for each connection and each origin.
struct Queue<T>(VecDeque<(Whose, T)>);

impl<T> Default for Queue<T> {
    fn default() -> Self {
        Self(VecDeque::new())
    }
}

impl<T> Queue<T> {
    /// Puts one at the end, or drops it when its share is full, or everything.
    fn push(&mut self, whose: Whose, packet: T) {
        let waiting = |is: &dyn Fn(&Whose) -> bool| self.0.iter().filter(|(it, _)| is(it)).count();
        let is_full = self.0.len() >= WAITING
            || waiting(&|it| (it.index, it.born) == (whose.index, whose.born)) >= WAITING_OF_ONE
            || !whose.origin.is_here()
                && waiting(&|it| it.origin == whose.origin) >= WAITING_FROM_ONE;
        if !is_full {
            self.0.push_back((whose, packet));
        }
    }
}

impl Handshakes {
    /// Puts a newcomer at the end; gives it back when too many wait.
    pub(super) fn push_incoming(&mut self, incoming: Incoming) -> Option<Incoming> {
        if self.incoming.len() >= WAITING {
            return Some(incoming);
        }
        self.incoming.push_back(incoming);
        None
    }

    /// Puts a packet at the end; drops it when too many wait.
    pub(super) fn push_packet(&mut self, whose: Whose, event: ConnectionEvent) {
        self.packets.push(whose, event);
    }

    /// The next step, if it may be done now: who has begun mostly comes before who has not.
    pub(super) fn next(&mut self, now: Instant) -> Option<Step> {
        if (self.packets.0.is_empty() && self.incoming.is_empty()) || !self.allowance.take(now) {
            return None;
        }
        self.turn = self.turn.wrapping_add(1);
        let newcomers_first = self.turn.is_multiple_of(TURNS_OF_NEWCOMERS);
        let newcomer = if newcomers_first { self.incoming.pop_front() } else { None };
        let packet = if newcomer.is_none() { self.packets.0.pop_front() } else { None };
        match packet {
            Some((Whose { index, born, .. }, event)) => Some(Step::Packet(index, born, event)),
            None => newcomer.or_else(|| self.incoming.pop_front()).map(Step::Accept),
        }
    }

    /// Takes out all who wait to begin.
    pub(super) fn take_incoming(&mut self) -> VecDeque<Incoming> {
        std::mem::take(&mut self.incoming)
    }
}

/// A bucket of steps that fills with time.
#[derive(Debug, Default)]
struct Allowance {
    steps: f64,
    filled: Option<Instant>,
}

impl Allowance {
    /// Takes a step, if there is one.
    fn take(&mut self, now: Instant) -> bool {
        let since = self.filled.replace(now).map(|then| now.saturating_duration_since(then));
        let gained = since.map_or(BURST, |since| since.as_secs_f64() * STEPS_PER_SECOND);
        self.steps = (self.steps + gained).min(BURST);
        let may = self.steps >= 1.0;
        self.steps -= f64::from(u8::from(may));
        may
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn each_connection_and_each_origin_has_its_share_of_what_waits() {
        let from = |last: u8| Origin::of([192, 0, 2, last].into());
        let mut queue = Queue::default();
        for packet in 0..1_000 {
            queue.push(Whose { index: packet % 100, born: 1, origin: from(1) }, packet);
            queue.push(Whose { index: 200, born: 1, origin: from(2) }, packet);
        }
        let of = |queue: &Queue<usize>, last| {
            queue.0.iter().filter(|(whose, _)| whose.origin == from(last)).count()
        };
        assert_eq!((of(&queue, 1), of(&queue, 2)), (WAITING_FROM_ONE, WAITING_OF_ONE));
        queue.push(Whose { index: 201, born: 1, origin: from(2) }, 0);
        queue.push(Whose { index: 300, born: 1, origin: from(3) }, 0);
        assert_eq!((of(&queue, 2), of(&queue, 3)), (WAITING_OF_ONE + 1, 1));
        let here = Origin::of([127, 0, 0, 1].into());
        for index in 400..1_000 {
            queue.push(Whose { index, born: 1, origin: here }, 0);
        }
        assert_eq!(queue.0.len(), WAITING);
    }

    /// How many steps are done when there are always more, looked at in this rhythm.
    fn steps(rhythm: Duration, long: Duration) -> (u32, u32) {
        let begun = Instant::now();
        let (mut allowance, mut all, mut most) = (Allowance::default(), 0, 0);
        for turn in 0..(long.as_nanos() / rhythm.as_nanos()) as u32 {
            let mut now = 0;
            while allowance.take(begun + rhythm * turn) {
                now += 1;
            }
            (all, most) = (all + now, most.max(now));
        }
        (all, most)
    }

    #[test]
    fn a_flood_of_handshakes_gets_its_share_of_time_and_no_more() {
        for rhythm_us in [500, 2_083, 10_000] {
            let (all, most) = steps(Duration::from_micros(rhythm_us), Duration::from_secs(2));
            assert!((1_900..=2_013).contains(&all), "{all} steps, looked at each {rhythm_us} us");
            assert!(most <= 12, "{most} steps at once");
        }
        let (all, most) = steps(Duration::from_millis(500), Duration::from_secs(5));
        assert_eq!((all, most), (120, 12), "what was not used is not saved up");
    }
}
