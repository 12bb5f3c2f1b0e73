//! Interpolation: remote entities, drawn a little in the past, between two snapshots that are there.
//!
//! The delay is measured, not configured: for every snapshot it is noted how far in the past the view
//! would have had to be not to run out before it came, and the delay follows a high quantile of that.
//! The view moves towards it by running a little faster or slower, so that no step is seen.

use crate::{
    row::{EntityId, KindId, Replicate},
    snapshot::{Row, Snapshot, SnapshotRing},
    tick::{Tick, TickRate, ViewTime},
};
use std::{collections::VecDeque, time::Duration};

/// Snapshots over which delays are measured: six seconds at 30 a second.
const WINDOW: usize = 180;
/// Of a thousand snapshots, for how many the view may run out.
const STARVED_PER_MILLE: usize = 6;
/// What is added to the measured delay, in ticks: the grain of frames and clocks.
const SLACK_TICKS: f64 = 0.25;
/// The longest delay, in seconds.
const LONGEST_S: f64 = 0.5;
/// How much faster or slower the view may run while it adapts.
const ADAPT: f64 = 0.05;
/// Beyond this many seconds of error the view jumps.
const JUMP_S: f64 = 0.4;
/// For how long, in ticks, remotes are extrapolated when nothing newer is there.
const EXTRAPOLATE_TICKS: f64 = 6.0;

/// When the view is: the moment of the game that remote entities are drawn at.
#[derive(Clone, Debug)]
pub struct Playout {
    rate: TickRate,
    epoch: Tick,
    /// When each of the last snapshots came, less when it was made: ticks.
    transits: VecDeque<f64>,
    /// By how much the view would have had to lag for each of them: ticks.
    needs: VecDeque<f64>,
    newest: Option<f64>,
    /// The view, in ticks since `epoch`.
    position: Option<f64>,
    last_advance: Duration,
    delay: f64,
    /// The mean deviation of transit times, in ticks (RFC 3550, section 6.4.1).
    jitter: f64,
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
            position: None,
            last_advance: Duration::ZERO,
            delay: 0.0,
            jitter: 0.0,
        }
    }

    /// Notes that the snapshot of `tick` came. `interval_ticks` is the server's own spacing.
    pub fn handle_snapshot(&mut self, tick: Tick, interval_ticks: u32, now: Duration) {
        let made = f64::from(tick.since(self.epoch));
        let transit = self.rate.ticks(now) - made;
        if let Some(last) = self.transits.back() {
            self.jitter += ((transit - last).abs() - self.jitter) / 16.0;
        }
        push(&mut self.transits, transit);
        let Some(newest) = self.newest else {
            self.newest = Some(made);
            self.delay = f64::from(interval_ticks) * 2.0;
            return;
        };
        if made > newest {
            // Until this moment the view could only go as far as `newest`.
            let need = self.rate.ticks(now) - self.fastest() - newest;
            push(&mut self.needs, need);
            self.newest = Some(made);
            self.delay = self.wanted().max(f64::from(interval_ticks));
        }
    }

    /// Lets time pass for a frame. Returns the moment to draw, or `None` before the first snapshot.
    pub fn advance(&mut self, now: Duration) -> Option<View> {
        let newest = self.newest?;
        let target = self.rate.ticks(now) - self.fastest() - self.delay;
        let elapsed = self.rate.ticks(now.saturating_sub(self.last_advance));
        self.last_advance = now;
        let second = f64::from(self.rate.hz());
        let position = match self.position {
            Some(position) if (target - position).abs() < JUMP_S * second => {
                let error = target - position - elapsed;
                // The error is worn off over half a second, within the bounds of what nobody sees.
                let correction =
                    (error / (0.5 * second) * elapsed).clamp(-elapsed * ADAPT, elapsed * ADAPT);
                position + elapsed + correction
            }
            _ => target,
        };
        self.position = Some(position);
        let shown = position.min(newest + EXTRAPOLATE_TICKS);
        Some(View { epoch: self.epoch, position: shown, starved: position > newest })
    }

    /// How far the view lags behind what could be shown at the earliest, in ticks.
    #[must_use]
    pub fn delay_ticks(&self) -> f64 {
        self.delay
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

    fn wanted(&self) -> f64 {
        let mut sorted: Vec<f64> = self.needs.iter().copied().collect();
        sorted.sort_unstable_by(f64::total_cmp);
        let spared = sorted.len() * STARVED_PER_MILLE / 1000;
        let need = sorted.iter().nth_back(spared).copied().unwrap_or(0.0);
        (need + SLACK_TICKS).min(LONGEST_S * f64::from(self.rate.hz()))
    }
}

fn push(window: &mut VecDeque<f64>, value: f64) {
    if window.len() == WINDOW {
        window.pop_front();
    }
    window.push_back(value);
}

/// One moment at which remote entities are drawn.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct View {
    epoch: Tick,
    position: f64,
    /// Whether nothing newer than the moment is there, so that remotes are extrapolated or stand.
    pub starved: bool,
}

