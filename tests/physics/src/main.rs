//! Records the rigid-body scenes that the codec's benchmark runs on, and trains their code tables.
//!
//! `cargo run --release --manifest-path tests/physics/Cargo.toml` writes `cubes-901.rec`, `bodies-250.rec`
//! and both `.codes` into `tests/data`. The tables are trained on runs with other seeds. `cargo test --release` with the same
//! manifest holds that the files are what the program makes: to be run when the trainer changes.

#[path = "../../benches/codec/solids.rs"]
mod solids;
mod stage;

use netcode::{
    EntityId, KindId, Protocol, Replicate, Snapshot, Tick, TickRate,
    delta::RowCode,
    entropy::{codes::Codes, training::Training},
    recording::RecordingWriter,
};
use solids::{Bodies, BodyRow, CubeRow, Cubes};
use stage::{Pose, Stage};
use std::{
    collections::VecDeque,
    error::Error,
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

/// Runs that tables are trained on; what is shown has another seed.
const TRAINED: std::ops::RangeInclusive<u64> = 2..=9;
/// Ages of baselines, in snapshots, that tables are trained for.
const AGES: [usize; 5] = [1, 2, 3, 6, 12];

/// A scene's files: the name of each, and what is in it.
struct Files {
    recording: (String, Vec<u8>),
    codes: (String, String),
}

fn main() -> Result<(), Box<dyn Error>> {
    for Files { recording, codes } in all()? {
        fs::write(folder().join(&recording.0), &recording.1)?;
        fs::write(folder().join(&codes.0), &codes.1)?;
        println!("{}: {} bytes of tables", codes.0, codes.1.len());
    }
    Ok(())
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../data")
}

fn all() -> Result<[Files; 2], Box<dyn Error>> {
    let cubes = |seed| Stage::cubes(seed).run(60 * 8, |pose| cube(&pose));
    let bodies = |seed| Stage::bodies(seed).run(30 * 12, |pose| body(&pose));
    let runs = || TRAINED;
    Ok([
        make::<Cubes>("cubes", 901, 60, &cubes(1), runs().map(cubes))?,
        make::<Bodies>("bodies", 250, 30, &bodies(1), runs().map(bodies))?,
    ])
}

fn make<P: Protocol<Scenery = ()>>(
    name: &str,
    count: usize,
    hz: u16,
    shown: &[Vec<Vec<i32>>],
    training: impl Iterator<Item = Vec<Vec<Vec<i32>>>>,
) -> Result<Files, Box<dyn Error>> {
    let rate = TickRate::new(hz).ok_or("the rate is not zero")?;
    let mut writer = RecordingWriter::new(rate, 1, P::KINDS);
    for (tick, rows) in (1..).zip(shown) {
        writer.push(&snapshot(tick, rows));
    }
    let recording = (format!("{name}-{count}.rec"), writer.finish());
    let mut counts = Training::new(P::KINDS);
    let mut code = RowCode::with_codes::<P>(rate, Arc::new(()), Codes::untrained());
    for run in training {
        let mut past = VecDeque::new();
        for (tick, rows) in (1..).zip(&run) {
            let now = snapshot(tick, rows);
            for age in AGES {
                past.get(age - 1).into_iter().for_each(|base| counts.see(&mut code, base, &now));
            }
            past.push_front(now);
            past.truncate(AGES[AGES.len() - 1]);
        }
    }
    let head = "# Made by `cargo run --release --manifest-path tests/physics/Cargo.toml`.\n";
    let text = counts.codes().text(P::KINDS);
    Ok(Files { recording, codes: (format!("{name}.codes"), format!("{head}{text}")) })
}

fn snapshot(tick: u32, rows: &[Vec<i32>]) -> Snapshot {
    let mut snapshot = Snapshot::new(Tick(tick));
    for (id, columns) in (0..).zip(rows) {
        snapshot.push_columns(EntityId(id), KindId(0), Tick(tick), columns);
    }
    snapshot
}

/// The quaternion without its largest part, whose sign is made positive, each other part divided by
/// the most that it can be.
fn smallest_three(pose: &Pose) -> (u8, [f32; 3]) {
    let parts = pose.rotation;
    let largest = (0..4).max_by(|a, b| parts[*a].abs().total_cmp(&parts[*b].abs())).unwrap_or(0);
    let sign = parts[largest].signum();
    let mut rest = [0.0; 3];
    let others = (0..4).filter(|place| *place != largest);
    rest.iter_mut().zip(others).for_each(|(to, place)| *to = parts[place] * sign);
    (largest as u8, rest)
}

fn cube(pose: &Pose) -> Vec<i32> {
    let (largest, rest) = smallest_three(pose);
    let [a, b, c] = rest.map(|part| (part * std::f32::consts::SQRT_2 * 256.0).round() as i16);
    let [x, y, z] = pose.position;
    columns(&CubeRow { x, y, z, largest, a: a.min(255), b: b.min(255), c: c.min(255) })
}

fn body(pose: &Pose) -> Vec<i32> {
    let (largest, rest) = smallest_three(pose);
    let [a, b, c] = rest.map(|part| (part * 1_000.0).round() as i16);
    let [x, y, z] = pose.position;
    columns(&BodyRow { x, y, z, largest, a, b, c })
}

fn columns(row: &impl Replicate) -> Vec<i32> {
    let mut columns = Vec::new();
    row.quantise(&mut columns);
    columns
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_files_are_what_the_program_makes() {
        for Files { recording, codes } in all().expect("the scenes can be made") {
            let same =
                |name: &str, made: &[u8]| fs::read(folder().join(name)).is_ok_and(|it| it == made);
            assert!(same(&recording.0, &recording.1), "make {} anew", recording.0);
            assert!(same(&codes.0, codes.1.as_bytes()), "make {} anew", codes.0);
        }
    }
}
