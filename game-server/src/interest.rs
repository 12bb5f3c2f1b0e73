//! Who may know what of Tumult: what a pilot sees, or might see before the next answer reaches its
//! player's screen, and what is the pilot's own.
//!
//! netcode's field finds what is near, the arena's sight lines say what walls hide. A client's screen
//! lags behind the server by its round trip and its interpolation; for as long as that, at the speed of a
//! dash, it may walk on before it must see what is there. What walls hide even then is not in its
//! bytes: of shots and explosions there it gets the noise, if it is near enough to hear it.

use crate::{
    noises::{Noises, Spotted},
    relevance::{self, Aspect, OWN_WEIGHT},
};
use game_sim::{
    Arena, Noise, Own, OwnRow, PickupRow, PilotId, PilotRow, RocketRow, Rules, angle, collide,
    replicate::{KIND_NOISE, KIND_OWN, KIND_PICKUP, KIND_PILOT, KIND_ROCKET, entity},
    rules::TICK_S,
    sightlines::{Gaze, Outlook, Sightlines, Spot},
};
use glam::Vec2;
use netcode::{
    Snapshot, Tick, ViewTime,
    budget::Candidate,
    interest::{Field, Memory, Place, Thing, Viewer},
    server::ClientId,
    snapshot::Row,
};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

/// Side of a cell of the field, in metres: some cells cover what one pilot sees, and where it is crowded one
/// has enough.
const CELL_M: f32 = 8.0;
/// Pairs of who looks and what is seen in one snapshot, about: what one core tells in a tick. Where all are
/// in one place, each is told of the nearest only, so that the cost grows with the players and not
/// with their square.
const PAIRS: usize = 80_000;
/// Of so many things everybody is told in any case, if they are there.
const LEAST_THINGS: usize = 64;
/// How much farther than it came in a thing must go before it is forgotten.
const LEAVE_M: f32 = 2.0;
/// How long something that is hidden again stays known, in ticks: a quarter of a second, so that who
/// runs along a row of columns does not flicker.
const HOLD_TICKS: u16 = 15;
/// How fast a lag that was reported is forgotten when smaller ones follow, in ticks for each tick.
const LAG_DECAY: f64 = 1.0 / 60.0;
/// A rocket that ends at a wall is looked for this far before it.
const STANDOFF_M: f32 = 0.1;

/// How many snapshots ahead everybody is told: two, of which one may be lost.
const LEAD_SNAPSHOTS: u16 = 2;

/// For how long who shot a player matters more, in ticks.
const HURT_TICKS: i32 = 180;

/// Who may know what of one arena.
#[derive(Debug)]
pub struct Interest {
    arena: Arc<Arena>,
    lines: Arc<Sightlines>,
    field: Field,
    gaze: Gaze,
    clients: BTreeMap<ClientId, Onlooker>,
    /// How much each row of the newest snapshot matters, by its place; nothing for what is nowhere.
    aspects: Vec<Option<Aspect>>,
    noises: Noises,
    snapshot_interval: u16,
    /// How much ahead everybody is told, whatever the own lag.
    lead_ticks: f64,
    sight_m: f32,
    dash_m_per_tick: f32,
    cap_ticks: f64,
}

/// What is kept for each client.
#[derive(Debug, Default)]
struct Onlooker {
    memory: Memory,
    outlook: Outlook,
    /// How far its view lay behind its inputs of late, once it has said so.
    lag_ticks: Option<f64>,
    /// The count of hits that its pilot took, and when it last grew.
    hurt: Option<(u8, Tick)>,
}

impl Interest {
    /// What [`Interest::new`] needs to know of an arena whose snapshots come every so many ticks. Arenas
    /// of one map and the same rules can share it.
    #[must_use]
    pub fn sightlines_of(
        arena: &Arc<Arena>,
        rules: &Rules,
        snapshot_interval: u16,
    ) -> Arc<Sightlines> {
        let lead_ticks = f32::from(LEAD_SNAPSHOTS * snapshot_interval);
        let target_reach_m = rules.dash_speed_m_s * TICK_S * lead_ticks;
        // Who looks may go on too, so what is farther than sight now may be in sight then.
        let range_m = rules.sight_m + target_reach_m + LEAVE_M;
        Arc::new(Sightlines::new(arena.clone(), rules.radius_m, range_m, target_reach_m))
    }

