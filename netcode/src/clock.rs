//! The client's clock: which tick it is, so that inputs arrive just before the server needs them.
//!
//! The client runs ahead of the server by half a round trip and a margin. It does not compute that
//! lead from the round-trip time: the server says in its snapshots by how much the inputs were early
//! ([`crate::input::report`]). For each of these reports the clock knows when it handed out the input
//! that is spoken of, and so by how far it would have had to be ahead at least. That need depends on
//! the network alone, not on what the clock does about it, so that a shift makes no measurement
//! worthless, and the clock can't chase its own tail. It aims at the worst need of the last seconds but
//! a few, plus what the client's own frames cost, plus a guard. (Overwatch, Unity's Netcode for
//! Entities and Counter-Strike 2 steer by arrival as well; see docs/decisions/0017.)
//!
//! Shifts are hidden in the speed, at most 3 %, unless that would take seconds.

use crate::{
    limits,
    tick::{Tick, TickRate},
};
use std::{collections::VecDeque, time::Duration};

mod bearings;
pub(crate) mod drift;
pub(crate) mod enough;
pub(crate) mod steady;

use bearings::Bearings;
use drift::Drift;
use enough::{Need, Needs};

/// Seconds that a need is remembered.
const WINDOW_S: f64 = 12.0;
/// Of a thousand ticks with a report, how many may go without their input; one more may once there are
/// [`SPARES`].
const SPARED_PER_MILLE: usize = 5;
/// Reports from which one may be an odd one out.
const SPARES: usize = 60;
/// A need so many ticks above others is one of an outage.
const OUTAGE_TICKS: f64 = 8.0;
/// What is kept above the measured need, in ticks: a millisecond at 60 Hz, for what the window has not
/// seen yet.
const GUARD_TICKS: f64 = 0.06;
/// What the first guess adds to the round trip, in ticks. The guess is rough, too early costs nothing
/// for half a second, and every input that comes too late is lost.
const START_TICKS: f64 = 5.0;
/// Which part of the spread of needs is added for those that were not seen yet, times how many were.
const UNSEEN: f64 = 3.0;
/// Seconds after which the goal is computed anew.
const REVIEW_S: f64 = 0.1;
/// Reports that it takes to settle after the start.
const SETTLE: usize = 15;
/// The least time, in seconds, in which a fall of the need is believed to be one of the path.
const FALL_S: f64 = 0.7;
/// Ticks by which the need must have fallen for the past to be forgotten at once.
const FALL_TICKS: f64 = 4.0;
/// The most by which time runs faster or slower.
const DILATION: f64 = 0.03;
/// Ticks by which inputs may be too early before the clock stands still instead of slowing down:
/// dilation would take more than four seconds for it.
const JUMP_BACK_TICKS: f64 = 7.0;
/// The same for inputs that come too late. It is less, since until then every input is lost.
const JUMP_AHEAD_TICKS: f64 = 2.0;
/// Ticks that are made up for in one call before the rest is dropped: a second at 60 Hz.
const CATCH_UP_TICKS: f64 = 60.0;
/// What is believed to pass from one call to the next at most: more is a clock that was set.
const LONGEST: Duration = Duration::from_secs(24 * 3_600);
/// Frames that the longest wait for a frame is taken from.
const FRAMES: usize = 64;
/// Of so many frames one may take longer: a hiccup is no frame rate.
const HICCUPS: usize = 16;
/// Ticks for which it is known when they were handed out.
const HANDED_OUT: usize = 512;

/// Where the client is in the game's time.
#[derive(Clone, Debug)]
pub struct Clock {
    rate: TickRate,
    base: Tick,
    started: Duration,
    last_advance: Duration,
    /// Ticks since `base`, with their fraction.
    position: f64,
    /// Ticks handed out so far, since `base`.
    handed_out: u32,
    /// When each of the last ticks was handed out, in ticks since `started`.
    times: VecDeque<f64>,
    /// The wait between the last frames, in ticks.
    frames: VecDeque<f64>,
    /// By how much the clock would have had to be ahead of the time since `started`, with the time
    /// that each is of.
    needs: Needs,
    /// The last two that were told of.
    told: [Option<Need>; 2],
    drift: Drift,
    bearings: Bearings,
    jumps: u32,
    /// Whether the first guess was put right. Until then nobody has got used to anything, and shifts
    /// are made at once.
    settled: bool,
    /// By how much the clock should be ahead, as of a time.
    goal: Option<Need>,
}

impl Clock {
    /// Starts a little after the tick that the server will be at when an input sent now arrives.
    #[must_use]
    pub fn new(rate: TickRate, server_tick: Tick, round_trip: Duration, now: Duration) -> Self {
        let lead = (rate.ticks(round_trip) + START_TICKS).ceil() as u32;
        Self {
            rate,
            base: server_tick + lead,
            started: now,
            last_advance: now,
            position: 0.0,
            handed_out: 0,
            times: VecDeque::with_capacity(HANDED_OUT),
            frames: VecDeque::with_capacity(FRAMES),
            needs: Needs::default(),
            told: [None; 2],
            drift: Drift::default(),
            bearings: Bearings::new(rate.ticks(round_trip)),
            jumps: 0,
            settled: false,
            goal: None,
        }
    }

