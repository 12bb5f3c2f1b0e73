//! Measures what a tick costs with a thousand bots in the expanse: the step, the snapshot, and a
//! bot's thought.
//!
//! `cargo run --release -p game-sim --example measure [BOTS]`

use std::time::{Duration, Instant};

use game_sim::sight::View;
use game_sim::{
    Arena, Command, Event, Inputs, Join, Mind, PilotId, Rules, World, snapshot, step, think,
};
use netcode::{Moment, Tick, ViewTime};

const TICKS: u32 = 600;

#[allow(clippy::disallowed_methods, reason = "a measurement reads the clock, not the simulation")]
fn timed<T>(spent: &mut Vec<Duration>, work: impl FnOnce() -> T) -> T {
    let start = Instant::now();
    let result = work();
    spent.push(start.elapsed());
    result
}

#[allow(clippy::print_stdout, reason = "it is what the program is for")]
fn report(what: &str, spent: &mut [Duration], count: u32) {
    spent.sort();
    let mean = spent.iter().sum::<Duration>() / spent.len() as u32 / count;
    let (median, worst) = (spent[spent.len() / 2] / count, spent[spent.len() * 99 / 100] / count);
    println!("{what}: mean {mean:?}, median {median:?}, 99 % {worst:?}");
}

#[allow(clippy::print_stdout, reason = "it is what the program is for")]
fn main() -> Result<(), Box<dyn std::error::Error>> {
    let bots: u16 = std::env::args().nth(1).map_or(Ok(1000), |bots| bots.parse())?;
    let small = bots <= 64;
    let name = if small { "yard" } else { "expanse" };
    let arena = Arena::builtin(name).ok_or("every build has it")??;
    let mut world = World::new(arena, Rules::default(), 1, usize::from(bots), Tick(0));
    let mut minds: Vec<Mind> = (0..bots).map(|slot| Mind::new(u64::from(slot))).collect();
    let join = |slot| Join { pilot: PilotId(slot), name: format!("bot {slot}"), bot: true };
    let mut inputs = Inputs { joins: (0..bots).map(join).collect(), ..Inputs::default() };
    let (mut steps, mut rows, mut thoughts, mut clones) =
        (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let mut views_made = Vec::new();
    let (mut kills, mut shots) = (0, 0);
    for _ in 0..TICKS {
        timed(&mut steps, || step(&mut world, &inputs));
        timed(&mut rows, || snapshot(&world));
        timed(&mut clones, || world.clone());
        kills += world.events.iter().filter(|event| matches!(event, Event::Killed { .. })).count();
        inputs = Inputs::default();
        let views: Vec<View> = timed(&mut views_made, || {
            (0..bots).filter_map(|slot| View::of(&world, PilotId(slot))).collect()
        });
        // Everybody was seen 100 ms ago, as on a real network, so that rewinding is measured too.
        let seen = ViewTime { tick: world.tick - 5, fraction: 0.5 };
        let view = Some(Moment::at(seen, seen));
        let decided = timed(&mut thoughts, || {
            let each =
                minds.drain(..).zip(&views).map(|(mind, view)| think(&view.sight(&world), mind));
            each.collect::<Vec<_>>()
        });
        for ((input, mind), slot) in decided.into_iter().zip(0..) {
            minds.push(mind);
            shots += u32::from(input.fire);
            inputs.commands.push((PilotId(slot), Command { input, view }));
        }
    }
    println!(
        "{bots} bots in {name}, {TICKS} ticks: {kills} kills, {} with a trigger held",
        shots / TICKS
    );
    report("step", &mut steps, 1);
    report("snapshot", &mut rows, 1);
    report("clone", &mut clones, 1);
    report("line of sight, each", &mut views_made, u32::from(bots));
    report("think, each", &mut thoughts, u32::from(bots));
    everybody_shoots(&mut world, bots);
    Ok(())
}

/// The worst case: all fire in the same ticks, in all directions.
fn everybody_shoots(world: &mut World, bots: u16) {
    let mut steps = Vec::new();
    for tick in 0..120u16 {
        let seen = ViewTime { tick: world.tick - 5, fraction: 0.5 };
        let view = Some(Moment::at(seen, seen));
        let command = |slot: u16| {
            let input = game_sim::PilotInput {
                aim: slot.wrapping_mul(97).wrapping_add(tick * 13) % 4096,
                fire: true,
                rocket: true,
                move_x: (slot % 9) as i8 - 4,
                move_y: (slot / 9 % 9) as i8 - 4,
                ..Default::default()
            };
            (PilotId(slot), Command { input, view })
        };
        let inputs = Inputs { commands: (0..bots).map(command).collect(), ..Inputs::default() };
        timed(&mut steps, || step(world, &inputs));
    }
    report("step, everybody shoots", &mut steps, 1);
}
