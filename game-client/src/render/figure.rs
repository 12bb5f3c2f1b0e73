//! What pilots, rockets and pickups look like: one mesh for each, looking along x, standing on the
//! floor. Every outline is different from above, so that nobody needs the colours.

use bevy::prelude::*;
use game_sim::PickupKind;

use super::camera::MUZZLE_M;
use super::model::Model;
use super::palette::{self, Rgb};

/// How far in front of a pilot's centre its muzzle is.
pub const MUZZLE_AHEAD_M: f32 = 0.95;

/// A pilot: a round hull, shoulders across, a bright visor in front and the gun on the right side.
pub fn pilot(rgb: Rgb) -> Mesh {
    let at = Transform::from_xyz;
    let gun_reach = MUZZLE_AHEAD_M - 0.1;
    Model::default()
        .shaded(
            ConicalFrustum { radius_top: 0.40, radius_bottom: 0.30, height: 0.5 },
            rgb,
            0.45,
            at(0.0, 0.40, 0.0),
        )
        .shaded(Cylinder::new(0.44, 0.16), palette::METAL, 1.0, at(0.0, 0.16, 0.0))
        .with(Cuboid::new(0.42, 0.30, 1.02), rgb, at(-0.04, 0.80, 0.0))
        .shaded(Cuboid::new(0.30, 0.34, 0.5), palette::METAL, 1.4, at(-0.30, 0.84, 0.0))
        .shaded(Sphere::new(0.27).mesh().uv(14, 9), rgb, 1.25, at(0.02, 1.08, 0.0))
        .with(Cuboid::new(0.12, 0.13, 0.30), palette::VISOR, at(0.23, 1.12, 0.0))
        .with(
            Cuboid::new(gun_reach, 0.15, 0.16),
            palette::METAL,
            at(gun_reach * 0.5 + 0.1, MUZZLE_M, 0.0),
        )
        .with(Cuboid::new(0.16, 0.20, 0.22), rgb, at(MUZZLE_AHEAD_M - 0.22, MUZZLE_M, 0.0))
        .mesh()
}

/// The ring under a pilot, with a beak that shows where it aims even when the figure is small.
pub fn ring(rgb: Rgb, radius_m: f32) -> Mesh {
    let flat = Quat::from_rotation_x(-std::f32::consts::FRAC_PI_2);
    let beak = Triangle2d::new(
        Vec2::new(radius_m + 0.42, 0.0),
        Vec2::new(radius_m + 0.02, 0.26),
        Vec2::new(radius_m + 0.02, -0.26),
    );
    Model::default()
        .with(Annulus::new(radius_m - 0.10, radius_m), rgb, Transform::from_rotation(flat))
        .with(beak, rgb, Transform::from_rotation(flat))
        .mesh()
}

/// A rocket: a body with a pointed head and fins.
pub fn rocket() -> Mesh {
    let along = Quat::from_rotation_z(-std::f32::consts::FRAC_PI_2);
    let lying = |x: f32| Transform::from_xyz(x, 0.0, 0.0).with_rotation(along);
    Model::default()
        .with(Cylinder::new(0.13, 0.6), palette::VISOR, lying(0.0))
        .with(Cone::new(0.15, 0.3), palette::ROCKETS, lying(0.45))
        .with(Cuboid::new(0.2, 0.03, 0.5), palette::ROCKETS, Transform::from_xyz(-0.25, 0.0, 0.0))
        .with(Cuboid::new(0.2, 0.5, 0.03), palette::ROCKETS, Transform::from_xyz(-0.25, 0.0, 0.0))
        .mesh()
}

/// A pickup's sign: a cross, a row of rounds, or a rocket on its tail.
pub fn pickup(kind: PickupKind) -> Mesh {
    let at = Transform::from_xyz;
    let rgb = pickup_color(kind);
    match kind {
        PickupKind::Health => Model::default()
            .with(Cuboid::new(1.0, 0.34, 0.34), rgb, at(0.0, 0.0, 0.0))
            .with(Cuboid::new(0.34, 0.34, 1.0), rgb, at(0.0, 0.0, 0.0))
            .mesh(),
        PickupKind::Rifle => [-0.34, 0.0, 0.34]
            .into_iter()
            .fold(Model::default(), |model, x| {
                model.with(Cylinder::new(0.12, 0.5), rgb, at(x, -0.1, 0.0)).shaded(
                    Cone::new(0.12, 0.3),
                    rgb,
                    0.55,
                    at(x, 0.3, 0.0),
                )
            })
            .mesh(),
        PickupKind::Rockets => Model::default()
            .with(Cylinder::new(0.2, 0.55), palette::VISOR, at(0.0, 0.0, 0.0))
            .with(Cone::new(0.22, 0.42), rgb, at(0.0, 0.48, 0.0))
            .with(Cuboid::new(0.75, 0.25, 0.06), rgb, at(0.0, -0.25, 0.0))
            .with(Cuboid::new(0.06, 0.25, 0.75), rgb, at(0.0, -0.25, 0.0))
            .mesh(),
    }
}

/// The ring on the floor where a pickup lies or will lie.
pub fn pad(kind: PickupKind) -> Mesh {
    let flat = Quat::from_rotation_x(-std::f32::consts::FRAC_PI_2);
    let rgb = pickup_color(kind);
    Model::default()
        .shaded(Annulus::new(0.78, 0.9), rgb, 0.6, Transform::from_rotation(flat))
        .shaded(Circle::new(0.5), rgb, 0.16, Transform::from_rotation(flat))
        .mesh()
}

/// The colour of a kind of pickup, the same on the floor and in the display.
pub fn pickup_color(kind: PickupKind) -> Rgb {
    match kind {
        PickupKind::Health => palette::HEALTH,
        PickupKind::Rifle => palette::ROUNDS,
        PickupKind::Rockets => palette::ROCKETS,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reach(mesh: &Mesh, axis: usize) -> (f32, f32) {
        let Some(bevy::mesh::VertexAttributeValues::Float32x3(points)) =
            mesh.attribute(Mesh::ATTRIBUTE_POSITION)
        else {
            panic!("a mesh has positions");
        };
        points.iter().fold((f32::MAX, f32::MIN), |(least, most), point| {
            (least.min(point[axis]), most.max(point[axis]))
        })
    }

    #[test]
    fn pilots_look_along_x_and_stand_on_the_floor() {
        let mesh = pilot(palette::OWN);
        let (back, front) = reach(&mesh, 0);
        assert!(front > 0.8 && front > -back * 1.5, "the gun shows the aim: {back} to {front}");
        assert!(reach(&mesh, 1).0 >= 0.0);
        assert!(reach(&ring(palette::OWN, 0.6), 1).1.abs() < 1e-5, "rings are flat");
    }
}
