//! Matches of two teams: points are taken and contested, friends are spared, rounds are won by points,
//! newcomers fill the smaller team, and bots play for theirs.

use std::sync::Arc;

use game_sim::arena::{PointSpot, Spawn};
use game_sim::sight::View;
use game_sim::{
    Arena, Command, Event, Inputs, Join, Mind, Mode, Phase, PilotId, PilotInput, Presence, Rules,
    Team, Winner, World, angle, state_hash, step, think,
};
use glam::Vec2;
use netcode::Tick;

/// Close to where the counter wraps.
const START: Tick = Tick(u32::MAX - 500);

/// A bare field: the west appears at the point in the middle, the east far away.
fn field(east_at: f32) -> Arc<Arena> {
    let at = |x: f32, facing| Spawn { position: Vec2::new(x, 0.0), facing };
    let spawns = vec![at(-1.0, 0), at(east_at, angle::TURN / 2)];
    let point = PointSpot { position: Vec2::ZERO, radius_m: 5.0 };
    let arena = Arena::new("field", Vec2::splat(30.0), Vec::new(), spawns, Vec::new(), 0);
    Arc::new(arena.with_points(vec![point]))
}

fn rules() -> Rules {
    Rules { warm_up_ticks: 0, capture_ticks: 60, protection_ticks: 0, ..Rules::default() }
}

fn match_in(arena: Arc<Arena>, rules: Rules, places: usize) -> World {
    World::in_mode(arena, Mode::ControlPoints, rules, 5, places, START)
}

fn join(slot: u16, bot: bool) -> Join {
    Join { pilot: PilotId(slot), name: format!("p{slot}"), bot }
}

fn come(world: &mut World, slots: &[u16]) {
    let joins = slots.iter().map(|slot| join(*slot, false)).collect();
    step(world, &Inputs { joins, ..Inputs::default() });
}

fn idle(world: &mut World, ticks: usize) -> Vec<Event> {
    let mut events = Vec::new();
    for _ in 0..ticks {
        step(world, &Inputs::default());
        events.extend(world.events.iter().cloned());
    }
    events
}

fn point(world: &World) -> game_sim::Point {
    world.contest.as_ref().expect("it is there").points[0]
}

#[test]
fn who_stands_alone_on_a_point_takes_it_and_scores_with_each_second() {
    let mut world = match_in(field(25.0), rules(), 2);
    come(&mut world, &[0, 1]);
    assert_eq!([world.team(PilotId(0)), world.team(PilotId(1))], Team::BOTH.map(Some));
    let events = idle(&mut world, 59);
    let turned = Event::PointTurned { point: 0, owner: Some(Team::West) };
    assert_eq!(events.iter().filter(|event| **event == turned).count(), 1, "{events:?}");
    assert_eq!(point(&world).here, Presence::Only(Team::West));
    idle(&mut world, 600);
    assert_eq!(world.contest.as_ref().expect("it is there").scores(), [10, 0]);
}

#[test]
fn a_contested_point_is_taken_by_nobody_and_the_dead_do_not_count() {
    let mut world = match_in(field(4.0), rules(), 2);
    come(&mut world, &[0, 1]);
    idle(&mut world, 300);
    assert_eq!((point(&world).owner, point(&world).here), (None, Presence::Both));
    // The western pilot shoots the eastern one dead, and is alone.
    let place =
        |world: &World, slot| world.pilot(PilotId(slot)).expect("it is there").own.body.position;
    while world.pilot(PilotId(1)).expect("it is there").own.alive {
        let aim = angle::toward(place(&world, 1) - place(&world, 0));
        let input = PilotInput { fire: true, ..PilotInput::idle(aim) };
        let commands = vec![(PilotId(0), Command { input, view: None })];
        step(&mut world, &Inputs { commands, ..Inputs::default() });
    }
    idle(&mut world, 1);
    assert_eq!(point(&world).here, Presence::Only(Team::West));
}

/// Two of one team in a line, and a burst and a rocket through one of them.
fn volley(friendly_fire: bool) -> (u8, i16) {
    let mut world = match_in(field(25.0), Rules { friendly_fire, ..rules() }, 3);
    come(&mut world, &[0, 1, 2]);
    let [shooter, friend] = [PilotId(0), PilotId(2)];
    assert!(world.are_friends(shooter, friend));
    for tick in 0..120 {
        let place = |id| world.pilot(id).expect("it is there").own.body.position;
        let aim = angle::toward(place(friend) - place(shooter));
        let input = PilotInput { fire: true, rocket: tick == 0, ..PilotInput::idle(aim) };
        let commands = vec![(shooter, Command { input, view: None })];
        step(&mut world, &Inputs { commands, ..Inputs::default() });
        if !world.pilot(friend).expect("it is there").own.alive {
            break;
        }
    }
    let health = world.pilot(friend).expect("it is there").own.health;
    (health, world.pilot(shooter).expect("it is there").score)
}

