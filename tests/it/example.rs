//! The example game of netcode runs, and the document that walks through it quotes it word for word.

use std::{fs, process::Command};
use tumult_tests::processes::workspace;

const EXAMPLE: &str = "netcode/examples/runners.rs";

fn text(path: &str) -> String {
    fs::read_to_string(workspace().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

#[test]
fn the_example_plays_by_itself_and_both_see_each_other() {
    let output = Command::new(env!("CARGO"))
        .current_dir(workspace())
        .args(["run", "--quiet", "--offline", "--package", "netcode", "--example", "runners"])
        .output()
        .expect("cargo is there: it runs this test");
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    for name in ["Ann", "Bo"] {
        let line =
            said.lines().find(|line| line.starts_with(name)).expect("both say where they are");
        let places: Vec<i32> = line.split(' ').filter_map(|word| word.parse().ok()).collect();
        assert!(places.len() == 2 && places.iter().all(|place| *place > 300), "{line}");
    }
}

#[test]
fn the_example_is_short_and_the_walk_through_it_is_true() {
    let (example, document) = (text(EXAMPLE), text("docs/making-a-game.md"));
    assert!(example.lines().count() <= 150, "{} lines", example.lines().count());
    let quotes: Vec<&str> = document
        .split("```rust\n")
        .skip(1)
        .map(|rest| rest.split("```").next().unwrap_or_default())
        .collect();
    assert!(quotes.len() >= 5);
    for quote in &quotes {
        assert!(example.contains(quote.trim_end()), "{EXAMPLE} does not say:\n{quote}");
    }
    // All but what comes before the first piece and two structs is explained.
    let quoted: usize = quotes.iter().map(|quote| quote.lines().count()).sum();
    assert!(quoted + 35 >= example.lines().count(), "only {quoted} lines are explained");
}
