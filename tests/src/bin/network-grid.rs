//! Plays the grid of bad networks, compares it with the table that is kept in docs, and writes that
//! anew if asked to. Its exit status is 1 when a cell misses its bar, when something became worse, and when
//! it could not be compared and is not kept.

use clap::Parser;
use std::{fs, process::ExitCode};
use tumult_tests::{
    grid::{Size, play_all, rows, table},
    processes::workspace,
};

/// Clients, seconds and seeds if nothing else is asked for: those of the table that is kept.
const WHOLE: Size = Size { clients: 64, seconds: 60.0, seeds: 1 };

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
    #[arg(long, default_value_t = WHOLE.clients)]
    clients: usize,
    /// Virtual seconds of each game
    #[arg(long, default_value_t = WHOLE.seconds)]
    seconds: f64,
    /// Games in each cell
    #[arg(long, default_value_t = WHOLE.seeds)]
    seeds: u64,
    /// Virtual hours of N3
    #[arg(long, default_value_t = 24.0)]
    hours: f64,
    /// Write the figures into the table that is kept
    #[arg(long)]
    keep: bool,
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
            *seconds *= flags.hours / 24.0;
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
    let text = fs::read_to_string(&path).unwrap_or_default();
    let is_same = text.contains(&table::size(size));
    let kept = if is_same { table::parse(&text) } else { Vec::new() };
    if !is_same {
        println!("not compared: the kept table is of games of another size");
    }
    let worse = table::compare(&lines, &kept);
    worse.iter().for_each(|line| println!("worse: {line}"));
    let written = if flags.keep {
        fs::write(&path, table::document(&all, &lines, &kept, size))
    } else {
        Ok(())
    };
    if let Err(error) = &written {
        println!("{} can't be written: {error}", path.display());
    }
    let compared = is_same || flags.keep;
    if missed == 0 && worse.is_empty() && compared && written.is_ok() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}