#[test]
fn friends_are_spared_unless_the_rules_say_otherwise_and_then_it_costs_a_point() {
    assert_eq!(volley(false), (100, 0));
    assert_eq!(volley(true), (0, -1));
}

#[test]
fn a_round_is_won_by_points_or_at_its_end_by_who_has_more_of_them() {
    let won = |rules: Rules| {
        let mut world = match_in(field(25.0), rules, 2);
        come(&mut world, &[0, 1]);
        let mut ticks = 1;
        while world.round.phase == Phase::Playing {
            idle(&mut world, 1);
            ticks += 1;
        }
        (world.round.phase, ticks)
    };
    let west = Phase::Over { winner: Some(Winner::Team(Team::West)) };
    let (phase, ticks) = won(Rules { team_score_limit: 3, ..rules() });
    // A second to take it, three to score three, and the step that finds it.
    assert_eq!((phase, ticks), (west, 60 + 180));
    let short = Rules { team_score_limit: 0, round_ticks: 130, ..rules() };
    assert_eq!(won(short), (west, 130));
    // Less than a second is no point that anybody is shown.
    let shorter = Rules { team_score_limit: 0, round_ticks: 100, ..rules() };
    assert_eq!(won(shorter), (Phase::Over { winner: None }, 100));
    let draw = Rules { round_ticks: 60, capture_ticks: 600, ..rules() };
    assert_eq!(won(draw).0, Phase::Over { winner: None });
}

#[test]
fn nothing_counts_before_the_round_and_everything_begins_anew_with_it() {
    let warm_up = Rules { warm_up_ticks: 200, warm_up_players: 3, ..rules() };
    let mut world = match_in(field(25.0), warm_up, 2);
    come(&mut world, &[0, 1]);
    assert_eq!((world.round.phase, world.round.number), (Phase::WarmUp, 0));
    assert!(world.pilots().all(|(_, pilot)| pilot.own.weapons_free), "everybody may shoot");
    idle(&mut world, 198);
    assert_eq!(point(&world), game_sim::Point::default(), "a point can't be taken yet");
    let events = idle(&mut world, 1);
    assert!(events.contains(&Event::RoundStarted { number: 1 }), "{events:?}");
}

#[test]
fn a_newcomer_joins_the_team_with_fewer() {
    let mut world = match_in(field(25.0), rules(), 16);
    for slot in 0..9 {
        come(&mut world, &[slot]);
        let [west, east] = sizes(&world);
        assert!(west.abs_diff(east) <= 1, "{west} against {east} after {slot}");
    }
    let leaves = world.pilots().filter(|(_, pilot)| pilot.team == Some(Team::West));
    let leaves: Vec<_> = leaves.map(|(id, _)| id).take(3).collect();
    step(&mut world, &Inputs { leaves, ..Inputs::default() });
    come(&mut world, &[9, 10]);
    assert_eq!([9, 10].map(|slot| world.team(PilotId(slot))), [Some(Team::West); 2]);
}

fn sizes(world: &World) -> [usize; 2] {
    let of = |team| world.pilots().filter(|(_, pilot)| pilot.team == Some(team)).count();
    Team::BOTH.map(of)
}

fn people(world: &World) -> [usize; 2] {
    let of = |team| world.pilots().filter(|(_, p)| p.team == Some(team) && !p.bot).count();
    Team::BOTH.map(of)
}

