//! The grid of bad networks: in each cell a whole game is played, and what the players felt is
//! measured. `grid/rows` says which networks there are, `grid/play` plays one, `grid/table` writes
//! the figures down and compares them with those that are kept.
//!
//! A row stands for one way in which networks are bad: N1 loss, round trip and jitter, N2 bursts, N3 a
//! very long way for a very long time, N4 reordering, N5 doubling, N6 holes, N7 holes in one direction,
//! N8 narrow links, N10 a shrinking packet size, N11 clients' clocks. (N9, a changing address, needs
//! real QUIC.) That every counter wraps, N12, is looked at in each run of all rows.

pub mod play;
pub mod rows;
pub mod table;

use crate::simulated::PilotClock;
use std::{
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
};

/// What a cell must reach.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Bar {
    /// Nothing is felt: frames with nothing to interpolate at most 0.5 %, corrections p99 at most
    /// 10 cm, inputs late or missing at most 1 %; nobody gets far fewer snapshots than others; sessions live.
    Playable,
    /// As `Playable`, and packets wait at most 200 ms in the link's queues (p99).
    Narrow,
    /// As `Smooth`, and packets wait at most 200 ms: a link that changes is followed.
    Follows,
    /// At most 2 % of the frames have nothing to interpolate; sessions live.
    Smooth,
    /// Sessions live, and once the network heals all agree within two seconds.
    Alive,
    /// Every session ends by itself, for lack of an answer.
    Over,
}

/// Which direction of every link a change is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// Both.
    Both,
    /// From the clients to the server.
    Up,
    /// From the server to the clients.
    Down,
}

/// Something that happens in a cell.
#[derive(Clone, Debug)]
pub struct Change {
    /// When, in seconds since the start.
    pub at_s: f64,
    /// What.
    pub what: What,
}

/// What may happen.
#[derive(Clone, Debug)]
pub enum What {
    /// The links become as this says (see [`netcode::link::Conditions`]).
    Link(Way, String),
    /// The clients' clocks become as this says; the sign of both alternates from client to client.
    Clock(PilotClock),
}

/// One network.
#[derive(Clone, Debug)]
pub struct Cell {
    /// The row's number: 1 stands for N1.
    pub row: u8,
    /// What is bad, in few words; with the row it names the cell.
    pub name: String,
    /// What happens; the first is how it begins.
    pub changes: Vec<Change>,
    /// What it must reach.
    pub bar: Bar,
    /// Pilots that the server flies, so that there is more to see.
    pub stand_ins: u16,
    /// Clients and seconds, where the cell has its own.
    pub size: Option<(usize, f64)>,
}

/// How large the games are.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Size {
    /// Clients in each.
    pub clients: usize,
    /// Virtual seconds that each is played, without the two in which the network has healed.
    pub seconds: f64,
    /// Games in each cell, with the seeds from 1.
    pub seeds: u64,
}

/// What one game, or the worst of several, came to.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Figures {
    /// Frames with nothing to interpolate, of all, in percent.
    pub starved_percent: f64,
    /// Ticks without their input, of all, in percent.
    pub late_percent: f64,
    /// Correction of the own position, p99, in centimetres.
    pub correction_cm: f64,
    /// Sessions that live, in percent.
    pub alive_percent: f64,
    /// Snapshots that the client with the fewest got, of what half of them got at least, in percent.
    pub fair_percent: f64,
    /// Bytes a second to a client and from it, headers included; the mean.
    pub down_bytes_s: f64,
    /// See `down_bytes_s`.
    pub up_bytes_s: f64,
    /// What packets waited at the links' narrow places, p99, in milliseconds.
    pub queue_ms: u32,
    /// What must never be: the number of clients that do not agree with the server after the network
    /// has healed, moves that were too far, packets longer than the path takes, counters that did not
    /// wrap.
    pub faults: u32,
}

impl Figures {
    /// The worse of each; bytes are the mean, weighted by `already` games in `self`.
    fn join(self, other: Self, already: f64) -> Self {
        let mean = |a: f64, b: f64| (a * already + b) / (already + 1.0);
        Self {
            starved_percent: self.starved_percent.max(other.starved_percent),
            late_percent: self.late_percent.max(other.late_percent),
            correction_cm: self.correction_cm.max(other.correction_cm),
            alive_percent: self.alive_percent.min(other.alive_percent),
            fair_percent: self.fair_percent.min(other.fair_percent),
            down_bytes_s: mean(self.down_bytes_s, other.down_bytes_s),
            up_bytes_s: mean(self.up_bytes_s, other.up_bytes_s),
            queue_ms: self.queue_ms.max(other.queue_ms),
            faults: self.faults + other.faults,
        }
    }

    /// Whether they reach a bar.
    #[must_use]
    pub fn reach(&self, bar: Bar) -> bool {
        let alive = self.alive_percent >= 100.0 && self.faults == 0;
        let playable = self.starved_percent <= 0.5
            && self.late_percent <= 1.0
            && self.correction_cm <= 10.0
            && self.fair_percent >= 80.0;
        match bar {
            Bar::Playable => alive && playable,
            Bar::Narrow => alive && playable && self.queue_ms <= 200,
            Bar::Follows => alive && self.starved_percent <= 2.0 && self.queue_ms <= 200,
            Bar::Smooth => alive && self.starved_percent <= 2.0,
            Bar::Alive => alive,
            Bar::Over => self.alive_percent <= 0.0 && self.faults == 0,
        }
    }
}

/// Plays all cells, on as many threads as there are cores; `done` hears of each that is finished. The
/// outcomes are in the order of the cells, the worst of each cell's games.
pub fn play_all(cells: &[Cell], size: Size, done: impl Fn(&Cell, &Figures) + Sync) -> Vec<Figures> {
    let games: Vec<(usize, u64)> =
        (0..cells.len()).flat_map(|cell| (1..=size.seeds).map(move |seed| (cell, seed))).collect();
    let next = AtomicUsize::new(0);
    let outcomes: Mutex<Vec<Vec<Figures>>> = Mutex::new(vec![Vec::new(); cells.len()]);
    thread::scope(|scope| {
        for _ in 0..thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(|| {
                while let Some(&(number, seed)) = games.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let cell = &cells[number];
                    let figures = play::play(cell, size, seed);
                    let mut outcomes = outcomes.lock().unwrap_or_else(PoisonError::into_inner);
                    outcomes[number].push(figures);
                    if outcomes[number].len() as u64 == size.seeds {
                        done(cell, &worst(&outcomes[number]));
                    }
                }
            });
        }
    });
    let outcomes = outcomes.into_inner().unwrap_or_else(PoisonError::into_inner);
    outcomes.iter().map(|games| worst(games)).collect()
}

fn worst(games: &[Figures]) -> Figures {
    let (first, rest) = games.split_first().expect("every cell was played");
    rest.iter()
        .enumerate()
        .fold(*first, |sum, (already, next)| sum.join(*next, already as f64 + 1.0))
}
