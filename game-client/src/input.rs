//! Keyboard and mouse, as what the player holds down.

use bevy::prelude::*;
use bevy::window::PrimaryWindow;
use game_bots::hand::Hold;
use game_sim::angle;

use crate::frame::Frame;
use crate::options::Options;
use crate::render::{Eye, Lean, floor_point};
use crate::scene::Scene;
use crate::state::Stage;

/// What the player holds down, and what was tapped since the last frame that was played.
#[derive(Resource, Clone, Copy, Debug, Default)]
pub struct Controls(Hold);

impl Controls {
    /// What is held now. A tap counts even if the key is up again by now, but only once.
    pub fn take(&mut self) -> Hold {
        let hold = self.0;
        (self.0.dash, self.0.reload) = (false, false);
        hold
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
    let controls = &mut controls.0;
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
            controls.0.aim = Some(angle::toward(way));
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
    fn a_tap_is_taken_once_and_a_hold_until_it_ends() {
        let mut controls = Controls(Hold { dash: true, fire: true, ..Hold::default() });
        let first = controls.take();
        assert!(first.dash && first.fire);
        let second = controls.take();
        assert!(!second.dash && second.fire);
    }
}
