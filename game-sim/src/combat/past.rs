//! The past as a shooter saw it: where everybody stood, and where the shooter itself stood, at the
//! moment at which the trigger was pulled.
//!
//! Others are put back between the very snapshots that they were drawn between, or where their movement
//! led to from the newest that was there, no further back than the rules allow. Walls are never put back, and what happened since (deaths, protection) is not undone.

use glam::Vec2;
use netcode::{Moment, ViewTime};

use crate::collide;
use crate::crowd::{Seen, TELEPORT_M};
use crate::pilot::PilotId;
use crate::world::World;

/// The moment that counts for a shot in the world's present tick: what the player says it saw, within
/// the rules; the present for who says nothing.
pub(super) fn moment(world: &World, view: Option<Moment>) -> Moment {
    let present = ViewTime { tick: world.tick, fraction: 0.0 };
    let moment = view.unwrap_or_else(|| Moment::at(present, present));
    moment.within(world.tick, u32::from(world.rules.rewind_cap_ticks))
}

/// Where everybody was to be seen at a moment.
pub(super) fn others<'a>(world: &'a World, moment: &Moment) -> Option<Seen<'a>> {
    let (_, present) = world.history.newest()?;
    let at = |tick| world.history.at(tick);
    if let Some(known) = at(moment.from).filter(|_| moment.is_beyond) {
        return Some(Seen::Beyond {
            known,
            ticks: moment.view.tick.since(moment.from).unsigned_abs(),
            fraction: moment.view.fraction,
            arena: &world.arena,
            rules: &world.rules,
        });
    }
    let exact = (at(moment.view.tick), moment.view.fraction);
    let (before, after, fraction) = match (at(moment.from), at(moment.to), exact) {
        (Some(before), Some(after), _) if !moment.is_beyond => (before, after, moment.alpha()),
        // The newer snapshot is not made yet: a claim about the present.
        (_, _, (Some(before), fraction)) => {
            (before, at(moment.view.tick.next()).unwrap_or(before), fraction)
        }
        // The world is younger than the view, so the oldest that it remembers must do.
        _ => {
            let oldest = world.history.iter().next().unwrap_or(present);
            (oldest, oldest, 0.0)
        }
    };
    Some(Seen::Between { before, after, fraction })
}

/// Where the shooter was drawn on its own screen; where it is when it was not there then, or when a wall
/// is between the two: how far behind its screen was is the client's word alone, and must not let anybody
/// shoot from the open who stands in cover.
pub(super) fn muzzle(world: &World, shooter: PilotId, moment: &Moment) -> Option<Vec2> {
    let now = world.pilot(shooter)?.own.body.position;
    let at = |tick| world.history.at(tick).and_then(|crowd| crowd.position(shooter));
    let (Some(before), Some(after)) = (at(moment.own.tick), at(moment.own.tick.next())) else {
        return Some(now);
    };
    let elsewhere = before.distance(after) > TELEPORT_M || after.distance(now) > TELEPORT_M;
    let then = before.lerp(after, moment.own.fraction);
    Some(if elsewhere || !collide::is_open(&world.arena, now, then) { now } else { then })
}
