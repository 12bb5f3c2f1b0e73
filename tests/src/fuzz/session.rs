//! Both cores behind a session that is really there: datagrams and stream bytes of a liar who has been
//! let in, or who pretends to be the server.

use super::Pieces;
use crate::{
    simulated::{Recorded, Simulation},
    visitor::hello,
};
use game_bots::seat::Seat;
use game_server::{bans::Bans, host::Host, options::Options};
use game_sim::{Arena, PilotInput, Tumult, sightlines::Sightlines};
use netcode::{
    KindTable, Protocol, Replicate, Snapshot,
    client::Client,
    limits,
    link::Conditions,
    quic::client::Arrival,
    server::{Action, ClientId, PeerKey},
    snapshot::SnapshotRing,
    wire::message::Wish,
};
use std::{
    sync::{Arc, OnceLock},
    time::Duration,
};

/// From one snapshot to the next.
const INTERVAL: Duration = Duration::from_millis(33);

/// Two seconds of a real match, as the first of four clients saw it.
#[must_use]
pub fn recorded() -> &'static Recorded {
    static RECORDED: OnceLock<Recorded> = OnceLock::new();
    RECORDED.get_or_init(|| {
        let mut simulation = Simulation::new(4, Conditions::default(), 11);
        simulation.recorded = Some(Recorded::default());
        simulation.run(2.0);
        simulation.recorded.take().unwrap_or_default()
    })
}

/// Datagrams to a client that has heard the first few of a real match: the first byte says how many.
pub fn snapshots(bytes: &[u8]) {
    let mut pieces = Pieces(bytes);
    let heard = usize::from(pieces.byte() % 16);
    let mut seat = Seat::new("Ann", Wish::Play, Duration::ZERO);
    for bytes in &recorded().stream_down {
        seat.handle(Duration::ZERO, Arrival::Stream(bytes.clone()));
    }
    let mut now = Duration::ZERO;
    for bytes in recorded().down.iter().take(heard) {
        now += INTERVAL;
        seat.handle(now, Arrival::Datagram(bytes.clone()));
    }
    for _ in 0..64 {
        let Some(piece) = pieces.piece() else { break };
        now += INTERVAL;
        seat.handle(now, Arrival::Datagram(piece.to_vec()));
        frame(&mut seat, now);
    }
}

/// A frame of a client, whatever it has heard: it stays within its bounds.
pub(super) fn frame(seat: &mut Seat, now: Duration) {
    seat.advance(now, |sight| PilotInput::idle(sight.own.aim));
    let mut datagrams = 0;
    while let Some(action) = seat.poll_transmit() {
        if let Action::Datagram(bytes) = action {
            assert!(bytes.len() <= limits::DATAGRAM_BYTES_LEAST, "{} bytes up", bytes.len());
            datagrams += 1;
        }
    }
    assert!(datagrams <= 64, "{datagrams} datagrams in one frame");
    while seat.poll_event().is_some() {}
    // The older ones were among the newest before.
    let snapshots = seat.snapshots().into_iter().flat_map(SnapshotRing::iter);
    snapshots.rev().take(4).for_each(assert_legal);
}

/// Every row that came through is one that its table admits, and there are not too many.
pub(super) fn assert_legal(snapshot: &Snapshot) {
    let kinds: &[&KindTable] = Tumult::KINDS;
    assert!(snapshot.len() <= limits::VISIBLE_ENTITIES, "{} rows", snapshot.len());
    for row in snapshot.rows() {
        let table = kinds.get(usize::from(row.kind.0));
        assert!(table.is_some_and(|table| table.admits(row.columns)), "{row:?} is out of range");
        assert!(!row.as_of.is_after(snapshot.tick()), "{row:?} is of the future");
    }
}

/// Datagrams to a server from a client that is in: a piece each, an empty one ends the tick.
pub fn inputs(bytes: &[u8]) {
    let (mut host, client) = welcomed();
    let mut pieces = Pieces(bytes);
    let (mut ticks, mut more) = (0, true);
    while more && ticks < 64 {
        host.begin();
        loop {
            let Some(piece) = pieces.piece() else {
                more = false;
                break;
            };
            if piece.is_empty() {
                break;
            }
            host.core.handle_datagram(client, piece);
        }
        ticks += 1;
        step(&mut host, |_, _| {});
    }
    assert!(host.core.connections() <= 1);
}

