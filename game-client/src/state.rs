//! Where the player is: at the first screen, on the way to a server, in the game, or thrown out.

use bevy::prelude::*;

/// The screens.
#[derive(States, Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Stage {
    /// The first screen asks for a server.
    #[default]
    Menu,
    /// The server has not answered yet.
    Connecting,
    /// In the game.
    Playing,
    /// The server is gone, or never was there. The reason is shown.
    Lost,
}

/// Where to play, as the player typed it, and why it ended the last time.
#[derive(Resource, Clone, Debug, Default)]
pub struct Place {
    /// The server's address.
    pub address: String,
    /// What went wrong, in words.
    pub trouble: Option<String>,
}
