//! Rockets that start, and those that are gone: exploded, or only out of sight.

use std::collections::HashMap;

use bevy::math::Vec2;
use game_sim::{Arena, PilotId, SeenRocket, collide};

use super::{Happening, What};
use crate::scene::Scene;

/// A rocket that is gone has exploded when it was this near to something that it flew at.
const END_M: f32 = 2.2;
/// A rocket that is this near to its owner when it is first seen has just been fired.
const FRESH_M: f32 = 3.0;

/// The rockets of the last scene.
#[derive(Default)]
pub(super) struct Rockets(HashMap<u16, (SeenRocket, bool)>);

impl Rockets {
    pub(super) fn notice(&mut self, scene: &Scene, tell: &mut impl FnMut(Happening)) {
        self.0.values_mut().for_each(|(_, fresh)| *fresh = false);
        for rocket in &scene.rockets {
            if self.0.insert(rocket.id, (*rocket, true)).is_none() && was_fired(scene, rocket) {
                let side = scene.side(rocket.owner);
                tell(Happening { what: What::Launch, side, point: rocket.position });
            }
        }
        let radius_m = scene.rules.splash_radius_m;
        self.0.retain(|_, (rocket, fresh)| {
            if !*fresh && let Some(point) = end(scene, rocket) {
                let side = scene.side(rocket.owner);
                tell(Happening { what: What::Blast { radius_m }, side, point });
            }
            *fresh
        });
    }
}

fn was_fired(scene: &Scene, rocket: &SeenRocket) -> bool {
    let own = scene.own.filter(|_| scene.me == Some(rocket.owner)).map(|own| own.position);
    let other = || scene.pilots.iter().find(|pilot| pilot.id == rocket.owner);
    let owner = own.or_else(|| other().map(|pilot| pilot.position));
    owner.is_some_and(|position| position.distance(rocket.position) < FRESH_M)
}

/// Where a rocket that is gone has exploded. None when it only went out of sight.
fn end(scene: &Scene, rocket: &SeenRocket) -> Option<Vec2> {
    let ahead = rocket.velocity.normalize_or_zero();
    let wall = scene.arena.as_deref().and_then(|arena: &Arena| {
        collide::cast(arena, rocket.position, ahead, END_M)
            .map(|distance| rocket.position + ahead * (distance - 0.1).max(0.0))
    });
    wall.or_else(|| met(scene, rocket))
}

/// The pilot that a rocket met, if it was near one, other than who fired it.
fn met(scene: &Scene, rocket: &SeenRocket) -> Option<Vec2> {
    let own = scene.own.zip(scene.me).map(|(own, id)| (id, own.position));
    let others = scene.pilots.iter().map(|pilot| (pilot.id, pilot.position));
    let near = |&(id, position): &(PilotId, Vec2)| {
        id != rocket.owner && position.distance(rocket.position) < END_M
    };
    own.into_iter().chain(others).find(near).map(|(_, position)| position)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scene::PilotView;

    fn rocket(position: Vec2) -> SeenRocket {
        SeenRocket { id: 1, owner: PilotId(7), position, velocity: Vec2::X * 25.0 }
    }

    #[test]
    fn a_rocket_that_vanishes_in_the_open_was_only_lost_from_sight() {
        let arena = Arena::new("open", Vec2::splat(20.0), Vec::new(), Vec::new(), Vec::new(), 0);
        let mut scene = Scene { arena: Some(arena.into()), ..Scene::default() };
        assert_eq!(end(&scene, &rocket(Vec2::ZERO)), None);
        let wall = end(&scene, &rocket(Vec2::new(19.0, 0.0))).unwrap();
        assert!((wall.x - 19.9).abs() < 0.01, "it explodes in front of the wall, at {wall}");
        let pilot = PilotView { position: Vec2::X, ..PilotView::still(PilotId(7)) };
        scene.pilots.push(pilot);
        assert_eq!(end(&scene, &rocket(Vec2::ZERO)), None, "nobody is met by the own rocket");
        scene.pilots.push(PilotView { id: PilotId(8), ..pilot });
        assert_eq!(end(&scene, &rocket(Vec2::ZERO)), Some(Vec2::X));
    }

    #[test]
    fn a_rocket_is_launched_once_and_explodes_once() {
        let mut scene = Scene::default();
        scene.pilots.push(PilotView { position: Vec2::NEG_X, ..PilotView::still(PilotId(7)) });
        scene.pilots.push(PilotView { position: Vec2::X * 9.0, ..PilotView::still(PilotId(8)) });
        let (mut rockets, mut told) = (Rockets::default(), Vec::new());
        for x in [0.0, 4.0, 8.5] {
            scene.rockets = vec![rocket(Vec2::X * x)];
            rockets.notice(&scene, &mut |happening| told.push(happening.what));
        }
        scene.rockets.clear();
        for _ in 0..2 {
            rockets.notice(&scene, &mut |happening| told.push(happening.what));
        }
        let radius_m = scene.rules.splash_radius_m;
        assert_eq!(told, [What::Launch, What::Blast { radius_m }]);
    }
}
