//! A uniform grid over boxes on the plane: which of them are near a point, and which lie along a ray.
//!
//! With a thousand pilots and as many walls, asking each of them for every shot would not fit a
//! tick. The grid is built once and never changed: the arena keeps one for its walls, and each tick
//! makes one for the pilots. Its answers may hold too many boxes, never too few.

use glam::Vec2;

/// Lists of box numbers for each cell, one after another.
#[derive(Clone, Debug, PartialEq)]
pub struct Grid {
    origin: Vec2,
    cell_m: f32,
    /// Cells in a metre: a division for each body and wall would be felt.
    cells_per_m: f32,
    columns: i32,
    rows: i32,
    /// Where the list of each cell begins in `items`; one more than there are cells.
    starts: Vec<u32>,
    items: Vec<u16>,
}

impl Grid {
    /// A grid over the plane from `min` to `max` with square cells. `boxes` gives the number and the
    /// corners of each box; what lies outside the plane counts to the nearest cells.
    pub fn new(
        min: Vec2,
        max: Vec2,
        cell_m: f32,
        boxes: impl Iterator<Item = (u16, Vec2, Vec2)> + Clone,
    ) -> Self {
        let size = ((max - min) / cell_m).ceil().max(Vec2::ONE);
        let (columns, rows) = (size.x as i32, size.y as i32);
        let mut grid = Self {
            origin: min,
            cell_m,
            cells_per_m: cell_m.recip(),
            columns,
            rows,
            starts: vec![0; (columns * rows + 1) as usize],
            items: Vec::new(),
        };
        grid.renew(boxes);
        grid
    }

    /// Forgets all boxes and takes these; the plane and the memory stay.
    pub fn renew(&mut self, boxes: impl Iterator<Item = (u16, Vec2, Vec2)> + Clone) {
        // A counting sort: first how many each cell holds, then where each begins, then the items.
        self.starts.fill(0);
        for (_, low, high) in boxes.clone() {
            self.for_cells(low, high, |starts, cell| starts[cell + 1] += 1);
        }
        for cell in 1..self.starts.len() {
            self.starts[cell] += self.starts[cell - 1];
        }
        self.fill(boxes);
    }

    fn fill(&mut self, boxes: impl Iterator<Item = (u16, Vec2, Vec2)>) {
        let mut items = std::mem::take(&mut self.items);
        items.clear();
        items.resize(self.starts.last().map_or(0, |&count| count as usize), 0);
        // Each start moves to its cell's end while the cell is filled, and is moved back afterwards.
        for (number, low, high) in boxes {
            self.for_cells(low, high, |starts, cell| {
                items[starts[cell] as usize] = number;
                starts[cell] += 1;
            });
        }
        self.starts.rotate_right(1);
        self.starts[0] = 0;
        self.items = items;
        // The rotation dropped the total, which is the end of the last cell.
        debug_assert_eq!(self.starts.last().copied(), Some(self.items.len() as u32));
    }

    fn for_cells(&mut self, low: Vec2, high: Vec2, mut visit: impl FnMut(&mut [u32], usize)) {
        let (left, bottom) = self.cell(low);
        let (right, top) = self.cell(high);
        for row in bottom..=top {
            for column in left..=right {
                visit(&mut self.starts, (row * self.columns + column) as usize);
            }
        }
    }

    fn cell(&self, point: Vec2) -> (i32, i32) {
        let cell = (point - self.origin) * self.cells_per_m;
        // The cast saturates, so that no coordinate can leave the grid; what it rounds up lies below
        // zero, where the first cell counts anyway.
        ((cell.x as i32).clamp(0, self.columns - 1), (cell.y as i32).clamp(0, self.rows - 1))
    }

    fn list(&self, column: i32, row: i32) -> &[u16] {
        let cell = (row * self.columns + column) as usize;
        &self.items[self.starts[cell] as usize..self.starts[cell + 1] as usize]
    }

    /// The boxes that touch the cell of `point`.
    pub fn at(&self, point: Vec2) -> &[u16] {
        let (column, row) = self.cell(point);
        self.list(column, row)
    }

