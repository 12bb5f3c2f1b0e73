//! A client's connection: moves bytes between quinn and the client's core.
//!
//! [`QuicClient::drain`] and [`QuicClient::transmit`] never wait, for callers that tick by themselves
//! inside a tokio runtime (bots). A program with a loop of its own uses [`super::thread`].
//!
//! ```
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # use netcode::quic::{server::QuicServer, tls::{Identity, pinned}};
//! # let host = Identity::generate()?;
//! # let network = QuicServer::listen("127.0.0.1:0".parse()?, &host)?;
//! # let (server, trust) = (network.local_address()?, pinned(host.fingerprint()));
//! use netcode::quic::client::ClientEndpoint;
//! let endpoint = ClientEndpoint::open(server, None, false)?;
//! let connection = endpoint.connect(server, &Identity::generate()?, trust).await?;
//! assert!(connection.path().packets_sent > 0);
//! # Ok(())
//! # }
//! ```

use super::{
    PathStats, config, is_deliberate, now_or_never, reason,
    socket::{self, Bound},
    tls::{Identity, TlsError, Trust},
};
use crate::{client::Client, limits, link::Conditions, protocol::Protocol, server::Action};
use quinn::{Connection, Endpoint, RecvStream, SendStream, TokioRuntime, VarInt};
use std::{
    io,
    net::{Ipv4Addr, Ipv6Addr, SocketAddr},
    sync::Arc,
    time::Duration,
};

/// How long a connection may take to come up.
const CONNECT_DEADLINE: Duration = Duration::from_secs(10);

/// Something that came from the server.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # use netcode::quic::{server::QuicServer, tls::{Identity, pinned}};
/// # let host = Identity::generate()?;
/// # let network = QuicServer::listen("127.0.0.1:0".parse()?, &host)?;
/// # let (server, trust) = (network.local_address()?, pinned(host.fingerprint()));
/// # use netcode::quic::client::ClientEndpoint;
/// use netcode::quic::client::Arrival;
/// # let endpoint = ClientEndpoint::open(server, None, false)?;
/// # let mut connection = endpoint.connect(server, &Identity::generate()?, trust).await?;
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
    /// The end, in words for people.
    Closed(String),
}

/// Why there is no connection.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # use netcode::quic::{server::QuicServer, tls::{Identity, pinned}};
/// # let host = Identity::generate()?;
/// # let network = QuicServer::listen("127.0.0.1:0".parse()?, &host)?;
/// # let (server, trust) = (network.local_address()?, pinned(host.fingerprint()));
/// use netcode::quic::client::{ClientEndpoint, ConnectError};
/// let endpoint = ClientEndpoint::open(server, None, false)?;
/// let key = Identity::generate()?;
/// let stranger = pinned(key.fingerprint()); // not what this server will show
/// let refused = endpoint.connect(server, &key, stranger).await.expect_err("it is another one");
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

/// Where connections start from: one socket.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # use netcode::quic::{server::QuicServer, tls::{Identity, pinned}};
/// # let host = Identity::generate()?;
/// # let network = QuicServer::listen("127.0.0.1:0".parse()?, &host)?;
/// # let (server, trust) = (network.local_address()?, pinned(host.fingerprint()));
/// use netcode::{link::Conditions, quic::client::ClientEndpoint};
/// let bad: Conditions = "delay=5ms,jitter=2ms".parse()?; // both ways, with a seed
/// let endpoint = ClientEndpoint::open(server, Some((bad, 7)), false)?;
/// let connection = endpoint.connect(server, &Identity::generate()?, trust).await?;
/// assert!(connection.path().round_trip.as_millis() >= 6);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct ClientEndpoint {
    endpoint: Endpoint,
}

impl ClientEndpoint {
    /// Opens a socket for connections to addresses like `server`, through a bad network if `link` says
    /// so. `shared` is for several connections from one socket, which cost three bytes a packet more.
    /// Must be called inside a tokio runtime.
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
        let Bound { socket, .. } = socket::bind(any, socket::CLIENT_BUFFER_BYTES)?;
        let (config, runtime) = (config::endpoint(shared), Arc::new(TokioRuntime));
        let endpoint = match link {
            None => Endpoint::new(config, None, socket, runtime)?,
            Some((conditions, seed)) => {
                let socket = socket::degrade(socket, conditions, seed)?;
                Endpoint::new_with_abstract_socket(config, None, socket, runtime)?
            }
        };
        Ok(Self { endpoint })
    }

    /// Connects and opens the stream.
    ///
    /// # Errors
    /// When nobody answers, or the two sides don't want each other.
    pub async fn connect(
        &self,
        server: SocketAddr,
        identity: &Identity,
        trust: Trust,
    ) -> Result<QuicClient, ConnectError> {
        attempt(self.clone(), config::client(identity, trust)?, server).await
    }

    /// Goes on from another port, as if a router on the way had forgotten us.
    ///
    /// # Errors
    /// When the system has no socket for us.
    pub fn rebind(&self) -> io::Result<()> {
        let address = SocketAddr::new(self.endpoint.local_addr()?.ip(), 0);
        let Bound { socket, .. } = socket::bind(address, socket::CLIENT_BUFFER_BYTES)?;
        self.endpoint.rebind(socket)
    }

    /// Waits, for a bounded time, until the server knows of all that was closed.
    pub async fn wait_closed(&self) {
        let _ = tokio::time::timeout(Duration::from_millis(500), self.endpoint.wait_idle()).await;
    }
}

