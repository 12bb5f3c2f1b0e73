//! QUIC endpoints for both cores: the crate's only input and output.
//!
//! Snapshots and inputs travel as QUIC datagrams (RFC 9221), everything reliable on one bidirectional
//! stream that the client opens. `quic/driver` moves quinn's state machines and the socket, in the thread of
//! whoever calls; `quic/server` and `quic/client` connect it with the cores. `quic/config` says how quinn is
//! set up for a game and why, `quic/tls` who trusts whom, `quic/reconnect` finds a server again that was
//! lost, `quic/thread` has a connection on a thread of its own, and `quic/socket` opens sockets.
//!
//! Nothing here runs by itself, except in `quic/thread`: a server's tick and a client's frame take in what
//! came and let out what waits.

#![allow(
    clippy::disallowed_methods,
    reason = "this is where the system is asked for time and bytes"
)]

pub mod client;
pub mod config;
pub mod congestion;
pub mod driver;
mod origin;
pub mod reconnect;
pub mod server;
pub mod socket;
pub mod thread;
pub mod tls;

use std::time::Duration;

/// Bytes of headers below QUIC in each packet: IPv4 and UDP.
pub const IP_UDP_HEADER_BYTES: u64 = 28;

/// What the transport has counted and measured.
///
/// ```
/// use netcode::quic::PathStats;
/// let path = PathStats { packets_sent: 10, bytes_sent: 900, ..PathStats::default() };
/// assert_eq!(path.wire_bytes_sent(), 900 + 10 * 28);
/// assert_eq!(path.wire_bytes_received(), 0, "nothing came back yet");
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PathStats {
    /// The smoothed round-trip time.
    pub round_trip: Duration,
    /// UDP packets sent.
    pub packets_sent: u64,
    /// Their bytes, without IP and UDP headers.
    pub bytes_sent: u64,
    /// UDP packets received.
    pub packets_received: u64,
    /// Their bytes, without IP and UDP headers.
    pub bytes_received: u64,
}

impl PathStats {
    fn of(connection: &quinn_proto::Connection) -> Self {
        let stats = connection.stats();
        Self {
            round_trip: connection.rtt(),
            packets_sent: stats.udp_tx.datagrams,
            bytes_sent: stats.udp_tx.bytes,
            packets_received: stats.udp_rx.datagrams,
            bytes_received: stats.udp_rx.bytes,
        }
    }

    /// What was sent, with IPv4 and UDP headers.
    #[must_use]
    pub fn wire_bytes_sent(&self) -> u64 {
        self.bytes_sent + self.packets_sent * IP_UDP_HEADER_BYTES
    }

    /// What was received, with IPv4 and UDP headers.
    #[must_use]
    pub fn wire_bytes_received(&self) -> u64 {
        self.bytes_received + self.packets_received * IP_UDP_HEADER_BYTES
    }
}

/// Whether one of the two sides ended a connection on purpose, rather than losing the other.
fn is_deliberate(error: &quinn_proto::ConnectionError) -> bool {
    use quinn_proto::ConnectionError::{ApplicationClosed, LocallyClosed};
    matches!(error, ApplicationClosed(_) | LocallyClosed)
}

/// Words for the end of a connection that a player can read.
fn reason(error: &quinn_proto::ConnectionError) -> String {
    match error {
        quinn_proto::ConnectionError::ApplicationClosed(close) if !close.reason.is_empty() => {
            String::from_utf8_lossy(&close.reason).into_owned()
        }
        quinn_proto::ConnectionError::ApplicationClosed(_) => "the other side closed".to_owned(),
        quinn_proto::ConnectionError::TimedOut => "no answer any more".to_owned(),
        quinn_proto::ConnectionError::Reset => "the other side was restarted".to_owned(),
        quinn_proto::ConnectionError::LocallyClosed => "closed here".to_owned(),
        other => other.to_string(),
    }
}
