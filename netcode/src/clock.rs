//! The client's clock: which tick it is, so that inputs arrive just before the server needs them.
//!
//! The client runs ahead of the server by half a round trip and a margin. It does not compute that
//! lead from the round-trip time: the server says in every snapshot by how many ticks the inputs were
//! early ([`crate::input::buffer::InputBuffer::take_margin`]), and the clock is shifted until the
//! least margin of the last seconds is [`TARGET_TICKS`]. (Overwatch and Unity's Netcode for Entities
//! steer by arrival as well; see docs/decisions.)
//!
//! Shifts are hidden in the speed, at most 3 %, unless they are so large that it would take seconds.

use crate::tick::{Tick, TickRate};
use std::{collections::VecDeque, time::Duration};

/// The margin that the worst but one of the last [`WINDOW`] snapshots should report.
const TARGET_TICKS: i8 = 1;
/// Snapshots that are looked at: three seconds at 30 a second.
const WINDOW: usize = 90;
/// Snapshots that it takes to believe that inputs come too late.
const WINDOW_LATE: usize = 15;
/// The most by which time runs faster or slower.
const DILATION: f64 = 0.03;
/// Ticks by which inputs may be too early before the clock stands still instead of slowing down:
/// dilation would take more than four seconds for it.
const JUMP_BACK_TICKS: f64 = 8.0;
/// The same for inputs that come too late. It is less, since until then every input is lost.
const JUMP_AHEAD_TICKS: f64 = 3.0;
/// Ticks that are made up for in one call before the rest is dropped: a second at 60 Hz.
const CATCH_UP_TICKS: f64 = 60.0;

/// Where the client is in the game's time.
#[derive(Clone, Debug)]
pub struct Clock {
    rate: TickRate,
    base: Tick,
    /// Ticks since `base`, with their fraction.
    position: f64,
    last_advance: Duration,
    /// Ticks handed out so far, since `base`.
    handed_out: u32,
    /// What is still to be shifted, in ticks; positive is faster.
    pending: f64,
    margins: VecDeque<i8>,
    /// Margins of inputs up to this tick tell of the time before the last shift.
    stale_through: Option<Tick>,
    jumps: u32,
    /// Whether the first guess has proved right or was put right. Until then nobody has got used to
    /// anything, and shifts are made at once.
    settled: bool,
}

impl Clock {
    /// Starts at the tick that the server will be at when an input sent now arrives.
    #[must_use]
    pub fn new(rate: TickRate, server_tick: Tick, round_trip: Duration, now: Duration) -> Self {
        let lead = rate.ticks(round_trip).ceil() as u32 + 2;
        Self {
            rate,
            base: server_tick + lead,
            position: 0.0,
            last_advance: now,
            handed_out: 0,
            pending: 0.0,
            margins: VecDeque::with_capacity(WINDOW),
            stale_through: None,
            jumps: 0,
            settled: false,
        }
    }

    /// Lets time pass and returns the ticks that are due, none or several, the oldest first.
    pub fn advance(&mut self, now: Duration) -> impl Iterator<Item = Tick> + use<> {
        let elapsed = self.rate.ticks(now.saturating_sub(self.last_advance));
        self.last_advance = now;
        let shift = self.pending.clamp(-elapsed * DILATION, elapsed * DILATION);
        self.pending -= shift;
        if shift != 0.0 {
            self.stale_through = Some(self.tick());
        }
        self.position += elapsed + shift;
        let behind = self.position - f64::from(self.handed_out);
        if behind > CATCH_UP_TICKS {
            // A frozen window or a sleeping laptop: those ticks are over on the server too.
            self.handed_out += (behind - 1.0) as u32;
        }
        let from = self.handed_out;
        self.handed_out = self.handed_out.max(self.position.max(0.0) as u32);
        let base = self.base;
        (from..self.handed_out).map(move |ticks| base + ticks + 1)
    }

