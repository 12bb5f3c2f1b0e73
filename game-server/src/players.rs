//! Who sits where: clients and the pilots that they fly.
//!
//! A place stays its owner's while the connection is broken and may come back; the pilot then stands
//! still where it was, and can be shot.

use crate::{
    bans::Bans,
    complaints::{Complaints, Party},
    name,
    options::Watching,
};
use game_sim::{
    Arena, Event, Greeting, Join, Misdeed, Pilot, PilotId, Request, Tumult, Vantage, World,
    assets_hash,
};
use netcode::{
    server::{ClientId, PeerKey, Server, ServerEvent},
    wire::message::{Hello, Refusal, Wish},
};
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// Everybody who was let in.
#[derive(Debug)]
pub struct Players {
    seats: BTreeMap<ClientId, Seat>,
    bans: Bans,
    places: usize,
    watching: Watching,
    complaints: Complaints,
    /// The slots that nobody has, the one that was freed longest ago first: whoever still draws its
    /// last pilot should have forgotten it by then.
    free: VecDeque<PilotId>,
    /// The slots of the server's own pilots, which make way for people.
    stand_ins: BTreeSet<PilotId>,
    /// By slot: whose pilot it is.
    owners: Vec<Option<ClientId>>,
    joins: Vec<Join>,
    leaves: Vec<PilotId>,
    /// Who was welcomed since it was asked last.
    newcomers: Vec<ClientId>,
    /// What was voted since it was asked last.
    votes: Vec<(PilotId, u8)>,
}

#[derive(Debug)]
struct Seat {
    pilot: Option<PilotId>,
    key: PeerKey,
    /// From where it looks on, if it said so and has no pilot.
    vantage: Option<Vantage>,
    name: String,
    /// Whether the connection is broken.
    lost: bool,
    /// The first slot of which this client was not told yet who is in it.
    untold: usize,
}

impl Players {
    /// Room for so many pilots, and for those who watch.
    #[must_use]
    pub fn new(places: usize, watching: Watching, bans: Bans) -> Self {
        Self {
            bans,
            watching,
            complaints: Complaints::default(),
            seats: BTreeMap::new(),
            places,
            free: (0..places as u16).map(PilotId).collect(),
            stand_ins: BTreeSet::new(),
            owners: vec![None; places],
            joins: Vec::new(),
            leaves: Vec::new(),
            newcomers: Vec::new(),
            votes: Vec::new(),
        }
    }

    /// Answers everything that clients asked for since the last tick.
    pub fn answer(&mut self, core: &mut Server<Tumult>, world: &World) {
        while let Some(event) = core.poll_event() {
            match event {
                ServerEvent::Hello { client, key, hello } => {
                    self.hello(core, world, client, key, &hello);
                }
                ServerEvent::Request { client, request } => {
                    self.request(core, world, client, request);
                }
                ServerEvent::Lost { client, reason } => self.lost(client, &reason),
                ServerEvent::Resumed { client, was, key } => {
                    self.resumed(core, world, client, was, key);
                }
                ServerEvent::Left { client, reason } => self.left(client, &reason),
            }
        }
    }

    /// Tells those who came of late who is here, as far as there is room for it. Who comes later is told
    /// to everybody as it happens; scores are as they are now, so that nothing is counted twice.
    pub fn tell_who_is_here(&mut self, core: &mut Server<Tumult>, world: &World) {
        for (client, seat) in self.seats.iter_mut().filter(|(_, seat)| !seat.lost) {
            while let Some(slot) = world.pilots.get(seat.untold) {
                let id = PilotId(seat.untold as u16);
                let present = slot.as_ref().map(|pilot| present(id, pilot));
                if present.is_some_and(|present| !core.send_unhurried(*client, &present)) {
                    break;
                }
                seat.untold += 1;
            }
        }
    }

    /// The pilots that come and go in the next step.
    pub fn take_changes(&mut self) -> (Vec<Join>, Vec<PilotId>) {
        (std::mem::take(&mut self.joins), std::mem::take(&mut self.leaves))
    }

