//! The server's core: every client's session, and the snapshots that all of them share. Sans IO.
//!
//! The order of a tick, which the caller keeps:
//! 1. [`Server::begin_tick`], then everything that came: `handle_stream`, `handle_datagram`,
//!    `handle_closed`, `handle_lost`, `connect`.
//! 2. [`Server::poll_event`] until `None`; answer each [`ServerEvent::Hello`] and
//!    [`ServerEvent::Resumed`].
//! 3. [`Server::take_command`] once for each client that plays, and step the game with them.
//! 4. If [`Server::is_due`] for anybody, [`Server::publish`], then [`Server::send_snapshot`] for each of those.
//! 5. [`Server::poll_transmit`] until `None`, and give it all to the transport. What is written already may go before
//!    that ([`Server::poll_written`]).
//!
//! No message from a client causes an immediate send (invariant 1), and none can make the core panic,
//! allocate past `limits` or loop without bound (invariant 6).

mod config;
mod delay;
mod event;
mod messages;
mod pace;
mod peer;
mod resume;
mod said;
mod scenery;
mod token;
mod turns;

pub use config::ServerConfig;
pub use event::{Action, ServerEvent, Transmit};

use crate::{
    budget::Candidate,
    congestion::Reading,
    delta::{RowCode, pack::Packer, shared::SharedUpdates},
    input::{InputBatch, buffer::Command},
    limits,
    protocol::Protocol,
    snapshot::{Snapshot, SnapshotRing},
    tick::Tick,
    wire::{
        frame,
        message::{Hello, Resume, ToClient, Welcome},
    },
};
use peer::{Heard, Peer, Stage};
use std::{
    collections::{BTreeMap, VecDeque},
    fmt,
    sync::Arc,
    time::Duration,
};
use token::Tokens;

/// The first client's number: near the wrap, so that whatever breaks there breaks with the first players.
const FIRST_CLIENT: u32 = u32::MAX - 2;

/// One connection, for as long as it lasts. Never used twice.
///
/// ```
/// # mod walkers { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/walkers.rs")); }
/// # use walkers::*;
/// # use netcode::{Tick, server::{PeerKey, Server, ServerConfig}};
/// use netcode::server::ClientId;
/// use std::collections::BTreeMap;
/// let mut server = Server::<Walkers>::new(ServerConfig::default(), (), Tick(0));
/// let mut walkers: BTreeMap<ClientId, Walker> = BTreeMap::new();
/// let (first, second) = (server.connect(PeerKey([7; 32])), server.connect(PeerKey([7; 32])));
/// walkers.insert(first, Walker::default());
/// assert!(!walkers.contains_key(&second), "another connection of the same player");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ClientId(pub u32);

/// An Ed25519 public key: who a player is, proved by the transport's handshake.
///
/// ```
/// use netcode::server::PeerKey;
/// let banned = ["07".repeat(32)];
/// assert!(banned.contains(&PeerKey([7; 32]).to_string()));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PeerKey(pub [u8; 32]);