    /// Lets time pass and returns the ticks that are due, none or several, the oldest first.
    pub fn advance(&mut self, now: Duration) -> impl Iterator<Item = Tick> + use<> {
        let elapsed = self.rate.ticks(now.saturating_sub(self.last_advance).min(LONGEST));
        self.last_advance = now;
        if elapsed > 0.0 {
            push(&mut self.frames, elapsed, FRAMES);
        }
        // The position has yet to follow the time.
        let error = if self.goal.is_some() { self.error() - elapsed } else { 0.0 };
        let shift = error.clamp(-elapsed * DILATION, elapsed * DILATION);
        self.position += elapsed + shift;
        self.find_back();
        let behind = self.position - f64::from(self.handed_out);
        if behind > CATCH_UP_TICKS {
            // A frozen window or a sleeping laptop: those ticks are over on the server too.
            self.skip((behind - 1.0) as u32);
        }
        let from = self.handed_out;
        self.handed_out = self.handed_out.max(self.position.max(0.0) as u32);
        let time = self.elapsed();
        for _ in from..self.handed_out {
            push(&mut self.times, time, HANDED_OUT);
        }
        let base = self.base;
        (from..self.handed_out).map(move |ticks| base + ticks + 1)
    }

    /// Hears nothing of inputs from the snapshot of `server_tick`: they came as they did, and none was worse than what is
    /// known. It counts as one that told of the lesser of the last two needs, so that those which are told since they are
    /// worse are as few among all as they are. `now` is when the snapshot came.
    pub(crate) fn handle_silence(&mut self, server_tick: Tick, now: Duration) {
        self.note(server_tick, None, now);
        // A second of silence is a server that tells nothing, of which there is nothing to remember.
        let second = f64::from(self.rate.hz());
        if let [Some(before), Some(last)] = self.told
            && self.elapsed() - last.at < second
        {
            self.needs.push(Need { at: last.at, ticks: last.ticks.min(before.ticks) });
        }
    }

    /// Hears from the snapshot of `server_tick` with what least margin inputs came since the snapshot
    /// `interval_ticks` before it, if any came. `now` is when the snapshot came.
    pub fn handle_margin(
        &mut self,
        server_tick: Tick,
        margin_ticks: Option<f32>,
        interval_ticks: u32,
        now: Duration,
    ) {
        let margin = margin_ticks.map(f64::from);
        self.note(server_tick, margin, now);
        let Some(margin) = margin else { return };
        // The input is one of those for the ticks since the snapshot before. The one that was handed
        // out latest asks for the least lead, the earliest for the most; none is believed too little.
        let newest = server_tick.since(self.base).saturating_add(margin.floor() as i32);
        let candidates = (0..interval_ticks.clamp(1, 8) as i32).filter_map(|back| {
            let tick = newest.saturating_sub(back);
            let at = self.time_of(tick)?;
            Some(Need { at, ticks: f64::from(tick) - at - margin })
        });
        let Some(need) = candidates.max_by(|a, b| a.ticks.total_cmp(&b.ticks)) else { return };
        self.needs.push(need);
        self.told = [self.told[1], Some(need)];
        self.steer(need);
    }

    /// Takes a snapshot's own tick.
    fn note(&mut self, server_tick: Tick, margin: Option<f64>, now: Duration) {
        let time = self.rate.ticks(now.saturating_sub(self.started));
        let tick = f64::from(server_tick.since(self.base));
        self.bearings.note(tick, time, time + self.ahead(), margin);
        self.drift.note(time, tick, self.rate);
    }

    /// The newest tick that was handed out.
    #[must_use]
    pub fn tick(&self) -> Tick {
        self.base + self.handed_out
    }

    /// How far the clock is past [`Clock::tick`] on the way to the next one, 0 to 1.
    #[must_use]
    pub fn fraction(&self) -> f32 {
        (self.position - f64::from(self.handed_out)).clamp(0.0, 1.0) as f32
    }

    /// How often the clock had to jump.
    #[must_use]
    pub fn jumps(&self) -> u32 {
        self.jumps
    }

    /// Sets the goal anew, and jumps to it when that is called for; dilation does the rest, frame by
    /// frame.
    fn steer(&mut self, newest: Need) {
        let late = self.needs.iter().rev().take(3).filter(|need| need.ticks > self.ahead()).count();
        if self.needs.len() < SETTLE && late < 3 {
            return;
        }
        let second = f64::from(self.rate.hz());
        let fresh = |goal: Need| self.elapsed() - goal.at < REVIEW_S * second;
        if self.settled && late == 0 && self.goal.is_some_and(fresh) {
            return;
        }
        self.forget(newest.at);
        self.goal = self.wanted();
        let error = self.error();
        let bound = if error > 0.0 { JUMP_AHEAD_TICKS } else { JUMP_BACK_TICKS };
        if error.abs() >= if self.settled { bound } else { 1.0 } {
            self.jump(error);
        }
        self.settled |= self.needs.len() >= SETTLE;
    }

