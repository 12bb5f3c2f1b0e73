//! A session with a server: the connection, the seat at the game, and who sits there.

use std::time::{Duration, Instant};

use bevy::prelude::*;
use game_bots::address::Address;
use game_bots::hand::Hand;
use game_bots::report::Report;
use game_bots::seat::Seat;
use game_bots::trust;
use game_sim::Mind;
use netcode::quic::thread::{ConnectOptions, ThreadedClient};
use netcode::quic::tls::Identity;
use netcode::wire::message::Wish;

use crate::inspection::Observer;
use crate::options::Options;
use crate::scene::Outcome;
use crate::settings::{self, Settings};
use crate::state::Place;

/// A session, from the first packet to the last.
#[derive(Resource)]
pub struct Session {
    pub(super) started: Instant,
    pub(super) connection: ThreadedClient,
    /// What the connection is made of, for another one.
    pub(super) place: String,
    pub seat: Seat,
    pub(super) mind: Option<Mind>,
    pub(super) hand: Hand,
    /// When the picture was made that the player looks at.
    pub(super) pictured: Duration,
    /// Snapshots and time at the start of the second that is being counted.
    counted: (u64, Duration),
    pub(super) snapshots_per_second: f32,
    pub(super) observer: Observer,
    pub(super) outcome: Option<Outcome>,
}

impl Session {
    /// How it went so far, in the bots' format. `lost` says that the server went away.
    pub fn report(&self, lost: bool) -> Report {
        let seats = std::iter::once(&self.seat);
        Report::of(seats, u64::from(lost), self.started.elapsed())
    }

    pub(super) fn begin(
        options: &Options,
        settings: &Settings,
        place: &Place,
    ) -> Result<Self, String> {
        let name = options.name.as_ref().unwrap_or(&settings.name);
        let wish = if place.watch { Wish::Watch } else { Wish::Play };
        let mut seat = Seat::new(name, wish, Duration::ZERO);
        seat.set_view_ahead(options.view_ahead);
        Ok(Self {
            started: Instant::now(),
            connection: connect(options, &place.address)?,
            place: place.address.clone(),
            seat,
            mind: options.autopilot.then(|| Mind::new(options.seed)),
            hand: Hand::default(),
            pictured: Duration::ZERO,
            counted: (0, Duration::ZERO),
            snapshots_per_second: 0.0,
            observer: Observer::default(),
            outcome: None,
        })
    }

    pub(super) fn now(&self) -> Duration {
        self.started.elapsed()
    }

    /// Counts snapshots over whole seconds: a rate of single frames would only flicker.
    pub(super) fn count_snapshots(&mut self) {
        let (now, snapshots) = (self.now(), self.seat.stats().snapshots);
        let (before, since) = self.counted;
        let seconds = now.saturating_sub(since).as_secs_f32();
        if seconds >= 1.0 {
            self.snapshots_per_second = (snapshots - before) as f32 / seconds;
            self.counted = (snapshots, now);
        }
    }
}

/// Begins to connect to a place, as the player that the key says.
pub(super) fn connect(options: &Options, place: &str) -> Result<ThreadedClient, String> {
    let address = Address::parse(place).map_err(|error| error.to_string())?;
    let (config, data) = settings::folders();
    let identity = Identity::keep(&data.join("player.pem")).map_err(|e| e.to_string())?;
    let trust = trust::on_first_use(&address, config.join("servers"));
    let resolve = move || address.resolve().map_err(|error| error.to_string());
    let connection = ThreadedClient::open(ConnectOptions {
        server: Box::new(resolve),
        identity,
        trust,
        link: options.link.map(|link| (link, options.seed)),
    });
    connection.map_err(|error| format!("can't start the network: {error}"))
}
