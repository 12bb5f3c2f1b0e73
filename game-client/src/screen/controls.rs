//! Which key does what: a row for each action, two keys and two buttons each. The sticks are not bound, and stand
//! where a player would look for them: the left one in the first free slot, the right one in a row of its own. A slot that is taken
//! listens for what is pressed next, and stays as it was for Escape and for what belongs in the other kind of slot;
//! what would do two things at once is shown as doubtful.

use bevy::input::ButtonState;
use bevy::input::gamepad::GamepadButtonChangedEvent;
use bevy::input::keyboard::KeyboardInput;
use bevy::input::mouse::MouseButtonInput;
use bevy::input_focus::InputFocus;
use bevy::prelude::*;
use bevy::ui_widgets::Activate;

use crate::frame::Frame;
use crate::input::action::Action;
use crate::input::binding::{Binding, Bindings, SLOTS};
use crate::input::names::{name, stick};
use crate::language::{Say, Words};
use crate::menu::focus::{Held, Reach};
use crate::menu::theme::{self, text};
use crate::menu::widget;
use crate::render::palette;
use crate::settings::Settings;
use crate::state::Page;

/// A place for a key or a button.
#[derive(Component, Clone, Copy, Debug, PartialEq, Eq)]
struct Slot {
    action: Action,
    pad: bool,
    number: usize,
}

/// Which slot listens, and whether a mouse button that it heard is still held: to let that go is no click.
#[derive(Resource, Debug, Default)]
struct Listening {
    slot: Option<(Entity, Slot)>,
    deaf: bool,
}

/// What stands below the table: what to press, or what conflicts.
#[derive(Component)]
struct Hint;

pub(super) fn plugin(app: &mut App) {
    app.init_resource::<Listening>()
        .add_observer(take)
        .add_systems(OnExit(Page::Settings), stop)
        .add_systems(
            Update,
            (listen, clear)
                .chain()
                .after(Reach)
                .in_set(Frame::Input)
                .run_if(in_state(Page::Settings)),
        )
        .add_systems(Update, (write, hint).in_set(Frame::Overlay).run_if(in_state(Page::Settings)));
}

/// Before this action the table says what aims.
const AFTER_AIM: Action = Action::Fire;
const NAME: f32 = 176.0;
const KEY: f32 = 172.0;

/// Adds the table to a tab.
pub(super) fn spawn(list: &mut ChildSpawnerCommands) {
    let line = || Node { padding: UiRect::horizontal(px(14)), ..theme::line(8.0) };
    list.spawn(line()).with_children(|head| {
        let cells = [
            (NAME, "settings-column-action"),
            (2.0 * KEY + 8.0, "settings-column-keys"),
            (2.0 * KEY + 8.0, "settings-column-pad"),
        ];
        for (width, key) in cells {
            head.spawn(Node { width: px(width), ..default() })
                .with_child((text("", 16.0, theme::DIM), Say(key)));
        }
    });
    for action in Action::ALL {
        if action == AFTER_AIM {
            list.spawn(line()).with_children(aim);
        }
        list.spawn(line()).with_children(|row| {
            row.spawn(Node { width: px(NAME), ..default() })
                .with_child((text("", 18.0, theme::TEXT), Say(action.key())));
            for pad in [false, true] {
                for number in 0..SLOTS {
                    let node = Node {
                        width: px(KEY),
                        min_height: px(28),
                        justify_content: JustifyContent::Center,
                        align_items: AlignItems::Center,
                        overflow: Overflow::clip(),
                        ..default()
                    };
                    row.spawn((widget::frame(node), Slot { action, pad, number }))
                        .with_child(text("", 17.0, theme::TEXT));
                }
            }
        });
    }
    let usual = widget::button("settings-usual");
    list.spawn(Node { margin: UiRect::vertical(px(6)), ..line() }).with_children(|foot| {
        foot.spawn(usual).observe(|_: On<Activate>, mut settings: ResMut<Settings>| {
            settings.bindings = Bindings::default();
        });
    });
}

/// The row of what aims, which nobody can change.
fn aim(row: &mut ChildSpawnerCommands) {
    let mut cell = |width: f32, justify_content, key, colour| {
        let node =
            Node { width: px(width), min_height: px(28), justify_content, ..theme::line(0.0) };
        row.spawn(node).with_child((text("", 17.0, colour), Say(key)));
    };
    cell(NAME, JustifyContent::Start, "action-aim", theme::TEXT);
    cell(2.0 * KEY + 8.0, JustifyContent::Center, "mouse-aim", theme::DIM);
    cell(2.0 * KEY + 8.0, JustifyContent::Center, "pad-right-stick", theme::DIM);
}

/// The place of what stands below the table.
#[derive(Component)]
pub(super) struct HintLine;

/// Adds the line that says what to press, and what conflicts. It stands where it is always seen, and is as high while
/// it says nothing.
pub(super) fn spawn_hint(panel: &mut ChildSpawnerCommands) {
    let node = Node { min_height: px(22), justify_content: JustifyContent::Center, ..default() };
    panel.spawn((node, HintLine)).with_child((text("", 17.0, theme::DOUBT), Hint));
}

/// The slot begins to listen. Nothing else hears keys meanwhile.
fn take(
    activate: On<Activate>,
    slots: Query<&Slot>,
    mut listening: ResMut<Listening>,
    mut held: ResMut<Held>,
    mut focus: ResMut<InputFocus>,
) {
    if let Ok(slot) = slots.get(activate.entity)
        && !listening.deaf
    {
        listening.slot = Some((activate.entity, *slot));
        held.0 = true;
        focus.clear();
    }
}

