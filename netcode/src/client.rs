//! The client's core: one session, the clock, the view and the prediction of the own entity. Sans IO.
//!
//! The order of a frame, which the caller keeps:
//! 1. Everything that came: [`Client::handle_stream`], [`Client::handle_datagram`],
//!    [`Client::handle_round_trip`], [`Client::handle_closed`], [`Client::handle_lost`].
//! 2. [`Client::poll_event`] until `None`; on [`ClientEvent::Welcomed`] call [`Client::enter`], on
//!    [`ClientEvent::Lost`] call [`Client::reconnect`] if there will be another connection.
//! 3. For each tick of [`Client::advance`], [`Client::apply`] an input.
//! 4. [`Client::look`] for the moment to draw, and draw: own state, remote entities.
//! 5. [`Client::poll_transmit`] until `None`.

mod beyond;
mod event;
mod frames;
mod game;
mod joining;
mod reading;
mod reconcile;
mod resume;
mod retry;
mod session;
mod spacing;
mod stats;
mod time;
mod waiting;

pub use event::ClientEvent;
pub use retry::Retry;
pub use stats::Stats;

use crate::{
    delta::Recall,
    inspect::Inspector,
    limits,
    protocol::Protocol,
    rewind::moment::{Glance, Moment},
    server::Action,
    snapshot::SnapshotRing,
    tick::Tick,
    wire::message::{Hello, Welcome},
};
use game::Game;
use reading::row_code;
use session::Session;
use std::{collections::VecDeque, sync::Arc, time::Duration};

/// One session.
///
/// ```
/// # mod walkers { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/walkers.rs")); }
/// # use walkers::*;
/// let (_server, _, mut client, now) = played(120); // the other side, and two seconds of play
///
/// let due = client.advance(now + std::time::Duration::from_millis(17));
/// for tick in due {
///     client.apply(tick, Push { direction: 1 });
/// }
/// let (own, _) = client.own().expect("the own walker is predicted");
/// let told = client.snapshots().and_then(|ring| ring.newest()?.row(0)).expect("a snapshot came");
/// assert!(own.x_mm > told.restore::<Walker>().x_mm, "it is ahead of what the server told");
/// ```
pub struct Client<P: Protocol> {
    hello: Hello,
    session: Session<P>,
    game: Option<Game<P>>,
    scenery: Option<Arc<P::Scenery>>,
    round_trip: Duration,
    stats: Stats,
    inspector: Inspector,
    /// How far the view may run past the newest snapshot, in ticks.
    view_ahead: f64,
    events: VecDeque<ClientEvent<P>>,
    /// Whether the transport was told that the session is over.
    parted: bool,
    /// Whether the connection broke and there is no other yet.
    lost: bool,
    /// The newest datagram that overtook the welcome.
    early: Option<Vec<u8>>,
    recall: Option<Recall>,
}

impl<P: Protocol> Client<P> {
    /// Introduces itself as soon as the transport is up.
    #[must_use]
    pub fn new(hello: Hello) -> Self {
        Self {
            session: Session::new(&hello, None),
            hello,
            game: None,
            scenery: None,
            round_trip: Duration::from_millis(100),
            stats: Stats::default(),
            inspector: Inspector::new::<P>(),
            view_ahead: 0.0,
            events: VecDeque::new(),
            parted: false,
            lost: false,
            early: None,
            recall: None,
        }
    }

    /// The transport measured the round trip anew.
    pub fn handle_round_trip(&mut self, round_trip: Duration) {
        self.round_trip = round_trip;
        self.stats.round_trip = round_trip;
    }

    /// Bytes of the reliable stream came.
    pub fn handle_stream(&mut self, now: Duration, bytes: &[u8]) {
        self.session.handle_stream(bytes);
        while let Some(event) = self.session.poll_event() {
            if let ClientEvent::Welcomed(welcome) = &event
                && !self.begin(welcome, now)
            {
                return self.handle_closed("the server's welcome makes no sense");
            }
            self.events.push_back(event);
        }
        self.catch_up(now);
    }

    /// Takes what came before the game had entered, which rows can't be read without.
    fn catch_up(&mut self, now: Duration) {
        if !self.has_entered() {
            return;
        }
        while let Some(part) = self.session.poll_part() {
            if self.handle_part(&part).is_err() {
                return self.handle_closed("the server's view can't be understood");
            }
        }
        if let Some(bytes) = self.early.take() {
            self.handle_datagram(now, &bytes);
        }
    }

