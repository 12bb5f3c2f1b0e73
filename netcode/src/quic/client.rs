//! A client's connections: connects the driver with the client's core.
//!
//! Nothing waits here. A connection is there at once and comes up while its owner drains it in each frame;
//! what is said before that is kept, as far as it is for the stream. A program that draws uses
//! [`super::thread`] instead, so that what comes is seen when it comes.
//!
//! ```
//! # mod walkers { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/walkers.rs")); }
//! # mod host { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/host.rs")); }
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # use netcode::quic::tls::Identity;
//! # let (server, trust) = host::start()?;
//! use netcode::quic::client::{Arrival, ClientEndpoint};
//! let endpoint = ClientEndpoint::open(server, None, false)?;
//! let mut connection = endpoint.connect(server, &Identity::generate()?, trust)?;
//! while !connection.is_connected() {
//!     connection.drain(|arrival| assert!(matches!(arrival, Arrival::Path(_)), "nobody said more"));
//! #     std::thread::sleep(std::time::Duration::from_millis(1));
//! }
//! assert!(connection.path().packets_sent > 0);
//! # Ok(())
//! # }
//! ```

use super::{
    PathStats, config,
    driver::{Connection, Driver, Port, Role},
    is_deliberate, reason,
    tls::{Identity, TlsError, Trust},
};
use crate::{client::Client, link::Conditions, protocol::Protocol, server::Action};
use std::{
    cell::RefCell,
    io,
    net::{Ipv4Addr, Ipv6Addr, SocketAddr},
    rc::Rc,
    time::{Duration, Instant},
};

/// How long a connection may take to come up.
const CONNECT_DEADLINE: Duration = Duration::from_secs(10);
/// How long a client that leaves waits for the server to hear of it.
const LEAVING: Duration = Duration::from_millis(500);

/// Something that came from the server.
///
/// ```
/// # mod walkers { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/walkers.rs")); }
/// # mod host { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/host.rs")); }
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # use netcode::quic::tls::Identity;
/// # let (server, trust) = host::start()?;
/// # use netcode::quic::client::ClientEndpoint;
/// use netcode::quic::client::Arrival;
/// # let endpoint = ClientEndpoint::open(server, None, false)?;
/// # let mut connection = endpoint.connect(server, &Identity::generate()?, trust)?;
/// connection.close("that was all");
/// let mut end = None;
/// connection.drain(|arrival| match arrival {
///     Arrival::Path(path) => assert!(path.bytes_sent > 0),
///     Arrival::Closed(reason) => end = Some(reason),
///     other => panic!("nobody said {other:?}"),
/// });
/// assert_eq!(end.as_deref(), Some("closed here"));
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, PartialEq)]
pub enum Arrival {
    /// A datagram.
    Datagram(Vec<u8>),
    /// Bytes of the stream.
    Stream(Vec<u8>),
    /// The transport's measurements, now and then.
    Path(PathStats),
    /// The connection broke without a word from the server, for this reason.
    Lost(String),
    /// The end, in words for people; also that of a connection that never came up.
    Closed(String),
}

