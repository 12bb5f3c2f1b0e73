//! The cells of the plane that sight lines are kept for: where in each a body can be, and from which
//! to which it can go.
//!
//! A cell's number is its tile's times 64 and its place in the tile, so that sets of cells are words.

use glam::Vec2;

use super::tiles::{TILE_CELLS, Tiles};
use crate::arena::Arena;
use crate::collide;

/// Side of a tile, in cells.
const TILE: i32 = 8;

/// How densely a cell and its edges are searched for a free place, in metres.
const PROBE_M: f32 = 0.25;

/// A body rests two 512ths outside of contact; a place that much nearer is free as well.
const SKIN_M: f32 = 1.0 / 512.0;

/// The cells of one arena.
#[derive(Debug)]
pub(super) struct Cells {
    origin: Vec2,
    cell_m: f32,
    columns: i32,
    rows: i32,
    /// The free place nearest to the middle of each; not a number where there is none.
    eyes: Vec<Vec2>,
    /// Their lower left corners.
    lows: Vec<Vec2>,
    /// The cells that a body can go to: to the right, up, to the left, down; [`NOWHERE`] where it can't.
    links: Vec<[u32; 4]>,
    /// By tile: the cells in which no body can be.
    closed: Vec<u64>,
}

/// No cell has this number.
const NOWHERE: u32 = u32::MAX;

/// The steps to the four neighbours, in the order of `links`.
const STEPS: [(i32, i32); 4] = [(1, 0), (0, 1), (-1, 0), (0, -1)];

impl Cells {
    /// For bodies with a radius.
    pub(super) fn of(arena: &Arena, radius_m: f32) -> Self {
        let half = arena.half_extents;
        let cell_m = arena.nav.cell_m();
        let size = (half * 2.0 / cell_m).ceil();
        let round = |count: f32| (count as u32).max(1).next_multiple_of(TILE as u32) as i32;
        let (columns, rows) = (round(size.x), round(size.y));
        let count = (columns * rows) as usize;
        assert!(count <= 1 << 16, "the number of a cell fits into sixteen bits in every arena");
        let mut cells = Self {
            origin: -half,
            cell_m,
            columns,
            rows,
            eyes: vec![Vec2::NAN; count],
            lows: Vec::with_capacity(count),
            links: vec![[NOWHERE; 4]; count],
            closed: vec![0; count / TILE_CELLS],
        };
        for cell in 0..count as u32 {
            let (column, row) = cells.place(cell);
            let low = cells.origin + Vec2::new(column as f32, row as f32) * cell_m;
            cells.lows.push(low);
        }
        let is_free = |place: Vec2| {
            place.abs().cmple(half).all() && collide::is_clear(arena, place, radius_m - SKIN_M)
        };
        for cell in 0..count as u32 {
            match cells.find_eye(cell, is_free) {
                Some(eye) => cells.eyes[cell as usize] = eye,
                None => cells.closed[cell as usize / TILE_CELLS] |= 1 << (cell % 64),
            }
        }
        for cell in 0..count as u32 {
            cells.link(cell, is_free);
        }
        cells
    }

    /// The free place of a cell that is nearest to its middle.
    fn find_eye(&self, cell: u32, is_free: impl Fn(Vec2) -> bool) -> Option<Vec2> {
        let (low, high) = self.corners(cell);
        let middle = (low + high) / 2.0;
        if is_free(middle) {
            return Some(middle);
        }
        let steps = (self.cell_m / PROBE_M).round() as i32;
        let probe = |step: i32| step as f32 * PROBE_M;
        let places = (0..=steps)
            .flat_map(|y| (0..=steps).map(move |x| low + Vec2::new(probe(x), probe(y))))
            .filter(|&place| is_free(place));
        let distance = |place: &Vec2| place.distance_squared(middle);
        places.min_by(|one, other| distance(one).total_cmp(&distance(other)))
    }

    /// Finds out whether one can go to the right and up; the neighbours get the way back.
    fn link(&mut self, cell: u32, is_free: impl Fn(Vec2) -> bool) {
        let (low, high) = self.corners(cell);
        let edges = [(Vec2::new(high.x, low.y), Vec2::Y), (Vec2::new(low.x, high.y), Vec2::X)];
        for (direction, (from, along)) in edges.into_iter().enumerate() {
            let Some(next) = self.beside(cell, direction) else { continue };
            let steps = (self.cell_m / PROBE_M).round() as i32;
            let is_passable =
                (0..=steps).any(|step| is_free(from + along * (step as f32 * PROBE_M)));
            if is_passable && self.eye(cell).is_some() && self.eye(next).is_some() {
                self.links[cell as usize][direction] = next;
                self.links[next as usize][direction + 2] = cell;
            }
        }
    }

    pub(super) fn len(&self) -> usize {
        self.eyes.len()
    }

    pub(super) fn cell_m(&self) -> f32 {
        self.cell_m
    }

    /// From where a cell is looked out of, if a body can be in it.
    pub(super) fn eye(&self, cell: u32) -> Option<Vec2> {
        self.eyes.get(cell as usize).copied().filter(|eye| !eye.is_nan())
    }

