//! A server full of clients that are hardly there: the real host and the real bytes both ways, without
//! sockets and without what a client does for itself. For counting and timing what a tick of the server
//! costs; nothing of it is the clients'.
//!
//! A tick is [`Throng::think`] (what the players do, made into datagrams), [`Throng::tick`] (all that the
//! server does, and nothing else) and [`Throng::receive`] (what it sent is acknowledged).

use game_server::{bans::Bans, host::Host, options::Options};
use game_sim::{
    Arena, Event, Greeting, Mind, PilotId, PilotInput, Request, Tumult, assets_hash, sight::View,
    think,
};
use netcode::{
    Tick,
    ack::{Acks, sequence_of},
    input::InputSender,
    limits,
    rewind::moment::{Glance, STEPS_PER_TICK},
    server::{Action, ClientId, PeerKey, Transmit},
    wire::{
        bits::BitWriter,
        frame::{self, FrameReader},
        message::{Hello, ToClient, ToServer, ViewPart},
    },
};
use std::{
    collections::{BTreeMap, VecDeque},
    time::{Duration, Instant},
};

/// From one thought of a player to the next, in ticks.
const THINK_EVERY: u32 = 6;
/// Bytes of a datagram, as a path over Ethernet carries them.
const DATAGRAM_BYTES: usize = 1_400;
/// How far behind its inputs a client's view lies, in ticks.
const VIEW_LAG_TICKS: u16 = 6;

/// The server and its clients.
pub struct Throng {
    /// The server without its socket.
    pub host: Host,
    clients: Vec<Client>,
    numbers: BTreeMap<ClientId, usize>,
    /// What the clients send for the next tick.
    up: Vec<(ClientId, Vec<u8>)>,
    /// What the server sent in the last one.
    down: Vec<Transmit>,
    interval: u16,
}

/// As much of a client as a server needs.
struct Client {
    id: ClientId,
    frames: FrameReader,
    pilot: Option<PilotId>,
    welcomed: Tick,
    /// Bytes of a first view that came so far.
    viewed: usize,
    acks: Acks,
    /// Snapshots that came and are not acknowledged yet, as on a path that takes its time.
    under_way: VecDeque<u16>,
    lag: usize,
    sender: InputSender<PilotInput>,
    mind: Option<Mind>,
    input: PilotInput,
}

/// What a tick of the server took, in its parts.
#[derive(Clone, Copy, Debug, Default)]
pub struct Spent {
    /// Taking in what the clients sent.
    pub handling: Duration,
    /// The simulation and, in a tick of a snapshot, interest and encoding.
    pub stepping: Duration,
    /// Giving out what is to be sent.
    pub giving: Duration,
}

impl Spent {
    /// All parts.
    #[must_use]
    pub fn all(&self) -> Duration {
        self.handling + self.stepping + self.giving
    }
}

impl Throng {
    /// So many clients at a server with these options, all of whom say hello before its first tick.
    ///
    /// # Panics
    /// When no build has the arena.
    #[must_use]
    pub fn new(clients: usize, options: &Options) -> Self {
        let arena = Arena::builtin(&options.arena).expect("it is known").expect("it can be read");
        let options = Options { max_players: clients as u16, ..options.clone() };
        let host = Host::new(&options, arena, Bans::default());
        let lines = host.sightlines().clone();
        lines.by_urgency().into_iter().for_each(|cell| lines.prepare(cell));
        let mut throng = Self {
            host,
            clients: Vec::new(),
            numbers: BTreeMap::new(),
            up: Vec::new(),
            down: Vec::new(),
            interval: options.snapshot_interval(),
        };
        throng.host.begin();
        (0..clients).for_each(|number| throng.join(number));
        throng.host.step();
        throng
    }

    fn join(&mut self, number: usize) {
        let mut key = [0; 32];
        key[..8].copy_from_slice(&number.to_le_bytes());
        let id = self.host.core.connect(PeerKey(key));
        let name = format!("Client {number}");
        let hello = Hello { assets: assets_hash(), ..Hello::new::<Tumult>(&name) };
        let mut bytes = Vec::new();
        frame::write(&ToServer::<Request>::Hello(hello), &mut bytes);
        self.host.core.handle_stream(id, &bytes);
        self.host.core.set_datagram_limit(id, DATAGRAM_BYTES);
        self.numbers.insert(id, self.clients.len());
        self.clients.push(Client {
            id,
            frames: FrameReader::new(limits::MESSAGE_BYTES),
            pilot: None,
            welcomed: Tick(0),
            viewed: 0,
            acks: Acks::default(),
            under_way: VecDeque::new(),
            lag: 1 + number % 3,
            sender: InputSender::new(3),
            mind: Some(Mind::new(number as u64)),
            input: PilotInput::default(),
        });
    }

