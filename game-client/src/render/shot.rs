//! Rifle shots: a star at the muzzle, a tracer to whatever was in the way, sparks there.

use bevy::prelude::*;

use super::camera::MUZZLE_M;
use super::effect::{Effect, Effects, Shape};
use super::models::{MUZZLE_AHEAD_M, MUZZLE_RIGHT_M};
use super::paint::Paint;
use super::palette::Side;
use super::{place, turn};
use crate::happening::{End, Happening, What};

/// Draws the shots of this frame.
pub fn draw(mut happenings: MessageReader<Happening>, mut effects: Effects) {
    for Happening { what, side, point } in happenings.read() {
        match what {
            What::Shot { aim_radians, end } => {
                fire(*side, *point, *aim_radians, *end, &mut effects)
            }
            What::Launch => blow(*point, &mut effects),
            _ => {}
        }
    }
}

/// The tracer begins at the muzzle, which is beside the line that the shot takes, and meets that line
/// where the shot ends.
fn fire(side: Side, position: Vec2, aim_radians: f32, end: End, effects: &mut Effects) {
    let ahead = Vec2::from_angle(aim_radians);
    let muzzle = position + ahead * (MUZZLE_AHEAD_M + 0.1) - ahead.perp() * MUZZLE_RIGHT_M;
    let target = position + ahead * end.length_m();
    let flash =
        Transform::from_translation(place(muzzle, MUZZLE_M + 0.1)).with_rotation(turn(aim_radians));
    let paint = Paint::Side(side);
    effects.flash(Effect::new(Shape::Flash, Paint::Fire, flash, Vec3::splat(0.5), 0.07));
    effects.flash(Effect::new(Shape::Flash, paint, flash, Vec3::splat(0.85), 0.10).strength(0.7));
    let way = target - muzzle;
    let flight_m = way.length();
    // Who shoots into a wall before its muzzle has no tracer.
    if way.dot(ahead) > 0.0 {
        let middle = Transform::from_translation(place(muzzle + way * 0.5, MUZZLE_M + 0.1))
            .with_rotation(turn(way.to_angle()));
        for (paint, width_m, life_s) in [(paint, 0.15, 0.18), (Paint::Spark, 0.05, 0.09)] {
            let long = Vec3::new(flight_m, width_m, width_m);
            effects.spawn(
                Effect::new(Shape::Cube, paint, middle, long, life_s).to_size(Vec3::new(
                    flight_m,
                    width_m * 0.3,
                    width_m * 0.3,
                )),
            );
        }
    }
    let hit = place(target, MUZZLE_M + 0.1);
    match end {
        End::Air(_) => {}
        End::Wall(_) => impact(hit, ahead, Paint::Spark, effects),
        End::Pilot(_) => impact(hit, ahead, Paint::Fire, effects),
    }
}

/// A launcher's blow.
fn blow(point: Vec2, effects: &mut Effects) {
    let at = Transform::from_translation(place(point, MUZZLE_M));
    let puff = Effect::new(Shape::Puff, Paint::Rocket, at, Vec3::splat(0.4), 0.16);
    effects.spawn(puff.to_size(Vec3::splat(0.9)));
}

/// Sparks that fly back.
fn impact(point: Vec3, ahead: Vec2, paint: Paint, effects: &mut Effects) {
    let at = Transform::from_translation(point);
    effects.spawn(
        Effect::new(Shape::Ball, Paint::Fire, at, Vec3::splat(0.30), 0.1)
            .to_size(Vec3::splat(0.12)),
    );
    let back = place(-ahead, 0.0);
    let side = Vec3::Y.cross(back);
    for number in 0..4_u8 {
        let spread = f32::from(number) - 1.5;
        let velocity = back * (2.5 + spread.abs()) + side * spread * 1.6 + Vec3::Y * 2.2;
        effects.spawn(
            Effect::new(Shape::Shard, paint, at, Vec3::splat(0.13), 0.32)
                .to_size(Vec3::splat(0.04))
                .flying(velocity, 12.0),
        );
    }
}
