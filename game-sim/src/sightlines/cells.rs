//! The cells of the plane that sight lines are kept for: where in each a body can be, and from which
//! to which it can go.
//!
//! A cell's number is its tile's times 64 and its place in the tile, so that sets of cells are words.

use glam::Vec2;

use super::tiles::TILE_CELLS;
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
    /// By tile: which of its cells a body can leave to the right and upwards, and come back that way.
    ways: Vec<Ways>,
    /// By tile: the cells in which no body can be.
    closed: Vec<u64>,
}

/// The cells of a tile from which a body can go to the one on the right and to the one above.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Ways {
    pub(super) right: u64,
    pub(super) up: u64,
}

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
            ways: vec![Ways::default(); count / TILE_CELLS],
            closed: vec![0; count / TILE_CELLS],
        };
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

    /// Finds out whether one can go to the right and up.
    fn link(&mut self, cell: u32, is_free: impl Fn(Vec2) -> bool) {
        let (low, high) = self.corners(cell);
        let steps = (self.cell_m / PROBE_M).round() as i32;
        let is_linked = |(x, y), from: Vec2, along: Vec2| {
            let is_passable =
                || (0..=steps).any(|step| is_free(from + along * (step as f32 * PROBE_M)));
            let next = self.beside(cell, (x, y));
            let is_open = |cell| self.eye(cell).is_some();
            is_open(cell) && next.is_some_and(is_open) && is_passable()
        };
        let right = is_linked((1, 0), Vec2::new(high.x, low.y), Vec2::Y);
        let up = is_linked((0, 1), Vec2::new(low.x, high.y), Vec2::X);
        let ways = &mut self.ways[cell as usize / TILE_CELLS];
        ways.right |= u64::from(right) << (cell % 64);
        ways.up |= u64::from(up) << (cell % 64);
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
        let (column, row) = self.place(cell);
        let low = self.origin + Vec2::new(column as f32, row as f32) * self.cell_m;
        (low, low + self.cell_m)
    }

    /// Where the columns of a tile begin, from the left, and its rows, from below.
    pub(super) fn lines(&self, tile: usize) -> [[f32; TILE as usize]; 2] {
        let (column, row) = self.place((tile * TILE_CELLS) as u32);
        let line = |origin: f32, number: i32| origin + number as f32 * self.cell_m;
        [(self.origin.x, column), (self.origin.y, row)]
            .map(|(origin, first)| std::array::from_fn(|step| line(origin, first + step as i32)))
    }

    /// The ways of a tile; none where there is none.
    pub(super) fn ways(&self, tile: usize) -> Ways {
        self.ways.get(tile).copied().unwrap_or_default()
    }

    /// The tile that lies so many tiles to the right and above, if there is one.
    pub(super) fn tile_beside(&self, tile: usize, (x, y): (i32, i32)) -> Option<usize> {
        let (column, row) = self.place((tile * TILE_CELLS) as u32);
        let (column, row) = (column + x * TILE, row + y * TILE);
        self.is_there(column, row).then(|| self.number(column, row) as usize / TILE_CELLS)
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
        let (column, row) = self.place(cell);
        let to = move |x, y| {
            let next = (column + x, row + y);
            self.is_there(next.0, next.1).then(|| self.number(next.0, next.1))
        };
        let ways = |cell: u32| self.ways(cell as usize / TILE_CELLS);
        let has = |ways: u64, cell: u32| ways >> (cell % 64) & 1 == 1;
        let here = ways(cell);
        let right = to(1, 0).filter(|_| has(here.right, cell));
        let up = to(0, 1).filter(|_| has(here.up, cell));
        let left = to(-1, 0).filter(|left| has(ways(*left).right, *left));
        let down = to(0, -1).filter(|down| has(ways(*down).up, *down));
        [right, up, left, down].into_iter().flatten()
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

    fn beside(&self, cell: u32, (x, y): (i32, i32)) -> Option<u32> {
        let (column, row) = self.place(cell);
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