    /// For an arena with its own [`Interest::sightlines_of`].
    #[must_use]
    pub fn new(
        arena: &Arc<Arena>,
        rules: &Rules,
        snapshot_interval: u16,
        lines: Arc<Sightlines>,
    ) -> Self {
        let lead_ticks = f64::from(LEAD_SNAPSHOTS * snapshot_interval);
        let dash_m_per_tick = rules.dash_speed_m_s * TICK_S;
        Self {
            arena: arena.clone(),
            field: Field::new(arena.half_extents.to_array(), CELL_M),
            gaze: lines.gaze(),
            lines,
            clients: BTreeMap::new(),
            aspects: Vec::new(),
            noises: Noises::new(rules.hearing_m, snapshot_interval),
            snapshot_interval,
            lead_ticks,
            sight_m: rules.sight_m,
            dash_m_per_tick,
            cap_ticks: f64::from(rules.look_ahead_cap_ticks),
        }
    }

    /// The sight lines, for a thread that prepares them.
    #[must_use]
    pub fn sightlines(&self) -> &Arc<Sightlines> {
        &self.lines
    }

    /// Notes what a client saw when it acted, as the server measured it. A client may seem slow on
    /// purpose: a lag beyond the cap gives it nothing more.
    pub fn note_view(&mut self, client: ClientId, tick: Tick, view: Option<ViewTime>) {
        let Some(view) = view else { return };
        let onlooker = self.clients.entry(client).or_default();
        let faded = onlooker.lag_ticks.map_or(0.0, |lag_ticks| lag_ticks - LAG_DECAY);
        onlooker.lag_ticks = Some(view.ticks_before(tick).max(faded));
    }

    /// From now on each client is told one of so many snapshots: what happens between them is told then, and everybody
    /// looks as much farther ahead.
    pub fn set_stride(&mut self, stride: u16) {
        let spacing = self.snapshot_interval * stride;
        self.noises.set_spacing(spacing);
        self.lead_ticks = f64::from(LEAD_SNAPSHOTS * spacing);
    }

    /// Forgets the clients that have gone; `here` are those that have not.
    pub fn retain(&mut self, here: impl Iterator<Item = ClientId> + Clone) {
        if self.clients.len() > here.clone().count() {
            let here: BTreeSet<ClientId> = here.collect();
            self.clients.retain(|client, _| here.contains(client));
        }
    }

    /// Takes the things of the newest snapshot, and what made the noises in it.
    pub fn update(&mut self, snapshot: &Snapshot, made: &[Noise]) {
        self.field.set_most((PAIRS / self.clients.len().max(1)).max(LEAST_THINGS));
        self.aspects.clear();
        self.aspects.extend(snapshot.rows().map(|row| Aspect::of(&row)));
        let Self { field, lines, arena, noises, lead_ticks, .. } = self;
        let lead_s = *lead_ticks as f32 * TICK_S;
        noises.update(snapshot, made, lines);
        field.update(snapshot, |row| match row.kind {
            KIND_NOISE => noises.place(row),
            _ => place(lines, arena, row, lead_s),
        });
    }

    /// What the player of `pilot`, or somebody who only watches, may know of the newest snapshot when
    /// it looks from `eye`; in the order of entities.
    pub fn visible(
        &mut self,
        snapshot: &Snapshot,
        client: ClientId,
        pilot: Option<PilotId>,
        eye: Vec2,
    ) -> &[Candidate] {
        self.look(snapshot, client, pilot, eye, false)
    }

    /// The same for somebody who watches from above a place: no wall hides anything near it.
    pub fn visible_from_above(
        &mut self,
        snapshot: &Snapshot,
        client: ClientId,
        eye: Vec2,
    ) -> &[Candidate] {
        self.look(snapshot, client, None, eye, true)
    }

