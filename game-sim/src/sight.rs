//! What one player may see, as a bot's mind or a heads-up display needs it.
//!
//! It holds no more than the rows that a server sends to that player: a mind that thinks on a
//! [`Sight`] cannot cheat, on whichever side of the network it runs.

use glam::Vec2;
use netcode::Tick;

use crate::arena::Arena;
use crate::collide;
use crate::contest::Point;
use crate::noise::{self, NoiseKind};
use crate::own::Own;
use crate::pickup::PickupKind;
use crate::pilot::PilotId;
use crate::replicate::{NoiseRow, PickupRow, PilotRow, RocketRow};
use crate::rules::Rules;
use crate::team::Team;
use crate::world::World;

/// What a player sees at one tick.
#[derive(Clone, Copy, Debug)]
pub struct Sight<'a> {
    /// The map, which everybody knows.
    pub arena: &'a Arena,
    /// The numbers of the game.
    pub rules: &'a Rules,
    /// When.
    pub tick: Tick,
    /// Who sees.
    pub me: PilotId,
    /// The player's own state.
    pub own: &'a Own,
    /// Other pilots; `me` is ignored when it is among them.
    pub pilots: &'a [SeenPilot],
    /// Rockets in flight, own ones too.
    pub rockets: &'a [SeenRocket],
    /// Pickups; of those that are missing nothing is known but their place.
    pub pickups: &'a [SeenPickup],
    /// The own team, where there are teams.
    pub team: Option<Team>,
    /// How it stands with the arena's points, which everybody knows; empty where nobody fights for them.
    pub points: &'a [Point],
}

/// Another pilot.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SeenPilot {
    /// Which slot.
    pub id: PilotId,
    /// In metres.
    pub position: Vec2,
    /// In metres per second.
    pub velocity: Vec2,
    /// Counter-clockwise from x.
    pub aim_degrees: f32,
    /// 0 to 100.
    pub health: u8,
    /// The dead are seen where they fell.
    pub alive: bool,
    /// Whether nobody can hurt it yet.
    pub protected: bool,
    /// Whether it is in a dash.
    pub dashing: bool,
    /// Its team, where there are teams.
    pub team: Option<Team>,
}

/// A rocket.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SeenRocket {
    /// Its id.
    pub id: u16,
    /// Who fired it.
    pub owner: PilotId,
    /// In metres.
    pub position: Vec2,
    /// In metres per second.
    pub velocity: Vec2,
}

/// A pickup.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SeenPickup {
    /// Its place in the arena's list.
    pub index: u16,
    /// What it gives.
    pub kind: PickupKind,
    /// In metres.
    pub position: Vec2,
    /// Whether it lies there now.
    pub available: bool,
}

/// A noise of something that is not seen.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct HeardNoise {
    /// Which square it comes from; see [`noise::cell_at`].
    pub cell: u16,
    /// What it sounds like.
    pub kind: NoiseKind,
    /// Another beat is another noise.
    pub beat: u8,
}

impl SeenPilot {
    /// What a row says, and the team that the events told.
    pub fn new(id: PilotId, row: &PilotRow, team: Option<Team>) -> Self {
        Self {
            id,
            position: row.position(),
            velocity: row.velocity(),
            aim_degrees: row.aim_degrees,
            health: row.health,
            alive: row.alive,
            protected: row.protected,
            dashing: row.dashing(),
            team,
        }
    }
}

impl Sight<'_> {
    /// Whether a pilot is to be fought: not the own one and not of the own team.
    #[must_use]
    pub fn is_enemy(&self, pilot: &SeenPilot) -> bool {
        pilot.id != self.me && (self.team.is_none() || pilot.team != self.team)
    }
}

impl SeenRocket {
    /// What a row says.
    pub fn new(id: u16, row: &RocketRow) -> Self {
        Self { id, owner: PilotId(row.owner), position: row.position(), velocity: row.velocity() }
    }
}

impl SeenPickup {
    /// What a row says.
    pub fn new(index: u16, row: &PickupRow) -> Self {
        Self { index, kind: row.kind(), position: row.position(), available: row.available }
    }
}

impl HeardNoise {
    /// What a row says.
    pub fn new(cell: u16, row: &NoiseRow) -> Self {
        Self { cell, kind: row.kind(), beat: row.beat }
    }

    /// The middle of the square, in metres.
    pub fn place(&self) -> Vec2 {
        noise::centre(self.cell)
    }
}

/// Whether somebody at `from` can see a pilot at `to`: near enough, and some part of it not behind
/// a wall. Both its sides count, so that who peeks around a corner is seen as soon as it sees.
pub fn can_see(arena: &Arena, rules: &Rules, from: Vec2, to: Vec2) -> bool {
    let way = to - from;
    if way.length_squared() > rules.sight_m * rules.sight_m {
        return false;
    }
    let side = way.perp().try_normalize().unwrap_or(Vec2::ZERO) * rules.radius_m;
    // A side that is itself in a wall does not count, but then the ray to it is blocked too.
    [to, to + side, to - side].iter().any(|&part| collide::is_open(arena, from, part))
}

/// The lists of a [`Sight`], taken straight from a world: for bots that live in the server, and for
/// tests. It leaves out what the pilot cannot see, and the dead.
#[derive(Clone, Debug)]
pub struct View {
    me: PilotId,
    own: Own,
    pilots: Vec<SeenPilot>,
    rockets: Vec<SeenRocket>,
    pickups: Vec<SeenPickup>,
}

impl View {
    /// What a pilot sees now; nothing when there is no such pilot.
    pub fn of(world: &World, me: PilotId) -> Option<Self> {
        let own = world.pilot(me)?.own;
        let eye = own.body.position;
        let sees = |place: Vec2| can_see(&world.arena, &world.rules, eye, place);
        let mut others = Vec::new();
        if let Some((_, crowd)) = world.history.newest() {
            crowd.near(eye, world.rules.sight_m, |id, _| {
                if id != me {
                    others.extend(world.pilot(id).map(|pilot| (id, pilot)));
                }
            });
        }
        let near =
            |place: Vec2| place.distance_squared(eye) <= world.rules.sight_m * world.rules.sight_m;
        let pickups = world.pickups.iter().zip(0..).filter(|(pickup, _)| near(pickup.position));
        Some(Self {
            me,
            own,
            pilots: others
                .into_iter()
                .filter(|(_, pilot)| sees(pilot.own.body.position))
                .map(|(id, pilot)| SeenPilot::new(id, &PilotRow::from(pilot), pilot.team))
                .collect(),
            rockets: world
                .rockets
                .iter()
                .filter(|rocket| sees(rocket.position))
                .map(|rocket| SeenRocket::new(rocket.id, &RocketRow::from(rocket)))
                .collect(),
            pickups: pickups
                .filter(|(pickup, _)| sees(pickup.position))
                .map(|(pickup, index)| SeenPickup::new(index, &PickupRow::from(pickup)))
                .collect(),
        })
    }

    /// The view as a sight. `world` must be the one that the view was taken from.
    pub fn sight<'a>(&'a self, world: &'a World) -> Sight<'a> {
        Sight {
            arena: &world.arena,
            rules: &world.rules,
            tick: world.tick,
            me: self.me,
            own: &self.own,
            pilots: &self.pilots,
            rockets: &self.rockets,
            pickups: &self.pickups,
            team: world.team(self.me),
            points: world.contest.as_ref().map_or(&[], |contest| &contest.points),
        }
    }
}
