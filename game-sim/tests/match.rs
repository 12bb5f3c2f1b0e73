//! Whole matches of bots: the same seed gives the same match, and a match is worth watching.

#![allow(clippy::unwrap_used, reason = "a test may fail this way")]

use std::collections::BTreeSet;

use game_sim::sight::View;
use game_sim::{
    Arena, Command, Event, Inputs, Join, Mind, Phase, PilotId, Rules, World, collide, snapshot,
    state_hash, step, think,
};
use netcode::Tick;

/// A match of bots in the yard.
struct Match {
    world: World,
    minds: Vec<Mind>,
    inputs: Inputs,
}

impl Match {
    fn new(seed: u64, bots: u16, rules: Rules) -> Self {
        let arena = Arena::builtin("yard").unwrap().unwrap();
        let join = |slot| Join { pilot: PilotId(slot), name: format!("bot {slot}"), bot: true };
        Self {
            world: World::new(arena, rules, seed, usize::from(bots), Tick(u32::MAX - 100)),
            minds: (0..bots).map(|slot| Mind::new(u64::from(slot))).collect(),
            inputs: Inputs { joins: (0..bots).map(join).collect(), ..Inputs::default() },
        }
    }

    /// Advances by one tick; gives the inputs that made it.
    fn tick(&mut self) -> Inputs {
        step(&mut self.world, &self.inputs);
        let world = &self.world;
        let decide = |(mind, slot): (&mut Mind, u16)| {
            let view = View::of(world, PilotId(slot))?;
            let (input, next) = think(&view.sight(world), mind.clone());
            *mind = next;
            Some((PilotId(slot), Command { input, view: None }))
        };
        let commands = self.minds.iter_mut().zip(0..).filter_map(decide).collect();
        std::mem::replace(&mut self.inputs, Inputs { commands, ..Inputs::default() })
    }
}

#[test]
fn the_same_seed_gives_the_same_match_and_another_a_different_one() {
    let hashes = |seed| {
        let mut game = Match::new(seed, 16, Rules::default());
        (0..900)
            .map(|_| {
                game.tick();
                state_hash(&game.world)
            })
            .collect::<Vec<_>>()
    };
    let first = hashes(5);
    assert_eq!(first, hashes(5));
    assert_ne!(first.last(), hashes(6).last());
}

/// As the sync test of rollback libraries: a copy from the past, given the same inputs, becomes the
/// present.
#[test]
fn a_copy_with_the_same_inputs_becomes_the_same_world() {
    let mut game = Match::new(9, 24, Rules::default());
    let mut past = Vec::new();
    let mut inputs = Vec::new();
    for tick in 0..600 {
        past.push(game.world.clone());
        inputs.push(game.tick());
        let back = 1 + tick % 13;
        let Some(start) = (tick + 1usize).checked_sub(back) else { continue };
        let mut again = past[start].clone();
        for inputs in &inputs[start..] {
            step(&mut again, inputs);
        }
        assert_eq!(state_hash(&again), state_hash(&game.world), "{back} ticks before tick {tick}");
        assert_eq!(again.events, game.world.events);
    }
}

#[test]
fn twelve_bots_make_a_lively_match() {
    let rules = Rules { score_limit: 0, ..Rules::default() };
    let mut game = Match::new(3, 12, rules);
    let (mut kills, mut pickups, mut rocket_kills, mut heap) = (0, 0, 0, 0.0);
    const TICKS: u32 = 60 * 60;
    for _ in 0..TICKS {
        game.tick();
        for event in &game.world.events {
            match event {
                Event::Killed { killer, victim, weapon } if *killer != Some(*victim) => {
                    kills += 1;
                    rocket_kills += u32::from(*weapon == game_sim::Weapon::Rocket);
                }
                Event::PickedUp { .. } => pickups += 1,
                _ => {}
            }
        }
        heap += spread(&game.world) / TICKS as f32;
        for (_, pilot) in game.world.pilots() {
            let own = &pilot.own;
            assert!(collide::is_clear(
                &game.world.arena,
                own.body.position,
                game.world.rules.radius_m
            ));
            assert!(own.body.velocity.length() <= game.world.rules.dash_speed_m_s + 0.01);
        }
    }
    println!("{kills} kills, {rocket_kills} by rockets, {pickups} pickups, {heap} m apart");
    assert!((20..120).contains(&kills), "one every few seconds, not {kills} a minute");
    assert!(rocket_kills > 0 && rocket_kills < kills, "both weapons are used");
    assert!(pickups >= 10);
    assert!(heap > 8.0, "they do not stand in one heap");
    let part = |takes_part: fn(&game_sim::Pilot) -> bool| {
        game.world.pilots().filter(|(_, p)| takes_part(p)).count()
    };
    assert!(
        part(|pilot| pilot.kills > 0) >= 9 && part(|pilot| pilot.deaths > 0) >= 9,
        "nobody only stands about"
    );
}

