//! The computer's time, made steady: a clock that was set, forwards or backwards, is not noticed behind
//! this, and a program that stood still is.
//!
//! To who only asks what time it is, both look the same: far more time seems to have passed than in
//! other frames. What tells them apart is the server. Its ticks go on by themselves, so a snapshot that
//! comes after a pause is as old as snapshots always are, and one that comes after the clock was set
//! forward seems to be older by just as much. Where nothing has come yet, the leap is hidden until
//! something does. Backwards no time ever runs.
//!
//! It must never answer with an earlier time than before for frames, however times are given to it.

use crate::tick::{Tick, TickRate};
use std::{collections::VecDeque, time::Duration};

/// What is doubted: more than this, beyond two frames, from one moment to the next. A computer that is
/// just slow is faster, and less than this the clock's own steering makes good in a second or two.
const LEAP: Duration = Duration::from_millis(100);
/// By how much a moment at which something came may lie before the last frame: it may have come while
/// that was at work.
const BEFORE_FRAME: Duration = Duration::from_millis(50);
/// The longest that a frame is believed to have taken when a leap is hidden.
const LONGEST_FRAME: Duration = Duration::from_millis(500);
/// For how long after the first snapshot a hidden leap may still turn out to have been a pause.
const DOUBT: Duration = Duration::from_secs(1);
/// Snapshots whose age is remembered.
const AGES: usize = 32;

/// Turns the computer's time into one without leaps.
#[derive(Clone, Debug)]
pub(crate) struct Steady {
    rate: TickRate,
    /// What is added to the computer's time, in nanoseconds.
    shift: i128,
    /// The newest moment that was taken for true, by the computer.
    last: Option<Duration>,
    last_frame: Duration,
    /// What the last ordinary frame took.
    frame: Duration,
    /// When the last snapshots came, less when they were made, in ticks and up to a constant.
    ages: VecDeque<f64>,
    reference: Tick,
    doubt: Option<Doubt>,
}

/// A leap that is hidden, and may have been a pause.
#[derive(Clone, Copy, Debug)]
struct Doubt {
    hidden: Duration,
    /// When it is settled, as the steady time goes.
    until: Option<Duration>,
}

impl Steady {
    /// Knows nothing yet; `reference` is any tick near the present.
    pub(crate) fn new(rate: TickRate, reference: Tick) -> Self {
        Self {
            rate,
            shift: 0,
            last: None,
            last_frame: Duration::ZERO,
            frame: Duration::ZERO,
            ages: VecDeque::with_capacity(AGES),
            reference,
            doubt: None,
        }
    }

    /// The steady time of a frame at `now`.
    pub(crate) fn frame(&mut self, now: Duration) -> Duration {
        if let Some(last) = self.last {
            let ordinary = self.inside(self.last_frame + self.frame).max(self.inside(last));
            if now < self.last_frame {
                self.set(now, ordinary);
            } else if now.saturating_sub(last) > LEAP + 2 * self.frame && !self.ages.is_empty() {
                self.hide(now, ordinary);
            } else if now > self.last_frame {
                self.frame = (now - self.last_frame).min(LONGEST_FRAME);
            }
        }
        self.last_frame = now;
        self.last = Some(self.last.map_or(now, |last| last.max(now)));
        self.inside(now)
    }

    /// The steady time at `now`, when the snapshot of `tick` came.
    pub(crate) fn arrival(&mut self, now: Duration, tick: Tick) -> Duration {
        if let (Some(last), false) = (self.last, self.ages.is_empty()) {
            let ahead = now.saturating_sub(last);
            if last.saturating_sub(now) > BEFORE_FRAME {
                self.set(now, self.usual_time(tick, last));
            } else if ahead > LEAP + 2 * self.frame
                && self.age(now, tick) - self.least_age() > self.rate.ticks(ahead) / 2.0
            {
                self.hide(now, self.usual_time(tick, last));
            }
        }
        self.last = Some(self.last.map_or(now, |last| last.max(now)));
        let age = self.age(now, tick);
        let time = self.inside(now);
        if let Some(mut doubt) = self.doubt.take() {
            if age - self.least_age() < -self.rate.ticks(doubt.hidden) / 2.0 {
                // So new a snapshot can't be here yet, unless that time has passed.
                self.shift += doubt.hidden.as_nanos() as i128;
            } else if time <= *doubt.until.get_or_insert(time + DOUBT) {
                self.doubt = Some(doubt);
            }
        } else {
            if self.ages.len() == AGES {
                self.ages.pop_front();
            }
            self.ages.push_back(age);
        }
        self.inside(now)
    }

    /// The steady time of a moment of late.
    pub(crate) fn inside(&self, computer: Duration) -> Duration {
        inside(computer, self.shift)
    }

    /// What the computer calls a steady time of late.
    pub(crate) fn outside(&self, steady: Duration) -> Duration {
        inside(steady, -self.shift)
    }

