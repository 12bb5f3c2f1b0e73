//! How much one thing matters to one player when not all that it may know fits into a datagram.
//!
//! What is near matters more than what is far, who aims at the player more than who looks away, and
//! who has just shot it most of all: those are what the player acts on. It is a weight, not a rule:
//! netcode gathers it while a thing waits, so that everything is told sooner or later. It never decides
//! who may know what (`interest` does), and it is on the tick's path for every pair: a few
//! nanoseconds, no table, no branch that matters.

use game_sim::{
    Entity, PickupRow, PilotRow, RocketRow, angle, entity, noise,
    replicate::{KIND_NOISE, KIND_PICKUP, KIND_PILOT, KIND_ROCKET},
};
use glam::Vec2;
use netcode::snapshot::Row;

/// What everything else is compared with: the own state is what prediction stands on.
pub const OWN_WEIGHT: f32 = 1_000.0;
/// A pilot, a rocket, a pickup, right beside the player.
const PILOT: f32 = 8.0;
const ROCKET: f32 = 16.0;
const PICKUP: f32 = 1.0;
/// A noise: whatever is seen matters more, but it is gone in half a second.
const NOISE: f32 = 0.5;
/// Who is dead only lies there.
const DEAD: f32 = 0.25;
/// At this distance, in metres, everything matters half as much.
const HALF_M: f32 = 15.0;
/// Within this angle (its cosine: 15 degrees) it aims at the player, or comes from where the last hit
/// came from.
const NARROW_COS: f32 = 0.966;
/// How many times more that matters.
const AIMS: f32 = 2.0;
const SHOT: f32 = 4.0;

/// What of a thing decides how much it matters.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Aspect {
    position: Vec2,
    /// Where it aims or flies, one long; zero when it does neither.
    facing: Vec2,
    /// What it is worth right beside the player.
    worth: f32,
}

impl Aspect {
    /// Of a row; `None` for rows that are nowhere.
    #[must_use]
    pub fn of(row: &Row<'_>) -> Option<Self> {
        match row.kind {
            KIND_PILOT => {
                let pilot = row.restore::<PilotRow>();
                let facing = angle::direction(angle::from_degrees(pilot.aim_degrees));
                let (facing, worth) =
                    if pilot.alive { (facing, PILOT) } else { (Vec2::ZERO, PILOT * DEAD) };
                Some(Self { position: pilot.position(), facing, worth })
            }
            KIND_ROCKET => {
                let rocket = row.restore::<RocketRow>();
                let facing = rocket.velocity().normalize_or_zero();
                Some(Self { position: rocket.position(), facing, worth: ROCKET })
            }
            KIND_PICKUP => {
                let position = row.restore::<PickupRow>().position();
                Some(Self { position, facing: Vec2::ZERO, worth: PICKUP })
            }
            KIND_NOISE => {
                let Some(Entity::Noise(cell)) = entity::decode(row.id) else { return None };
                let position = noise::centre(cell);
                Some(Self { position, facing: Vec2::ZERO, worth: NOISE })
            }
            _ => None,
        }
    }
}

/// Who looks.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Onlooker {
    /// Where it stands.
    pub eye: Vec2,
    /// Whence it was hit of late, one long; zero if it was not.
    pub hurt_from: Vec2,
}

/// How much a thing matters to who looks: positive, 16 times 7 at most.
#[must_use]
pub fn weight(onlooker: &Onlooker, aspect: &Aspect) -> f32 {
    let way = aspect.position - onlooker.eye;
    let distance_m = way.length();
    let narrow_m = distance_m * NARROW_COS;
    let aims = if aspect.facing.dot(-way) > narrow_m { AIMS } else { 0.0 };
    let shot =
        if onlooker.hurt_from.dot(way) > narrow_m && aspect.worth == PILOT { SHOT } else { 0.0 };
    aspect.worth * (1.0 + aims + shot) * HALF_M / (HALF_M + distance_m)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pilot(position: Vec2, facing: Vec2) -> Aspect {
        Aspect { position, facing, worth: PILOT }
    }

    const CALM: Onlooker = Onlooker { eye: Vec2::new(3.0, -2.0), hurt_from: Vec2::ZERO };

    fn of(offset: Vec2, facing: Vec2) -> f32 {
        weight(&CALM, &pilot(CALM.eye + offset, facing))
    }

    #[test]
    fn the_near_matters_more_than_the_far() {
        let weights: Vec<f32> =
            [0.0, 1.0, 5.0, 20.0, 60.0].map(|x| of(Vec2::new(x, 0.0), Vec2::X)).to_vec();
        assert!(weights.windows(2).all(|pair| pair[0] > pair[1]), "{weights:?}");
        assert!(weights[4] > 1.0, "even the farthest gathers something: {weights:?}");
    }

    #[test]
    fn who_aims_at_the_player_matters_more_than_who_looks_away() {
        let place = Vec2::new(0.0, 30.0);
        assert_eq!(of(place, Vec2::NEG_Y), of(place, Vec2::Y) * (1.0 + AIMS));
        assert_eq!(of(place, Vec2::X), of(place, Vec2::Y));
        let nearly = Vec2::from_angle((-90.0_f32 + 10.0).to_radians());
        assert_eq!(of(place, nearly), of(place, Vec2::NEG_Y));
    }

    #[test]
    fn who_shot_the_player_matters_most() {
        let hurt = Onlooker { hurt_from: Vec2::X, ..CALM };
        let shooter = pilot(CALM.eye + Vec2::new(40.0, 2.0), Vec2::NEG_X);
        let other = pilot(CALM.eye + Vec2::new(-12.0, 0.0), Vec2::Y);
        assert!(weight(&hurt, &shooter) > weight(&hurt, &other));
        assert!(weight(&CALM, &shooter) < weight(&CALM, &pilot(other.position, Vec2::X)));
    }

    #[test]
    fn a_rocket_that_comes_matters_more_than_anybody_and_the_dead_hardly() {
        let place = CALM.eye + Vec2::new(10.0, 0.0);
        let rocket = Aspect { position: place, facing: Vec2::NEG_X, worth: ROCKET };
        let dead = Aspect { position: place, facing: Vec2::ZERO, worth: PILOT * DEAD };
        let aiming = pilot(place, Vec2::NEG_X);
        assert!(weight(&CALM, &rocket) > weight(&CALM, &aiming));
        assert!(weight(&CALM, &dead) < weight(&CALM, &pilot(place, Vec2::X)));
    }

    #[test]
    fn every_weight_is_positive_finite_and_far_below_the_own_states() {
        for offset in [Vec2::ZERO, Vec2::new(1e-6, 0.0), Vec2::new(300.0, 300.0)] {
            for facing in [Vec2::ZERO, Vec2::X, Vec2::NEG_X] {
                let hurt = Onlooker { hurt_from: Vec2::X, ..CALM };
                let found = weight(&hurt, &pilot(CALM.eye + offset, facing));
                assert!(found > 0.0 && found < OWN_WEIGHT / 4.0, "{found}");
            }
        }
    }
}
