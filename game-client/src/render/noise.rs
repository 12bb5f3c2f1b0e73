//! What is heard and not seen: a ring over the square that a noise came from, and around the own pilot an
//! arc that points there, since most of what is heard is beyond the picture.
//!
//! The ring is as wide as the square, so that nobody takes its middle for the place of the noise; where the
//! square reaches out of the arena, as what is left of it.

use bevy::math::Rect;
use bevy::prelude::*;
use game_sim::{HeardNoise, NoiseKind, noise::CELL_M};

use super::camera::around;
use super::effect::{Effect, Effects, Shape};
use super::paint::Paint;
use super::turn;
use crate::happening::{Happening, What};
use crate::scene::{OwnView, Scene};

/// How long a noise is shown.
const LIFE_S: f32 = 0.9;
/// Above all walls, which would hide the better part of it.
const HEIGHT_M: f32 = 2.7;
/// How far from the own pilot the arc is, and how near a noise needs none.
const ARC_M: f32 = 7.5;

/// Draws the noises that are new.
pub fn draw(scene: Res<Scene>, mut happenings: MessageReader<Happening>, mut effects: Effects) {
    for happening in happenings.read() {
        let What::Noise(noise) = &happening.what else { continue };
        let (square, strength) = (scene.square(noise), strength(noise));
        ring(square, strength, &mut effects);
        if let Some(own) = &scene.own {
            arc(own, square.center(), strength, &mut effects);
        }
    }
}

fn strength(noise: &HeardNoise) -> f32 {
    match noise.kind {
        NoiseKind::Shot => 0.45,
        NoiseKind::Blast => 0.75,
    }
}

/// It grows to the width of the square, as a sound spreads.
fn ring(square: Rect, strength: f32, effects: &mut Effects) {
    let at = Transform::from_translation(around(square.center(), HEIGHT_M));
    let half = square.half_size();
    let size = |part: f32| Vec3::new(half.x, 1.0, half.y) * part;
    effects.spawn(
        Effect::new(Shape::Ring, Paint::Noise, at, size(0.6), LIFE_S)
            .to_size(size(1.0))
            .strength(strength),
    );
}

/// Around the own pilot, where the noise came from.
fn arc(own: &OwnView, from: Vec2, strength: f32, effects: &mut Effects) {
    let way = from - own.position;
    if way.length() <= ARC_M + CELL_M / 2.0 {
        return;
    }
    let at = Transform::from_translation(around(own.position, HEIGHT_M))
        .with_rotation(turn(way.to_angle()));
    effects.spawn(
        Effect::new(Shape::Arc, Paint::Noise, at, Vec3::splat(ARC_M), LIFE_S * 0.7)
            .along(HEIGHT_M)
            .strength(strength),
    );
}
