//! Who hits whom, and who must not.

#![allow(clippy::unwrap_used, reason = "a test may fail this way")]

use std::sync::Arc;

use game_sim::arena::{Spawn, Wall};
use game_sim::{
    Arena, Body, Command, Event, Inputs, Join, PilotId, PilotInput, Rules, Weapon, World, angle,
    step,
};
use glam::Vec2;
use netcode::{Moment, Tick, ViewTime};

const SHOOTER: PilotId = PilotId(0);
const VICTIM: PilotId = PilotId(1);

/// An open field, or one with walls, and two pilots whose protection is over.
fn field(walls: Vec<Wall>, rules: Rules) -> World {
    let spawns = vec![Spawn { position: Vec2::new(-40.0, -40.0), facing: 0 }];
    let arena = Arena::new("field", Vec2::splat(50.0), walls, spawns, Vec::new(), 0);
    let mut world = World::new(Arc::new(arena), rules, 7, 4, Tick(u32::MAX - 30));
    let join = |pilot| Join { pilot, name: String::new(), bot: false };
    step(&mut world, &Inputs { joins: vec![join(SHOOTER), join(VICTIM)], ..Inputs::default() });
    for pilot in world.pilots.iter_mut().flatten() {
        pilot.own.protection_ticks = 0;
    }
    place(&mut world, SHOOTER, Vec2::ZERO);
    place(&mut world, VICTIM, Vec2::new(20.0, 0.0));
    world
}

fn place(world: &mut World, pilot: PilotId, at: Vec2) {
    world.pilots[pilot.index()].as_mut().unwrap().own.body = Body::at(at);
}

fn at(world: &World, pilot: PilotId) -> Vec2 {
    world.pilot(pilot).unwrap().own.body.position
}

fn health(world: &World, pilot: PilotId) -> u8 {
    world.pilot(pilot).unwrap().own.health
}

fn run(world: &mut World, commands: &[(PilotId, PilotInput)]) {
    let commands =
        commands.iter().map(|&(pilot, input)| (pilot, Command { input, view: None })).collect();
    step(world, &Inputs { commands, ..Inputs::default() });
}

fn toward(world: &World, target: Vec2) -> u16 {
    angle::toward(target - at(world, SHOOTER))
}

/// Fires one shot at a point, having seen the world at `view`.
fn shoot(world: &mut World, target: Vec2, view: Option<ViewTime>) {
    let input = PilotInput { fire: true, ..PilotInput::idle(toward(world, target)) };
    let here = ViewTime { tick: world.tick.next(), fraction: 0.0 };
    let view = view.map(|view| Moment::at(here, view));
    step(
        world,
        &Inputs { commands: vec![(SHOOTER, Command { input, view })], ..Inputs::default() },
    );
}

/// The victim has run north for 40 ticks; its positions, the latest last.
fn runner() -> (World, Vec<Vec2>) {
    let mut world = field(Vec::new(), Rules::default());
    let north = PilotInput { move_y: 4, ..PilotInput::default() };
    let mut track = Vec::new();
    for _ in 0..40 {
        run(&mut world, &[(VICTIM, north)]);
        track.push(at(&world, VICTIM));
    }
    (world, track)
}

#[test]
fn a_shot_hits_what_the_shooter_saw() {
    for back in [1.0, 2.25, 6.5, 10.75] {
        let (mut world, track) = runner();
        // The shot is judged in the tick to come.
        let now = world.tick.next();
        let view = ViewTime::before(now, back);
        let seen = {
            let index = 39 + view.tick.since(world.tick);
            track[index as usize]
                .lerp(*track.get(index as usize + 1).unwrap_or(&track[39]), view.fraction)
        };
        // Aimed at the edge, so that half a tick more or less would miss.
        let edge = seen + Vec2::new(0.0, 0.45);
        let mut unaided = world.clone();
        shoot(&mut world, edge, Some(view));
        assert_eq!(health(&world, VICTIM), 89, "{back} ticks ago");
        assert_eq!(world.pilot(SHOOTER).unwrap().own.hits, 1);
        if back > 8.0 {
            shoot(&mut unaided, edge, None);
            assert_eq!(health(&unaided, VICTIM), 100, "without a view it is judged by the present");
        }
    }
}