/// The page is left: whatever listened no longer does.
fn stop(mut listening: ResMut<Listening>, mut held: ResMut<Held>) {
    *listening = Listening::default();
    held.0 = false;
}

fn listen(
    mut keys: MessageReader<KeyboardInput>,
    mut buttons: MessageReader<MouseButtonInput>,
    mut pads: MessageReader<GamepadButtonChangedEvent>,
    mouse: Res<ButtonInput<MouseButton>>,
    mut listening: ResMut<Listening>,
    mut held: ResMut<Held>,
    mut settings: ResMut<Settings>,
    mut focus: ResMut<InputFocus>,
    mut fresh: Local<bool>,
) {
    let mut heard: Vec<Binding> = Vec::new();
    let is_down = |state: ButtonState| state.is_pressed();
    heard.extend(
        keys.read()
            .filter(|key| is_down(key.state) && !key.repeat)
            .map(|key| Binding::Key(key.key_code)),
    );
    heard.extend(
        buttons
            .read()
            .filter(|button| is_down(button.state))
            .map(|button| Binding::Mouse(button.button)),
    );
    heard.extend(
        pads.read()
            .filter(|button| is_down(button.state))
            .map(|button| Binding::Pad(button.button)),
    );
    if listening.deaf {
        let let_go = mouse.get_just_released().next().is_some();
        listening.deaf = let_go || mouse.get_pressed().next().is_some();
    }
    let Some((entity, slot)) = listening.slot else {
        *fresh = true;
        return;
    };
    // What opened the slot is not what it listens for.
    if std::mem::take(&mut *fresh) {
        return;
    }
    // Who has no keyboard at hand must not be caught in a slot for keys, nor the other way round.
    if heard.is_empty() {
        return;
    }
    listening.deaf = heard.iter().any(|binding| matches!(binding, Binding::Mouse(_)));
    let cancelled = heard.contains(&Binding::Key(KeyCode::Escape));
    let bound = heard.into_iter().find(|binding| binding.is_pad() == slot.pad);
    if let (false, Some(_)) = (cancelled, bound) {
        settings.bindings.set(slot.action, slot.pad, slot.number, bound);
    }
    listening.slot = None;
    held.0 = false;
    focus.set(entity, bevy::input_focus::FocusCause::Navigated);
}

/// Delete empties the slot that is chosen.
fn clear(
    keys: Res<ButtonInput<KeyCode>>,
    pads: Query<&Gamepad>,
    listening: Res<Listening>,
    focus: Res<InputFocus>,
    slots: Query<&Slot>,
    mut settings: ResMut<Settings>,
) {
    let north = pads.iter().any(|pad| pad.just_pressed(GamepadButton::North));
    let wanted = keys.any_just_pressed([KeyCode::Delete, KeyCode::Backspace]) || north;
    if let Some(slot) = focus.get().and_then(|entity| slots.get(entity).ok())
        && wanted
        && listening.slot.is_none()
    {
        settings.bindings.set(slot.action, slot.pad, slot.number, None);
    }
}

fn write(
    settings: Res<Settings>,
    words: Res<Words>,
    listening: Res<Listening>,
    slots: Query<(Entity, &Slot, &Children)>,
    mut texts: Query<(&mut Text, &mut TextColor)>,
) {
    for (entity, slot, children) in &slots {
        let bound = settings.bindings.slot(slot.action, slot.pad, slot.number);
        let listens = listening.slot.is_some_and(|(other, _)| other == entity);
        let said = match bound {
            _ if listens && slot.pad => words.say("settings-press-button").into_owned(),
            _ if listens => words.say("settings-press-key").into_owned(),
            Some(binding) => name(&words, binding),
            None if slot.pad && settings.bindings.pads(slot.action) == slot.number => {
                stick(&words, slot.action).unwrap_or_else(|| "-".to_owned())
            }
            None => "-".to_owned(),
        };
        let doubtful = bound
            .is_some_and(|binding| !settings.bindings.conflicts(slot.action, binding).is_empty());
        let colour = match (listens, doubtful, bound) {
            (true, ..) => theme::ACCENT,
            (_, true, _) => theme::WRONG,
            (_, _, Some(_)) => theme::TEXT,
            _ => theme::DIM,
        };
        for child in children {
            if let Ok((mut text, mut of)) = texts.get_mut(*child) {
                of.set_if_neq(TextColor(palette::color(colour)));
                if text.0 != said {
                    text.0.clone_from(&said);
                }
            }
        }
    }
}

fn hint(
    settings: Res<Settings>,
    words: Res<Words>,
    listening: Res<Listening>,
    focus: Res<InputFocus>,
    slots: Query<&Slot>,
    mut hint: Query<&mut Text, With<Hint>>,
) {
    let Ok(mut text) = hint.single_mut() else { return };
    let slot = focus.get().and_then(|entity| slots.get(entity).ok());
    let conflicts = slot.map_or_else(Vec::new, |slot| {
        let bound = settings.bindings.slot(slot.action, slot.pad, slot.number);
        bound.map_or_else(Vec::new, |bound| settings.bindings.conflicts(slot.action, bound))
    });
    let said = if listening.slot.is_some() {
        words.say("settings-listen-hint").into_owned()
    } else if conflicts.is_empty() {
        slot.map_or_else(String::new, |_| words.say("settings-bind-hint").into_owned())
    } else {
        let names: Vec<_> =
            conflicts.iter().map(|action| words.say(action.key()).into_owned()).collect();
        words.say_with("settings-conflict", &[("actions", names.join(", ").into())])
    };
    if text.0 != said {
        text.0 = said;
    }
}
