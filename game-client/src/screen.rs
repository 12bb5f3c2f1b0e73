//! The screens. Each is a file: what it shows, and what its buttons do. What leads from one to another
//! stands in `state`; what they are made of in `menu`.

mod ballot;
mod chat;
mod coming_back;
mod complain;
mod connecting;
mod controls;
mod lost;
mod pause;
mod players;
mod quick;
mod servers;
mod settings;
pub mod standings;
mod title;

use bevy::prelude::*;

/// All screens.
pub fn plugin(app: &mut App) {
    app.add_plugins((title::plugin, servers::plugin, settings::plugin, controls::plugin))
        .add_plugins((connecting::plugin, lost::plugin, coming_back::plugin))
        .add_plugins((pause::plugin, players::plugin, chat::plugin, quick::plugin))
        .add_plugins((standings::plugin, ballot::plugin, complain::plugin));
}
