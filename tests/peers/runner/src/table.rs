//! The tables of `docs/peers.md`. Only what stands between the two marks is written; the rest of that file is people's.

use crate::{
    Peer,
    run::{Figures, What},
};
use std::{collections::BTreeSet, error::Error, fmt::Write, fs, path::Path, process::Command};
use trace::Workload;

const BEGIN: &str = "<!-- Written by the runner from here on. -->\n";
const END: &str = "<!-- To here. -->\n";
const HEAD: &str = "| peer | encrypted | down, B/s a client | B an entity and snapshot | packets/s | up, B/s a client \
                    | server, us a tick | us an entity and client | kB a client | stale p50, ms | p99, ms \
                    | error, cm | deg | missing, % | clients' core, % |\n";

/// What a peer did on a workload.
pub struct Row<'a> {
    pub peer: &'a Peer,
    pub workload: Workload,
    pub figures: Figures,
}

/// A row as Markdown.
pub fn line(row: &Row<'_>) -> String {
    let mut line =
        format!("| {} | {} |", row.peer.name, if row.peer.encrypted { "yes" } else { "no" });
    let columns = [
        (What::DownBytes, 0),
        (What::EntityBytes, 2),
        (What::DownPackets, 0),
        (What::UpBytes, 0),
        (What::TickUs, 0),
        (What::PairUs, 3),
        (What::ClientKb, 0),
        (What::P50Ms, 0),
        (What::P99Ms, 0),
        (What::ErrorCm, 1),
        (What::AimDeg, 0),
        (What::Missing, 2),
        (What::ClientsCore, 0),
    ];
    for (what, places) in columns {
        let _ = write!(line, " {:.places$} |", row.figures.get(what));
    }
    line
}

/// The versions that Cargo.lock holds.
fn versions(home: &Path, rows: &[Row<'_>]) -> Result<String, Box<dyn Error>> {
    let lock = fs::read_to_string(home.join("Cargo.lock"))?;
    let names: BTreeSet<&str> = rows.iter().flat_map(|row| row.peer.crates).copied().collect();
    let told = names.into_iter().filter_map(|name| {
        let rest = lock.split_once(&format!("name = \"{name}\"\nversion = \""))?.1;
        Some(format!("{name} {}", rest.split('"').next()?))
    });
    Ok(told.collect::<Vec<_>>().join(", "))
}

fn output(program: &str, arguments: &[&str]) -> String {
    let output = Command::new(program).args(arguments).output();
    output
        .map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned())
        .unwrap_or_default()
}

fn machine() -> String {
    let text = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = text.lines().find_map(|line| line.strip_prefix("model name")?.split_once(": "));
    model.map_or_else(|| "an unknown processor".to_owned(), |(_, model)| model.to_owned())
}

/// Writes the tables into the document.
pub fn keep(home: &Path, rows: &[Row<'_>], runs: usize) -> Result<(), Box<dyn Error>> {
    let file = home.join("../../docs/peers.md");
    let text = fs::read_to_string(&file)?;
    let (before, rest) = text.split_once(BEGIN).ok_or("docs/peers.md has no first mark")?;
    let (_, after) = rest.split_once(END).ok_or("docs/peers.md has no second mark")?;
    let mut tables = format!(
        "\nMeasured on {} with {}, on {}; W5 is the median of runs: {runs}. Versions: {}.\n",
        output("date", &["-u", "+%Y-%m-%d"]),
        output("rustc", &["--version"]),
        machine(),
        versions(home, rows)?
    );
    let mut last = None;
    for row in rows {
        if last != Some(row.workload.name) {
            let workload = row.workload;
            let columns = HEAD.matches('|').count() - 1;
            let _ = write!(
                tables,
                "\n**{}**: {}, {} Hz\n\n{HEAD}",
                workload.name, workload.what, workload.rate_hz
            );
            let _ = writeln!(tables, "|{}", "---|".repeat(columns));
            last = Some(workload.name);
        }
        let _ = writeln!(tables, "{}", line(row));
    }
    fs::write(&file, format!("{before}{BEGIN}{tables}\n{END}{after}"))?;
    Ok(())
}
