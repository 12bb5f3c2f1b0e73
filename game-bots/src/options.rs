//! What a load tester can set.

use crate::{gate::Gate, seat::VIEW_AHEAD_TICKS};
use clap::{Parser, ValueEnum};
use netcode::link::Conditions;
use std::path::PathBuf;

/// The flags of `game-bots`.
#[derive(Clone, Debug, Parser)]
#[command(name = "game-bots", version, about = "Plays Tumult with many pilots at once")]
pub struct Options {
    /// The server: host:port, with #fingerprint to insist on a certificate
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:4455")]
    pub server: String,
    /// How many pilots, 1 to 10000
    #[arg(long, value_name = "N", default_value_t = 12, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    pub bots: u32,
    /// How long to play, from the start of the run; without it, until stopped
    #[arg(long, value_name = "S")]
    pub seconds: Option<f64>,
    /// Over how many seconds they come, one after another; 0 for as fast as they get in
    #[arg(long, value_name = "S", default_value_t = 0.0)]
    pub ramp: f64,
    /// How the pilots think: `light` thinks ten times a second, for load tests
    #[arg(long, value_enum, default_value_t = Brain::Full)]
    pub brain: Brain,
    /// Threads that the bots are spread over, 1 to 256, for machines with more cores
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=256))]
    pub threads: u32,
    /// A bad network for each bot, in each direction: delay=50ms,jitter=10ms,loss=2%
    #[arg(long, value_name = "CONDITIONS")]
    pub link: Option<Conditions>,
    /// How many ticks past the newest snapshot others may be drawn, 0 to 2
    #[arg(long, value_name = "TICKS", default_value_t = VIEW_AHEAD_TICKS, value_parser = view_ahead)]
    pub view_ahead: f64,
    /// Where to write how it went, as JSON
    #[arg(long, value_name = "FILE")]
    pub report: Option<PathBuf>,
    /// Bounds for numbers of the report, such as "starved_percent<0.5,disconnects=0"; the exit status is
    /// 3 when one is not kept
    #[arg(long, value_name = "BOUNDS")]
    pub gate: Option<Gate>,
    /// The file that the server keeps with --stats-json: its numbers are for the gate as well
    #[arg(long, value_name = "FILE", requires = "gate")]
    pub server_stats: Option<PathBuf>,
    /// Where to write what happens on the network while it does: a JSON object a line; one thread only
    #[arg(long, value_name = "FILE")]
    pub net_trace: Option<PathBuf>,
    /// What minds and bad networks begin with
    #[arg(long, value_name = "K", default_value_t = 1)]
    pub seed: u64,
    /// How the pilots are called; a number follows
    #[arg(long, value_name = "NAME", default_value = "Bot")]
    pub name: String,
}

/// How much a pilot thinks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Brain {
    /// In each tick, as opponents should.
    Full,
    /// Ten times a second, and holds its controls in between: cheaper, and for the server the same
    /// load but for aims that turn in steps.
    Light,
}

impl Brain {
    /// From one thought to the next, in ticks.
    #[must_use]
    pub fn every_ticks(self) -> u32 {
        match self {
            Self::Full => 1,
            Self::Light => 6,
        }
    }
}

/// Reads how far ahead others may be drawn.
///
/// # Errors
/// What is wrong with it, in words.
pub fn view_ahead(text: &str) -> Result<f64, String> {
    let ticks = text.trim().parse().ok().filter(|ticks| (0.0..=2.0).contains(ticks));
    ticks.ok_or_else(|| "a number of ticks from 0 to 2 is needed".to_owned())
}