#[test]
fn a_shot_starts_where_the_shooter_saw_itself() {
    let mut world = field(Vec::new(), Rules::default());
    let south = PilotInput { move_y: -4, ..PilotInput::default() };
    let mut track = Vec::new();
    for _ in 0..20 {
        run(&mut world, &[(SHOOTER, south)]);
        track.push(at(&world, SHOOTER));
    }
    let now = world.tick.next();
    for (back, hits) in [(1.0, true), (2.5, true), (4.0, true), (12.0, false)] {
        // The rim of the target, seen from where the shooter was drawn.
        let own = ViewTime::before(now, back);
        let index = 19 + own.tick.since(world.tick);
        let after = *track.get(index as usize + 1).unwrap_or(&track[19]);
        let from = track[index as usize].lerp(after, own.fraction);
        place(&mut world, VICTIM, from + Vec2::new(20.0, 0.49));
        let mut shot = world.clone();
        let input = PilotInput { fire: true, move_y: -4, ..PilotInput::idle(0) };
        let view = Some(Moment::at(own, ViewTime { tick: now, fraction: 0.0 }));
        let commands = vec![(SHOOTER, Command { input, view })];
        step(&mut shot, &Inputs { commands, ..Inputs::default() });
        assert_eq!(health(&shot, VICTIM) < 100, hits, "{back} ticks ago");
    }
}

#[test]
fn nobody_shoots_round_a_corner_by_claiming_to_lag_behind() {
    // A step south is behind the wall's end; who claims to lag was still in the open six ticks ago.
    for (wall_y, hits) in [(-0.05, false), (-30.0, true)] {
        let wall = Wall::new(Vec2::new(-2.0, wall_y - 0.1), Vec2::new(10.0, wall_y), 2.0);
        let mut world = field(vec![wall], Rules::default());
        place(&mut world, VICTIM, Vec2::new(20.0, 0.0));
        for y in [0.0, 0.0, 0.0, -0.5, -0.6, -0.7] {
            place(&mut world, SHOOTER, Vec2::new(0.0, y));
            run(&mut world, &[]);
        }
        let now = world.tick.next();
        let claim = Moment::at(ViewTime::before(now, 5.5), ViewTime::before(now, 1.0));
        let input = PilotInput { fire: true, ..PilotInput::idle(0) };
        let commands = vec![(SHOOTER, Command { input, view: Some(claim) })];
        step(&mut world, &Inputs { commands, ..Inputs::default() });
        assert_eq!(health(&world, VICTIM) < 100, hits, "with a wall at {wall_y}");
    }
}

#[test]
fn others_are_hit_on_the_line_between_the_snapshots_that_were_seen() {
    // A victim that turns back at once is nowhere near the line between two snapshots.
    let mut world = field(Vec::new(), Rules::default());
    let places = [0.0, 0.0, 2.0, 0.0, 0.0, 0.0];
    for y in places {
        place(&mut world, VICTIM, Vec2::new(20.0, y));
        run(&mut world, &[]);
    }
    let now = world.tick.next();
    let here = ViewTime { tick: now, fraction: 0.0 };
    let then = ViewTime { tick: now - 4, fraction: 0.0 };
    let exact = Moment::at(here, then);
    let line = Moment { from: now - 5, to: now - 3, ..exact };
    for (moment, y) in [(exact, 2.0), (line, 0.0)] {
        let mut shot = world.clone();
        let input =
            PilotInput { fire: true, ..PilotInput::idle(toward(&shot, Vec2::new(20.0, y))) };
        let commands = vec![(SHOOTER, Command { input, view: Some(moment) })];
        step(&mut shot, &Inputs { commands, ..Inputs::default() });
        assert_eq!(health(&shot, VICTIM), 89, "aimed at {y}");
    }
}

#[test]
fn others_are_hit_where_their_movement_led_to_when_nothing_newer_was_seen() {
    // Whoever ran north and has just turned back was drawn as if it still ran north.
    let mut world = field(Vec::new(), Rules::default());
    place(&mut world, VICTIM, Vec2::new(20.0, 0.0));
    let turn_at = world.tick + 40;
    let mut track = Vec::new();
    for _ in 0..50 {
        let move_y = if world.tick.is_after(turn_at) { -4 } else { 4 };
        run(&mut world, &[(VICTIM, PilotInput { move_y, ..PilotInput::idle(0) })]);
        track.push((world.tick, at(&world, VICTIM)));
    }
    let was = |tick| track.iter().find(|(known, _)| *known == tick).unwrap().1;
    let known = turn_at + 1;
    let drawn = was(known) + (was(known) - was(known - 1)) * 3.5;
    let aside = drawn.y - was(known + 3).lerp(was(known + 4), 0.5).y;
    assert!(aside > 0.1, "nobody could tell from {aside} m");
    let here = ViewTime { tick: world.tick.next(), fraction: 0.0 };
    let view = ViewTime { tick: known + 3, fraction: 0.5 };
    let exact = Moment::at(here, view);
    let beyond = Moment { from: known, to: view.tick.next(), is_beyond: true, ..exact };
    // Just inside of the rim that is farther from the truth.
    let rim = drawn + Vec2::Y * (Rules::default().radius_m - 0.05);
    for (moment, health_after) in [(exact, 100), (beyond, 89)] {
        let mut shot = world.clone();
        let input = PilotInput { fire: true, ..PilotInput::idle(toward(&shot, rim)) };
        let commands = vec![(SHOOTER, Command { input, view: Some(moment) })];
        step(&mut shot, &Inputs { commands, ..Inputs::default() });
        assert_eq!(health(&shot, VICTIM), health_after, "{moment:?}");
    }
}

