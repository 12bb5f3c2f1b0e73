//! How a row steers, guessed stage by stage: what the pilot's row and its owner's have in common.
//!
//! It works on the columns themselves. They are small integers that stand for themselves, and making whole
//! rows of them for each of the five stages cost more than everything else of a row's encoding.

use netcode::delta::Guess;

use crate::controls::Controls;
use crate::steer;

/// The first stage that is not guessed here.
pub(super) const BEYOND: u8 = 5;

/// Which columns of a row these are.
#[derive(Clone, Copy, Debug)]
pub(super) struct Places {
    pub(super) steer: usize,
    pub(super) dash_ticks: usize,
    pub(super) steer_ticks: usize,
    pub(super) before: usize,
    pub(super) before_ticks: usize,
    pub(super) first: usize,
    pub(super) first_ticks: usize,
}

impl Places {
    pub(super) fn controls(&self, columns: &[i32]) -> Controls {
        let at = |place: usize| columns.get(place).map_or(0, |column| *column as u8);
        Controls {
            now: steer::movement(at(self.steer)),
            now_ticks: at(self.steer_ticks),
            before: steer::movement(at(self.before)),
            before_ticks: at(self.before_ticks),
            first: steer::movement(at(self.first)),
            first_ticks: at(self.first_ticks),
            fire: false,
        }
    }

    /// Guesses the stages before [`BEYOND`], each as far as those before it may tell.
    pub(super) fn guess(&self, guess: &mut Guess<'_>) {
        let Some(earlier) = guess.baseline else { return };
        let age = guess.age_ticks;
        let (was, now) = (self.controls(earlier), self.controls(guess.known));
        let column = |columns: &[i32], place: usize| columns.get(place).copied().unwrap_or(0);
        let steer = column(guess.known, self.steer);
        for stage in guess.stages.0..=guess.stages.1.min(BEYOND - 1) {
            let mut set = |place: usize, value: i32| {
                if let Some(column) = guess.columns.get_mut(place) {
                    *column = value;
                }
            };
            match stage {
                0 => {
                    let left = (column(earlier, self.dash_ticks) as u32).saturating_sub(age);
                    set(self.dash_ticks, left as i32);
                }
                // Who steers otherwise than before has done so for at least a tick, so the residual of
                // this guess is never zero, and small.
                1 if steer != column(earlier, self.steer) => set(self.steer_ticks, 0),
                1 => set(self.steer_ticks, was.held_in(age).into()),
                2 => set(self.before, steer::number(now.before_since(&was, age).0).into()),
                3 => {
                    let (before, ticks) = now.before_since(&was, age);
                    set(self.before_ticks, if now.before == before { ticks.into() } else { 0 });
                }
                _ => {
                    let (first, ticks) = now.first_since(&was, age);
                    set(self.first, steer::number(first).into());
                    set(self.first_ticks, ticks.into());
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{OwnRow, PilotRow, own_row, pilot_row};
    use netcode::Replicate;

    #[test]
    fn the_places_are_those_of_the_columns_with_these_names() {
        for (table, places) in
            [(PilotRow::TABLE, pilot_row::STEERING), (OwnRow::TABLE, own_row::STEERING)]
        {
            let name = |place: usize| table.fields[place].name;
            assert_eq!((name(places.steer), name(places.dash_ticks)), ("steer", "dash_ticks"));
            assert_eq!(name(places.steer_ticks), "steer_ticks");
            assert_eq!(
                (name(places.before), name(places.before_ticks)),
                ("before", "before_ticks")
            );
            assert_eq!((name(places.first), name(places.first_ticks)), ("first", "first_ticks"));
            assert_eq!(table.last_stage(), super::BEYOND);
        }
    }
}
