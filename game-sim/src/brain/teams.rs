//! What a bot does for its team: which point it goes to, and that it does not shoot its own.

use glam::Vec2;
use rand_pcg::Pcg32;

use crate::collide;
use crate::contest::{Point, Presence};
use crate::random;
use crate::sight::Sight;
use crate::team::Team;

/// How much farther a bot goes for a point that is not its team's than to one that is.
const DEFEND_M: f32 = 60.0;

/// How much nearer an own point seems while the enemy is on it.
const ALARM_M: f32 = 45.0;

/// How differently bots judge distances, as a part of them, so that they don't all go to one point.
const WHIM: f32 = 0.8;

/// How far around the centre of a point a bot stands, as a part of its radius.
const INSIDE: f32 = 0.65;

/// How near to the line of fire a friend must be to be in the way, in radii of a pilot.
const WIDE: f32 = 1.5;

/// Which point to go to, and where on it; none where nobody fights for points.
pub(super) fn objective(sight: &Sight<'_>, rng: &mut Pcg32) -> Option<(u8, Vec2)> {
    let team = sight.team?;
    let place = sight.own.body.position;
    let mut best: Option<(f32, u8, Vec2)> = None;
    for ((point, spot), number) in sight.points.iter().zip(&sight.arena.points).zip(0..) {
        let whim = 1.0 + WHIM * (random::unit(rng) - 0.5);
        let away_m = (spot.position.distance(place) + spot.radius_m) * whim;
        let value = away_m + reluctance_m(point, team);
        let angle = random::below(rng, usize::from(crate::angle::TURN)) as u16;
        let out_m = spot.radius_m * INSIDE * random::unit(rng);
        let inside = spot.position + crate::angle::direction(angle) * out_m;
        let open = collide::is_clear(sight.arena, inside, sight.rules.radius_m);
        let goal = if open { inside } else { spot.position };
        if best.is_none_or(|(least, ..)| value < least) {
            best = Some((value, number, goal));
        }
    }
    best.map(|(_, number, goal)| (number, goal))
}

/// How much farther away a point seems for what it is worth.
fn reluctance_m(point: &Point, team: Team) -> f32 {
    let theirs = Presence::Only(team.other());
    match point.owner {
        Some(owner) if owner == team && [theirs, Presence::Both].contains(&point.here) => {
            DEFEND_M - ALARM_M
        }
        Some(owner) if owner == team => DEFEND_M,
        _ => 0.0,
    }
}

/// Whether a point is not the own team's yet, so that being there matters more than a good position.
pub(super) fn is_wanted(sight: &Sight<'_>, point: u8) -> bool {
    let point = sight.points.get(usize::from(point));
    point.is_some_and(|point| point.owner != sight.team)
}

/// Whether a shot along `offset` would hurt somebody of the own team before it arrives.
pub(super) fn is_friend_in_the_way(sight: &Sight<'_>, offset: Vec2) -> bool {
    if sight.team.is_none() || !sight.rules.friendly_fire {
        return false;
    }
    let (direction, length_m) = (offset.normalize_or_zero(), offset.length());
    let mut friends = sight
        .pilots
        .iter()
        .filter(|pilot| pilot.alive && pilot.id != sight.me && !sight.is_enemy(pilot));
    friends.any(|friend| {
        let to = friend.position - sight.own.body.position;
        let ahead_m = to.dot(direction);
        let aside_m = (to - direction * ahead_m).length();
        (0.0..length_m).contains(&ahead_m) && aside_m < sight.rules.radius_m * WIDE
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_ours_comes_first_then_what_is_attacked() {
        let point = |owner, here| Point { owner, here, lean_ticks: 0 };
        let (us, them) = (Team::West, Team::East);
        let value = |owner, here| reluctance_m(&point(owner, here), us);
        assert_eq!(value(None, Presence::Nobody), value(Some(them), Presence::Only(them)));
        let attacked = value(Some(us), Presence::Both);
        assert!(value(None, Presence::Nobody) < attacked);
        assert!(attacked < value(Some(us), Presence::Only(us)));
    }
}