    /// Hears from the snapshot of `server_tick` with what least margin inputs came. What it says of
    /// inputs that were made before the last shift is ignored, however long they took.
    pub fn handle_margin(&mut self, server_tick: Tick, margin_ticks: i8) {
        let heard_of = Tick(server_tick.0.wrapping_add_signed(i32::from(margin_ticks)));
        let stale = self.stale_through.is_some_and(|through| !heard_of.is_after(through));
        if stale || self.pending != 0.0 {
            return;
        }
        if self.margins.len() == WINDOW {
            self.margins.pop_front();
        }
        self.margins.push_back(margin_ticks);
        let shift = self.shift();
        if shift == 0.0 {
            self.settled |= self.margins.len() >= WINDOW_LATE;
            return;
        }
        self.margins.clear();
        self.stale_through = Some(self.tick());
        let bound = if shift > 0.0 { JUMP_AHEAD_TICKS } else { JUMP_BACK_TICKS };
        if !self.settled || shift.abs() >= bound {
            self.jump(shift);
        } else {
            self.pending = shift;
        }
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

    /// By how many ticks the margins seen so far say that the clock is off; positive is too late.
    fn shift(&self) -> f64 {
        let late = self.margins.iter().rev().take(WINDOW_LATE).filter(|m| **m < 0).count();
        if self.margins.len() < WINDOW_LATE {
            // Three misses in a row at once need no more evidence.
            let misses = self.margins.iter().rev().take(3).filter(|m| **m < 0).count();
            return if misses == 3 { self.deficit(3) } else { 0.0 };
        }
        if late >= 2 {
            return self.deficit(WINDOW_LATE);
        }
        if self.margins.len() < WINDOW {
            return 0.0;
        }
        let mut sorted: Vec<i8> = self.margins.iter().copied().collect();
        sorted.sort_unstable();
        let low = sorted.get(1).copied().unwrap_or(TARGET_TICKS);
        match f64::from(low - TARGET_TICKS) {
            surplus if surplus > 0.0 => -surplus,
            deficit if deficit < 0.0 => 0.5,
            _ => 0.0,
        }
    }

    /// The shift that would have brought the second worst of the last `count` margins to the target.
    fn deficit(&self, count: usize) -> f64 {
        let mut last: Vec<i8> = self.margins.iter().rev().take(count).copied().collect();
        last.sort_unstable();
        let low = last.get(1).copied().unwrap_or(TARGET_TICKS);
        f64::from(TARGET_TICKS.saturating_sub(low)).max(0.5)
    }

    fn jump(&mut self, shift: f64) {
        self.jumps = self.jumps.wrapping_add(1);
        if shift > 0.0 {
            // Ticks between are skipped, not played: the server is past them.
            self.position += shift;
            self.handed_out += shift as u32;
        } else {
            // The clock stands until time has caught up with what was handed out.
            self.position += shift;
        }
        self.stale_through = Some(self.tick());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A server and a link with a fixed delay; returns the margins of the last second.
    fn run(
        one_way_ms: f64,
        seconds: u32,
        jump_at: Option<(u32, f64)>,
        start_margin: f64,
    ) -> (Vec<i8>, Clock) {
        let rate = TickRate::new(60).unwrap();
        let round_trip = Duration::from_secs_f64(one_way_ms * 2.0 / 1000.0);
        let mut clock = Clock::new(rate, Tick(u32::MAX - 100), round_trip, Duration::ZERO);
        clock.position += start_margin;
        let mut delay_ms = one_way_ms;
        let mut in_flight: VecDeque<(f64, Tick)> = VecDeque::new();
        let mut back: VecDeque<(f64, Tick, i8)> = VecDeque::new();
        let mut newest = Tick(u32::MAX - 100);
        let mut margins = Vec::new();
        for frame in 0..seconds * 240 {
            let now_ms = f64::from(frame) * 1000.0 / 240.0;
            let now = Duration::from_secs_f64(now_ms / 1000.0);
            if let Some((second, to_ms)) = jump_at
                && frame == second * 240
            {
                delay_ms = to_ms;
            }
            for tick in clock.advance(now) {
                in_flight.push_back((now_ms + delay_ms, tick));
            }
            while in_flight.front().is_some_and(|(at, _)| *at <= now_ms) {
                newest = newest.max(in_flight.pop_front().unwrap().1);
            }
            if frame % 8 == 0 {
                // The welcome was half a round trip old when the client's time began.
                let elapsed = rate.ticks(Duration::from_secs_f64((now_ms + one_way_ms) / 1000.0));
                let needed = Tick(u32::MAX - 100) + elapsed as u32;
                let margin = newest.since(needed).clamp(-128, 127) as i8;
                back.push_back((now_ms + delay_ms, needed, margin));
                if frame >= (seconds - 1) * 240 {
                    margins.push(margin);
                }
            }
            while back.front().is_some_and(|(at, ..)| *at <= now_ms) {
                let (_, tick, margin) = back.pop_front().unwrap();
                clock.handle_margin(tick, margin);
            }
        }
        (margins, clock)
    }

    #[test]
    fn margins_settle_just_above_zero_from_either_side() {
        for start in [-6.0, 0.0, 6.0, 20.0] {
            let (margins, _) = run(75.0, 14, None, start);
            assert!(margins.iter().all(|m| (0..=2).contains(m)), "from {start}: {margins:?}");
        }
    }

    #[test]
    fn a_jump_of_the_delay_is_followed() {
        let (margins, clock) = run(20.0, 12, Some((5, 220.0)), 0.0);
        assert!(margins.iter().all(|m| (0..=3).contains(m)), "{margins:?}");
        assert!(clock.jumps() >= 1);
    }

    #[test]
    fn time_runs_at_most_three_percent_fast() {
        let rate = TickRate::new(60).unwrap();
        let mut clock = Clock::new(rate, Tick(0), Duration::ZERO, Duration::ZERO);
        clock.pending = 5.0;
        let due =
            (1..=100).map(|f| clock.advance(Duration::from_millis(f * 10)).count()).sum::<usize>();
        assert!((61..=62).contains(&due), "{due} ticks in a second");
    }
}
