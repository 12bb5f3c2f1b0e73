//! Many seats on one thread, each with its own mind, over real QUIC.
//!
//! The seats are spread over the tick, so that their datagrams do not all leave in one instant, which
//! no thousand real players would ever do. Who is in plays while others still connect. Who loses the
//! server looks for it for a minute, and goes on where it was if it finds it.

use crate::{
    address::Address,
    flyer::Flyer,
    load::Turns,
    net_trace::NetTrace,
    options::{Brain, Options},
    report::Sums,
    seat::{Seat, SeatEvent},
    trust,
};
use netcode::{
    delta::Recall,
    quic::{
        client::{Arrival, ClientEndpoint, ConnectError, QuicClient},
        reconnect::{PATIENCE, Reconnect},
        tls::Identity,
    },
    wire::message::Wish,
};
use std::{
    net::SocketAddr,
    sync::atomic::{AtomicBool, Ordering::Relaxed},
    thread,
    time::{Duration, Instant},
};

/// Seats that share a socket. On a bad link each has its own.
const SEATS_PER_SOCKET: usize = 16;
/// Parts of a tick that seats are spread over.
const PHASES: usize = 8;
/// The time between two parts.
const PHASE: Duration = Duration::from_nanos(1_000_000_000 / 60 / PHASES as u64);
/// Connections that are under way at once, on all threads.
const CONNECTING: usize = 16;

/// Which of all bots are on a thread: every so many-th.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Share {
    /// The thread, from 0.
    pub thread: u32,
    /// How many there are, 1 at least.
    pub threads: u32,
}

/// How a bot gets to the server.
struct Way {
    endpoint: ClientEndpoint,
    server: Address,
    place: SocketAddr,
    identity: Identity,
    seed: u64,
}

/// What a bot has of the server.
enum Contact {
    /// Nothing yet.
    None,
    /// A connection, up or coming up.
    Connection(QuicClient),
    /// It looks for the server again.
    Search(Box<Reconnect>),
}

/// One bot.
struct Bot {
    way: Way,
    flyer: Flyer,
    /// When it begins to connect.
    comes: Duration,
    contact: Contact,
    /// Why the connection broke, until the bot is in the game again.
    absent: Option<String>,
    ended: Option<String>,
}

/// All bots of a thread.
pub struct Swarm {
    started: Instant,
    share: Share,
    bots: Vec<Bot>,
    /// The bots before this one have begun to connect.
    begun: usize,
    endpoints: Vec<ClientEndpoint>,
    per_socket: usize,
    turns: Turns,
    trace: Option<NetTrace>,
}

impl Swarm {
    /// Opens the sockets. The bots connect while they play; their times count from `started`.
    ///
    /// # Errors
    /// When the system has no sockets for us.
    pub fn start(
        options: &Options,
        server: &Address,
        place: SocketAddr,
        share: Share,
        started: Instant,
    ) -> std::io::Result<Self> {
        let numbers = (share.thread..options.bots).step_by(share.threads as usize);
        let per_socket = if options.link.is_some() { 1 } else { SEATS_PER_SOCKET };
        let open = |number: u32| {
            let link = options.link.map(|link| (link, options.seed.wrapping_add(number.into())));
            ClientEndpoint::open(place, link, true)
        };
        let endpoints: Vec<_> =
            numbers.clone().step_by(per_socket).map(open).collect::<Result<_, _>>()?;
        let (mut bots, recall) = (Vec::with_capacity(numbers.len()), Recall::default());
        let ramp = Duration::from_secs_f64(options.ramp) / options.bots.max(1);
        for (at, number) in numbers.enumerate() {
            let way = Way {
                endpoint: endpoints[at / per_socket].clone(),
                server: server.clone(),
                place,
                identity: Identity::generate().map_err(std::io::Error::other)?,
                seed: options.seed.wrapping_mul(1_000_003).wrapping_add(number.into()),
            };
            bots.push(Bot::new(options, number, ramp * number, way, &recall));
        }
        let turns = Turns::new();
        Ok(Self { started, share, bots, begun: 0, endpoints, per_socket, turns, trace: None })
    }

