//! The row that only its owner gets: the whole of [`Own`], exactly, and how it steers, so that both
//! ends can go on from an older one.

use glam::Vec2;
use netcode::Replicate;
use netcode::delta::Guess;

use super::steering::{self, Places};
use crate::controls::Controls;
use crate::input::PilotInput;
use crate::movement::Body;
use crate::own::{self, Own};
use crate::pilot::Pilot;
use crate::protocol::Scenery;
use crate::steer;

/// [`Own`] as it travels. The ranges are those that the rules allow.
#[derive(Clone, Copy, Debug, PartialEq, Replicate)]
#[replicate(name = "own")]
pub struct OwnRow {
    alive: bool,
    weapons_free: bool,
    fire: bool,
    #[replicate(range = 0..=80)]
    steer: u8,
    #[replicate(range = 0..=60, motion)]
    dash_ticks: u16,
    #[replicate(range = 0..=4095, wrap)]
    aim: u16,
    #[replicate(range = 0..=15, stage)]
    steer_ticks: u8,
    #[replicate(range = 0..=80, stage)]
    before: u8,
    #[replicate(range = 0..=15, stage)]
    before_ticks: u8,
    #[replicate(range = 0..=80, stage)]
    first: u8,
    #[replicate(range = 0..=15)]
    first_ticks: u8,
    #[replicate(range = -256.0..=256.0, precision = 0.001953125, predict = velocity(velocity_x), stage)]
    x: f32,
    #[replicate(range = -256.0..=256.0, precision = 0.001953125, predict = velocity(velocity_y))]
    y: f32,
    #[replicate(range = -32.0..=32.0, precision = 0.00390625)]
    velocity_x: f32,
    #[replicate(range = -32.0..=32.0, precision = 0.00390625)]
    velocity_y: f32,
    #[replicate(range = 0..=4095, wrap)]
    dash_direction: u16,
    #[replicate(range = 0..=600)]
    dash_cooldown_ticks: u16,
    #[replicate(range = 0..=100)]
    health: u8,
    #[replicate(range = 0..=600)]
    respawn_ticks: u16,
    #[replicate(range = 0..=600)]
    protection_ticks: u16,
    #[replicate(range = 0..=250)]
    rifle_rounds: u8,
    #[replicate(range = 0..=1000)]
    rifle_reserve: u16,
    #[replicate(range = 0..=600)]
    rifle_cooldown_ticks: u16,
    #[replicate(range = 0..=600)]
    reload_ticks: u16,
    #[replicate(range = 0..=250)]
    rockets: u8,
    #[replicate(range = 0..=600)]
    rocket_cooldown_ticks: u16,
    #[replicate(range = 0..=255, wrap)]
    shots: u8,
    #[replicate(range = 0..=255, wrap)]
    hits: u8,
    #[replicate(range = 0..=255, wrap)]
    hurt: u8,
    #[replicate(range = 0..=4095, wrap)]
    hurt_from: u16,
}

/// The columns that say how it steers.
pub(super) const STEERING: Places = Places {
    steer: 3,
    dash_ticks: 4,
    steer_ticks: 6,
    before: 7,
    before_ticks: 8,
    first: 9,
    first_ticks: 10,
};

/// The farthest that the owner's row is followed: an older one is taken as it is.
const FOLLOWED_TICKS: u32 = 40;

impl OwnRow {
    fn new(own: &Own, controls: &Controls) -> Self {
        Self {
            alive: own.alive,
            weapons_free: own.weapons_free,
            fire: controls.fire,
            steer: steer::number(controls.now),
            steer_ticks: controls.now_ticks,
            dash_ticks: own.body.dash_ticks,
            aim: own.aim,
            before: steer::number(controls.before),
            before_ticks: controls.before_ticks,
            first: steer::number(controls.first),
            first_ticks: controls.first_ticks,
            x: own.body.position.x,
            y: own.body.position.y,
            velocity_x: own.body.velocity.x,
            velocity_y: own.body.velocity.y,
            dash_direction: own.body.dash_direction,
            dash_cooldown_ticks: own.body.dash_cooldown_ticks,
            health: own.health,
            respawn_ticks: own.respawn_ticks,
            protection_ticks: own.protection_ticks,
            rifle_rounds: own.rifle_rounds,
            rifle_reserve: own.rifle_reserve,
            rifle_cooldown_ticks: own.rifle_cooldown_ticks,
            reload_ticks: own.reload_ticks,
            rockets: own.rockets,
            rocket_cooldown_ticks: own.rocket_cooldown_ticks,
            shots: own.shots,
            hits: own.hits,
            hurt: own.hurt,
            hurt_from: own.hurt_from,
        }
    }

