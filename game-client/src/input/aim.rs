//! Where the pilot aims: at what the mouse points to, or where the right stick of a gamepad is tilted.

use bevy::prelude::*;
use bevy::window::PrimaryWindow;
use game_sim::angle;

use super::pointer::Pointer;
use super::{Controls, assist};
use crate::options::Options;
use crate::render::palette::Side;
use crate::render::{Eye, Lean, floor_point};
use crate::scene::{PilotView, Scene};
use crate::settings::Settings;

/// What the player aims with: whatever moved last.
#[derive(Resource, Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Aims {
    /// The mouse, at what it points to.
    #[default]
    Mouse,
    /// The right stick of a gamepad.
    Stick,
    /// Nothing: the autopilot does.
    Autopilot,
}

/// A stick's way beyond its dead zone, so that it begins softly there: at most of unit length.
pub(super) fn past(stick: Vec2, dead_zone: f32) -> Vec2 {
    let length = stick.length();
    if length <= dead_zone {
        return Vec2::ZERO;
    }
    stick / length * ((length - dead_zone) / (1.0 - dead_zone)).min(1.0)
}

/// The mouse aims at the place under it, and the view leans that way.
pub(super) fn point(
    window: Single<&Window, With<PrimaryWindow>>,
    eye: Single<(&Camera, &GlobalTransform), With<Eye>>,
    scene: Res<Scene>,
    options: Res<Options>,
    pointer: Res<Pointer>,
    mut aims: ResMut<Aims>,
    mut controls: ResMut<Controls>,
    mut lean: ResMut<Lean>,
) {
    if options.autopilot {
        *aims = Aims::Autopilot;
        let aim = scene.own.map_or(Vec2::ZERO, |own| Vec2::from_angle(own.aim_radians));
        lean.0 = aim * 0.6;
        return;
    }
    if pointer.has_moved() {
        *aims = Aims::Mouse;
    }
    let (camera, transform) = *eye;
    let Some(pixel) = pointer.at().filter(|_| *aims == Aims::Mouse) else { return };
    let half = window.size() / 2.0;
    lean.0 = (pixel - half) / half * Vec2::new(1.0, -1.0);
    let target = floor_point(camera, transform, pixel).zip(scene.own);
    if let Some((target, own)) = target {
        let way = target - own.position;
        if way.length_squared() > 0.01 {
            controls.0.aim = Some(angle::toward(way));
        }
    }
}

/// The right stick aims, with as much help as the player wants.
pub(super) fn tilt(
    pads: Query<&Gamepad>,
    scene: Res<Scene>,
    options: Res<Options>,
    settings: Res<Settings>,
    mut aims: ResMut<Aims>,
    mut controls: ResMut<Controls>,
    mut lean: ResMut<Lean>,
) {
    let sticks = pads.iter().map(|pad| past(pad.right_stick(), settings.pad.dead_zone));
    let stick: Vec2 = sticks.sum();
    if stick == Vec2::ZERO || options.autopilot {
        return;
    }
    *aims = Aims::Stick;
    lean.0 = stick;
    let way = match scene.own {
        Some(own) => {
            let ways = targets(&scene).map(|target| target - own.position);
            assist::drawn(stick, ways, settings.pad.aim_assist)
        }
        None => stick,
    };
    controls.0.aim = Some(angle::toward(way));
}

/// Where those are whom the player could want to hit: in sight, and not of the own side. Who has just gone behind a
/// wall is no target, though there is still something of it in the picture.
fn targets(scene: &Scene) -> impl Iterator<Item = Vec2> {
    let is_target = |pilot: &&PilotView| {
        let in_sight = pilot.is_seen() && !pilot.hidden;
        in_sight && !pilot.protected && scene.side(pilot.id) == Side::Enemy
    };
    scene.pilots.iter().filter(is_target).map(|pilot| pilot.position)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::eyes::{Eyes, tests as eyes};
    use game_sim::{PilotId, Team};

    #[test]
    fn the_aim_is_drawn_to_enemies_that_can_be_hurt_and_to_nobody_else() {
        let pilot = |id: u16| PilotView {
            position: Vec2::X * f32::from(id),
            ..PilotView::still(PilotId(id))
        };
        let mut pilots: Vec<PilotView> = (1..6).map(pilot).collect();
        (pilots[2].protected, pilots[3].alive, pilots[4].opacity) = (true, false, 0.0);
        let (west, east) = (Some(Team::West), Some(Team::East));
        let teams = vec![west, west, east, east, east, east];
        let mut scene = Scene { me: Some(PilotId(0)), pilots, teams, ..Scene::default() };
        assert_eq!(targets(&scene).collect::<Vec<_>>(), [Vec2::X * 2.0]);
        scene.teams.clear();
        let all: Vec<_> = targets(&scene).collect();
        assert_eq!(all, [Vec2::X, Vec2::X * 2.0], "without teams everybody is one");
    }

    #[test]
    fn the_aim_is_drawn_to_nobody_behind_a_wall() {
        let (mut looks, mut scene) = (Eyes::default(), eyes::behind_a_wall());
        let open = scene.pilots[2].position;
        eyes::look_for(&mut looks, &mut scene, 1.0);
        assert_eq!(targets(&scene).collect::<Vec<_>>(), [open]);
        // Not even while it still fades.
        let (in_sight, behind) = (Vec2::new(-7.0, 8.0), scene.pilots[0].position);
        scene.pilots[0].position = in_sight;
        eyes::look_for(&mut looks, &mut scene, 0.01);
        assert_eq!(targets(&scene).collect::<Vec<_>>(), [in_sight, open]);
        scene.pilots[0].position = behind;
        assert_eq!(eyes::look_for(&mut looks, &mut scene, 0.01), [1, 3]);
        assert_eq!(targets(&scene).collect::<Vec<_>>(), [open]);
    }

    #[test]
    fn a_stick_begins_softly_behind_its_dead_zone_and_reaches_all_of_its_way() {
        assert_eq!(past(Vec2::new(0.19, 0.0), 0.2), Vec2::ZERO);
        assert!(past(Vec2::new(0.21, 0.0), 0.2).x < 0.02);
        assert!((past(Vec2::new(0.0, 1.0), 0.2).y - 1.0).abs() < 1e-6);
    }
}
