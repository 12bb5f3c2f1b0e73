//! What could be seen from where: the walls' share of what a player may know.
//!
//! The question is not whether somebody sees a pilot now, but whether they could before the next
//! answer reaches their screen: both move on meanwhile, and nobody may pop out behind a corner too late.
//! So the plane is cut into cells, and each cell gets the list of all cells that can be seen from it
//! (a potentially visible set: Teller and Sequin, "Visibility Preprocessing for Interactive Walkthroughs",
//! 1991). A viewer gets the union of the lists of all cells that it could walk to in the time of the
//! look-ahead. "Could walk" matters: the cell behind the wall next to me is near, but I am not there
//! soon. Which of a thousand pilots a viewer may know of is then one bit for each.
//!
//! A list is made when it is first asked for, once, and is the same whoever asks: [`Sightlines::prepare`]
//! lets another thread be the first. The cells are those of [`crate::arena::Nav::cell_m`]. Both sides of
//! a wall that is thinner than a cell less a body's width may count as one place.

mod cells;
mod panorama;
mod trim;

use std::sync::{Arc, OnceLock};

use glam::Vec2;

use crate::arena::{Arena, Wall};
use cells::{Cells, Flood};
pub use panorama::{DIRECTIONS, Panorama};

/// How finely a viewer's place is told apart: parts of a cell, in each direction.
const PARTS: f32 = 2.0;

/// Reaches are rounded up to a multiple of this, so that a round trip that trembles changes nothing.
const REACH_STEP_M: f32 = 0.5;

/// The sight lines of one arena.
#[derive(Debug)]
pub struct Sightlines {
    arena: Arc<Arena>,
    /// The walls, trimmed: see [`trim::trimmed`].
    walls: Vec<Wall>,
    cells: Cells,
    /// What can be seen from each cell.
    lists: Vec<OnceLock<Box<[Tile]>>>,
    /// Where somebody in a cell may be a little later.
    surroundings: Vec<OnceLock<Box<[Tile]>>>,
    radius_m: f32,
    range_m: f32,
    target_reach_m: f32,
}

/// The cell in which something is, as far as sight goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spot(pub u16);

/// Eight by eight cells, a bit for each.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Tile {
    number: u16,
    cells: u64,
}

/// What one viewer could see soon. It is kept between two questions, and computed anew only when the
/// viewer has moved on.
#[derive(Clone, Debug, Default)]
pub struct Outlook {
    /// Where the viewer was, in parts of a cell, and its reach in steps.
    key: Option<(i32, i32, u32)>,
    tiles: Vec<Tile>,
}

/// The outlook of one viewer laid out so that a spot is found at once; and scratch space. One serves
/// all viewers, one after another.
#[derive(Debug)]
pub struct Gaze {
    tiles: Vec<u64>,
    /// The tiles that are not empty.
    loaded: Vec<u16>,
    flood: Flood,
}

impl Sightlines {
    /// Of bodies with a radius, up to `range_m`; who is looked at may move by `target_reach_m` until the
    /// next answer. All in metres. The lists are made later.
    #[must_use]
    pub fn new(arena: Arc<Arena>, radius_m: f32, range_m: f32, target_reach_m: f32) -> Self {
        let cells = Cells::of(&arena, radius_m);
        let empty = || (0..cells.len()).map(|_| OnceLock::new()).collect();
        let (lists, surroundings) = (empty(), empty());
        let walls = trim::trimmed(&arena);
        Self { arena, walls, cells, lists, surroundings, radius_m, range_m, target_reach_m }
    }

    /// How many lists there can be.
    #[must_use]
    pub fn len(&self) -> usize {
        self.lists.len()
    }

