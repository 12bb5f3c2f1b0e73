//! Settings as long as the program runs: read before the window opens, written when they have changed
//! and the player has let go, on a thread that no picture waits for.

use std::path::PathBuf;
use std::thread::{self, JoinHandle};

use bevy::prelude::*;

use super::file::{self, Note};
use super::{Settings, apply, folders};
use crate::measure::own;

/// How long nothing must have changed before it is written: a slider that is dragged is one change.
const QUIET_S: f32 = 0.4;

/// Where the settings are kept.
#[derive(Resource, Debug)]
struct Kept {
    /// Nothing while the file there is not ours to write over.
    path: Option<PathBuf>,
    written: Settings,
    quiet_s: f32,
    writing: Option<Writing>,
}

type Writing = JoinHandle<std::io::Result<Option<Note>>>;

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
            Self::PassedOver(keys) => {
                words.say_with("settings-passed-over", &[("keys", keys.clone().into())])
            }
            Self::NoFile(trouble) => {
                words.say_with("settings-no-file", &[("trouble", trouble.clone().into())])
            }
            Self::NoPlaces(trouble) => {
                words.say_with("places-no-file", &[("trouble", trouble.clone().into())])
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
        let path = (!notes.iter().any(|note| matches!(note, Note::NoFile(_)))).then_some(path);
        app.insert_resource(settings)
            .insert_resource(Notes(notes))
            .insert_resource(Kept { path, written, quiet_s: 0.0, writing: None })
            .add_plugins(apply::plugin)
            .add_systems(Last, (own(keep), own(finish)).chain());
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
    if kept.quiet_s >= QUIET_S
        && kept.writing.is_none()
        && kept.written != *settings
        && let Some(path) = kept.path.clone()
    {
        kept.written = settings.clone();
        let settings = settings.clone();
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
        && let Some(path) = &kept.path
        && let Err(error) = file::save(&settings, path)
    {
        eprintln!("game-client: can't write {}: {error}", path.display());
    }
}

fn note(writing: Option<Writing>, notes: &mut Notes) {
    match writing.map(JoinHandle::join) {
        Some(Ok(Err(error))) => notes.0.push(Note::NoFile(error.to_string())),
        Some(Ok(Ok(note))) => notes.0.extend(note),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser;

    #[test]
    fn a_file_that_can_not_be_read_is_told_of_and_never_written_over() {
        // A folder in its place: nothing that anybody can read, whoever runs the test.
        let folder = std::env::temp_dir().join(format!("tumult-kept-{}", std::process::id()));
        let path = folder.join("settings.toml");
        std::fs::create_dir_all(&path).unwrap();
        let mut app = App::new();
        app.insert_resource(crate::options::Options::parse_from(["game-client"]))
            .init_resource::<Time<Real>>()
            .init_resource::<bevy::text::RemSize>()
            .init_resource::<UiScale>();
        app.world_mut().spawn((Window::default(), bevy::window::PrimaryWindow));
        plugin(Some(path.clone()))(&mut app);
        assert!(matches!(&app.world().resource::<Notes>().0[..], [Note::NoFile(_)]));
        // What was not read is there again: whoever wrote there now would lose what nobody has seen.
        std::fs::remove_dir(&path).unwrap();
        std::fs::write(&path, "look_ahead = 0.5\n").unwrap();
        app.world_mut().resource_mut::<Settings>().text_scale = 1.4;
        app.world_mut().resource_mut::<Kept>().quiet_s = QUIET_S;
        for _ in 0..3 {
            app.update();
            app.world_mut().resource_mut::<Kept>().quiet_s = QUIET_S;
        }
        app.world_mut().write_message(AppExit::Success);
        app.update();
        let left: Vec<_> = std::fs::read_dir(&folder).unwrap().flatten().collect();
        assert_eq!(left.len(), 1, "{left:?}");
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "look_ahead = 0.5\n");
        std::fs::remove_dir_all(&folder).unwrap();
    }
}
