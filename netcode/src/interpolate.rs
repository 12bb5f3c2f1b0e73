//! Interpolation: remote entities, drawn a little in the past, between two snapshots that are there.
//!
//! How far in the past is measured, not configured: for every snapshot it is noted how far behind the
//! frames that had to do with it would have had to be not to run past it, and the view follows a high
//! quantile of that. Frames count, not snapshots: a screen in step with the server needs no more than
//! the wait for its own frame, one that is faster up to a whole snapshot more. The view moves towards
//! the wanted lag by running a little faster or slower, and its speed itself changes gently, so that no
//! step is seen. It never runs backwards, nor far past the newest snapshot.

mod view;

pub use view::{Sample, View};

use crate::{
    clock::{drift::Drift, enough::enough},
    tick::{Tick, TickRate},
};
use std::{collections::VecDeque, time::Duration};

/// Snapshots over which needs are measured: twenty seconds at 60 a second.
const WINDOW: usize = 1_200;
/// The part of the time for which the view may run past what there is where the network loses some
/// snapshots. Where it loses none, none.
const SPARED: f64 = 0.002;
/// Snapshots that it takes to know a network.
const ENOUGH: usize = 20;
/// Snapshots that are lost in a row on average where losses come in bursts.
const BURSTY: f64 = 1.7;
/// More that are lost in a row are an outage.
const LONGEST_BURST: f64 = 8.0;
/// The most snapshots that are added for bursts which were not seen yet.
const MOST_UNSEEN: f64 = 2.0;
/// What is added to the measured need, in ticks.
const SLACK_TICKS: f64 = 0.05;
/// A snapshot that came so many ticks before a frame might as well have missed it: the next time it
/// will. It counts as if it had.
const NARROW_TICKS: f64 = 0.1;
/// That matters to screens whose frames are so many ticks apart or more: they may stay in step with the
/// snapshots for minutes. Faster ones meet them at every phase.
const IN_STEP_TICKS: f64 = 0.8;
/// Snapshots that forget all others when their needs are far below them.
const FALL: usize = 30;
/// How far that is, in spaces between snapshots: further than a few lost ones would raise a need.
const FALL_INTERVALS: f64 = 3.5;
/// The longest that the view lags behind the newest snapshot there could be, in seconds.
const LONGEST_S: f64 = 0.5;
/// How much faster or slower the view may run while it adapts.
const ADAPT: f64 = 0.05;
/// Seconds in which an error is worn off, within those bounds.
const WEAR_S: f64 = 0.5;
/// By how much the view's speed may change in a second.
const ACCELERATION: f64 = 0.25;
/// Beyond this many seconds of error the view jumps.
const JUMP_S: f64 = 0.4;
/// For how long, in ticks, remotes are extrapolated when nothing newer is there.
pub const EXTRAPOLATE_TICKS: f64 = 6.0;

/// When the view is: the moment of the game that remote entities are drawn at.
#[derive(Clone, Debug)]
pub struct Playout {
    rate: TickRate,
    epoch: Tick,
    /// When each of the last snapshots came, less when it was made: ticks.
    transits: VecDeque<f64>,
    /// What the frames of each of the last snapshots would have needed.
    needs: VecDeque<Need>,
    newest: Option<Newest>,
    drift: Drift,
    /// The view, in ticks since `epoch`.
    position: Option<f64>,
    speed: f64,
    /// Ticks that the view has been standing for.
    standing: f64,
    last_advance: Duration,
    /// How far behind the time the view would have to be not to run past a snapshot, in ticks.
    lag: f64,
    /// How far past a snapshot it may run on purpose, in ticks.
    ahead: f64,
    /// The mean deviation of transit times, in ticks (RFC 3550, section 6.4.1).
    jitter: f64,
}

/// How far behind the time the view would have had to be for the frames of one snapshot.
#[derive(Clone, Copy, Debug)]
struct Need {
    at: f64,
    ticks: f64,
    /// Snapshots that were lost just before it.
    lost: f64,
}

