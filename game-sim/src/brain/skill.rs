//! How good a bot is: what its level says, and what is its own.
//!
//! A level changes how well a bot does what a player can do (see, aim, turn, dodge, use rockets), and
//! nothing else: it knows no more, hits no harder and is no faster than anybody.

use rand_pcg::Pcg32;
use serde::{Deserialize, Serialize};

use crate::random;

/// How good bots are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Skill {
    /// Slow to react, hardly ever a rocket or a dash: for who plays the first time.
    Easy,
    /// Somebody who has played for a while.
    Normal,
    /// Hits most of what it sees, dodges rockets and fires its own.
    Hard,
    /// From weak to strong, each bot something else.
    #[default]
    Mixed,
}

/// What makes one bot different from another; it never changes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Character {
    /// From seeing somebody to the first shot.
    pub(super) reaction_ticks: u16,
    /// How far its aim wanders, in 4096ths of a turn.
    pub(super) error: f32,
    /// How fast it turns, in 4096ths of a turn per tick.
    pub(super) turn_rate: f32,
    /// The distance from which it likes to fight.
    pub(super) range_m: f32,
    /// The health below which it looks for more.
    pub(super) caution: u8,
    /// How much it likes rockets, as a chance per tick.
    pub(super) rocket_love: f32,
    /// How surely it dodges, and how often it dashes, 0 to 1.
    pub(super) nimbleness: f32,
}

/// The worst and the best of a level.
struct Span {
    reaction_ticks: [f32; 2],
    error: [f32; 2],
    turn_rate: [f32; 2],
    nimbleness: [f32; 2],
    rocket_love: [f32; 2],
}

impl Skill {
    /// People need about 15 ticks (250 ms) from seeing to pulling a trigger when they wait for it.
    const fn span(self) -> Span {
        match self {
            Self::Easy => Span {
                reaction_ticks: [50.0, 38.0],
                error: [150.0, 105.0],
                turn_rate: [34.0, 52.0],
                nimbleness: [0.0, 0.15],
                rocket_love: [0.0, 0.008],
            },
            Self::Normal => Span {
                reaction_ticks: [30.0, 20.0],
                error: [74.0, 50.0],
                turn_rate: [60.0, 90.0],
                nimbleness: [0.35, 0.65],
                rocket_love: [0.02, 0.06],
            },
            Self::Hard => Span {
                reaction_ticks: [15.0, 10.0],
                error: [28.0, 17.0],
                turn_rate: [115.0, 150.0],
                nimbleness: [0.85, 1.0],
                rocket_love: [0.05, 0.12],
            },
            Self::Mixed => Span {
                reaction_ticks: [30.0, 13.0],
                error: [70.0, 24.0],
                turn_rate: [55.0, 130.0],
                nimbleness: [0.3, 0.95],
                rocket_love: [0.02, 0.1],
            },
        }
    }
}

impl Character {
    pub(super) fn new(skill: Skill, rng: &mut Pcg32) -> Self {
        // One number behind all of them, so that there are better and worse opponents.
        let part = random::unit(rng);
        let mix = |[worst, best]: [f32; 2]| worst + (best - worst) * part;
        let span = skill.span();
        Self {
            reaction_ticks: mix(span.reaction_ticks) as u16,
            error: mix(span.error),
            turn_rate: mix(span.turn_rate),
            range_m: random::between(rng, 5.0, 17.0),
            caution: random::between(rng, 25.0, 60.0) as u8,
            rocket_love: random::between(rng, span.rocket_love[0], span.rocket_love[1]),
            nimbleness: mix(span.nimbleness),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_worst_of_a_level_is_better_than_the_best_of_the_level_below() {
        for (below, above) in [(Skill::Easy, Skill::Normal), (Skill::Normal, Skill::Hard)] {
            for seed in 0..50 {
                let weak = Character::new(below, &mut Pcg32::new(seed, 1));
                let strong = Character::new(above, &mut Pcg32::new(seed + 50, 1));
                assert!(strong.reaction_ticks < weak.reaction_ticks, "{weak:?} {strong:?}");
                assert!(strong.error < weak.error && strong.turn_rate > weak.turn_rate);
                assert!(strong.nimbleness > weak.nimbleness);
            }
        }
    }
}
