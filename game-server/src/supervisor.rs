//! Keeps the arenas of one process apart: each lives on a thread of its own, and what becomes of one
//! changes nothing for the others.
//!
//! An arena that panics is a bug of ours, and still no reason to end a match elsewhere: it is reported and
//! started anew, a few times, and given up when that does not help. This never touches an arena that runs:
//! it looks now and then whether a thread has ended.

use anyhow::Context;
use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

/// How often the threads are looked at.
const LOOK: Duration = Duration::from_millis(50);
/// How long after it failed an arena is started anew: its threads and its beacon's port are free by then.
const PAUSE: Duration = Duration::from_secs(1);
/// An arena that fails more often than so many times in [`MEMORY`] is given up.
const FAILURES: usize = 3;
const MEMORY: Duration = Duration::from_secs(60);
/// How long arenas have to end when they are told to: each tells its clients, which takes up to a second
/// and a half.
const PATIENCE: Duration = Duration::from_secs(5);
/// The main thread's usual stack, for threads that do what it did.
const STACK_BYTES: usize = 8 * 1_024 * 1_024;

/// What an arena does until it is told to stop.
pub type Life = Box<dyn FnOnce(&AtomicBool) -> anyhow::Result<()> + Send>;

/// An arena that is to live.
pub struct Charge {
    name: String,
    first: Option<Life>,
    again: Box<dyn FnMut() -> anyhow::Result<Life>>,
}

impl Charge {
    /// An arena with a name for the log, its first life, and how another one begins should that end in a
    /// panic.
    #[must_use]
    pub fn new(name: String, first: Life, again: Box<dyn FnMut() -> anyhow::Result<Life>>) -> Self {
        Self { name, first: Some(first), again }
    }
}

/// An arena as it is.
struct Ward {
    charge: Charge,
    state: State,
    /// When it failed of late.
    failures: Vec<Instant>,
}

enum State {
    Lives(JoinHandle<anyhow::Result<()>>),
    /// It is started anew then.
    Waits(Instant),
    /// It was told to end, and did.
    Ended,
    /// It is given up.
    Lost,
}

/// Runs all arenas until `stop` is true and they have ended, or until none is left.
///
/// # Errors
/// When one was given up, did not end, or ended with an error; the log said so when it happened.
pub fn supervise(charges: Vec<Charge>, stop: &Arc<AtomicBool>) -> anyhow::Result<()> {
    let names_itself = charges.len() > 1;
    let mut wards = Vec::new();
    for mut charge in charges {
        let life = charge.first.take().context("an arena lives but once at a time")?;
        let state = State::Lives(start(&charge.name, life, stop, names_itself)?);
        wards.push(Ward { charge, state, failures: Vec::new() });
    }
    let mut told = None;
    while wards.iter().any(|ward| matches!(ward.state, State::Lives(_) | State::Waits(_))) {
        let now = Instant::now();
        if stop.load(Relaxed) && now - *told.get_or_insert(now) > PATIENCE {
            break;
        }
        for ward in &mut wards {
            ward.look(now, stop, names_itself);
        }
        thread::park_timeout(LOOK);
    }
    let unwell = wards.iter().filter(|ward| !matches!(ward.state, State::Ended));
    let names: Vec<&str> = unwell.map(|ward| ward.charge.name.as_str()).collect();
    anyhow::ensure!(names.is_empty(), "not all arenas came to a good end: {}", names.join("; "));
    Ok(())
}

impl Ward {
    /// Draws the consequences when its thread has ended, or its time to begin anew has come.
    fn look(&mut self, now: Instant, stop: &Arc<AtomicBool>, names_itself: bool) {
        match std::mem::replace(&mut self.state, State::Ended) {
            State::Lives(thread) if thread.is_finished() => match thread.join() {
                Ok(Ok(())) => {}
                Ok(Err(error)) => {
                    let arena = &self.charge.name;
                    tracing::error!(%arena, "the arena ended: {error:#}");
                    self.state = State::Lost;
                }
                // What it was, the panic itself has said.
                Err(_) => self.fail(now, stop, "it panicked"),
            },
            State::Waits(_) if stop.load(Relaxed) => {}
            State::Waits(until) if until <= now => {
                let begun = (self.charge.again)();
                match begun.and_then(|life| start(&self.charge.name, life, stop, names_itself)) {
                    Ok(thread) => {
                        tracing::warn!(arena = %self.charge.name, "the arena was started anew");
                        self.state = State::Lives(thread);
                    }
                    Err(error) => self.fail(now, stop, &format!("it can't begin: {error:#}")),
                }
            }
            state => self.state = state,
        }
    }

    fn fail(&mut self, now: Instant, stop: &AtomicBool, why: &str) {
        let arena = &self.charge.name;
        self.failures.retain(|then| now - *then < MEMORY);
        self.failures.push(now);
        if stop.load(Relaxed) || self.failures.len() > FAILURES {
            tracing::error!(%arena, "the arena is given up: {why}, not for the first time");
            self.state = State::Lost;
        } else {
            tracing::error!(%arena, "the arena failed: {why}; it is started anew");
            self.state = State::Waits(now + PAUSE);
        }
    }
}

/// A thread for an arena. Where there are several, its lines in the log say which one they are of.
fn start(
    name: &str,
    life: Life,
    stop: &Arc<AtomicBool>,
    names_itself: bool,
) -> anyhow::Result<JoinHandle<anyhow::Result<()>>> {
    let (stop, arena) = (stop.clone(), name.to_owned());
    let thread = thread::Builder::new().name(name.to_owned()).stack_size(STACK_BYTES);
    let live = move || {
        let span = tracing::info_span!("arena", name = %arena);
        let _entered = names_itself.then(|| span.enter());
        life(&stop)
    };
    thread.spawn(live).context("can't start a thread")
}