/// The newest snapshot and the frames that had to do with it.
#[derive(Clone, Copy, Debug)]
struct Newest {
    made: f64,
    came: f64,
    /// When the one before it was made.
    before: f64,
    /// The worst need of its frames.
    need: f64,
    /// Snapshots that were lost just before it.
    lost: f64,
}

impl Playout {
    /// Knows nothing yet; `epoch` is any tick near the present.
    #[must_use]
    pub fn new(rate: TickRate, epoch: Tick) -> Self {
        Self {
            rate,
            epoch,
            transits: VecDeque::with_capacity(WINDOW),
            needs: VecDeque::with_capacity(WINDOW),
            newest: None,
            drift: Drift::default(),
            position: None,
            speed: 1.0,
            standing: 0.0,
            last_advance: Duration::ZERO,
            lag: 0.0,
            ahead: 0.0,
            jitter: 0.0,
        }
    }

    /// From now on the view may run so many ticks past the newest snapshot on purpose, 0 to 2: others
    /// are seen that much sooner, and for that part of the time where their movement leads to instead
    /// of where they are known to be.
    pub fn set_ahead(&mut self, ticks: f64) {
        self.ahead = ticks.clamp(0.0, 2.0);
    }

    /// Notes that the snapshot of `tick` came. `interval_ticks` is the server's own spacing.
    pub fn handle_snapshot(&mut self, tick: Tick, interval_ticks: u32, now: Duration) {
        let (made, came) = (f64::from(tick.since(self.epoch)), self.rate.ticks(now));
        let transit = came - made;
        if let Some(last) = self.transits.back() {
            self.jitter += ((transit - last).abs() - self.jitter) / 16.0;
        }
        push(&mut self.transits, transit);
        self.drift.note(came, made, self.rate);
        let interval = f64::from(interval_ticks);
        let Some(newest) = self.newest else {
            self.newest = Some(Newest { made, came, before: made, need: f64::MIN, lost: 0.0 });
            self.lag = transit + 2.0 * interval;
            return;
        };
        if made <= newest.made {
            return;
        }
        if newest.need > f64::MIN {
            let (ticks, lost) = (newest.need, newest.lost);
            push(&mut self.needs, Need { at: came, ticks, lost });
            self.forget(came, interval);
            let wanted = self.wanted(came, interval);
            // The first guess holds until something is known.
            self.lag = if self.needs.len() < ENOUGH { self.lag.max(wanted) } else { wanted };
        }
        let lost = (made - newest.made) / interval - 1.0;
        self.newest = Some(Newest { made, came, before: newest.made, need: f64::MIN, lost });
    }

    /// Lets time pass for a frame. Returns the moment to draw, or `None` before the first snapshot.
    pub fn advance(&mut self, now: Duration) -> Option<View> {
        let time = self.rate.ticks(now);
        let elapsed = self.rate.ticks(now.saturating_sub(self.last_advance));
        self.last_advance = now;
        let newest = self.newest.as_mut()?;
        let narrow = elapsed >= IN_STEP_TICKS && time - newest.came < NARROW_TICKS;
        let usable = if narrow { newest.before } else { newest.made };
        newest.need = newest.need.max(time - usable);
        let newest = newest.made;
        let target = time - self.lag + self.ahead;
        let second = f64::from(self.rate.hz());
        let position = match self.position {
            Some(position) if (target - position).abs() < JUMP_S * second => {
                let error = target - position - elapsed;
                let pace = 1.0 + self.drift.ticks_per_tick();
                let wish = (pace + error / (WEAR_S * second)).clamp(1.0 - ADAPT, 1.0 + ADAPT);
                let change = ACCELERATION * elapsed / second;
                self.speed += (wish - self.speed).clamp(-change, change);
                position + elapsed * self.speed
            }
            _ => {
                self.speed = 1.0;
                target
            }
        };
        let furthest = newest + EXTRAPOLATE_TICKS;
        self.standing = if position > furthest {
            self.standing + (position - furthest)
        } else {
            // What has faded comes back quickly, but not at once.
            (self.standing - 3.0 * elapsed).max(0.0)
        };
        let shown = self
            .position
            .map_or(f64::MIN, |before| before.min(position))
            .max(position.min(furthest));
        self.position = Some(shown);
        let starved = position > newest + self.ahead;
        Some(View::new(self.epoch, shown, self.standing, starved))
    }

