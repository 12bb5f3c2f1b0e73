//! Reaching a server again whose connection broke.
//!
//! Attempts overlap: a short one would never succeed over a long path, and waiting for a long one would
//! miss the moment at which the path is back. The first that succeeds counts, the others are dropped.

use super::{
    client::{ClientEndpoint, ConnectError, QuicClient},
    config,
    tls::{Identity, Trust},
};
use crate::client::Retry;
use std::{
    net::SocketAddr,
    time::{Duration, Instant},
};

/// How long to try, by default: as long as a server keeps a session unless told otherwise.
///
/// ```
/// use netcode::{quic::reconnect::PATIENCE, server::ServerConfig};
/// assert_eq!(PATIENCE.as_secs(), u64::from(ServerConfig::default().resume_s));
/// ```
pub const PATIENCE: Duration = Duration::from_secs(60);

/// Attempts to reach a server, until a connection is up or patience is over.
///
/// ```
/// # mod walkers { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/walkers.rs")); }
/// # mod host { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/host.rs")); }
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # use netcode::quic::tls::Identity;
/// # let (server, trust) = host::start()?;
/// use netcode::quic::{client::ClientEndpoint, reconnect::{PATIENCE, Reconnect}};
/// let (me, seed) = (Identity::generate()?, 7); // the seed spreads the attempts of many clients
/// let endpoint = ClientEndpoint::open(server, None, false)?;
/// let lost = endpoint.connect(server, &me, trust.clone())?;
/// drop(lost);
/// let mut search = Reconnect::new(&endpoint, server, &me, trust, PATIENCE, seed)?;
/// let again = loop {
///     if let Some(outcome) = search.poll() {
///         break outcome?; // a game looks once a frame
///     }
/// #     std::thread::sleep(std::time::Duration::from_millis(5));
/// };
/// assert!(again.is_connected() && again.path().packets_sent > 0);
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct Reconnect {
    endpoint: ClientEndpoint,
    server: SocketAddr,
    config: quinn_proto::ClientConfig,
    attempts: Vec<QuicClient>,
    retry: Retry,
    due: Instant,
    until: Instant,
    trouble: ConnectError,
}

impl Reconnect {
    /// Begins to try, for as long as `patience`.
    ///
    /// # Errors
    /// When the key can't be used.
    pub fn new(
        endpoint: &ClientEndpoint,
        server: SocketAddr,
        identity: &Identity,
        trust: Trust,
        patience: Duration,
        seed: u64,
    ) -> Result<Self, ConnectError> {
        let (now, mut retry) = (Instant::now(), Retry::new(seed));
        Ok(Self {
            endpoint: endpoint.clone(),
            server,
            config: config::client(identity, trust)?,
            attempts: Vec::new(),
            due: now + retry.next_wait(),
            retry,
            until: now + patience,
            trouble: ConnectError::NoAnswer(server),
        })
    }

    /// What it came to, once it is over: a connection, or what the last attempt came to.
    pub fn poll(&mut self) -> Option<Result<QuicClient, ConnectError>> {
        let now = Instant::now();
        if now >= self.due {
            self.due += self.retry.next_wait();
            match self.endpoint.connect_with(self.config.clone(), self.server) {
                Ok(attempt) => self.attempts.push(attempt),
                Err(error) => self.trouble = error,
            }
        }
        self.endpoint.turn();
        for number in (0..self.attempts.len()).rev() {
            if let Some(error) = self.attempts[number].failure() {
                self.trouble = error;
                self.attempts.swap_remove(number);
            }
        }
        let found = self.attempts.iter().position(QuicClient::is_connected);
        if let Some(number) = found {
            return Some(Ok(self.attempts.swap_remove(number)));
        }
        let over = now >= self.until;
        over.then(|| Err(std::mem::replace(&mut self.trouble, ConnectError::NoAnswer(self.server))))
    }

    /// When the next attempt begins.
    pub(super) fn next_due(&self) -> Instant {
        self.due.min(self.until)
    }
}
