//! Many seats in one process, each with its own mind, over real QUIC.
//!
//! The seats are spread over the tick, so that their datagrams do not all leave in one instant, which
//! no thousand real players would ever do. Who is in plays while others still connect. Who loses the
//! server looks for it for a minute, and goes on where it was if it finds it.

use crate::{
    address::Address,
    load::Turns,
    net_trace::NetTrace,
    options::{Brain, Options},
    report::Report,
    seat::{Seat, SeatEvent},
    trust,
};
use game_sim::{Mind, PilotInput, think};
use netcode::{
    quic::{
        client::{Arrival, ClientEndpoint, ConnectError, QuicClient},
        reconnect::{PATIENCE, reconnect},
        tls::Identity,
    },
    wire::message::Wish,
};
use std::{future::Future, net::SocketAddr, pin::pin, sync::Arc, time::Duration};
use tokio::{
    sync::{Semaphore, mpsc},
    time::{Instant, sleep_until},
};

/// Seats that share a socket. On a bad link each has its own.
const SEATS_PER_SOCKET: usize = 16;
/// Parts of a tick that seats are spread over.
const PHASES: usize = 8;
/// The time between two parts.
const PHASE: Duration = Duration::from_nanos(1_000_000_000 / 60 / PHASES as u64);
/// Connections that are under way at once.
const CONNECTING: usize = 16;

/// How a bot gets to the server.
#[derive(Clone)]
struct Way {
    endpoint: ClientEndpoint,
    server: Address,
    place: SocketAddr,
    identity: Arc<Identity>,
    seed: u64,
}

/// One bot.
struct Bot {
    way: Way,
    seat: Seat,
    /// None only while it thinks.
    mind: Option<Mind>,
    controls: Controls,
    connection: Option<QuicClient>,
    /// Whether the connection has just broken.
    lost: bool,
    /// Why the connection broke, until the bot is in the game again.
    absent: Option<String>,
    ended: Option<String>,
}

/// What a bot does until it thinks again.
#[derive(Clone, Copy, Debug)]
struct Controls {
    input: PilotInput,
    /// From one thought to the next, in turns, and how many are left.
    every: u32,
    left: u32,
}

/// A bot's number and what its attempt to connect came to.
type Attempt = (usize, Result<QuicClient, ConnectError>);

/// All bots of the process.
pub struct Swarm {
    started: Instant,
    bots: Vec<Bot>,
    attempts: mpsc::UnboundedReceiver<Attempt>,
    report: mpsc::UnboundedSender<Attempt>,
    endpoints: Vec<ClientEndpoint>,
    turns: Turns,
    trace: Option<NetTrace>,
}

impl Swarm {
    /// Begins to connect all bots.
    ///
    /// # Errors
    /// When the system has no sockets for us.
    pub fn start(options: &Options, server: &Address, place: SocketAddr) -> std::io::Result<Self> {
        let started = Instant::now();
        let count = options.bots as usize;
        let per_socket = if options.link.is_some() { 1 } else { SEATS_PER_SOCKET };
        let open = |number: usize| {
            let link = options.link.map(|link| (link, options.seed.wrapping_add(number as u64)));
            ClientEndpoint::open(place, link, per_socket > 1)
        };
        let endpoints: Vec<_> =
            (0..count.div_ceil(per_socket)).map(open).collect::<Result<_, _>>()?;
        let (report, attempts) = mpsc::unbounded_channel();
        let places = Arc::new(Semaphore::new(CONNECTING));
        let mut bots = Vec::with_capacity(count);
        let ramp = Duration::from_secs_f64(options.ramp) / options.bots.max(1);
        for number in 0..count {
            let way = Way {
                endpoint: endpoints[number / per_socket].clone(),
                server: server.clone(),
                place,
                identity: Arc::new(Identity::generate().map_err(std::io::Error::other)?),
                seed: options.seed.wrapping_mul(1_000_003).wrapping_add(number as u64),
            };
            let comes = ramp * number as u32;
            bots.push(Bot::new(options, number, comes, way.clone()));
            let (report, places) = (report.clone(), places.clone());
            tokio::spawn(async move {
                sleep_until(started + comes).await;
                let _place = places.acquire().await;
                let _ = report.send((number, way.connect().await));
            });
        }
        let turns = Turns::new();
        Ok(Self { started, bots, attempts, report, endpoints, turns, trace: None })
    }

    /// From now on what happens on the network is written as well.
    pub fn trace(&mut self, trace: NetTrace) {
        self.trace = Some(trace);
    }

    /// Plays until `stop` is ready or nobody is connected any more.
    pub async fn play(&mut self, stop: impl Future<Output = ()>) {
        let mut stop = pin!(stop);
        let mut due = Instant::now();
        for phase in (0..PHASES).cycle() {
            due += PHASE;
            tokio::select! {
                biased;
                () = &mut stop => return,
                () = sleep_until(due) => {}
            }
            self.turns.note(due.elapsed());
            while let Ok((number, attempt)) = self.attempts.try_recv() {
                self.bots[number].connected(attempt, self.started.elapsed());
            }
            for (number, bot) in self.bots.iter_mut().enumerate().skip(phase).step_by(PHASES) {
                bot.turn(self.started.elapsed());
                if let Some(trace) = &mut self.trace {
                    trace.note(number, &bot.seat);
                }
                if std::mem::take(&mut bot.lost) {
                    let (way, report) = (bot.way.clone(), self.report.clone());
                    tokio::spawn(async move {
                        let _ = report.send((number, way.find_again().await));
                    });
                }
            }
            if self.bots.iter().all(|bot| bot.ended.is_some()) {
                return;
            }
            // After a stall there is no point in making up for the parts that are over.
            due = due.max(Instant::now() - PHASE * PHASES as u32);
            tokio::task::yield_now().await;
        }
    }

