//! Keyboard and mouse, as what the pilot is to do in the next tick.

use bevy::prelude::*;
use bevy::window::PrimaryWindow;
use game_sim::{PilotInput, angle};

use crate::frame::Frame;
use crate::options::Options;
use crate::render::{Eye, Lean, floor_point};
use crate::scene::Scene;
use crate::state::Stage;

/// What the player holds down, and what was tapped since the last tick.
#[derive(Resource, Clone, Copy, Debug, Default)]
pub struct Controls {
    movement: Vec2,
    aim: Option<u16>,
    fire: bool,
    rocket: bool,
    dash: bool,
    reload: bool,
}

impl Controls {
    /// The input of one tick. A tap counts even if the key is up again by now, but only once.
    pub fn take(&mut self, aim_before: u16) -> PilotInput {
        let input = PilotInput {
            fire: self.fire,
            rocket: self.rocket,
            dash: self.dash,
            reload: self.reload,
            ..PilotInput::idle(self.aim.unwrap_or(aim_before))
        };
        (self.dash, self.reload) = (false, false);
        input.with_movement(self.movement)
    }
}

/// Reads the devices at the start of each frame.
pub fn plugin(app: &mut App) {
    app.init_resource::<Controls>().add_systems(
        Update,
        (hold, point, leave).in_set(Frame::Input).run_if(in_state(Stage::Playing)),
    );
}

fn hold(
    keys: Res<ButtonInput<KeyCode>>,
    buttons: Res<ButtonInput<MouseButton>>,
    mut controls: ResMut<Controls>,
) {
    let held = |one, other| f32::from(u8::from(keys.any_pressed([one, other])));
    controls.movement = Vec2::new(
        held(KeyCode::KeyD, KeyCode::ArrowRight) - held(KeyCode::KeyA, KeyCode::ArrowLeft),
        held(KeyCode::KeyW, KeyCode::ArrowUp) - held(KeyCode::KeyS, KeyCode::ArrowDown),
    );
    controls.fire = buttons.pressed(MouseButton::Left);
    controls.rocket = buttons.pressed(MouseButton::Right);
    controls.dash |= keys.just_pressed(KeyCode::Space);
    controls.reload |= keys.just_pressed(KeyCode::KeyR);
}

/// The mouse aims at the place under it, and the view leans that way.
fn point(
    window: Single<&Window, With<PrimaryWindow>>,
    eye: Single<(&Camera, &GlobalTransform), With<Eye>>,
    scene: Res<Scene>,
    options: Res<Options>,
    mut controls: ResMut<Controls>,
    mut lean: ResMut<Lean>,
) {
    if options.autopilot {
        let aim = scene.own.map_or(Vec2::ZERO, |own| Vec2::from_angle(own.aim_radians));
        lean.0 = aim * 0.6;
        return;
    }
    let (camera, transform) = *eye;
    let Some(pixel) = window.cursor_position() else { return };
    let half = window.size() / 2.0;
    lean.0 = (pixel - half) / half * Vec2::new(1.0, -1.0);
    let target = floor_point(camera, transform, pixel).zip(scene.own);
    if let Some((target, own)) = target {
        let way = target - own.position;
        if way.length_squared() > 0.01 {
            controls.aim = Some(angle::toward(way));
        }
    }
}

fn leave(keys: Res<ButtonInput<KeyCode>>, mut next: ResMut<NextState<Stage>>) {
    if keys.just_pressed(KeyCode::Escape) {
        next.set(Stage::Menu);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tap_counts_once_and_a_hold_until_it_ends() {
        let mut controls = Controls { dash: true, fire: true, ..Controls::default() };
        let first = controls.take(7);
        assert!(first.dash && first.fire && first.aim == 7);
        let second = controls.take(7);
        assert!(!second.dash && second.fire);
    }
}
