//! The dark over the floor that the own pilot can't see: what the walls hide from it, nobody tells it.
//!
//! It shows what the eyes see ([`crate::eyes`]), which decide who is drawn, so that a shade never promises what is not
//! kept. One quad over the whole arena; its shader looks up how far one sees in the direction of each point.

use std::sync::Arc;

use bevy::light::{NotShadowCaster, NotShadowReceiver};
use bevy::prelude::*;
use bevy::reflect::TypePath;
use bevy::render::render_resource::{AsBindGroup, ShaderType};
use bevy::shader::ShaderRef;
use game_sim::Arena;
use game_sim::sightlines::{DIRECTIONS, Panorama};

use super::place;
use crate::assets;
use crate::eyes::Eyes;
use crate::frame::Frame;
use crate::scene::Scene;

/// Above the floor and what lies flat on it, below everything that stands.
const HEIGHT_M: f32 = 0.06;
/// How dark it is where nothing is seen.
const DARKNESS: f32 = 0.72;
/// Depths beyond everything; a uniform has no infinity.
const FAR_M: f32 = 1e4;

/// What the shader gets.
#[derive(Clone, Debug, ShaderType)]
struct Values {
    eye: Vec4,
    colour: Vec4,
    depths: [Vec4; DIRECTIONS],
}

/// The material of the shade.
#[derive(Asset, TypePath, AsBindGroup, Clone, Debug)]
pub struct ShadeMaterial {
    #[uniform(0)]
    values: Values,
}

impl Material for ShadeMaterial {
    fn fragment_shader() -> ShaderRef {
        ShaderRef::Path(assets::path("shaders/shade.wgsl").into())
    }

    fn alpha_mode(&self) -> AlphaMode {
        AlphaMode::Blend
    }

    fn enable_prepass() -> bool {
        false
    }

    fn enable_shadows() -> bool {
        false
    }
}

/// The one shade.
#[derive(Resource)]
pub(super) struct Shade {
    entity: Entity,
    material: Handle<ShadeMaterial>,
    arena: Option<Arc<Arena>>,
    /// Which look of the eyes it shows.
    look: Option<u32>,
}

/// Lays the shade over the arena. What draws it is added by the program, since a client that draws
/// nothing has it too.
pub fn plugin(app: &mut App) {
    app.add_systems(Startup, spawn).add_systems(Update, cover.in_set(Frame::Draw));
}

fn spawn(
    mut commands: Commands,
    mut meshes: ResMut<Assets<Mesh>>,
    mut materials: ResMut<Assets<ShadeMaterial>>,
) {
    let values = Values {
        eye: Vec4::new(0.0, 0.0, DARKNESS, FAR_M),
        colour: Vec4::new(0.006, 0.010, 0.022, 1.0),
        depths: [Vec4::splat(FAR_M); DIRECTIONS],
    };
    let material = materials.add(ShadeMaterial { values });
    let quad = meshes.add(Plane3d::new(Vec3::Y, Vec2::splat(0.5)));
    let entity = commands
        .spawn((
            Mesh3d(quad),
            MeshMaterial3d(material.clone()),
            Transform::default(),
            Visibility::Hidden,
            NotShadowCaster,
            NotShadowReceiver,
        ))
        .id();
    commands.insert_resource(Shade { entity, material, arena: None, look: None });
}

/// Brings the shade up to date when the eyes have looked anew. From above nothing is hidden.
fn cover(
    (scene, eyes): (Res<Scene>, Res<Eyes>),
    mut shade: ResMut<Shade>,
    mut materials: ResMut<Assets<ShadeMaterial>>,
    mut quads: Query<(&mut Transform, &mut Visibility)>,
) {
    let Ok((mut transform, mut visibility)) = quads.get_mut(shade.entity) else { return };
    let (Some((look, eye, panorama, range_m)), Some(arena)) = (eyes.panorama(), &scene.arena)
    else {
        visibility.set_if_neq(Visibility::Hidden);
        return;
    };
    visibility.set_if_neq(Visibility::Inherited);
    if shade.look == Some(look) {
        return;
    }
    shade.look = Some(look);
    if !shade.arena.as_ref().is_some_and(|before| Arc::ptr_eq(before, arena)) {
        shade.arena = Some(arena.clone());
        let size = arena.half_extents * 2.0;
        *transform = Transform::from_translation(place(Vec2::ZERO, HEIGHT_M))
            .with_scale(Vec3::new(size.x, 1.0, size.y));
    }
    if let Some(mut material) = materials.get_mut(&shade.material) {
        material.values.fill(panorama, eye, range_m);
    }
}

impl Values {
    fn fill(&mut self, panorama: &Panorama, eye: Vec2, range_m: f32) {
        self.eye = Vec4::new(eye.x, eye.y, DARKNESS, range_m);
        let depths = panorama.depths();
        for (direction, values) in self.depths.iter_mut().enumerate() {
            *values = Vec4::from_array([0, 1, 2, 3].map(|side| depths[side][direction].min(FAR_M)));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use game_sim::arena::Wall;

    #[test]
    fn depths_stand_in_the_channel_of_their_side() {
        let wall = Wall::new(Vec2::new(-1.0, 5.0), Vec2::new(1.0, 6.0), 2.0);
        let panorama = Panorama::new(&[wall], Vec2::ZERO, 60.0);
        let mut values =
            Values { eye: Vec4::ZERO, colour: Vec4::ZERO, depths: [Vec4::ZERO; DIRECTIONS] };
        values.fill(&panorama, Vec2::ZERO, 60.0);
        let middle = values.depths[DIRECTIONS / 2];
        assert_eq!(middle.y, 5.0, "north of the eye, along y");
        assert_eq!((middle.x, middle.z, middle.w), (FAR_M, FAR_M, FAR_M));
    }
}
