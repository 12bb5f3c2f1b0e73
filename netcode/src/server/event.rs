//! What the server's core tells: the game of what happened, the transport of what to do.

use super::{ClientId, PeerKey};
use crate::wire::message::Hello;

/// What happened that the game must know.
///
/// ```
/// # mod walkers { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/walkers.rs")); }
/// # use walkers::*;
/// # use netcode::{client::Client, wire::message::Hello};
/// use netcode::{Tick, server::{PeerKey, Server, ServerConfig, ServerEvent}};
/// let mut server = Server::<Walkers>::new(ServerConfig::default(), (), Tick(0));
/// # let id = server.connect(PeerKey([7; 32]));
/// # let mut client = Client::new(Hello::new::<Walkers>("Ann"));
/// # carry(&mut server, id, &mut client, Default::default());
/// let mut names = Vec::new();
/// while let Some(event) = server.poll_event() {
///     match event {
///         ServerEvent::Hello { client, hello, .. } if server.welcome(client, 0) => names.push(hello.name),
///         ServerEvent::Left { .. } => names.clear(),
///         _ => {}
///     }
/// }
/// assert_eq!(names, ["Ann"]);
/// ```
#[derive(Clone, Debug, PartialEq)]
pub enum ServerEvent<R> {
    /// A client of the same protocol asks to be let in: call `welcome` or `refuse`.
    Hello {
        /// Who asks.
        client: ClientId,
        /// The key it proved to have.
        key: PeerKey,
        /// What it says.
        hello: Hello,
    },
    /// A client that was welcomed asks for something.
    Request {
        /// Who asks.
        client: ClientId,
        /// What it asks for.
        request: R,
    },
    /// The connection of a client that was welcomed broke. Its session is kept for a while: either
    /// `Resumed` follows or `Left`.
    Lost {
        /// Who.
        client: ClientId,
        /// What the transport says, for the log.
        reason: String,
    },
    /// A client goes on with its session over a new connection: what `was` had is now `client`'s. Call
    /// `welcome` or `refuse`; `was` is never heard of again.
    Resumed {
        /// Who it is now.
        client: ClientId,
        /// Who it was.
        was: ClientId,
        /// Its key.
        key: PeerKey,
    },
    /// A client that was welcomed is gone.
    Left {
        /// Who.
        client: ClientId,
        /// Why, for the log.
        reason: String,
    },
}

/// Something for the transport to do.
///
/// ```
/// # mod walkers { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/walkers.rs")); }
/// # use walkers::*;
/// # use netcode::{Tick, server::{Action, PeerKey, Server, ServerConfig, Transmit}};
/// let mut server = Server::<Walkers>::new(ServerConfig::default(), (), Tick(0));
/// let client = server.connect(PeerKey([7; 32]));
/// server.close(client, "the hall is closed");
/// let words = server.poll_transmit().map(|transmit| transmit.action);
/// assert!(matches!(words, Some(Action::Stream(_))), "so that the client can show them");
/// let action = Action::Close("the hall is closed".to_owned());
/// assert_eq!(server.poll_transmit(), Some(Transmit { client, action }));
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Transmit {
    /// Whose connection it is for.
    pub client: ClientId,
    /// What to do.
    pub action: Action,
}

/// What a transport does for a core.
///
/// ```
/// # mod walkers { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/walkers.rs")); }
/// # use walkers::*;
/// use netcode::{client::Client, server::Action, wire::message::Hello};
/// let mut client = Client::<Walkers>::new(Hello::new::<Walkers>("Ann"));
/// let mut stream = Vec::new();
/// while let Some(action) = client.poll_transmit() {
///     match action {
///         Action::Stream(bytes) => stream.extend(bytes),
///         Action::Datagram(_) | Action::Close(_) => panic!("the first word is a hello"),
///     }
/// }
/// assert!(!stream.is_empty());
/// ```
#[derive(Clone, Debug, PartialEq)]
pub enum Action {
    /// Send an unreliable datagram; drop it if it can't go now.
    Datagram(Vec<u8>),
    /// Append to the reliable stream.
    Stream(Vec<u8>),
    /// Deliver what was written, then close, giving this reason.
    Close(String),
}