    fn has_entered(&self) -> bool {
        self.session.is_welcomed() && self.game.as_ref().is_some_and(|game| game.code.is_some())
    }

    /// The transport lost the server, or the server closed.
    pub fn handle_closed(&mut self, reason: &str) {
        if self.session.close() || std::mem::take(&mut self.lost) {
            self.events.push_back(ClientEvent::Closed(self.session.reason(reason)));
        }
    }

    /// A datagram came. One that can't be understood is counted and dropped.
    pub fn handle_datagram(&mut self, now: Duration, bytes: &[u8]) {
        let entered = self.has_entered();
        let Some(game) = self.game.as_mut().filter(|_| entered) else {
            self.early = (bytes.len() <= limits::DATAGRAM_BYTES).then(|| bytes.to_vec());
            return;
        };
        match game.handle_datagram(now, bytes, &mut self.stats, &mut self.inspector) {
            Ok(Some(tick)) => self.reconcile(tick),
            Ok(None) => {}
            Err(_) => self.stats.malformed = self.stats.malformed.saturating_add(1),
        }
    }

    /// What happened since the last call.
    pub fn poll_event(&mut self) -> Option<ClientEvent<P>> {
        self.events.pop_front()
    }

    /// Gives prediction what it needs of the world: the scenery that the server has. Before it, the
    /// own entity is not predicted, and snapshots are dropped.
    pub fn enter(&mut self, scenery: P::Scenery) {
        let scenery = Arc::new(scenery);
        if let Some(game) = self.game.as_mut() {
            game.code = Some(row_code::<P>(game.rate, &scenery, self.recall.as_ref()));
        }
        self.scenery = Some(scenery);
    }

    /// Takes the input of a tick from [`Client::advance`]: predicts with it and sends it. The player
    /// decided on it when that tick became due, by what was last looked at. Returns what the server is
    /// told that the player saw, if that matters to the input ([`Protocol::needs_view`]).
    pub fn apply(&mut self, tick: Tick, input: P::Input) -> Option<Moment> {
        let glance = self.game.as_ref().and_then(|game| game.frames.at_tick(tick, &game.ring));
        self.enter_input(tick, input, glance)
    }

    /// The same for a player who decided on it at the time `at`, which may lie between two frames:
    /// shots are judged by what was to be seen then, whatever the frame rate.
    ///
    /// ```
    /// # mod walkers { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/walkers.rs")); }
    /// # use walkers::*;
    /// use std::time::Duration;
    /// let (_server, _, mut client, now) = played(120);
    /// let frame = now + Duration::from_millis(17);
    /// let pulled = now + Duration::from_millis(6); // when the device says that the trigger was pulled
    /// for tick in client.advance(frame) {
    ///     let due = client.due(tick).expect("it is of this frame");
    ///     let saw = client.moment(pulled.min(due)).expect("there was something to see");
    ///     let told = client.apply_at(tick, Push { direction: 1 }, pulled.min(due));
    ///     assert_eq!(told.map(|told| told.view), Some(saw.view), "the server judges by just that");
    /// }
    /// ```
    pub fn apply_at(&mut self, tick: Tick, input: P::Input, at: Duration) -> Option<Moment> {
        let glance = self
            .game
            .as_ref()
            .and_then(|game| game.frames.glance(tick, game.steady.inside(at), &game.ring));
        self.enter_input(tick, input, glance)
    }

    fn enter_input(
        &mut self,
        tick: Tick,
        input: P::Input,
        glance: Option<Glance>,
    ) -> Option<Moment> {
        let game = self.game.as_mut()?;
        let own = self.scenery.as_ref().zip(game.predictor.state());
        let sees = own.is_some_and(|(scenery, own)| P::needs_view(scenery, own, &input));
        let glance = glance.filter(|_| sees);
        game.inputs.queue(tick, input, glance);
        game.fresh += 1;
        if game.fresh + game.redundancy.copies() > limits::INPUTS_PER_DATAGRAM {
            let datagram = game.input_datagram();
            game.full.extend(datagram);
        }
        if let Some(scenery) = &self.scenery {
            game.predictor.predict(tick, input, |own, input, tick| {
                P::step_own(scenery, own, input, tick);
            });
        }
        glance.map(|glance| Moment::new(tick, &glance))
    }

