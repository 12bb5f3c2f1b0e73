//! The connection and the seat at the game, as parts of bevy's frame: what came goes in, ticks that
//! are due are played, the scene is filled, and what must go is sent.

mod desk;
mod fill;
mod session;
mod trace;

use bevy::prelude::*;
use game_sim::think;

use self::desk::Desk;
use self::fill::fill;
pub use self::session::Session;
pub use self::trace::Trace;
use crate::chat::Chat;
use crate::complaints::Complaints;
use crate::feed;
use crate::frame::Frame;
use crate::hud::NetGraphShown;
use crate::input::Controls;
use crate::link::{Link, Outbox};
use crate::measure::own;
use crate::options::Options;
use crate::scene::Scene;
use crate::settings::Settings;
use crate::state::{Place, Stage};
use crate::watch::Watch;

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
        .add_systems(Last, (own(leave).run_if(resource_exists::<Session>), own(finish)).chain());
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

fn receive(mut session: ResMut<Session>, mut desk: Desk, time: Res<Time<Real>>) {
    let session = &mut *session;
    desk.wait(time.delta_secs());
    while let Some((at, arrival)) = session.connection.try_recv() {
        let at = at.saturating_duration_since(session.started);
        desk.note(&arrival);
        session.seat.handle(at, arrival);
    }
    while let Some(event) = session.seat.poll_event() {
        desk.hear(session, event);
    }
}

fn advance(
    mut session: ResMut<Session>,
    mut scene: ResMut<Scene>,
    mut controls: ResMut<Controls>,
    mut trace: ResMut<Trace>,
    (time, graph): (Res<Time>, Res<NetGraphShown>),
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
    if let Some(inspection) = session.observer.observe(now, &session.seat, graph.is_seen()) {
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
