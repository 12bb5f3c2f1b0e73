//! Who may see what: everything within sight of a pilot, and what is the pilot's own.
//!
//! A grid over the newest snapshot, made once and shared by all clients, so that a thousand viewers
//! do not each look at a thousand pilots.

use game_sim::{
    PickupRow, PilotId, PilotRow, RocketRow,
    replicate::{KIND_OWN, KIND_PICKUP, KIND_PILOT, KIND_ROCKET, entity},
};
use glam::Vec2;
use netcode::{Snapshot, budget::Candidate};

/// Side of a cell, in metres: a few cells cover what one pilot sees.
const CELL_M: f32 = 16.0;
/// A pilot matters this much more than a pickup when not all fit.
const PILOT_WEIGHT: f32 = 4.0;
/// A rocket may hit.
const ROCKET_WEIGHT: f32 = 8.0;
/// The own state is what prediction stands on.
const OWN_WEIGHT: f32 = 1_000.0;

/// The things of a snapshot by place.
#[derive(Debug)]
pub struct Interest {
    half_extents: Vec2,
    columns: usize,
    cells: Vec<Vec<Thing>>,
    /// Places of rows that everybody may see.
    common: Vec<usize>,
    found: Vec<Candidate>,
}

#[derive(Clone, Copy, Debug)]
struct Thing {
    position: Vec2,
    candidate: Candidate,
}

impl Interest {
    /// For an arena that reaches `half_extents` from its middle, in metres.
    #[must_use]
    pub fn new(half_extents: Vec2) -> Self {
        let cells = |half: f32| (half * 2.0 / CELL_M).ceil().max(1.0) as usize;
        let (columns, rows) = (cells(half_extents.x), cells(half_extents.y));
        Self {
            half_extents,
            columns,
            cells: vec![Vec::new(); columns * rows],
            common: Vec::new(),
            found: Vec::new(),
        }
    }

    /// Takes the things of the newest snapshot.
    pub fn update(&mut self, snapshot: &Snapshot) {
        self.cells.iter_mut().for_each(Vec::clear);
        self.common.clear();
        for (index, row) in snapshot.rows().enumerate() {
            let (position, weight) = match row.kind {
                KIND_PILOT => (row.restore::<PilotRow>().position(), PILOT_WEIGHT),
                KIND_ROCKET => (row.restore::<RocketRow>().position(), ROCKET_WEIGHT),
                KIND_PICKUP => (row.restore::<PickupRow>().position(), 1.0),
                KIND_OWN => continue,
                _ => {
                    self.common.push(index);
                    continue;
                }
            };
            let cell = self.cell(position);
            if let Some(things) = self.cells.get_mut(cell) {
                things.push(Thing { position, candidate: Candidate { index, weight } });
            }
        }
    }

    /// What may be seen from `eye`, `sight_m` far, by the player of `pilot`; in the order of entities.
    pub fn visible(
        &mut self,
        snapshot: &Snapshot,
        pilot: Option<PilotId>,
        eye: Vec2,
        sight_m: f32,
    ) -> &[Candidate] {
        self.found.clear();
        let (from, to) = (self.corner(eye - sight_m), self.corner(eye + sight_m));
        for y in from.1..=to.1 {
            for x in from.0..=to.0 {
                let things = self.cells.get(y * self.columns + x).map_or(&[][..], Vec::as_slice);
                let near = things
                    .iter()
                    .filter(|thing| thing.position.distance_squared(eye) <= sight_m * sight_m);
                self.found.extend(near.map(|thing| thing.candidate));
            }
        }
        self.found.extend(self.common.iter().map(|&index| Candidate { index, weight: OWN_WEIGHT }));
        let own = pilot.and_then(|pilot| snapshot.index_of(entity::own(pilot)));
        self.found.extend(own.map(|index| Candidate { index, weight: OWN_WEIGHT }));
        self.found.sort_unstable_by_key(|candidate| candidate.index);
        &self.found
    }

    fn cell(&self, position: Vec2) -> usize {
        let (x, y) = self.corner(position);
        y * self.columns + x
    }

    /// The column and row of the cell at a place, the nearest one for places outside.
    fn corner(&self, position: Vec2) -> (usize, usize) {
        let rows = self.cells.len() / self.columns;
        let at = ((position + self.half_extents) / CELL_M).max(Vec2::ZERO);
        ((at.x as usize).min(self.columns - 1), (at.y as usize).min(rows - 1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use game_sim::{Arena, Inputs, Join, Rules, World, snapshot, step};
    use netcode::Tick;

    /// Forty pilots in the large arena, and what the grid finds for each, against looking at all.
    #[test]
    fn exactly_what_is_within_sight_is_seen_and_no_own_row_but_the_own() {
        let arena = Arena::builtin("expanse").unwrap().unwrap();
        let mut world = World::new(arena.clone(), Rules::default(), 5, 40, Tick(0));
        let join = |slot| Join { pilot: PilotId(slot), name: slot.to_string(), bot: true };
        step(&mut world, &Inputs { joins: (0..40).map(join).collect(), ..Inputs::default() });
        let snapshot = snapshot(&world);
        let mut interest = Interest::new(arena.half_extents);
        interest.update(&snapshot);
        for (pilot, of) in world.pilots() {
            let eye = of.own.body.position;
            let seen: Vec<usize> = interest
                .visible(&snapshot, Some(pilot), eye, 120.0)
                .iter()
                .map(|c| c.index)
                .collect();
            let expected: Vec<usize> = snapshot
                .rows()
                .enumerate()
                .filter(|(_, row)| match row.kind {
                    KIND_PILOT => row.restore::<PilotRow>().position().distance(eye) <= 120.0,
                    KIND_PICKUP => row.restore::<PickupRow>().position().distance(eye) <= 120.0,
                    KIND_OWN => row.id == entity::own(pilot),
                    _ => true,
                })
                .map(|(index, _)| index)
                .collect();
            assert_eq!(seen, expected);
        }
    }
}
