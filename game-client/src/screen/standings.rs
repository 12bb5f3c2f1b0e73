//! The table of scores: while its key is held, and between two rounds with who won and who did what.

mod line;
mod order;

use bevy::prelude::*;
use bevy::window::PrimaryWindow;
use game_sim::{PilotId, Team};
use leafwing_input_manager::prelude::ActionState;

use self::line::Line;
use self::order::{Entry, order};
use crate::frame::Frame;
use crate::hud::{icon, team_name};
use crate::input::action::Action;
use crate::language::{Say, Words};
use crate::menu::theme::{self, bold, text};
use crate::render::palette::{self, Side, Sides};
use crate::scene::Scene;
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
const REST: [f32; 2] = [97.0, 52.0];
const REST_OVER: [f32; 2] = [162.0, 60.0];
/// And what the line takes that explains a tie.
const TIE: [f32; 2] = [22.0, 2.0];
/// Widths of the columns in pixels: place, name, score, kills, deaths. Before them is room for the sign of the own line.
const WIDTHS: [f32; 5] = [36.0, 284.0, 88.0, 72.0, 104.0];
const SIGN: f32 = 16.0;
const NAME: usize = 1;
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

/// The sign of the own line, by the number of its row: the one that stands beside the own place above the fight.
#[derive(Component)]
struct Mark(usize);

pub(super) fn plugin(app: &mut App) {
    app.init_resource::<Covers>().add_systems(OnEnter(Stage::Playing), spawn).add_systems(
        Update,
        (reveal, (rows, line::write).run_if(shown))
            .chain()
            .in_set(Frame::Overlay)
            .run_if(in_state(Stage::Playing)),
    );
}

fn spawn(mut commands: Commands, server: Res<AssetServer>, sides: Res<Sides>) {
    let own = sides.of(Side::Own);
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
            panel.spawn((text("", 17.0, theme::DIM), Line::Tie));
            panel.spawn((text("", 18.0, theme::TEXT), Line::Kills));
            panel.spawn((text("", 18.0, theme::TEXT), Line::Deaths));
            head(panel);
            for number in 0..LINES.0 {
                row(panel, number, icon(&server, "arrow", SIGN, own));
            }
            panel.spawn((text("", 18.0, theme::ACCENT), Line::Place));
            panel.spawn((text("", 18.0, theme::DIM), Line::Next));
        });
        screen.spawn((beside(px(0)), Pickable::IGNORE));
    });
}

fn cell(column: usize) -> Node {
    let justify_content = if column == NAME { JustifyContent::Start } else { JustifyContent::End };
    Node { width: px(WIDTHS[column]), justify_content, overflow: Overflow::clip(), ..default() }
}

fn head(panel: &mut ChildSpawnerCommands) {
    let keys = [
        None,
        Some("scores-name"),
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
        head.spawn(Node { width: px(SIGN), ..default() });
        for (column, key) in keys.into_iter().enumerate() {
            head.spawn(cell(column)).with_children(|cell| {
                if let Some(key) = key {
                    cell.spawn((text("", 16.0, theme::DIM), Say(key)));
                }
            });
        }
    });
}

