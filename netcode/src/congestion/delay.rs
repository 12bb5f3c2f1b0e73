//! How long a path takes, and how much of that is waiting in queues.

use crate::tick::Tick;

/// Parts of the time over which the least round trip is remembered, each [`PART_S`] long.
const PARTS: usize = 5;
const PART_S: f32 = 2.0;
/// Samples that are looked at for the standing round trip.
const RECENT: usize = 16;
/// The least and the most of what counts as the last moment, in seconds: the longer, the more the path
/// jitters.
const MOMENT_S: (f32, f32) = (0.05, 0.45);
const MOMENT_JITTERS: f32 = 12.0;
/// A queue that is no reason to do anything, in seconds.
const BOUND_S: f32 = 0.05;
/// How many times the jitter a queue must be to be one, and the most that this can make of the bound.
const JITTERS: f32 = 3.5;
const BOUND_MOST_S: f32 = 0.15;

/// The round trips of one path, in ticks.
#[derive(Clone, Debug)]
pub(super) struct Delay {
    hz: f32,
    /// The least of each part of the last seconds, the newest first.
    least: [f32; PARTS],
    part_since: Option<Tick>,
    /// The newest round trips, as a ring.
    recent: [(Tick, f32); RECENT],
    next: usize,
    count: usize,
    standing: f32,
    smoothed: f32,
    jitter: f32,
    last: Option<f32>,
}

impl Delay {
    pub(super) fn new(hz: f32) -> Self {
        Self {
            hz,
            least: [f32::INFINITY; PARTS],
            part_since: None,
            recent: [(Tick(0), 0.0); RECENT],
            next: 0,
            count: 0,
            standing: 0.0,
            smoothed: 0.0,
            jitter: 0.0,
            last: None,
        }
    }

    /// An acknowledgement came, so many ticks after what it acknowledges was sent.
    pub(super) fn note(&mut self, tick: Tick, round_trip: f32) {
        let round_trip = round_trip.max(0.0);
        match self.last.replace(round_trip) {
            None => self.smoothed = round_trip,
            Some(last) => {
                self.smoothed += (round_trip - self.smoothed) / 8.0;
                self.jitter += ((round_trip - last).abs() - self.jitter) / 16.0;
            }
        }
        let since = *self.part_since.get_or_insert(tick);
        if tick.since(since) as f32 > PART_S * self.hz {
            self.part_since = Some(tick);
            self.least.rotate_right(1);
            self.least[0] = f32::INFINITY;
        }
        self.least[0] = self.least[0].min(round_trip);
        if let Some(slot) = self.recent.get_mut(self.next) {
            *slot = (tick, round_trip);
        }
        self.next = (self.next + 1) % RECENT;
        self.count = (self.count + 1).min(RECENT);
        let moment = self.jitter * MOMENT_JITTERS;
        let moment = moment.clamp(MOMENT_S.0 * self.hz, MOMENT_S.1 * self.hz);
        let recent = self.recent.iter().take(self.count);
        self.standing = recent
            .filter(|(at, _)| tick.since(*at) as f32 <= moment)
            .fold(round_trip, |least, (_, round_trip)| least.min(*round_trip));
    }

    /// What the last moment's packets waited at least, in ticks.
    pub(super) fn queue_ticks(&self) -> f32 {
        (self.standing - self.base_ticks()).max(0.0)
    }

    /// The least round trip of the last seconds.
    pub(super) fn base_ticks(&self) -> f32 {
        let base = self.least.iter().copied().fold(f32::INFINITY, f32::min);
        if base.is_finite() { base } else { self.standing }
    }

    /// The queue from which on the path is full, in ticks. On a path that jitters by itself the least
    /// of a few packets says less.
    pub(super) fn bound_ticks(&self) -> f32 {
        let jittery = JITTERS.mul_add(self.jitter, 1.0);
        jittery.clamp(BOUND_S * self.hz, BOUND_MOST_S * self.hz)
    }

    pub(super) fn smoothed_ticks(&self) -> f32 {
        self.smoothed
    }

    /// What the path takes now is what it takes.
    pub(super) fn accept(&mut self) {
        self.least = [f32::INFINITY; PARTS];
        self.least[0] = self.standing;
    }
}