/// Why there is no connection.
///
/// ```
/// # mod walkers { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/walkers.rs")); }
/// # mod host { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/host.rs")); }
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # use netcode::quic::tls::Identity;
/// # let (server, trust) = host::start()?;
/// use netcode::quic::{client::{ClientEndpoint, ConnectError}, tls::pinned};
/// let endpoint = ClientEndpoint::open(server, None, false)?;
/// let key = Identity::generate()?;
/// let stranger = pinned(key.fingerprint()); // not what this server will show
/// let mut connection = endpoint.connect(server, &key, stranger)?;
/// let refused = loop {
///     connection.drain(|_| ());
///     if let Some(error) = connection.failure() {
///         break error;
///     }
/// #     std::thread::sleep(std::time::Duration::from_millis(1));
/// };
/// assert!(matches!(refused, ConnectError::Refused(_)));
/// # Ok(())
/// # }
/// ```
#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    /// The socket can't be made.
    #[error("can't open a socket: {0}")]
    Socket(#[from] io::Error),
    /// The own key is not usable.
    #[error(transparent)]
    Tls(#[from] TlsError),
    /// The address can't be used.
    #[error("can't connect to {0}")]
    Address(SocketAddr),
    /// Nobody answers.
    #[error("{0} does not answer")]
    NoAnswer(SocketAddr),
    /// The server ended the handshake, or its certificate is not trusted.
    #[error("{0}")]
    Refused(String),
}

/// Where connections start from: one socket. For one thread; a clone is the same socket.
///
/// ```
/// # mod walkers { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/walkers.rs")); }
/// # mod host { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/host.rs")); }
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # use netcode::quic::tls::Identity;
/// # let (server, trust) = host::start()?;
/// use netcode::{link::Conditions, quic::client::ClientEndpoint};
/// let bad: Conditions = "delay=5ms,jitter=2ms".parse()?; // both ways, with a seed
/// let endpoint = ClientEndpoint::open(server, Some((bad, 7)), false)?;
/// let mut connection = endpoint.connect(server, &Identity::generate()?, trust)?;
/// while !connection.is_connected() {
///     connection.drain(|_| ());
/// #     std::thread::sleep(std::time::Duration::from_millis(1));
/// }
/// assert!(connection.path().round_trip.as_millis() >= 6);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct ClientEndpoint {
    driver: Rc<RefCell<Driver>>,
    /// Whether each connection receives and sends by itself when it is asked for something.
    moves_itself: bool,
}

impl ClientEndpoint {
    /// Opens a socket for connections to addresses like `server`, through a bad network if `link` says
    /// so. `shared` is for several connections from one socket, which cost three bytes a packet more; whoever
    /// has them calls [`ClientEndpoint::receive`] before and [`ClientEndpoint::send`] after their turns,
    /// once for all of them. A connection that has its socket to itself does both by itself.
    ///
    /// # Errors
    /// When the system has no socket for us.
    pub fn open(
        server: SocketAddr,
        link: Option<(Conditions, u64)>,
        shared: bool,
    ) -> io::Result<Self> {
        let any: SocketAddr = match server {
            SocketAddr::V4(_) => (Ipv4Addr::UNSPECIFIED, 0).into(),
            SocketAddr::V6(_) => (Ipv6Addr::UNSPECIFIED, 0).into(),
        };
        let port = Port::open(any, Role::Client, link)?;
        let driver = Driver::new(port, config::connecting(shared), None);
        Ok(Self { driver: Rc::new(RefCell::new(driver)), moves_itself: !shared })
    }

    /// The same socket, for a caller that receives and sends when it thinks fit.
    pub(super) fn moved_by_hand(self) -> Self {
        Self { moves_itself: false, ..self }
    }

    /// Begins to connect. The stream is opened as soon as the connection is up.
    ///
    /// # Errors
    /// When the address or the key can't be used. What goes wrong later, [`QuicClient::failure`] says.
    pub fn connect(
        &self,
        server: SocketAddr,
        identity: &Identity,
        trust: Trust,
    ) -> Result<QuicClient, ConnectError> {
        self.connect_with(config::client(identity, trust)?, server)
    }

    pub(super) fn connect_with(
        &self,
        config: quinn_proto::ClientConfig,
        server: SocketAddr,
    ) -> Result<QuicClient, ConnectError> {
        let index = self
            .driver
            .borrow_mut()
            .connect(Instant::now(), config, server, CONNECT_DEADLINE)
            .map_err(|_| ConnectError::Address(server))?;
        Ok(QuicClient {
            endpoint: self.clone(),
            index,
            server,
            was_connected: false,
            is_over: false,
        })
    }

    /// Takes in everything that came to the socket.
    pub fn receive(&self) {
        self.driver.borrow_mut().receive(Instant::now());
    }

    /// Sends everything that waits for the socket.
    pub fn send(&self) {
        self.driver.borrow_mut().send(Instant::now());
    }

    /// Receives and sends, unless somebody else does.
    pub(super) fn turn(&self) {
        if self.moves_itself {
            self.receive();
            self.send();
        }
    }

    /// Waits until something came, or until then.
    pub fn wait(&self, until: Instant) {
        self.driver.borrow().wait(until);
    }