    /// Why bots that were let in are not there any more, one reason for each.
    #[must_use]
    pub fn lost(&self) -> Vec<&str> {
        let welcomed = self.bots.iter().filter(|bot| bot.seat.metrics().was_welcomed());
        welcomed.filter_map(|bot| bot.absent.as_deref().or(bot.ended.as_deref())).collect()
    }

    /// Why bots were not let in, one reason for each.
    #[must_use]
    pub fn refused(&self) -> Vec<&str> {
        let outside = self.bots.iter().filter(|bot| !bot.seat.metrics().was_welcomed());
        outside.filter_map(|bot| bot.ended.as_deref()).collect()
    }

    /// How it went so far.
    #[must_use]
    pub fn report(&self) -> Report {
        let disconnects = self.lost().len() as u64;
        let (seats, elapsed) = (self.bots.iter().map(|bot| &bot.seat), self.started.elapsed());
        Report { load: self.turns.load(elapsed), ..Report::of(seats, disconnects, elapsed) }
    }

    /// Ends the trace, if one is written.
    ///
    /// # Errors
    /// What is missing in it, in words.
    pub fn finish_trace(&mut self) -> Result<(), String> {
        let Some(mut trace) = self.trace.take() else { return Ok(()) };
        for (number, bot) in self.bots.iter().enumerate() {
            trace.end(number, &bot.seat);
        }
        trace.finish()
    }

    /// Leaves the game, so that the server need not wait for a silence.
    pub async fn leave(mut self) {
        for connection in self.bots.iter_mut().filter_map(|bot| bot.connection.as_mut()) {
            connection.close("left");
        }
        for endpoint in &self.endpoints {
            endpoint.wait_closed().await;
        }
    }
}

impl Bot {
    /// The bot of this number, which begins to connect at a time of the run.
    fn new(options: &Options, number: usize, comes: Duration, way: Way) -> Self {
        let name = format!("{} {}", options.name, number + 1);
        let mut seat = Seat::new(&name, Wish::Play, comes);
        seat.set_view_ahead(options.view_ahead);
        Self {
            seat,
            mind: Some(Mind::new(way.seed)),
            controls: Controls::new(options.brain, number),
            way,
            connection: None,
            lost: false,
            absent: None,
            ended: None,
        }
    }

    /// The connection is up, or never will be.
    fn connected(&mut self, attempt: Result<QuicClient, ConnectError>, now: Duration) {
        match attempt {
            Ok(connection) => self.connection = Some(connection),
            Err(error) => {
                self.seat.handle(now, Arrival::Closed(error.to_string()));
                self.ended = Some(error.to_string());
            }
        }
        self.turn(now);
    }

    /// One frame: what came, what is thought, what goes.
    fn turn(&mut self, now: Duration) {
        let Some(connection) = self.connection.as_mut().filter(|_| self.ended.is_none()) else {
            return;
        };
        connection.drain(|arrival| self.seat.handle(now, arrival));
        self.fly(now);
        while let Some(event) = self.seat.poll_event() {
            match event {
                SeatEvent::Closed(reason) => self.ended = Some(reason),
                SeatEvent::Lost(reason) => {
                    self.lost = true;
                    self.absent = Some(reason);
                }
                SeatEvent::Welcomed | SeatEvent::Resumed => self.absent = None,
                _ => {}
            }
        }
        if self.lost {
            // What the seat has to say is for the next connection.
            self.connection = None;
            return;
        }
        let Some(connection) = self.connection.as_mut() else { return };
        while let Some(action) = self.seat.poll_transmit() {
            connection.transmit(action);
        }
    }

    /// Thinks, if it is its turn to.
    fn fly(&mut self, now: Duration) {
        let Self { seat, mind, controls, .. } = self;
        if !controls.is_due() {
            return seat.hold(now, controls.input);
        }
        seat.advance(now, |sight| {
            let Some((input, next)) = mind.take().map(|mind| think(sight, mind)) else {
                return PilotInput::idle(sight.own.aim);
            };
            *mind = Some(next);
            // What is set off once must not be set off again while the controls are held.
            controls.input = PilotInput { dash: false, rocket: false, reload: false, ..input };
            input
        });
    }
}

impl Controls {
    fn new(brain: Brain, number: usize) -> Self {
        let every = brain.every_ticks();
        // Not all think in the same tick.
        let left = (number / PHASES) as u32 % every;
        Self { input: PilotInput::default(), every, left }
    }

    /// Whether this turn is one to think in.
    fn is_due(&mut self) -> bool {
        let is_due = self.left == 0;
        self.left = if is_due { self.every } else { self.left } - 1;
        is_due
    }
}

impl Way {
    async fn connect(&self) -> Result<QuicClient, ConnectError> {
        self.endpoint.connect(self.place, &self.identity, trust::any(&self.server)).await
    }

    async fn find_again(&self) -> Result<QuicClient, ConnectError> {
        let trust = trust::any(&self.server);
        reconnect(&self.endpoint, self.place, &self.identity, trust, PATIENCE, self.seed).await
    }
}
