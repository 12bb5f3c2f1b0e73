//! The server's core over real QUIC on loopback: what leaves when, and what waits.
//!
//! Everything runs in one thread, and nothing happens but when a test says so.

use game_bots::{
    address::Address,
    seat::{Seat, SeatEvent},
    trust,
};
use game_server::{bans::Bans, host::Host, options::Options};
use game_sim::{Arena, Event, PilotInput};
use netcode::{
    link::Conditions,
    quic::{
        client::{Arrival, ClientEndpoint, QuicClient},
        server::QuicServer,
        thread::{ConnectOptions, ThreadedClient},
        tls::Identity,
    },
    wire::{bits::BitReader, message::Wish},
};
use std::{
    collections::BTreeSet,
    net::SocketAddr,
    time::{Duration, Instant},
};
use tumult_tests::processes::ServerProcess;

/// A server and a client that is in.
struct Pair {
    host: Host,
    server: QuicServer,
    connection: QuicClient,
    seat: Seat,
    begun: Instant,
    /// The connection ends with its endpoint.
    _endpoint: ClientEndpoint,
}

impl Pair {
    fn joined(link: Option<(Conditions, u64)>) -> Self {
        let arena = Arena::builtin("yard").expect("every build has it").expect("it can be read");
        let host = Host::new(&Options::default(), arena, Bans::default());
        let identity = Identity::generate().expect("there is randomness");
        let any = "127.0.0.1:0".parse().expect("it is an address");
        let server = QuicServer::listen(any, &identity).expect("there are ports");
        let address = server.local_address().expect("it is bound");
        let (connection, endpoint) = caller(address, link);
        let seat = Seat::new("Ann", Wish::Play, Duration::ZERO);
        let begun = Instant::now();
        let mut pair = Self { host, server, connection, seat, begun, _endpoint: endpoint };
        pair.join();
        pair
    }

    fn join(&mut self) {
        while self.seat.me().is_none() {
            self.tick();
            self.server.flush(&mut self.host.core);
            wait_ms(2);
            self.turn_client();
        }
    }

    /// Another client comes, and the one before is never heard of again.
    fn replace(&mut self, name: &str) {
        let address = self.server.local_address().expect("it is bound");
        let (connection, endpoint) = caller(address, None);
        // Nobody says goodbye for it.
        std::mem::forget(std::mem::replace(&mut self.connection, connection));
        std::mem::forget(std::mem::replace(&mut self._endpoint, endpoint));
        self.seat = Seat::new(name, Wish::Play, self.begun.elapsed());
        self.join();
    }

    /// A tick of the server that sends nothing yet.
    fn tick(&mut self) {
        self.host.begin();
        self.server.drain(&mut self.host.core);
        self.host.step();
    }

    /// A turn of the client: says what it has to say and returns the datagrams that came.
    fn turn_client(&mut self) -> Vec<Vec<u8>> {
        let (now, mut datagrams) = (self.begun.elapsed(), Vec::new());
        self.connection.drain(|arrival| {
            if let Arrival::Datagram(bytes) = &arrival {
                datagrams.push(bytes.clone());
            }
            self.seat.handle(now, arrival);
        });
        self.seat.advance(now, |sight| PilotInput::idle(sight.own.aim));
        while let Some(action) = self.seat.poll_transmit() {
            self.connection.transmit(action);
        }
        datagrams
    }
}

fn caller(server: SocketAddr, link: Option<(Conditions, u64)>) -> (QuicClient, ClientEndpoint) {
    let endpoint = ClientEndpoint::open(server, link, false).expect("there are sockets");
    let trusted = Address::parse(&server.to_string()).expect("it is an address");
    let key = Identity::generate().expect("there is randomness");
    let connecting = endpoint.connect(server, &key, trust::any(&trusted));
    (connecting.expect("the address can be used"), endpoint)
}

fn wait_ms(ms: u64) {
    std::thread::sleep(Duration::from_millis(ms));
}

/// What tells one snapshot from another: its header, or most of it, with all of its tick.
fn beginning(datagram: &[u8]) -> u32 {
    let mut reader = BitReader::new(datagram);
    reader.bits(reader.left().min(24) as u32).expect("it has so many")
}

// Invariant 1: what a client says causes no immediate send.

#[test]
fn nothing_leaves_the_server_but_by_its_flush() {
    let mut pair = Pair::joined(None);
    wait_ms(50);
    pair.turn_client();
    pair.seat.chat("hallo");
    for _ in 0..10 {
        pair.turn_client();
        wait_ms(5);
        pair.tick();
    }
    wait_ms(50);
    assert!(pair.turn_client().is_empty(), "a datagram left before the flush");
    let said = |pair: &mut Pair| std::iter::from_fn(|| pair.seat.poll_event()).count();
    said(&mut pair);
    pair.turn_client();
    assert_eq!(said(&mut pair), 0, "an event left before the flush");
    pair.server.flush(&mut pair.host.core);
    wait_ms(50);
    assert!(!pair.turn_client().is_empty() && said(&mut pair) > 0);
}

