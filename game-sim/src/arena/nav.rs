//! The coarse map on which bots find their way: square cells, and which neighbours of each can be
//! walked to in a straight line.
//!
//! Built once with the arena. It is also how the loader knows that every place can be reached.

use glam::Vec2;

use crate::arena::Arena;
use crate::collide;

/// Free space that a walker needs around its centre: a pilot's radius. Who has no more than that
/// slides along the wall.
const CLEARANCE_M: f32 = 0.5;

/// Arenas up to this half extent get fine cells; larger ones are built of wider streets.
const FINE_HALF_EXTENT_M: f32 = 64.0;

/// How densely the way between two cells is checked.
const PROBES: u32 = 4;

/// The eight neighbours, each opposite of the one four places on.
const DIRECTIONS: [(i32, i32); 8] =
    [(1, 0), (1, 1), (0, 1), (-1, 1), (-1, 0), (-1, -1), (0, -1), (1, -1)];

/// One cell of the map.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct CellId(pub u32);

/// The cells of an arena.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Nav {
    origin: Vec2,
    cell_m: f32,
    columns: i32,
    rows: i32,
    /// One bit for each direction that can be walked.
    links: Vec<u8>,
    /// Cells with the same number can reach each other; 0 is where nobody can stand.
    regions: Vec<u16>,
}

impl Nav {
    /// The map of `arena`, whose own is not used.
    pub(super) fn of(arena: &Arena) -> Self {
        let half = arena.half_extents;
        let cell_m = if half.max_element() <= FINE_HALF_EXTENT_M { 1.0 } else { 2.0 };
        let size = (half * 2.0 / cell_m).ceil();
        let (columns, rows) = (size.x as i32, size.y as i32);
        let count = (columns * rows).max(0) as usize;
        let mut nav = Self {
            origin: -half,
            cell_m,
            columns,
            rows,
            links: vec![0; count],
            regions: vec![0; count],
        };
        let open: Vec<bool> = (0..count)
            .map(|cell| collide::is_clear(arena, nav.centre(CellId(cell as u32)), CLEARANCE_M))
            .collect();
        nav.link(arena, &open);
        nav.flood(&open);
        nav
    }

    /// Finds out which neighbours can be walked to.
    fn link(&mut self, arena: &Arena, open: &[bool]) {
        for cell in 0..self.links.len() {
            // A way can be walked in both directions: half of them decide for the other half.
            for direction in 0..4 {
                let Some(other) = self.beside(CellId(cell as u32), direction) else { continue };
                let walkable = open[cell]
                    && open[other.0 as usize]
                    && is_walkable(arena, self.centre(CellId(cell as u32)), self.centre(other));
                if walkable {
                    self.links[cell] |= 1 << direction;
                    self.links[other.0 as usize] |= 1 << (direction + 4);
                }
            }
        }
    }

    /// Numbers the regions that hang together.
    fn flood(&mut self, open: &[bool]) {
        let mut region = 0u16;
        let mut border = Vec::new();
        for (start, &is_open) in open.iter().enumerate() {
            if !is_open || self.regions[start] != 0 {
                continue;
            }
            region = region.saturating_add(1);
            self.regions[start] = region;
            border.push(CellId(start as u32));
            while let Some(cell) = border.pop() {
                for direction in 0..8 {
                    let Some(next) = self.linked(cell, direction) else { continue };
                    let seen = &mut self.regions[next.0 as usize];
                    if *seen == 0 {
                        *seen = region;
                        border.push(next);
                    }
                }
            }
        }
    }

    /// Side of a cell in metres.
    pub fn cell_m(&self) -> f32 {
        self.cell_m
    }

    /// The middle of a cell.
    pub fn centre(&self, cell: CellId) -> Vec2 {
        let (column, row) = self.place(cell);
        self.origin + Vec2::new(column as f32 + 0.5, row as f32 + 0.5) * self.cell_m
    }

