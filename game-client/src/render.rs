//! Draws the [`Scene`](crate::scene::Scene) in three dimensions.
//!
//! The simulation's plane (x to the right, y up) lies on the floor of the drawn world (x to the right,
//! y upward, z towards the viewer). Meshes and materials are made once and shared; a frame only moves,
//! shows and hides.

mod arena;
mod blast;
mod burst;
mod camera;
mod driver;
mod effect;
mod ghost;
mod light;
mod model;
mod models;
mod noise;
mod paint;
pub mod palette;
mod pickup;
mod pilot;
mod point;
mod rocket;
mod shade;
mod shot;
mod walls;

#[cfg(test)]
pub use camera::tests::overhead;
pub use camera::{Eye, Lean, MUZZLE_M, floor_point, in_clear, in_picture};
pub use effect::Effect;
pub use ghost::GhostMaterial;
pub use light::Quality;
pub use shade::ShadeMaterial;

use bevy::prelude::*;

use crate::frame::Frame;
use crate::settings::Settings;

/// Everything that draws the arena and who is in it.
pub fn plugin(app: &mut App) {
    app.init_resource::<palette::Sides>()
        .init_resource::<paint::Paints>()
        .init_resource::<models::Models>()
        .init_resource::<ghost::Ghost>()
        .add_plugins((driver::plugin, light::plugin, camera::plugin, arena::plugin))
        .add_plugins((effect::plugin, shade::plugin))
        .add_systems(
            Update,
            (
                palette::choose.run_if(resource_changed::<Settings>),
                (paint::dye, ghost::dye).run_if(resource_changed::<palette::Sides>),
                (pilot::draw, point::draw, pickup::draw, rocket::draw),
                (shot::draw, blast::draw, burst::draw, noise::draw),
                blast::fade,
                camera::follow,
            )
                .chain()
                .in_set(Frame::Draw),
        );
}

/// A point of the plane, `height_m` above the floor, in the drawn world.
pub fn place(point: Vec2, height_m: f32) -> Vec3 {
    Vec3::new(point.x, height_m, -point.y)
}

/// The turn of a figure that looks along x to look along `radians`.
pub fn turn(radians: f32) -> Quat {
    Quat::from_rotation_y(radians)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn turning_agrees_with_placing() {
        for radians in [0.0, 0.7, 2.0, -1.3] {
            let turned = turn(radians) * Vec3::X;
            assert!(turned.distance(place(Vec2::from_angle(radians), 0.0)) < 1e-6);
        }
    }
}
