//! The curve as a picture: SVG, which every browser shows and no library has to draw.

use super::{
    Point,
    table::{COLUMNS, Row, rows},
};
use std::fmt::Write as _;

/// Size of one panel and of its margins, in pixels.
const WIDTH: f64 = 420.0;
const HEIGHT: f64 = 260.0;
const LEFT: f64 = 62.0;
const RIGHT: f64 = 16.0;
const TOP: f64 = 34.0;
const BOTTOM: f64 = 40.0;
/// Panels beside each other.
const ACROSS: usize = 2;

/// One panel: its title, its lines by their column with a colour and a name, and a bound if there is one.
struct Panel {
    title: &'static str,
    lines: &'static [(&'static str, &'static str, &'static str)],
    bound: Option<f64>,
}

const PANELS: [Panel; 4] = [
    Panel {
        title: "tick, in ms (the bound: a sixtieth of a second)",
        lines: &[("tick_ms_p50", "#2b6cb0", "p50"), ("tick_ms_p99", "#c53030", "p99")],
        bound: Some(1000.0 / 60.0),
    },
    Panel {
        title: "processor of the server, in cores",
        lines: &[("server_cores", "#2b6cb0", "server"), ("bots_cores", "#a0aec0", "bots")],
        bound: Some(1.0),
    },
    Panel {
        title: "bytes a second and player, headers included",
        lines: &[
            ("bytes_down_per_second", "#2b6cb0", "down"),
            ("bytes_up_per_second", "#2f855a", "up"),
        ],
        bound: None,
    },
    Panel {
        title: "memory a player, in bytes beyond the empty server",
        lines: &[("rss_bytes_per_player", "#2b6cb0", "resident")],
        bound: Some(40_000.0),
    },
];

/// The picture. Players are on a logarithmic scale; the empty server is left out.
#[must_use]
pub fn svg(points: &[Point], title: &str) -> String {
    let all = rows(points);
    let rows: Vec<&Row<'_>> = all.iter().filter(|row| row.point.players > 0).collect();
    let down = PANELS.len().div_ceil(ACROSS) as f64;
    let (width, height) = (WIDTH * ACROSS as f64, HEIGHT * down + 30.0);
    let mut text = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" \
         font-family=\"sans-serif\" font-size=\"12\">\n\
         <rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n\
         <text x=\"{LEFT}\" y=\"20\" font-size=\"15\">{}</text>\n",
        escaped(title)
    );
    for (number, panel) in PANELS.iter().enumerate() {
        let (x, y) = ((number % ACROSS) as f64 * WIDTH, (number / ACROSS) as f64 * HEIGHT + 30.0);
        let _ = writeln!(text, "<g transform=\"translate({x} {y})\">");
        panel.draw(&rows, &mut text);
        text += "</g>\n";
    }
    text + "</svg>\n"
}

impl Panel {
    fn draw(&self, rows: &[&Row<'_>], text: &mut String) {
        let _ = writeln!(text, "<text x=\"{LEFT}\" y=\"22\">{}</text>", escaped(self.title));
        let values = |column| rows.iter().map(move |row| value(row, column));
        let shown = self.lines.iter().flat_map(|(column, ..)| values(*column));
        let most = shown.chain(self.bound).filter(|value| value.is_finite()).fold(0.0, f64::max);
        let top = round_up(most);
        let y = |value: f64| TOP + (HEIGHT - TOP - BOTTOM) * (1.0 - (value / top).clamp(0.0, 1.0));
        let (first, last) = (rows.first().map(octave), rows.last().map(octave));
        let span = last.zip(first).map_or(1.0, |(last, first)| (last - first).max(1.0));
        let x = |row: &&Row<'_>| {
            LEFT + (WIDTH - LEFT - RIGHT) * (octave(row) - first.unwrap_or(0.0)) / span
        };
        for step in 0..=4 {
            let value = top * f64::from(step) / 4.0;
            let (at, right) = (y(value), WIDTH - RIGHT);
            let _ = writeln!(
                text,
                "<line x1=\"{LEFT}\" y1=\"{at:.1}\" x2=\"{right}\" y2=\"{at:.1}\" stroke=\"#e2e8f0\"/>\
                 <text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"end\">{}</text>",
                LEFT - 6.0,
                at + 4.0,
                short(value)
            );
        }
        for row in rows {
            let _ = writeln!(
                text,
                "<text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{}</text>",
                x(row),
                HEIGHT - BOTTOM + 18.0,
                row.point.players
            );
        }
        if let Some(bound) = self.bound {
            let (at, right) = (y(bound), WIDTH - RIGHT);
            let _ = writeln!(
                text,
                "<line x1=\"{LEFT}\" y1=\"{at:.1}\" x2=\"{right}\" y2=\"{at:.1}\" stroke=\"#718096\" \
                 stroke-dasharray=\"5 4\"/>"
            );
        }
        for (number, (column, colour, name)) in self.lines.iter().enumerate() {
            let places: Vec<String> = rows
                .iter()
                .map(|row| format!("{:.1},{:.1}", x(row), y(value(row, column))))
                .collect();
            let _ = writeln!(
                text,
                "<polyline points=\"{}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"2\"/>",
                places.join(" ")
            );
            for row in rows {
                let (x, y) = (x(row), y(value(row, column)));
                let _ = writeln!(
                    text,
                    "<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"3\" fill=\"{colour}\"/>"
                );
            }
            let (x, y) = (LEFT + 10.0 + 80.0 * number as f64, HEIGHT - 6.0);
            let _ = writeln!(text, "<text x=\"{x}\" y=\"{y}\" fill=\"{colour}\">{name}</text>");
        }
    }
}

fn value(row: &Row<'_>, column: &str) -> f64 {
    COLUMNS.iter().find(|(name, _)| *name == column).map_or(0.0, |(_, value)| value(row))
}

fn octave(row: &&Row<'_>) -> f64 {
    f64::from(row.point.players.max(1)).log2()
}

/// The next number above that is 1, 2 or 4 times a power of ten: its quarters can be read.
fn round_up(value: f64) -> f64 {
    let power = 10_f64.powf(value.max(1e-6).log10().floor());
    let fits = [1.0, 2.0, 4.0, 10.0].into_iter().find(|times| times * power >= value);
    fits.unwrap_or(10.0) * power
}

fn short(value: f64) -> String {
    let (number, unit) = if value >= 10_000.0 { (value / 1000.0, "k") } else { (value, "") };
    let text = format!("{number:.3}");
    format!("{}{unit}", text.trim_end_matches('0').trim_end_matches('.'))
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_with_players_is_in_every_line() {
        let point = |players| Point { players, server_cores: 0.2, ..Point::default() };
        let picture = svg(&[point(0), point(64), point(128), point(1_200)], "a <curve>");
        let lines: usize = PANELS.iter().map(|panel| panel.lines.len()).sum();
        assert_eq!(picture.matches("<circle").count(), lines * 3);
        assert_eq!(picture.matches("<polyline").count(), lines);
        assert!(picture.contains("a &lt;curve&gt;") && picture.contains(">1200</text>"));
        assert!(!picture.contains("NaN"));
    }

    #[test]
    fn a_scale_ends_where_its_quarters_can_be_read() {
        for (value, top) in [(0.13, 0.2), (1.0, 1.0), (16.7, 20.0), (39_000.0, 40_000.0)] {
            assert!((round_up(value) - top).abs() < top * 1e-9, "{value}");
        }
    }
}
