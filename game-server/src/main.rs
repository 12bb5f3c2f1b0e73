//! Reads the options, starts the arenas, and says in one sentence what went wrong.

use anyhow::Context;
use game_server::{
    arena_loop::ArenaLoop,
    options::Options,
    rotation::Rotation,
    supervisor::{Charge, Life, supervise},
};
use signal_hook::{
    consts::{SIGINT, SIGTERM},
    flag,
};
use std::{
    backtrace::Backtrace,
    io::IsTerminal,
    panic,
    process::ExitCode,
    sync::{Arc, atomic::AtomicBool},
};
use tracing_appender::non_blocking::NonBlockingBuilder;

/// QUIC takes and gives back thousands of small pieces in each tick; see docs/decisions/0051.
#[cfg(target_os = "linux")]
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

/// Lines of the log that may wait until somebody reads them; what is more is left out.
const LOG_LINES: usize = 4_096;

fn main() -> ExitCode {
    // A thread of its own writes them: no tick waits for a pipe that nobody empties.
    let log = NonBlockingBuilder::default().buffered_lines_limit(LOG_LINES);
    let (log, _written_at_the_end) = log.thread_name("log").finish(std::io::stderr());
    let left_out = log.error_counter();
    tracing_subscriber::fmt()
        .with_writer(log)
        .with_ansi(std::io::stderr().is_terminal())
        .with_env_filter(
            tracing_subscriber::EnvFilter::try_from_env("TUMULT_LOG")
                .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("info,quinn_proto=warn")),
        )
        .init();
    // An arena that panics is started anew, and must not wait for the same pipe before.
    panic::set_hook(Box::new(|panic| {
        tracing::error!("{panic}\n{}", Backtrace::capture());
    }));
    let ended = run();
    if left_out.dropped_lines() > 0 {
        tracing::warn!(
            lines = left_out.dropped_lines(),
            "nobody read the log, so lines are missing"
        );
    }
    match ended {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("game-server: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> anyhow::Result<()> {
    let stop = Arc::new(AtomicBool::new(false));
    for signal in [SIGINT, SIGTERM] {
        flag::register(signal, stop.clone())?;
    }
    let charges: anyhow::Result<Vec<_>> =
        Options::of_all_arenas()?.into_iter().map(charge).collect();
    supervise(charges?, &stop)
}

/// An arena that listens, and the way back should it fail: to the same port, also where the system chose it.
fn charge(mut options: Options) -> anyhow::Result<Charge> {
    let rotation = Rotation::load(&options)?;
    let arena_loop = ArenaLoop::start(options.clone(), rotation.clone())?;
    announce(&arena_loop)?;
    options.bind = arena_loop.local_address()?;
    let name = format!("{} on {}", arena_loop.arena_name(), options.bind);
    let again = move || Ok(life(ArenaLoop::start(options.clone(), rotation.clone())?));
    Ok(Charge::new(name, life(arena_loop), Box::new(again)))
}

fn life(arena_loop: ArenaLoop) -> Life {
    Box::new(|stop| arena_loop.run(stop))
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
