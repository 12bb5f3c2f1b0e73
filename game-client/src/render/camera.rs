//! The eye: above and south of the own pilot, leaning towards where the player aims.

use std::f32::consts::FRAC_PI_2;

use bevy::core_pipeline::tonemapping::Tonemapping;
use bevy::prelude::*;

use super::palette::Side;
use super::{Quality, place};
use crate::happening::{Happening, What};
use crate::scene::Scene;
use crate::settings::Settings;
use crate::watch::Watch;

/// How high above the floor muzzles are. The plane at this height is the one that the pointer points
/// at, so that tracers pass under it.
pub const MUZZLE_M: f32 = 0.8;

/// How steeply the eye looks down.
const PITCH: f32 = 62.0 * (std::f32::consts::PI / 180.0);
/// How far it is from what it looks at.
const DISTANCE_M: f32 = 33.0;
/// How far it leans towards the aim, sideways and up.
const LEAN_M: Vec2 = Vec2::new(7.0, 5.5);
/// How fast it follows a lean: the part of the way that is left after a second.
const LEAN_LEFT: f32 = 0.002;
/// The eye looks at no point that is nearer than this to the border, sideways and up.
const EDGE_M: Vec2 = Vec2::new(9.0, 6.0);
/// The edge of the picture that does not count, as a part of it.
const PICTURE_EDGE: f32 = 0.04;
/// How far from the middle of the picture nothing lies over the fight: 1 is its edge, sideways and up.
const CLEAR: Vec2 = Vec2::new(0.56, 0.62);
/// A jump farther than this is a respawn, which nobody wants to watch as a flight.
const JUMP_M: f32 = 12.0;
/// How much a blast beside the pilot and a hit shake the view, and how fast that wears off, a second.
const TROUBLE: (f32, f32) = (0.9, 0.35);
const CALM: f32 = 1.7;
/// How far the worst shaking moves the eye, and how often a second.
const SHAKE_M: f32 = 0.55;
const SHAKE_HZ: f32 = 17.0;
/// How fast it follows somebody else than the own pilot.
const GLIDE_LEFT: f32 = 0.02;

/// Where the player aims, as a part of the screen: -1 to 1 on both axes, up being positive.
#[derive(Resource, Clone, Copy, Debug, Default, PartialEq)]
pub struct Lean(pub Vec2);

/// The camera, and what it looks at.
#[derive(Component, Clone, Copy, Debug, Default)]
pub struct Eye {
    /// The point of the plane in the middle of an upright view.
    pub focus: Vec2,
    lean_m: Vec2,
    /// How shaken it is, 0 to 1.
    trouble: f32,
}

/// Sets the camera up.
pub fn plugin(app: &mut App) {
    app.init_resource::<Lean>()
        .add_systems(Startup, spawn)
        .add_systems(Update, focus.run_if(resource_changed::<Settings>));
}

fn spawn(mut commands: Commands, quality: Res<Quality>, settings: Res<Settings>) {
    commands.spawn((
        Camera3d::default(),
        Eye::default(),
        Projection::from(lens(settings.video.field_of_view)),
        // Colours come out as the palette has them.
        Tonemapping::None,
        quality.msaa(),
        pose(Vec2::ZERO),
    ));
}

/// A narrow angle of view keeps walls upright at the edges of the screen.
fn lens(vertical_degrees: f32) -> PerspectiveProjection {
    PerspectiveProjection { fov: vertical_degrees.to_radians(), near: 1.0, far: 200.0, ..default() }
}

fn focus(settings: Res<Settings>, mut eyes: Query<&mut Projection, With<Eye>>) {
    for mut projection in &mut eyes {
        *projection = Projection::from(lens(settings.video.field_of_view));
    }
}

/// Where something `height_m` above the floor must be to lie around a pilot in the picture: on the line from
/// the eye to the pilot's middle, not above the pilot, which would be beyond it on the screen.
pub fn around(pilot: Vec2, height_m: f32) -> Vec3 {
    let nearer_m = (height_m - MUZZLE_M) / PITCH.tan();
    place(pilot - Vec2::Y * nearer_m, height_m)
}