    /// The cells of a tile in which no body can be.
    pub(super) fn closed(&self, tile: u16) -> u64 {
        self.closed.get(usize::from(tile)).copied().unwrap_or(0)
    }

    /// The cell of a point, the nearest one for points outside.
    pub(super) fn at(&self, point: Vec2) -> u32 {
        let at = (point - self.origin) / self.cell_m;
        // The casts saturate, so that no coordinate can leave the plane; what they round up lies below it.
        let (column, row) = (at.x as i32, at.y as i32);
        self.number(column.clamp(0, self.columns - 1), row.clamp(0, self.rows - 1))
    }

    /// Whether a cell's eye sees a point that is in it or beside it: whether the two are on the same
    /// side of every wall.
    pub(super) fn is_inside(&self, arena: &Arena, cell: u32, point: Vec2) -> bool {
        self.eye(cell).is_some_and(|eye| collide::is_open(arena, point, eye))
    }

    /// The lower left and the upper right corner.
    pub(super) fn corners(&self, cell: u32) -> (Vec2, Vec2) {
        let low = self.lows.get(cell as usize).copied().unwrap_or(self.origin);
        (low, low + self.cell_m)
    }

    /// The eight cells around a cell, as far as there are any.
    pub(super) fn around(&self, cell: u32) -> impl Iterator<Item = u32> {
        let (column, row) = self.place(cell);
        let offsets = (-1..=1).flat_map(|y| (-1..=1).map(move |x| (x, y)));
        offsets.filter(|&offset| offset != (0, 0)).filter_map(move |(x, y)| {
            let (column, row) = (column + x, row + y);
            self.is_there(column, row).then(|| self.number(column, row))
        })
    }

    /// The cells that a body can go to at once.
    pub(super) fn linked(&self, cell: u32) -> impl Iterator<Item = u32> {
        let links = self.links.get(cell as usize).copied().unwrap_or([NOWHERE; 4]);
        links.into_iter().filter(|link| *link != NOWHERE)
    }

    /// Shows `visit` all cells whose eye is within a distance of a point, with their eyes.
    pub(super) fn near(&self, point: Vec2, range_m: f32, mut visit: impl FnMut(u32, Vec2)) {
        let (left, bottom) = self.place(self.at(point - range_m));
        let (right, top) = self.place(self.at(point + range_m));
        for row in bottom..=top {
            for column in left..=right {
                let cell = self.number(column, row);
                if let Some(eye) = self.eye(cell)
                    && eye.distance_squared(point) <= range_m * range_m
                {
                    visit(cell, eye);
                }
            }
        }
    }

    fn beside(&self, cell: u32, direction: usize) -> Option<u32> {
        let (column, row) = self.place(cell);
        let (x, y) = STEPS[direction];
        self.is_there(column + x, row + y).then(|| self.number(column + x, row + y))
    }

    fn is_there(&self, column: i32, row: i32) -> bool {
        (0..self.columns).contains(&column) && (0..self.rows).contains(&row)
    }

    fn number(&self, column: i32, row: i32) -> u32 {
        let tile = (row / TILE) * (self.columns / TILE) + column / TILE;
        (tile * TILE * TILE + (row % TILE) * TILE + column % TILE) as u32
    }

    fn place(&self, cell: u32) -> (i32, i32) {
        let cell = cell as i32;
        let (tile, inner) = (cell / (TILE * TILE), cell % (TILE * TILE));
        let across = self.columns / TILE;
        ((tile % across) * TILE + inner % TILE, (tile / across) * TILE + inner / TILE)
    }
}

/// Goes from cell to cell as a body would; scratch space for that.
#[derive(Debug)]
pub(super) struct Flood {
    seen: Vec<u64>,
    queue: Vec<u32>,
}

impl Flood {
    /// For so many tiles.
    pub(super) fn new(tiles: usize) -> Self {
        Self { seen: vec![0; tiles], queue: Vec::new() }
    }

    /// The cells that a body can come to from `start` without leaving the surroundings of a rectangle,
    /// into `reached`: all that it can reach by a way of `reach_m`, and few others.
    pub(super) fn run(
        &mut self,
        cells: &Cells,
        start: u32,
        (low, high): (Vec2, Vec2),
        reach_m: f32,
        reached: &mut Tiles,
    ) {
        self.queue.clear();
        self.enter(start);
        let mut next = 0;
        while let Some(&cell) = self.queue.get(next) {
            next += 1;
            for other in cells.linked(cell) {
                let (other_low, other_high) = cells.corners(other);
                let gap = (other_low - high).max(low - other_high).max(Vec2::ZERO);
                if gap.length_squared() <= reach_m * reach_m {
                    self.enter(other);
                }
            }
        }
        reached.clear();
        for &cell in &self.queue {
            let tile = cell as usize / TILE_CELLS;
            let cells = std::mem::take(&mut self.seen[tile]);
            if cells != 0 {
                reached.push(tile as u16, cells);
            }
        }
    }

    fn enter(&mut self, cell: u32) {
        let (tile, bit) = (cell as usize / TILE_CELLS, 1 << (cell % 64));
        if let Some(tile) = self.seen.get_mut(tile)
            && *tile & bit == 0
        {
            *tile |= bit;
            self.queue.push(cell);
        }
    }
}
