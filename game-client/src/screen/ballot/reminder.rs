//! What stands in place of a vote that was closed, while it goes on: with which key it comes back, and how long there
//! is.

use bevy::prelude::*;

use super::Closed;
use crate::frame::Frame;
use crate::input::action::Action;
use crate::input::names::first;
use crate::language::Words;
use crate::menu::theme::{self, text};
use crate::scene::Scene;
use crate::screen::standings::ABOVE;
use crate::settings::Settings;
use crate::state::{Page, Stage};

/// The whole of it.
#[derive(Component)]
struct Reminder;

/// What it says.
#[derive(Component)]
struct Line;

pub(super) fn plugin(app: &mut App) {
    app.add_systems(OnEnter(Stage::Playing), spawn).add_systems(
        Update,
        (reveal, write).chain().in_set(Frame::Overlay).run_if(in_state(Stage::Playing)),
    );
}

fn spawn(mut commands: Commands) {
    let place =
        Node { position_type: PositionType::Absolute, left: px(10), top: px(ABOVE), ..default() };
    let root = (place, Reminder, GlobalZIndex(20), Visibility::Hidden, Pickable::IGNORE);
    commands.spawn((root, DespawnOnExit(Stage::Playing))).with_children(|root| {
        let node = Node { padding: UiRect::axes(px(10), px(5)), ..default() };
        root.spawn(theme::panel(node)).with_child((text("", 16.0, theme::DOUBT), Line));
    });
}

fn reveal(
    (scene, closed, page): (Res<Scene>, Res<Closed>, Res<State<Page>>),
    mut whole: Single<&mut Visibility, With<Reminder>>,
) {
    let shown = scene.standing.ballot.is_some() && closed.0 && *page.get() == Page::Fight;
    whole.set_if_neq(if shown { Visibility::Inherited } else { Visibility::Hidden });
}

fn write(
    (scene, words, settings): (Res<Scene>, Res<Words>, Res<Settings>),
    pads: Query<(), With<Gamepad>>,
    whole: Single<&Visibility, With<Reminder>>,
    mut before: Local<Option<(u32, bool)>>,
    mut line: Single<&mut Text, With<Line>>,
) {
    let seconds = scene.round.left_s.max(0.0).ceil() as u32;
    let now = Some((seconds, pads.is_empty()));
    let same = *before == now && !words.is_changed() && !settings.is_changed();
    if same || **whole == Visibility::Hidden {
        return;
    }
    *before = now;
    let key = first(&words, &settings.bindings, Action::Vote, !pads.is_empty());
    // Who has bound nothing finds it in the pause.
    let said = if key.is_empty() { "vote-closed-bare" } else { "vote-closed" };
    line.0 = words.say_with(said, &[("key", key.into()), ("seconds", seconds.into())]);
}
