//! Walls a little smaller than they are, for looking past them.
//!
//! A cell has one eye, and a body in it may stand beside that eye. If both were moved aside alike, a
//! line that just passed a corner would still pass it when the corner is trimmed by as much. So where
//! only a sliver shows between two corners, the one eye sees it too.

use crate::arena::{Arena, Wall};

/// How much is taken off each free side, in metres.
const TRIM_M: f32 = 0.1;

/// Of a thin wall no more than this part is taken off each side.
const THIN: f32 = 0.25;

/// Walls that are so near touch each other.
const TOUCH_M: f32 = 0.01;

/// The walls of an arena with all their free sides trimmed. Sides where walls touch stay as they are, so
/// that no gap opens between them.
pub(super) fn trimmed(arena: &Arena) -> Vec<Wall> {
    let trim = |(number, wall): (usize, &Wall)| {
        let mut trimmed = *wall;
        for axis in 0..2 {
            let amount_m = TRIM_M.min((wall.max[axis] - wall.min[axis]) * THIN);
            let mut side = |low: bool| {
                let mut strip = *wall;
                let at = if low { wall.min[axis] } else { wall.max[axis] };
                (strip.min[axis], strip.max[axis]) = (at - TOUCH_M, at + TOUCH_M);
                if !is_touched(arena, number, &strip) {
                    if low {
                        trimmed.min[axis] += amount_m;
                    } else {
                        trimmed.max[axis] -= amount_m;
                    }
                }
            };
            side(true);
            side(false);
        }
        trimmed
    };
    arena.walls.iter().enumerate().map(trim).collect()
}

/// Whether any wall but one reaches into a strip.
fn is_touched(arena: &Arena, but: usize, strip: &Wall) -> bool {
    let mut touched = false;
    arena.grid.within(strip.min, strip.max, |walls| {
        touched |= walls.iter().map(|&wall| usize::from(wall)).any(|number| {
            let wall = &arena.walls[number];
            number != but && wall.min.cmple(strip.max).all() && wall.max.cmpge(strip.min).all()
        });
    });
    touched
}
