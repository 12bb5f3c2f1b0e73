//! Moves bytes between quinn and the server's core: everything in at the tick's start, everything out
//! at its end. It never waits, and nothing that comes is acted upon before the next tick.

use super::{
    PathStats, config, is_deliberate, now_or_never, reason,
    socket::{self, Bound},
    tls::{self, Identity, TlsError},
};
use crate::{
    limits,
    protocol::Protocol,
    server::{Action, ClientId, PeerKey, Server},
};
use quinn::{Connection, Endpoint, Incoming, RecvStream, SendStream, TokioRuntime, VarInt};
use std::{
    collections::BTreeMap,
    io,
    net::{IpAddr, Ipv6Addr, SocketAddr},
    sync::Arc,
    time::Duration,
};
use tokio::{
    sync::{Semaphore, mpsc},
    time::timeout,
};

/// How long a client may take for QUIC's handshake, and then for opening its stream.
const HANDSHAKE_DEADLINE: Duration = Duration::from_secs(5);
/// Handshakes under way from which new addresses must prove themselves first (RFC 9000, section 8.1).
const RETRY_FROM: usize = 64;
/// Of how many flushes one tells the core of a connection's window: asking takes a lock and a copy.
const WINDOW_TURNS: u32 = 16;
/// How long a farewell may take to arrive before the connection is cut.
const FAREWELL: Duration = Duration::from_millis(500);

/// What a connection hears that is one too many.
const NO_MORE: &str = "the server takes no more connections from there";

/// Why a server can't listen.
#[derive(Debug, thiserror::Error)]
pub enum ListenError {
    /// The address is taken or not ours.
    #[error("can't listen on {address}: {error}")]
    Bind {
        /// The address.
        address: SocketAddr,
        /// What the system says.
        error: io::Error,
    },
    /// The certificate is not usable.
    #[error(transparent)]
    Tls(#[from] TlsError),
}

/// A client whose handshake is done and whose stream is open.
struct Arrived {
    connection: Connection,
    key: PeerKey,
    send: SendStream,
    receive: RecvStream,
}

struct Link {
    /// Where it came from first.
    origin: IpAddr,
    connection: Connection,
    send: SendStream,
    receive: RecvStream,
    /// Bytes of the stream that quinn did not take yet.
    backlog: Vec<u8>,
    /// The newest snapshot, while quinn still holds one that could not go (invariant 4).
    snapshot: Option<Vec<u8>>,
    /// What quinn says of its room for datagrams when none waits.
    empty_bytes: usize,
}

/// A listening endpoint with its connections.
///
/// ```
/// # mod walkers { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/walkers.rs")); }
/// # use walkers::*;
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # use netcode::{Tick, server::{Server, ServerConfig}};
/// use netcode::quic::{server::QuicServer, tls::Identity};
/// let mut network = QuicServer::listen("127.0.0.1:0".parse()?, &Identity::generate()?)?;
/// let mut core = Server::<Walkers>::new(ServerConfig::default(), (), Tick(0));
/// for tick in 1..=3 {
///     core.begin_tick(Tick(tick));
///     network.drain(&mut core);
///     network.flush(&mut core);
/// }
/// assert!(network.local_address()?.port() > 0);
/// assert_eq!(core.connections(), 0, "nobody came yet");
/// # Ok(())
/// # }
/// ```
pub struct QuicServer {
    endpoint: Endpoint,
    buffer_bytes: usize,
    arrivals: mpsc::Receiver<Arrived>,
    /// What the core's tokens are made from, until the core has it.
    secret: Option<[u8; 16]>,
    links: BTreeMap<ClientId, Link>,
    /// How many links there are from each origin.
    origins: BTreeMap<IpAddr, usize>,
    per_address: usize,
    /// Counters of connections that are gone.
    past: Totals,
    /// Counts the flushes, to do by turns what need not be done in each.
    turn: u32,
}

/// What a server has sent and received, in UDP payload.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # use netcode::quic::{server::QuicServer, tls::{Identity, pinned}};
/// # let host = Identity::generate()?;
/// # let network = QuicServer::listen("127.0.0.1:0".parse()?, &host)?;
/// # let (server, trust) = (network.local_address()?, pinned(host.fingerprint()));
/// # use netcode::quic::client::ClientEndpoint;
/// use netcode::quic::server::Totals;
/// assert_eq!(network.totals(), Totals::default(), "nobody came yet");
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    /// Bytes sent.
    pub bytes_sent: u64,
    /// Bytes received.
    pub bytes_received: u64,
    /// UDP packets sent.
    pub packets_sent: u64,
    /// UDP packets received.
    pub packets_received: u64,
}