/// A tick of a server that has heard anything: it keeps to its limits.
pub(super) fn step(host: &mut Host, mut send: impl FnMut(ClientId, Action)) {
    let clients = host.core.connections();
    host.step();
    let (mut datagrams, mut stream_bytes) = (0, 0);
    while let Some(transmit) = host.core.poll_transmit() {
        match &transmit.action {
            Action::Datagram(bytes) => {
                assert!(bytes.len() <= limits::DATAGRAM_BYTES, "{} bytes down", bytes.len());
                datagrams += 1;
            }
            Action::Stream(bytes) => stream_bytes += bytes.len(),
            Action::Close(_) => {}
        }
        send(transmit.client, transmit.action);
    }
    assert!(datagrams <= clients, "{datagrams} snapshots to {clients} clients in one tick");
    assert!(stream_bytes <= limits::STREAM_BACKLOG_BYTES * clients.max(1), "{stream_bytes} bytes");
    for (_, pilot) in host.world().pilots() {
        let own = pilot.own;
        let half = host.world().arena.half_extents;
        assert!(own.body.position.abs().cmple(half).all(), "a pilot left the arena");
        assert!(own.aim < game_sim::angle::TURN);
    }
}

/// Stream bytes to a client: the first byte says how much of the real stream it heard before.
pub fn stream_down(bytes: &[u8]) {
    let mut pieces = Pieces(bytes);
    let heard = usize::from(pieces.byte()) % (recorded().stream_down.len() + 1);
    let mut seat = Seat::new("Ann", Wish::Play, Duration::ZERO);
    for bytes in recorded().stream_down.iter().take(heard) {
        seat.handle(Duration::ZERO, Arrival::Stream(bytes.clone()));
    }
    let mut now = Duration::ZERO;
    while let Some(piece) = pieces.piece() {
        now += INTERVAL;
        seat.handle(now, Arrival::Stream(piece.to_vec()));
        // A strange welcome must not make time strange.
        let down = recorded().down.first().cloned().unwrap_or_default();
        seat.handle(now, Arrival::Datagram(down));
        frame(&mut seat, now);
    }
}

/// Stream bytes to a server, from the first byte of a connection on; an empty piece ends the tick.
pub fn stream_up(bytes: &[u8]) {
    let mut host = host();
    let client = host.core.connect(PeerKey([1; 32]));
    let mut pieces = Pieces(bytes);
    let (mut ticks, mut more) = (0, true);
    while more && ticks < 64 {
        host.begin();
        loop {
            let Some(piece) = pieces.piece() else {
                more = false;
                break;
            };
            if piece.is_empty() {
                break;
            }
            host.core.handle_stream(client, piece);
        }
        ticks += 1;
        step(&mut host, |_, _| {});
        let pilots = host.world().pilots().count();
        assert!(host.playing() <= 1 && pilots <= 1, "one connection flies {pilots} pilots");
    }
}

/// A server that nobody has come to yet. What can be seen from where is worked out once for all of
/// them: it would take nine tenths of the time.
pub(super) fn host() -> Host {
    static FIRST: OnceLock<(Arc<Arena>, Arc<Sightlines>)> = OnceLock::new();
    let options = Options { max_players: 4, ..Options::default() };
    let (arena, lines) = FIRST.get_or_init(|| {
        let arena = Arena::builtin("yard").expect("every build has it").expect("it can be read");
        let host = Host::new(&options, arena.clone(), Bans::default());
        (arena, host.sightlines().clone())
    });
    Host::with_sightlines(&options, arena.clone(), Bans::default(), lines.clone())
}

/// A server with one client that is in and has got a few snapshots.
fn welcomed() -> (Host, ClientId) {
    let mut host = host();
    let client = host.core.connect(PeerKey([1; 32]));
    let mut introduced = Client::<Tumult>::new(hello("Ann"));
    host.begin();
    while let Some(Action::Stream(bytes)) = introduced.poll_transmit() {
        host.core.handle_stream(client, &bytes);
    }
    step(&mut host, |_, _| {});
    for _ in 0..8 {
        host.begin();
        step(&mut host, |_, _| {});
    }
    (host, client)
}

/// The input's own table holds for whatever was decoded.
pub(super) fn assert_legal_input(input: &PilotInput) {
    let mut columns = Vec::new();
    input.quantise(&mut columns);
    assert!(PilotInput::TABLE.admits(&columns), "{input:?} is out of range");
    assert_eq!(PilotInput::restore(&columns), *input, "an input that its own row can't say");
}
