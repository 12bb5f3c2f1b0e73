//! lightyear over netcode.io and UDP, in the shape of its `simple_box` example: headless bevy apps with the minimal
//! plugins. A walker's state is one component, sent by `replicate_as` in five bytes instead of postcard's eight; which
//! walker it is never changes and is sent once. Prediction and interpolation are not built in: what is asked for is the
//! newest state. Tokens are signed, so packets are encrypted.

mod clients;
mod interest;
mod server;

use bevy::{prelude::*, state::app::StatesPlugin};
use lightyear::prelude::*;
use serde::{Deserialize, Serialize};
use std::error::Error;
use trace::{seat::Seat, seat::Side, walk::Walker};

pub const PROTOCOL: u64 = 9;
pub const KEY: [u8; 32] = [9; 32];

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

/// An app with the plugins of its side and what both agree on.
pub fn app(seat: Seat, plugins: impl PluginGroup) -> App {
    let mut app = App::new();
    app.add_plugins((MinimalPlugins, StatesPlugin));
    app.add_plugins(plugins);
    app.component::<Number>().replicate();
    app.component::<Seen>().replicate_as::<Packed>();
    if seat.is_compressed() {
        app.add_observer(compress);
    }
    app
}

/// Both ends compress what they send and expect it of the other.
fn compress(transport: On<Add, Transport>, mut transports: Query<&mut Transport>) {
    if let Ok(mut transport) = transports.get_mut(transport.entity) {
        transport.set_compression(CompressionConfig::LZ4);
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let seat = Seat::from_arguments();
    match seat.side {
        Side::Server => server::run(seat),
        Side::Clients => clients::run(seat),
    }
}
