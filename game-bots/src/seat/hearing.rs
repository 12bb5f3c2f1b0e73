//! What a seat makes of what the server says. A server may be anybody's: what makes no sense ends the session, and
//! no reason that it gives commands a terminal.

use super::{Seat, SeatEvent};
use crate::{round::RoundView, seen::Seen, standing::Standing};
use game_sim::{Arena, Event, Greeting, Scenery, Tumult, crowd::TELEPORT_M, name};
use netcode::{Tick, client::ClientEvent, smooth::Smooth, wire::message::Welcome};
use std::time::Duration;

impl Seat {
    pub(super) fn hear(&mut self, now: Duration, event: ClientEvent<Tumult>) {
        match event {
            ClientEvent::Welcomed(welcome) => self.enter(&welcome, now),
            ClientEvent::Joining { received, total } => {
                if received == total {
                    self.metrics.note_whole(now);
                }
                self.events.push_back(SeatEvent::Joining { received, total });
            }
            ClientEvent::Lost(reason) => {
                self.client.reconnect();
                self.events.push_back(SeatEvent::Lost(name::clean_reason(&reason)));
            }
            ClientEvent::Event(event) => {
                self.roster.note(&event);
                self.standing.note(&event);
                if let Event::WhyDied(why) = &event {
                    self.why_died = Some(*why).filter(|why| Some(why.victim) == self.pilot);
                }
                self.metrics.note_event(&event, self.pilot);
                self.events.push_back(SeatEvent::Game(event));
            }
            ClientEvent::Snapshot { tick, correction } => {
                self.metrics.note_snapshot(correction);
                if !self.client.stats().partial {
                    self.metrics.note_whole(now);
                }
                self.note_round(tick);
            }
            ClientEvent::Corrected { before, after } => {
                let (from, to) = (before.body.position, after.body.position);
                if !before.alive || !after.alive || from.distance(to) > TELEPORT_M {
                    self.smooth.reset();
                } else {
                    self.smooth.note(from, to);
                }
            }
            ClientEvent::Refused(_) => {} // The end, with its reason, follows.
            ClientEvent::Closed(reason) => {
                if let Some(choice) = self.standing.moving.take() {
                    self.client.reconnect();
                    return self.events.push_back(SeatEvent::Moved(choice));
                }
                self.metrics.note_closed(now);
                self.events.push_back(SeatEvent::Closed(name::clean_reason(&reason)));
            }
        }
    }

    fn enter(&mut self, welcome: &Welcome<Greeting>, now: Duration) {
        if welcome.resumed {
            self.roster.renew();
            self.events.push_back(SeatEvent::Resumed);
            return;
        }
        let greeting = &welcome.greeting;
        let builtin = Arena::builtin(&greeting.arena).and_then(Result::ok);
        let mut known = [self.brought.clone(), builtin].into_iter().flatten();
        let Some(arena) = known.find(|arena| arena.hash == greeting.arena_hash) else {
            let reason = format!("the server plays in {}, which this build lacks", greeting.arena);
            return self.client.handle_closed(&reason);
        };
        if let Err(error) = greeting.rules.check() {
            return self
                .client
                .handle_closed(&format!("the server's rules make no sense: {error}"));
        }
        let scenery = Scenery { arena, rules: greeting.rules.clone() };
        self.pilot = greeting.pilot;
        self.roster.clear();
        self.standing = Standing::of(greeting.mode);
        (self.seen, self.why_died) = (Seen::default(), None);
        self.smooth = Smooth::default();
        self.client.enter(scenery.clone());
        self.scenery = Some(scenery);
        self.metrics.note_welcome(now);
        self.events.push_back(SeatEvent::Welcomed);
    }

    fn note_round(&mut self, tick: Tick) {
        let newest = self.client.snapshots().and_then(|ring| ring.at(tick));
        let told = newest.and_then(|snapshot| RoundView::of(snapshot, self.tick_rate()));
        self.round = told.unwrap_or(self.round);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use netcode::{quic::client::Arrival, wire::message::Wish};

    #[test]
    fn no_reason_that_the_other_side_gives_commands_a_terminal() {
        let mut seat = Seat::new("Ann", Wish::Play, Duration::ZERO);
        let reason = "kicked: \u{1b}[2J\u{1b}]0;root\u{7}go\u{202e}\r\n".to_owned();
        seat.handle(Duration::ZERO, Arrival::Closed(reason));
        let told = seat.poll_event();
        assert_eq!(told, Some(SeatEvent::Closed("kicked: [2J]0;rootgo".to_owned())));
    }
}
