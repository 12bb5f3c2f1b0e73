//! The settings' file: reading it, whatever is in it, and writing it whole.
//!
//! A file that can't be understood is set aside under another name and never overwritten: what a player
//! wrote by hand is not ours to lose. Keys and values that this build does not know stay in the file, so that an
//! older build beside a newer one does no harm.

use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use directories::ProjectDirs;
use toml::{Table, Value};

use super::Settings;

/// What the player must be told of the file, for the language files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Note {
    /// It could not be understood and lies there now.
    SetAside(PathBuf),
    /// The list of servers could not be understood and lies there now.
    PlacesSetAside(PathBuf),
    /// These keys were out of their range and are no longer.
    BroughtBack(String),
    /// These keys have values that nobody here knows: they count as not there.
    PassedOver(String),
    /// It can't be read or written, and why.
    NoFile(String),
    /// The list of servers can't be read or set aside, and why.
    NoPlaces(String),
}

/// Where the platform keeps this program's files: its settings, and its data.
pub fn folders() -> (PathBuf, PathBuf) {
    let project = ProjectDirs::from("", "", "tumult");
    let here = || PathBuf::from("tumult");
    let settings = project.as_ref().map(|project| project.config_dir().to_owned());
    let data = project.as_ref().map(|project| project.data_dir().to_owned());
    (settings.unwrap_or_else(here), data.unwrap_or_else(here))
}

/// Reads the settings; without a file they are the usual ones. With a [`Note::NoFile`] among the notes there is a
/// file that is not ours to write over.
pub fn load(path: &Path) -> (Settings, Vec<Note>) {
    let text = match fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == ErrorKind::NotFound => {
            return (usual(), vec![]);
        }
        Err(error) if error.kind() == ErrorKind::InvalidData => String::from("\0"),
        Err(error) => {
            let note = Note::NoFile(format!("{}: {error}", path.display()));
            return (usual(), vec![note]);
        }
    };
    let Ok(table) = text.parse::<Table>() else { return (usual(), vec![set_aside(path)]) };
    let (mut settings, passed_over) = understood(&table);
    let passed_over: Vec<String> = passed_over.iter().map(|path| path.join(".")).collect();
    let wrong = settings.check();
    let notes = [
        (!passed_over.is_empty()).then(|| Note::PassedOver(passed_over.join(", "))),
        (!wrong.is_empty()).then(|| Note::BroughtBack(wrong.join(", "))),
    ];
    (settings, notes.into_iter().flatten().collect())
}

/// The settings that a file has, and the keys whose values nobody here knows.
fn understood(table: &Table) -> (Settings, Vec<Vec<String>>) {
    if let Ok(settings) = table.clone().try_into() {
        return (settings, Vec::new());
    }
    let (mut known, mut settings, mut passed_over) = (Table::new(), usual(), Vec::new());
    for (path, value) in leaves(table) {
        let mut with = known.clone();
        lay_over(&mut with, leaf(&path, value));
        match with.clone().try_into() {
            Ok(now) => (settings, known) = (now, with),
            Err(_) => passed_over.push(path),
        }
    }
    (settings, passed_over)
}

/// Every value of a table, with the keys that lead to it.
fn leaves(table: &Table) -> Vec<(Vec<String>, Value)> {
    let of = |(key, value): (&String, &Value)| match value {
        Value::Table(inner) => {
            let under = |(path, value)| ([vec![key.clone()], path].concat(), value);
            leaves(inner).into_iter().map(under).collect()
        }
        value => vec![(vec![key.clone()], value.clone())],
    };
    table.iter().flat_map(of).collect()
}

/// A table with nothing but one value in it.
fn leaf(path: &[String], value: Value) -> Table {
    let mut table = Table::new();
    if let [key, rest @ ..] = path {
        let inner = if rest.is_empty() { value } else { Value::Table(leaf(rest, value)) };
        table.insert(key.clone(), inner);
    }
    table
}

