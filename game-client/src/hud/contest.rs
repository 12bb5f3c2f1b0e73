//! What two teams have: their scores beside the clock, and below it a box for each point, which fills as
//! the point is taken. Own is round and on the left, theirs is square and on the right: nobody needs the
//! colours.

use bevy::prelude::*;
use game_sim::{Team, contest::MOST_POINTS};

use super::text;
use crate::frame::Frame;
use crate::points::{PointView, Points};
use crate::render::palette::{self, Side, Sides};
use crate::scene::Scene;

/// Side of a box in pixels.
const BOX: f32 = 34.0;

/// The score of a side.
#[derive(Component)]
pub(super) struct Score(Side);
/// All boxes.
#[derive(Component)]
pub(super) struct Row;
/// The box of a point, by its number.
#[derive(Component)]
pub(super) struct Frames(usize);
/// What is filled of it.
#[derive(Component)]
pub(super) struct Filling(usize);
/// Its letter.
#[derive(Component)]
pub(super) struct Letter(usize);

pub(super) fn plugin(app: &mut App) {
    app.add_systems(Update, (scores, reveal, frames, fillings, letters).in_set(Frame::Overlay));
}

/// The score of a side, beside the clock.
pub(super) fn score(side: Side) -> impl Bundle {
    let node = Node { min_width: px(64), justify_content: JustifyContent::Center, ..default() };
    let middle = TextLayout::justify(Justify::Center);
    (text("", 32.0, palette::TEXT), middle, node, Score(side))
}

/// The boxes, below the clock.
pub(super) fn points(panel: &mut ChildSpawnerCommands) {
    let row = Node { column_gap: px(8), margin: UiRect::vertical(px(3)), ..default() };
    panel.spawn((row, Row)).with_children(|row| {
        for number in 0..MOST_POINTS {
            let node = Node {
                width: px(BOX),
                height: px(BOX),
                border: UiRect::all(px(3)),
                overflow: Overflow::clip(),
                align_items: AlignItems::Center,
                justify_content: JustifyContent::Center,
                ..default()
            };
            let ground = BackgroundColor(palette::color(palette::TRACK));
            row.spawn((node, ground, BorderColor::default(), Frames(number))).with_children(
                |all| {
                    let node = Node {
                        position_type: PositionType::Absolute,
                        bottom: px(0),
                        left: px(0),
                        width: percent(100),
                        ..default()
                    };
                    all.spawn((node, BackgroundColor::default(), Filling(number)));
                    all.spawn((text("", 18.0, palette::TEXT), Letter(number)));
                },
            );
        }
    });
}

/// What a side has.
fn points_of(scene: &Scene, side: Side) -> u16 {
    let team = Team::BOTH.into_iter().find(|team| scene.side_of(*team) == side);
    team.map_or(0, |team| scene.standing.scores[team.index()])
}

fn scores(
    scene: Res<Scene>,
    sides: Res<Sides>,
    mut texts: Query<(&Score, &mut Text, &mut TextColor, &mut Node)>,
) {
    let display = if scene.has_teams() { Display::Flex } else { Display::None };
    for (Score(side), mut text, mut colour, mut node) in &mut texts {
        if node.display != display {
            node.display = display;
        }
        // Reading what is there takes no memory, as writing it anew in each frame would.
        let points = points_of(&scene, *side);
        if text.0.parse() != Ok(points) {
            text.0 = points.to_string();
        }
        colour.set_if_neq(TextColor(palette::color(sides.of(*side))));
    }
}

/// After a round the standings need the room.
fn reveal(points: Res<Points>, scene: Res<Scene>, mut row: Single<&mut Node, With<Row>>) {
    let hidden = points.0.is_empty() || scene.round.over;
    let display = if hidden { Display::None } else { Display::Flex };
    if row.display != display {
        row.display = display;
    }
}

/// Round is ours, square is theirs, and nobody's is something between.
fn corner(point: &PointView) -> BorderRadius {
    BorderRadius::all(px(match point.owner {
        Some(Side::Enemy) => 2.0,
        Some(_) => BOX / 2.0,
        None => 9.0,
    }))
}

fn frames(
    time: Res<Time>,
    (points, sides): (Res<Points>, Res<Sides>),
    mut boxes: Query<(&Frames, &mut Node, &mut BorderColor)>,
) {
    let beat = (time.elapsed_secs() * 3.0).fract() < 0.5;
    for (Frames(number), mut node, mut edge) in &mut boxes {
        let point = points.0.get(*number);
        let display = if point.is_some() { Display::Flex } else { Display::None };
        if node.display != display {
            node.display = display;
        }
        let Some(point) = point else { continue };
        if node.border_radius != corner(point) {
            node.border_radius = corner(point);
        }
        let rgb = if point.contested && beat { palette::TEXT } else { point.colour(&sides) };
        edge.set_if_neq(BorderColor::all(palette::color(rgb)));
    }
}

fn fillings(
    (points, sides): (Res<Points>, Res<Sides>),
    mut fillings: Query<(&Filling, &mut Node, &mut BackgroundColor)>,
) {
    for (Filling(number), mut node, mut ground) in &mut fillings {
        let Some(point) = points.0.get(*number) else { continue };
        let height = percent((point.part * 50.0).round() * 2.0);
        if node.height != height {
            node.height = height;
        }
        ground.set_if_neq(BackgroundColor(palette::translucent(point.filling(&sides), 0.6)));
    }
}

fn letters(points: Res<Points>, mut letters: Query<(&Letter, &mut Text)>) {
    for (Letter(number), mut text) in &mut letters {
        let Some(point) = points.0.get(*number) else { continue };
        if !text.0.starts_with(point.letter) {
            text.0 = point.letter.to_string();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use game_sim::PilotId;

    #[test]
    fn the_own_score_is_the_own_teams_whichever_that_is() {
        let mut scene = Scene { me: Some(PilotId(0)), ..Scene::default() };
        scene.standing.scores = [3, 8];
        scene.teams = vec![Some(Team::East)];
        assert_eq!((points_of(&scene, Side::Own), points_of(&scene, Side::Enemy)), (8, 3));
        scene.teams = vec![Some(Team::West)];
        assert_eq!((points_of(&scene, Side::Own), points_of(&scene, Side::Enemy)), (3, 8));
    }
}
