//! Where a body can come to: from cell to cell, those of a tile at once, since they are the bits of a word.

use glam::Vec2;

use super::{
    cells::{Cells, Ways},
    tiles::{TILE_CELLS, Tiles},
};

/// The first and the last column of a tile, and its first row.
const LEFT: u64 = 0x0101_0101_0101_0101;
const RIGHT: u64 = LEFT << 7;
const BOTTOM: u64 = 0xff;

/// Goes from cell to cell as a body would; scratch space for that.
#[derive(Debug)]
pub(super) struct Flood {
    tiles: Vec<Tile>,
    /// The tiles that were come to, in this order.
    reached: Vec<u16>,
    /// Those of them that have an edge.
    waiting: Vec<u16>,
}

/// What is known of a tile.
#[derive(Clone, Copy, Debug, Default)]
struct Tile {
    is_reached: bool,
    /// The cells that are near enough.
    near: u64,
    /// Those that a body can come to.
    cells: u64,
    /// More of them, from which it was not gone on yet.
    edge: u64,
}

/// A rectangle, and how far from it a body may come.
#[derive(Clone, Copy, Debug)]
struct Surroundings {
    low: Vec2,
    high: Vec2,
    reach_m: f32,
}

impl Flood {
    /// For so many tiles.
    pub(super) fn new(tiles: usize) -> Self {
        Self { tiles: vec![Tile::default(); tiles], reached: Vec::new(), waiting: Vec::new() }
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
        let around = Surroundings { low, high, reach_m };
        let (first, place) = (start as usize / TILE_CELLS, 1 << (start % 64));
        self.enter(cells, &around, first, 0);
        if let Some(tile) = self.tiles.get_mut(first) {
            tile.near |= place; // It is there, however far that is.
        }
        self.enter(cells, &around, first, place);
        while let Some(number) = self.waiting.pop().map(usize::from) {
            let (new, ways) = (self.fill(cells, number), cells.ways(number));
            let beside = |step| cells.tile_beside(number, step);
            if new & RIGHT & ways.right != 0
                && let Some(right) = beside((1, 0))
            {
                self.enter(cells, &around, right, (new & RIGHT & ways.right) >> 7);
            }
            if (new & ways.up) >> 56 != 0
                && let Some(above) = beside((0, 1))
            {
                self.enter(cells, &around, above, (new & ways.up) >> 56);
            }
            if new & LEFT != 0
                && let Some(left) = beside((-1, 0))
            {
                self.enter(cells, &around, left, (new & LEFT) << 7 & cells.ways(left).right);
            }
            if new & BOTTOM != 0
                && let Some(below) = beside((0, -1))
            {
                self.enter(cells, &around, below, (new & BOTTOM) << 56 & cells.ways(below).up);
            }
        }
        reached.clear();
        for number in self.reached.drain(..) {
            let tile = std::mem::take(&mut self.tiles[usize::from(number)]);
            if tile.cells != 0 {
                reached.push(number, tile.cells);
            }
        }
    }

    /// A body comes to some cells of a tile, as far as they are near enough.
    fn enter(&mut self, cells: &Cells, around: &Surroundings, number: usize, come_to: u64) {
        let Some(tile) = self.tiles.get_mut(number) else { return };
        if !tile.is_reached {
            *tile = Tile { is_reached: true, near: around.near(cells, number), ..*tile };
            self.reached.push(number as u16);
        }
        let come_to = come_to & tile.near & !tile.cells;
        if tile.edge == 0 && come_to != 0 {
            self.waiting.push(number as u16);
        }
        tile.edge |= come_to;
    }

    /// Goes on from the edge of a tile to all of its cells that can be come to. Returns those that are new.
    fn fill(&mut self, cells: &Cells, number: usize) -> u64 {
        let (tile, ways) = (&mut self.tiles[number], cells.ways(number));
        let before = tile.cells;
        tile.cells |= std::mem::take(&mut tile.edge);
        loop {
            let further = tile.cells | next_to(tile.cells, ways) & tile.near;
            if further == tile.cells {
                return tile.cells & !before;
            }
            tile.cells = further;
        }
    }
}

/// The cells of a tile that a body can go to from some of them.
fn next_to(cells: u64, Ways { right, up }: Ways) -> u64 {
    let right = right & !RIGHT;
    (cells & right) << 1 | cells >> 1 & right | (cells & up) << 8 | cells >> 8 & up
}

impl Surroundings {
    /// The cells of a tile that are no farther off.
    fn near(&self, cells: &Cells, tile: usize) -> u64 {
        let gap = |(low, high): (f32, f32), cell_low: f32| {
            let gap = (cell_low - high).max(low - (cell_low + cells.cell_m())).max(0.0);
            gap * gap
        };
        let [columns, rows] = cells.lines(tile);
        let columns = columns.map(|column| gap((self.low.x, self.high.x), column));
        let rows = rows.map(|row| gap((self.low.y, self.high.y), row));
        let most = self.reach_m * self.reach_m;
        rows.iter().rev().fold(0, |near, row| {
            if *row > most {
                return near << 8;
            }
            let add = |near, column: &f32| near << 1 | u64::from(column + row <= most);
            columns.iter().rev().fold(near, add)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Arena, Rules, sightlines::tiles};
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    /// The same from cell to cell.
    fn walked(cells: &Cells, start: u32, (low, high): (Vec2, Vec2), reach_m: f32) -> BTreeSet<u32> {
        let (mut reached, mut queue) = (BTreeSet::from([start]), vec![start]);
        while let Some(cell) = queue.pop() {
            for next in cells.linked(cell) {
                let (next_low, next_high) = cells.corners(next);
                let gap = (next_low - high).max(low - next_high).max(Vec2::ZERO);
                if gap.length_squared() <= reach_m * reach_m && reached.insert(next) {
                    queue.push(next);
                }
            }
        }
        reached
    }

    fn check(name: &str, places: &[(f32, f32, f32, f32)]) {
        let arena = Arena::builtin(name).unwrap().unwrap();
        let cells = Cells::of(&arena, Rules::default().radius_m);
        let (mut flood, mut reached) = (Flood::new(cells.len() / TILE_CELLS), Tiles::default());
        let mut most = 0;
        for (x, y, aside_m, reach_m) in places {
            let low = Vec2::new(*x, *y) * arena.half_extents;
            let part = (low, low + 0.5);
            let start = cells.at(low + *aside_m);
            flood.run(&cells, start, part, *reach_m, &mut reached);
            let of_tile = |(tile, cells): (u16, u64)| {
                tiles::members(cells).map(move |place| u32::from(tile) * TILE_CELLS as u32 + place)
            };
            let all: BTreeSet<u32> = reached.iter().flat_map(of_tile).collect();
            assert_eq!(all, walked(&cells, start, part, *reach_m), "{name}: {x} {y} {reach_m}");
            most = most.max(all.len());
        }
        assert!(most > 4, "somebody can go somewhere");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(8))]
        #[test]
        fn who_goes_by_tiles_comes_as_far_as_who_goes_by_cells(
            places in prop::collection::vec((-1_f32..1.0, -1_f32..1.0, -6_f32..6.0, 0_f32..40.0), 20..60),
        ) {
            check("yard", &places);
            check("expanse", &places);
        }
    }
}
