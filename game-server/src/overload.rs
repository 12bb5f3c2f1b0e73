//! What a server leaves out that has not the time for everything: whole snapshots, so that ticks come in time.
//!
//! A late tick is late for everybody: inputs miss it, and with enough of them time itself goes slower. A snapshot that
//! is not sent makes one client see others move in a longer step, and interpolation is made for that. So
//! when ticks take nearly their period, each client gets every second snapshot, or every third; and all of
//! them again as soon as that would fit. See docs/decisions/0060-snapshots-give-way-to-ticks.md.

use std::time::Duration;

/// The largest stride: 30 snapshots a second become 10. A wider gap is more than clients extrapolate others for, and would make
/// views lag by more than shots are rewound.
pub const MOST_STRIDE: u16 = 3;
/// Ticks that take more of their period than this on average leave no room for those above the average.
const TOO_MUCH: f32 = 0.85;
/// What they shall take instead.
const ENOUGH: f32 = 0.75;
/// Telling clients takes more of a period than this where leaving some out helps: what else makes ticks long stays.
const WORTH_IT: f32 = 0.2;
/// Ticks that an average goes back, about. After a change it begins anew.
const AVERAGED: u32 = 30;
/// Ticks after a change until less can be sent.
const SETTLING: u32 = 60;
/// The same after one to more, which is a try: until it is given up it makes ticks late.
const TRYING: u32 = 30;
/// Ticks with time to spare before more is sent again, if there clearly is room for it and if there is not: only
/// trying tells, for the snapshots of one tick share some of their cost.
const CALM: u32 = 120;
const UNSURE: u32 = 1_200;
/// After each try in vain it takes twice as many ticks until the next, up to this: each makes some ticks late.
const CALM_AT_MOST: u32 = 7_200;
/// No tick counts for more than so many periods: a machine that stood still for a second is not overloaded.
const COUNTS_AT_MOST: f32 = 1.5;

/// How long ticks take, and what follows from it.
#[derive(Clone, Copy, Debug)]
pub struct Overload {
    period_s: f32,
    most_stride: u16,
    /// What a tick takes on average, and how much of that is packing and sending snapshots.
    tick_s: f32,
    telling_s: f32,
    stride: u16,
    /// Ticks since it changed, and whether it was then tried to send more.
    since: u32,
    is_try: bool,
    /// Tries in vain, one after another.
    failed: u32,
}

impl Overload {
    /// For ticks of this period. Of so many of its snapshots a client gets one at the least.
    #[must_use]
    pub fn new(period: Duration, most_stride: u16) -> Self {
        Self {
            period_s: period.as_secs_f32(),
            most_stride,
            tick_s: 0.0,
            telling_s: 0.0,
            stride: 1,
            since: 0,
            is_try: false,
            failed: 0,
        }
    }

    /// Of how many of its snapshots each client is to get one.
    #[must_use]
    pub fn stride(&self) -> u16 {
        self.stride
    }

    /// A tick that told clients took so long, and telling them so much of it. Ticks that tell nobody, where all are told
    /// on the same ones, are no measure: those that do must be in time.
    pub fn note(&mut self, took: Duration, telling: Duration) {
        self.since = self.since.saturating_add(1);
        let (most_s, ticks) = (COUNTS_AT_MOST * self.period_s, self.since.min(AVERAGED) as f32);
        let approach = |average: &mut f32, took: Duration| {
            *average += (took.as_secs_f32().min(most_s) - *average) / ticks;
        };
        approach(&mut self.tick_s, took);
        approach(&mut self.telling_s, telling);
        if self.is_try && self.since >= UNSURE {
            (self.is_try, self.failed) = (false, 0);
        }
        let part = |seconds: f32| seconds / self.period_s;
        let is_too_much = part(self.tick_s) > TOO_MUCH && part(self.telling_s) > WORTH_IT;
        let settling = if self.is_try { TRYING } else { SETTLING };
        if is_too_much && self.since >= settling && self.stride < self.most_stride {
            self.failed += u32::from(self.is_try);
            // What was enough before a try is so again.
            self.change(if self.is_try { self.stride + 1 } else { self.needed() });
        } else if part(self.tick_s) < ENOUGH && self.stride > 1 {
            let has_room = part(self.tick_s_with(self.stride - 1)) < ENOUGH;
            let calm = if has_room { CALM } else { UNSURE } << self.failed.min(6);
            if self.since >= calm.min(CALM_AT_MOST) {
                self.change(self.stride - 1);
            }
        }
    }