#[test]
fn a_shot_is_not_judged_further_back_than_the_cap() {
    let (world, track) = runner();
    let now = world.tick.next();
    let long_ago = Some(ViewTime::before(now, 25.0));
    let mut shot = world.clone();
    shoot(&mut shot, track[40 - 25], long_ago);
    assert_eq!(health(&shot, VICTIM), 100, "where it was 25 ticks ago");
    let mut shot = world.clone();
    // At its edge: one tick more would miss.
    shoot(&mut shot, track[40 - 12] + Vec2::new(0.0, 0.45), long_ago);
    assert_eq!(health(&shot, VICTIM), 89, "where it was 12 ticks ago");
    for view in [now + 5, now + 0x8000_0000, now - 0x7fff_ffff] {
        let mut shot = world.clone();
        shoot(&mut shot, Vec2::new(-9.0, 0.0), Some(ViewTime { tick: view, fraction: f32::NAN }));
    }
}

#[test]
fn walls_stop_shots_however_far_back_they_are_judged() {
    let wall = Wall::new(Vec2::new(10.0, -3.0), Vec2::new(10.2, 3.0), 2.0);
    let mut world = field(vec![wall], Rules::default());
    for _ in 0..15 {
        run(&mut world, &[]);
    }
    for view in [None, Some(ViewTime::before(world.tick, 6.0))] {
        let mut shot = world.clone();
        shoot(&mut shot, Vec2::new(20.0, 0.0), view);
        assert_eq!(health(&shot, VICTIM), 100);
    }
    place(&mut world, VICTIM, Vec2::new(9.0, 0.0));
    shoot(&mut world, Vec2::new(9.0, 0.0), None);
    assert_eq!(health(&world, VICTIM), 89, "in front of the wall");
}

#[test]
fn nobody_hits_the_protected_the_dead_or_themselves() {
    let mut world = field(Vec::new(), Rules::default());
    run(&mut world, &[]);
    for change in [
        |own: &mut game_sim::Own| own.protection_ticks = 9,
        |own: &mut game_sim::Own| own.alive = false,
    ] {
        let mut shot = world.clone();
        let own = &mut shot.pilots[VICTIM.index()].as_mut().unwrap().own;
        own.respawn_ticks = 100;
        change(own);
        let view = Some(ViewTime::before(shot.tick.next(), 1.0));
        shoot(&mut shot, Vec2::new(20.0, 0.0), view);
        assert_eq!((health(&shot, VICTIM), health(&shot, SHOOTER)), (100, 100));
    }
}

#[test]
fn who_was_protected_then_is_not_hit_now() {
    let mut world = field(Vec::new(), Rules::default());
    world.pilots[VICTIM.index()].as_mut().unwrap().own.protection_ticks = 4;
    for _ in 0..6 {
        run(&mut world, &[]);
    }
    let mut early = world.clone();
    let (now, place) = (world.tick.next(), Vec2::new(20.0, 0.0));
    shoot(&mut early, place, Some(ViewTime::before(now, 6.0)));
    assert_eq!(health(&early, VICTIM), 100);
    shoot(&mut world, place, Some(ViewTime::before(now, 1.0)));
    assert_eq!(health(&world, VICTIM), 89);
}

#[test]
fn two_can_kill_each_other_in_the_same_tick() {
    let mut world = field(Vec::new(), Rules::default());
    for pilot in world.pilots.iter_mut().flatten() {
        pilot.own.health = 5;
    }
    let fire = |aim| PilotInput { fire: true, ..PilotInput::idle(aim) };
    run(&mut world, &[(SHOOTER, fire(0)), (VICTIM, fire(angle::TURN / 2))]);
    let killed =
        |killer, victim| Event::Killed { killer: Some(killer), victim, weapon: Weapon::Rifle };
    assert_eq!(world.events, [killed(SHOOTER, VICTIM), killed(VICTIM, SHOOTER)]);
    let scores: Vec<_> =
        world.pilots().map(|(_, pilot)| (pilot.score, pilot.kills, pilot.deaths)).collect();
    assert_eq!(scores, [(1, 1, 1), (1, 1, 1)]);
}

