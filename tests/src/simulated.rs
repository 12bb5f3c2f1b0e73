//! A server and its clients in one thread, with a bad link for each, in virtual time: the same seed
//! gives the same run, bit for bit, and a minute takes a second or two.

use game_bots::seat::{Seat, SeatEvent};
use game_server::{bans::Bans, host::Host, options::Options, rotation::Rotation};
use game_sim::{Mind, PilotInput, think};
use netcode::{
    Snapshot, Tick,
    congestion::OVERHEAD_BYTES,
    link::{Conditions, Delays, Link},
    quic::{IP_UDP_HEADER_BYTES, PathStats, client::Arrival, config::IDLE_TIMEOUT},
    server::{Action, ClientId, PeerKey},
    wire::message::Wish,
};
use std::{
    collections::{BTreeMap, VecDeque},
    time::Duration,
};

/// Steps of virtual time: a quarter of a tick.
const STEP: Duration = Duration::from_nanos(1_000_000_000 / 240);
/// How many steps make a tick.
const STEPS_PER_TICK: u64 = 4;
/// How often the server drains its socket in a tick.
const DRAINS: f32 = 8.0;
/// As many bytes of the stream, and for so long, wait for the next snapshot, as in `netcode::quic::driver`.
const FEW_BYTES: usize = 256;
const WORDS_WAIT: Duration = Duration::from_millis(40);
/// Ticks of which the truth is kept.
const HISTORY: usize = 240;
/// Ticks for which is kept what a client did.
const GIVEN_TICKS: usize = 60;

/// One client with its two links.
pub struct Pilot {
    /// The client's side of the session.
    pub seat: Seat,
    /// The session at the server.
    pub id: ClientId,
    /// Whether the mind plays; without it the pilot stands still.
    pub plays: bool,
    /// Ticks from one frame of the client to the next: more than one is a slow computer.
    pub frame_ticks: u64,
    /// Why it is over, if it is.
    pub closed: Option<String>,
    /// Why the server closed, until the client hears of it.
    dismissed: Option<String>,
    /// How its computer counts time.
    pub clock: PilotClock,
    /// What it did in each tick of the last second, its newest last.
    pub given: VecDeque<(Tick, PilotInput)>,
    mind: Mind,
    up: Link,
    down: Link,
    /// What the transport would have counted.
    path: PathStats,
    /// When each end heard of the other last.
    server_heard: Duration,
    client_heard: Duration,
    /// When the server wrote to the stream last, and sent its last snapshot.
    written: Duration,
    followed: Duration,
    /// Reliable bytes under way, with the time at which they come.
    stream_up: Vec<(Duration, Vec<u8>)>,
    stream_down: Vec<(Duration, Vec<u8>)>,
}

/// A computer's clock: it may run fast or slow, and may have been set.
#[derive(Clone, Copy, Debug)]
pub struct PilotClock {
    /// Its seconds in a real one.
    pub rate: f64,
    /// By how many seconds it was set forward.
    pub ahead_s: f64,
}

impl PilotClock {
    fn at(self, now: Duration) -> Duration {
        Duration::from_secs_f64(now.as_secs_f64().mul_add(self.rate, self.ahead_s).max(0.0))
    }
}

impl Pilot {
    /// What a transport would have counted: both ways, headers included.
    #[must_use]
    pub fn path(&self) -> PathStats {
        self.path
    }

    /// The links from and to the client.
    #[must_use]
    pub fn links(&self) -> [&Link; 2] {
        [&self.up, &self.down]
    }
}

/// The whole game.
pub struct Simulation {
    /// The server without its socket.
    pub host: Host,
    /// The clients.
    pub pilots: Vec<Pilot>,
    /// What every datagram so far looked like, from server to client and back, if asked for.
    pub recorded: Option<Recorded>,
    /// All that the server sent, with the number of the client it is for, if asked for. Whoever asked
    /// takes it out.
    pub sent: Option<Vec<(usize, Action)>>,
    conditions: Conditions,
    seed: u64,
    now: Duration,
    steps: u64,
    /// The round trip without any queue.
    round_trip: Duration,
    /// The newest snapshots of everything, as the server made them, the newest last.
    history: VecDeque<Snapshot>,
    numbers: BTreeMap<ClientId, usize>,
}

