//! Clients whose connections can break and be made again, in virtual time.
//!
//! [`crate::simulated`] gives each client one connection that never ends. Here a connection is what QUIC
//! makes of a link: datagrams, a reliable stream that shares the link's rate with them, an end after ten
//! silent seconds, and a handshake of one round trip for the next one. `comeback/stream` is the stream.

mod stream;

use game_bots::seat::{Seat, SeatEvent};
use game_server::{host::Host, options::Options};
use game_sim::{Arena, Mind, PilotInput, think};
use netcode::{
    client::Retry,
    link::{Conditions, Link},
    quic::{PathStats, client::Arrival, config::IDLE_TIMEOUT},
    server::{Action, ClientId, PeerKey},
    wire::message::Wish,
};
use std::time::Duration;
use stream::Stream;

/// Steps of virtual time: a quarter of a tick.
const STEP: Duration = Duration::from_nanos(1_000_000_000 / 240);

/// What the first byte of a packet says; the number of the connection follows.
const DATAGRAM: u8 = 0;
const SEGMENT: u8 = 1;
const ACKNOWLEDGED: u8 = 2;
const ATTEMPT: u8 = 3;
const ANSWER: u8 = 4;
const CLOSE: u8 = 5;

/// One client.
pub struct Visitor {
    /// Its side of the game.
    pub seat: Seat,
    /// What happened, and when.
    pub events: Vec<(Duration, SeatEvent)>,
    /// Whether the mind plays.
    pub plays: bool,
    /// Sizes of datagrams that came, and when.
    pub datagrams: Vec<(Duration, usize)>,
    /// Bytes of the stream that came.
    pub stream_bytes: usize,
    name: String,
    key: PeerKey,
    mind: Mind,
    up: Link,
    down: Link,
    /// Which connection this is, from 0; none while there is none.
    connection: Option<u8>,
    attempts: u8,
    heard: Duration,
    stream: Stream,
    retry: Retry,
    due: Option<Duration>,
}

/// The server's end of a connection.
struct Connection {
    visitor: usize,
    number: u8,
    id: ClientId,
    heard: Duration,
    stream: Stream,
}

/// The server and its clients.
pub struct Comeback {
    /// The server without its socket.
    pub host: Host,
    /// The clients.
    pub visitors: Vec<Visitor>,
    /// The most bytes that ever waited for the transport to take them from one stream.
    pub most_backlog: usize,
    connections: Vec<Connection>,
    now: Duration,
    steps: u64,
}

impl Comeback {
    /// A server without clients.
    ///
    /// # Panics
    /// When the arena is none of the built-in ones.
    #[must_use]
    pub fn new(options: &Options) -> Self {
        let arena = Arena::builtin(&options.arena).expect("every build has it");
        let arena = arena.expect("it can be read");
        let host = Host::new(options, arena, Default::default());
        Self {
            host,
            visitors: Vec::new(),
            most_backlog: 0,
            connections: Vec::new(),
            now: Duration::ZERO,
            steps: 0,
        }
    }

    /// Somebody comes, and begins to connect at once.
    pub fn arrive(&mut self, key: u8, conditions: Conditions) -> usize {
        self.arrive_to(Wish::Play, key, conditions)
    }

    /// The same to play or to watch.
    pub fn arrive_to(&mut self, wish: Wish, key: u8, conditions: Conditions) -> usize {
        self.bring(&format!("Visitor {key}"), wish, key, conditions)
    }

    /// The same to play, under a name.
    pub fn arrive_as(&mut self, name: &str, key: u8, conditions: Conditions) -> usize {
        self.bring(name, Wish::Play, key, conditions)
    }

    fn bring(&mut self, name: &str, wish: Wish, key: u8, conditions: Conditions) -> usize {
        let seed = u64::from(key);
        self.visitors.push(Visitor {
            seat: Seat::new(name, wish, self.now),
            name: name.to_owned(),
            events: Vec::new(),
            plays: true,
            datagrams: Vec::new(),
            stream_bytes: 0,
            key: PeerKey([key; 32]),
            mind: Mind::new(seed),
            up: Link::new(conditions, seed ^ 0xaaaa),
            down: Link::new(conditions, seed ^ 0x5555),
            connection: None,
            attempts: 0,
            heard: self.now,
            stream: Stream::default(),
            retry: Retry::new(seed),
            due: Some(self.now),
        });
        self.visitors.len() - 1
    }