    /// From now on what happens on the network is written as well.
    pub fn trace(&mut self, trace: NetTrace) {
        self.trace = Some(trace);
    }

    /// Plays until `stop` is true, time is over, or nobody is connected any more.
    pub fn play(&mut self, stop: &AtomicBool, long: Option<Duration>) {
        // Threads take turns within a part, so that they do not all send in one instant either.
        let mut due = Instant::now() + PHASE * self.share.thread / self.share.threads;
        for phase in (0..PHASES).cycle() {
            due += PHASE;
            thread::sleep(due.saturating_duration_since(Instant::now()));
            if stop.load(Relaxed) || long.is_some_and(|long| self.started.elapsed() >= long) {
                return;
            }
            self.turns.note(due.elapsed());
            self.connect_some();
            for socket in (phase..self.endpoints.len()).step_by(PHASES) {
                self.turn(socket);
            }
            if self.bots.iter().all(|bot| bot.ended.is_some()) {
                return;
            }
            // After a stall there is no point in making up for the parts that are over.
            due = due.max(Instant::now() - PHASE * PHASES as u32);
        }
    }

    /// Lets the next bots connect whose time has come, but not all at once.
    fn connect_some(&mut self) {
        let under_way = self.bots[..self.begun].iter().filter(|bot| bot.is_connecting()).count();
        for _ in under_way..CONNECTING.div_ceil(self.share.threads as usize) {
            let now = self.started.elapsed();
            let Some(bot) = self.bots.get_mut(self.begun).filter(|bot| bot.comes <= now) else {
                return;
            };
            bot.connect(now);
            self.begun += 1;
        }
    }

    /// One frame of all bots at one socket.
    fn turn(&mut self, socket: usize) {
        let Some(endpoint) = self.endpoints.get(socket) else { return };
        endpoint.receive();
        let first = socket * self.per_socket;
        let bots = self.bots.iter_mut().enumerate().skip(first).take(self.per_socket);
        for (number, bot) in bots {
            bot.turn(self.started.elapsed());
            if let Some(trace) = &mut self.trace {
                trace.note(number, bot.flyer.seat());
            }
        }
        endpoint.send();
    }

    /// Why bots that were let in are not there any more, one reason for each.
    #[must_use]
    pub fn lost(&self) -> Vec<&str> {
        let welcomed = self.bots.iter().filter(|bot| bot.flyer.seat().metrics().was_welcomed());
        welcomed.filter_map(|bot| bot.absent.as_deref().or(bot.ended.as_deref())).collect()
    }

    /// Why bots were not let in, one reason for each.
    #[must_use]
    pub fn refused(&self) -> Vec<&str> {
        let outside = self.bots.iter().filter(|bot| !bot.flyer.seat().metrics().was_welcomed());
        outside.filter_map(|bot| bot.ended.as_deref()).collect()
    }

    /// How it went so far.
    #[must_use]
    pub fn sums(&self) -> Sums {
        let disconnects = self.lost().len() as u64;
        Sums::of(self.bots.iter().map(|bot| bot.flyer.seat()), disconnects, self.started.elapsed())
    }

    /// How late turns were so far.
    #[must_use]
    pub fn turns(&self) -> &Turns {
        &self.turns
    }

    /// Ends the trace, if one is written.
    ///
    /// # Errors
    /// What is missing in it, in words.
    pub fn finish_trace(&mut self) -> Result<(), String> {
        let Some(mut trace) = self.trace.take() else { return Ok(()) };
        for (number, bot) in self.bots.iter().enumerate() {
            trace.end(number, bot.flyer.seat());
        }
        trace.finish()
    }

