//! All bots of a run, on as many threads as they were given, and what became of them all together.
//!
//! Each thread has a [`Swarm`] of its own, with its own sockets and its own rows that were read; they share
//! nothing while they play but the maps. So a machine with many cores can load a server beyond what one core
//! of bots sends, and the figures of one thread are those of a run without threads.

use crate::{
    address::Address,
    load::Turns,
    net_trace::NetTrace,
    options::Options,
    report::{Report, Sums},
    swarm::{Share, Swarm},
};
use std::{
    collections::BTreeMap,
    io,
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering::Relaxed},
        mpsc::{Receiver, Sender, channel},
    },
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

/// How often each reason was given.
pub type Reasons = BTreeMap<String, usize>;

/// What became of the bots.
#[derive(Default)]
pub struct Outcome {
    /// How it went.
    pub report: Report,
    /// Why bots were not let in.
    pub refused: Reasons,
    /// Why bots that were let in are not there any more.
    pub lost: Reasons,
    /// What is missing in the trace, in words.
    pub trace: Option<String>,
}

/// The same of one thread.
struct Part {
    sums: Sums,
    turns: Turns,
    refused: Reasons,
    lost: Reasons,
    trace: Option<String>,
}

/// What each thread needs to know.
#[derive(Clone)]
struct Orders {
    options: Options,
    server: Address,
    place: SocketAddr,
    stop: Arc<AtomicBool>,
    started: Instant,
}

/// The threads while they play.
pub struct Crew {
    threads: Vec<JoinHandle<()>>,
    parts: Receiver<io::Result<Part>>,
    started: Instant,
}

impl Crew {
    /// Begins to play until `stop` is true, time is over, or nobody is connected any more. A trace is of the
    /// first thread's bots.
    ///
    /// # Errors
    /// When the system has no threads for us.
    pub fn start(
        options: &Options,
        server: &Address,
        place: SocketAddr,
        stop: &Arc<AtomicBool>,
        mut trace: Option<NetTrace>,
    ) -> io::Result<Self> {
        let (server, stop, started) = (server.clone(), stop.clone(), Instant::now());
        let orders = Orders { options: options.clone(), server, place, stop, started };
        let (tell, parts) = channel();
        let threads = (0..options.threads).map(|thread| {
            let share = Share { thread, threads: options.threads };
            let (orders, tell, trace) = (orders.clone(), tell.clone(), trace.take());
            let named = thread::Builder::new().name(format!("bots-{thread}"));
            named.spawn(move || orders.follow(share, trace, &tell))
        });
        Ok(Self { threads: threads.collect::<io::Result<_>>()?, parts, started })
    }

    /// Waits until they have played.
    ///
    /// # Errors
    /// When the system had no sockets for some of them.
    pub fn outcome(&self) -> io::Result<Outcome> {
        let (mut sums, mut turns, mut outcome) =
            (Sums::default(), Turns::new(), Outcome::default());
        for part in &self.parts {
            let part = part?;
            sums.add(&part.sums);
            turns.add(&part.turns);
            add(&mut outcome.refused, part.refused);
            add(&mut outcome.lost, part.lost);
            outcome.trace = outcome.trace.or(part.trace);
        }
        outcome.report = Report { load: turns.load(self.started.elapsed()), ..sums.report() };
        Ok(outcome)
    }

    /// Waits until they have left the game.
    pub fn leave(self) {
        for thread in self.threads {
            // Who panicked has said so.
            let _ = thread.join();
        }
    }
}

impl Orders {
    /// A thread's whole life.
    fn follow(&self, share: Share, trace: Option<NetTrace>, tell: &Sender<io::Result<Part>>) {
        let Self { options, server, place, stop, started } = self;
        let mut swarm = match Swarm::start(options, server, *place, share, *started) {
            Ok(swarm) => swarm,
            Err(error) => {
                // Without its bots the others would play another test than was asked for.
                stop.store(true, Relaxed);
                let _ = tell.send(Err(error));
                return;
            }
        };
        trace.into_iter().for_each(|trace| swarm.trace(trace));
        swarm.play(stop, options.seconds.map(Duration::from_secs_f64));
        let part = Part {
            sums: swarm.sums(),
            turns: swarm.turns().clone(),
            refused: count(swarm.refused()),
            lost: count(swarm.lost()),
            trace: swarm.finish_trace().err(),
        };
        let _ = tell.send(Ok(part));
        swarm.leave();
    }
}

fn count(reasons: Vec<&str>) -> Reasons {
    let mut counted = Reasons::new();
    reasons.into_iter().for_each(|reason| *counted.entry(reason.to_owned()).or_default() += 1);
    counted
}

fn add(to: &mut Reasons, more: Reasons) {
    more.into_iter().for_each(|(reason, count)| *to.entry(reason).or_default() += count);
}