#[test]
fn the_dead_come_back_whole_and_protected() {
    let rules = Rules::default();
    let mut world = field(Vec::new(), rules.clone());
    world.pilots[VICTIM.index()].as_mut().unwrap().own.health = 1;
    shoot(&mut world, Vec2::new(20.0, 0.0), None);
    let mut ticks = 0;
    while !world.pilot(VICTIM).unwrap().own.alive {
        run(&mut world, &[]);
        ticks += 1;
    }
    assert_eq!(ticks, rules.respawn_ticks);
    assert_eq!(world.events, [Event::Respawned { pilot: VICTIM }]);
    assert_eq!(health(&world, VICTIM), rules.health);
    assert_eq!(world.pilot(VICTIM).unwrap().own.protection_ticks, rules.protection_ticks);
}

/// Fires a rocket east and runs until it is gone.
fn rocket(world: &mut World) {
    run(world, &[(SHOOTER, PilotInput { rocket: true, ..PilotInput::default() })]);
    assert_eq!(world.rockets.len(), 1);
    for _ in 0..300 {
        run(world, &[]);
    }
    assert!(world.rockets.is_empty());
}

/// Fires a rocket east, having seen the world `back` ticks ago.
fn late_rocket(world: &mut World, back: f64) {
    let now = world.tick.next();
    let here = ViewTime { tick: now, fraction: 0.0 };
    let view = Some(Moment::at(here, ViewTime::before(now, back)));
    let input = PilotInput { rocket: true, ..PilotInput::default() };
    let commands = vec![(SHOOTER, Command { input, view })];
    step(world, &Inputs { commands, ..Inputs::default() });
}

#[test]
fn a_late_rocket_is_where_it_would_be_had_it_come_in_time() {
    let mut world = field(Vec::new(), Rules::default());
    place(&mut world, VICTIM, Vec2::new(-30.0, 0.0));
    (0..15).for_each(|_| run(&mut world, &[]));
    for back in [0.0, 0.4, 3.0, 7.75, 12.0, 29.0] {
        let mut late = world.clone();
        late_rocket(&mut late, back);
        let flown = late.rockets[0].position.x - 0.7;
        let due = back.min(12.0) as f32 * 25.0 / 60.0;
        assert!((flown - due).abs() < 0.02, "{back} ticks: {flown} m, not {due}");
        assert_eq!(late.rockets[0].launched, late.tick);
    }
}

#[test]
fn a_late_rocket_meets_walls_and_pilots_on_its_way_once_and_can_be_seen() {
    let wall = Wall::new(Vec2::new(3.0, -5.0), Vec2::new(3.2, 5.0), 2.0);
    for (walls, met_x) in [(vec![wall], 2.95), (Vec::new(), 1.85)] {
        let mut world = field(walls.clone(), Rules::default());
        let victim = if walls.is_empty() { Vec2::new(2.5, 0.0) } else { Vec2::new(2.0, 3.0) };
        (0..6).for_each(|_| run(&mut world, &[]));
        place(&mut world, VICTIM, victim);
        (0..9).for_each(|_| run(&mut world, &[]));
        // It has gone since, but the shooter saw it there.
        place(&mut world, VICTIM, Vec2::new(victim.x, victim.y - 20.0));
        late_rocket(&mut world, 9.0);
        let rocket = world.rockets[0];
        assert!(rocket.spent && (rocket.position.x - met_x).abs() < 0.02, "{rocket:?}");
        let hurt = 100 - health(&world, VICTIM);
        assert!(hurt >= 20, "{hurt}");
        run(&mut world, &[]);
        assert_eq!(world.rockets.len(), 1, "a snapshot every other tick shows it");
        run(&mut world, &[]);
        assert!(world.rockets.is_empty());
        assert_eq!(health(&world, VICTIM), 100 - hurt);
    }
}

