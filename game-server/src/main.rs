//! Reads the options, starts the arena, and says in one sentence what went wrong.

use anyhow::Context;
use game_server::{arena_loop::ArenaLoop, arenas, options::Options};
use signal_hook::{
    consts::{SIGINT, SIGTERM},
    flag,
};
use std::{
    process::ExitCode,
    sync::{Arc, atomic::AtomicBool},
};

fn main() -> ExitCode {
    tracing_subscriber::fmt()
        .with_writer(std::io::stderr)
        .with_env_filter(
            tracing_subscriber::EnvFilter::try_from_env("TUMULT_LOG")
                .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("info,quinn_proto=warn")),
        )
        .init();
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("game-server: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> anyhow::Result<()> {
    let options = Options::read()?;
    let arena = arenas::load(&options.arena)?;
    let stop = Arc::new(AtomicBool::new(false));
    for signal in [SIGINT, SIGTERM] {
        flag::register(signal, stop.clone())?;
    }
    let arena_loop = ArenaLoop::start(options, arena)?;
    announce(&arena_loop)?;
    arena_loop.run(&stop)
}

#[expect(clippy::print_stdout, reason = "this line is the program's output")]
fn announce(arena_loop: &ArenaLoop) -> anyhow::Result<()> {
    let address = arena_loop.local_address().context("can't tell the own address")?;
    println!(
        "listening on {address}, arena {}, certificate fingerprint {}",
        arena_loop.arena_name(),
        arena_loop.fingerprint()
    );
    Ok(())
}
