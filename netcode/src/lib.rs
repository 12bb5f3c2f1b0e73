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

pub use netcode_derive::Replicate;
pub use protocol::Protocol;
pub use rewind::moment::Moment;
pub use row::{EntityId, KindId, KindTable, Replicate};
pub use snapshot::Snapshot;
pub use tick::{Tick, TickRate, ViewTime};
