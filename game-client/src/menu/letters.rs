//! Letters on screen, for who has a gamepad and no keyboard: its lower button opens them in a field, its cross or
//! its left stick walks from key to key. Which letters there are stands in the language files.
//!
//! They write into the field and do nothing else: what Enter does there, the last key does.

mod place;

use bevy::input_focus::{FocusCause, InputFocus};
use bevy::prelude::*;
use bevy::text::{EditableText, TextEdit};
use bevy::ui_widgets::Activate;

pub(super) use self::place::{Place, beside};
use super::field::{Submit, content};
use super::focus::{Reach, Taken};
use super::theme::{self, text};
use super::widget;
use crate::language::{Say, Words};
use crate::render::palette;

/// The rows of letters in the language files, from above.
const ROWS: [&str; 5] =
    ["letters-row-1", "letters-row-2", "letters-row-3", "letters-row-4", "letters-row-5"];
/// What the lowest row does, with the words for it and so many times the width of a letter.
const LOWEST: [(Does, &str, f32); 4] = [
    (Does::Shift, "letters-shift", 2.0),
    (Does::Letter(' '), "letters-space", 4.0),
    (Does::Delete, "letters-delete", 2.0),
    (Does::Done, "letters-done", 2.0),
];
/// Width and height of a letter's key, and the gap between two, in pixels.
const KEY: Vec2 = Vec2::new(50.0, 40.0);
const GAP: f32 = 5.0;
/// Width of what stands above the keys, so that a long text is cut and no line is broken.
const WIDTH: f32 = 10.0 * (KEY.x + GAP) - GAP;
/// Letters of a long text that are shown, the last ones.
const SHOWN: usize = 34;

/// The letters, while they are open.
#[derive(Resource, Debug, Default)]
pub struct Letters {
    /// The field that they write into, and the root of what is drawn.
    open: Option<(Entity, Entity)>,
    /// Whether the next field that appears is to have them at once.
    offered: bool,
    large: bool,
}

impl Letters {
    /// The next field that appears has them at once: a gamepad has led there.
    pub fn offer(&mut self) {
        self.offered = true;
    }

    /// Whether they are open, so that nothing else hears the gamepad.
    pub fn are_open(&self) -> bool {
        self.open.is_some()
    }
}

/// Asks for the letters in a field.
#[derive(EntityEvent, Clone, Copy, Debug)]
pub struct Open {
    /// The field.
    pub entity: Entity,
}

/// What a key does.
#[derive(Component, Clone, Copy, Debug, PartialEq)]
enum Does {
    Letter(char),
    Shift,
    Delete,
    Done,
}

/// What stands in the field, above the letters.
#[derive(Component)]
struct Written;

/// What is on a key.
#[derive(Component)]
struct Face(char);

pub(super) fn plugin(app: &mut App) {
    app.init_resource::<Letters>()
        .add_observer(open)
        .add_observer(press)
        .add_systems(Update, (accept, buttons).chain().in_set(Reach).before(Taken))
        .add_systems(Update, (write, name).in_set(crate::frame::Frame::Overlay));
}

/// Fields that have just appeared take up what was offered; the letters go with their field.
fn accept(
    appeared: Query<Entity, Added<super::field::Field>>,
    fields: Query<(), With<EditableText>>,
    mut letters: ResMut<Letters>,
    mut commands: Commands,
) {
    if letters.offered
        && let Some(entity) = appeared.iter().next()
    {
        letters.offered = false;
        commands.trigger(Open { entity });
    }
    if let Some((_, root)) = letters.open.filter(|(field, _)| !fields.contains(*field)) {
        letters.open = None;
        commands.entity(root).despawn();
    }
}

fn open(
    asked: On<Open>,
    words: Res<Words>,
    mut letters: ResMut<Letters>,
    mut fields: Query<&mut EditableText>,
    mut focus: ResMut<InputFocus>,
    mut commands: Commands,
) {
    let Ok(mut field) = fields.get_mut(asked.entity) else { return };
    if letters.are_open() {
        return;
    }
    field.queue_edit(TextEdit::TextEnd(false));
    let (root, first) = spawn(&mut commands, &words);
    letters.open = Some((asked.entity, root));
    letters.large = false;
    if let Some(first) = first {
        focus.set(first, FocusCause::Navigated);
    }
}

/// Draws them, and returns the root and the first key.
fn spawn(commands: &mut Commands, words: &Words) -> (Entity, Option<Entity>) {
    let node = Node {
        position_type: PositionType::Absolute,
        width: percent(100),
        height: percent(100),
        align_items: AlignItems::Center,
        justify_content: JustifyContent::End,
        flex_direction: FlexDirection::Column,
        padding: UiRect::bottom(px(24)),
        ..default()
    };
    let ground = BackgroundColor(palette::translucent(theme::GROUND, 0.5));
    let root = commands.spawn((node, ground, GlobalZIndex(30))).id();
    let mut first = None;
    commands.entity(root).with_children(|root| {
        let node = Node { align_items: AlignItems::Center, row_gap: px(GAP), ..default() };
        let edge = BorderColor::all(palette::translucent(theme::ACCENT, 0.5));
        let node = Node { border: UiRect::all(px(2)), ..node };
        root.spawn((theme::panel(node), edge)).with_children(|panel| {
            let node = Node {
                width: px(WIDTH),
                height: px(40),
                padding: UiRect::axes(px(10), px(6)),
                overflow: Overflow::clip(),
                ..default()
            };
            panel
                .spawn((node, BackgroundColor(palette::color(theme::GROUND))))
                .with_child((text("", 20.0, theme::TEXT), Written));
            for (row, key) in ROWS.into_iter().enumerate() {
                panel.spawn(theme::line(GAP)).with_children(|line| {
                    for (column, letter) in words.say(key).chars().enumerate() {
                        let place = Place { row, middle: column as f32 + 0.5 };
                        let face = (text(&letter.to_string(), 20.0, theme::TEXT), Face(letter));
                        let key = line.spawn((self::key(1.0), place, Does::Letter(letter)));
                        first = first.or(Some({ key }.with_child(face).id()));
                    }
                });
            }
            panel.spawn(theme::line(GAP)).with_children(|line| {
                let mut left = 0.0;
                for (does, words, wide) in LOWEST {
                    let place = Place { row: ROWS.len(), middle: left + wide / 2.0 };
                    left += wide;
                    line.spawn((key(wide), place, does))
                        .with_child((text("", 16.0, theme::TEXT), Say(words)));
                }
            });
            panel.spawn((text("", 15.0, theme::DIM), Say("letters-hint")));
        });
    });
    (root, first)
}

