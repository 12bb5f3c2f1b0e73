//! The lists of servers as a file beside the settings: favourites and those visited of late. A file that can't be
//! understood is set aside and the player told, as with the settings; one that can't be read is never written over.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::thread::{self, JoinHandle};

use serde::{Deserialize, Serialize};

use crate::settings::{Note, folders, set_aside};

/// As it stands in the file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Lists {
    pub(super) favourites: Vec<String>,
    pub(super) recent: Vec<String>,
}

/// Who writes the file, a list after the other.
#[derive(Debug, Default)]
pub(super) struct Keeper {
    /// Where; nothing while the file there is not ours to write over.
    path: Option<PathBuf>,
    writing: Option<JoinHandle<()>>,
}

/// The lists, who keeps them, and what the player must be told.
pub(super) fn open() -> (Lists, Keeper, Option<Note>) {
    open_at(folders().0.join("places.toml"))
}

fn open_at(path: PathBuf) -> (Lists, Keeper, Option<Note>) {
    let keeper = |path| Keeper { path, writing: None };
    let bytes = match fs::read(&path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == ErrorKind::NotFound => {
            return (Lists::default(), keeper(Some(path)), None);
        }
        Err(error) => {
            let note = Note::NoPlaces(format!("{}: {error}", path.display()));
            return (Lists::default(), keeper(None), Some(note));
        }
    };
    let text = String::from_utf8(bytes).ok();
    let lists = text.and_then(|text| toml::from_str::<Lists>(&text).ok());
    let Some(mut lists) = lists else {
        let note = match set_aside(&path) {
            Note::SetAside(aside) => Note::PlacesSetAside(aside),
            Note::NoFile(trouble) => Note::NoPlaces(trouble),
            other => other,
        };
        let free = matches!(note, Note::PlacesSetAside(_));
        return (Lists::default(), keeper(free.then_some(path)), Some(note));
    };
    let good = |address: &String| game_bots::address::check(address).is_ok();
    lists.favourites.retain(good);
    lists.recent.retain(good);
    (lists, keeper(Some(path)), None)
}

impl Keeper {
    /// Writes the lists, on a thread that no picture waits for, after those that came before. What can't be written
    /// is only not remembered.
    pub(super) fn write(&mut self, lists: Lists) {
        let Some(path) = self.path.clone() else { return };
        let before = self.writing.take();
        self.writing = Some(thread::spawn(move || {
            if let Some(before) = before {
                let _ = before.join();
            }
            write(&path, &lists);
        }));
    }
}

/// The program ends: what was kept last must not be lost.
impl Drop for Keeper {
    fn drop(&mut self) {
        if let Some(writing) = self.writing.take() {
            let _ = writing.join();
        }
    }
}

fn write(path: &Path, lists: &Lists) {
    let beside = path.with_extension("toml.new");
    let folder = path.parent().map_or(Ok(()), fs::create_dir_all);
    if let (Ok(()), Ok(text)) = (folder, toml::to_string_pretty(lists)) {
        let _ = fs::write(&beside, text).and_then(|()| fs::rename(&beside, path));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(name: &str) -> PathBuf {
        let folder = std::env::temp_dir().join(format!("tumult-{name}-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        folder
    }

    #[test]
    fn of_many_changes_in_a_row_the_last_one_is_kept() {
        let path = folder("places").join("places.toml");
        let (_, mut keeper, note) = open_at(path.clone());
        assert_eq!(note, None);
        let lists = |number: u32| Lists {
            favourites: (0..number).map(|port| format!("a:{}", port + 1)).collect(),
            recent: vec![],
        };
        for number in (0..200).rev() {
            keeper.write(lists(number % 20 + 1));
        }
        drop(keeper);
        assert_eq!(open_at(path.clone()).0, lists(1));
        fs::remove_dir_all(path.parent().unwrap()).unwrap();
    }

    #[test]
    fn a_file_that_is_not_understood_is_set_aside_and_the_player_told() {
        for text in [&b"favourites = ["[..], &b"favourites = 7"[..], &b"\xff\xfe"[..]] {
            let path = folder("places-broken").join("places.toml");
            fs::write(&path, text).unwrap();
            let (lists, mut keeper, note) = open_at(path.clone());
            assert_eq!(lists, Lists::default());
            let Some(Note::PlacesSetAside(aside)) = note else { panic!("{note:?}") };
            keeper.write(Lists { favourites: vec!["a:1".to_owned()], ..Lists::default() });
            drop(keeper);
            assert_eq!(fs::read(aside).unwrap(), text);
            assert_eq!(open_at(path.clone()).0.favourites, ["a:1"]);
            fs::remove_dir_all(path.parent().unwrap()).unwrap();
        }
    }

    #[test]
    fn a_file_that_cannot_be_read_is_not_written_over() {
        // A folder in its place is what can't be read as anybody.
        let path = folder("places-folder").join("places.toml");
        fs::create_dir_all(path.join("within")).unwrap();
        let (_, mut keeper, note) = open_at(path.clone());
        assert!(matches!(note, Some(Note::NoPlaces(_))), "{note:?}");
        keeper.write(Lists::default());
        drop(keeper);
        assert!(path.join("within").exists());
        fs::remove_dir_all(path.parent().unwrap()).unwrap();
    }
}
