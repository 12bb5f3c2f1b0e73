//! The messages of the reliable stream, in postcard's format.
//!
//! [`Hello`] and [`Refusal`] come first and must stay readable for every later version, or a player
//! with an old build would see noise instead of "your version is too old": append, never reorder.

use serde::{Deserialize, Serialize};

/// What a client wants on this server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Wish {
    /// To take part.
    Play,
    /// To look on.
    Watch,
}

/// The first message of a client. Its public key is not in it: QUIC's handshake has proved it already.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hello {
    /// [`crate::protocol::Protocol::hash`] of the client's build.
    pub protocol: u64,
    /// The client's version, for people.
    pub version: String,
    /// Stands for the assets that both must have alike; the game decides what goes in.
    pub assets: u64,
    /// The player's name.
    pub name: String,
    /// To play or to watch.
    pub wish: Wish,
}

/// Why a client is not let in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum Refusal {
    /// Every place is taken.
    #[error("the server is full: {players} of {places} places are taken")]
    Full {
        /// Places taken.
        players: u32,
        /// Places there are.
        places: u32,
    },
    /// The two builds would misread each other.
    #[error("the versions don't fit together: the server runs {server}, you run {client}")]
    WrongVersion {
        /// The server's version and protocol hash.
        server: String,
        /// The client's.
        client: String,
    },
    /// The two have different assets.
    #[error(
        "your game files differ from the server's (yours {client:016x}, the server's {server:016x})"
    )]
    WrongAssets {
        /// The server's hash.
        server: u64,
        /// The client's.
        client: u64,
    },
    /// This key may not play here.
    #[error("you are banned from this server: {reason}")]
    Banned {
        /// As the operator wrote it.
        reason: String,
    },
    /// The name is not allowed.
    #[error("the name can't be used: {reason}")]
    BadName {
        /// The rule that it breaks.
        reason: String,
    },
}

/// The answer to a [`Hello`] that is let in.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Welcome<G> {
    /// The tick that the server was at.
    pub tick: u32,
    /// Ticks per second.
    pub tick_rate: u16,
    /// Ticks from one snapshot to the next.
    pub snapshot_interval: u16,
    /// What the game has to say.
    pub greeting: G,
}

/// What a client sends on its stream.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum ToServer<R> {
    /// Always first, and only once.
    Hello(Hello),
    /// What the game lets a client ask for.
    Request(R),
}

/// What the server sends on a client's stream.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum ToClient<G, E> {
    /// Not let in; the connection is closed after it.
    Refused(Refusal),
    /// Let in.
    Welcome(Welcome<G>),
    /// Something of the game happened.
    Event(E),
    /// The server closes the connection, for this reason.
    Goodbye(String),
}
