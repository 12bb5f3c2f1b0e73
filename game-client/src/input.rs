//! Keyboard, mouse and gamepad, as what the player holds down in the fight.

pub mod action;
mod aim;
mod assist;
pub mod binding;
pub mod names;
pub mod pointer;

use bevy::app::RunFixedMainLoop;
use bevy::ecs::schedule::ScheduleCleanupPolicy;
use bevy::ecs::system::SystemParam;
use bevy::input::InputSystems;
use bevy::input::gamepad::GamepadEvent;
use bevy::input::keyboard::{KeyboardFocusLost, KeyboardInput};
use bevy::input::mouse::MouseButtonInput;
use bevy::prelude::*;
use game_bots::hand::Hold;
use leafwing_input_manager::plugin::InputManagerSystem;
use leafwing_input_manager::prelude::*;
use leafwing_input_manager::systems::update_action_state;

use self::action::Action;
pub use self::aim::Aims;
use self::aim::{past, point, tilt};
use self::binding::Binding;
use crate::frame::Frame;
use crate::measure::own;
use crate::settings::Settings;
use crate::state::{Page, Stage};

/// What the player holds down, and what was tapped since the last frame that was played.
#[derive(Resource, Clone, Copy, Debug, Default)]
pub struct Controls(Hold);

impl Controls {
    /// Where the player wants to go, at most of unit length.
    pub fn movement(&self) -> Vec2 {
        self.0.movement
    }

    /// What is held now. A tap counts even if the key is up again by now, but only once.
    pub fn take(&mut self) -> Hold {
        let hold = self.0;
        (self.0.dash, self.0.reload) = (false, false);
        hold
    }
}

/// Reading the devices, for what must come after it.
#[derive(SystemSet, Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Read;

/// Reads the devices at the start of each frame.
pub fn plugin(app: &mut App) {
    app.init_resource::<Controls>()
        .init_resource::<Aims>()
        .add_plugins((mapping, pointer::plugin, names::plugin))
        .add_systems(
            Update,
            ((hold, point, tilt).chain().run_if(obeys), rest.run_if(not(obeys)))
                .in_set(Read)
                .in_set(Frame::Input)
                .run_if(in_state(Stage::Playing)),
        );
}

/// Maps keys and buttons to actions, as the settings say. Whoever needs one asks the one entity with an
/// `ActionState<Action>`.
///
/// The input manager asks every binding about every device, with a hundred allocations for each, and again for
/// the fixed schedule, which nothing here runs in. What is held changes only when a device has said something.
fn mapping(app: &mut App) {
    app.add_plugins(InputManagerPlugin::<Action>::default()).init_resource::<Spoke>();
    let fixed = app.remove_systems_in_set(
        RunFixedMainLoop,
        update_action_state::<Action>,
        ScheduleCleanupPolicy::RemoveSystemsOnly,
    );
    if let Err(error) = fixed {
        warn!("the input manager works twice in each frame: {error}");
    }
    app.add_systems(PreUpdate, own(listen).after(InputSystems).before(InputManagerSystem::Unify))
        .configure_sets(PreUpdate, InputManagerSystem::Unify.run_if(spoke))
        .configure_sets(PreUpdate, InputManagerSystem::Update.run_if(spoke))
        .add_systems(Startup, |mut commands: Commands, settings: Res<Settings>| {
            commands.spawn(settings.bindings.map());
        })
        .add_systems(Update, bind.run_if(resource_changed::<Settings>).in_set(Frame::Input));
}

/// Whether a device said something in this frame.
#[derive(Resource, Default)]
struct Spoke(bool);

fn listen(
    mut keys: MessageReader<KeyboardInput>,
    mut lost: MessageReader<KeyboardFocusLost>,
    mut buttons: MessageReader<MouseButtonInput>,
    mut pads: MessageReader<GamepadEvent>,
    maps: Query<(), Changed<InputMap<Action>>>,
    mut spoke: ResMut<Spoke>,
) {
    // All are read, or what is left over would count in the next frame.
    let said = [
        keys.read().count(),
        lost.read().count(),
        buttons.read().count(),
        pads.read().count(),
        maps.iter().count(),
    ];
    spoke.0 = said.into_iter().any(|count| count > 0);
}

fn spoke(spoke: Res<Spoke>) -> bool {
    spoke.0
}

fn bind(settings: Res<Settings>, mut map: Single<&mut InputMap<Action>>) {
    let wanted = settings.bindings.map();
    if **map != wanted {
        **map = wanted;
    }
}