/// Bytes as they were sent.
#[derive(Clone, Debug, Default)]
pub struct Recorded {
    /// Datagrams to the first client.
    pub down: Vec<Vec<u8>>,
    /// Datagrams of the first client.
    pub up: Vec<Vec<u8>>,
    /// Stream bytes to the first client.
    pub stream_down: Vec<Vec<u8>>,
    /// Stream bytes of the first client.
    pub stream_up: Vec<Vec<u8>>,
}

impl Simulation {
    /// A game in the small arena, with `clients` on links of these conditions.
    #[must_use]
    pub fn new(clients: usize, conditions: Conditions, seed: u64) -> Self {
        Self::with_options(clients, conditions, Options { seed, ..Options::default() })
    }

    /// The same with options of the server's; their seed, arena, mode and rotation count.
    ///
    /// # Panics
    /// When there is no such arena.
    #[must_use]
    pub fn with_options(clients: usize, conditions: Conditions, options: Options) -> Self {
        let rotation = Rotation::load(&options).expect("every build has its arenas");
        let seed = options.seed;
        let host = Host::with_rotation(&options, rotation, Bans::default());
        let conditions = with_headers(conditions);
        let mut game = Self {
            host,
            conditions,
            seed,
            numbers: BTreeMap::new(),
            pilots: Vec::new(),
            recorded: None,
            sent: None,
            now: Duration::ZERO,
            steps: 0,
            round_trip: (conditions.delay + conditions.jitter) * 2,
            history: VecDeque::new(),
        };
        game.join(clients);
        game
    }

    /// Lets so many more come, on links of the first conditions.
    pub fn join(&mut self, clients: usize) {
        for number in (self.pilots.len()..).take(clients) {
            self.join_as(&format!("Pilot {number}"));
        }
    }

    /// Lets one more come, under a name.
    pub fn join_as(&mut self, name: &str) {
        let (conditions, number) = (self.conditions, self.pilots.len() as u64);
        let random = self.seed.wrapping_mul(1_000).wrapping_add(number);
        let pilot = Pilot {
            seat: Seat::new(name, Wish::Play, self.now),
            id: self.host.core.connect(key_of(number)),
            plays: true,
            frame_ticks: 1,
            closed: None,
            dismissed: None,
            clock: PilotClock { rate: 1.0, ahead_s: 0.0 },
            given: VecDeque::new(),
            path: PathStats::default(),
            server_heard: self.now,
            client_heard: self.now,
            written: Duration::ZERO,
            followed: Duration::ZERO,
            mind: Mind::new(random),
            up: Link::new(conditions, random ^ 0xaaaa),
            down: Link::new(conditions, random ^ 0x5555),
            stream_up: Vec::new(),
            stream_down: Vec::new(),
        };
        self.numbers.insert(pilot.id, self.pilots.len());
        self.pilots.push(pilot);
    }

    /// Plays on for so many virtual seconds.
    pub fn run(&mut self, seconds: f64) {
        let until = self.now + Duration::from_secs_f64(seconds);
        while self.now < until {
            self.step();
        }
    }

    /// Plays on for one tick of the server's.
    pub fn tick(&mut self) {
        for _ in 0..STEPS_PER_TICK {
            self.step();
        }
    }

    fn step(&mut self) {
        self.now += STEP;
        self.steps += 1;
        if self.steps.is_multiple_of(STEPS_PER_TICK) {
            self.tick_server();
        }
        // Clients have frames of their own, spread over the tick.
        for number in 0..self.pilots.len() {
            let frame = STEPS_PER_TICK * self.pilots[number].frame_ticks;
            if (self.steps + number as u64).is_multiple_of(frame) {
                self.turn_client(number);
            }
        }
    }

    /// Changes the weather for everybody.
    pub fn set_conditions(&mut self, conditions: Conditions) {
        self.set_directions(conditions, conditions);
    }