impl Totals {
    fn add(&mut self, stats: &PathStats) {
        self.bytes_sent += stats.bytes_sent;
        self.bytes_received += stats.bytes_received;
        self.packets_sent += stats.packets_sent;
        self.packets_received += stats.packets_received;
    }
}

impl QuicServer {
    /// Listens. Must be called inside a tokio runtime, which then carries the endpoint.
    ///
    /// # Errors
    /// When the address can't be bound or the identity is not usable.
    pub fn listen(address: SocketAddr, identity: &Identity) -> Result<Self, ListenError> {
        let server = config::server(identity)?;
        let fail = |error| ListenError::Bind { address, error };
        let Bound { socket, buffer_bytes } =
            socket::bind(address, socket::SERVER_BUFFER_BYTES).map_err(fail)?;
        let runtime = Arc::new(TokioRuntime);
        let endpoint =
            Endpoint::new(config::endpoint(true), Some(server), socket, runtime).map_err(fail)?;
        let (sender, arrivals) = mpsc::channel(limits::HALF_OPEN);
        tokio::spawn(accept(endpoint.clone(), sender));
        Ok(Self {
            endpoint,
            buffer_bytes,
            arrivals,
            secret: Some(tls::secret()?),
            links: BTreeMap::new(),
            origins: BTreeMap::new(),
            per_address: limits::CONNECTIONS,
            past: Totals::default(),
            turn: 0,
        })
    }

    /// How many connections one address may have, or one IPv6 network of 64 bits; without a call as
    /// many as there may be in all, [`limits::CONNECTIONS`].
    pub fn set_per_address(&mut self, connections: usize) {
        self.per_address = connections;
    }

    /// Where the server listens.
    ///
    /// # Errors
    /// When the system can't tell.
    pub fn local_address(&self) -> io::Result<SocketAddr> {
        self.endpoint.local_addr()
    }

    /// What the system gave as socket buffer, in bytes.
    #[must_use]
    pub fn buffer_bytes(&self) -> usize {
        self.buffer_bytes
    }

    /// Gives the core everything that came since the last call.
    pub fn drain<P: Protocol>(&mut self, core: &mut Server<P>) {
        if let Some(secret) = self.secret.take() {
            core.set_secret(secret);
        }
        while let Ok(arrived) = self.arrivals.try_recv() {
            let Arrived { connection, key, send, receive } = arrived;
            let origin = origin(connection.remote_address().ip());
            let from_there = self.origins.get(&origin).copied().unwrap_or(0);
            if self.links.len() >= limits::CONNECTIONS || from_there >= self.per_address {
                connection.close(VarInt::from_u32(0), NO_MORE.as_bytes());
                continue;
            }
            self.origins.insert(origin, from_there + 1);
            let client = core.connect(key);
            let empty_bytes = connection.datagram_send_buffer_space();
            let (backlog, snapshot) = (Vec::new(), None);
            let link = Link { origin, connection, send, receive, backlog, snapshot, empty_bytes };
            self.links.insert(client, link);
        }
        let mut gone = Vec::new();
        for (client, link) in &mut self.links {
            if let Some(error) = link.connection.close_reason() {
                if is_deliberate(&error) {
                    core.handle_closed(*client, &reason(&error));
                } else {
                    core.handle_lost(*client, &reason(&error));
                }
                gone.push(*client);
                continue;
            }
            link.drain(*client, core);
        }
        for client in gone {
            self.forget(client);
        }
    }

    /// Gives quinn everything that the core wants to send.
    pub fn flush<P: Protocol>(&mut self, core: &mut Server<P>) {
        while let Some(transmit) = core.poll_transmit() {
            let Some(link) = self.links.get_mut(&transmit.client) else { continue };
            match transmit.action {
                // What does not fit or can't go is superseded by the next one.
                Action::Datagram(bytes) => link.snapshot = Some(bytes),
                Action::Stream(bytes) => link.backlog.extend_from_slice(&bytes),
                Action::Close(reason) => self.part(transmit.client, reason),
            }
        }
        let mut slow = Vec::new();
        self.turn = self.turn.wrapping_add(1);
        for (client, link) in &mut self.links {
            if client.0.wrapping_add(self.turn).is_multiple_of(WINDOW_TURNS) {
                let path = link.connection.stats().path;
                core.set_window(*client, path.cwnd, path.rtt);
            }
            link.send_snapshot();
            link.write();
            if link.backlog.len() > limits::STREAM_BACKLOG_BYTES {
                slow.push(*client);
            }
        }
        for client in slow {
            core.close(client, "too slow: messages piled up");
        }
    }

