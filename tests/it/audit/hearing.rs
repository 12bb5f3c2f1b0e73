//! What could be heard, from what is to be seen of the world: who fired and which rockets ended. It shares
//! no code with the noises of the game, not even how squares are numbered.

use super::truth::Truth;
use game_sim::{
    Entity, KIND_NOISE, NoiseKind, NoiseRow, PilotId, Rocket, World, entity, rules::TICK_S,
};
use glam::Vec2;
use netcode::{Snapshot, Tick, snapshot::Row};
use std::collections::{BTreeMap, VecDeque};

/// Nothing finer may be told.
const SQUARE_M: f32 = 8.0;
/// From one snapshot to the next.
const INTERVAL_TICKS: i32 = 2;
/// For how long a noise may be what a row says, with one that waited for its turn.
const LAST_TICKS: i32 = 48;

/// The noises of the last ticks, and what they are found by.
#[derive(Default)]
pub(super) struct Hearing {
    made: VecDeque<Made>,
    shots: BTreeMap<PilotId, u8>,
    rockets: Vec<Rocket>,
}

/// Something that made a noise.
struct Made {
    tick: Tick,
    kind: NoiseKind,
    /// Where: for an explosion the way of the rocket's last tick.
    way: [Vec2; 2],
    /// Who fired; explosions are nobody's.
    shooter: Option<PilotId>,
}

/// Who listens.
pub(super) struct Listener<'a> {
    pub(super) me: PilotId,
    /// Where a pilot was at a tick.
    pub(super) place: &'a dyn Fn(PilotId, Tick) -> Option<Vec2>,
    pub(super) truth: &'a Truth,
    /// For how long what was told stays told, in ticks.
    pub(super) hold_ticks: i32,
}

impl Listener<'_> {
    /// Where it listened at a tick.
    fn ear(&self, at: Tick) -> Option<Vec2> {
        (self.place)(self.me, at)
    }
}

impl Hearing {
    /// Compares the world with that of the tick before.
    pub(super) fn listen(&mut self, world: &World) {
        let now = world.tick;
        self.made.retain(|made| now.since(made.tick) <= LAST_TICKS);
        let mut shot = |pilot: PilotId| {
            if let Some(place) = world.pilot(pilot).map(|pilot| pilot.own.body.position) {
                let (kind, way) = (NoiseKind::Shot, [place; 2]);
                self.made.push_back(Made { tick: now, kind, way, shooter: Some(pilot) });
            }
        };
        for (id, pilot) in world.pilots() {
            let before = self.shots.insert(id, pilot.own.shots);
            if before.is_some_and(|before| pilot.own.shots == before.wrapping_add(1)) {
                shot(id);
            }
        }
        let new = |rocket: &&Rocket| rocket.launched == now;
        world.rockets.iter().filter(new).for_each(|rocket| shot(rocket.owner));
        let mut blast = |way| {
            self.made.push_back(Made { tick: now, kind: NoiseKind::Blast, way, shooter: None });
        };
        for rocket in self.rockets.iter().filter(|rocket| !rocket.spent) {
            if !world.rockets.iter().any(|other| other.id == rocket.id && !other.spent) {
                blast([rocket.position, rocket.position + rocket.velocity * TICK_S]);
            }
        }
        let at_once = |rocket: &&Rocket| new(rocket) && rocket.spent;
        world.rockets.iter().filter(at_once).for_each(|rocket| blast([rocket.position; 2]));
        self.rockets.clone_from(&world.rockets);
    }

    /// What is wrong with a row of a noise, if anything is: that nobody made that noise in that square just
    /// now, that it was too far away, or that it was in sight, which is told otherwise.
    pub(super) fn fault(
        &self,
        world: &World,
        row: &Row<'_>,
        listener: &Listener<'_>,
    ) -> Option<String> {
        let cell = match entity::decode(row.id) {
            Some(Entity::Noise(cell)) if row.kind == KIND_NOISE => cell,
            other => return Some(format!("a noise of {other:?}")),
        };
        let fault = |what: &str| {
            let ear = listener.ear(world.tick);
            Some(format!("{:?} at {ear:?} hears {cell}: {what}, tick {}", listener.me, world.tick))
        };
        let (said, columns) = (row.restore::<NoiseRow>(), row.columns.len());
        if columns != 2 || said.kind > 1 || said.beat > 15 {
            return fault("it says more than what and when");
        }
        let made = || self.made.iter().filter(|made| made.is_in(cell));
        let is_true =
            |made: &Made| made.kind == said.kind() && made.tick.0 / 16 % 16 == u32::from(said.beat);
        if !made().any(is_true) {
            return fault("nobody made that noise");
        }
        if !made().any(|made| made.reached(world, cell, listener)) {
            return fault("it could not be heard, or was seen");
        }
        None
    }

    /// Shots since the last snapshot that a listener should have heard and did not.
    pub(super) fn unheard(
        &self,
        world: &World,
        snapshot: &Snapshot,
        listener: &Listener<'_>,
    ) -> Vec<String> {
        let Some(ear) = listener.ear(world.tick) else { return Vec::new() };
        let new = |made: &&Made| world.tick.since(made.tick) < INTERVAL_TICKS;
        let missing = |made: &&Made| {
            let cell = cell_at(made.way[0]);
            let is_shown = made.shooter.is_none_or(|pilot| {
                pilot == listener.me || snapshot.find(entity::pilot(pilot)).is_some()
            });
            let is_near = ear.distance(centre(cell)) < world.rules.hearing_m - 0.01;
            is_near && !is_shown && snapshot.find(entity::noise(cell)).is_none()
        };
        let text = |made: &Made| {
            let (place, shooter) = (made.way[0], made.shooter);
            format!("{:?} at {ear} does not hear {shooter:?} at {place}", listener.me)
        };
        self.made.iter().filter(new).filter(missing).map(text).collect()
    }
}

impl Made {
    fn is_in(&self, cell: u16) -> bool {
        (0..=4).any(|part| cell_at(self.way[0].lerp(self.way[1], part as f32 / 4.0)) == cell)
    }

    /// Whether a listener was near enough when it was told, which is not long ago, and did not see it.
    fn reached(&self, world: &World, cell: u16, listener: &Listener<'_>) -> bool {
        (0..INTERVAL_TICKS).any(|after| {
            let told = self.tick + after as u32;
            let since = world.tick.since(told);
            let Some(ear) = listener.ear(told) else { return false };
            let sees = |place: Vec2| {
                ear.distance(place) <= world.rules.sight_m && listener.truth.sees(ear, place)
            };
            // Explosions are told in front of walls, where no body can be that would be seen. Who fired
            // may have gone out of sight since.
            let is_seen = self.shooter.is_some_and(|shooter| {
                let stands = (listener.place)(shooter, told).unwrap_or(self.way[0]);
                shooter == listener.me || sees(self.way[0]) && sees(stands)
            });
            (0..=listener.hold_ticks).contains(&since)
                && ear.distance(centre(cell)) <= world.rules.hearing_m + 0.01
                && !is_seen
        })
    }
}

fn cell_at(place: Vec2) -> u16 {
    let number = ((place + 256.0) / SQUARE_M).floor();
    number.y as u16 * 64 + number.x as u16
}

fn centre(cell: u16) -> Vec2 {
    let corner = Vec2::new(f32::from(cell % 64), f32::from(cell / 64)) * SQUARE_M;
    corner + SQUARE_M / 2.0 - 256.0
}
