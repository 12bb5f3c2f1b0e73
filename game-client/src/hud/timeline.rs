//! The net graph's lower part: the last minute second by second, a small graph for each of the numbers
//! that tell a good connection from a bad one.

use bevy::prelude::*;
use netcode::inspect::timeline::Second;

use super::figures;
use super::netgraph::{TYPE, is_shown};
use crate::frame::Frame;
use crate::language::Say;
use crate::render::palette::{self, Rgb};
use crate::scene::Scene;

/// Seconds that are shown, and the width and height of their bars in pixels.
const SECONDS: usize = 60;
const BAR: f32 = 2.0;
const HEIGHT: f32 = 18.0;
/// Room for the name, and for the newest value.
const NAME: f32 = 96.0;
const VALUE: f32 = 72.0;

/// One graph.
#[derive(Clone, Copy)]
struct Track {
    /// The key of its name.
    name: &'static str,
    unit: &'static str,
    of: fn(&Second) -> f32,
    /// A full bar is at least this: a quiet minute shall look quiet.
    full: f32,
    /// From here on a bar is red.
    bad: f32,
    colour: Rgb,
}

const TRACKS: [Track; 6] = [
    Track {
        name: "net-bytes-down",
        unit: "B",
        of: |second| second.bytes_down as f32,
        full: 1_000.0,
        bad: f32::INFINITY,
        colour: palette::DASH,
    },
    Track {
        name: "net-round-trip",
        unit: "ms",
        of: |second| second.round_trip.as_secs_f32() * 1_000.0,
        full: 50.0,
        bad: 200.0,
        colour: palette::HEALTH,
    },
    Track {
        name: "net-lost",
        unit: "",
        of: |second| second.lost as f32,
        full: 6.0,
        bad: 3.0,
        colour: palette::WARNING,
    },
    Track {
        name: "net-starved",
        unit: "",
        of: |second| (second.starved_frames + second.left_out_frames) as f32,
        full: 10.0,
        bad: 3.0,
        colour: palette::WARNING,
    },
    Track {
        name: "net-corrections",
        unit: "",
        of: |second| second.corrections as f32,
        full: 6.0,
        bad: f32::INFINITY,
        colour: palette::ROCKETS,
    },
    Track {
        name: "net-inputs-late",
        unit: "",
        of: |second| second.inputs_missed as f32,
        full: 6.0,
        bad: 3.0,
        colour: palette::WARNING,
    },
];

#[derive(Component)]
struct Bar(usize, usize);
#[derive(Component)]
struct Newest(usize);

pub(super) fn plugin(app: &mut App) {
    app.add_systems(Update, draw.in_set(Frame::Overlay).run_if(is_shown));
}

pub(super) fn spawn(lines: &mut ChildSpawnerCommands) {
    let heading = Node { margin: UiRect::top(px(4)), ..default() };
    let title = (figures("", TYPE, palette::TEXT_DIM), Say("net-last-minute"));
    lines.spawn(heading).with_child(title);
    for (number, track) in TRACKS.iter().enumerate() {
        let row = Node { height: px(HEIGHT + 4.0), align_items: AlignItems::Center, ..default() };
        lines.spawn(row).with_children(|row| {
            let name = (figures("", 12.0, palette::TEXT_DIM), Say(track.name));
            row.spawn(Node { width: px(NAME), ..default() }).with_child(name);
            let bars = Node {
                width: px(BAR * SECONDS as f32 + SECONDS as f32),
                height: px(HEIGHT),
                align_items: AlignItems::End,
                column_gap: px(1),
                border: UiRect::bottom(px(1)),
                ..default()
            };
            let ground = BorderColor::all(palette::color(palette::TRACK));
            row.spawn((bars, ground)).with_children(|bars| {
                for second in 0..SECONDS {
                    let bar = Node { width: px(BAR), height: px(0), ..default() };
                    bars.spawn((bar, BackgroundColor(Color::NONE), Bar(number, second)));
                }
            });
            let value =
                Node { width: px(VALUE), justify_content: JustifyContent::End, ..default() };
            row.spawn(value).with_child((figures("", 12.0, palette::TEXT), Newest(number)));
        });
    }
}

/// The height of each bar as a part of the full one, with its colour; the newest is the last.
fn bars(track: &Track, seconds: &[Second]) -> Vec<(f32, Rgb)> {
    let shown = &seconds[seconds.len().saturating_sub(SECONDS)..];
    let most = shown.iter().map(track.of).fold(track.full, f32::max);
    let bar = |second: &Second| {
        let value = (track.of)(second);
        (value / most, if value >= track.bad { palette::DANGER } else { track.colour })
    };
    shown.iter().map(bar).collect()
}

fn draw(
    scene: Res<Scene>,
    mut drawn: Local<Option<u32>>,
    mut columns: Query<(&Bar, &mut Node, &mut BackgroundColor)>,
    mut newest: Query<(&Newest, &mut Text)>,
) {
    let seconds = &scene.inspection.seconds;
    let last = seconds.last().map(|second| second.number);
    if last == *drawn {
        return;
    }
    *drawn = last;
    let tracks = TRACKS.map(|track| bars(&track, seconds));
    for (Bar(track, place), mut node, mut ground) in &mut columns {
        let bars = &tracks[*track];
        // The newest stands at the right end from the beginning.
        let bar = (place + bars.len()).checked_sub(SECONDS).and_then(|place| bars.get(place));
        let (part, colour) = bar.copied().unwrap_or((0.0, palette::TRACK));
        node.height = px((part * HEIGHT).ceil());
        ground.0 = palette::color(colour);
    }
    for (Newest(number), mut text) in &mut newest {
        let track = &TRACKS[*number];
        let value = seconds.last().map_or(0.0, track.of);
        text.0 = format!("{value:.0} {}", track.unit).trim_end().to_owned();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bad_second_stands_out_and_a_quiet_minute_looks_quiet() {
        let lost = TRACKS.iter().find(|track| track.name == "net-lost").unwrap();
        let mut seconds = vec![Second { lost: 1, ..Second::default() }; 70];
        let quiet = bars(lost, &seconds);
        assert_eq!(quiet.len(), SECONDS);
        assert!(quiet.iter().all(|(part, colour)| *part < 0.2 && *colour == lost.colour));
        seconds[69].lost = 30;
        let bad = bars(lost, &seconds);
        assert_eq!(bad[59], (1.0, palette::DANGER));
        assert!(bad[58].0 < 0.05);
    }
}
