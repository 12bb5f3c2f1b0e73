//! Every word that the client shows, in the player's language.
//!
//! The words stand in `assets/lang/*.ftl` (Project Fluent), which are part of the program. No source says
//! a word that a player reads: tests/it/words.rs looks for them, and for keys that a language lacks. What
//! a server or another player writes is shown as it is.

use std::borrow::Cow;
use std::collections::HashMap;

use bevy::prelude::*;
use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use serde::{Deserialize, Serialize};
use unic_langid::LanguageIdentifier;

use crate::measure::own;
use crate::scene::arena_title;
use crate::settings::Settings;

const ENGLISH: &str = include_str!("../../assets/lang/en.ftl");
const SPANISH: &str = include_str!("../../assets/lang/es.ftl");

/// A language that the client speaks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Language {
    /// English.
    #[default]
    #[serde(rename = "en")]
    English,
    /// Español.
    #[serde(rename = "es")]
    Spanish,
}

impl Language {
    /// What the system is set to, or English.
    pub fn of_the_system() -> Self {
        sys_locale::get_locale().map_or(Self::English, |tag| Self::of_tag(&tag))
    }

    /// The one that somebody reads whose system is set to a language tag such as `es-MX`.
    fn of_tag(tag: &str) -> Self {
        match tag.split(['-', '_', '.']).next() {
            Some("es") => Self::Spanish,
            _ => Self::English,
        }
    }
}

/// What the arenas of this build are called by those who play in them, by the names that servers have for them.
const ARENAS: [(&str, &str); 2] = [("yard", "arena-yard"), ("expanse", "arena-expanse")];

/// The words of one language. Systems that write words of their own do so again when it has changed;
/// texts that stay are entities with a [`Say`].
///
/// ```ignore
/// words.say("pause-resume");
/// words.say_with("hud-points", &[("points", 7.into())]);
/// commands.spawn((text("", 20.0, palette::TEXT), Say("title-play")));
/// ```
#[derive(Resource)]
pub struct Words {
    language: Language,
    bundle: FluentBundle<FluentResource>,
    /// What keys type on the player's keyboard, as far as that was seen.
    typed: HashMap<KeyCode, String>,
}