fn row(panel: &mut ChildSpawnerCommands, number: usize, sign: impl Bundle) {
    let node = Node {
        padding: UiRect::axes(px(10), px(2)),
        border_radius: BorderRadius::all(px(4)),
        ..theme::line(10.0)
    };
    panel.spawn((node, Row(number), BackgroundColor(Color::NONE))).with_children(|row| {
        row.spawn((sign, Mark(number), Visibility::Hidden));
        for column in 0..WIDTHS.len() {
            row.spawn(cell(column)).with_child((text("", 19.0, theme::TEXT), Cell(number, column)));
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

/// How many lines there is room for in a window so high, with words of so many times their usual size, and whether a
/// tie is explained above them.
fn lines(over: bool, tie: bool, height: f32, scale: f32) -> usize {
    let whole = |[words, around]: [f32; 2]| words * scale + around;
    let rest = whole(if over { REST_OVER } else { REST }) + if tie { whole(TIE) } else { 0.0 };
    let room = (height - ABOVE - BELOW - rest).max(0.0);
    ((room / whole(LINE)) as usize).clamp(LINES.1, LINES.0)
}

/// All that the rows depend on, so that a hundred texts are made anew only when it has changed: the table, whose
/// eyes, what teams have, and how many lines there are.
type Facts = (u64, Option<PilotId>, Option<PilotId>, Option<[u16; 2]>, usize);

fn rows(
    (scene, words, sides): (Res<Scene>, Res<Words>, Res<Sides>),
    (mut before, mut entries): (Local<Facts>, Local<Vec<Entry>>),
    added: Query<(), Added<Cell>>,
    (settings, scale): (Res<Settings>, Res<UiScale>),
    window: Single<&Window, With<PrimaryWindow>>,
    mut rows: Query<(&Row, &mut Node, &mut BackgroundColor)>,
    mut marks: Query<(&Mark, &mut Visibility, &mut ImageNode)>,
    mut cells: Query<(&Cell, &mut Text, &mut TextColor)>,
) {
    let tie = line::is_tie(&scene);
    let height = window.height() / scale.0;
    let lines = lines(scene.round.over, tie, height, settings.text_scale);
    let teams = scene.has_teams().then_some(scene.standing.scores);
    let now = (scene.scored, scene.me, scene.watched, teams, lines);
    let same = *before == now && added.is_empty();
    if same && !words.is_changed() && !sides.is_changed() {
        return;
    }
    *before = now;
    order(&scene, lines, &mut entries);
    let is_own = |entry: Option<&Entry>| match entry {
        Some(Entry::Pilot(index, _)) => scene.me == Some(scene.scores[*index].id),
        _ => false,
    };
    for (Mark(number), mut visibility, mut image) in &mut marks {
        let own = is_own(entries.get(*number));
        visibility.set_if_neq(if own { Visibility::Inherited } else { Visibility::Hidden });
        image.color = palette::color(sides.of(Side::Own));
    }
    for (Row(number), mut node, mut ground) in &mut rows {
        let entry = entries.get(*number);
        let display = if entry.is_some() { Display::Flex } else { Display::None };
        if node.display != display {
            node.display = display;
        }
        let colour = match entry {
            Some(Entry::Team(side)) => palette::translucent(sides.of(*side), 0.09),
            own if is_own(own) => palette::translucent(theme::ACCENT, 0.28),
            _ if number % 2 == 0 => palette::translucent(theme::ACCENT, 0.02),
            _ => Color::NONE,
        };
        ground.set_if_neq(BackgroundColor(colour));
    }
    for (Cell(row, column), mut text, mut colour) in &mut cells {
        let Some(entry) = entries.get(*row) else { continue };
        let said = said(*entry, *column, &scene, &words);
        if text.0 != said {
            text.0 = said;
        }
        let of = match entry {
            Entry::Team(side) => sides.of(*side),
            Entry::Gap => theme::DIM,
            Entry::Pilot(index, _) => {
                let id = scene.scores[*index].id;
                // The own ground has the accent's colour already.
                let leads = scene.leader() == Some(id) && scene.me != Some(id);
                if leads { theme::DOUBT } else { theme::TEXT }
            }
        };
        colour.set_if_neq(TextColor(palette::color(of)));
    }
}

/// What a cell says.
fn said(entry: Entry, column: usize, scene: &Scene, words: &Words) -> String {
    let (index, place) = match entry {
        Entry::Pilot(index, place) => (index, place),
        Entry::Gap => return if column == NAME { "…".to_owned() } else { String::new() },
        Entry::Team(side) => {
            let team = Team::BOTH.into_iter().find(|team| scene.side_of(*team) == side);
            return match (column, team) {
                (NAME, _) => team_name(scene, side, words),
                (2, Some(team)) => scene.standing.scores[team.index()].to_string(),
                _ => String::new(),
            };
        }
    };
    let line = &scene.scores[index];
    match column {
        0 => place.to_string(),
        NAME if line.bot => words.say_with("scores-bot", &[("name", line.name.as_str().into())]),
        NAME => line.name.clone(),
        2 => line.score.to_string(),
        3 => line.kills.to_string(),
        _ => line.deaths.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn large_words_leave_room_for_fewer_lines_and_a_high_window_for_more() {
        let of = |scale| [false, true].map(|over| lines(over, false, 720.0, scale));
        assert_eq!(of(1.0), [14, 12]);
        assert_eq!(of(1.6), [8, 6]);
        let most = lines(false, false, 1024.0, 1.0);
        assert_eq!([most, lines(true, false, 100.0, 1.6)], [LINES.0, LINES.1]);
        assert_eq!([1.0, 1.6].map(|scale| lines(true, true, 720.0, scale)), [11, 5]);
    }
}
