//! What an arena has for matches of teams: the points that they fight for, and where each appears.
//!
//! Both come from the map. A map that says nothing of teams still has places for them: of each half
//! the spawn points that lie farthest out, so that nobody appears in the middle of the fight.

use glam::Vec2;

use super::{Arena, ArenaError, Problem, Spawn};
use crate::mode::Mode;
use crate::team::Team;

/// A point that teams fight for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PointSpot {
    /// Its centre.
    pub position: Vec2,
    /// Whoever is nearer to the centre stands on it, in metres.
    pub radius_m: f32,
}

/// For each team the outer half of the spawn points in its half of the arena. Who has none there may
/// appear anywhere.
pub(super) fn outer_spawns(spawns: &[Spawn]) -> [Vec<usize>; 2] {
    Team::BOTH.map(|team| {
        let out_m = |place: usize| match team {
            Team::West => -spawns[place].position.x,
            Team::East => spawns[place].position.x,
        };
        let mut own: Vec<usize> = (0..spawns.len()).filter(|&place| out_m(place) > 0.0).collect();
        own.sort_by(|&one, &other| out_m(other).total_cmp(&out_m(one)).then(one.cmp(&other)));
        own.truncate(own.len().div_ceil(2));
        own.sort_unstable();
        if own.is_empty() { (0..spawns.len()).collect() } else { own }
    })
}

impl Arena {
    /// The arena with these points.
    #[must_use]
    pub fn with_points(mut self, points: Vec<PointSpot>) -> Self {
        self.points = points;
        self
    }

    /// The arena with spawn points that its map gives to teams, one entry for each spawn; a team that
    /// gets none keeps what it has.
    #[must_use]
    pub(super) fn with_teams(mut self, teams: &[Option<Team>]) -> Self {
        for team in Team::BOTH {
            let given = teams.iter().zip(0..).filter(|(given, _)| **given == Some(team));
            let given: Vec<usize> = given.map(|(_, place)| place).collect();
            if !given.is_empty() {
                self.team_spawns[team.index()] = given;
            }
        }
        self
    }

    /// Whether a mode can be played here.
    ///
    /// # Errors
    /// When the map lacks what the mode needs; the error names it.
    pub fn check_mode(&self, mode: Mode) -> Result<(), ArenaError> {
        if mode.has_teams() && self.points.is_empty() {
            let file = format!("{}.tmx", self.name);
            return Err(ArenaError { file, problem: Problem::NoPoints(mode) });
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spawns(x: &[f32]) -> Vec<Spawn> {
        x.iter().map(|&x| Spawn { position: Vec2::new(x, 0.0), facing: 0 }).collect()
    }

    #[test]
    fn teams_appear_far_out_in_their_own_half() {
        let [west, east] = outer_spawns(&spawns(&[-1.0, -9.0, 5.0, 0.0, -8.0, 7.0]));
        assert_eq!((west, east), (vec![1, 4], vec![5]));
        let [west, east] = outer_spawns(&spawns(&[3.0, 4.0]));
        assert_eq!((west, east), (vec![0, 1], vec![1]), "who has no half appears anywhere");
    }

    #[test]
    fn a_map_may_say_whose_a_spawn_point_is() {
        let half = Vec2::splat(10.0);
        let arena = Arena::new("a", half, Vec::new(), spawns(&[-5.0, 5.0, 6.0]), Vec::new(), 0);
        let arena = arena.with_teams(&[None, Some(Team::West), None]);
        assert_eq!(arena.team_spawns, [vec![1], vec![2]]);
    }

    #[test]
    fn a_mode_without_its_points_is_refused_with_the_maps_name() {
        for name in Arena::builtin_names() {
            let arena = Arena::builtin(name).unwrap().unwrap();
            assert!(Mode::ALL.iter().all(|&mode| arena.check_mode(mode).is_ok()), "{name}");
        }
        let bare = Arena::new("bare", Vec2::splat(9.0), Vec::new(), spawns(&[1.0]), Vec::new(), 0);
        assert_eq!(bare.check_mode(Mode::FreeForAll), Ok(()));
        let said = bare.check_mode(Mode::ControlPoints).unwrap_err().to_string();
        assert_eq!(
            said,
            "bare.tmx: control_points needs an object layer \"points\" with at least one point"
        );
    }
}
