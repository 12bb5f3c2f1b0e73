//! The table of scores: while its key is held, and between two rounds with who won and who did what.

mod line;

use bevy::prelude::*;
use bevy::window::PrimaryWindow;
use game_sim::PilotId;
use leafwing_input_manager::prelude::ActionState;

use self::line::Line;
use crate::frame::Frame;
use crate::input::action::Action;
use crate::language::{Say, Words};
use crate::menu::theme::{self, bold, text};
use crate::render::palette::{self, Side, Sides};
use crate::scene::{Scene, team_key};
use crate::settings::Settings;
use crate::state::{Page, Stage};

/// The most lines, and the least.
const LINES: (usize, usize) = (17, 3);
/// How much of the window is above the table, and below it for the own health and rounds, in pixels.
pub(super) const ABOVE: f32 = 12.0;
pub(super) const BELOW: f32 = 130.0;
/// What a line takes, in pixels: its words at their usual size, and what is around them. The same of all that stands
/// above and below the lines, while the fight goes on and when there is more to tell.
const LINE: [f32; 2] = [22.8, 6.0];
const REST: [f32; 2] = [126.0, 54.0];
const REST_OVER: [f32; 2] = [191.0, 62.0];
/// Widths of the columns in pixels: place, name, team, score, kills, deaths.
const WIDTHS: [f32; 6] = [36.0, 250.0, 80.0, 88.0, 72.0, 104.0];
/// The column that is there only where there are teams.
const TEAM: usize = 2;
/// How much of the left is the vote's, in pixels.
pub(super) const VOTE: f32 = 268.0;

/// The whole table.
#[derive(Component)]
pub struct Board;

/// Whether the table covers the middle of the picture: then nothing else is written there.
#[derive(Resource, Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Covers(pub bool);

/// The row with this number.
#[derive(Component)]
struct Row(usize);

/// A cell: of which row, and which column.
#[derive(Component)]
struct Cell(usize, usize);

/// A part of this column.
#[derive(Component)]
struct Column(usize);

pub(super) fn plugin(app: &mut App) {
    app.init_resource::<Covers>().add_systems(OnEnter(Stage::Playing), spawn).add_systems(
        Update,
        (reveal, (rows, columns, line::write).run_if(shown))
            .chain()
            .in_set(Frame::Overlay)
            .run_if(in_state(Stage::Playing)),
    );
}

fn spawn(mut commands: Commands) {
    let screen = Node {
        position_type: PositionType::Absolute,
        width: percent(100),
        height: percent(100),
        padding: UiRect::vertical(px(ABOVE)).with_bottom(px(BELOW)),
        align_items: AlignItems::Center,
        ..default()
    };
    // In the middle, where that is not the vote's.
    let beside = |least| Node { flex_grow: 1.0, flex_basis: px(0), min_width: least, ..default() };
    let root = (screen, Board, Visibility::Hidden, GlobalZIndex(12), Pickable::IGNORE);
    commands.spawn((root, DespawnOnExit(Stage::Playing))).with_children(|screen| {
        screen.spawn((beside(px(VOTE)), Pickable::IGNORE));
        let node = Node { align_items: AlignItems::Center, row_gap: px(2), ..default() };
        screen.spawn(theme::panel(node)).with_children(|panel| {
            panel.spawn((text("", 17.0, theme::DIM), Line::Round));
            panel.spawn((bold("", 30.0, theme::ACCENT), Line::Winner));
            panel.spawn(theme::line(28.0)).with_children(|teams| {
                teams.spawn((bold("", 24.0, theme::TEXT), Line::Ours));
                teams.spawn((bold("", 24.0, theme::TEXT), Line::Theirs));
            });
            panel.spawn((text("", 18.0, theme::TEXT), Line::Kills));
            panel.spawn((text("", 18.0, theme::TEXT), Line::Deaths));
            head(panel);
            for number in 0..LINES.0 {
                row(panel, number);
            }
            panel.spawn((text("", 18.0, theme::ACCENT), Line::Place));
            panel.spawn((text("", 18.0, theme::DIM), Line::Next));
        });
        screen.spawn((beside(px(0)), Pickable::IGNORE));
    });
}

fn cell(column: usize) -> Node {
    let start = (1..=TEAM).contains(&column);
    let justify_content = if start { JustifyContent::Start } else { JustifyContent::End };
    Node { width: px(WIDTHS[column]), justify_content, overflow: Overflow::clip(), ..default() }
}

fn head(panel: &mut ChildSpawnerCommands) {
    let keys = [
        None,
        Some("scores-name"),
        Some("scores-team"),
        Some("scores-score"),
        Some("scores-kills"),
        Some("scores-deaths"),
    ];
    let node = Node {
        margin: UiRect::top(px(8)),
        padding: UiRect::horizontal(px(10)),
        ..theme::line(10.0)
    };
    panel.spawn(node).with_children(|head| {
        for (column, key) in keys.into_iter().enumerate() {
            head.spawn((cell(column), Column(column))).with_children(|cell| {
                if let Some(key) = key {
                    cell.spawn((text("", 16.0, theme::DIM), Say(key)));
                }
            });
        }
    });
}

fn row(panel: &mut ChildSpawnerCommands, number: usize) {
    let node = Node {
        padding: UiRect::axes(px(10), px(2)),
        border_radius: BorderRadius::all(px(4)),
        ..theme::line(10.0)
    };
    panel.spawn((node, Row(number), BackgroundColor(Color::NONE))).with_children(|row| {
        for column in 0..WIDTHS.len() {
            row.spawn((cell(column), Column(column)))
                .with_child((text("", 19.0, theme::TEXT), Cell(number, column)));
        }
    });
}