/// A text that says the same as long as the language does.
#[derive(Component, Clone, Copy, Debug, PartialEq, Eq)]
pub struct Say(pub &'static str);

/// Keeps [`Words`] in the language of the settings, and every [`Say`] in its words.
pub fn plugin(app: &mut App) {
    let language = app.world().resource::<Settings>().language;
    app.insert_resource(Words::of(language))
        .insert_resource(Spoken(language))
        .add_systems(PreUpdate, own(change).run_if(resource_changed::<Settings>))
        .add_systems(PostUpdate, own(say).before(bevy::ui::UiSystems::Content));
}

#[derive(Resource)]
struct Spoken(Language);

fn change(settings: Res<Settings>, mut spoken: ResMut<Spoken>, mut words: ResMut<Words>) {
    if spoken.0 != settings.language {
        spoken.0 = settings.language;
        let typed = std::mem::take(&mut words.typed);
        *words = Words { typed, ..Words::of(settings.language) };
    }
}

fn say(words: Res<Words>, mut texts: Query<(Ref<Say>, &mut Text)>) {
    for (say, mut text) in &mut texts {
        if words.is_changed() || say.is_changed() {
            text.0 = words.say(say.0).into_owned();
        }
    }
}

impl Words {
    /// The words of a language.
    pub fn of(language: Language) -> Self {
        let (name, text) = match language {
            Language::English => ("en", ENGLISH),
            Language::Spanish => ("es", SPANISH),
        };
        let name = name.parse::<LanguageIdentifier>().unwrap_or_default();
        let mut bundle = FluentBundle::new_concurrent(vec![name]);
        // Marks of direction around each argument would be boxes in the font.
        bundle.set_use_isolating(false);
        // What of a file can't be read is left out, and a test finds it.
        let words = FluentResource::try_new(text.to_owned()).unwrap_or_else(|(words, _)| words);
        bundle.add_resource_overriding(words);
        Self { language, bundle, typed: HashMap::new() }
    }

    /// The words of a key; the key itself where there are none, which a test forbids.
    pub fn say<'a>(&'a self, key: &'a str) -> Cow<'a, str> {
        self.format(key, None)
    }

    /// The same with arguments.
    pub fn say_with(&self, key: &str, arguments: &[(&'static str, FluentValue<'_>)]) -> String {
        let arguments: FluentArgs<'_> = arguments.iter().cloned().collect();
        self.format(key, Some(&arguments)).into_owned()
    }

    /// The name of an arena; that of its file for one that this build does not know.
    pub fn arena<'a>(&'a self, name: &'a str) -> Cow<'a, str> {
        let known = ARENAS.into_iter().find(|(known, _)| *known == name);
        known.map_or(Cow::Borrowed(arena_title(name)), |(_, key)| self.say(key))
    }

    /// What a key types on the player's keyboard, if that is known.
    pub fn typed(&self, key: KeyCode) -> Option<&str> {
        self.typed.get(&key).map(String::as_str)
    }

    /// From now on a key is called so.
    pub fn learn(&mut self, key: KeyCode, typed: String) {
        self.typed.insert(key, typed);
    }

    /// A number with so many places behind the point, as the language writes it.
    pub fn decimal(&self, value: f32, places: usize) -> String {
        let text = format!("{value:.places$}");
        match self.language {
            Language::English => text,
            Language::Spanish => text.replace('.', ","),
        }
    }

    fn format<'a>(&'a self, key: &'a str, arguments: Option<&'a FluentArgs<'_>>) -> Cow<'a, str> {
        let pattern = self.bundle.get_message(key).and_then(|message| message.value());
        let Some(pattern) = pattern else { return Cow::Borrowed(key) };
        self.bundle.format_pattern(pattern, arguments, &mut Vec::new())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_reads_spanish_anywhere_is_spoken_to_in_spanish() {
        for tag in ["es", "es-ES", "es-MX", "es_ES.UTF-8"] {
            assert_eq!(Language::of_tag(tag), Language::Spanish, "{tag}");
        }
        for tag in ["en-US", "est-EE", "C", ""] {
            assert_eq!(Language::of_tag(tag), Language::English, "{tag}");
        }
    }

    #[test]
    fn both_languages_are_read_without_an_error() {
        for text in [ENGLISH, SPANISH] {
            assert!(FluentResource::try_new(text.to_owned()).is_ok());
        }
    }

    #[test]
    fn every_arena_that_is_built_in_has_a_name_in_every_language_and_others_keep_theirs() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../assets/arenas");
        for file in std::fs::read_dir(folder).unwrap() {
            let path = file.unwrap().path();
            let name = path.file_stem().unwrap().to_str().unwrap();
            let names = [Language::English, Language::Spanish]
                .map(|language| Words::of(language).arena(name).into_owned());
            assert!(names[0] != name && names[1] != names[0], "{name}: {names:?}");
        }
        assert_eq!(Words::of(Language::Spanish).arena("cellar"), "cellar");
    }

    #[test]
    fn words_are_those_of_the_language_with_their_arguments() {
        let (english, spanish) = (Words::of(Language::English), Words::of(Language::Spanish));
        assert_eq!(english.say("menu-back"), "Back");
        assert_eq!(spanish.say("menu-back"), "Volver");
        let said = spanish.say_with("connecting-to", &[("server", "a:1".into())]);
        assert_eq!(said, "Conectando con a:1");
        assert_eq!(
            (english.decimal(1.14, 1), spanish.decimal(1.14, 1)),
            ("1.1".into(), "1,1".into())
        );
    }
}
