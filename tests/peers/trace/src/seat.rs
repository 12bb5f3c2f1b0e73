//! How a process of a peer is started, and its pace. All peers tick at the same instants of the wall clock, so that the
//! age of what a client holds needs no byte on the wire.

use crate::Workload;
use std::{
    net::SocketAddr,
    thread,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

/// What a peer does otherwise than in its first row of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Variant {
    /// Packets are compressed, by a library that can.
    Compressed,
    /// Nobody guesses how walkers move; ours only.
    Unguessed,
}

impl Variant {
    fn named(word: &str) -> Option<Self> {
        [Self::Compressed, Self::Unguessed].into_iter().find(|variant| variant.word() == word)
    }

    /// The word that asks for it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Compressed => "compressed",
            Self::Unguessed => "unguessed",
        }
    }
}

/// The side of a peer that a process is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    Server,
    /// All clients of the workload.
    Clients,
}

/// The command line: `server|clients WORKLOAD LISTEN RELAY START_MS END_MS [compressed|unguessed]`, times since 1970.
#[derive(Clone, Copy, Debug)]
pub struct Seat {
    pub side: Side,
    pub workload: Workload,
    /// Where the server listens.
    pub listen: SocketAddr,
    /// Where the clients reach it: the runner's relay, which counts the bytes.
    pub relay: SocketAddr,
    pub variant: Option<Variant>,
    start: Duration,
    end: Duration,
}

/// Time since 1970, the clock that both processes share.
#[must_use]
pub fn now() -> Duration {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default()
}

impl Seat {
    /// # Panics
    /// When the command line is not the runner's.
    #[must_use]
    pub fn from_arguments() -> Self {
        let arguments: Vec<String> = std::env::args().skip(1).collect();
        let [side, workload, listen, relay, start, end, rest @ ..] = arguments.as_slice() else {
            panic!("server|clients WORKLOAD LISTEN RELAY START_MS END_MS [compressed|unguessed]");
        };
        let time = |text: &str| Duration::from_millis(text.parse().expect("milliseconds"));
        Self {
            side: if side == "server" { Side::Server } else { Side::Clients },
            workload: Workload::named(workload).expect("a workload's name"),
            listen: listen.parse().expect("an address"),
            relay: relay.parse().expect("an address"),
            variant: rest.first().map(|word| Variant::named(word).expect("a variant")),
            start: time(start),
            end: time(end),
        }
    }

    /// Whether packets are compressed.
    #[must_use]
    pub fn is_compressed(&self) -> bool {
        self.variant == Some(Variant::Compressed)
    }

    /// Length of a tick.
    #[must_use]
    pub fn step(&self) -> Duration {
        Duration::from_secs(1) / self.workload.rate_hz
    }

    /// When a tick is sent.
    #[must_use]
    pub fn time_of(&self, tick: usize) -> Duration {
        self.start + self.step() * tick as u32
    }

    /// The newest tick that is due.
    #[must_use]
    pub fn due(&self) -> usize {
        (now().saturating_sub(self.start).as_secs_f64() * f64::from(self.workload.rate_hz)) as usize
    }

    /// Sleeps until the tick is due; false when the run is over.
    #[must_use]
    pub fn wait(&self, tick: usize) -> bool {
        thread::sleep(self.time_of(tick).saturating_sub(now()));
        now() < self.end
    }

    /// Sleeps until the middle between two ticks, which is when clients look at what they hold.
    #[must_use]
    pub fn wait_half(&self, tick: usize) -> bool {
        thread::sleep((self.time_of(tick) + self.step() / 2).saturating_sub(now()));
        now() < self.end
    }
}