/// The usual settings. Nobody is to be one of many of the same name.
fn usual() -> Settings {
    Settings { name: new_name(), ..Settings::default() }
}

/// A name for who has not chosen one: a number tells several of them apart.
pub(super) fn new_name() -> String {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    let moment = since.unwrap_or_default().as_micros() ^ u128::from(std::process::id()) << 7;
    format!("{}-{:03}", Settings::default().name, moment % 1000)
}

/// Gives a file that can't be understood another name that nothing has yet, and tells of it.
pub fn set_aside(path: &Path) -> Note {
    let name = |number: u32| path.with_extension(format!("broken-{number}.toml"));
    let free = (1..).map(name).find(|name| !name.exists()).unwrap_or_else(|| name(0));
    match fs::rename(path, &free) {
        Ok(()) => Note::SetAside(free),
        Err(error) => Note::NoFile(format!("{}: {error}", path.display())),
    }
}

/// Writes the settings over those in the file; what else stands there stays. A file that somebody has broken
/// meanwhile is set aside, and the player told.
///
/// # Errors
/// When the file can't be read, or it or its folder can't be written. The file is then as it was.
pub fn save(settings: &Settings, path: &Path) -> io::Result<Option<Note>> {
    let mut known = Table::try_from(settings).map_err(io::Error::other)?;
    known.iter_mut().for_each(|(_, value)| shorten(value));
    let there = match fs::read(path) {
        Ok(bytes) => String::from_utf8(bytes).ok().and_then(|text| text.parse::<Table>().ok()),
        Err(error) if error.kind() == ErrorKind::NotFound => Some(Table::new()),
        Err(error) => return Err(error),
    };
    let note = match &there {
        Some(_) => None,
        None => match set_aside(path) {
            Note::NoFile(trouble) => return Err(io::Error::other(trouble)),
            aside => Some(aside),
        },
    };
    let mut whole = there.unwrap_or_default();
    // What only another build knows stays until the player chooses something else.
    let usual = Table::try_from(Settings::default()).map_err(io::Error::other)?;
    for path in understood(&whole).1 {
        if at(&known, &path) == at(&usual, &path) {
            remove(&mut known, &path);
        }
    }
    lay_over(&mut whole, known);
    let text = toml::to_string_pretty(&whole).map_err(io::Error::other)?;
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    // Whoever pulls the plug keeps the one or the other.
    let beside = path.with_extension("toml.new");
    fs::write(&beside, text)?;
    fs::rename(&beside, path)?;
    Ok(note)
}

/// Writes numbers as the player chose them: all are of 32 bits, and 1.05 of those would be 1.0499999523162842.
fn shorten(value: &mut Value) {
    match value {
        Value::Float(number) => {
            *number = (*number as f32).to_string().parse().unwrap_or(*number);
        }
        Value::Table(table) => table.iter_mut().for_each(|(_, value)| shorten(value)),
        _ => {}
    }
}

fn at<'a>(table: &'a Table, path: &[String]) -> Option<&'a Value> {
    let (key, rest) = path.split_first()?;
    match table.get(key)? {
        Value::Table(inner) if !rest.is_empty() => at(inner, rest),
        value => rest.is_empty().then_some(value),
    }
}

fn remove(table: &mut Table, path: &[String]) {
    match path {
        [key] => drop(table.remove(key)),
        [key, rest @ ..] => {
            if let Some(Value::Table(inner)) = table.get_mut(key) {
                remove(inner, rest);
            }
        }
        [] => {}
    }
}

