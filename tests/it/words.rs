//! Every word of the client in every language: no key is missing anywhere, none is left over, and no
//! source of the client says a word that a player reads.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};
use tumult_tests::processes::workspace;

/// The keys of a language, each with the arguments that its words take.
fn keys(language: &Path) -> BTreeMap<String, BTreeSet<String>> {
    let text = fs::read_to_string(language).expect("a language can be read");
    let mut keys: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut last = String::new();
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        if !line.starts_with([' ', '}'])
            && let Some((key, _)) = line.split_once(" = ")
        {
            last = key.to_owned();
            assert!(!keys.contains_key(key), "{} has {key} twice", language.display());
        }
        let arguments = line.split('$').skip(1).filter_map(|rest| rest.split([' ', '}']).next());
        keys.entry(last.clone()).or_default().extend(arguments.map(str::to_owned));
    }
    keys.remove("");
    keys
}

fn languages() -> Vec<(String, BTreeMap<String, BTreeSet<String>>)> {
    let folder = workspace().join("assets/lang");
    let files = fs::read_dir(folder).expect("there are languages");
    let paths = files.map(|file| file.expect("it can be listed").path());
    paths.map(|path| (path.display().to_string(), keys(&path))).collect()
}

/// The client's sources without their tests and comments.
fn sources() -> Vec<(PathBuf, String)> {
    let mut waiting = vec![workspace().join("game-client/src")];
    let mut sources = Vec::new();
    while let Some(path) = waiting.pop() {
        if path.is_dir() {
            let files = fs::read_dir(&path).expect("a folder can be listed");
            waiting.extend(files.map(|file| file.expect("it can be listed").path()));
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            let text = fs::read_to_string(&path).expect("a source can be read");
            let code = text.split("#[cfg(test)]").next().unwrap_or_default();
            let lines = code.lines().filter(|line| !line.trim_start().starts_with("//"));
            sources.push((path, lines.collect::<Vec<_>>().join("\n")));
        }
    }
    sources
}

/// The texts between quotation marks.
fn texts(code: &str) -> Vec<&str> {
    code.split('"').skip(1).step_by(2).collect()
}

#[test]
fn all_languages_have_the_same_keys_with_the_same_arguments() {
    let languages = languages();
    assert!(languages.len() >= 2);
    let (first, known) = &languages[0];
    for (other, keys) in &languages[1..] {
        for key in known.keys().chain(keys.keys()) {
            assert_eq!(known.get(key), keys.get(key), "{key} differs between {first} and {other}");
        }
    }
}

#[test]
fn every_key_that_the_client_says_is_there_and_every_other_is_used() {
    let (_, known) = languages().swap_remove(0);
    let sources = sources();
    let families: BTreeSet<_> = known.keys().filter_map(|key| key.split('-').next()).collect();
    let mut said = BTreeSet::new();
    for (path, code) in &sources {
        for text in texts(code) {
            let is_key =
                text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
                    && text.split_once('-').is_some_and(|(family, rest)| {
                        families.contains(family) && !rest.is_empty()
                    });
            // Drawing and sound name models and files.
            let is_file = ["render", "audio"]
                .iter()
                .any(|part| path.components().any(|other| other.as_os_str() == *part));
            if is_key && !is_file {
                assert!(known.contains_key(text), "{} says {text}", path.display());
                said.insert(text);
            }
        }
    }
    let unused: Vec<_> = known.keys().filter(|key| !said.contains(key.as_str())).collect();
    assert!(unused.is_empty(), "nobody says {unused:?}");
}

/// What may stand in a source although it reads as words: what goes to standard error and the log, to
/// the command line's help, into files, and what netcode's sentences are recognised by.
const NOT_READ: [&str; 8] = [
    "eprintln!",
    "warn!",
    "info!",
    "Err(",
    "format!(\"can't",
    "reason =",
    "expect(",
    "is not in the list",
];

/// Files whose texts are not words for a player: what the command line and a script say to standard error,
/// and what others' sentences are recognised by.
const NOT_SHOWN: [&str; 13] = [
    "options.rs",
    "script.rs",
    "unattended.rs",
    "input/binding.rs",
    "measure.rs",
    "measure/cost.rs",
    "measure/rate.rs",
    "measure/spread.rs",
    "moments.rs",
    "moments/kind.rs",
    "reason.rs",
    "script/play.rs",
    "script/fits.rs",
];

/// A player's words: two or more of only letters with a space between them, or one with a capital.
#[test]
fn no_source_of_the_client_says_a_word_itself() {
    let mut found = Vec::new();
    let folder = workspace().join("game-client/src");
    let exempt = NOT_SHOWN.map(|name| folder.join(name));
    assert!(exempt.iter().all(|path| path.exists()), "one of {NOT_SHOWN:?} is not there");
    for (path, code) in sources() {
        if exempt.contains(&path) {
            continue;
        }
        for line in code.lines() {
            if NOT_READ.iter().any(|mark| line.contains(mark)) {
                continue;
            }
            for text in texts(line) {
                let bare: String = strip_arguments(text);
                let words = bare.split_whitespace().filter(|word| {
                    word.len() > 1 && word.chars().all(|c| c.is_alphabetic() || c == '\'')
                });
                if words.count() >= 2 {
                    found.push(format!("{}: {text:?}", path.display()));
                }
            }
        }
    }
    assert!(found.is_empty(), "{found:#?}");
}

/// A text without what `format!` puts into it.
fn strip_arguments(text: &str) -> String {
    let mut bare = String::new();
    let mut inside = false;
    for letter in text.chars() {
        match letter {
            '{' => inside = true,
            '}' => inside = false,
            _ if !inside => bare.push(letter),
            _ => {}
        }
    }
    bare
}
