//! Where what the seat heard from the server goes: to the screens, the chat, the feed, the states.

use bevy::ecs::system::SystemParam;
use bevy::prelude::*;
use game_bots::seat::SeatEvent;
use game_sim::{Choice, Event, PilotId};
use netcode::quic::client::Arrival;

use super::fill::{called, outcome, tell};
use super::session::{self, Session};
use crate::chat::{Chat, Muted};
use crate::complaints::Complaints;
use crate::language::Words;
use crate::link::Link;
use crate::options::Options;
use crate::scene::Scene;
use crate::servers::Servers;
use crate::state::{Place, Stage};

/// Everything that may have to know.
#[derive(SystemParam)]
pub(super) struct Desk<'w> {
    scene: ResMut<'w, Scene>,
    place: ResMut<'w, Place>,
    link: ResMut<'w, Link>,
    servers: ResMut<'w, Servers>,
    chat: ResMut<'w, Chat>,
    complaints: ResMut<'w, Complaints>,
    muted: Res<'w, Muted>,
    words: Res<'w, Words>,
    options: Res<'w, Options>,
    next: ResMut<'w, NextState<Stage>>,
}

impl Desk<'_> {
    /// Lets time pass for who waits.
    pub fn wait(&mut self, seconds: f32) {
        self.link.waited_s += seconds;
        if let Some((_, broken_s)) = &mut self.link.broken {
            *broken_s += seconds;
        }
    }

    /// Sees something come.
    pub fn note(&mut self, arrival: &Arrival) {
        self.link.reached |= !matches!(arrival, Arrival::Closed(_) | Arrival::Lost(_));
    }

    /// Takes an event to where it belongs.
    pub fn hear(&mut self, session: &mut Session, event: SeatEvent) {
        match event {
            SeatEvent::Welcomed => self.welcome(session),
            SeatEvent::Joining { received, total } => {
                self.link.joining = (received < total).then_some((received, total));
            }
            SeatEvent::Lost(reason) => self.link.broken = Some((reason, 0.0)),
            SeatEvent::Resumed => self.link.broken = None,
            SeatEvent::Moved(choice) => self.move_on(session, choice),
            SeatEvent::Closed(reason) => self.close(session, reason),
            SeatEvent::Game(event) => self.hear_of_the_game(session, &event),
        }
    }

    fn hear_of_the_game(&mut self, session: &mut Session, event: &Event) {
        match event {
            Event::Chat { from, text } => self.say(session, *from, text, false),
            Event::TeamChat { from, text } => self.say(session, *from, text, true),
            Event::Unsaid(why) => self.chat.unsaid = Some(*why),
            Event::Complaint(answer) => self.complaints.answer = Some(*answer),
            event => {
                session.outcome = outcome(event, session.outcome);
                tell(event, &session.seat, &self.words, &mut self.scene);
            }
        }
    }

    fn say(&mut self, session: &Session, from: PilotId, text: &str, team: bool) {
        let own = Some(from) == session.seat.me();
        let name = called(&session.seat, from, &self.words);
        self.chat.hear(&self.muted, &name, text, own, team);
    }

    fn welcome(&mut self, session: &mut Session) {
        *self.scene = Scene::default();
        self.chat.renew();
        self.link.tries = 0;
        self.link.moving = None;
        // A server that was started anew knows nothing of the session, and lets in whoever comes back.
        self.link.broken = None;
        session.outcome = None;
        self.servers.visited(&self.place.address);
        self.link.welcomed = true;
    }

    fn move_on(&mut self, session: &mut Session, choice: Choice) {
        match session::connect(&self.options, &session.place) {
            Ok(connection) => {
                session.connection = connection;
                (self.link.moving, self.link.welcomed) = (Some(choice), false);
            }
            Err(trouble) => self.lose(trouble),
        }
    }

    fn close(&mut self, session: &Session, reason: String) {
        if let Some(path) = &self.options.report {
            let lost = session.seat.metrics().was_welcomed();
            if let Err(error) = session.report(lost).write(path) {
                eprintln!("game-client: can't write {}: {error}", path.display());
            }
        }
        self.lose(reason);
    }

    fn lose(&mut self, reason: String) {
        self.place.trouble = Some(reason);
        self.next.set(Stage::Lost);
    }
}
