//! What each pilot hears, against what it sees.

use super::*;
use crate::interest::Interest;
use game_sim::{
    Arena, Command, Inputs, Join, KIND_NOISE, PilotId, PilotInput, Rules, World, sight, snapshot,
    step,
};
use netcode::{Tick, server::ClientId};

/// Two hundred pilots in the large arena, of whom every other one shoots.
fn world() -> World {
    let arena = Arena::builtin("expanse").unwrap().unwrap();
    let rules = Rules { protection_ticks: 0, ..Rules::default() };
    let mut world = World::new(arena, rules, 5, 200, Tick(0));
    let join = |slot| Join { pilot: PilotId(slot), name: slot.to_string(), bot: true };
    step(&mut world, &Inputs { joins: (0..200).map(join).collect(), ..Inputs::default() });
    let fire = PilotInput { fire: true, ..PilotInput::default() };
    let shoot = |slot| (PilotId(slot), Command { input: fire, view: None });
    step(
        &mut world,
        &Inputs { commands: (0..200).step_by(2).map(shoot).collect(), ..Inputs::default() },
    );
    world
}

/// The squares that a pilot is told to be noisy.
fn heard(interest: &mut Interest, world: &World, pilot: u16) -> Vec<u16> {
    let snapshot = snapshot(world);
    let eye = world.pilot(PilotId(pilot)).unwrap().own.body.position;
    let client = ClientId(u32::from(pilot));
    let told = interest.visible(&snapshot, client, Some(PilotId(pilot)), eye).to_vec();
    let rows = told.iter().filter_map(|candidate| snapshot.row(candidate.index));
    rows.filter(|row| row.kind == KIND_NOISE)
        .map(|row| match entity::decode(row.id) {
            Some(Entity::Noise(cell)) => cell,
            other => panic!("a noise of {other:?}"),
        })
        .collect()
}

#[test]
fn a_shot_is_heard_by_those_near_who_do_not_see_it_and_by_nobody_else() {
    let world = world();
    let lines = Interest::sightlines_of(&world.arena, &world.rules, 2);
    let mut interest = Interest::new(&world.arena, &world.rules, 2, lines);
    interest.update(&snapshot(&world), &world.noises);
    let (mut near, mut far, mut seen) = (0, 0, 0);
    for (listener, of) in world.pilots() {
        let ear = of.own.body.position;
        let heard = heard(&mut interest, &world, listener.0);
        for cell in 0..noise::CELLS {
            let is_near = noise::centre(cell).distance(ear) <= world.rules.hearing_m;
            let mut shots = world.noises.iter().filter(|noise| noise.cell() == cell);
            let is_heard = heard.contains(&cell);
            let is_hidden = |shot: &Noise| {
                let at = |from, to| sight::can_see(&world.arena, &world.rules, from, to);
                !at(ear, shot.place)
            };
            assert!(!is_heard || is_near, "{listener:?} at {ear} hears {cell} from afar");
            assert!(!is_heard || shots.clone().any(is_hidden), "and sees all of it");
            near += usize::from(is_heard);
            far += usize::from(!is_near && shots.clone().any(is_hidden));
            seen += usize::from(is_near && shots.any(|shot| !is_hidden(shot)));
        }
    }
    assert!(near > 30 && far > 300 && seen > 30, "{near} heard, {far} far, {seen} seen");
}

/// Everybody is asked once in a stride, and hears then what was heard since.
#[test]
fn who_gets_every_third_snapshot_hears_each_shot_once() {
    let mut world = world();
    let lines = Interest::sightlines_of(&world.arena, &world.rules, 2);
    let shot = world.tick;
    for (stride, until) in [(1, 2), (2, 4), (3, 6)] {
        for later in 0..10 {
            let mut interest = Interest::new(&world.arena, &world.rules, 2, lines.clone());
            interest.set_stride(stride);
            world.tick = shot + later;
            interest.update(&snapshot(&world), &world.noises);
            let told: usize =
                (1..200).step_by(2).map(|pilot| heard(&mut interest, &world, pilot).len()).sum();
            assert_eq!(told > 30, later < until, "{told} told {later} ticks later at {stride}");
            assert!(told > 30 || told == 0);
        }
    }
}