    /// Leaves the game, so that the server need not wait for a silence.
    pub fn leave(mut self) {
        for bot in &mut self.bots {
            if let Contact::Connection(connection) = &mut bot.contact {
                connection.close("left");
            }
        }
        // All of them first, so that nobody is waited for by the next.
        self.endpoints.iter().for_each(ClientEndpoint::send);
        self.bots.clear();
        self.endpoints.iter().for_each(ClientEndpoint::wait_closed);
    }
}

impl Bot {
    /// The bot of this number, which begins to connect at a time of the run.
    fn new(options: &Options, number: u32, comes: Duration, way: Way, recall: &Recall) -> Self {
        let name = format!("{} {}", options.name, number + 1);
        let mut seat = Seat::new(&name, Wish::Play, comes);
        seat.set_view_ahead(options.view_ahead);
        seat.share_reading(recall);
        if options.brain == Brain::Light {
            seat.ignore_scores();
        }
        Self {
            // Not all think in the same tick.
            flyer: Flyer::new(seat, way.seed, options.brain, number / PHASES as u32),
            comes,
            way,
            contact: Contact::None,
            absent: None,
            ended: None,
        }
    }

    /// Whether its first connection is coming up.
    fn is_connecting(&self) -> bool {
        match &self.contact {
            Contact::Connection(connection) => !connection.is_connected() && self.ended.is_none(),
            Contact::None | Contact::Search(_) => false,
        }
    }

    fn connect(&mut self, now: Duration) {
        let Way { endpoint, server, place, identity, .. } = &self.way;
        match endpoint.connect(*place, identity, trust::any(server)) {
            Ok(connection) => self.contact = Contact::Connection(connection),
            Err(error) => self.give_up(now, &error),
        }
    }

    /// Looks for a server that was lost.
    fn find_again(&mut self, now: Duration) {
        let Way { endpoint, server, place, identity, seed } = &self.way;
        let trust = trust::any(server);
        match Reconnect::new(endpoint, *place, identity, trust, PATIENCE, *seed) {
            Ok(search) => self.contact = Contact::Search(Box::new(search)),
            Err(error) => self.give_up(now, &error),
        }
    }

    /// There will never be a connection.
    fn give_up(&mut self, now: Duration, error: &ConnectError) {
        self.flyer.handle(now, Arrival::Closed(error.to_string()));
        self.ended = Some(error.to_string());
        self.contact = Contact::None;
    }

    /// One frame: what came, what is thought, what goes.
    fn turn(&mut self, now: Duration) {
        if let Contact::Search(search) = &mut self.contact
            && let Some(outcome) = search.poll()
        {
            match outcome {
                Ok(connection) => self.contact = Contact::Connection(connection),
                Err(error) => self.give_up(now, &error),
            }
        }
        let Contact::Connection(connection) = &mut self.contact else { return };
        if self.ended.is_some() {
            return;
        }
        connection.drain(|arrival| self.flyer.handle(now, arrival));
        self.flyer.turn(now);
        let (mut is_lost, mut has_moved) = (false, false);
        while let Some(event) = self.flyer.poll_event() {
            match event {
                SeatEvent::Closed(reason) => self.ended = Some(reason),
                SeatEvent::Lost(reason) => {
                    is_lost = true;
                    self.absent = Some(reason);
                }
                SeatEvent::Moved(_) => has_moved = true,
                SeatEvent::Welcomed | SeatEvent::Resumed => self.absent = None,
                _ => {}
            }
        }
        if has_moved {
            // The server is there, and what the seat says next is for the next connection.
            self.contact = Contact::None;
            return self.connect(now);
        }
        if is_lost {
            // What the seat has to say is for the next connection.
            return self.find_again(now);
        }
        let Contact::Connection(connection) = &mut self.contact else { return };
        while let Some(action) = self.flyer.poll_transmit() {
            connection.transmit(action);
        }
    }
}
