//! The rifle: a ray that hits at once whom the shooter saw in front of it.
//!
//! Others are put back to where the shooter saw them when it fired, between two recorded ticks
//! and no further back than the rules allow. The shooter itself and the walls are never put back.

use netcode::{Tick, ViewTime};

use super::{Damage, Order};
use crate::angle;
use crate::collide;
use crate::crowd::Moment;
use crate::event::Weapon;
use crate::world::World;

/// Whom a shot hits, if anybody.
pub(super) fn shoot(world: &World, order: &Order) -> Option<Damage> {
    let shooter = world.pilot(order.shooter)?;
    let rules = &world.rules;
    let from = shooter.own.body.position;
    let direction = angle::direction(shooter.own.aim);
    let range_m = collide::cast(&world.arena, from, direction, rules.rifle_range_m)
        .unwrap_or(rules.rifle_range_m);
    let moment = moment(world, order.view)?;
    // Who died or came back in the meantime is safe, wherever the shooter still sees that pilot.
    let vulnerable = |id| world.pilot(id).is_some_and(|pilot| pilot.is_vulnerable());
    let (victim, _) =
        moment.first_hit((from, direction), range_m, rules.radius_m, order.shooter, vulnerable)?;
    Some(Damage {
        attacker: order.shooter,
        victim,
        amount: rules.rifle_damage,
        knock: glam::Vec2::ZERO,
        from,
        weapon: Weapon::Rifle,
    })
}

/// The moment that a shooter saw, brought inside what the rules and the history allow.
fn moment(world: &World, view: Option<ViewTime>) -> Option<Moment<'_>> {
    let (now, present) = world.history.newest()?;
    let age =
        view.map_or(0.0, |view| age_ticks(now, view)).min(f32::from(world.rules.rewind_cap_ticks));
    let back = age.ceil();
    let tick = now - back as u32;
    let Some(before) = world.history.at(tick) else {
        // The world is younger than the view, so the oldest that it remembers must do.
        let oldest = world.history.iter().next().unwrap_or(present);
        return Some(Moment { before: oldest, after: oldest, fraction: 0.0 });
    };
    let after = world.history.at(tick.next()).unwrap_or(before);
    Some(Moment { before, after, fraction: back - age })
}

/// How long ago a view was, never negative and never not a number, whatever the peer sent.
fn age_ticks(now: Tick, view: ViewTime) -> f32 {
    let fraction = if view.fraction.is_finite() { view.fraction.clamp(0.0, 1.0) } else { 0.0 };
    (now.since(view.tick) as f32 - fraction).max(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_view_is_younger_than_now_or_not_a_number() {
        let now = Tick(100);
        assert_eq!(age_ticks(now, ViewTime { tick: Tick(90), fraction: 0.25 }), 9.75);
        assert_eq!(age_ticks(now, ViewTime { tick: Tick(101), fraction: 0.0 }), 0.0);
        assert_eq!(age_ticks(now, ViewTime { tick: Tick(99), fraction: f32::NAN }), 1.0);
        assert_eq!(age_ticks(now, ViewTime { tick: Tick(99), fraction: f32::INFINITY }), 1.0);
    }
}
