//! How screens are reached: the mouse by moving, the keyboard by arrows and Tab, a gamepad by its cross
//! or, unless the pilot flies meanwhile, its left stick. All three move the same focus, and what has it is drawn as chosen.

use bevy::input_focus::{FocusCause, InputFocus};
use bevy::math::CompassOctant;
use bevy::prelude::*;
use bevy::text::EditableText;
use bevy::ui::InteractionDisabled;
use bevy::ui::auto_directional_navigation::AutoDirectionalNavigator;
use bevy::ui_widgets::{Activate, Button, ScrollIntoView};

use super::field::Field;
use super::letters::{self, Letters, Open, Place};
use super::row::Row;
use super::widget::Widget;
use crate::frame::Frame;
use crate::settings::{Screen, Settings};
use crate::state::{Door, Page};

/// How long a stick or key must be held until it repeats, and how often it then does.
const REPEAT_AFTER_S: f32 = 0.4;
const REPEAT_S: f32 = 0.12;
/// How far a stick must be out.
const STICK: f32 = 0.6;

/// Nobody may move the focus: a key is being listened for.
#[derive(Resource, Clone, Copy, Debug, Default)]
pub struct Held(pub bool);

/// The way that was pressed last, and when it repeats.
#[derive(Resource, Debug, Default)]
struct Repeat {
    way: Option<CompassOctant>,
    left_s: f32,
}

/// What moves the focus, in [`Frame::Input`]. Whoever listens for keys itself does so after it.
#[derive(SystemSet, Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Reach;

/// The part of [`Reach`] in which what has the focus is taken.
#[derive(SystemSet, Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Taken;

pub(super) fn plugin(app: &mut App) {
    app.init_resource::<Held>()
        .init_resource::<Repeat>()
        .add_plugins(bevy::input_focus::directional_navigation::DirectionalNavigationPlugin)
        .configure_sets(Update, Reach.in_set(Frame::Input))
        .add_observer(point)
        .add_systems(
            Update,
            (begin, (walk, press, back).in_set(Taken).run_if(free)).chain().in_set(Reach),
        );
}

fn free(held: Res<Held>, page: Res<State<Page>>) -> bool {
    !held.0 && *page.get() != Page::Fight
}

/// The mouse chooses what it moves over, and only when it moves: a page that opens under it does not.
fn point(
    moved: On<Pointer<Move>>,
    widgets: Query<(), (With<Widget>, Without<InteractionDisabled>)>,
    held: Res<Held>,
    mut focus: ResMut<InputFocus>,
) {
    if widgets.contains(moved.entity) && focus.get() != Some(moved.entity) && !held.0 {
        focus.set(moved.entity, FocusCause::Navigated);
    }
}

/// Somebody who walks must have somewhere to walk from: without a focus the uppermost widget has it.
fn begin(
    widgets: Query<
        (Entity, &UiGlobalTransform, &ComputedNode),
        (With<Widget>, Without<InteractionDisabled>),
    >,
    held: Res<Held>,
    mut focus: ResMut<InputFocus>,
) {
    if held.0 || focus.get().is_some_and(|entity| widgets.contains(entity)) {
        return;
    }
    // A page that has just been made has no places yet.
    if widgets.iter().any(|(.., node)| node.is_empty()) {
        return;
    }
    let place = |transform: &UiGlobalTransform| {
        let Vec2 { x, y } = transform.translation;
        (y.round() as i32, x.round() as i32)
    };
    if let Some((entity, ..)) = widgets.iter().min_by_key(|(_, transform, _)| place(transform)) {
        focus.set(entity, FocusCause::Navigated);
    }
}

/// Which way keys and gamepads ask to go. Beside the fight the stick is the pilot's.
fn way(
    keys: &ButtonInput<KeyCode>,
    pads: &Query<&Gamepad>,
    page: Page,
    typing: bool,
) -> Option<CompassOctant> {
    let stick = |pad: &Gamepad| match page.plays() {
        true => pad.dpad(),
        false => pad.left_stick() + pad.dpad(),
    };
    let stick: Vec2 = pads.iter().map(stick).sum();
    let held = |key| keys.pressed(key);
    // In a field the left and right arrows move among its letters.
    if held(KeyCode::ArrowUp) || stick.y > STICK {
        Some(CompassOctant::North)
    } else if held(KeyCode::ArrowDown) || stick.y < -STICK {
        Some(CompassOctant::South)
    } else if (held(KeyCode::ArrowLeft) && !typing) || stick.x < -STICK {
        Some(CompassOctant::West)
    } else if (held(KeyCode::ArrowRight) && !typing) || stick.x > STICK {
        Some(CompassOctant::East)
    } else {
        None
    }
}

