//! A field for a line of text. Typing in it is bevy's own; Enter submits it.

use bevy::input::keyboard::{Key, KeyboardInput};
use bevy::input_focus::{FocusCause, FocusedInput, InputFocus};
use bevy::prelude::*;
use bevy::text::{EditableText, TextCursorStyle};

use super::theme;
use super::widget::Widget;
use crate::render::palette;
use crate::settings::REM;

/// A field, and what its letters must be.
#[derive(Component, Clone, Copy, Debug, Default)]
pub struct Field;

/// Somebody pressed Enter in a field.
#[derive(EntityEvent, Clone, Debug)]
pub struct Submit {
    /// The field.
    pub entity: Entity,
    /// What stands in it.
    pub text: String,
}

pub(super) fn plugin(app: &mut App) {
    app.add_observer(submit).add_observer(enter);
}

/// A field of so many letters at most, `width_px` wide.
pub fn field(text: &str, letters: usize, width_px: f32) -> impl Bundle {
    let node = Node {
        width: px(width_px),
        padding: UiRect::axes(px(12), px(8)),
        border: UiRect::all(px(2)),
        border_radius: BorderRadius::all(px(6)),
        overflow: Overflow::clip(),
        ..default()
    };
    (
        Field,
        Widget,
        EditableText { max_characters: Some(letters), ..EditableText::new(text) },
        TextFont { font_size: FontSize::Rem(20.0 / REM), ..default() },
        TextColor(palette::color(theme::TEXT)),
        TextCursorStyle { color: palette::color(theme::ACCENT), ..default() },
        node,
        BackgroundColor(palette::color(theme::BUTTON)),
        BorderColor::all(Color::NONE),
    )
}

/// What stands in a field.
pub fn content(text: &EditableText) -> String {
    text.value().to_string()
}

fn submit(
    key: On<FocusedInput<KeyboardInput>>,
    fields: Query<&EditableText, With<Field>>,
    mut commands: Commands,
) {
    let enter = key.input.state.is_pressed() && key.input.logical_key == Key::Enter;
    if let (true, false, Ok(text)) = (enter, key.input.repeat, fields.get(key.focused_entity)) {
        commands.trigger(Submit { entity: key.focused_entity, text: content(text) });
    }
}

/// A press into a field gives it the focus.
fn enter(press: On<Pointer<Press>>, fields: Query<(), With<Field>>, mut focus: ResMut<InputFocus>) {
    if fields.contains(press.entity) {
        focus.set(press.entity, FocusCause::Pressed);
    }
}
