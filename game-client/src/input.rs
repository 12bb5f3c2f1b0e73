//! Keyboard, mouse and gamepad, as what the player holds down in the fight.

pub mod action;
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
use bevy::window::PrimaryWindow;
use game_bots::hand::Hold;
use game_sim::angle;
use leafwing_input_manager::plugin::InputManagerSystem;
use leafwing_input_manager::prelude::*;
use leafwing_input_manager::systems::update_action_state;

use self::action::Action;
use self::binding::Binding;
use self::pointer::Pointer;
use crate::frame::Frame;
use crate::options::Options;
use crate::render::palette::Side;
use crate::render::{Eye, Lean, floor_point};
use crate::scene::{PilotView, Scene};
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

/// Reads the devices at the start of each frame.
pub fn plugin(app: &mut App) {
    app.init_resource::<Controls>()
        .init_resource::<Aims>()
        .add_plugins((mapping, pointer::plugin))
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
    app.add_systems(PreUpdate, listen.after(InputSystems).before(InputManagerSystem::Unify))
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

/// A stick's way beyond its dead zone, so that it begins softly there: at most of unit length.
fn past(stick: Vec2, dead_zone: f32) -> Vec2 {
    let length = stick.length();
    if length <= dead_zone {
        return Vec2::ZERO;
    }
    stick / length * ((length - dead_zone) / (1.0 - dead_zone)).min(1.0)
}

/// The mouse aims at the place under it, and the view leans that way.
fn point(
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
fn tilt(
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

/// Where those are whom the player could want to hit: seen, and not of the own side.
fn targets(scene: &Scene) -> impl Iterator<Item = Vec2> {
    let is_target = |pilot: &&PilotView| {
        pilot.is_seen() && !pilot.protected && scene.side(pilot.id) == Side::Enemy
    };
    scene.pilots.iter().filter(is_target).map(|pilot| pilot.position)
}

#[cfg(test)]
mod tests {
    use super::*;
    use game_sim::{PilotId, Team};

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
    fn a_stick_begins_softly_behind_its_dead_zone_and_reaches_all_of_its_way() {
        assert_eq!(past(Vec2::new(0.19, 0.0), 0.2), Vec2::ZERO);
        assert!(past(Vec2::new(0.21, 0.0), 0.2).x < 0.02);
        assert!((past(Vec2::new(0.0, 1.0), 0.2).y - 1.0).abs() < 1e-6);
    }
}
