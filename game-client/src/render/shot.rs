//! Rifle shots: a flash at the muzzle, a tracer to whatever is in its way, sparks there.
//!
//! Nobody tells where a shot ended. It follows from what is seen: the first wall or pilot along the aim.

use std::collections::HashMap;

use bevy::prelude::*;
use game_sim::{PilotId, collide};

use super::camera::MUZZLE_M;
use super::effect::{Effect, Effects, Shape};
use super::figure::MUZZLE_AHEAD_M;
use super::paint::Paint;
use super::{place, turn};
use crate::scene::Scene;

/// More shots than this between two frames are drawn as one: who comes into sight has a counter that
/// means nothing yet.
const BURST: u8 = 8;

/// Somebody who may shoot.
#[derive(Clone, Copy)]
struct Shooter {
    id: PilotId,
    own: bool,
    position: Vec2,
    aim_radians: f32,
    shots: u8,
}

/// Where a tracer ends, and on what.
#[derive(Clone, Copy, Debug, PartialEq)]
enum End {
    Pilot(f32),
    Wall(f32),
    Air(f32),
}

/// Draws the shots that were fired since the last frame.
pub fn draw(scene: Res<Scene>, mut seen: Local<HashMap<PilotId, u8>>, mut effects: Effects) {
    let mut now = HashMap::with_capacity(seen.len());
    for shooter in shooters(&scene) {
        let before = seen.get(&shooter.id).copied().unwrap_or(shooter.shots);
        if (1..=BURST).contains(&shooter.shots.wrapping_sub(before)) {
            fire(&scene, &shooter, &mut effects);
        }
        now.insert(shooter.id, shooter.shots);
    }
    *seen = now;
}

fn shooters(scene: &Scene) -> impl Iterator<Item = Shooter> {
    let own = scene.own.zip(scene.me).map(|(own, id)| Shooter {
        id,
        own: true,
        position: own.position,
        aim_radians: own.aim_radians,
        shots: own.shots,
    });
    let others = scene.pilots.iter().filter(|pilot| Some(pilot.id) != scene.me);
    own.into_iter().chain(others.map(|pilot| Shooter {
        id: pilot.id,
        own: false,
        position: pilot.position,
        aim_radians: pilot.aim_radians,
        shots: pilot.shots,
    }))
}

fn fire(scene: &Scene, shooter: &Shooter, effects: &mut Effects) {
    let ahead = Vec2::from_angle(shooter.aim_radians);
    let end = end(scene, shooter, ahead);
    let (End::Pilot(length_m) | End::Wall(length_m) | End::Air(length_m)) = end;
    let point = |along_m: f32| place(shooter.position + ahead * along_m, MUZZLE_M);
    let rotation = turn(shooter.aim_radians);
    let paint = if shooter.own { Paint::Own } else { Paint::Enemy };
    let muzzle = Transform::from_translation(point(MUZZLE_AHEAD_M + 0.15)).with_rotation(rotation);
    effects.spawn(Effect::new(Shape::Ball, Paint::Fire, muzzle, Vec3::new(0.38, 0.16, 0.2), 0.06));
    let flight_m = (length_m - MUZZLE_AHEAD_M).max(0.0);
    let middle = Transform::from_translation(point(MUZZLE_AHEAD_M + flight_m * 0.5));
    for (paint, width_m, life_s) in [(paint, 0.13, 0.16), (Paint::Spark, 0.05, 0.09)] {
        let long = Vec3::new(flight_m, width_m, width_m);
        effects.spawn(
            Effect::new(Shape::Cube, paint, middle.with_rotation(rotation), long, life_s)
                .to_size(Vec3::new(flight_m, width_m * 0.3, width_m * 0.3)),
        );
    }
    match end {
        End::Air(_) => {}
        End::Wall(_) => impact(point(length_m), ahead, Paint::Spark, effects),
        End::Pilot(_) => impact(point(length_m), ahead, Paint::Fire, effects),
    }
}

/// What is in the way of a shot.
fn end(scene: &Scene, shooter: &Shooter, ahead: Vec2) -> End {
    let range_m = scene.rules.rifle_range_m;
    let wall = scene
        .arena
        .as_deref()
        .and_then(|arena| collide::cast(arena, shooter.position, ahead, range_m));
    let own = scene.own.zip(scene.me).map(|(own, id)| (id, own.position, own.alive));
    let others = scene.pilots.iter().map(|pilot| (pilot.id, pilot.position, pilot.alive));
    let pilot = own
        .into_iter()
        .chain(others)
        .filter(|&(id, _, alive)| alive && id != shooter.id)
        .filter_map(|(_, position, _)| {
            collide::ray_circle(shooter.position, ahead, position, scene.rules.radius_m)
        })
        .filter(|&distance| distance < wall.unwrap_or(range_m))
        .min_by(f32::total_cmp);
    match (pilot, wall) {
        (Some(distance), _) => End::Pilot(distance),
        (None, Some(distance)) => End::Wall(distance),
        (None, None) => End::Air(range_m),
    }
}

/// Sparks that fly back.
fn impact(point: Vec3, ahead: Vec2, paint: Paint, effects: &mut Effects) {
    let at = Transform::from_translation(point);
    effects.spawn(
        Effect::new(Shape::Ball, Paint::Fire, at, Vec3::splat(0.28), 0.1)
            .to_size(Vec3::splat(0.12)),
    );
    let back = place(-ahead, 0.0);
    let side = Vec3::Y.cross(back);
    for number in 0..5_u8 {
        let spread = f32::from(number) - 2.0;
        let velocity = back * (2.5 + spread.abs()) + side * spread * 1.3 + Vec3::Y * 2.2;
        effects.spawn(
            Effect::new(Shape::Cube, paint, at, Vec3::splat(0.1), 0.32)
                .to_size(Vec3::splat(0.03))
                .flying(velocity, 12.0),
        );
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
        let shooter = Shooter {
            id: PilotId(0),
            own: false,
            position: Vec2::ZERO,
            aim_radians: 0.0,
            shots: 1,
        };
        assert_eq!(end(&scene, &shooter, Vec2::X), End::Wall(20.0));
        scene.pilots.push(PilotView {
            id: PilotId(1),
            position: Vec2::new(5.0, 0.0),
            aim_radians: 0.0,
            health: 1,
            alive: true,
            protected: false,
            dashing: false,
            shots: 0,
            opacity: 1.0,
        });
        assert_eq!(end(&scene, &shooter, Vec2::X), End::Pilot(4.5));
        scene.pilots[0].alive = false;
        assert_eq!(end(&scene, &shooter, Vec2::X), End::Wall(20.0));
        scene.arena = None;
        assert_eq!(end(&scene, &shooter, Vec2::X), End::Air(60.0));
    }
}