// Invariant 6: a goodbye takes a while to arrive, and nobody takes its connection for a newcomer's meanwhile.

#[test]
fn who_is_shown_out_does_not_come_in_again() {
    let mut pair = Pair::joined(None);
    for _ in 0..3 {
        wait_ms(3);
        pair.tick();
        pair.server.flush(&mut pair.host.core);
    }
    let client = pair.host.core.clients().next().expect("one is in");
    pair.host.core.close(client, "out");
    for _ in 0..10 {
        pair.server.flush(&mut pair.host.core);
        wait_ms(3);
        pair.tick();
        assert_eq!(pair.host.core.connections(), 0, "the client that was shown out is in again");
    }
}

/// Three who fall silent one after the other, from an address that may have two: two places are kept.
#[test]
fn who_falls_silent_over_and_over_keeps_no_more_places_than_an_address_has() {
    let mut pair = Pair::joined(None);
    pair.server.set_per_address(2);
    pair.replace("Ben");
    let pilots = |pair: &Pair| pair.host.world().pilots().count();
    assert_eq!(pilots(&pair), 2);
    let silence = |pair: &mut Pair, connections: usize| {
        while pair.host.core.connections() > connections {
            pair.tick();
            pair.server.flush(&mut pair.host.core);
            wait_ms(20);
        }
    };
    silence(&mut pair, 0);
    assert_eq!(pilots(&pair), 2, "both may come back");
    pair.replace("Cat");
    assert_eq!(pilots(&pair), 3);
    silence(&mut pair, 0);
    assert_eq!(pilots(&pair), 2, "the place of the longest gone is free");
}

// Invariant 4: lost datagrams are never resent. That never more than one snapshot waits for a socket that
// takes none is tested where they wait: netcode/src/quic/driver/outbox.rs.

#[test]
fn a_lost_snapshot_never_comes_again() {
    let lossy = "loss=30%".parse().expect("it can be read");
    let mut pair = Pair::joined(Some((lossy, 5)));
    let (mut came, mut sent) = (Vec::new(), 0);
    // What is measured of a path that loses so much would leave snapshots out.
    for client in pair.host.core.clients().collect::<Vec<_>>() {
        pair.host.core.grant_rate(client, 1_000_000);
    }
    for tick in 0..400 {
        pair.tick();
        pair.server.flush(&mut pair.host.core);
        sent += usize::from(pair.host.world().tick.0.is_multiple_of(2));
        wait_ms(1);
        // The client's own packets are lost too; it is the server's that are counted.
        came.extend(pair.turn_client().iter().map(|bytes| beginning(bytes)));
        assert!(tick > 0 || came.len() < 10);
    }
    // Long enough for every probe timeout.
    for _ in 0..50 {
        wait_ms(10);
        came.extend(pair.turn_client().iter().map(|bytes| beginning(bytes)));
    }
    let distinct: BTreeSet<_> = came.iter().collect();
    assert_eq!(distinct.len(), came.len(), "a snapshot came twice");
    let part = came.len() as f64 / sent as f64;
    assert!((0.55..0.85).contains(&part), "{part} of the snapshots came, 0.7 were not lost");
}

// Words are few and come often: in a large arena somebody falls in every tick, and all are told.

#[test]
fn a_few_words_go_with_the_next_snapshot_and_not_alone() {
    let mut pair = Pair::joined(None);
    for _ in 0..20 {
        pair.tick();
        pair.server.flush(&mut pair.host.core);
        pair.turn_client();
    }
    let packets = |pair: &Pair| pair.server.totals().packets_sent;
    let said = |pair: &mut Pair| {
        pair.turn_client();
        let events = std::iter::from_fn(|| pair.seat.poll_event());
        events.filter(|event| matches!(event, SeatEvent::Game(Event::Chat { .. }))).count()
    };
    said(&mut pair); // what was said on the way in
    let (before, mut snapshots, mut heard) = (packets(&pair), 0, 0);
    for _ in 0..60 {
        pair.tick();
        let from = pair.seat.me().expect("it is in");
        pair.host.core.broadcast(&Event::Chat { from, text: "hallo".to_owned() });
        pair.server.flush(&mut pair.host.core);
        snapshots += u64::from(pair.host.world().tick.0.is_multiple_of(2));
        wait_ms(1);
        heard += said(&mut pair);
    }
    let packets = packets(&pair) - before;
    // QUIC says something of its own now and then, and looks for longer packets at first.
    assert!(packets <= snapshots + snapshots / 2, "{packets} packets for {snapshots} snapshots");
    // Where no snapshot follows, the last ones wait for no other.
    let rest = Instant::now();
    while heard < 60 && rest.elapsed() < Duration::from_secs(2) {
        wait_ms(10);
        pair.server.flush(&mut pair.host.core);
        heard += said(&mut pair);
    }
    assert_eq!(heard, 60, "of 60 words");
}

