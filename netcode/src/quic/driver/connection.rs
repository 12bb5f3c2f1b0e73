//! One connection: QUIC's state, the one stream that both cores use, and how it comes to its end.

use super::{departure::WORDS_BYTES, words::Words};
use crate::{
    limits,
    quic::{PathStats, origin::Origin},
    server::PeerKey,
};
use bytes::Bytes;
use quinn_proto::{
    ConnectionError, ConnectionHandle, Dir, Endpoint, EndpointEvent, Event, StreamEvent, StreamId,
    VarInt,
};
use std::{
    fmt,
    time::{Duration, Instant},
};

/// How long a farewell may take to arrive before the connection is cut.
pub(crate) const FAREWELL: Duration = Duration::from_millis(500);

/// Room for the stream that a connection keeps when nothing waits: that of a first view, which nobody needs
/// a second time, is kilobytes.
const BACKLOG_BYTES: usize = 256;

/// A connection of a [`Driver`](super::Driver).
pub struct Connection {
    pub(super) quic: quinn_proto::Connection,
    /// Tells this connection from an earlier one at the same place.
    pub(super) born: u64,
    /// Whether nobody asks for it any more: it goes when QUIC is done with it.
    pub(super) is_released: bool,
    /// By when it must be up, or over.
    pub(super) deadline: Option<Instant>,
    /// Whence it came, as long as the owner has not taken it for one of its own; none of those that one began
    /// oneself.
    pub(super) stranger: Option<Origin>,
    /// Packets that came before the handshake was done.
    pub(super) early_packets: u32,
    stream: Option<StreamId>,
    /// Bytes of the stream that QUIC did not take yet.
    backlog: Vec<u8>,
    /// Whether it did not take all of them when it was asked last.
    is_blocked: bool,
    /// The newest datagram, while QUIC still holds one that could not go.
    newest: Option<Bytes>,
    /// What QUIC says of its room for datagrams when none waits.
    empty_bytes: usize,
    is_connected: bool,
    farewell: Option<String>,
    end: Option<ConnectionError>,
    /// QUIC's last word to the endpoint, kept until the connection is released: after it, the place may
    /// be given to another.
    drained: Option<EndpointEvent>,
}

impl fmt::Debug for Connection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connection")
            .field("peer", &self.quic.remote_address())
            .finish_non_exhaustive()
    }
}

impl Connection {
    pub(super) fn new(
        mut quic: quinn_proto::Connection,
        born: u64,
        deadline: Instant,
        stranger: Option<Origin>,
    ) -> Self {
        let empty_bytes = quic.datagrams().send_buffer_space();
        Self {
            quic,
            born,
            is_released: false,
            deadline: Some(deadline),
            stranger,
            early_packets: 0,
            stream: None,
            backlog: Vec::new(),
            is_blocked: false,
            newest: None,
            empty_bytes,
            is_connected: false,
            farewell: None,
            end: None,
            drained: None,
        }
    }

    /// Whether the handshake is done.
    #[must_use]
    pub fn is_connected(&self) -> bool {
        self.is_connected
    }

