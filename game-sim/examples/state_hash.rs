//! Plays sixty seconds with 64 bots in the yard and prints one hash of the states after every tick: on
//! any machine, with any optimisation, the same seed must give the same number.
//!
//! `cargo run -p game-sim --example state_hash [SEED] [-v]`; `-v` adds what happened.

use game_sim::sight::View;
use game_sim::{
    Arena, Command, Event, Inputs, Join, Mind, PilotId, Rules, World, state_hash, step, think,
};
use netcode::Tick;

const BOTS: u16 = 64;
const TICKS: u32 = 60 * game_sim::TICK_RATE;
/// Close to the wrap of the counter, as on every server.
const START: Tick = Tick(u32::MAX - 1_000);

#[allow(clippy::print_stdout, reason = "it is what the program is for")]
fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let seed: u64 = arguments.next().map_or(Ok(1), |seed| seed.parse())?;
    let arena = Arena::builtin("yard").ok_or("every build has a yard")??;
    let mut world = World::new(arena, Rules::default(), seed, usize::from(BOTS), START);
    let mut minds: Vec<Mind> =
        (0..BOTS).map(|slot| Mind::new(seed ^ u64::from(slot) << 32)).collect();
    let join = |slot| Join { pilot: PilotId(slot), name: format!("bot {slot}"), bot: true };
    let mut inputs = Inputs { joins: (0..BOTS).map(join).collect(), ..Inputs::default() };
    let (mut kills, mut hash) = (0, 0_u64);
    for _ in 0..TICKS {
        step(&mut world, &inputs);
        hash = (hash ^ state_hash(&world)).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(23);
        kills += world.events.iter().filter(|event| matches!(event, Event::Killed { .. })).count();
        inputs = Inputs { commands: commands(&world, &mut minds), ..Inputs::default() };
    }
    println!("{hash:016x}");
    if arguments.next().is_some() {
        println!("{kills} kills in {} s", TICKS / game_sim::TICK_RATE);
    }
    Ok(())
}

fn commands(world: &World, minds: &mut [Mind]) -> Vec<(PilotId, Command)> {
    let decide = |(mind, slot): (&mut Mind, u16)| {
        let pilot = PilotId(slot);
        let view = View::of(world, pilot)?;
        let (input, next) = think(&view.sight(world), mind.clone());
        *mind = next;
        Some((pilot, Command { input, view: None }))
    };
    minds.iter_mut().zip(0..).filter_map(decide).collect()
}
