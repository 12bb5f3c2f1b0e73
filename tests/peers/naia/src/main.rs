//! naia without an ECS: the loops of its documentation (`naia_server`, `naia_client`). Each field is a `Property` of its
//! own in as few bits as it needs, so naia sends only those that changed; nothing here is encrypted, because naia has no
//! encrypted native transport.

mod clients;
mod server;
mod socket;
mod world;
mod zip;

use naia_shared::{Message, Property, Protocol, Replicate, UnsignedInteger};
use std::error::Error;
use trace::{seat::Seat, seat::Side, walk::Walker};

/// What is told of a walker.
#[derive(Replicate)]
pub struct Seen {
    /// Which one it is; sent once.
    pub number: Property<UnsignedInteger<10>>,
    pub x_cm: Property<UnsignedInteger<15>>,
    pub y_cm: Property<UnsignedInteger<15>>,
    pub aim_deg: Property<UnsignedInteger<9>>,
}

impl Seen {
    pub fn new(number: usize, walker: Walker) -> Self {
        Self::new_complete(
            UnsignedInteger::new(number as u64),
            UnsignedInteger::new(walker.x_cm),
            UnsignedInteger::new(walker.y_cm),
            UnsignedInteger::new(walker.aim_deg),
        )
    }
}

/// What a client says of itself: its number.
#[derive(Message)]
pub struct Greeting {
    pub number: u16,
}

pub fn protocol(seat: Seat) -> Protocol {
    Protocol::builder()
        .tick_interval(seat.step())
        .add_default_channels()
        .add_message::<Greeting>()
        .add_component::<Seen>()
        .build()
}

fn main() -> Result<(), Box<dyn Error>> {
    let seat = Seat::from_arguments();
    match seat.side {
        Side::Server => server::run(seat),
        Side::Clients => clients::run(seat),
    }
}
