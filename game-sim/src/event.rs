//! Things that happened in a tick and that rows cannot say: they are sent reliably, in order.

use serde::{Deserialize, Serialize};

use crate::complaint::ComplaintAnswer;
use crate::contest::Point;
use crate::mode::Mode;
use crate::pickup::PickupKind;
use crate::pilot::PilotId;
use crate::round::Winner;
use crate::team::Team;

/// What killed somebody.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Weapon {
    /// The hitscan rifle.
    Rifle,
    /// A rocket, directly or by its splash.
    Rocket,
}

/// One thing that happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Event {
    /// A pilot has come.
    Joined {
        /// The slot.
        pilot: PilotId,
        /// What others see.
        name: String,
        /// Whether the server, not a person, flies it.
        bot: bool,
        /// Kills minus suicides of this round.
        score: i16,
        /// Kills of this round.
        kills: u16,
        /// Deaths of this round.
        deaths: u16,
        /// Its team, where there are teams.
        team: Option<Team>,
    },
    /// A pilot has gone; the slot may be somebody else's next.
    Left {
        /// The slot.
        pilot: PilotId,
    },
    /// A pilot died.
    Killed {
        /// Who did it: the victim itself for a suicide, nobody when the killer had already gone.
        killer: Option<PilotId>,
        /// Who died.
        victim: PilotId,
        /// With what.
        weapon: Weapon,
    },
    /// A pilot lives again, somewhere else.
    Respawned {
        /// Who.
        pilot: PilotId,
    },
    /// The round has ended; the intermission begins.
    RoundOver {
        /// Who won, or nobody on a draw.
        winner: Option<Winner>,
    },
    /// A round begins; all scores are zero.
    RoundStarted {
        /// Counts from 1.
        number: u16,
    },
    /// Somebody wrote something. The simulation never makes this one: the server does.
    Chat {
        /// Who.
        from: PilotId,
        /// What, already cleaned and shortened by the server.
        text: String,
    },
    /// A pilot took a pickup.
    PickedUp {
        /// Who.
        pilot: PilotId,
        /// What.
        kind: PickupKind,
    },
    /// A pilot is here already. The simulation never makes this one: the server tells newcomers.
    Present {
        /// The slot.
        pilot: PilotId,
        /// What others see.
        name: String,
        /// Whether the server, not a person, flies it.
        bot: bool,
        /// Kills minus suicides of this round.
        score: i16,
        /// Kills of this round.
        kills: u16,
        /// Deaths of this round.
        deaths: u16,
        /// Its team, where there are teams.
        team: Option<Team>,
    },
    /// Why somebody died, for the victim and its killer alone, just before [`Event::Killed`]. The
    /// simulation never makes this one: the server does.
    WhyDied(WhyDied),
    /// What became of a complaint, for who complained alone. The simulation never makes this one: the
    /// server does.
    Complaint(ComplaintAnswer),
    /// A pilot is of another team from now on.
    Sided {
        /// Who.
        pilot: PilotId,
        /// The new team.
        team: Team,
    },
    /// A point has another owner.
    PointTurned {
        /// Its place in the arena's list.
        point: u8,
        /// Whose it is now; nobody's when its owner has just lost it.
        owner: Option<Team>,
    },
    /// How it stands with all points. The simulation never makes this one: the server does, a few
    /// times a second while it changes.
    Contest {
        /// What the teams have, the western first.
        scores: [u16; 2],
        /// In the order of the arena's list.
        points: Vec<Point>,
    },
    /// The vote for what is played next begins, or goes on for who has just come. The simulation never
    /// makes this one: the server does.
    Ballot {
        /// What can be voted for.
        choices: Vec<Choice>,
    },
    /// How many voted for each choice. The simulation never makes this one: the server does.
    Votes {
        /// In the order of the choices.
        counts: Vec<u16>,
    },
    /// The game moves on to this arena: the server closes the connection, and who connects again plays
    /// there. The simulation never makes this one: the server does.
    Moving(Choice),
    /// Somebody wrote something to the own team. The simulation never makes this one: the server does.
    TeamChat {
        /// Who.
        from: PilotId,
        /// What, already cleaned and shortened by the server.
        text: String,
    },
    /// Why nobody hears what somebody wrote, for the writer alone. The simulation never makes this one:
    /// the server does.
    Unsaid(Unsaid),
}

/// Why a line is not passed on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Unsaid {
    /// It came within a second of the last one.
    TooSoon,
    /// The writer has written too much.
    Muted {
        /// And nobody hears it for so long still.
        seconds: u16,
    },
}

/// An arena and what is played in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choice {
    /// The arena's name.
    pub arena: String,
    /// What is played there.
    pub mode: Mode,
}

/// What a deadly hit was judged by, in short.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WhyDied {
    /// Who did it.
    pub killer: PilotId,
    /// Who died.
    pub victim: PilotId,
    /// How long before it was judged the killer saw what it shot at, in milliseconds.
    pub seen_ago_ms: u16,
    /// How far from there the victim was on its own screen, in centimetres.
    pub apart_cm: u16,
    /// Whether the killer saw what lay further back than was granted.
    pub bounded: bool,
}
