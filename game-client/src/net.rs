//! The connection and the seat at the game, as parts of bevy's frame: what came goes in, ticks that
//! are due are played, the scene is filled, and what must go is sent.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use bevy::prelude::*;
use game_bots::address::Address;
use game_bots::hand::Hand;
use game_bots::net_trace::NetTrace;
use game_bots::report::Report;
use game_bots::seat::{Seat, SeatEvent};
use game_bots::trust;
use game_sim::{Event, Mind, PilotId, Winner, contest, think};
use netcode::quic::client::Arrival;
use netcode::quic::thread::{ConnectOptions, ThreadedClient};
use netcode::quic::tls::Identity;
use netcode::wire::message::Wish;

use crate::chat::{Chat, Muted};
use crate::complaints::Complaints;
use crate::feed::{self, News};
use crate::frame::Frame;
use crate::input::Controls;
use crate::inspection::Observer;
use crate::link::{Link, Outbox};
use crate::options::Options;
use crate::scene::{NetGraph, OwnView, PilotView, RoundView, Scene, ScoreLine, rank};
use crate::servers::Servers;
use crate::settings::{self, Settings};
use crate::state::{Place, Stage};
use crate::watch::Watch;

/// A session, from the first packet to the last.
#[derive(Resource)]
pub struct Session {
    started: Instant,
    connection: ThreadedClient,
    /// What the connection is made of, for another one.
    place: String,
    seat: Seat,
    mind: Option<Mind>,
    hand: Hand,
    /// When the picture was made that the player looks at.
    pictured: Duration,
    /// Snapshots and time at the start of the second that is being counted.
    counted: (u64, Duration),
    snapshots_per_second: f32,
    observer: Observer,
    winner: Option<Winner>,
}

/// The net trace, if one is written, and the number of the session in it.
#[derive(Resource, Debug, Default)]
pub struct Trace {
    written: Option<NetTrace>,
    session: usize,
}

impl Trace {
    /// Makes the file, if one is asked for; or says why it can't.
    pub fn begin(options: &Options) -> Result<Self, String> {
        let begin = |path: &PathBuf| {
            NetTrace::create(path).map_err(|e| format!("can't write {}: {e}", path.display()))
        };
        let written = options.net_trace.as_ref().map(begin).transpose()?;
        Ok(Self { written, session: 0 })
    }

    fn note(&mut self, session: &Session) {
        if let Some(trace) = &mut self.written {
            trace.note(self.session, &session.seat);
        }
    }

    fn end(&mut self, session: &Session) {
        if let Some(trace) = &mut self.written {
            trace.end(self.session, &session.seat);
        }
        self.session += 1;
    }

    fn finish(&mut self) {
        if let Some(Err(missing)) = self.written.take().map(NetTrace::finish) {
            eprintln!("game-client: the net trace is not whole: {missing}");
        }
    }
}

/// Connects systems and states.
pub fn plugin(app: &mut App) {
    app.init_resource::<Outbox>()
        .add_systems(OnEnter(Stage::Connecting), open)
        .add_systems(OnEnter(Stage::Menu), close)
        .add_systems(OnEnter(Stage::Lost), close)
        .add_systems(
            Update,
            (receive, advance.run_if(is_in), enter.run_if(in_state(Stage::Connecting)))
                .chain()
                .in_set(Frame::Advance)
                .run_if(resource_exists::<Session>),
        )
        .add_systems(Update, send.in_set(Frame::Send).run_if(resource_exists::<Session>))
        .add_systems(Last, (leave.run_if(resource_exists::<Session>), finish).chain());
}

impl Session {
    /// How it went so far, in the bots' format. `lost` says that the server went away.
    pub fn report(&self, lost: bool) -> Report {
        let seats = std::iter::once(&self.seat);
        Report::of(seats, u64::from(lost), self.started.elapsed())
    }