    /// Who was welcomed since the last call.
    pub fn take_newcomers(&mut self) -> Vec<ClientId> {
        std::mem::take(&mut self.newcomers)
    }

    /// What was voted since the last call.
    pub fn take_votes(&mut self) -> Vec<(PilotId, u8)> {
        std::mem::take(&mut self.votes)
    }

    /// Everybody has gone: what is played goes on elsewhere.
    pub fn clear(&mut self) {
        let (bans, complaints) =
            (std::mem::take(&mut self.bans), std::mem::take(&mut self.complaints));
        *self = Self { complaints, ..Self::new(self.places, self.watching, bans) };
    }

    /// Everybody who is connected, with the pilot that they fly.
    pub fn seats(&self) -> impl Iterator<Item = (ClientId, Option<PilotId>)> + Clone {
        let connected = self.seats.iter().filter(|(_, seat)| !seat.lost);
        connected.map(|(client, seat)| (*client, seat.pilot))
    }

    /// Who flies a pilot and is connected.
    #[must_use]
    pub fn client_of(&self, pilot: PilotId) -> Option<ClientId> {
        let client = (*self.owners.get(usize::from(pilot.0))?)?;
        let seat = self.seats.get(&client)?;
        (seat.pilot == Some(pilot) && !seat.lost).then_some(client)
    }

    /// From where somebody without a pilot looks on, if it said so.
    #[must_use]
    pub fn vantage(&self, client: ClientId) -> Option<Vantage> {
        self.seats.get(&client)?.vantage
    }

    /// Where complaints are written; without a file nobody's are taken.
    pub fn complaints(&mut self) -> &mut Complaints {
        &mut self.complaints
    }

    fn sit(&mut self, client: ClientId, seat: Seat) {
        let owner = seat.pilot.and_then(|pilot| self.owners.get_mut(usize::from(pilot.0)));
        owner.into_iter().for_each(|owner| *owner = Some(client));
        self.seats.insert(client, seat);
    }

    /// How many clients fly a pilot, those included who may come back.
    #[must_use]
    pub fn playing(&self) -> usize {
        self.seats.values().filter(|seat| seat.pilot.is_some()).count()
    }

    /// Takes a free slot for a pilot that the server flies, until a person needs it.
    pub fn board(&mut self, name: String) -> Option<PilotId> {
        let pilot = self.free.pop_front()?;
        self.stand_ins.insert(pilot);
        self.joins.push(Join { pilot, name, bot: true });
        Some(pilot)
    }

    /// Whether the server still flies the pilot in a slot.
    #[must_use]
    pub fn is_stand_in(&self, pilot: PilotId) -> bool {
        self.stand_ins.contains(&pilot)
    }

    /// Lets the pilot in a slot go.
    pub fn release(&mut self, pilot: PilotId) {
        self.vacate(pilot);
        self.stand_ins.remove(&pilot);
        self.free.push_back(pilot);
    }

    /// Takes the pilot out of the simulation. Somebody who goes before the step in which it would
    /// have come was never there.
    fn vacate(&mut self, pilot: PilotId) {
        let joining = self.joins.len();
        self.joins.retain(|join| join.pilot != pilot);
        if self.joins.len() == joining {
            self.leaves.push(pilot);
        }
    }

    fn hello(
        &mut self,
        core: &mut Server<Tumult>,
        world: &World,
        client: ClientId,
        key: PeerKey,
        hello: &Hello,
    ) {
        match self.admit(key, hello) {
            Ok(seat) => {
                tracing::info!(client = client.0, name = ?seat.name, pilot = ?seat.pilot, %key, "joined");
                if !core.welcome(client, self.greeting(world, seat.pilot)) {
                    // It broke the protocol right behind its hello; the slot was never used.
                    self.free.extend(seat.pilot);
                    return;
                }
                self.joins.extend(seat.pilot.map(|pilot| Join {
                    pilot,
                    name: seat.name.clone(),
                    bot: false,
                }));
                self.sit(client, seat);
                self.newcomers.push(client);
            }
            Err(refusal) => {
                tracing::info!(client = client.0, %key, %refusal, "refused");
                core.refuse(client, refusal);
            }
        }
    }

