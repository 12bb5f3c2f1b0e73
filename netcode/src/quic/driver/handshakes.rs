//! Handshakes that wait for their turn.
//!
//! A handshake costs a server some 0.3 ms of signatures and key exchange, and strangers decide when they
//! begin one. So a server does so many steps in a second and no more; what does not fit into the queue is
//! lost, and its client asks again. A tick is never held up by more than a burst of them.

use quinn_proto::{ConnectionEvent, Incoming};
use std::{collections::VecDeque, time::Instant};

/// Steps in a second: a dear one is 0.15 ms, so at the very most 15 % of a core.
const STEPS_PER_SECOND: f64 = 1_000.0;
/// Steps at once: a millisecond or two.
const BURST: f64 = 12.0;
/// Who may wait to begin, and packets that may wait of those who have begun.
const WAITING: usize = 256;

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
    packets: VecDeque<(usize, u64, ConnectionEvent)>,
    incoming: VecDeque<Incoming>,
    allowance: Allowance,
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
    pub(super) fn push_packet(&mut self, index: usize, born: u64, event: ConnectionEvent) {
        if self.packets.len() < WAITING {
            self.packets.push_back((index, born, event));
        }
    }

    /// The next step, if it may be done now: who has begun comes before who has not.
    pub(super) fn next(&mut self, now: Instant) -> Option<Step> {
        if (self.packets.is_empty() && self.incoming.is_empty()) || !self.allowance.take(now) {
            return None;
        }
        match self.packets.pop_front() {
            Some((index, born, event)) => Some(Step::Packet(index, born, event)),
            None => self.incoming.pop_front().map(Step::Accept),
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
