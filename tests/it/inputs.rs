//! What a player does in a tick happens in that tick and in no other, however often and in whatever
//! order it is told: N5, every input is applied exactly once.

use netcode::link::Conditions;
use tumult_tests::simulated::Simulation;

/// Ticks until everybody is in and the clocks have settled, and ticks that are then looked at.
const SETTLED_TICKS: usize = 240;
const TICKS: usize = 900;

/// What became of inputs.
#[derive(Debug, Default, PartialEq)]
struct Applied {
    /// Ticks in which the game was given just what the client did in that tick.
    own: u64,
    /// Ticks in which it was given what it was given the tick before, since nothing came.
    repeated: u64,
    /// Ticks in which it was given anything else: the input of another tick, or of nobody.
    wrong: u64,
    /// Ticks with several commands for one pilot.
    twice: u64,
    /// Of the inputs that were given, those that differ from the one before: only these can be told
    /// from a repeated one.
    changed: u64,
}

fn applied(link: &str, seed: u64) -> Applied {
    let conditions: Conditions = link.parse().expect("a test's link can be read");
    let mut simulation = Simulation::new(8, conditions, seed);
    let mut before = vec![None; simulation.pilots.len()];
    let mut applied = Applied::default();
    for tick in 0..SETTLED_TICKS + TICKS {
        simulation.tick();
        let world = simulation.host.world();
        for (pilot, before) in simulation.pilots.iter().zip(&mut before) {
            let Some(me) = pilot.seat.me() else { continue };
            let commands = &simulation.host.inputs().commands;
            let mut mine = commands.iter().filter(|(pilot, _)| *pilot == me);
            let input = mine.next().map(|(_, command)| command.input);
            let was = std::mem::replace(before, input);
            if tick < SETTLED_TICKS {
                continue;
            }
            let given = pilot.given.iter().find(|(tick, _)| *tick == world.tick);
            let given = given.map(|(_, input)| *input);
            match input {
                _ if mine.next().is_some() => applied.twice += 1,
                Some(_) if input == given => applied.own += 1,
                Some(_) if input == was => applied.repeated += 1,
                _ => applied.wrong += 1,
            }
            applied.changed += u64::from(input == given && input != was);
        }
    }
    applied
}

#[test]
fn every_input_is_applied_once_and_in_its_own_tick_however_often_it_is_told() {
    for link in ["delay=40ms,duplicate=50%", "delay=40ms,duplicate=50%,reorder=30%"] {
        let applied = applied(link, 1);
        println!("{link}: {applied:?}");
        assert_eq!((applied.wrong, applied.twice), (0, 0), "{link}: {applied:?}");
        assert!(applied.changed > applied.own / 2, "inputs can't be told apart: {applied:?}");
        // What is doubled comes no later for that; what is overtaken may.
        let most = if link.contains("reorder") { applied.own / 100 } else { 0 };
        assert!(applied.repeated <= most, "{link}: {applied:?}");
    }
}

#[test]
fn a_lost_input_repeats_the_one_before_and_moves_no_other() {
    let applied = applied("delay=75ms,jitter=10ms,loss=30%,duplicate=50%", 2);
    println!("{applied:?}");
    assert_eq!((applied.wrong, applied.twice), (0, 0), "{applied:?}");
    assert!(applied.repeated > 0, "nothing was lost, so this tests nothing");
}
