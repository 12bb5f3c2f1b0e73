//! Rounding of the state to wire precision.
//!
//! After each step every position and velocity is a multiple of what its column can say, so that
//! the owner of a pilot gets exactly what the server kept, and re-simulating from it gives the
//! same bits. Both precisions are powers of two, so the rounded values are exact.

use glam::Vec2;

use crate::rules::MAX_HALF_EXTENT_M;

/// Steps of position per metre.
pub const POSITION_STEPS_PER_M: f32 = 512.0;

/// Steps of velocity per m/s.
pub const VELOCITY_STEPS_PER_M_S: f32 = 256.0;

/// The most that a component of a velocity can be on the wire.
pub const MAX_VELOCITY_M_S: f32 = 32.0;

/// `position` rounded to the nearest 512th of a metre, within the plane.
pub fn position(position: Vec2) -> Vec2 {
    let limit = Vec2::splat(MAX_HALF_EXTENT_M);
    nearest(position * POSITION_STEPS_PER_M)
        .clamp(-limit * POSITION_STEPS_PER_M, limit * POSITION_STEPS_PER_M)
        / POSITION_STEPS_PER_M
        + Vec2::ZERO
}

/// `velocity` rounded to the nearest 256th of a metre per second.
pub fn velocity(velocity: Vec2) -> Vec2 {
    let limit = Vec2::splat(MAX_VELOCITY_M_S * VELOCITY_STEPS_PER_M_S);
    let rounded =
        nearest(velocity * VELOCITY_STEPS_PER_M_S).clamp(-limit, limit) / VELOCITY_STEPS_PER_M_S;
    // Adding zero turns -0.0 into 0.0: an integer column has only one zero.
    rounded + Vec2::ZERO
}

/// As `round` of each part, halves away from zero, for all that a 32-bit integer can say; without a call,
/// since each body is rounded in each tick, and again in each guess of where it is.
fn nearest(steps: Vec2) -> Vec2 {
    let part = |value: f32| {
        let whole = value as i32;
        // Exact: a number and its whole part are near each other.
        let rest = value - whole as f32;
        whole.saturating_add(i32::from(rest >= 0.5) - i32::from(rest <= -0.5)) as f32
    };
    Vec2::new(part(steps.x), part(steps.y))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn rounding_twice_changes_nothing(x in -256.0f32..256.0, y in -256.0f32..256.0) {
            let once = position(Vec2::new(x, y));
            prop_assert_eq!(position(once), once);
            prop_assert!((once - Vec2::new(x, y)).abs().max_element() <= 0.5 / POSITION_STEPS_PER_M);
            let once = velocity(Vec2::new(x, y) / 8.0);
            prop_assert_eq!(velocity(once), once);
        }
    }

    #[test]
    fn rounding_is_the_standard_one() {
        for steps in -9_000_i32..9_000 {
            let value = steps as f32 / 8.0;
            for value in [value, value.next_up(), value.next_down(), value * 150.3] {
                assert_eq!(nearest(Vec2::splat(value)), Vec2::splat(value.round()), "{value}");
            }
        }
    }

    #[test]
    fn zero_has_one_representation() {
        assert_eq!(velocity(Vec2::splat(-0.0001)).x.to_bits(), 0);
        assert_eq!(position(Vec2::splat(-0.0001)).y.to_bits(), 0);
    }
}
