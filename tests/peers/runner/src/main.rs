//! Measures netcode beside other libraries and writes the table of `docs/peers.md`. One command builds all, runs each
//! peer on each workload, one after the other, and replaces what stands between the marks of that file:
//!
//! `cargo run --release --manifest-path tests/peers/Cargo.toml -p runner -- --keep`
//!
//! `--peers ours,naia,naia+zstd` and `--workloads W5` measure less, `--runs 5` takes medians of so many runs of W5, the one that
//! bars are set on, `--seconds 4` measures for a shorter time, to try something. Nothing else should run meanwhile.

mod process;
mod relay;
mod run;
mod table;

use run::{Figures, MEASURED_S};
use std::{collections::BTreeSet, error::Error, path::PathBuf, process::Command};
use trace::{WORKLOADS, Workload, seat::Variant};

/// A peer: its name in the table, its program, and the crates whose versions are told.
pub struct Peer {
    pub name: &'static str,
    pub program: &'static str,
    pub crates: &'static [&'static str],
    pub encrypted: bool,
    /// What it does otherwise than in its first row; measured on W5 only.
    pub variant: Option<Variant>,
}

const PEERS: [Peer; 8] = [
    Peer {
        name: "ours",
        program: "peer-tumult",
        crates: &["netcode", "quinn-proto"],
        encrypted: true,
        variant: None,
    },
    Peer {
        name: "ours, no guess",
        program: "peer-tumult",
        crates: &[],
        encrypted: true,
        variant: Some(Variant::Unguessed),
    },
    Peer {
        name: "renet",
        program: "peer-renet",
        crates: &["renet", "renet_netcode", "bincode"],
        encrypted: true,
        variant: None,
    },
    Peer {
        name: "naia",
        program: "peer-naia",
        crates: &["naia-server", "naia-client"],
        encrypted: false,
        variant: None,
    },
    Peer {
        name: "naia, zstd",
        program: "peer-naia",
        crates: &["zstd"],
        encrypted: false,
        variant: Some(Variant::Compressed),
    },
    Peer {
        name: "bevy_replicon",
        program: "peer-replicon",
        crates: &["bevy_replicon", "bevy_replicon_renet", "bevy_ecs"],
        encrypted: true,
        variant: None,
    },
    Peer {
        name: "lightyear",
        program: "peer-lightyear",
        crates: &["lightyear"],
        encrypted: true,
        variant: None,
    },
    Peer {
        name: "lightyear, LZ4",
        program: "peer-lightyear",
        crates: &["lz4_flex"],
        encrypted: true,
        variant: Some(Variant::Compressed),
    },
];

struct Options {
    peers: Option<BTreeSet<String>>,
    workloads: Option<BTreeSet<String>>,
    runs: usize,
    seconds: f64,
    keep: bool,
}

fn options() -> Result<Options, Box<dyn Error>> {
    let mut options =
        Options { peers: None, workloads: None, runs: 3, seconds: MEASURED_S, keep: false };
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        let mut list =
            || arguments.next().unwrap_or_default().split(',').map(str::to_owned).collect();
        match argument.as_str() {
            "--peers" => options.peers = Some(list()),
            "--workloads" => options.workloads = Some(list()),
            "--runs" => options.runs = arguments.next().unwrap_or_default().parse()?,
            "--seconds" => options.seconds = arguments.next().unwrap_or_default().parse()?,
            "--keep" => options.keep = true,
            _ => {
                let known = "--peers A,B --workloads A,B --runs N --seconds N --keep";
                return Err(format!("{argument}: {known}").into());
            }
        }
    }
    if options.keep && options.seconds != MEASURED_S {
        return Err(format!("what is kept is measured for {MEASURED_S} s").into());
    }
    Ok(options)
}

/// The root of the peers' workspace.
fn home() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// Each by itself, so that no peer is built with features that another asks of a crate that they share.
fn build(peer: &Peer) -> Result<(), Box<dyn Error>> {
    let mut cargo = Command::new(std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned()));
    cargo
        .args(["build", "--release", "--manifest-path"])
        .arg(home().join("Cargo.toml"))
        .args(["-p", peer.program]);
    cargo
        .status()?
        .success()
        .then_some(())
        .ok_or_else(|| format!("{} does not compile", peer.name).into())
}

fn median(mut runs: Vec<Figures>) -> Figures {
    let middle = |values: &mut dyn Iterator<Item = f64>| {
        let mut values: Vec<f64> = values.collect();
        values.sort_by(f64::total_cmp);
        values[values.len() / 2]
    };
    let mut figures = runs.pop().unwrap_or_default();
    runs.push(figures.clone());
    for place in 0..figures.values.len() {
        figures.values[place] = middle(&mut runs.iter().map(|run| run.values[place]));
    }
    figures
}

fn main() -> Result<(), Box<dyn Error>> {
    let options = options()?;
    // A name's comma would part it in two on the command line.
    let wanted = |list: &Option<BTreeSet<String>>, name: &str| {
        list.as_ref().is_none_or(|list| list.contains(&name.replace(", ", "+")))
    };
    let peers: Vec<&Peer> = PEERS.iter().filter(|peer| wanted(&options.peers, peer.name)).collect();
    let workloads: Vec<Workload> = WORKLOADS
        .into_iter()
        .filter(|workload| wanted(&options.workloads, workload.name))
        .collect();
    for peer in &peers {
        build(peer)?;
    }
    process::stay(std::process::id(), run::CLIENTS_CORE)?;
    let mut rows = Vec::new();
    for workload in workloads {
        let pairs = run::pairs(workload);
        for peer in peers.iter().filter(|peer| peer.variant.is_none() || workload.name == "W5") {
            let count = if workload.name == "W5" { options.runs } else { 1 };
            // One that fails is tried once more, so that the others' half an hour is not lost.
            let once = || {
                let measure = || run::measure(peer, workload, pairs, options.seconds);
                measure().or_else(|error| {
                    eprintln!("{} on {}: {error}; once more", peer.name, workload.name);
                    measure()
                })
            };
            let runs: Result<Vec<Figures>, _> = (0..count).map(|_| once()).collect();
            let figures = runs
                .map(median)
                .map_err(|error| format!("{} on {}: {error}", peer.name, workload.name))?;
            let row = table::Row { peer, workload, figures };
            println!("{} {}", workload.name, table::line(&row));
            rows.push(row);
        }
    }
    if options.keep {
        table::keep(&home(), &rows, options.runs)?;
    }
    Ok(())
}
