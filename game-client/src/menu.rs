//! What all screens are made of: buttons, rows of settings, fields for text and letters for who has no keyboard, and the one way in which
//! mouse, keyboard and gamepad reach them.

pub mod field;
pub mod focus;
pub mod letters;
pub mod row;
pub mod scroll;
pub mod theme;
pub mod widget;

use bevy::prelude::*;

/// Everything that screens need.
pub fn plugin(app: &mut App) {
    app.add_plugins((focus::plugin, widget::plugin, row::plugin, field::plugin, letters::plugin))
        .add_plugins(scroll::plugin);
}
