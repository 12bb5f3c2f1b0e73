//! How a pilot steers and has just steered: enough for whoever has an older row to tell where it is
//! now, to the bit, unless somebody pushed it.
//!
//! It is part of every pilot's row, and tells nothing that its movement does not tell as well.

use glam::Vec2;

use crate::angle;
use crate::arena::Arena;
use crate::input::PilotInput;
use crate::movement::{self, Body};
use crate::rules::Rules;

/// Ticks that are told apart; what was held for longer was held for so long.
pub const LONGEST_TICKS: u8 = 15;

/// The movement that a pilot holds, and the two that it held before.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Controls {
    /// Now, as in [`PilotInput`].
    pub now: (i8, i8),
    /// For how many ticks, this one included.
    pub now_ticks: u8,
    /// Before that.
    pub before: (i8, i8),
    /// For how many ticks.
    pub before_ticks: u8,
    /// Before that.
    pub first: (i8, i8),
    /// For how many ticks.
    pub first_ticks: u8,
    /// Whether the rifle's trigger is held.
    pub fire: bool,
}

impl Controls {
    /// The pilot did this in a tick.
    pub fn note(&mut self, input: &PilotInput) {
        let movement = (input.move_x, input.move_y);
        if movement == self.now {
            self.now_ticks = longer(self.now_ticks, 1);
        } else {
            (self.first, self.first_ticks) = (self.before, self.before_ticks);
            (self.before, self.before_ticks) = (self.now, self.now_ticks);
            (self.now, self.now_ticks) = (movement, 1);
        }
        self.fire = input.fire;
    }

    /// For how long the present movement will have been held in `age` ticks, if it stays.
    pub fn held_in(&self, age: u32) -> u8 {
        longer(self.now_ticks, age)
    }

    /// Whether nothing happened in the `age` ticks since `earlier`, as far as the present movement
    /// tells.
    fn goes_on(&self, earlier: &Self, age: u32) -> bool {
        self.now == earlier.now && self.now_ticks == earlier.held_in(age)
    }

    /// What was held before, told only what is held now and what was `age` ticks ago.
    pub fn before_since(&self, earlier: &Self, age: u32) -> ((i8, i8), u8) {
        if self.goes_on(earlier, age) {
            return (earlier.before, earlier.before_ticks);
        }
        (earlier.now, longer(earlier.now_ticks, age.saturating_sub(u32::from(self.now_ticks))))
    }

    /// What was held before that, told what came after it and what was `age` ticks ago.
    pub fn first_since(&self, earlier: &Self, age: u32) -> ((i8, i8), u8) {
        if self.goes_on(earlier, age) {
            return (earlier.first, earlier.first_ticks);
        }
        if (self.before, self.before_ticks) == self.before_since(earlier, age) {
            return (earlier.before, earlier.before_ticks);
        }
        let since = age.saturating_sub(u32::from(self.now_ticks) + u32::from(self.before_ticks));
        (earlier.now, longer(earlier.now_ticks, since))
    }

    /// What was done in each of the `age` ticks since `earlier`.
    pub fn since(&self, earlier: &Self, age: u32) -> Course {
        let now_ticks =
            if self.goes_on(earlier, age) { age } else { u32::from(self.now_ticks).min(age) };
        let before_ticks = u32::from(self.before_ticks).min(age - now_ticks) + now_ticks;
        let first_ticks = u32::from(self.first_ticks).min(age - before_ticks) + before_ticks;
        Course {
            stretches: [
                (self.now, now_ticks),
                (self.before, before_ticks),
                (self.first, first_ticks),
            ],
            rest: earlier.now,
            dash: None,
        }
    }
}

/// What somebody did of late, as far as it matters for where it is.
#[derive(Clone, Copy, Debug)]
pub struct Course {
    /// What was steered, the newest first, and how many ticks ago each stretch began.
    stretches: [((i8, i8), u32); 3],
    /// And before all of them.
    rest: (i8, i8),
    /// How many ticks ago a dash began, and whither it goes for who does not steer.
    dash: Option<(u32, u16)>,
}

