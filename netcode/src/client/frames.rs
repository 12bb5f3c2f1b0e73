//! What the last frames showed: for each moment of the client's own time, how far its clock was and
//! which moment of the others was drawn.
//!
//! Devices are not read at ticks. A trigger pulled between two frames, or in a frame in which no tick
//! is due, stands for a moment of its own; this is where that moment is found again when the input
//! leaves. Between two frames everything runs straight, so the result is the same for every rate.

use crate::{
    rewind::moment::{Glance, STEPS_PER_TICK},
    snapshot::SnapshotRing,
    tick::{Tick, ViewTime},
};
use std::{collections::VecDeque, time::Duration};

/// Frames that are remembered: an eighth of a second at a thousand a second.
const FRAMES: usize = 128;

/// The last frames' times.
#[derive(Clone, Debug)]
pub(super) struct Frames {
    epoch: Tick,
    /// The clock, in ticks since `epoch`.
    clock: Track,
    /// The view, in ticks since `epoch`.
    view: Track,
    /// The newest snapshot that each of the last views could show.
    newest: VecDeque<(Duration, Tick)>,
}

impl Frames {
    /// Nothing yet; `epoch` is any tick near the present.
    pub(super) fn new(epoch: Tick) -> Self {
        Self { epoch, clock: Track::default(), view: Track::default(), newest: VecDeque::new() }
    }

    /// In the frame at `now` the clock was `fraction` past `tick`.
    pub(super) fn note_clock(&mut self, now: Duration, tick: Tick, fraction: f32) {
        self.clock.push(now, f64::from(tick.since(self.epoch)) + f64::from(fraction));
    }

    /// In the frame at `now` the others are drawn at `view`, by snapshots up to `newest`.
    pub(super) fn note_view(&mut self, now: Duration, view: ViewTime, newest: Tick) {
        self.view.push(now, -view.ticks_before(self.epoch));
        while self.newest.back().is_some_and(|(last, _)| *last >= now) {
            self.newest.pop_back();
        }
        if self.newest.len() == FRAMES {
            self.newest.pop_front();
        }
        self.newest.push_back((now, newest));
    }

    /// The moment of the others in the newest frame.
    pub(super) fn newest_view(&self) -> Option<ViewTime> {
        let (_, ticks) = self.view.points.back()?;
        let whole = ticks.floor();
        let tick = Tick(self.epoch.0.wrapping_add_signed(whole as i32));
        Some(ViewTime { tick, fraction: ((ticks - whole) as f32).min(0.999_999) })
    }

    /// When a tick became due.
    pub(super) fn due(&self, tick: Tick) -> Option<Duration> {
        self.clock.when(f64::from(tick.since(self.epoch)))
    }

    /// What was to be seen at the time `at`, told with the input for `tick`.
    pub(super) fn glance(&self, tick: Tick, at: Duration, ring: &SnapshotRing) -> Option<Glance> {
        let tick_place = f64::from(tick.since(self.epoch));
        // The own entity is drawn on its way to where the newest input brought it.
        let own_lag = steps(tick_place - (self.clock.at(at)? - 1.0));
        let view_lag = steps(tick_place - self.view.at(at)?);
        let frame = self.newest.partition_point(|(drawn, _)| *drawn <= at).saturating_sub(1);
        let (_, newest) = *self.newest.get(frame)?;
        Some(Self::between(tick, own_lag, view_lag, newest, ring))
    }

    /// What the newest view shows, told with the input for `tick` and decided on when it became due.
    pub(super) fn at_tick(&self, tick: Tick, ring: &SnapshotRing) -> Option<Glance> {
        let (_, view) = self.view.points.back()?;
        let view_lag = steps(f64::from(tick.since(self.epoch)) - view);
        let (_, newest) = *self.newest.back()?;
        Some(Self::between(tick, STEPS_PER_TICK, view_lag, newest, ring))
    }