impl fmt::Display for PeerKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// All sessions of one game.
///
/// ```
/// # mod walkers { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/walkers.rs")); }
/// # use walkers::*;
/// # use netcode::{EntityId, Snapshot, Tick, budget::Candidate, client::Client};
/// # use netcode::{server::{PeerKey, Server, ServerConfig, ServerEvent}, wire::message::Hello};
/// let mut server = Server::<Walkers>::new(ServerConfig::default(), (), Tick(0));
/// let ann = server.connect(PeerKey([7; 32])); // says the transport
/// # let mut client = Client::new(Hello::new::<Walkers>("Ann"));
/// # carry(&mut server, ann, &mut client, Default::default());
/// server.begin_tick(Tick(2));
/// assert!(matches!(server.poll_event(), Some(ServerEvent::Hello { .. })));
/// assert!(server.welcome(ann, 0)); // hers is entity 0
/// let command = server.take_command(ann).expect("she is in");
/// assert_eq!((command.came, command.input), (false, Push::default()));
///
/// let mut snapshot = Snapshot::new(Tick(2));
/// snapshot.push(EntityId(0), WALKER, &Walker::default());
/// let all = Candidate::all(&snapshot);
/// server.publish(snapshot);
/// server.send_snapshot(ann, &all);
/// assert!(server.poll_transmit().is_some_and(|transmit| transmit.client == ann));
/// ```
pub struct Server<P: Protocol> {
    config: ServerConfig,
    /// From here on the turns of snapshots are counted.
    first: Tick,
    tick: Tick,
    /// Of so many of its snapshots each client gets one.
    stride: u16,
    /// How long before the next tick what comes now comes, in ticks.
    early_ticks: f32,
    ring: SnapshotRing,
    shared: SharedUpdates,
    packer: Packer,
    /// Boxed: numbers only grow, which leaves the nodes of the tree half empty.
    peers: BTreeMap<ClientId, Box<Peer<P>>>,
    next_client: u32,
    tokens: Tokens,
    /// Who said hello and was not looked at yet: nothing is sent or ended before the game asks.
    introductions: VecDeque<(ClientId, Hello, Option<Resume>)>,
    events: VecDeque<ServerEvent<P::Request>>,
    outgoing: VecDeque<Transmit>,
    /// What all are told, until all have heard it.
    said: said::Said,
    /// Memory that is used again: of datagrams and messages that were sent, of the inputs that came
    /// last, and of what is visible when it is too much.
    buffers: Vec<Vec<u8>>,
    batch: InputBatch<P::Input>,
    most: Vec<Candidate>,
}

impl<P: Protocol> Server<P> {
    /// A server whose last simulated tick is `tick`, in the scenery that all its clients will be in.
    #[must_use]
    pub fn new(config: ServerConfig, scenery: P::Scenery, tick: Tick) -> Self {
        let code = RowCode::new::<P>(config.tick_rate, Arc::new(scenery));
        Self {
            config,
            first: tick,
            tick,
            stride: 1,
            early_ticks: 0.0,
            ring: SnapshotRing::new(limits::SNAPSHOT_RING),
            shared: SharedUpdates::new(code, u32::from(config.snapshot_interval)),
            packer: Packer::default(),
            peers: BTreeMap::new(),
            next_client: FIRST_CLIENT,
            tokens: Tokens::default(),
            introductions: VecDeque::new(),
            events: VecDeque::new(),
            outgoing: VecDeque::new(),
            said: said::Said::default(),
            buffers: Vec::new(),
            batch: InputBatch::default(),
            most: Vec::new(),
        }
    }

    /// Starts the tick that is simulated next. Closes those who never said hello.
    pub fn begin_tick(&mut self, tick: Tick) {
        self.tick = tick;
        self.early_ticks = 0.0;
        let overdue: Vec<ClientId> = self
            .peers
            .iter_mut()
            .filter_map(|(client, peer)| {
                peer.begin_tick(tick, self.config.tick_rate).then_some(*client)
            })
            .collect();
        for client in overdue {
            self.close(client, "no hello came in time");
        }
        self.give_up_the_lost();
    }

    /// Between two ticks: what is handed in from now on came so many ticks (0 to 1) before the next
    /// one begins. The clients' clocks steer by it, so who drains the transport more often than once a
    /// tick, and says so, gives its players less delay. Without this call everything counts as come at
    /// the last moment.
    ///
    /// ```
    /// # mod walkers { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/walkers.rs")); }
    /// # use walkers::*;
    /// let (mut server, ann, mut client, now) = played(60);
    /// server.set_early(0.5); // the socket is looked at half a tick before the next one begins
    /// carry(&mut server, ann, &mut client, now);
    /// assert!(server.waiting_inputs(ann).all(|push| push.direction == 1), "for ticks to come");
    /// ```
    pub fn set_early(&mut self, ticks: f32) {
        self.early_ticks = ticks.clamp(0.0, 1.0);
    }

    /// A transport connection came up, its peer's key proved.
    pub fn connect(&mut self, key: PeerKey) -> ClientId {
        while self.peers.contains_key(&ClientId(self.next_client)) {
            self.next_client = self.next_client.wrapping_add(1);
        }
        let client = ClientId(self.next_client);
        self.next_client = self.next_client.wrapping_add(1);
        let peer = Peer::new(key, self.tick, self.config.tick_rate);
        self.peers.insert(client, Box::new(peer));
        client
    }

