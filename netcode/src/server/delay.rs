//! How far behind the newest snapshot that it has a client may draw the others: measured, so that a
//! claim is not believed beyond it.
//!
//! A client cannot draw what it does not have, so its view lags until it rarely runs out
//! ([`crate::interpolate`]). The server sees the same thing from its end: an acknowledgement says when
//! a snapshot had arrived, and how unevenly acknowledgements come bounds how unevenly snapshots did.
//! Both directions shake them, so the bound errs to the client's favour, by a little.

use crate::{
    interpolate::{MOST_UNSEEN, WINDOW},
    tick::{Tick, TickRate},
};
use std::collections::VecDeque;

/// Granted beyond what was measured, in ticks: what a view may lag while it adapts, and the grain of
/// whole ticks.
const SLACK_TICKS: u32 = 2;
/// The least, in ticks: what a client begins with.
const LEAST_TICKS: u32 = 4;

/// What one client's acknowledgements tell of its delay. It remembers them for as long as a client
/// remembers its snapshots: one that still hides a burst of long ago claims the truth.
#[derive(Clone, Debug)]
pub(super) struct ViewDelay {
    most_ticks: u32,
    newest: Option<Tick>,
    /// Ticks from each snapshot to its acknowledgement, negated: the highest is the fastest.
    haste: Highest,
    /// Ticks by which a view had to lag not to run out before each of them, of which the fastest
    /// acknowledgement's age is no part.
    needs: Highest,
    /// Ticks from each to the next, and the least of them: the space between snapshots.
    gaps: Highest,
    interval_ticks: i32,
}

impl ViewDelay {
    /// Nothing measured yet. No more than half a second is ever granted.
    pub(super) fn new(rate: TickRate) -> Self {
        Self {
            most_ticks: u32::from(rate.hz()) / 2,
            newest: None,
            haste: Highest::default(),
            needs: Highest::default(),
            gaps: Highest::default(),
            interval_ticks: i32::MAX,
        }
    }

    /// The snapshot of `seen` is acknowledged at the tick `now`.
    pub(super) fn note(&mut self, seen: Tick, now: Tick) {
        let gap = self.newest.map(|newest| seen.since(newest));
        if gap.is_some_and(|gap| gap <= 0) {
            return;
        }
        self.haste.push(-now.since(seen).max(0));
        if let Some((before, gap)) = self.newest.zip(gap) {
            let fastest = -self.haste.get().unwrap_or(0);
            self.needs.push(now.since(before).max(0) - fastest);
            self.gaps.push(gap);
            self.interval_ticks = self.interval_ticks.min(gap);
        }
        self.newest = Some(seen);
    }

    /// The earliest moment that the client can be drawing, given the newest snapshot that it has.
    pub(super) fn floor(&self, seen: Tick) -> Tick {
        let need = self.needs.get().unwrap_or(0).max(0) as u32;
        // Where some are lost, a client is ready for longer bursts than it has seen.
        let loses = self.gaps.get().is_some_and(|widest| widest > self.interval_ticks);
        let unseen = if loses { MOST_UNSEEN as u32 * self.interval_ticks as u32 } else { 0 };
        let lag = need.saturating_add(unseen).saturating_add(SLACK_TICKS);
        seen - lag.clamp(LEAST_TICKS, self.most_ticks.max(LEAST_TICKS))
    }
}

/// The highest of the last [`WINDOW`] numbers, in constant time: only those are kept that nothing later
/// exceeds (the monotone queue of sliding-window maxima).
#[derive(Clone, Debug, Default)]
struct Highest {
    pushed: usize,
    kept: VecDeque<(usize, i32)>,
}

impl Highest {
    fn push(&mut self, value: i32) {
        while self.kept.back().is_some_and(|(_, last)| *last <= value) {
            self.kept.pop_back();
        }
        self.kept.push_back((self.pushed, value));
        self.pushed += 1;
        if self.kept.front().is_some_and(|(number, _)| number + WINDOW < self.pushed) {
            self.kept.pop_front();
        }
    }

    fn get(&self) -> Option<i32> {
        self.kept.front().map(|(_, value)| *value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Ticks behind a snapshot that are granted after acknowledgements of the given ages.
    fn granted(ages: impl Iterator<Item = u32>) -> u32 {
        let mut delay = ViewDelay::new(TickRate::new(60).unwrap());
        let start = Tick(u32::MAX - 20);
        for (number, age) in (0..).zip(ages) {
            delay.note(start + number * 2, start + number * 2 + age);
        }
        start.since(delay.floor(start)) as u32
    }

    #[test]
    fn a_steady_connection_is_granted_little_however_long_it_is() {
        assert_eq!(granted((0..300).map(|_| 1)), 4);
        assert_eq!(granted((0..300).map(|_| 30)), 4);
    }

    #[test]
    fn an_uneven_one_is_granted_what_it_needs_and_never_more_than_half_a_second() {
        assert_eq!(granted((0..300).map(|number| 10 + number % 5)), 4 + 2 + 2);
        assert_eq!(granted((0..300).map(|number| number % 2 * 600)), 30);
    }

    /// After a burst of so many lost snapshots and so many that came steadily.
    fn granted_after_a_burst(lost: u32, steady: u32) -> u32 {
        let mut delay = ViewDelay::new(TickRate::new(60).unwrap());
        let start = Tick(u32::MAX - 500);
        let came = (0..50).chain((0..steady).map(|number| 50 + lost + number));
        for number in came {
            delay.note(start + number * 2, start + number * 2 + 3);
        }
        start.since(delay.floor(start)) as u32
    }

    #[test]
    fn what_a_client_may_still_hide_is_granted_and_nothing_older() {
        // Six were lost: fourteen ticks without one, two more snapshots, two ticks of slack.
        assert_eq!(granted_after_a_burst(6, 1), 14 + 4 + 2);
        assert_eq!(granted_after_a_burst(6, WINDOW as u32 - 1), 14 + 4 + 2);
        assert_eq!(granted_after_a_burst(6, WINDOW as u32 + 1), 4);
    }

    #[test]
    fn the_highest_of_the_last_is_that_of_a_plain_search() {
        let mut random = 1_u32;
        let (mut highest, mut all) = (Highest::default(), Vec::new());
        for _ in 0..3 * WINDOW {
            random = random.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            all.push((random >> 20) as i32);
            highest.push(all[all.len() - 1]);
            let last = &all[all.len().saturating_sub(WINDOW)..];
            assert_eq!(highest.get(), last.iter().copied().max());
        }
    }
}
