//! A seat that does not look: time passes and the controls stay as they are.
//!
//! Everything that is measured goes on, frames and all. Only the lists of what is in sight are not made,
//! which nobody reads between two thoughts: with a thousand seats in one process they cost more than the
//! thoughts.

use super::Seat;
use game_sim::PilotInput;
use std::time::Duration;

impl Seat {
    /// Lets time pass as [`Seat::advance`] does, with this input for each tick that is due.
    pub fn hold(&mut self, now: Duration, input: PilotInput) {
        self.client.look_away(now);
        for tick in self.client.advance(now) {
            self.client.apply(tick, input);
        }
    }
}
