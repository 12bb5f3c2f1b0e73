//! How far one sees from a point, in every direction: the walls around it, drawn once.
//!
//! A shadow map of the plane: four sides of a square around the eye, each a row of directions with
//! the depth of the nearest wall (Williams, "Casting Curved Shadows on Curved Surfaces", 1978; the
//! square stands for the cube of later work). Depth is measured along the axis of the side, so
//! nothing needs an angle, and walls along the axes come out exactly.

use glam::{Vec2, Vec2Swizzles};

use crate::arena::Wall;

/// Directions to each side: at 60 m they are half a metre apart, half of a body.
pub const DIRECTIONS: usize = 256;

/// A wall that reaches beside the eye is drawn from this depth on.
const NEAR_M: f32 = 1e-3;

/// What one sees from a point.
#[derive(Clone, Debug)]
pub struct Panorama {
    eye: Vec2,
    /// For each side and direction, how far it is to the nearest wall.
    depths: [[f32; DIRECTIONS]; 4],
}

impl Panorama {
    /// From `eye`, up to a distance in metres.
    pub fn new(walls: &[Wall], eye: Vec2, range_m: f32) -> Self {
        let mut panorama = Self { eye, depths: [[f32::INFINITY; DIRECTIONS]; 4] };
        for wall in walls {
            if wall.nearest(eye).distance_squared(eye) <= range_m * range_m {
                for side in 0..4 {
                    panorama.draw(side, wall);
                }
            }
        }
        panorama
    }

    /// For each side (x, y, -x, -y) and each of its directions, whose slopes go evenly from -1 to 1, how
    /// far it is along the side's axis to the nearest wall, in metres; infinity where there is none.
    pub fn depths(&self) -> &[[f32; DIRECTIONS]; 4] {
        &self.depths
    }

    fn draw(&mut self, side: usize, wall: &Wall) {
        let (one, other) = (turn(side, wall.min - self.eye), turn(side, wall.max - self.eye));
        let (low, high) = (one.min(other), one.max(other));
        if high.x <= NEAR_M {
            return;
        }
        let front = low.x.max(NEAR_M);
        // The rim of the wall as the eye sees it: which corner that is depends on its side.
        let from = low.y / if low.y < 0.0 { front } else { high.x };
        let to = high.y / if high.y < 0.0 { high.x } else { front };
        let (first, last) = ((place(from) - 0.5).ceil(), (place(to) - 0.5).floor());
        let last = last.min(DIRECTIONS as f32 - 1.0);
        let mut direction = first.max(0.0);
        while direction <= last {
            let slope = (direction + 0.5) * (2.0 / DIRECTIONS as f32) - 1.0;
            let (enter, leave) = (low.y / slope, high.y / slope);
            let enter = front.max(enter.min(leave));
            if let Some(depth) = self.depths[side].get_mut(direction as usize) {
                *depth = depth.min(enter);
            }
            direction += 1.0;
        }
    }

    /// Whether some part of a body is not behind a wall.
    pub fn shows(&self, body: Vec2, radius_m: f32) -> bool {
        let way = body - self.eye;
        let side = match (way.x.abs() >= way.y.abs(), way.x > 0.0, way.y > 0.0) {
            (true, true, _) => 0,
            (false, _, true) => 1,
            (true, false, _) => 2,
            (false, _, false) => 3,
        };
        let way = turn(side, way);
        if way.x <= radius_m {
            return true;
        }
        let slope = way.y / way.x;
        let half = radius_m * (1.0 + slope * slope).sqrt() / way.x;
        let most = DIRECTIONS - 1;
        let first = (place(slope - half).max(0.0) as usize).min(most);
        let last = (place(slope + half).max(0.0) as usize).min(most);
        self.depths[side][first..=last].iter().any(|&depth| depth >= way.x)
    }
}

/// A vector as the side sees it: along its axis, and across.
fn turn(side: usize, vector: Vec2) -> Vec2 {
    match side {
        0 => vector,
        1 => vector.yx(),
        2 => Vec2::new(-vector.x, vector.y),
        _ => Vec2::new(-vector.y, vector.x),
    }
}

/// Where a slope from -1 to 1 lies in the row of directions.
fn place(slope: f32) -> f32 {
    (slope + 1.0) * (DIRECTIONS as f32 / 2.0)
}
