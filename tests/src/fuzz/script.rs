//! Whole sessions by a script: bytes say who connects, what is lost, doubled, broken or invented, and
//! when time passes; server and clients must keep their promises to each other throughout.

use super::{
    Pieces,
    session::{assert_legal, frame, host, step},
};
use game_bots::seat::Seat;
use game_server::host::Host;
use game_sim::{Event, Misdeed, PilotId, PilotInput, TICK_RATE, Vantage};
use netcode::{
    quic::client::Arrival,
    server::{Action, ClientId, PeerKey},
    wire::message::Wish,
};
use std::{
    collections::{BTreeMap, VecDeque},
    time::Duration,
};

/// Clients that a script may bring.
const CLIENTS: usize = 5;
/// Ticks that a script may take.
const TICKS: u32 = 120;
/// The longest way that any push, dash or knock-back takes a pilot in one tick.
const FASTEST_M: f32 = 0.6;

/// What a byte of a script asks for; the byte's upper half says for which client.
#[repr(u8)]
enum Step {
    Tick,
    Connect,
    LoseUp,
    LoseDown,
    DoubleUp,
    DoubleDown,
    SwapDown,
    BreakUp,
    BreakDown,
    InventUp,
    InventDown,
    InventStreamUp,
    InventStreamDown,
    Chat,
    Close,
    Stall,
}

impl Step {
    const ALL: [Self; 16] = [
        Self::Tick,
        Self::Connect,
        Self::LoseUp,
        Self::LoseDown,
        Self::DoubleUp,
        Self::DoubleDown,
        Self::SwapDown,
        Self::BreakUp,
        Self::BreakDown,
        Self::InventUp,
        Self::InventDown,
        Self::InventStreamUp,
        Self::InventStreamDown,
        Self::Chat,
        Self::Close,
        Self::Stall,
    ];
}

/// One client with the bytes that are under way.
struct Guest {
    seat: Seat,
    id: ClientId,
    up: VecDeque<Vec<u8>>,
    down: VecDeque<Vec<u8>>,
    stream_up: VecDeque<Vec<u8>>,
    stream_down: VecDeque<Vec<u8>>,
    /// Whether somebody lied in its name, or to it.
    honest: bool,
    closed: bool,
}

struct Play {
    host: Host,
    guests: Vec<Guest>,
    now: Duration,
    ticks: u32,
    places: BTreeMap<PilotId, [f32; 2]>,
}

/// Plays a script.
pub fn script(bytes: &[u8]) {
    let mut pieces = Pieces(bytes);
    let mut play = Play {
        host: host(),
        guests: Vec::new(),
        now: Duration::ZERO,
        ticks: 0,
        places: BTreeMap::new(),
    };
    while !pieces.0.is_empty() && play.ticks < TICKS {
        play.step(&mut pieces);
        play.check_sessions();
    }
    // Whatever happened: honest clients that are still in hear from the server again.
    (0..8).for_each(|_| play.tick());
    play.check_agreement();
}

impl Play {
    fn step(&mut self, pieces: &mut Pieces<'_>) {
        let code = pieces.byte();
        let step = &Step::ALL[usize::from(code & 15)];
        match step {
            Step::Tick => return (0..=code >> 6).for_each(|_| self.tick()),
            Step::Connect => return self.connect(code >> 4),
            Step::Stall => {
                for _ in 0..=code >> 4 {
                    self.tick_server();
                }
                return;
            }
            _ => {}
        }
        let count = self.guests.len().max(1);
        let Some(guest) = self.guests.get_mut(usize::from(code >> 4) % count) else { return };
        match step {
            Step::LoseUp => drop(guest.up.pop_front()),
            Step::LoseDown => drop(guest.down.pop_front()),
            Step::DoubleUp => guest.up.extend(guest.up.front().cloned()),
            Step::DoubleDown => guest.down.extend(guest.down.front().cloned()),
            Step::SwapDown => {
                let first = guest.down.pop_front();
                guest.down.extend(first);
            }
            Step::BreakUp => {
                guest.honest = false;
                spoil(guest.up.front_mut(), pieces);
            }
            Step::BreakDown => {
                guest.honest = false;
                spoil(guest.down.front_mut(), pieces);
            }
            Step::InventUp => guest.lie(|guest| &mut guest.up, pieces),
            Step::InventDown => guest.lie(|guest| &mut guest.down, pieces),
            Step::InventStreamUp => guest.lie(|guest| &mut guest.stream_up, pieces),
            Step::InventStreamDown => guest.lie(|guest| &mut guest.stream_down, pieces),
            Step::Chat => {
                let length = usize::from(pieces.byte());
                match length {
                    // Lengths that no chat has stand for the other requests.
                    255 => guest.seat.watch(Vantage::Above {
                        x_dm: pieces.word() as i16,
                        y_dm: pieces.word() as i16,
                    }),
                    254 => guest.seat.watch(Vantage::Pilot(PilotId(pieces.word()))),
                    253 => guest.seat.complain(PilotId(pieces.word()), Misdeed::Sabotage),
                    _ => guest.seat.chat(&String::from_utf8_lossy(pieces.take(length))),
                }
            }
            Step::Close => {
                guest.closed = true;
                self.host.core.handle_closed(guest.id, "the script says so");
            }
            Step::Tick | Step::Connect | Step::Stall => {}
        }
    }