    /// Shows `visit` the boxes of each cell that overlaps the rectangle. A box may come repeatedly.
    pub fn within(&self, low: Vec2, high: Vec2, mut visit: impl FnMut(&[u16])) {
        let (left, bottom) = self.cell(low);
        let (right, top) = self.cell(high);
        for row in bottom..=top {
            for column in left..=right {
                visit(self.list(column, row));
            }
        }
    }

    /// Walks along a ray from cell to cell (Amanatides and Woo, "A Fast Voxel Traversal Algorithm for
    /// Ray Tracing", 1987). `visit` gets the boxes of a cell and the distance at which the ray leaves
    /// it, and says whether to go on. `direction` is a unit vector.
    pub fn along(
        &self,
        from: Vec2,
        direction: Vec2,
        range_m: f32,
        mut visit: impl FnMut(&[u16], f32) -> bool,
    ) {
        let (mut column, mut row) = self.cell(from);
        let (step_x, mut exit_x, each_x) = self.axis(from.x - self.origin.x, direction.x, column);
        let (step_y, mut exit_y, each_y) = self.axis(from.y - self.origin.y, direction.y, row);
        loop {
            let exit = exit_x.min(exit_y);
            if !visit(self.list(column, row), exit) || exit >= range_m {
                return;
            }
            if exit_x <= exit_y {
                column += step_x;
                exit_x += each_x;
            } else {
                row += step_y;
                exit_y += each_y;
            }
            if column < 0 || row < 0 || column >= self.columns || row >= self.rows {
                return;
            }
        }
    }

    /// Of one axis: which way the cells go, the distance to the first border, and from one to the next.
    fn axis(&self, from: f32, direction: f32, cell: i32) -> (i32, f32, f32) {
        if direction > 0.0 {
            (1, ((cell + 1) as f32 * self.cell_m - from) / direction, self.cell_m / direction)
        } else if direction < 0.0 {
            (-1, (cell as f32 * self.cell_m - from) / direction, self.cell_m / -direction)
        } else {
            (0, f32::INFINITY, f32::INFINITY)
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn grid(boxes: &[(Vec2, Vec2)]) -> Grid {
        let numbered =
            boxes.iter().enumerate().map(|(number, &(low, high))| (number as u16, low, high));
        Grid::new(Vec2::splat(-20.0), Vec2::splat(20.0), 3.0, numbered)
    }

    proptest! {
        #[test]
        fn a_ray_misses_no_box_that_it_passes(
            corners in prop::collection::vec((-20.0f32..18.0, -20.0f32..18.0), 1..20),
            x in -20.0f32..20.0, y in -20.0f32..20.0, angle in 0u16..4096,
        ) {
            let boxes: Vec<_> = corners.iter().map(|&(x, y)| (Vec2::new(x, y), Vec2::new(x + 2.0, y + 2.0))).collect();
            let direction = crate::angle::direction(angle);
            let from = Vec2::new(x, y);
            let mut seen = Vec::new();
            grid(&boxes).along(from, direction, 15.0, |items, _| { seen.extend_from_slice(items); true });
            for step in 0..150 {
                let point = from + direction * (step as f32 * 0.1);
                if point.abs().max_element() >= 20.0 { break; }
                for (number, (low, high)) in boxes.iter().enumerate() {
                    if point.cmpge(*low + 0.001).all() && point.cmple(*high - 0.001).all() {
                        prop_assert!(seen.contains(&(number as u16)), "box {number} at {point}");
                    }
                }
            }
        }
    }

    #[test]
    fn a_cell_knows_its_boxes_in_order() {
        let boxes = [(Vec2::splat(-20.0), Vec2::splat(20.0)), (Vec2::ZERO, Vec2::ONE)];
        let grid = grid(&boxes);
        assert_eq!(grid.at(Vec2::splat(0.5)), [0, 1]);
        assert_eq!(grid.at(Vec2::splat(-15.0)), [0]);
        assert_eq!(grid.at(Vec2::splat(1e9)), [0]);
    }
}
