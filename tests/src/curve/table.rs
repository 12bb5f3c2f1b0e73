//! The curve as a table: for people on the terminal, and as CSV for everything else.

use super::Point;
use std::fmt::Write as _;

/// Above this the bots' own lateness is what was measured: half a tick of 60 a second.
const LATE_MS: f64 = 8.0;

/// One row: a point, and what it is compared with.
#[derive(Clone, Copy, Debug)]
pub struct Row<'a> {
    /// The point.
    pub point: &'a Point,
    /// The server without anybody, if it was measured.
    pub empty: Option<&'a Point>,
    /// The row before, if it had players.
    pub before: Option<&'a Point>,
}

/// A column: its name and its value in a row.
type Column = (&'static str, fn(&Row<'_>) -> f64);

/// The columns of the CSV.
pub const COLUMNS: [Column; 26] = [
    ("players", |row| f64::from(row.point.players)),
    ("connected", |row| row.point.bots.connected as f64),
    ("disconnects", |row| row.point.bots.disconnects as f64),
    ("tick_ms_p50", |row| row.point.server.full.tick_ms_p50),
    ("tick_ms_p99", |row| row.point.server.full.tick_ms_p99),
    ("tick_ms_max", |row| row.point.server.full.tick_ms_max),
    ("send_ms_p99", |row| row.point.server.full.send_ms_p99),
    ("ticks_dropped", |row| row.point.server.ticks_dropped as f64),
    ("ticks_thinned", |row| row.point.server.full.ticks_thinned as f64),
    ("server_cores", |row| row.point.server_cores),
    ("server_cores_per_doubling", |row| row.growth(|point| point.server_cores)),
    ("server_us_per_player_s", |row| row.per_player(row.point.server_cores * 1e6)),
    ("rss_bytes", |row| row.point.rss_bytes as f64),
    ("rss_bytes_per_player", |row| row.per_player(row.more_than_empty())),
    ("bytes_down_per_second", |row| row.point.bots.bytes_down_per_second),
    ("bytes_up_per_second", |row| row.point.bots.bytes_up_per_second),
    ("bytes_down_per_doubling", |row| row.growth(|point| point.bots.bytes_down_per_second)),
    ("visible_mean", |row| row.point.bots.visible_mean),
    ("snapshots_per_second", |row| row.point.bots.snapshots_per_second),
    ("starved_percent", |row| row.point.bots.starved_percent),
    ("starved_percent_p99", |row| row.point.bots.spread.starved_percent.p99),
    ("input_late_percent", |row| row.point.bots.input_late_percent),
    ("rtt_ms_p50", |row| row.point.bots.rtt_ms_p50),
    ("join_ms_p99", |row| row.point.bots.spread.join_ms.p99),
    ("bots_cores", |row| row.point.bots_cores),
    ("bots_late_ms_p99", |row| row.point.bots.load.turn_late_ms_p99),
];

impl Row<'_> {
    fn per_player(&self, whole: f64) -> f64 {
        if self.point.players == 0 { 0.0 } else { whole / f64::from(self.point.players) }
    }

    /// By how much a figure grows when the players double, from the row before to this one; 0 for the
    /// first.
    fn growth(&self, figure: impl Fn(&Point) -> f64) -> f64 {
        let Some(before) = self.before else { return 0.0 };
        let doublings = (f64::from(self.point.players) / f64::from(before.players)).log2();
        (figure(self.point) / figure(before)).powf(1.0 / doublings)
    }

    fn more_than_empty(&self) -> f64 {
        let empty = self.empty.map_or(0, |point| point.rss_bytes);
        self.point.rss_bytes.saturating_sub(empty) as f64
    }
}

/// The rows of a curve, in its order; an empty server in it is what the others are compared with.
#[must_use]
pub fn rows(points: &[Point]) -> Vec<Row<'_>> {
    let empty = points.iter().find(|point| point.players == 0);
    let before = |place: usize| points.get(place.checked_sub(1)?).filter(|point| point.players > 0);
    points
        .iter()
        .enumerate()
        .map(|(place, point)| Row { point, empty, before: before(place) })
        .collect()
}

/// The curve as CSV, a row for each number of players.
#[must_use]
pub fn csv(points: &[Point]) -> String {
    let mut text = COLUMNS.map(|(name, _)| name).join(",") + "\n";
    for row in rows(points) {
        let values = COLUMNS.map(|(_, value)| {
            let value = format!("{:.4}", value(&row));
            value.trim_end_matches('0').trim_end_matches('.').to_owned()
        });
        text += &values.join(",");
        text.push('\n');
    }
    text
}

/// The heading of the table on the terminal.
pub const HEAD: &str = "players  tick p50    p99    max  send p99  cores  x2    us/player/s  kB/player  \
                        B/s down     up  starved  bots' cores and lateness";

/// A row of it.
#[must_use]
pub fn line(row: &Row<'_>) -> String {
    let column = |wanted: &str| {
        let found = COLUMNS.iter().find(|(name, _)| *name == wanted);
        found.map_or(f64::NAN, |(_, value)| value(row))
    };
    let mut text = format!(
        "{:>7}  {:>8.2} {:>6.2} {:>6.1}  {:>8.2}  {:>5.3}  {:>4.2}  {:>11.0}  {:>9.1}  {:>8.0} {:>6.0}  {:>6.2}%  \
         {:.2}, {:.1} ms",
        row.point.players,
        column("tick_ms_p50"),
        column("tick_ms_p99"),
        column("tick_ms_max"),
        column("send_ms_p99"),
        column("server_cores"),
        column("server_cores_per_doubling"),
        column("server_us_per_player_s"),
        column("rss_bytes_per_player") / 1000.0,
        column("bytes_down_per_second"),
        column("bytes_up_per_second"),
        column("starved_percent"),
        column("bots_cores"),
        column("bots_late_ms_p99"),
    );
    if column("bots_late_ms_p99") > LATE_MS {
        let _ =
            write!(text, ": the bots were late, and this row says more of them than of the server");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn point(players: u32, server_cores: f64, rss_bytes: u64) -> Point {
        Point { players, server_cores, rss_bytes, ..Point::default() }
    }

    #[test]
    fn growth_is_told_for_a_doubling_whatever_the_step() {
        let points = [point(0, 0.004, 50_000), point(64, 0.1, 450_000), point(256, 0.4, 1_050_000)];
        let text = csv(&points);
        let lines: Vec<Vec<&str>> = text.lines().map(|line| line.split(',').collect()).collect();
        let place = |name| COLUMNS.iter().position(|column| column.0 == name).unwrap();
        assert_eq!(lines.len(), 4);
        let growth = place("server_cores_per_doubling");
        assert_eq!([lines[2][growth], lines[3][growth]], ["0", "2"], "{text}");
        let memory = place("rss_bytes_per_player");
        assert_eq!([lines[2][memory], lines[3][memory]], ["6250", "3906.25"], "{text}");
    }

    #[test]
    fn a_row_in_which_the_bots_were_late_says_so() {
        let mut late = point(64, 0.1, 0);
        assert!(!line(&rows(&[late.clone()])[0]).contains("were late"));
        late.bots.load.turn_late_ms_p99 = 9.0;
        assert!(line(&rows(&[late])[0]).contains("were late"));
    }
}
