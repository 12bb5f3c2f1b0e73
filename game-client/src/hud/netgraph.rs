//! The net graph on F3: each number that says how the connection is, and its last two seconds.

use std::collections::VecDeque;

use bevy::prelude::*;

use super::{Hud, panel, text};
use crate::frame::Frame;
use crate::render::palette::{self, Rgb};
use crate::scene::{NetGraph, Scene};

/// Bars of history.
const BARS: usize = 60;
/// Height of the history in pixels.
const HEIGHT: f32 = 48.0;

#[derive(Component)]
struct Graph;
#[derive(Component)]
struct Reading(usize);
#[derive(Component)]
struct Bar(usize);

/// Sizes of the last snapshots, and whether the graph is shown.
#[derive(Resource, Default)]
struct History {
    shown: bool,
    bytes: VecDeque<(f32, Rgb)>,
}

pub(super) fn plugin(app: &mut App) {
    app.init_resource::<History>()
        .add_systems(Startup, spawn)
        .add_systems(Update, (toggle, record, draw).chain().in_set(Frame::Overlay));
}

/// The rows: a name, the number with its unit, and whether it is good, doubtful or bad.
fn rows(net: &NetGraph) -> [(&'static str, String, Rgb); 8] {
    let judge = |value: f32, doubtful: f32, bad: f32| match value {
        value if value >= bad => palette::DANGER,
        value if value >= doubtful => palette::WARNING,
        _ => palette::HEALTH,
    };
    let margin = net.margin_ticks;
    [
        ("round trip", format!("{:.0} ms", net.rtt_ms), judge(net.rtt_ms, 100.0, 200.0)),
        ("jitter", format!("{:.1} ms", net.jitter_ms), judge(net.jitter_ms, 10.0, 30.0)),
        ("loss", format!("{:.1} %", net.loss_percent), judge(net.loss_percent, 2.0, 8.0)),
        ("input margin", format!("{margin:.0} ticks"), judge(-margin, 0.5, 1.5)),
        (
            "snapshot bytes",
            format!("{:.0} B x {:.0}/s", net.snapshot_bytes, net.snapshots_per_second),
            judge(-net.snapshots_per_second, -25.0, -15.0),
        ),
        ("corrections", net.corrections.to_string(), palette::TEXT),
        (
            "last correction",
            format!("{:.1} cm", net.correction_cm),
            judge(net.correction_cm, 5.0, 50.0),
        ),
        (
            "interpolation delay",
            format!("{:.0} ms", net.interpolation_delay_ms),
            judge(net.interpolation_delay_ms, 120.0, 250.0),
        ),
    ]
}

fn spawn(mut commands: Commands) {
    let corner =
        Node { position_type: PositionType::Absolute, top: px(16), left: px(20), ..default() };
    // Wide enough for the longest row, so that no number jumps to a line of its own.
    let column = Node { flex_direction: FlexDirection::Column, width: px(350), ..default() };
    commands.spawn((Hud, corner)).with_children(|root| {
        root.spawn((panel(column), Graph, Visibility::Hidden)).with_children(|lines| {
            for number in 0..rows(&NetGraph::default()).len() {
                lines.spawn((text("", 15.0, palette::TEXT), Reading(number)));
            }
            let history = Node {
                height: px(HEIGHT),
                margin: UiRect::top(px(6)),
                align_items: AlignItems::End,
                column_gap: px(1),
                ..default()
            };
            lines.spawn(history).with_children(|bars| {
                for number in 0..BARS {
                    let bar = Node { width: px(3), ..default() };
                    bars.spawn((bar, BackgroundColor(Color::NONE), Bar(number)));
                }
            });
            lines.spawn(text("bytes of the last snapshots", 12.0, palette::TEXT_DIM));
        });
    });
}

fn toggle(
    keys: Res<ButtonInput<KeyCode>>,
    mut history: ResMut<History>,
    mut graph: Single<&mut Visibility, With<Graph>>,
) {
    if keys.just_pressed(KeyCode::F3) {
        history.shown = !history.shown;
    }
    graph.set_if_neq(if history.shown { Visibility::Inherited } else { Visibility::Hidden });
}

/// One bar each frame. A wrong prediction in it makes it stand out.
fn record(scene: Res<Scene>, mut history: ResMut<History>) {
    let net = &scene.net;
    let colour = if net.correction_cm > 0.5 { palette::DANGER } else { palette::DASH };
    if history.bytes.len() == BARS {
        history.bytes.pop_front();
    }
    history.bytes.push_back((net.snapshot_bytes, colour));
}

fn draw(
    scene: Res<Scene>,
    history: Res<History>,
    mut readings: Query<(&Reading, &mut Text, &mut TextColor)>,
    mut bars: Query<(&Bar, &mut Node, &mut BackgroundColor)>,
) {
    if !history.shown {
        return;
    }
    let rows = rows(&scene.net);
    for (Reading(number), mut text, mut colour) in &mut readings {
        if let Some((name, value, of)) = rows.get(*number) {
            text.0 = format!("{name:<20}{value:>14}");
            colour.0 = palette::color(*of);
        }
    }
    let most = history.bytes.iter().map(|(bytes, _)| *bytes).fold(1.0, f32::max);
    for (Bar(number), mut node, mut ground) in &mut bars {
        let Some((bytes, colour)) = history.bytes.get(*number) else { continue };
        node.height = px((bytes / most * HEIGHT).max(1.0));
        ground.0 = palette::color(*colour);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bad_connection_is_red_and_a_good_one_green() {
        let good = NetGraph {
            rtt_ms: 20.0,
            margin_ticks: 1.0,
            snapshots_per_second: 30.0,
            ..NetGraph::default()
        };
        let bad = NetGraph { rtt_ms: 400.0, loss_percent: 20.0, margin_ticks: -3.0, ..good };
        let colours = |net| rows(&net).map(|(_, _, colour)| colour);
        assert!(!colours(good).contains(&palette::DANGER));
        let bad = colours(bad);
        assert_eq!([bad[0], bad[2], bad[3]], [palette::DANGER; 3]);
    }
}
