//! Directions as 4096ths of a turn, the unit in which pilots aim and dash.
//!
//! An integer survives the wire unchanged, and a 4096th of a turn is nine centimetres at 60 m.
//! Trigonometry goes through `libm`, whose results do not depend on the platform.

use glam::Vec2;

/// Units in a whole turn. Zero looks along x, a quarter turn (1024) along y.
pub const TURN: u16 = 4096;

const RADIANS: f32 = std::f32::consts::TAU / TURN as f32;

/// The unit vector of `angle`; any value is taken modulo a turn.
pub fn direction(angle: u16) -> Vec2 {
    let (sine, cosine) = libm::sincosf(f32::from(angle % TURN) * RADIANS);
    Vec2::new(cosine, sine)
}

/// The angle nearest to the direction of `vector`; 0 for the zero vector.
pub fn toward(vector: Vec2) -> u16 {
    let turns = libm::atan2f(vector.y, vector.x) / RADIANS;
    // The result lies in -2048..=2048, so the wrapped cast is exact.
    (turns.round() as i32).rem_euclid(i32::from(TURN)) as u16
}

/// `angle` in degrees, 0 to below 360.
pub fn degrees(angle: u16) -> f32 {
    f32::from(angle % TURN) * (360.0 / f32::from(TURN))
}

/// The angle nearest to `degrees`, for any finite value.
pub fn from_degrees(degrees: f32) -> u16 {
    let turns = (degrees * (f32::from(TURN) / 360.0)).round();
    (turns as i32).rem_euclid(i32::from(TURN)) as u16
}

/// The shorter way from one angle to another, -2048 to 2047.
pub fn difference(from: u16, to: u16) -> i16 {
    let turn = i32::from(TURN);
    let forward = (i32::from(to) - i32::from(from)).rem_euclid(turn);
    (if forward >= turn / 2 { forward - turn } else { forward }) as i16
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_angle_survives_its_vector() {
        for angle in 0..TURN {
            assert_eq!(toward(direction(angle)), angle);
            assert_eq!(from_degrees(degrees(angle)), angle);
        }
    }

    #[test]
    fn differences_take_the_shorter_way() {
        assert_eq!(difference(4090, 10), 16);
        assert_eq!(difference(10, 4090), -16);
        assert_eq!(difference(0, 2048), -2048);
    }
}
