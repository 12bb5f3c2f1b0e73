//! Where a pilot appears: far from living enemies, not always in the same place, and where there are
//! teams on the own side of the arena.

use glam::Vec2;

use crate::arena::Spawn;
use crate::collide;
use crate::pilot::PilotId;
use crate::random;
use crate::team::Team;
use crate::world::World;

/// How many spawn points are compared. More would find a slightly better one for twice the time.
const CANDIDATES: usize = 8;

/// Beyond this an enemy's distance no longer matters: a spawn far from the fight is dull.
const FAR_ENOUGH_M: f32 = 40.0;

/// How far from its point a pilot may appear, so that two of the same tick can be told apart.
const SCATTER_M: f32 = 1.5;

/// Puts a pilot at the best of some random spawn points, whole and armed.
pub(crate) fn place(world: &mut World, id: PilotId) {
    let Some(spawn) = choose(world, id) else { return };
    place_at(world, id, spawn);
}

/// Puts everybody at a new place, for a new round: each spawn point is used once before one is
/// used twice. Nobody's enemies are where they were, so there is nothing to compare.
pub(crate) fn place_all(world: &mut World) {
    let groups = match world.mode.has_teams() {
        true => Team::BOTH.map(Some).to_vec(),
        false => vec![None],
    };
    for team in groups {
        let mut order: Vec<usize> = match team {
            Some(team) => world.arena.team_spawns[team.index()].clone(),
            None => (0..world.arena.spawns.len()).collect(),
        };
        for last in (1..order.len()).rev() {
            order.swap(last, random::below(&mut world.rng, last + 1));
        }
        let members = world.pilots().filter(|(_, pilot)| pilot.team == team);
        let pilots: Vec<PilotId> = members.map(|(id, _)| id).collect();
        for (id, &place) in pilots.into_iter().zip(order.iter().cycle()) {
            let spawn = world.arena.spawns[place];
            place_at(world, id, spawn);
        }
    }
}

fn choose(world: &mut World, id: PilotId) -> Option<Spawn> {
    // Where there are teams, each has its own places.
    let arena = world.arena.clone();
    let own = world.team(id).map(|team| &arena.team_spawns[team.index()]);
    let count = own.map_or(arena.spawns.len(), Vec::len);
    let mut best: Option<(f32, usize)> = None;
    for candidate in 0..count.min(CANDIDATES) {
        let all_compared = count <= CANDIDATES;
        let place = if all_compared { candidate } else { random::below(&mut world.rng, count) };
        let place = own.map_or(place, |own| own[place]);
        // The chance makes the choice hard to foresee for whoever waits at the best place.
        let value = enemy_distance(world, id, world.arena.spawns[place].position)
            * random::between(&mut world.rng, 0.7, 1.0);
        if best.is_none_or(|(best_value, _)| value > best_value) {
            best = Some((value, place));
        }
    }
    best.map(|(_, place)| world.arena.spawns[place])
}

/// The distance of the nearest living enemy, up to what matters.
fn enemy_distance(world: &World, me: PilotId, place: Vec2) -> f32 {
    world
        .pilots()
        .filter(|(id, pilot)| *id != me && pilot.own.alive && !world.are_friends(me, *id))
        .map(|(_, pilot)| pilot.own.body.position.distance(place))
        .fold(FAR_ENOUGH_M, f32::min)
}

fn place_at(world: &mut World, id: PilotId, spawn: Spawn) {
    let scatter = Vec2::new(
        random::between(&mut world.rng, -SCATTER_M, SCATTER_M),
        random::between(&mut world.rng, -SCATTER_M, SCATTER_M),
    );
    // As if the pilot had walked there from the point: so it never appears in or behind a wall.
    let place =
        collide::slide(&world.arena, spawn.position, scatter, world.rules.radius_m, 1.0).position;
    let weapons_free = world.round.has_weapons();
    let rules = world.rules.clone();
    let Some(pilot) = world.pilot_mut(id) else { return };
    pilot.own = pilot.own.spawned(place, spawn.facing, &rules);
    pilot.own.weapons_free = weapons_free;
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use netcode::Tick;

    use super::*;
    use crate::arena::Arena;
    use crate::rules::Rules;
    use crate::step::{Inputs, Join, step};

    fn join(slot: u16) -> Inputs {
        let join = Join { pilot: PilotId(slot), name: "someone".to_owned(), bot: false };
        Inputs { joins: vec![join], ..Inputs::default() }
    }

    #[test]
    fn a_newcomer_appears_far_from_the_enemy() {
        let at = |x: f32| Spawn { position: Vec2::new(x, 0.0), facing: 0 };
        let arena = Arena::new(
            "line",
            Vec2::splat(30.0),
            Vec::new(),
            vec![at(-25.0), at(0.0), at(25.0)],
            Vec::new(),
            0,
        );
        for seed in 0..20 {
            let mut world = World::new(Arc::new(arena.clone()), Rules::default(), seed, 2, Tick(0));
            step(&mut world, &join(0));
            step(&mut world, &join(1));
            let place = |slot| world.pilot(PilotId(slot)).unwrap().own.body.position;
            assert!(place(0).distance(place(1)) > 20.0, "seed {seed}");
        }
    }
}
