//! Reads the options, plays, and writes how it went.

use anyhow::{Context, bail};
use clap::Parser;
use game_bots::{address::Address, net_trace::NetTrace, options::Options, swarm::Swarm};
use std::{collections::BTreeMap, process::ExitCode, time::Duration};
use tokio::signal::unix::{SignalKind, signal};

fn main() -> ExitCode {
    match run(&Options::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("game-bots: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(options: &Options) -> anyhow::Result<()> {
    let server = Address::parse(&options.server)?;
    let place = server.resolve()?;
    if options.seconds.is_some_and(|seconds| !(0.0..=1e6).contains(&seconds)) {
        bail!("--seconds must be from 0 to 1000000");
    }
    let trace = options.net_trace.as_deref().map(|path| {
        NetTrace::create(path).with_context(|| format!("can't write {}", path.display()))
    });
    let trace = trace.transpose()?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let mut terminate = signal(SignalKind::terminate())?;
        let mut swarm = Swarm::start(options, &server, place).context("can't open sockets")?;
        trace.into_iter().for_each(|trace| swarm.trace(trace));
        let seconds = options.seconds.map(Duration::from_secs_f64);
        let over = async {
            tokio::select! {
                () = tokio::time::sleep(seconds.unwrap_or(Duration::MAX)) => {}
                _ = tokio::signal::ctrl_c() => {}
                _ = terminate.recv() => {}
            }
        };
        swarm.play(over).await;
        let report = swarm.report();
        if let Err(missing) = swarm.finish_trace() {
            eprintln!("game-bots: the net trace is not whole: {missing}");
        }
        if let Some(path) = &options.report {
            report.write(path).with_context(|| format!("can't write {}", path.display()))?;
        }
        for (reason, count) in count(swarm.refused()) {
            eprintln!("game-bots: {count} not let in: {reason}");
        }
        for (reason, count) in count(swarm.lost()) {
            eprintln!("game-bots: {count} lost the server: {reason}");
        }
        let alone = report.connected == 0;
        swarm.leave().await;
        if alone {
            bail!("the server let nobody in");
        }
        Ok(())
    })
}

fn count(reasons: Vec<&str>) -> BTreeMap<&str, usize> {
    let mut counted = BTreeMap::new();
    reasons.into_iter().for_each(|reason| *counted.entry(reason).or_default() += 1);
    counted
}