#[test]
fn who_walks_away_from_an_own_shot_does_not_hear_it_come_from_there() {
    let mut world = world();
    // Somebody else stands where the shooter's place is not seen from, and is heard from.
    let hidden = |world: &World, from: Vec2, to: &Vec2| {
        let square = noise::centre(noise::cell_at(from));
        square.distance(*to) < world.rules.hearing_m
            && from.distance(*to) > 10.0
            && !sight::can_see(&world.arena, &world.rules, *to, from)
    };
    let places = || world.pilots().map(|(_, pilot)| pilot.own.body.position);
    let (shooter, away) = (0..200)
        .step_by(2)
        .map(PilotId)
        .find_map(|shooter| {
            let from = place(&world, shooter)?;
            Some((shooter, places().find(|to| hidden(&world, from, to))?))
        })
        .expect("somebody has such a place");
    let from = place(&world, shooter);
    world.noises.retain(|noise| Some(noise.place) == from);
    assert_eq!(world.noises.len(), 1);
    let lines = Interest::sightlines_of(&world.arena, &world.rules, 2);
    let mut interest = Interest::new(&world.arena, &world.rules, 2, lines);
    interest.update(&snapshot(&world), &world.noises);
    assert!(heard(&mut interest, &world, shooter.0).is_empty(), "it sees itself");
    // Out of its own sight in the very next tick, and in the next snapshot.
    world.pilots[shooter.index()].as_mut().unwrap().own.body.position = away;
    for _ in 0..2 {
        world.tick = world.tick + 1;
        interest.update(&snapshot(&world), &world.noises);
        assert!(heard(&mut interest, &world, shooter.0).is_empty());
    }
}

#[test]
fn who_fires_in_sight_and_is_out_of_it_at_the_snapshot_is_heard() {
    let sees = |world: &World, from, to| sight::can_see(&world.arena, &world.rules, from, to);
    let world = world();
    let mut heard_after = 0;
    for listener in (1..200).step_by(2).map(PilotId) {
        let ear = place(&world, listener).unwrap();
        let others = || world.pilots().map(|(id, pilot)| (id, pilot.own.body.position));
        // Near, so that a look-ahead changes nothing: who stands there is told by its row.
        let near = others().find(|(id, at)| {
            *id != listener && at.distance(ear) < 20.0 && id.0 % 2 == 0 && sees(&world, ear, *at)
        });
        let hidden = others().find(|(_, at)| at.distance(ear) > 2.0 * world.rules.sight_m);
        let (Some((shooter, from)), Some((_, away))) = (near, hidden) else { continue };
        let mut world = world.clone();
        world.noises.retain(|noise| noise.shooter == Some(shooter));
        let told = |world: &World| {
            let lines = Interest::sightlines_of(&world.arena, &world.rules, 2);
            let mut interest = Interest::new(&world.arena, &world.rules, 2, lines);
            interest.update(&snapshot(world), &world.noises);
            heard(&mut interest, world, listener.0).contains(&noise::cell_at(from))
        };
        assert!(!told(&world), "{listener:?} sees who fires");
        world.pilots[shooter.index()].as_mut().unwrap().own.body.position = away;
        assert!(told(&world), "{listener:?} neither sees nor hears {shooter:?}");
        heard_after += 1;
        if heard_after == 5 {
            break;
        }
    }
    assert!(heard_after > 0);
}

#[test]
fn a_noise_stays_told_when_a_snapshot_is_lost() {
    let mut world = world();
    let lines = Interest::sightlines_of(&world.arena, &world.rules, 2);
    let mut interest = Interest::new(&world.arena, &world.rules, 2, lines);
    let mut told = || {
        interest.update(&snapshot(&world), &world.noises);
        let heard: usize = (0..200).map(|slot| heard(&mut interest, &world, slot).len()).sum();
        world.tick = world.tick + 2;
        heard
    };
    let first = told();
    assert!(first > 30, "{first}");
    assert_eq!([told(), told(), told()], [first; 3]);
}

fn place(world: &World, pilot: PilotId) -> Option<Vec2> {
    Some(world.pilot(pilot)?.own.body.position)
}
