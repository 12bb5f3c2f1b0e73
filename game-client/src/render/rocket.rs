//! Rockets in flight: a body with a flame, and a trail of smoke.

use std::collections::HashMap;

use bevy::prelude::*;
use game_sim::SeenRocket;

use super::camera::MUZZLE_M;
use super::effect::{Effect, Effects, Shape};
use super::models::Models;
use super::paint::{Paint, Paints};
use super::{place, turn};
use crate::scene::Scene;

/// Distance between two puffs of smoke.
const PUFF_M: f32 = 0.8;
/// Rockets are drawn larger than they are, or nobody would see them come.
const SCALE: f32 = 1.5;

/// A rocket that is drawn.
pub struct Drawn {
    root: Entity,
    puffed_at: Vec2,
    fresh: bool,
}

/// Moves rockets.
pub fn draw(
    mut commands: Commands,
    scene: Res<Scene>,
    (paints, models): (Res<Paints>, Res<Models>),
    mut drawn: Local<HashMap<u16, Drawn>>,
    mut transforms: Query<&mut Transform>,
    mut effects: Effects,
) {
    drawn.values_mut().for_each(|rocket| rocket.fresh = false);
    for rocket in &scene.rockets {
        let entry = drawn.entry(rocket.id).or_insert_with(|| {
            let root = commands.spawn((
                Mesh3d(models.rocket.clone()),
                MeshMaterial3d(paints.lit.clone()),
                stance(rocket),
            ));
            Drawn { root: root.id(), puffed_at: rocket.position, fresh: true }
        });
        entry.fresh = true;
        if let Ok(mut transform) = transforms.get_mut(entry.root) {
            *transform = stance(rocket);
        }
        let side = Paint::Side(scene.side(rocket.owner));
        puff(entry, rocket, side, &mut effects);
    }
    drawn.retain(|_, gone| {
        if !gone.fresh {
            commands.entity(gone.root).despawn();
        }
        gone.fresh
    });
}

fn stance(rocket: &SeenRocket) -> Transform {
    Transform::from_translation(place(rocket.position, MUZZLE_M))
        .with_rotation(turn(rocket.velocity.to_angle()))
        .with_scale(Vec3::splat(SCALE))
}

/// A flame at the tail in each frame, in the colour of whose it is, and smoke along the way.
fn puff(drawn: &mut Drawn, rocket: &SeenRocket, side: Paint, effects: &mut Effects) {
    let back = -rocket.velocity.normalize_or_zero();
    let tail = rocket.position + back * 0.75;
    let at = |point| Transform::from_translation(place(point, MUZZLE_M));
    for (paint, size_m, life_s) in [(Paint::Fire, 0.34, 0.10), (side, 0.5, 0.22)] {
        let flame = Effect::new(Shape::Ball, paint, at(tail), Vec3::splat(size_m), life_s);
        effects.spawn(flame.to_size(Vec3::splat(0.1)));
    }
    let way = tail - drawn.puffed_at;
    // A slow frame leaves a long gap, but never so long that it fills the screen with smoke.
    let puffs = ((way.length() / PUFF_M) as usize).min(6);
    for number in 1..=puffs {
        let point = drawn.puffed_at + way * (number as f32 / puffs as f32);
        effects.spawn(
            Effect::new(Shape::Puff, Paint::Smoke, at(point), Vec3::splat(0.18), 0.8)
                .to_size(Vec3::splat(0.5))
                .flying(Vec3::Y * 0.5, 0.0),
        );
    }
    if puffs > 0 {
        drawn.puffed_at = tail;
    }
}
