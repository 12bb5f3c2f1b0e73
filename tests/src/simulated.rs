//! A server and its clients in one thread, with a bad link for each, in virtual time: the same seed
//! gives the same run, bit for bit, and a minute takes a second or two.

use game_bots::seat::{Seat, SeatEvent};
use game_server::{bans::Bans, host::Host, options::Options};
use game_sim::{Arena, Mind, PilotInput, think};
use netcode::{
    Snapshot,
    link::{Conditions, Link},
    quic::{PathStats, client::Arrival},
    server::{Action, ClientId, PeerKey},
    wire::message::Wish,
};
use std::{collections::BTreeMap, time::Duration};

/// Steps of virtual time: a quarter of a tick.
const STEP: Duration = Duration::from_nanos(1_000_000_000 / 240);
/// How many steps make a tick.
const STEPS_PER_TICK: u64 = 4;
/// How often the server drains its socket in a tick.
const DRAINS: f32 = 8.0;
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
    mind: Mind,
    up: Link,
    down: Link,
    /// Reliable bytes under way, with the time at which they come.
    stream_up: Vec<(Duration, Vec<u8>)>,
    stream_down: Vec<(Duration, Vec<u8>)>,
}

/// The whole game.
pub struct Simulation {
    /// The server without its socket.
    pub host: Host,
    /// The clients.
    pub pilots: Vec<Pilot>,
    /// What every datagram so far looked like, from server to client and back, if asked for.
    pub recorded: Option<Recorded>,
    now: Duration,
    steps: u64,
    /// What a stream's bytes take: the simulated streams lose nothing and stay in order.
    stream_delay: Duration,
    /// The newest snapshots of everything, as the server made them.
    history: BTreeMap<u64, Snapshot>,
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

    /// The same with options of the server's; their seed counts.
    #[must_use]
    pub fn with_options(clients: usize, conditions: Conditions, options: Options) -> Self {
        let arena = Arena::builtin("yard").expect("every build has it").expect("it can be read");
        let seed = options.seed;
        let mut host = Host::new(&options, arena, Bans::default());
        let pilots = (0..clients as u64)
            .map(|number| {
                let random = seed.wrapping_mul(1_000).wrapping_add(number);
                Pilot {
                    seat: Seat::new(&format!("Pilot {number}"), Wish::Play, Duration::ZERO),
                    id: host.core.connect(PeerKey([number as u8; 32])),
                    plays: true,
                    frame_ticks: 1,
                    closed: None,
                    mind: Mind::new(random),
                    up: Link::new(conditions, random ^ 0xaaaa),
                    down: Link::new(conditions, random ^ 0x5555),
                    stream_up: Vec::new(),
                    stream_down: Vec::new(),
                }
            })
            .collect();
        Self {
            host,
            pilots,
            recorded: None,
            now: Duration::ZERO,
            steps: 0,
            stream_delay: conditions.delay + conditions.jitter,
            history: BTreeMap::new(),
        }
    }

    /// Plays on for so many virtual seconds.
    pub fn run(&mut self, seconds: f64) {
        let until = self.now + Duration::from_secs_f64(seconds);
        while self.now < until {
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
    }

    /// Changes the weather for everybody.
    pub fn set_conditions(&mut self, conditions: Conditions) {
        for pilot in &mut self.pilots {
            pilot.up.set_conditions(conditions);
            pilot.down.set_conditions(conditions);
        }
    }

    /// What the server showed at a tick, everything, if it is not too long ago.
    #[must_use]
    pub fn truth(&self, tick: netcode::Tick) -> Option<&Snapshot> {
        self.history.values().find(|snapshot| snapshot.tick() == tick)
    }

    fn tick_server(&mut self) {
        self.host.begin();
        for pilot in &mut self.pilots {
            // The real server drains its socket several times between two ticks.
            while let Some(due) = pilot.up.next_due().filter(|due| *due <= self.now) {
                let before =
                    (self.now - due).as_secs_f32() / (STEP * STEPS_PER_TICK as u32).as_secs_f32();
                self.host.core.set_early((before * DRAINS).floor() / DRAINS);
                let bytes = pilot.up.poll(self.now).expect("it is due");
                self.host.core.handle_datagram(pilot.id, &bytes);
            }
            for bytes in take_due(&mut pilot.stream_up, self.now) {
                self.host.core.handle_stream(pilot.id, &bytes);
            }
        }
        self.host.step();
        self.history.insert(self.steps, game_sim::snapshot(self.host.world()));
        if self.history.len() > 240 {
            self.history.pop_first();
        }
        while let Some(transmit) = self.host.core.poll_transmit() {
            let Some(number) = self.pilots.iter().position(|pilot| pilot.id == transmit.client)
            else {
                continue;
            };
            self.deliver_down(number, transmit.action);
        }
    }

    fn deliver_down(&mut self, number: usize, action: Action) {
        let recorded = self.recorded.as_mut().filter(|_| number == 0);
        let pilot = &mut self.pilots[number];
        match action {
            Action::Datagram(bytes) => {
                pilot.down.send(self.now, &bytes);
                recorded.into_iter().for_each(|recorded| recorded.down.push(bytes.clone()));
            }
            Action::Stream(bytes) => {
                recorded.into_iter().for_each(|recorded| recorded.stream_down.push(bytes.clone()));
                pilot.stream_down.push((self.now + self.stream_delay, bytes));
            }
            Action::Close(reason) => pilot.closed = Some(reason),
        }
    }

    fn turn_client(&mut self, number: usize) {
        let now = self.now;
        let pilot = &mut self.pilots[number];
        let path = PathStats { round_trip: self.stream_delay * 2, ..PathStats::default() };
        pilot.seat.handle(now, Arrival::Path(path));
        for bytes in take_due(&mut pilot.stream_down, now) {
            pilot.seat.handle(now, Arrival::Stream(bytes));
        }
        while let Some(bytes) = pilot.down.poll(now) {
            pilot.seat.handle(now, Arrival::Datagram(bytes));
        }
        let (mind, plays) = (&mut pilot.mind, pilot.plays);
        pilot.seat.advance(now, |sight| {
            if !plays {
                return PilotInput::idle(sight.own.aim);
            }
            let (input, next) = think(sight, mind.clone());
            *mind = next;
            input
        });
        while let Some(action) = pilot.seat.poll_transmit() {
            let recorded = self.recorded.as_mut().filter(|_| number == 0);
            match action {
                Action::Datagram(bytes) => {
                    pilot.up.send(now, &bytes);
                    recorded.into_iter().for_each(|recorded| recorded.up.push(bytes.clone()));
                }
                Action::Stream(bytes) => {
                    recorded.into_iter().for_each(|r| r.stream_up.push(bytes.clone()));
                    pilot.stream_up.push((now + self.stream_delay, bytes));
                }
                Action::Close(reason) => pilot.closed = Some(reason),
            }
        }
        while let Some(event) = pilot.seat.poll_event() {
            if let SeatEvent::Closed(reason) = event {
                pilot.closed = Some(reason);
            }
        }
    }
}

fn take_due(waiting: &mut Vec<(Duration, Vec<u8>)>, now: Duration) -> Vec<Vec<u8>> {
    let count = waiting.iter().take_while(|(due, _)| *due <= now).count();
    waiting.drain(..count).map(|(_, bytes)| bytes).collect()
}