    fn connect(&mut self, number: u8) {
        if self.guests.len() == CLIENTS {
            return;
        }
        let wish = if number == 15 { Wish::Watch } else { Wish::Play };
        self.guests.push(Guest {
            seat: Seat::new(&format!("Guest {number}"), wish, self.now),
            id: self.host.core.connect(PeerKey([number; 32])),
            up: VecDeque::new(),
            down: VecDeque::new(),
            stream_up: VecDeque::new(),
            stream_down: VecDeque::new(),
            honest: true,
            closed: false,
        });
    }

    /// A tick of everybody.
    fn tick(&mut self) {
        self.tick_server();
        for guest in &mut self.guests {
            while let Some(bytes) = guest.stream_down.pop_front() {
                guest.seat.handle(self.now, Arrival::Stream(bytes));
            }
            while let Some(bytes) = guest.down.pop_front() {
                guest.seat.handle(self.now, Arrival::Datagram(bytes));
            }
            let tick = self.ticks;
            guest.seat.advance(self.now, |sight| PilotInput {
                move_x: if tick % 64 < 32 { 4 } else { -4 },
                fire: tick.is_multiple_of(3),
                dash: tick.is_multiple_of(90),
                ..PilotInput::idle(sight.own.aim)
            });
            while let Some(action) = guest.seat.poll_transmit() {
                match action {
                    Action::Datagram(bytes) => guest.up.push_back(bytes),
                    Action::Stream(bytes) => guest.stream_up.push_back(bytes),
                    Action::Close(_) => {
                        guest.closed = true;
                        self.host.core.handle_closed(guest.id, "the client closed");
                    }
                }
            }
            frame(&mut guest.seat, self.now);
        }
    }

    /// A tick of the server: what the clients sent so far comes before it.
    fn tick_server(&mut self) {
        self.now += Duration::from_secs(1) / TICK_RATE;
        self.ticks += 1;
        self.host.begin();
        for guest in &mut self.guests {
            for bytes in guest.stream_up.drain(..) {
                self.host.core.handle_stream(guest.id, &bytes);
            }
            for bytes in guest.up.drain(..) {
                self.host.core.handle_datagram(guest.id, &bytes);
            }
        }
        step_into(&mut self.host, &mut self.guests);
        self.check_ways();
    }

    /// Nobody moves more than once in a tick, whatever was sent.
    fn check_ways(&mut self) {
        let world = self.host.world();
        let anew = world.events.iter().any(|event| matches!(event, Event::RoundStarted { .. }));
        let mut places = BTreeMap::new();
        for (id, pilot) in world.pilots() {
            let place = pilot.own.body.position;
            let placed = world.events.iter().any(|event| match event {
                Event::Respawned { pilot } | Event::Joined { pilot, .. } => *pilot == id,
                _ => false,
            });
            if let (Some([x, y]), false, false) = (self.places.get(&id), anew, placed) {
                let way_m = (place.x - x).hypot(place.y - y);
                assert!(way_m <= FASTEST_M, "{id:?} went {way_m} m in one tick");
            }
            places.insert(id, [place.x, place.y]);
        }
        self.places = places;
    }

