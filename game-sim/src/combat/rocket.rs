//! Rockets: slow enough to dodge, and they hurt everybody near where they end.
//!
//! They are judged in the present, not rewound: everybody sees a rocket coming and has the time to
//! leave.

use glam::Vec2;

use super::Damage;
use crate::angle;
use crate::collide;
use crate::crowd::{Between, Crowd};
use crate::event::Weapon;
use crate::pilot::PilotId;
use crate::quantize;
use crate::rules::{Rules, TICK_S};
use crate::world::World;

/// How many ids there are; see [`crate::entity`].
pub(crate) const ROCKET_IDS: u16 = 8192;

/// From the centre of a pilot to where its rockets begin: in front of its rim.
const MUZZLE_M: f32 = 0.7;

/// How far before a wall a rocket explodes, so that the wall does not hide the explosion.
const STANDOFF_M: f32 = 0.05;

/// A rocket in flight.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rocket {
    /// Unique while it flies, and reused late.
    pub id: u16,
    /// Who fired it.
    pub owner: PilotId,
    /// In metres.
    pub position: Vec2,
    /// In metres per second.
    pub velocity: Vec2,
    /// Until it explodes by itself.
    pub left_ticks: u16,
}

/// Sends off a rocket of `shooter`. It first moves in the next tick.
pub(super) fn launch(world: &mut World, shooter: PilotId) {
    let Some(own) = world.pilot(shooter).map(|pilot| pilot.own) else { return };
    let Some(id) = free_id(world) else { return };
    let direction = angle::direction(own.aim);
    // Who stands with the muzzle in a wall hits that wall.
    let ahead_m = collide::cast(&world.arena, own.body.position, direction, MUZZLE_M + STANDOFF_M)
        .map_or(MUZZLE_M, |wall_m| (wall_m - STANDOFF_M).max(0.0));
    let rocket = Rocket {
        id,
        owner: shooter,
        position: quantize::position(own.body.position + direction * ahead_m),
        velocity: quantize::velocity(direction * world.rules.rocket_speed_m_s),
        left_ticks: world.rules.rocket_life_ticks,
    };
    let place = world.rockets.partition_point(|other| other.id < id);
    world.rockets.insert(place, rocket);
    world.next_rocket = (id + 1) % ROCKET_IDS;
}

/// The next id that no rocket has; none when all are in the air.
fn free_id(world: &World) -> Option<u16> {
    let used = |id: u16| world.rockets.binary_search_by_key(&id, |rocket| rocket.id).is_ok();
    (0..ROCKET_IDS).map(|ahead| (world.next_rocket + ahead) % ROCKET_IDS).find(|&id| !used(id))
}

/// Moves all rockets by one tick; those that met something explode.
pub(super) fn advance(world: &mut World, damages: &mut Vec<Damage>) {
    let mut rockets = std::mem::take(&mut world.rockets);
    if let Some((_, crowd)) = world.history.newest() {
        rockets.retain_mut(|rocket| match fly(world, crowd, rocket) {
            None => true,
            Some(point) => {
                explode(world, crowd, rocket.owner, point, damages);
                false
            }
        });
    }
    world.rockets = rockets;
}

/// Moves one rocket; gives the point where it explodes, if it does.
fn fly(world: &World, crowd: &Crowd, rocket: &mut Rocket) -> Option<Vec2> {
    let rules = &world.rules;
    let speed = rocket.velocity.length();
    let way_m = speed * TICK_S;
    let direction = rocket.velocity / speed;
    let wall_m = collide::cast(&world.arena, rocket.position, direction, way_m + STANDOFF_M);
    let present = Between { before: crowd, after: crowd, fraction: 0.0 };
    let vulnerable = |id| world.pilot(id).is_some_and(|pilot| pilot.is_vulnerable());
    let pilot_m = present
        .first_hit(
            (rocket.position, direction),
            wall_m.unwrap_or(way_m).min(way_m),
            rules.radius_m + rules.rocket_radius_m,
            rocket.owner,
            vulnerable,
        )
        .map(|(_, distance_m)| distance_m);
    if let Some(distance_m) = pilot_m {
        return Some(rocket.position + direction * distance_m);
    }
    if let Some(distance_m) = wall_m {
        return Some(rocket.position + direction * (distance_m - STANDOFF_M).max(0.0));
    }
    rocket.position = quantize::position(rocket.position + direction * way_m);
    rocket.left_ticks = rocket.left_ticks.saturating_sub(1);
    (rocket.left_ticks == 0).then_some(rocket.position)
}

/// What an explosion does to everybody whom no wall shelters.
fn explode(world: &World, crowd: &Crowd, owner: PilotId, point: Vec2, damages: &mut Vec<Damage>) {
    let rules = &world.rules;
    crowd.near(point, rules.splash_radius_m + rules.radius_m, |victim, distance_m| {
        let Some(position) = crowd.position(victim) else { return };
        let strength = strength(distance_m, rules);
        if strength <= 0.0 || !collide::is_open(&world.arena, point, position) {
            return;
        }
        let factor = if victim == owner { rules.rocket_self_factor } else { 1.0 };
        let away = (position - point).try_normalize().unwrap_or(Vec2::ZERO);
        let amount = (f32::from(rules.rocket_damage) * strength * factor).round() as u8;
        let knock = away * rules.knock_back_m_s * strength;
        if amount == 0 && knock == Vec2::ZERO {
            return;
        }
        damages.push(Damage {
            attacker: owner,
            victim,
            amount,
            knock,
            from: point,
            weapon: Weapon::Rocket,
        });
    });
}

/// 1 at the rim of the explosion's centre, 0 where it ends; measured to the rim of the pilot, so
/// that a direct hit has full strength.
fn strength(distance_m: f32, rules: &Rules) -> f32 {
    let rim_m = (distance_m - rules.radius_m - rules.rocket_radius_m).max(0.0);
    1.0 - (rim_m / rules.splash_radius_m).min(1.0)
}
