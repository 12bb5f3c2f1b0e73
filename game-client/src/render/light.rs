//! The sun, and how much of it this machine can afford.

use bevy::light::{CascadeShadowConfigBuilder, DirectionalLightShadowMap};
use bevy::prelude::*;
use bevy::render::renderer::RenderAdapterInfo;

/// What the graphics adapter can afford.
#[derive(Resource, Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quality {
    /// A graphics card.
    Full,
    /// A processor that draws by itself: every pixel is dear.
    Frugal,
}

impl Quality {
    /// Side of a shadow map in pixels.
    fn shadow_map(self) -> usize {
        match self {
            Self::Full => 2048,
            Self::Frugal => 1024,
        }
    }
}

/// Lights the arena.
pub fn plugin(app: &mut App) {
    app.insert_resource(ClearColor(super::palette::color(super::palette::VOID)))
        .insert_resource(GlobalAmbientLight {
            color: Color::srgb(0.82, 0.88, 1.0),
            brightness: 320.0,
            ..default()
        })
        .insert_resource(Quality::Full)
        .add_systems(PreStartup, judge)
        .add_systems(Startup, shine);
}

/// Finds out what draws here.
fn judge(adapter: Option<Res<RenderAdapterInfo>>, mut quality: ResMut<Quality>) {
    // The type is named through its value: wgpu itself is not a dependency.
    let on_processor = adapter.is_some_and(|info| format!("{:?}", info.device_type) == "Cpu");
    *quality = if on_processor { Quality::Frugal } else { Quality::Full };
}

fn shine(
    mut commands: Commands,
    quality: Res<Quality>,
    mut shadow_map: ResMut<DirectionalLightShadowMap>,
) {
    shadow_map.size = quality.shadow_map();
    commands.spawn((
        DirectionalLight {
            color: Color::srgb(1.0, 0.96, 0.9),
            illuminance: 7_000.0,
            shadow_maps_enabled: true,
            ..default()
        },
        // From the upper left of the screen, so that shadows fall where people expect them.
        Transform::from_xyz(-6.0, 11.0, -5.0).looking_at(Vec3::ZERO, Vec3::Y),
        CascadeShadowConfigBuilder {
            num_cascades: 1,
            minimum_distance: 10.0,
            maximum_distance: 62.0,
            ..default()
        }
        .build(),
    ));
}