// A client with a window: its connection is on a thread of its own.

#[test]
fn a_connection_on_its_own_thread_plays_and_says_goodbye() {
    let server = ServerProcess::start(&[]);
    let (place, identity) = (server.address, Identity::generate().expect("there is randomness"));
    let trusted = Address::parse(&place.to_string()).expect("it is an address");
    let trust = trust::any(&trusted);
    let options =
        ConnectOptions { server: Box::new(move || Ok(place)), identity, trust, link: None };
    let network = ThreadedClient::open(options).expect("there are threads");
    let (mut seat, begun) = (Seat::new("Ann", Wish::Play, Duration::ZERO), Instant::now());
    while begun.elapsed() < Duration::from_secs(3) {
        while let Some((_, arrival)) = network.try_recv() {
            seat.handle(begun.elapsed(), arrival);
        }
        seat.advance(begun.elapsed(), |sight| PilotInput::idle(sight.own.aim));
        while let Some(action) = seat.poll_transmit() {
            network.transmit(action);
        }
        wait_ms(8);
    }
    let (snapshots, left) = (seat.stats().snapshots, Instant::now());
    assert!(seat.me().is_some() && snapshots > 60, "{snapshots} snapshots in three seconds");
    drop(network);
    assert!(left.elapsed() < Duration::from_secs(2), "leaving took {:?}", left.elapsed());
    let (outcome, report) = server.finish();
    assert!(outcome.status.success() && report.peak_players == 1, "{}", outcome.stderr);
    assert!(outcome.stderr.contains("left"), "the server did not hear it: {}", outcome.stderr);
}

/// A program that loads something for seconds: meanwhile more is said than waits for it, and then it is sent away.
#[test]
fn a_program_that_stalls_hears_every_word_before_the_goodbye() {
    const WORDS: usize = 900;
    let arena = Arena::builtin("yard").expect("every build has it").expect("it can be read");
    let mut host = Host::new(&Options::default(), arena, Bans::default());
    let identity = Identity::generate().expect("there is randomness");
    let any = "127.0.0.1:0".parse().expect("it is an address");
    let mut server = QuicServer::listen(any, &identity).expect("there are ports");
    let place = server.local_address().expect("it is bound");
    let trust = trust::any(&Address::parse(&place.to_string()).expect("it is an address"));
    let options =
        ConnectOptions { server: Box::new(move || Ok(place)), identity, trust, link: None };
    let network = ThreadedClient::open(options).expect("there are threads");
    let (mut seat, begun) = (Seat::new("Ann", Wish::Play, Duration::ZERO), Instant::now());
    let turn = |host: &mut Host, server: &mut QuicServer| {
        host.begin();
        server.drain(&mut host.core);
        host.step();
        server.flush(&mut host.core);
        wait_ms(2);
    };
    while seat.me().is_none() {
        turn(&mut host, &mut server);
        while let Some((_, arrival)) = network.try_recv() {
            seat.handle(begun.elapsed(), arrival);
        }
        while let Some(action) = seat.poll_transmit() {
            network.transmit(action);
        }
    }
    let from = seat.me().expect("it is in");
    for number in 0..WORDS {
        host.core.broadcast(&Event::Chat { from, text: number.to_string() });
        turn(&mut host, &mut server);
    }
    host.close("it is over");
    (0..100).for_each(|_| turn(&mut host, &mut server));
    let (mut words, mut last) = (Vec::new(), None);
    while last.is_none() && begun.elapsed() < Duration::from_secs(60) {
        while let Some((_, arrival)) = network.try_recv() {
            seat.handle(begun.elapsed(), arrival);
        }
        while let Some(event) = seat.poll_event() {
            match event {
                SeatEvent::Game(Event::Chat { text, .. }) => words.push(text),
                SeatEvent::Closed(reason) | SeatEvent::Lost(reason) => last = Some(reason),
                _ => {}
            }
        }
        wait_ms(2);
    }
    let said: Vec<String> = (0..WORDS).map(|number| number.to_string()).collect();
    assert!(words == said, "{} of {WORDS} words", words.len());
    assert_eq!(last.as_deref(), Some("it is over"));
}
