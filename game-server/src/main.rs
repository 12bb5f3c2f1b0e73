//! Reads the options, starts the arena, and says in one sentence what went wrong.

use anyhow::Context;
use game_server::{arena_loop::ArenaLoop, arenas, options::Options};
use std::process::ExitCode;
use tokio::signal::unix::{SignalKind, signal};

fn main() -> ExitCode {
    tracing_subscriber::fmt()
        .with_writer(std::io::stderr)
        .with_env_filter(
            tracing_subscriber::EnvFilter::try_from_env("TUMULT_LOG")
                .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("info,quinn=warn")),
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
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let mut interrupt = signal(SignalKind::interrupt())?;
        let mut terminate = signal(SignalKind::terminate())?;
        let arena_loop = ArenaLoop::start(options, arena)?;
        announce(&arena_loop)?;
        let asked_to_stop = async {
            tokio::select! {
                _ = interrupt.recv() => {}
                _ = terminate.recv() => {}
            }
        };
        arena_loop.run(asked_to_stop).await
    })
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