    /// Column and row of a cell.
    pub fn place(&self, cell: CellId) -> (i32, i32) {
        let columns = self.columns.max(1);
        (cell.0 as i32 % columns, cell.0 as i32 / columns)
    }

    /// The cell in a column and a row, if the map has it.
    pub fn cell(&self, column: i32, row: i32) -> Option<CellId> {
        let inside = (0..self.columns).contains(&column) && (0..self.rows).contains(&row);
        inside.then(|| CellId((row * self.columns + column) as u32))
    }

    /// Where one can stand nearest to `point`: its own cell or one of those around it.
    pub fn nearest(&self, point: Vec2) -> Option<CellId> {
        let place = ((point - self.origin) / self.cell_m).floor();
        let (column, row) = (place.x as i32, place.y as i32);
        let around = [(0, 0)].into_iter().chain(DIRECTIONS);
        let open = around
            .filter_map(|(x, y)| self.cell(column.saturating_add(x), row.saturating_add(y)))
            .filter(|&cell| self.region(cell) != 0);
        open.min_by(|&one, &other| {
            let distance = |cell| self.centre(cell).distance_squared(point);
            distance(one).total_cmp(&distance(other))
        })
    }

    /// Which region a cell belongs to; 0 when nobody can stand there.
    pub fn region(&self, cell: CellId) -> u16 {
        self.regions.get(cell.0 as usize).copied().unwrap_or(0)
    }

    /// The cells that can be walked to from `cell`, and how far each is in metres.
    pub fn neighbours(&self, cell: CellId) -> impl Iterator<Item = (CellId, f32)> {
        (0..8).filter_map(move |direction| {
            let diagonal = direction % 2 == 1;
            let length_m =
                if diagonal { self.cell_m * std::f32::consts::SQRT_2 } else { self.cell_m };
            Some((self.linked(cell, direction)?, length_m))
        })
    }

    fn linked(&self, cell: CellId, direction: usize) -> Option<CellId> {
        let links = self.links.get(cell.0 as usize)?;
        if links & (1 << direction) == 0 { None } else { self.beside(cell, direction) }
    }

    fn beside(&self, cell: CellId, direction: usize) -> Option<CellId> {
        let (column, row) = self.place(cell);
        let (x, y) = DIRECTIONS[direction];
        self.cell(column + x, row + y)
    }
}

/// Whether a pilot can walk straight from one point to another. Both ends must be free.
pub(crate) fn is_walkable(arena: &Arena, from: Vec2, to: Vec2) -> bool {
    (1..PROBES).all(|probe| {
        let point = from.lerp(to, probe as f32 / PROBES as f32);
        collide::is_clear(arena, point, CLEARANCE_M)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arena::Wall;

    /// A room of 12 x 12 m, divided by a wall with or without a door.
    fn room(door: bool) -> Arena {
        let end = if door { 3.0 } else { 6.0 };
        let wall = Wall::new(Vec2::new(-0.5, -6.0), Vec2::new(0.5, end), 2.0);
        Arena::new("room", Vec2::splat(6.0), vec![wall], Vec::new(), Vec::new(), 0)
    }

    #[test]
    fn walls_divide_regions_and_doors_join_them() {
        let sides = [Vec2::new(-3.0, -3.0), Vec2::new(3.0, -3.0)];
        let regions =
            |arena: &Arena| sides.map(|point| arena.nav.region(arena.nav.nearest(point).unwrap()));
        let [left, right] = regions(&room(true));
        assert_eq!(left, right);
        let [left, right] = regions(&room(false));
        assert_ne!(left, right);
    }

    #[test]
    fn nobody_stands_in_a_wall_and_links_go_both_ways() {
        let arena = room(true);
        let inside = arena.nav.cell(5, 3).unwrap();
        assert_eq!(arena.nav.region(inside), 0);
        for cell in (0..144).map(CellId) {
            for (next, _) in arena.nav.neighbours(cell) {
                assert!(arena.nav.neighbours(next).any(|(back, _)| back == cell));
                assert_ne!(arena.nav.region(next), 0);
            }
        }
    }
}
