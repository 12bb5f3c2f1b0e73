//! A field for a line of text. Typing in it is bevy's own; Enter submits it.

use bevy::input::keyboard::{Key, KeyboardInput};
use bevy::input_focus::{FocusCause, FocusedInput, InputFocus};
use bevy::prelude::*;
use bevy::text::{EditableText, TextCursorStyle, apply_text_edits};

use super::theme;
use super::widget::Widget;
use crate::measure::own;
use crate::render::palette;
use crate::settings::REM;

/// A field, and what its letters must be.
#[derive(Component, Clone, Copy, Debug, Default)]
pub struct Field;

/// What a field takes beside blanks: whether a text may stand in it. What would make another one of it is not done.
#[derive(Component, Clone, Copy, Debug)]
pub struct Rule(pub fn(&str) -> bool);

/// Somebody pressed Enter in a field.
#[derive(EntityEvent, Clone, Debug)]
pub struct Submit {
    /// The field.
    pub entity: Entity,
    /// What stands in it.
    pub text: String,
}

pub(super) fn plugin(app: &mut App) {
    app.add_observer(submit)
        .add_observer(enter)
        .add_systems(PostUpdate, own(type_by_rule).before(apply_text_edits));
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

/// Does what was typed into fields with a rule, an edit at a time, so that each is taken or left as a whole.
fn type_by_rule(world: &mut World, fields: &mut QueryState<(Entity, &Rule, &EditableText)>) {
    let typed = fields.iter(world).filter(|(.., text)| !text.pending_edits.is_empty());
    let typed: Vec<(Entity, Rule)> = typed.map(|(entity, rule, _)| (entity, *rule)).collect();
    for (entity, Rule(may_stand)) in typed {
        let Some(mut text) = world.get_mut::<EditableText>(entity) else { continue };
        for edit in std::mem::take(&mut text.pending_edits) {
            let Some(mut text) = world.get_mut::<EditableText>(entity) else { break };
            let before = text.clone();
            text.queue_edit(edit);
            let done = world.run_system_cached(apply_text_edits).is_ok();
            let Some(mut text) = world.get_mut::<EditableText>(entity) else { break };
            let now = content(&text);
            if !done || !(now.trim().is_empty() || may_stand(&now)) {
                *text = before;
            }
        }
    }
}

/// A press into a field gives it the focus.
fn enter(press: On<Pointer<Press>>, fields: Query<(), With<Field>>, mut focus: ResMut<InputFocus>) {
    if fields.contains(press.entity) {
        focus.set(press.entity, FocusCause::Pressed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use bevy::text::{TextEdit, TextPlugin};
    use game_sim::name;

    fn app() -> App {
        let mut app = App::new();
        app.add_plugins((MinimalPlugins, AssetPlugin::default(), TextPlugin));
        app.init_asset::<Image>().init_asset::<TextureAtlasLayout>();
        app.add_systems(PostUpdate, type_by_rule.before(apply_text_edits));
        app
    }

    /// What stands in a field for a name after these edits, all of one frame.
    fn typed(app: &mut App, edits: impl Iterator<Item = TextEdit>) -> String {
        let mut text = EditableText::new("");
        edits.for_each(|edit| text.queue_edit(edit));
        let field = app.world_mut().spawn((text, Rule(|text| name::clean(text).is_ok()))).id();
        app.update();
        let text = content(app.world().get::<EditableText>(field).unwrap());
        app.world_mut().despawn(field);
        text
    }

    #[test]
    fn a_field_for_a_name_takes_what_a_server_takes_and_nothing_else() {
        let mut app = app();
        let letter = |letter: char| TextEdit::Insert(letter.to_string().into());
        let marked = "x\u{323}".repeat(16);
        for (keys, stands) in [
            ("Ann", "Ann"),
            ("", ""),
            ("seventeen letters", "seventeen letter"),
            ("A\u{202e}n\u{7}n\u{200b}", "Ann"),
            ("a\u{301}\u{323}\u{301}", "a\u{301}\u{323}"),
            ("\u{301}", ""),
            (&format!("{marked}y"), marked.as_str()),
            (&"ที่".repeat(8), &"ที่".repeat(7)),
            // The mark of a letter that can't stand goes on the one before, which may have two.
            (&"e\u{301}".repeat(17), &format!("{}\u{301}", "e\u{301}".repeat(16))),
        ] {
            let name = typed(&mut app, keys.chars().map(letter));
            assert_eq!(name, stands, "{keys:?}");
            assert!(name.is_empty() || name::clean(&name).is_ok(), "{keys:?}: {name:?}");
        }
        // What is pasted is taken or left as a whole, and what stood there stays.
        let whole = |text: &str| TextEdit::Insert(text.into());
        let edits = [whole("Ann"), whole(" of the long name"), whole("a")];
        assert_eq!(typed(&mut app, edits.into_iter()), "Anna");
    }
}
