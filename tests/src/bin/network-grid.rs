//! Plays the grid of bad networks, compares it with the table that is kept in docs, and writes that
//! anew. Its exit status is 1 when something became worse.

use clap::Parser;
use std::{fs, process::ExitCode};
use tumult_tests::{
    grid::{Size, play_all, rows, table},
    processes::workspace,
};

/// Clients, seconds and seeds of the table that is kept.
const KEPT: Size = Size { clients: 64, seconds: 60.0, seeds: 3 };

#[derive(Debug, Parser)]
#[command(about = "Plays the grid of bad networks and compares it with docs/network-grid.md")]
struct Flags {
    /// The rows to play, such as N1,N8; all if not given
    #[arg(long, value_delimiter = ',', value_name = "ROWS")]
    rows: Vec<String>,
    /// Only cells whose name contains this
    #[arg(long, default_value = "", value_name = "WORDS")]
    name: String,
    /// Clients in each game
    #[arg(long, default_value_t = KEPT.clients)]
    clients: usize,
    /// Virtual seconds of each game
    #[arg(long, default_value_t = KEPT.seconds)]
    seconds: f64,
    /// Games in each cell
    #[arg(long, default_value_t = KEPT.seeds)]
    seeds: u64,
    /// Virtual hours of N3, which the table keeps with one
    #[arg(long, default_value_t = 1.0)]
    hours: f64,
}

#[allow(clippy::print_stdout, reason = "a table on the terminal is what the program is for")]
fn main() -> ExitCode {
    let flags = Flags::parse();
    let all = rows::all();
    let asked = |row: u8| flags.rows.is_empty() || flags.rows.contains(&format!("N{row}"));
    let mut cells: Vec<_> = all
        .iter()
        .filter(|cell| asked(cell.row) && cell.name.contains(&flags.name))
        .cloned()
        .collect();
    for cell in &mut cells {
        if let Some((_, seconds)) = &mut cell.size {
            *seconds *= flags.hours;
        }
    }
    let size = Size { clients: flags.clients, seconds: flags.seconds, seeds: flags.seeds };
    print!("{}", table::head());
    let figures = play_all(&cells, size, |cell, figures| {
        print!("{}", table::Line::new(cell, *figures).text());
    });
    let lines: Vec<_> =
        cells.iter().zip(figures).map(|(cell, figures)| table::Line::new(cell, figures)).collect();
    let missed = lines.iter().filter(|line| !line.reached).count();
    println!("{} of {} cells reach their bar", lines.len() - missed, lines.len());
    let path = workspace().join("docs/network-grid.md");
    let kept = table::parse(&fs::read_to_string(&path).unwrap_or_default());
    if size != KEPT || flags.hours != 1.0 {
        println!("not compared: the table is kept for {KEPT:?}");
        return ExitCode::SUCCESS;
    }
    let worse = table::compare(&lines, &kept);
    worse.iter().for_each(|line| println!("worse: {line}"));
    if let Err(error) = fs::write(&path, table::document(&all, &lines, &kept, size)) {
        println!("{} can't be written: {error}", path.display());
        return ExitCode::FAILURE;
    }
    if worse.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
