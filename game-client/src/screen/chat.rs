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
use crate::screen::standings::Covers;
use crate::state::{Door, Page, Stage, settled};

/// How long a line takes to go, in seconds: what is half gone can't be read over a bright fight.
const FADE_S: f32 = 0.3;
/// Lines that are shown: of late, and while somebody types.
const LINES: usize = 6;

/// All of them.
#[derive(Component)]
struct Lines;

/// A line by its place, the newest being 0, and which line of the chat it shows.
#[derive(Component)]
struct Line(usize, Option<u64>);

/// A part of it. Names have a colour of their own, so that none can be taken for words of the game.
#[derive(Component, Clone, Copy, PartialEq, Eq)]
enum Part {
    Name,
    Words,
}

pub(super) fn plugin(app: &mut App) {
    app.init_resource::<Chat>()
        .init_resource::<crate::chat::Muted>()
        .add_systems(OnEnter(Stage::Playing), lines)
        .add_systems(OnEnter(Page::Chat), spawn)
        .add_systems(
            Update,
            open.in_set(Frame::Input).run_if(in_state(Page::Fight)).run_if(settled),
        )
        .add_systems(
            Update,
            (write, reveal).in_set(Frame::Overlay).run_if(in_state(Stage::Playing)),
        );
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
        // Above the field, whose words may be large.
        bottom: px(264),
        flex_direction: FlexDirection::ColumnReverse,
        row_gap: px(3),
        max_width: px(460),
        ..default()
    };
    commands.spawn((column, Lines, GlobalZIndex(5), DespawnOnExit(Stage::Playing))).with_children(
        |column| {
            for number in 0..LINES {
                let node = Node { padding: UiRect::axes(px(8), px(2)), ..default() };
                let round = Node { border_radius: BorderRadius::all(px(4)), ..node };
                column
                    .spawn((round, BackgroundColor(Color::NONE), Line(number, None)))
                    .with_children(|line| {
                        let whole = Node { flex_shrink: 0.0, ..default() };
                        line.spawn((text("", 17.0, theme::TEXT), whole, Part::Name));
                        line.spawn((text("", 17.0, theme::TEXT), Part::Words));
                    });
            }
        },
    );
}

/// What was said goes while something else lies there.
fn reveal(
    (page, table): (Res<State<Page>>, Res<Covers>),
    mut lines: Single<&mut Visibility, With<Lines>>,
) {
    let free = *page.get() != Page::Quick && !table.0;
    lines.set_if_neq(if free { Visibility::Inherited } else { Visibility::Hidden });
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
        let ground = BackgroundColor(palette::color(theme::PANEL));
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
    mut lines: Query<(&mut Line, &mut BackgroundColor, &Children)>,
    mut parts: Query<(&Part, &mut Text, &mut TextColor)>,
) {
    chat.age(time.delta_secs());
    if let Some(why) = chat.unsaid.take() {
        chat.tell(&excuse(why, &words));
    }
    let typing = *page.get() == Page::Chat;
    for (mut place, mut ground, children) in &mut lines {
        let line = chat.lines.iter().rev().nth(place.0);
        let alpha = line.map_or(0.0, |line| {
            if typing { 1.0 } else { ((SHOWN_S - line.age_s) / FADE_S).clamp(0.0, 1.0) }
        });
        ground.set_if_neq(BackgroundColor(palette::translucent(theme::GROUND, alpha)));
        // A line is written once, when it moves to this place.
        let number = line.map(|line| line.number);
        let moved = place.1 != number;
        if moved {
            place.1 = number;
        }
        for child in children {
            let Ok((part, mut text, mut colour)) = parts.get_mut(*child) else { continue };
            let of = line.map_or(theme::TEXT, |line| colour_of(line, *part, &sides));
            colour.set_if_neq(TextColor(palette::translucent(of, alpha)));
            if moved {
                text.0 = line.map_or_else(String::new, |line| said(line, *part, &words));
            }
        }
    }
}

/// What the game says is red; a name says whether only the own team reads it, or whose it is.
fn colour_of(line: &crate::chat::Line, part: Part, sides: &Sides) -> palette::Rgb {
    match part {
        Part::Words if line.name.is_none() => theme::WRONG,
        Part::Name if line.team => sides.of(Side::Friend),
        Part::Name if line.own => theme::ACCENT,
        Part::Name => theme::DOUBT,
        Part::Words => theme::TEXT,
    }
}

/// Why nobody hears what the player wrote.
fn excuse(why: Unsaid, words: &Words) -> String {
    match why {
        Unsaid::TooSoon => words.say("chat-too-soon").into_owned(),
        Unsaid::Muted { seconds } => words.say_with("chat-muted", &[("seconds", seconds.into())]),
    }
}

/// A part of a line as it is shown; what only the own team reads says so.
fn said(line: &crate::chat::Line, part: Part, words: &Words) -> String {
    match (part, &line.name) {
        (Part::Name, Some(name)) if line.team => format!("[{}] {name}", words.say("chat-team")),
        (Part::Name, Some(name)) => name.clone(),
        (Part::Name, None) => String::new(),
        (Part::Words, Some(_)) => format!(": {}", line.text),
        (Part::Words, None) => line.text.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chat::Muted;
    use crate::language::Language;
    use bevy::state::app::StatesPlugin;

    #[test]
    fn a_name_can_be_taken_for_nothing_else_and_its_line_is_written_once() {
        let mut app = App::new();
        app.add_plugins(StatesPlugin)
            .init_resource::<Time>()
            .init_resource::<Chat>()
            .init_resource::<Sides>()
            .insert_resource(Words::of(Language::English))
            .insert_state(Page::Fight)
            .insert_state(Stage::Playing)
            .add_systems(OnEnter(Stage::Playing), lines)
            .add_systems(Update, (write, count).chain());
        #[derive(Resource, Default)]
        struct Written(usize);
        fn count(texts: Query<(), Changed<Text>>, mut written: ResMut<Written>) {
            written.0 += texts.iter().count();
        }
        app.init_resource::<Written>();
        app.update();
        app.world_mut().resource_mut::<Written>().0 = 0;
        let mut chat = app.world_mut().resource_mut::<Chat>();
        chat.hear(&Muted::default(), "[team] Bo: x", "hello", false, false);
        (0..3).for_each(|_| app.update());
        assert_eq!(app.world().resource::<Written>().0, 2, "the name and the words");
        let mut parts = app.world_mut().query::<(&Part, &Text, &TextColor)>();
        let mut shown = |wanted: Part| {
            let of = |(part, text, _): &(&Part, &Text, &TextColor)| {
                **part == wanted && !text.0.is_empty()
            };
            let (_, text, colour) = parts.iter(app.world()).find(of).unwrap();
            (text.0.clone(), colour.0)
        };
        let (name, words) = (shown(Part::Name), shown(Part::Words));
        assert_eq!((name.0.as_str(), words.0.as_str()), ("[team] Bo: x", ": hello"));
        assert_ne!(name.1, words.1);
    }
}
