//! lightyear over netcode.io and UDP, in the shape of its `simple_box` example: headless bevy apps with the minimal
//! plugins. A walker's state is one component, sent by `replicate_as` in five bytes instead of postcard's eight; which
//! walker it is never changes and is sent once. Prediction and interpolation are not built in: what is asked for is the
//! newest state. Tokens are signed, so packets are encrypted.

mod clients;
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

/// The same on the wire: 15, 15 and 9 bits.
#[derive(Serialize, Deserialize)]
pub struct Packed([u8; 5]);

impl From<Seen> for Packed {
    fn from(Seen(walker): Seen) -> Self {
        let [x, y, aim] = [walker.x_cm, walker.y_cm, walker.aim_deg].map(u64::from);
        let bytes = (x | y << 15 | aim << 30).to_le_bytes();
        Self([bytes[0], bytes[1], bytes[2], bytes[3], bytes[4]])
    }
}

impl From<Packed> for Seen {
    fn from(Packed([a, b, c, d, e]): Packed) -> Self {
        let bits = u64::from_le_bytes([a, b, c, d, e, 0, 0, 0]);
        let field = |shift: u32, count: u32| ((bits >> shift) & ((1 << count) - 1)) as u16;
        Self(Walker { x_cm: field(0, 15), y_cm: field(15, 15), aim_deg: field(30, 9) })
    }
}

/// An app with the plugins of its side and what both agree on.
pub fn app(plugins: impl PluginGroup) -> App {
    let mut app = App::new();
    app.add_plugins((MinimalPlugins, StatesPlugin));
    app.add_plugins(plugins);
    app.component::<Number>().replicate();
    app.component::<Seen>().replicate_as::<Packed>();
    app
}

fn main() -> Result<(), Box<dyn Error>> {
    let seat = Seat::from_arguments();
    match seat.side {
        Side::Server => server::run(seat),
        Side::Clients => clients::run(seat),
    }
}
