//! Rockets: a body with a flame and a trail of smoke, and the explosion where one ends.

use std::collections::HashMap;
use std::f32::consts::TAU;

use bevy::prelude::*;
use game_sim::{Arena, PilotId, SeenRocket, collide};

use super::camera::MUZZLE_M;
use super::effect::{Effect, Effects, Shape};
use super::paint::{Paint, Paints};
use super::{figure, place, turn};
use crate::scene::Scene;

/// Distance between two puffs of smoke.
const PUFF_M: f32 = 0.7;
/// A rocket that is gone has exploded when it was this near to something that it flew at.
const END_M: f32 = 2.2;

/// The mesh of all rockets.
pub struct Body(Handle<Mesh>);

impl FromWorld for Body {
    fn from_world(world: &mut World) -> Self {
        Self(world.resource_mut::<Assets<Mesh>>().add(figure::rocket()))
    }
}

/// A rocket that is drawn.
pub struct Drawn {
    root: Entity,
    rocket: SeenRocket,
    puffed_at: Vec2,
    fresh: bool,
}

/// Moves rockets; blows up those that are gone.
pub fn draw(
    mut commands: Commands,
    scene: Res<Scene>,
    paints: Res<Paints>,
    body: Local<Body>,
    mut drawn: Local<HashMap<u16, Drawn>>,
    mut transforms: Query<&mut Transform>,
    mut effects: Effects,
) {
    drawn.values_mut().for_each(|rocket| rocket.fresh = false);
    for rocket in &scene.rockets {
        let entry = drawn.entry(rocket.id).or_insert_with(|| {
            let root = commands.spawn((
                Mesh3d(body.0.clone()),
                MeshMaterial3d(paints.lit.clone()),
                stance(rocket),
            ));
            Drawn { root: root.id(), rocket: *rocket, puffed_at: rocket.position, fresh: true }
        });
        entry.fresh = true;
        entry.rocket = *rocket;
        if let Ok(mut transform) = transforms.get_mut(entry.root) {
            *transform = stance(rocket);
        }
        puff(entry, &mut effects);
    }
    drawn.retain(|_, gone| {
        if !gone.fresh {
            commands.entity(gone.root).despawn();
            if let Some(point) = end(&scene, &gone.rocket) {
                explode(point, scene.rules.splash_radius_m, &mut effects);
            }
        }
        gone.fresh
    });
}

fn stance(rocket: &SeenRocket) -> Transform {
    Transform::from_translation(place(rocket.position, MUZZLE_M))
        .with_rotation(turn(rocket.velocity.to_angle()))
}

/// A flame at the tail in each frame, and smoke along the way.
fn puff(drawn: &mut Drawn, effects: &mut Effects) {
    let rocket = drawn.rocket;
    let back = -rocket.velocity.normalize_or_zero();
    let tail = rocket.position + back * 0.55;
    let at = |point| Transform::from_translation(place(point, MUZZLE_M));
    effects.spawn(
        Effect::new(Shape::Ball, Paint::Rocket, at(tail), Vec3::splat(0.34), 0.12)
            .to_size(Vec3::splat(0.1)),
    );
    let way = tail - drawn.puffed_at;
    // A slow frame leaves a long gap, but never so long that it fills the screen with smoke.
    let puffs = ((way.length() / PUFF_M) as usize).min(6);
    for number in 1..=puffs {
        let point = drawn.puffed_at + way * (number as f32 / puffs as f32);
        effects.spawn(
            Effect::new(Shape::Ball, Paint::Smoke, at(point), Vec3::splat(0.16), 0.7)
                .to_size(Vec3::splat(0.42))
                .flying(Vec3::Y * 0.5, 0.0),
        );
    }
    if puffs > 0 {
        drawn.puffed_at = tail;
    }
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

/// A flash, a fireball, a ring as wide as the splash, smoke and sparks.
fn explode(point: Vec2, radius_m: f32, effects: &mut Effects) {
    let at = |height_m| Transform::from_translation(place(point, height_m));
    let ball = |paint, from: f32, to: f32, life_s| {
        Effect::new(Shape::Ball, paint, at(MUZZLE_M), Vec3::splat(from), life_s)
            .to_size(Vec3::splat(to))
    };
    effects.spawn(ball(Paint::Fire, 0.8, 1.7, 0.22));
    effects.spawn(ball(Paint::Ember, 0.6, 2.4, 0.4).strength(0.8));
    effects.spawn(
        Effect::new(Shape::Ring, Paint::Ember, at(0.1), Vec3::splat(0.5), 0.45)
            .to_size(Vec3::splat(radius_m)),
    );
    effects.spawn(
        Effect::new(Shape::Disc, Paint::Ember, at(0.06), Vec3::splat(radius_m), 0.35).strength(0.4),
    );
    for number in 0..12 {
        let angle = number as f32 * TAU * 0.618;
        let reach = 0.4 + (number % 4) as f32 * 0.3;
        let side = turn(angle) * Vec3::X;
        if number < 6 {
            effects.spawn(
                Effect::new(Shape::Ball, Paint::Smoke, at(0.7), Vec3::splat(0.5), 1.1)
                    .to_size(Vec3::splat(1.1))
                    .flying(side * reach + Vec3::Y * 0.9, 0.0),
            );
        }
        effects.spawn(
            Effect::new(Shape::Cube, Paint::Spark, at(0.8), Vec3::splat(0.14), 0.6)
                .to_size(Vec3::splat(0.04))
                .flying(side * (4.0 + reach * 4.0) + Vec3::Y * (3.0 + reach * 3.0), 16.0),
        );
    }
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
        let pilot = PilotView {
            id: PilotId(7),
            position: Vec2::X,
            aim_radians: 0.0,
            health: 100,
            alive: true,
            protected: false,
            dashing: false,
            shots: 0,
            opacity: 1.0,
        };
        scene.pilots.push(pilot);
        assert_eq!(end(&scene, &rocket(Vec2::ZERO)), None, "nobody is met by the own rocket");
        scene.pilots.push(PilotView { id: PilotId(8), ..pilot });
        assert_eq!(end(&scene, &rocket(Vec2::ZERO)), Some(Vec2::X));
    }
}
