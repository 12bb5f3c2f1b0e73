//! What can be chosen: buttons. Their behaviour is bevy's own; here is how they look.

use bevy::input_focus::InputFocus;
use bevy::prelude::*;
use bevy::ui::auto_directional_navigation::AutoDirectionalNavigation;
use bevy::ui::{InteractionDisabled, Pressed};
use bevy::ui_widgets::Button;

use super::theme::{self, text};
use crate::frame::Frame;
use crate::language::Say;
use crate::render::palette;

/// Can be chosen by the mouse, the arrows and a gamepad.
#[derive(Component, Clone, Copy, Debug, Default)]
#[require(AutoDirectionalNavigation)]
pub struct Widget;

/// Stands on the ground of a row, and is told from it by being darker.
#[derive(Component, Clone, Copy, Debug, Default)]
pub struct Inset;

/// Is what is shown now: the tab that is open, the server that is picked.
#[derive(Component, Clone, Copy, Debug, Default)]
pub struct Picked;

pub(super) fn plugin(app: &mut App) {
    app.add_systems(Update, paint.in_set(Frame::Overlay));
}

/// A button that says the words of a key.
pub fn button(key: &'static str) -> impl Bundle {
    (frame(button_node()), children![(text("", 20.0, theme::TEXT), Say(key))])
}

/// A wide one, for a list of few.
pub fn wide_button(key: &'static str) -> impl Bundle {
    let node = Node { min_width: px(320), padding: UiRect::axes(px(20), px(11)), ..button_node() };
    (frame(node), children![(text("", 23.0, theme::TEXT), Say(key))])
}

/// The frame of something that can be chosen; what stands in it comes as children.
pub fn frame(node: Node) -> impl Bundle {
    (Widget, Button, ground(node))
}

/// The same for what can't be chosen itself.
pub fn ground(node: Node) -> impl Bundle {
    let node = Node { border: UiRect::all(px(2)), border_radius: BorderRadius::all(px(6)), ..node };
    (node, BackgroundColor(palette::color(theme::BUTTON)), BorderColor::all(Color::NONE))
}

/// The usual size.
pub fn button_node() -> Node {
    Node {
        padding: UiRect::axes(px(16), px(8)),
        justify_content: JustifyContent::Center,
        align_items: AlignItems::Center,
        ..default()
    }
}

fn paint(
    focus: Res<InputFocus>,
    mut widgets: Query<
        (
            Entity,
            Has<Pressed>,
            Has<Picked>,
            Has<InteractionDisabled>,
            Has<Inset>,
            &mut BackgroundColor,
            &mut BorderColor,
        ),
        With<Widget>,
    >,
) {
    for (entity, pressed, picked, disabled, inset, mut ground, mut border) in &mut widgets {
        let focused = focus.get() == Some(entity);
        let colour = match (pressed, focused) {
            (true, _) => theme::PRESSED,
            (_, true) => theme::CHOSEN,
            _ if inset => theme::GROUND,
            _ => theme::BUTTON,
        };
        let alpha = if disabled { 0.35 } else { 0.96 };
        ground.set_if_neq(BackgroundColor(palette::translucent(colour, alpha)));
        let edge = match (focused, picked) {
            (true, _) => palette::color(theme::ACCENT),
            (_, true) => palette::translucent(theme::ACCENT, 0.5),
            _ => Color::NONE,
        };
        border.set_if_neq(BorderColor::all(edge));
    }
}
