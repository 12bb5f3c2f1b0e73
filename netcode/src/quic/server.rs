//! Connects the driver with the server's core: everything in at the tick's start, everything out once it is
//! made. It never waits, and nothing that comes is acted upon before the next tick.

use super::{
    PathStats,
    driver::{Connection, Driver, FAREWELL},
    is_deliberate,
    origin::{Origin, Origins},
    reason,
    tls::{self, Identity, TlsError},
};
use crate::{
    limits,
    protocol::Protocol,
    server::{Action, ClientId, Server, Transmit},
};
use std::{
    collections::{BTreeMap, VecDeque},
    io,
    net::SocketAddr,
    time::{Duration, Instant},
};

/// Of how many flushes one tells the core of a connection's window.
const WINDOW_TURNS: u32 = 16;
/// How long a server that stops waits for its clients to hear of it.
const CLOSING: Duration = Duration::from_millis(1_000);

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

/// A connection that the core knows.
struct Link {
    client: ClientId,
    /// Where it came from first.
    origin: Origin,
    /// What the core was told of the longest datagram, and of the stream's backlog.
    told: (usize, usize),
}

/// A listening endpoint with its connections.
///
/// ```
/// # mod walkers { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/walkers.rs")); }
/// # use walkers::*;
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # use netcode::{Tick, server::{Server, ServerConfig}};
/// use netcode::quic::{server::QuicServer, tls::Identity};
/// use std::time::{Duration, Instant};
/// let mut network = QuicServer::listen("127.0.0.1:0".parse()?, &Identity::generate()?)?;
/// network.set_per_address(8);
/// assert!(network.buffer_bytes() > 0, "too little, and what comes in a burst is lost");
/// let mut core = Server::<Walkers>::new(ServerConfig::default(), (), Tick(0));
/// for tick in 1..=3 {
///     core.begin_tick(Tick(tick));
///     network.drain(&mut core);
///     network.deliver(&mut core); // between two snapshots, in a crowd
///     network.flush(&mut core);
///     network.wait(Instant::now() + Duration::from_millis(5));
/// }
/// assert!(network.local_address()?.port() > 0);
/// assert_eq!(core.connections(), 0, "nobody came yet");
/// # Ok(())
/// # }
/// ```
pub struct QuicServer {
    driver: Driver,
    /// What the core's tokens are made from, until the core has it.
    secret: Option<[u8; 16]>,
    /// What is behind each of the driver's connections.
    links: Vec<Option<Link>>,
    /// Where each client is among them.
    places: BTreeMap<ClientId, usize>,
    /// How many links there are from each origin.
    origins: Origins,
    /// Those whose connections broke and who may come back, the longest gone first.
    lost: VecDeque<(ClientId, Origin)>,
    /// How many there may be from each, if that was said.
    per_address: Option<usize>,
    /// Whether some of what goes in this turn went already.
    is_sending: bool,
    /// Counts the flushes, to do by turns what need not be done in each.
    turn: u32,
    news: Vec<usize>,
}

/// What a server has sent and received, in UDP payload.
///
/// ```
/// use netcode::quic::{server::{QuicServer, Totals}, tls::Identity};
/// let network = QuicServer::listen("127.0.0.1:0".parse()?, &Identity::generate()?)?;
/// assert_eq!(network.totals(), Totals::default(), "nobody came yet");
/// # Ok::<(), Box<dyn std::error::Error>>(())
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
    pub(super) fn add(&mut self, stats: &PathStats) {
        self.bytes_sent += stats.bytes_sent;
        self.bytes_received += stats.bytes_received;
        self.packets_sent += stats.packets_sent;
        self.packets_received += stats.packets_received;
    }
}

impl QuicServer {
    /// Listens. Whoever has it calls [`QuicServer::drain`] and [`QuicServer::flush`] in each tick; nothing
    /// happens in between.
    ///
    /// # Errors
    /// When the address can't be bound or the identity is not usable.
    pub fn listen(address: SocketAddr, identity: &Identity) -> Result<Self, ListenError> {
        Ok(Self {
            driver: Driver::listen(address, identity)?,
            secret: Some(tls::secret()?),
            links: Vec::new(),
            places: BTreeMap::new(),
            origins: Origins::default(),
            lost: VecDeque::new(),
            per_address: None,
            is_sending: false,
            turn: 0,
            news: Vec::new(),
        })
    }