/// Shows the table while its key is held, and after a round.
pub fn reveal(
    page: Res<State<Page>>,
    actions: Single<&ActionState<Action>>,
    scene: Res<Scene>,
    mut board: Single<&mut Visibility, With<Board>>,
    mut cover: ResMut<Covers>,
) {
    let free = page.get().plays();
    let shown = free && (actions.pressed(&Action::Scores) || scene.round.over);
    cover.set_if_neq(Covers(shown));
    board.set_if_neq(if shown { Visibility::Inherited } else { Visibility::Hidden });
}

fn shown(board: Single<&Visibility, With<Board>>) -> bool {
    **board != Visibility::Hidden
}

/// Which place of the standings a row shows. Whoever is below the fold still sees the own one, last.
fn place(row: usize, own: Option<usize>, lines: usize) -> usize {
    match own {
        Some(own) if row == lines - 1 && own >= lines => own,
        _ => row,
    }
}

/// How many lines there is room for in a window so high, with words of so many times their usual size.
fn lines(over: bool, height: f32, scale: f32) -> usize {
    let whole = |[words, around]: [f32; 2]| words * scale + around;
    let rest = whole(if over { REST_OVER } else { REST });
    let room = (height - ABOVE - BELOW - rest).max(0.0);
    ((room / whole(LINE)) as usize).clamp(LINES.1, LINES.0)
}

/// All that the rows depend on, so that a hundred texts are made anew only when it has changed: the table, whose
/// eyes, teams, and how many lines there are.
type Facts = (u64, Option<PilotId>, Option<PilotId>, bool, usize);

fn rows(
    (scene, words, sides): (Res<Scene>, Res<Words>, Res<Sides>),
    mut before: Local<Facts>,
    added: Query<(), Added<Cell>>,
    (settings, scale): (Res<Settings>, Res<UiScale>),
    window: Single<&Window, With<PrimaryWindow>>,
    mut rows: Query<(&Row, &mut Node, &mut BackgroundColor)>,
    mut cells: Query<(&Cell, &mut Text, &mut TextColor)>,
) {
    let lines = lines(scene.round.over, window.height() / scale.0, settings.text_scale);
    let now = (scene.scored, scene.me, scene.watched, scene.has_teams(), lines);
    let same = *before == now && added.is_empty();
    if same && !words.is_changed() && !sides.is_changed() {
        return;
    }
    *before = now;
    let own = scene.me.and_then(|me| scene.rank(me)).map(|rank| rank - 1);
    let leader = scene.leader();
    for (Row(number), mut node, mut ground) in &mut rows {
        let there = *number < lines && place(*number, own, lines) < scene.scores.len();
        let display = if there { Display::Flex } else { Display::None };
        if node.display != display {
            node.display = display;
        }
        let mine = Some(place(*number, own, lines)) == own;
        let alpha = if mine {
            0.28
        } else if number % 2 == 0 {
            0.02
        } else {
            0.0
        };
        ground.set_if_neq(BackgroundColor(palette::translucent(theme::ACCENT, alpha)));
    }
    for (Cell(row, column), mut text, mut colour) in &mut cells {
        let at = place(*row, own, lines);
        let Some(line) = scene.scores.get(at) else { continue };
        let said = match *column {
            0 => (at + 1).to_string(),
            1 if line.bot => words.say_with("scores-bot", &[("name", line.name.as_str().into())]),
            1 => line.name.clone(),
            TEAM => line.team.map_or_else(String::new, |team| words.say(team_key(team)).into()),
            3 => line.score.to_string(),
            4 => line.kills.to_string(),
            _ => line.deaths.to_string(),
        };
        if text.0 != said {
            text.0 = said;
        }
        let of = match (line.team, Some(at) == own) {
            (Some(_), ..) if *column == TEAM => match scene.side(line.id) {
                Side::Enemy => sides.of(Side::Enemy),
                _ => sides.of(Side::Own),
            },
            // Its ground has the accent's colour already.
            (_, true) => theme::TEXT,
            _ if leader == Some(line.id) => theme::DOUBT,
            _ => theme::TEXT,
        };
        colour.set_if_neq(TextColor(palette::color(of)));
    }
}

/// Without teams there is no column for them.
fn columns(scene: Res<Scene>, mut parts: Query<(&Column, &mut Node)>) {
    let display = if scene.has_teams() { Display::Flex } else { Display::None };
    for (_, mut node) in parts.iter_mut().filter(|(Column(column), _)| *column == TEAM) {
        if node.display != display {
            node.display = display;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_is_far_down_still_sees_the_own_line() {
        for lines in [LINES.0, LINES.1] {
            assert_eq!(place(1, Some(40), lines), 1);
            assert_eq!(place(lines - 1, Some(40), lines), 40);
            assert_eq!(place(lines - 1, Some(1), lines), lines - 1);
            assert_eq!(place(lines - 1, None, lines), lines - 1);
        }
    }

    #[test]
    fn large_words_leave_room_for_fewer_lines_and_a_high_window_for_more() {
        let of = |scale| [false, true].map(|over| lines(over, 720.0, scale));
        assert_eq!(of(1.0), [13, 11]);
        assert_eq!(of(1.6), [7, 4]);
        assert_eq!([lines(false, 1024.0, 1.0), lines(true, 100.0, 1.6)], [LINES.0, LINES.1]);
    }
}
