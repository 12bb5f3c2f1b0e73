//! Reads the options, plays, and writes how it went.

use anyhow::{Context, bail};
use clap::Parser;
use game_bots::{
    address::Address, crew::Crew, gate::Numbers, net_trace::NetTrace, options::Options,
    report::Report,
};
use signal_hook::{
    consts::{SIGINT, SIGTERM},
    flag,
};
use std::{
    fs,
    path::Path,
    process::ExitCode,
    sync::{Arc, atomic::AtomicBool},
};

/// The exit status when the run was whole and its numbers did not keep to the gate.
const MISSED: u8 = 3;

/// As in the server: see docs/decisions/0051.
#[cfg(target_os = "linux")]
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

fn main() -> ExitCode {
    match run(&Options::parse()) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(MISSED),
        Err(error) => {
            eprintln!("game-bots: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Returns whether the gate, if there is one, was kept to.
fn run(options: &Options) -> anyhow::Result<bool> {
    let server = Address::parse(&options.server)?;
    let place = server.resolve()?;
    if options.seconds.is_some_and(|seconds| !(0.0..=1e6).contains(&seconds)) {
        bail!("--seconds must be from 0 to 1000000");
    }
    if !(0.0..=3600.0).contains(&options.ramp) {
        bail!("--ramp must be from 0 to 3600 seconds");
    }
    if options.threads > 1 && options.net_trace.is_some() {
        bail!("--net-trace is for one thread");
    }
    if let Some(gate) = &options.gate {
        // Better now than after an hour of play.
        gate.check_keys(&numbers(&Report::default(), options.server_stats.as_deref())?)?;
    }
    let trace = options.net_trace.as_deref().map(|path| {
        NetTrace::create(path).with_context(|| format!("can't write {}", path.display()))
    });
    let trace = trace.transpose()?;
    let stop = Arc::new(AtomicBool::new(false));
    for signal in [SIGINT, SIGTERM] {
        flag::register(signal, stop.clone())?;
    }
    let crew = Crew::start(options, &server, place, &stop, trace).context("can't start threads")?;
    let outcome = crew.outcome().context("some bots can't play")?;
    let report = outcome.report;
    if let Some(missing) = outcome.trace {
        eprintln!("game-bots: the net trace is not whole: {missing}");
    }
    if let Some(path) = &options.report {
        report.write(path).with_context(|| format!("can't write {}", path.display()))?;
    }
    for (reason, count) in outcome.refused {
        eprintln!("game-bots: {count} not let in: {reason}");
    }
    for (reason, count) in outcome.lost {
        eprintln!("game-bots: {count} lost the server: {reason}");
    }
    let alone = report.connected == 0;
    crew.leave();
    if alone {
        bail!("the server let nobody in");
    }
    let Some(gate) = &options.gate else { return Ok(true) };
    let missed = gate.missed(&numbers(&report, options.server_stats.as_deref())?)?;
    missed.iter().for_each(|missed| eprintln!("game-bots: {missed}"));
    Ok(missed.is_empty())
}

/// The numbers that a gate may name.
fn numbers(report: &Report, server_stats: Option<&Path>) -> anyhow::Result<Numbers> {
    let mut numbers = Numbers::of(report);
    if let Some(path) = server_stats {
        let text = fs::read_to_string(path);
        let text = text.with_context(|| format!("can't read {}", path.display()))?;
        let server: serde_json::Value = serde_json::from_str(&text)
            .with_context(|| format!("{} is no report of a server", path.display()))?;
        if Numbers::of(&server).is_empty() {
            bail!("{} has no numbers yet: is it the file of this server?", path.display());
        }
        numbers.add(&server);
    }
    Ok(numbers)
}