    /// Takes a clock for one that was set forward, until shown otherwise: it is `true_time`.
    fn hide(&mut self, now: Duration, true_time: Duration) {
        let more = self.inside(now).saturating_sub(true_time);
        let hidden = self.doubt.map_or(Duration::ZERO, |doubt| doubt.hidden) + more;
        self.shift -= more.as_nanos() as i128;
        self.doubt = Some(Doubt { hidden, until: None });
    }

    /// The clock was set back: it is `true_time`.
    fn set(&mut self, now: Duration, true_time: Duration) {
        self.shift = true_time.as_nanos() as i128 - now.as_nanos() as i128;
        (self.last, self.last_frame) = (Some(now), now);
    }

    /// When the snapshot of `tick` would have come if it was like others, at most an ordinary frame
    /// after the last and not before what was said already.
    fn usual_time(&self, tick: Tick, last: Duration) -> Duration {
        let age = self.ages.iter().sum::<f64>() / self.ages.len() as f64;
        let ticks = f64::from(tick.since(self.reference)) + age;
        let time = Duration::from_secs_f64((ticks / f64::from(self.rate.hz())).max(0.0));
        time.min(self.inside(self.last_frame + self.frame)).max(self.inside(last))
    }

    /// How long a snapshot seems to have been under way, in ticks and up to a constant.
    fn age(&self, now: Duration, tick: Tick) -> f64 {
        self.rate.ticks(self.inside(now)) - f64::from(tick.since(self.reference))
    }

    /// The least age of late.
    fn least_age(&self) -> f64 {
        self.ages.iter().copied().fold(f64::MAX, f64::min)
    }
}

fn inside(time: Duration, shift: i128) -> Duration {
    let nanoseconds = (time.as_nanos() as i128 + shift).max(0);
    let seconds = u64::try_from(nanoseconds / 1_000_000_000).unwrap_or(u64::MAX);
    Duration::new(seconds, (nanoseconds % 1_000_000_000) as u32)
}

#[cfg(test)]
mod tests {
    use super::*;

    const DECADE_S: f64 = 3.2e8;

    /// What happens after ten seconds.
    #[derive(Clone, Copy, Debug)]
    enum Then {
        /// The clock is set by so many seconds.
        Set(f64),
        /// The program does nothing for so many seconds.
        Pause(f64),
    }

    /// Twelve seconds of frames at 60 a second and snapshots at 30 that take `way_s`, with a jitter; what
    /// comes is stamped when it is read in a frame, or when it really came. The steady time less the
    /// true one, at the start and the end of it.
    fn run(then: Then, way_s: f64, stamped: bool) -> (f64, f64) {
        let reference = Tick(u32::MAX - 50);
        let mut steady = Steady::new(TickRate::new(60).unwrap(), reference);
        let (mut off, mut last, mut snapshots) = (2.0 * DECADE_S, Duration::ZERO, 0_u32);
        let mut seen = Vec::new();
        let mut true_s = 0.0;
        while true_s < 18.0 {
            true_s += 1.0 / 60.0;
            if seen.len() == 600 {
                match then {
                    Then::Set(seconds) => off += seconds,
                    Then::Pause(seconds) => true_s += seconds,
                }
            }
            let jitter_s = f64::from(snapshots * 7 % 11) * 0.001;
            while f64::from(snapshots) / 30.0 + way_s + jitter_s <= true_s {
                let came = f64::from(snapshots) / 30.0 + way_s + jitter_s;
                let at = if stamped { came } else { true_s };
                steady.arrival(Duration::from_secs_f64(off + at), reference + 2 * snapshots);
                snapshots += 1;
            }
            let time = steady.frame(Duration::from_secs_f64(off + true_s));
            assert!(time >= last, "{then:?}: it runs back");
            assert_eq!(steady.inside(steady.outside(time)), time);
            last = time;
            seen.push(time.as_secs_f64() - true_s);
        }
        (seen[500], seen[seen.len() - 1])
    }

    #[test]
    fn a_clock_that_is_set_changes_nothing_and_a_pause_is_time_that_passed() {
        for seconds in [0.2, 1.0, 10.0, 3_600.0, DECADE_S] {
            for way_s in [0.0, 0.04, 0.25] {
                for then in [Then::Set(seconds), Then::Set(-seconds)] {
                    let (before, after) = run(then, way_s, false);
                    assert!((before - after).abs() < 0.002, "{then:?}: {}", after - before);
                }
                for stamped in [false, true] {
                    let then = Then::Pause(seconds.min(5.0));
                    let (before, after) = run(then, way_s, stamped);
                    assert!((before - after).abs() < 0.002, "{then:?}: {}", after - before);
                }
            }
        }
    }

    #[test]
    fn slow_frames_are_no_leaps() {
        let reference = Tick(7);
        let mut steady = Steady::new(TickRate::new(60).unwrap(), reference);
        for frame in 0..100_u32 {
            let now = Duration::from_millis(200) * frame;
            // Only each third second brings anything.
            if frame % 15 == 0 {
                assert_eq!(steady.arrival(now, reference + 12 * frame), now);
                assert_eq!(steady.frame(now), now);
            } else {
                steady.frame(now);
            }
        }
    }
}
