//! Settings as long as the program runs: read before the window opens, written when they have changed
//! and the player has let go, on a thread that no picture waits for.

use std::path::PathBuf;
use std::thread::{self, JoinHandle};

use bevy::prelude::*;

use super::file::{self, Note};
use super::{Settings, apply, folders};

/// How long nothing must have changed before it is written: a slider that is dragged is one change.
const QUIET_S: f32 = 0.4;

/// Where the settings are kept.
#[derive(Resource, Debug)]
struct Kept {
    path: PathBuf,
    written: Settings,
    quiet_s: f32,
    writing: Option<JoinHandle<std::io::Result<()>>>,
}

/// What the player has not been told yet of the file.
#[derive(Resource, Clone, Debug, Default)]
pub struct Notes(pub Vec<Note>);

impl Notes {
    /// All of them in the player's language, each on a line of its own.
    pub fn words(&self, words: &crate::language::Words) -> String {
        let lines: Vec<String> = self.0.iter().map(|note| note.words(words)).collect();
        lines.join("\n")
    }
}

impl Note {
    fn words(&self, words: &crate::language::Words) -> String {
        match self {
            Self::SetAside(path) => {
                words.say_with("settings-set-aside", &[("file", path.display().to_string().into())])
            }
            Self::PlacesSetAside(path) => {
                words.say_with("places-set-aside", &[("file", path.display().to_string().into())])
            }
            Self::BroughtBack(keys) => {
                words.say_with("settings-brought-back", &[("keys", keys.clone().into())])
            }
            Self::NoFile(trouble) => {
                words.say_with("settings-no-file", &[("trouble", trouble.clone().into())])
            }
        }
    }
}

/// Reads the settings from `path`, or from where the platform keeps them, and keeps them there.
pub fn plugin(path: Option<PathBuf>) -> impl Fn(&mut App) + Send + Sync + 'static {
    move |app| {
        let path = path.clone().unwrap_or_else(|| folders().0.join("settings.toml"));
        let (settings, notes) = file::load(&path);
        // The name that somebody new was given must be the same the next time.
        let written = if path.exists() { settings.clone() } else { Settings::default() };
        app.insert_resource(settings)
            .insert_resource(Notes(notes))
            .insert_resource(Kept { path, written, quiet_s: 0.0, writing: None })
            .add_plugins(apply::plugin)
            .add_systems(Last, (keep, finish).chain());
    }
}

fn keep(
    time: Res<Time<Real>>,
    settings: Res<Settings>,
    mut kept: ResMut<Kept>,
    mut notes: ResMut<Notes>,
) {
    if kept.writing.as_ref().is_some_and(JoinHandle::is_finished) {
        note(kept.writing.take(), &mut notes);
    }
    kept.quiet_s = if settings.is_changed() { 0.0 } else { kept.quiet_s + time.delta_secs() };
    if kept.quiet_s >= QUIET_S && kept.writing.is_none() && kept.written != *settings {
        kept.written = settings.clone();
        let (path, settings) = (kept.path.clone(), settings.clone());
        kept.writing = Some(thread::spawn(move || file::save(&settings, &path)));
    }
}

/// The program ends: what has changed last must not be lost.
fn finish(
    mut exits: MessageReader<AppExit>,
    settings: Res<Settings>,
    mut kept: ResMut<Kept>,
    mut notes: ResMut<Notes>,
) {
    if exits.read().next().is_none() {
        return;
    }
    note(kept.writing.take(), &mut notes);
    if kept.written != *settings
        && let Err(error) = file::save(&settings, &kept.path)
    {
        eprintln!("game-client: can't write {}: {error}", kept.path.display());
    }
}

fn note(writing: Option<JoinHandle<std::io::Result<()>>>, notes: &mut Notes) {
    if let Some(Ok(Err(error))) = writing.map(JoinHandle::join) {
        notes.0.push(Note::NoFile(error.to_string()));
    }
}
