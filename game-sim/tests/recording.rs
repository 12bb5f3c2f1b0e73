//! The recordings that the codec's benchmark runs on are of this game, and say what was played.

#[path = "../examples/record/scene.rs"]
mod scene;

use game_sim::Tumult;
use game_sim::replicate::{KIND_OWN, KIND_PILOT};
use netcode::recording::{RecordedKind, RecordingReader};
use netcode::{Protocol, Snapshot};

use scene::{SNAPSHOT_INTERVAL, Scene};

/// The files in tests/data, with about how many pilots each shows.
const FILES: [(&str, &[u8], usize); 3] = [
    ("yard-8", include_bytes!("../../tests/data/yard-8.rec"), 8),
    ("expanse-64", include_bytes!("../../tests/data/expanse-64.rec"), 64),
    ("expanse-500", include_bytes!("../../tests/data/expanse-500.rec"), 500),
];

fn read(file: &[u8]) -> (RecordingReader<'_>, Vec<Snapshot>) {
    let mut reader = RecordingReader::open(file).expect("it can be opened");
    let mut snapshots = Vec::new();
    while let Some(snapshot) = reader.next_snapshot().expect("it can be read") {
        snapshots.push(snapshot);
    }
    (reader, snapshots)
}

fn count(snapshot: &Snapshot, kind: netcode::KindId) -> usize {
    snapshot.rows().filter(|row| row.kind == kind).count()
}

#[test]
fn a_recording_of_a_match_reads_back_as_it_was_played() {
    let scene = Scene {
        name: "short",
        arena: "yard",
        bots: 12,
        sight_m: 20.0,
        skipped_s: 2,
        seconds: 5,
        seed: 9,
    };
    let file = scene.record();
    let mut played = Vec::new();
    scene.play(|snapshot| played.push(snapshot.clone()));
    let (_, snapshots) = read(&file);
    assert_eq!(snapshots.len(), 150, "{} is 5 seconds at 30 snapshots a second", scene.name);
    assert_eq!(snapshots, played);
    let pilots = |snapshot: &Snapshot| count(snapshot, KIND_PILOT);
    let (fewest, most) = (played.iter().map(pilots).min(), played.iter().map(pilots).max());
    assert!(fewest < most, "nobody came or went, which proves little: {fewest:?}");
    assert!(played.iter().all(|snapshot| count(snapshot, KIND_OWN) == 1));
}

/// When this fails, a row has changed: run the example `record`, which says what else to do.
#[test]
fn the_recordings_have_the_rows_that_the_game_has_now() {
    let kinds: Vec<_> = Tumult::KINDS.iter().map(|table| RecordedKind::from(*table)).collect();
    for (name, file, pilots) in FILES {
        let (reader, snapshots) = read(file);
        assert_eq!(reader.kinds(), kinds, "{name}");
        assert_eq!(reader.snapshot_interval(), SNAPSHOT_INTERVAL, "{name}");
        assert_eq!(u32::from(reader.tick_rate().hz()), game_sim::TICK_RATE, "{name}");
        let total: usize = snapshots.iter().map(|snapshot| count(snapshot, KIND_PILOT)).sum();
        let mean = total / snapshots.len();
        assert!(mean.abs_diff(pilots) <= pilots / 8, "{name} shows {mean} pilots");
    }
}