    fn check_sessions(&self) {
        let open = self.guests.iter().filter(|guest| !guest.closed).count();
        let core = &self.host.core;
        assert!(core.connections() <= open, "{} of {open} connections", core.connections());
        assert!(core.clients().count() <= core.connections());
        // A lost client keeps its pilot for a while, and may come back to it.
        assert!(self.host.playing() <= self.guests.len());
        assert!(self.host.world().pilots().count() <= self.guests.len());
    }

    /// Who was not lied to understood everything, and has the server's rows.
    fn check_agreement(&self) {
        let truth = game_sim::snapshot(self.host.world());
        for guest in self.guests.iter().filter(|guest| guest.honest && !guest.closed) {
            assert_eq!(guest.seat.stats().malformed, 0, "an honest datagram is malformed");
            let Some(newest) = guest.seat.snapshots().and_then(|ring| ring.newest()) else {
                continue;
            };
            assert_legal(newest);
            for row in newest.rows().filter(|row| row.as_of == truth.tick()) {
                let known = truth.find(row.id).map(|known| (known.kind, known.columns));
                assert_eq!(known, Some((row.kind, row.columns)), "a row that is not the server's");
            }
        }
    }
}

/// As [`step`], and what is sent goes to the guests.
fn step_into(host: &mut Host, guests: &mut [Guest]) {
    step(host, |client, action| {
        let Some(guest) = guests.iter_mut().find(|guest| guest.id == client) else { return };
        match action {
            Action::Datagram(bytes) => guest.down.push_back(bytes),
            Action::Stream(bytes) => guest.stream_down.push_back(bytes),
            Action::Close(_) => guest.closed = true,
        }
    });
}

impl Guest {
    /// Puts bytes of the script's own under way.
    fn lie(&mut self, way: impl Fn(&mut Self) -> &mut VecDeque<Vec<u8>>, pieces: &mut Pieces<'_>) {
        self.honest = false;
        let length = usize::from(pieces.byte());
        way(self).push_back(pieces.take(length).to_vec());
    }
}

/// Flips one bit, or cuts, as the script says.
fn spoil(bytes: Option<&mut Vec<u8>>, pieces: &mut Pieces<'_>) {
    let at = usize::from(pieces.word());
    let Some(bytes) = bytes.filter(|bytes| !bytes.is_empty()) else { return };
    if at >= 0x8000 {
        bytes.truncate(at % bytes.len());
    } else {
        let bit = at % (bytes.len() * 8);
        bytes[bit / 8] ^= 1 << (bit % 8);
    }
}

/// A script in which clients join one after the other and play in the given weather: of so many
/// datagrams one is lost.
#[must_use]
pub(super) fn weather(clients: u8, loses: u8) -> Vec<u8> {
    let mut bytes = Vec::new();
    for number in 0..clients {
        bytes.push(Step::Connect as u8 | number << 4);
        bytes.extend([Step::Tick as u8 | 0xc0; 3]);
    }
    for turn in 0..24 {
        if turn % loses == 0 {
            bytes.push(Step::LoseDown as u8 | (turn % clients) << 4);
            bytes.push(Step::LoseUp as u8 | ((turn + 1) % clients) << 4);
        }
        bytes.push(Step::Tick as u8 | 0x40);
    }
    bytes
}

/// A script that lies in every way there is.
#[must_use]
pub(super) fn lies(datagram: &[u8], stream: &[u8]) -> Vec<u8> {
    let mut bytes = weather(2, 5);
    for step in
        [Step::InventUp, Step::InventDown, Step::InventStreamUp, Step::InventStreamDown, Step::Chat]
    {
        let stream_step = matches!(step, Step::InventStreamUp | Step::InventStreamDown);
        let piece = if stream_step { stream } else { datagram };
        let piece = &piece[..piece.len().min(255)];
        bytes.push(step as u8);
        bytes.push(piece.len() as u8);
        bytes.extend_from_slice(piece);
        bytes.push(Step::Tick as u8 | 0x80);
    }
    bytes.extend([Step::BreakDown as u8, 77, 0, Step::BreakUp as u8 | 0x10, 9, 0]);
    bytes.extend([Step::DoubleDown as u8, Step::SwapDown as u8, Step::DoubleUp as u8]);
    bytes.extend([Step::Stall as u8 | 0xf0, Step::Tick as u8, Step::Close as u8, Step::Tick as u8]);
    bytes
}
