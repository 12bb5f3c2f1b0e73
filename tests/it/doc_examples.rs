//! Every public item of netcode that a game names has an example in its documentation, which the tests
//! compile and run. What games name is read from the sources: the example game's and Tumult's.

mod methods;

use std::{collections::BTreeSet, fs, path::Path};
use tumult_tests::processes::workspace;

/// The sources of games: what they name is what the next game will look for.
const GAMES: [&str; 5] =
    ["netcode/examples", "game-sim/src", "game-server/src", "game-bots/src", "game-client/src"];

/// A path below netcode, as a game writes it, and the name that the game knows it by.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Named {
    path: Vec<String>,
    local: String,
}

#[test]
fn every_item_that_games_name_has_an_example_that_runs() {
    let mut items = BTreeSet::new();
    for folder in GAMES {
        for text in sources(&workspace().join(folder)) {
            items.extend(named_in(&text));
        }
    }
    assert!(items.len() > 50, "only {} items: the sources are not read as they are", items.len());
    let lacking: Vec<String> = items
        .iter()
        .filter_map(|path| {
            let docs = docs_of(&[], path);
            let fault = match docs.iter().find(|docs| !has_example(docs)) {
                _ if docs.is_empty() => "is not found",
                Some(_) => "has no example",
                None => return None,
            };
            Some(format!("netcode::{} {fault}", path.join("::")))
        })
        .collect();
    assert!(
        lacking.is_empty(),
        "games name these, and their documentation shows no code that is run and asserts something:\n{}",
        lacking.join("\n")
    );
}

/// A reader that finds nothing would hold everything to be in order.
#[test]
fn names_are_found_however_they_are_written() {
    let text = "
        use netcode::{
            Tick, // a comment, netcode::limits::NO
            quic::{client, tls::{self, Identity}},
        };
        fn f(_: netcode::snapshot::SnapshotRing) -> client::QuicClient {}
        /// [`netcode::Protocol`]
        let other = my_netcode::Tick;";
    let paths: Vec<String> = named_in(text).iter().map(|path| path.join("::")).collect();
    let expected = [
        "Tick",
        "quic::client",
        "quic::client::QuicClient",
        "quic::tls",
        "quic::tls::Identity",
        "snapshot::SnapshotRing",
    ];
    assert_eq!(paths, expected);
}

#[test]
fn only_code_that_runs_and_asserts_is_an_example() {
    let docs = |fence: &str, code: &str| format!("Does.\n```{fence}\n{code}\n```\nMore.");
    assert!(has_example(&docs("", "assert_eq!(1, 1);")));
    assert!(has_example(&docs("rust", "assert!(true);")));
    assert!(!has_example(&docs("", "let one = 1;")), "it shows nothing");
    assert!(!has_example(&docs("", "# assert!(true);")), "what it shows is hidden");
    for fence in ["text", "ignore", "no_run", "compile_fail,E0596"] {
        assert!(!has_example(&docs(fence, "assert!(true);")), "{fence} does not run");
    }
}

/// All Rust files below a folder.
fn sources(folder: &Path) -> Vec<String> {
    let mut texts = Vec::new();
    for entry in fs::read_dir(folder).expect("the folder is there") {
        let path = entry.expect("it can be listed").path();
        if path.is_dir() {
            texts.extend(sources(&path));
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            texts.push(fs::read_to_string(&path).expect("it is text"));
        }
    }
    texts
}

/// The paths below netcode that a source names, also those through a module that it imports.
fn named_in(text: &str) -> BTreeSet<Vec<String>> {
    let code = code_of(text);
    let (mut named, mut others, mut end) = (BTreeSet::new(), String::new(), 0);
    for rest in after(&code, "netcode::") {
        others.push_str(&code[end..code.len() - rest.len()]);
        end = code.len() - read_tree(rest, &[], &mut named).len();
    }
    others.push_str(&code[end..]);
    let modules = named.clone().into_iter().filter(|named| head_of(&named.path).is_some());
    for module in modules {
        for rest in after(&others, &format!("{}::", module.local)) {
            read_tree(rest, &module.path, &mut named);
        }
    }
    named.into_iter().map(|named| item_of(named.path)).collect()
}

/// A source without its comments.
fn code_of(text: &str) -> String {
    let code: Vec<&str> =
        text.lines().map(|line| line.split("//").next().unwrap_or_default()).collect();
    code.join("\n")
}

/// The code that the examples in a source show and that is run.
fn examples_in(text: &str) -> String {
    let mut code = String::new();
    // Inside of a block: whether it is run.
    let mut block: Option<bool> = None;
    for line in text.lines().map(str::trim_start) {
        let Some(line) = line.strip_prefix("///").or_else(|| line.strip_prefix("//!")) else {
            block = None;
            continue;
        };
        match (line.trim_start().strip_prefix("```"), block) {
            (Some(fence), None) => block = Some(["", "rust"].contains(&fence.trim())),
            (Some(_), Some(_)) => block = None,
            (None, Some(true)) if !line.trim_start().starts_with('#') => {
                code.push_str(line);
                code.push('\n');
            }
            _ => {}
        }
    }
    code_of(&code)
}

/// The path of an item, without what belongs to the item: a function of a struct, a variant.
fn item_of(mut path: Vec<String>) -> Vec<String> {
    let modules = (0..path.len()).take_while(|length| head_of(&path[..*length]).is_some());
    path.truncate(modules.count());
    path
}

