//! Explosions: a flash that lights what stands around and the floor, lumps of fire, a ring as wide as the splash,
//! debris, smoke, and what stays black on the floor.

use std::f32::consts::TAU;

use bevy::prelude::*;

use super::effect::{Effect, Effects, Shape};
use super::paint::Paint;
use super::{Quality, place, turn};
use crate::happening::{Happening, What};

/// Height of the middle of an explosion.
const MIDDLE_M: f32 = 0.8;
/// How many lights there may be at once: each costs every pixel near it.
const LIGHTS: usize = 4;
/// How long such a light lasts, and how bright it begins, in lumens.
const LIGHT_S: f32 = 0.35;
const LUMENS: f32 = 900_000.0;

/// The light of an explosion, which fades: its age in seconds, and how bright it began in lumens.
#[derive(Component)]
pub struct Glow(f32, f32);

/// Draws the explosions of this frame.
pub fn draw(
    mut commands: Commands,
    quality: Res<Quality>,
    glows: Query<(), With<Glow>>,
    mut happenings: MessageReader<Happening>,
    mut effects: Effects,
) {
    let mut lights = glows.iter().len();
    for Happening { what, point, .. } in happenings.read() {
        let What::Blast { radius_m } = what else { continue };
        explode(*point, *radius_m, &mut effects);
        let lumens = LUMENS * effects.flashes();
        if *quality == Quality::Full && lights < LIGHTS && lumens > 0.0 {
            lights += 1;
            commands.spawn((
                Glow(0.0, lumens),
                PointLight {
                    color: Color::srgb(1.0, 0.62, 0.28),
                    intensity: lumens,
                    range: radius_m * 4.0,
                    ..default()
                },
                Transform::from_translation(place(*point, 1.6)),
            ));
        }
    }
}

/// Lights fade.
pub fn fade(
    mut commands: Commands,
    time: Res<Time>,
    mut glows: Query<(Entity, &mut Glow, &mut PointLight)>,
) {
    for (entity, mut glow, mut light) in &mut glows {
        glow.0 += time.delta_secs();
        let left = 1.0 - glow.0 / LIGHT_S;
        light.intensity = glow.1 * left.max(0.0) * left.max(0.0);
        if left <= 0.0 {
            commands.entity(entity).despawn();
        }
    }
}

/// Lumps of fire that burn out to smoke and hide each other: with the light on the floor and the pieces that fly, they
/// have a height. What is on the floor only says how far it hurts.
fn explode(point: Vec2, radius_m: f32, effects: &mut Effects) {
    let at = |height_m| Transform::from_translation(place(point, height_m));
    let lump = |paint, from: f32, to: f32, life_s| {
        Effect::new(Shape::Puff, paint, at(MIDDLE_M), Vec3::splat(from), life_s)
            .to_size(Vec3::splat(to))
    };
    effects.flash(lump(Paint::Spark, 1.2, 1.6, 0.08));
    effects.flash(Effect::new(
        Shape::Pool,
        Paint::Ember,
        at(0.09),
        Vec3::splat(radius_m * 1.5),
        0.45,
    ));
    effects.spawn(
        Effect::new(Shape::Ring, Paint::Fire, at(0.12), Vec3::splat(0.6), 0.35)
            .to_size(Vec3::splat(radius_m)),
    );
    effects.spawn(
        Effect::new(Shape::Disc, Paint::Scorch, at(0.03), Vec3::splat(radius_m * 0.42), 9.0)
            .strength(0.9),
    );
    effects.spawn(lump(Paint::Blaze, 0.8, 1.25, 0.55).flying(Vec3::Y * 2.0, 0.0));
    for number in 0..12 {
        let angle = number as f32 * TAU * 0.618;
        let reach = 0.4 + (number % 4) as f32 * 0.3;
        let side = turn(angle) * Vec3::X;
        let start = at(0.7).with_rotation(turn(angle * 1.3));
        if number < 6 {
            effects.spawn(
                Effect::new(Shape::Puff, Paint::Blaze, start, Vec3::splat(0.5), 0.38 + reach * 0.3)
                    .to_size(Vec3::splat(0.45 + reach * 0.4))
                    .flying(side * (1.6 + reach * 2.4) + Vec3::Y * (2.6 - reach), 0.0)
                    .strength(1.0 - (number % 3) as f32 * 0.14),
            );
        } else if number < 10 {
            effects.spawn(
                Effect::new(Shape::Puff, Paint::Smoke, start, Vec3::splat(0.4), 1.5)
                    .to_size(Vec3::splat(1.1))
                    .flying(side * reach * 1.3 + Vec3::Y * 1.7, 0.0),
            );
        }
        // Every third piece is none of fire.
        let paint = if number % 3 == 2 { Paint::Scorch } else { Paint::Spark };
        let size = Vec3::splat(0.13 + (number % 3) as f32 * 0.08);
        let start = start.with_rotation(turn(angle * 1.3) * Quat::from_rotation_z(angle));
        effects.spawn(
            Effect::new(Shape::Shard, paint, start, size, 0.85)
                .to_size(size * 0.4)
                .flying(side * (4.0 + reach * 4.5) + Vec3::Y * (4.0 + reach * 4.0), 16.0),
        );
    }
}