#[test]
fn a_direct_hit_takes_all_and_splash_falls_off() {
    let rules = Rules::default();
    let mut damages = Vec::new();
    for aside in [0.0, 1.0, 2.0, 3.0, 4.0, 5.0] {
        let wall = Wall::new(Vec2::new(20.5, -1.0), Vec2::new(21.0, 1.0), 2.0);
        let mut world = field(vec![wall], rules.clone());
        let direct = if aside == 0.0 { Vec2::new(15.0, 0.0) } else { Vec2::new(19.5, aside) };
        place(&mut world, VICTIM, direct);
        rocket(&mut world);
        damages.push(100 - health(&world, VICTIM));
        let hurt = damages.last() != Some(&0);
        assert_eq!(world.pilot(SHOOTER).unwrap().own.hits, u8::from(hurt));
        assert_eq!(at(&world, VICTIM) != direct, hurt, "who is hurt is thrown about");
    }
    assert_eq!(damages[0], rules.rocket_damage);
    assert!(damages.is_sorted_by(|one, other| one >= other), "{damages:?}");
    assert_eq!(damages[5], 0);
}

#[test]
fn walls_stop_splash() {
    let front = Wall::new(Vec2::new(20.5, -5.0), Vec2::new(20.7, 5.0), 2.0);
    let mut world = field(vec![front], Rules::default());
    place(&mut world, VICTIM, Vec2::new(21.3, 0.0));
    rocket(&mut world);
    assert_eq!(health(&world, VICTIM), 100);
}

#[test]
fn an_own_rocket_hurts_half_and_can_be_suicide() {
    let rules = Rules::default();
    let wall = Wall::new(Vec2::new(0.8, -5.0), Vec2::new(1.0, 5.0), 2.0);
    let mut world = field(vec![wall], rules.clone());
    place(&mut world, VICTIM, Vec2::new(-30.0, 0.0));
    let mut weak = world.clone();
    rocket(&mut world);
    let taken = 100 - health(&world, SHOOTER);
    assert!(taken > rules.rocket_damage / 3 && taken <= rules.rocket_damage / 2, "{taken}");
    assert_eq!(world.pilot(SHOOTER).unwrap().own.hits, 0, "no hit marker for that");
    weak.pilots[0].as_mut().unwrap().own.health = 5;
    run(&mut weak, &[(SHOOTER, PilotInput { rocket: true, ..PilotInput::default() })]);
    run(&mut weak, &[]);
    let suicide = Event::Killed { killer: Some(SHOOTER), victim: SHOOTER, weapon: Weapon::Rocket };
    assert_eq!(weak.events, [suicide]);
    let pilot = weak.pilot(SHOOTER).unwrap();
    assert_eq!((pilot.score, pilot.kills, pilot.deaths), (-1, 0, 1));
}

#[test]
fn the_rockets_of_who_leaves_go_too() {
    let mut world = field(Vec::new(), Rules::default());
    run(&mut world, &[(SHOOTER, PilotInput { rocket: true, aim: 1024, ..PilotInput::default() })]);
    step(&mut world, &Inputs { leaves: vec![SHOOTER, SHOOTER, PilotId(999)], ..Inputs::default() });
    assert_eq!(world.events, [Event::Left { pilot: SHOOTER }]);
    assert!(world.rockets.is_empty() && world.pilot(SHOOTER).is_none());
}

#[test]
fn nobody_dies_twice_of_two_shots() {
    let mut world = field(Vec::new(), Rules::default());
    let third = PilotId(2);
    let join = Join { pilot: third, name: String::new(), bot: false };
    step(&mut world, &Inputs { joins: vec![join], ..Inputs::default() });
    place(&mut world, third, Vec2::new(20.0, 20.0));
    world.pilots[VICTIM.index()].as_mut().unwrap().own.health = 5;
    let fire = |aim| PilotInput { fire: true, ..PilotInput::idle(aim) };
    run(&mut world, &[(SHOOTER, fire(0)), (third, fire(3 * angle::TURN / 4))]);
    assert_eq!(world.events.len(), 1);
    let deaths: Vec<_> = world.pilots().map(|(_, pilot)| (pilot.kills, pilot.deaths)).collect();
    assert_eq!(deaths, [(1, 0), (0, 1), (0, 0)]);
}

#[test]
fn protection_stops_splash_and_ends_with_the_first_shot() {
    let wall = Wall::new(Vec2::new(20.5, -1.0), Vec2::new(21.0, 1.0), 2.0);
    let mut world = field(vec![wall], Rules::default());
    place(&mut world, VICTIM, Vec2::new(19.5, 1.5));
    world.pilots[VICTIM.index()].as_mut().unwrap().own.protection_ticks = 600;
    rocket(&mut world);
    assert_eq!(health(&world, VICTIM), 100);
    let away = PilotInput { fire: true, ..PilotInput::idle(angle::TURN / 4) };
    run(&mut world, &[(VICTIM, away)]);
    assert_eq!(world.pilot(VICTIM).unwrap().own.protection_ticks, 0);
}
