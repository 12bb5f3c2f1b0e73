//! From where somebody looks on who has no pilot.
//!
//! It is a wish: the server decides what such a viewer is told (game-server/src/interest.rs), and nothing
//! here may be believed.

use glam::Vec2;
use serde::{Deserialize, Serialize};

use crate::pilot::PilotId;

/// How many parts of a metre a place is told in: a decimetre is less than a pixel of any picture.
const PARTS_PER_M: f32 = 10.0;

/// Where a viewer without a pilot wants to look from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Vantage {
    /// With the eyes of a pilot: what its player may see, and no more.
    Pilot(PilotId),
    /// From above a place that walls hide nothing from, in decimetres from the arena's middle.
    Above {
        /// To the right.
        x_dm: i16,
        /// Up the screen.
        y_dm: i16,
    },
}

impl Vantage {
    /// Above a place in metres; beyond what can be told, at the border of that.
    ///
    /// ```
    /// use game_sim::Vantage;
    /// use glam::Vec2;
    /// let above = Vantage::above(Vec2::new(12.34, -5.0));
    /// assert_eq!(above, Vantage::Above { x_dm: 123, y_dm: -50 });
    /// assert_eq!(above.place(), Some(Vec2::new(12.3, -5.0)));
    /// ```
    #[must_use]
    pub fn above(place: Vec2) -> Self {
        // Casting saturates, and what is no number becomes the middle.
        let parts = (place * PARTS_PER_M).round();
        Self::Above { x_dm: parts.x as i16, y_dm: parts.y as i16 }
    }

    /// The place that it is above, in metres; none for a pilot's eyes.
    #[must_use]
    pub fn place(&self) -> Option<Vec2> {
        match *self {
            Self::Pilot(_) => None,
            Self::Above { x_dm, y_dm } => {
                Some(Vec2::new(f32::from(x_dm), f32::from(y_dm)) / PARTS_PER_M)
            }
        }
    }
}