    fn admit(&mut self, key: PeerKey, hello: &Hello) -> Result<Seat, Refusal> {
        if let Some(reason) = self.bans.reason(key) {
            return Err(Refusal::Banned { reason: reason.to_owned() });
        }
        if hello.assets != assets_hash() {
            return Err(Refusal::WrongAssets { server: assets_hash(), client: hello.assets });
        }
        let name = name::clean(&hello.name)
            .map_err(|reason| Refusal::BadName { reason: reason.to_owned() })?;
        let full = |places: usize| Refusal::Full { players: places as u32, places: places as u32 };
        let pilot = match hello.wish {
            Wish::Watch if self.seats.len() - self.playing() >= self.watching.places.into() => {
                return Err(full(self.watching.places.into()));
            }
            Wish::Watch => None,
            Wish::Play => Some(self.take_slot().ok_or_else(|| full(self.places))?),
        };
        Ok(Seat { pilot, key, vantage: None, name, lost: false, untold: 0 })
    }

    fn take_slot(&mut self) -> Option<PilotId> {
        self.free.pop_front().or_else(|| {
            let pilot = self.stand_ins.pop_last()?;
            self.vacate(pilot);
            Some(pilot)
        })
    }

    fn request(
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
                let Some(text) = self.said(world, client, &text) else { return };
                let event = Event::TeamChat { from, text };
                for (friend, pilot) in self.seats() {
                    if pilot.is_some_and(|pilot| world.team(pilot) == team) {
                        core.send(friend, &event);
                    }
                }
            }
            (Request::Chat(text) | Request::TeamChat(text), Some(from)) => {
                if let Some(text) = self.said(world, client, &text) {
                    core.broadcast(&Event::Chat { from, text });
                }
            }
        }
    }

    /// What of a line may be said, if anything is left of it; whoever complains soon may quote it.
    fn said(&mut self, world: &World, client: ClientId, text: &str) -> Option<String> {
        let text = Some(name::clean_chat(text)).filter(|text| !text.is_empty())?;
        let seat = self.seats.get(&client)?;
        self.complaints.hear(world.tick, &seat.name, &text);
        Some(text)
    }

    fn watch(&mut self, client: ClientId, vantage: Vantage) {
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

    fn lost(&mut self, client: ClientId, reason: &str) {
        if let Some(seat) = self.seats.get_mut(&client) {
            tracing::info!(client = client.0, name = ?seat.name, reason, "lost");
            seat.lost = true;
        }
    }

    /// Gives a client back what it had, unless it may not play any more.
    fn resumed(
        &mut self,
        core: &mut Server<Tumult>,
        world: &World,
        client: ClientId,
        was: ClientId,
        key: PeerKey,
    ) {
        let Some(seat) = self.seats.remove(&was) else { return };
        let pilot = seat.pilot;
        tracing::info!(client = client.0, was = was.0, name = ?seat.name, ?pilot, "came back");
        self.sit(client, Seat { lost: false, untold: 0, ..seat });
        match self.bans.reason(key) {
            Some(reason) => core.refuse(client, Refusal::Banned { reason: reason.to_owned() }),
            // Should it be gone already, that is told as an event of its own.
            None => {
                if core.welcome(client, self.greeting(world, pilot)) {
                    self.newcomers.push(client);
                }
            }
        }
    }

    fn greeting(&self, world: &World, pilot: Option<PilotId>) -> Greeting {
        let Arena { name, hash, .. } = &*world.arena;
        let (rules, free_view) = ((*world.rules).clone(), self.watching.free_view);
        let (arena, mode) = (name.clone(), world.mode);
        Greeting { pilot, arena, arena_hash: *hash, rules, free_view, mode }
    }

    fn left(&mut self, client: ClientId, reason: &str) {
        let Some(seat) = self.seats.remove(&client) else { return };
        tracing::info!(client = client.0, name = ?seat.name, reason, "left");
        if let Some(pilot) = seat.pilot {
            self.release(pilot);
        }
    }
}

