//! How it stands with the connection, for the screens: what is being waited for on the way to a server,
//! and whether the fight waits for the network.

use bevy::ecs::resource::Resource;
use game_sim::Choice;

/// What `net` knows of the connection.
#[derive(Resource, Clone, Debug, Default, PartialEq)]
pub struct Link {
    /// For how long this server has been tried, in seconds.
    pub waited_s: f32,
    /// Whether anything came from the server.
    pub reached: bool,
    /// Whether the server has let us in.
    pub welcomed: bool,
    /// Of a large first view so many bytes came, of so many; nothing once it is whole.
    pub joining: Option<(u32, u32)>,
    /// Why the connection broke, while it is looked for again, and for how many seconds.
    pub broken: Option<(String, f32)>,
    /// Where the game moves, until we are there.
    pub moving: Option<Choice>,
    /// How often in a row it was tried again by itself.
    pub tries: u32,
}

/// What else the player wants to tell the server.
#[derive(Resource, Clone, Copy, Debug, Default)]
pub struct Outbox {
    /// Which choice of the ballot the player votes for.
    pub vote: Option<u8>,
}

impl Link {
    /// How much of the first view is here, in percent.
    pub fn percent(&self) -> Option<u64> {
        let (received, total) = self.joining?;
        Some(u64::from(received) * 100 / u64::from(total.max(1)))
    }
}
