//! What the view remembers of the last snapshots: how long they were under way, and what their frames
//! needed.
//!
//! It is asked for with each snapshot and each frame, and is 30 kB: a thousand clients in one process would
//! do little else than look it over. So what was found is kept as long as it holds.

use super::{LONGEST_BURST, MOST_UNSEEN, SPARED, WINDOW};
use crate::clock::enough::{Need, Needs};
use std::{collections::VecDeque, ops::RangeInclusive};

/// Snapshots that are lost in a row on average where losses come in bursts.
const BURSTY: f64 = 1.7;

/// When each of the last snapshots came, less when it was made: ticks.
#[derive(Clone, Debug)]
pub(super) struct Transits {
    held: VecDeque<f64>,
    least: f64,
}

impl Transits {
    pub(super) fn new() -> Self {
        Self { held: VecDeque::with_capacity(WINDOW), least: f64::INFINITY }
    }

    pub(super) fn push(&mut self, transit: f64) {
        let gone = if self.held.len() == WINDOW { self.held.pop_front() } else { None };
        self.held.push_back(transit);
        self.least = self.least.min(transit);
        if gone.is_some_and(|gone| gone <= self.least) {
            self.find_least();
        }
    }

    pub(super) fn newest(&self) -> Option<f64> {
        self.held.back().copied()
    }

    /// The least of all; infinite without any.
    pub(super) fn least(&self) -> f64 {
        self.least
    }

    /// By how much the slowest of the last few is faster than the slowest before them.
    pub(super) fn fall(&self, few: usize) -> f64 {
        let known = self.held.len().saturating_sub(few);
        let slowest = |transits: &mut dyn Iterator<Item = &f64>| {
            transits.fold(f64::MIN, |slowest, transit| slowest.max(*transit))
        };
        slowest(&mut self.held.iter().take(known)) - slowest(&mut self.held.iter().skip(known))
    }

    /// Forgets all but the last few.
    pub(super) fn keep(&mut self, few: usize) {
        self.held.drain(..self.held.len().saturating_sub(few));
        self.find_least();
    }

    fn find_least(&mut self) {
        self.least = self.held.iter().copied().fold(f64::INFINITY, f64::min);
    }
}

/// How far behind the time the view would have had to be for the frames of each of the last snapshots.
#[derive(Clone, Debug)]
pub(super) struct Window {
    needs: Needs,
    /// How many snapshots were lost just before one, and when that one came, where some were.
    gaps: VecDeque<(f64, f64)>,
}

impl Window {
    pub(super) fn new() -> Self {
        Self { needs: Needs::default(), gaps: VecDeque::new() }
    }

    pub(super) fn len(&self) -> usize {
        self.needs.len()
    }

    /// The next snapshot's, before which so many were lost.
    pub(super) fn push(&mut self, need: Need, lost: f64) {
        if self.needs.len() == WINDOW {
            self.needs.pop();
        }
        self.needs.push(need);
        if lost > 0.0 {
            self.gaps.push_back((need.at, lost));
        }
        self.forget_gaps();
    }

    /// The worst of the last few at `now`, if the server's clock runs faster than ours by `drift`.
    pub(super) fn worst(&self, few: usize, now: f64, drift: f64) -> f64 {
        let newest = self.needs.iter().rev().take(few);
        newest.map(|need| need.worth(now, -drift)).fold(f64::MIN, f64::max)
    }

    /// Forgets all but the last few.
    pub(super) fn keep(&mut self, few: usize) {
        self.needs.keep(few);
        self.forget_gaps();
    }

    /// Forgets what was needed at those times.
    pub(super) fn forget_between(&mut self, times: &RangeInclusive<f64>) {
        self.needs.forget_between(times);
        self.gaps.retain(|(at, _)| !times.contains(at));
    }

    /// The least lag with which the view would have run past what there was no longer than is spared, with room
    /// for bursts that were not seen yet, in ticks. `interval` is the space between two snapshots.
    pub(super) fn enough(&mut self, now: f64, interval: f64, drift: f64) -> Option<f64> {
        let loses = !self.gaps.is_empty();
        let spared = if loses { self.needs.len() as f64 * interval * SPARED } else { 0.0 };
        let outage = LONGEST_BURST * interval;
        let (need, _) = self.needs.enough(now, -drift, spared as usize, outage)?;
        Some(need + interval * unseen(self.gaps.iter().map(|(_, lost)| *lost)))
    }

    fn forget_gaps(&mut self) {
        let oldest = self.needs.iter().next().map_or(f64::MAX, |need| need.at);
        while self.gaps.pop_front_if(|(at, _)| *at < oldest).is_some() {}
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_least_transit_is_that_of_the_window() {
        let (mut transits, mut state) = (Transits::new(), 5_u64);
        for number in 0..4 * WINDOW {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            // They grow in the second half, as with a clock that runs apart.
            let grows = number.saturating_sub(2 * WINDOW) as f64;
            transits.push((state >> 60) as f64 + grows);
            if number == 3 * WINDOW {
                transits.keep(30);
            }
            let least = transits.held.iter().copied().fold(f64::MAX, f64::min);
            assert_eq!(transits.least(), least, "{number}");
        }
    }

    #[test]
    fn gaps_are_forgotten_with_the_snapshots_behind_them() {
        let mut window = Window::new();
        let mut enough = |at: usize, lost: f64| {
            let at = at as f64;
            window.push(Need { at, ticks: 1.0 }, lost);
            window.enough(at, 2.0, 0.0)
        };
        assert_eq!(enough(0, 0.0), Some(1.0));
        assert_eq!(enough(1, 3.0), Some(1.0 + 2.0 * 2.0), "a burst may be longer the next time");
        assert_eq!((2..=WINDOW).map(|at| enough(at, 0.0)).last(), Some(Some(5.0)));
        assert_eq!(enough(WINDOW + 1, 0.0), Some(1.0), "it is out of the window");
    }
}
