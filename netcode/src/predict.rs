//! Prediction: the client's own entity, shown where the server will put it once the inputs arrive.
//!
//! Each input is applied at once by the game's own code. When a snapshot says what the server made of
//! it, the state remembered for that tick is compared; if they differ, the server's state takes its
//! place and the inputs since then are applied again. (Bernier 2001; Quake III's `CG_PredictPlayerState`.)

pub mod spawn;

use crate::{limits, tick::Tick};
use std::collections::VecDeque;

/// The remembered inputs and what was made of them.
#[derive(Clone, Debug)]
pub struct Predictor<S, I> {
    /// One for each consecutive tick, the newest last.
    steps: VecDeque<Step<S, I>>,
}

#[derive(Clone, Debug)]
struct Step<S, I> {
    tick: Tick,
    input: I,
    /// The state after the input, if a state to start from was known.
    state: Option<S>,
}

/// What a comparison with the server brought.
#[derive(Clone, Debug, PartialEq)]
pub enum Reconciled<S> {
    /// The prediction was right.
    Confirmed,
    /// It was wrong: the newest state before the replay and after it.
    Corrected {
        /// What was predicted.
        before: S,
        /// What is predicted now.
        after: S,
    },
    /// There was nothing to compare with; the server's state is taken as it is.
    Started,
    /// The snapshot is of no use any more.
    Stale,
}

impl<S: Clone + PartialEq, I: Copy> Predictor<S, I> {
    /// Remembers nothing yet.
    #[must_use]
    pub fn new() -> Self {
        Self { steps: VecDeque::new() }
    }

    /// Applies the input of the next tick and remembers it.
    pub fn predict(&mut self, tick: Tick, input: I, mut step: impl FnMut(&mut S, &I, Tick)) {
        if self.newest_tick().is_some_and(|newest| tick != newest.next()) {
            // The clock jumped: the inputs between were never given.
            let state = self.state().cloned();
            self.steps.clear();
            self.steps.extend(state.map(|state| Step {
                tick: tick - 1,
                input,
                state: Some(state),
            }));
        }
        let mut state = self.state().cloned();
        if let Some(state) = &mut state {
            step(state, &input, tick);
        }
        if self.steps.len() == limits::PREDICTED_TICKS {
            self.steps.pop_front();
        }
        self.steps.push_back(Step { tick, input, state });
    }

    /// Compares with what the server had after `tick`, and replays when it differs.
    pub fn reconcile(
        &mut self,
        tick: Tick,
        truth: S,
        mut step: impl FnMut(&mut S, &I, Tick),
    ) -> Reconciled<S> {
        let Some(oldest) = self.steps.front() else { return Reconciled::Stale };
        let index = tick.since(oldest.tick);
        if index < 0 {
            return self.start_from(tick, truth, step);
        }
        let index = index as usize;
        let before = self.state().cloned();
        let Some(known) = self.steps.get_mut(index) else { return Reconciled::Stale };
        if known.state.as_ref() == Some(&truth) {
            self.steps.drain(..index);
            return Reconciled::Confirmed;
        }
        known.state = Some(truth);
        self.steps.drain(..index);
        self.replay(&mut step);
        match (before, self.state().cloned()) {
            (Some(before), Some(after)) => Reconciled::Corrected { before, after },
            _ => Reconciled::Started,
        }
    }

    /// The state after the newest input.
    #[must_use]
    pub fn state(&self) -> Option<&S> {
        self.steps.back().and_then(|step| step.state.as_ref())
    }

    /// The state one tick before, to draw what lies between.
    #[must_use]
    pub fn previous(&self) -> Option<&S> {
        self.steps.iter().nth_back(1).and_then(|step| step.state.as_ref())
    }

    /// The state after the input of a tick, as long as it is remembered.
    #[must_use]
    pub fn state_at(&self, tick: Tick) -> Option<&S> {
        let oldest = self.steps.front()?.tick;
        let index = usize::try_from(tick.since(oldest)).ok()?;
        self.steps.get(index)?.state.as_ref()
    }

    /// The tick of the newest input.
    #[must_use]
    pub fn newest_tick(&self) -> Option<Tick> {
        self.steps.back().map(|step| step.tick)
    }

    /// Takes a state from before all remembered inputs, when nothing better is known.
    fn start_from(
        &mut self,
        tick: Tick,
        truth: S,
        mut step: impl FnMut(&mut S, &I, Tick),
    ) -> Reconciled<S> {
        let adjoins = self.steps.front().is_some_and(|oldest| oldest.tick == tick.next());
        if self.state().is_some() || !adjoins {
            return Reconciled::Stale;
        }
        let mut state = truth;
        for known in &mut self.steps {
            step(&mut state, &known.input, known.tick);
            known.state = Some(state.clone());
        }
        Reconciled::Started
    }

    /// Computes every state after the first anew.
    fn replay(&mut self, step: &mut impl FnMut(&mut S, &I, Tick)) {
        let mut steps = self.steps.iter_mut();
        let Some(mut state) = steps.next().and_then(|first| first.state.clone()) else { return };
        for known in steps {
            step(&mut state, &known.input, known.tick);
            known.state = Some(state.clone());
        }
    }
}

impl<S: Clone + PartialEq, I: Copy> Default for Predictor<S, I> {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn step(state: &mut i64, input: &i64, _: Tick) {
        *state = *state * 3 + input;
    }

    fn started(ticks: u32) -> (Predictor<i64, i64>, Tick) {
        let start = Tick(u32::MAX - 3);
        let mut predictor = Predictor::new();
        predictor.predict(start, 0, step);
        assert_eq!(predictor.reconcile(start, 1, step), Reconciled::Started);
        for tick in 1..ticks {
            predictor.predict(start + tick, i64::from(tick), step);
        }
        (predictor, start)
    }

    #[test]
    fn a_right_prediction_is_left_alone() {
        let (mut predictor, start) = started(8);
        let expected = *predictor.state().unwrap();
        assert_eq!(predictor.reconcile(start + 1, 4, step), Reconciled::Confirmed);
        assert_eq!(predictor.state(), Some(&expected));
    }

    #[test]
    fn a_correction_replays_exactly_the_inputs_since() {
        let (mut predictor, start) = started(6);
        let before = *predictor.state().unwrap();
        let mut truth = 100;
        let after = {
            let mut state = truth;
            (3..6).for_each(|input| step(&mut state, &input, start));
            state
        };
        assert_eq!(
            predictor.reconcile(start + 2, truth, step),
            Reconciled::Corrected { before, after }
        );
        // The same truth again is confirmed: the replay left what it should.
        step(&mut truth, &3, start);
        assert_eq!(predictor.reconcile(start + 3, truth, step), Reconciled::Confirmed);
    }

    #[test]
    fn what_is_older_than_everything_known_is_stale() {
        let (mut predictor, start) = started(6);
        predictor.reconcile(start + 3, 7, step);
        assert_eq!(predictor.reconcile(start + 1, 9, step), Reconciled::Stale);
        assert_eq!(predictor.reconcile(start + 77, 9, step), Reconciled::Stale);
    }
}