    fn change(&mut self, stride: u16) {
        tracing::info!(
            tick_ms = self.tick_s * 1e3,
            stride,
            "each client gets one of so many snapshots"
        );
        (self.is_try, self.stride, self.since) = (stride < self.stride, stride, 0);
    }

    /// The least of the larger strides with which ticks would take enough of their period, and no more.
    fn needed(&self) -> u16 {
        let fits = |stride: &u16| self.tick_s_with(*stride) <= ENOUGH * self.period_s;
        (self.stride + 1..self.most_stride).find(fits).unwrap_or(self.most_stride)
    }

    /// What a tick would take with this stride, if telling half as many took half as long: in seconds.
    fn tick_s_with(&self, stride: u16) -> f32 {
        let all_told_s = self.telling_s * f32::from(self.stride);
        self.tick_s - self.telling_s + all_told_s / f32::from(stride)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PERIOD: Duration = Duration::from_millis(10);

    fn idle() -> Overload {
        Overload::new(PERIOD, MOST_STRIDE)
    }

    /// Ticks of this many milliseconds beside telling, and for telling everybody.
    fn play(overload: &mut Overload, ticks: u32, other: f32, telling: f32) -> u16 {
        let ms = |ms: f32| Duration::from_secs_f32(ms / 1_000.0);
        for _ in 0..ticks {
            let told = telling / f32::from(overload.stride);
            overload.note(ms(other + told), ms(told));
        }
        overload.stride
    }

    #[test]
    fn a_server_that_has_time_leaves_out_nothing() {
        for (other, telling) in [(0.1, 0.1), (2.0, 6.4), (1.0, 7.4)] {
            assert_eq!(play(&mut idle(), 2_000, other, telling), 1);
        }
    }

    #[test]
    fn as_many_snapshots_are_left_out_as_the_ticks_need() {
        for (other, telling, stride) in [(2.0, 10.0, 2), (3.0, 13.0, 3), (1.0, 60.0, 3)] {
            let mut overload = idle();
            play(&mut overload, 200, other, telling);
            assert_eq!(overload.stride, stride, "{other} + {telling}");
        }
        assert_eq!(play(&mut Overload::new(PERIOD, 2), 200, 3.0, 13.0), 2, "as far as it may");
        assert_eq!(play(&mut Overload::new(PERIOD, 1), 200, 3.0, 13.0), 1);
    }

    #[test]
    fn who_floods_a_server_takes_no_snapshots_from_others_where_that_would_not_help() {
        assert_eq!(play(&mut idle(), 1_000, 20.0, 1.0), 1);
    }

    /// Ten minutes of loads for which more is just too much, whether it seems so or not.
    #[test]
    fn what_was_tried_in_vain_is_tried_seldom() {
        for (real, seeming) in [(13.0, 13.0), (9.0, 7.0)] {
            let (mut overload, mut tries, mut last) = (idle(), 0, 1);
            for _ in 0..36_000 {
                let telling = if overload.stride > 1 { seeming } else { real };
                let stride = play(&mut overload, 1, 0.2, telling);
                tries += u32::from(stride < last);
                last = stride;
            }
            assert!((3..=14).contains(&tries), "{tries} tries");
        }
    }

    #[test]
    fn a_try_in_vain_is_short_and_not_judged_by_what_was_before_it() {
        let mut overload = idle();
        assert_eq!(play(&mut overload, 200, 1.0, 12.0), 2);
        while play(&mut overload, 1, 1.0, 5.0) == 2 {}
        // What it takes is more than it was, and just too much.
        let short = (1..100).find(|_| play(&mut overload, 1, 1.0, 7.6) == 2);
        assert_eq!(short, Some(30));
    }

    #[test]
    fn all_are_sent_again_when_there_is_time_for_all() {
        let mut overload = idle();
        assert_eq!(play(&mut overload, 200, 2.0, 30.0), 3);
        // Telling half as many does not take half as long, so that nobody could say beforehand.
        for _ in 0..2 * UNSURE + 100 {
            overload.note(Duration::from_millis(7), Duration::from_millis(6));
        }
        assert_eq!(overload.stride, 1);
        assert_eq!(play(&mut overload, UNSURE + 200, 2.0, 30.0), 3);
        assert_eq!(play(&mut overload, 2 * CALM + 100, 2.0, 5.0), 1, "it fits, and that is seen");
    }

    #[test]
    fn a_machine_that_stood_still_is_not_overloaded() {
        let mut overload = idle();
        play(&mut overload, 400, 2.0, 5.9);
        overload.note(Duration::from_secs(3), Duration::from_secs(2));
        assert_eq!(play(&mut overload, 400, 2.0, 5.9), 1);
    }
}
