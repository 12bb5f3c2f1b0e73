//! Who sits where: clients and the pilots that they fly.
//!
//! A place stays its owner's while the connection is broken and may come back; the pilot then stands
//! still where it was, and can be shot.

mod requests;
#[cfg(test)]
mod tests;

use crate::{
    bans::Bans,
    complaints::Complaints,
    log_lines::{Kind, LogLines},
    names::{Names, Whose},
    options::Watching,
    talk::Talk,
};
use game_sim::{
    Arena, Event, Greeting, Join, Pilot, PilotId, Tumult, Vantage, World, assets_hash, name,
};
use netcode::{
    Tick, TickRate,
    server::{ClientId, PeerKey, Server, ServerEvent},
    wire::message::{Hello, Refusal, Wish},
};
use std::collections::{BTreeMap, VecDeque};

/// For how long a name is kept for somebody who was sent to another arena.
const NAME_KEPT_S: u32 = 30;

/// Everybody who was let in.
#[derive(Debug)]
pub struct Players {
    seats: BTreeMap<ClientId, Seat>,
    bans: Bans,
    places: usize,
    watching: Watching,
    complaints: Complaints,
    names: Names,
    talk: Talk,
    log: LogLines,
    rate: TickRate,
    /// The slots that nobody has, the one that was freed longest ago first: whoever still draws its
    /// last pilot should have forgotten it by then.
    free: VecDeque<PilotId>,
    /// The server's own pilots, which make way for people, with their names.
    stand_ins: BTreeMap<PilotId, String>,
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
    /// As others see it.
    name: String,
    /// The name that it came with.
    asked: String,
    /// Whether the connection is broken.
    lost: bool,
    /// The first slot of which this client was not told yet who is in it.
    untold: usize,
}

impl Players {
    /// Room for so many pilots, and for those who watch.
    #[must_use]
    pub fn new(places: usize, watching: Watching, bans: Bans, rate: TickRate) -> Self {
        Self {
            bans,
            watching,
            complaints: Complaints::default(),
            names: Names::default(),
            talk: Talk::new(rate),
            log: LogLines::new(rate),
            rate,
            seats: BTreeMap::new(),
            places,
            free: (0..places as u16).map(PilotId).collect(),
            stand_ins: BTreeMap::new(),
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
                ServerEvent::Lost { client, reason } => self.lost(client, &reason, world.tick),
                ServerEvent::Resumed { client, was, key } => {
                    self.resumed(core, world, client, was, key);
                }
                ServerEvent::Left { client, reason } => self.left(client, &reason, world.tick),
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

    /// Everybody has gone: what is played goes on elsewhere. What hangs on the key goes along.
    pub fn clear(&mut self, now: Tick) {
        let fresh =
            Self::new(self.places, self.watching, std::mem::take(&mut self.bans), self.rate);
        let before = std::mem::replace(self, fresh);
        let Self { seats, stand_ins, complaints, mut names, talk, log, .. } = before;
        for (pilot, name) in stand_ins {
            names.free(Whose::StandIn(pilot), &name);
        }
        let until = now + NAME_KEPT_S * u32::from(self.rate.hz());
        for seat in seats.into_values().filter(|seat| seat.pilot.is_some()) {
            names.keep(seat.key, seat.asked, seat.name, until);
        }
        (self.complaints, self.names, self.talk, self.log) = (complaints, names, talk, log);
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
        // Who only watches is seen by nobody.
        if seat.pilot.is_some() {
            self.names.take(Whose::Person(seat.key), &seat.name);
        }
        self.seats.insert(client, seat);
    }

    /// How many clients fly a pilot, those included who may come back.
    #[must_use]
    pub fn playing(&self) -> usize {
        self.seats.values().filter(|seat| seat.pilot.is_some()).count()
    }

    /// Whether nobody who plays has a name like this one.
    #[must_use]
    pub fn has_none_like(&self, name: &str) -> bool {
        self.names.has_none_like(name)
    }

    /// Takes a free slot for a pilot that the server flies, until a person needs it or its name.
    pub fn board(&mut self, name: String) -> Option<PilotId> {
        let pilot = self.free.pop_front()?;
        self.names.take(Whose::StandIn(pilot), &name);
        self.stand_ins.insert(pilot, name.clone());
        self.joins.push(Join { pilot, name, bot: true });
        Some(pilot)
    }

    /// Whether the server still flies the pilot in a slot.
    #[must_use]
    pub fn is_stand_in(&self, pilot: PilotId) -> bool {
        self.stand_ins.contains_key(&pilot)
    }

    /// Lets the pilot in a slot go.
    pub fn release(&mut self, pilot: PilotId) {
        self.vacate(pilot);
        if let Some(name) = self.stand_ins.remove(&pilot) {
            self.names.free(Whose::StandIn(pilot), &name);
        }
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
        self.names.forget(world.tick);
        match self.admit(key, hello) {
            Ok(seat) => {
                if let Some(line) = self.log.take(Kind::Joined, key, world.tick) {
                    let (name, left_out) = (&seat.name, line.left_out);
                    tracing::info!(client = client.0, ?name, pilot = ?seat.pilot, %key, left_out, "joined");
                }
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
                if let Some(line) = self.log.take(Kind::Refused, key, world.tick) {
                    let (refusal, left_out) = (refusal.to_string(), line.left_out);
                    tracing::info!(client = client.0, %key, refusal, left_out, "refused");
                }
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
        let bad_name = |reason: &str| Refusal::BadName { reason: reason.to_owned() };
        let asked = name::clean(&hello.name).map_err(bad_name)?;
        let full = |places: usize| Refusal::Full { players: places as u32, places: places as u32 };
        let (name, pilot) = match hello.wish {
            Wish::Watch if self.seats.len() - self.playing() >= self.watching.places.into() => {
                return Err(full(self.watching.places.into()));
            }
            Wish::Watch => (asked.clone(), None),
            Wish::Play => {
                let name = self.names.find(key, &asked).map_err(bad_name)?;
                for like in self.names.stand_ins_like(&name) {
                    self.release(like);
                }
                (name, Some(self.take_slot().ok_or_else(|| full(self.places))?))
            }
        };
        Ok(Seat { pilot, key, vantage: None, name, asked, lost: false, untold: 0 })
    }

    fn take_slot(&mut self) -> Option<PilotId> {
        self.free.pop_front().or_else(|| {
            let (pilot, name) = self.stand_ins.pop_last()?;
            self.names.free(Whose::StandIn(pilot), &name);
            self.vacate(pilot);
            Some(pilot)
        })
    }

    fn lost(&mut self, client: ClientId, reason: &str, now: Tick) {
        let Some(seat) = self.seats.get_mut(&client) else { return };
        if let Some(line) = self.log.take(Kind::Lost, seat.key, now) {
            let left_out = line.left_out;
            tracing::info!(client = client.0, name = ?seat.name, reason, left_out, "lost");
        }
        seat.lost = true;
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
        if let Some(line) = self.log.take(Kind::CameBack, key, world.tick) {
            let (name, left_out) = (&seat.name, line.left_out);
            tracing::info!(client = client.0, was = was.0, ?name, ?pilot, left_out, "came back");
        }
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

    fn left(&mut self, client: ClientId, reason: &str, now: Tick) {
        let Some(seat) = self.seats.remove(&client) else { return };
        if let Some(line) = self.log.take(Kind::Left, seat.key, now) {
            let left_out = line.left_out;
            tracing::info!(client = client.0, name = ?seat.name, reason, left_out, "left");
        }
        if let Some(pilot) = seat.pilot {
            self.names.free(Whose::Person(seat.key), &seat.name);
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
