//! What a hit was judged by, for whoever asks "why did I die": it changes nothing.

use glam::Vec2;
use netcode::{Moment, Tick};

use crate::event::Weapon;
use crate::pilot::PilotId;

/// One hit.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Hit {
    /// The tick in which it was judged.
    pub tick: Tick,
    /// Who shot.
    pub shooter: PilotId,
    /// Who was hit.
    pub victim: PilotId,
    /// With what.
    pub weapon: Weapon,
    /// When the shooter acted and what it saw, after all bounds. A rocket that was seen coming is judged
    /// in the present.
    pub moment: Moment,
    /// Whence it came: the shooter's place on its own screen, or the middle of an explosion.
    pub from: Vec2,
    /// Where the victim was judged to be: for a rifle, where the shooter saw it.
    pub seen: Vec2,
    /// Where the server had the victim.
    pub present: Vec2,
    /// Health that it took.
    pub damage: u8,
    /// Whether the victim died of it.
    pub killed: bool,
}
