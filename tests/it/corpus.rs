//! What the fuzzers found worth keeping, replayed: every input of every target, and a target for every
//! decoder. `scripts/fuzz` looks for more.

use std::{collections::BTreeSet, fs, panic, path::PathBuf};
use tumult_tests::{fuzz::TARGETS, processes::workspace};

/// Bytes that all of the corpus may take in the repository.
const CORPUS_BYTES: u64 = 1_000_000;

/// Files with something that takes bytes or text apart, and the target that covers it.
const DECODERS: [(&str, &str); 24] = [
    ("netcode/src/ack.rs", "acks"),
    ("netcode/src/beacon.rs", "beacons"),
    ("netcode/src/delta.rs", "snapshots"),
    ("netcode/src/delta/anchor.rs", "stream_down"),
    ("netcode/src/delta/header.rs", "snapshots"),
    ("netcode/src/delta/plain.rs", "snapshots"),
    ("netcode/src/delta/unpack.rs", "snapshots"),
    ("netcode/src/entropy.rs", "snapshots"),
    ("netcode/src/entropy/text.rs", "snapshots"),
    ("netcode/src/entropy/magnitude.rs", "snapshots"),
    ("netcode/src/input.rs", "inputs"),
    ("netcode/src/input/change.rs", "inputs"),
    ("netcode/src/input/report.rs", "snapshots"),
    ("netcode/src/link/conditions.rs", "conditions"),
    ("netcode/src/quic/driver/arrival.rs", "packets"),
    ("netcode/src/quic/tls.rs", "addresses"),
    ("netcode/src/recording/reader.rs", "recordings"),
    ("netcode/src/rewind/moment.rs", "inputs"),
    ("netcode/src/wire/bits.rs", "bits"),
    ("netcode/src/wire/frame.rs", "frames"),
    ("game-bots/src/address.rs", "addresses"),
    ("game-sim/src/name.rs", "addresses"),
    ("game-sim/src/arena/tiled.rs", "arenas"),
    ("game-sim/src/replicate/entity.rs", "snapshots"),
];

/// Files that read what their owner wrote, on their own machine, once at the start; and what packs and unpacks
/// its own rows in memory, which no byte ever reaches as it came.
const OF_THE_OWNER: [&str; 5] = [
    "game-bots/src/gate.rs",
    "game-server/src/bans.rs",
    "game-server/src/options.rs",
    "game-sim/src/mode.rs",
    "netcode/src/snapshot/packed.rs",
];

fn corpus(target: &str) -> Vec<PathBuf> {
    let folder = workspace().join("tests/data/corpus").join(target);
    let entries = fs::read_dir(&folder);
    let entries = entries.unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut files: Vec<_> = entries.map(|entry| entry.expect("it can be listed").path()).collect();
    files.sort();
    files
}

#[test]
fn every_input_that_was_kept_is_still_taken() {
    let mut bytes_in_all = 0;
    for target in TARGETS {
        let files = corpus(target.name);
        assert!(!files.is_empty(), "{} has no corpus: run scripts/fuzz", target.name);
        for file in files {
            let bytes = fs::read(&file).expect("it can be read");
            bytes_in_all += bytes.len() as u64;
            let taken = panic::catch_unwind(|| (target.run)(&bytes));
            assert!(taken.is_ok(), "{} fails on {}", target.name, file.display());
        }
    }
    assert!(bytes_in_all <= CORPUS_BYTES, "the corpus has {bytes_in_all} bytes: minimise it");
}

#[test]
fn every_seed_is_taken_and_real_traffic_is_understood() {
    for target in TARGETS {
        let seeds = (target.seeds)();
        assert!(!seeds.is_empty(), "{} starts from nothing", target.name);
        seeds.iter().for_each(|bytes| (target.run)(bytes));
    }
}

/// Whether a line begins something public that decodes.
fn decodes(line: &str) -> bool {
    let line = line.trim_start();
    let begins = |words: &str| {
        ["pub fn ", "pub(crate) fn ", "pub(super) fn "]
            .iter()
            .any(|public| line.strip_prefix(public).is_some_and(|rest| rest.starts_with(words)))
    };
    let names = [
        "read(",
        "read_",
        "decode",
        "parse(",
        "unpack(",
        "open(file",
        "from_tmx",
        "pop<",
        "clean",
        "bits(&mut self, count",
        "take(&mut self, now: Instant, received",
    ];
    names.into_iter().any(begins) || (line.starts_with("impl") && line.contains("FromStr for"))
}

#[test]
fn every_decoder_has_a_target() {
    let names: BTreeSet<_> = TARGETS.iter().map(|target| target.name).collect();
    let mut found = BTreeSet::new();
    for folder in ["netcode/src", "game-sim/src", "game-server/src", "game-bots/src"] {
        for (name, text) in super::invariants::sources(folder) {
            if text.lines().any(decodes) && !OF_THE_OWNER.contains(&name.as_str()) {
                let target = DECODERS.iter().find(|(file, _)| *file == name);
                let target = target.unwrap_or_else(|| panic!("{name} decodes and is not fuzzed"));
                assert!(names.contains(target.1), "{name} needs a target {}", target.1);
                found.insert(target.0);
            }
        }
    }
    for (file, _) in DECODERS {
        assert!(found.contains(file), "{file} decodes nothing any more");
    }
}

#[test]
fn every_target_is_given_to_the_fuzzer() {
    let manifest = fs::read_to_string(workspace().join("fuzz/Cargo.toml")).expect("it is there");
    for target in TARGETS {
        let path = format!("fuzz_targets/{}.rs", target.name);
        assert!(manifest.contains(&path), "fuzz/Cargo.toml has no {path}");
        let text = fs::read_to_string(workspace().join("fuzz").join(&path));
        let text = text.unwrap_or_else(|error| panic!("{path}: {error}"));
        assert!(text.contains(&format!("\"{}\"", target.name)), "{path} runs another target");
    }
}