/// Whether the pilot obeys: not while a menu has the keys.
fn obeys(page: Res<State<Page>>) -> bool {
    page.get().plays() && !page.is_changed()
}

/// Nothing is held while a menu has the keys; the aim stays.
fn rest(mut controls: ResMut<Controls>) {
    controls.0 = Hold { aim: controls.0.aim, ..Hold::default() };
}

/// What is pressed on all devices.
#[derive(SystemParam)]
struct Pressed<'w, 's> {
    keys: Res<'w, ButtonInput<KeyCode>>,
    mouse: Res<'w, ButtonInput<MouseButton>>,
    pads: Query<'w, 's, &'static Gamepad>,
}

impl Pressed<'_, '_> {
    fn has(&self, binding: Binding) -> bool {
        match binding {
            Binding::Key(key) => self.keys.pressed(key),
            Binding::Mouse(button) => self.mouse.pressed(button),
            Binding::Pad(button) => self.pads.iter().any(|pad| pad.pressed(button)),
        }
    }
}

fn hold(
    actions: Single<&ActionState<Action>>,
    pressed: Pressed,
    settings: Res<Settings>,
    page: Res<State<Page>>,
    mut controls: ResMut<Controls>,
) {
    // What a menu beside the fight listens to is the menu's, and the rest goes on being the pilot's.
    let free = *page.get() == Page::Fight;
    let is_ours = |action| {
        let mut bound = settings.bindings.of(action).iter();
        free || bound.any(|binding| !binding.is_of_menus() && pressed.has(*binding))
    };
    let held = |action| actions.pressed(&action) && is_ours(action);
    let tapped = |action| actions.just_pressed(&action) && is_ours(action);
    let way = |action| f32::from(u8::from(held(action)));
    let keys = Vec2::new(
        way(Action::MoveRight) - way(Action::MoveLeft),
        way(Action::MoveUp) - way(Action::MoveDown),
    );
    let sticks = pressed.pads.iter().map(|pad| past(pad.left_stick(), settings.pad.dead_zone));
    let stick: Vec2 = sticks.sum();
    let controls = &mut controls.0;
    controls.movement = (keys + stick).clamp_length_max(1.0);
    controls.fire = held(Action::Fire);
    controls.rocket = held(Action::Rocket);
    controls.dash |= tapped(Action::Dash);
    controls.reload |= tapped(Action::Reload);
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

    #[test]
    fn beside_a_menu_the_pilot_obeys_all_that_the_menu_does_not_listen_to() {
        let mut app = App::new();
        app.add_plugins(bevy::state::app::StatesPlugin)
            .init_resource::<ButtonInput<KeyCode>>()
            .init_resource::<ButtonInput<MouseButton>>()
            .init_resource::<Settings>()
            .init_resource::<Controls>()
            .insert_state(Page::Fight)
            .add_systems(Update, hold);
        let mut actions = ActionState::<Action>::default();
        for action in [Action::Fire, Action::MoveUp] {
            actions.press(&action);
        }
        app.world_mut().spawn(actions);
        let mut pad = Gamepad::default();
        pad.analog_mut().set(GamepadAxis::LeftStickX, 1.0);
        let pad = app.world_mut().spawn(pad).id();
        let mut look = |page, button: GamepadButton, key: KeyCode| {
            app.world_mut().resource_mut::<NextState<Page>>().set(page);
            let mut pad = app.world_mut().get_mut::<Gamepad>(pad).unwrap();
            pad.digital_mut().reset_all();
            pad.digital_mut().press(button);
            let mut keys = app.world_mut().resource_mut::<ButtonInput<KeyCode>>();
            keys.reset_all();
            keys.press(key);
            app.update();
            let hold = app.world().resource::<Controls>().0;
            (hold.fire, hold.movement.y > 0.0, hold.movement.x > 0.0)
        };
        let (trigger, cross) = (GamepadButton::RightTrigger2, GamepadButton::DPadUp);
        assert_eq!(look(Page::Fight, cross, KeyCode::KeyX), (true, true, true));
        for page in [Page::Quick, Page::Vote] {
            assert_eq!(look(page, trigger, KeyCode::KeyW), (true, true, true), "{page:?}");
            assert_eq!(look(page, cross, KeyCode::ArrowUp), (false, false, true), "{page:?}");
        }
    }
}
