//! Interpolation: remote entities, drawn a little in the past, between two snapshots that are there.
//!
//! How far in the past is measured, not configured: for every snapshot it is noted how far behind the
//! frames that had to do with it would have had to be not to run past it, and the view follows a high
//! quantile of that. Frames count, not snapshots: a screen in step with the server needs no more than
//! the wait for its own frame, one that is faster up to a whole snapshot more. The view moves towards
//! the wanted lag by running a little faster or slower, and its speed itself changes gently, so that no
//! step is seen. It never runs backwards, nor far past the newest snapshot.

mod rhythm;
#[cfg(test)]
mod tests;
mod view;
mod window;

pub use view::{Sample, View};

use crate::{
    clock::{drift::Drift, enough::Need},
    tick::{Tick, TickRate},
};
use rhythm::Rhythm;
use std::time::Duration;
use window::{Transits, Window};

/// Snapshots over which needs are measured: twenty seconds at 60 a second. The server looks at as many.
pub(crate) const WINDOW: usize = 1_200;
/// The part of the time for which the view may run past what there is where the network loses some
/// snapshots. Where it loses none, none.
const SPARED: f64 = 0.002;
/// Snapshots that it takes to know a network.
const ENOUGH: usize = 20;
/// More that are lost in a row are an outage.
const LONGEST_BURST: f64 = 8.0;
/// The most snapshots that are added for bursts which were not seen yet.
pub(crate) const MOST_UNSEEN: f64 = 2.0;
/// What is added to the measured need, in ticks.
const SLACK_TICKS: f64 = 0.05;
/// A snapshot that came so many ticks before a frame might as well have missed it: the next time it
/// will. It counts as if it had.
const NARROW_TICKS: f64 = 0.1;
/// That matters to screens whose frames are so many ticks apart or more: they may stay in step with the
/// snapshots for minutes. Faster ones meet them at every phase.
const IN_STEP_TICKS: f64 = 0.8;
/// Parts of a space between snapshots by which frames must be closer for the view to run ahead as far as it
/// may. A screen in step shows each snapshot in the frame that it came for anyway.
const FULL_AHEAD: f64 = 0.4;
/// Frames over which the space between them is averaged.
const FRAMES: f64 = 16.0;
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
    transits: Transits,
    /// What the frames of each of the last snapshots would have needed.
    needs: Window,
    rhythm: Rhythm,
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
    /// How far past a snapshot it may run on purpose, in ticks, where frames are close.
    ahead: f64,
    /// The spaces between snapshots, and between frames, in ticks.
    interval: f64,
    frame: f64,
    /// The mean deviation of transit times, in ticks (RFC 3550, section 6.4.1).
    jitter: f64,
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
            transits: Transits::new(),
            needs: Window::new(),
            rhythm: Rhythm::default(),
            newest: None,
            drift: Drift::default(),
            position: None,
            speed: 1.0,
            standing: 0.0,
            last_advance: Duration::ZERO,
            lag: 0.0,
            ahead: 0.0,
            interval: 1.0,
            frame: 1.0,
            jitter: 0.0,
        }
    }

    /// From now on the view may run so many ticks past the newest snapshot on purpose, 0 to 2: what a
    /// snapshot tells is seen that much sooner, and for that part of the time others are drawn where
    /// their movement leads to instead of where they are known to be. A screen whose frames are hardly
    /// closer than the snapshots would win nothing by it, and does not.
    pub fn set_ahead(&mut self, ticks: f64) {
        self.ahead = ticks.clamp(0.0, 2.0);
    }

    /// How far it runs past the newest snapshot at this screen's rate.
    fn ahead(&self) -> f64 {
        let closer = (self.interval - self.frame) / (FULL_AHEAD * self.interval);
        self.ahead * closer.clamp(0.0, 1.0)
    }

    /// Notes that the snapshot of `tick` came. `interval_ticks` is the server's own spacing.
    pub fn handle_snapshot(&mut self, tick: Tick, interval_ticks: u32, now: Duration) {
        let (made, came) = (f64::from(tick.since(self.epoch)), self.rate.ticks(now));
        let transit = came - made;
        if let Some(last) = self.transits.newest() {
            self.jitter += ((transit - last).abs() - self.jitter) / 16.0;
        }
        self.transits.push(transit);
        self.drift.note(came, made, self.rate);
        let interval = f64::from(interval_ticks.max(1));
        self.interval = interval;
        let Some(newest) = self.newest else {
            self.newest = Some(Newest { made, came, before: made, need: f64::MIN, lost: 0.0 });
            self.lag = transit + 2.0 * interval;
            return;
        };
        if made <= newest.made {
            return;
        }
        if let Some(over) = self.rhythm.note(made - newest.made > interval, came) {
            self.needs.forget_between(&over);
        }
        if newest.need > f64::MIN {
            let (ticks, lost) = (newest.need, newest.lost);
            self.needs.push(Need { at: came, ticks }, lost);
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
        self.frame += (elapsed.min(2.0 * self.interval) - self.frame) / FRAMES;
        let ahead = self.ahead();
        let newest = self.newest.as_mut()?;
        let narrow = elapsed >= IN_STEP_TICKS && time - newest.came < NARROW_TICKS;
        let usable = if narrow { newest.before } else { newest.made };
        newest.need = newest.need.max(time - usable);
        let newest = newest.made;
        let target = time - self.lag + ahead;
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
        let starved = position > newest + ahead;
        Some(View::new(self.epoch, shown, self.standing, starved))
    }

    /// How far the view lags behind what could be shown at the earliest, in ticks; negative when it
    /// runs ahead on purpose.
    #[must_use]
    pub fn delay_ticks(&self) -> f64 {
        let fastest = self.transits.newest().map(|_| self.transits.least());
        fastest.map_or(0.0, |fastest| self.lag - self.ahead() - fastest)
    }

    /// The mean deviation of the times that snapshots take, in ticks.
    #[must_use]
    pub fn jitter_ticks(&self) -> f64 {
        self.jitter
    }

    /// The least lag with which the view would have run past what there was no longer than is spared.
    fn wanted(&mut self, now: f64, interval: f64) -> f64 {
        let Some(enough) = self.needs.enough(now, interval, self.drift.ticks_per_tick()) else {
            return self.lag;
        };
        // The least transit is what the network takes without any queue.
        let longest = self.transits.least() + LONGEST_S * f64::from(self.rate.hz());
        (enough + SLACK_TICKS).min(longest)
    }

    /// When the path has become shorter, the past says nothing any more. Losses make no snapshot older,
    /// so that a burst is not forgotten when it is over.
    fn forget(&mut self, now: f64, interval: f64) {
        let far = FALL_INTERVALS * interval;
        let worst = self.needs.worst(FALL, now, self.drift.ticks_per_tick());
        if self.needs.len() > FALL && self.lag - worst > far && self.transits.fall(FALL) > far {
            self.needs.keep(FALL);
            self.transits.keep(FALL);
        }
    }
}
