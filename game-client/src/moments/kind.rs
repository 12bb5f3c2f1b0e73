//! Which moments there are, and how they are asked for.

use std::path::PathBuf;
use std::str::FromStr;

/// A moment worth a picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A few pilots in the picture, two of them in its middle (one where few are near), and an enemy shoots there.
    Few,
    /// Walls hide a part of the picture, and shots are heard from there.
    Hidden,
    /// A rocket explodes in the middle of the picture, and not at the player.
    Blast,
    /// The player is hit.
    Hurt,
    /// The player killed somebody.
    Kill,
    /// The player dashes.
    Dash,
    /// The player is dead.
    Dead,
    /// The player leads.
    Lead,
    /// The last ten seconds.
    Last,
    /// The round is over.
    Over,
    /// It waits for people.
    WarmUp,
    /// The player stands on a point that somebody has, takes or fights for, and a team is ahead.
    Point,
    /// The same, and the player was hit just now.
    PointHurt,
    /// There is a vote.
    Vote,
}

/// A moment and the file of its picture.
#[derive(Clone, Debug, PartialEq)]
pub struct Moment {
    /// Which.
    pub kind: Kind,
    /// Where its picture goes.
    pub file: PathBuf,
}

impl Kind {
    const NAMES: [(&'static str, Self); 14] = [
        ("few", Self::Few),
        ("hidden", Self::Hidden),
        ("blast", Self::Blast),
        ("hurt", Self::Hurt),
        ("kill", Self::Kill),
        ("dash", Self::Dash),
        ("dead", Self::Dead),
        ("lead", Self::Lead),
        ("last", Self::Last),
        ("over", Self::Over),
        ("warm-up", Self::WarmUp),
        ("point", Self::Point),
        ("point-hurt", Self::PointHurt),
        ("vote", Self::Vote),
    ];

    /// How long after its beginning it looks best, in seconds.
    pub fn ripe_s(self) -> f32 {
        match self {
            Self::Blast | Self::Kill | Self::Dead => 0.12,
            // By then the ghosts stand in a row.
            Self::Dash => 0.16,
            // A slow machine draws few frames until the first choice has the focus.
            Self::Over | Self::Vote => 2.5,
            _ => 0.03,
        }
    }

    /// Whether the player's pilot must live in its picture.
    pub fn is_of_the_living(self) -> bool {
        !matches!(self, Self::Dead | Self::Over | Self::WarmUp | Self::Vote)
    }
}

impl FromStr for Moment {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let known = || Kind::NAMES.map(|(name, _)| name).join(", ");
        let wrong = || format!("NAME=FILE.png, where NAME is one of {}", known());
        let (name, file) = text.split_once('=').ok_or_else(wrong)?;
        let (_, kind) =
            Kind::NAMES.into_iter().find(|(known, _)| *known == name).ok_or_else(wrong)?;
        let file = PathBuf::from(file);
        let is_png = file.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("png"));
        is_png.then_some(Self { kind, file }).ok_or_else(wrong)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_has_a_known_name_and_a_png() {
        assert_eq!("dead=a.png".parse::<Moment>().unwrap().kind, Kind::Dead);
        for wrong in ["dead", "dead=a.gif", "birth=a.png", "=a.png"] {
            assert!(wrong.parse::<Moment>().unwrap_err().contains("few, hidden"), "{wrong}");
        }
    }
}