/// Follows the own pilot, or what the player looks at who has none that lives.
pub fn follow(
    time: Res<Time>,
    scene: Res<Scene>,
    lean: Res<Lean>,
    (settings, watch): (Res<Settings>, Res<Watch>),
    mut happenings: MessageReader<Happening>,
    mut eye: Single<(&mut Eye, &mut Transform, &mut GlobalTransform)>,
) {
    let (eye, transform, global) = &mut *eye;
    let seconds = time.delta_secs();
    if let Some((target, rigid)) = watch.target(&scene, &settings) {
        // Who plays must see the own pilot where it is; the dead are led to their killer.
        let far = scene.me.is_none() && target.distance(eye.focus) > JUMP_M;
        let rest = if rigid || far { 0.0 } else { GLIDE_LEFT.powf(seconds) };
        eye.focus = target.lerp(eye.focus, rest);
    }
    let wanted = offset(if scene.own.is_some_and(|own| own.alive) { lean.0 } else { Vec2::ZERO })
        * settings.look_ahead;
    eye.lean_m = wanted.lerp(eye.lean_m, LEAN_LEFT.powf(seconds));
    let shaken: f32 = happenings.read().map(|happening| trouble(happening, eye.focus)).sum();
    eye.trouble = (eye.trouble + shaken).min(1.0);
    let shake = shake(eye.trouble, time.elapsed_secs()) * settings.screen_shake;
    eye.trouble = (eye.trouble - CALM * seconds).max(0.0);
    let bounds = scene.arena.as_ref().map_or(Vec2::INFINITY, |arena| arena.half_extents);
    **transform = pose(within(eye.focus + eye.lean_m, bounds) + shake);
    // What is placed over the picture in this frame must agree with it.
    **global = GlobalTransform::from(**transform);
}

/// Keeps what the eye looks at inside an arena, so that no half of the picture shows what is beyond it.
fn within(focus: Vec2, half_extents: Vec2) -> Vec2 {
    let most = (half_extents - EDGE_M).max(Vec2::ZERO);
    focus.clamp(-most, most)
}

/// How much something shakes an eye that looks at `focus`.
fn trouble(happening: &Happening, focus: Vec2) -> f32 {
    match happening.what {
        What::Blast { radius_m } => {
            let near = 1.0 - happening.point.distance(focus) / (radius_m * 4.0);
            TROUBLE.0 * near.max(0.0)
        }
        What::Hurt { .. } => TROUBLE.1,
        What::Fell if happening.side == Side::Own => 1.0,
        _ => 0.0,
    }
}

/// Where a shaken eye is at a time: little trouble is hardly seen, much is felt (Eiserloh, "Juicing
/// Your Cameras With Math", GDC 2016).
fn shake(trouble: f32, seconds: f32) -> Vec2 {
    let phase = seconds * SHAKE_HZ;
    let sway = Vec2::new(phase.sin() + (phase * 2.3).sin() * 0.5, (phase * 1.3 + 1.0).cos());
    sway * (trouble * trouble * SHAKE_M)
}

/// How far the eye leans for an aim at this part of the screen: nothing near the middle, where people
/// fight at close range and a moving view would only disturb.
fn offset(aim: Vec2) -> Vec2 {
    const STILL: f32 = 0.15;
    let aim = aim.clamp(Vec2::NEG_ONE, Vec2::ONE);
    let length = aim.length();
    if length <= STILL {
        return Vec2::ZERO;
    }
    aim / length * (length - STILL) / (1.0 - STILL) * LEAN_M
}

/// Where the camera stands to look at a point of the plane.
fn pose(focus: Vec2) -> Transform {
    let (height, back) = (PITCH.sin() * DISTANCE_M, PITCH.cos() * DISTANCE_M);
    Transform::from_translation(place(focus, 0.0) + Vec3::new(0.0, height, back))
        .with_rotation(Quat::from_rotation_x(-PITCH.min(FRAC_PI_2)))
}

/// The point of the plane at muzzle height that lies under a pixel.
pub fn floor_point(camera: &Camera, eye: &GlobalTransform, pixel: Vec2) -> Option<Vec2> {
    let ray = camera.viewport_to_world(eye, pixel).ok()?;
    let plane = InfinitePlane3d::new(Dir3::Y);
    let point = ray.plane_intersection_point(Vec3::Y * MUZZLE_M, plane)?;
    Some(Vec2::new(point.x, -point.z))
}

/// Whether a place of the plane is in the picture: not at its edge, where half of a pilot is beyond it.
pub fn in_picture(camera: &Camera, eye: &GlobalTransform, point: Vec2) -> bool {
    is_within(camera, eye, point, Vec2::splat(1.0 - 2.0 * PICTURE_EDGE))
}

/// Whether a place of the plane is in the middle of the picture, which no panel covers.
pub fn in_clear(camera: &Camera, eye: &GlobalTransform, point: Vec2) -> bool {
    is_within(camera, eye, point, CLEAR)
}

fn is_within(camera: &Camera, eye: &GlobalTransform, point: Vec2, most: Vec2) -> bool {
    let place = camera.world_to_ndc(eye, place(point, MUZZLE_M));
    place.is_some_and(|place| place.xy().abs().cmplt(most).all())
}

#[cfg(test)]
pub mod tests {
    use super::*;
    use bevy::camera::{CameraProjection, RenderTargetInfo};

    /// An eye that looks down on the plane from 33 m above its origin.
    pub fn overhead() -> impl Bundle {
        let mut camera = Camera::default();
        let target_info =
            RenderTargetInfo { physical_size: UVec2::new(1280, 720), scale_factor: 1.0 };
        camera.computed.target_info = Some(target_info);
        let mut lens = PerspectiveProjection { aspect_ratio: 1280.0 / 720.0, ..default() };
        lens.fov = 0.7;
        camera.computed.clip_from_view = lens.get_clip_from_view();
        let at = Transform::from_xyz(0.0, 33.0, 0.0).looking_at(Vec3::ZERO, Vec3::NEG_Z);
        (camera, GlobalTransform::from(at), Eye::default())
    }