/// Which way Tab leads, if it is pressed: back with either Shift.
fn tabbed(keys: &ButtonInput<KeyCode>) -> Option<CompassOctant> {
    let back = keys.any_pressed([KeyCode::ShiftLeft, KeyCode::ShiftRight]);
    let way = if back { CompassOctant::North } else { CompassOctant::South };
    keys.just_pressed(KeyCode::Tab).then_some(way)
}

fn walk(
    time: Res<Time<Real>>,
    (keys, page): (Res<ButtonInput<KeyCode>>, Res<State<Page>>),
    pads: Query<&Gamepad>,
    fields: Query<(), With<EditableText>>,
    (rows, places): (Query<&Row>, Query<(Entity, &Place)>),
    (screen, mut settings): (Res<Screen>, ResMut<Settings>),
    mut repeat: ResMut<Repeat>,
    mut navigator: AutoDirectionalNavigator,
    mut commands: Commands,
) {
    let focus = navigator.input_focus();
    let typing = focus.is_some_and(|entity| fields.contains(entity));
    let mut way = way(&keys, &pads, *page.get(), typing);
    if way == repeat.way && way.is_some() {
        repeat.left_s -= time.delta_secs();
        if repeat.left_s > 0.0 {
            return;
        }
        repeat.left_s = REPEAT_S;
    } else {
        (repeat.way, repeat.left_s) = (way, REPEAT_AFTER_S);
    }
    way = tabbed(&keys).or(way);
    let Some(way) = way else { return };
    // Letters lie over a page, and nobody walks off them.
    if let Some((_, from)) = focus.and_then(|entity| places.get(entity).ok()) {
        if let Some(entity) = letters::beside(*from, way, &places) {
            focused(&mut commands, entity);
        }
        return;
    }
    // A row of settings goes through its values.
    if let Some(row) = focus.and_then(|entity| rows.get(entity).ok())
        && matches!(way, CompassOctant::West | CompassOctant::East)
    {
        (row.step)(&mut settings, &screen, if way == CompassOctant::East { 1 } else { -1 });
        return;
    }
    if let Ok(entity) = navigator.navigate(way) {
        commands.trigger(ScrollIntoView { entity });
    }
}

fn focused(commands: &mut Commands, entity: Entity) {
    commands.queue(move |world: &mut World| {
        world.resource_mut::<InputFocus>().set(entity, FocusCause::Navigated);
    });
}

/// A gamepad's lower button takes what is chosen, and has letters come up in a field; the keyboard's Enter is bevy's own.
fn press(
    pads: Query<&Gamepad>,
    focus: Res<InputFocus>,
    buttons: Query<(), (With<Button>, Without<InteractionDisabled>)>,
    fields: Query<(), With<Field>>,
    mut commands: Commands,
) {
    let pressed = pads.iter().any(|pad| pad.just_pressed(GamepadButton::South));
    let Some(entity) = focus.get().filter(|_| pressed) else { return };
    if buttons.contains(entity) {
        commands.trigger(Activate { entity });
    } else if fields.contains(entity) {
        commands.trigger(Open { entity });
    }
}

/// Escape and a gamepad's right button lead back, from letters to their field.
fn back(
    keys: Res<ButtonInput<KeyCode>>,
    pads: Query<&Gamepad>,
    page: Res<State<Page>>,
    (mut letters, mut focus): (ResMut<Letters>, ResMut<InputFocus>),
    mut commands: Commands,
    mut door: Door,
) {
    let east = pads.iter().any(|pad| pad.just_pressed(GamepadButton::East));
    if !keys.just_pressed(KeyCode::Escape) && !east {
        return;
    }
    if letters::close(&mut letters, &mut focus, &mut commands) {
        return;
    }
    if *page.get() != Page::Title {
        door.back();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tab_leads_on_and_with_either_shift_back() {
        let way = |held: &[KeyCode]| {
            let mut keys = ButtonInput::default();
            held.iter().for_each(|key| keys.press(*key));
            tabbed(&keys)
        };
        assert_eq!(way(&[KeyCode::Tab]), Some(CompassOctant::South));
        for shift in [KeyCode::ShiftLeft, KeyCode::ShiftRight] {
            assert_eq!(way(&[shift, KeyCode::Tab]), Some(CompassOctant::North), "{shift:?}");
            assert_eq!(way(&[shift]), None);
        }
    }
}
