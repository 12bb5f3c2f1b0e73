//! Whom a watcher looks at, with the place in the standings, and with which keys to look at somebody else.

use bevy::prelude::*;
use game_sim::PilotId;

use super::{Hud, UnderTable, panel, text};
use crate::frame::Frame;
use crate::input::action::Action;
use crate::input::names::first;
use crate::language::Words;
use crate::render::palette;
use crate::scene::Scene;
use crate::settings::Settings;
use crate::state::Page;

#[derive(Component)]
struct Whole;

#[derive(Component, Clone, Copy, PartialEq, Eq)]
enum Line {
    Who,
    Standing,
    Keys,
}

/// All that the words depend on.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Said {
    who: Option<PilotId>,
    /// Which revision of who is here: a slot may have another name by then.
    crowd: u64,
    standing: (usize, i16, u16),
    pad: bool,
    free_view: bool,
}

pub(super) fn plugin(app: &mut App) {
    app.add_systems(Startup, spawn).add_systems(Update, say.in_set(Frame::Overlay));
}

fn spawn(mut commands: Commands) {
    let column = Node {
        position_type: PositionType::Absolute,
        bottom: px(22),
        left: percent(20),
        width: percent(60),
        justify_content: JustifyContent::Center,
        ..default()
    };
    commands.spawn((Hud, UnderTable, column)).with_children(|column| {
        let node = Node {
            flex_direction: FlexDirection::Column,
            align_items: AlignItems::Center,
            row_gap: px(3),
            ..default()
        };
        column.spawn((panel(node), Whole, Visibility::Hidden)).with_children(|lines| {
            lines.spawn((text("", 28.0, palette::TEXT), Line::Who));
            lines.spawn((text("", 17.0, palette::TEXT_DIM), Line::Standing));
            lines.spawn((text("", 16.0, palette::TEXT_DIM), Line::Keys));
        });
    });
}

fn say(
    scene: Res<Scene>,
    (words, settings, page): (Res<Words>, Res<Settings>, Res<State<Page>>),
    pads: Query<(), With<Gamepad>>,
    mut before: Local<Said>,
    mut whole: Single<&mut Visibility, With<Whole>>,
    mut lines: Query<(&Line, &mut Text)>,
) {
    let shown = scene.me.is_none() && scene.arena.is_some() && *page.get() != Page::Chat;
    whole.set_if_neq(if shown { Visibility::Inherited } else { Visibility::Hidden });
    if !shown {
        return;
    }
    let watched = scene.watched.and_then(|id| scene.line(id));
    let rank = scene.watched.and_then(|id| scene.rank(id)).unwrap_or_default();
    let now = Said {
        who: watched.map(|line| line.id),
        crowd: scene.crowd,
        standing: watched.map_or((0, 0, 0), |line| (rank, line.score, line.deaths)),
        pad: !pads.is_empty(),
        free_view: scene.free_view,
    };
    if *before == now && !words.is_changed() && !settings.is_changed() {
        return;
    }
    for (line, mut text) in &mut lines {
        text.0 = line.words(&now, &scene, &words, &settings);
    }
    *before = now;
}

/// The name, and that nobody sits there if so.
fn name(bot: bool, name: &str, words: &Words) -> String {
    if bot { words.say_with("scores-bot", &[("name", name.into())]) } else { name.to_owned() }
}

impl Line {
    fn words(self, said: &Said, scene: &Scene, words: &Words, settings: &Settings) -> String {
        let key = |action| first(words, &settings.bindings, action, said.pad);
        match (self, said.who.and_then(|id| scene.line(id))) {
            (Self::Who, Some(line)) => {
                let name = name(line.bot, &line.name, words);
                words.say_with("watch-who", &[("name", name.into())])
            }
            (Self::Who, None) if said.free_view => words.say("watch-free").into_owned(),
            (Self::Who, None) => words.say("hud-watching").into_owned(),
            (Self::Standing, Some(_)) => {
                let (place, points, deaths) = said.standing;
                let numbers = [
                    ("place", place.into()),
                    ("of", scene.scores.len().into()),
                    ("points", points.into()),
                    ("deaths", deaths.into()),
                ];
                words.say_with("watch-standing", &numbers)
            }
            (Self::Standing, None) => {
                let keys = [
                    ("up", key(Action::MoveUp).into()),
                    ("left", key(Action::MoveLeft).into()),
                    ("down", key(Action::MoveDown).into()),
                    ("right", key(Action::MoveRight).into()),
                ];
                words.say_with("watch-free-how", &keys)
            }
            (Self::Keys, _) => {
                let keys = [
                    ("next", key(Action::Fire).into()),
                    ("previous", key(Action::Rocket).into()),
                    ("free", key(Action::Dash).into()),
                    ("menu", key(Action::Pause).into()),
                ];
                let which = match (said.free_view, &said.who) {
                    (true, Some(_)) => "watch-keys",
                    (true, None) => "watch-keys-free",
                    _ => "watch-keys-pilots",
                };
                words.say_with(which, &keys)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::Language;
    use crate::scene::ScoreLine;

    #[test]
    fn the_name_and_the_keys_are_said_and_the_free_view_only_where_there_is_one() {
        let (words, settings) = (Words::of(Language::English), Settings::default());
        let mut scores: Vec<_> = (0..8).map(ScoreLine::of).collect();
        scores[3] = ScoreLine { name: "Kestrel".to_owned(), bot: true, ..ScoreLine::of(3) };
        let scene = Scene { scores, ..Scene::default() };
        let who = Some(PilotId(3));
        let said = Said { who, crowd: 1, standing: (3, 12, 4), pad: false, free_view: true };
        let line = |line: Line, said: &Said| line.words(said, &scene, &words, &settings);
        assert!(line(Line::Who, &said).contains("Kestrel (bot)"));
        assert!(line(Line::Standing, &said).contains("3 of 8"));
        assert!(line(Line::Keys, &said).contains("Space"));
        assert!(!line(Line::Keys, &Said { free_view: false, ..said }).contains("Space"));
    }
}