/// One attempt to connect and to open the stream.
pub(super) async fn attempt(
    endpoint: ClientEndpoint,
    config: quinn::ClientConfig,
    server: SocketAddr,
) -> Result<QuicClient, ConnectError> {
    let connecting = endpoint
        .endpoint
        .connect_with(config, server, "netcode")
        .map_err(|_| ConnectError::Address(server))?;
    let connection = match tokio::time::timeout(CONNECT_DEADLINE, connecting).await {
        Err(_) | Ok(Err(quinn::ConnectionError::TimedOut)) => {
            return Err(ConnectError::NoAnswer(server));
        }
        Ok(Err(error)) => return Err(ConnectError::Refused(reason(&error))),
        Ok(Ok(connection)) => connection,
    };
    let (send, receive) =
        connection.open_bi().await.map_err(|error| ConnectError::Refused(reason(&error)))?;
    Ok(QuicClient { connection, send, receive, backlog: Vec::new(), closed: false })
}

/// One connection.
///
/// ```
/// # mod walkers { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/walkers.rs")); }
/// # use walkers::*;
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # use netcode::quic::{server::QuicServer, tls::{Identity, pinned}};
/// # let host = Identity::generate()?;
/// # let mut network = QuicServer::listen("127.0.0.1:0".parse()?, &host)?;
/// # let (server, trust) = (network.local_address()?, pinned(host.fingerprint()));
/// # use netcode::{Tick, client::Client, quic::client::ClientEndpoint, wire::message::Hello};
/// # use netcode::server::{Server, ServerConfig, ServerEvent};
/// # use std::time::Duration;
/// # let endpoint = ClientEndpoint::open(server, None, false)?;
/// # let mut host = Server::<Walkers>::new(ServerConfig::default(), (), Tick(0));
/// let mut connection = endpoint.connect(server, &Identity::generate()?, trust).await?;
/// let mut core = Client::<Walkers>::new(Hello::new::<Walkers>("Ann"));
/// let mut frame = Duration::ZERO;
/// while core.welcome().is_none() {
///     connection.drain_into(&mut core, frame);
///     connection.flush(&mut core);
///     frame += Duration::from_millis(5);
///     assert!(frame.as_secs() < 10, "the server answers");
/// #     tokio::time::sleep(Duration::from_millis(5)).await;
/// #     network.drain(&mut host);
/// #     while let Some(ServerEvent::Hello { client, .. }) = host.poll_event() {
/// #         assert!(host.welcome(client, 0));
/// #     }
/// #     network.flush(&mut host);
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct QuicClient {
    connection: Connection,
    send: SendStream,
    receive: RecvStream,
    backlog: Vec<u8>,
    closed: bool,
}

impl QuicClient {
    /// Hands out everything that came since the last call.
    pub fn drain(&mut self, mut arrive: impl FnMut(Arrival)) {
        if self.closed {
            return;
        }
        arrive(Arrival::Path(self.path()));
        // The welcome first: before it a snapshot means nothing.
        while let Some(Ok(Some(chunk))) =
            now_or_never(self.receive.read_chunk(limits::MESSAGE_BYTES, true))
        {
            arrive(Arrival::Stream(chunk.bytes.to_vec()));
        }
        while let Some(Ok(bytes)) = now_or_never(self.connection.read_datagram()) {
            arrive(Arrival::Datagram(bytes.to_vec()));
        }
        if let Some(error) = self.connection.close_reason() {
            self.closed = true;
            arrive(end(&error));
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
            self.transmit(action);
        }
    }

    /// Waits for something to come. Cancel safe.
    pub async fn arrival(&mut self) -> Arrival {
        let arrival = tokio::select! {
            datagram = self.connection.read_datagram() => datagram.ok().map(|b| Arrival::Datagram(b.to_vec())),
            chunk = self.receive.read_chunk(limits::MESSAGE_BYTES, true) => {
                chunk.ok().flatten().map(|chunk| Arrival::Stream(chunk.bytes.to_vec()))
            }
        };
        match arrival {
            Some(arrival) => arrival,
            None => {
                let error = self.connection.closed().await;
                self.closed = true;
                end(&error)
            }
        }
    }

    /// Does what the core asks for.
    pub fn transmit(&mut self, action: Action) {
        match action {
            // What can't go is superseded by the next one.
            Action::Datagram(bytes) => drop(self.connection.send_datagram(bytes.into())),
            Action::Stream(bytes) => self.backlog.extend_from_slice(&bytes),
            Action::Close(reason) => self.close(&reason),
        }
        while !self.backlog.is_empty() {
            let Some(Ok(taken)) = now_or_never(self.send.write(&self.backlog)) else { return };
            self.backlog.drain(..taken);
        }
    }

    /// Tells the server that it is over.
    pub fn close(&mut self, reason: &str) {
        self.connection.close(VarInt::from_u32(0), reason.as_bytes());
    }

    /// What the transport has counted and measured.
    #[must_use]
    pub fn path(&self) -> PathStats {
        PathStats::of(&self.connection)
    }
}

/// What a connection's end is to the client's core.
fn end(error: &quinn::ConnectionError) -> Arrival {
    if is_deliberate(error) { Arrival::Closed(reason(error)) } else { Arrival::Lost(reason(error)) }
}
