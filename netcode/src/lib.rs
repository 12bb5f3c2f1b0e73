//! Netcode for any game.

extern crate self as netcode;

pub mod ack;
pub mod budget;
pub mod client;
pub mod clock;
pub mod delta;
pub mod input;
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
pub mod snapshot;
pub mod tick;
pub mod wire;

pub use netcode_derive::Replicate;
pub use protocol::Protocol;
pub use row::{EntityId, KindId, KindTable, Replicate};
pub use snapshot::Snapshot;
pub use tick::{Tick, TickRate, ViewTime};
