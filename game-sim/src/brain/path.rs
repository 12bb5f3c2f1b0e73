//! A path around the walls from one place to another.
//!
//! The search is bounded, because a thousand bots plan in the tick budget of one arena: a goal that
//! is too far gives the way to the nearest place that was found.

use std::cmp::Ordering;
use std::collections::BinaryHeap;

use glam::Vec2;

use crate::arena::{Arena, CellId, Nav};
use crate::collide;

/// The search looks no farther than half of this to each side, in cells.
const WINDOW: i32 = 64;

/// How many cells a search looks at before it takes the best it has.
const MOST_CELLS: usize = 900;

/// A cell that the search has still to look at.
#[derive(Clone, Copy, PartialEq)]
struct Open {
    /// The length of the way here plus the least that remains.
    total_m: f32,
    cell: CellId,
}

impl Eq for Open {}

impl PartialOrd for Open {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Open {
    /// The shortest is the greatest, because the heap gives the greatest first; the cell decides
    /// between equals, so that every platform finds the same path.
    fn cmp(&self, other: &Self) -> Ordering {
        other.total_m.total_cmp(&self.total_m).then(other.cell.cmp(&self.cell))
    }
}

/// A path from one point to another, or as near as a bounded search gets (A*; Hart, Nilsson and
/// Raphael, 1968), straightened. The last point comes first.
pub(super) fn find_path(arena: &Arena, from: Vec2, to: Vec2) -> Vec<Vec2> {
    let nav = &arena.nav;
    let (Some(start), Some(goal)) = (nav.nearest(from), nav.nearest(to)) else { return Vec::new() };
    let cells = search(nav, start, goal);
    straighten(arena, from, &cells)
}

/// The cells from the best one found back to the start.
fn search(nav: &Nav, start: CellId, goal: CellId) -> Vec<CellId> {
    let (left, bottom) = nav.place(start);
    // A cell's place in the window around the start; none outside.
    let index = |cell: CellId| {
        let (column, row) = nav.place(cell);
        let (x, y) = (column - left + WINDOW / 2, row - bottom + WINDOW / 2);
        let inside = (0..WINDOW).contains(&x) && (0..WINDOW).contains(&y);
        inside.then_some((y * WINDOW + x) as usize)
    };
    let rest = |cell| nav.centre(cell).distance(nav.centre(goal));
    let mut walked = vec![f32::INFINITY; (WINDOW * WINDOW) as usize];
    let mut came_from = vec![start; walked.len()];
    let mut open = BinaryHeap::from([Open { total_m: rest(start), cell: start }]);
    let mut best = (rest(start), start);
    walked[(WINDOW / 2 * WINDOW + WINDOW / 2) as usize] = 0.0;
    for _ in 0..MOST_CELLS {
        let Some(Open { cell, .. }) = open.pop() else { break };
        best = if rest(cell) < best.0 { (rest(cell), cell) } else { best };
        if cell == goal {
            break;
        }
        let Some(here_m) = index(cell).map(|here| walked[here]) else { continue };
        for (next, length_m) in nav.neighbours(cell) {
            let Some(there) = index(next) else { continue };
            let way_m = here_m + length_m;
            if way_m < walked[there] {
                walked[there] = way_m;
                came_from[there] = cell;
                open.push(Open { total_m: way_m + rest(next), cell: next });
            }
        }
    }
    let mut cells = vec![best.1];
    while let Some(&last) = cells.last()
        && last != start
        && let Some(place) = index(last)
    {
        cells.push(came_from[place]);
    }
    cells
}

/// The points of the path that are needed: those between which one can walk straight are left out.
fn straighten(arena: &Arena, from: Vec2, cells: &[CellId]) -> Vec<Vec2> {
    let mut points = Vec::new();
    let mut here = from;
    let mut ahead = cells.iter().rev().map(|&cell| arena.nav.centre(cell)).peekable();
    while let Some(point) = ahead.next() {
        let skips = ahead.peek().is_some_and(|&next| is_straight(arena, here, next));
        if !skips {
            points.push(point);
            here = point;
        }
    }
    points.reverse();
    points
}

fn is_straight(arena: &Arena, from: Vec2, to: Vec2) -> bool {
    let steps = (from.distance(to) / 0.4).ceil().max(1.0);
    (1..=steps as u32).all(|step| collide::is_clear(arena, from.lerp(to, step as f32 / steps), 0.5))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arena::Wall;

    #[test]
    fn a_path_leads_around_walls_without_touching_one() {
        let walls = vec![
            Wall::new(Vec2::new(-1.0, -10.0), Vec2::new(0.0, 8.0), 2.0),
            Wall::new(Vec2::new(4.0, -8.0), Vec2::new(5.0, 10.0), 2.0),
        ];
        let arena = Arena::new("slalom", Vec2::splat(10.0), walls, Vec::new(), Vec::new(), 0);
        let (from, to) = (Vec2::new(-8.0, -8.0), Vec2::new(8.5, 8.5));
        let path = find_path(&arena, from, to);
        assert!(path.first().unwrap().distance(to) < 1.0, "arrives");
        assert!(path.len() >= 4 && path.len() < 14, "is straightened: {path:?}");
        let mut here = from;
        for &point in path.iter().rev() {
            assert!(is_straight(&arena, here, point), "{here} to {point}");
            here = point;
        }
    }

    #[test]
    fn a_place_that_cannot_be_reached_gives_the_nearest_that_can() {
        let wall = Wall::new(Vec2::new(0.0, -10.0), Vec2::new(1.0, 10.0), 2.0);
        let arena = Arena::new("halves", Vec2::splat(10.0), vec![wall], Vec::new(), Vec::new(), 0);
        let path = find_path(&arena, Vec2::new(-8.0, 0.0), Vec2::new(8.0, 0.0));
        let end = path.first().unwrap();
        assert!(end.x < 0.0 && end.x > -2.0);
    }
}
