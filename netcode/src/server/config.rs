//! What a server may be told of how it runs. It only says; the core does it.

use crate::{limits, tick::TickRate};

/// How the server runs.
///
/// ```
/// use netcode::{TickRate, server::ServerConfig};
/// let tick_rate = TickRate::new(30).expect("thirty is not zero");
/// let config = ServerConfig { tick_rate, snapshot_interval: 1, ..ServerConfig::default() };
/// assert_eq!((config.tick_rate.hz(), config.resume_s), (30, 60));
/// ```
#[derive(Clone, Copy, Debug)]
pub struct ServerConfig {
    /// Ticks per second.
    pub tick_rate: TickRate,
    /// Ticks from one snapshot to the next, at least 1.
    pub snapshot_interval: u16,
    /// How many clients get their snapshots on one tick before the next ones get theirs on the ticks
    /// between ([`Server::is_due`]), at least 1. Who shares a tick shares the encoding of what is seen, so few together
    /// cost more processor in all; too many make one tick of each interval long.
    pub turn_clients: u16,
    /// The most bytes of one snapshot, whatever the path could carry.
    pub snapshot_cap_bytes: usize,
    /// How long a client whose connection broke may come back into its session, in seconds; 0 for not
    /// at all.
    pub resume_s: u16,
    /// The part of a client's bytes that may be for what has time while there is such: the first view
    /// when it is large, and [`Server::send_unhurried`]. 1 to 90 per cent.
    pub join_percent: u8,
}

impl Default for ServerConfig {
    /// Sixty ticks and thirty snapshots a second, as large as the path carries; a minute to come back.
    fn default() -> Self {
        Self {
            tick_rate: TickRate::default(),
            snapshot_interval: 2,
            turn_clients: 256,
            snapshot_cap_bytes: limits::DATAGRAM_BYTES,
            resume_s: 60,
            join_percent: 50,
        }
    }
}
