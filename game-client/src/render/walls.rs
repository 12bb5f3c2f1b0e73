//! Walls as meshes.
//!
//! Walls of one height that touch are one block: the light edge of its top runs around the whole, and nothing
//! is drawn inside it, where the faces of two walls would lie in one place and flicker. A block is cut by a
//! grid that has a line wherever anything begins or ends, so that all pieces meet at their corners.

use bevy::math::Rect;
use bevy::prelude::*;
use game_sim::arena::Wall;

use super::model::Quads;
use super::palette::{self, vertex};
use super::place;

/// Width of the light edge on top of a wall, and the part of the thinnest wall that it takes at most.
const EDGE_M: f32 = 0.14;
const EDGE_PART: f32 = 0.35;
/// No wall is drawn higher than this, or it would hide who stands behind it.
const TALLEST_M: f32 = 2.1;
/// What is nearer than this is the same line: maps are drawn in sixteenths of a metre.
const SAME_M: f32 = 1e-3;

/// The walls that are drawn as one.
pub fn blocks(walls: &[Wall]) -> Vec<Vec<Wall>> {
    let mut rest: Vec<Wall> = walls.to_vec();
    let mut blocks = Vec::new();
    while let Some(first) = rest.pop() {
        let mut block = vec![first];
        let mut next = 0;
        while let Some(wall) = block.get(next).copied() {
            block.extend(rest.extract_if(.., |other| joins(&wall, other)));
            next += 1;
        }
        blocks.push(block);
    }
    blocks
}

/// Whether two walls are of one height and share more than a corner.
fn joins(one: &Wall, other: &Wall) -> bool {
    let common = one.max.min(other.max) - one.min.max(other.min);
    let touch = common.min_element() > -SAME_M && common.max_element() > SAME_M;
    touch && (one.height_m - other.height_m).abs() < SAME_M
}

/// Adds the sides of a block, which take light and shadow, and its top, which is drawn as it is.
pub fn push(block: &[Wall], sides: &mut Quads, tops: &mut Quads) {
    let Some(height_m) = block.first().map(drawn_height_m) else { return };
    let grid = Grid::of(block);
    // Darker at the foot, where the sky does not reach.
    let (foot, head) = (vertex(palette::WALL_SIDE, 0.45), vertex(palette::WALL_SIDE, 1.1));
    let (edge, middle) = (vertex(palette::WALL_EDGE, 1.0), vertex(palette::WALL_TOP, 1.0));
    for (column, row) in grid.solid() {
        let corners = corners(grid.cell(column, row));
        let colour = if grid.is_middle(column, row) { middle } else { edge };
        tops.push(corners.map(|corner| place(corner, height_m)), [colour; 4]);
        for (side, (right, up)) in [(0, -1), (1, 0), (0, 1), (-1, 0)].into_iter().enumerate() {
            let beside = (column.wrapping_add_signed(right), row.wrapping_add_signed(up));
            if !grid.is_solid(beside.0, beside.1) {
                let (from, to) = (corners[side], corners[(side + 1) % 4]);
                let ring = [place(from, 0.0), place(to, 0.0), place(to, height_m)];
                let last = place(from, height_m);
                sides.push([ring[0], ring[1], ring[2], last], [foot, foot, head, head]);
            }
        }
    }
}

/// Higher walls look higher, but the differences shrink towards the tallest.
fn drawn_height_m(wall: &Wall) -> f32 {
    let height_m = wall.height_m.max(0.1);
    TALLEST_M * height_m / (height_m + 1.5)
}

/// Counter-clockwise from the lower left.
fn corners(rect: Rect) -> [Vec2; 4] {
    let Rect { min, max } = rect;
    [min, Vec2::new(max.x, min.y), max, Vec2::new(min.x, max.y)]
}

/// A block, cut into cells that are wall or not.
struct Grid {
    xs: Vec<f32>,
    ys: Vec<f32>,
    edge_m: f32,
    /// By rows.
    solid: Vec<bool>,
}

impl Grid {
    fn of(block: &[Wall]) -> Self {
        let thinnest = |thin: f32, wall: &Wall| thin.min((wall.max - wall.min).min_element());
        let edge_m = EDGE_M.min(block.iter().fold(f32::INFINITY, thinnest) * EDGE_PART);
        let lines = |of: fn(Vec2) -> f32| {
            let ends = block.iter().flat_map(|wall| [of(wall.min), of(wall.max)]);
            let mut lines: Vec<f32> =
                ends.flat_map(|end| [end - edge_m, end, end + edge_m]).collect();
            lines.sort_by(f32::total_cmp);
            lines.dedup_by(|next, line| *next - *line < SAME_M);
            lines
        };
        let (xs, ys) = (lines(|point| point.x), lines(|point| point.y));
        let columns = xs.len() - 1;
        let mut solid = vec![false; columns * (ys.len() - 1)];
        for wall in block {
            for row in within(&ys, wall.min.y, wall.max.y) {
                let cells = within(&xs, wall.min.x, wall.max.x);
                solid[row * columns..][cells].fill(true);
            }
        }
        Self { xs, ys, edge_m, solid }
    }

    fn columns(&self) -> usize {
        self.xs.len() - 1
    }

    fn solid(&self) -> impl Iterator<Item = (usize, usize)> {
        let columns = self.columns();
        let cells = self.solid.iter().enumerate().filter(|(_, solid)| **solid);
        cells.map(move |(number, _)| (number % columns, number / columns))
    }

    fn is_solid(&self, column: usize, row: usize) -> bool {
        column < self.columns()
            && self.solid.get(row * self.columns() + column).copied().unwrap_or(false)
    }

