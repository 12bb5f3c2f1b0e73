//! What the owner predicts is what the server computes, to the bit.

#![allow(clippy::unwrap_used, reason = "a test may fail this way")]

use game_sim::{
    Arena, Command, Inputs, Join, Own, OwnRow, PilotId, PilotInput, Rules, World, predict, step,
};
use netcode::{Replicate, Tick};
use proptest::prelude::*;

const ME: PilotId = PilotId(0);

fn any_input() -> impl Strategy<Value = PilotInput> {
    let buttons = (
        any::<bool>(),
        prop::bool::weighted(0.2),
        prop::bool::weighted(0.1),
        prop::bool::weighted(0.05),
    );
    (-4i8..=4, -4i8..=4, 0u16..4096, buttons).prop_map(
        |(move_x, move_y, aim, (fire, rocket, dash, reload))| PilotInput {
            move_x,
            move_y,
            aim,
            fire,
            rocket,
            dash,
            reload,
        },
    )
}

/// Inputs that are held for some ticks each, as people hold keys.
fn some_inputs() -> impl Strategy<Value = Vec<PilotInput>> {
    prop::collection::vec((any_input(), 1usize..20), 1..40)
        .prop_map(|held| held.into_iter().flat_map(|(input, ticks)| vec![input; ticks]).collect())
}

/// The yard without pickups, and rockets that do nothing to their owner: nothing is left but what
/// the owner can know.
fn alone(seed: u64) -> World {
    let yard = Arena::builtin("yard").unwrap().unwrap();
    let arena = Arena::new(
        "bare",
        yard.half_extents,
        yard.walls.clone(),
        yard.spawns.clone(),
        Vec::new(),
        0,
    );
    let rules = Rules { rocket_self_factor: 0.0, knock_back_m_s: 0.0, ..Rules::default() };
    let mut world = World::new(std::sync::Arc::new(arena), rules, seed, 1, Tick(0));
    let join = Join { pilot: ME, name: "me".to_owned(), bot: false };
    step(&mut world, &Inputs { joins: vec![join], ..Inputs::default() });
    world
}

fn through_a_row(own: &Own) -> Own {
    let mut columns = Vec::new();
    OwnRow::from(own).quantise(&mut columns);
    assert!(OwnRow::TABLE.admits(&columns));
    Own::from_row(&OwnRow::restore(&columns))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn the_owner_alone_predicts_the_server_exactly(seed: u64, inputs in some_inputs()) {
        let mut world = alone(seed);
        let mut own = world.pilot(ME).unwrap().own;
        for (tick, input) in inputs.into_iter().enumerate() {
            let commands = vec![(ME, Command { input, view: None })];
            step(&mut world, &Inputs { commands, ..Inputs::default() });
            predict(&mut own, &input, &world.arena, &world.rules);
            prop_assert_eq!(own, world.pilot(ME).unwrap().own, "tick {}", tick);
            // What arrives by wire is the same as what stayed.
            let arrived = through_a_row(&own);
            prop_assert_eq!(arrived, own);
            prop_assert_eq!(arrived.body.position.x.to_bits(), own.body.position.x.to_bits());
            prop_assert_eq!(arrived.body.velocity.y.to_bits(), own.body.velocity.y.to_bits());
            own = arrived;
        }
    }

    #[test]
    fn no_input_leads_into_a_wall_or_beyond_the_speed_limit(seed: u64, inputs in some_inputs()) {
        let mut world = alone(seed);
        for input in inputs {
            let before = world.pilot(ME).unwrap().own.body.position;
            let commands = vec![(ME, Command { input, view: None })];
            step(&mut world, &Inputs { commands, ..Inputs::default() });
            let body = world.pilot(ME).unwrap().own.body;
            let rules = &world.rules;
            prop_assert!(game_sim::collide::is_clear(&world.arena, body.position, rules.radius_m));
            prop_assert!(game_sim::collide::is_open(&world.arena, before, body.position));
            prop_assert!(body.velocity.length() <= rules.dash_speed_m_s + 0.01);
            let limit = if body.dash_ticks > 0 || input.dash { rules.dash_speed_m_s } else { rules.dash_speed_m_s / 2.0 };
            prop_assert!(before.distance(body.position) <= limit / 60.0 + 0.02);
        }
    }
}

#[test]
fn a_dash_is_as_long_as_the_rules_say_and_waits_for_its_cooldown() {
    let arena = Arena::new("open", glam::Vec2::splat(100.0), Vec::new(), Vec::new(), Vec::new(), 0);
    let rules = Rules::default();
    let mut own = Own::default().spawned(glam::Vec2::ZERO, 0, &rules);
    let dash = PilotInput { move_x: 4, dash: true, ..PilotInput::default() };
    let mut speeds = Vec::new();
    for _ in 0..180 {
        predict(&mut own, &dash, &arena, &rules);
        speeds.push(own.body.velocity.x);
    }
    let fast: Vec<usize> =
        (0..180).filter(|&tick| speeds[tick] > rules.top_speed_m_s + 0.1).collect();
    let expected: Vec<usize> = (0..8).chain(90..98).collect();
    assert_eq!(fast, expected);
}

#[test]
fn the_dead_neither_move_nor_shoot() {
    let world = alone(1);
    let mut own = Own { alive: false, respawn_ticks: 2, ..world.pilot(ME).unwrap().own };
    let before = own;
    let all = PilotInput {
        move_x: 4,
        aim: 99,
        fire: true,
        rocket: true,
        dash: true,
        ..PilotInput::default()
    };
    for left in [1, 0, 0] {
        assert_eq!(predict(&mut own, &all, &world.arena, &world.rules), game_sim::Fired::default());
        assert_eq!(own, Own { respawn_ticks: left, ..before });
    }
}

#[test]
fn an_empty_magazine_is_changed_from_the_reserve_until_both_are_empty() {
    let world = alone(1);
    let mut own = world.pilot(ME).unwrap().own;
    let fire = PilotInput { fire: true, ..PilotInput::default() };
    let shots =
        (0..4000).filter(|_| predict(&mut own, &fire, &world.arena, &world.rules).rifle).count();
    assert_eq!(
        shots,
        usize::from(world.rules.rifle_magazine) + usize::from(world.rules.rifle_reserve_start)
    );
    assert_eq!((own.rifle_rounds, own.rifle_reserve, own.reload_ticks), (0, 0, 0));
}