    /// How far the view lags behind what could be shown at the earliest, in ticks; negative when it
    /// runs ahead on purpose.
    #[must_use]
    pub fn delay_ticks(&self) -> f64 {
        if self.transits.is_empty() { 0.0 } else { self.lag - self.ahead - self.fastest() }
    }

    /// The mean deviation of the times that snapshots take, in ticks.
    #[must_use]
    pub fn jitter_ticks(&self) -> f64 {
        self.jitter
    }

    /// The least transit time of late: what the network takes without any queue.
    fn fastest(&self) -> f64 {
        self.transits.iter().copied().fold(f64::INFINITY, f64::min)
    }

    /// The least lag with which the view would have run past what there was no longer than is spared.
    fn wanted(&self, now: f64, interval: f64) -> f64 {
        let gaps = || self.needs.iter().map(|need| need.lost).filter(|lost| *lost > 0.0);
        let spared =
            if gaps().next().is_some() { self.needs.len() as f64 * interval * SPARED } else { 0.0 };
        let Some(need) =
            enough(self.needs_now(now).collect(), spared as usize, LONGEST_BURST * interval)
        else {
            return self.lag;
        };
        let longest = self.fastest() + LONGEST_S * f64::from(self.rate.hz());
        (need + interval * unseen(gaps()) + SLACK_TICKS).min(longest)
    }

    /// What the measured needs are worth now, if the server's clock runs at another speed than ours.
    fn needs_now(&self, now: f64) -> impl Iterator<Item = f64> {
        let drift = self.drift.ticks_per_tick();
        self.needs.iter().map(move |need| need.ticks - drift * (now - need.at))
    }

    /// When the path has become shorter, the past says nothing any more. Losses make no snapshot older,
    /// so that a burst is not forgotten when it is over.
    fn forget(&mut self, now: f64, interval: f64) {
        let old = self.needs.len().saturating_sub(FALL);
        let worst = self.needs_now(now).skip(old).fold(f64::MIN, f64::max);
        let slowest = |transits: &mut dyn Iterator<Item = &f64>| {
            transits.fold(f64::MIN, |slowest, transit| slowest.max(*transit))
        };
        let known = self.transits.len().saturating_sub(FALL);
        let fall = slowest(&mut self.transits.iter().take(known))
            - slowest(&mut self.transits.iter().skip(known));
        let far = FALL_INTERVALS * interval;
        if self.needs.len() > FALL && self.lag - worst > far && fall > far {
            self.needs.drain(..self.needs.len() - FALL);
            self.transits.drain(..known);
        }
    }
}

/// How many more snapshots than ever before the next burst of losses may take. Where single ones are
/// lost, what was seen tells enough; the length of bursts has no memory, and few of them are seen.
fn unseen(gaps: impl Iterator<Item = f64>) -> f64 {
    let (bursts, lost) = gaps
        .filter(|lost| *lost <= LONGEST_BURST)
        .fold((0.0, 0.0), |(n, sum), lost| (n + 1.0, sum + lost));
    let mean: f64 = if bursts > 0.0 { lost / bursts } else { 0.0 };
    if mean < BURSTY { 0.0 } else { (mean - 1.0).min(MOST_UNSEEN) }
}

