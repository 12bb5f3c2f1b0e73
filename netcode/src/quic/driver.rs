//! QUIC on one thread: a socket, quinn's state machine for it, and all its connections, which move when
//! the caller says so and never else.
//!
//! A server calls it from its tick, a program with many clients from its loop. There is no task, no lock,
//! no timer and no waking: [`Driver::receive`] takes in everything that came and fires what is due,
//! [`Driver::send`] lets everything out that waits. In between, the owner reads and writes the
//! connections that [`Driver::take_news`] names.
//!
//! Who is still shaking hands, or says goodbye, is answered within `receive`: they know no ticks. Those
//! who play are written to when there is something for them, and otherwise seldom: acknowledgements ride
//! along with what is sent anyway. `docs/decisions/0023` has what this saves.

mod arrival;
mod batch;
mod clock;
mod connection;
mod departure;
mod handshakes;
mod network;
mod outbox;
mod port;
mod slots;
mod words;

pub use connection::Connection;
pub(crate) use connection::FAREWELL;
pub(crate) use port::{Port, Role};

use super::{
    config,
    origin::{Origin, Origins},
    server::{ListenError, Totals},
    tls::Identity,
};
use clock::Clock;
use departure::QUIET;
use handshakes::Handshakes;
use port::Received;
use quinn_proto::{
    ClientConfig, ConnectError, ConnectionHandle, Endpoint, EndpointConfig, ServerConfig,
};
use slots::Slots;
use std::{
    fmt, io,
    net::SocketAddr,
    sync::Arc,
    time::{Duration, Instant},
};
use words::Words;

/// Packets taken in at once, three times what a thousand players send in a tick; what is more waits at the socket,
/// or is lost there. A flood must not hold up a tick for longer than it takes to read so many.
const PACKETS_AT_ONCE: usize = 4_096;
/// Bytes of a slot for datagrams to be sent: several of an Ethernet's, which are packed at once unless the path is full.
const DATAGRAM_SLOT_BYTES: usize = 4_096;
/// An endpoint with all its connections. `quic::server` and `quic::client` are what a game needs; this is
/// for servers of another kind, and for measuring.
///
/// ```
/// use netcode::quic::{driver::Driver, tls::Identity};
/// use std::time::Instant;
/// let mut driver = Driver::listen("127.0.0.1:0".parse()?, &Identity::generate()?)?;
/// let mut news = Vec::new();
/// driver.receive(Instant::now());
/// driver.take_news(&mut news);
/// for index in news.drain(..) {
///     let datagram = driver.connection(index).and_then(|connection| connection.take_datagram());
///     driver.send_datagram(Instant::now(), index, &datagram.unwrap_or_default());
/// }
/// driver.send(Instant::now());
/// assert!(driver.local_address()?.port() > 0 && driver.open() == 0);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Driver {
    endpoint: Endpoint,
    port: Port,
    /// By the index that QUIC calls a handle.
    connections: Vec<Option<Box<Connection>>>,
    /// What is looked at in each turn, for all connections, close together in memory.
    clocks: Vec<Clock>,
    /// Whose packets or timers came in this turn.
    touched: Vec<usize>,
    /// Who has something for the owner.
    news: Vec<usize>,
    /// Who may have something to send.
    sending: Vec<usize>,
    /// Handshakes that wait, on a server; a client begins its own.
    handshakes: Option<Handshakes>,
    /// Strangers that the owner has not admitted yet, those who wait to begin included.
    half_open: Origins,
    born: u64,
    inbox: Vec<Received>,
    scratch: Vec<u8>,
    /// Where datagrams lie until they are packed.
    slots: Slots,
    /// What was said on streams last.
    words: Words,
    /// How long words and acknowledgements wait for a datagram that carries them.
    quiet: Duration,
    /// What connections counted that are gone.
    past: Totals,
}

impl fmt::Debug for Driver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Driver").field("port", &self.port).finish_non_exhaustive()
    }
}

