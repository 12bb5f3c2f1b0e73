//! One place at the game, for a bot as for a person: everything between the connection and what is
//! drawn or thought about. Sans IO: bytes and times go in, bytes come out.

mod event;
mod hearing;
mod hold;

pub use event::SeatEvent;

use crate::{
    hand::Hand, metrics::Metrics, roster::Roster, round::RoundView, seen::Seen, standing::Standing,
};
use game_sim::{
    Arena, HeardNoise, Misdeed, Own, PilotId, PilotInput, Request, Rules, Scenery, SeenPickup,
    SeenPilot, SeenRocket, Sight, Tumult, Vantage, WhyDied, assets_hash, crowd::TELEPORT_M,
};
use glam::Vec2;
use netcode::{
    Moment, Protocol, Tick, ViewTime,
    client::{Client, Stats},
    delta::Recall,
    inspect::Inspector,
    quic::client::Arrival,
    server::Action,
    smooth::Smooth,
    wire::message::{Hello, Wish},
};
use std::{collections::VecDeque, sync::Arc, time::Duration};

/// How far past the newest snapshot others may be drawn, in ticks. The game knows well where somebody
/// runs within a tick, and shots are judged by the same
/// (docs/decisions/0034-others-are-drawn-a-tick-ahead.md).
pub const VIEW_AHEAD_TICKS: f64 = 1.0;

/// One place at the game.
pub struct Seat {
    client: Client<Tumult>,
    scenery: Option<Scenery>,
    /// An arena beside those of the build.
    brought: Option<Arc<Arena>>,
    pilot: Option<PilotId>,
    roster: Roster,
    metrics: Metrics,
    smooth: Smooth<Vec2>,
    smoothed: Vec2,
    seen: Seen,
    round: RoundView,
    standing: Standing,
    why_died: Option<WhyDied>,
    events: VecDeque<SeatEvent>,
}

impl Seat {
    /// A seat that introduces itself as soon as it is connected.
    #[must_use]
    pub fn new(name: &str, wish: Wish, now: Duration) -> Self {
        let hello = Hello {
            protocol: Tumult::hash(),
            version: Tumult::VERSION.to_owned(),
            assets: assets_hash(),
            name: name.to_owned(),
            wish,
        };
        Self::with_hello(hello, now)
    }

    /// A seat that says exactly this; for builds and liars of another version.
    #[must_use]
    pub fn with_hello(hello: Hello, now: Duration) -> Self {
        let mut client = Client::new(hello);
        client.set_view_ahead(VIEW_AHEAD_TICKS);
        Self {
            client,
            scenery: None,
            brought: None,
            pilot: None,
            roster: Roster::default(),
            metrics: Metrics::new(now),
            smooth: Smooth::default(),
            smoothed: Vec2::ZERO,
            seen: Seen::default(),
            round: RoundView::default(),
            standing: Standing::default(),
            why_died: None,
            events: VecDeque::new(),
        }
    }

    /// Shares what is read with the other seats of this process, all at one server. Before it is let in.
    pub fn share_reading(&mut self, recall: &Recall) {
        self.client.share_reading(recall);
    }

    /// Gives the seat an arena that the build does not have, before the server names it.
    pub fn bring_arena(&mut self, arena: Arc<Arena>) {
        self.brought = Some(arena);
    }

    /// Takes what came from the server.
    pub fn handle(&mut self, now: Duration, arrival: Arrival) {
        match arrival {
            Arrival::Datagram(bytes) => self.client.handle_datagram(now, &bytes),
            Arrival::Stream(bytes) => self.client.handle_stream(now, &bytes),
            Arrival::Path(path) => {
                self.client.handle_round_trip(path.round_trip);
                self.metrics.note_path(now, path);
            }
            Arrival::Lost(reason) => self.client.handle_lost(&reason),
            Arrival::Closed(reason) => self.client.handle_closed(&reason),
        }
        while let Some(event) = self.client.poll_event() {
            self.hear(now, event);
        }
    }

