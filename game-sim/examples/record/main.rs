//! Records the matches of bots that the codec's benchmark runs on, into `tests/data`.
//!
//! `cargo run -p game-sim --example record [FOLDER]`; the same build makes the same bytes.
//! To be run again when a row changes, and then the example `train`.

mod scene;

use std::path::PathBuf;

use game_sim::replicate::KIND_PILOT;
use netcode::recording::RecordingReader;

use scene::Scene;

/// Few, many, and more than fit one datagram.
const SCENES: [Scene; 3] = [
    Scene {
        name: "yard-8",
        arena: "yard",
        bots: 8,
        sight_m: 60.0,
        skipped_s: 10,
        seconds: 20,
        seed: 1,
    },
    Scene {
        name: "expanse-64",
        arena: "expanse",
        bots: 1_000,
        sight_m: 70.0,
        skipped_s: 15,
        seconds: 15,
        seed: 1,
    },
    Scene {
        name: "expanse-500",
        arena: "expanse",
        bots: 1_000,
        sight_m: 226.0,
        skipped_s: 15,
        seconds: 3,
        seed: 4,
    },
];

#[allow(clippy::print_stdout, reason = "it is what the program is for")]
fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = std::env::args_os().nth(1).map_or_else(
        || PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/data")),
        PathBuf::from,
    );
    for scene in SCENES {
        let file = scene.record();
        let mut reader = RecordingReader::open(&file)?;
        let (mut snapshots, mut rows, mut pilots) = (0, 0, 0);
        while let Some(snapshot) = reader.next_snapshot()? {
            snapshots += 1;
            rows += snapshot.len();
            pilots += snapshot.rows().filter(|row| row.kind == KIND_PILOT).count();
        }
        std::fs::write(folder.join(scene.name).with_extension("rec"), &file)?;
        println!(
            "{}: {} bytes, {snapshots} snapshots, {:.1} pilots and {:.1} rows in each",
            scene.name,
            file.len(),
            pilots as f64 / f64::from(snapshots),
            rows as f64 / f64::from(snapshots),
        );
    }
    Ok(())
}
