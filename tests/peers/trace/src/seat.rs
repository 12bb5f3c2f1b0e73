//! How a process of a peer is started, and its pace. All peers tick at the same instants of the wall clock, so that the
//! age of what a client holds needs no byte on the wire.

use crate::Workload;
use std::{
    net::SocketAddr,
    thread,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

/// The word that asks for compressed packets.
pub const COMPRESS: &str = "compress";

/// The side of a peer that a process is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    Server,
    /// All clients of the workload.
    Clients,
}

/// The command line: `server|clients WORKLOAD LISTEN RELAY START_MS END_MS [compress]`, times since 1970.
#[derive(Clone, Copy, Debug)]
pub struct Seat {
    pub side: Side,
    pub workload: Workload,
    /// Where the server listens.
    pub listen: SocketAddr,
    /// Where the clients reach it: the runner's relay, which counts the bytes.
    pub relay: SocketAddr,
    /// Whether packets are compressed, by a library that can.
    pub compress: bool,
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
            panic!("server|clients WORKLOAD LISTEN RELAY START_MS END_MS [compress]");
        };
        let time = |text: &str| Duration::from_millis(text.parse().expect("milliseconds"));
        Self {
            side: if side == "server" { Side::Server } else { Side::Clients },
            workload: Workload::named(workload).expect("a workload's name"),
            listen: listen.parse().expect("an address"),
            relay: relay.parse().expect("an address"),
            compress: rest.iter().any(|word| word == COMPRESS),
            start: time(start),
            end: time(end),
        }
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
