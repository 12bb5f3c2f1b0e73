//! Ours, through netcode's public interface only, over QUIC and encrypted: the shape of `netcode/examples/runners.rs`,
//! with trained tables and a guess, as docs/making-a-game.md recommends. The table has a line without the guess, too.

mod clients;
mod interest;
mod paced;
mod plain;
mod server;
mod tables;
mod walk;

use paced::Paced;
use plain::Plain;
use std::error::Error;
use trace::seat::{Seat, Side, Variant};
use walk::Row;

fn main() -> Result<(), Box<dyn Error>> {
    if std::env::args().nth(1).as_deref() == Some("train") {
        return Ok(tables::keep()?);
    }
    let seat = Seat::from_arguments();
    match seat.variant {
        Some(Variant::Unguessed) => play::<Plain>(seat),
        _ => play::<Paced>(seat),
    }
}

fn play<R: Row>(seat: Seat) -> Result<(), Box<dyn Error>> {
    match seat.side {
        Side::Server => server::run::<R>(seat),
        Side::Clients => clients::run::<R>(seat),
    }
}
