//! The points of an arena that two teams fight for: who stands on them, whose they are, what that is
//! worth.
//!
//! A point is taken by presence: while only one team stands on it, it leans towards that team by a tick
//! each tick; from neutral to held, or from held to neutral, takes the rules' `capture_ticks`. While
//! both stand there nothing moves, and when nobody does it leans back to what it was. How many stand
//! there makes no difference: one brave pilot is enough, and no crowd takes a point in a blink.

use serde::{Deserialize, Serialize};

use crate::arena::Arena;
use crate::crowd::Crowd;
use crate::event::Event;
use crate::pilot::Pilot;
use crate::rules::{Rules, TICK_RATE};
use crate::team::Team;

/// The most points in one arena: they are named by letters, and all of them are told at once.
pub const MOST_POINTS: usize = 8;

/// All points of an arena and what the teams have of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Contest {
    /// In the order of the arena's list.
    pub points: Vec<Point>,
    /// For each team the ticks for which it has held a point, added up over the points.
    pub held_ticks: [u32; 2],
}

/// How it stands with one point.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Point {
    /// Who scores for it.
    pub owner: Option<Team>,
    /// How far it leans: plus the rules' `capture_ticks` is wholly the western team's, minus that
    /// wholly the eastern team's, 0 nobody's.
    pub lean_ticks: i16,
    /// Who stands on it.
    pub here: Presence,
}

/// Who stands on a point.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Presence {
    /// Nobody who is alive.
    #[default]
    Nobody,
    /// One team alone.
    Only(Team),
    /// Both: it is contested.
    Both,
}

impl Point {
    /// The team that it leans to, and how far, 0 to 1.
    #[must_use]
    pub fn leaning(&self, rules: &Rules) -> (Option<Team>, f32) {
        let team = match self.lean_ticks {
            0 => None,
            1.. => Some(Team::West),
            _ => Some(Team::East),
        };
        let whole = f32::from(rules.capture_ticks.max(1));
        (team, (f32::from(self.lean_ticks).abs() / whole).clamp(0.0, 1.0))
    }

    /// Advances by a tick. Whether its owner changed.
    fn advance(&mut self, here: Presence, capture_ticks: i16) -> bool {
        self.here = here;
        let full = |team| if team == Team::West { capture_ticks } else { -capture_ticks };
        let wanted = match here {
            Presence::Both => self.lean_ticks,
            Presence::Only(team) => full(team),
            Presence::Nobody => self.owner.map_or(0, full),
        };
        self.lean_ticks += (wanted - self.lean_ticks).signum();
        let owner = match (self.owner, self.lean_ticks) {
            (_, lean) if lean >= capture_ticks => Some(Team::West),
            (_, lean) if lean <= -capture_ticks => Some(Team::East),
            (Some(Team::West), ..=0) | (Some(Team::East), 0..) => None,
            (owner, _) => owner,
        };
        std::mem::replace(&mut self.owner, owner) != owner
    }
}

impl Contest {
    /// Nobody has anything yet.
    #[must_use]
    pub fn new(arena: &Arena) -> Self {
        Self { points: vec![Point::default(); arena.points.len()], held_ticks: [0; 2] }
    }

    /// What each team has: a point held for a second is worth one.
    #[must_use]
    pub fn scores(&self) -> [u16; 2] {
        self.held_ticks.map(|ticks| (ticks / TICK_RATE).try_into().unwrap_or(u16::MAX))
    }

    /// Who is ahead by what everybody is shown; nobody when that is the same of both.
    #[must_use]
    pub fn leader(&self) -> Option<Team> {
        let [west, east] = self.scores();
        match west.cmp(&east) {
            std::cmp::Ordering::Greater => Some(Team::West),
            std::cmp::Ordering::Less => Some(Team::East),
            std::cmp::Ordering::Equal => None,
        }
    }

    /// Whether a team has all that it takes to win.
    #[must_use]
    pub fn is_decided(&self, rules: &Rules) -> bool {
        let limit = rules.team_score_limit.max(0) as u16;
        limit > 0 && self.scores().into_iter().any(|score| score >= limit)
    }

