//! What a fuzzer starts from: real traffic, real files, and texts that people write.

use super::{join, script, session::recorded};
use game_sim::{
    Choice, Event, Greeting, Misdeed, Mode, PilotId, Point, Presence, Request, Team, Tumult,
    Vantage, Winner, assets_hash,
};
use netcode::{
    beacon::{Answer, Question},
    quic::tls::Fingerprint,
    wire::{
        bits::BitWriter,
        frame,
        message::{Hello, ToClient, ToServer, Wish},
    },
};

/// A way that does nothing, and ways that do each of their tricks at different moments.
#[must_use]
pub fn packets() -> Vec<Vec<u8>> {
    let forged = [&[7, 9, 0][..], b"\xc0\0\0\0\x01\x08stranger"].concat();
    let tricks: [&[u8]; 7] = [
        &[1],
        &[2, 3],
        &[3, 60, 0],
        &[4, 9, 0, 0x80],
        &[5, 2, 0, 1, 2],
        &[6, 1, 0, 1, 0, 2],
        &forged,
    ];
    let at = |turn: usize, trick: &[u8]| [&vec![0; turn], trick].concat();
    let each = (0..6).flat_map(|turn| tricks.map(|trick| at(turn, trick)));
    [Vec::new(), tricks.concat()].into_iter().chain(each).collect()
}

/// Datagrams of a real match, to clients that heard those before, and with one left out.
#[must_use]
pub fn snapshots() -> Vec<Vec<u8>> {
    let down = &recorded().down;
    let first = |heard: usize, skip: usize, take: usize| {
        let datagrams = down.iter().skip(heard + skip).take(take);
        [vec![heard as u8], join(datagrams)].concat()
    };
    vec![first(0, 0, 1), first(0, 0, 4), first(3, 0, 1), first(8, 1, 3), first(15, 0, 8)]
}

/// Datagrams of a real client: one a tick, several a tick, and all at once.
#[must_use]
pub fn inputs() -> Vec<Vec<u8>> {
    let up = &recorded().up;
    let each_tick: Vec<&[u8]> = up.iter().take(12).flat_map(|bytes| [&bytes[..], &[]]).collect();
    vec![join(up.iter().take(1)), join(each_tick), join(up.iter().skip(40).take(40))]
}

/// The real stream to a client: whole, and in pieces that end in the middle of a message.
#[must_use]
pub fn stream_down() -> Vec<Vec<u8>> {
    let stream = recorded().stream_down.concat();
    let whole = |heard: u8, pieces: Vec<u8>| [vec![heard], pieces].concat();
    let size = stream.len().div_ceil(5).max(1);
    vec![
        whole(0, join(&recorded().stream_down)),
        whole(0, join(stream.chunks(size))),
        whole(1, join(recorded().stream_down.iter().skip(1))),
        whole(255, join([&of_the_match()[..]])),
    ]
}

/// What a server says of teams, points and votes.
fn of_the_match() -> Vec<u8> {
    let choice = |arena: &str, mode| Choice { arena: arena.to_owned(), mode };
    let (yard, expanse) =
        (choice("yard", Mode::FreeForAll), choice("expanse", Mode::ControlPoints));
    let (team, pilot) = (Team::East, PilotId(1));
    let point = Point { owner: Some(team), lean_ticks: -300, here: Presence::Only(Team::West) };
    let events = [
        Event::Sided { pilot, team },
        Event::PointTurned { point: 1, owner: None },
        Event::Contest { scores: [3, 400], points: vec![Point::default(), point] },
        Event::RoundOver { winner: Some(Winner::Team(team)) },
        Event::Ballot { choices: vec![yard, expanse.clone()] },
        Event::Votes { counts: vec![0, 300] },
        Event::TeamChat { from: pilot, text: "to B".to_owned() },
        Event::RoundStarted { number: 2 },
        Event::Moving(expanse),
    ];
    let mut bytes = Vec::new();
    for event in events {
        frame::write(&ToClient::<Greeting, Event>::Event(event), &mut bytes);
    }
    bytes
}

/// The real stream of a client, with what it may ask for behind it.
#[must_use]
pub fn stream_up() -> Vec<Vec<u8>> {
    let hello = recorded().stream_up.concat();
    let chat = [5, 0, 1, 0, 2, b'h', b'i'];
    let mut votes = Vec::new();
    for request in [Request::Vote(1), Request::Vote(200), Request::TeamChat("to B".to_owned())] {
        frame::write(&ToServer::Request(request), &mut votes);
    }
    let (front, back) = hello.split_at(hello.len() / 2);
    let framed = |message: ToServer<Request>| {
        let mut bytes = Vec::new();
        frame::write(&message, &mut bytes);
        bytes
    };
    let watches = Hello { wish: Wish::Watch, ..Hello::new::<Tumult>("Ann") };
    let watches = framed(ToServer::Hello(Hello { assets: assets_hash(), ..watches }));
    let above = framed(ToServer::Request(Request::Watch(Vantage::Above { x_dm: -9, y_dm: 300 })));
    let eyes = framed(ToServer::Request(Request::Watch(Vantage::Pilot(PilotId(0)))));
    let complaint = Request::Complain { pilot: PilotId(1), misdeed: Misdeed::Spam };
    let complaint = framed(ToServer::Request(complaint));
    vec![
        join([&hello[..]]),
        join([front, &[], back, &[], &chat]),
        join([&hello[..], &[], &chat, &[], &chat]),
        join([&watches[..], &[], &above, &[], &eyes, &complaint]),
        join([&hello[..], &[], &chat, &complaint, &[], &above]),
        join([&hello[..], &[], &votes]),
    ]
}

