//! What a receiver expects of a row before it is told: the game's part in the delta's prediction.

use crate::row::{KindId, Replicate};

/// A row that both ends guess, from what its receiver has. A game that knows how its things move
/// fills in better guesses than the field table's: see [`crate::Protocol::guess`].
///
/// A row is guessed in stages (`#[replicate(stage)]` begins one). The columns of earlier stages are
/// true by then, and the guess for the later ones may use them: where somebody is follows from how
/// that one steered.
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
///         guess.set(&walker);
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
    /// How many ticks ago `baseline` was true.
    pub age_ticks: u32,
    /// Which stage is guessed, from 0.
    pub stage: u8,
    /// True in earlier stages, to be guessed in this one. It holds the field table's guess. What
    /// is outside of a field's range is brought inside.
    pub columns: &'a mut [i32],
    /// Space for [`Guess::set`], kept from row to row.
    pub(crate) scratch: &'a mut Vec<i32>,
}

impl Guess<'_> {
    /// Sets the guess of this and later stages to what a row says. The columns of earlier stages, which
    /// are known, stay as they are.
    ///
    /// # Panics
    /// When the row is of another kind.
    pub fn set<T: Replicate>(&mut self, row: &T) {
        let fields = T::TABLE.fields;
        assert_eq!(fields.len(), self.columns.len(), "a row of the guessed kind");
        self.scratch.clear();
        row.quantise(self.scratch);
        for ((field, column), guessed) in fields.iter().zip(&mut *self.columns).zip(&*self.scratch)
        {
            if field.stage >= self.stage {
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

    /// Whether the game guesses rows of a kind at all.
    fn guesses(&self, kind: KindId) -> bool;
}