    fn cell(&self, column: usize, row: usize) -> Rect {
        let min = Vec2::new(self.xs[column], self.ys[row]);
        Rect { min, max: Vec2::new(self.xs[column + 1], self.ys[row + 1]) }
    }

    /// Whether a cell is farther from the outside than the edge is wide.
    fn is_middle(&self, column: usize, row: usize) -> bool {
        let middle = self.cell(column, row).center();
        let (min, max) = (middle - self.edge_m, middle + self.edge_m);
        let mut columns = within(&self.xs, min.x, max.x);
        columns.all(|x| within(&self.ys, min.y, max.y).all(|y| self.is_solid(x, y)))
    }
}

/// The cells between lines that reach into a range.
fn within(lines: &[f32], low: f32, high: f32) -> std::ops::Range<usize> {
    let first = lines.partition_point(|line| *line <= low + SAME_M / 2.0);
    let end = lines.partition_point(|line| *line < high - SAME_M / 2.0);
    first.saturating_sub(1)..end.min(lines.len() - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wall(min: [f32; 2], max: [f32; 2], height_m: f32) -> Wall {
        Wall::new(Vec2::from(min), Vec2::from(max), height_m)
    }

    /// The area of the middle of a block's top, and of all of it, in square metres.
    fn areas(block: &[Wall]) -> (f32, f32) {
        let grid = Grid::of(block);
        let mut areas = (0.0, 0.0);
        for (column, row) in grid.solid() {
            let size = grid.cell(column, row).size();
            areas.1 += size.x * size.y;
            if grid.is_middle(column, row) {
                areas.0 += size.x * size.y;
            }
        }
        areas
    }

    #[test]
    fn a_wall_of_pieces_looks_like_one() {
        let whole = areas(&[wall([0.0, 0.0], [8.0, 2.0], 3.0)]);
        let inner = (8.0 - 2.0 * EDGE_M) * (2.0 - 2.0 * EDGE_M);
        assert!((whole.0 - inner).abs() < 1e-3 && (whole.1 - 16.0).abs() < 1e-3, "{whole:?}");
        // Side by side, one over the other, and four that share a corner.
        let beside = [wall([0.0, 0.0], [3.0, 2.0], 3.0), wall([3.0, 0.0], [8.0, 2.0], 3.0)];
        let over = [wall([0.0, 0.0], [5.0, 2.0], 3.0), wall([3.0, 0.0], [8.0, 2.0], 3.0)];
        let four = [[0.0, 0.0], [4.0, 0.0], [0.0, 1.0], [4.0, 1.0]]
            .map(|[x, y]| wall([x, y], [x + 4.0, y + 1.0], 3.0));
        for pieces in [&beside[..], &over, &four] {
            let areas = areas(pieces);
            assert!((areas.0 - whole.0).abs() < 1e-2 && (areas.1 - whole.1).abs() < 1e-2);
            assert_eq!(blocks(pieces).len(), 1);
        }
    }

    #[test]
    fn the_edge_goes_round_an_inner_corner() {
        // An L of two walls, each 1 m thick: the edge follows its six sides, and takes a square more in the
        // corner where two sides meet from within.
        let ell = [wall([0.0, 0.0], [1.0, 4.0], 2.0), wall([1.0, 0.0], [4.0, 1.0], 2.0)];
        let (middle, whole) = areas(&ell);
        let inner = 1.0 - 2.0 * EDGE_M;
        assert!((whole - 7.0).abs() < 1e-3);
        let expected = inner * (4.0 - 2.0 * EDGE_M) + inner * 3.0;
        assert!((middle - expected).abs() < 1e-2, "{middle} and {expected}");
    }

    #[test]
    fn only_what_can_be_seen_has_a_side() {
        let sides = |block: &[Wall]| {
            let (mut sides, mut tops) = (Quads::default(), Quads::default());
            push(block, &mut sides, &mut tops);
            let mesh = sides.mesh();
            let points = mesh.attribute(Mesh::ATTRIBUTE_POSITION).unwrap().as_float3().unwrap();
            points.chunks(4).map(|side| (Vec3::from(side[1]) - Vec3::from(side[0])).length()).sum()
        };
        let around: f32 = sides(&[wall([0.0, 0.0], [3.0, 2.0], 3.0)]);
        assert!((around - 10.0).abs() < 1e-3);
        let two = [wall([0.0, 0.0], [2.0, 2.0], 3.0), wall([2.0, 0.0], [3.0, 2.0], 3.0)];
        assert!((sides(&two) - around).abs() < 1e-3, "none between two walls");
    }

    #[test]
    fn walls_of_other_heights_or_elsewhere_stand_alone() {
        let low = wall([0.0, 0.0], [2.0, 2.0], 1.0);
        let high = wall([2.0, 0.0], [4.0, 2.0], 3.0);
        let corner = wall([2.0, 2.0], [4.0, 4.0], 1.0);
        assert_eq!(blocks(&[low, high, corner]).len(), 3);
        let chain = [0.0, 4.0, 2.0].map(|x| wall([x, 0.0], [x + 2.0, 2.0], 1.0));
        assert_eq!(blocks(&chain).len(), 1, "the last joins the other two");
    }

    #[test]
    fn thin_walls_keep_a_middle() {
        let (middle, whole) = areas(&[wall([0.0, 0.0], [0.2, 4.0], 2.0)]);
        assert!(middle > 0.2 * whole);
    }

    #[test]
    fn higher_walls_look_higher_but_never_hide_much() {
        let drawn = |height_m| drawn_height_m(&Wall::new(Vec2::ZERO, Vec2::ONE, height_m));
        assert!(drawn(1.5) < drawn(3.0) && drawn(3.0) < drawn(8.0));
        assert!(drawn(1e6) <= TALLEST_M && drawn(-1.0) > 0.0);
    }
}
