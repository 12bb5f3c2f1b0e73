//! Whether a moment begins in a frame.

use bevy::prelude::*;
use game_sim::Arena;

use super::kind::Kind;
use crate::happening::{Happening, What};
use crate::render::palette::Side;
use crate::scene::Scene;

/// For so long it is waited for somebody to be near who is not alone, in seconds: in a wide arena nobody may come.
const PICKY_S: f32 = 25.0;
/// For so long after a hit it is well seen whence it came, in seconds.
const HURT_S: f32 = 0.3;
/// Around the own pilot, for walls in the picture, in metres.
const NEAR_M: Vec2 = Vec2::new(14.0, 8.0);

/// What there is in a frame.
pub(super) struct Now<'a> {
    pub scene: &'a Scene,
    pub happened: &'a [Happening],
    /// Whether a point of the plane is in the picture.
    pub in_picture: &'a dyn Fn(Vec2) -> bool,
    /// Whether it is in the middle of it, where no panel lies.
    pub in_clear: &'a dyn Fn(Vec2) -> bool,
    /// How long ago the player was hit, in seconds.
    pub hurt_s: f32,
    /// For how long it has been waited for, in seconds.
    pub waited_s: f32,
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
            Kind::Few => {
                let near = scene.seen(self.in_clear);
                let wanted = if self.waited_s < PICKY_S { 2 } else { 1 };
                (1..=8).contains(&pilots) && near >= wanted && self.any_in_clear(is_enemy_shot)
            }
            Kind::Hidden => {
                let heard =
                    self.happened.iter().any(|happening| matches!(happening.what, What::Noise(_)));
                heard && scene.arena.as_deref().is_some_and(|arena| walls(arena, own.position) > 4)
            }
            Kind::Blast => self.any_in_clear(|happening| match happening.what {
                What::Blast { radius_m } => happening.point.distance(own.position) > radius_m,
                _ => false,
            }),
            Kind::Hurt => self.by_own(|what| matches!(what, What::Hurt { .. })),
            Kind::Kill => self.by_own(|what| matches!(what, What::Kill { .. })),
            Kind::Dash => self.by_own(|what| what == What::Dash),
            Kind::Lead => scene.leader() == scene.me && pilots >= 2,
            Kind::Last => (3.0..9.0).contains(&scene.round.left_s) && pilots >= 2,
            Kind::Point | Kind::PointHurt => {
                // Who leads is a part of what such a picture must tell.
                let [west, east] = scene.standing.scores;
                let hurt = kind == Kind::Point || self.hurt_s < HURT_S;
                west != east && hurt && stands_on_a_point(scene, own.position) && pilots >= 2
            }
            Kind::Dead | Kind::Over | Kind::WarmUp | Kind::Vote => false,
        }
    }

    fn any_in_clear(&self, what: impl Fn(&Happening) -> bool) -> bool {
        self.happened.iter().any(|happening| what(happening) && (self.in_clear)(happening.point))
    }

    fn by_own(&self, what: fn(What) -> bool) -> bool {
        self.happened.iter().any(|happening| happening.side == Side::Own && what(happening.what))
    }
}

fn is_enemy_shot(happening: &Happening) -> bool {
    matches!(happening.what, What::Shot { .. }) && happening.side == Side::Enemy
}

