//! The row that only its owner gets: the whole of [`Own`], exactly.

use glam::Vec2;
use netcode::Replicate;

use crate::movement::Body;
use crate::own::Own;

/// [`Own`] as it travels. The ranges are those that the rules allow.
#[derive(Clone, Copy, Debug, PartialEq, Replicate)]
#[replicate(name = "own")]
pub struct OwnRow {
    #[replicate(range = -256.0..=256.0, precision = 0.001953125, predict = velocity(velocity_x))]
    x: f32,
    #[replicate(range = -256.0..=256.0, precision = 0.001953125, predict = velocity(velocity_y))]
    y: f32,
    #[replicate(range = -32.0..=32.0, precision = 0.00390625)]
    velocity_x: f32,
    #[replicate(range = -32.0..=32.0, precision = 0.00390625)]
    velocity_y: f32,
    #[replicate(range = 0..=60)]
    dash_ticks: u16,
    #[replicate(range = 0..=600)]
    dash_cooldown_ticks: u16,
    #[replicate(range = 0..=4095, wrap)]
    dash_direction: u16,
    #[replicate(range = 0..=4095, wrap)]
    aim: u16,
    #[replicate(range = 0..=100)]
    health: u8,
    alive: bool,
    #[replicate(range = 0..=600)]
    respawn_ticks: u16,
    #[replicate(range = 0..=600)]
    protection_ticks: u16,
    weapons_free: bool,
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

impl From<&Own> for OwnRow {
    fn from(own: &Own) -> Self {
        Self {
            x: own.body.position.x,
            y: own.body.position.y,
            velocity_x: own.body.velocity.x,
            velocity_y: own.body.velocity.y,
            dash_ticks: own.body.dash_ticks,
            dash_cooldown_ticks: own.body.dash_cooldown_ticks,
            dash_direction: own.body.dash_direction,
            aim: own.aim,
            health: own.health,
            alive: own.alive,
            respawn_ticks: own.respawn_ticks,
            protection_ticks: own.protection_ticks,
            weapons_free: own.weapons_free,
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
