//! The sun, and how much of it this machine can afford.

use bevy::ecs::schedule::ScheduleCleanupPolicy;
use bevy::light::{
    CascadeShadowConfigBuilder, DirectionalLightShadowMap, check_point_light_mesh_visibility,
};
use bevy::prelude::*;
use bevy::render::renderer::RenderAdapterInfo;

use super::Eye;
use crate::settings::{Quality as Wanted, Settings};

/// What the graphics adapter can afford.
#[derive(Resource, Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quality {
    /// A graphics card.
    Full,
    /// A small one: everything but the smooth edges and the lights of explosions.
    Plain,
    /// A processor that draws by itself: every pixel is dear.
    Frugal,
}

impl Quality {
    /// Side of a shadow map in pixels.
    fn shadow_map(self) -> usize {
        match self {
            Self::Full | Self::Plain => 2048,
            Self::Frugal => 1024,
        }
    }

    /// Smooth edges cost a processor a third of its pictures a second.
    pub fn msaa(self) -> Msaa {
        match self {
            Self::Full => Msaa::Sample4,
            Self::Plain | Self::Frugal => Msaa::Off,
        }
    }

    /// How many flashes, sparks and pieces there may be: a big fight must not cost more than the
    /// picture is worth.
    pub fn most_effects(self) -> usize {
        match self {
            Self::Full => 900,
            Self::Plain => 600,
            Self::Frugal => 300,
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
        .add_systems(Startup, (shine, forget_point_shadows))
        .add_systems(Update, (judge, suit).chain().run_if(resource_changed::<Settings>));
}

/// The lights of explosions throw no shadows, and bevy's search for what they would fall on takes memory forty times
/// a frame whether there is any light or not.
fn forget_point_shadows(world: &mut World) {
    let removed = world.schedule_scope(PostUpdate, |world, schedule| {
        let only = ScheduleCleanupPolicy::RemoveSystemsOnly;
        schedule.remove_systems_in_set(check_point_light_mesh_visibility, world, only)
    });
    if let Err(trouble) = removed {
        warn!("the shadows of explosions are still looked for: {trouble}");
    }
}

/// What the player wants, or else what this machine seems to afford.
fn judge(
    adapter: Option<Res<RenderAdapterInfo>>,
    settings: Res<Settings>,
    mut quality: ResMut<Quality>,
) {
    // The type is named through its value: wgpu itself is not a dependency.
    let on_processor = adapter.is_some_and(|info| format!("{:?}", info.device_type) == "Cpu");
    let wanted = match settings.video.quality {
        Wanted::Automatic if on_processor => Quality::Frugal,
        Wanted::Low => Quality::Frugal,
        Wanted::Medium => Quality::Plain,
        Wanted::Automatic | Wanted::High => Quality::Full,
    };
    quality.set_if_neq(wanted);
}

/// Follows a change of mind while the game runs.
fn suit(
    quality: Res<Quality>,
    mut shadow_map: ResMut<DirectionalLightShadowMap>,
    mut eyes: Query<&mut Msaa, With<Eye>>,
) {
    if shadow_map.size != quality.shadow_map() {
        shadow_map.size = quality.shadow_map();
    }
    for mut msaa in &mut eyes {
        msaa.set_if_neq(quality.msaa());
    }
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
    // A weak light from the viewer's side, or the faces that look at the player would be black.
    commands.spawn((
        DirectionalLight {
            color: Color::srgb(0.72, 0.82, 1.0),
            illuminance: 1_900.0,
            shadow_maps_enabled: false,
            ..default()
        },
        Transform::from_xyz(3.0, 5.0, 9.0).looking_at(Vec3::ZERO, Vec3::Y),
    ));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_wanted_is_what_is_drawn_at_once() {
        let mut app = App::new();
        app.init_resource::<Settings>()
            .init_resource::<DirectionalLightShadowMap>()
            .insert_resource(Quality::Full)
            .add_systems(Update, (judge, suit).chain().run_if(resource_changed::<Settings>));
        let eye = app.world_mut().spawn((Eye::default(), Msaa::Sample4)).id();
        for (wanted, quality, msaa, shadow_map) in [
            (Wanted::Low, Quality::Frugal, Msaa::Off, 1024),
            (Wanted::Medium, Quality::Plain, Msaa::Off, 2048),
            (Wanted::High, Quality::Full, Msaa::Sample4, 2048),
        ] {
            app.world_mut().resource_mut::<Settings>().video.quality = wanted;
            app.update();
            assert_eq!(*app.world().resource::<Quality>(), quality);
            assert_eq!(app.world().get::<Msaa>(eye), Some(&msaa));
            assert_eq!(app.world().resource::<DirectionalLightShadowMap>().size, shadow_map);
        }
    }
}
