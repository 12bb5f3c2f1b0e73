//! What effects are made of: shapes, each a mesh that all effects of it share.

use bevy::prelude::*;

use crate::render::model::{Model, Quads};
use crate::render::models::Models;
use crate::render::turn;

/// How much of a ring an arc is, and how thick in its middle; the same of a wedge.
const ARC: (f32, f32) = (26.0 * (std::f32::consts::PI / 180.0), 0.035);
const WEDGE: (f32, f32) = (46.0 * (std::f32::consts::PI / 180.0), 0.2);

/// What an effect's mesh is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// A cube of one metre.
    Cube,
    /// A ball of one metre radius.
    Ball,
    /// A ring of one metre radius, flat on the floor.
    Ring,
    /// A disc of one metre radius, flat on the floor.
    Disc,
    /// A disc of one metre radius, flat on the floor, that is nothing at its rim: light that falls there.
    Pool,
    /// A part of a ring of one metre radius, flat on the floor: 26 degrees around x.
    Arc,
    /// The same, long and thick: 46 degrees around x.
    Wedge,
    /// The armour of a pilot.
    Armour,
    /// A piece of something that broke.
    Shard,
    /// The star at a muzzle, along x.
    Flash,
    /// A lump of fire or smoke.
    Puff,
}

/// The shared meshes.
#[derive(Resource)]
pub struct Shapes([Handle<Mesh>; 11]);

impl Shapes {
    /// The mesh of a shape.
    pub fn mesh(&self, shape: Shape) -> &Handle<Mesh> {
        &self.0[shape as usize]
    }
}

#[cfg(test)]
impl Shapes {
    /// Meshes of nothing.
    pub fn empty() -> Self {
        Self(std::array::from_fn(|_| Handle::default()))
    }
}

impl FromWorld for Shapes {
    fn from_world(world: &mut World) -> Self {
        let models = world.resource::<Models>();
        let made = [&models.armour, &models.shard, &models.flash, &models.puff].map(Handle::clone);
        let mut meshes = world.resource_mut::<Assets<Mesh>>();
        let flat = Transform::from_rotation(Quat::from_rotation_x(-std::f32::consts::FRAC_PI_2));
        let white = [255; 3];
        let mut add = |model: Model| meshes.add(model.mesh());
        let still = Transform::IDENTITY;
        let [armour, shard, flash, puff] = made;
        Self([
            add(Model::default().with(Cuboid::default(), white, still)),
            add(Model::default().with(Sphere::new(1.0).mesh().uv(12, 8), white, still)),
            add(Model::default().with(Annulus::new(0.86, 1.0).mesh().resolution(40), white, flat)),
            add(Model::default().with(Circle::new(1.0), white, flat)),
            meshes.add(pool()),
            meshes.add(arc(ARC)),
            meshes.add(arc(WEDGE)),
            armour,
            shard,
            flash,
            puff,
        ])
    }
}

/// A disc whose colour is black at its rim: what adds its light there adds nothing.
fn pool() -> Mesh {
    const PARTS: u8 = 24;
    /// Radii and how bright it is there: light falls off fast, and softly at its end.
    const RINGS: [(f32, f32); 5] =
        [(0.0, 1.0), (0.2, 0.72), (0.45, 0.32), (0.72, 0.09), (1.0, 0.0)];
    let mut quads = Quads::default();
    let at = |part: u8, radius_m: f32| {
        turn(f32::from(part) / f32::from(PARTS) * std::f32::consts::TAU) * Vec3::X * radius_m
    };
    let grey = |light: f32| [light, light, light, 1.0];
    for part in 0..PARTS {
        for pair in RINGS.windows(2) {
            let [(inner_m, near), (outer_m, far)] = [pair[0], pair[1]];
            let corners = [
                at(part, inner_m),
                at(part, outer_m),
                at(part + 1, outer_m),
                at(part + 1, inner_m),
            ];
            quads.push(corners, [grey(near), grey(far), grey(far), grey(near)]);
        }
    }
    quads.mesh()
}

/// A part of a ring around x, thinner at its ends, so that it points outwards.
fn arc((radians, thick_m): (f32, f32)) -> Mesh {
    const PARTS: u8 = 12;
    let mut quads = Quads::default();
    let at = |part: u8, inner: bool| {
        let along = f32::from(part) / f32::from(PARTS) - 0.5;
        let width_m = thick_m * (1.0 - 4.0 * along * along) + 0.01;
        let radius_m = if inner { 1.0 - width_m } else { 1.0 };
        turn(along * radians) * Vec3::X * radius_m
    };
    for part in 0..PARTS {
        let corners = [at(part, true), at(part, false), at(part + 1, false), at(part + 1, true)];
        quads.push(corners, [[1.0; 4]; 4]);
    }
    quads.mesh()
}