    /// What was sent and received since the server began.
    #[must_use]
    pub fn totals(&self) -> Totals {
        let mut totals = self.past;
        for link in self.links.values() {
            totals.add(&PathStats::of(&link.connection));
        }
        totals
    }

    /// Closes every connection with this reason and waits, for a bounded time, until clients know.
    pub async fn close(mut self, reason: &str) {
        for (_, mut link) in std::mem::take(&mut self.links) {
            link.write();
            tokio::spawn(farewell(link, reason.to_owned()));
        }
        // The farewells first, or closing the endpoint would cut them off.
        let _ = timeout(FAREWELL + FAREWELL / 2, self.endpoint.wait_idle()).await;
        self.endpoint.close(VarInt::from_u32(0), reason.as_bytes());
        let _ = timeout(FAREWELL, self.endpoint.wait_idle()).await;
    }

    fn part(&mut self, client: ClientId, reason: String) {
        if let Some(mut link) = self.forget(client) {
            link.write();
            tokio::spawn(farewell(link, reason));
        }
    }

    fn forget(&mut self, client: ClientId) -> Option<Link> {
        let link = self.links.remove(&client)?;
        self.past.add(&PathStats::of(&link.connection));
        if let Some(count) = self.origins.get_mut(&link.origin) {
            *count -= 1;
            if *count == 0 {
                self.origins.remove(&link.origin);
            }
        }
        Some(link)
    }
}

impl Link {
    fn drain<P: Protocol>(&mut self, client: ClientId, core: &mut Server<P>) {
        if let Some(limit) = self.connection.max_datagram_size() {
            core.set_datagram_limit(client, limit);
        }
        core.set_stream_backlog(client, self.backlog.len());
        // One more than the core accepts, so that a flood is seen as one.
        for _ in 0..=limits::DATAGRAMS_PER_TICK {
            let Some(Ok(bytes)) = now_or_never(self.connection.read_datagram()) else { break };
            core.handle_datagram(client, &bytes);
        }
        if let Some(Ok(Some(chunk))) =
            now_or_never(self.receive.read_chunk(limits::MESSAGE_BYTES, true))
        {
            core.handle_stream(client, &chunk.bytes);
        }
    }

    /// Hands quinn the newest snapshot, once it holds none that is older: quinn's own buffer counts
    /// bytes, and would keep as many small ones as fit, to be sent when all of them are stale.
    fn send_snapshot(&mut self) {
        let room = || self.connection.datagram_send_buffer_space() >= self.empty_bytes;
        if let Some(bytes) = self.snapshot.take_if(|_| room()) {
            drop(self.connection.send_datagram(bytes.into()));
        }
    }

    /// Hands quinn as much of the backlog as it takes.
    fn write(&mut self) {
        while !self.backlog.is_empty() {
            let Some(Ok(taken)) = now_or_never(self.send.write(&self.backlog)) else { return };
            self.backlog.drain(..taken);
        }
    }
}

/// What counts as one address: that of IPv4, the network of IPv6, where each client has many.
fn origin(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() >> 64 << 64).into(),
        address => address,
    }
}

/// Lets what was written arrive, then closes.
async fn farewell(mut link: Link, reason: String) {
    let _ = link.send.finish();
    let _ = timeout(FAREWELL, link.send.stopped()).await;
    link.connection.close(VarInt::from_u32(0), reason.as_bytes());
}

/// Takes connections as they come and lets each do its handshake beside the game.
async fn accept(endpoint: Endpoint, arrivals: mpsc::Sender<Arrived>) {
    let places = Arc::new(Semaphore::new(limits::HALF_OPEN));
    while let Some(incoming) = endpoint.accept().await {
        let Ok(place) = places.clone().try_acquire_owned() else {
            incoming.ignore();
            continue;
        };
        let under_way = limits::HALF_OPEN - places.available_permits();
        if under_way > RETRY_FROM && !incoming.remote_address_validated() && incoming.may_retry() {
            let _ = incoming.retry();
            continue;
        }
        let arrivals = arrivals.clone();
        tokio::spawn(async move {
            let _place = place;
            if let Ok(Some(arrived)) = timeout(HANDSHAKE_DEADLINE, handshake(incoming)).await {
                let _ = arrivals.send(arrived).await;
            }
        });
    }
}

async fn handshake(incoming: Incoming) -> Option<Arrived> {
    let connection = incoming.await.ok()?;
    let key = tls::peer_key(&connection)?;
    let (send, receive) = connection.accept_bi().await.ok()?;
    Some(Arrived { connection, key, send, receive })
}
