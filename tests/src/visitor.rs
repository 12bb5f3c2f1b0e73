//! A bare client over real QUIC that says what it is told to: for wrong versions, bad names, garbage.

use game_bots::{
    address::Address,
    seat::{Seat, SeatEvent},
    trust,
};
use game_sim::{PilotInput, Tumult, assets_hash};
use netcode::{
    Protocol,
    quic::{
        client::{ClientEndpoint, QuicClient},
        tls::Identity,
    },
    server::Action,
    wire::message::{Hello, Wish},
};
use std::{
    net::SocketAddr,
    time::{Duration, Instant},
};

/// The hello of an honest client.
#[must_use]
pub fn hello(name: &str) -> Hello {
    Hello {
        protocol: Tumult::hash(),
        version: Tumult::VERSION.to_owned(),
        assets: assets_hash(),
        name: name.to_owned(),
        wish: Wish::Play,
    }
}

/// What a visit came to.
#[derive(Debug, Default)]
pub struct Visit {
    /// Whether the server let us in.
    pub welcomed: bool,
    /// Why it ended, if it did.
    pub closed: Option<String>,
    /// Snapshots that came.
    pub snapshots: u64,
}

/// Says `hello` to a server and stays for at most `limit`. `mischief` is asked every ten milliseconds
/// for something to send beside what a client sends anyway.
///
/// # Panics
/// When there is no connection at all.
pub fn visit(
    server: SocketAddr,
    hello: Hello,
    limit: Duration,
    mischief: impl FnMut(u32) -> Option<Action>,
) -> Visit {
    let identity = Identity::generate().expect("there is randomness");
    visit_as(&identity, server, hello, limit, mischief)
}

/// As [`visit`], as somebody whom the server may know already.
///
/// # Panics
/// As [`visit`].
pub fn visit_as(
    identity: &Identity,
    server: SocketAddr,
    hello: Hello,
    limit: Duration,
    mut mischief: impl FnMut(u32) -> Option<Action>,
) -> Visit {
    let endpoint = ClientEndpoint::open(server, None, false).expect("there are sockets");
    let address = Address::parse(&server.to_string()).expect("it is an address");
    let connecting = endpoint.connect(server, identity, trust::any(&address));
    let mut connection = connecting.expect("the address can be used");
    let (begun, mut visit) = (Instant::now(), Visit::default());
    let mut seat = Seat::with_hello(hello, Duration::ZERO);
    for turn in 0.. {
        exchange(&mut seat, &mut connection, begun.elapsed());
        mischief(turn).into_iter().for_each(|action| connection.transmit(action));
        while let Some(event) = seat.poll_event() {
            match event {
                SeatEvent::Welcomed => visit.welcomed = true,
                SeatEvent::Closed(reason) | SeatEvent::Lost(reason) => {
                    visit.closed = Some(reason);
                }
                SeatEvent::Moved(choice) => visit.closed = Some(choice.arena),
                SeatEvent::Game(_) | SeatEvent::Joining { .. } | SeatEvent::Resumed => {}
            }
        }
        visit.snapshots = seat.stats().snapshots;
        if visit.closed.is_some() || begun.elapsed() > limit {
            break;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    connection.close("left");
    endpoint.wait_closed();
    visit
}

fn exchange(seat: &mut Seat, connection: &mut QuicClient, now: Duration) {
    connection.drain(|arrival| seat.handle(now, arrival));
    seat.advance(now, |sight| PilotInput::idle(sight.own.aim));
    while let Some(action) = seat.poll_transmit() {
        connection.transmit(action);
    }
}