    /// Bytes of a client's reliable stream came.
    pub fn handle_stream(&mut self, client: ClientId, bytes: &[u8]) {
        let Some(peer) = self.peers.get_mut(&client) else { return };
        peer.frames.push(bytes);
        loop {
            let Some(peer) = self.peers.get_mut(&client) else { return };
            match peer.next_message() {
                Ok(Some(heard)) => self.hear(client, heard),
                Ok(None) => return,
                Err(error) => {
                    return self.close(client, &format!("the stream is unreadable: {error}"));
                }
            }
        }
    }

    /// A datagram of a client came.
    pub fn handle_datagram(&mut self, client: ClientId, bytes: &[u8]) {
        let Some(peer) = self.peers.get_mut(&client) else { return };
        if let Err(error) = peer.handle_datagram(bytes, self.early_ticks, &mut self.batch) {
            peer.strikes = peer.strikes.saturating_add(1);
            if peer.strikes >= limits::STRIKES {
                self.close(client, &format!("too many malformed datagrams: {error}"));
            }
        }
    }

    /// The client closed its connection: it does not want to come back.
    pub fn handle_closed(&mut self, client: ClientId, reason: &str) {
        if let Some(peer) = self.peers.remove(&client)
            && peer.has_session()
        {
            self.events.push_back(ServerEvent::Left { client, reason: reason.to_owned() });
        }
    }

    /// How many bytes of a client's stream the transport could not send yet.
    pub fn set_stream_backlog(&mut self, client: ClientId, bytes: usize) {
        if let Some(peer) = self.peers.get_mut(&client) {
            peer.pace.backlog_bytes = bytes;
        }
    }

    /// Takes the rate of a client's path, in bytes a second, for granted instead of measuring it: on a
    /// network of one's own, or in a benchmark.
    pub fn grant_rate(&mut self, client: ClientId, rate_bytes_s: u32) {
        if let Some(peer) = self.peers.get_mut(&client) {
            peer.congestion.grant(Some(rate_bytes_s as f32));
        }
    }

    /// How many bytes a datagram to this client may have, as the transport knows the path.
    pub fn set_datagram_limit(&mut self, client: ClientId, bytes: usize) {
        if let Some(peer) = self.peers.get_mut(&client) {
            peer.datagram_limit = bytes;
        }
    }

    /// What the transport's own congestion control lets through to this client: so many bytes each
    /// round trip. Without it only what the core measures counts.
    pub fn set_window(&mut self, client: ClientId, window_bytes: u64, round_trip: Duration) {
        if let Some(peer) = self.peers.get_mut(&client) {
            peer.congestion.set_window(window_bytes, round_trip.as_secs_f32());
        }
    }

    /// What is known of the path to a client.
    #[must_use]
    pub fn path(&self, client: ClientId) -> Option<Reading> {
        self.peers.get(&client).map(|peer| peer.congestion.reading())
    }

    /// What happened since the last call.
    pub fn poll_event(&mut self) -> Option<ServerEvent<P::Request>> {
        while let Some((client, hello, resume)) = self.introductions.pop_front() {
            self.introduce(client, hello, resume);
        }
        self.events.pop_front()
    }

    /// Lets a client in. Returns `false` when it has gone since it asked: then it was never here, and
    /// no [`ServerEvent::Left`] will come.
    #[must_use]
    pub fn welcome(&mut self, client: ClientId, greeting: P::Greeting) -> bool {
        let turn = self.turn_of_the_next();
        let peer = self.peers.get_mut(&client).filter(|peer| peer.stage == Stage::Deciding);
        let Some(peer) = peer else { return false };
        let (resumed, token) = (peer.has_session(), self.tokens.draw());
        peer.enter(self.tick, &self.config, turn, token);
        peer.heard_bytes = self.said.len();
        let welcome = Welcome {
            tick: self.tick.0,
            tick_rate: self.config.tick_rate.hz(),
            snapshot_interval: self.config.snapshot_interval,
            token,
            resumed,
            baseline: peer.kept_tick().map(|tick| tick.0),
            greeting,
        };
        self.write(client, &ToClient::Welcome(Box::new(welcome)));
        true
    }