    /// Lets time pass: what is seen moves on, and for each tick that is due `decide` says what to do.
    pub fn advance(&mut self, now: Duration, mut decide: impl FnMut(&Sight<'_>) -> PilotInput) {
        for tick in self.begin_frame(now) {
            let input = self.sight(tick).map_or_else(PilotInput::default, |sight| decide(&sight));
            let before = self.own().copied();
            let moment = self.client.apply(tick, input);
            self.launch(tick, before, input, moment);
        }
        self.show_own_rockets();
    }

    /// The same for who holds a device: each tick plays what the hand did, and each shot stands for
    /// the moment at which the trigger was pulled.
    pub fn play(&mut self, now: Duration, hand: &mut Hand) {
        for tick in self.begin_frame(now) {
            let aim = self.own().map_or(0, |own| own.aim);
            let (input, at) = hand.take(self.client.due(tick).unwrap_or(now), aim);
            let before = self.own().copied();
            let moment = self.client.apply_at(tick, input, at);
            self.launch(tick, before, input, moment);
        }
        self.show_own_rockets();
    }

    /// Has a rocket fly at once if the input of `tick` fires one.
    fn launch(
        &mut self,
        tick: Tick,
        before: Option<Own>,
        input: PilotInput,
        moment: Option<Moment>,
    ) {
        let (Some(mut own), Some(moment), Some(scenery)) = (before, moment, &self.scenery) else {
            return;
        };
        if game_sim::predict(&mut own, &input, &scenery.arena, &scenery.rules).rocket {
            let from = self.position_at(&moment).unwrap_or(own.body.position);
            self.seen.own_rockets.launch(tick, &moment, from, own.aim, scenery);
        }
    }

    fn show_own_rockets(&mut self) {
        if let (Some(me), Some(scenery)) = (self.pilot, &self.scenery) {
            self.seen.show_own_rockets(me, &scenery.rules);
        }
    }

    fn begin_frame(&mut self, now: Duration) -> impl Iterator<Item = Tick> + use<> {
        if let Some((view, ring)) = self.client.look(now).zip(self.client.snapshots()) {
            let teams = Some(&self.roster).filter(|_| self.standing.mode.has_teams());
            self.seen.look(&view, ring, self.pilot, teams);
        }
        self.smoothed = self.smooth.advance(now);
        self.client.advance(now)
    }

    /// The next thing for the connection to do.
    pub fn poll_transmit(&mut self) -> Option<Action> {
        self.client.poll_transmit()
    }

    /// What happened since the last call.
    pub fn poll_event(&mut self) -> Option<SeatEvent> {
        self.events.pop_front()
    }

    /// Says something to everybody.
    pub fn chat(&mut self, text: &str) {
        self.client.request(Request::Chat(text.to_owned()));
    }

    /// Looks on from somewhere else, for who has no pilot.
    pub fn watch(&mut self, vantage: Vantage) {
        self.client.request(Request::Watch(vantage));
    }

    /// Complains of somebody to whoever runs the server.
    pub fn complain(&mut self, pilot: PilotId, misdeed: Misdeed) {
        self.client.request(Request::Complain { pilot, misdeed });
    }

    /// Whether who has no pilot may look on from above any place.
    #[must_use]
    pub fn has_free_view(&self) -> bool {
        self.client.welcome().is_some_and(|welcome| welcome.greeting.free_view)
    }

    /// Says something to the own team; to everybody where there are none.
    pub fn chat_to_team(&mut self, text: &str) {
        self.client.request(Request::TeamChat(text.to_owned()));
    }

    /// Votes for a choice of the ballot, if there is one.
    pub fn vote(&mut self, choice: u8) {
        if self.standing.vote(choice) {
            self.client.request(Request::Vote(choice));
        }
    }

    /// How it stands with points and votes.
    #[must_use]
    pub fn standing(&self) -> &Standing {
        &self.standing
    }

    /// The map, once welcomed.
    #[must_use]
    pub fn arena(&self) -> Option<&Arc<Arena>> {
        self.scenery.as_ref().map(|scenery| &scenery.arena)
    }

    /// The numbers of the game, once welcomed.
    #[must_use]
    pub fn rules(&self) -> Option<&Rules> {
        self.scenery.as_ref().map(|scenery| &scenery.rules)
    }

    /// The own pilot; none for who only watches.
    #[must_use]
    pub fn me(&self) -> Option<PilotId> {
        self.pilot
    }

    /// The own state, predicted up to the newest input.
    #[must_use]
    pub fn own(&self) -> Option<&Own> {
        self.client.own().map(|(own, _)| own)
    }

    /// Where to draw the own pilot: between two ticks, corrections glided over.
    #[must_use]
    pub fn drawn_position(&self) -> Option<Vec2> {
        let (own, previous) = self.client.own()?;
        let (_, fraction) = self.client.time()?;
        let (from, to) = (previous.body.position, own.body.position);
        let between = if from.distance(to) > TELEPORT_M { to } else { from.lerp(to, fraction) };
        Some(between + self.smoothed)
    }

    /// What was to be seen at a time, which may lie between two of the last frames.
    #[must_use]
    pub fn moment(&self, at: Duration) -> Option<Moment> {
        self.client.moment(at)
    }

    /// Where the own pilot was drawn at a moment, as long as that is remembered; corrections that were
    /// glided over are left out.
    #[must_use]
    pub fn position_at(&self, moment: &Moment) -> Option<Vec2> {
        let at = |tick| Some(self.client.own_at(tick)?.body.position);
        let (before, after) = (at(moment.own.tick)?, at(moment.own.tick.next())?);
        let jumped = before.distance(after) > TELEPORT_M;
        Some(if jumped { after } else { before.lerp(after, moment.own.fraction) })
    }

    /// The other pilots in sight, between two snapshots. The own one is among them as well, as the
    /// server showed it.
    #[must_use]
    pub fn pilots(&self) -> &[SeenPilot] {
        &self.seen.pilots
    }

    /// Lets others be drawn up to so many ticks past what is known of them, 0 to 2, instead of
    /// [`VIEW_AHEAD_TICKS`].
    pub fn set_view_ahead(&mut self, ticks: f64) {
        self.client.set_view_ahead(ticks);
    }

    /// Lets names and scores pass from now on, for a bot that only plays: see [`Roster::new`].
    pub fn ignore_scores(&mut self) {
        self.roster = Roster::new(true);
    }

    /// For each pilot in sight, a counter of its rifle shots that wraps.
    #[must_use]
    pub fn shots(&self) -> &[(PilotId, u8)] {
        &self.seen.shots
    }

    /// For each pilot in sight how much of it to draw, 0 to 1: who has not been heard of fades.
    #[must_use]
    pub fn opacities(&self) -> &[f32] {
        &self.seen.opacities
    }

    /// What the last own death was judged by.
    #[must_use]
    pub fn why_died(&self) -> Option<WhyDied> {
        self.why_died
    }

    /// The rockets in sight.
    #[must_use]
    pub fn rockets(&self) -> &[SeenRocket] {
        &self.seen.rockets
    }

    /// The pickups in sight.
    #[must_use]
    pub fn pickups(&self) -> &[SeenPickup] {
        &self.seen.pickups
    }

    /// What is heard of those out of sight, coarsely.
    #[must_use]
    pub fn noises(&self) -> &[HeardNoise] {
        &self.seen.noises
    }

    /// Names and scores.
    #[must_use]
    pub fn roster(&self) -> &Roster {
        &self.roster
    }

    /// The round.
    #[must_use]
    pub fn round(&self) -> RoundView {
        self.round
    }

    /// The moment of the game that the others are drawn at.
    #[must_use]
    pub fn view_time(&self) -> Option<ViewTime> {
        self.seen.view
    }

    /// The snapshots of late, as they came.
    #[must_use]
    pub fn snapshots(&self) -> Option<&netcode::snapshot::SnapshotRing> {
        self.client.snapshots()
    }

    /// Ticks per second, as the server says; 60 before it said so.
    #[must_use]
    pub fn tick_rate(&self) -> u16 {
        self.client.welcome().map_or(game_sim::TICK_RATE as u16, |welcome| welcome.tick_rate)
    }

    /// What netcode has measured.
    #[must_use]
    pub fn stats(&self) -> &Stats {
        self.client.stats()
    }

    /// The same in detail: bits by kind and field, causes of corrections, starvation, margins.
    #[must_use]
    pub fn inspector(&self) -> &Inspector {
        self.client.inspector()
    }

    /// What the report needs.
    #[must_use]
    pub fn metrics(&self) -> &Metrics {
        &self.metrics
    }

    /// What the player may see at a tick, for the bots' mind.
    #[must_use]
    pub fn sight(&self, tick: Tick) -> Option<Sight<'_>> {
        let scenery = self.scenery.as_ref()?;
        Some(Sight {
            arena: &scenery.arena,
            rules: &scenery.rules,
            tick,
            me: self.pilot?,
            own: self.own()?,
            pilots: &self.seen.pilots,
            rockets: &self.seen.rockets,
            pickups: &self.seen.pickups,
            team: self.pilot.and_then(|me| self.roster.team(me)),
            points: &self.standing.points,
        })
    }
}
