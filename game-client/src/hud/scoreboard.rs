//! The table of scores: while Tab is held, and between two rounds.

use bevy::prelude::*;

use super::{Hud, figures, panel};
use crate::frame::Frame;
use crate::render::palette;
use crate::scene::{Scene, ScoreLine};

/// Lines that fit on a small screen.
const LINES: usize = 20;

#[derive(Component)]
struct Board;

/// The head, or the line with this number.
#[derive(Component)]
struct Line(usize);

pub(super) fn plugin(app: &mut App) {
    app.add_systems(Startup, spawn).add_systems(Update, show.in_set(Frame::Overlay));
}

fn spawn(mut commands: Commands) {
    let screen = Node {
        position_type: PositionType::Absolute,
        width: percent(100),
        height: percent(100),
        align_items: AlignItems::Center,
        justify_content: JustifyContent::Center,
        ..default()
    };
    let column = Node { flex_direction: FlexDirection::Column, ..default() };
    commands.spawn((Hud, screen)).with_children(|screen| {
        screen.spawn((panel(column), Board, Visibility::Hidden)).with_children(|lines| {
            let head =
                format!("{:>3}  {:<16} {:>6} {:>6} {:>6}", "", "", "score", "kills", "deaths");
            lines.spawn(figures(&head, 18.0, palette::TEXT_DIM));
            for number in 0..LINES {
                lines.spawn((figures("", 18.0, palette::TEXT), Line(number)));
            }
        });
    });
}

fn show(
    keys: Res<ButtonInput<KeyCode>>,
    scene: Res<Scene>,
    mut board: Single<&mut Visibility, With<Board>>,
    mut lines: Query<(&Line, &mut Text, &mut TextColor, &mut Node)>,
) {
    let shown = keys.pressed(KeyCode::Tab) || scene.round.over;
    board.set_if_neq(if shown { Visibility::Inherited } else { Visibility::Hidden });
    if !shown {
        return;
    }
    let own = scene.me.and_then(|me| scene.rank(me)).map_or(0, |rank| rank - 1);
    for (Line(number), mut text, mut colour, mut node) in &mut lines {
        // Whoever is below the fold still sees the own line, at the end.
        let place = if *number == LINES - 1 && own >= LINES { own } else { *number };
        let line = scene.scores.get(place);
        node.display = if line.is_some() { Display::Flex } else { Display::None };
        let Some(line) = line else { continue };
        text.0 = words(place + 1, line);
        let of = if Some(line.id) == scene.me { palette::OWN } else { palette::TEXT };
        colour.0 = palette::color(of);
    }
}

fn words(rank: usize, line: &ScoreLine) -> String {
    let ScoreLine { name, score, kills, deaths, .. } = line;
    format!("{rank:>3}  {name:<16} {score:>6} {kills:>6} {deaths:>6}")
}
