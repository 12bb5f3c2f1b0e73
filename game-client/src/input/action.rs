//! What a player can do in a fight, whatever key or button does it.

use bevy::prelude::*;
use leafwing_input_manager::Actionlike;
use serde::{Deserialize, Serialize};

/// Everything that can be bound to a key, a mouse button or a gamepad's button. The sticks are not among
/// them: the left one always moves, the right one always aims.
#[derive(
    Actionlike,
    Reflect,
    Serialize,
    Deserialize,
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// Up the screen.
    MoveUp,
    /// Down the screen.
    MoveDown,
    /// To the left.
    MoveLeft,
    /// To the right.
    MoveRight,
    /// The rifle.
    Fire,
    /// A rocket.
    Rocket,
    /// A dash.
    Dash,
    /// A new magazine.
    Reload,
    /// The scoreboard, while held.
    Scores,
    /// A line of chat.
    Chat,
    /// A line to the own team.
    TeamChat,
    /// The ready-made messages.
    Quick,
    /// The vote for what is played next, once it was closed.
    Vote,
    /// The network's numbers, on and off.
    Network,
    /// The pause menu.
    Pause,
}

impl Action {
    /// All of them, in the order in which people look for them.
    pub const ALL: [Self; 15] = [
        Self::MoveUp,
        Self::MoveDown,
        Self::MoveLeft,
        Self::MoveRight,
        Self::Fire,
        Self::Rocket,
        Self::Dash,
        Self::Reload,
        Self::Scores,
        Self::Chat,
        Self::TeamChat,
        Self::Quick,
        Self::Vote,
        Self::Network,
        Self::Pause,
    ];

    /// Under which its name stands in the language files.
    pub const fn key(self) -> &'static str {
        match self {
            Self::MoveUp => "action-move-up",
            Self::MoveDown => "action-move-down",
            Self::MoveLeft => "action-move-left",
            Self::MoveRight => "action-move-right",
            Self::Fire => "action-fire",
            Self::Rocket => "action-rocket",
            Self::Dash => "action-dash",
            Self::Reload => "action-reload",
            Self::Scores => "action-scores",
            Self::Chat => "action-chat",
            Self::TeamChat => "action-team-chat",
            Self::Quick => "action-quick",
            Self::Vote => "action-vote",
            Self::Network => "action-network",
            Self::Pause => "action-pause",
        }
    }
}
