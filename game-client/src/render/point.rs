//! Points that teams fight for: a ring on the floor in the colour of whoever has it, and in it a disc
//! that grows as it is taken. While both teams stand there, the ring beats.

use bevy::light::{NotShadowCaster, NotShadowReceiver};
use bevy::prelude::*;

use super::palette::{self, Rgb, Sides};
use super::place;
use crate::points::{PointView, Points};

/// How high both lie, to be above the floor and below the rings of pilots.
const RING_HEIGHT_M: f32 = 0.04;
const DISC_HEIGHT_M: f32 = 0.025;
/// Width of the ring, as a part of its radius.
const RING: f32 = 0.09;
/// How much of the floor the disc hides.
const HIDES: f32 = 0.34;
/// How often a contested ring beats in a second.
const BEATS: f32 = 3.0;

/// A point that is drawn.
pub struct Drawn {
    root: Entity,
    disc: Entity,
    paints: [Handle<StandardMaterial>; 2],
    /// What the paints are now.
    colours: [Rgb; 2],
    at: Vec2,
}

/// The shapes that all share.
#[derive(Default)]
pub struct Shapes(Option<[Handle<Mesh>; 2]>);

/// Shows all points; every player knows where they are.
pub fn draw(
    mut commands: Commands,
    time: Res<Time>,
    (points, sides): (Res<Points>, Res<Sides>),
    (mut meshes, mut materials): (ResMut<Assets<Mesh>>, ResMut<Assets<StandardMaterial>>),
    mut shapes: Local<Shapes>,
    mut drawn: Local<Vec<Drawn>>,
    mut transforms: Query<&mut Transform>,
) {
    let Points(points) = &*points;
    let same = |drawn: &Drawn, point: &PointView| drawn.at == point.position;
    let fits = drawn.iter().zip(points).all(|(drawn, point)| same(drawn, point));
    if drawn.len() != points.len() || !fits {
        for old in drawn.drain(..) {
            commands.entity(old.root).despawn();
        }
        let [ring, disc] = shapes.0.get_or_insert_with(|| {
            let flat = Quat::from_rotation_x(-std::f32::consts::FRAC_PI_2);
            let ring = Annulus::new(1.0 - RING, 1.0).mesh().resolution(96).build();
            let disc = Circle::new(1.0 - RING).mesh().resolution(64).build();
            [ring, disc].map(|mesh| meshes.add(mesh.rotated_by(flat)))
        });
        drawn.extend(
            points.iter().map(|point| spawn(&mut commands, [ring, disc], &mut materials, point)),
        );
    }
    let beat = (time.elapsed_secs() * BEATS).fract() < 0.5;
    for (drawn, point) in drawn.iter_mut().zip(points) {
        let ring = if point.contested && beat { palette::TEXT } else { point.colour(&sides) };
        let colours = [ring, point.filling(&sides)];
        for (number, rgb) in colours.into_iter().enumerate() {
            if drawn.colours[number] != rgb
                && let Some(mut material) = materials.get_mut(&drawn.paints[number])
            {
                material.base_color = if number == 0 {
                    palette::color(rgb)
                } else {
                    palette::translucent(rgb, HIDES)
                };
            }
        }
        drawn.colours = colours;
        if let Ok(mut transform) = transforms.get_mut(drawn.disc) {
            let size = point.part.max(0.001);
            let scale = Vec3::new(size, 1.0, size);
            if transform.scale != scale {
                transform.scale = scale;
            }
        }
    }
}

fn spawn(
    commands: &mut Commands,
    [ring, disc]: [&Handle<Mesh>; 2],
    materials: &mut Assets<StandardMaterial>,
    point: &PointView,
) -> Drawn {
    let ring_paint = materials.add(StandardMaterial {
        base_color: palette::color(palette::NEUTRAL),
        unlit: true,
        ..default()
    });
    let disc_paint = materials.add(StandardMaterial {
        base_color: palette::translucent(palette::NEUTRAL, HIDES),
        unlit: true,
        alpha_mode: AlphaMode::Blend,
        ..default()
    });
    let radius = Vec3::new(point.radius_m, 1.0, point.radius_m);
    let at = Transform::from_translation(place(point.position, 0.0)).with_scale(radius);
    let root = commands.spawn((at, Visibility::Inherited)).id();
    let mut part = |mesh: &Handle<Mesh>, paint: &Handle<StandardMaterial>, height_m| {
        let looks = (Mesh3d(mesh.clone()), MeshMaterial3d(paint.clone()));
        let quiet = (NotShadowCaster, NotShadowReceiver);
        commands.spawn((ChildOf(root), looks, Transform::from_xyz(0.0, height_m, 0.0), quiet)).id()
    };
    part(ring, &ring_paint, RING_HEIGHT_M);
    let disc = part(disc, &disc_paint, DISC_HEIGHT_M);
    Drawn {
        root,
        disc,
        paints: [ring_paint, disc_paint],
        colours: [palette::NEUTRAL; 2],
        at: point.position,
    }
}
