//! The table at the end: what was measured, beside what others published and what we want to reach.

#![allow(clippy::print_stdout, reason = "it is what the program is for")]

use crate::{
    bytes::{self, Bytes, Tally},
    pace::{Tape, Timed},
    play::Play,
    subject::Subject,
};

/// The ages of baselines, in snapshots: 33, 100 and 200 ms at 30 a second.
pub(crate) const AGES: [usize; 3] = [1, 3, 6];
/// The age that the bars speak of.
const BAR_AGE: usize = 3;

/// Nanoseconds for each pair of a viewer and a row, one for each of criterion's samples.
#[derive(Clone, Debug, Default)]
pub(crate) struct Samples(Vec<f64>);

impl Samples {
    /// Takes a sample.
    pub(crate) fn note(&mut self, timed: Timed) {
        if timed.pairs > 0 {
            self.0.push(timed.spent.as_nanos() as f64 / timed.pairs as f64);
        }
    }

    fn median(&self) -> Option<f64> {
        let mut sorted = self.0.clone();
        sorted.sort_by(f64::total_cmp);
        sorted.get(sorted.len() / 2).copied()
    }
}

/// What was measured of one recording with baselines of one age.
pub(crate) struct Line<'a, P: Subject> {
    pub(crate) play: &'a Play<P>,
    pub(crate) age: usize,
    pub(crate) bytes: Bytes,
    pub(crate) tape: Tape,
    pub(crate) alone: Samples,
    pub(crate) shared: Samples,
    pub(crate) decode: Samples,
}

/// Prints what rows cost, without timing anything.
pub(crate) fn print_bytes<P: Subject>(plays: &[Play<P>]) {
    let mut lines = Vec::new();
    for play in plays {
        for age in AGES {
            let bytes = bytes::measure(play, age);
            let tape = Tape::record(play, age);
            let (alone, shared, decode) = Default::default();
            lines.push(Line { play, age, bytes, tape, alone, shared, decode });
        }
    }
    print_rows(&lines);
    print_kinds(&lines);
    print_datagrams(&lines);
}

/// Prints everything.
pub(crate) fn print<P: Subject>(lines: &[Line<'_, P>]) {
    println!("\nThe codec on matches of bots (tests/data), by the real server and client");
    print_rows(lines);
    print_kinds(lines);
    print_datagrams(lines);
    print_times(lines);
}

/// Prints a scene of rigid bodies, 100 ms of baseline, one viewer.
pub(crate) fn print_solids<P: Subject>(lines: &[Line<'_, P>]) {
    println!("\nrigid bodies (tests/physics), one viewer who sees them all");
    title(&["rows", "B/frame", "B/row", "kbit/s", "fresh", "us/frame"]);
    for line in lines {
        let tape = &line.tape;
        let (bytes, rows) = (tape.datagram_bytes, tape.rows);
        let hz = f64::from(line.play.config.tick_rate.hz());
        let us = |ns: f64| format!("{:.1}", ns * rows / 1_000.0);
        let cells = [
            format!("{rows:.0}"),
            format!("{bytes:.0}"),
            format!("{:.2}", bytes / rows),
            format!("{:.0}", bytes * hz * 8.0 / 1_000.0),
            format!("{:.1} %", tape.fresh * 100.0),
            line.alone.median().map_or("-".to_owned(), us),
        ];
        print_line(line, &cells);
    }
    println!(
        "  bar for the cubes: <= 445 B and 10 us a frame (published: 445 B, Giesen, on Fiedler's own"
    );
    println!("  recording). published for 250 bodies: 1.33 B a body Reactor, 13 to 25 B others.");
}

fn print_rows<P: Subject>(lines: &[Line<'_, P>]) {
    println!("\nbytes a row, framing included, at most {} rows a datagram", bytes::ROWS);
    title(&["all", "moving", "still", "added"]);
    for line in lines {
        let bytes = &line.bytes;
        print_line(line, &[bytes.all, bytes.moving, bytes.still, bytes.still_added].map(per_row));
    }
    println!(
        "  moving: datagrams with only rows that changed since the baseline. still: with only"
    );
    println!("  those that did not. added: what still rows add to a datagram with moving ones.");
    println!("  bar for a still row, 100 ms old: <= 0.1 B");
}

fn print_kinds<P: Subject>(lines: &[Line<'_, P>]) {
    println!("\nbytes a moving row by kind: alone (framing included), added to all other rows");
    title(&["kind", "rows", "alone", "added"]);
    for line in lines.iter().filter(|line| line.age == BAR_AGE) {
        for (table, kind) in P::KINDS.iter().zip(&line.bytes.kinds) {
            let rows = kind.alone.rows as f64 / line.play.snapshots.len() as f64;
            let (alone, added) = (per_row(kind.alone), per_row(kind.added));
            if kind.alone.rows > 0 {
                print_line(line, &[table.name.to_owned(), format!("{rows:.1}"), alone, added]);
            }
        }
    }
    println!(
        "  bar for a moving player (pilot), framing included: <= 2.0 B. published: 1.33 B Reactor,"
    );
    println!(
        "  13 to 25 B others in its scene, 25.7 B naia (all dirty). Fiedler and Giesen: 445 B a"
    );
    println!("  frame of 901 cubes, most of them at rest.");
}

fn print_datagrams<P: Subject>(lines: &[Line<'_, P>]) {
    println!(
        "\nwhole datagrams, at most 1,472 B, of a client that sees everything in the recording"
    );
    title(&["rows", "bytes", "held", "fresh"]);
    for line in lines {
        let tape = &line.tape;
        let percent = |part: f64| format!("{:.1} %", part * 100.0);
        let (rows, bytes) = (format!("{:.1}", tape.rows), format!("{:.1}", tape.datagram_bytes));
        print_line(line, &[rows, bytes, percent(tape.held), percent(tape.fresh)]);
    }
    println!("  held: rows that the client has. fresh: rows that are as new as the snapshot; the");
    println!("  others did not fit and wait for the next.");
}

fn print_times<P: Subject>(lines: &[Line<'_, P>]) {
    println!("\nns a pair of viewer and row, median of criterion's samples");
    title(&["encode", "encode64", "decode"]);
    for line in lines {
        let cell = |of: &Samples| of.median().map_or("-".to_owned(), |ns| format!("{ns:.1}"));
        print_line(line, &[cell(&line.alone), cell(&line.shared), cell(&line.decode)]);
    }
    println!("  encode: one viewer, for whom each row is encoded alone. encode64: 64 viewers with");
    println!(
        "  baselines of one age share each row. Pairs are of all rows in sight, moving, still or"
    );
    println!("  waiting. Finding out who may see what is not in it.");
    println!("  bar: <= 30 ns. published: 110 naia (doubtful), 300 DDNet, 4,500 Unreal Iris");
}

fn title(columns: &[&str]) {
    print!("{:12} {:>8}", "recording", "baseline");
    columns.iter().for_each(|column| print!(" {column:>9}"));
    println!();
}

fn print_line<P: Subject>(line: &Line<'_, P>, cells: &[String]) {
    print!("{:12} {:>5.0} ms", line.play.name, line.play.age_ms(line.age));
    cells.iter().for_each(|cell| print!(" {cell:>9}"));
    println!();
}

fn per_row(tally: Tally) -> String {
    tally.mean().map_or("-".to_owned(), |bytes| format!("{bytes:.2}"))
}
