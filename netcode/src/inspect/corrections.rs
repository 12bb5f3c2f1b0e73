//! Wrong predictions of the own state, and what was wrong in them: which field, and by how much.
//!
//! What counts is the difference at the tick that a snapshot confirms, not what became of it by the
//! newest tick: a velocity that was wrong makes every later place wrong, but the velocity is the cause.
//!
//! ```
//! # mod walkers { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/walkers.rs")); }
//! # use walkers::*;
//! use netcode::inspect::corrections::{Corrections, differences};
//! let corrections = Corrections::default(); // as a new session has them
//! assert_eq!((corrections.count, corrections.causes().len()), (0, 0));
//! let mut wrong = Vec::new();
//! differences(&Walker { x_mm: 700 }, &Walker { x_mm: 500 }, &mut |difference| wrong.push(difference));
//! assert_eq!((wrong[0].field, wrong[0].by), ("x_mm", -200.0));
//! ```

use super::recent::Recent;
use crate::{limits, row::Replicate, tick::Tick};
use std::time::Duration;

/// Corrections that are kept one by one.
const KEPT: usize = 64;

/// A field of the own state that was predicted otherwise than the server had it.
///
/// ```
/// # mod walkers { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/walkers.rs")); }
/// # use walkers::*;
/// use netcode::inspect::corrections::{Difference, differences};
/// let mut said = String::new();
/// differences(&Walker { x_mm: 0 }, &Walker { x_mm: 30 }, &mut |Difference { field, by }| {
///     said = format!("{field} {by:+}");
/// });
/// assert_eq!(said, "x_mm +30");
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Difference {
    /// Its name.
    pub field: &'static str,
    /// What the server had less what was predicted, in the field's unit; the short way on a circle.
    pub by: f32,
}

/// Tells of each field in which two states differ, by their rows: for [`crate::Protocol::differences`].
///
/// ```
/// # mod walkers { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/walkers.rs")); }
/// # use walkers::*;
/// use netcode::inspect::corrections::differences;
/// let mut wrong = 0;
/// differences(&Walker { x_mm: 5 }, &Walker { x_mm: 5 }, &mut |_| wrong += 1);
/// assert_eq!(wrong, 0);
/// ```
pub fn differences<T: Replicate>(predicted: &T, truth: &T, note: &mut dyn FnMut(Difference)) {
    let (mut from, mut to) = (Vec::new(), Vec::new());
    predicted.quantise(&mut from);
    truth.quantise(&mut to);
    for ((field, from), to) in T::TABLE.fields.iter().zip(from).zip(to) {
        if from != to {
            let by = f64::from(field.residual(from, to)) * field.step;
            note(Difference { field: field.name, by: by as f32 });
        }
    }
}

/// One wrong prediction.
///
/// ```
/// use netcode::{Tick, inspect::corrections::Correction};
/// let correction = Correction {
///     at: std::time::Duration::from_secs(3),
///     tick: Tick(180),
///     distance: Some(0.0),
///     differences: Vec::new(),
///     inputs_missed: 1,
/// };
/// assert!(!correction.moved(), "something other than the place was wrong");
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Correction {
    /// When the snapshot came that showed it, on the client's clock.
    pub at: Duration,
    /// The tick for which the prediction was wrong.
    pub tick: Tick,
    /// By how much it moved the own entity on screen, in the game's unit. Zero: something other than its
    /// place was wrong. None: the two can't be compared ([`crate::Protocol::distance`]), as when it was put
    /// elsewhere by a new start; then nothing was predicted wrongly.
    pub distance: Option<f32>,
    /// The fields that were wrong. None: the game does not tell them apart.
    pub differences: Vec<Difference>,
    /// Ticks that the server had to play without this client's input, as this snapshot was the first to
    /// say. Without the input nobody could be right.
    pub inputs_missed: u16,
}

impl Correction {
    /// Whether the own entity was drawn in a wrong place.
    #[must_use]
    pub fn moved(&self) -> bool {
        self.distance.is_some_and(|distance| distance > 0.0)
    }
}

/// How often a field was wrong.
///
/// ```
/// use netcode::inspect::corrections::Cause;
/// let cause = |field, corrections| Cause { field, corrections, largest: 1.0 };
/// let causes = [cause("x", 3), cause("speed", 8)]; // as `Corrections::causes` gives them
/// let worst = causes.iter().max_by_key(|cause| cause.corrections);
/// assert_eq!(worst.map(|cause| cause.field), Some("speed"));
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Cause {
    /// The field.
    pub field: &'static str,
    /// Corrections in which it was wrong; one correction may have many such fields.
    pub corrections: u64,
    /// The most that it was wrong by, in the field's unit, without its sign.
    pub largest: f32,
}

/// All corrections of a session.
#[derive(Clone, Debug)]
pub struct Corrections {
    /// Snapshots that the own state was predicted wrongly for, in any field, or that put it elsewhere.
    pub count: u64,
    /// Of these, those that moved the own entity on screen.
    pub moved: u64,
    /// Of all, those with which the server told of inputs that it missed.
    pub with_missed_inputs: u64,
    causes: Vec<Cause>,
    recent: Recent<Correction>,
}

impl Default for Corrections {
    fn default() -> Self {
        let (causes, recent) = (Vec::new(), Recent::new(KEPT));
        Self { count: 0, moved: 0, with_missed_inputs: 0, causes, recent }
    }
}

impl Corrections {
    /// The fields that were ever wrong, in the order in which they first were.
    #[must_use]
    pub fn causes(&self) -> &[Cause] {
        &self.causes
    }

    /// The last ones.
    #[must_use]
    pub fn recent(&self) -> &Recent<Correction> {
        &self.recent
    }

    /// Adds the sums of another one.
    pub fn add(&mut self, other: &Self) {
        self.count += other.count;
        self.moved += other.moved;
        self.with_missed_inputs += other.with_missed_inputs;
        other.causes.iter().for_each(|cause| self.note_cause(*cause));
    }

    pub(crate) fn note(&mut self, mut correction: Correction) {
        correction.differences.truncate(limits::FIELDS);
        self.count += 1;
        self.moved += u64::from(correction.moved());
        self.with_missed_inputs += u64::from(correction.inputs_missed > 0);
        // A new start is no fault of any field, and would hide the faults behind its size.
        let compared = correction.distance.is_some();
        for difference in correction.differences.iter().filter(|_| compared) {
            let Difference { field, by } = *difference;
            self.note_cause(Cause { field, corrections: 1, largest: by.abs() });
        }
        self.recent.push(correction);
    }

    fn note_cause(&mut self, cause: Cause) {
        if let Some(known) = self.causes.iter_mut().find(|known| known.field == cause.field) {
            known.corrections += cause.corrections;
            known.largest = known.largest.max(cause.largest);
        } else if self.causes.len() < limits::FIELDS {
            self.causes.push(cause);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_start_elsewhere_is_no_wrong_prediction_of_any_field() {
        let mut corrections = Corrections::default();
        let wrong = |distance, by| Correction {
            at: Duration::ZERO,
            tick: Tick(9),
            distance,
            differences: vec![Difference { field: "x", by }],
            inputs_missed: 0,
        };
        corrections.note(wrong(Some(0.5), 0.5));
        corrections.note(wrong(None, 24.5));
        assert_eq!((corrections.count, corrections.moved), (2, 1));
        assert_eq!(corrections.causes(), [Cause { field: "x", corrections: 1, largest: 0.5 }]);
    }
}
