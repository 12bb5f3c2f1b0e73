//! One number that says whether two worlds are the same, to the bit.
//!
//! Two platforms, two builds or a recorded and a replayed round can compare it each tick. The order
//! of the fields is part of it: who adds a field to the state adds it here.

use rand_pcg::rand_core::Rng;
use xxhash_rust::xxh3::Xxh3;

use crate::combat::Rocket;
use crate::contest::Presence;
use crate::controls::Controls;
use crate::movement::Body;
use crate::noise::Noise;
use crate::own::Own;
use crate::pilot::Pilot;
use crate::round::{Phase, Winner};
use crate::team::Team;
use crate::world::World;

/// The hash of the whole state. Events and the history are left out: both follow from the states
/// before.
pub fn state_hash(world: &World) -> u64 {
    let mut sink = Sink(Xxh3::new());
    sink.word(world.tick.0);
    sink.long(world.arena.hash);
    sink.long(world.rng.clone().next_u64());
    sink.word(u32::from(world.next_rocket));
    sink.round(world);
    sink.contest(world);
    for (id, pilot) in world.pilots() {
        sink.word(u32::from(id.0));
        sink.pilot(pilot);
    }
    for rocket in &world.rockets {
        sink.rocket(rocket);
    }
    for pickup in &world.pickups {
        sink.word(u32::from(pickup.away_ticks));
    }
    for Noise { tick, kind, place, shooter } in &world.noises {
        sink.word(tick.0);
        sink.word(u32::from(kind.number()));
        sink.vector(*place);
        sink.word(shooter.map_or(u32::MAX, |shooter| u32::from(shooter.0)));
    }
    sink.0.digest()
}

struct Sink(Xxh3);

impl Sink {
    fn word(&mut self, value: u32) {
        self.0.update(&value.to_le_bytes());
    }

    fn long(&mut self, value: u64) {
        self.0.update(&value.to_le_bytes());
    }

    fn vector(&mut self, value: glam::Vec2) {
        self.word(value.x.to_bits());
        self.word(value.y.to_bits());
    }

    fn round(&mut self, world: &World) {
        let round = world.round;
        self.word(u32::from(round.number));
        self.word(round.left_ticks);
        self.word(match round.phase {
            Phase::Playing => 0,
            Phase::Over { winner: None } => 1,
            Phase::Over { winner: Some(Winner::Pilot(winner)) } => 2 + u32::from(winner.0),
            Phase::Over { winner: Some(Winner::Team(winner)) } => 1 << 16 | winner.index() as u32,
            Phase::WarmUp => 1 << 17,
        });
    }

    fn team(&mut self, team: Option<Team>) {
        self.word(team.map_or(0, |team| 1 + team.index() as u32));
    }

    fn contest(&mut self, world: &World) {
        self.word(world.mode as u32);
        let Some(contest) = &world.contest else { return };
        for point in &contest.points {
            self.team(point.owner);
            self.word(point.lean_ticks as u32);
            self.word(match point.here {
                Presence::Nobody => 0,
                Presence::Only(team) => 1 + team.index() as u32,
                Presence::Both => 3,
            });
        }
        contest.held_ticks.into_iter().for_each(|ticks| self.word(ticks));
    }

    fn pilot(&mut self, pilot: &Pilot) {
        let Pilot { own, controls, name, bot, score, kills, deaths, team } = pilot;
        self.own(own);
        self.controls(controls);
        self.word(name.len() as u32);
        self.0.update(name.as_bytes());
        self.word(u32::from(*bot));
        self.word(*score as u32);
        self.word(u32::from(*kills));
        self.word(u32::from(*deaths));
        self.team(*team);
    }

    fn controls(&mut self, controls: &Controls) {
        let Controls { now, now_ticks, before, before_ticks, first, first_ticks, fire } = controls;
        for value in [now.0, now.1, before.0, before.1, first.0, first.1] {
            self.word(value as u32);
        }
        for value in [*now_ticks, *before_ticks, *first_ticks, u8::from(*fire)] {
            self.word(u32::from(value));
        }
    }

    fn own(&mut self, own: &Own) {
        let Body { position, velocity, dash_ticks, dash_cooldown_ticks, dash_direction } = own.body;
        self.vector(position);
        self.vector(velocity);
        let values = [
            dash_ticks,
            dash_cooldown_ticks,
            dash_direction,
            own.aim,
            u16::from(own.health),
            u16::from(own.alive),
            own.respawn_ticks,
            own.protection_ticks,
            u16::from(own.weapons_free),
            u16::from(own.rifle_rounds),
            own.rifle_reserve,
            own.rifle_cooldown_ticks,
            own.reload_ticks,
            u16::from(own.rockets),
            own.rocket_cooldown_ticks,
            u16::from(own.shots),
            u16::from(own.hits),
            u16::from(own.hurt),
            own.hurt_from,
        ];
        for value in values {
            self.word(u32::from(value));
        }
    }

    fn rocket(&mut self, rocket: &Rocket) {
        self.word(u32::from(rocket.id));
        self.word(u32::from(rocket.owner.0));
        self.vector(rocket.position);
        self.vector(rocket.velocity);
        self.word(u32::from(rocket.left_ticks));
        self.word(rocket.launched.0);
        self.word(u32::from(rocket.spent));
    }
}
