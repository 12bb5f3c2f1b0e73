//! A client's address that changes all the time (row N9), over real QUIC on loopback: as behind a router
//! that forgets, or on a phone that walks from one network into the next.
//!
//! A hundred changes, one each 0.2 seconds. The row as it is written, one each five seconds, is
//! `TUMULT_REBIND_MS=5000 cargo test -p tumult-tests --test it rebinding`.

use game_bots::{
    address::Address,
    seat::{Seat, SeatEvent},
    trust,
};
use game_sim::PilotInput;
use netcode::quic::{
    client::{ClientEndpoint, QuicClient},
    tls::Identity,
};
use netcode::wire::message::Wish;
use std::time::{Duration, Instant};
use tumult_tests::processes::ServerProcess;

fn number(name: &str, otherwise: u64) -> u64 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(otherwise)
}

/// Plays for so long; returns the longest time without a snapshot.
fn play(
    endpoint: &ClientEndpoint,
    seat: &mut Seat,
    connection: &mut QuicClient,
    begun: Instant,
    long: Duration,
) -> Duration {
    let (from, mut last, mut gap) = (Instant::now(), Instant::now(), Duration::ZERO);
    let mut snapshots = seat.stats().snapshots;
    while from.elapsed() < long {
        endpoint.receive();
        connection.drain(|arrival| seat.handle(begun.elapsed(), arrival));
        seat.advance(begun.elapsed(), |sight| PilotInput::idle(sight.own.aim));
        while let Some(action) = seat.poll_transmit() {
            connection.transmit(action);
        }
        endpoint.send();
        while let Some(event) = seat.poll_event() {
            let over = matches!(event, SeatEvent::Closed(_) | SeatEvent::Lost(_));
            assert!(!over, "{event:?}");
        }
        if seat.stats().snapshots > snapshots {
            snapshots = seat.stats().snapshots;
            last = Instant::now();
        }
        gap = gap.max(last.elapsed());
        std::thread::sleep(Duration::from_millis(5));
    }
    gap
}

#[test]
fn a_client_that_changes_its_port_all_the_time_stays_in_the_game() {
    let changes = 100_u64;
    let between = Duration::from_millis(number("TUMULT_REBIND_MS", 200));
    let server = ServerProcess::start(&[]);
    let endpoint = ClientEndpoint::open(server.address, None, true).expect("there are sockets");
    let address = Address::parse(&server.address.to_string()).expect("it is an address");
    let identity = Identity::generate().expect("there is randomness");
    let connecting = endpoint.connect(server.address, &identity, trust::any(&address));
    let mut connection = connecting.expect("the address can be used");
    let begun = Instant::now();
    let mut seat = Seat::new("Wanderer", Wish::Play, Duration::ZERO);
    play(&endpoint, &mut seat, &mut connection, begun, Duration::from_secs(2));
    let pilot = seat.me().expect("it plays");
    let (before, lost) = (seat.stats().snapshots, seat.stats().snapshots_lost);
    let mut gaps = Vec::new();
    for _ in 0..changes {
        endpoint.rebind().expect("there are sockets");
        gaps.push(play(&endpoint, &mut seat, &mut connection, begun, between));
    }
    gaps.sort_unstable();
    let came = seat.stats().snapshots - before;
    let missed = seat.stats().snapshots_lost - lost;
    println!(
        "{changes} changes: {came} snapshots, {missed} missed, gap median {:?}, longest {:?}",
        gaps[gaps.len() / 2],
        gaps.last()
    );
    assert_eq!(seat.me(), Some(pilot));
    // On loopback a round trip is nothing; what is left of three is about one snapshot, and the time
    // until the client's next input shows the server its new address.
    assert!(missed <= changes * 3, "{missed} snapshots were missed in {changes} changes");
    assert!(came > changes * 2, "hardly anything came");
    connection.close("left");
    endpoint.send();
    endpoint.wait_closed();
    let (outcome, report) = server.finish();
    assert!(outcome.status.success() && report.peak_players == 1, "{}", outcome.stderr);
    assert!(!outcome.stderr.contains("came back"), "{}", outcome.stderr);
}
