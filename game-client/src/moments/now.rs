//! Whether a moment begins in a frame.

use bevy::prelude::*;
use game_sim::Arena;

use super::kind::Kind;
use crate::happening::{Happening, What};
use crate::render::palette::Side;
use crate::scene::Scene;

/// Around the own pilot, for walls in the picture, in metres.
const NEAR_M: Vec2 = Vec2::new(14.0, 8.0);

/// What there is in a frame.
pub(super) struct Now<'a> {
    pub scene: &'a Scene,
    pub happened: &'a [Happening],
    /// Whether a point of the plane is in the picture.
    pub in_picture: &'a dyn Fn(Vec2) -> bool,
}

impl Now<'_> {
    /// Whether a moment begins.
    pub fn is(&self, kind: Kind) -> bool {
        let scene = self.scene;
        match kind {
            Kind::Over => return scene.round.over,
            Kind::Vote => return scene.standing.ballot.is_some(),
            Kind::WarmUp => return scene.round.warm_up && scene.own.is_some(),
            _ => {}
        }
        let Some(own) = scene.own else { return false };
        if !own.alive || scene.round.over {
            return kind == Kind::Dead && !own.alive && own.respawn_s > 0.8 && !scene.round.over;
        }
        let pilots = scene.seen(self.in_picture);
        match kind {
            Kind::Few => (2..=8).contains(&pilots) && self.any(is_enemy_shot),
            Kind::Hidden => {
                let heard =
                    self.happened.iter().any(|happening| matches!(happening.what, What::Noise(_)));
                heard && scene.arena.as_deref().is_some_and(|arena| walls(arena, own.position) > 4)
            }
            Kind::Blast => self.any(|happening| matches!(happening.what, What::Blast { .. })),
            Kind::Hurt => self.by_own(|what| matches!(what, What::Hurt { .. })),
            Kind::Kill => self.by_own(|what| matches!(what, What::Kill { .. })),
            Kind::Dash => self.by_own(|what| what == What::Dash),
            Kind::Lead => scene.leader() == scene.me && pilots >= 2,
            Kind::Last => (3.0..9.0).contains(&scene.round.left_s) && pilots >= 2,
            Kind::Point => {
                // Who leads is a part of what such a picture must tell.
                let [west, east] = scene.standing.scores;
                west != east && stands_on_a_point(scene, own.position) && self.any(is_enemy_shot)
            }
            Kind::Dead | Kind::Over | Kind::WarmUp | Kind::Vote => false,
        }
    }

    fn any(&self, what: fn(&Happening) -> bool) -> bool {
        self.happened.iter().any(|happening| what(happening) && (self.in_picture)(happening.point))
    }

    fn by_own(&self, what: fn(What) -> bool) -> bool {
        self.happened.iter().any(|happening| happening.side == Side::Own && what(happening.what))
    }
}

fn is_enemy_shot(happening: &Happening) -> bool {
    matches!(happening.what, What::Shot { .. }) && happening.side == Side::Enemy
}

/// Whether a place is on a point that is neither somebody's wholly nor nobody's.
fn stands_on_a_point(scene: &Scene, place: Vec2) -> bool {
    let spots = scene.arena.iter().flat_map(|arena| &arena.points);
    let mut both = spots.zip(&scene.standing.points);
    both.any(|(spot, point)| {
        let part = point.leaning(&scene.rules).1;
        spot.position.distance(place) < spot.radius_m && (0.3..0.8).contains(&part)
    })
}

/// How many walls are in the picture.
fn walls(arena: &Arena, around: Vec2) -> usize {
    let near =
        |wall: &&game_sim::arena::Wall| (wall.nearest(around) - around).abs().cmple(NEAR_M).all();
    arena.walls.iter().filter(near).count()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scene::{OwnView, PilotView};
    use game_sim::arena::PointSpot;
    use game_sim::{Own, PilotId, Point, Rules};
    use std::sync::Arc;

    #[test]
    fn a_point_is_pictured_once_somebody_leads() {
        let spot = PointSpot { position: Vec2::X, radius_m: 3.0 };
        let arena = Arena::new("a", Vec2::splat(9.0), Vec::new(), Vec::new(), Vec::new(), 0);
        let own =
            OwnView::new(&Own { alive: true, ..Own::default() }, Vec2::ZERO, &Rules::default());
        let mut scene = Scene { own: Some(own), ..Scene::default() };
        scene.arena = Some(Arc::new(arena.with_points(vec![spot])));
        let half = Rules::default().capture_ticks as i16 / 2;
        scene.standing.points = vec![Point { lean_ticks: half, ..Point::default() }];
        let what = What::Shot { aim_radians: 0.0, end: crate::happening::End::Air(60.0) };
        let shot = [Happening { what, side: Side::Enemy, point: Vec2::X }];
        let is =
            |scene: &Scene| Now { scene, happened: &shot, in_picture: &|_| true }.is(Kind::Point);
        assert!(!is(&scene), "nobody leads");
        scene.standing.scores = [3, 0];
        assert!(is(&scene));
    }

    #[test]
    fn the_dead_take_no_picture_of_a_fight() {
        let own =
            OwnView::new(&Own { alive: true, ..Own::default() }, Vec2::ZERO, &Rules::default());
        let mut scene = Scene { me: Some(PilotId(0)), own: Some(own), ..Scene::default() };
        scene.pilots = (1..5).map(|id| PilotView::still(PilotId(id))).collect();
        let end = crate::happening::End::Air(60.0);
        let what = What::Shot { aim_radians: 0.0, end };
        let shot = [Happening { what, side: Side::Enemy, point: Vec2::X }];
        let is = |kind, scene: &Scene| {
            let in_picture = |point: Vec2| point.length() < 9.0;
            Now { scene, happened: &shot, in_picture: &in_picture }.is(kind)
        };
        assert!(is(Kind::Few, &scene));
        scene.pilots[0].position = Vec2::X * 20.0;
        assert_eq!(scene.seen(&|point| point.length() < 9.0), 3, "one is beyond the picture");
        scene.own = Some(OwnView { alive: false, respawn_s: 1.5, ..own });
        assert!(!is(Kind::Few, &scene) && is(Kind::Dead, &scene));
    }
}
