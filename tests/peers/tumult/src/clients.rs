//! The clients: each on a connection of its own, told what its newest snapshot holds.

use crate::{
    server::IDENTITY,
    walk::{Nothing, Row, Walk},
};
use netcode::{
    client::{Client, ClientEvent},
    quic::{client::ClientEndpoint, client::QuicClient, tls, tls::Identity},
    wire::message::Hello,
};
use std::{error::Error, time::Instant};
use trace::{seat::Seat, walk::Trace, watch::Watch};

/// Plays until the run ends, then reports.
pub fn run<R: Row>(seat: Seat) -> Result<(), Box<dyn Error>> {
    let mut watch = Watch::new(seat, Trace::new(seat.workload, 1));
    let host = Identity::keep(&std::env::temp_dir().join(IDENTITY))?.fingerprint();
    let endpoints: Result<Vec<_>, _> =
        (0..seat.workload.clients).map(|_| ClientEndpoint::open(seat.relay, None, false)).collect();
    let endpoints = endpoints?;
    let mut players = Vec::new();
    for (number, endpoint) in endpoints.iter().enumerate() {
        let connection = endpoint.connect(seat.relay, &Identity::generate()?, tls::pinned(host))?;
        players
            .push((connection, Client::<Walk<R>>::new(Hello::new::<Walk<R>>(&number.to_string()))));
    }
    let began = Instant::now();
    let mut tick = seat.due();
    while seat.wait_half(tick) {
        tick = seat.due() + 1;
        for (number, (connection, core)) in players.iter_mut().enumerate() {
            frame(seat, connection, core, began.elapsed());
            if let Some(newest) = core.snapshots().and_then(|ring| ring.newest()) {
                let walkers =
                    newest.rows().map(|row| (usize::from(row.id.0), row.restore::<R>().walker()));
                watch.look(number, walkers);
            }
        }
    }
    watch.report();
    Ok(())
}

fn frame<R: Row>(
    seat: Seat,
    connection: &mut QuicClient,
    core: &mut Client<Walk<R>>,
    now: std::time::Duration,
) {
    connection.drain_into(core, now);
    while let Some(event) = core.poll_event() {
        matches!(event, ClientEvent::Welcomed(_)).then(|| core.enter(seat.workload.rate_hz));
    }
    for tick in core.advance(now) {
        core.apply(tick, Nothing::default());
    }
    connection.flush(core);
}