/// Whether a place is on a point that somebody has, takes or fights for.
fn stands_on_a_point(scene: &Scene, place: Vec2) -> bool {
    let spots = scene.arena.iter().flat_map(|arena| &arena.points);
    let mut both = spots.zip(&scene.standing.points);
    both.any(|(spot, point)| {
        let is_wanted = point.owner.is_some() || point.leaning(&scene.rules).0.is_some();
        spot.position.distance(place) < spot.radius_m && is_wanted
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
    use crate::happening::End;
    use crate::scene::{OwnView, PilotView};
    use game_sim::arena::PointSpot;
    use game_sim::{Own, PilotId, Point, Rules, Team};
    use std::sync::Arc;

    /// The player in the middle of four others, all of them near.
    fn fight() -> Scene {
        let own =
            OwnView::new(&Own { alive: true, ..Own::default() }, Vec2::ZERO, &Rules::default());
        let pilots = (1..5).map(|id| PilotView::still(PilotId(id))).collect();
        Scene { me: Some(PilotId(0)), own: Some(own), pilots, ..Scene::default() }
    }

    fn enemy(what: What, point: Vec2) -> Happening {
        Happening { what, side: Side::Enemy, point }
    }

    fn shot(point: Vec2) -> Happening {
        enemy(What::Shot { aim_radians: 0.0, end: End::Air(60.0) }, point)
    }

    /// Whether a moment begins where the picture ends at 9 m and its middle at 5 m.
    fn is(kind: Kind, scene: &Scene, happened: &[Happening], hurt_s: f32) -> bool {
        let in_picture = |point: Vec2| point.length() < 9.0;
        let in_clear = |point: Vec2| point.length() < 5.0;
        let (in_picture, in_clear, waited_s) = (&in_picture, &in_clear, 0.0);
        Now { scene, happened, in_picture, in_clear, hurt_s, waited_s }.is(kind)
    }

    #[test]
    fn a_point_is_pictured_once_somebody_leads_and_whether_held_or_fought_for() {
        let spot = PointSpot { position: Vec2::X, radius_m: 3.0 };
        let arena = Arena::new("a", Vec2::splat(9.0), Vec::new(), Vec::new(), Vec::new(), 0);
        let mut scene = fight();
        scene.arena = Some(Arc::new(arena.with_points(vec![spot])));
        let half = Rules::default().capture_ticks as i16 / 2;
        let taken = Point { lean_ticks: half, ..Point::default() };
        let held = Point { owner: Some(Team::West), lean_ticks: 2 * half, ..taken };
        for (point, is_one) in [(taken, true), (held, true), (Point::default(), false)] {
            scene.standing.points = vec![point];
            scene.standing.scores = [0, 0];
            assert!(!is(Kind::Point, &scene, &[], 9.0), "nobody leads");
            scene.standing.scores = [3, 0];
            assert_eq!(is(Kind::Point, &scene, &[], 9.0), is_one, "{point:?}");
            assert!(!is(Kind::PointHurt, &scene, &[], 9.0), "the hit is long ago");
            assert_eq!(is(Kind::PointHurt, &scene, &[], 0.1), is_one, "{point:?}");
        }
    }

    #[test]
    fn the_dead_take_no_picture_of_a_fight() {
        let mut scene = fight();
        assert!(is(Kind::Few, &scene, &[shot(Vec2::X)], 9.0));
        scene.own = scene.own.map(|own| OwnView { alive: false, respawn_s: 1.5, ..own });
        assert!(!is(Kind::Few, &scene, &[shot(Vec2::X)], 9.0));
        assert!(is(Kind::Dead, &scene, &[], 9.0));
    }

    #[test]
    fn few_are_near_enough_to_be_read() {
        let mut scene = fight();
        assert!(!is(Kind::Few, &scene, &[shot(Vec2::X * 7.0)], 9.0), "the shot is at the edge");
        for pilot in &mut scene.pilots[1..] {
            pilot.position = Vec2::X * 7.0;
        }
        assert!(!is(Kind::Few, &scene, &[shot(Vec2::X)], 9.0), "only one is in the middle");
        scene.pilots[1].position = Vec2::X * 4.0;
        assert!(is(Kind::Few, &scene, &[shot(Vec2::X)], 9.0));
    }

    #[test]
    fn no_blast_is_pictured_that_kills_the_player() {
        let blast = |x| [enemy(What::Blast { radius_m: 3.0 }, Vec2::X * x)];
        let is = |x| is(Kind::Blast, &fight(), &blast(x), 9.0);
        assert_eq!([is(1.0), is(4.0), is(8.0)], [false, true, false]);
    }
}
