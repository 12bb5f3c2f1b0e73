//! What is to be drawn now, as plain data.
//!
//! The network side fills it once a frame and the drawing side reads it; neither knows of the other.
//! Whatever flickers, glows or explodes is derived from two scenes in a row, never from a message.

mod pilot;

use std::collections::VecDeque;
use std::sync::Arc;

use bevy::ecs::resource::Resource;
use bevy::math::Rect;
use game_bots::standing::Standing;
use game_sim::{
    Arena, HeardNoise, PilotId, Rules, SeenPickup, SeenRocket, Team, WhyDied, Winner, angle,
    noise::CELL_M,
};
use glam::Vec2;

pub use self::pilot::{OwnView, PilotView};
use crate::feed::FeedLine;
use crate::inspection::Inspection;
use crate::render::palette::Side;

/// Everything that is drawn.
#[derive(Resource, Clone, Debug, Default)]
pub struct Scene {
    /// Where it happens; nothing before the server has said so.
    pub arena: Option<Arc<Arena>>,
    /// The numbers of the game.
    pub rules: Rules,
    /// The own slot; none for who only watches.
    pub me: Option<PilotId>,
    /// The own pilot.
    pub own: Option<OwnView>,
    /// With whose eyes who only watches sees; none from above.
    pub watched: Option<PilotId>,
    /// Which place who only watches looks at from above, if not with anybody's eyes.
    pub above: Option<Vec2>,
    /// Whether who only watches may look from above any place.
    pub free_view: bool,
    /// The other pilots in sight.
    pub pilots: Vec<PilotView>,
    /// Rockets in flight.
    pub rockets: Vec<SeenRocket>,
    /// What the last own death was judged by.
    pub why_died: Option<WhyDied>,
    /// Pickups in sight, there or not.
    pub pickups: Vec<SeenPickup>,
    /// What is heard of those out of sight.
    pub noises: Vec<HeardNoise>,
    /// Everybody in the arena, the best first.
    pub scores: Vec<ScoreLine>,
    /// Of which revision of the roster these are, and of which of who is in it.
    pub scored: u64,
    /// See [`Scene::scored`].
    pub crowd: u64,
    /// By slot: who is of which team, where there are teams.
    pub teams: Vec<Option<Team>>,
    /// What is played, how it stands with the points, and the vote.
    pub standing: Standing,
    /// What happened of late, the oldest first.
    pub feed: VecDeque<FeedLine>,
    /// The round.
    pub round: RoundView,
    /// The connection.
    pub net: NetGraph,
    /// Where its bytes go and what went wrong.
    pub inspection: Inspection,
}

/// A line of the scoreboard.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScoreLine {
    /// Whose.
    pub id: PilotId,
    /// What everybody sees.
    pub name: String,
    /// Whether the server flies it.
    pub bot: bool,
    /// Kills minus suicides.
    pub score: i16,
    /// Kills.
    pub kills: u16,
    /// Deaths.
    pub deaths: u16,
    /// Where there are teams.
    pub team: Option<Team>,
}

/// The round.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct RoundView {
    /// Counts from 1; 0 before anything is known, and in the warm-up.
    pub number: u16,
    /// Whether it waits for people, and nothing counts.
    pub warm_up: bool,
    /// How much longer this phase lasts.
    pub left_s: f32,
    /// Whether it is the intermission.
    pub over: bool,
    /// How it ended, once the server has told. Who comes between two rounds does not hear of it.
    pub outcome: Option<Outcome>,
}

/// How a round ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Somebody, or a team, has won.
    Won(Winner),
    /// Nobody has.
    Draw,
}

/// What the net graph shows.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct NetGraph {
    /// Round trip in milliseconds.
    pub rtt_ms: f32,
    /// How unevenly snapshots come, in milliseconds.
    pub jitter_ms: f32,
    /// Snapshots that did not come, in percent.
    pub loss_percent: f32,
    /// Size of the newest snapshot.
    pub snapshot_bytes: f32,
    /// Wrong predictions since the session began.
    pub corrections: u64,
    /// By how much the newest one moved the own pilot, in centimetres.
    pub correction_cm: f32,
    /// How far in the past others are drawn.
    pub interpolation_delay_ms: f32,
    /// Snapshots in the last second.
    pub snapshots_per_second: f32,
}

/// The key of a team's name in the language files.
pub const fn team_key(team: Team) -> &'static str {
    match team {
        Team::West => "team-west",
        Team::East => "team-east",
    }
}

/// What players call an arena: of a file that the operator has somewhere the name, and not the place.
pub fn arena_title(name: &str) -> &str {
    name.rsplit(['/', '\\']).find(|part| !part.is_empty()).unwrap_or(name)
}

impl Scene {
    /// What the scoreboard says of a pilot.
    pub fn line(&self, id: PilotId) -> Option<&ScoreLine> {
        self.scores.iter().find(|line| line.id == id)
    }

    /// The name of a pilot, or what stands for it until the server has told.
    pub fn name(&self, id: PilotId) -> &str {
        self.line(id).map_or("?", |line| line.name.as_str())
    }

    /// Who is ahead of everybody: the first on the scoreboard, once it has a point. In a match of teams
    /// nobody is, and in a tie neither: as the simulation has it for the end of a round.
    pub fn leader(&self) -> Option<PilotId> {
        let first = self.scores.first().filter(|line| line.score > 0 && !self.has_teams())?;
        let is_as_good =
            |next: &ScoreLine| (next.score, next.deaths) == (first.score, first.deaths);
        (!self.scores.get(1).is_some_and(is_as_good)).then_some(first.id)
    }

