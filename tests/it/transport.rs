//! The server's core over real QUIC on loopback: what leaves when, and what waits.
//!
//! Everything runs in one thread. While the test does not wait, quinn can do nothing either: that is
//! a path that is stalled, whatever stalls it.

use game_bots::{address::Address, seat::Seat, trust};
use game_server::{bans::Bans, host::Host, options::Options};
use game_sim::{Arena, PilotInput};
use netcode::{
    link::Conditions,
    quic::{
        client::{Arrival, ClientEndpoint, QuicClient},
        server::QuicServer,
        tls::Identity,
    },
    wire::{bits::BitReader, message::Wish},
};
use std::{
    collections::BTreeSet,
    time::{Duration, Instant},
};

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
    async fn joined(link: Option<(Conditions, u64)>) -> Self {
        let arena = Arena::builtin("yard").expect("every build has it").expect("it can be read");
        let host = Host::new(&Options::default(), arena, Bans::default());
        let identity = Identity::generate().expect("there is randomness");
        let any = "127.0.0.1:0".parse().expect("it is an address");
        let server = QuicServer::listen(any, &identity).expect("there are ports");
        let address = server.local_address().expect("it is bound");
        let endpoint = ClientEndpoint::open(address, link, false).expect("there are sockets");
        let trusted = Address::parse(&address.to_string()).expect("it is an address");
        let key = Identity::generate().expect("there is randomness");
        let connecting = endpoint.connect(address, &key, trust::any(&trusted));
        let connection = connecting.await.expect("the server answers");
        let seat = Seat::new("Ann", Wish::Play, Duration::ZERO);
        let begun = Instant::now();
        let mut pair = Self { host, server, connection, seat, begun, _endpoint: endpoint };
        while pair.seat.me().is_none() {
            pair.tick();
            pair.server.flush(&mut pair.host.core);
            wait_ms(2).await;
            pair.turn_client();
        }
        pair
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

async fn wait_ms(ms: u64) {
    tokio::time::sleep(Duration::from_millis(ms)).await;
}

fn run(test: impl Future<Output = ()>) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.expect("a runtime can be made").block_on(test);
}

/// The sequence number, which a datagram begins with.
fn sequence(datagram: &[u8]) -> u16 {
    BitReader::new(datagram).bits(16).expect("it has one") as u16
}

// Invariant 1: what a client says causes no immediate send.

#[test]
fn nothing_leaves_the_server_but_by_its_flush() {
    run(async {
        let mut pair = Pair::joined(None).await;
        wait_ms(50).await;
        pair.turn_client();
        pair.seat.chat("hallo");
        for _ in 0..10 {
            pair.turn_client();
            wait_ms(5).await;
            pair.tick();
        }
        wait_ms(50).await;
        assert!(pair.turn_client().is_empty(), "a datagram left before the flush");
        let said = |pair: &mut Pair| std::iter::from_fn(|| pair.seat.poll_event()).count();
        said(&mut pair);
        pair.turn_client();
        assert_eq!(said(&mut pair), 0, "an event left before the flush");
        pair.server.flush(&mut pair.host.core);
        wait_ms(50).await;
        assert!(!pair.turn_client().is_empty() && said(&mut pair) > 0);
    });
}

// Invariant 4: lost datagrams are never resent, and never more than one snapshot waits in a queue.

#[test]
fn of_many_snapshots_that_can_not_go_one_waits_and_the_newest_follows() {
    run(async {
        let mut pair = Pair::joined(None).await;
        wait_ms(50).await;
        pair.turn_client();
        for _ in 0..40 {
            pair.tick();
            pair.server.flush(&mut pair.host.core);
        }
        wait_ms(100).await;
        let came = pair.turn_client();
        assert_eq!(came.len(), 1, "of twenty snapshots that could not go, one waits in the queue");
        pair.server.flush(&mut pair.host.core);
        wait_ms(50).await;
        let followed = pair.turn_client();
        assert_eq!(followed.len(), 1, "the newest waits for the queue to be empty");
        let newest = pair.seat.snapshots().and_then(|ring| ring.newest()).expect("some came");
        let age_ticks = pair.host.world().tick.since(newest.tick());
        assert!(age_ticks <= 1, "the last that came is {age_ticks} ticks old, not the newest");
        assert!(sequence(&followed[0]).wrapping_sub(sequence(&came[0])) >= 18);
    });
}

#[test]
fn a_lost_snapshot_never_comes_again() {
    run(async {
        let lossy = "loss=30%".parse().expect("it can be read");
        let mut pair = Pair::joined(Some((lossy, 5))).await;
        let (mut came, mut sent) = (Vec::new(), 0);
        // What is measured of a path that loses so much would leave snapshots out.
        for client in pair.host.core.clients().collect::<Vec<_>>() {
            pair.host.core.grant_rate(client, 1_000_000);
        }
        for tick in 0..400 {
            pair.tick();
            pair.server.flush(&mut pair.host.core);
            sent += usize::from(pair.host.world().tick.0.is_multiple_of(2));
            wait_ms(1).await;
            // The client's own packets are lost too; it is the server's that are counted.
            came.extend(pair.turn_client().iter().map(|bytes| sequence(bytes)));
            assert!(tick > 0 || came.len() < 10);
        }
        // Long enough for every probe timeout.
        for _ in 0..50 {
            wait_ms(10).await;
            came.extend(pair.turn_client().iter().map(|bytes| sequence(bytes)));
        }
        let distinct: BTreeSet<_> = came.iter().collect();
        assert_eq!(distinct.len(), came.len(), "a snapshot came twice");
        let part = came.len() as f64 / sent as f64;
        assert!((0.55..0.85).contains(&part), "{part} of the snapshots came, 0.7 were not lost");
    });
}
