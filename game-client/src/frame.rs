//! The order of a frame: what came is taken in, ticks that are due are played with the newest input,
//! the result is drawn, and what must go is sent.

use bevy::prelude::*;

/// The parts of a frame, in this order.
#[derive(SystemSet, Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Frame {
    /// Keyboard and mouse.
    Input,
    /// What came from the network, and the ticks that are due.
    Advance,
    /// What the player's eyes see of it.
    See,
    /// What happened since the last frame.
    Notice,
    /// The arena.
    Draw,
    /// Everything over it.
    Overlay,
    /// What goes to the network.
    Send,
}

/// Puts the parts in order.
pub fn plugin(app: &mut App) {
    app.configure_sets(
        Update,
        (
            Frame::Input,
            Frame::Advance,
            Frame::See,
            Frame::Notice,
            Frame::Draw,
            Frame::Overlay,
            Frame::Send,
        )
            .chain(),
    );
}