#[test]
fn the_teams_are_even_when_a_round_begins_and_so_are_the_people_in_them() {
    for seed in 0..20_u16 {
        let rules = Rules { round_ticks: 60, intermission_ticks: 10, ..rules() };
        let mut world = match_in(field(25.0), rules, 12);
        let joins = (0..12).map(|slot| join(slot, slot * (seed + 3) % 5 < 2)).collect();
        step(&mut world, &Inputs { joins, ..Inputs::default() });
        // Most of one team leave.
        let gone = if seed % 2 == 0 { Team::West } else { Team::East };
        let leaves = world.pilots().filter(|(id, p)| p.team == Some(gone) && id.0 % 3 > 0);
        let leaves = leaves.map(|(id, _)| id).collect();
        step(&mut world, &Inputs { leaves, ..Inputs::default() });
        let before: Vec<_> = world.pilots().map(|(id, pilot)| (id, pilot.team)).collect();
        let events = idle(&mut world, 70);
        assert!(events.contains(&Event::RoundStarted { number: 2 }));
        for [west, east] in [sizes(&world), people(&world)] {
            assert!(west.abs_diff(east) <= 1, "{west} against {east} with seed {seed}");
        }
        // Whoever hears the events knows the teams.
        for (id, team) in before {
            let told = events.iter().rev().find_map(|event| match event {
                Event::Sided { pilot, team } if *pilot == id => Some(*team),
                _ => None,
            });
            assert_eq!(world.team(id), told.or(team));
        }
    }
}

/// Bots in the yard, and how often each point changed hands.
fn bots(seed: u64, count: u16, ticks: usize, mut look: impl FnMut(&World)) -> World {
    let yard = Arena::builtin("yard").expect("it is there").expect("it is there");
    let mut world = match_in(yard, Rules { warm_up_ticks: 60, ..Rules::default() }, 16);
    let mut minds: Vec<Mind> =
        (0..u64::from(count)).map(|slot| Mind::new(seed ^ slot << 8)).collect();
    let mut inputs =
        Inputs { joins: (0..count).map(|slot| join(slot, true)).collect(), ..Inputs::default() };
    for _ in 0..ticks {
        step(&mut world, &inputs);
        look(&world);
        inputs = Inputs::default();
        for (mind, slot) in minds.iter_mut().zip(0..) {
            let Some(view) = View::of(&world, PilotId(slot)) else { continue };
            let (input, next) = think(&view.sight(&world), mind.clone());
            *mind = next;
            inputs.commands.push((PilotId(slot), Command { input, view: None }));
        }
    }
    world
}

#[test]
fn bots_take_points_from_each_other_and_fight_only_their_enemies() {
    let (mut turned, mut kills, mut on_points, mut scores) = ([0; 3], 0, 0_usize, [0; 2]);
    let matches = 6;
    for seed in 1..=matches {
        let world = bots(seed, 8, 60 * 90, |world| {
            let near = |place: Vec2| {
                world.arena.points.iter().any(|spot| spot.position.distance(place) <= spot.radius_m)
            };
            on_points += world.pilots().filter(|(_, p)| near(p.own.body.position)).count();
            for event in &world.events {
                match event {
                    Event::PointTurned { point, .. } => turned[usize::from(*point)] += 1,
                    Event::Killed { killer: Some(killer), victim, .. } => {
                        kills += usize::from(killer != victim);
                        assert!(!world.are_friends(*killer, *victim));
                    }
                    _ => {}
                }
            }
        });
        let told = world.contest.as_ref().expect("it is there").scores();
        scores.iter_mut().zip(told).for_each(|(sum, score)| *sum += u32::from(score));
    }
    // Each point is taken once when nobody has it; what is more was taken from the others.
    assert!(turned.iter().all(|turned| *turned >= 4), "a point that nobody wants: {turned:?}");
    assert!(turned.iter().sum::<u64>() > 3 * matches, "they keep what they have: {turned:?}");
    assert!(scores.iter().all(|score| *score > 60), "one team has it all: {scores:?}");
    assert!(kills > 60, "{kills} kills in nine minutes");
    assert!(on_points > 6 * 90 * 60, "bots are rarely on points: {on_points}");
}

#[test]
fn teams_appear_on_their_own_side() {
    bots(3, 8, 60 * 60, |world| {
        for event in &world.events {
            let Event::Respawned { pilot } = event else { continue };
            let x = world.pilot(*pilot).expect("it is there").own.body.position.x;
            assert_eq!(world.team(*pilot), Some(if x < 0.0 { Team::West } else { Team::East }));
        }
    });
}

#[test]
fn the_state_of_the_points_is_part_of_the_hash() {
    let mut world = match_in(field(25.0), rules(), 2);
    come(&mut world, &[0, 1]);
    let mut other = world.clone();
    other.contest.as_mut().expect("it is there").points[0].lean_ticks += 1;
    assert_ne!(state_hash(&world), state_hash(&other));
    let mut other = world.clone();
    other.pilots[0].as_mut().expect("it is there").team = Some(Team::East);
    assert_ne!(state_hash(&world), state_hash(&other));
}
