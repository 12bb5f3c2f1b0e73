//! The table at the end: what was measured, beside what others published and what we want to reach.

#![allow(clippy::print_stdout, reason = "it is what the program is for")]

use crate::{
    bytes::{self, Bytes, Tally},
    pace::{Tape, Timed},
    play::Play,
    tables::Recorded,
};
use netcode::Protocol;

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
pub(crate) struct Line<'a> {
    pub(crate) play: &'a Play,
    pub(crate) age: usize,
    pub(crate) bytes: Bytes,
    pub(crate) tape: Tape,
    pub(crate) alone: Samples,
    pub(crate) shared: Samples,
    pub(crate) decode: Samples,
}

/// Prints everything.
pub(crate) fn print(lines: &[Line<'_>]) {
    println!(
        "\nThe codec on matches of bots (tests/data), everything by the real server and client."
    );
    print_rows(lines);
    print_kinds(lines);
    print_datagrams(lines);
    print_times(lines);
    println!(
        "\nnot yet: 901 cubes at 60 Hz (Fiedler and Giesen: 445 B a frame; ours to be <= 445 B,"
    );
    println!("  <= 10 us) and KinematicSoup's 250 bodies: both need a physics engine.");
}

fn print_rows(lines: &[Line<'_>]) {
    println!("\nbytes a row, framing included, at most {} rows a datagram", bytes::ROWS);
    println!(
        "{:12} {:>8} {:>8} {:>8} {:>8} {:>12}",
        "", "baseline", "all", "moving", "still", "still, added"
    );
    for line in lines {
        let bytes = &line.bytes;
        let cells = [bytes.all, bytes.moving, bytes.still].map(per_row);
        let [all, moving, still] = cells;
        let added = per_row(bytes.still_added);
        println!("{} {all:>8} {moving:>8} {still:>8} {added:>12}", head(line));
    }
    println!(
        "  moving: datagrams with only rows that changed since the baseline. still: with only rows"
    );
    println!(
        "  that did not. added: what those that did not add to a datagram with those that did."
    );
    println!("  ours to be, 100 ms old: <= 2.0 B a moving row, <= 0.1 B a still one");
    println!(
        "  published: 1.33 B Reactor, 13 to 25 B others on the same scene, 25.7 B naia (all dirty)"
    );
}

fn print_kinds(lines: &[Line<'_>]) {
    println!(
        "\nbytes a moving row by kind, 100 ms old: alone (framing included), added to all others"
    );
    for line in lines.iter().filter(|line| line.age == BAR_AGE) {
        for (table, kind) in Recorded::KINDS.iter().zip(&line.bytes.kinds) {
            let (alone, added) = (per_row(kind.alone), per_row(kind.added));
            let rows = kind.alone.rows as f64 / line.play.snapshots.len() as f64;
            if rows > 0.0 {
                println!(
                    "{} {:>8} {alone:>8} {added:>8}   {rows:.1} a snapshot",
                    head(line),
                    table.name
                );
            }
        }
    }
}

fn print_datagrams(lines: &[Line<'_>]) {
    println!(
        "\nwhole datagrams of a client that sees everything in the recording, at most 1,472 B"
    );
    println!("{:12} {:>8} {:>8} {:>8} {:>8}", "", "baseline", "rows", "bytes", "sent");
    for line in lines {
        let (rows, bytes, sent) =
            (line.tape.rows, line.tape.datagram_bytes, line.tape.fresh * 100.0);
        println!("{} {rows:>8.1} {bytes:>8.1} {sent:>6.1} %", head(line));
    }
    println!("  sent: rows that are up to date; the others wait for the next datagram.");
}

fn print_times(lines: &[Line<'_>]) {
    println!("\nns a pair of viewer and row, median of criterion's samples");
    println!("{:12} {:>8} {:>8} {:>8} {:>8}", "", "baseline", "encode", "encode64", "decode");
    for line in lines {
        let cells = [&line.alone, &line.shared, &line.decode];
        let [alone, shared, decode] =
            cells.map(|of| of.median().map_or("-".to_owned(), |ns| format!("{ns:.1}")));
        println!("{} {alone:>8} {shared:>8} {decode:>8}", head(line));
    }
    println!(
        "  encode: one viewer, so each row is encoded for it alone. encode64: 64 viewers with"
    );
    println!("  baselines of the same age share each row. Who may see what is not in it.");
    println!("  ours to be: <= 30 ns (0.03 us). published: 110 ns naia (doubtful), 300 ns DDNet,");
    println!("  4,500 ns Unreal Iris");
}

fn head(line: &Line<'_>) -> String {
    format!("{:12} {:>5.0} ms", line.play.name, line.play.age_ms(line.age))
}

fn per_row(tally: Tally) -> String {
    tally.mean().map_or("-".to_owned(), |bytes| format!("{bytes:.3}"))
}
