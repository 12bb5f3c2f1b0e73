//! What two teams have: their scores beside the clock with a bar as long as the score and a crown for who leads, and
//! below it a box for each point, which fills as the point is taken. Own is round and on the left, theirs is square and on the right: nobody needs the
//! colours.

use bevy::prelude::*;
use game_sim::{Team, contest::MOST_POINTS};

use super::{Steady, icon, text};
use crate::frame::Frame;
use crate::language::Words;
use crate::points::{PointView, Points};
use crate::render::palette::{self, Side, Sides};
use crate::scene::{Scene, team_key};

/// Side of a box in pixels, and the bar of a score and its crown.
const BOX: f32 = 34.0;
const BAR: Vec2 = Vec2::new(158.0, 7.0);
const CROWN: f32 = 22.0;

/// Whose score it is.
#[derive(Component)]
pub(super) struct Whose(Side);
/// The score of a side.
#[derive(Component)]
pub(super) struct Score(Side);
/// The crown of a side.
#[derive(Component)]
pub(super) struct Crown(Side);
/// What is filled of the bar of a side.
#[derive(Component)]
pub(super) struct Length(Side);
/// What there is of a side, the bar and all.
#[derive(Component)]
pub(super) struct Part;
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
    app.add_systems(
        Update,
        (scores, whose, leads, reveal, frames, fillings, letters).in_set(Frame::Overlay),
    );
}

/// The score of a side, beside the clock: it grows away from there.
pub(super) fn score(line: &mut ChildSpawnerCommands, server: &AssetServer, side: Side) {
    let (column, row, outer) = match side {
        Side::Enemy => (AlignItems::Start, FlexDirection::RowReverse, UiRect::right(Val::Auto)),
        _ => (AlignItems::End, FlexDirection::Row, UiRect::left(Val::Auto)),
    };
    let node = Node { flex_direction: FlexDirection::Column, align_items: column, ..default() };
    line.spawn((node, Steady(BAR.x), Part)).with_children(|parts| {
        let node = Node { align_items: AlignItems::Center, column_gap: px(8), ..default() };
        parts.spawn(Node { flex_direction: row, ..node }).with_children(|row| {
            let crown = icon(server, "crown", CROWN, palette::GOLD);
            row.spawn((crown, Crown(side), Visibility::Hidden));
            // In one line, or the other side would stand lower.
            let line = TextLayout { linebreak: LineBreak::NoWrap, ..default() };
            row.spawn((text("", 15.0, palette::TEXT), line, Whose(side)));
            row.spawn((text("", 32.0, palette::TEXT), Score(side)));
        });
        let round = BorderRadius::all(px(3));
        let size = Node { width: px(BAR.x), height: px(BAR.y), border_radius: round, ..default() };
        let ground = BackgroundColor(palette::color(palette::TRACK));
        parts.spawn((size, ground)).with_children(|track| {
            let node = Node { height: percent(100), border_radius: round, ..default() };
            let node = Node { margin: outer, ..node };
            track.spawn((node, BackgroundColor::default(), Length(side)));
        });
    });
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
    mut texts: Query<(&Score, &mut Text, &mut TextColor)>,
    mut parts: Query<&mut Node, With<Part>>,
) {
    let display = if scene.has_teams() { Display::Flex } else { Display::None };
    for mut node in &mut parts {
        if node.display != display {
            node.display = display;
        }
    }
    for (Score(side), mut text, mut colour) in &mut texts {
        // Reading what is there takes no memory, as writing it anew in each frame would.
        let points = points_of(&scene, *side);
        if text.0.parse() != Ok(points) {
            text.0 = points.to_string();
        }
        colour.set_if_neq(TextColor(palette::color(sides.of(*side))));
    }
}

/// Names the team of each score, and says which is the player's.
fn whose(
    (scene, sides, words): (Res<Scene>, Res<Sides>, Res<Words>),
    mut before: Local<Option<(Team, bool)>>,
    mut texts: Query<(&Whose, &mut Text, &mut TextColor)>,
) {
    let own = Team::BOTH.into_iter().find(|team| scene.side_of(*team) == Side::Own);
    let now = own.map(|own| (own, scene.me.is_some()));
    let same = *before == now && !words.is_changed();
    *before = now;
    for (Whose(side), mut text, mut colour) in &mut texts {
        colour.set_if_neq(TextColor(palette::color(sides.of(*side))));
        if !same {
            text.0 = team_name(&scene, *side, &words);
        }
    }
}

/// The team of a side, and whether it is the player's.
pub fn team_name(scene: &Scene, side: Side, words: &Words) -> String {
    let team = Team::BOTH.into_iter().find(|team| scene.side_of(*team) == side);
    let name = team.map_or_else(String::new, |team| words.say(team_key(team)).into_owned());
    if side == Side::Own && scene.me.is_some() {
        return words.say_with("hud-own-team", &[("team", name.into())]);
    }
    name
}

/// Which part of its bar a side's score fills, in percent: that of whoever leads is full.
fn length(scene: &Scene, side: Side) -> u16 {
    let points = [Side::Own, Side::Enemy].map(|side| points_of(scene, side));
    let most = points.into_iter().max().unwrap_or_default().max(1);
    (u32::from(points_of(scene, side)) * 100 / u32::from(most)) as u16
}

/// Whether a side is ahead of the other.
fn is_ahead(scene: &Scene, side: Side) -> bool {
    let other = if side == Side::Enemy { Side::Own } else { Side::Enemy };
    scene.has_teams() && points_of(scene, side) > points_of(scene, other)
}

/// Who leads is told without a number.
fn leads(
    (scene, sides): (Res<Scene>, Res<Sides>),
    mut crowns: Query<(&Crown, &mut Visibility)>,
    mut bars: Query<(&Length, &mut Node, &mut BackgroundColor)>,
) {
    for (Crown(side), mut visibility) in &mut crowns {
        let ahead = is_ahead(&scene, *side);
        visibility.set_if_neq(if ahead { Visibility::Inherited } else { Visibility::Hidden });
    }
    for (Length(side), mut node, mut colour) in &mut bars {
        let width = percent(length(&scene, *side));
        if node.width != width {
            node.width = width;
        }
        colour.set_if_neq(BackgroundColor(palette::color(sides.of(*side))));
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

    #[test]
    fn each_score_says_whose_it_is() {
        let words = Words::of(crate::language::Language::English);
        let mut scene = Scene { me: Some(PilotId(0)), ..Scene::default() };
        scene.teams = vec![Some(Team::East)];
        let said =
            |scene: &Scene| [Side::Own, Side::Enemy].map(|side| team_name(scene, side, &words));
        assert_eq!(said(&scene), ["East (you)", "West"]);
        scene.me = None;
        assert_eq!(said(&scene), ["West", "East"], "who watches is of no team");
    }

    #[test]
    fn who_leads_has_the_crown_and_the_longer_bar_and_of_two_alike_nobody() {
        let mut scene = Scene { me: Some(PilotId(0)), ..Scene::default() };
        scene.standing.mode = game_sim::Mode::ControlPoints;
        scene.teams = vec![Some(Team::East)];
        let told = |scene: &Scene| {
            [Side::Own, Side::Enemy].map(|side| (is_ahead(scene, side), length(scene, side)))
        };
        scene.standing.scores = [30, 120];
        assert_eq!(told(&scene), [(true, 100), (false, 25)]);
        scene.standing.scores = [60, 30];
        assert_eq!(told(&scene), [(false, 50), (true, 100)]);
        scene.standing.scores = [0, 0];
        assert_eq!(told(&scene), [(false, 0), (false, 0)]);
    }
}
