//! What tells of own hits at once: a mark when one lands, a skull when it killed. Who aims with a mouse looks at its
//! pointer, and the mark stands there; anybody else's where the shot met.

use bevy::prelude::*;

use super::{Hud, icon};
use crate::frame::Frame;
use crate::happening::{End, Happening, What};
use crate::input::Aims;
use crate::input::pointer::Pointer;
use crate::render::palette::Side;
use crate::render::{Eye, MUZZLE_M, palette, place};
use crate::scene::{OwnView, Scene};

/// How long a mark stays, in seconds, and that of a kill.
const MARK_S: f32 = 0.25;
const KILL_S: f32 = 0.9;
/// How long a shot that met somebody counts more than later ones that met nobody: until the server has told of it.
const TOLD_S: f32 = 0.5;
/// How near to the own pilot a mark may stand, in metres: what a shot met right beside it would else look like a hit
/// on oneself.
const BESIDE_M: f32 = 2.0;
/// Sizes of the marks in pixels.
const MARK: f32 = 40.0;
const SKULL: f32 = 30.0;
/// Steps in which a mark fades.
const FADES: f32 = 4.0;

/// The mark of a hit, or of a kill.
#[derive(Component, Clone, Copy, PartialEq, Eq)]
enum Mark {
    Hit,
    Kill,
}

/// How much is left of each.
#[derive(Resource, Default)]
struct Left {
    hit_s: f32,
    kill_s: f32,
    /// What the own shots met of late, and how long that counts more than a wall.
    met: Option<Vec2>,
    met_s: f32,
    /// Where the last own hit was, and how long it is still the one that a kill tells of.
    target: Option<Vec2>,
    target_s: f32,
}

pub(super) fn plugin(app: &mut App) {
    app.init_resource::<Left>()
        .add_systems(Startup, spawn)
        .add_systems(Update, (notice, draw).chain().in_set(Frame::Overlay));
}

fn spawn(mut commands: Commands, server: Res<AssetServer>) {
    for (name, size, colour, mark) in
        [("mark", MARK, palette::TEXT, Mark::Hit), ("skull", SKULL, palette::DANGER, Mark::Kill)]
    {
        let root = Node { position_type: PositionType::Absolute, ..default() };
        let sign = (icon(&server, name, size, colour), mark, UiTransform::default());
        commands.spawn((Hud, root, children![sign]));
    }
}

impl Left {
    /// Remembers what an own shot or rocket met.
    fn meet(&mut self, point: Vec2, somebody: bool) {
        if somebody || self.met_s == 0.0 {
            self.met = Some(point);
        }
        if somebody {
            self.met_s = TOLD_S;
        }
    }
}

fn notice(time: Res<Time>, mut happenings: MessageReader<Happening>, mut left: ResMut<Left>) {
    let left = &mut *left;
    for seconds in [&mut left.met_s, &mut left.target_s, &mut left.hit_s, &mut left.kill_s] {
        *seconds = (*seconds - time.delta_secs()).max(0.0);
    }
    for happening in happenings.read().filter(|happening| happening.side == Side::Own) {
        match happening.what {
            What::Shot { aim_radians, end } => {
                let way = Vec2::from_angle(aim_radians) * end.length_m();
                left.meet(happening.point + way, matches!(end, End::Pilot(_)));
            }
            What::Blast { .. } => left.meet(happening.point, true),
            What::Hit => {
                (left.hit_s, left.target, left.target_s) = (MARK_S, left.met, KILL_S);
            }
            What::Kill { .. } => {
                left.kill_s = KILL_S;
                // It tells of the last hit, unless nobody was told of one.
                if left.target_s == 0.0 {
                    left.target = left.met;
                }
            }
            _ => {}
        }
    }
}

fn draw(
    (left, scene, scale): (Res<Left>, Res<Scene>, Res<UiScale>),
    (pointer, aims): (Res<Pointer>, Res<Aims>),
    eye: Single<(&Camera, &GlobalTransform), With<Eye>>,
    mut marks: Query<(&Mark, &mut ImageNode, &mut UiTransform)>,
) {
    let (camera, eye) = *eye;
    let target = || {
        let target = place(clear(left.target?, scene.own.as_ref()), MUZZLE_M);
        camera.world_to_viewport(eye, target).ok()
    };
    let pointed = pointer.at().filter(|_| *aims == Aims::Mouse);
    let at = pointed.or_else(target).map(|at| at / scale.0);
    for (mark, mut image, mut transform) in &mut marks {
        let (part, of, offset) = match mark {
            Mark::Hit => (left.hit_s / MARK_S, palette::TEXT, Vec2::splat(MARK / 2.0)),
            Mark::Kill => {
                (left.kill_s / KILL_S, palette::DANGER, Vec2::new(SKULL / 2.0, -MARK / 2.0))
            }
        };
        // An image of another colour asks for a new layout of the screen: it fades in few steps.
        let colour = palette::translucent(of, (part * FADES).ceil() / FADES);
        if image.color != colour {
            image.color = colour;
        }
        if let Some(at) = at.filter(|_| part > 0.0) {
            transform.translation = Val2::px(at.x - offset.x, at.y - offset.y);
            transform.scale = Vec2::splat(1.0 + 0.4 * part);
        }
    }
}