impl Driver {
    /// An endpoint that connections may come to, if there is a configuration for them.
    pub(crate) fn new(port: Port, config: EndpointConfig, server: Option<ServerConfig>) -> Self {
        let handshakes = server.as_ref().map(|_| Handshakes::default());
        let (server, finds_mtu) = (server.map(Arc::new), !port.may_fragment());
        Self {
            endpoint: Endpoint::new(Arc::new(config), server, finds_mtu, None),
            port,
            connections: Vec::new(),
            clocks: Vec::new(),
            touched: Vec::new(),
            news: Vec::new(),
            sending: Vec::new(),
            handshakes,
            half_open: Origins::default(),
            born: 0,
            inbox: Vec::new(),
            scratch: Vec::new(),
            slots: Slots::new(DATAGRAM_SLOT_BYTES),
            words: Words::default(),
            quiet: QUIET,
            past: Totals::default(),
        }
    }

    /// Listens.
    ///
    /// # Errors
    /// When the address can't be bound or the identity is not usable.
    pub fn listen(address: SocketAddr, identity: &Identity) -> Result<Self, ListenError> {
        let server = config::server(identity)?;
        let port = Port::open(address, Role::Server, None);
        let port = port.map_err(|error| ListenError::Bind { address, error })?;
        Ok(Self::new(port, config::listening(identity), Some(server)))
    }

    /// Where it listens, or sends from.
    ///
    /// # Errors
    /// When the system can't tell.
    pub fn local_address(&self) -> io::Result<SocketAddr> {
        self.port.socket().local_addr()
    }

    pub(crate) fn port(&self) -> &Port {
        &self.port
    }

    /// Takes in everything that came, and lets time pass until now.
    pub fn receive(&mut self, now: Instant) {
        let mut inbox = std::mem::take(&mut self.inbox);
        let mut taken = 0;
        while taken < PACKETS_AT_ONCE {
            let there_is_more = self.port.receive(now, &mut inbox);
            taken += inbox.len();
            for received in inbox.drain(..) {
                self.take(now, received);
            }
            if !there_is_more {
                break;
            }
        }
        self.inbox = inbox;
        self.shake_hands(now);
        self.fire(now);
        self.settle(now);
        self.port.flush(now);
    }

    /// Who came, said something or is gone since the last call, into `news`.
    pub fn take_news(&mut self, news: &mut Vec<usize>) {
        news.clear();
        std::mem::swap(news, &mut self.news);
        news.iter().for_each(|index| self.clocks[*index].has_news = false);
    }

    /// Names a connection in the next news again: not all of it was read.
    pub(crate) fn keep_news(&mut self, index: usize) {
        if let Some(clock) = self.clocks.get_mut(index)
            && !std::mem::replace(&mut clock.has_news, true)
        {
            self.news.push(index);
        }
    }

    /// The connection at this place, while there is one.
    pub fn connection(&mut self, index: usize) -> Option<&mut Connection> {
        self.connections.get_mut(index)?.as_deref_mut()
    }

    /// Begins a connection.
    pub(crate) fn connect(
        &mut self,
        now: Instant,
        config: ClientConfig,
        server: SocketAddr,
        deadline: Duration,
    ) -> Result<usize, ConnectError> {
        let (handle, quic) = self.endpoint.connect(now, config, server, "netcode")?;
        self.insert(handle, quic, now + deadline, None);
        self.settle(now);
        self.port.flush(now);
        Ok(handle.0)
    }

    /// The owner takes this connection for its own.
    pub fn admit(&mut self, index: usize) {
        if let Some(connection) = self.connection(index) {
            connection.deadline = None;
        }
        self.count_out(index);
    }

    /// Counts a connection no longer among those that are half open.
    fn count_out(&mut self, index: usize) {
        if let Some(origin) = self.connection(index).and_then(|found| found.stranger.take()) {
            self.half_open.remove(origin);
        }
    }

    /// Closes a connection when what was written has arrived, for this reason.
    pub fn part(&mut self, now: Instant, index: usize, reason: &str) {
        if let Some(connection) = self.connection(index) {
            connection.part(now, reason);
            self.touch(index);
            self.settle(now);
        }
    }

    /// Closes a connection at once, for this reason.
    pub fn close(&mut self, now: Instant, index: usize, reason: &str) {
        if let Some(connection) = self.connection(index) {
            connection.close(now, reason);
            self.touch(index);
            self.settle(now);
        }
    }

    /// Nobody will ask for this connection again. It goes when QUIC is done with it, and a farewell under way has
    /// as long as it had.
    pub fn release(&mut self, now: Instant, index: usize) {
        self.count_out(index);
        if let Some(connection) = self.connection(index) {
            connection.is_released = true;
            self.touch(index);
            self.settle(now);
        }
    }

