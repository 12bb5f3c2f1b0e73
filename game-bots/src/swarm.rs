//! Many seats in one process, each with its own mind, over real QUIC.
//!
//! The seats are spread over the tick, so that their datagrams do not all leave in one instant, which
//! no thousand real players would ever do.

use crate::{
    options::Options,
    report::Report,
    seat::{Seat, SeatEvent},
    trust::ServerAddress,
};
use game_sim::{Mind, think};
use netcode::{
    quic::{
        client::{ClientEndpoint, ConnectError, QuicClient},
        tls::Identity,
    },
    wire::message::Wish,
};
use std::{future::Future, pin::pin, time::Duration};
use tokio::time::{Instant, sleep_until};

/// Seats that share a socket. On a bad link each has its own.
const SEATS_PER_SOCKET: usize = 16;
/// Parts of a tick that seats are spread over.
const PHASES: usize = 4;
/// The time between two parts.
const PHASE: Duration = Duration::from_nanos(1_000_000_000 / 60 / PHASES as u64);
/// Connections that are begun at once.
const CONNECTING: usize = 16;

/// One bot.
struct Bot {
    seat: Seat,
    mind: Mind,
    connection: Option<QuicClient>,
    ended: Option<String>,
}

/// All bots of the process.
pub struct Swarm {
    started: Instant,
    bots: Vec<Bot>,
    endpoints: Vec<ClientEndpoint>,
}

impl Swarm {
    /// Connects all bots. One that can't connect stays away, with the reason in its place.
    ///
    /// # Errors
    /// When there is no socket, or not a single bot could connect.
    pub async fn connect(options: &Options, server: &ServerAddress) -> Result<Self, ConnectError> {
        let started = Instant::now();
        let mut swarm = Self { started, bots: Vec::new(), endpoints: Vec::new() };
        let count = options.bots as usize;
        let per_socket = if options.link.is_some() { 1 } else { SEATS_PER_SOCKET };
        for number in 0..count.div_ceil(per_socket) {
            let link = options.link.map(|link| (link, options.seed.wrapping_add(number as u64)));
            swarm.endpoints.push(ClientEndpoint::open(server.address, link, per_socket > 1)?);
        }
        let mut last_error = None;
        let numbers: Vec<usize> = (0..count).collect();
        for batch in numbers.chunks(CONNECTING) {
            let attempts = batch.iter().map(|&number| {
                let endpoint = swarm.endpoints[number / per_socket].clone();
                let server = server.clone();
                tokio::spawn(async move { connect(&endpoint, &server).await })
            });
            for (number, attempt) in batch.iter().zip(attempts.collect::<Vec<_>>()) {
                let outcome = attempt.await.unwrap_or_else(|error| {
                    Err(ConnectError::Refused(format!("the attempt was given up: {error}")))
                });
                let mut bot = Bot::new(options, *number, started.elapsed());
                match outcome {
                    Ok(connection) => bot.connection = Some(connection),
                    Err(error) => {
                        bot.ended = Some(error.to_string());
                        last_error = Some(error);
                    }
                }
                bot.exchange();
                swarm.bots.push(bot);
            }
            swarm.turn_all();
        }
        match last_error {
            Some(error) if swarm.bots.iter().all(|bot| bot.connection.is_none()) => Err(error),
            _ => Ok(swarm),
        }
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
            for bot in self.bots.iter_mut().skip(phase).step_by(PHASES) {
                bot.turn(self.started.elapsed());
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
        welcomed.filter_map(|bot| bot.ended.as_deref()).collect()
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
        Report::of(self.bots.iter().map(|bot| &bot.seat), disconnects, self.started.elapsed())
    }

    /// Leaves the game, so that the server need not wait for a silence.
    pub async fn leave(self) {
        for mut bot in self.bots {
            if let Some(connection) = &mut bot.connection {
                connection.close("left");
            }
        }
        for endpoint in &self.endpoints {
            endpoint.wait_closed().await;
        }
    }

    fn turn_all(&mut self) {
        let now = self.started.elapsed();
        self.bots.iter_mut().for_each(|bot| bot.turn(now));
    }
}

impl Bot {
    fn new(options: &Options, number: usize, now: Duration) -> Self {
        Self {
            seat: Seat::new(&format!("{} {}", options.name, number + 1), Wish::Play, now),
            mind: Mind::new(options.seed.wrapping_mul(1_000_003).wrapping_add(number as u64)),
            connection: None,
            ended: None,
        }
    }

    /// One frame: what came, what is thought, what goes.
    fn turn(&mut self, now: Duration) {
        if self.ended.is_some() {
            return;
        }
        if let Some(connection) = &mut self.connection {
            connection.drain(|arrival| self.seat.handle(now, arrival));
        }
        let mind = &mut self.mind;
        self.seat.advance(now, |sight| {
            let (input, next) = think(sight, mind.clone());
            *mind = next;
            input
        });
        self.exchange();
    }

    fn exchange(&mut self) {
        while let Some(action) = self.seat.poll_transmit() {
            if let Some(connection) = &mut self.connection {
                connection.transmit(action);
            }
        }
        while let Some(event) = self.seat.poll_event() {
            if let SeatEvent::Closed(reason) = event {
                self.ended = Some(reason);
            }
        }
    }
}

async fn connect(
    endpoint: &ClientEndpoint,
    server: &ServerAddress,
) -> Result<QuicClient, ConnectError> {
    let identity = Identity::generate()?;
    endpoint.connect(server.address, &identity, server.trust_any()).await
}