    /// Exactly one input of a client for the current tick. `None` when the client isn't in.
    pub fn take_command(&mut self, client: ClientId) -> Option<Command<P::Input>> {
        let peer = self.peers.get_mut(&client).filter(|peer| peer.stage == Stage::Active)?;
        Some(peer.take_command(self.tick))
    }

    /// For how many ticks a client's input was not there when it was needed, since its first input of this connection
    /// came. The client is told with its snapshots.
    ///
    /// ```
    /// # mod walkers { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/walkers.rs")); }
    /// # use netcode::Tick;
    /// let (mut server, ann, ..) = walkers::played(60);
    /// assert_eq!(server.inputs_missed(ann), 0);
    /// for tick in 61..=200 {
    ///     server.begin_tick(Tick(tick)); // and nothing comes
    ///     server.take_command(ann).expect("the last one goes on");
    /// }
    /// assert!(server.inputs_missed(ann) > 130);
    /// ```
    #[must_use]
    pub fn inputs_missed(&self, client: ClientId) -> u32 {
        self.peers.get(&client).map_or(0, |peer| peer.inputs_missed())
    }

    /// The inputs of a client that have come for later ticks: its own screen shows them already.
    pub fn waiting_inputs(&self, client: ClientId) -> impl Iterator<Item = P::Input> {
        self.peers.get(&client).into_iter().flat_map(|peer| peer.waiting_inputs())
    }

    /// Takes the state of the current tick, for [`Server::send_snapshot`]. Returns one that is no
    /// longer needed, so that its allocation can be used again.
    ///
    /// # Panics
    /// When the snapshot is not newer than the one before, or holds too many entities.
    pub fn publish(&mut self, snapshot: Snapshot) -> Option<Snapshot> {
        assert!(snapshot.len() <= limits::ENTITIES, "more entities than limits::ENTITIES");
        let unused = self.ring.push(snapshot);
        self.shared.start(&self.ring);
        unused
    }

    /// The newest snapshot.
    #[must_use]
    pub fn newest(&self) -> Option<&Snapshot> {
        self.ring.newest()
    }

    /// Sends a client what it may see of the newest snapshot, as much of it as its path carries.
    /// `visible` is in the order of entities; of more than [`limits::VISIBLE_ENTITIES`] those of least
    /// weight are left out. On a very slow path only every second call sends anything.
    pub fn send_snapshot(&mut self, client: ClientId, visible: &[Candidate]) {
        let Some(now) = self.ring.newest() else { return };
        let Some(peer) = self.peers.get_mut(&client).filter(|p| p.stage == Stage::Active) else {
            return;
        };
        if let Some(news) = peer.hear(&self.said) {
            self.outgoing.push_back(said::spoken(client, news, &mut self.buffers));
        }
        let interval_ticks = u32::from(self.config.snapshot_interval) * u32::from(self.stride);
        let Some(room) = peer.congestion.next_snapshot(interval_ticks) else { return };
        let visible = weightiest(visible, &mut self.most);
        let most = peer.limit_bytes(self.config.snapshot_cap_bytes);
        let limit = most.min(room);
        let first = peer.begin_view(&self.ring, now, &mut self.shared, visible, (limit, most));
        while let Some(part) = peer.pace.next_part() {
            let mut bytes = Vec::new();
            frame::write(&ToClient::<P::Greeting, P::Event>::View(part), &mut bytes);
            self.outgoing.push_back(Transmit { client, action: Action::Stream(bytes) });
        }
        let left = peer.pace.share(limit, self.config.join_percent);
        let limit = if first { most } else { left };
        let (shared, packer) = (&mut self.shared, &mut self.packer);
        let buffer = buffer(&mut self.buffers);
        let bytes = peer.pack(&self.ring, now, shared, packer, visible, (limit, buffer));
        self.outgoing.push_back(Transmit { client, action: Action::Datagram(bytes) });
    }

