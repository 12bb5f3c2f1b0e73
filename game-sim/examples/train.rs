//! Trains the code tables of the rows on matches of bots, and writes them to `game-sim/src/replicate/tumult.codes`.
//!
//! `cargo run -p game-sim --example train`; the same build makes the same tables. To be run again when
//! a row or its guess changes. The matches have other seeds than those that benchmarks run on
//! (`tests/data`), so that a figure says how the tables fit play that they have not seen.

#[path = "record/scene.rs"]
mod scene;

use std::collections::VecDeque;
use std::path::Path;
use std::sync::Arc;

use game_sim::{Arena, Rules, Scenery, TICK_RATE, Tumult};
use netcode::delta::RowCode;
use netcode::entropy::codes::Codes;
use netcode::entropy::training::Training;
use netcode::recording::RecordingReader;
use netcode::{Protocol, TickRate};

use scene::Scene;

/// Ages of baselines, in snapshots: from a client next door to one that is far away and loses much.
const AGES: [usize; 7] = [1, 2, 3, 4, 5, 6, 9];

/// Few and many in sight.
const SCENES: [Scene; 4] = [
    Scene {
        name: "yard",
        arena: "yard",
        bots: 12,
        sight_m: 60.0,
        skipped_s: 8,
        seconds: 600,
        seed: 77,
    },
    Scene {
        name: "yard, few",
        arena: "yard",
        bots: 8,
        sight_m: 60.0,
        skipped_s: 8,
        seconds: 600,
        seed: 80,
    },
    Scene {
        name: "expanse",
        arena: "expanse",
        bots: 400,
        sight_m: 60.0,
        skipped_s: 12,
        seconds: 160,
        seed: 78,
    },
    Scene {
        name: "expanse, crowded",
        arena: "expanse",
        bots: 1_000,
        sight_m: 60.0,
        skipped_s: 12,
        seconds: 60,
        seed: 79,
    },
];

#[allow(clippy::print_stdout, reason = "it is what the program is for")]
fn main() -> Result<(), Box<dyn std::error::Error>> {
    let rules = Rules::default();
    let hit = -i32::from(rules.rifle_damage);
    let mut training = Training::new(Tumult::KINDS)
        .with_usual("pilot", "shots", 1)
        .with_usual("pilot", "health", hit)
        .with_usual("own", "health", hit)
        .with_usual("own", "hits", 1)
        .with_usual("own", "hurt", 1);
    for scene in SCENES {
        println!("{}", scene.name);
        let rate = TickRate::new(TICK_RATE as u16).ok_or("the rate is not zero")?;
        let arena = Arena::builtin(scene.arena).ok_or("every build has it")??;
        let scenery = Scenery { arena, rules: Rules::default() };
        let mut code = RowCode::with_codes::<Tumult>(rate, Arc::new(scenery), Codes::untrained());
        let mut past = VecDeque::new();
        let file = scene.record();
        let mut reader = RecordingReader::open(&file)?;
        while let Some(now) = reader.next_snapshot()? {
            for age in AGES {
                let base = past.get(age - 1);
                base.into_iter().for_each(|base| training.see(&mut code, base, &now));
            }
            past.push_front(now);
            past.truncate(AGES[AGES.len() - 1]);
        }
    }
    let text = training.codes().text(Tumult::KINDS);
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/replicate/tumult.codes");
    let head = "# Made by `cargo run -p game-sim --example train`.\n";
    std::fs::write(&file, format!("{head}{text}"))?;
    println!("{} bytes of tables", text.len());
    explain(Codes::parse(Tumult::KINDS, &text)?)
}

/// What rows that change cost on the benchmark's match, with these tables.
#[allow(clippy::print_stdout, reason = "it is what the program is for")]
fn explain(codes: Codes) -> Result<(), Box<dyn std::error::Error>> {
    let file = include_bytes!("../../tests/data/expanse-64.rec");
    let mut reader = RecordingReader::open(file)?;
    let rate = reader.tick_rate();
    let arena = Arena::builtin("expanse").ok_or("every build has it")??;
    let scenery = Arc::new(Scenery { arena, rules: Rules::default() });
    let codes = Box::leak(Box::new(codes));
    let mut code = RowCode::with_codes::<Tumult>(rate, scenery, codes);
    let mut past = VecDeque::new();
    let mut sums: Vec<(u32, Vec<(u32, u32)>)> = vec![(0, Vec::new()); Tumult::KINDS.len()];
    while let Some(now) = reader.next_snapshot()? {
        if past.len() == 3 {
            let base: netcode::Snapshot = past.pop_back().ok_or("there are three")?;
            let age_ticks = now.tick().since(base.tick()) as u32;
            for row in now.rows() {
                let Some(base) = base.find(row.id).filter(|b| b.columns != row.columns) else {
                    continue;
                };
                let residuals =
                    code.residuals(row.kind, Some(base.columns), age_ticks, row.columns).to_vec();
                let moving = Tumult::KINDS[usize::from(row.kind.0)].is_moving(base.columns);
                if !moving && residuals.iter().all(|residual| *residual == 0) {
                    continue; // It goes with a run.
                }
                let cost = code.cost(row.kind, Some(base.columns), age_ticks, &residuals);
                let (rows, fields) = &mut sums[usize::from(row.kind.0)];
                *rows += 1;
                fields.resize(cost.len(), (0, 0));
                for (sum, bits) in fields.iter_mut().zip(cost) {
                    *sum = (sum.0 + bits, sum.1 + u32::from(bits > 0));
                }
            }
        }
        past.push_front(now);
    }
    println!("bits of a changed row, 100 ms old");
    for (table, (rows, fields)) in Tumult::KINDS.iter().zip(sums) {
        let names = ["set of wrong fields"].into_iter().chain(table.fields.iter().map(|f| f.name));
        for (name, (bits, count)) in names.zip(fields) {
            let part = |of: u32| f64::from(of) / f64::from(rows.max(1));
            println!(
                "{:8} {name:20} {:6.2} bits, wrong {:5.1} %",
                table.name,
                part(bits),
                100.0 * part(count)
            );
        }
    }
    Ok(())
}
