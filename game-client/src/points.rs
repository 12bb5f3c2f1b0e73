//! How the points look that teams fight for, the same on the floor, over the fight and on the map.
//!
//! The server tells how far a point leans a few times a second. In between the picture goes on towards
//! what was told last; it decides nothing, and is right again with the next word.

use bevy::prelude::*;
use game_sim::{Presence, contest};

use crate::frame::Frame;
use crate::render::palette::{self, Rgb, Side, Sides};
use crate::scene::Scene;
use crate::state::Stage;

/// How fast the picture follows what was told: the part that is left after a second.
const LEFT: f32 = 1e-4;

/// Every point, in the order of the arena's list; none where nobody fights for them.
#[derive(Resource, Clone, Debug, Default, PartialEq)]
pub struct Points(pub Vec<PointView>);

/// One point.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PointView {
    /// What people call it.
    pub letter: char,
    /// Its middle.
    pub position: Vec2,
    /// How far around it one stands on it, in metres.
    pub radius_m: f32,
    /// Whose it is.
    pub owner: Option<Side>,
    /// To whom it leans.
    pub leaning: Option<Side>,
    /// And how far, 0 to 1.
    pub part: f32,
    /// Whether both teams stand there.
    pub contested: bool,
    /// Plus for the player's team, minus for the other; what [`PointView::part`] is made of.
    lean: f32,
}

impl PointView {
    /// The colour of whose it is.
    pub fn colour(&self, sides: &Sides) -> Rgb {
        self.owner.map_or(palette::NEUTRAL, |side| sides.of(side))
    }

    /// The colour of whom it leans to.
    pub fn filling(&self, sides: &Sides) -> Rgb {
        self.leaning.map_or(palette::NEUTRAL, |side| sides.of(side))
    }
}

pub fn plugin(app: &mut App) {
    app.init_resource::<Points>()
        .add_systems(Update, follow.in_set(Frame::Notice).run_if(in_state(Stage::Playing)));
}

fn follow(time: Res<Time>, scene: Res<Scene>, mut points: ResMut<Points>) {
    let Points(points) = &mut *points;
    let spots = scene.arena.iter().flat_map(|arena| &arena.points);
    let count = if scene.has_teams() { spots.clone().count() } else { 0 };
    let known = points.len() == count;
    points.truncate(count);
    let left = if known { LEFT.powf(time.delta_secs()) } else { 0.0 };
    for (number, spot) in spots.take(count).enumerate() {
        let told = scene.standing.points.get(number).copied().unwrap_or_default();
        let (team, part) = told.leaning(&scene.rules);
        let wanted = match team.map(|team| scene.side_of(team)) {
            Some(Side::Enemy) => -part,
            Some(_) => part,
            None => 0.0,
        };
        let before = points.get(number).map_or(wanted, |point| point.lean);
        let lean = wanted + (before - wanted) * left;
        let view = PointView {
            letter: contest::letter(number),
            position: spot.position,
            radius_m: spot.radius_m,
            owner: told.owner.map(|team| scene.side_of(team)),
            leaning: side(lean),
            part: lean.abs(),
            contested: told.here == Presence::Both,
            lean,
        };
        match points.get_mut(number) {
            Some(point) => *point = view,
            None => points.push(view),
        }
    }
}

/// Whom a lean is towards; too little to see is nobody.
fn side(lean: f32) -> Option<Side> {
    match lean {
        lean if lean > 0.01 => Some(Side::Own),
        lean if lean < -0.01 => Some(Side::Enemy),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use game_bots::standing::Standing;
    use game_sim::arena::PointSpot;
    use game_sim::{Arena, Mode, Point, Team};

    #[test]
    fn points_are_seen_from_the_players_side() {
        let spot = PointSpot { position: Vec2::X, radius_m: 3.0 };
        let arena = Arena::new("a", Vec2::splat(9.0), Vec::new(), Vec::new(), Vec::new(), 0);
        let mut scene =
            Scene { arena: Some(arena.with_points(vec![spot]).into()), ..Scene::default() };
        scene.me = Some(game_sim::PilotId(1));
        scene.teams = vec![None, Some(Team::East)];
        let lean_ticks = -(scene.rules.capture_ticks as i16);
        let point = Point { owner: Some(Team::East), lean_ticks, here: Presence::Both };
        scene.standing = Standing { points: vec![point], ..Standing::of(Mode::ControlPoints) };
        let mut app = App::new();
        app.init_resource::<Time>().init_resource::<Points>().insert_resource(scene);
        app.add_systems(Update, follow);
        app.update();
        let Points(points) = app.world().resource::<Points>();
        assert_eq!((points[0].letter, points[0].owner), ('A', Some(Side::Own)));
        assert!(points[0].contested && points[0].part > 0.99);
        app.world_mut().resource_mut::<Scene>().standing = Standing::default();
        app.update();
        assert!(app.world().resource::<Points>().0.is_empty(), "no teams, no points");
    }
}