    /// Takes back the bytes of something that [`Server::poll_transmit`] gave out and that is sent: a
    /// transport that returns what it has copied keeps the server from allocating.
    ///
    /// ```
    /// # mod walkers { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/walkers.rs")); }
    /// # use walkers::*;
    /// let (mut server, ann, _client, _) = played(60);
    /// server.broadcast(&"hello".to_owned());
    /// let transmit = server.poll_transmit().expect("there is a line");
    /// if let netcode::server::Action::Stream(bytes) = transmit.action {
    ///     assert!(transmit.client == ann && !bytes.is_empty()); // the transport copies it, and then
    ///     server.recycle(bytes);
    /// }
    /// ```
    pub fn recycle(&mut self, mut bytes: Vec<u8>) {
        let enough = limits::SPARE_BUFFERS_PER_CLIENT.saturating_mul(self.peers.len().max(1));
        if self.buffers.len() < enough && bytes.capacity() <= limits::DATAGRAM_BYTES * 2 {
            bytes.clear();
            self.buffers.push(bytes);
        }
    }

    /// The next of what is written already, for a transport that sends while the tick's other snapshots are still
    /// packed. What all are told comes in front of their snapshots, so who gets none in this tick hears it
    /// from [`Server::poll_transmit`], which comes last in any case.
    ///
    /// ```
    /// # mod walkers { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/walkers.rs")); }
    /// # use walkers::*;
    /// let (mut server, ann, _client, _) = played(60);
    /// server.broadcast(&"the walk begins".to_owned());
    /// assert!(server.poll_written().is_none(), "it may still ride with a snapshot");
    /// assert!(server.poll_transmit().is_some_and(|transmit| transmit.client == ann));
    /// ```
    pub fn poll_written(&mut self) -> Option<Transmit> {
        self.outgoing.pop_front()
    }

    /// The next thing for the transport to do.
    pub fn poll_transmit(&mut self) -> Option<Transmit> {
        self.tell_all();
        self.outgoing.pop_front()
    }

    /// The clients that were welcomed, in the order in which they came.
    pub fn clients(&self) -> impl Iterator<Item = ClientId> {
        self.peers.iter().filter(|(_, peer)| peer.stage == Stage::Active).map(|(client, _)| *client)
    }

    /// How many connections there are, welcomed or not. The lost have none.
    #[must_use]
    pub fn connections(&self) -> usize {
        self.peers.values().filter(|peer| peer.stage != Stage::Lost).count()
    }

    fn hear(&mut self, client: ClientId, heard: Heard<P::Request>) {
        match heard {
            Heard::Request(request) => {
                self.events.push_back(ServerEvent::Request { client, request });
            }
            Heard::Hello(hello, resume) => self.introductions.push_back((client, hello, resume)),
        }
    }
}

/// Memory for what is sent next. What was sent before was about as long, so that it seldom grows.
fn buffer(spare: &mut Vec<Vec<u8>>) -> Vec<u8> {
    spare.pop().unwrap_or_default()
}

/// Of too many candidates, those that matter most, in the order of entities again.
fn weightiest<'a>(visible: &'a [Candidate], most: &'a mut Vec<Candidate>) -> &'a [Candidate] {
    if visible.len() <= limits::VISIBLE_ENTITIES {
        return visible;
    }
    most.clear();
    most.extend_from_slice(visible);
    // Of those that matter alike the first ones go.
    most.select_nth_unstable_by(limits::VISIBLE_ENTITIES - 1, |a, b| {
        b.weight.total_cmp(&a.weight).then(a.index.cmp(&b.index))
    });
    most.truncate(limits::VISIBLE_ENTITIES);
    most.sort_unstable_by_key(|candidate| candidate.index);
    most
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::delta::tests::Walk;

    #[test]
    fn numbers_of_clients_begin_anew_without_meeting_those_who_stay() {
        let mut server = Server::<Walk>::new(ServerConfig::default(), 1, Tick(0));
        let first = server.connect(PeerKey([0; 32]));
        let second = server.connect(PeerKey([0; 32]));
        // As after four thousand million others.
        server.next_client = first.0;
        let late = server.connect(PeerKey([0; 32]));
        assert!(late != first && late != second && server.peers.len() == 3);
    }
}
