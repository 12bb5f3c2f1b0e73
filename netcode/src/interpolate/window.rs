//! What the view remembers of the last snapshots: how long they were under way, and what their frames
//! needed.
//!
//! It is looked over for each snapshot and each frame, and is 40 kB: a thousand clients in one process would
//! do little else. So the answers are kept until something comes or goes that could change them, which is
//! seldom: they are of the worst few, and of the best one. They are never anything but what looking it all over
//! would have given.

use super::{LONGEST_BURST, MOST_UNSEEN, SPARED, WINDOW};
use crate::clock::enough::enough;
use std::collections::VecDeque;

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

/// How far behind the time the view would have had to be for the frames of one snapshot.
#[derive(Clone, Copy, Debug)]
pub(super) struct Need {
    pub(super) at: f64,
    pub(super) ticks: f64,
    /// Snapshots that were lost just before it.
    pub(super) lost: f64,
}

/// The needs of the last snapshots.
#[derive(Clone, Debug)]
pub(super) struct Needs {
    held: VecDeque<Need>,
    /// How many of them were preceded by losses.
    gaps: usize,
    /// The last answer, as long as it holds.
    answer: Option<Answer>,
}

/// What was enough.
#[derive(Clone, Copy, Debug)]
struct Answer {
    spared: usize,
    /// Needs below this are in time anyway: whether they are there changes nothing.
    below: f64,
    enough: f64,
    unseen: f64,
}

impl Needs {
    pub(super) fn new() -> Self {
        Self { held: VecDeque::with_capacity(WINDOW), gaps: 0, answer: None }
    }

    pub(super) fn len(&self) -> usize {
        self.held.len()
    }

    pub(super) fn push(&mut self, need: Need) {
        let gone = if self.held.len() == WINDOW { self.held.pop_front() } else { None };
        self.held.push_back(need);
        self.gaps += usize::from(need.lost > 0.0);
        self.gaps -= usize::from(gone.is_some_and(|gone| gone.lost > 0.0));
        let matters = |answer: &Answer, need: Need| need.lost > 0.0 || need.ticks >= answer.below;
        let answer = self.answer.as_ref();
        if answer.is_some_and(|it| matters(it, need) || gone.is_some_and(|gone| matters(it, gone)))
        {
            self.answer = None;
        }
    }

    /// The worst of the last few at `now`, if the server's clock runs faster than ours by `drift`.
    pub(super) fn worst(&self, few: usize, now: f64, drift: f64) -> f64 {
        let old = self.held.len().saturating_sub(few);
        self.held.range(old..).map(|need| need.at(now, drift)).fold(f64::MIN, f64::max)
    }

    /// Forgets all but the last few.
    pub(super) fn keep(&mut self, few: usize) {
        self.held.drain(..self.held.len().saturating_sub(few));
        self.gaps = self.held.iter().filter(|need| need.lost > 0.0).count();
        self.answer = None;
    }

    /// The least lag with which the view would have run past what there was no longer than is spared, with room
    /// for bursts that were not seen yet, in ticks. `interval` is the space between two snapshots.
    pub(super) fn enough(&mut self, now: f64, interval: f64, drift: f64) -> Option<f64> {
        let spared =
            if self.gaps > 0 { self.held.len() as f64 * interval * SPARED } else { 0.0 } as usize;
        let held = self.answer.filter(|answer| answer.spared == spared && drift == 0.0);
        let answer = match held {
            Some(answer) => answer,
            None => self.look_over(now, interval, drift, spared)?,
        };
        // With clocks that run apart each need changes all the time.
        self.answer = Some(answer).filter(|_| drift == 0.0 && self.held.len() > spared);
        Some(answer.enough + interval * answer.unseen)
    }

    fn look_over(&self, now: f64, interval: f64, drift: f64, spared: usize) -> Option<Answer> {
        let mut needs: Vec<f64> = self.held.iter().map(|need| need.at(now, drift)).collect();
        let last = needs.len().checked_sub(1)?;
        let (_, below, _) =
            needs.select_nth_unstable_by(last.saturating_sub(spared), f64::total_cmp);
        let below = *below;
        let gaps = self.held.iter().map(|need| need.lost).filter(|lost| *lost > 0.0);
        let unseen = unseen(gaps);
        let enough = enough(needs, spared, LONGEST_BURST * interval)?;
        Some(Answer { spared, below, enough, unseen })
    }
}

impl Need {
    /// What it is worth at `now`.
    fn at(&self, now: f64, drift: f64) -> f64 {
        self.ticks - drift * (now - self.at)
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

    /// Numbers from 0 to 1.
    fn random() -> impl FnMut() -> f64 {
        let mut state = 5_u64;
        move || {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) as f64 / f64::from(1_u32 << 31)
        }
    }

    #[test]
    fn what_is_kept_is_what_looking_all_over_would_give() {
        let mut random = random();
        let (mut needs, mut transits) = (Needs::new(), Transits::new());
        for number in 0..6 * WINDOW {
            let at = number as f64;
            // Clean, then with losses, with drift, and with needs that mostly are the same.
            let (phase, coarse) = (number / WINDOW, (random() * 4.0).floor());
            let lost = if phase % 3 == 1 && random() < 0.02 { 1.0 + coarse } else { 0.0 };
            let drift = if phase == 2 { 0.01 } else { 0.0 };
            let ticks = if phase == 4 { coarse } else { random() + 40.0 * random().powi(30) };
            needs.push(Need { at, ticks, lost });
            transits.push(ticks);
            if number == 5 * WINDOW {
                needs.keep(30);
                transits.keep(30);
            }
            let anew = {
                let mut other = needs.clone();
                other.answer = None;
                other.gaps = other.held.iter().filter(|need| need.lost > 0.0).count();
                other.enough(at, 2.0, drift)
            };
            assert_eq!(needs.enough(at, 2.0, drift), anew, "{number}");
            assert_eq!(transits.least(), transits.held.iter().copied().fold(f64::MAX, f64::min));
        }
    }

    #[test]
    fn a_quiet_window_is_not_looked_over_again() {
        let (mut random, mut needs) = (random(), Needs::new());
        let mut looked = 0;
        for number in 0..3 * WINDOW {
            needs.push(Need { at: 0.0, ticks: random(), lost: 0.0 });
            looked += usize::from(number >= WINDOW && needs.answer.is_none());
            needs.enough(0.0, 2.0, 0.0);
        }
        assert!(looked < 20, "{looked} of {}", 2 * WINDOW);
    }
}
