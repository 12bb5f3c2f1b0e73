//! The own pilot behind a wall: whoever plays must see where the own pilot stands, and its walls are higher than it
//! is. What of it is hidden, and only that, is drawn again in stripes of its side's colour: the depth buffer decides,
//! so that nothing is asked of the walls.

use bevy::light::{NotShadowCaster, NotShadowReceiver};
use bevy::mesh::MeshVertexBufferLayoutRef;
use bevy::pbr::{MaterialPipeline, MaterialPipelineKey};
use bevy::prelude::*;
use bevy::reflect::TypePath;
use bevy::render::render_resource::{
    AsBindGroup, CompareFunction, RenderPipelineDescriptor, SpecializedMeshPipelineError,
};
use bevy::shader::ShaderRef;

use super::palette::{self, Side, Sides};
use crate::assets;

/// What lies before a part by less than this hides nothing, in the units of the depth buffer: about 0.6 m, so that
/// the pilot's own body is no wall before its legs.
const OWN_BODY: i32 = 300_000;
/// How dense the stripes are.
const ALPHA: f32 = 0.9;

/// The material of what is hidden.
#[derive(Asset, TypePath, AsBindGroup, Clone, Debug)]
pub struct GhostMaterial {
    #[uniform(0)]
    colour: LinearRgba,
}

impl Material for GhostMaterial {
    fn fragment_shader() -> ShaderRef {
        ShaderRef::Path(assets::path("shaders/ghost.wgsl").into())
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

    /// It is drawn where something is nearer to the eye, instead of where nothing is. Near is one, far is nought.
    fn specialize(
        _pipeline: &MaterialPipeline,
        descriptor: &mut RenderPipelineDescriptor,
        _layout: &MeshVertexBufferLayoutRef,
        _key: MaterialPipelineKey<Self>,
    ) -> Result<(), SpecializedMeshPipelineError> {
        if let Some(depth) = &mut descriptor.depth_stencil {
            depth.depth_compare = Some(CompareFunction::Less);
            depth.bias.constant = OWN_BODY;
        }
        Ok(())
    }
}

/// The one material.
#[derive(Resource)]
pub(super) struct Ghost(Handle<GhostMaterial>);

impl FromWorld for Ghost {
    fn from_world(world: &mut World) -> Self {
        let colour = colour(world.resource::<Sides>());
        Self(world.resource_mut::<Assets<GhostMaterial>>().add(GhostMaterial { colour }))
    }
}

impl Ghost {
    /// What is drawn of a part where it is hidden; it goes wherever the part goes.
    pub fn of(&self, part: Entity, mesh: &Handle<Mesh>) -> impl Bundle {
        let looks = (Mesh3d(mesh.clone()), MeshMaterial3d(self.0.clone()));
        (ChildOf(part), looks, NotShadowCaster, NotShadowReceiver)
    }
}

fn colour(sides: &Sides) -> LinearRgba {
    palette::translucent(sides.of(Side::Own), ALPHA).into()
}

/// Follows the player's choice of colours.
pub fn dye(sides: Res<Sides>, ghost: Res<Ghost>, mut materials: ResMut<Assets<GhostMaterial>>) {
    if let Some(mut material) = materials.get_mut(&ghost.0) {
        material.colour = colour(&sides);
    }
}