    /// Finds the snapshots that the others are drawn between. One that is newer than `newest` came after
    /// the picture was made.
    fn between(
        tick: Tick,
        own_lag: u16,
        view_lag: u16,
        newest: Tick,
        ring: &SnapshotRing,
    ) -> Glance {
        let view = tick - u32::from(view_lag.div_ceil(STEPS_PER_TICK));
        let mut glance = Glance { own_lag, view_lag, back: 0, ahead: 0 };
        let ticks = |ticks: i32| u8::try_from(ticks).unwrap_or(u8::MAX);
        let held = ring.iter().rev().map(crate::Snapshot::tick);
        for held in held.filter(|held| !held.is_after(newest)) {
            if held.is_after(view) {
                glance.ahead = ticks(held.since(view));
            } else {
                glance.back = ticks(view.since(held));
                break;
            }
        }
        glance
    }
}

/// A number of ticks in the parts that travel.
fn steps(ticks: f64) -> u16 {
    (ticks * f64::from(STEPS_PER_TICK)).clamp(0.0, f64::from(u16::MAX)).round() as u16
}

/// Something that grows with time, straight from frame to frame.
#[derive(Clone, Debug, Default)]
struct Track {
    points: VecDeque<(Duration, f64)>,
}

impl Track {
    fn push(&mut self, now: Duration, value: f64) {
        if self.points.back().is_some_and(|(last, _)| *last >= now) {
            self.points.pop_back();
        }
        if self.points.len() == FRAMES {
            self.points.pop_front();
        }
        self.points.push_back((now, value));
    }

    /// The value at a time; the oldest or the newest one beyond the ends.
    fn at(&self, time: Duration) -> Option<f64> {
        let after = self.points.partition_point(|(at, _)| *at < time);
        let Some((end, to)) = self.points.get(after) else {
            return self.points.back().map(|(_, value)| *value);
        };
        let Some((start, from)) = after.checked_sub(1).and_then(|index| self.points.get(index))
        else {
            return Some(*to);
        };
        let way = (time - *start).as_secs_f64() / (*end - *start).as_secs_f64();
        Some(from + (to - from) * way)
    }

    /// The first time at which the value was reached; the oldest or the newest one beyond the ends.
    fn when(&self, value: f64) -> Option<Duration> {
        let after = self.points.partition_point(|(_, reached)| *reached < value);
        let Some((end, to)) = self.points.get(after) else {
            return self.points.back().map(|(time, _)| *time);
        };
        let Some((start, from)) = after.checked_sub(1).and_then(|index| self.points.get(index))
        else {
            return Some(*end);
        };
        Some(*start + (*end - *start).mul_f64(((value - from) / (to - from)).clamp(0.0, 1.0)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Snapshot;

    fn ms(ms: u64) -> Duration {
        Duration::from_millis(ms)
    }

    /// Frames of the given rate over a second; a tick takes 16 ms and the view lags five of them.
    fn frames(milliseconds: u64) -> Frames {
        let epoch = Tick(u32::MAX - 10);
        let mut frames = Frames::new(epoch);
        for now in (0..=1000).step_by(milliseconds as usize) {
            let ticks = now as f64 / 16.0;
            frames.note_clock(ms(now), epoch + ticks as u32, ticks.fract() as f32);
            let view = ViewTime::before(epoch + 100, 100.0 - ticks + 5.0);
            frames.note_view(ms(now), view, view.tick + 4);
        }
        frames
    }

    #[test]
    fn a_moment_is_the_same_whatever_the_frame_rate() {
        let mut ring = SnapshotRing::new(60);
        (0..60).for_each(|number| {
            ring.insert(Snapshot::new(Tick(u32::MAX - 10) + number * 2));
        });
        let tick = Tick(u32::MAX - 10) + 60;
        let told: Vec<Glance> =
            [1, 5, 10, 25].map(|rate| frames(rate).glance(tick, ms(950), &ring).unwrap()).to_vec();
        // 950 ms are 59.375 ticks: the own entity is drawn at 58.375, the others at 54.375.
        assert_eq!(told[0], Glance { own_lag: 104, view_lag: 360, back: 0, ahead: 2 });
        assert!(told.iter().all(|glance| glance == &told[0]), "{told:?}");
        assert_eq!(frames(10).due(tick), Some(ms(960)));
    }

    #[test]
    fn without_a_newer_snapshot_there_is_nothing_ahead() {
        let mut ring = SnapshotRing::new(4);
        ring.insert(Snapshot::new(Tick(u32::MAX - 10) + 50));
        let glance = frames(10).glance(Tick(u32::MAX - 10) + 60, ms(950), &ring).unwrap();
        assert_eq!((glance.back, glance.ahead), (4, 0));
    }
}