    fn controls(&self) -> Controls {
        Controls {
            now: steer::movement(self.steer),
            now_ticks: self.steer_ticks,
            before: steer::movement(self.before),
            before_ticks: self.before_ticks,
            first: steer::movement(self.first),
            first_ticks: self.first_ticks,
            fire: self.fire,
        }
    }

    /// What becomes of `earlier` when its owner steers and shoots as `self` says.
    fn followed(&self, earlier: &Self, age: u32, scenery: &Scenery) -> Self {
        let mut own = Own::from(earlier);
        let controls = self.controls();
        let dash_elapsed = scenery.rules.dash_ticks.saturating_sub(self.dash_ticks);
        let left = u32::from(earlier.dash_ticks).saturating_sub(age);
        let begun = (u32::from(self.dash_ticks) != left && self.dash_ticks > 0)
            .then(|| age.checked_sub(u32::from(dash_elapsed)))
            .flatten();
        if age <= FOLLOWED_TICKS {
            let course = controls.since(&earlier.controls(), age);
            for tick in 0..age {
                let (move_x, move_y) = course.at(age - tick);
                let (aim, fire, dash) = (self.aim, self.fire, Some(tick) == begun);
                let input = PilotInput { move_x, move_y, aim, fire, dash, ..PilotInput::default() };
                own::predict(&mut own, &input, &scenery.arena, &scenery.rules);
            }
        }
        // The first stages are known, whatever came of following.
        let known =
            Own { alive: self.alive, weapons_free: self.weapons_free, aim: self.aim, ..own };
        Self { dash_ticks: self.dash_ticks, ..Self::new(&known, &controls) }
    }
}

/// Guesses the owner's row.
pub(super) fn guess(scenery: &Scenery, guess: &mut Guess<'_>) {
    STEERING.guess(guess);
    if !guess.is_in(steering::BEYOND) {
        return;
    }
    let Some(earlier) = guess.baseline.map(OwnRow::restore) else { return };
    let row = OwnRow::restore(guess.known).followed(&earlier, guess.age_ticks, scenery);
    guess.set_from(steering::BEYOND, &row);
}

/// Of somebody who has not steered yet.
impl From<&Own> for OwnRow {
    fn from(own: &Own) -> Self {
        Self::new(own, &Controls::default())
    }
}

impl From<&Pilot> for OwnRow {
    fn from(pilot: &Pilot) -> Self {
        Self::new(&pilot.own, &pilot.controls)
    }
}

impl From<&OwnRow> for Own {
    fn from(row: &OwnRow) -> Self {
        Self {
            body: Body {
                position: Vec2::new(row.x, row.y),
                velocity: Vec2::new(row.velocity_x, row.velocity_y),
                dash_ticks: row.dash_ticks,
                dash_cooldown_ticks: row.dash_cooldown_ticks,
                dash_direction: row.dash_direction,
            },
            aim: row.aim,
            health: row.health,
            alive: row.alive,
            respawn_ticks: row.respawn_ticks,
            protection_ticks: row.protection_ticks,
            weapons_free: row.weapons_free,
            rifle_rounds: row.rifle_rounds,
            rifle_reserve: row.rifle_reserve,
            rifle_cooldown_ticks: row.rifle_cooldown_ticks,
            reload_ticks: row.reload_ticks,
            rockets: row.rockets,
            rocket_cooldown_ticks: row.rocket_cooldown_ticks,
            shots: row.shots,
            hits: row.hits,
            hurt: row.hurt,
            hurt_from: row.hurt_from,
        }
    }
}

impl Own {
    /// What a row says, exactly.
    pub fn from_row(row: &OwnRow) -> Self {
        Self::from(row)
    }
}
