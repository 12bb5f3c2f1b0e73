//! Explosions: a flash that lights what stands around, a fireball, a ring as wide as the splash, debris,
//! smoke, and what stays black on the floor.

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

fn explode(point: Vec2, radius_m: f32, effects: &mut Effects) {
    let at = |height_m| Transform::from_translation(place(point, height_m));
    let ball = |paint, from: f32, to: f32, life_s| {
        Effect::new(Shape::Puff, paint, at(MIDDLE_M), Vec3::splat(from), life_s)
            .to_size(Vec3::splat(to))
    };
    effects.flash(ball(Paint::Spark, 0.9, 1.3, 0.10));
    effects.spawn(ball(Paint::Fire, 0.8, 2.0, 0.24));
    effects.spawn(ball(Paint::Ember, 0.7, 2.6, 0.45).strength(0.85));
    effects.spawn(
        Effect::new(Shape::Ring, Paint::Fire, at(0.12), Vec3::splat(0.6), 0.35)
            .to_size(Vec3::splat(radius_m)),
    );
    effects.spawn(
        Effect::new(Shape::Disc, Paint::Ember, at(0.07), Vec3::splat(radius_m), 0.4).strength(0.5),
    );
    effects.spawn(
        Effect::new(Shape::Disc, Paint::Scorch, at(0.03), Vec3::splat(radius_m * 0.42), 9.0)
            .strength(0.9),
    );
    for number in 0..14 {
        let angle = number as f32 * TAU * 0.618;
        let reach = 0.4 + (number % 4) as f32 * 0.3;
        let side = turn(angle) * Vec3::X;
        let start = at(0.7).with_rotation(turn(angle * 1.3) * Quat::from_rotation_z(angle));
        if number < 6 {
            effects.spawn(
                Effect::new(Shape::Puff, Paint::Smoke, start, Vec3::splat(0.5), 1.6)
                    .to_size(Vec3::splat(1.3))
                    .flying(side * reach * 1.6 + Vec3::Y * 0.9, 0.0),
            );
        }
        let size = Vec3::splat(0.12 + (number % 3) as f32 * 0.07);
        effects.spawn(
            Effect::new(Shape::Shard, Paint::Spark, start, size, 0.8)
                .to_size(size * 0.4)
                .flying(side * (4.0 + reach * 4.5) + Vec3::Y * (3.0 + reach * 3.5), 16.0),
        );
    }
}
