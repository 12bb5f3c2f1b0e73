//! Recorded messages, cut short at every byte and with every bit flipped, for every decoder: an error
//! or a legal message, never a panic. And floods, which end in a closed session.

use game_bots::seat::Seat;
use game_server::{bans::Bans, host::Host, options::Options};
use game_sim::{Arena, Event, Greeting, PilotInput, Rules, Scenery, Tumult};
use netcode::{
    KindTable, Protocol, Snapshot,
    client::{Client, ClientEvent},
    limits,
    link::Conditions,
    quic::client::Arrival,
    server::{Action, ClientId, PeerKey},
    wire::{
        bits::BitReader,
        frame,
        message::{ToClient, ViewPart, Wish},
    },
};
use std::time::Duration;
use tumult_tests::{
    simulated::{Recorded, Simulation},
    visitor::hello,
};

/// A few seconds of a real match, as one client and the server sent it.
fn recorded() -> Recorded {
    let mut simulation = Simulation::new(6, Conditions::default(), 11);
    simulation.recorded = Some(Recorded::default());
    simulation.run(4.0);
    simulation.recorded.take().expect("it was asked for")
}

/// Every truncation and every single flipped bit of a message.
fn mutations(message: &[u8]) -> impl Iterator<Item = Vec<u8>> + '_ {
    let cut = (0..message.len()).map(|length| message[..length].to_vec());
    let flipped = (0..message.len() * 8).map(|bit| {
        let mut bytes = message.to_vec();
        bytes[bit / 8] ^= 1 << (bit % 8);
        bytes
    });
    cut.chain(flipped)
}

fn assert_legal(snapshot: &Snapshot) {
    let kinds: &[&KindTable] = Tumult::KINDS;
    for row in snapshot.rows() {
        assert!(kinds[usize::from(row.kind.0)].admits(row.columns), "{row:?} is out of range");
    }
}

/// A client that has heard the stream and the first `datagrams`.
fn client(recorded: &Recorded, datagrams: usize) -> Client<Tumult> {
    let mut client = Client::new(hello("Ann"));
    for bytes in &recorded.stream_down {
        client.handle_stream(Duration::ZERO, bytes);
    }
    let arena = Arena::builtin("yard").expect("every build has it").expect("it can be read");
    client.enter(Scenery { arena, rules: Rules::default() });
    for (number, bytes) in recorded.down[..datagrams].iter().enumerate() {
        client.handle_datagram(Duration::from_millis(33 * number as u64), bytes);
    }
    client
}

fn view_part(tick: u32, total: u32, bytes: Vec<u8>) -> Vec<u8> {
    let mut message = Vec::new();
    let part = ViewPart { tick, total, bytes };
    frame::write(&ToClient::<Greeting, Event>::View(part), &mut message);
    message
}

/// Why a client has closed its session.
fn end(client: &mut Client<Tumult>) -> Option<String> {
    std::iter::from_fn(|| client.poll_event()).find_map(|event| match event {
        ClientEvent::Closed(reason) => Some(reason),
        _ => None,
    })
}

#[test]
fn a_client_keeps_no_more_of_a_view_than_a_view_can_have() {
    let flood = |welcome: &[u8]| {
        let mut client = Client::<Tumult>::new(hello("Ann"));
        client.handle_stream(Duration::ZERO, welcome);
        let part = view_part(7, limits::VIEW_BYTES as u32, vec![1; limits::VIEW_PART_BYTES]);
        let most = limits::VIEW_BYTES / limits::VIEW_PART_BYTES;
        let taken = (0..2 * most).find(|_| {
            client.handle_stream(Duration::ZERO, &part);
            end(&mut client).is_some()
        });
        (taken, most)
    };
    assert_eq!(flood(&[]).0, Some(0), "nothing is a view before the welcome");
    // The game does not enter, so that all waits.
    let (taken, most) = flood(&recorded().stream_down[0]);
    assert_eq!(taken, Some(most));
}

#[test]
fn a_view_of_another_age_ends_the_session_and_nothing_overflows() {
    let recorded = recorded();
    for far in [0x7fff_ffff, 0x8000_0000, limits::AGE_TICKS + 1] {
        let mut client = client(&recorded, 0);
        let _ = end(&mut client);
        let tick = client.welcome().expect("it is in").tick.wrapping_add(far);
        client.handle_stream(Duration::ZERO, &view_part(tick, 1, vec![1]));
        assert!(end(&mut client).is_some(), "{far} ticks away");
    }
}

#[test]
fn a_broken_snapshot_is_refused_or_legal() {
    let recorded = recorded();
    assert!(recorded.down.len() > 60);
    let (mut refused, mut cut) = (0, 0);
    for number in [0, 1, 2, 20, 60] {
        cut += recorded.down[number].len() as u64;
        for bytes in mutations(&recorded.down[number]) {
            // A client takes each sequence number once, so each mutation meets a client of its own.
            let mut target = client(&recorded, number);
            target.handle_datagram(Duration::from_secs(3), &bytes);
            refused += target.stats().malformed;
            target.snapshots().expect("welcomed").iter().for_each(assert_legal);
        }
    }
    assert!(refused >= cut, "{refused} refused, but {cut} were cut short");
}

