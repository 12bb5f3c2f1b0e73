//! QUIC endpoints for both cores: the crate's only input and output.
//!
//! Snapshots and inputs travel as QUIC datagrams (RFC 9221), everything reliable on one bidirectional
//! stream that the client opens. `quic/config` says how quinn is set up for a game and why, `quic/tls`
//! who trusts whom, `quic/server` and `quic/client` move bytes between quinn and the cores,
//! `quic/reconnect` finds a server again that was lost, and `quic/socket` opens sockets and puts the bad network of [`crate::link`] under them.
//!
//! Everything runs on the caller's tokio runtime, meant to be a `current_thread` one: with small paced
//! packets that costs quinn 71 % less processor time than a multi-threaded one (quinn issue 1433).

#![allow(
    clippy::disallowed_methods,
    reason = "this is where the system is asked for time and bytes"
)]

pub mod client;
pub mod config;
pub mod congestion;
pub mod reconnect;
pub mod server;
pub mod socket;
pub mod thread;
pub mod tls;

use std::{
    future::Future,
    pin::pin,
    task::{Context, Poll, Waker},
    time::Duration,
};

/// Bytes of headers below QUIC in each packet: IPv4 and UDP.
pub const IP_UDP_HEADER_BYTES: u64 = 28;

/// The result of a future that is ready already. Everything that a tick does with quinn is asked this
/// way: the tick never waits.
fn now_or_never<F: Future>(future: F) -> Option<F::Output> {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => Some(value),
        Poll::Pending => None,
    }
}

/// What the transport has counted and measured.
///
/// ```
/// use netcode::quic::PathStats;
/// let path = PathStats { packets_sent: 10, bytes_sent: 900, ..PathStats::default() };
/// assert_eq!(path.wire_bytes_sent(), 900 + 10 * 28);
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
    fn of(connection: &quinn::Connection) -> Self {
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
fn is_deliberate(error: &quinn::ConnectionError) -> bool {
    use quinn::ConnectionError::{ApplicationClosed, LocallyClosed};
    matches!(error, ApplicationClosed(_) | LocallyClosed)
}

/// Words for the end of a connection that a player can read.
fn reason(error: &quinn::ConnectionError) -> String {
    match error {
        quinn::ConnectionError::ApplicationClosed(close) if !close.reason.is_empty() => {
            String::from_utf8_lossy(&close.reason).into_owned()
        }
        quinn::ConnectionError::ApplicationClosed(_) => "the other side closed".to_owned(),
        quinn::ConnectionError::TimedOut => "no answer any more".to_owned(),
        quinn::ConnectionError::Reset => "the other side was restarted".to_owned(),
        quinn::ConnectionError::LocallyClosed => "closed here".to_owned(),
        other => other.to_string(),
    }
}