    /// Changes the weather for everybody, from the clients and to them.
    pub fn set_directions(&mut self, up: Conditions, down: Conditions) {
        self.round_trip = up.delay + up.jitter + down.delay + down.jitter;
        for pilot in &mut self.pilots {
            pilot.up.set_conditions(with_headers(up));
            pilot.down.set_conditions(with_headers(down));
            if let Some(mtu) = down.mtu_bytes {
                // QUIC finds that out by itself, after some losses.
                let limit = usize::from(mtu) - OVERHEAD_BYTES;
                self.host.core.set_datagram_limit(pilot.id, limit);
            }
        }
    }

    /// What the server showed at a tick, everything, if it is not too long ago.
    #[must_use]
    pub fn truth(&self, tick: Tick) -> Option<&Snapshot> {
        self.history.iter().rev().find(|snapshot| snapshot.tick() == tick)
    }

    /// Virtual time since the start.
    #[must_use]
    pub fn now(&self) -> Duration {
        self.now
    }

    /// How long packets were held at the narrow places of all links.
    #[must_use]
    pub fn delays(&self) -> Delays {
        let mut delays = Delays::default();
        for link in self.pilots.iter().flat_map(Pilot::links) {
            delays.add(link.delays());
        }
        delays
    }

    fn tick_server(&mut self) {
        let now = self.now;
        self.host.begin();
        for pilot in &mut self.pilots {
            // The real server drains its socket several times between two ticks.
            while let Some(due) = pilot.up.due_by(now) {
                let before =
                    (now - due).as_secs_f32() / (STEP * STEPS_PER_TICK as u32).as_secs_f32();
                self.host.core.set_early((before * DRAINS).floor() / DRAINS);
                let bytes = pilot.up.poll(now).expect("it is due");
                pilot.server_heard = now;
                self.host.core.handle_datagram(pilot.id, &bytes);
            }
            for bytes in take_due(&mut pilot.stream_up, &pilot.up, now) {
                pilot.server_heard = now;
                self.host.core.handle_stream(pilot.id, &bytes);
            }
            if now.saturating_sub(pilot.server_heard) > IDLE_TIMEOUT {
                self.host.core.handle_closed(pilot.id, "no answer any more");
            }
        }
        self.host.step();
        self.history.push_back(game_sim::snapshot(self.host.world()));
        if self.history.len() > HISTORY {
            self.history.pop_front();
        }
        while let Some(transmit) = self.host.core.poll_transmit() {
            if let Some(number) = self.numbers.get(&transmit.client).copied() {
                self.deliver_down(number, transmit.action);
            }
        }
    }

    fn deliver_down(&mut self, number: usize, action: Action) {
        if let Some(sent) = &mut self.sent {
            sent.push((number, action.clone()));
        }
        let recorded = self.recorded.as_mut().filter(|_| number == 0);
        let pilot = &mut self.pilots[number];
        match action {
            Action::Datagram(bytes) => {
                pilot.followed = self.now;
                pilot.down.send(self.now, &bytes);
                recorded.into_iter().for_each(|recorded| recorded.down.push(bytes.clone()));
            }
            Action::Stream(bytes) => {
                recorded.into_iter().for_each(|recorded| recorded.stream_down.push(bytes.clone()));
                // What is written in the same moment travels in the same packet, and a few words wait for the next
                // snapshot where snapshots follow each other.
                let rides = bytes.len() <= FEW_BYTES
                    && self.now.saturating_sub(pilot.followed) < WORDS_WAIT;
                let joins = std::mem::replace(&mut pilot.written, self.now) == self.now || rides;
                let due = carry(&mut pilot.down, self.now, &bytes, joins);
                pilot.stream_down.push((due, bytes));
            }
            Action::Close(reason) => {
                pilot.closed = Some(reason.clone());
                pilot.dismissed = Some(reason);
            }
        }
    }

