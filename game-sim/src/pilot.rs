//! A pilot: what its owner predicts, and what the round keeps about it.

use serde::{Deserialize, Serialize};

use crate::controls::Controls;
use crate::own::Own;
use crate::team::Team;

/// The slot of a pilot in the world. Slots are reused, an [`crate::Event::Left`] stands in between.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
pub struct PilotId(pub u16);

impl PilotId {
    /// The slot as an index.
    pub fn index(self) -> usize {
        usize::from(self.0)
    }
}

/// One pilot in the world.
#[derive(Clone, Debug, PartialEq)]
pub struct Pilot {
    /// Body, weapons and health: all that its owner gets exactly, and predicts.
    pub own: Own,
    /// How it steers and has just steered.
    pub controls: Controls,
    /// What others see.
    pub name: String,
    /// Whether the server, not a person, flies it.
    pub bot: bool,
    /// Kills minus suicides in this round.
    pub score: i16,
    /// Kills in this round.
    pub kills: u16,
    /// Deaths in this round, suicides included.
    pub deaths: u16,
    /// Its team, where there are teams.
    pub team: Option<Team>,
}

impl Pilot {
    /// Whether a shot or a splash can hurt this pilot now.
    pub fn is_vulnerable(&self) -> bool {
        self.own.alive && self.own.protection_ticks == 0
    }

    /// The pilot as it enters a new round.
    pub(crate) fn clear_score(&mut self) {
        self.score = 0;
        self.kills = 0;
        self.deaths = 0;
    }
}