    /// Whether the handshake is done, the stream is there, and nobody has said goodbye: a farewell takes a while to
    /// arrive, and who is told it is no newcomer.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.is_settled() && self.stream.is_some() && !self.is_released
    }

    /// Why it is over, if it is.
    #[must_use]
    pub fn end(&self) -> Option<&ConnectionError> {
        self.end.as_ref()
    }

    /// Whether it goes on as it is: neither coming up nor ending.
    pub(super) fn is_settled(&self) -> bool {
        self.is_connected && self.end.is_none() && self.farewell.is_none()
    }

    /// Whether QUIC has nothing more to do.
    pub(super) fn is_drained(&self) -> bool {
        self.drained.is_some()
    }

    /// Takes what QUIC has said last, to free the place.
    pub(super) fn take_drained(&mut self) -> Option<EndpointEvent> {
        self.drained.take()
    }

    /// The key that the other side has proved.
    #[must_use]
    pub fn peer_key(&self) -> Option<PeerKey> {
        crate::quic::tls::peer_key(self.quic.crypto_session())
    }

    /// Where the other side is.
    #[must_use]
    pub fn remote_address(&self) -> std::net::SocketAddr {
        self.quic.remote_address()
    }

    /// What was counted and measured.
    #[must_use]
    pub fn path(&self) -> PathStats {
        PathStats::of(&self.quic)
    }

    /// What congestion control lets through in a round trip, and how long that is.
    #[must_use]
    pub fn window(&self) -> (u64, Duration) {
        (self.quic.congestion_state().window(), self.quic.rtt())
    }

    /// The longest datagram that the path takes.
    pub fn datagram_limit(&mut self) -> Option<usize> {
        self.quic.datagrams().max_size()
    }

    /// The next datagram that came.
    pub fn take_datagram(&mut self) -> Option<Bytes> {
        self.quic.datagrams().recv()
    }

    /// The next bytes of the stream.
    pub fn take_stream(&mut self) -> Option<Bytes> {
        let mut stream = self.quic.recv_stream(self.stream?);
        let mut chunks = stream.read(true).ok()?;
        let chunk = chunks.next(limits::MESSAGE_BYTES);
        // What is to be told of it goes with the next packet.
        let _ = chunks.finalize();
        chunk.ok().flatten().map(|chunk| chunk.bytes)
    }

    /// Bytes of the stream that wait.
    #[must_use]
    pub fn backlog_bytes(&self) -> usize {
        self.backlog.len()
    }

    /// Puts bytes behind those that wait for the stream.
    pub(super) fn queue_stream(&mut self, bytes: &[u8]) {
        self.backlog.extend_from_slice(bytes);
    }

    /// A datagram for the next packet. `only` is for datagrams of which each supersedes those before it.
    pub(super) fn queue_datagram(&mut self, bytes: Bytes, only: bool) {
        if only && self.has_datagram() {
            self.newest = Some(bytes);
        } else {
            // What can't go at all is superseded by the next one.
            let _ = self.quic.datagrams().send(bytes, true);
        }
    }

    /// Hands QUIC what it takes now; a few words in memory that others who were told the same share. Of a stream that
    /// takes little only what it takes is copied: QUIC keeps all of a piece for as long as a byte of it is not
    /// acknowledged.
    pub(super) fn fill(&mut self, words: &mut Words) {
        if self.newest.is_some() && !self.has_datagram() {
            let newest = self.newest.take().unwrap_or_default();
            let _ = self.quic.datagrams().send(newest, true);
        }
        let Some(stream) = self.stream else { return };
        while !self.backlog.is_empty() {
            let mut stream = self.quic.send_stream(stream);
            let taken = if self.is_blocked || self.backlog.len() > WORDS_BYTES {
                stream.write(&self.backlog)
            } else {
                let written = stream.write_chunks(&mut [words.share(&self.backlog)]);
                written.map(|written| written.bytes)
            };
            self.is_blocked = taken != Ok(self.backlog.len());
            let Ok(taken) = taken else { return };
            self.backlog.drain(..taken);
        }
        if self.backlog.capacity() > BACKLOG_BYTES {
            self.backlog = Vec::new();
        }
    }

    /// Whether a datagram waits in QUIC.
    pub(super) fn has_datagram(&mut self) -> bool {
        self.quic.datagrams().send_buffer_space() < self.empty_bytes
    }

    /// Carries what QUIC and its endpoint have to say to each other, and notes what happened.
    pub(super) fn pump(&mut self, handle: ConnectionHandle, endpoint: &mut Endpoint, now: Instant) {
        while let Some(event) = self.quic.poll_endpoint_events() {
            if event.is_drained() {
                self.drained = Some(event);
            } else if let Some(answer) = endpoint.handle_event(handle, event) {
                self.quic.handle_event(answer);
            }
        }
        while let Some(event) = self.quic.poll() {
            match event {
                Event::Connected => {
                    self.is_connected = true;
                    if self.quic.side().is_client() {
                        self.deadline = None;
                        self.stream = self.quic.streams().open(Dir::Bi);
                    }
                }
                Event::Stream(StreamEvent::Opened { dir: Dir::Bi }) => {
                    self.stream = self.stream.or_else(|| self.quic.streams().accept(Dir::Bi));
                }
                Event::Stream(StreamEvent::Finished { .. } | StreamEvent::Stopped { .. }) => {
                    self.say_farewell(now);
                }
                Event::ConnectionLost { reason } => self.end = self.end.take().or(Some(reason)),
                _ => {}
            }
        }
    }

    /// Closes as soon as what was written has arrived, or after a while.
    pub(super) fn part(&mut self, now: Instant, reason: &str) {
        self.fill(&mut Words::default());
        self.farewell = Some(reason.to_owned());
        self.deadline = Some(now + FAREWELL);
        let finished = self.stream.is_some_and(|id| self.quic.send_stream(id).finish().is_ok());
        if !finished {
            self.say_farewell(now);
        }
    }

    /// Closes at once.
    pub(super) fn close(&mut self, now: Instant, reason: &str) {
        self.deadline = None;
        self.farewell = None;
        if self.end.is_none() {
            self.end = Some(ConnectionError::LocallyClosed);
            let reason = Bytes::copy_from_slice(reason.as_bytes());
            self.quic.close(now, VarInt::from_u32(0), reason);
        }
    }

    /// Its time is over: it did not come up, or the farewell did not arrive.
    pub(super) fn expire(&mut self, now: Instant) {
        let was_leaving = self.farewell.is_some();
        self.say_farewell(now);
        if !was_leaving && self.end.is_none() {
            self.close(now, "the handshake took too long");
            self.end = Some(ConnectionError::TimedOut);
        }
    }

    fn say_farewell(&mut self, now: Instant) {
        if let Some(reason) = self.farewell.take() {
            self.close(now, &reason);
        }
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::quic::{
        config,
        driver::{Driver, Port, Role},
        tls::{Identity, pinned},
    };

    /// A server and a client that reached it, who has said a word on its stream.
    pub(in crate::quic::driver) fn pair() -> (Driver, Driver, usize) {
        let identity = Identity::generate().expect("there is randomness");
        let any = "127.0.0.1:0".parse().expect("it is an address");
        let mut server = Driver::listen(any, &identity).expect("there are ports");
        let place = server.local_address().expect("it is bound");
        let port = Port::open(any, Role::Client, None).expect("there are sockets");
        let mut client = Driver::new(port, config::connecting(false), None);
        let config = config::client(&identity, pinned(identity.fingerprint())).expect("a key");
        let begun = Instant::now();
        let own = client.connect(begun, config, place, Duration::from_secs(10)).expect("a path");
        let mut news = Vec::new();
        loop {
            client.receive(Instant::now());
            client.queue_stream(own, b"hello");
            client.send(Instant::now());
            server.receive(Instant::now());
            server.take_news(&mut news);
            let open =
                news.iter().find(|index| server.connection(**index).is_some_and(|c| c.is_open()));
            if let Some(index) = open.copied() {
                server.admit(index);
                return (server, client, index);
            }
            assert!(begun.elapsed() < Duration::from_secs(60), "they never met");
            std::thread::sleep(Duration::from_millis(1));
        }
    }

    #[test]
    fn who_is_shown_out_is_no_newcomer() {
        let (mut server, _client, index) = pair();
        let now = Instant::now();
        server.part(now, index, "out");
        let connection = server.connection(index).expect("the farewell is on its way");
        assert!(connection.end().is_none() && !connection.is_open());
        server.release(now, index);
        assert!(!server.connection(index).expect("still").is_open());
    }

    #[test]
    fn a_farewell_that_nobody_acknowledges_ends_in_time() {
        let (mut server, _silent, index) = pair();
        let now = Instant::now();
        server.part(now, index, "out");
        server.release(now, index);
        let just_before = now + FAREWELL - Duration::from_millis(1);
        server.receive(just_before);
        assert!(server.connection(index).expect("it waits").end().is_none(), "cut too early");
        server.receive(now + FAREWELL);
        let end = server.connection(index).map(|connection| connection.end().is_some());
        assert_ne!(end, Some(false), "the farewell has no end");
        // QUIC itself remembers a closed connection for three of its timeouts.
        server.receive(now + FAREWELL + Duration::from_secs(4));
        assert!(server.connection(index).is_none(), "its place is not free");
    }

    #[test]
    fn words_for_who_takes_none_are_not_kept_by_quic_or_by_us() {
        let (mut server, mut client, index) = pair();
        let turn = |server: &mut Driver, client: &mut Driver| {
            server.send(Instant::now());
            client.receive(Instant::now());
            client.send(Instant::now());
            server.receive(Instant::now());
            std::thread::sleep(Duration::from_millis(1));
        };
        // The client reads nothing of its stream, so that after a while nothing more may be sent.
        let waits = |server: &mut Driver| server.connection(index).expect("it is up").is_blocked;
        for word in 0..2_000_u32 {
            if waits(&mut server) {
                break;
            }
            server.queue_stream(index, &[word.to_le_bytes(); 50].concat());
            turn(&mut server, &mut client);
        }
        assert!(waits(&mut server), "it takes everything");
        for word in 1..4 {
            server.queue_stream(index, &[word; 9]);
            turn(&mut server, &mut client);
            let in_vain = server.words.remembers(|words| words.ends_with(&[word; 9]));
            assert!(!in_vain, "all that waits was copied, and nothing of it was taken");
        }
    }
}