    /// Changes the weather for one client, both ways.
    pub fn set_conditions(&mut self, visitor: usize, conditions: Conditions) {
        self.visitors[visitor].up.set_conditions(conditions);
        self.visitors[visitor].down.set_conditions(conditions);
    }

    /// The time since the beginning.
    #[must_use]
    pub fn now(&self) -> Duration {
        self.now
    }

    /// Plays on for so many virtual seconds.
    pub fn run(&mut self, seconds: f64) {
        let until = self.now + Duration::from_secs_f64(seconds);
        while self.now < until {
            self.now += STEP;
            self.steps += 1;
            if self.steps.is_multiple_of(4) {
                self.tick_server();
            }
            for number in 0..self.visitors.len() {
                if (self.steps + number as u64).is_multiple_of(4) {
                    self.turn_client(number);
                }
            }
        }
    }

    fn tick_server(&mut self) {
        self.host.begin();
        for number in 0..self.visitors.len() {
            while let Some(packet) = self.visitors[number].up.poll(self.now) {
                self.hear(number, &packet);
            }
        }
        let now = self.now;
        let core = &mut self.host.core;
        self.connections.retain(|connection| {
            let alive = now - connection.heard < IDLE_TIMEOUT;
            if !alive {
                core.handle_lost(connection.id, "no answer any more");
            }
            alive
        });
        for connection in &self.connections {
            core.set_stream_backlog(connection.id, connection.stream.backlog());
            self.most_backlog = self.most_backlog.max(connection.stream.backlog());
        }
        self.host.step();
        while let Some(transmit) = self.host.core.poll_transmit() {
            let known = |connection: &Connection| connection.id == transmit.client;
            let Some(place) = self.connections.iter().position(known) else { continue };
            let connection = &mut self.connections[place];
            let down = &mut self.visitors[connection.visitor].down;
            match transmit.action {
                Action::Datagram(bytes) => {
                    down.send(now, &packet(DATAGRAM, connection.number, &bytes));
                }
                Action::Stream(bytes) => connection.stream.write(&bytes),
                Action::Close(reason) => {
                    down.send(now, &packet(CLOSE, connection.number, reason.as_bytes()));
                    self.connections.remove(place);
                }
            }
        }
        for connection in &mut self.connections {
            let down = &mut self.visitors[connection.visitor].down;
            for segment in connection.stream.segments(now) {
                down.send(now, &packet(SEGMENT, connection.number, &segment));
            }
        }
    }

    /// The server takes a packet.
    fn hear(&mut self, visitor: usize, packet_bytes: &[u8]) {
        let [kind, number, rest @ ..] = packet_bytes else { return };
        let known =
            |connection: &Connection| (connection.visitor, connection.number) == (visitor, *number);
        let place = self.connections.iter().position(known);
        if *kind == ATTEMPT && place.is_none() {
            let id = self.host.core.connect(self.visitors[visitor].key);
            let (number, heard, stream) = (*number, self.now, Stream::default());
            self.connections.push(Connection { visitor, number, id, heard, stream });
            self.visitors[visitor].down.send(self.now, &packet(ANSWER, number, &[]));
        }
        let Some(place) = place else { return };
        let connection = &mut self.connections[place];
        connection.heard = self.now;
        match *kind {
            DATAGRAM => self.host.core.handle_datagram(connection.id, rest),
            SEGMENT => {
                let bytes = connection.stream.receive(rest);
                self.host.core.handle_stream(connection.id, &bytes);
                let said = packet(ACKNOWLEDGED, *number, &connection.stream.acknowledgement());
                self.visitors[visitor].down.send(self.now, &said);
            }
            ACKNOWLEDGED => connection.stream.acknowledge(rest),
            CLOSE => {
                self.host.core.handle_closed(connection.id, "left");
                self.connections.remove(place);
            }
            _ => {}
        }
    }