/// What follows each place where a path begins with `start`.
fn after<'a>(code: &'a str, start: &str) -> Vec<&'a str> {
    code.match_indices(start)
        .filter(|(at, _)| !code[..*at].ends_with(|c: char| is_of_a_name(c) || c == ':'))
        .map(|(at, _)| &code[at + start.len()..])
        .collect()
}

fn is_of_a_name(letter: char) -> bool {
    letter.is_alphanumeric() || letter == '_'
}

/// Reads a path, or a tree of paths as `use` has them, and returns what follows it.
fn read_tree<'a>(text: &'a str, below: &[String], named: &mut BTreeSet<Named>) -> &'a str {
    let text = text.trim_start();
    if let Some(mut rest) = text.strip_prefix('{') {
        loop {
            rest = rest.trim_start_matches(|c: char| c.is_whitespace() || c == ',');
            if let Some(end) = rest.strip_prefix('}') {
                return end;
            }
            let next = read_tree(rest, below, named);
            assert!(next.len() < rest.len(), "not a tree of paths: {text}");
            rest = next;
        }
    }
    let length = text.find(|c| !is_of_a_name(c) && c != '*').unwrap_or(text.len());
    let (name, mut rest) = text.split_at(length);
    let mut path = below.to_vec();
    if name != "self" {
        path.push(name.to_owned());
    }
    if let Some(deeper) = rest.strip_prefix("::").filter(|deeper| !deeper.starts_with('<')) {
        return read_tree(deeper, &path, named);
    }
    let mut local = path.last().cloned().unwrap_or_default();
    if let Some(renamed) = rest.strip_prefix(" as ") {
        let length = renamed.find(|c| !is_of_a_name(c)).unwrap_or(renamed.len());
        local = renamed[..length].to_owned();
        rest = &renamed[length..];
    }
    named.insert(Named { path, local });
    rest
}

/// The text of a module of netcode.
fn head_of(module: &[String]) -> Option<String> {
    let file = if module.is_empty() { "lib".to_owned() } else { module.join("/") };
    fs::read_to_string(workspace().join(format!("netcode/src/{file}.rs"))).ok()
}

/// The documentation of what a path stands for, seen from a module: of each thing that has the name.
fn docs_of(module: &[String], path: &[String]) -> Vec<String> {
    let (Some(name), Some(text)) = (path.first(), head_of(module)) else { return Vec::new() };
    let inner: Vec<String> = module.iter().chain([name]).cloned().collect();
    if text.contains(&format!("\npub mod {name};"))
        && let Some(head) = head_of(&inner)
    {
        return if path.len() > 1 {
            docs_of(&inner, &path[1..])
        } else {
            vec![
                head.lines()
                    .filter_map(|line| line.strip_prefix("//!"))
                    .collect::<Vec<_>>()
                    .join("\n"),
            ]
        };
    }
    let mut docs = Vec::new();
    let lines: Vec<&str> = text.lines().collect();
    for (index, line) in lines.iter().enumerate() {
        if defines(line, name) {
            docs.push(docs_before(&lines[..index]));
        }
    }
    for rest in after(&text, "pub use ") {
        let mut named = BTreeSet::new();
        read_tree(rest, &[], &mut named);
        for export in named.into_iter().filter(|export| export.local == *name) {
            let line = text[..text.len() - rest.len()].lines().count() - 1;
            docs.extend(match export.path.first().map(String::as_str) {
                Some("netcode_derive") => vec![docs_before(&lines[..line])],
                Some("crate") => docs_of(&[], &export.path[1..]),
                _ => docs_in(module, &export.path),
            });
        }
    }
    docs
}

/// The same for a path that a re-export names, whose modules need not be public.
fn docs_in(module: &[String], path: &[String]) -> Vec<String> {
    let Some((name, modules)) = path.split_last() else { return Vec::new() };
    let module: Vec<String> = module.iter().chain(modules).cloned().collect();
    docs_of(&module, std::slice::from_ref(name))
}

/// Whether a line begins the definition of a public item with this name.
fn defines(line: &str, name: &str) -> bool {
    let Some(rest) = line.strip_prefix("pub ") else { return false };
    let mut words = rest.split(|c| !is_of_a_name(c)).filter(|word| !word.is_empty());
    let kinds = ["const", "async", "fn", "struct", "enum", "trait", "type", "static"];
    words.find(|word| !kinds.contains(word)) == Some(name) && !rest.starts_with("use ")
}

/// The doc comment at the end of these lines, attributes left out.
fn docs_before(lines: &[&str]) -> String {
    let own = |line: &&&str| {
        line.starts_with("///") || line.starts_with("#[") || line.starts_with([' ', ')'])
    };
    let mut docs: Vec<&str> =
        lines.iter().rev().take_while(own).filter_map(|line| line.strip_prefix("///")).collect();
    docs.reverse();
    docs.join("\n")
}

/// Whether there is a block of Rust that the tests run, and that asserts something in plain sight.
fn has_example(docs: &str) -> bool {
    let mut fence: Option<bool> = None;
    for line in docs.lines().map(str::trim) {
        match (line.strip_prefix("```"), fence) {
            (Some(language), None) => fence = Some(language.is_empty() || language == "rust"),
            (Some(_), Some(_)) => fence = None,
            (None, Some(true)) if line.contains("assert") && !line.starts_with('#') => return true,
            _ => {}
        }
    }
    false
}