    fn turn_client(&mut self, number: usize) {
        let now = self.now;
        let pilot = &mut self.pilots[number];
        let clock = pilot.clock.at(now);
        pilot.path.round_trip = self.round_trip;
        pilot.seat.handle(clock, Arrival::Path(pilot.path));
        for bytes in take_due(&mut pilot.stream_down, &pilot.down, now) {
            pilot.client_heard = now;
            pilot.path.packets_received += 1;
            pilot.path.bytes_received += quic_bytes(&bytes);
            pilot.seat.handle(clock, Arrival::Stream(bytes));
        }
        while let Some(bytes) = pilot.down.poll(now) {
            pilot.client_heard = now;
            pilot.path.packets_received += 1;
            pilot.path.bytes_received += quic_bytes(&bytes);
            pilot.seat.handle(clock, Arrival::Datagram(bytes));
        }
        // The last words of the server come before the end.
        if let Some(reason) = pilot.dismissed.take_if(|_| pilot.stream_down.is_empty()) {
            pilot.stream_up.clear();
            pilot.seat.handle(clock, Arrival::Closed(reason));
        }
        if now.saturating_sub(pilot.client_heard) > IDLE_TIMEOUT && pilot.closed.is_none() {
            pilot.seat.handle(clock, Arrival::Closed("no answer any more".to_owned()));
        }
        let (mind, given, plays) = (&mut pilot.mind, &mut pilot.given, pilot.plays);
        pilot.seat.advance(clock, |sight| {
            let mut input = PilotInput::idle(sight.own.aim);
            if plays {
                (input, *mind) = think(sight, mind.clone());
            }
            given.push_back((sight.tick, input));
            input
        });
        while pilot.given.len() > GIVEN_TICKS {
            pilot.given.pop_front();
        }
        while let Some(action) = pilot.seat.poll_transmit() {
            let recorded = self.recorded.as_mut().filter(|_| number == 0);
            match action {
                Action::Datagram(bytes) => {
                    pilot.path.packets_sent += 1;
                    pilot.path.bytes_sent += quic_bytes(&bytes);
                    pilot.up.send(now, &bytes);
                    recorded.into_iter().for_each(|recorded| recorded.up.push(bytes.clone()));
                }
                Action::Stream(bytes) => {
                    recorded.into_iter().for_each(|r| r.stream_up.push(bytes.clone()));
                    pilot.path.packets_sent += 1;
                    pilot.path.bytes_sent += quic_bytes(&bytes);
                    let due = carry(&mut pilot.up, now, &bytes, false);
                    pilot.stream_up.push((due, bytes));
                }
                Action::Close(reason) => pilot.closed = Some(reason),
            }
        }
        while let Some(event) = self.pilots[number].seat.poll_event() {
            let pilot = &mut self.pilots[number];
            match event {
                SeatEvent::Closed(reason) => pilot.closed = Some(reason),
                // It connects anew, over the same link.
                SeatEvent::Moved(_) => {
                    pilot.closed = None;
                    pilot.id = self.host.core.connect(key_of(number as u64));
                    self.numbers.insert(pilot.id, number);
                }
                _ => {}
            }
        }
    }
}

/// What a stream brings by now. It is sent again until it comes, but over a dead link nothing comes.
fn take_due(waiting: &mut Vec<(Duration, Vec<u8>)>, link: &Link, now: Duration) -> Vec<Vec<u8>> {
    if link.is_dead() {
        return Vec::new();
    }
    let count = waiting.iter().take_while(|(due, _)| *due <= now).count();
    waiting.drain(..count).map(|(_, bytes)| bytes).collect()
}

/// Streams lose nothing and stay in order, but they take their place in the queue.
fn carry(link: &mut Link, now: Duration, bytes: &[u8], joins: bool) -> Duration {
    link.carry(now, bytes.len() + if joins { 0 } else { OVERHEAD_BYTES })
}

/// What is sent has headers that the cores do not see.
fn with_headers(conditions: Conditions) -> Conditions {
    Conditions { overhead_bytes: OVERHEAD_BYTES as u16, ..conditions }
}

/// A packet's length as QUIC counts it, without IP and UDP.
fn quic_bytes(payload: &[u8]) -> u64 {
    (payload.len() + OVERHEAD_BYTES) as u64 - IP_UDP_HEADER_BYTES
}

/// The key of a client: one each, or the server would take them for one player that comes again.
fn key_of(number: u64) -> PeerKey {
    let mut key = [0xc1; 32];
    key[..8].copy_from_slice(&number.to_le_bytes());
    PeerKey(key)
}
