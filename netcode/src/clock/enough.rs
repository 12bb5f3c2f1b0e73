//! How much is enough: the least lead, or delay, with which no more comes too late than is spared.
//!
//! It is asked many times a second about hundreds of needs of late, and changes seldom: it is made of the worst
//! few. So an answer is kept until something comes or goes that could change it ([`Needs`]); it is never
//! anything but what looking them all over would have given.

use std::{collections::VecDeque, ops::RangeInclusive};

/// How many ticks it took for one tick, measured at a time in ticks.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Need {
    pub(crate) at: f64,
    pub(crate) ticks: f64,
}

/// The needs of late, and what is enough for them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Needs {
    held: VecDeque<Need>,
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
    least: f64,
}

impl Needs {
    pub(crate) fn push(&mut self, need: Need) {
        self.doubt(need);
        if let Some(answer) = &mut self.answer {
            answer.least = answer.least.min(need.ticks);
        }
        self.held.push_back(need);
    }

    pub(crate) fn pop(&mut self) -> Option<Need> {
        let need = self.held.pop_front()?;
        self.doubt(need);
        self.answer = self.answer.filter(|answer| need.ticks > answer.least);
        Some(need)
    }

    /// The answer may be another one when this need comes or goes.
    fn doubt(&mut self, need: Need) {
        self.answer = self.answer.filter(|answer| need.ticks < answer.below);
    }

    /// Forgets all but the newest few.
    pub(crate) fn keep(&mut self, few: usize) {
        self.held.drain(..self.held.len().saturating_sub(few));
        self.answer = None;
    }

    /// Forgets what was measured at those times.
    pub(crate) fn forget_between(&mut self, times: &RangeInclusive<f64>) {
        self.held.retain(|need| !times.contains(&need.at));
        self.answer = None;
    }

    pub(crate) fn clear(&mut self) {
        self.keep(0);
    }

    pub(crate) fn len(&self) -> usize {
        self.held.len()
    }

    /// The oldest first.
    pub(crate) fn iter(&self) -> impl DoubleEndedIterator<Item = Need> + ExactSizeIterator {
        self.held.iter().copied()
    }

    /// What is enough at `now`, and the least of all needs, as [`enough`] says. Each need grows by `drift`
    /// a tick since it was measured.
    pub(crate) fn enough(
        &mut self,
        now: f64,
        drift: f64,
        spared: usize,
        outage: f64,
    ) -> Option<(f64, f64)> {
        let answer = self.answer.filter(|answer| answer.spared == spared && drift == 0.0);
        let answer = match answer {
            Some(answer) => answer,
            None => self.look_over(now, drift, spared, outage)?,
        };
        // With clocks that run apart each need changes all the time, and fewer than are spared say little.
        self.answer = Some(answer).filter(|_| drift == 0.0 && self.held.len() > spared);
        Some((answer.enough, answer.least))
    }

    fn look_over(&self, now: f64, drift: f64, spared: usize, outage: f64) -> Option<Answer> {
        let mut needs: Vec<f64> = self.held.iter().map(|need| need.worth(now, drift)).collect();
        let last = needs.len().checked_sub(1)?;
        let place = last.saturating_sub(spared);
        let below = *needs.select_nth_unstable_by(place, f64::total_cmp).1;
        let least = needs.iter().copied().fold(f64::MAX, f64::min);
        Some(Answer { spared, below, least, enough: enough(needs, spared, outage)? })
    }
}

impl Need {
    /// What it is at `now`, if it grows by `drift` a tick.
    pub(crate) fn worth(&self, now: f64, drift: f64) -> f64 {
        self.ticks + drift * (now - self.at)
    }
}

/// The least of which all but `spared` ticks would have been in time, when each of `needs` tells how
/// many ticks it took for one of them. Who needed several ticks more held up one for each: after a
/// burst of losses what was lost comes at once, and each but the last needs a tick more than the next.
///
/// Who needed `outage` ticks more than others was held up by an outage, as long as no more are than are
/// spared: not being late after the next one is not worth being early all the time.
fn enough(mut needs: Vec<f64>, spared: usize, outage: f64) -> Option<f64> {
    let last = needs.len().checked_sub(1)?;
    let (_, least, worse) =
        needs.select_nth_unstable_by(last.saturating_sub(spared), f64::total_cmp);
    let worse: Vec<f64> = worse.iter().copied().filter(|need| need - *least <= outage).collect();
    let late =
        |lead: f64| worse.iter().map(|need| (need - lead).max(0.0).ceil() as usize).sum::<usize>();
    // Only at a need, or whole ticks below one, does the number change.
    let steps = worse.iter().flat_map(|need| (0..=spared).map(move |below| need - below as f64));
    let candidates = steps.filter(|lead| *lead > *least).chain([*least]);
    candidates.filter(|lead| late(*lead) <= spared).reduce(f64::min)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_spared_are_ticks_not_needs() {
        let needs = |worst: &[f64]| [&[1.0; 60][..], worst].concat();
        assert_eq!(enough(Vec::new(), 3, 8.0), None);
        assert_eq!(enough(needs(&[1.5, 1.25]), 0, 8.0), Some(1.5));
        assert_eq!(enough(needs(&[1.5, 1.25]), 1, 8.0), Some(1.25));
        assert_eq!(enough(needs(&[1.5, 1.25]), 2, 8.0), Some(1.0));
        // A burst of four: with three spared, one of them has to come in time.
        assert_eq!(enough(needs(&[5.0]), 3, 8.0), Some(2.0));
        assert_eq!(enough(needs(&[5.0, 3.5]), 3, 8.0), Some(3.0));
        assert_eq!(enough(needs(&[31.0, 1.5]), 3, 8.0), Some(1.0), "an outage is let pass");
        assert_eq!(enough(needs(&[31.0; 4]), 3, 8.0), Some(31.0), "a longer way is followed");
    }
    #[test]
    fn what_is_kept_is_what_looking_all_over_would_give() {
        let (mut state, mut needs, mut kept) = (5_u64, Needs::default(), 0);
        let mut random = move || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            (state >> 33) as f64 / f64::from(1_u32 << 31)
        };
        for number in 0..6_000_usize {
            // Needs that differ, with drift, many that are the same, and none spared.
            let phase = number / 1_500;
            let ticks = match phase {
                2 => (random() * 4.0).floor(),
                _ => random() + 40.0 * random().powi(30),
            };
            let at = number as f64;
            needs.push(Need { at, ticks });
            if needs.len() > 400 {
                needs.pop();
            }
            if number == 5_000 {
                needs.keep(30);
            }
            let drift = if phase == 1 { 0.01 } else { 0.0 };
            let spared = if phase == 3 { 0 } else { needs.len() / 100 };
            kept += usize::from(needs.answer.is_some());
            let anew = needs.look_over(at, drift, spared, 8.0).map(|it| (it.enough, it.least));
            assert_eq!(needs.enough(at, drift, spared, 8.0), anew, "{number}");
        }
        assert!(kept > 3_000, "{kept}");
    }
}
