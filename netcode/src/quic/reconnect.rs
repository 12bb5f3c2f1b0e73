//! Reaching a server again whose connection broke.
//!
//! Attempts overlap: a short one would never succeed over a long path, and waiting for a long one would
//! miss the moment at which the path is back. The first that succeeds counts, the others are dropped.

use super::{
    client::{ClientEndpoint, ConnectError, QuicClient, attempt},
    config,
    tls::{Identity, Trust},
};
use crate::client::Retry;
use std::{net::SocketAddr, time::Duration};
use tokio::{
    task::JoinSet,
    time::{Instant, sleep_until},
};

/// How long to try, by default: as long as a server keeps a session unless told otherwise.
///
/// ```
/// use netcode::{quic::reconnect::PATIENCE, server::ServerConfig};
/// assert_eq!(PATIENCE.as_secs(), u64::from(ServerConfig::default().resume_s));
/// ```
pub const PATIENCE: Duration = Duration::from_secs(60);

/// Tries until a connection is up or `patience` is over. `seed` spreads the attempts of many clients.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # use netcode::quic::{server::QuicServer, tls::{Identity, pinned}};
/// # let host = Identity::generate()?;
/// # let network = QuicServer::listen("127.0.0.1:0".parse()?, &host)?;
/// # let (server, trust) = (network.local_address()?, pinned(host.fingerprint()));
/// use netcode::quic::{client::ClientEndpoint, reconnect::{PATIENCE, reconnect}};
/// let (me, seed) = (Identity::generate()?, 7);
/// let endpoint = ClientEndpoint::open(server, None, false)?;
/// let lost = endpoint.connect(server, &me, trust.clone()).await?;
/// drop(lost);
/// let again = reconnect(&endpoint, server, &me, trust, PATIENCE, seed).await?;
/// assert!(again.path().packets_sent > 0);
/// # Ok(())
/// # }
/// ```
///
/// # Errors
/// When time is over: what the last attempt came to.
pub async fn reconnect(
    endpoint: &ClientEndpoint,
    server: SocketAddr,
    identity: &Identity,
    trust: Trust,
    patience: Duration,
    seed: u64,
) -> Result<QuicClient, ConnectError> {
    let config = config::client(identity, trust)?;
    let mut attempts = JoinSet::new();
    let mut retry = Retry::new(seed);
    let begun = Instant::now();
    let mut trouble = ConnectError::NoAnswer(server);
    let mut due = begun + retry.next_wait();
    while begun.elapsed() < patience {
        tokio::select! {
            () = sleep_until(due) => {
                attempts.spawn(attempt(endpoint.clone(), config.clone(), server));
                due += retry.next_wait();
            }
            Some(Ok(done)) = attempts.join_next() => match done {
                Ok(client) => return Ok(client),
                Err(error) => trouble = error,
            },
        }
    }
    Err(trouble)
}
