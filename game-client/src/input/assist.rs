//! Aim assist: a stick is coarser than a mouse, so the aim is drawn a little to whoever is nearly aimed at.
//!
//! It knows nothing that is not on screen, and the server takes its aim as anybody's: it gains what a
//! steadier hand would.

use bevy::math::Vec2;

/// How far from the aim somebody may be to draw it, in radians.
const REACH: f32 = 10.0 * (std::f32::consts::PI / 180.0);
/// How far away, in metres: beyond it nobody aims at anybody with purpose.
const FAR_M: f32 = 32.0;

/// The aim, drawn to the nearest of the others by `strength`, 0 (not at all) to 1.
pub(super) fn drawn(aim: Vec2, others: impl Iterator<Item = Vec2>, strength: f32) -> Vec2 {
    let near = others
        .filter(|way| way.length() > 0.1 && way.length() < FAR_M)
        .map(|way| aim.angle_to(way))
        .filter(|off| off.abs() < REACH)
        .min_by(|a, b| a.abs().total_cmp(&b.abs()));
    // At the edge of its reach it draws nothing, so that the aim never jumps.
    let turn = near.map_or(0.0, |off| off * strength * (1.0 - off.abs() / REACH));
    Vec2::from_angle(turn).rotate(aim)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn off(degrees: f32, strength: f32) -> f32 {
        let other = Vec2::from_angle(degrees.to_radians()) * 10.0;
        let aim = drawn(Vec2::X, std::iter::once(other), strength);
        aim.angle_to(other).to_degrees().abs()
    }

    #[test]
    fn it_draws_to_whoever_is_nearly_aimed_at_and_never_past() {
        assert!(off(2.0, 1.0) < 0.5 && off(-2.0, 1.0) < 0.5);
        assert!(off(5.0, 0.5) < 5.0 && off(5.0, 0.5) > 2.0);
        assert!((off(2.0, 0.0) - 2.0).abs() < 1e-3, "off is off");
    }

    #[test]
    fn it_begins_softly_and_leaves_alone_who_is_far_off() {
        assert!(off(9.9, 1.0) > 9.7);
        assert!((off(30.0, 1.0) - 30.0).abs() < 1e-3);
        let far = drawn(Vec2::X, std::iter::once(Vec2::new(200.0, 1.0)), 1.0);
        assert_eq!(far, Vec2::X);
    }
}
