//! A row of settings: what it is, its value, and two ends to change it by. Left and right, Enter and the
//! mouse do the same; a value that is a part of a whole has a bar that can be dragged.

use bevy::input_focus::InputFocus;
use bevy::prelude::*;
use bevy::ui_widgets::{Activate, Slider, SliderPrecision, SliderValue, TrackClick, ValueChange};

use super::theme::{self, text};
use super::widget;
use crate::frame::Frame;
use crate::language::{Say, Words};
use crate::render::palette;
use crate::settings::{Screen, Settings};

/// What a row shows and changes.
#[derive(Component, Clone, Copy)]
pub struct Row {
    /// Its value in words, as the screen has it.
    pub show: fn(&Settings, &Words, &Screen) -> String,
    /// Goes so many values on among those that the screen offers.
    pub step: fn(&mut Settings, &Screen, i32),
    /// For what can be dragged: which part of the whole it is, and how to make it one.
    pub part: Option<Part>,
}

/// Reads a value as a part of the whole, 0 to 1, and writes it.
pub type Part = (fn(&Settings) -> f32, fn(&mut Settings, f32));

/// Width of a bar in pixels.
const BAR: f32 = 150.0;

#[derive(Component)]
struct Value;

#[derive(Component)]
struct Filling;

/// An end of the row, and which way it leads.
#[derive(Component)]
struct End(i32);

pub(super) fn plugin(app: &mut App) {
    app.add_observer(click)
        .add_observer(take)
        .add_observer(drag)
        .add_systems(Update, show.in_set(Frame::Overlay));
}

/// The size of every row, and where its two ends are.
fn node() -> Node {
    Node {
        width: percent(100),
        min_height: px(36),
        padding: UiRect::axes(px(12), px(4)),
        justify_content: JustifyContent::SpaceBetween,
        ..theme::line(12.0)
    }
}

/// Adds a row with something else than values to be gone through, which `control` adds to it.
pub fn spawn_with(
    column: &mut ChildSpawnerCommands,
    key: &'static str,
    control: impl FnOnce(&mut ChildSpawnerCommands),
) {
    column.spawn(widget::ground(node())).with_children(|line| {
        line.spawn((text("", 19.0, theme::TEXT), Say(key)));
        control(line);
    });
}

/// Adds a row to a column.
pub fn spawn(column: &mut ChildSpawnerCommands, key: &'static str, row: Row) {
    column.spawn((widget::frame(node()), row)).with_children(|line| {
        line.spawn((text("", 19.0, theme::TEXT), Say(key)));
        line.spawn(theme::line(8.0)).with_children(|control| {
            if let Some((part, _)) = row.part {
                bar(control, part);
            }
            end(control, "<", -1);
            let node = Node {
                min_width: px(if row.part.is_some() { 76.0 } else { 240.0 }),
                justify_content: JustifyContent::Center,
                ..default()
            };
            control.spawn(node).with_child((text("", 19.0, theme::ACCENT), Value));
            end(control, ">", 1);
        });
    });
}

fn end(control: &mut ChildSpawnerCommands, sign: &str, way: i32) {
    let node = Node { padding: UiRect::axes(px(8), px(2)), ..default() };
    control.spawn((node, End(way))).with_child(text(sign, 19.0, theme::DIM));
}

fn bar(control: &mut ChildSpawnerCommands, _part: fn(&Settings) -> f32) {
    let round = BorderRadius::all(px(4));
    let track = Node { width: px(BAR), height: px(12), border_radius: round, ..default() };
    let slider = Slider { track_click: TrackClick::Snap, ..default() };
    control
        .spawn((track, slider, SliderPrecision(2), BackgroundColor(palette::color(theme::GROUND))))
        .with_children(|track| {
            let node = Node { height: percent(100), border_radius: round, ..default() };
            track.spawn((node, BackgroundColor(palette::color(theme::ACCENT)), Filling));
        });
}

/// The row above an entity.
fn above<'a>(entity: Entity, parents: &Query<&ChildOf>, rows: &'a Query<&Row>) -> Option<&'a Row> {
    parents.iter_ancestors(entity).find_map(|parent| rows.get(parent).ok())
}

fn show(
    (settings, screen): (Res<Settings>, Res<Screen>),
    words: Res<Words>,
    parents: Query<&ChildOf>,
    rows: Query<&Row>,
    mut values: Query<(Entity, &mut Text), With<Value>>,
    mut bars: Query<(Entity, Option<&SliderValue>), With<Slider>>,
    mut fillings: Query<(&ChildOf, &mut Node), With<Filling>>,
    mut commands: Commands,
) {
    for (entity, mut text) in &mut values {
        let Some(row) = above(entity, &parents, &rows) else { continue };
        let value = (row.show)(&settings, &words, &screen);
        if text.0 != value {
            text.0 = value;
        }
    }
    let part = |entity| {
        let (part, _) = above(entity, &parents, &rows)?.part?;
        Some(part(&settings))
    };
    for (entity, value) in &mut bars {
        if let Some(part) = part(entity)
            && value.is_none_or(|value| value.0.to_bits() != part.to_bits())
        {
            commands.entity(entity).insert(SliderValue(part));
        }
    }
    for (track, mut node) in &mut fillings {
        if let Some(part) = part(track.parent()) {
            let width = percent(100.0 * part);
            if node.width != width {
                node.width = width;
            }
        }
    }
}

/// A click at an end goes that way, and no further: the row itself would go on.
fn click(
    mut click: On<Pointer<Click>>,
    ends: Query<&End>,
    parents: Query<&ChildOf>,
    rows: Query<&Row>,
    screen: Res<Screen>,
    mut settings: ResMut<Settings>,
) {
    let Ok(End(way)) = ends.get(click.entity) else { return };
    click.propagate(false);
    if let Some(row) = above(click.entity, &parents, &rows) {
        (row.step)(&mut settings, &screen, *way);
    }
}

fn take(
    activate: On<Activate>,
    rows: Query<&Row>,
    screen: Res<Screen>,
    mut settings: ResMut<Settings>,
) {
    if let Ok(row) = rows.get(activate.entity) {
        (row.step)(&mut settings, &screen, 1);
    }
}

fn drag(
    change: On<ValueChange<f32>>,
    parents: Query<&ChildOf>,
    rows: Query<&Row>,
    mut settings: ResMut<Settings>,
    mut focus: ResMut<InputFocus>,
) {
    let row = parents.iter_ancestors(change.source).find(|parent| rows.contains(*parent));
    let Some(entity) = row else { return };
    focus.set(entity, bevy::input_focus::FocusCause::Pressed);
    if let Ok(Row { part: Some((_, set)), .. }) = rows.get(entity) {
        set(&mut settings, change.value);
    }
}