fn lay_over(under: &mut Table, over: Table) {
    for (key, value) in over {
        match (under.get_mut(&key), value) {
            (Some(Value::Table(under)), Value::Table(over)) => lay_over(under, over),
            (_, value) => drop(under.insert(key, value)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(name: &str, text: &str) -> PathBuf {
        let folder = std::env::temp_dir().join(format!("tumult-{name}-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let path = folder.join("settings.toml");
        fs::write(&path, text).unwrap();
        path
    }

    #[test]
    fn what_was_saved_is_read_again_and_foreign_keys_stay() {
        let path = file("saved", "tomorrow = 1\n[volumes]\nmaster = 0.25\nbass = 2\n");
        let (mut settings, notes) = load(&path);
        assert_eq!((settings.volumes.master, notes), (0.25, vec![]));
        (settings.volumes.effects, settings.text_scale) = (0.5, 1.05);
        assert_eq!(save(&settings, &path).unwrap(), None);
        assert_eq!(load(&path), (settings, vec![]));
        let text = fs::read_to_string(&path).unwrap();
        assert!(text.contains("tomorrow = 1") && text.contains("bass = 2"), "{text}");
        assert!(text.contains("text_scale = 1.05\n"), "{text}");
        fs::remove_dir_all(path.parent().unwrap()).unwrap();
    }

    #[test]
    fn who_comes_the_first_time_has_a_name_that_may_be_used_and_is_not_everybodys() {
        let (settings, notes) = load(Path::new("/nowhere/settings.toml"));
        let number = settings.name.strip_prefix("pilot-").unwrap();
        assert!(number.len() == 3 && number.parse::<u16>().is_ok(), "{}", settings.name);
        assert_eq!((settings.clone().check(), notes), (vec![], vec![]));
    }

    #[test]
    fn a_broken_file_is_set_aside_and_not_lost() {
        let text = "volumes = [";
        let path = file("broken", text);
        let (settings, notes) = load(&path);
        assert!(settings.name.starts_with("pilot-"), "{}", settings.name);
        assert_eq!(settings, Settings { name: settings.name.clone(), ..Settings::default() });
        let [Note::SetAside(aside)] = &notes[..] else { panic!("{notes:?}") };
        assert_eq!(fs::read_to_string(aside).unwrap(), text);
        assert!(!path.exists());
        fs::remove_dir_all(path.parent().unwrap()).unwrap();
    }

    #[test]
    fn what_only_a_newer_build_knows_is_passed_over_and_stays_until_another_is_chosen() {
        let text = "name = \"Ann\"\ntext_scale = \"huge\"\npalette = \"grey\"\n\
                    [video]\nquality = \"ultra\"\nframe_cap = 60\n";
        let path = file("newer", text);
        let (mut settings, notes) = load(&path);
        assert_eq!((settings.name.as_str(), settings.video.frame_cap), ("Ann", 60));
        assert_eq!(notes, [Note::PassedOver("palette, text_scale, video.quality".to_owned())]);
        settings.video.quality = crate::settings::Quality::Low;
        assert_eq!(save(&settings, &path).unwrap(), None);
        let text = fs::read_to_string(&path).unwrap();
        for line in ["palette = \"grey\"", "text_scale = \"huge\"", "quality = \"low\""] {
            assert!(text.contains(line), "{text}");
        }
        fs::remove_dir_all(path.parent().unwrap()).unwrap();
    }

    #[test]
    fn a_file_that_breaks_while_the_game_runs_is_set_aside_too() {
        for text in [&b"name = ["[..], b"name = \"\xff\"\n"] {
            let path = file("broke", "");
            fs::write(&path, text).unwrap();
            let Ok(Some(Note::SetAside(aside))) = save(&Settings::default(), &path) else {
                panic!("it was written over")
            };
            assert_eq!(fs::read(aside).unwrap(), text);
            assert_eq!(load(&path), (Settings::default(), vec![]));
            fs::remove_dir_all(path.parent().unwrap()).unwrap();
        }
    }

    #[test]
    fn an_old_file_gets_the_new_keys_and_a_wrong_value_its_range() {
        let path = file("old", "name = \"Ann\"\ntext_scale = 7.0\n");
        let (settings, notes) = load(&path);
        assert_eq!((settings.name.as_str(), settings.text_scale), ("Ann", 1.6));
        assert_eq!(settings.bindings, Settings::default().bindings);
        assert_eq!(notes, [Note::BroughtBack("text_scale".to_owned())]);
        fs::remove_dir_all(path.parent().unwrap()).unwrap();
    }
}