/// The mean distance of two pilots.
fn spread(world: &World) -> f32 {
    let places: Vec<_> = world.pilots().map(|(_, pilot)| pilot.own.body.position).collect();
    let pairs = places.iter().flat_map(|one| places.iter().map(move |other| one.distance(*other)));
    pairs.sum::<f32>() / (places.len() * (places.len() - 1)) as f32
}

#[test]
fn rounds_end_pause_and_begin_anew() {
    let rules =
        Rules { round_ticks: 1200, intermission_ticks: 120, score_limit: 0, ..Rules::default() };
    let mut game = Match::new(4, 16, rules.clone());
    let mut turns = Vec::new();
    for tick in 1..=2 * (1200 + 120) {
        game.tick();
        let world = &game.world;
        for event in &world.events {
            match event {
                Event::RoundOver { winner } => {
                    assert_eq!(world.round.phase, Phase::Over { winner: *winner });
                    let leader = game_sim::round::leader(&world.pilots);
                    assert_eq!(*winner, leader.map(game_sim::Winner::Pilot));
                    turns.push(tick);
                }
                Event::RoundStarted { number } => {
                    assert_eq!(*number, world.round.number);
                    assert!(world.pilots().all(|(_, pilot)| pilot.own.alive
                        && pilot.score == 0
                        && pilot.deaths == 0));
                    assert!(
                        world.pickups.iter().filter(|pickup| !pickup.is_available()).count() <= 16
                    );
                    turns.push(tick);
                }
                Event::Killed { .. } => {
                    assert!(world.round.is_playing(), "nobody dies in the intermission")
                }
                _ => {}
            }
        }
        assert!(world.round.is_playing() || world.rockets.is_empty());
        assert!(
            world.pilots().all(|(_, pilot)| pilot.own.weapons_free == world.round.is_playing())
        );
        assert_eq!(
            world.round_ends().since(Tick(u32::MAX - 100)) % 60,
            0,
            "the end of a phase is fixed"
        );
    }
    assert_eq!(turns, [1200, 1320, 2520, 2640]);
    assert_eq!(game.world.round.number, 3);
}

#[test]
fn a_snapshot_has_a_row_for_everything() {
    let mut game = Match::new(8, 16, Rules::default());
    let mut noisy = 0;
    for _ in 0..600 {
        game.tick();
        let world = &game.world;
        let rows = snapshot(world);
        let squares: BTreeSet<u16> = world.noises.iter().map(game_sim::Noise::cell).collect();
        noisy += squares.len();
        let silent = 2 * 16 + world.pickups.len() + world.rockets.len() + 1;
        assert_eq!(rows.len(), silent + squares.len());
        for row in rows.rows() {
            let kind = game_sim::KINDS[usize::from(row.kind.0)];
            assert!(kind.admits(row.columns), "{} {:?}", kind.name, row.columns);
        }
        for (id, pilot) in world.pilots() {
            let row = rows.find(game_sim::entity::own(id)).unwrap();
            assert_eq!(game_sim::Own::from_row(&row.restore()), pilot.own);
            let public: game_sim::PilotRow =
                rows.find(game_sim::entity::pilot(id)).unwrap().restore();
            assert!(public.position().distance(pilot.own.body.position) < 0.0072);
        }
        let round: game_sim::RoundRow = rows.find(game_sim::entity::round()).unwrap().restore();
        assert_eq!(round.ends(), world.round_ends());
    }
    assert!(noisy > 600, "a fight is loud: {noisy}");
}