impl Course {
    /// Of who steers this way all the time.
    pub fn steady(movement: (i8, i8)) -> Self {
        Self { stretches: [(movement, u32::MAX); 3], rest: movement, dash: None }
    }

    /// With the dash that has begun in the `age` ticks in which what was left of a dash went from `was` to
    /// `is`, if one has.
    #[must_use]
    pub fn with_dash(self, (was, is): (u16, u16), age: u32, aim: u16, rules: &Rules) -> Self {
        let left = u32::from(was).saturating_sub(age);
        // A dash that is longer than it could be if it were the old one has begun since.
        let begun = u32::from(rules.dash_ticks.saturating_sub(is));
        let is_new = u32::from(is) != left && is > 0 && (1..=age).contains(&begun);
        Self { dash: is_new.then_some((begun, aim)), ..self }
    }

    /// The movement in the tick so many ticks ago; 1 for the last one.
    pub fn at(&self, ago: u32) -> (i8, i8) {
        self.stretch(ago).0
    }

    /// Whether both did the same in the last so many ticks.
    pub fn ends_like(&self, other: &Self, ticks: u32) -> bool {
        let dash = |course: &Self| course.dash.filter(|(begun, _)| *begun <= ticks);
        dash(self) == dash(other) && (1..=ticks).all(|ago| self.at(ago) == other.at(ago))
    }

    /// Moves a body on that is where it was `from` ticks ago, until `to` ticks ago.
    pub fn follow(&self, body: &mut Body, from: u32, to: u32, arena: &Arena, rules: &Rules) {
        let mut ago = from;
        while ago > to {
            let ((move_x, move_y), until) = self.stretch(ago);
            let input = PilotInput { move_x, move_y, ..PilotInput::default() };
            let mut until = until.max(to);
            match self.dash {
                Some((begun, aim)) if begun == ago => {
                    body.dash_ticks = rules.dash_ticks;
                    body.dash_direction = match input.movement() {
                        Vec2::ZERO => aim % angle::TURN,
                        movement => angle::toward(movement),
                    };
                }
                Some((begun, _)) if begun < ago => until = until.max(begun),
                _ => {}
            }
            // The cooldown is nobody else's business; without a wish to dash it has no effect.
            movement::advance_steadily(body, &input, ago - until, arena, rules);
            ago = until;
        }
    }

    /// The movement in the tick so many ticks ago, and how many ticks ago it ended.
    fn stretch(&self, ago: u32) -> ((i8, i8), u32) {
        let mut until = 0;
        for (movement, begun) in self.stretches {
            if ago <= begun {
                return (movement, until);
            }
            until = begun;
        }
        (self.rest, until)
    }
}

fn longer(ticks: u8, by: u32) -> u8 {
    u32::from(ticks).saturating_add(by).min(u32::from(LONGEST_TICKS)) as u8
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// Up to three changes since the earlier moment, all is known to the tick.
        #[test]
        fn what_was_held_is_told_exactly(first in 0_u32..12, second in 0_u32..12, third in 0_u32..12, age in 1_u32..10, was in 0_u32..20) {
            let movement = |tick: u32| match tick {
                tick if tick < was + first => (4, 0),
                tick if tick < was + first + second => (0, 4),
                tick if tick < was + first + second + third => (3, 3),
                _ => (-4, 0),
            };
            let mut controls = Controls::default();
            let mut earlier = controls;
            for tick in 0..was + age {
                if tick == was {
                    earlier = controls;
                }
                let (move_x, move_y) = movement(tick);
                controls.note(&PilotInput { move_x, move_y, ..PilotInput::default() });
            }
            prop_assume!(was > 0);
            let course = controls.since(&earlier, age);
            let told: Vec<(i8, i8)> = (1..=age).rev().map(|ago| course.at(ago)).collect();
            let true_ones: Vec<(i8, i8)> = (was..was + age).map(movement).collect();
            prop_assert_eq!(told, true_ones);
        }
    }
}