    /// Advances by a tick of a round, among pilots as they stand in `crowd`.
    pub(crate) fn advance(
        &mut self,
        arena: &Arena,
        pilots: &[Option<Pilot>],
        crowd: &Crowd,
        rules: &Rules,
        events: &mut Vec<Event>,
    ) {
        let capture_ticks = rules.capture_ticks.min(i16::MAX as u16) as i16;
        for ((point, spot), number) in self.points.iter_mut().zip(&arena.points).zip(0..) {
            let mut there = [false; 2];
            crowd.near(spot.position, spot.radius_m, |id, _| {
                let pilot = pilots.get(id.index()).and_then(Option::as_ref);
                let alive = pilot.filter(|pilot| pilot.own.alive);
                if let Some(team) = alive.and_then(|pilot| pilot.team) {
                    there[team.index()] = true;
                }
            });
            let here = match there {
                [false, false] => Presence::Nobody,
                [true, false] => Presence::Only(Team::West),
                [false, true] => Presence::Only(Team::East),
                [true, true] => Presence::Both,
            };
            if point.advance(here, capture_ticks) {
                events.push(Event::PointTurned { point: number, owner: point.owner });
            }
            if let Some(owner) = point.owner {
                self.held_ticks[owner.index()] = self.held_ticks[owner.index()].saturating_add(1);
            }
        }
    }
}

/// The letter that people call a point by.
#[must_use]
pub const fn letter(point: usize) -> char {
    (b'A' + (point % MOST_POINTS) as u8) as char
}

#[cfg(test)]
mod tests {
    use super::*;

    const TICKS: i16 = 10;

    fn after(point: Point, here: Presence, ticks: usize) -> Point {
        let mut point = point;
        for _ in 0..ticks {
            point.advance(here, TICKS);
        }
        point
    }

    #[test]
    fn one_team_alone_takes_a_point_and_an_enemys_takes_twice_as_long() {
        let west = Presence::Only(Team::West);
        let almost = after(Point::default(), west, 9);
        assert_eq!((almost.owner, almost.lean_ticks), (None, 9));
        let taken = after(almost, west, 1);
        assert_eq!(taken.owner, Some(Team::West));
        let east = Presence::Only(Team::East);
        assert_eq!(after(taken, east, 9).owner, Some(Team::West));
        assert_eq!(after(taken, east, 10).owner, None, "first it is nobody's");
        assert_eq!(after(taken, east, 20).owner, Some(Team::East));
    }

    #[test]
    fn a_contested_point_stands_still_and_an_empty_one_leans_back() {
        let half = after(Point::default(), Presence::Only(Team::East), 5);
        assert_eq!(after(half, Presence::Both, 50).lean_ticks, -5);
        assert_eq!(after(half, Presence::Nobody, 5), Point::default());
        let held = after(Point::default(), Presence::Only(Team::East), 10);
        let shaken = after(held, Presence::Only(Team::West), 4);
        assert_eq!((shaken.owner, shaken.lean_ticks), (Some(Team::East), -6));
        assert_eq!(after(shaken, Presence::Nobody, 4).lean_ticks, -TICKS);
    }

    #[test]
    fn who_is_ahead_is_ahead_by_what_is_shown() {
        let leader = |held_ticks| Contest { points: Vec::new(), held_ticks }.leader();
        assert_eq!(leader([179, 120]), None, "2 to 2 is a draw");
        assert_eq!(leader([180, 179]), Some(Team::West));
        assert_eq!(leader([0, 60]), Some(Team::East));
    }

    #[test]
    fn scores_count_whole_seconds_and_the_limit_decides() {
        let rules = Rules { team_score_limit: 3, ..Rules::default() };
        let contest = Contest { points: Vec::new(), held_ticks: [179, 120] };
        assert_eq!(contest.scores(), [2, 2]);
        assert!(!contest.is_decided(&rules));
        assert!(Contest { held_ticks: [0, 180], ..contest.clone() }.is_decided(&rules));
        let never = Rules { team_score_limit: 0, ..rules };
        assert!(!Contest { held_ticks: [0, u32::MAX], ..contest }.is_decided(&never));
    }
}
