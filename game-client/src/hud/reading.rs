//! The changing texts of the display: health, reserve, clock, leader, own place. Each is written only when what it
//! says has changed.

use bevy::prelude::*;

use super::{Steady, text};
use crate::frame::Frame;
use crate::language::Words;
use crate::render::palette::{self, Rgb};
use crate::scene::{RoundView, Scene};

/// From here on the clock says that the round is about to end, in seconds; the announcer counts from there too.
const LAST_S: f32 = 10.0;

/// How wide the widest digit is, as a part of the size of the words.
const DIGIT: f32 = 0.6;

/// One of the texts.
#[derive(Component, Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reading {
    Health,
    Reserve,
    Clock,
    Leader,
    Standing,
}

/// What a text says now, as numbers.
#[derive(Component, Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Said(Option<[i32; 4]>);

pub(super) fn plugin(app: &mut App) {
    app.add_systems(Update, (write, hurry).in_set(Frame::Overlay));
}

/// A text, `size` as in [`text`].
pub(super) fn reading(what: Reading, size: f32, colour: Rgb) -> impl Bundle {
    (text("", size, colour), what, Said::default())
}

/// One of numbers, as wide as so many letters: it must not change its panel with each digit.
pub(super) fn number(what: Reading, letters: f32, size: f32, colour: Rgb) -> impl Bundle {
    let justify = if what == Reading::Clock { Justify::Center } else { Justify::Right };
    let width = Steady(letters * DIGIT * size);
    (reading(what, size, colour), TextLayout::justify(justify), Node::default(), width)
}

fn write(scene: Res<Scene>, words: Res<Words>, mut texts: Query<(&Reading, &mut Said, &mut Text)>) {
    for (reading, mut said, mut text) in &mut texts {
        let now = Said(Some(numbers(*reading, &scene)));
        if words.is_changed() || *said != now {
            *said = now;
            text.0 = say(*reading, &scene, &words);
        }
    }
}

/// The end of a round must be seen without reading the clock.
fn hurry(scene: Res<Scene>, mut texts: Query<(&Reading, &mut TextColor)>) {
    let colour = if is_ending(&scene.round) { palette::DANGER } else { palette::TEXT };
    for (reading, mut of) in &mut texts {
        if *reading == Reading::Clock {
            of.set_if_neq(TextColor(palette::color(colour)));
        }
    }
}

fn is_ending(round: &RoundView) -> bool {
    !round.over && !round.warm_up && round.left_s <= LAST_S
}

/// All that the words of a reading depend on.
fn numbers(reading: Reading, scene: &Scene) -> [i32; 4] {
    let own = scene.own;
    let best = scene.scores.first().map_or(0, |line| line.score.into());
    match reading {
        Reading::Health => [own.map_or(-1, |own| own.health.into()), 0, 0, 0],
        Reading::Reserve => [own.map_or(-1, |own| own.reserve.into()), 0, 0, 0],
        Reading::Clock => [scene.round.left_s.max(0.0).ceil() as i32, 0, 0, 0],
        Reading::Leader => [scene.leader().map_or(-1, |id| id.0.into()), best, 0, 0],
        Reading::Standing => {
            let line = scene.me.and_then(|me| Some((scene.rank(me)?, scene.line(me)?.score)));
            let (rank, score) = line.map_or((0, 0), |(rank, score)| (rank as i32, score.into()));
            [scene.scores.len() as i32, rank, score, 0]
        }
    }
}

fn say(reading: Reading, scene: &Scene, words: &Words) -> String {
    match (reading, scene.own) {
        (Reading::Clock, _) => clock(scene.round.left_s),
        (Reading::Leader, _) => {
            let score = scene.scores.first().map_or(0, |line| line.score);
            scene.leader().map_or(String::new(), |id| format!("{}: {score}", scene.name(id)))
        }
        (Reading::Standing, _) => standing(scene, words),
        (_, None) => String::new(),
        (Reading::Health, Some(own)) => own.health.to_string(),
        // Beside those in the magazine.
        (Reading::Reserve, Some(own)) => format!("+{}", own.reserve),
    }
}

/// Minutes and seconds.
pub fn clock(seconds: f32) -> String {
    let seconds = seconds.max(0.0).ceil() as u32;
    format!("{}:{:02}", seconds / 60, seconds % 60)
}

/// The own score and place; what the best has stands above.
fn standing(scene: &Scene, words: &Words) -> String {
    let pilots = scene.scores.len();
    let own = scene.me.and_then(|me| Some((scene.rank(me)?, scene.line(me)?)));
    match own {
        Some((rank, line)) => words.say_with(
            "hud-standing",
            &[("points", line.score.into()), ("place", rank.into()), ("of", pilots.into())],
        ),
        None => words.say_with("hud-watching-of", &[("pilots", pilots.into())]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_clock_counts_whole_seconds_down_to_nothing() {
        assert_eq!(clock(299.2), "5:00");
        assert_eq!(clock(61.0), "1:01");
        assert_eq!(clock(-3.0), "0:00");
    }

    #[test]
    fn only_the_end_of_a_round_makes_the_clock_hurry() {
        let round = RoundView { left_s: 9.0, ..RoundView::default() };
        assert!(is_ending(&round));
        assert!(!is_ending(&RoundView { left_s: 11.0, ..round }));
        assert!(!is_ending(&RoundView { over: true, ..round }), "the next one is near");
        assert!(!is_ending(&RoundView { warm_up: true, ..round }));
    }
}
