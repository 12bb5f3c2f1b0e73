//! The figures as a table that is kept in the repository, and what has become worse since.

use super::{Bar, Cell, Figures, Size};
use std::fmt::Write as _;

/// How much worse a figure may become without being named: that part of it, and that much.
const SLACK: f64 = 0.25;
const SLACK_PERCENT: f64 = 0.2;
const SLACK_CM: f64 = 1.0;
const SLACK_MS: f64 = 20.0;
const SLACK_BYTES: f64 = 100.0;

const HEAD: &str = "| row | network | bar | reached | starved % | late % | correction p99, cm \
| alive % | fair % | down, B/s | up, B/s | queue p99, ms | faults |\n\
|---|---|---|---|---|---|---|---|---|---|---|---|---|\n";

/// One line of a table.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    /// The row and what is bad, as they stand in the table.
    pub name: String,
    /// The bar in words.
    pub bar: String,
    /// Whether it was reached.
    pub reached: bool,
    /// The figures.
    pub figures: Figures,
}

impl Line {
    /// A cell's line.
    #[must_use]
    pub fn new(cell: &Cell, figures: Figures) -> Self {
        let bar = match cell.bar {
            Bar::Playable => "playable",
            Bar::Narrow => "playable, queue <= 200 ms",
            Bar::Follows => "starved <= 2 %, queue <= 200 ms",
            Bar::Smooth => "starved <= 2 %",
            Bar::Alive => "alive",
            Bar::Over => "over",
        };
        Self {
            name: format!("N{} | {}", cell.row, cell.name),
            bar: bar.to_owned(),
            reached: figures.reach(cell.bar),
            figures,
        }
    }

    /// A line of the table, with its end.
    #[must_use]
    pub fn text(&self) -> String {
        let f = &self.figures;
        format!(
            "| {} | {} | {} | {:.2} | {:.2} | {:.1} | {:.0} | {:.0} | {:.0} | {:.0} | {} | {} |\n",
            self.name,
            self.bar,
            if self.reached { "yes" } else { "**no**" },
            f.starved_percent,
            f.late_percent,
            f.correction_cm,
            f.alive_percent,
            f.fair_percent,
            f.down_bytes_s,
            f.up_bytes_s,
            f.queue_ms,
            f.faults
        )
    }

    fn parse(line: &str) -> Option<Self> {
        let columns: Vec<&str> = line.trim().trim_matches('|').split('|').map(str::trim).collect();
        let &[row, network, bar, reached, ref figures @ ..] = &columns[..] else { return None };
        let &[starved, late, correction, alive, fair, down, up, queue, faults] = figures else {
            return None;
        };
        Some(Self {
            name: format!("{row} | {network}"),
            bar: bar.to_owned(),
            reached: reached == "yes",
            figures: Figures {
                starved_percent: starved.parse().ok()?,
                late_percent: late.parse().ok()?,
                correction_cm: correction.parse().ok()?,
                alive_percent: alive.parse().ok()?,
                fair_percent: fair.parse().ok()?,
                down_bytes_s: down.parse().ok()?,
                up_bytes_s: up.parse().ok()?,
                queue_ms: queue.parse().ok()?,
                faults: faults.parse().ok()?,
            },
        })
    }

    /// In words, what is worse than it was.
    fn worse_than(&self, kept: &Self) -> Vec<String> {
        let mut worse = Vec::new();
        if kept.reached && !self.reached {
            worse.push("misses its bar".to_owned());
        }
        let (now, was) = (&self.figures, &kept.figures);
        let mut compare = |what: &str, now: f64, was: f64, slack: f64| {
            if now > was * (1.0 + SLACK) + slack {
                worse.push(format!("{what} {now:.2} after {was:.2}"));
            }
        };
        compare("starved %", now.starved_percent, was.starved_percent, SLACK_PERCENT);
        compare("late %", now.late_percent, was.late_percent, SLACK_PERCENT);
        compare("correction cm", now.correction_cm, was.correction_cm, SLACK_CM);
        compare("queue ms", f64::from(now.queue_ms), f64::from(was.queue_ms), SLACK_MS);
        compare("down B/s", now.down_bytes_s, was.down_bytes_s, SLACK_BYTES);
        compare("up B/s", now.up_bytes_s, was.up_bytes_s, SLACK_BYTES);
        compare("faults", f64::from(now.faults), f64::from(was.faults), 0.0);
        worse
    }
}

/// The lines of a table that was kept.
#[must_use]
pub fn parse(text: &str) -> Vec<Line> {
    text.lines().filter(|line| line.starts_with("| N")).filter_map(Line::parse).collect()
}

/// What has become worse, a line each. Cells that were not kept are not compared.
#[must_use]
pub fn compare(now: &[Line], kept: &[Line]) -> Vec<String> {
    let pairs = now
        .iter()
        .filter_map(|line| Some((line, kept.iter().find(|kept| kept.name == line.name)?)));
    pairs
        .filter_map(|(now, kept)| {
            let worse = now.worse_than(kept);
            (!worse.is_empty()).then(|| format!("{}: {}", now.name, worse.join(", ")))
        })
        .collect()
}

/// The document with the table: what was played now, and of what was kept the other cells, in the
/// order of `cells`.
#[must_use]
pub fn document(cells: &[Cell], now: &[Line], kept: &[Line], size: Size) -> String {
    let mut text = String::from(include_str!("head.txt"));
    let _ = write!(text, "\n{}\n\n{HEAD}", self::size(size));
    for cell in cells {
        let name = Line::new(cell, Figures::default()).name;
        let named = |lines: &[Line]| lines.iter().find(|line| line.name == name).cloned();
        if let Some(line) = named(now).or_else(|| named(kept)) {
            text += &line.text();
        }
    }
    text
}

/// The sentence that says how large the games of a table were.
#[must_use]
pub fn size(size: Size) -> String {
    let Size { clients, seconds, seeds } = size;
    format!("Games of {clients} clients and {seconds:.0} seconds; seeds in each cell: {seeds}.")
}

/// The head of the table, for a terminal.
#[must_use]
pub fn head() -> &'static str {
    HEAD
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::grid::rows;

    fn lines() -> Vec<Line> {
        let figures = Figures {
            starved_percent: 0.25,
            alive_percent: 100.0,
            fair_percent: 97.0,
            queue_ms: 7,
            ..Figures::default()
        };
        rows::all().iter().map(|cell| Line::new(cell, figures)).collect()
    }

    #[test]
    fn a_table_that_was_written_reads_as_it_was() {
        let size = Size { clients: 64, seconds: 60.0, seeds: 3 };
        let text = document(&rows::all(), &lines(), &[], size);
        assert_eq!(parse(&text), lines());
    }

    #[test]
    fn one_client_with_half_of_the_snapshots_misses_the_bar() {
        let good = lines()[0].figures;
        assert!(good.reach(Bar::Playable));
        assert!(!Figures { fair_percent: 52.0, ..good }.reach(Bar::Playable));
    }

    #[test]
    fn only_what_became_worse_is_named() {
        let kept = lines();
        assert_eq!(compare(&kept, &kept), Vec::<String>::new());
        let mut now = kept.clone();
        now[5].figures.starved_percent = 0.1;
        now[6].figures.starved_percent = 0.9;
        let said = compare(&now, &kept);
        assert_eq!(said.len(), 1);
        assert!(said[0].starts_with(&now[6].name) && said[0].contains("starved"), "{said:?}");
    }
}
