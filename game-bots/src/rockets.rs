//! The own rockets on the own screen: there from the frame of the trigger, the server's once it has
//! come, and never a jump between the two.
//!
//! A rocket flies among the others as they are drawn, so it starts at the moment of theirs at which the
//! trigger was pulled. The server lets its rocket start at that same moment, and makes up for it
//! (`game_sim::combat`); so when its row comes into the view, it is where the own one has got to.

use game_sim::{PilotId, Rules, Scenery, SeenPilot, SeenRocket, collide, combat, rules::TICK_S};
use glam::Vec2;
use netcode::{EntityId, Moment, Tick, ViewTime, predict::spawn::Spawns};

/// Ticks around that of the input in which the server's rocket may first be seen.
const SLACK_TICKS: u32 = 8;
/// Ticks of the view after which a rocket that the server does not show is given up.
const PATIENCE_TICKS: f32 = 10.0;
/// Ticks in which a difference from the server's rocket is worn off.
const GLIDE_TICKS: f32 = 8.0;
/// A difference that is not hidden, and how near the end a rocket counts as having got there.
const FAR_M: f32 = 3.0;
/// The ids of rockets that are drawn here begin behind all of the server's.
const FIRST_ID: u16 = 16_384;

/// All of them.
#[derive(Debug)]
pub struct OwnRockets {
    spawns: Spawns<Flight>,
    /// What the server shows in this frame.
    shown: Vec<(EntityId, SeenRocket, bool)>,
    next_id: u16,
}

/// A rocket from the muzzle to its end.
#[derive(Clone, Copy, Debug)]
struct Flight {
    id: u16,
    start: Vec2,
    velocity: Vec2,
    /// How far until a wall.
    reach_m: f32,
    born: ViewTime,
    /// Ticks of the view until the server's rocket is there, and how far the server lets it get in
    /// that time: less when the view lies further back than the rules allow.
    ahead_ticks: f32,
    granted_ticks: f32,
    flown_m: f32,
    ended: bool,
    /// When the server's rocket came, and from here to there of late.
    met: Option<(ViewTime, Vec2)>,
}

impl Default for OwnRockets {
    fn default() -> Self {
        Self { spawns: Spawns::new(SLACK_TICKS), shown: Vec::new(), next_id: FIRST_ID }
    }
}

impl OwnRockets {
    /// The input of `tick` fires a rocket from where the own pilot was drawn.
    pub fn launch(&mut self, tick: Tick, moment: &Moment, from: Vec2, aim: u16, scenery: &Scenery) {
        let Scenery { arena, rules } = scenery;
        let (start, velocity) = combat::launch_from(arena, rules, from, aim);
        let ahead_ticks = moment.claimed.ticks_before(tick).max(0.0) as f32;
        self.spawns.make(
            tick,
            Flight {
                id: self.next_id,
                start,
                velocity,
                reach_m: combat::reach_m(arena, rules, start, velocity),
                born: moment.claimed,
                ahead_ticks,
                granted_ticks: ahead_ticks.min(f32::from(rules.rewind_cap_ticks)),
                flown_m: 0.0,
                ended: false,
                met: None,
            },
        );
        self.next_id = self.next_id.checked_add(1).unwrap_or(FIRST_ID);
    }

    /// The server shows one of the own rockets in this frame; `ends` when the next snapshot does not.
    pub fn note(&mut self, entity: EntityId, rocket: SeenRocket, ends: bool) {
        self.shown.push((entity, rocket, ends));
    }

    /// Adds what is to be drawn at `view` to `rockets`; before the next frame the server's are noted
    /// anew.
    pub fn show(
        &mut self,
        view: ViewTime,
        me: PilotId,
        pilots: &[SeenPilot],
        rules: &Rules,
        rockets: &mut Vec<SeenRocket>,
    ) {
        for (entity, rocket, ends) in &self.shown {
            match self.spawns.claim(*entity, view.tick) {
                None => rockets.push(*rocket),
                Some(spawn) => rockets.extend(spawn.value.follow(view, rocket, *ends)),
            }
        }
        let shown = std::mem::take(&mut self.shown);
        self.spawns.retain(|spawn| match spawn.entity {
            Some(entity) => shown.iter().any(|(shown, ..)| *shown == entity),
            None => {
                let flight = &mut spawn.value;
                flight.advance(view, me, pilots, rules);
                if !flight.ended {
                    rockets.push(flight.drawn(me, flight.position()));
                }
                let overdue = -view.ticks_before(spawn.tick) as f32;
                overdue < PATIENCE_TICKS
            }
        });
        self.shown = shown;
        self.shown.clear();
    }
}

impl Flight {
    fn position(&self) -> Vec2 {
        self.start + self.velocity.normalize_or_zero() * self.flown_m
    }

    fn drawn(&self, owner: PilotId, position: Vec2) -> SeenRocket {
        SeenRocket { id: self.id, owner, position, velocity: self.velocity }
    }

    /// How far it has got at a moment, if nothing is in its way.
    fn way_m(&self, view: ViewTime) -> f32 {
        let ticks = ticks_between(self.born, view).max(0.0);
        let before = ticks.min(self.ahead_ticks);
        let pace = self.granted_ticks / self.ahead_ticks.max(1e-3);
        let flown = before * pace.min(1.0) + (ticks - before);
        flown * self.velocity.length() * TICK_S
    }

    /// Flies on, up to a wall or to somebody who is drawn in its way.
    fn advance(&mut self, view: ViewTime, me: PilotId, pilots: &[SeenPilot], rules: &Rules) {
        if self.ended {
            return;
        }
        let direction = self.velocity.normalize_or_zero();
        let way_m = self.way_m(view).max(self.flown_m);
        let here = self.position();
        let radius_m = rules.radius_m + rules.rocket_radius_m;
        let others = pilots.iter().filter(|other| other.id != me);
        let met = others
            .filter(|other| other.alive && !other.protected)
            .filter_map(|other| collide::ray_circle(here, direction, other.position, radius_m))
            .map(|distance_m| self.flown_m + distance_m)
            .fold(self.reach_m, f32::min);
        self.ended = way_m >= met;
        self.flown_m = way_m.min(met);
    }

    /// The server's rocket, drawn on from where this one was. `None` when its end was shown already.
    fn follow(&mut self, view: ViewTime, rocket: &SeenRocket, ends: bool) -> Option<SeenRocket> {
        if !self.ended {
            let way_m = self.way_m(view);
            self.ended = way_m >= self.reach_m;
            self.flown_m = way_m.min(self.reach_m).max(self.flown_m);
        }
        let here = self.position();
        let (since, mut off) = self.met.unwrap_or((view, rocket.position - here));
        if self.ended && off.length() < FAR_M {
            return None;
        }
        // A row without a later one stands still, though the rocket flew on for a while.
        if !ends {
            off = rocket.position - here;
        }
        self.met = Some((since, off));
        let glide = (ticks_between(since, view) / GLIDE_TICKS).clamp(0.0, 1.0);
        let glide = if off.length() > FAR_M { 1.0 } else { glide };
        Some(self.drawn(rocket.owner, here + off * glide))
    }
}

fn ticks_between(from: ViewTime, to: ViewTime) -> f32 {
    -to.ticks_before(from.tick) as f32 - from.fraction
}
