//! A pilot is followed from an older row to where it is now, and whoever comes by a younger row on the way
//! takes what was guessed from there. That must never be another guess: who decodes has only the older row.

use std::collections::VecDeque;
use std::sync::Arc;

use game_sim::sight::View;
use game_sim::{
    Arena, Command, Inputs, Join, KIND_PILOT, Mind, PilotId, Rules, Scenery, TICK_RATE, Tumult,
    World, snapshot, step, think,
};
use netcode::delta::{Later, RowCode};
use netcode::{Snapshot, Tick, TickRate};

const PILOTS: u16 = 16;
const TICKS: u32 = 900;
/// Baselines that are followed: up to so many ticks old, beyond what pilots are followed for.
const OLDEST_TICKS: usize = 44;

/// A code for the yard's rows.
fn code() -> RowCode {
    let arena = Arena::builtin("yard").expect("every build has it").expect("it is tested");
    let scenery = Arc::new(Scenery { arena, rules: Rules::default() });
    RowCode::new::<Tumult>(TickRate::new(TICK_RATE as u16).expect("it is not zero"), scenery)
}

/// Plays a match of bots; gives each tick's snapshot.
fn play(ticks: u32, mut each: impl FnMut(Snapshot)) {
    let arena = Arena::builtin("yard").expect("every build has it").expect("it is tested");
    let mut world = World::new(arena, Rules::default(), 7, usize::from(PILOTS), Tick(0));
    let mut minds: Vec<Mind> = (0..PILOTS).map(|slot| Mind::new(u64::from(slot))).collect();
    let join = |slot| Join { pilot: PilotId(slot), name: format!("bot {slot}"), bot: true };
    let mut joins: Vec<Join> = (0..PILOTS).map(join).collect();
    for _ in 0..ticks {
        let mut inputs = Inputs { joins: std::mem::take(&mut joins), ..Inputs::default() };
        for (slot, mind) in (0..).zip(&mut minds) {
            if let Some(view) = View::of(&world, PilotId(slot)) {
                let (input, next) = think(&view.sight(&world), mind.clone());
                *mind = next;
                inputs.commands.push((PilotId(slot), Command { input, view: None }));
            }
        }
        step(&mut world, &inputs);
        each(snapshot(&world));
    }
}

#[test]
fn who_died_lies_where_it_stopped_and_who_came_back_started_from_rest() {
    let mut code = code();
    let mut past: VecDeque<Snapshot> = VecDeque::new();
    let (mut falls, mut lies, mut returns, mut runs) = (0, 0, 0, 0);
    play(4 * TICKS, |now| {
        let base = past.front().filter(|_| past.len() == 6);
        let rows = now.rows().filter(|row| row.kind == KIND_PILOT);
        for (row, base) in rows.filter_map(|row| Some((row, base?.find(row.id)?))) {
            let residuals = code.residuals(row.kind, Some(base.columns), 6, row.columns);
            let is_right =
                |places: std::ops::Range<usize>| residuals[places].iter().all(|r| *r == 0);
            // 0: alive, 12 and 13: the place, 14 to 16: the velocity and the last dash.
            match (base.columns[0], row.columns[0]) {
                (1, 0) => (falls, lies) = (falls + 1, lies + u32::from(is_right(12..17))),
                (0, 1) => (returns, runs) = (returns + 1, runs + u32::from(is_right(14..17))),
                _ => {}
            }
        }
        past.push_back(now);
        if past.len() > 6 {
            past.pop_front();
        }
    });
    assert!(falls > 100 && lies * 100 > falls * 70, "{lies} of {falls} are guessed");
    assert!(returns > 100 && runs * 100 > returns * 75, "{runs} of {returns}");
}

#[test]
fn whoever_comes_by_a_later_row_guesses_what_it_would_have_guessed_anyway() {
    let mut code = code();
    let mut past: VecDeque<Snapshot> = VecDeque::new();
    let (mut compared, mut wrong) = (0, 0);
    play(TICKS, |now| {
        for row in now.rows().filter(|row| row.kind == KIND_PILOT) {
            let mut later: Option<(Vec<i32>, u32, Vec<i32>)> = None;
            for (age_ticks, before) in (1_u32..).zip(past.iter().rev()) {
                let Some(base) = before.find(row.id).filter(|base| base.kind == row.kind) else {
                    continue;
                };
                let base = base.columns;
                let alone = code.residuals(row.kind, Some(base), age_ticks, row.columns).to_vec();
                let guessed = code.guessed().to_vec();
                if let Some((columns, age, guess)) = &later {
                    let by = Later { columns, age_ticks: *age, guess };
                    let told = code.residuals_by(row.kind, (base, age_ticks), by, row.columns);
                    assert_eq!(told, alone, "{age_ticks} ticks ago, by {age} ticks ago");
                    compared += 1;
                }
                wrong += u32::from(alone.iter().skip(12).any(|residual| *residual != 0));
                // Some rows are skipped, as where nobody has that baseline.
                if now.tick().0 % 3 != age_ticks % 3 {
                    later = Some((base.to_vec(), age_ticks, guessed));
                }
            }
        }
        past.push_back(now);
        if past.len() > OLDEST_TICKS {
            past.pop_front();
        }
    });
    // Explosions push, walls stop, dashes begin: there was something to get wrong.
    assert!(compared > 100_000 && wrong > 5_000, "{compared} {wrong}");
}
