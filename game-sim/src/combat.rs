//! Shots, damage and death.
//!
//! All shots and explosions of a tick are judged first and hurt afterwards, so two pilots can kill
//! each other in the same tick, as two people with rifles can.

mod audit;
mod past;
mod rifle;
mod rocket;

use glam::Vec2;
use netcode::Moment;

pub use audit::Hit;
pub(crate) use rocket::ROCKET_IDS;
pub(crate) use rocket::glide;
pub use rocket::{Rocket, launch_from, reach_m};

use crate::angle;
use crate::event::{Event, Weapon};
use crate::noise;
use crate::own::Fired;
use crate::pilot::PilotId;
use crate::rules::Rules;
use crate::world::{Scratch, World};

/// What one pilot fired in this tick.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Order {
    pub(crate) shooter: PilotId,
    pub(crate) fired: Fired,
    pub(crate) view: Option<Moment>,
}

/// What a shot or an explosion does to one pilot.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Damage {
    attacker: PilotId,
    victim: PilotId,
    amount: u8,
    /// Added to the victim's velocity.
    knock: Vec2,
    /// Whence it came.
    from: Vec2,
    /// Where the victim was judged to be, and by which moment.
    seen: Vec2,
    moment: Moment,
    weapon: Weapon,
}

/// Judges the shots of this tick, moves the rockets, and hurts whom they hit.
pub(crate) fn resolve(world: &mut World, scratch: &mut Scratch) {
    let Scratch { orders, damages, blasts, .. } = scratch;
    damages.clear();
    for order in &*orders {
        noise::shot(world, order.shooter);
    }
    for order in orders.iter().filter(|order| order.fired.rifle) {
        damages.extend(rifle::shoot(world, order));
    }
    rocket::advance(world, damages, blasts);
    for order in orders.iter().filter(|order| order.fired.rocket) {
        rocket::launch(world, order, damages);
    }
    for damage in &*damages {
        apply(world, damage);
    }
}

fn apply(world: &mut World, damage: &Damage) {
    let rules = world.rules.clone();
    let Some(victim) = world.pilot_mut(damage.victim).filter(|pilot| pilot.is_vulnerable()) else {
        return;
    };
    let own = &mut victim.own;
    let present = own.body.position;
    if damage.knock != Vec2::ZERO {
        own.body.knock(damage.knock, &rules);
    }
    own.health = own.health.saturating_sub(damage.amount);
    own.hurt = own.hurt.wrapping_add(1);
    own.hurt_from = angle::toward(damage.from - own.body.position);
    let died = own.health == 0;
    world.hits.push(Hit {
        tick: world.tick,
        shooter: damage.attacker,
        victim: damage.victim,
        weapon: damage.weapon,
        moment: damage.moment,
        from: damage.from,
        seen: damage.seen,
        present,
        damage: damage.amount,
        killed: died,
    });
    if damage.attacker != damage.victim
        && let Some(attacker) = world.pilot_mut(damage.attacker)
    {
        attacker.own.hits = attacker.own.hits.wrapping_add(1);
    }
    if died {
        kill(world, damage, &rules);
    }
}

fn kill(world: &mut World, damage: &Damage, rules: &Rules) {
    let suicide = damage.attacker == damage.victim;
    let treason = world.are_friends(damage.attacker, damage.victim);
    if let Some(victim) = world.pilot_mut(damage.victim) {
        let own = &mut victim.own;
        own.alive = false;
        own.respawn_ticks = rules.respawn_ticks;
        own.reload_ticks = 0;
        own.body.velocity = Vec2::ZERO;
        own.body.dash_ticks = 0;
        victim.deaths = victim.deaths.saturating_add(1);
        if suicide {
            victim.score = victim.score.saturating_sub(1);
        }
    }
    let killer = world.pilot_mut(damage.attacker).map(|killer| {
        if treason {
            killer.score = killer.score.saturating_sub(1);
        } else if !suicide {
            killer.kills = killer.kills.saturating_add(1);
            killer.score = killer.score.saturating_add(1);
        }
        damage.attacker
    });
    world.events.push(Event::Killed { killer, victim: damage.victim, weapon: damage.weapon });
}
