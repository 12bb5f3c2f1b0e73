//! What flashes for a moment where something happened to a pilot: wounds, deaths, dashes, arrivals, what
//! was picked up, and around the own pilot where a hit came from.

use std::f32::consts::TAU;

use bevy::prelude::*;

use super::camera::around;
use super::effect::{Effect, Effects, Shape};
use super::paint::Paint;
use super::palette::Side;
use super::{place, turn};
use crate::happening::{Happening, What};

/// How far from the own pilot the wedge is that tells where a hit came from.
const WEDGE_M: f32 = 2.4;
/// Above all walls, which would hide it.
const HEIGHT_M: f32 = 2.7;

/// Draws what happened in this frame.
pub fn draw(mut happenings: MessageReader<Happening>, mut effects: Effects) {
    for Happening { what, side, point } in happenings.read() {
        let (point, paint) = (*point, Paint::Side(*side));
        match what {
            What::Struck => struck(point, &mut effects),
            What::Fell => fell(point, *side, &mut effects),
            What::Appeared => ring(point, paint, 3.2, 0.5, &mut effects),
            What::Dash => ring(point, paint, 0.5, 1.5, &mut effects),
            What::Taken { own: true, .. } => ring(point, Paint::Good, 0.6, 2.0, &mut effects),
            What::Returned => ring(point, Paint::Spark, 1.6, 0.7, &mut effects),
            What::Hurt { from_radians } => wedge(point, *from_radians, &mut effects),
            _ => {}
        }
    }
}

fn ring(point: Vec2, paint: Paint, from_m: f32, to_m: f32, effects: &mut Effects) {
    let floor = Transform::from_translation(place(point, 0.08));
    let ring = Effect::new(Shape::Ring, paint, floor, Vec3::splat(from_m), 0.4);
    effects.spawn(ring.to_size(Vec3::splat(to_m)));
}

fn struck(point: Vec2, effects: &mut Effects) {
    let middle = Transform::from_translation(place(point, 0.95));
    let glow = Effect::new(Shape::Ball, Paint::Spark, middle, Vec3::splat(0.7), 0.12);
    effects.spawn(glow.to_size(Vec3::splat(0.4)).strength(0.35));
}

fn wedge(point: Vec2, from_radians: f32, effects: &mut Effects) {
    let at = Transform::from_translation(around(point, HEIGHT_M)).with_rotation(turn(from_radians));
    let wedge = Effect::new(Shape::Wedge, Paint::Danger, at, Vec3::splat(WEDGE_M), 0.7);
    effects.spawn(wedge.along(HEIGHT_M));
}

/// A flash, a ring, and pieces of the suit that fly and come to lie.
fn fell(point: Vec2, side: Side, effects: &mut Effects) {
    let paint = Paint::Side(side);
    let middle = Transform::from_translation(place(point, 0.8));
    let flash = Effect::new(Shape::Puff, Paint::Fire, middle, Vec3::splat(0.6), 0.2);
    effects.flash(flash.to_size(Vec3::splat(1.6)));
    ring(point, paint, 0.4, 2.6, effects);
    let mark = Transform::from_translation(place(point, 0.035));
    effects
        .spawn(Effect::new(Shape::Disc, Paint::Scorch, mark, Vec3::splat(0.9), 7.0).strength(0.8));
    for shard in 0..12 {
        // The golden angle spreads any number of shards evenly.
        let angle = shard as f32 * TAU * 0.618;
        let speed = 2.5 + (shard % 5) as f32 * 0.9;
        let up = 3.0 + (shard % 4) as f32 * 1.3;
        let size = Vec3::splat(0.24 + (shard % 3) as f32 * 0.10);
        let velocity = turn(angle) * Vec3::X * speed + Vec3::Y * up;
        let start = middle.with_rotation(Quat::from_rotation_x(angle) * turn(angle * 1.7));
        effects.spawn(
            Effect::new(Shape::Shard, paint, start, size, 1.4)
                .to_size(size * 0.5)
                .flying(velocity, 14.0),
        );
    }
    for puff in 0..3 {
        let start = middle.with_rotation(turn(puff as f32 * 2.1));
        let drift = turn(puff as f32 * 2.1) * Vec3::X * 0.7 + Vec3::Y * 1.1;
        effects.spawn(
            Effect::new(Shape::Puff, Paint::Smoke, start, Vec3::splat(0.4), 1.3)
                .to_size(Vec3::splat(1.0))
                .flying(drift, 0.0),
        );
    }
}
