//! The messages of the reliable stream, in postcard's format.
//!
//! [`Hello`] and [`Refusal`] come first and must stay readable for every later version, or a player
//! with an old build would see noise instead of "your version is too old": append, never reorder.

use crate::{protocol::Protocol, tick::Tick};
use serde::{Deserialize, Serialize};

/// What a client wants on this server.
///
/// ```
/// # mod walkers { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/walkers.rs")); }
/// # use walkers::*;
/// use netcode::wire::message::{Hello, Wish};
/// let hello = Hello { wish: Wish::Watch, ..Hello::new::<Walkers>("Ann") };
/// assert_ne!(hello.wish, Wish::Play);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Wish {
    /// To take part.
    Play,
    /// To look on.
    Watch,
}

/// The first message of a client. Its public key is not in it: QUIC's handshake has proved it already.
///
/// ```
/// # mod walkers { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/walkers.rs")); }
/// # use walkers::*;
/// use netcode::{Protocol, wire::message::Hello};
/// let hello = Hello { assets: 0xcafe, ..Hello::new::<Walkers>("Ann") };
/// assert_eq!((hello.protocol, hello.name.as_str()), (Walkers::hash(), "Ann"));
/// ```
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

impl Hello {
    /// Of somebody who wants to play this game, which has no assets of its own.
    #[must_use]
    pub fn new<P: Protocol>(name: &str) -> Self {
        let (version, name) = (P::VERSION.to_owned(), name.to_owned());
        Self { protocol: P::hash(), version, assets: 0, name, wish: Wish::Play }
    }
}

/// Why a client is not let in.
///
/// ```
/// # mod walkers { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/walkers.rs")); }
/// # use walkers::*;
/// # use netcode::{Tick, client::{Client, ClientEvent}, server::{PeerKey, Server, ServerConfig}};
/// # use netcode::wire::message::Hello;
/// use netcode::wire::message::Refusal;
/// # let mut server = Server::<Walkers>::new(ServerConfig::default(), (), Tick(0));
/// # let (id, mut client) = (server.connect(PeerKey([7; 32])), Client::new(Hello::new::<Walkers>("Ann")));
/// # carry(&mut server, id, &mut client, Default::default());
/// # server.poll_event();
/// server.refuse(id, Refusal::Full { players: 8, places: 8 });
/// # carry(&mut server, id, &mut client, Default::default());
/// let Some(ClientEvent::Refused(refusal)) = client.poll_event() else { panic!("she is let in") };
/// assert_eq!(refusal.to_string(), "the server is full: 8 of 8 places are taken");
/// ```
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

/// Names a session, so that its client can come back to it over another connection. Whoever has it
/// still must prove to have the session's key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Token(pub [u8; 16]);

/// What a client says beside its [`Hello`] to go on with a session whose connection broke.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Resume {
    /// From the newest welcome.
    pub token: Token,
    /// The snapshots that the client still has, one of which may serve as a baseline.
    pub held: Option<Held>,
}

/// Which snapshots a client has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Held {
    /// The tick of the newest one.
    pub newest: u32,
    /// Bit n stands for the snapshot n + 1 intervals before the newest.
    pub before: u64,
}

impl Held {
    /// Whether the snapshot of a tick is among them, when there is one each `interval_ticks`.
    #[must_use]
    pub fn contains(&self, tick: Tick, interval_ticks: u16) -> bool {
        let age_ticks = Tick(self.newest).since(tick);
        let interval_ticks = i32::from(interval_ticks.max(1));
        let age = u32::try_from(age_ticks / interval_ticks).unwrap_or(u32::MAX);
        match age {
            _ if age_ticks % interval_ticks != 0 => false,
            0 => true,
            1..=64 => self.before >> (age - 1) & 1 == 1,
            _ => false,
        }
    }
}

/// A piece of a client's first view, which is too large for one datagram.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ViewPart {
    /// The tick that the view shows. Another one than before begins a new view.
    pub tick: u32,
    /// Bytes of the whole view.
    pub total: u32,
    /// The next of them.
    pub bytes: Vec<u8>,
}

/// The answer to a [`Hello`] that is let in.
///
/// ```
/// # mod walkers { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/walkers.rs")); }
/// # use walkers::*;
/// let (_, _, client, _) = played(10);
/// let welcome = client.welcome().expect("she is in");
/// assert_eq!((welcome.greeting, welcome.tick_rate, welcome.resumed), (0, 60, false));
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Welcome<G> {
    /// The tick that the server was at.
    pub tick: u32,
    /// Ticks per second.
    pub tick_rate: u16,
    /// Ticks from one snapshot to the next.
    pub snapshot_interval: u16,
    /// Names the session for [`Resume`]; takes the place of all that were given before.
    pub token: Token,
    /// Whether an earlier session goes on.
    pub resumed: bool,
    /// Of the snapshots that the client has, the one that the server kept as baseline.
    pub baseline: Option<u32>,
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
    /// Instead of a hello alone: to go on with a session.
    Resume(Hello, Resume),
    /// The view that came in parts is whole and may serve as a baseline.
    HaveView,
}

/// What the server sends on a client's stream.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum ToClient<G, E> {
    /// Not let in; the connection is closed after it.
    Refused(Refusal),
    /// Let in.
    Welcome(Box<Welcome<G>>),
    /// Something of the game happened.
    Event(E),
    /// The server closes the connection, for this reason.
    Goodbye(String),
    /// A piece of the first view.
    View(ViewPart),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exactly_the_snapshots_that_are_said_to_be_held_are_held() {
        let held = Held { newest: 10, before: 0b101 };
        let ticks = [14, 12, 10, 9, 8, 6, 4, 2].map(|tick| held.contains(Tick(tick), 2));
        assert_eq!(ticks, [false, false, true, false, true, false, true, false]);
        let near_the_wrap = Held { newest: 1, before: 1 << 63 };
        assert!(
            near_the_wrap.contains(Tick(1) - 128, 2) && !near_the_wrap.contains(Tick(1) - 130, 2)
        );
    }
}
