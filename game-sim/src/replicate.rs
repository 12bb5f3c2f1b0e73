//! The world as rows: what travels, how precisely, and who may get it.
//!
//! A row holds the very bits that the server kept, so whoever has an older one can go on from it with
//! the game's own movement and comes to the server's result ([`guess`]). Then a fine position costs
//! nothing, and a coarse one would cost a correction in each snapshot.

pub mod entity;
mod guess;
mod noise_row;
mod own_row;
mod pilot_row;
mod steering;

use glam::Vec2;
use netcode::row::KindTable;
use netcode::{KindId, Replicate, Snapshot};

pub use entity::Entity;
pub(crate) use guess::guess;
pub use noise_row::NoiseRow;
pub use own_row::OwnRow;
pub use pilot_row::PilotRow;

use crate::combat::Rocket;
use crate::noise;
use crate::pickup::{Pickup, PickupKind};
use crate::world::World;

/// The kind of [`PilotRow`].
pub const KIND_PILOT: KindId = KindId(0);
/// The kind of [`RocketRow`].
pub const KIND_ROCKET: KindId = KindId(1);
/// The kind of [`PickupRow`].
pub const KIND_PICKUP: KindId = KindId(2);
/// The kind of [`OwnRow`].
pub const KIND_OWN: KindId = KindId(3);
/// The kind of [`RoundRow`].
pub const KIND_ROUND: KindId = KindId(4);

/// The kind of [`NoiseRow`].
pub const KIND_NOISE: KindId = KindId(5);

/// All kinds, each at the index of its id.
pub const KINDS: [&KindTable; 6] = [
    PilotRow::TABLE,
    RocketRow::TABLE,
    PickupRow::TABLE,
    OwnRow::TABLE,
    RoundRow::TABLE,
    NoiseRow::TABLE,
];

/// A rocket in flight.
#[derive(Clone, Copy, Debug, PartialEq, Replicate)]
#[replicate(name = "rocket")]
pub struct RocketRow {
    /// Position in metres.
    #[replicate(range = -256.0..=256.0, precision = 0.001953125, predict = velocity(velocity_x))]
    pub x: f32,
    /// Position in metres.
    #[replicate(range = -256.0..=256.0, precision = 0.001953125, predict = velocity(velocity_y))]
    pub y: f32,
    /// In metres per second.
    #[replicate(range = -32.0..=32.0, precision = 0.00390625)]
    pub velocity_x: f32,
    /// In metres per second.
    #[replicate(range = -32.0..=32.0, precision = 0.00390625)]
    pub velocity_y: f32,
    /// The slot of the pilot that fired it.
    #[replicate(range = 0..=4095)]
    pub owner: u16,
}

/// A pickup.
#[derive(Clone, Copy, Debug, PartialEq, Replicate)]
#[replicate(name = "pickup")]
pub struct PickupRow {
    /// Position in metres.
    #[replicate(range = -256.0..=256.0, precision = 0.01)]
    pub x: f32,
    /// Position in metres.
    #[replicate(range = -256.0..=256.0, precision = 0.01)]
    pub y: f32,
    /// See [`PickupKind::number`].
    #[replicate(range = 0..=2)]
    pub kind: u8,
    /// Whether it lies there now.
    pub available: bool,
}

/// The round, for everybody. It changes only when the phase does, so it costs nothing in between.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Replicate)]
#[replicate(name = "round")]
pub struct RoundRow {
    /// Counts from 1; 0 is the warm-up before the first.
    pub number: u16,
    /// Whether weapons are free; otherwise it is the intermission.
    pub playing: bool,
    /// The tick at which the phase ends, upper half: a whole tick does not fit one column.
    pub ends_high: u16,
    /// The lower half.
    pub ends_low: u16,
}

impl RocketRow {
    /// Position in metres.
    pub fn position(&self) -> Vec2 {
        Vec2::new(self.x, self.y)
    }

    /// In metres per second.
    pub fn velocity(&self) -> Vec2 {
        Vec2::new(self.velocity_x, self.velocity_y)
    }
}

impl PickupRow {
    /// Position in metres.
    pub fn position(&self) -> Vec2 {
        Vec2::new(self.x, self.y)
    }

    /// What it gives.
    pub fn kind(&self) -> PickupKind {
        PickupKind::from_number(self.kind)
    }
}

impl RoundRow {
    /// The row of a world's round.
    pub fn of(world: &World) -> Self {
        let ends = world.round_ends().0;
        Self {
            number: world.round.number,
            playing: world.round.has_weapons(),
            ends_high: (ends >> 16) as u16,
            ends_low: ends as u16,
        }
    }

    /// The tick at which the phase ends.
    pub fn ends(&self) -> netcode::Tick {
        netcode::Tick(u32::from(self.ends_high) << 16 | u32::from(self.ends_low))
    }
}

impl From<&Rocket> for RocketRow {
    fn from(rocket: &Rocket) -> Self {
        Self {
            x: rocket.position.x,
            y: rocket.position.y,
            velocity_x: rocket.velocity.x,
            velocity_y: rocket.velocity.y,
            owner: rocket.owner.0,
        }
    }
}

impl From<&Pickup> for PickupRow {
    fn from(pickup: &Pickup) -> Self {
        Self {
            x: pickup.position.x,
            y: pickup.position.y,
            kind: pickup.kind.number(),
            available: pickup.is_available(),
        }
    }
}

/// All rows of the world at its tick. Who may get which of them is the server's to decide; a row of
/// [`KIND_OWN`] is for its owner alone.
pub fn snapshot(world: &World) -> Snapshot {
    let mut snapshot = Snapshot::new(world.tick);
    write_snapshot(world, &mut snapshot);
    snapshot
}

/// As [`snapshot`], into one whose memory is used again.
pub fn write_snapshot(world: &World, snapshot: &mut Snapshot) {
    snapshot.reset(world.tick);
    for (id, pilot) in world.pilots() {
        snapshot.push(entity::pilot(id), KIND_PILOT, &PilotRow::from(pilot));
    }
    for (pickup, index) in world.pickups.iter().zip(0..) {
        snapshot.push(entity::pickup(index), KIND_PICKUP, &PickupRow::from(pickup));
    }
    for rocket in &world.rockets {
        snapshot.push(entity::rocket(rocket.id), KIND_ROCKET, &RocketRow::from(rocket));
    }
    for (id, pilot) in world.pilots() {
        snapshot.push(entity::own(id), KIND_OWN, &OwnRow::from(pilot));
    }
    snapshot.push(entity::round(), KIND_ROUND, &RoundRow::of(world));
    for (cell, beat, kind) in noise::heard(&world.noises) {
        snapshot.push(entity::noise(cell), KIND_NOISE, &NoiseRow { kind: kind.number(), beat });
    }
}
