//! What is played for: everybody against everybody, or two teams for the points of the arena.
//!
//! A mode is a word of the operator's and part of the world; it never changes while the world lives.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// How a match is won.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// Everybody for themselves: the most kills win.
    #[default]
    FreeForAll,
    /// Two teams; who holds the arena's points scores with every second.
    ControlPoints,
}

/// A word that is no mode.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("there is no mode `{0}`: known are free_for_all and control_points")]
pub struct UnknownMode(pub String);

impl Mode {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::FreeForAll, Self::ControlPoints];

    /// As operators write it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::FreeForAll => "free_for_all",
            Self::ControlPoints => "control_points",
        }
    }

    /// Whether pilots belong to teams.
    #[must_use]
    pub const fn has_teams(self) -> bool {
        matches!(self, Self::ControlPoints)
    }
}

impl fmt::Display for Mode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Mode {
    type Err = UnknownMode;

    fn from_str(text: &str) -> Result<Self, UnknownMode> {
        let known = Self::ALL.into_iter().find(|mode| mode.name() == text);
        known.ok_or_else(|| UnknownMode(text.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_mode_is_read_by_the_name_that_it_says() {
        for mode in Mode::ALL {
            assert_eq!(mode.to_string().parse(), Ok(mode));
        }
        let said = "deathmatch".parse::<Mode>().unwrap_err().to_string();
        assert!(said.contains("deathmatch") && said.contains("control_points"), "{said}");
    }
}