    fn turn_client(&mut self, number: usize) {
        let now = self.now;
        let visitor = &mut self.visitors[number];
        visitor.knock(now);
        while let Some(packet) = visitor.down.poll(now) {
            visitor.hear(now, &packet);
        }
        if visitor.connection.is_none() {
            return;
        }
        if now - visitor.heard >= IDLE_TIMEOUT {
            visitor.connection = None;
            visitor.seat.handle(now, Arrival::Lost("no answer any more".to_owned()));
            visitor.retry = Retry::new(number as u64);
            visitor.due = Some(now + visitor.retry.next_wait());
        }
        visitor.play(now);
    }
}

impl Visitor {
    /// When the first event of a kind happened since a time.
    #[must_use]
    pub fn first(&self, since: Duration, is: impl Fn(&SeatEvent) -> bool) -> Option<Duration> {
        let mut later = self.events.iter().filter(|(at, _)| *at >= since);
        later.find(|(_, event)| is(event)).map(|(at, _)| *at)
    }

    /// Loses everything but the key, as a program that crashes and is started again.
    pub fn crash(&mut self, now: Duration) {
        self.seat = Seat::new(&self.name, Wish::Play, now);
        (self.connection, self.due) = (None, Some(now));
    }

    /// Lets go of the connection without a word to the server, and looks for another one.
    pub fn break_off(&mut self, now: Duration) {
        self.connection = None;
        self.seat.handle(now, Arrival::Lost("broken off".to_owned()));
        self.due = Some(now);
    }

    /// Says goodbye, and does not come back.
    pub fn leave(&mut self, now: Duration) {
        if let Some(number) = self.connection.take() {
            self.up.send(now, &packet(CLOSE, number, &[]));
        }
        self.due = None;
    }

    /// Begins another attempt to connect when it is due.
    fn knock(&mut self, now: Duration) {
        if self.connection.is_some() || self.due.is_none_or(|due| due > now) {
            return;
        }
        self.attempts += 1;
        self.up.send(now, &packet(ATTEMPT, self.attempts, &[0; 1_200]));
        self.due = Some(now + self.retry.next_wait());
    }

    /// The client takes a packet.
    fn hear(&mut self, now: Duration, packet_bytes: &[u8]) {
        let [kind, number, rest @ ..] = packet_bytes else { return };
        if *kind == ANSWER && self.connection.is_none() {
            self.connection = Some(*number);
            self.stream = Stream::default();
            (self.heard, self.due) = (now, None);
        }
        if self.connection != Some(*number) {
            return;
        }
        self.heard = now;
        match *kind {
            DATAGRAM => {
                self.datagrams.push((now, rest.len()));
                self.seat.handle(now, Arrival::Datagram(rest.to_vec()));
            }
            SEGMENT => {
                let bytes = self.stream.receive(rest);
                self.stream_bytes += bytes.len();
                self.seat.handle(now, Arrival::Stream(bytes));
                let said = packet(ACKNOWLEDGED, *number, &self.stream.acknowledgement());
                self.up.send(now, &said);
            }
            ACKNOWLEDGED => self.stream.acknowledge(rest),
            CLOSE => {
                let reason = String::from_utf8_lossy(rest).into_owned();
                self.seat.handle(now, Arrival::Closed(reason));
            }
            _ => {}
        }
    }

    /// A frame of the game.
    fn play(&mut self, now: Duration) {
        let path = PathStats { round_trip: Duration::from_millis(100), ..PathStats::default() };
        self.seat.handle(now, Arrival::Path(path));
        let (mind, plays) = (&mut self.mind, self.plays);
        self.seat.advance(now, |sight| {
            if !plays {
                return PilotInput::idle(sight.own.aim);
            }
            let (input, next) = think(sight, mind.clone());
            *mind = next;
            input
        });
        while let Some(event) = self.seat.poll_event() {
            self.events.push((now, event));
        }
        let Some(number) = self.connection else { return };
        while let Some(action) = self.seat.poll_transmit() {
            match action {
                Action::Datagram(bytes) => self.up.send(now, &packet(DATAGRAM, number, &bytes)),
                Action::Stream(bytes) => self.stream.write(&bytes),
                Action::Close(_) => self.up.send(now, &packet(CLOSE, number, &[])),
            }
        }
        for segment in self.stream.segments(now) {
            self.up.send(now, &packet(SEGMENT, number, &segment));
        }
    }
}

fn packet(kind: u8, number: u8, bytes: &[u8]) -> Vec<u8> {
    [&[kind, number], bytes].concat()
}
