//! What the client's core tells the game of what happened.

use crate::{
    protocol::Protocol,
    tick::Tick,
    wire::message::{Refusal, Welcome},
};

/// What happened that the game must know.
///
/// ```
/// # mod walkers { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/walkers.rs")); }
/// # use walkers::*;
/// # use netcode::{Tick, server::{PeerKey, Server, ServerConfig}};
/// use netcode::{client::{Client, ClientEvent}, wire::message::Hello};
/// let mut client = Client::<Walkers>::new(Hello::new::<Walkers>("Ann"));
/// # let mut server = Server::new(ServerConfig::default(), (), Tick(0));
/// # let id = server.connect(PeerKey([7; 32]));
/// # carry(&mut server, id, &mut client, Default::default());
/// # while server.poll_event().is_some() { assert!(server.welcome(id, 3)); }
/// # carry(&mut server, id, &mut client, Default::default());
/// let mut mine = None;
/// while let Some(event) = client.poll_event() {
///     if let ClientEvent::Welcomed(welcome) = event {
///         mine = Some(welcome.greeting);
///         client.enter(());
///     }
/// }
/// assert_eq!(mine, Some(3));
/// ```
#[derive(Clone, Debug)]
pub enum ClientEvent<P: Protocol> {
    /// The server let us in, or back in. Boxed, as all that is large and seldom: each event is moved
    /// several times, and a crowd's clients hear of something in every tick.
    Welcomed(Box<Welcome<P::Greeting>>),
    /// The first view is large and comes in parts; so many bytes of it are here. The own entity and
    /// what is most important are in the snapshots meanwhile.
    Joining {
        /// Bytes that came.
        received: u32,
        /// Bytes of the whole view. When all are here, so is the view.
        total: u32,
    },
    /// The connection broke. The session may go on: see [`Client::reconnect`].
    Lost(String),
    /// The server sent us away; [`ClientEvent::Closed`] follows.
    Refused(Refusal),
    /// Something of the game happened.
    Event(P::Event),
    /// A snapshot came.
    Snapshot {
        /// The tick it shows.
        tick: Tick,
        /// By how much the own entity had to be corrected, when that can be said.
        correction: Option<f32>,
    },
    /// The prediction was wrong: what was drawn and what is true now.
    Corrected {
        /// The newest own state as it was predicted.
        before: Box<P::Own>,
        /// The newest own state now.
        after: Box<P::Own>,
    },
    /// The session is over.
    Closed(String),
}
