//! Load as a curve: the real server and real bots, once for each number of players, and what each cost.
//!
//! One number says whether a machine is enough today; the growth from one to the next says when it will
//! not be. Server and bots run on cores of their own where the system allows, and what the bots' own
//! lateness was stands beside each figure: a row in which the bots were late measures the bots.

pub mod plot;
pub mod table;

use crate::processes::{Folder, Process, ServerProcess, program, read_json};
use game_bots::{gate::Numbers, load::Cost, report::Report};
use game_server::stats::ServerReport;
use std::{
    process::Command,
    thread::sleep,
    time::{Duration, Instant},
};

/// How long an empty server may take until it has worked out all that it prepares.
const PREPARING: Duration = Duration::from_secs(40);
/// Processor seconds a second below which it has nothing left to prepare.
const RESTS: f64 = 0.1;
/// How long after the last bot came it is measured, as in the server's own report.
const SETTLING: Duration = Duration::from_secs(3);
/// How long bots may take to get in beyond their ramp.
const JOINING: Duration = Duration::from_secs(40);
/// How often progress is told.
const EACH: Duration = Duration::from_secs(1);

/// What is run.
#[derive(Clone, Debug)]
pub struct Setup {
    /// The server's arena.
    pub arena: String,
    /// Ticks a second.
    pub tick_rate: u16,
    /// Snapshots a second.
    pub snapshot_rate: u16,
    /// How long everybody plays, once all are in.
    pub hold: Duration,
    /// Over how long they come.
    pub ramp: Duration,
    /// The bots' `--brain`.
    pub brain: String,
    /// The cores of server and bots, if they are to have their own.
    pub cores: Option<[u16; 2]>,
    /// More flags for the server.
    pub server_flags: Vec<String>,
}

/// What one number of players cost.
#[derive(Clone, Debug, Default)]
pub struct Point {
    /// How many there were to be.
    pub players: u32,
    /// The server's report.
    pub server: ServerReport,
    /// The bots' report; as it is by default if there were none.
    pub bots: Report,
    /// Processor seconds of the server in a second, while all were in.
    pub server_cores: f64,
    /// The same of the bots.
    pub bots_cores: f64,
    /// Resident memory of the server at the end of that.
    pub rss_bytes: u64,
}

impl Point {
    /// The numbers of both reports, for a gate.
    #[must_use]
    pub fn numbers(&self) -> Numbers {
        let mut numbers = Numbers::of(&self.bots);
        numbers.add(&self.server);
        numbers
    }
}

/// Measures a server with so many players; without any, an empty one. `progress` hears how it goes.
///
/// # Errors
/// What went wrong, in words.
pub fn measure(
    setup: &Setup,
    players: u32,
    progress: &mut dyn FnMut(&str),
) -> Result<Point, String> {
    let server = start_server(setup, players);
    let id = server.process.id().to_string();
    progress("the server prepares");
    prepare(&id);
    let mut point = Point { players, ..Point::default() };
    if players == 0 {
        let span = Span::begin(&id);
        sleep(setup.hold);
        (point.server_cores, point.rss_bytes) = span.end()?;
    } else {
        play(setup, &server, &id, &mut point, progress)?;
    }
    let (outcome, report) = server.finish();
    if !outcome.status.success() {
        return Err(format!("the server failed: {}", outcome.stderr));
    }
    point.server = report;
    Ok(point)
}

/// Processor time and memory of a process over some time.
struct Span {
    process: String,
    begun: Instant,
    cost: Option<Cost>,
}

impl Span {
    fn begin(process: &str) -> Self {
        Self { process: process.to_owned(), begun: Instant::now(), cost: Cost::of(process) }
    }

    /// Processor seconds a second since it began, and the memory now.
    fn end(&self) -> Result<(f64, u64), String> {
        let (before, now) =
            self.cost.zip(Cost::of(&self.process)).ok_or("no process to measure")?;
        let cores = (now.cpu_seconds - before.cpu_seconds) / self.begun.elapsed().as_secs_f64();
        Ok((cores, now.rss_bytes))
    }
}

