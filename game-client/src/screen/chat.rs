//! The chat over the fight: the newest lines, and the field that a line is typed into.

use bevy::input_focus::AutoFocus;
use bevy::prelude::*;
use game_sim::Unsaid;
use leafwing_input_manager::prelude::ActionState;

use crate::chat::{Chat, LETTERS, SHOWN_S};
use crate::frame::Frame;
use crate::input::action::Action;
use crate::language::{Say, Words};
use crate::menu::field::{Submit, field};
use crate::menu::letters::Letters;
use crate::menu::theme::{self, text};
use crate::render::palette::{self, Side, Sides};
use crate::state::{Door, Page, Stage, settled};

/// Lines that are shown: of late, and while somebody types.
const LINES: usize = 6;

/// The line with this number, the newest being 0.
#[derive(Component)]
struct Line(usize);

pub(super) fn plugin(app: &mut App) {
    app.init_resource::<Chat>()
        .init_resource::<crate::chat::Muted>()
        .add_systems(OnEnter(Stage::Playing), lines)
        .add_systems(OnEnter(Page::Chat), spawn)
        .add_systems(
            Update,
            open.in_set(Frame::Input).run_if(in_state(Page::Fight)).run_if(settled),
        )
        .add_systems(Update, write.in_set(Frame::Overlay).run_if(in_state(Stage::Playing)));
}

fn open(
    actions: Single<&ActionState<Action>>,
    pads: Query<&Gamepad>,
    mut letters: ResMut<Letters>,
    mut chat: ResMut<Chat>,
    mut door: Door,
) {
    let to_team = actions.just_pressed(&Action::TeamChat);
    if to_team || actions.just_pressed(&Action::Chat) {
        chat.to_team = to_team;
        // Who opens it by a gamepad has no keyboard at hand.
        if pads.iter().any(|pad| pad.get_just_pressed().next().is_some()) {
            letters.offer();
        }
        door.open(Page::Chat);
    }
}

fn lines(mut commands: Commands) {
    let column = Node {
        position_type: PositionType::Absolute,
        left: px(20),
        bottom: px(242),
        flex_direction: FlexDirection::ColumnReverse,
        row_gap: px(3),
        max_width: px(460),
        ..default()
    };
    commands.spawn((column, GlobalZIndex(5), DespawnOnExit(Stage::Playing))).with_children(
        |column| {
            for number in 0..LINES {
                let node = Node { padding: UiRect::axes(px(8), px(2)), ..default() };
                let round = Node { border_radius: BorderRadius::all(px(4)), ..node };
                column
                    .spawn((round, BackgroundColor(Color::NONE)))
                    .with_child((text("", 17.0, theme::TEXT), Line(number)));
            }
        },
    );
}

fn spawn(mut commands: Commands, chat: Res<Chat>) {
    let to = if chat.to_team { "chat-hint-team" } else { "chat-hint" };
    let node = Node {
        position_type: PositionType::Absolute,
        left: px(20),
        bottom: px(172),
        flex_direction: FlexDirection::Column,
        row_gap: px(3),
        ..default()
    };
    commands.spawn((node, GlobalZIndex(20), DespawnOnExit(Page::Chat))).with_children(|bar| {
        bar.spawn((field("", LETTERS, 460.0), AutoFocus)).observe(
            |submit: On<Submit>, mut chat: ResMut<Chat>, mut door: Door| {
                chat.say_typed(&submit.text);
                door.back();
            },
        );
        let ground = BackgroundColor(palette::translucent(theme::PANEL, 0.8));
        let node = Node { padding: UiRect::axes(px(8), px(1)), column_gap: px(16), ..default() };
        bar.spawn((node, ground)).with_children(|hint| {
            hint.spawn((text("", 14.0, theme::TEXT), Say(to)));
            hint.spawn((text("", 14.0, theme::DIM), Say("chat-send")));
        });
    });
}

fn write(
    time: Res<Time>,
    page: Res<State<Page>>,
    (mut chat, words, sides): (ResMut<Chat>, Res<Words>, Res<Sides>),
    mut lines: Query<(&Line, &mut Text, &mut TextColor, &ChildOf)>,
    mut grounds: Query<&mut BackgroundColor>,
) {
    chat.age(time.delta_secs());
    if let Some(why) = chat.unsaid.take() {
        chat.tell(&excuse(why, &words));
    }
    let typing = *page.get() == Page::Chat;
    for (Line(number), mut text, mut colour, parent) in &mut lines {
        let line = chat.lines.iter().rev().nth(*number);
        let alpha = line
            .map_or(0.0, |line| if typing { 1.0 } else { (SHOWN_S - line.age_s).clamp(0.0, 1.0) });
        let of = match line {
            Some(line) if line.name.is_none() => theme::WRONG,
            Some(line) if line.team => sides.of(Side::Friend),
            Some(line) if line.own => theme::ACCENT,
            _ => theme::TEXT,
        };
        let shown = TextColor(palette::translucent(of, alpha));
        colour.set_if_neq(shown);
        if let Ok(mut ground) = grounds.get_mut(parent.parent()) {
            ground.set_if_neq(BackgroundColor(palette::translucent(theme::GROUND, 0.72 * alpha)));
        }
        // A line is written once, when it moves to this place.
        let same = line.is_some_and(|line| {
            let rest = line.text.as_str();
            let Some(name) = &line.name else { return text.0 == rest };
            let said = text.0.strip_suffix(rest).and_then(|left| left.strip_suffix(": "));
            said.is_some_and(|said| {
                said.ends_with(name.as_str()) && line.team == said.starts_with('[')
            })
        });
        if !same && (line.is_some() || !text.0.is_empty()) {
            text.0 = line.map_or_else(String::new, |line| said(line, &words));
        }
    }
}

/// Why nobody hears what the player wrote.
fn excuse(why: Unsaid, words: &Words) -> String {
    match why {
        Unsaid::TooSoon => words.say("chat-too-soon").into_owned(),
        Unsaid::Muted { seconds } => words.say_with("chat-muted", &[("seconds", seconds.into())]),
    }
}

/// A line as it is shown; what only the own team reads says so.
fn said(line: &crate::chat::Line, words: &Words) -> String {
    let text = &line.text;
    let Some(name) = &line.name else { return text.clone() };
    if line.team {
        return format!("[{}] {name}: {text}", words.say("chat-team"));
    }
    format!("{name}: {text}")
}