    #[test]
    fn the_eye_looks_at_its_focus_with_north_up() {
        let pose = pose(Vec2::new(3.0, 4.0));
        let onto = place(Vec2::new(3.0, 4.0), 0.0) - pose.translation;
        assert!(pose.forward().dot(onto.normalize()) > 0.9999);
        assert!(pose.up().dot(Vec3::NEG_Z) > 0.5 && pose.right().dot(Vec3::X) > 0.9999);
    }

    #[test]
    fn the_eye_stays_inside_and_an_arena_may_be_tiny() {
        let yard = Vec2::new(24.0, 18.0);
        assert_eq!(within(Vec2::new(23.0, -17.0), yard), Vec2::new(15.0, -12.0));
        assert_eq!(within(Vec2::new(3.0, 4.0), yard), Vec2::new(3.0, 4.0));
        assert_eq!(within(Vec2::new(3.0, 4.0), Vec2::ONE), Vec2::ZERO);
    }

    #[test]
    fn the_field_of_view_is_the_one_that_was_chosen() {
        let mut app = App::new();
        app.init_resource::<Settings>()
            .add_systems(Update, focus.run_if(resource_changed::<Settings>));
        let eye = app.world_mut().spawn((Eye::default(), Projection::default())).id();
        for degrees in [30.0_f32, 50.0] {
            app.world_mut().resource_mut::<Settings>().video.field_of_view = degrees;
            app.update();
            let Some(Projection::Perspective(lens)) = app.world().get::<Projection>(eye) else {
                panic!("it is one");
            };
            assert!((lens.fov.to_degrees() - degrees).abs() < 1e-3);
        }
    }

    /// How far a hit moves the eye while it shakes, with these settings.
    fn shaken_m(settings: Settings) -> f32 {
        let mut app = App::new();
        app.insert_resource(settings)
            .init_resource::<Time>()
            .init_resource::<Scene>()
            .init_resource::<Lean>()
            .init_resource::<Watch>()
            .add_message::<Happening>()
            .add_systems(Update, follow);
        let eye = app.world_mut().spawn((Eye::default(), pose(Vec2::ZERO))).id();
        let what = What::Hurt { from_radians: 0.0 };
        let mut most_m = 0.0_f32;
        for _ in 0..20 {
            app.world_mut().write_message(Happening { what, side: Side::Own, point: Vec2::ZERO });
            app.world_mut().resource_mut::<Time>().advance_by(std::time::Duration::from_millis(16));
            app.update();
            let at = app.world().get::<Transform>(eye).unwrap().translation;
            most_m = most_m.max(at.distance(pose(Vec2::ZERO).translation));
        }
        most_m
    }

    #[test]
    fn the_view_shakes_as_much_as_the_player_wants() {
        let shake = |screen_shake| Settings { screen_shake, ..Settings::default() };
        assert_eq!(shaken_m(shake(0.0)), 0.0);
        let (half, whole) = (shaken_m(shake(0.5)), shaken_m(shake(1.0)));
        assert!(whole > 0.3 && (half * 2.0 - whole).abs() < 1e-3, "{half} m of {whole} m");
    }

    #[test]
    fn what_lies_around_a_pilot_is_around_it_in_the_picture() {
        let (pilot, eye) = (Vec2::new(2.0, 1.0), pose(Vec2::new(2.0, 1.0)));
        let way = |point: Vec3| (point - eye.translation).normalize();
        let middle = way(place(pilot, MUZZLE_M));
        assert!(middle.dot(way(around(pilot, 2.7))) > 0.9999);
        assert!(middle.dot(way(place(pilot, 2.7))) < 0.9997, "or it would need no help");
    }

    #[test]
    fn only_what_is_near_shakes_the_view() {
        let blast = |x: f32| Happening {
            what: What::Blast { radius_m: 3.5 },
            side: Side::Enemy,
            point: Vec2::X * x,
        };
        assert!(trouble(&blast(1.0), Vec2::ZERO) > trouble(&blast(6.0), Vec2::ZERO));
        assert_eq!(trouble(&blast(30.0), Vec2::ZERO), 0.0);
        assert_eq!(shake(0.0, 3.0), Vec2::ZERO);
    }

    #[test]
    fn leaning_starts_softly_and_has_an_end() {
        assert_eq!(offset(Vec2::new(0.1, 0.0)), Vec2::ZERO);
        assert!(offset(Vec2::new(0.2, 0.0)).x < 1.0);
        assert!((offset(Vec2::new(9.0, 0.0)).x - LEAN_M.x).abs() < 1e-4);
        assert!(offset(Vec2::new(0.0, -1.0)).y < 0.0);
    }
}
