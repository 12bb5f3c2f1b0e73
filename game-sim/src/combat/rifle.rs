//! The rifle: a ray that hits at once whom the shooter saw in front of it.
//!
//! It starts where the shooter saw itself and meets others where it saw them ([`super::past`]), so that
//! what was under the cross-hair is what is hit, whatever the connection and the frame rate.

use super::{Damage, Order, past};
use crate::angle;
use crate::collide;
use crate::event::Weapon;
use crate::world::World;

/// Whom a shot hits, if anybody.
pub(super) fn shoot(world: &World, order: &Order) -> Option<Damage> {
    let shooter = world.pilot(order.shooter)?;
    let rules = &world.rules;
    let moment = past::moment(world, order.view);
    let from = past::muzzle(world, order.shooter, &moment)?;
    let direction = angle::direction(shooter.own.aim);
    let range_m = collide::cast(&world.arena, from, direction, rules.rifle_range_m)
        .unwrap_or(rules.rifle_range_m);
    // Who died or came back in the meantime is safe, wherever the shooter still sees that pilot.
    // Who is of the own team does not stop the shot either, unless the rules say so.
    let vulnerable = |id| {
        world.pilot(id).is_some_and(|pilot| pilot.is_vulnerable())
            && !world.spares(order.shooter, id)
    };
    let others = past::others(world, &moment)?;
    let (victim, _) =
        others.first_hit((from, direction), range_m, rules.radius_m, order.shooter, vulnerable)?;
    Some(Damage {
        attacker: order.shooter,
        victim,
        amount: rules.rifle_damage,
        knock: glam::Vec2::ZERO,
        from,
        seen: others.position(victim)?,
        moment,
        weapon: Weapon::Rifle,
    })
}
