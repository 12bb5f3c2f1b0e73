//! Circles and rays against the walls of an arena.
//!
//! A body that starts outside all walls ends outside all walls, at any speed and in any corner:
//! that is by induction over short steps, each of which is undone if it cannot be made legal.

use glam::Vec2;

use crate::arena::{Arena, Wall};

/// How far outside contact a wall pushes: more than rounding to wire precision can take back, so
/// that a rounded body neither enters the wall nor trembles in front of it.
const SKIN_M: f32 = 2.0 / 512.0;

/// The part of the skin that must remain. Less than this is contact.
const TOUCH_M: f32 = SKIN_M / 2.0;

/// Corners push twice, once for each wall; more rounds help only in gaps narrower than the body.
const PUSHES: usize = 4;

/// The result of [`slide`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Slide {
    /// Where the body came to.
    pub position: Vec2,
    /// Its velocity, without what points into the walls it touched.
    pub velocity: Vec2,
}

/// Moves a circle for `seconds`, sliding along the walls that it meets. It must start outside them.
pub fn slide(arena: &Arena, position: Vec2, velocity: Vec2, radius_m: f32, seconds: f32) -> Slide {
    let mut body = Slide { position, velocity };
    let least = least_steps(velocity, radius_m, seconds);
    if least <= 1.0 {
        step(arena, &mut body, radius_m, seconds);
        return body;
    }
    let steps = least.ceil().min(256.0);
    for _ in 0..steps as u32 {
        step(arena, &mut body, radius_m, seconds / steps);
    }
    body
}

/// How many steps a way takes, in parts: none is longer than half the radius, so the centre can never pass into
/// a wall.
fn least_steps(velocity: Vec2, radius_m: f32, seconds: f32) -> f32 {
    velocity.length() * seconds / (radius_m * 0.5)
}

fn step(arena: &Arena, body: &mut Slide, radius_m: f32, seconds: f32) {
    let before = body.position;
    body.position += body.velocity * seconds;
    for _ in 0..PUSHES {
        if !push(arena, body, radius_m) {
            return;
        }
    }
    if !is_clear(arena, body.position, radius_m + TOUCH_M) {
        *body = Slide { position: before, velocity: Vec2::ZERO };
    }
}

/// Pushes the body out of each wall that it touches. False when it touched none.
fn push(arena: &Arena, body: &mut Slide, radius_m: f32) -> bool {
    let mut touched = false;
    for wall in arena.walls_near(body.position) {
        let offset = body.position - wall.nearest(body.position);
        let distance = offset.length();
        if distance >= radius_m + TOUCH_M {
            continue;
        }
        touched = true;
        if distance > 0.0 {
            let normal = offset / distance;
            body.position += normal * (radius_m + SKIN_M - distance);
            body.velocity -= normal * body.velocity.dot(normal).min(0.0);
        }
    }
    touched
}

/// Whether [`slide`] goes straight on, untouched and in one step, on the whole way from `from` to `to` with
/// this velocity and these seconds a call. False also where a wall is merely near.
pub fn is_free(
    arena: &Arena,
    from: Vec2,
    to: Vec2,
    velocity: Vec2,
    radius_m: f32,
    seconds: f32,
) -> bool {
    let reach = Vec2::splat(radius_m + SKIN_M);
    debug_assert!(reach.x <= Arena::NEAR_M, "the grid knows only walls that are nearer");
    if least_steps(velocity, radius_m, seconds) > 1.0 {
        return false;
    }
    let (low, high) = (from.min(to), from.max(to));
    let mut is_free = true;
    arena.grid.within(low, high, |walls| {
        is_free = is_free
            && walls.iter().all(|wall| {
                let wall = &arena.walls[usize::from(*wall)];
                let apart = wall.min.cmpgt(high + reach) | wall.max.cmplt(low - reach);
                apart.any()
            });
    });
    is_free
}

/// Whether a circle lies outside all walls. The radius may be at most [`Arena::NEAR_M`].
pub fn is_clear(arena: &Arena, position: Vec2, radius_m: f32) -> bool {
    debug_assert!(radius_m <= Arena::NEAR_M, "the grid knows only walls that are nearer");
    arena
        .walls_near(position)
        .all(|wall| position.distance_squared(wall.nearest(position)) >= radius_m * radius_m)
}

/// The distance to the first wall along a ray, if there is one within range. `direction` is a unit
/// vector. A ray that starts inside a wall ends at once.
pub fn cast(arena: &Arena, from: Vec2, direction: Vec2, range_m: f32) -> Option<f32> {
    let mut nearest = f32::INFINITY;
    arena.grid.along(from, direction, range_m, |walls, exit_m| {
        for &wall in walls {
            if let Some(distance) = ray_wall(from, direction, &arena.walls[usize::from(wall)]) {
                nearest = nearest.min(distance);
            }
        }
        nearest > exit_m
    });
    (nearest <= range_m).then_some(nearest)
}

/// Whether no wall stands between two points.
pub fn is_open(arena: &Arena, from: Vec2, to: Vec2) -> bool {
    let way = to - from;
    let distance = way.length();
    distance < 1e-3 || cast(arena, from, way / distance, distance).is_none()
}