    /// How many connections any address may have, or any IPv6 network of 64 bits; and as many broken ones whose
    /// places are kept. Without a call
    /// [`limits::CONNECTIONS_OF_ONE`], and the server's own machine as many as there may be in all,
    /// [`limits::CONNECTIONS`].
    pub fn set_per_address(&mut self, connections: usize) {
        self.per_address = Some(connections);
    }

    /// Where the server listens.
    ///
    /// # Errors
    /// When the system can't tell.
    pub fn local_address(&self) -> io::Result<SocketAddr> {
        self.driver.local_address()
    }

    /// What the system gave as socket buffer, in bytes.
    #[must_use]
    pub fn buffer_bytes(&self) -> usize {
        self.driver.port().buffer_bytes()
    }

    /// Waits until something came, or until then.
    pub fn wait(&self, until: Instant) {
        self.driver.wait(until);
    }

    /// Gives the core everything that came since the last call.
    pub fn drain<P: Protocol>(&mut self, core: &mut Server<P>) {
        if let Some(secret) = self.secret.take() {
            core.set_secret(secret);
        }
        let now = Instant::now();
        self.driver.receive(now);
        let mut news = std::mem::take(&mut self.news);
        self.driver.take_news(&mut news);
        for index in news.drain(..) {
            let Some(connection) = self.driver.connection(index) else { continue };
            match self.links.get_mut(index).and_then(Option::as_mut) {
                None if connection.is_open() => self.admit(now, index, core),
                None => {}
                Some(link) => {
                    if let Some(error) = connection.end() {
                        let (client, origin, reason) = (link.client, link.origin, reason(error));
                        if is_deliberate(error) {
                            core.handle_closed(client, &reason);
                        } else {
                            core.handle_lost(client, &reason);
                            self.keep_place(client, origin, core);
                        }
                        self.forget(now, client);
                    } else if link.drain(connection, core) {
                        self.driver.keep_news(index);
                    }
                }
            }
        }
        self.news = news;
    }

    /// Sends what the core has written so far, while the tick's other snapshots are still packed: the first are under way
    /// before the last are made, and no burst of a thousand packets meets the network. [`QuicServer::flush`] comes after the last.
    pub fn deliver<P: Protocol>(&mut self, core: &mut Server<P>) {
        let now = self.begin_turn(core);
        while let Some(transmit) = core.poll_written() {
            self.carry(now, transmit, core);
        }
    }

    /// Sends everything that the core wants to send.
    pub fn flush<P: Protocol>(&mut self, core: &mut Server<P>) {
        let now = self.begin_turn(core);
        while let Some(transmit) = core.poll_transmit() {
            self.carry(now, transmit, core);
        }
        self.driver.send(now);
        self.is_sending = false;
        self.turn = self.turn.wrapping_add(1);
        let turns = self.links.iter_mut().enumerate().filter_map(|(index, link)| {
            let is_due = (index as u32).wrapping_add(self.turn).is_multiple_of(WINDOW_TURNS);
            Some((index, link.as_mut()?)).filter(|(_, link)| is_due || link.told.1 > 0)
        });
        for (index, link) in turns {
            let Some(connection) = self.driver.connection(index) else { continue };
            link.tell(connection, core);
        }
    }

    /// What the system did not take of the turn before is out of date when the first packet of this one is written.
    fn begin_turn<P: Protocol>(&mut self, core: &Server<P>) -> Instant {
        if !std::mem::replace(&mut self.is_sending, true) {
            self.driver.begin_sending();
            self.driver.set_stretched(core.stretched());
        }
        Instant::now()
    }

    /// Does one thing that the core wants.
    fn carry<P: Protocol>(&mut self, now: Instant, transmit: Transmit, core: &mut Server<P>) {
        let Some(&index) = self.places.get(&transmit.client) else { return };
        match transmit.action {
            // What does not fit or can't go is superseded by the next one.
            Action::Datagram(bytes) => {
                self.driver.send_datagram(now, index, &bytes);
                core.recycle(bytes);
            }
            Action::Stream(bytes) => {
                self.driver.queue_stream(index, &bytes);
                core.recycle(bytes);
            }
            Action::Close(reason) => {
                self.driver.part(now, index, &reason);
                self.forget(now, transmit.client);
            }
        }
    }

    /// What was sent and received since the server began.
    #[must_use]
    pub fn totals(&self) -> Totals {
        self.driver.totals()
    }