/// Both streams, cut at odd places.
#[must_use]
pub fn frames() -> Vec<Vec<u8>> {
    let (down, up) = (recorded().stream_down.concat(), recorded().stream_up.concat());
    let down = &down[..down.len().min(1_500)];
    let told = of_the_match();
    vec![join(down.chunks(7)), join(up.chunks(3)), join([&up[..]]), join(told.chunks(5))]
}

/// A question for a server's beacon, and two answers.
#[must_use]
pub fn beacons() -> Vec<Vec<u8>> {
    let question = Question { nonce: 7 };
    let answer = Answer { port: 4_455, players: 3, places: 64, ..Answer::to(question) };
    let named = Answer { name: "Ann's".into(), place: "yard".into(), ..answer.clone() };
    vec![question.encode().to_vec(), answer.encode(), named.encode()]
}

/// Acknowledgements as they begin each datagram of a client.
#[must_use]
pub fn acks() -> Vec<Vec<u8>> {
    recorded().up.iter().step_by(17).map(|bytes| bytes[..bytes.len().min(12)].to_vec()).collect()
}

/// Bits of every width and code.
#[must_use]
pub fn bits() -> Vec<Vec<u8>> {
    let mut writer = BitWriter::default();
    for value in [0, 1, 77, 4_096, u32::MAX] {
        writer.golomb(value, 2);
        writer.signed_golomb(value as i32, 0);
        writer.bits(value, 32);
    }
    let operations = [0x13, 0x04, 0x02].repeat(5);
    vec![[vec![15], operations, writer.finish()].concat()]
}

/// Columns of each kind of row, and a batch of inputs.
#[must_use]
pub fn rows() -> Vec<Vec<u8>> {
    let columns = |kind: u8| [vec![kind], (1..120).collect()].concat();
    let batch: Vec<u8> = recorded().up.last().map_or_else(Vec::new, |bytes| bytes[4..].to_vec());
    (0..5).map(columns).chain([[vec![5], batch].concat()]).collect()
}

/// A recording of the first moments of a match, without its checksum.
#[must_use]
pub fn recordings() -> Vec<Vec<u8>> {
    let file = include_bytes!("../../data/yard-8.rec");
    vec![file[..file.len().min(1_200)].to_vec(), file[..file.len().min(300)].to_vec()]
}

/// A small map with one object of each sort.
#[must_use]
pub fn arenas() -> Vec<Vec<u8>> {
    let spawn =
        |id: u32, x: u32| format!("<object id=\"{id}\" x=\"{x}\" y=\"64\"><point/></object>");
    let spawns: String = (0..4).map(|number| spawn(10 + number, 48 + number * 40)).collect();
    vec![
        format!(
            "<?xml version=\"1.0\"?><map version=\"1.10\" orientation=\"orthogonal\" \
             renderorder=\"right-down\" width=\"20\" height=\"20\" tilewidth=\"16\" \
             tileheight=\"16\" infinite=\"0\"><objectgroup id=\"1\" name=\"walls\"><object id=\"1\" \
             x=\"96\" y=\"160\" width=\"64\" height=\"16\"><properties><property name=\"height\" \
             type=\"float\" value=\"2\"/></properties></object></objectgroup><objectgroup id=\"2\" \
             name=\"spawns\">{spawns}</objectgroup><objectgroup id=\"3\" name=\"pickups\"><object \
             id=\"30\" type=\"health\" x=\"200\" y=\"240\"><point/></object></objectgroup><objectgroup \
             id=\"4\" name=\"points\"><object id=\"31\" x=\"160\" y=\"240\"><properties><property \
             name=\"radius\" type=\"float\" value=\"3\"/></properties><point/></object></objectgroup></map>"
        )
        .into_bytes(),
    ]
}

/// Every word that a link's description has.
#[must_use]
pub fn conditions() -> Vec<Vec<u8>> {
    [
        "delay=50ms,jitter=10ms,loss=2%",
        "burst=1%:5,duplicate=0.02,reorder=20%,corrupt=0.1%",
        "blackhole=10s:2s, delay=1.5",
        "rate=256kbit,queue=100KB,mtu=1280",
    ]
    .map(|text| text.as_bytes().to_vec())
    .to_vec()
}

/// Addresses as people write them, and names that play tricks.
#[must_use]
pub fn addresses() -> Vec<Vec<u8>> {
    let fingerprint = Fingerprint([0xa5; 32]).to_string();
    let pinned = format!("example.org:4455#{fingerprint}");
    ["localhost", "[::1]:9000", "fe80::1", &pinned, &fingerprint, "Zo\u{eb}", "a\u{202e}b"]
        .map(|text| text.as_bytes().to_vec())
        .to_vec()
}

/// Scripts: fair and foul weather, and lies.
#[must_use]
pub fn scripts() -> Vec<Vec<u8>> {
    let (up, stream) = (&recorded().up[30], recorded().stream_up.concat());
    vec![script::weather(1, 9), script::weather(4, 2), script::lies(up, &stream)]
}
