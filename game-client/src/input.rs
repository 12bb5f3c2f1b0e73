//! Keyboard and mouse, as what the player holds down.

#[allow(dead_code, reason = "read by the screen of settings, which comes next")]
pub mod action;
#[allow(dead_code, reason = "written by the screen of settings, which comes next")]
pub mod binding;

use bevy::prelude::*;
use bevy::window::PrimaryWindow;
use game_bots::hand::Hold;
use game_sim::angle;
use leafwing_input_manager::prelude::*;

use self::action::Action;
use crate::frame::Frame;
use crate::options::Options;
use crate::render::{Eye, Lean, floor_point};
use crate::scene::Scene;
use crate::settings::Settings;
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
    app.init_resource::<Controls>().add_plugins(mapping).add_systems(
        Update,
        (hold, point, leave).in_set(Frame::Input).run_if(in_state(Stage::Playing)),
    );
}

/// Maps keys and buttons to actions, as the settings say. Whoever needs one asks the one entity with an
/// `ActionState<Action>`.
fn mapping(app: &mut App) {
    app.add_plugins(InputManagerPlugin::<Action>::default())
        .add_systems(Startup, |mut commands: Commands, settings: Res<Settings>| {
            commands.spawn(settings.bindings.map());
        })
        .add_systems(Update, bind.run_if(resource_changed::<Settings>).in_set(Frame::Input));
}

fn bind(settings: Res<Settings>, mut map: Single<&mut InputMap<Action>>) {
    let wanted = settings.bindings.map();
    if **map != wanted {
        **map = wanted;
    }
}

fn hold(actions: Single<&ActionState<Action>>, mut controls: ResMut<Controls>) {
    let held = |action| f32::from(u8::from(actions.pressed(&action)));
    let controls = &mut controls.0;
    controls.movement = Vec2::new(
        held(Action::MoveRight) - held(Action::MoveLeft),
        held(Action::MoveUp) - held(Action::MoveDown),
    );
    controls.fire = actions.pressed(&Action::Fire);
    controls.rocket = actions.pressed(&Action::Rocket);
    controls.dash |= actions.just_pressed(&Action::Dash);
    controls.reload |= actions.just_pressed(&Action::Reload);
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
