//! What a receiver expects of a row before it is told: the game's part in the delta's prediction.

use crate::row::{KindId, Replicate};

/// A row that both ends guess, from what its receiver has. A game that knows how its things move
/// fills in better guesses than the field table's: see [`crate::Protocol::guess`].
///
/// A row is guessed in stages (`#[replicate(stage)]` begins one). The columns of earlier stages are
/// true by then, and the guess for the later ones may use them: where somebody is follows from how
/// that one steered. Who reads a row has it guessed stage by stage; who writes it knows all of it, and
/// asks for all stages at once.
///
/// ```
/// # mod walkers { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/walkers.rs")); }
/// # use walkers::*;
/// use netcode::{Replicate, delta::Guess};
/// /// What `Protocol::guess` of a game would be in which everybody walks to the right.
/// fn guess(mut guess: Guess<'_>) {
///     if let Some(baseline) = guess.baseline {
///         let mut walker = Walker::restore(baseline);
///         walker.x_mm += 100 * guess.age_ticks as i32;
///         guess.set(&walker); // the same as `guess.set_from(0, &walker)` where all stages are guessed
///         if guess.is_in(1) {
///             // By now the first stage is known for certain, and says more of the second.
///             guess.set_from(1, &walker);
///         }
///     }
/// }
/// let _hook: fn(Guess<'_>) = guess;
/// assert_eq!(Walker::TABLE.last_stage(), 0, "a row without stages is guessed at once");
/// ```
#[derive(Debug)]
pub struct Guess<'a> {
    /// What kind of row it is.
    pub kind: KindId,
    /// The row as its receiver has it; `None` when it knows nothing of the entity.
    pub baseline: Option<&'a [i32]>,
    /// How many ticks ago `baseline` was true, 0 to [`limits::AGE_TICKS`](crate::limits::AGE_TICKS): the
    /// other side says so. A guess that goes tick by tick should stop following after a second or two.
    pub age_ticks: u32,
    /// The stages that are guessed, the first and the last one, from 0.
    pub stages: (u8, u8),
    /// The row as it is. Of this the guess of a stage may use the columns of earlier stages, and no others:
    /// its receiver does not have them yet.
    pub known: &'a [i32],
    /// What is to be guessed. It holds the field table's guess. What is outside of a field's range is
    /// brought inside.
    pub columns: &'a mut [i32],
    /// What is known of the way from the baseline, if the game may use it to think less. It must not
    /// change the guess: who decodes does not have it.
    pub later: Option<Later<'a>>,
    /// Space for [`Guess::set`], kept from row to row.
    pub(crate) scratch: &'a mut Vec<i32>,
}

/// A row of the same thing between the baseline and now, and what the last stage's guess from that row
/// was, everything else being the same. Only who encodes for many receivers has it.
///
/// A game that follows a thing tick by tick can stop where its way comes by that row: what follows was
/// worked out already.
///
/// ```
/// use netcode::delta::{Guess, Later};
/// /// Of a game whose things go on by `step` in each tick.
/// fn guess(mut guess: Guess<'_>, step: impl Fn(&mut [i32])) {
///     let Some(baseline) = guess.baseline else { return };
///     let mut thing = baseline.to_vec();
///     let soon_enough = guess.age_ticks.saturating_sub(120); // two seconds of the way are worth it
///     for left in (soon_enough..guess.age_ticks).rev() {
///         step(&mut thing);
///         if let Some(later) = guess.later.filter(|it| it.age_ticks == left && it.columns == thing) {
///             return guess.repeat(&later);
///         }
///     }
///     guess.columns.copy_from_slice(&thing);
/// }
/// # fn main() { let _hook: fn(Guess<'_>) = |it| guess(it, |_| ()); let _: Option<Later<'_>> = None; }
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Later<'a> {
    /// The row as it was.
    pub columns: &'a [i32],
    /// How many ticks ago; less than the baseline's age.
    pub age_ticks: u32,
    /// The columns of the last stage as they were guessed from it.
    pub guess: &'a [i32],
}

impl Guess<'_> {
    /// Guesses the last stage as it was guessed from a later row.
    pub fn repeat(&mut self, later: &Later<'_>) {
        let from = self.columns.len().saturating_sub(later.guess.len());
        if let Some(columns) = self.columns.get_mut(from..) {
            columns.copy_from_slice(later.guess);
        }
    }

    /// Whether this stage is to be guessed.
    #[must_use]
    pub fn is_in(&self, stage: u8) -> bool {
        (self.stages.0..=self.stages.1).contains(&stage)
    }

    /// Sets the guess of these and later stages to what a row says. The columns of earlier stages, which
    /// are known, stay as they are.
    ///
    /// # Panics
    /// When the row is of another kind.
    pub fn set<T: Replicate>(&mut self, row: &T) {
        self.set_from(self.stages.0, row);
    }

    /// The same for a stage and those after it.
    ///
    /// # Panics
    /// As [`Guess::set`].
    pub fn set_from<T: Replicate>(&mut self, stage: u8, row: &T) {
        let fields = T::TABLE.fields;
        assert_eq!(fields.len(), self.columns.len(), "a row of the guessed kind");
        self.scratch.clear();
        row.quantise(self.scratch);
        for ((field, column), guessed) in fields.iter().zip(&mut *self.columns).zip(&*self.scratch)
        {
            if field.stage >= stage {
                *column = *guessed;
            }
        }
    }
}

/// A game's guesses, with what they need to know of its world.
///
/// Both ends must come to the same bits, whatever computer they run on.
pub(crate) trait Guesser: Send + Sync {
    /// Improves a guess.
    fn guess(&self, guess: Guess<'_>);
}