    /// Plays so many ticks without measuring anything.
    pub fn play(&mut self, ticks: u32) {
        for _ in 0..ticks {
            self.receive();
            self.think();
            self.tick();
        }
    }

    /// The players think, and their clients send.
    pub fn think(&mut self) {
        let world = self.host.world();
        let next = world.tick.next();
        self.up.clear();
        for (number, client) in self.clients.iter_mut().enumerate() {
            let Some(pilot) = client.pilot else { continue };
            if next.0.wrapping_add(number as u32).is_multiple_of(THINK_EVERY)
                && let Some((view, mind)) = View::of(world, pilot).zip(client.mind.take())
            {
                let (input, mind) = think(&view.sight(world), mind);
                (client.input, client.mind) = (input, Some(mind));
            } else {
                client.input = PilotInput { dash: false, rocket: false, ..client.input };
            }
            let acts = client.input.fire || client.input.rocket;
            let glance = acts.then(|| Glance::at_tick(VIEW_LAG_TICKS * STEPS_PER_TICK));
            client.sender.queue(next, client.input, glance);
            let Some(batch) = client.sender.batch(1) else { continue };
            let mut writer = BitWriter::default();
            client.acks.write(&mut writer);
            batch.write(&mut writer);
            self.up.push((client.id, writer.finish()));
        }
    }

    /// A tick of the server: everything in, one step, everything out.
    pub fn tick(&mut self) -> Spent {
        let begun = Instant::now();
        self.host.begin();
        for (client, bytes) in &self.up {
            self.host.core.handle_datagram(*client, bytes);
        }
        let handled = Instant::now();
        self.host.step();
        let stepped = Instant::now();
        while let Some(transmit) = self.host.core.poll_transmit() {
            self.down.push(transmit);
        }
        Spent { handling: handled - begun, stepping: stepped - handled, giving: stepped.elapsed() }
    }

    /// What the server sent comes to the clients. Returns the bytes of all datagrams.
    pub fn receive(&mut self) -> usize {
        let tick = self.host.world().tick;
        let (mut bytes_down, mut down) = (0, std::mem::take(&mut self.down));
        for transmit in down.drain(..) {
            let number = self.numbers.get(&transmit.client).copied();
            let Some(client) = number.and_then(|number| self.clients.get_mut(number)) else {
                continue;
            };
            match transmit.action {
                Action::Stream(bytes) => {
                    if client.hear(&bytes) {
                        let mut answer = Vec::new();
                        frame::write(&ToServer::<Request>::HaveView, &mut answer);
                        self.host.core.handle_stream(client.id, &answer);
                    }
                    self.host.core.recycle(bytes);
                }
                Action::Datagram(bytes) => {
                    bytes_down += bytes.len();
                    client.acknowledge(sequence_of(tick, client.welcomed, self.interval));
                    self.host.core.recycle(bytes);
                }
                Action::Close(reason) => panic!("a client is sent away: {reason}"),
            }
        }
        self.down = down;
        bytes_down
    }

    /// How many clients fly a pilot.
    #[must_use]
    pub fn playing(&self) -> usize {
        self.clients.iter().filter(|client| client.pilot.is_some()).count()
    }
}

impl Client {
    /// Bytes of the stream came. Returns whether a first view is whole by them.
    fn hear(&mut self, bytes: &[u8]) -> bool {
        let mut whole = false;
        self.frames.push(bytes);
        while let Some(message) =
            self.frames.pop::<ToClient<Greeting, Event>>().expect("the server's own bytes")
        {
            match message {
                ToClient::Welcome(welcome) => {
                    self.pilot = welcome.greeting.pilot;
                    self.welcomed = Tick(welcome.tick);
                }
                ToClient::View(ViewPart { total, bytes, .. }) => {
                    self.viewed += bytes.len();
                    whole |= self.viewed == total as usize;
                }
                _ => {}
            }
        }
        whole
    }

    fn acknowledge(&mut self, sequence: u16) {
        self.under_way.push_back(sequence);
        if self.under_way.len() > self.lag
            && let Some(oldest) = self.under_way.pop_front()
        {
            self.acks.record(oldest);
        }
    }
}