    /// Closes every connection with this reason and waits, for a bounded time, until clients know.
    pub fn close(mut self, reason: &str) {
        let begun = Instant::now();
        self.driver.part_all(begun, reason);
        self.driver.send(begun);
        while self.driver.open() > 0 && begun.elapsed() < FAREWELL + CLOSING {
            let now = Instant::now();
            let soon = now + Duration::from_millis(20);
            self.driver.wait(self.driver.next_due().map_or(soon, |due| due.min(soon)));
            self.driver.receive(Instant::now());
        }
    }

    /// A stranger's handshake is done and its stream is open.
    fn admit<P: Protocol>(&mut self, now: Instant, index: usize, core: &mut Server<P>) {
        let Some(connection) = self.driver.connection(index) else { return };
        let Some(key) = connection.peer_key() else {
            return self.driver.close(now, index, "a player's key is an Ed25519 key");
        };
        let origin = Origin::of(connection.remote_address().ip());
        if self.origins.all() >= limits::CONNECTIONS
            || self.origins.from(origin) >= self.most_from(origin)
        {
            self.driver.close(now, index, NO_MORE);
            return self.driver.release(now, index);
        }
        self.origins.add(origin);
        self.driver.admit(index);
        let client = core.connect(key);
        self.places.insert(client, index);
        if index >= self.links.len() {
            self.links.resize_with(index + 1, || None);
        }
        let mut link = Link { client, origin, told: (0, 0) };
        if let Some(connection) = self.driver.connection(index) {
            link.tell(connection, core);
            if link.drain(connection, core) {
                self.driver.keep_news(index);
            }
        }
        self.links[index] = Some(link);
    }

    /// The place of a client that may come back is kept, but not for more from one address than may play from there:
    /// who connects and falls silent over and over would fill the server with places that nobody has.
    fn keep_place<P: Protocol>(&mut self, client: ClientId, origin: Origin, core: &mut Server<P>) {
        self.lost.extend(core.is_lost(client).then_some((client, origin)));
        let from_there = |(_, from): &(ClientId, Origin)| *from == origin;
        let most = self.most_from(origin);
        let is_over =
            |lost: &VecDeque<_>| lost.iter().filter(|lost| from_there(lost)).count() > most;
        // Who came back or was given up is forgotten when it matters, and not for each of a thousand lost at once.
        if is_over(&self.lost) || self.lost.len() > limits::LOST_SESSIONS {
            self.lost.retain(|(other, _)| core.is_lost(*other));
        }
        if is_over(&self.lost)
            && let Some(longest) = self.lost.iter().position(from_there)
            && let Some((longest, _)) = self.lost.remove(longest)
        {
            core.handle_closed(longest, "others from its address are gone as well");
        }
    }

    /// How many connections there may be from there.
    fn most_from(&self, origin: Origin) -> usize {
        let usual = if origin.is_here() { limits::CONNECTIONS } else { limits::CONNECTIONS_OF_ONE };
        self.per_address.unwrap_or(usual)
    }

    /// The core knows that this client is gone.
    fn forget(&mut self, now: Instant, client: ClientId) {
        let Some(index) = self.places.remove(&client) else { return };
        self.driver.release(now, index);
        let Some(link) = self.links.get_mut(index).and_then(Option::take) else { return };
        self.origins.remove(link.origin);
    }
}

impl Link {
    /// Gives the core what came; says whether there may be more of it.
    fn drain<P: Protocol>(&mut self, connection: &mut Connection, core: &mut Server<P>) -> bool {
        let mut taken = 0;
        // One more than the core accepts, so that a flood is seen as one.
        while taken <= limits::DATAGRAMS_PER_TICK
            && let Some(bytes) = connection.take_datagram()
        {
            core.handle_datagram(self.client, &bytes);
            taken += 1;
        }
        let chunk = connection.take_stream();
        if let Some(bytes) = &chunk {
            core.handle_stream(self.client, bytes);
        }
        taken > limits::DATAGRAMS_PER_TICK || chunk.is_some()
    }

    /// Tells the core what the path is like, and ends a client that takes too little of its stream.
    fn tell<P: Protocol>(&mut self, connection: &mut Connection, core: &mut Server<P>) {
        let (window_bytes, round_trip) = connection.window();
        core.set_window(self.client, window_bytes, round_trip);
        let limit = connection.datagram_limit().unwrap_or(self.told.0);
        if limit != self.told.0 {
            core.set_datagram_limit(self.client, limit);
        }
        let backlog = connection.backlog_bytes();
        core.set_stream_backlog(self.client, backlog);
        self.told = (limit, backlog);
        if backlog > limits::STREAM_BACKLOG_BYTES {
            core.close(self.client, "too slow: messages piled up");
        }
    }
}
