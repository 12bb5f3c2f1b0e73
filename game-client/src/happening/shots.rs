//! Where a rifle shot ends. Nobody tells: it follows from what is seen, the first wall or pilot along
//! the aim.

use bevy::math::Vec2;
use game_sim::{PilotId, collide};

use crate::scene::Scene;

/// What stopped a shot, and how far away in metres.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum End {
    /// Somebody.
    Pilot(f32),
    /// A wall.
    Wall(f32),
    /// Nothing within its range.
    Air(f32),
}

impl End {
    /// How far it flew.
    pub fn length_m(self) -> f32 {
        let (Self::Pilot(length_m) | Self::Wall(length_m) | Self::Air(length_m)) = self;
        length_m
    }
}

/// What is in the way of a shot of `shooter` from a place along a unit vector.
pub fn end(scene: &Scene, shooter: PilotId, from: Vec2, ahead: Vec2) -> End {
    let range_m = scene.rules.rifle_range_m;
    let wall = scene.arena.as_deref().and_then(|arena| collide::cast(arena, from, ahead, range_m));
    let own = scene.own.zip(scene.me).map(|(own, id)| (id, own.position, own.alive));
    let others = scene.pilots.iter().map(|pilot| (pilot.id, pilot.position, pilot.alive));
    let pilot = own
        .into_iter()
        .chain(others)
        .filter(|&(id, _, alive)| alive && id != shooter)
        .filter_map(|(_, position, _)| {
            collide::ray_circle(from, ahead, position, scene.rules.radius_m)
        })
        .filter(|&distance| distance < wall.unwrap_or(range_m))
        .min_by(f32::total_cmp);
    match (pilot, wall) {
        (Some(distance), _) => End::Pilot(distance),
        (None, Some(distance)) => End::Wall(distance),
        (None, None) => End::Air(range_m),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scene::PilotView;
    use game_sim::Arena;

    #[test]
    fn a_tracer_ends_at_the_first_wall_or_living_pilot() {
        let arena = Arena::new("open", Vec2::splat(20.0), Vec::new(), Vec::new(), Vec::new(), 0);
        let mut scene = Scene { arena: Some(arena.into()), ..Scene::default() };
        let shot = |scene: &Scene| end(scene, PilotId(0), Vec2::ZERO, Vec2::X);
        assert_eq!(shot(&scene), End::Wall(20.0));
        let position = Vec2::new(5.0, 0.0);
        scene.pilots.push(PilotView { position, ..PilotView::still(PilotId(1)) });
        assert_eq!(shot(&scene), End::Pilot(4.5));
        scene.pilots[0].alive = false;
        assert_eq!(shot(&scene), End::Wall(20.0));
        scene.arena = None;
        assert_eq!(shot(&scene), End::Air(60.0));
    }
}
