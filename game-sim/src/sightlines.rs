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
mod flood;
mod panorama;
mod tiles;
mod trim;

use std::sync::{Arc, OnceLock};

use glam::Vec2;

use crate::arena::{Arena, Wall};
use cells::Cells;
use flood::Flood;
pub use panorama::{DIRECTIONS, Panorama};
use tiles::{TILE_CELLS, Tiles};

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
    lists: Vec<OnceLock<Tiles>>,
    /// What can be seen from any of four cells that make up a square: whoever could be in all of them soon
    /// needs one list instead of four.
    squares: Vec<OnceLock<Tiles>>,
    /// Where somebody in a cell may be a little later.
    surroundings: Vec<OnceLock<Tiles>>,
    radius_m: f32,
    range_m: f32,
    target_reach_m: f32,
}

/// The cell in which something is, as far as sight goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spot(pub u16);

/// What one viewer could see soon. It is kept between two questions, and computed anew only when the
/// viewer has moved on.
#[derive(Clone, Debug, Default)]
pub struct Outlook {
    /// Where the viewer was, in parts of a cell, and its reach in steps.
    key: Option<(i32, i32, u32)>,
    tiles: Tiles,
}

/// The outlook of one viewer laid out so that a spot is found at once; and scratch space. One serves
/// all viewers, one after another.
#[derive(Debug)]
pub struct Gaze {
    tiles: Vec<u64>,
    /// The tiles that are not empty.
    loaded: Vec<u16>,
    flood: Flood,
    /// Where the viewer could be soon, and then what it could see from there.
    reached: Tiles,
}

impl Sightlines {
    /// Of bodies with a radius, up to `range_m`; who is looked at may move by `target_reach_m` until the
    /// next answer. All in metres. The lists are made later.
    #[must_use]
    pub fn new(arena: Arc<Arena>, radius_m: f32, range_m: f32, target_reach_m: f32) -> Self {
        let cells = Cells::of(&arena, radius_m);
        let empty = |count: usize| (0..count).map(|_| OnceLock::new()).collect();
        let (lists, surroundings) = (empty(cells.len()), empty(cells.len()));
        let squares = empty(cells.len() / 4);
        let walls = trim::trimmed(&arena);
        Self {
            arena,
            walls,
            cells,
            lists,
            squares,
            surroundings,
            radius_m,
            range_m,
            target_reach_m,
        }
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

    /// Makes the list of one cell, and those of the square that it belongs to, unless they are there. For
    /// a thread that has nothing better to do.
    pub fn prepare(&self, cell: usize) {
        if self.cells.eye(cell as u32).is_some() {
            self.square(cell as u32);
        }
    }

    /// Scratch space that fits.
    #[must_use]
    pub fn gaze(&self) -> Gaze {
        let tiles = self.cells.len() / TILE_CELLS;
        let (loaded, reached) = (Vec::new(), Tiles::default());
        Gaze { tiles: vec![0; tiles], loaded, flood: Flood::new(tiles), reached }
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
        let Gaze { tiles, flood, reached, .. } = gaze;
        let start = u32::from(self.locate(position).0);
        flood.run(&self.cells, start, (low, high), reach_m, reached);
        for (number, cells) in reached.iter() {
            let first = u32::from(number) * TILE_CELLS as u32;
            let (squares, single) = tiles::squares(cells, self.cells.closed(number));
            tiles::members(squares).for_each(|place| self.square(first + place).add_to(tiles));
            tiles::members(single).for_each(|place| self.list(first + place).add_to(tiles));
        }
        reached.gather(tiles);
        outlook.tiles.assign(reached);
        reached.remove_from(tiles);
    }

    /// The cells that can be seen from a cell.
    fn list(&self, cell: u32) -> &Tiles {
        kept(&self.lists, cell as usize, || self.make(cell))
    }

    /// The cells that can be seen from any cell of the square to which a cell belongs.
    fn square(&self, cell: u32) -> &Tiles {
        kept(&self.squares, tiles::square_of(cell), || {
            let mut tiles = vec![0; self.cells.len() / TILE_CELLS];
            for member in tiles::members(tiles::square_around(cell)) {
                let member = cell / TILE_CELLS as u32 * TILE_CELLS as u32 + member;
                if self.cells.eye(member).is_some() {
                    self.list(member).add_to(&mut tiles);
                }
            }
            Tiles::of(&tiles)
        })
    }

    fn make(&self, cell: u32) -> Tiles {
        let mut tiles = vec![0; self.cells.len() / TILE_CELLS];
        let Some(eye) = self.cells.eye(cell) else { return Tiles::default() };
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
                self.surroundings(other).add_to(&mut tiles);
            }
        }
        Tiles::of(&tiles)
    }

    /// The cells from which, or to which, somebody who is looked at can come until the next answer.
    fn surroundings(&self, cell: u32) -> &Tiles {
        kept(&self.surroundings, cell as usize, || {
            let mut flood = Flood::new(self.cells.len() / TILE_CELLS);
            let (corners, mut reached) = (self.cells.corners(cell), Tiles::default());
            flood.run(&self.cells, cell, corners, self.target_reach_m, &mut reached);
            reached
        })
    }
}

impl Gaze {
    /// Takes the outlook of the next viewer.
    pub fn load(&mut self, outlook: &Outlook) {
        self.clear();
        outlook.tiles.add_to(&mut self.tiles);
        self.loaded.extend(outlook.tiles.iter().map(|(number, _)| number));
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

/// A list, made if it is not there. Two threads that need it at once both make it, and keep the first of
/// two equal ones: neither waits for the other's work.
fn kept(lists: &[OnceLock<Tiles>], place: usize, make: impl FnOnce() -> Tiles) -> &Tiles {
    static NOTHING: Tiles = Tiles::EMPTY;
    let Some(list) = lists.get(place) else { return &NOTHING };
    if list.get().is_none() {
        let _ = list.set(make());
    }
    list.get().unwrap_or(&NOTHING)
}

#[cfg(test)]
mod tests;