fn push<T>(window: &mut VecDeque<T>, value: T) {
    if window.len() == WINDOW {
        window.pop_front();
    }
    window.push_back(value);
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What was seen in a minute.
    #[derive(Debug, Default)]
    struct Seen {
        /// The part of the frames of the second half that starved.
        starved: f64,
        /// The greatest difference of the view's speed from that of the game, and the greatest change
        /// of it in a second, while the view did not stand.
        off_speed: f64,
        acceleration: f64,
        delay_ticks: f64,
        /// For each second, how far behind the server's time the view was at its end, in ticks.
        lags: Vec<f64>,
    }

    /// Plays a minute of snapshots `interval` ticks apart that come with the given delays (`None` is
    /// lost), at `fps` frames a second that begin at `phase` of a frame.
    fn play(
        interval: u32,
        fps: f64,
        phase: f64,
        mut delay_ms: impl FnMut(f64) -> Option<f64>,
    ) -> Seen {
        let rate = TickRate::new(60).unwrap();
        let epoch = Tick(u32::MAX - 500);
        let mut playout = Playout::new(rate, epoch);
        let mut last_ms = 0.0_f64;
        let mut arrivals: VecDeque<(f64, u32)> = (0..3600 / interval)
            .filter_map(|n| {
                let made = f64::from(n * interval) * 1000.0 / 60.0;
                delay_ms(made / 1000.0).map(|delay| (made + delay, n * interval))
            })
            .map(|(at, tick)| {
                last_ms = last_ms.max(at);
                (last_ms, tick)
            })
            .collect();
        let mut seen = Seen::default();
        let (mut frames, mut starved) = (0, 0);
        let mut last: Option<(f64, f64)> = None;
        for frame in 0..(60.0 * fps) as u32 {
            let seconds = (f64::from(frame) + phase) / fps;
            while let Some((at, tick)) = arrivals.pop_front_if(|(at, _)| *at <= seconds * 1000.0) {
                playout.handle_snapshot(
                    epoch + tick,
                    interval,
                    Duration::from_secs_f64(at / 1000.0),
                );
            }
            let Some(view) = playout.advance(Duration::from_secs_f64(seconds)) else { continue };
            let position = playout.position.unwrap();
            let mut speed = 1.0;
            if let Some((before, speed_before)) = last {
                assert!(position >= before, "the view ran backwards");
                speed = (position - before) * fps / 60.0;
                if playout.standing > 0.0 {
                    speed = 0.0;
                } else if speed_before > 0.0 {
                    seen.off_speed = seen.off_speed.max((speed - 1.0).abs());
                    seen.acceleration = seen.acceleration.max((speed - speed_before).abs() * fps);
                }
            }
            last = Some((position, speed));
            if seconds > 30.0 {
                frames += 1;
                starved += u32::from(view.starved);
            }
            if frame % fps as u32 == 0 {
                seen.lags.push(seconds * 60.0 - position);
            }
        }
        seen.starved = f64::from(starved) / f64::from(frames);
        seen.delay_ticks = playout.delay_ticks();
        seen
    }

    fn random(seed: u64) -> impl FnMut() -> f64 {
        let mut state = seed;
        move || {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) as f64 / f64::from(1_u32 << 31)
        }
    }

    fn assert_gentle(seen: &Seen) {
        assert!(seen.off_speed <= ADAPT + 1e-6, "off by {}", seen.off_speed);
        assert!(seen.acceleration <= ACCELERATION + 1e-3, "{} a second", seen.acceleration);
    }

    #[test]
    fn a_screen_in_step_with_the_server_waits_for_its_frame_only_and_never_starves() {
        for tenth in 0..10 {
            let phase = f64::from(tenth) / 11.5 + 0.12;
            let seen = play(1, 60.0, phase, |_| Some(50.0));
            assert_eq!(seen.starved, 0.0);
            assert!(seen.delay_ticks <= phase + 0.06, "{} at {phase}", seen.delay_ticks);
        }
    }

    #[test]
    fn on_a_clean_link_the_view_lags_one_interval_and_never_starves() {
        for (seed, fps) in [(1, 60.0), (2, 59.9), (3, 61.0), (4, 144.0), (5, 240.0)] {
            for interval in [1, 2] {
                let mut random = random(seed);
                let seen = play(interval, fps, 0.3, |_| Some(38.0 + 4.0 * random()));
                assert_eq!(seen.starved, 0.0, "at {fps} frames a second, interval {interval}");
                assert!(seen.delay_ticks <= f64::from(interval) + 0.4, "{}", seen.delay_ticks);
                assert_gentle(&seen);
            }
        }
    }

    #[test]
    fn with_loss_and_jitter_the_view_rarely_starves() {
        let mut starved = 0.0;
        for seed in 1..=8 {
            let mut random = random(seed);
            let seen = play(2, 60.0, 0.5, |_| {
                let jitter = random() * 20.0;
                (random() > 0.05).then_some(65.0 + jitter)
            });
            starved += seen.starved / 8.0;
            assert!((3.0..=7.5).contains(&seen.delay_ticks), "{} ticks", seen.delay_ticks);
            assert_gentle(&seen);
        }
        assert!(starved <= 0.005, "{starved}");
    }

    #[test]
    fn with_losses_in_bursts_the_view_rarely_starves() {
        let mut starved = 0.0;
        for seed in 1..=16 {
            let mut random = random(seed);
            let mut inside = false;
            // Of 1,000 snapshots 3.4 begin a burst, of three on average.
            starved += play(2, 60.0, 0.5, |_| {
                inside = random() < if inside { 2.0 / 3.0 } else { 0.0034 };
                (!inside).then_some(20.0)
            })
            .starved
                / 16.0;
        }
        assert!(starved <= 0.005, "{starved}");
    }

    #[test]
    fn the_view_follows_jitter_and_delay_both_ways_without_a_step() {
        let mut random = random(3);
        // Ten seconds each: clean, jitter, clean, 200 ms more, clean.
        let seen = play(2, 60.0, 0.5, |second| {
            let jitter = random() * 40.0;
            Some(match second as u32 / 10 {
                1 => 40.0 + jitter,
                3 => 240.0,
                _ => 40.0,
            })
        });
        assert_gentle(&seen);
        let lag = |second: usize| seen.lags[second];
        assert!(lag(18) > lag(9) + 1.5, "jitter is followed up: {:?}", seen.lags);
        assert!(lag(38) > lag(29) + 9.0, "delay is followed up: {:?}", seen.lags);
        assert!(lag(57) < lag(38) - 11.0, "and down: {:?}", seen.lags);
    }

    #[test]
    fn a_view_that_runs_dry_stands_fades_and_comes_back() {
        let rate = TickRate::new(60).unwrap();
        let mut playout = Playout::new(rate, Tick(9));
        let at = |tick: u32| rate.period() * tick + Duration::from_millis(1);
        let mut view = None;
        for tick in 0..60 {
            playout.handle_snapshot(Tick(9) + tick, 1, at(tick));
            view = playout.advance(at(tick));
        }
        assert_eq!(view.unwrap().opacity(59.0), 1.0);
        for tick in 60..90 {
            view = playout.advance(at(tick));
        }
        let dry = view.unwrap();
        assert!(dry.starved && dry.opacity(59.0) < 0.5);
        assert!((dry.time().ticks_before(Tick(9) + 59) + EXTRAPOLATE_TICKS).abs() < 0.1);
        let mut last = dry.opacity(59.0);
        for tick in 90..120 {
            playout.handle_snapshot(Tick(9) + tick, 1, at(tick));
            let opacity = playout.advance(at(tick)).unwrap().opacity(f64::from(tick));
            assert!(opacity >= last && opacity - last < 0.3, "{last} to {opacity}");
            last = opacity;
        }
        assert_eq!(last, 1.0);
    }
}