    /// When [`ClientEndpoint::receive`] has something to do, even if nothing comes.
    pub(super) fn next_due(&self) -> Option<Instant> {
        self.driver.borrow().next_due()
    }

    /// The socket once more, to be told when something comes to it.
    pub(super) fn socket(&self) -> io::Result<std::net::UdpSocket> {
        self.driver.borrow().port().socket().try_clone()
    }

    /// Goes on from another port, as if a router on the way had forgotten us.
    ///
    /// # Errors
    /// When the system has no socket for us.
    pub fn rebind(&self) -> io::Result<()> {
        self.driver.borrow_mut().rebind()
    }

    /// Waits, for a bounded time, until the server knows of all that was closed.
    pub fn wait_closed(&self) {
        let begun = Instant::now();
        while self.driver.borrow().open() > 0 && begun.elapsed() < LEAVING {
            let soon = Instant::now() + Duration::from_millis(10);
            self.wait(self.next_due().map_or(soon, |due| due.min(soon)));
            self.receive();
            self.send();
        }
    }
}

/// One connection. It ends when it is dropped.
///
/// ```
/// # mod walkers { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/walkers.rs")); }
/// # mod host { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/host.rs")); }
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # use netcode::quic::tls::Identity;
/// # let (server, trust) = host::start()?;
/// # use walkers::*;
/// # use netcode::{client::Client, quic::client::ClientEndpoint, wire::message::Hello};
/// # use std::time::Duration;
/// # let endpoint = ClientEndpoint::open(server, None, false)?;
/// let mut connection = endpoint.connect(server, &Identity::generate()?, trust)?;
/// let mut core = Client::<Walkers>::new(Hello::new::<Walkers>("Ann"));
/// let mut frame = Duration::ZERO;
/// while core.welcome().is_none() {
///     connection.drain_into(&mut core, frame);
///     connection.flush(&mut core);
///     frame += Duration::from_millis(5);
///     assert!(frame.as_secs() < 10, "the server answers");
/// #     std::thread::sleep(Duration::from_millis(5));
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct QuicClient {
    endpoint: ClientEndpoint,
    index: usize,
    server: SocketAddr,
    was_connected: bool,
    is_over: bool,
}

impl QuicClient {
    /// Hands out everything that came since the last call.
    pub fn drain(&mut self, mut arrive: impl FnMut(Arrival)) {
        if self.is_over {
            return;
        }
        if self.endpoint.moves_itself {
            self.endpoint.receive();
        }
        if self.is_connected() {
            arrive(Arrival::Path(self.path()));
        }
        // The welcome first: before it a snapshot means nothing.
        while let Some(arrival) = self.next_of_stream() {
            arrive(arrival);
        }
        while let Some(arrival) = self.next_datagram() {
            arrive(arrival);
        }
        if let Some(arrival) = self.next_end() {
            arrive(arrival);
        }
        if self.endpoint.moves_itself {
            self.endpoint.send();
        }
    }

    /// Gives the core everything that came since the last call: [`QuicClient::drain`] for a game that
    /// has nothing to note on the way.
    pub fn drain_into<P: Protocol>(&mut self, core: &mut Client<P>, now: Duration) {
        self.drain(|arrival| match arrival {
            Arrival::Datagram(bytes) => core.handle_datagram(now, &bytes),
            Arrival::Stream(bytes) => core.handle_stream(now, &bytes),
            Arrival::Path(path) => core.handle_round_trip(path.round_trip),
            Arrival::Lost(reason) => core.handle_lost(&reason),
            Arrival::Closed(reason) => core.handle_closed(&reason),
        });
    }

    /// Does everything that the core asks for.
    pub fn flush<P: Protocol>(&mut self, core: &mut Client<P>) {
        while let Some(action) = core.poll_transmit() {
            self.queue(action);
        }
        if self.endpoint.moves_itself {
            self.endpoint.send();
        }
    }

