//! Levels of skill: who is better wins, and nobody cheats.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "tests may fail this way and show figures"
)]

use game_sim::sight::View;
use game_sim::{
    Arena, Command, Event, Inputs, Join, Mind, PilotId, Rules, Skill, World, state_hash, step,
    think,
};
use netcode::Tick;

/// Kills of each pilot after so many ticks, and the state then.
fn play(seed: u64, skills: &[Skill], ticks: u32) -> (Vec<u32>, u64) {
    let arena = Arena::builtin("yard").unwrap().unwrap();
    let rules = Rules { score_limit: 0, round_ticks: 432_000, ..Rules::default() };
    let mut world = World::new(arena, rules, seed, skills.len(), Tick(0));
    let join = |slot| Join { pilot: PilotId(slot), name: format!("bot {slot}"), bot: true };
    let mut minds: Vec<Mind> = skills
        .iter()
        .zip(seed * 100..)
        .map(|(skill, seed)| Mind::with_skill(seed, *skill))
        .collect();
    let joins = (0..skills.len() as u16).map(join).collect();
    let mut inputs = Inputs { joins, ..Inputs::default() };
    let mut kills = vec![0; skills.len()];
    for _ in 0..ticks {
        step(&mut world, &inputs);
        for event in &world.events {
            if let Event::Killed { killer: Some(killer), victim, .. } = event
                && killer != victim
            {
                kills[usize::from(killer.0)] += 1;
            }
        }
        inputs = Inputs::default();
        for (mind, slot) in minds.iter_mut().zip(0..) {
            let view = View::of(&world, PilotId(slot)).unwrap();
            let (input, next) = think(&view.sight(&world), mind.clone());
            *mind = next;
            inputs.commands.push((PilotId(slot), Command { input, view: None }));
        }
    }
    (kills, state_hash(&world))
}

/// How often the first level killed, and the second, in duels of two minutes.
fn duels(better: Skill, worse: Skill) -> (u32, u32, u32) {
    let (mut won, mut lost, mut duels) = (0, 0, 0);
    for seed in 1..=12 {
        // Each starts from both places.
        for swapped in [false, true] {
            let pair = if swapped { [worse, better] } else { [better, worse] };
            let (kills, _) = play(seed, &pair, 60 * 120);
            let (of_better, of_worse) =
                if swapped { (kills[1], kills[0]) } else { (kills[0], kills[1]) };
            won += of_better;
            lost += of_worse;
            duels += u32::from(of_better > of_worse);
        }
    }
    println!("{better:?} against {worse:?}: {won} to {lost} kills, {duels} of 24 duels won");
    (won, lost, duels)
}

#[test]
fn a_hard_bot_beats_an_easy_one_whatever_the_seed() {
    let (won, lost, duels) = duels(Skill::Hard, Skill::Easy);
    assert!(won > 24, "{won} kills in 24 duels prove nothing");
    assert!(won > 4 * lost, "{won} to {lost}");
    assert!(duels >= 23, "{duels} of 24");
}

#[test]
fn each_level_beats_the_one_below() {
    for (better, worse) in [(Skill::Hard, Skill::Normal), (Skill::Normal, Skill::Easy)] {
        let (won, lost, _) = duels(better, worse);
        assert!(2 * won > 3 * lost, "{won} to {lost}");
    }
}

#[test]
fn the_seed_says_how_each_level_plays() {
    for skill in [Skill::Easy, Skill::Normal, Skill::Hard] {
        let (first, again) = (play(3, &[skill; 4], 900), play(3, &[skill; 4], 900));
        assert_eq!(first, again);
        assert_ne!(first.1, play(4, &[skill; 4], 900).1);
    }
}