    /// Asks the server for something, reliably and in order.
    ///
    /// ```
    /// # mod walkers { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/walkers.rs")); }
    /// # use walkers::*;
    /// use netcode::client::ClientEvent;
    /// use netcode::server::ServerEvent;
    /// let (mut server, ann, mut client, now) = played(60);
    /// client.request("where is the door?".to_owned());
    /// carry(&mut server, ann, &mut client, now);
    /// let asked = server.poll_event();
    /// assert!(matches!(asked, Some(ServerEvent::Request { client, .. }) if client == ann));
    /// server.send(ann, &"to the right".to_owned());
    /// carry(&mut server, ann, &mut client, now);
    /// assert!(matches!(client.poll_event(), Some(ClientEvent::Event(text)) if text == "to the right"));
    /// ```
    pub fn request(&mut self, request: P::Request) {
        self.session.request(request);
    }

    /// The snapshots of late, for [`View::entities`].
    #[must_use]
    pub fn snapshots(&self) -> Option<&SnapshotRing> {
        self.game.as_ref().map(|game| &game.ring)
    }

    /// The own state after the newest input, and the one a tick before.
    #[must_use]
    pub fn own(&self) -> Option<(&P::Own, &P::Own)> {
        let predictor = &self.game.as_ref()?.predictor;
        let newest = predictor.state()?;
        Some((newest, predictor.previous().unwrap_or(newest)))
    }

    /// The own state after the input of a tick, as long as it is remembered.
    ///
    /// ```
    /// # mod walkers { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/walkers.rs")); }
    /// # use walkers::*;
    /// let (_server, _, client, _) = played(120);
    /// let (newest, _) = client.time().expect("it is in");
    /// let own = |tick| client.own_at(tick).expect("it is not long ago").x_mm;
    /// assert_eq!(own(newest) - own(newest - 1), 100, "one push of a tenth of a metre");
    /// ```
    #[must_use]
    pub fn own_at(&self, tick: Tick) -> Option<&P::Own> {
        self.game.as_ref()?.predictor.state_at(tick)
    }

    /// What the server said with its welcome.
    #[must_use]
    pub fn welcome(&self) -> Option<&Welcome<P::Greeting>> {
        self.game.as_ref().map(|game| &game.welcome)
    }

    /// Measurements since the session began.
    #[must_use]
    pub fn stats(&self) -> &Stats {
        &self.stats
    }

    /// What the session costs and where it goes wrong, in detail.
    #[must_use]
    pub fn inspector(&self) -> &Inspector {
        &self.inspector
    }

    /// The next thing for the transport to do.
    ///
    /// ```
    /// # mod walkers { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/walkers.rs")); }
    /// # use walkers::*;
    /// use std::time::Duration;
    /// use netcode::server::Action;
    /// let (mut server, ann, mut client, now) = played(60);
    /// client.handle_round_trip(Duration::from_millis(40)); // as the transport measured it
    /// for tick in client.advance(now + Duration::from_millis(17)) {
    ///     client.apply(tick, Push { direction: 1 });
    /// }
    /// while let Some(action) = client.poll_transmit() {
    ///     match action {
    ///         Action::Datagram(bytes) => server.handle_datagram(ann, &bytes),
    ///         Action::Stream(bytes) => server.handle_stream(ann, &bytes),
    ///         Action::Close(reason) => server.handle_closed(ann, &reason),
    ///     }
    /// }
    /// while let Some(transmit) = server.poll_transmit() {
    ///     match transmit.action {
    ///         Action::Datagram(bytes) => client.handle_datagram(now, &bytes),
    ///         Action::Stream(bytes) => client.handle_stream(now, &bytes),
    ///         Action::Close(reason) => client.handle_closed(&reason),
    ///     }
    /// }
    /// assert_eq!(client.stats().malformed, 0);
    /// ```
    pub fn poll_transmit(&mut self) -> Option<Action> {
        if let Some(bytes) = self.session.poll_transmit() {
            return Some(Action::Stream(bytes));
        }
        if self.session.is_closed() {
            let parted = std::mem::replace(&mut self.parted, true);
            return (!parted).then(|| Action::Close("the session is over".to_owned()));
        }
        let game = self.game.as_mut().filter(|_| self.session.is_welcomed())?;
        let datagram = game.full.pop_front().or_else(|| game.input_datagram());
        let datagram = datagram?;
        self.inspector.timeline_mut().note_sent(datagram.len());
        Some(Action::Datagram(datagram))
    }
}
