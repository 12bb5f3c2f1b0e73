//! Runs the server with more and more bots and writes what each number of them cost: a table as CSV and a
//! plot as SVG. Its exit status is 3 when a row does not keep to the gate.

use clap::Parser;
use game_bots::gate::Gate;
use std::{
    fs,
    io::{IsTerminal, Write, stderr},
    path::{Path, PathBuf},
    process::ExitCode,
    time::Duration,
};
use tumult_tests::curve::{Point, Setup, can_pin, measure, plot, table};

/// The exit status when a row did not keep to the gate.
const MISSED: u8 = 3;

#[derive(Debug, Parser)]
#[command(
    about = "Measures the server with more and more bots; build both programs first, as release"
)]
struct Flags {
    /// How many players, one row each; an empty server is always the first
    #[arg(long, value_delimiter = ',', value_name = "N,N", default_value = "64,128,256,512,1024",
        value_parser = clap::value_parser!(u32).range(1..=4096))]
    players: Vec<u32>,
    /// How long everybody plays in each row, once all are in, 1 to 3600
    #[arg(long, value_name = "S", default_value_t = 30, value_parser = clap::value_parser!(u32).range(1..=3600))]
    seconds: u32,
    /// How many come in a second, 1 to 1000
    #[arg(long, value_name = "N", default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=1000))]
    joins_per_second: u32,
    /// The arena, as for game-server
    #[arg(long, value_name = "NAME", default_value = "expanse")]
    arena: String,
    /// Ticks a second
    #[arg(long, value_name = "HZ", default_value_t = 60)]
    tick_rate: u16,
    /// Snapshots a second
    #[arg(long, value_name = "HZ", default_value_t = 30)]
    snapshot_rate: u16,
    /// How the bots think, as for game-bots
    #[arg(long, value_name = "BRAIN", default_value = "light")]
    brain: String,
    /// The cores of server and bots; by default 0 and 1 where there are two and `taskset` is there
    #[arg(long, value_delimiter = ',', num_args = 1, value_name = "SERVER,BOTS")]
    cores: Vec<u16>,
    /// Let server and bots share all cores
    #[arg(long)]
    share_cores: bool,
    /// More flags for the server, such as --server-flags="--snapshot-cap 600"
    #[arg(long, value_name = "FLAGS", default_value = "", allow_hyphen_values = true)]
    server_flags: String,
    /// Bounds for each row, by the keys of both reports: "full.tick_ms_p99<16,starved_percent<0.5"
    #[arg(long, value_name = "BOUNDS")]
    gate: Option<Gate>,
    /// The folder for load-curve.csv and load-curve.svg
    #[arg(long, value_name = "FOLDER", default_value = "target/load-curve")]
    out: PathBuf,
}

fn main() -> ExitCode {
    let flags = Flags::parse();
    match run(&flags) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(MISSED),
        Err(error) => {
            eprintln!("load-curve: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Returns whether all rows kept to the gate.
#[allow(clippy::print_stdout, reason = "a table on the terminal is what the program is for")]
fn run(flags: &Flags) -> Result<bool, String> {
    if let Some(gate) = &flags.gate {
        let known = Point::default().numbers();
        gate.check_keys(&known).map_err(|error| error.to_string())?;
    }
    let cores = cores(flags)?;
    fs::create_dir_all(&flags.out).map_err(|error| format!("{}: {error}", flags.out.display()))?;
    let mut title = format!(
        "{}, {} ticks and {} snapshots a second",
        flags.arena, flags.tick_rate, flags.snapshot_rate
    );
    title += &cores.map_or(String::new(), |[server, bots]| {
        format!("; server on core {server}, bots on core {bots}")
    });
    println!("{title}\n{}", table::HEAD);
    let (mut points, mut kept) = (Vec::new(), true);
    for players in std::iter::once(0).chain(flags.players.iter().copied()) {
        let setup = Setup {
            arena: flags.arena.clone(),
            tick_rate: flags.tick_rate,
            snapshot_rate: flags.snapshot_rate,
            hold: Duration::from_secs(flags.seconds.into()),
            ramp: Duration::from_secs(players.div_ceil(flags.joins_per_second).into()),
            brain: flags.brain.clone(),
            cores,
            server_flags: flags.server_flags.split_whitespace().map(str::to_owned).collect(),
        };
        let point = measure(&setup, players, &mut |words| tell(players, words))?;
        clear();
        points.push(point);
        let rows = table::rows(&points);
        rows.last().into_iter().for_each(|row| println!("{}", table::line(row)));
        // Each row is kept as soon as it is there: the next one may be too much for the machine.
        save(&flags.out, "load-curve.csv", &table::csv(&points))?;
        save(&flags.out, "load-curve.svg", &plot::svg(&points, &title))?;
        let missed = match (&flags.gate, points.last()) {
            (Some(gate), Some(point)) if players > 0 => gate.missed(&point.numbers()),
            _ => Ok(Vec::new()),
        };
        for missed in missed.map_err(|error| error.to_string())? {
            eprintln!("load-curve: with {players} players {missed}");
            kept = false;
        }
    }
    println!("written to {}", flags.out.display());
    Ok(kept)
}

fn cores(flags: &Flags) -> Result<Option<[u16; 2]>, String> {
    match (flags.share_cores, flags.cores.as_slice()) {
        (true, _) => Ok(None),
        (_, []) => Ok(can_pin().then_some([0, 1])),
        (_, [server, bots]) if can_pin() => Ok(Some([*server, *bots])),
        (_, [_, _]) => {
            Err("programs can't be pinned here: there is one core, or no taskset".into())
        }
        _ => Err("--cores takes two numbers, such as 0,1".into()),
    }
}

fn save(folder: &Path, name: &str, text: &str) -> Result<(), String> {
    let path = folder.join(name);
    fs::write(&path, text).map_err(|error| format!("can't write {}: {error}", path.display()))
}

/// Shows how it goes: in one line of a terminal, or a line each in a log.
fn tell(players: u32, words: &str) {
    let line = format!("{players} players: {words}");
    if stderr().is_terminal() {
        let _ = write!(stderr(), "\r\x1b[K{line}").and_then(|()| stderr().flush());
    } else {
        eprintln!("{line}");
    }
}

fn clear() {
    if stderr().is_terminal() {
        let _ = write!(stderr(), "\r\x1b[K");
    }
}