    /// Connections that QUIC is not done with.
    pub fn open(&self) -> usize {
        self.connections.iter().flatten().filter(|connection| !connection.is_drained()).count()
    }

    /// Parts with everybody, and takes nobody in any more.
    pub fn part_all(&mut self, now: Instant, reason: &str) {
        self.endpoint.set_server_config(None);
        let waiting = self.handshakes.as_mut().map(Handshakes::take_incoming).unwrap_or_default();
        for incoming in waiting {
            self.half_open.remove(Origin::of(incoming.remote_address().ip()));
            self.endpoint.ignore(incoming);
        }
        for index in 0..self.connections.len() {
            self.part(now, index, reason);
            self.release(now, index);
        }
    }

    /// Goes on from another port, as if a router on the way had forgotten us.
    pub(crate) fn rebind(&mut self) -> io::Result<()> {
        self.port.rebind()?;
        for index in 0..self.connections.len() {
            if let Some(connection) = self.connection(index) {
                connection.quic.local_address_changed();
                self.want_sending(index, true);
            }
        }
        Ok(())
    }

    /// What all connections counted, those that are gone included.
    pub fn totals(&self) -> Totals {
        let mut totals = self.past;
        self.connections.iter().flatten().for_each(|connection| totals.add(&connection.path()));
        totals
    }

    /// When [`Driver::receive`] has something to do, even if nothing comes.
    pub(crate) fn next_due(&self) -> Option<Instant> {
        let timers = self.clocks.iter().filter_map(|clock| clock.due);
        timers.chain(self.port.next_due()).min()
    }

    /// Waits until something came, or until then.
    pub fn wait(&self, until: Instant) {
        self.port.wait(until);
    }

    /// Fires the timers that are due: of QUIC, of handshakes, of farewells.
    fn fire(&mut self, now: Instant) {
        for index in 0..self.clocks.len() {
            if self.clocks[index].due.is_none_or(|due| due > now) {
                continue;
            }
            if let Some(connection) = self.connection(index) {
                connection.quic.handle_timeout(now);
                if connection.deadline.is_some_and(|deadline| deadline <= now) {
                    connection.expire(now);
                }
                self.touch(index);
            }
        }
    }

    /// Draws the consequences for everybody who was touched.
    fn settle(&mut self, now: Instant) {
        let mut touched = std::mem::take(&mut self.touched);
        for index in touched.drain(..) {
            let clock = &mut self.clocks[index];
            clock.is_touched = false;
            let Some(connection) = self.connections[index].as_deref_mut() else { continue };
            connection.pump(ConnectionHandle(index), &mut self.endpoint, now);
            let was_settled = std::mem::replace(&mut clock.is_settled, connection.is_settled());
            clock.note_timers(connection);
            let waits = connection.backlog_bytes() > 0;
            if connection.end().is_some() && connection.stranger.is_some() {
                // A stranger's end interests nobody.
                connection.is_released = true;
            }
            if clock.is_settled && was_settled {
                self.want_sending(index, waits);
            } else {
                self.transmit(now, index, true);
            }
            self.keep_news(index);
            self.bury(index);
        }
        self.touched = touched;
    }

    /// Frees the place of a connection that nobody needs any more.
    fn bury(&mut self, index: usize) {
        let Some(connection) = self.connections[index].as_deref_mut() else { return };
        if !connection.is_released || !connection.is_drained() {
            return;
        }
        if let Some(drained) = connection.take_drained() {
            self.endpoint.handle_event(ConnectionHandle(index), drained);
        }
        self.past.add(&connection.path());
        if let Some(origin) = connection.stranger {
            self.half_open.remove(origin);
        }
        self.connections[index] = None;
        self.clocks[index].clear();
    }

    fn insert(
        &mut self,
        handle: ConnectionHandle,
        quic: quinn_proto::Connection,
        deadline: Instant,
        stranger: Option<Origin>,
    ) {
        let index = handle.0;
        if index >= self.connections.len() {
            self.connections.resize_with(index + 1, || None);
            self.clocks.resize_with(index + 1, Clock::default);
        }
        self.born += 1;
        self.connections[index] =
            Some(Box::new(Connection::new(quic, self.born, deadline, stranger)));
        self.touch(index);
    }

    fn touch(&mut self, index: usize) {
        if !std::mem::replace(&mut self.clocks[index].is_touched, true) {
            self.touched.push(index);
        }
    }
}
