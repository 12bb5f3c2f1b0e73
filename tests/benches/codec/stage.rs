//! A real server whose clients acknowledge exactly what the benchmark says they do, and whose inputs come just in
//! time, one in a datagram.

use crate::subject::Subject;
use netcode::{
    Snapshot, Tick,
    ack::{Acks, sequence_of},
    budget::Candidate,
    input::{InputBatch, Stamped},
    limits,
    server::{Action, ClientId, PeerKey, Server, ServerConfig, ServerEvent},
    wire::{
        bits::BitWriter,
        frame,
        message::{Hello, ToServer, Wish},
    },
};
use std::collections::BTreeMap;

/// The server and its time.
pub(crate) struct Stage<P: Subject> {
    server: Server<P>,
    scene: &'static str,
    interval: u16,
    tick: Tick,
    /// How many clients came so far: each is a player of its own.
    joined: u64,
    /// When each client was let in: from there its snapshots are numbered.
    welcomed: BTreeMap<ClientId, Tick>,
}

impl<P: Subject> Stage<P> {
    /// A server that was at `tick` when its first clients came.
    pub(crate) fn new(scene: &'static str, config: ServerConfig, tick: Tick) -> Self {
        let server = Server::new(config, P::scenery(scene), tick);
        Self {
            server,
            scene,
            interval: config.snapshot_interval,
            tick,
            joined: 0,
            welcomed: BTreeMap::new(),
        }
    }

    /// Lets a client in. Returns with it the bytes of the server's welcome.
    pub(crate) fn join(&mut self) -> (ClientId, Vec<u8>) {
        self.joined += 1;
        let mut key = [0; 32];
        key[..8].copy_from_slice(&self.joined.to_le_bytes());
        let client = self.server.connect(PeerKey(key));
        let mut bytes = Vec::new();
        frame::write(&ToServer::<P::Request>::Hello(hello::<P>()), &mut bytes);
        self.server.handle_stream(client, &bytes);
        let event = self.server.poll_event();
        assert!(matches!(event, Some(ServerEvent::Hello { .. })), "no hello, but {event:?}");
        assert!(self.server.welcome(client, P::greeting(self.scene)), "the client is there");
        self.welcomed.insert(client, self.tick);
        self.server.set_datagram_limit(client, limits::DATAGRAM_BYTES);
        self.server.grant_rate(client, 100_000_000);
        match self.server.poll_transmit().map(|transmit| transmit.action) {
            Some(Action::Stream(welcome)) => (client, welcome),
            other => panic!("no welcome, but {other:?}"),
        }
    }

    /// Plays on to the tick of the next snapshot.
    pub(crate) fn begin(&mut self, tick: Tick) {
        let clients: Vec<_> = self.welcomed.keys().copied().collect();
        while self.tick != tick {
            clients.iter().for_each(|client| self.hear(*client, &Acks::default()));
            self.tick = self.tick.next();
            self.server.begin_tick(self.tick);
            clients.iter().for_each(|client| {
                self.server.take_command(*client);
            });
        }
    }

    /// The input for the next tick comes, and with it what the client acknowledges.
    fn hear(&mut self, client: ClientId, acks: &Acks) {
        let idle = Stamped { input: P::Input::default(), glance: None };
        let batch = InputBatch { newest: self.tick.next().low_bits(), inputs: vec![idle] };
        let mut writer = BitWriter::default();
        acks.write(&mut writer);
        batch.write(&mut writer);
        self.server.handle_datagram(client, &writer.finish());
    }

    /// Makes this the newest snapshot. Returns one whose memory the next can have, as a server gives it.
    pub(crate) fn publish(&mut self, snapshot: Snapshot) -> Option<Snapshot> {
        self.server.publish(snapshot)
    }

    /// Packs a datagram.
    pub(crate) fn send(&mut self, client: ClientId, visible: &[Candidate]) {
        self.server.send_snapshot(client, visible);
    }

    /// The next datagram that was packed, and what went on the client's stream before it: parts of
    /// the first view, when that is too large for a datagram. They arrive at once.
    pub(crate) fn poll(&mut self) -> Option<(ClientId, Sent)> {
        let mut stream = Vec::new();
        loop {
            let transmit = self.server.poll_transmit()?;
            match transmit.action {
                Action::Datagram(datagram) => {
                    return Some((transmit.client, Sent { tick: self.tick, stream, datagram }));
                }
                Action::Stream(bytes) => stream.extend(bytes),
                other => panic!("no datagram, but {other:?}"),
            }
        }
    }

    /// The client says that its first view is whole.
    pub(crate) fn confirm_view(&mut self, client: ClientId) {
        let mut bytes = Vec::new();
        frame::write(&ToServer::<P::Request>::HaveView, &mut bytes);
        self.server.handle_stream(client, &bytes);
    }

    /// The client says that the datagram of this tick came.
    pub(crate) fn acknowledge(&mut self, client: ClientId, shown: Tick) {
        let mut acks = Acks::default();
        acks.record(sequence_of(shown, self.welcomed[&client], self.interval));
        self.hear(client, &acks);
    }
}

/// What a client is sent of one snapshot.
#[derive(Clone, Debug)]
pub(crate) struct Sent {
    /// What it shows.
    pub(crate) tick: Tick,
    pub(crate) stream: Vec<u8>,
    pub(crate) datagram: Vec<u8>,
}

/// How any client introduces itself.
pub(crate) fn hello<P: Subject>() -> Hello {
    Hello {
        protocol: P::hash(),
        version: P::VERSION.to_owned(),
        assets: 0,
        name: "viewer".to_owned(),
        wish: Wish::Watch,
    }
}

/// Everything in a snapshot, equally important.
pub(crate) fn everything(snapshot: &Snapshot) -> Vec<Candidate> {
    (0..snapshot.len()).map(|index| Candidate { index, weight: 1.0 }).collect()
}
