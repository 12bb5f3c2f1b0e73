//! The lists of servers as a file beside the settings: favourites and those visited of late.

use std::fs;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

/// As it stands in the file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
struct Lists {
    favourites: Vec<String>,
    recent: Vec<String>,
}

fn path() -> PathBuf {
    crate::settings::folders().0.join("places.toml")
}

/// Favourites and recent ones; none when there is no file that can be read.
pub(super) fn read() -> (Vec<String>, Vec<String>) {
    let text = fs::read_to_string(path()).unwrap_or_default();
    let lists: Lists = toml::from_str(&text).unwrap_or_default();
    let good = |list: Vec<String>| {
        list.into_iter().filter(|text| game_bots::address::check(text).is_ok()).collect()
    };
    (good(lists.favourites), good(lists.recent))
}

/// Writes both, on a thread that no picture waits for. What can't be written is only not remembered.
pub(super) fn write(favourites: &[String], recent: &[String]) {
    let lists = Lists { favourites: favourites.to_vec(), recent: recent.to_vec() };
    std::thread::spawn(move || {
        let path = path();
        let beside = path.with_extension("toml.new");
        let folder = path.parent().map_or(Ok(()), fs::create_dir_all);
        if let (Ok(()), Ok(text)) = (folder, toml::to_string_pretty(&lists)) {
            let _ = fs::write(&beside, text).and_then(|()| fs::rename(&beside, &path));
        }
    });
}