    /// On whose side somebody is. Without teams, everybody else is an enemy.
    pub fn side(&self, id: PilotId) -> Side {
        let team = || self.team(id).map(|team| self.side_of(team));
        match Some(id) == self.me.or(self.watched) {
            true => Side::Own,
            // Who fights beside the player is not the player.
            false if team() == Some(Side::Own) => Side::Friend,
            false => Side::Enemy,
        }
    }

    /// The team of a pilot, where there are teams.
    pub fn team(&self, id: PilotId) -> Option<Team> {
        self.teams.get(id.index()).copied().flatten()
    }

    /// Whose side a whole team is. Who only watches looks at it from the west.
    pub fn side_of(&self, team: Team) -> Side {
        let own = self.me.or(self.watched).and_then(|eyes| self.team(eyes)).unwrap_or(Team::West);
        if team == own { Side::Own } else { Side::Enemy }
    }

    /// Whether two teams fight.
    pub fn has_teams(&self) -> bool {
        self.standing.mode.has_teams()
    }

    /// Whether the player has won, or the own team; nothing while nobody has.
    pub fn has_won(&self) -> Option<bool> {
        let Some(Outcome::Won(winner)) = self.round.outcome else { return None };
        Some(match winner {
            Winner::Pilot(pilot) => Some(pilot) == self.me,
            Winner::Team(team) => self.me.is_some() && self.side_of(team) == Side::Own,
        })
    }

    /// Whose eyes the player sees with, own or watched: where that pilot is.
    pub fn eyes(&self) -> Option<Vec2> {
        let watched = || self.pilots.iter().find(|pilot| Some(pilot.id) == self.watched);
        let own = self.own.map(|own| own.position);
        own.or_else(|| watched().map(|pilot| pilot.position))
    }

    /// What the view is about: the place of the eyes, or the one that is looked at from above.
    pub fn middle(&self) -> Option<Vec2> {
        self.eyes().or(self.above)
    }

    /// Where a noise may have been: the part of its square that is in the arena.
    pub fn square(&self, noise: &HeardNoise) -> Rect {
        let square = Rect::from_center_size(noise.place(), Vec2::splat(CELL_M));
        let Some(arena) = &self.arena else { return square };
        let inside = square.intersect(Rect::from_center_half_size(Vec2::ZERO, arena.half_extents));
        if inside.is_empty() { square } else { inside }
    }

    /// How many others can be seen, where `is_shown` says what places are: who has faded can't.
    pub fn seen(&self, is_shown: &dyn Fn(Vec2) -> bool) -> usize {
        let others = self.pilots.iter().filter(|pilot| Some(pilot.id) != self.me);
        let seen = others.filter(|pilot| pilot.alive && pilot.opacity > 0.9);
        seen.filter(|pilot| is_shown(pilot.position)).count()
    }

    /// The place of a pilot on the scoreboard, from 1.
    pub fn rank(&self, id: PilotId) -> Option<usize> {
        self.scores.iter().position(|line| line.id == id).map(|index| index + 1)
    }
}

/// The simulation's angle in radians.
pub fn radians(angle: u16) -> f32 {
    angle::degrees(angle).to_radians()
}

#[cfg(test)]
impl ScoreLine {
    /// Of somebody who has done nothing yet and is called by a number.
    pub fn of(id: u16) -> Self {
        let name = format!("p{id}");
        Self { id: PilotId(id), name, bot: false, score: 0, kills: 0, deaths: 0, team: None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(id: u16, score: i16, deaths: u16) -> ScoreLine {
        ScoreLine { score, deaths, ..ScoreLine::of(id) }
    }

    #[test]
    fn nothing_is_heard_from_beyond_the_arena() {
        let half = Vec2::new(24.0, 18.0);
        let arena = Arena::new("a", half, Vec::new(), Vec::new(), Vec::new(), 0);
        let scene = Scene { arena: Some(Arc::new(arena)), ..Scene::default() };
        let heard = |point: Vec2| HeardNoise {
            cell: game_sim::noise::cell_at(point),
            kind: game_sim::NoiseKind::Shot,
            beat: 0,
        };
        let all = |point: Vec2| scene.square(&heard(point));
        assert_eq!(all(Vec2::new(1.0, 1.0)).size(), Vec2::splat(CELL_M));
        let north = all(Vec2::new(1.0, 17.5));
        assert_eq!((north.min.y, north.max.y), (16.0, 18.0));
        assert_eq!(north.width(), CELL_M);
    }

    #[test]
    fn places_count_from_one_and_nobody_is_without_a_name() {
        let scores = vec![line(2, 5, 2), line(1, 5, 9), line(0, 1, 0), line(3, 1, 0)];
        let scene = Scene { scores, ..Scene::default() };
        assert_eq!(scene.rank(PilotId(1)), Some(2));
        assert_eq!(scene.name(PilotId(9)), "?");
    }

    #[test]
    fn nobody_leads_in_a_tie_without_a_point_or_among_teams() {
        let leader =
            |scores: &[ScoreLine]| Scene { scores: scores.to_vec(), ..Scene::default() }.leader();
        assert_eq!(leader(&[line(2, 5, 2), line(1, 5, 9)]), Some(PilotId(2)), "it died less");
        assert_eq!(leader(&[line(1, 5, 2), line(2, 5, 2)]), None);
        assert_eq!(leader(&[line(1, 0, 0)]), None);
        assert_eq!(leader(&[]), None);
        let mut teams = Scene { scores: vec![line(1, 5, 2)], ..Scene::default() };
        teams.standing.mode = game_sim::Mode::ControlPoints;
        assert_eq!(teams.leader(), None);
    }
}