fn start_server(setup: &Setup, players: u32) -> ServerProcess {
    let places = players.clamp(1, 4_096).to_string();
    let (tick_rate, snapshot_rate) = (setup.tick_rate.to_string(), setup.snapshot_rate.to_string());
    let mut flags = vec!["--arena", &setup.arena, "--max-players", &places];
    flags.extend(["--tick-rate", &tick_rate, "--snapshot-rate", &snapshot_rate]);
    flags.extend(setup.server_flags.iter().map(String::as_str));
    let mut command = pinned("game-server", setup.cores.map(|[server, _]| server));
    // A log that nobody reads would fill its pipe, and then hold up the server.
    command.env("TUMULT_LOG", "error");
    ServerProcess::start_as(command, &flags)
}

/// A program of this workspace on a core of its own, if it is to have one.
fn pinned(name: &str, core: Option<u16>) -> Command {
    let Some(core) = core else { return Command::new(program(name)) };
    let mut command = Command::new("taskset");
    command.args(["-c", &core.to_string()]).arg(program(name));
    command
}

/// Whether programs can be given cores of their own here.
#[must_use]
pub fn can_pin() -> bool {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    cores > 1 && Command::new("taskset").arg("-V").output().is_ok_and(|out| out.status.success())
}

/// Waits until the server has nothing more to do than to tick, so that what it prepares once is not
/// taken for the players' cost.
fn prepare(server: &str) {
    let begun = Instant::now();
    while begun.elapsed() < PREPARING {
        let span = Span::begin(server);
        sleep(Duration::from_secs(2));
        if span.end().is_ok_and(|(cores, _)| cores < RESTS) {
            return;
        }
    }
}

fn play(
    setup: &Setup,
    server: &ServerProcess,
    id: &str,
    point: &mut Point,
    progress: &mut dyn FnMut(&str),
) -> Result<(), String> {
    let folder = Folder::new();
    let (report, stats) = (folder.path("bots.json"), server.folder.path("stats.json"));
    let seconds = (setup.ramp + JOINING + SETTLING + setup.hold).as_secs_f64();
    let mut command = pinned("game-bots", setup.cores.map(|[_, bots]| bots));
    command.args(["--server", &server.address.to_string(), "--report", &report]);
    command.args(["--bots", &point.players.to_string(), "--brain", &setup.brain]);
    command.args(["--ramp", &setup.ramp.as_secs_f64().to_string()]);
    command.args(["--seconds", &seconds.to_string()]);
    let bots = Process::spawn(&mut command);
    let begun = Instant::now();
    loop {
        let playing = newest(&stats).peak_players;
        progress(&format!("{playing} are in"));
        if playing >= point.players.into() {
            break;
        }
        if begun.elapsed() > setup.ramp + JOINING {
            return Err(format!("only {playing} of {} got in", point.players));
        }
        sleep(EACH);
    }
    sleep(SETTLING);
    let spans = [Span::begin(id), Span::begin(&bots.id().to_string())];
    while spans[0].begun.elapsed() < setup.hold {
        sleep(EACH.min(setup.hold - spans[0].begun.elapsed().min(setup.hold)));
        let (cores, _) = spans[0].end()?;
        let (tick_ms, left) =
            (newest(&stats).full.tick_ms_p99, setup.hold.saturating_sub(spans[0].begun.elapsed()));
        let left_s = left.as_secs();
        progress(&format!("{cores:.2} cores, tick p99 {tick_ms:.1} ms, {left_s} s to go"));
    }
    (point.server_cores, point.rss_bytes) = spans[0].end()?;
    (point.bots_cores, _) = spans[1].end()?;
    let outcome = bots.terminate();
    if !outcome.status.success() {
        return Err(format!("the bots failed: {}", outcome.stderr));
    }
    point.bots = read_json(&report);
    Ok(())
}

/// What the server wrote last.
fn newest(path: &str) -> ServerReport {
    let text = std::fs::read_to_string(path).unwrap_or_default();
    serde_json::from_str(&text).unwrap_or_default()
}
