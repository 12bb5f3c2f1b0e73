//! Rockets: slow enough to dodge, and they hurt everybody near where they end.
//!
//! A rocket is on its shooter's screen from the moment of the trigger, among others as they were then.
//! So the server lets it start at that moment, no further back than the rules allow for shots, and
//! flies it to the present at once, past everybody where they were meanwhile ([`super::past`]). From
//! then on it is judged in the present: everybody sees it coming and has the time to leave.

use glam::Vec2;
use netcode::{Moment, Tick, ViewTime};

use super::{Damage, Order, past};
use crate::angle;
use crate::arena::Arena;
use crate::collide;
use crate::crowd::{Crowd, Seen};
use crate::event::Weapon;
use crate::noise;
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

/// For how long a rocket that exploded before anybody could see it stays where it did: so that it is in
/// a snapshot, and everybody sees the explosion.
const SPENT_TICKS: u16 = 2;

/// A rocket in flight.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rocket {
    /// Unique while it flies, and reused late.
    pub id: u16,
    /// Who fired it.
    pub owner: PilotId,
    /// The tick whose input fired it.
    pub launched: Tick,
    /// In metres.
    pub position: Vec2,
    /// In metres per second.
    pub velocity: Vec2,
    /// Until it explodes by itself.
    pub left_ticks: u16,
    /// Whether it has exploded and is only still to be seen.
    pub spent: bool,
}

/// Where a rocket begins, and how fast it flies, when who stands at `from` fires along `aim`. Who has
/// the muzzle in a wall hits that wall.
pub fn launch_from(arena: &Arena, rules: &Rules, from: Vec2, aim: u16) -> (Vec2, Vec2) {
    let direction = angle::direction(aim);
    let ahead_m = collide::cast(arena, from, direction, MUZZLE_M + STANDOFF_M)
        .map_or(MUZZLE_M, |wall_m| (wall_m - STANDOFF_M).max(0.0));
    let velocity = quantize::velocity(direction * rules.rocket_speed_m_s);
    (quantize::position(from + direction * ahead_m), velocity)
}

/// How far a rocket flies from `position` before a wall ends it, in metres; as far as it can when none
/// does.
pub fn reach_m(arena: &Arena, rules: &Rules, position: Vec2, velocity: Vec2) -> f32 {
    let most_m = rules.rocket_speed_m_s * TICK_S * f32::from(rules.rocket_life_ticks);
    let wall_m = collide::cast(arena, position, velocity.normalize_or_zero(), most_m + STANDOFF_M);
    wall_m.map_or(most_m, |wall_m| (wall_m - STANDOFF_M).max(0.0))
}