/// Where a ray enters a wall (the slab method), not before its start.
fn ray_wall(from: Vec2, direction: Vec2, wall: &Wall) -> Option<f32> {
    let (mut enter, mut leave) = (0.0f32, f32::INFINITY);
    for axis in 0..2 {
        let (start, slope) = (from[axis], direction[axis]);
        if slope == 0.0 {
            if start < wall.min[axis] || start > wall.max[axis] {
                return None;
            }
            continue;
        }
        let (one, other) = ((wall.min[axis] - start) / slope, (wall.max[axis] - start) / slope);
        enter = enter.max(one.min(other));
        leave = leave.min(one.max(other));
    }
    (enter <= leave).then_some(enter)
}

/// Where a ray enters a circle, not before its start; 0 when it starts inside.
pub fn ray_circle(from: Vec2, direction: Vec2, centre: Vec2, radius_m: f32) -> Option<f32> {
    let offset = centre - from;
    let along = offset.dot(direction);
    let gap = offset.length_squared() - radius_m * radius_m;
    if gap <= 0.0 {
        return Some(0.0);
    }
    let reach = along * along - gap;
    (along > 0.0 && reach >= 0.0).then(|| along - reach.sqrt())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::quantize;

    fn block() -> Arena {
        let wall = |x: f32, y: f32, w: f32, h: f32| {
            Wall::new(Vec2::new(x, y), Vec2::new(x + w, y + h), 2.0)
        };
        // A block, a thin wall, an inner corner and a gap narrower than a body.
        let walls = vec![
            wall(0.0, 0.0, 3.0, 3.0),
            wall(-6.0, -6.0, 0.1, 8.0),
            wall(-6.0, -6.0, 8.0, 0.1),
            wall(3.7, -1.0, 2.0, 6.0),
        ];
        Arena::new("block", Vec2::splat(10.0), walls, Vec::new(), Vec::new(), 0)
    }

    proptest! {
        #[test]
        fn nothing_ends_in_a_wall_or_behind_it(
            x in -9.0f32..9.0, y in -9.0f32..9.0,
            pushes in prop::collection::vec((-40.0f32..40.0, -40.0f32..40.0), 1..60),
        ) {
            let arena = block();
            let mut position = quantize::position(Vec2::new(x, y));
            prop_assume!(is_clear(&arena, position, 0.51));
            for (x, y) in pushes {
                let moved = slide(&arena, position, Vec2::new(x, y), 0.5, 1.0 / 60.0);
                let next = quantize::position(moved.position);
                prop_assert!(is_clear(&arena, next, 0.5), "{next} is in a wall");
                prop_assert!(is_open(&arena, position, next), "{position} to {next} passes a wall");
                prop_assert!(next.abs().max_element() <= 9.5);
                prop_assert!(moved.velocity.length() <= Vec2::new(x, y).length() + 0.01);
                position = next;
            }
        }
    }

    #[test]
    fn a_body_slides_along_a_wall_and_rests_against_it() {
        let arena = block();
        let start = Vec2::new(1.5, 4.0);
        let mut position = start;
        for _ in 0..20 {
            position = quantize::position(
                slide(&arena, position, Vec2::new(2.0, -8.0), 0.5, 1.0 / 60.0).position,
            );
        }
        assert!((position.y - 3.5).abs() < 0.01, "held by the top of the block, at {position}");
        assert!((position.x - (start.x + 2.0 / 3.0)).abs() < 0.05, "slid along it, to {position}");
        let rest = quantize::position(
            slide(&arena, position, Vec2::new(0.0, -0.01), 0.5, 1.0 / 60.0).position,
        );
        assert_eq!(rest, position, "no trembling");
    }

    #[test]
    fn rays_end_at_the_nearest_wall() {
        let arena = block();
        let hit = cast(&arena, Vec2::new(1.0, 8.0), Vec2::NEG_Y, 60.0).unwrap();
        assert!((hit - 5.0).abs() < 1e-4);
        assert_eq!(cast(&arena, Vec2::new(1.0, 8.0), Vec2::NEG_Y, 4.9), None);
        assert!(!is_open(&arena, Vec2::new(-1.0, 1.0), Vec2::new(3.5, 1.0)));
        assert!(is_open(&arena, Vec2::new(-1.0, 3.5), Vec2::new(3.4, 3.5)));
    }

    #[test]
    fn rays_meet_circles_at_their_rim() {
        let hit = ray_circle(Vec2::ZERO, Vec2::X, Vec2::new(10.0, 0.0), 0.5);
        assert_eq!(hit, Some(9.5));
        assert_eq!(ray_circle(Vec2::ZERO, Vec2::X, Vec2::new(10.0, 0.51), 0.5), None);
        assert_eq!(ray_circle(Vec2::ZERO, Vec2::X, Vec2::new(-10.0, 0.0), 0.5), None);
        assert_eq!(ray_circle(Vec2::ZERO, Vec2::X, Vec2::new(0.1, 0.0), 0.5), Some(0.0));
    }
}
