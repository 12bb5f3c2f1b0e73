//! Every word of the client in every language: no key is missing anywhere, none is left over, and no
//! source of the client says a word that a player reads.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};
use tumult_tests::processes::workspace;

mod not_shown;

use not_shown::NOT_SHOWN;

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
    sources_of(&workspace().join("game-client/src"))
}

/// Those of a folder.
fn sources_of(folder: &Path) -> Vec<(PathBuf, String)> {
    let mut waiting = vec![folder.to_owned()];
    let mut sources = Vec::new();
    while let Some(path) = waiting.pop() {
        if path.is_dir() {
            let files = fs::read_dir(&path).expect("a folder can be listed");
            waiting.extend(files.map(|file| file.expect("it can be listed").path()));
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            let text = fs::read_to_string(&path).expect("a source can be read");
            if !path.ends_with("tests.rs") {
                sources.push((path, code(&text)));
            }
        }
    }
    sources
}

/// A source without comments, and without each item that only its tests have, wherever that stands.
fn code(text: &str) -> String {
    let mut lines = text.lines();
    let mut code = Vec::new();
    while let Some(line) = lines.next() {
        if line.trim() == "#[cfg(test)]" {
            // Formatted as sources are, an item ends in a line that is as deep as its first one.
            let end = format!("{}}}", &line[..line.len() - line.trim_start().len()]);
            let mut item = lines.by_ref().skip_while(|line| line.trim_start().starts_with("#["));
            if item.next().is_some_and(|first| !first.trim_end().ends_with([';', '}'])) {
                let _ = lines.by_ref().find(|line| *line == end);
            }
        } else if !line.trim_start().starts_with("//") {
            code.push(line);
        }
    }
    code.join("\n")
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

/// What is called with a key.
const SAID_BY: [&str; 8] = [
    "say(\"",
    "say_with(\"",
    "Say(\"",
    "button(\"",
    "wide_button(\"",
    "row::spawn(list, \"",
    "row::spawn_with(list, \"",
    "_row!(list, \"",
];

#[test]
fn every_key_that_the_client_says_is_there_and_every_other_is_used() {
    let (_, known) = languages().swap_remove(0);
    let sources = sources();
    let families: BTreeSet<_> = known.keys().filter_map(|key| key.split('-').next()).collect();
    let mut said = BTreeSet::new();
    for (path, code) in &sources {
        for call in SAID_BY.iter().flat_map(|call| code.split(call).skip(1)) {
            let key = call.split('"').next().unwrap_or_default();
            assert!(known.contains_key(key), "{} says {key:?}", path.display());
        }
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

/// A player's words: two or more of only letters with a space between them, or one alone with a capital.
fn reads_as_words(text: &str) -> bool {
    let bare = strip_arguments(text);
    let is_word =
        |word: &&str| word.len() > 1 && word.chars().all(|c| c.is_alphabetic() || c == '\'');
    let name = bare.trim().trim_end_matches(['.', '!', '?', ':']);
    let alone = is_word(&name)
        && name.starts_with(char::is_uppercase)
        && name.chars().skip(1).all(char::is_lowercase);
    alone || bare.split_whitespace().filter(is_word).count() >= 2
}

#[test]
fn no_source_of_the_client_says_a_word_itself() {
    let mut found = Vec::new();
    let folder = workspace().join("game-client/src");
    let mut used = BTreeSet::new();
    for (path, code) in sources() {
        let name = path.strip_prefix(&folder).expect("it is one of them").display().to_string();
        for line in code.lines() {
            if NOT_READ.iter().any(|mark| line.contains(mark)) {
                continue;
            }
            for text in texts(line).into_iter().filter(|text| reads_as_words(text)) {
                let recognised = name == "reason.rs" && recognised(line).is_some();
                let known = NOT_SHOWN.into_iter().find(|known| *known == (&*name, text));
                used.extend(known);
                if !recognised && known.is_none() {
                    found.push(format!("{name}: {text:?}"));
                }
            }
        }
    }
    assert!(found.is_empty(), "{found:#?}");
    let gone: Vec<_> = NOT_SHOWN.iter().filter(|known| !used.contains(*known)).collect();
    assert!(gone.is_empty(), "nobody says {gone:?} any more");
}

#[test]
fn a_word_is_found_wherever_it_stands_and_what_only_tests_say_is_not() {
    for text in ["Back to the fight", "Paused", "Ready!", "{count} left over"] {
        assert!(reads_as_words(text), "{text}");
    }
    for text in ["icons/crown.png", "KeyW", "ms", "{name}: {count}", "W"] {
        assert!(!reads_as_words(text), "{text}");
    }
    let source = "a\n    #[cfg(test)]\n    fn b() {\n        c\n    }\nd\n#[cfg(test)]\npub use e;\nf\n\
                  #[cfg(test)]\n#[derive(Debug)]\nmod tests {\n    g\n}\n// h\ni";
    assert_eq!(code(source), "a\nd\nf\ni");
}

/// What a line of the tables in `reason.rs` recognises a sentence of netcode's or of a server's by.
fn recognised(line: &str) -> Option<&str> {
    let (mark, key) = line.trim().strip_prefix("(\"")?.split_once("\", \"")?;
    key.starts_with(['l', 'n']).then_some(mark)
}

/// The client says these sentences anew in the player's language: it must know them as they are said today.
#[test]
fn every_sentence_that_the_client_recognises_is_one_that_is_said() {
    let reason = workspace().join("game-client/src/reason.rs");
    let tables = code(&fs::read_to_string(reason).expect("it can be read"));
    let marks: Vec<&str> = tables.lines().filter_map(recognised).collect();
    assert!(marks.len() > 30, "{marks:?}");
    let mut said = String::new();
    for part in ["netcode", "game-sim", "game-server", "game-bots"] {
        for (_, code) in sources_of(&workspace().join(part).join("src")) {
            said += &code;
        }
    }
    let unsaid: Vec<_> = marks.iter().filter(|mark| !said.contains(**mark)).collect();
    assert!(unsaid.is_empty(), "nobody says {unsaid:?}");
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
