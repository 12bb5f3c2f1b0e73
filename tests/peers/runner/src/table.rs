//! The tables of `docs/peers.md`. Only what stands between the two marks is written; the rest of that file is people's.

use crate::{
    Peer,
    run::{Figures, What},
};
use std::{collections::BTreeSet, error::Error, fmt::Write, fs, path::Path, process::Command};
use trace::Workload;

const BEGIN: &str = "<!-- Written by the runner from here on. -->\n";
const END: &str = "<!-- To here. -->\n";
/// Titles, figures and their places behind the point.
const COLUMNS: [(&str, What, usize); 14] = [
    ("down, B/s a client", What::DownBytes, 0),
    ("B an entity and snapshot", What::EntityBytes, 2),
    ("packets/s", What::DownPackets, 0),
    ("up, B/s a client", What::UpBytes, 0),
    ("server, us a tick", What::TickUs, 0),
    ("us an entity and client", What::PairUs, 3),
    ("kB a client", What::ClientKb, 0),
    ("stale p50, ms", What::P50Ms, 0),
    ("p99, ms", What::P99Ms, 0),
    ("error, cm", What::ErrorCm, 1),
    ("deg", What::AimDeg, 0),
    ("missing, %", What::Missing, 2),
    ("kept, %", What::Kept, 2),
    ("clients' core, %", What::ClientsCore, 0),
];

/// Where everybody sees everything, nothing can be kept too long.
fn columns(workload: Workload) -> impl Iterator<Item = (&'static str, What, usize)> {
    let is_told = move |what| workload.reach.is_some() || !matches!(what, What::Kept);
    COLUMNS.into_iter().filter(move |(_, what, _)| is_told(*what))
}

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
    for (_, what, places) in columns(row.workload) {
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
            let titles: Vec<&str> = columns(workload).map(|(title, _, _)| title).collect();
            let _ = writeln!(
                tables,
                "\n**{}**: {}, {} Hz\n\n| peer | encrypted | {} |\n|{}",
                workload.name,
                workload.what,
                workload.rate_hz,
                titles.join(" | "),
                "---|".repeat(titles.len() + 2)
            );
            last = Some(workload.name);
        }
        let _ = writeln!(tables, "{}", line(row));
    }
    fs::write(&file, format!("{before}{BEGIN}{tables}\n{END}{after}"))?;
    Ok(())
}
