//! The tables of rows in docs/protocol-datagrams.md are what the build sends: who writes a client from the
//! document alone would otherwise learn of a changed range by rows that make no sense.

use game_sim::{PilotInput, Tumult};
use netcode::{Protocol, Replicate, row::KindTable};
use std::fs;
use tumult_tests::processes::workspace;

/// What a line of a table says of each field that it names; what is blank is said elsewhere.
#[derive(Debug, PartialEq)]
struct Line {
    field: String,
    lowest: Option<i32>,
    highest: Option<i32>,
    stage: Option<u8>,
    wraps: bool,
    tells_motion: bool,
    like_a_pilots: bool,
}

/// The lines of a section's first table, a line for each field.
fn table(document: &str, heading: &str) -> Vec<Line> {
    let section = document.split("\n### ").find(|section| section.starts_with(heading));
    let section = section.unwrap_or_else(|| panic!("no section {heading}"));
    let mut rows = section.lines().skip_while(|line| !line.starts_with('|'));
    let cells = |line: &str| -> Vec<String> {
        line.trim_matches('|').split('|').map(|cell| cell.trim().to_owned()).collect()
    };
    let columns = cells(rows.next().unwrap_or_else(|| panic!("{heading} has no table")));
    let place = |name: &str| columns.iter().position(|column| column == name);
    let mut lines = Vec::new();
    for row in rows.skip(1).take_while(|line| line.starts_with('|')).map(cells) {
        let number =
            |name: &str| place(name).and_then(|at| row[at].replace(',', "").parse::<i32>().ok());
        let note = row.last().map_or("", String::as_str);
        for field in row[0].split(", ") {
            lines.push(Line {
                field: field.trim_matches('`').to_owned(),
                lowest: number("lowest"),
                highest: number("highest"),
                stage: number("stage").map(|stage| stage as u8),
                wraps: note.contains("wraps"),
                tells_motion: note.contains("tell motion") || note.contains("tells motion"),
                like_a_pilots: note == "as a pilot's",
            });
        }
    }
    lines
}

/// A line that says "as a pilot's" has the pilot's range.
fn filled(line: Line, pilot: &[Line]) -> Line {
    let same = pilot.iter().find(|other| line.like_a_pilots && other.field == line.field);
    let Some(same) = same else {
        assert!(!line.like_a_pilots, "a pilot has no {}", line.field);
        return line;
    };
    Line { lowest: same.lowest, highest: same.highest, wraps: same.wraps, ..line }
}

#[test]
fn the_documents_tables_of_rows_are_the_builds() {
    let path = workspace().join("docs/protocol-datagrams.md");
    let document = fs::read_to_string(path).expect("there is a document of the datagrams");
    let pilot = table(&document, "Kind 0, `pilot`");
    let kinds = Tumult::KINDS.iter().enumerate();
    let named = kinds.map(|(id, kind)| (format!("Kind {id}, `{}`", kind.name), *kind));
    let input: (String, &KindTable) = ("The input,".to_owned(), PilotInput::TABLE);
    for (heading, kind) in named.chain([input]) {
        let told = table(&document, &heading).into_iter().map(|line| filled(line, &pilot));
        let told: Vec<Line> = told.collect();
        let names: Vec<&str> = told.iter().map(|line| line.field.as_str()).collect();
        let fields: Vec<&str> = kind.fields.iter().map(|field| field.name).collect();
        assert_eq!(names, fields, "{heading}");
        for (line, field) in told.iter().zip(kind.fields) {
            let said = (line.lowest, line.highest, line.wraps);
            let is = (Some(field.lowest), Some(field.highest), field.wrap);
            assert_eq!(said, is, "{heading}: {}", field.name);
            assert_eq!(line.stage.unwrap_or(field.stage), field.stage, "{heading}: {}", field.name);
            // An own row moves by what a pilot's does, which its line does not say again.
            let moves = line.tells_motion || line.like_a_pilots;
            assert!(moves || !field.motion, "{heading}: {} tells motion", field.name);
            assert!(field.motion || !line.tells_motion, "{heading}: {} tells none", field.name);
        }
    }
}
