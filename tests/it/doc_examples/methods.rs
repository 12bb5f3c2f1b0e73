//! Every method of netcode that a game calls is called in some example, too: an example of a type shows
//! what it is, not yet what can be done with it.

use super::{GAMES, code_of, examples_in, is_of_a_name, named_in, sources};
use std::{collections::BTreeSet, path::Path};
use tumult_tests::processes::workspace;

#[test]
fn every_method_that_games_call_is_called_in_an_example() {
    let (mut types, mut called) = (BTreeSet::new(), BTreeSet::new());
    for text in GAMES.iter().flat_map(|folder| sources(&workspace().join(folder))) {
        types.extend(named_in(&text).into_iter().filter_map(|path| path.last().cloned()));
        called.extend(calls_in(&code_of(&text)));
    }
    let (mut methods, mut shown) = (BTreeSet::new(), BTreeSet::new());
    for text in sources(Path::new(&workspace().join("netcode/src"))) {
        shown.extend(calls_in(&examples_in(&text)));
        let of_games = methods_in(&text).into_iter().filter(|(of, _)| types.contains(of));
        methods.extend(of_games.filter(|(_, method)| called.contains(method)));
    }
    assert!(methods.len() > 150, "only {}: the sources are not read as they are", methods.len());
    let lacking: Vec<String> = methods
        .iter()
        .filter(|(_, method)| !shown.contains(method))
        .map(|(of, method)| format!("{of}::{method}"))
        .collect();
    assert!(lacking.is_empty(), "games call these, and no example does:\n{}", lacking.join("\n"));
}

/// A reader that finds nothing would hold everything to be in order.
#[test]
fn methods_and_calls_are_found_however_they_are_written() {
    let methods = methods_in(
        "impl<P: Protocol> Server<P> {\n    /// pub fn no(\n    pub const fn tick(&self) {}\n    \
         pub(crate) fn inner(&self) {}\n}\nimpl fmt::Debug for Server {\n    pub fn odd(&self) {}\n}\n\
         impl Guess<'_> {\n    pub fn set<T: Replicate>(&mut self) {}\n}\n",
    );
    let expected = [("Guess", "set"), ("Server", "tick")];
    assert_eq!(methods, expected.map(|(of, method)| (of.to_owned(), method.to_owned())).into());
    let calls = calls_in("a.one(); B::two::<u8>(3); three(); .four (5); c.field; d.five::<T>;");
    assert_eq!(calls, ["one", "two"].map(str::to_owned).into());
    let text = "/// ```\n/// # hidden.one();\n/// shown.two(); // not.so()\n/// ```\n\n/// ```text\n/// no.code()\n/// ```\n/// prose.three()\nfour.five();";
    assert_eq!(calls_in(&examples_in(text)), ["two"].map(str::to_owned).into());
}

/// The public methods in a source, with the names of what they are of; tests left out.
fn methods_in(text: &str) -> BTreeSet<(String, String)> {
    let code = text.split("#[cfg(test)]\nmod tests").next().unwrap_or_default();
    let (mut methods, mut of) = (BTreeSet::new(), None);
    for line in code.lines() {
        if line.starts_with("impl") {
            of = subject_of(line);
        } else if line.starts_with('}') {
            of = None;
        }
        let signature = line.strip_prefix("    pub ").unwrap_or_default();
        let signature = ["const ", "async "]
            .iter()
            .fold(signature, |rest, word| rest.strip_prefix(word).unwrap_or(rest));
        if let (Some(of), Some(rest)) = (&of, signature.strip_prefix("fn ")) {
            let name: String = rest.chars().take_while(|letter| is_of_a_name(*letter)).collect();
            methods.insert((of.clone(), name));
        }
    }
    methods
}

/// What an `impl` is of, unless it is of a trait.
fn subject_of(line: &str) -> Option<String> {
    let mut rest = line.strip_prefix("impl")?;
    if rest.starts_with('<') {
        rest = &rest[rest.find("> ")? + 1..];
    }
    let rest = rest.trim_start();
    let name: String = rest.chars().take_while(|letter| is_of_a_name(*letter)).collect();
    (!line.contains(" for ") && !rest[name.len()..].starts_with(':')).then_some(name)
}

/// What is called as a method, or as a function of something.
fn calls_in(code: &str) -> BTreeSet<String> {
    let mut calls = BTreeSet::new();
    for start in [".", "::"] {
        for (at, _) in code.match_indices(start) {
            let rest = &code[at + start.len()..];
            let name: String = rest.chars().take_while(|letter| is_of_a_name(*letter)).collect();
            let mut rest = &rest[name.len()..];
            if let Some(generic) = rest.strip_prefix("::<") {
                rest = generic.split_once('>').map_or("", |(_, rest)| rest);
            }
            if rest.starts_with('(') {
                calls.insert(name);
            }
        }
    }
    calls
}