    fn look(
        &mut self,
        snapshot: &Snapshot,
        client: ClientId,
        pilot: Option<PilotId>,
        eye: Vec2,
        above: bool,
    ) -> &[Candidate] {
        let reach_m = self.reach_m(client);
        let own = pilot.and_then(|pilot| snapshot.index_of(entity::own(pilot)));
        let enter = self.sight_m + reach_m;
        let viewer = Viewer {
            position: eye.to_array(),
            enter,
            leave: enter + LEAVE_M,
            hold_ticks: HOLD_TICKS,
            always: own.as_slice(),
        };
        let Self { lines, gaze, field, clients, aspects, noises, .. } = self;
        let onlooker = clients.entry(client).or_default();
        let state =
            own.and_then(|own| snapshot.row(own)).map(|row| Own::from(&row.restore::<OwnRow>()));
        let hurt_from = state.map_or(Vec2::ZERO, |own| onlooker.hurt_from(&own, snapshot.tick()));
        let looks = relevance::Onlooker { eye, hurt_from };
        // Rows without a place are the own state and the round.
        let weight = |thing: Option<&Thing>| {
            let aspect = thing.and_then(|thing| aspects.get(thing.index)?.as_ref());
            aspect.map_or(OWN_WEIGHT, |aspect| relevance::weight(&looks, aspect))
        };
        if !above {
            lines.look(&mut onlooker.outlook, gaze, eye, reach_m);
            gaze.load(&onlooker.outlook);
        }
        let sees = |thing: &Thing| match thing.kind {
            KIND_NOISE => noises.are_heard(thing, (pilot, eye), |Spotted { place, spot }| {
                place.distance_squared(eye) <= enter * enter && (above || gaze.sees(spot))
            }),
            _ => above || spots(thing.number).iter().any(|&spot| gaze.sees(spot)),
        };
        field.visible(&viewer, &mut onlooker.memory, sees, weight)
    }

    /// How far a client may have walked by the time that it sees the answer. One whose lag is not known
    /// yet gets the longest look-ahead.
    fn reach_m(&self, client: ClientId) -> f32 {
        let lag_ticks = self.clients.get(&client).and_then(|onlooker| onlooker.lag_ticks);
        let lag_ticks = lag_ticks.unwrap_or(self.cap_ticks).min(self.cap_ticks);
        self.dash_m_per_tick * (lag_ticks + self.lead_ticks) as f32
    }
}

impl Onlooker {
    /// Whence its pilot was hit of late; zero if it was not.
    fn hurt_from(&mut self, own: &Own, now: Tick) -> Vec2 {
        let (count, since) = *self.hurt.get_or_insert((own.hurt, now - HURT_TICKS as u32));
        if count != own.hurt {
            self.hurt = Some((own.hurt, now));
        } else if now.since(since) >= HURT_TICKS {
            return Vec2::ZERO;
        }
        angle::direction(own.hurt_from)
    }
}

/// Where a row is: its position, and the spots in which it must be seen.
fn place(lines: &Sightlines, arena: &Arena, row: &Row<'_>, lead_s: f32) -> Place {
    let at = |position: Vec2, ahead: Vec2| {
        let (here, there) = (lines.locate(position), lines.locate(ahead));
        Place::At(position.to_array(), u32::from(here.0) | u32::from(there.0) << 16)
    };
    match row.kind {
        KIND_PILOT => {
            let position = row.restore::<PilotRow>().position();
            at(position, position)
        }
        KIND_PICKUP => {
            let position = row.restore::<PickupRow>().position();
            at(position, position)
        }
        KIND_ROCKET => {
            // It is faster than a pilot, but flies straight on.
            let rocket = row.restore::<RocketRow>();
            let (position, velocity) = (rocket.position(), rocket.velocity());
            let speed = velocity.length().max(f32::EPSILON);
            let way_m = speed * lead_s;
            let wall_m = collide::cast(arena, position, velocity / speed, way_m);
            let free_m = wall_m.map_or(way_m, |wall_m| (wall_m - STANDOFF_M).max(0.0));
            at(position, position + velocity / speed * free_m)
        }
        KIND_OWN => Place::Nowhere,
        _ => Place::Everywhere,
    }
}

/// The spots that [`place`] put into a thing's number.
fn spots(number: u32) -> [Spot; 2] {
    [Spot(number as u16), Spot((number >> 16) as u16)]
}

#[cfg(test)]
mod tests;
