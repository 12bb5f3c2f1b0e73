//! The narrow place of a link: a rate, a finite queue before it that drops what comes when it is
//! full, and a count of how long packets were held there.

use std::{collections::VecDeque, time::Duration};

/// Where the count of delays ends, in milliseconds; what is longer counts as this.
const LONGEST_MS: usize = 4_000;

/// A packet, how long it is on the way, and when it came to the queue.
#[derive(Clone, Debug)]
struct Waiting {
    /// Nothing when it only takes room.
    bytes: Option<Vec<u8>>,
    length_bytes: usize,
    since: Duration,
}

/// Packets that wait for their turn at a fixed rate, first come, first served.
#[derive(Clone, Debug, Default)]
pub(super) struct Queue {
    waiting: VecDeque<Waiting>,
    held_bytes: usize,
    /// When the narrow place is done with all that has left it.
    free_at: Duration,
    /// How long those were held that have left.
    delays: Delays,
    dropped: u64,
}

impl Queue {
    /// Puts a packet at the end, or drops it when more than `room_bytes` would wait.
    pub(super) fn push(
        &mut self,
        now: Duration,
        bytes: Option<Vec<u8>>,
        length_bytes: usize,
        room_bytes: usize,
    ) {
        if self.held_bytes + length_bytes > room_bytes {
            self.dropped += 1;
            return;
        }
        self.held_bytes += length_bytes;
        self.waiting.push_back(Waiting { bytes, length_bytes, since: now });
    }

    /// When the first packet is through, at this rate.
    pub(super) fn next_due(&self, rate_bit_s: u64) -> Option<Duration> {
        let first = self.waiting.front()?;
        Some(self.free_at.max(first.since) + takes(first.length_bytes, rate_bit_s))
    }

    /// When everything that waits now is through, at this rate.
    pub(super) fn drained_at(&self, rate_bit_s: u64) -> Duration {
        let first = self.waiting.front().map_or(Duration::ZERO, |first| first.since);
        self.free_at.max(first) + takes(self.held_bytes, rate_bit_s)
    }

    pub(super) fn len(&self) -> usize {
        self.waiting.len()
    }

    pub(super) fn delays(&self) -> &Delays {
        &self.delays
    }

    pub(super) fn dropped(&self) -> u64 {
        self.dropped
    }

    /// The first packet, if it is through by now, and when that was.
    pub(super) fn pop(
        &mut self,
        now: Duration,
        rate_bit_s: u64,
    ) -> Option<(Duration, Option<Vec<u8>>)> {
        let through = self.next_due(rate_bit_s).filter(|due| *due <= now)?;
        let first = self.waiting.pop_front()?;
        self.held_bytes -= first.length_bytes;
        self.free_at = through;
        self.delays.note(through.saturating_sub(first.since));
        Some((through, first.bytes))
    }
}

fn takes(length_bytes: usize, rate_bit_s: u64) -> Duration {
    let bits = length_bytes as u64 * 8;
    Duration::from_nanos(bits.saturating_mul(1_000_000_000) / rate_bit_s.max(1))
}

/// How long packets were held at a narrow place, waiting and being sent, by the millisecond.
#[derive(Clone, Debug, Default)]
pub struct Delays {
    counts: Vec<u32>,
}

impl Delays {
    fn note(&mut self, delay: Duration) {
        let ms = (delay.as_millis() as usize).min(LONGEST_MS);
        if self.counts.len() <= ms {
            self.counts.resize(ms + 1, 0);
        }
        if let Some(count) = self.counts.get_mut(ms) {
            *count += 1;
        }
    }

    /// Takes those of another link in.
    pub fn add(&mut self, other: &Self) {
        if self.counts.len() < other.counts.len() {
            self.counts.resize(other.counts.len(), 0);
        }
        for (count, more) in self.counts.iter_mut().zip(&other.counts) {
            *count += more;
        }
    }

    /// The delay that this part of the packets (0 to 1) did not exceed, in milliseconds, rounded up;
    /// 0 when none was held.
    #[must_use]
    pub fn quantile_ms(&self, part: f64) -> u32 {
        let total: u64 = self.counts.iter().map(|count| u64::from(*count)).sum();
        let enough = (total as f64 * part).ceil() as u64;
        let mut sum = 0;
        for (ms, count) in (0_u32..).zip(&self.counts) {
            sum += u64::from(*count);
            if sum >= enough && sum > 0 {
                return ms + 1;
            }
        }
        0
    }
}