    fn begin(options: &Options, settings: &Settings, place: &Place) -> Result<Self, String> {
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
            winner: None,
        })
    }

    fn now(&self) -> Duration {
        self.started.elapsed()
    }

    /// Counts snapshots over whole seconds: a rate of single frames would only flicker.
    fn count_snapshots(&mut self) {
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
fn connect(options: &Options, place: &str) -> Result<ThreadedClient, String> {
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

fn open(
    mut commands: Commands,
    before: Option<Res<Session>>,
    mut trace: ResMut<Trace>,
    options: Res<Options>,
    settings: Res<Settings>,
    mut place: ResMut<Place>,
    mut link: ResMut<Link>,
    mut next: ResMut<NextState<Stage>>,
) {
    if let Some(before) = before {
        trace.end(&before);
        commands.remove_resource::<Session>();
    }
    *link = Link { tries: link.tries, ..Link::default() };
    match Session::begin(&options, &settings, &place) {
        Ok(session) => {
            place.trouble = None;
            commands.insert_resource(session);
        }
        Err(trouble) => {
            place.trouble = Some(trouble);
            next.set(Stage::Lost);
        }
    }
}

/// Leaves the server. The scene stays: what was last seen is better than nothing behind a message.
fn close(mut commands: Commands, session: Option<Res<Session>>, mut trace: ResMut<Trace>) {
    if let Some(session) = session {
        trace.end(&session);
    }
    commands.remove_resource::<Session>();
}

/// The window is closing: say goodbye, or the server would wait for our silence.
fn leave(
    mut commands: Commands,
    mut exits: MessageReader<AppExit>,
    session: Res<Session>,
    options: Res<Options>,
    mut trace: ResMut<Trace>,
) {
    if exits.read().next().is_none() {
        return;
    }
    if let Some(path) = &options.report
        && let Err(error) = session.report(false).write(path)
    {
        eprintln!("game-client: can't write {}: {error}", path.display());
    }
    trace.end(&session);
    commands.remove_resource::<Session>();
}

/// The program ends: what was traced must be on the disk.
fn finish(mut exits: MessageReader<AppExit>, mut trace: ResMut<Trace>) {
    if exits.read().next().is_some() {
        trace.finish();
    }
}

fn receive(
    mut session: ResMut<Session>,
    mut scene: ResMut<Scene>,
    mut place: ResMut<Place>,
    mut link: ResMut<Link>,
    mut servers: ResMut<Servers>,
    (mut chat, mut complaints): (ResMut<Chat>, ResMut<Complaints>),
    muted: Res<Muted>,
    time: Res<Time<Real>>,
    options: Res<Options>,
    mut next: ResMut<NextState<Stage>>,
) {
    let session = &mut *session;
    link.waited_s += time.delta_secs();
    if let Some((_, seconds)) = &mut link.broken {
        *seconds += time.delta_secs();
    }
    while let Some((at, arrival)) = session.connection.try_recv() {
        let at = at.saturating_duration_since(session.started);
        link.reached |= !matches!(arrival, Arrival::Closed(_) | Arrival::Lost(_));
        session.seat.handle(at, arrival);
    }
    while let Some(event) = session.seat.poll_event() {
        match event {
            SeatEvent::Welcomed => {
                *scene = Scene::default();
                *chat = Chat::default();
                link.tries = 0;
                link.moving = None;
                servers.visited(&place.address);
                link.welcomed = true;
            }
            SeatEvent::Joining { received, total } => {
                link.joining = (received < total).then_some((received, total));
            }
            SeatEvent::Lost(reason) => link.broken = Some((reason, 0.0)),
            SeatEvent::Resumed => link.broken = None,
            SeatEvent::Moved(choice) => match connect(&options, &session.place) {
                Ok(connection) => {
                    session.connection = connection;
                    (link.moving, link.welcomed) = (Some(choice), false);
                }
                Err(trouble) => {
                    place.trouble = Some(trouble);
                    next.set(Stage::Lost);
                }
            },
            SeatEvent::Game(Event::Chat { from, text }) => {
                let own = Some(from) == session.seat.me();
                chat.hear(&muted, session.seat.roster().name(from), &text, own, false);
            }
            SeatEvent::Game(Event::TeamChat { from, text }) => {
                let own = Some(from) == session.seat.me();
                chat.hear(&muted, session.seat.roster().name(from), &text, own, true);
            }
            SeatEvent::Game(Event::Complaint(answer)) => complaints.answer = Some(answer),
            SeatEvent::Game(event) => {
                session.winner = winner(&event, session.winner);
                tell(&event, &session.seat, &mut scene);
            }
            SeatEvent::Closed(reason) => {
                if let Some(path) = &options.report {
                    let lost = session.seat.metrics().was_welcomed();
                    if let Err(error) = session.report(lost).write(path) {
                        eprintln!("game-client: can't write {}: {error}", path.display());
                    }
                }
                place.trouble = Some(reason);
                next.set(Stage::Lost);
            }
        }
    }
}

fn advance(
    mut session: ResMut<Session>,
    mut scene: ResMut<Scene>,
    mut controls: ResMut<Controls>,
    mut trace: ResMut<Trace>,
    time: Res<Time>,
) {
    let session = &mut *session;
    let now = session.now();
    // What the devices say was done looking at the picture before this one.
    session.hand.note(session.pictured, controls.take());
    session.pictured = now;
    match &mut session.mind {
        None => session.seat.play(now, &mut session.hand),
        Some(mind) => session.seat.advance(now, |sight| {
            let (input, thought) = think(sight, mind.clone());
            *mind = thought;
            input
        }),
    }
    session.count_snapshots();
    trace.note(session);
    if let Some(inspection) = session.observer.observe(now, &session.seat) {
        scene.inspection = inspection;
    }
    feed::age(&mut scene.feed, time.delta_secs());
    fill(session, &mut scene);
}

/// Whether the server has let us in: then ticks are played, whatever is on screen.
fn is_in(link: Res<Link>) -> bool {
    link.welcomed
}

/// Shows the fight once there is something of it to be seen.
fn enter(
    link: Res<Link>,
    place: Res<Place>,
    session: Res<Session>,
    mut next: ResMut<NextState<Stage>>,
) {
    let seat = &session.seat;
    let seen = seat.own().is_some() || seat.me().is_none() && seat.view_time().is_some();
    if link.welcomed && seen && place.trouble.is_none() {
        next.set(Stage::Playing);
    }
}

fn send(
    mut session: ResMut<Session>,
    mut chat: ResMut<Chat>,
    mut watch: ResMut<Watch>,
    mut complaints: ResMut<Complaints>,
    mut outbox: ResMut<Outbox>,
) {
    if let Some(vantage) = watch.take() {
        session.seat.watch(vantage);
    }
    for (pilot, misdeed) in complaints.outgoing.drain(..) {
        session.seat.complain(pilot, misdeed);
    }
    for (line, to_team) in chat.outgoing.drain(..) {
        if to_team {
            session.seat.chat_to_team(&line);
        } else {
            session.seat.chat(&line);
        }
    }
    if let Some(choice) = outbox.vote.take() {
        session.seat.vote(choice);
    }
    while let Some(action) = session.seat.poll_transmit() {
        session.connection.transmit(action);
    }
}

/// Makes the scene of what the seat knows now.
fn fill(session: &Session, scene: &mut Scene) {
    let seat = &session.seat;
    scene.arena = seat.arena().cloned();
    if let Some(rules) = seat.rules() {
        scene.rules = rules.clone();
    }
    (scene.me, scene.free_view) = (seat.me(), seat.has_free_view());
    let own = seat.own().zip(seat.drawn_position());
    scene.own = own.map(|(own, position)| OwnView::new(own, position, &scene.rules));
    scene.pilots.clear();
    let others = seat.pilots().iter().zip(seat.shots()).zip(seat.opacities());
    for ((pilot, (id, shots)), opacity) in others {
        if Some(*id) != scene.me {
            scene.pilots.push(PilotView {
                id: pilot.id,
                position: pilot.position,
                aim_radians: pilot.aim_degrees.to_radians(),
                health: pilot.health,
                alive: pilot.alive,
                protected: pilot.protected,
                dashing: pilot.dashing,
                shots: *shots,
                opacity: *opacity,
            });
        }
    }
    scene.rockets.clear();
    scene.rockets.extend_from_slice(seat.rockets());
    scene.why_died = seat.why_died();
    scene.pickups.clear();
    scene.pickups.extend_from_slice(seat.pickups());
    scene.noises.clear();
    scene.noises.extend_from_slice(seat.noises());
    // A thousand lines are made anew only when one of them has changed.
    let revision = seat.roster().revision();
    if scene.scored != revision {
        scene.scored = revision;
        scene.scores = scores(seat);
        scene.teams.clear();
        for line in scene.scores.iter().filter(|line| line.team.is_some()) {
            let slot = line.id.index();
            scene.teams.resize(scene.teams.len().max(slot + 1), None);
            scene.teams[slot] = line.team;
        }
    }
    if scene.standing != *seat.standing() {
        scene.standing.clone_from(seat.standing());
    }
    let round = seat.round();
    scene.round = RoundView {
        number: round.number,
        left_s: round.seconds_left,
        warm_up: round.number == 0 && round.playing,
        over: round.number > 0 && !round.playing,
        winner: session.winner,
    };
    scene.net = net_graph(session);
}

fn scores(seat: &Seat) -> Vec<ScoreLine> {
    let line = |(id, entry): (PilotId, &game_bots::roster::Entry)| ScoreLine {
        id,
        name: entry.name.clone(),
        bot: entry.bot,
        score: entry.score,
        kills: entry.kills,
        deaths: entry.deaths,
        team: entry.team,
    };
    let mut scores: Vec<_> = seat.roster().ranking().into_iter().map(line).collect();
    rank(&mut scores);
    scores
}

fn net_graph(session: &Session) -> NetGraph {
    let stats = session.seat.stats();
    let tick_ms = 1000.0 / f32::from(session.seat.tick_rate());
    NetGraph {
        rtt_ms: stats.round_trip.as_secs_f32() * 1000.0,
        jitter_ms: stats.jitter_ticks as f32 * tick_ms,
        loss_percent: stats.loss() as f32 * 100.0,
        snapshot_bytes: stats.last_snapshot_bytes as f32,
        corrections: stats.corrections,
        correction_cm: stats.last_correction * 100.0,
        interpolation_delay_ms: stats.interpolation_delay_ticks as f32 * tick_ms,
        snapshots_per_second: session.snapshots_per_second,
    }
}

fn winner(event: &Event, before: Option<Winner>) -> Option<Winner> {
    match event {
        Event::RoundOver { winner } => *winner,
        Event::RoundStarted { .. } => None,
        _ => before,
    }
}

/// Puts what is worth telling into the feed.
fn tell(event: &Event, seat: &Seat, scene: &mut Scene) {
    let named = |pilot: PilotId| (pilot, seat.roster().name(pilot).to_owned());
    let news = match event {
        Event::Killed { killer, victim, weapon } => {
            News::Killed { killer: killer.map(named), victim: named(*victim), weapon: *weapon }
        }
        Event::PointTurned { point, owner } => {
            News::Point(contest::letter((*point).into()), *owner)
        }
        Event::Joined { name, .. } if seat.own().is_some() => News::Joined(name.clone()),
        Event::Left { pilot } => {
            let Some(line) = scene.line(*pilot) else { return };
            News::Left(line.name.clone())
        }
        _ => return,
    };
    feed::push(&mut scene.feed, news);
}