    /// Forgets what is too long ago, and everything from before the path became shorter.
    fn forget(&mut self, now: f64) {
        let second = f64::from(self.rate.hz());
        while self.needs.iter().next().is_some_and(|need| now - need.at > WINDOW_S * second) {
            self.needs.pop();
        }
        let recent = self.needs.iter().rev().take_while(|need| now - need.at <= FALL_S * second);
        let (recent, worst) =
            recent.fold((0, f64::MIN), |(count, worst), need| (count + 1, need.ticks.max(worst)));
        if recent < SETTLE || recent == self.needs.len() {
            return;
        }
        if self.need().is_some_and(|(need, _)| need - worst > FALL_TICKS) {
            self.needs.keep(recent);
        }
    }

    /// By how many ticks the clock is off; positive is too late.
    fn error(&self) -> f64 {
        self.goal.map_or(0.0, |goal| {
            goal.ticks + self.drift.ticks_per_tick() * (self.elapsed() - goal.at) - self.ahead()
        })
    }

    /// By how much the clock must be ahead for all but a few inputs to come in time.
    fn wanted(&mut self) -> Option<Need> {
        let at = self.elapsed();
        let (need, least) = self.need()?;
        // Few measurements have not seen the worst yet.
        let unseen = (need - least) * UNSEEN / self.needs.len() as f64;
        // A tick that becomes due just behind a frame has to wait for the next.
        let hiccups = self.frames.len() / HICCUPS;
        let wait = worst_but(self.frames.iter().copied(), hiccups).unwrap_or(0.0);
        Some(Need { at, ticks: need + unseen + wait + GUARD_TICKS })
    }

    /// The least lead with which no more inputs come too late than are spared, and with which none of the
    /// measured ones would have been too early.
    fn need(&mut self) -> Option<(f64, f64)> {
        let count = self.needs.len();
        let spared = count * SPARED_PER_MILLE / 1000 + usize::from(count >= SPARES);
        let (now, drift) = (self.elapsed(), self.drift.ticks_per_tick());
        self.needs.enough(now, drift, spared, OUTAGE_TICKS)
    }

    /// By how much the clock is ahead of the time that has passed.
    fn ahead(&self) -> f64 {
        self.position - self.elapsed()
    }

    /// Ticks since the start.
    fn elapsed(&self) -> f64 {
        self.rate.ticks(self.last_advance.saturating_sub(self.started))
    }

    /// When the tick that is so many after `base` was handed out.
    fn time_of(&self, tick: i32) -> Option<f64> {
        let back = i64::from(self.handed_out) - i64::from(tick);
        let place = i64::try_from(self.times.len()).ok()?.checked_sub(1)?.checked_sub(back)?;
        self.times.get(usize::try_from(place).ok()?).copied()
    }

    fn jump(&mut self, shift: f64) {
        self.jumps = self.jumps.wrapping_add(1);
        self.position += shift;
        if shift > 0.0 {
            // Ticks between are skipped, not played: the server is past them.
            self.skip(shift as u32);
        }
        // Otherwise the clock stands until time has caught up with what was handed out. A report may
        // be of either of two ticks, which must not be one from before and one from after that.
        self.times.clear();
    }

    /// Starts anew where the snapshots say that the server is, if the clock has lost it.
    fn find_back(&mut self) {
        let time = self.elapsed();
        let Some(shift) = self.bearings.lost(time, self.position) else { return };
        let shift = shift + START_TICKS;
        self.position += shift;
        if shift > 0.0 || -shift > limits::INPUTS_AHEAD as f64 {
            // Ticks may be handed out a second time: those that the server did not keep. Otherwise the
            // clock stands until time has caught up with those that it did.
            let whole = self.position.floor();
            self.base = Tick(self.base.0.wrapping_add_signed(whole as i32 - 1));
            (self.position, self.handed_out) = (1.0 + self.position - whole, 0);
        }
        self.bearings.restart(time);
        self.drift = Drift::default();
        self.needs.clear();
        self.told = [None; 2];
        self.times.clear();
        (self.goal, self.settled) = (None, false);
        self.jumps = self.jumps.wrapping_add(1);
    }

    /// Leaves out so many ticks.
    fn skip(&mut self, ticks: u32) {
        self.handed_out += ticks;
        self.times.clear();
    }
}

fn push(window: &mut VecDeque<f64>, value: f64, capacity: usize) {
    if window.len() == capacity {
        window.pop_front();
    }
    window.push_back(value);
}

/// The largest value once `spared` larger ones are left out.
fn worst_but(values: impl Iterator<Item = f64>, spared: usize) -> Option<f64> {
    let mut values: Vec<f64> = values.collect();
    let place = values.len().checked_sub(spared.saturating_add(1))?;
    Some(*values.select_nth_unstable_by(place, f64::total_cmp).1)
}

#[cfg(test)]
mod tests;
