//! Which identity each thing of the world has on the wire, and back.
//!
//! Each sort of thing has its own range, so an identity alone says what it is.

use netcode::EntityId;

use crate::combat::ROCKET_IDS;
use crate::noise;
use crate::pilot::PilotId;

const PICKUPS: u16 = 4096;
const ROCKETS: u16 = 8192;
const OWNS: u16 = 16_384;
const ROUND: u16 = OWNS + 4096;
const NOISES: u16 = ROUND + 1;
const BEYOND: u16 = NOISES + noise::CELLS;

const _: () = assert!(ROCKETS + ROCKET_IDS == OWNS, "rockets fill the ids up to the own rows");

/// What an identity stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Entity {
    /// What everybody sees of a pilot.
    Pilot(PilotId),
    /// The pickup with this index in the arena's list.
    Pickup(u16),
    /// The rocket with this id.
    Rocket(u16),
    /// What only its owner gets of a pilot.
    Own(PilotId),
    /// The round.
    Round,
    /// What is heard of a square of the plane, by [`noise::cell_at`].
    Noise(u16),
}

/// The identity of a pilot's public row.
pub fn pilot(pilot: PilotId) -> EntityId {
    debug_assert!(pilot.0 < PICKUPS, "a slot is below 4096");
    EntityId(pilot.0)
}

/// The identity of the pickup with an index in the arena's list.
pub fn pickup(index: u16) -> EntityId {
    debug_assert!(index < ROCKETS - PICKUPS, "an arena has at most 4096 pickups");
    EntityId(PICKUPS + index)
}

/// The identity of a rocket.
pub fn rocket(id: u16) -> EntityId {
    debug_assert!(id < ROCKET_IDS, "a rocket's id is below 8192");
    EntityId(ROCKETS + id)
}

/// The identity of a pilot's own row.
pub fn own(pilot: PilotId) -> EntityId {
    debug_assert!(pilot.0 < PICKUPS, "a slot is below 4096");
    EntityId(OWNS + pilot.0)
}

/// The identity of the round.
pub fn round() -> EntityId {
    EntityId(ROUND)
}

/// The identity of what is heard of a square.
pub fn noise(cell: u16) -> EntityId {
    debug_assert!(cell < noise::CELLS, "a square is below 4096");
    EntityId(NOISES + cell)
}

/// What an identity stands for; nothing when it lies beyond all ranges.
pub fn decode(id: EntityId) -> Option<Entity> {
    match id.0 {
        slot @ 0..PICKUPS => Some(Entity::Pilot(PilotId(slot))),
        id @ PICKUPS..ROCKETS => Some(Entity::Pickup(id - PICKUPS)),
        id @ ROCKETS..OWNS => Some(Entity::Rocket(id - ROCKETS)),
        id @ OWNS..ROUND => Some(Entity::Own(PilotId(id - OWNS))),
        ROUND => Some(Entity::Round),
        id @ NOISES..BEYOND => Some(Entity::Noise(id - NOISES)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_identity_stands_for_one_thing() {
        for id in (0..=u16::MAX).map(EntityId) {
            let back = match decode(id) {
                None => continue,
                Some(Entity::Pilot(slot)) => pilot(slot),
                Some(Entity::Pickup(index)) => pickup(index),
                Some(Entity::Rocket(number)) => rocket(number),
                Some(Entity::Own(slot)) => own(slot),
                Some(Entity::Round) => round(),
                Some(Entity::Noise(cell)) => noise(cell),
            };
            assert_eq!(back, id);
        }
        assert_eq!(decode(EntityId(u16::MAX)), None);
    }
}
