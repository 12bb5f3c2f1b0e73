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

    /// The movement in each of the `age` ticks since `earlier`, the oldest first.
    pub fn since(&self, earlier: &Self, age: u32) -> impl Iterator<Item = PilotInput> + use<> {
        let now_ticks =
            if self.goes_on(earlier, age) { age } else { u32::from(self.now_ticks).min(age) };
        let before_ticks = u32::from(self.before_ticks).min(age - now_ticks);
        let first_ticks = u32::from(self.first_ticks).min(age - now_ticks - before_ticks);
        let (now, before, first, rest) = (self.now, self.before, self.first, earlier.now);
        (0..age).map(move |tick| {
            let left = age - tick;
            let (move_x, move_y) = match left {
                left if left <= now_ticks => now,
                left if left <= now_ticks + before_ticks => before,
                left if left <= now_ticks + before_ticks + first_ticks => first,
                _ => rest,
            };
            PilotInput { move_x, move_y, ..PilotInput::default() }
        })
    }
}

fn longer(ticks: u8, by: u32) -> u8 {
    u32::from(ticks).saturating_add(by).min(u32::from(LONGEST_TICKS)) as u8
}

/// Moves a body that had `dash_ticks` of a dash left when it was seen and has `dash_now` left `age`
/// ticks later, by these inputs.
pub fn follow(
    body: &mut Body,
    inputs: impl Iterator<Item = PilotInput>,
    (aim, dash_now, age): (u16, u16, u32),
    arena: &Arena,
    rules: &Rules,
) {
    let left = u32::from(body.dash_ticks).saturating_sub(age);
    // A dash that is longer than it could be if it were the old one has begun since.
    let begun = (u32::from(dash_now) != left && dash_now > 0)
        .then(|| age.checked_sub(u32::from(rules.dash_ticks.saturating_sub(dash_now))))
        .flatten();
    for (tick, input) in (0_u32..).zip(inputs) {
        if Some(tick) == begun {
            body.dash_ticks = rules.dash_ticks;
            body.dash_direction = match input.movement() {
                Vec2::ZERO => aim % angle::TURN,
                movement => angle::toward(movement),
            };
        }
        // The cooldown is nobody else's business; without a wish to dash it has no effect.
        movement::advance(body, &input, arena, rules);
    }
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
            let told: Vec<(i8, i8)> =
                controls.since(&earlier, age).map(|input| (input.move_x, input.move_y)).collect();
            let true_ones: Vec<(i8, i8)> = (was..was + age).map(movement).collect();
            prop_assert_eq!(told, true_ones);
        }
    }
}
