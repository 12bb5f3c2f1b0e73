//! What players say of each other's conduct. The game does nothing with it: people read it.

use serde::{Deserialize, Serialize};

/// What somebody did.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Misdeed {
    /// Plays with help that the others do not have.
    Cheating,
    /// Insults or threatens in the chat.
    Insults,
    /// Fills the chat.
    Spam,
    /// Has a name that insults, or pretends to be somebody else.
    Name,
    /// Spoils the game of the others on purpose.
    Sabotage,
}

impl Misdeed {
    /// All of them, in the order in which they are shown.
    pub const ALL: [Self; 5] =
        [Self::Cheating, Self::Insults, Self::Spam, Self::Name, Self::Sabotage];
}

/// What became of a complaint.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ComplaintAnswer {
    /// It is written down, for whoever runs the server.
    Taken,
    /// Too many of late, or of the same player already.
    TooMany,
    /// This server writes nothing down.
    NotKept,
}