    /// Does what the core asks for.
    ///
    /// ```
    /// # mod walkers { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/walkers.rs")); }
    /// # use walkers::*;
    /// # mod host { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/host.rs")); }
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # use netcode::quic::{client::ClientEndpoint, tls::Identity};
    /// # let (server, trust) = host::start()?;
    /// use netcode::{client::Client, wire::message::Hello};
    /// # let endpoint = ClientEndpoint::open(server, None, false)?;
    /// # let mut connection = endpoint.connect(server, &Identity::generate()?, trust)?;
    /// let mut core = Client::<Walkers>::new(Hello::new::<Walkers>("Ann"));
    /// while let Some(action) = core.poll_transmit() {
    ///     connection.transmit(action); // the hello goes as soon as the connection is up
    /// }
    /// assert!(connection.failure().is_none());
    /// # Ok(())
    /// # }
    /// ```
    pub fn transmit(&mut self, action: Action) {
        self.queue(action);
        if self.endpoint.moves_itself {
            self.endpoint.send();
        }
    }

    /// Tells the server that it is over.
    pub fn close(&mut self, reason: &str) {
        self.endpoint.driver.borrow_mut().close(Instant::now(), self.index, reason);
        if self.endpoint.moves_itself {
            self.endpoint.send();
        }
    }

    /// Whether the handshake is done. It stays so when the connection is over.
    #[must_use]
    pub fn is_connected(&self) -> bool {
        self.was_connected || self.with(|connection| connection.is_connected()).unwrap_or(false)
    }

    /// Why the connection never came up, if that is over.
    #[must_use]
    pub fn failure(&self) -> Option<ConnectError> {
        if self.is_connected() {
            return None;
        }
        let failure = |connection: &mut Connection| {
            connection.end().map(|error| match error {
                quinn_proto::ConnectionError::TimedOut => ConnectError::NoAnswer(self.server),
                error => ConnectError::Refused(reason(error)),
            })
        };
        self.with(failure)?
    }

    /// What the transport has counted and measured.
    #[must_use]
    pub fn path(&self) -> PathStats {
        self.with(|connection| connection.path()).unwrap_or_default()
    }

    /// The next bytes of the stream, if some came.
    pub(super) fn next_of_stream(&mut self) -> Option<Arrival> {
        let bytes = self.with(Connection::take_stream)??;
        Some(Arrival::Stream(bytes.to_vec()))
    }

    /// The next datagram, if one came.
    pub(super) fn next_datagram(&mut self) -> Option<Arrival> {
        let bytes = self.with(Connection::take_datagram)??;
        Some(Arrival::Datagram(bytes.to_vec()))
    }

    /// That it is over, once, if it is.
    pub(super) fn next_end(&mut self) -> Option<Arrival> {
        if self.is_over {
            return None;
        }
        self.was_connected = self.is_connected();
        let end = match self.failure() {
            Some(ConnectError::Refused(reason)) => Arrival::Closed(reason),
            Some(error) => Arrival::Closed(error.to_string()),
            None => self.with(|connection| connection.end().map(end))??,
        };
        self.is_over = true;
        Some(end)
    }

    /// Does what the core asks for, with the next [`ClientEndpoint::send`].
    pub(super) fn queue(&mut self, action: Action) {
        let mut driver = self.endpoint.driver.borrow_mut();
        match action {
            // What can't go is superseded by the next one.
            Action::Datagram(bytes) => driver.queue_datagram(self.index, &bytes),
            Action::Stream(bytes) => driver.queue_stream(self.index, &bytes),
            Action::Close(reason) => driver.close(Instant::now(), self.index, &reason),
        }
    }

    fn with<T>(&self, ask: impl FnOnce(&mut Connection) -> T) -> Option<T> {
        self.endpoint.driver.borrow_mut().connection(self.index).map(ask)
    }
}

impl Drop for QuicClient {
    fn drop(&mut self) {
        let (mut driver, now) = (self.endpoint.driver.borrow_mut(), Instant::now());
        driver.close(now, self.index, "");
        driver.release(now, self.index);
        driver.send(now);
    }
}

/// What a connection's end is to the client's core.
fn end(error: &quinn_proto::ConnectionError) -> Arrival {
    if is_deliberate(error) { Arrival::Closed(reason(error)) } else { Arrival::Lost(reason(error)) }
}
