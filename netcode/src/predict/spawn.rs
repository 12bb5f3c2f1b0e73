//! Entities that a client makes itself before the server could: what leaves a muzzle is there in the
//! frame of the trigger, not a round trip later.
//!
//! Each stands for the tick whose input made it. When such an entity of the own player's comes from the
//! server at that time, the two are one, and the game goes on drawing what it has drawn all along. One
//! that the server never made is the game's to give up. (The technique is Source's and Unreal's
//! "predicted projectiles".)

use crate::{limits, row::EntityId, tick::Tick};
use std::collections::VecDeque;

/// One entity of the client's own making.
#[derive(Clone, Debug, PartialEq)]
pub struct Spawn<T> {
    /// The tick whose input made it.
    pub tick: Tick,
    /// The server's entity, once it has come.
    pub entity: Option<EntityId>,
    /// What the game knows of it.
    pub value: T,
}

/// The entities that a client made, the oldest first.
///
/// ```
/// use netcode::{EntityId, Tick, predict::spawn::Spawns};
/// let mut balls = Spawns::new(3);
/// balls.make(Tick(200), "thrown here");
/// // A round trip later a snapshot shows the server's ball: it is the one that is drawn already.
/// let ball = balls.claim(EntityId(12), Tick(201)).expect("it is ours");
/// assert_eq!((ball.value, ball.entity), ("thrown here", Some(EntityId(12))));
/// assert!(balls.claim(EntityId(13), Tick(201)).is_none(), "somebody else threw that one");
/// balls.retain(|ball| ball.entity != Some(EntityId(12))); // it is in no snapshot any more
/// assert_eq!(balls.iter().count(), 0);
/// ```
#[derive(Clone, Debug)]
pub struct Spawns<T> {
    made: VecDeque<Spawn<T>>,
    slack_ticks: u32,
}

impl<T> Spawns<T> {
    /// The server's entity may be seen first up to `slack_ticks` from the tick whose input made it: an
    /// input that came late is played with the next one, and not every tick has a snapshot.
    #[must_use]
    pub fn new(slack_ticks: u32) -> Self {
        Self { made: VecDeque::new(), slack_ticks }
    }

    /// Makes one with the input of `tick`. Of more than [`limits::PREDICTED_SPAWNS`] the oldest goes.
    pub fn make(&mut self, tick: Tick, value: T) {
        if self.made.len() == limits::PREDICTED_SPAWNS {
            self.made.pop_front();
        }
        self.made.push_back(Spawn { tick, entity: None, value });
    }

    /// The one that the server's `entity` is, seen at `tick`. It is known already, or it is the nearest
    /// in time that has no entity yet; `None` for a stranger.
    pub fn claim(&mut self, entity: EntityId, tick: Tick) -> Option<&mut Spawn<T>> {
        let apart = |spawn: &Spawn<T>| spawn.tick.since(tick).unsigned_abs();
        let known = self.made.iter().position(|spawn| spawn.entity == Some(entity));
        let free = self
            .made
            .iter()
            .enumerate()
            .filter(|(_, spawn)| spawn.entity.is_none() && apart(spawn) <= self.slack_ticks);
        let place = known.or_else(|| Some(free.min_by_key(|(_, spawn)| apart(spawn))?.0))?;
        let spawn = self.made.get_mut(place)?;
        spawn.entity = Some(entity);
        Some(spawn)
    }

    /// Keeps those that `keep` says are still there.
    pub fn retain(&mut self, keep: impl FnMut(&mut Spawn<T>) -> bool) {
        self.made.retain_mut(keep);
    }

    /// All of them, the oldest first.
    pub fn iter(&self) -> impl Iterator<Item = &Spawn<T>> {
        self.made.iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NEAR_WRAP: Tick = Tick(u32::MAX - 2);

    #[test]
    fn the_servers_entity_takes_the_place_of_the_nearest_and_keeps_it() {
        let mut spawns = Spawns::new(3);
        for ticks in [0, 4, 50] {
            spawns.make(NEAR_WRAP + ticks, ticks);
        }
        let first = spawns.claim(EntityId(7), NEAR_WRAP + 1).unwrap();
        assert_eq!((first.value, first.entity), (0, Some(EntityId(7))));
        assert_eq!(spawns.claim(EntityId(8), NEAR_WRAP + 1).unwrap().value, 4);
        assert_eq!(spawns.claim(EntityId(9), NEAR_WRAP + 1), None);
        // Once known, it stays the same however long it lives.
        assert_eq!(spawns.claim(EntityId(7), NEAR_WRAP + 50).unwrap().value, 0);
        assert_eq!(spawns.claim(EntityId(9), NEAR_WRAP + 52).unwrap().value, 50);
    }

    #[test]
    fn what_the_server_never_made_is_the_games_to_give_up_and_bounded_anyway() {
        let mut spawns = Spawns::new(3);
        for ticks in 0..100 {
            spawns.make(NEAR_WRAP + ticks, ());
        }
        assert_eq!(spawns.iter().count(), limits::PREDICTED_SPAWNS);
        spawns.claim(EntityId(1), NEAR_WRAP + 99);
        spawns.retain(|spawn| spawn.entity.is_some());
        assert_eq!(spawns.iter().count(), 1);
    }
}