    /// Whether there is no cell at all, which no arena is small enough for.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.lists.is_empty()
    }

    /// The numbers of all cells, in the order in which they are likely to be asked for: those where pilots
    /// appear first.
    #[must_use]
    pub fn by_urgency(&self) -> Vec<usize> {
        let urgency = |cell: &usize| {
            let eye = self.cells.eye(*cell as u32).unwrap_or(Vec2::INFINITY);
            let away = self.arena.spawns.iter().map(|spawn| spawn.position.distance(eye));
            away.fold(f32::INFINITY, f32::min)
        };
        let mut cells: Vec<usize> = (0..self.len()).collect();
        cells.sort_by_cached_key(|cell| urgency(cell).to_bits());
        cells
    }

    /// Makes the list of one cell, unless it is there. For a thread that has nothing better to do.
    pub fn prepare(&self, cell: usize) {
        if self.cells.eye(cell as u32).is_some() {
            self.list(cell as u32);
        }
    }

    /// Scratch space that fits.
    #[must_use]
    pub fn gaze(&self) -> Gaze {
        let tiles = self.cells.len() / 64;
        Gaze { tiles: vec![0; tiles], loaded: Vec::new(), flood: Flood::new(tiles) }
    }

    /// The cell that something at `position` is seen in: its own, or the one next to it if its own
    /// lies behind a wall.
    #[must_use]
    pub fn locate(&self, position: Vec2) -> Spot {
        let own = self.cells.at(position);
        if self.cells.is_inside(&self.arena, own, position) {
            return Spot(own as u16);
        }
        let distance = |cell: &u32| {
            self.cells.eye(*cell).map_or(f32::INFINITY, |eye| eye.distance_squared(position))
        };
        let around = self.cells.around(own);
        let open = around.filter(|&cell| self.cells.is_inside(&self.arena, cell, position));
        let nearest = open.min_by(|one, other| distance(one).total_cmp(&distance(other)));
        Spot(nearest.unwrap_or(own) as u16)
    }

    /// Brings an outlook up to date: everything that somebody at `position`, or wherever it could walk
    /// within `reach_m`, could see.
    pub fn look(&self, outlook: &mut Outlook, gaze: &mut Gaze, position: Vec2, reach_m: f32) {
        let part_m = self.cells.cell_m() / PARTS;
        let part = (position / part_m).floor();
        let steps = (reach_m / REACH_STEP_M).ceil().max(0.0);
        let key = (part.x as i32, part.y as i32, steps as u32);
        if outlook.key == Some(key) {
            return;
        }
        outlook.key = Some(key);
        let reach_m = steps * REACH_STEP_M;
        let (low, high) = (part * part_m, (part + 1.0) * part_m);
        gaze.clear();
        let Gaze { tiles, flood, .. } = gaze;
        let start = u32::from(self.locate(position).0);
        flood.run(&self.cells, start, (low, high), reach_m, |cell| {
            for tile in self.list(cell) {
                tiles[usize::from(tile.number)] |= tile.cells;
            }
        });
        outlook.tiles.clear();
        outlook.tiles.extend(filled(tiles));
        outlook.tiles.iter().for_each(|tile| tiles[usize::from(tile.number)] = 0);
    }

    /// The cells that can be seen from a cell.
    fn list(&self, cell: u32) -> &[Tile] {
        kept(&self.lists, cell, || self.make(cell))
    }

    fn make(&self, cell: u32) -> Box<[Tile]> {
        let mut tiles = vec![0; self.cells.len() / 64];
        let Some(eye) = self.cells.eye(cell) else { return Box::default() };
        let panorama = Panorama::new(&self.walls, eye, self.range_m);
        let mut seen = Vec::new();
        self.cells.near(eye, self.range_m, |other, place| {
            if other == cell || panorama.shows(place, self.radius_m) {
                tiles[other as usize / 64] |= 1 << (other % 64);
                seen.push(other);
            }
        });
        // Who is not there yet, but could be.
        for other in seen {
            let is_inner = self.cells.linked(other).all(|next| is_set(&tiles, next));
            if !is_inner {
                for tile in self.surroundings(other) {
                    tiles[usize::from(tile.number)] |= tile.cells;
                }
            }
        }
        gather(&tiles)
    }

    /// The cells from which, or to which, somebody who is looked at can come until the next answer.
    fn surroundings(&self, cell: u32) -> &[Tile] {
        kept(&self.surroundings, cell, || {
            let mut tiles = vec![0; self.cells.len() / 64];
            let mut flood = Flood::new(tiles.len());
            let corners = self.cells.corners(cell);
            flood.run(&self.cells, cell, corners, self.target_reach_m, |near| {
                tiles[near as usize / 64] |= 1 << (near % 64);
            });
            gather(&tiles)
        })
    }
}

impl Gaze {
    /// Takes the outlook of the next viewer.
    pub fn load(&mut self, outlook: &Outlook) {
        self.clear();
        for tile in &outlook.tiles {
            self.tiles[usize::from(tile.number)] = tile.cells;
            self.loaded.push(tile.number);
        }
    }

    fn clear(&mut self) {
        for number in self.loaded.drain(..) {
            self.tiles[usize::from(number)] = 0;
        }
    }

    /// Whether that viewer could see something in a spot.
    #[must_use]
    pub fn sees(&self, spot: Spot) -> bool {
        is_set(&self.tiles, u32::from(spot.0))
    }
}

fn is_set(tiles: &[u64], cell: u32) -> bool {
    tiles.get(cell as usize / 64).is_some_and(|tile| tile >> (cell % 64) & 1 == 1)
}

/// The list of a cell, made if it is not there. Two threads that need it at once both make it, and keep
/// the first of two equal ones: neither waits for the other's work.
fn kept(lists: &[OnceLock<Box<[Tile]>>], cell: u32, make: impl FnOnce() -> Box<[Tile]>) -> &[Tile] {
    let Some(list) = lists.get(cell as usize) else { return &[] };
    if list.get().is_none() {
        let _ = list.set(make());
    }
    list.get().map_or(&[], |list| list)
}

/// The tiles that hold any cell.
fn filled(tiles: &[u64]) -> impl Iterator<Item = Tile> {
    let numbered = (0..).zip(tiles).filter(|(_, cells)| **cells != 0);
    numbered.map(|(number, &cells)| Tile { number, cells })
}

fn gather(tiles: &[u64]) -> Box<[Tile]> {
    filled(tiles).collect()
}

#[cfg(test)]
mod tests;
