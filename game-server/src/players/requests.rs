//! What players ask for: to say something, to look on from elsewhere, to complain, to vote.

use super::{Players, Seat};
use crate::complaints::Party;
use game_sim::{Event, Misdeed, PilotId, Request, Tumult, Vantage, World};
use netcode::server::{ClientId, Server};

impl Players {
    pub(super) fn request(
        &mut self,
        core: &mut Server<Tumult>,
        world: &World,
        client: ClientId,
        request: Request,
    ) {
        // Who only watches has nothing to say.
        let seat = self.seats.get(&client);
        let from = seat.and_then(|seat| seat.pilot);
        let team = from.and_then(|from| world.team(from));
        match (request, from) {
            (Request::Watch(vantage), _) => self.watch(client, vantage),
            (Request::Complain { pilot, misdeed }, _) => {
                self.complain(core, world, client, pilot, misdeed);
            }
            (_, None) => {}
            (Request::Vote(choice), Some(from)) => self.votes.push((from, choice)),
            // Without teams everybody is meant.
            (Request::TeamChat(text), Some(from)) if team.is_some() => {
                let Some(text) = self.said(core, world, client, &text) else { return };
                let event = Event::TeamChat { from, text };
                for (friend, pilot) in self.seats() {
                    if pilot.is_some_and(|pilot| world.team(pilot) == team) {
                        core.send(friend, &event);
                    }
                }
            }
            (Request::Chat(text) | Request::TeamChat(text), Some(from)) => {
                if let Some(text) = self.said(core, world, client, &text) {
                    core.broadcast(&Event::Chat { from, text });
                }
            }
        }
    }

    /// What of a line may be said, if anything is left of it and it is not one too many, which its writer
    /// is told. Whoever complains soon may quote it.
    fn said(
        &mut self,
        core: &mut Server<Tumult>,
        world: &World,
        client: ClientId,
        text: &str,
    ) -> Option<String> {
        let seat = self.seats.get(&client)?;
        match self.talk.hear(seat.key, text, world.tick) {
            Ok(text) => {
                let text = text?;
                self.complaints.hear(world.tick, &seat.name, &text);
                Some(text)
            }
            Err(why) => {
                if let Some(why) = why {
                    core.send(client, &Event::Unsaid(why));
                }
                None
            }
        }
    }

    pub(super) fn watch(&mut self, client: ClientId, vantage: Vantage) {
        let may = self.watching.free_view || matches!(vantage, Vantage::Pilot(_));
        if let Some(seat) = self.seats.get_mut(&client).filter(|seat| seat.pilot.is_none() && may) {
            seat.vantage = Some(vantage);
        }
    }

    fn complain(
        &mut self,
        core: &mut Server<Tumult>,
        world: &World,
        client: ClientId,
        pilot: PilotId,
        misdeed: Misdeed,
    ) {
        let accused = self.client_of(pilot).filter(|accused| *accused != client);
        let accused = accused.and_then(|accused| self.seats.get(&accused));
        let (Some(by), Some(of)) = (self.seats.get(&client), accused) else { return };
        let party = |seat: &Seat| Party { name: seat.name.clone(), key: seat.key };
        let answer = self.complaints.take(world.tick, party(by), party(of), misdeed);
        core.send(client, &Event::Complaint(answer));
    }
}
