//! Rules of the house that no compiler knows.

use netcode::Protocol;
use std::{fs, path::PathBuf, process::Command};
use tumult_tests::processes::workspace;

/// Every file that git knows, with its text, as far as it is text.
fn files(ending: &str) -> Vec<(PathBuf, String)> {
    let output = Command::new("git")
        .current_dir(workspace())
        .args(["ls-files", "--cached", "--others", "--exclude-standard"])
        .output()
        .expect("git is there");
    let names = String::from_utf8_lossy(&output.stdout).into_owned();
    let files: Vec<_> = names
        .lines()
        .filter(|name| name.ends_with(ending))
        .filter_map(|name| {
            let path = workspace().join(name);
            Some((PathBuf::from(name), fs::read_to_string(path).ok()?))
        })
        .collect();
    assert!(!files.is_empty(), "git lists no file that ends in {ending}");
    files
}

#[test]
fn no_file_is_above_five_hundred_lines() {
    for (path, text) in files(".rs") {
        let lines = text.lines().count();
        assert!(lines <= 500, "{} has {lines} lines: it is two nouns", path.display());
    }
}

#[test]
fn every_file_says_what_it_is() {
    for (path, text) in files(".rs") {
        // What `include!` brings in can't have a comment for the file itself.
        let begin = if path.starts_with("netcode/doc") { "// " } else { "//!" };
        assert!(text.starts_with(begin), "{} does not begin with {begin}", path.display());
    }
}

#[test]
fn netcode_knows_no_game() {
    for (path, text) in files(".rs") {
        if !path.starts_with("netcode/src") {
            continue;
        }
        let text = text.to_lowercase();
        for word in ["tumult", "pilot", "rifle", "rocket", "weapon", "game_sim", "arena"] {
            let found = text.split(|c: char| !c.is_alphanumeric() && c != '_').any(|w| w == word);
            assert!(!found, "{} says {word}", path.display());
        }
    }
}

#[test]
fn nothing_is_left_for_later() {
    // Written in two parts, so that this file does not find itself.
    let words = ["TO\u{44}O", "FIX\u{4d}E", "unimplemented\u{21}(", "tod\u{6f}!("];
    for (path, text) in files(".rs") {
        for word in words {
            assert!(!text.contains(word), "{} says {word}", path.display());
        }
    }
}

#[test]
fn the_map_names_every_module() {
    let map = fs::read_to_string(workspace().join("ARCHITECTURE.md")).expect("there is a map");
    for (path, _) in files(".rs") {
        let of_a_crate = path.components().nth(1).is_some_and(|part| part.as_os_str() == "src");
        let parts: Vec<_> = path.iter().filter_map(|part| part.to_str()).collect();
        // With its folder: there is more than one `clock.rs`.
        let [.., folder, name] = parts[..] else { continue };
        if of_a_crate && !["lib.rs", "main.rs", "tests.rs"].contains(&name) {
            let named = map.contains(&format!("{folder}/{name}"));
            assert!(named, "ARCHITECTURE.md does not name {}", path.display());
        }
    }
}

#[test]
fn every_decision_and_document_that_is_linked_is_there() {
    for (path, text) in files(".md") {
        let folder = workspace().join(path.parent().expect("a file is in a folder"));
        for link in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            let target = link.split('#').next().unwrap_or_default();
            if target.is_empty() || target.contains("://") {
                continue;
            }
            assert!(folder.join(target).exists(), "{} links to {target}", path.display());
        }
    }
}

/// Who changes a row, a code table or an arena must say the new hashes in the protocol's document.
#[test]
fn the_protocols_document_says_todays_hashes() {
    let path = workspace().join("docs/protocol.md");
    let text = fs::read_to_string(path).expect("there is a document of the protocol");
    let wire = format!("wire version {},", netcode::protocol::WIRE_VERSION);
    assert!(text.contains(&wire), "docs/protocol.md does not say {wire}");
    let hashes = [game_sim::Tumult::hash(), game_sim::assets_hash()];
    for hash in hashes.map(|hash| format!("`{hash:016x}`")) {
        assert!(text.contains(&hash), "docs/protocol.md does not say {hash}");
    }
}
