//! Hides corrections of the own position in what is drawn, never in what is simulated.
//!
//! When the prediction is corrected, the picture stays where it was and glides to the truth: the error
//! that is still to be hidden halves every [`HALF_LIFE_S`]. (Source's `cl_smooth`, Fiedler's "visual
//! smoothing".)

use glam::Vec2;
use std::time::Duration;

/// Seconds in which half of the remaining error goes.
const HALF_LIFE_S: f32 = 0.06;
/// Metres from which an error is not hidden: that was a teleport.
const TELEPORT_M: f32 = 4.0;

/// The error that is still to be hidden.
#[derive(Clone, Copy, Debug, Default)]
pub struct Smooth {
    offset: Vec2,
    last: Duration,
}

impl Smooth {
    /// The position was corrected from `before` to `after`.
    pub fn note(&mut self, before: Vec2, after: Vec2) {
        self.offset += before - after;
        if self.offset.length() > TELEPORT_M {
            self.offset = Vec2::ZERO;
        }
    }

    /// Lets time pass and returns what to add to the true position.
    pub fn advance(&mut self, now: Duration) -> Vec2 {
        let elapsed_s = now.saturating_sub(self.last).as_secs_f32();
        self.last = now;
        self.offset *= 0.5_f32.powf(elapsed_s / HALF_LIFE_S);
        self.offset
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_picture_does_not_jump_and_ends_at_the_truth() {
        let mut smooth = Smooth::default();
        smooth.advance(Duration::ZERO);
        smooth.note(Vec2::X, Vec2::ZERO);
        assert_eq!(smooth.advance(Duration::ZERO), Vec2::X);
        let mut last = 1.0;
        for ms in (10..1000).step_by(10) {
            let left = smooth.advance(Duration::from_millis(ms)).x;
            assert!(left < last && last - left < 0.15);
            last = left;
        }
        assert!(last < 0.001);
        smooth.note(Vec2::X * 50.0, Vec2::ZERO);
        assert_eq!(smooth.advance(Duration::from_secs(1)), Vec2::ZERO);
    }
}
