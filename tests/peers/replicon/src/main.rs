//! bevy_replicon over renet and netcode.io, in the shape of the examples of `bevy_replicon_renet`: headless apps with
//! bevy's minimal plugins, a server tick each update. A walker's state is one component, sent by `replicate_as` in five
//! bytes instead of postcard's eight; which walker it is never changes and is sent once. Tokens are signed (`Secure`), so
//! packets are encrypted.

mod clients;
mod interest;
mod server;

use bevy::{ecs::schedule::ScheduleLabel, prelude::*, state::app::StatesPlugin};
use bevy_replicon::prelude::*;
use bevy_replicon_renet::{RenetChannelsExt, RepliconRenetPlugins, renet::ConnectionConfig};
use serde::{Deserialize, Serialize};
use std::error::Error;
use trace::{seat::Seat, seat::Side, walk::Walker};

pub const PROTOCOL: u64 = 8;
pub const KEY: [u8; 32] = [8; 32];

/// Which walker it is.
#[derive(Component, Clone, Copy, Serialize, Deserialize)]
pub struct Number(pub u16);

/// What is told of it.
#[derive(Component, Clone, Copy, PartialEq)]
pub struct Seen(pub Walker);

/// The same on the wire.
#[derive(Serialize, Deserialize)]
pub struct Packed([u8; 5]);

impl From<Seen> for Packed {
    fn from(Seen(walker): Seen) -> Self {
        Self(walker.pack())
    }
}

impl From<Packed> for Seen {
    fn from(Packed(bytes): Packed) -> Self {
        Self(Walker::unpack(bytes))
    }
}

/// An app of either side, before it has a transport.
pub fn app() -> App {
    let mut app = App::new();
    let replication = RepliconPlugins.build().set(ServerPlugin::new(PostUpdate.intern()));
    app.add_plugins((MinimalPlugins, StatesPlugin, replication, RepliconRenetPlugins));
    app.replicate::<Number>().replicate_as::<Seen, Packed>();
    app.finish();
    app.cleanup();
    app
}

/// No cap on bandwidth.
pub fn connection(app: &App) -> ConnectionConfig {
    let channels = app.world().resource::<RepliconChannels>();
    ConnectionConfig {
        available_bytes_per_tick: 64_000,
        server_channels_config: channels.server_configs(),
        client_channels_config: channels.client_configs(),
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let seat = Seat::from_arguments();
    match seat.side {
        Side::Server => server::run(seat),
        Side::Clients => clients::run(seat),
    }
}