#[test]
fn a_broken_input_is_refused_or_legal_and_ends_in_a_closed_session() {
    let recorded = recorded();
    let mut closed = 0;
    for message in recorded.up.iter().step_by(40) {
        let (mut host, mut id) = welcomed();
        for bytes in mutations(message) {
            host.begin();
            host.core.handle_datagram(id, &bytes);
            host.step();
            if host.core.clients().next().is_none() {
                closed += 1;
                (host, id) = welcomed();
            }
        }
    }
    assert!(closed > 0, "no liar was ever sent away");
}

#[test]
fn broken_streams_are_refused_or_legal() {
    let recorded = recorded();
    let from_server: Vec<u8> = recorded.stream_down.concat();
    for bytes in mutations(&from_server[..from_server.len().min(600)]) {
        let mut target = Client::<Tumult>::new(hello("Ann"));
        target.handle_stream(Duration::ZERO, &bytes);
        while let Some(event) = target.poll_event() {
            // A seat must survive whatever greeting came through, too.
            if let ClientEvent::Welcomed(_) = event {
                let mut seat = Seat::new("Ann", Wish::Play, Duration::ZERO);
                seat.handle(Duration::ZERO, Arrival::Stream(bytes.clone()));
                seat.advance(Duration::from_secs(1), |sight| PilotInput::idle(sight.own.aim));
            }
        }
    }
    for message in &recorded.stream_up {
        for bytes in mutations(message) {
            let mut host = host();
            let id = host.core.connect(PeerKey([1; 32]));
            host.begin();
            host.core.handle_stream(id, &bytes);
            host.step();
            while host.core.poll_transmit().is_some() {}
        }
    }
}

#[test]
fn whoever_breaks_the_protocol_behind_its_hello_takes_no_place() {
    let recorded = recorded();
    let mut host = host();
    for number in 0..200 {
        let id = host.core.connect(PeerKey([number; 32]));
        host.begin();
        // A second hello in the same breath: the session ends before the game has answered.
        host.core.handle_stream(id, &[&recorded.stream_up[0][..], &recorded.stream_up[0]].concat());
        host.step();
    }
    assert_eq!((host.playing(), host.world().pilots().count(), host.core.connections()), (0, 0, 0));
}

#[test]
fn acknowledgements_of_what_was_never_sent_do_no_harm() {
    let recorded = recorded();
    let (mut host, id) = welcomed();
    let mut snapshots = 0;
    for step in 0..2_000_u16 {
        host.begin();
        // The first bits are the acknowledgement: a flag and sixteen bits of sequence number, of which the last,
        // in the third byte, stays as it is. Snapshots are numbered from 65,515 on, round to some thousand.
        let mut bytes = recorded.up[usize::from(step) % recorded.up.len()].clone();
        let claimed = 3_000 + step.wrapping_mul(33) % 20_000;
        bytes[0] = (claimed << 1) as u8 | 1;
        bytes[1] = (claimed >> 7) as u8;
        host.core.handle_datagram(id, &bytes);
        host.step();
        while let Some(transmit) = host.core.poll_transmit() {
            match transmit.action {
                Action::Datagram(bytes) => {
                    snapshots += 1;
                    // Behind some flags the baseline: the view that came with the welcome, or none.
                    let mut header = BitReader::new(&bytes);
                    let mut flag = || header.bit().expect("there are flags");
                    let is_plain = flag();
                    let _is_partial = !is_plain && flag() && flag();
                    let _reports = !is_plain && flag();
                    let baseline = header.golomb(2).expect("there is one");
                    assert!(
                        [0, 63].contains(&baseline),
                        "{baseline} snapshots back: none of them came"
                    );
                }
                Action::Close(reason) => panic!("{reason}: to be wrong is no crime"),
                Action::Stream(_) => {}
            }
        }
    }
    assert!(snapshots > 400, "it goes on being told, if less often than who hears: {snapshots}");
}

#[test]
fn whoever_says_nothing_is_closed_after_five_seconds() {
    let mut host = host();
    host.core.connect(PeerKey([1; 32]));
    let mut closed_at = None;
    for tick in 0..60 * 7 {
        host.begin();
        host.step();
        while let Some(transmit) = host.core.poll_transmit() {
            if let Action::Close(_) = transmit.action {
                closed_at.get_or_insert(tick);
            }
        }
    }
    assert!((300..=305).contains(&closed_at.expect("it was closed")), "{closed_at:?}");
    assert_eq!(host.core.connections(), 0);
}

#[test]
fn a_flood_of_datagrams_ends_the_session() {
    let recorded = recorded();
    let (mut host, id) = welcomed();
    for _ in 0..60 {
        host.begin();
        for bytes in recorded.up.iter().cycle().take(200) {
            host.core.handle_datagram(id, bytes);
        }
        host.step();
    }
    assert_eq!(host.core.clients().count(), 0);
}

fn host() -> Host {
    let arena = Arena::builtin("yard").expect("every build has it").expect("it can be read");
    Host::new(&Options::default(), arena, Bans::default())
}

/// A server with one client that is in.
fn welcomed() -> (Host, ClientId) {
    let mut host = host();
    let id = host.core.connect(PeerKey([1; 32]));
    let mut introduced = Client::<Tumult>::new(hello("Ann"));
    let Some(Action::Stream(bytes)) = introduced.poll_transmit() else {
        panic!("a client introduces itself first");
    };
    host.begin();
    host.core.handle_stream(id, &bytes);
    host.step();
    assert_eq!(host.core.clients().count(), 1);
    (host, id)
}