/// Where a mark stands that belongs to `target`: never on the own pilot, but beyond it in the same direction.
fn clear(target: Vec2, own: Option<&OwnView>) -> Vec2 {
    let Some(own) = own.filter(|own| own.alive && own.position.distance(target) < BESIDE_M) else {
        return target;
    };
    let way = (target - own.position).try_normalize();
    own.position + way.unwrap_or(Vec2::from_angle(own.aim_radians)) * BESIDE_M
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::overhead;

    /// Where the middle of the hit's mark stands, in pixels, after these things happened in a frame each. An eye looks
    /// down on the plane from 33 m above its origin, the pointer is in a corner.
    fn mark_at(aims: Aims, happened: &[Happening]) -> Vec2 {
        let mut app = App::new();
        app.insert_resource(Pointer::free(Vec2::new(30.0, 40.0)))
            .insert_resource(aims)
            .init_resource::<Left>()
            .init_resource::<Scene>()
            .init_resource::<Time>()
            .init_resource::<UiScale>()
            .add_message::<Happening>()
            .add_systems(Update, (notice, draw).chain());
        app.world_mut().spawn((Mark::Hit, ImageNode::default(), UiTransform::default()));
        app.world_mut().spawn(overhead());
        for happening in happened {
            app.world_mut().resource_mut::<Time>().advance_by(std::time::Duration::from_millis(50));
            app.world_mut().write_message(*happening);
            app.update();
        }
        let mut marks = app.world_mut().query::<(&Mark, &UiTransform)>();
        let (_, transform) = marks.single(app.world()).unwrap();
        let (Val::Px(x), Val::Px(y)) = (transform.translation.x, transform.translation.y) else {
            panic!("it stands in pixels");
        };
        Vec2::new(x, y) + MARK / 2.0
    }

    fn own(what: What) -> Happening {
        Happening { what, side: Side::Own, point: Vec2::ZERO }
    }

    #[test]
    fn no_mark_stands_on_the_own_pilot_whatever_a_shot_met_beside_it() {
        let own = OwnView::new(&default(), Vec2::new(3.0, 4.0), &default());
        let own = OwnView { alive: true, aim_radians: std::f32::consts::PI, ..own };
        let far = Vec2::new(9.0, 4.0);
        assert_eq!(clear(far, Some(&own)), far);
        let beside = clear(Vec2::new(3.0, 4.2), Some(&own));
        assert!(beside.distance(Vec2::new(3.0, 4.0 + BESIDE_M)) < 1e-5, "{beside}");
        let on_it = clear(own.position, Some(&own));
        assert!(on_it.distance(Vec2::new(3.0 - BESIDE_M, 4.0)) < 1e-5, "{on_it}: where it aims");
        assert_eq!(clear(own.position, None), own.position, "who watches has none");
    }

    #[test]
    fn a_mark_stands_at_the_mouses_pointer_and_of_any_other_aim_where_the_shot_met() {
        let (east, north) = (0.0, std::f32::consts::FRAC_PI_2);
        let shot = |aim_radians, end| own(What::Shot { aim_radians, end });
        let hit = [shot(east, End::Pilot(4.0)), shot(north, End::Wall(3.0)), own(What::Hit)];
        assert_eq!(mark_at(Aims::Mouse, &hit), Vec2::new(30.0, 40.0));
        for aims in [Aims::Stick, Aims::Autopilot] {
            let at = mark_at(aims, &hit) - Vec2::new(640.0, 360.0);
            assert!(
                at.x > 50.0 && at.y.abs() < 1.0,
                "{at}: the shot at somebody met, not the later one"
            );
        }
        let missed = [shot(north, End::Wall(3.0)), own(What::Hit)];
        let at = mark_at(Aims::Stick, &missed) - Vec2::new(640.0, 360.0);
        assert!(
            at.y < -50.0 && at.x.abs() < 1.0,
            "{at}: where the server met somebody who was not seen"
        );
        let theirs = Happening { side: Side::Enemy, ..shot(north, End::Pilot(3.0)) };
        let hit = [shot(east, End::Pilot(4.0)), theirs, own(What::Hit)];
        assert!(mark_at(Aims::Stick, &hit).x > 690.0, "what others shoot at is not the own target");
    }
}