/// A remote entity between two snapshots.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sample<T> {
    /// Whose state it is.
    pub id: EntityId,
    /// The state at or before the moment.
    pub from: T,
    /// The state after it; the same as `from` when there is none yet.
    pub to: T,
    /// How far the moment is on the way: 0 to 1, more when extrapolated.
    pub alpha: f32,
}

impl<T: Replicate> Sample<T> {
    /// The state at the moment.
    #[must_use]
    pub fn blend(&self) -> T {
        T::blend(&self.from, &self.to, self.alpha)
    }
}

impl View {
    /// The moment in the game's time.
    #[must_use]
    pub fn time(&self) -> ViewTime {
        let whole = self.position.floor();
        let tick = Tick(self.epoch.0.wrapping_add_signed(whole as i32));
        ViewTime { tick, fraction: ((self.position - whole) as f32).min(0.999_999) }
    }

    /// All entities of one kind at this moment, in their order.
    pub fn entities<'a, T: Replicate + 'a>(
        &self,
        ring: &'a SnapshotRing,
        kind: KindId,
    ) -> impl Iterator<Item = Sample<T>> + use<'a, T> {
        let position = self.position;
        let epoch = self.epoch;
        let at = move |tick: Tick| f64::from(tick.since(epoch));
        let (from, to) = self.around(ring);
        let rows = from.into_iter().flat_map(Snapshot::rows).filter(move |row| row.kind == kind);
        rows.map(move |row: Row<'a>| {
            let later = to.and_then(|to| to.find(row.id)).filter(|later| later.kind == kind);
            let later = later.unwrap_or(row);
            let span = at(later.as_of) - at(row.as_of);
            let alpha = if span > 0.0 { (position - at(row.as_of)) / span } else { 0.0 };
            Sample { id: row.id, from: row.restore(), to: later.restore(), alpha: alpha as f32 }
        })
    }

    /// The snapshots before and after the moment. When there is none after it, the last two, so that
    /// movement goes on along its line.
    fn around<'a>(&self, ring: &'a SnapshotRing) -> (Option<&'a Snapshot>, Option<&'a Snapshot>) {
        let at = |snapshot: &Snapshot| f64::from(snapshot.tick().since(self.epoch));
        let mut to = None;
        for snapshot in ring.iter().rev() {
            if at(snapshot) <= self.position {
                if to.is_none() {
                    let before = ring.iter().rev().nth(1);
                    return (before.or(Some(snapshot)), Some(snapshot));
                }
                return (Some(snapshot), to);
            }
            to = Some(snapshot);
        }
        (to, to)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Plays a minute of snapshots that come with the given delays (`None` is lost) and returns the
    /// part of the frames that starved in its second half, and the delay at the end.
    fn play(mut delay_ms: impl FnMut(u32) -> Option<f64>) -> (f64, f64) {
        let rate = TickRate::new(60).unwrap();
        let epoch = Tick(u32::MAX - 500);
        let mut playout = Playout::new(rate, epoch);
        let mut arrivals: Vec<(f64, u32)> = (0..1800_u32)
            .filter_map(|n| delay_ms(n).map(|d| (f64::from(n) * 1000.0 / 30.0 + d, n * 2)))
            .collect();
        arrivals.sort_by(|a, b| a.0.total_cmp(&b.0));
        let mut arrivals = arrivals.into_iter().peekable();
        let (mut frames, mut starved, mut last) = (0, 0, f64::MIN);
        for frame in 0..60 * 60 {
            let now_ms = f64::from(frame) * 1000.0 / 60.0;
            while let Some((at, tick)) = arrivals.next_if(|(at, _)| *at <= now_ms) {
                playout.handle_snapshot(epoch + tick, 2, Duration::from_secs_f64(at / 1000.0));
            }
            if let Some(view) = playout.advance(Duration::from_secs_f64(now_ms / 1000.0)) {
                let position = view.position;
                assert!(frame < 60 || position >= last, "the view went backwards");
                last = position;
                if frame > 1800 {
                    frames += 1;
                    starved += i32::from(view.starved);
                }
            }
        }
        (f64::from(starved) / f64::from(frames), playout.delay_ticks())
    }

    #[test]
    fn on_a_clean_link_the_view_lags_one_interval_and_never_starves() {
        let (starved, delay) = play(|_| Some(40.0));
        assert_eq!(starved, 0.0);
        assert!(delay <= 2.6, "{delay} ticks");
    }

    #[test]
    fn with_loss_and_jitter_the_view_rarely_starves() {
        let mut state = 9_u64;
        let mut random = move || {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) as f64 / f64::from(1_u32 << 31)
        };
        let (starved, delay) = play(|_| {
            let jitter = random() * 20.0;
            (random() > 0.05).then_some(75.0 + jitter)
        });
        assert!(starved <= 0.01, "{starved}");
        assert!((3.0..=9.0).contains(&delay), "{delay} ticks");
    }
}
