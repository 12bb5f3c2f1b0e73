//! Ours, through netcode's public interface only, over QUIC and encrypted: the shape of `netcode/examples/runners.rs`,
//! with trained tables as docs/making-a-game.md recommends.

mod clients;
mod interest;
mod server;
mod tables;

use netcode::{KindId, KindTable, Protocol, Replicate, Snapshot, Tick, entropy::codes::Codes};
use trace::{seat::Seat, seat::Side, walk::Walker};

/// What is told of a walker.
#[derive(Clone, Copy, Debug, Default, PartialEq, Replicate)]
pub struct Seen {
    #[replicate(range = 0..=25_600)]
    x_cm: u16,
    #[replicate(range = 0..=25_600)]
    y_cm: u16,
    #[replicate(range = 0..=359, wrap)]
    aim_deg: u16,
}

impl From<Walker> for Seen {
    fn from(walker: Walker) -> Self {
        Self { x_cm: walker.x_cm, y_cm: walker.y_cm, aim_deg: walker.aim_deg }
    }
}

/// Nobody steers here.
#[derive(Clone, Copy, Debug, Default, PartialEq, Replicate)]
pub struct Nothing {
    #[replicate(range = 0..=1)]
    nothing: u8,
}

pub const SEEN: KindId = KindId(0);

/// The game, for netcode.
pub enum Walk {}

impl Protocol for Walk {
    const NAME: &'static str = "walk";
    const VERSION: &'static str = "1";
    const KINDS: &'static [&'static KindTable] = &[Seen::TABLE];
    type Input = Nothing;
    type Greeting = ();
    type Event = ();
    type Request = ();
    type Own = ();
    type Scenery = ();

    fn codes() -> &'static Codes {
        tables::codes()
    }

    fn own(_: &Snapshot, (): &()) -> Option<()> {
        None
    }

    fn step_own((): &(), (): &mut (), _: &Nothing, _: Tick) {}

    fn distance((): &(), (): &()) -> Option<f32> {
        None
    }
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let seat = Seat::from_arguments();
    match seat.side {
        Side::Server => server::run(seat),
        Side::Clients => clients::run(seat),
    }
}
