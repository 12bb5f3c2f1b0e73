//! Netcode for any game: an authoritative server owns the state, clients predict and interpolate.
//!
//! Five nouns carry it:
//! - A [`Tick`] is one step of the game. The server counts them, the clients run a little ahead.
//! - An **input** is what a player does in one tick. Clients send each several times
//!   ([`input`]); the server applies exactly one a tick, whatever came.
//! - A [`Snapshot`] is every replicated row at one tick. A row is a struct of the game as integers, by
//!   `#[derive(Replicate)]` ([`row`]).
//! - A **delta** is what a client must be told of a snapshot, given one that it has ([`delta`]).
//! - A **session** is one client, from its hello to its end: [`server::Server`] and
//!   [`client::Client`] are the two cores of it.
//!
//! Both cores are sans IO: `handle_*` takes bytes in, `poll_*` gives results out, and time is an
//! argument. They can be stepped through a bad network in virtual time ([`link`]), or run over QUIC
//! (`quic`, a feature that is on by default and the crate's only input and output).
//!
//! A game tells what it is with [`Protocol`].

extern crate self as netcode;

pub mod ack;
pub mod beacon;
pub mod budget;
pub mod client;
pub mod clock;
pub mod congestion;
pub mod delta;
pub mod entropy;
pub mod input;
pub mod inspect;
pub mod interest;
pub mod interpolate;
pub mod limits;
pub mod link;
pub mod predict;
pub mod protocol;
#[cfg(feature = "quic")]
pub mod quic;
pub mod recording;
pub mod rewind;
pub mod row;
pub mod server;
pub mod smooth;
pub mod snapshot;
pub mod tick;
pub mod wire;

/// Derives [`row::Replicate`] for a struct of named fields, each with what is to be known of it:
///
/// ```
/// use netcode::{Replicate, row::Predict};
/// #[derive(Replicate)]
/// #[replicate(name = "boat")] // otherwise it would be "sailingboat"
/// struct SailingBoat {
///     /// Where it will be follows from how fast it is.
///     #[replicate(range = -100.0..=100.0, precision = 0.01, predict = velocity(speed))]
///     x: f32,
///     /// `predict = hold` is what there is without a word: it stays as it was.
///     #[replicate(range = -20.0..=20.0, precision = 0.25, predict = hold)]
///     speed: f32,
///     /// A circle: 359 and 0 are neighbours.
///     #[replicate(range = 0.0..=360.0, precision = 1.0, wrap)]
///     heading: f32,
///     /// Other than zero, the row is likely to change.
///     #[replicate(range = 0..=7, motion)]
///     oars: u8,
///     /// Guessed when all above is known.
///     #[replicate(stage)]
///     wet: bool,
/// }
/// let [x, speed, heading, oars, wet] = SailingBoat::TABLE.fields else { panic!("five fields") };
/// assert_eq!((SailingBoat::TABLE.name, x.predict), ("boat", Predict::Velocity(1)));
/// assert_eq!((speed.step, speed.highest), (0.25, 80));
/// assert_eq!((heading.highest, heading.wrap), (359, true));
/// assert_eq!((oars.motion, oars.stage, wet.stage), (true, 0, 1));
/// ```
pub use netcode_derive::Replicate;
pub use protocol::Protocol;
pub use rewind::moment::Moment;
pub use row::{EntityId, KindId, KindTable, Replicate};
pub use snapshot::Snapshot;
pub use tick::{Tick, TickRate, ViewTime};
