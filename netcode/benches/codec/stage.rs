//! A real server whose clients acknowledge exactly what the benchmark says they do.

use crate::tables::{Idle, Recorded};
use netcode::{
    Protocol, Snapshot, Tick,
    ack::Acks,
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

/// The server and its time.
pub(crate) struct Stage {
    server: Server<Recorded>,
    tick: Tick,
}

impl Stage {
    /// A server that was at `tick` when its first clients came.
    pub(crate) fn new(config: ServerConfig, tick: Tick) -> Self {
        Self { server: Server::new(config, tick), tick }
    }

    /// Lets a client in. Returns with it the bytes of the server's welcome.
    pub(crate) fn join(&mut self) -> (ClientId, Vec<u8>) {
        let client = self.server.connect(PeerKey([0; 32]));
        let mut bytes = Vec::new();
        frame::write(&ToServer::<()>::Hello(hello()), &mut bytes);
        self.server.handle_stream(client, &bytes);
        let event = self.server.poll_event();
        assert!(matches!(event, Some(ServerEvent::Hello { .. })), "no hello, but {event:?}");
        assert!(self.server.welcome(client, ()), "the client is there");
        self.server.set_datagram_limit(client, limits::DATAGRAM_BYTES);
        match self.server.poll_transmit().map(|transmit| transmit.action) {
            Some(Action::Stream(welcome)) => (client, welcome),
            other => panic!("no welcome, but {other:?}"),
        }
    }

    /// Lets a client go.
    pub(crate) fn leave(&mut self, client: ClientId) {
        self.server.handle_closed(client, "");
        while self.server.poll_event().is_some() {}
    }

    /// Begins the tick of the next snapshot.
    pub(crate) fn begin(&mut self, tick: Tick) {
        self.tick = tick;
        self.server.begin_tick(tick);
    }

    /// Makes this the newest snapshot.
    pub(crate) fn publish(&mut self, snapshot: Snapshot) {
        self.server.publish(snapshot);
    }

    /// Packs a datagram.
    pub(crate) fn send(&mut self, client: ClientId, visible: &[Candidate]) {
        self.server.send_snapshot(client, visible);
    }

    /// The next datagram that was packed.
    pub(crate) fn poll(&mut self) -> Option<(ClientId, Vec<u8>)> {
        let transmit = self.server.poll_transmit()?;
        match transmit.action {
            Action::Datagram(bytes) => Some((transmit.client, bytes)),
            other => panic!("no datagram, but {other:?}"),
        }
    }

    /// The client says that this datagram came.
    pub(crate) fn acknowledge(&mut self, client: ClientId, datagram: &[u8]) {
        let mut acks = Acks::default();
        acks.record(sequence(datagram));
        let newest = self.tick.low_bits();
        let batch =
            InputBatch { newest, inputs: vec![Stamped { input: Idle::default(), glance: None }] };
        let mut writer = BitWriter::default();
        acks.write(&mut writer);
        batch.write(&mut writer);
        self.server.handle_datagram(client, &writer.finish());
    }
}

/// How any client introduces itself.
pub(crate) fn hello() -> Hello {
    Hello {
        protocol: Recorded::hash(),
        version: Recorded::VERSION.to_owned(),
        assets: 0,
        name: "viewer".to_owned(),
        wish: Wish::Watch,
    }
}

/// Everything in a snapshot, equally important.
pub(crate) fn everything(snapshot: &Snapshot) -> Vec<Candidate> {
    (0..snapshot.len()).map(|index| Candidate { index, weight: 1.0 }).collect()
}

/// The sequence number of a datagram: its first 16 bits, the lowest first (docs/protocol.md).
fn sequence(datagram: &[u8]) -> u16 {
    let first = datagram.first_chunk().expect("a datagram begins with its sequence number");
    u16::from_le_bytes(*first)
}
