//! The place where a round is fought: walls, spawn points and pickups, and what is computed from
//! them once so that a tick need not.
//!
//! An arena never changes. It comes from a Tiled map ([`Arena::from_tmx`]); docs/arenas.md says how
//! to draw one.

mod builtin;
mod error;
mod nav;
mod points;
mod tiled;

use glam::Vec2;

pub use builtin::assets_hash;
pub use error::{ArenaError, Fault, Problem};
pub use nav::{CellId, Nav};
pub use points::PointSpot;

use crate::grid::Grid;
use crate::pickup::PickupKind;

/// One arena.
#[derive(Clone, Debug)]
pub struct Arena {
    /// The name of its file, without the ending.
    pub name: String,
    /// The plane reaches from minus to plus this, in metres.
    pub half_extents: Vec2,
    /// What blocks bodies, shots and sight, borders included.
    pub walls: Vec<Wall>,
    /// Where pilots appear.
    pub spawns: Vec<Spawn>,
    /// Where pickups lie.
    pub pickups: Vec<PickupSpot>,
    /// What teams fight for; most modes need none.
    pub points: Vec<PointSpot>,
    /// For each team where it appears, by places in the list of spawns.
    pub team_spawns: [Vec<usize>; 2],
    /// Finds the walls near a point or along a ray.
    pub grid: Grid,
    /// The coarse map on which bots find their way.
    pub nav: Nav,
    /// Of the bytes of the file: two arenas with the same hash are the same.
    pub hash: u64,
}

/// An axis-aligned rectangle that nothing passes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Wall {
    /// The lower left corner.
    pub min: Vec2,
    /// The upper right corner.
    pub max: Vec2,
    /// How high it is drawn. The simulation is flat: every wall blocks everything.
    pub height_m: f32,
}

/// Where a pilot appears.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spawn {
    /// The centre of the pilot.
    pub position: Vec2,
    /// Where the pilot looks, in 4096ths of a turn.
    pub facing: u16,
}

/// Where a pickup lies.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PickupSpot {
    /// What lies there.
    pub kind: PickupKind,
    /// Its centre.
    pub position: Vec2,
}

impl Wall {
    /// The rectangle between two opposite corners.
    pub fn new(min: Vec2, max: Vec2, height_m: f32) -> Self {
        Self { min, max, height_m }
    }

    /// The point of the rectangle that is nearest to `point`: itself when it lies inside.
    pub fn nearest(&self, point: Vec2) -> Vec2 {
        point.clamp(self.min, self.max)
    }
}

impl Arena {
    /// How far around a point [`Arena::walls_near`] is complete.
    pub const NEAR_M: f32 = 1.0;

    /// Thickness and height of the walls that close a border which the map left open.
    const BORDER_M: f32 = 2.0;

    /// Side of a cell of the wall grid: small enough that few walls touch one.
    const CELL_M: f32 = 4.0;

    /// An arena of given parts, closed at its borders. The parts are not checked, which
    /// [`Arena::from_tmx`] does.
    pub fn new(
        name: &str,
        half_extents: Vec2,
        mut walls: Vec<Wall>,
        spawns: Vec<Spawn>,
        pickups: Vec<PickupSpot>,
        hash: u64,
    ) -> Self {
        close_borders(&mut walls, half_extents);
        let edge = half_extents + Self::BORDER_M;
        let boxes = walls
            .iter()
            .zip(0..)
            .map(|(wall, number)| (number, wall.min - Self::NEAR_M, wall.max + Self::NEAR_M));
        let grid = Grid::new(-edge, edge, Self::CELL_M, boxes);
        let mut arena = Self {
            name: name.to_owned(),
            half_extents,
            walls,
            team_spawns: points::outer_spawns(&spawns),
            spawns,
            pickups,
            points: Vec::new(),
            grid,
            nav: Nav::default(),
            hash,
        };
        arena.nav = Nav::of(&arena);
        arena
    }

    /// All walls within [`Arena::NEAR_M`] of `point`, and perhaps some more.
    pub fn walls_near(&self, point: Vec2) -> impl Iterator<Item = &Wall> {
        self.grid.at(point).iter().map(|&wall| &self.walls[usize::from(wall)])
    }
}

/// Adds a wall outside each side of the plane that the map's own walls do not cover wholly.
fn close_borders(walls: &mut Vec<Wall>, half: Vec2) {
    let thick = Arena::BORDER_M;
    let outside = half + thick;
    let sides = [
        (Vec2::new(-outside.x, -outside.y), Vec2::new(outside.x, -half.y)),
        (Vec2::new(-outside.x, half.y), Vec2::new(outside.x, outside.y)),
        (Vec2::new(-outside.x, -outside.y), Vec2::new(-half.x, outside.y)),
        (Vec2::new(half.x, -outside.y), Vec2::new(outside.x, outside.y)),
    ];
    for (min, max) in sides {
        if !covers(walls, min, max, half) {
            walls.push(Wall::new(min, max, thick));
        }
    }
}

/// Whether the walls that touch one side of the plane leave no gap along it.
fn covers(walls: &[Wall], min: Vec2, max: Vec2, half: Vec2) -> bool {
    // The axis along the side is the one on which the border wall is long.
    let along = usize::from(max.y - min.y > max.x - min.x);
    let mut spans: Vec<(f32, f32)> = walls
        .iter()
        .filter(|wall| wall.min.cmple(max).all() && wall.max.cmpge(min).all())
        .map(|wall| (wall.min[along], wall.max[along]))
        .collect();
    spans.sort_by(|one, other| one.0.total_cmp(&other.0));
    let mut covered = -half[along];
    for (from, to) in spans {
        if from > covered {
            return false;
        }
        covered = covered.max(to);
    }
    covered >= half[along]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn open_borders_are_closed_and_closed_ones_are_left_alone() {
        let half = Vec2::new(10.0, 8.0);
        assert_eq!(Arena::new("open", half, Vec::new(), Vec::new(), Vec::new(), 0).walls.len(), 4);
        let west = [
            Wall::new(Vec2::new(-10.0, -8.0), Vec2::new(-9.0, 1.0), 2.0),
            Wall::new(Vec2::new(-10.0, 1.0), Vec2::new(-9.0, 8.0), 2.0),
        ];
        let arena = Arena::new("west", half, west.to_vec(), Vec::new(), Vec::new(), 0);
        assert_eq!(arena.walls.len(), 2 + 3);
        let arena = Arena::new("gap", half, west[..1].to_vec(), Vec::new(), Vec::new(), 0);
        assert_eq!(arena.walls.len(), 1 + 4);
    }
}
