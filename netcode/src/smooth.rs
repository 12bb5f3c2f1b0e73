//! Hides corrections of the own state in what is drawn, never in what is simulated.
//!
//! When the prediction is corrected, the picture stays where it was and glides to the truth: the error
//! that is still to be hidden halves every [`HALF_LIFE_S`]. (Source's `cl_smooth`, Fiedler's "visual
//! smoothing".) What is hidden can be anything that adds up: a position, an angle, both.

use std::{
    ops::{Add, Mul, Sub},
    time::Duration,
};

/// Seconds in which half of the remaining error goes.
pub const HALF_LIFE_S: f32 = 0.06;

/// The error that is still to be hidden.
///
/// ```
/// use netcode::smooth::Smooth;
/// use std::time::Duration;
///
/// let mut smooth = Smooth::<f32>::default();
/// smooth.note(5.0, 4.0); // The prediction said 5, the truth is 4.
/// assert_eq!(4.0 + smooth.advance(Duration::ZERO), 5.0);
/// assert!(4.0 + smooth.advance(Duration::from_millis(60)) < 4.6);
/// smooth.reset(); // it starts anew somewhere else
/// assert_eq!(smooth.advance(Duration::from_millis(70)), 0.0);
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct Smooth<V> {
    offset: V,
    last: Duration,
}

impl<V> Smooth<V>
where
    V: Copy + Default + Add<Output = V> + Sub<Output = V> + Mul<f32, Output = V>,
{
    /// The state was corrected from `before` to `after`.
    pub fn note(&mut self, before: V, after: V) {
        self.offset = self.offset + (before - after);
    }

    /// Hides nothing any more: what happened was no wrong prediction but a teleport.
    pub fn reset(&mut self) {
        self.offset = V::default();
    }

    /// Lets time pass and returns what to add to the true state.
    pub fn advance(&mut self, now: Duration) -> V {
        let elapsed_s = now.saturating_sub(self.last).as_secs_f32();
        self.last = now;
        self.offset = self.offset * 0.5_f32.powf(elapsed_s / HALF_LIFE_S);
        self.offset
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_picture_does_not_jump_and_ends_at_the_truth() {
        let mut smooth = Smooth::<f32>::default();
        smooth.advance(Duration::ZERO);
        smooth.note(1.0, 0.0);
        assert_eq!(smooth.advance(Duration::ZERO), 1.0);
        let mut last = 1.0;
        for ms in (10..1000).step_by(10) {
            let left = smooth.advance(Duration::from_millis(ms));
            assert!(left < last && last - left < 0.15);
            last = left;
        }
        assert!(last < 0.001);
        smooth.note(50.0, 0.0);
        smooth.reset();
        assert_eq!(smooth.advance(Duration::from_secs(1)), 0.0);
    }
}