/// Sends off a rocket and lets it make up for what its shooter's view lay behind.
pub(super) fn launch(world: &mut World, order: &Order, damages: &mut Vec<Damage>) {
    let Some(own) = world.pilot(order.shooter).map(|pilot| pilot.own) else { return };
    let Some(id) = free_id(world) else { return };
    let moment = past::moment(world, order.view);
    let from = past::muzzle(world, order.shooter, &moment).unwrap_or(own.body.position);
    let (position, velocity) = launch_from(&world.arena, &world.rules, from, own.aim);
    let mut rocket = Rocket {
        id,
        owner: order.shooter,
        launched: world.tick,
        position,
        velocity,
        left_ticks: world.rules.rocket_life_ticks,
        spent: false,
    };
    let lag_ticks = moment.view.ticks_before(world.tick) as f32;
    // The part of a tick comes first: every step ends at a whole tick.
    let mut ticks = lag_ticks.fract();
    for back in (0..=lag_ticks as u32).rev() {
        if let Some(crowd) = world.history.at(world.tick - back)
            && let Some(point) = fly(world, crowd, &mut rocket, ticks)
        {
            explode(world, (world.tick - back, crowd), rocket.owner, point, damages);
            noise::blast(world, point);
            spend(&mut rocket, point);
            break;
        }
        ticks = 1.0;
    }
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
pub(super) fn advance(world: &mut World, damages: &mut Vec<Damage>, blasts: &mut Vec<Vec2>) {
    let mut rockets = std::mem::take(&mut world.rockets);
    blasts.clear();
    if let Some((now, crowd)) = world.history.newest() {
        rockets.retain_mut(|rocket| {
            if rocket.spent {
                rocket.left_ticks = rocket.left_ticks.saturating_sub(1);
                return rocket.left_ticks > 0;
            }
            let Some(point) = fly(world, crowd, rocket, 1.0) else { return true };
            explode(world, (now, crowd), rocket.owner, point, damages);
            blasts.push(point);
            let unseen = now.since(rocket.launched) < i32::from(SPENT_TICKS);
            if unseen {
                spend(rocket, point);
            }
            unseen
        });
    }
    world.rockets = rockets;
    for point in blasts {
        noise::blast(world, *point);
    }
}

fn spend(rocket: &mut Rocket, point: Vec2) {
    rocket.position = quantize::position(point);
    rocket.left_ticks = SPENT_TICKS;
    rocket.spent = true;
}

/// Moves one rocket by a tick or a part of one, among pilots as they stand at its end; gives the point
/// where it explodes, if it does.
fn fly(world: &World, crowd: &Crowd, rocket: &mut Rocket, ticks: f32) -> Option<Vec2> {
    let rules = &world.rules;
    let speed = rocket.velocity.length();
    let way_m = speed * TICK_S * ticks;
    let direction = rocket.velocity / speed;
    let wall_m = collide::cast(&world.arena, rocket.position, direction, way_m + STANDOFF_M);
    let then = Seen::Between { before: crowd, after: crowd, fraction: 0.0 };
    let vulnerable = |id| {
        world.pilot(id).is_some_and(|pilot| pilot.is_vulnerable())
            && !world.spares(rocket.owner, id)
    };
    let pilot_m = then
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
    rocket.position = if ticks >= 1.0 {
        glide(rocket.position, rocket.velocity)
    } else {
        quantize::position(rocket.position + direction * way_m)
    };
    rocket.left_ticks = rocket.left_ticks.saturating_sub(u16::from(ticks >= 1.0));
    (rocket.left_ticks == 0).then_some(rocket.position)
}

/// Where a rocket is after a tick in which it met nothing.
pub(crate) fn glide(position: Vec2, velocity: Vec2) -> Vec2 {
    quantize::position(position + velocity * TICK_S)
}

/// What an explosion does to everybody whom no wall shelters. Others are where `crowd` has them; the
/// owner is where it is now, since its own body is never put back.
fn explode(
    world: &World,
    (tick, crowd): (Tick, &Crowd),
    owner: PilotId,
    point: Vec2,
    damages: &mut Vec<Damage>,
) {
    let rules = &world.rules;
    let then = ViewTime { tick, fraction: 0.0 };
    let mut hurt = |victim: PilotId, position: Vec2| {
        let strength = strength(position.distance(point), rules);
        if strength <= 0.0
            || world.spares(owner, victim)
            || !collide::is_open(&world.arena, point, position)
        {
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
            seen: position,
            moment: Moment::at(then, then),
            weapon: Weapon::Rocket,
        });
    };
    crowd.near(point, rules.splash_radius_m + rules.radius_m, |victim, _| {
        if victim != owner
            && let Some(position) = crowd.position(victim)
        {
            hurt(victim, position);
        }
    });
    if let Some(pilot) = world.pilot(owner).filter(|pilot| pilot.own.alive) {
        hurt(owner, pilot.own.body.position);
    }
}

/// 1 at the rim of the explosion's centre, 0 where it ends; measured to the rim of the pilot, so
/// that a direct hit has full strength.
fn strength(distance_m: f32, rules: &Rules) -> f32 {
    let rim_m = (distance_m - rules.radius_m - rules.rocket_radius_m).max(0.0);
    1.0 - (rim_m / rules.splash_radius_m).min(1.0)
}