fn key(wide: f32) -> impl Bundle {
    widget::frame(Node {
        width: px(wide * (KEY.x + GAP) - GAP),
        height: px(KEY.y),
        overflow: Overflow::clip(),
        ..Node { padding: UiRect::ZERO, ..widget::button_node() }
    })
}

/// A key is pressed, by whatever presses it.
fn press(
    pressed: On<Activate>,
    keys: Query<&Does>,
    mut fields: Query<&mut EditableText>,
    mut letters: ResMut<Letters>,
    mut focus: ResMut<InputFocus>,
    mut commands: Commands,
) {
    if let Ok(does) = keys.get(pressed.entity) {
        act(*does, &mut letters, &mut fields, &mut focus, &mut commands);
    }
}

/// What a gamepad's other buttons do, so that nobody walks to space and delete.
fn buttons(
    pads: Query<&Gamepad>,
    mut fields: Query<&mut EditableText>,
    mut letters: ResMut<Letters>,
    mut focus: ResMut<InputFocus>,
    mut commands: Commands,
) {
    if !letters.are_open() {
        return;
    }
    let does = [
        (GamepadButton::West, Does::Delete),
        (GamepadButton::North, Does::Letter(' ')),
        (GamepadButton::LeftTrigger, Does::Shift),
        (GamepadButton::RightTrigger, Does::Shift),
        (GamepadButton::Start, Does::Done),
    ];
    for (button, does) in does {
        if pads.iter().any(|pad| pad.just_pressed(button)) {
            act(does, &mut letters, &mut fields, &mut focus, &mut commands);
        }
    }
}

fn act(
    does: Does,
    letters: &mut Letters,
    fields: &mut Query<&mut EditableText>,
    focus: &mut InputFocus,
    commands: &mut Commands,
) {
    let Some((entity, _)) = letters.open else { return };
    let Ok(mut field) = fields.get_mut(entity) else { return };
    match does {
        Does::Letter(letter) => {
            let letter = cased(letter, letters.large).to_string();
            field.queue_edit(TextEdit::Insert(letter.as_str().into()));
        }
        Does::Shift => letters.large = !letters.large,
        Does::Delete => field.queue_edit(TextEdit::Backspace),
        Does::Done => {
            let text = content(&field);
            close(letters, focus, commands);
            commands.trigger(Submit { entity, text });
        }
    }
}

/// Closes them and leaves what was written; whether there was anything to close.
pub(super) fn close(
    letters: &mut Letters,
    focus: &mut InputFocus,
    commands: &mut Commands,
) -> bool {
    let Some((field, root)) = letters.open.take() else { return false };
    commands.entity(root).despawn();
    focus.set(field, FocusCause::Navigated);
    true
}

fn cased(letter: char, large: bool) -> char {
    if large { letter.to_uppercase().next().unwrap_or(letter) } else { letter }
}

/// Shows what stands in the field, with the place where the next letter goes.
fn write(
    letters: Res<Letters>,
    fields: Query<&EditableText>,
    mut written: Query<&mut Text, With<Written>>,
) {
    let field = letters.open.and_then(|(field, _)| fields.get(field).ok());
    let Some(field) = field else { return };
    let (all, mut said) = (content(field), String::new());
    let hidden = all.chars().count().saturating_sub(SHOWN);
    said.extend(all.chars().skip(hidden));
    said.push('|');
    for mut text in &mut written {
        if text.0 != said {
            text.0.clone_from(&said);
        }
    }
}

/// Keys show the letter that they write.
fn name(letters: Res<Letters>, mut faces: Query<(&Face, &mut Text)>) {
    if !letters.is_changed() {
        return;
    }
    for (Face(letter), mut text) in &mut faces {
        text.0 = cased(*letter, letters.large).to_string();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::Language;
    use std::collections::BTreeSet;

    #[test]
    fn every_language_has_the_letters_of_an_address_and_rows_of_one_length() {
        for language in [Language::English, Language::Spanish] {
            let words = Words::of(language);
            let rows = ROWS.map(|key| words.say(key).into_owned());
            assert!(rows.iter().all(|row| row.chars().count() == 10), "{rows:?}");
            let all: BTreeSet<char> = rows.concat().chars().collect();
            assert_eq!(all.len(), 50, "none is there twice: {rows:?}");
            let address = "0123456789abcdefghijklmnopqrstuvwxyz.:-#";
            assert!(address.chars().all(|letter| all.contains(&letter)), "{rows:?}");
        }
        assert_eq!(LOWEST.iter().map(|(.., wide)| *wide as usize).sum::<usize>(), 10);
    }
}