/// The name and score of somebody who is here already.
fn present(id: PilotId, pilot: &Pilot) -> Event {
    Event::Present {
        pilot: id,
        name: pilot.name.clone(),
        bot: pilot.bot,
        score: pilot.score,
        kills: pilot.kills,
        deaths: pilot.deaths,
        team: pilot.team,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use glam::Vec2;
    use std::collections::BTreeSet;

    fn hello(name: &str) -> Hello {
        let (version, name) = (String::new(), name.to_owned());
        Hello { protocol: 0, version, assets: assets_hash(), name, wish: Wish::Play }
    }

    #[test]
    fn nobody_gets_a_slot_twice_and_the_last_one_is_refused() {
        let mut players = Players::new(3, Watching::default(), Bans::default());
        let slots: BTreeSet<_> = (0..3)
            .map(|_| players.admit(PeerKey([1; 32]), &hello("Ann")).unwrap().pilot.unwrap())
            .collect();
        assert_eq!(slots.len(), 3);
        assert_eq!(
            players.admit(PeerKey([1; 32]), &hello("Bo")).unwrap_err(),
            Refusal::Full { players: 3, places: 3 }
        );
        players.release(PilotId(1));
        assert_eq!(players.admit(PeerKey([1; 32]), &hello("Bo")).unwrap().pilot, Some(PilotId(1)));
    }

    #[test]
    fn a_person_takes_the_place_of_a_stand_in() {
        let mut players = Players::new(2, Watching::default(), Bans::default());
        let stand_ins = [players.board("One".to_owned()), players.board("Two".to_owned())];
        players.take_changes();
        let pilot = players.admit(PeerKey([1; 32]), &hello("Ann")).unwrap().pilot.unwrap();
        assert_eq!(Some(pilot), stand_ins[1]);
        assert!(!players.is_stand_in(pilot));
        assert_eq!(players.take_changes().1, [pilot]);
    }

    #[test]
    fn no_more_may_watch_than_there_are_places_for_it() {
        let watching = Watching { places: 1, ..Watching::default() };
        let mut players = Players::new(3, watching, Bans::default());
        let watcher = Hello { wish: Wish::Watch, ..hello("Ann") };
        let seat = players.admit(PeerKey([1; 32]), &watcher).unwrap();
        assert_eq!(seat.pilot, None);
        players.sit(ClientId(7), seat);
        assert!(matches!(players.admit(PeerKey([2; 32]), &watcher), Err(Refusal::Full { .. })));
    }

    #[test]
    fn only_who_has_no_pilot_may_look_from_elsewhere_and_from_above_only_if_that_is_allowed() {
        let watching = Watching { free_view: false, ..Watching::default() };
        let mut players = Players::new(3, watching, Bans::default());
        let watcher = Hello { wish: Wish::Watch, ..hello("Ann") };
        for (client, hello) in [(ClientId(0), &watcher), (ClientId(1), &hello("Bo"))] {
            let seat = players.admit(PeerKey([1; 32]), hello).unwrap();
            players.sit(client, seat);
            players.watch(client, Vantage::Pilot(PilotId(2)));
            players.watch(client, Vantage::above(Vec2::ONE));
        }
        assert_eq!(players.vantage(ClientId(0)), Some(Vantage::Pilot(PilotId(2))));
        assert_eq!(players.vantage(ClientId(1)), None);
    }

    #[test]
    fn other_maps_and_bad_names_are_refused() {
        let mut players = Players::new(3, Watching::default(), Bans::default());
        let other = Hello { assets: 1, ..hello("Ann") };
        assert!(matches!(
            players.admit(PeerKey([1; 32]), &other),
            Err(Refusal::WrongAssets { .. })
        ));
        assert!(matches!(
            players.admit(PeerKey([1; 32]), &hello("a\u{202e}")),
            Err(Refusal::BadName { .. })
        ));
    }
}
