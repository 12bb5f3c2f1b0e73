//! The net graph on F3: the numbers that say how the connection is, where its bytes go and what went
//! wrong (`inspector`), and the last minute of it (`timeline`).

use bevy::prelude::*;
use leafwing_input_manager::prelude::ActionState;

use super::{Hud, figures, inspector, panel, timeline};
use crate::frame::Frame;
use crate::input::action::Action;
use crate::language::Words;
use crate::options::Options;
use crate::render::palette::{self, Rgb};
use crate::scene::{NetGraph, Scene};
use crate::state::Page;

/// Letters of a line, and the size of their type in pixels: as much as fits above the health.
pub(super) const LETTERS: usize = 46;
pub(super) const TYPE: f32 = 13.0;
/// Wide enough for the longest line, so that no number jumps to a line of its own.
const WIDTH: f32 = 384.0;

#[derive(Component)]
struct Graph;
#[derive(Component)]
struct Reading(usize);

/// Whether the graph is shown.
#[derive(Resource, Default)]
pub struct Shown(pub(super) bool);

impl Shown {
    /// Whether anybody looks at what it says.
    pub fn is_seen(&self) -> bool {
        self.0
    }
}

/// For systems that run only while it is.
pub(super) fn is_shown(shown: Res<Shown>) -> bool {
    shown.0
}

pub(super) fn plugin(app: &mut App) {
    app.init_resource::<Shown>()
        .add_systems(Startup, spawn)
        .add_systems(Update, (toggle, draw.run_if(is_shown)).chain().in_set(Frame::Overlay))
        .add_plugins((inspector::plugin, timeline::plugin));
}

/// The rows: the key of a name, the number with its unit, and whether it is good, doubtful or bad.
fn rows(net: &NetGraph) -> [(&'static str, String, Rgb); 6] {
    let judge = |value: f32, doubtful: f32, bad: f32| match value {
        value if value >= bad => palette::DANGER,
        value if value >= doubtful => palette::WARNING,
        _ => palette::HEALTH,
    };
    [
        ("net-round-trip", format!("{:.0} ms", net.rtt_ms), judge(net.rtt_ms, 100.0, 200.0)),
        ("net-jitter", format!("{:.1} ms", net.jitter_ms), judge(net.jitter_ms, 10.0, 30.0)),
        ("net-loss", format!("{:.1} %", net.loss_percent), judge(net.loss_percent, 2.0, 8.0)),
        (
            "net-snapshots",
            format!("{:.0} B x {:.0}/s", net.snapshot_bytes, net.snapshots_per_second),
            judge(-net.snapshots_per_second, -25.0, -15.0),
        ),
        (
            "net-behind",
            format!("{:.0} ms", net.interpolation_delay_ms),
            judge(net.interpolation_delay_ms, 120.0, 250.0),
        ),
        (
            "net-corrections-last",
            format!("{}, {:.1} cm", net.corrections, net.correction_cm),
            judge(net.correction_cm, 5.0, 50.0),
        ),
    ]
}

fn spawn(mut commands: Commands, options: Res<Options>, mut shown: ResMut<Shown>) {
    shown.0 = options.net_graph;
    let corner =
        Node { position_type: PositionType::Absolute, top: px(16), left: px(20), ..default() };
    let column = Node { flex_direction: FlexDirection::Column, width: px(WIDTH), ..default() };
    commands.spawn((Hud, corner)).with_children(|root| {
        let graph = root.spawn((panel(column), Graph, Visibility::Hidden)).id();
        root.commands().entity(graph).with_children(|lines| {
            for number in 0..rows(&NetGraph::default()).len() {
                lines.spawn((figures("", TYPE, palette::TEXT), Reading(number)));
            }
            inspector::spawn(lines);
            timeline::spawn(lines);
        });
    });
}

fn toggle(
    actions: Single<&ActionState<Action>>,
    page: Res<State<Page>>,
    mut shown: ResMut<Shown>,
    mut graph: Single<&mut Visibility, With<Graph>>,
) {
    // What is typed into the chat or bound anew is no wish for it.
    if page.get().plays() && actions.just_pressed(&Action::Network) {
        shown.0 = !shown.0;
    }
    graph.set_if_neq(if shown.0 { Visibility::Inherited } else { Visibility::Hidden });
}

/// A name on the left, a number on the right.
pub(super) fn line(name: &str, value: &str) -> String {
    let room = LETTERS.saturating_sub(name.chars().count());
    format!("{name}{value:>room$}")
}

fn draw(
    scene: Res<Scene>,
    words: Res<Words>,
    mut before: Local<Option<u32>>,
    mut readings: Query<(&Reading, &mut Text, &mut TextColor)>,
) {
    // Nobody reads faster than what is below it is made anew.
    if *before == Some(scene.inspection.number) && !words.is_changed() {
        return;
    }
    *before = Some(scene.inspection.number);
    let rows = rows(&scene.net);
    for (Reading(number), mut text, mut colour) in &mut readings {
        if let Some((name, value, of)) = rows.get(*number) {
            text.0 = line(&words.say(name), value);
            colour.0 = palette::color(*of);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::Language;

    #[test]
    fn a_bad_connection_is_red_and_a_good_one_green() {
        let good = NetGraph { rtt_ms: 20.0, snapshots_per_second: 30.0, ..NetGraph::default() };
        let bad = NetGraph { rtt_ms: 400.0, loss_percent: 20.0, correction_cm: 90.0, ..good };
        let colours = |net| rows(&net).map(|(_, _, colour)| colour);
        assert!(!colours(good).contains(&palette::DANGER));
        let bad = colours(bad);
        assert_eq!([bad[0], bad[2], bad[5]], [palette::DANGER; 3]);
    }

    #[test]
    fn every_line_is_as_long_as_the_panel_allows() {
        let net = NetGraph { corrections: 99_999, correction_cm: 9_999.9, ..NetGraph::default() };
        for words in [Words::of(Language::English), Words::of(Language::Spanish)] {
            for (name, value, _) in rows(&net) {
                assert_eq!(line(&words.say(name), &value).chars().count(), LETTERS);
            }
        }
    }
}
