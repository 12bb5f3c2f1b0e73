//! What the receiver of a row expects of it, by the game's own movement.

use netcode::Replicate;
use netcode::delta::Guess;

use super::{KIND_OWN, KIND_PILOT, KIND_ROCKET, RocketRow, own_row, pilot_row};
use crate::combat::glide;
use crate::protocol::Scenery;

/// The farthest that a receiver follows a rocket.
const FOLLOWED_TICKS: u32 = 60;

/// Guesses the columns of a stage; see [`netcode::Protocol::guess`].
pub(crate) fn guess(scenery: &Scenery, mut guess: Guess<'_>) {
    match guess.kind {
        KIND_PILOT => pilot_row::guess(scenery, &mut guess),
        KIND_OWN => own_row::guess(scenery, &mut guess),
        KIND_ROCKET => rocket(&mut guess),
        _ => {}
    }
}

/// A rocket flies straight on; where it ends, it is gone.
fn rocket(guess: &mut Guess<'_>) {
    let Some(earlier) = guess.baseline.map(RocketRow::restore) else { return };
    let mut position = earlier.position();
    for _ in 0..guess.age_ticks.min(FOLLOWED_TICKS) {
        position = glide(position, earlier.velocity());
    }
    guess.set(&RocketRow { x: position.x, y: position.y, ..earlier });
}
