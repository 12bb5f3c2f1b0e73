//! Two teams, named after the half of the arena that each starts from: who joins which, and how they
//! are made even again between two rounds.
//!
//! All of it is a function of the world, so that the same match has the same teams everywhere.

use serde::{Deserialize, Serialize};

use crate::event::Event;
use crate::pilot::PilotId;
use crate::world::World;

/// One of the two teams.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Team {
    /// It starts where x is small.
    West,
    /// It starts where x is large.
    East,
}

impl Team {
    /// Both, each at its [`Team::index`].
    pub const BOTH: [Self; 2] = [Self::West, Self::East];

    /// Its place in lists of two.
    #[must_use]
    pub const fn index(self) -> usize {
        match self {
            Self::West => 0,
            Self::East => 1,
        }
    }

    /// The opponents.
    #[must_use]
    pub const fn other(self) -> Self {
        match self {
            Self::West => Self::East,
            Self::East => Self::West,
        }
    }
}

/// How many pilots and how many people each team has.
#[derive(Clone, Copy, Debug, Default)]
struct Count {
    pilots: [usize; 2],
    people: [usize; 2],
}

impl Count {
    fn of(world: &World) -> Self {
        let mut count = Self::default();
        for (_, pilot) in world.pilots() {
            let Some(team) = pilot.team else { continue };
            count.pilots[team.index()] += 1;
            count.people[team.index()] += usize::from(!pilot.bot);
        }
        count
    }
}

/// The team of somebody who comes now: the one with fewer pilots; of two alike the one with fewer
/// people, then the one that is behind. None where there are no teams.
pub(crate) fn for_newcomer(world: &World) -> Option<Team> {
    let contest = world.contest.as_ref()?;
    let Count { pilots, people } = Count::of(world);
    let rank = |team: &Team| {
        let place = team.index();
        (pilots[place], people[place], contest.held_ticks[place])
    };
    Team::BOTH.into_iter().min_by_key(rank)
}

/// Makes the teams even: first the people, so that bots don't decide where friends play, then the
/// rest by moving bots. Of several who could move, the one with the lowest score does.
pub(crate) fn balance(world: &mut World) {
    if !world.mode.has_teams() {
        return;
    }
    // Each turn moves one, and nobody twice in the same direction.
    for _ in 0..world.pilots.len() {
        let Count { pilots, people } = Count::of(world);
        let larger = |counts: [usize; 2]| {
            let [west, east] = counts;
            let team = if west > east { Team::West } else { Team::East };
            (west.abs_diff(east) > 1).then_some(team)
        };
        let moving = match (larger(people), larger(pilots)) {
            (Some(from), _) => least(world, from, false).map(|pilot| (pilot, from.other())),
            (None, Some(from)) => least(world, from, true)
                .or_else(|| least(world, from, false))
                .map(|pilot| (pilot, from.other())),
            (None, None) => None,
        };
        let Some((pilot, team)) = moving else { return };
        assign(world, pilot, team);
    }
}

/// The bot, or the person, of a team who has the lowest score; of several the last slot.
fn least(world: &World, team: Team, bot: bool) -> Option<PilotId> {
    let members = world.pilots().filter(|(_, pilot)| pilot.team == Some(team) && pilot.bot == bot);
    members.min_by_key(|(id, pilot)| (pilot.score, std::cmp::Reverse(*id))).map(|(id, _)| id)
}

fn assign(world: &mut World, id: PilotId, team: Team) {
    if let Some(pilot) = world.pilot_mut(id) {
        pilot.team = Some(team);
        world.events.push(Event::Sided { pilot: id, team });
    }
}

impl World {
    /// The team of a pilot; none without teams or without such a pilot.
    #[must_use]
    pub fn team(&self, pilot: PilotId) -> Option<Team> {
        self.pilot(pilot)?.team
    }

    /// Whether a pilot's shots do nothing to another, because they are of one team.
    #[must_use]
    pub fn spares(&self, attacker: PilotId, victim: PilotId) -> bool {
        !self.rules.friendly_fire && self.are_friends(attacker, victim)
    }

    /// Whether two pilots are of one team, and not one pilot.
    #[must_use]
    pub fn are_friends(&self, one: PilotId, other: PilotId) -> bool {
        let team = self.team(one);
        one != other && team.is_some() && team == self.team(other)
    }
}
