//! What stands above and below the table of scores: who has won, who did what, the own place, what comes next.

use bevy::prelude::*;
use game_sim::{PilotId, Winner};

use crate::hud::clock;
use crate::language::Words;
use crate::menu::theme;
use crate::render::palette::{self, Sides};
use crate::scene::{Outcome, Scene, ScoreLine, team_key};

/// A line above or below the rows.
#[derive(Component, Clone, Copy)]
pub(super) enum Line {
    Round,
    Winner,
    Tie,
    Kills,
    Deaths,
    Place,
    Next,
}

/// So many who are alike can be named beside each other.
const NAMED: usize = 3;

/// Whoever is best in the table by a number: what stands for their names, and one of them. Nothing when all are
/// alike: then it is no distinction.
fn best<'a, K: Ord>(
    scores: &'a [ScoreLine],
    words: &Words,
    by: impl Fn(&ScoreLine) -> K,
) -> Option<(&'a ScoreLine, String)> {
    let best = scores.iter().map(&by).max()?;
    let alike: Vec<&ScoreLine> = scores.iter().filter(|line| by(line) == best).collect();
    let (first, count) = (alike.first().copied()?, alike.len());
    if count == scores.len() {
        return None;
    }
    if count > NAMED {
        return Some((first, words.say_with("scores-alike", &[("pilots", count.into())])));
    }
    let names: Vec<&str> = alike.iter().map(|line| line.name.as_str()).collect();
    Some((first, names.join(", ")))
}

/// Whether the round was won by something that the scores don't show: two have as many points.
pub(super) fn is_tie(scene: &Scene) -> bool {
    let Some(Outcome::Won(winner)) = scene.round.outcome.filter(|_| scene.round.over) else {
        return false;
    };
    match winner {
        Winner::Team(_) => {
            let [west, east] = scene.standing.scores;
            west == east
        }
        Winner::Pilot(winner) => {
            let points = scene.line(winner).map(|line| line.score);
            let mut others = scene.scores.iter().filter(|line| line.id != winner);
            others.any(|line| Some(line.score) == points)
        }
    }
}

/// What decided between as many points.
fn tie(scene: &Scene, words: &Words) -> Option<String> {
    let Some(Outcome::Won(winner)) = scene.round.outcome.filter(|_| is_tie(scene)) else {
        return None;
    };
    Some(match winner {
        Winner::Team(team) => {
            let points = scene.standing.scores[team.index()];
            let team = words.say(team_key(team)).into_owned();
            let arguments = [("points", points.into()), ("team", team.into())];
            words.say_with("scores-tie-teams", &arguments)
        }
        Winner::Pilot(winner) => {
            let points = scene.line(winner)?.score;
            words.say_with("scores-tie-pilots", &[("points", points.into())])
        }
    })
}

/// All that the lines depend on, so that they are made anew only when it has changed: the table, whose eyes, the
/// round with its seconds, and what teams have.
#[derive(Default, PartialEq)]
pub(super) struct Facts {
    scored: u64,
    eyes: [Option<PilotId>; 2],
    round: (u16, bool, bool, Option<Outcome>, u32),
    teams: Option<[u16; 2]>,
}

impl Facts {
    fn of(scene: &Scene) -> Self {
        let round = scene.round;
        let seconds = round.left_s.max(0.0).ceil() as u32;
        Self {
            scored: scene.scored,
            eyes: [scene.me, scene.watched],
            round: (round.number, round.warm_up, round.over, round.outcome, seconds),
            teams: scene.has_teams().then_some(scene.standing.scores),
        }
    }
}

pub(super) fn write(
    (scene, words, sides): (Res<Scene>, Res<Words>, Res<Sides>),
    mut before: Local<Facts>,
    added: Query<(), Added<Line>>,
    mut lines: Query<(&Line, &mut Text, &mut TextColor, &mut Node)>,
) {
    let now = Facts::of(&scene);
    let same = *before == now && added.is_empty();
    if same && !words.is_changed() && !sides.is_changed() {
        return;
    }
    *before = now;
    for (line, mut text, mut colour, mut node) in &mut lines {
        if let (Line::Winner, Some(Outcome::Won(Winner::Team(team)))) = (line, scene.round.outcome)
        {
            colour.set_if_neq(TextColor(palette::color(sides.of(scene.side_of(team)))));
        } else if matches!(line, Line::Winner) {
            colour.set_if_neq(TextColor(palette::color(theme::ACCENT)));
        }
        let said = line.words(&scene, &words);
        let display = if said.is_some() { Display::Flex } else { Display::None };
        if node.display != display {
            node.display = display;
        }
        if let Some(said) = said
            && text.0 != said
        {
            text.0 = said;
        }
    }
}

/// Which round it is, and how long it still lasts: the clock is under the table.
fn round(scene: &Scene, words: &Words) -> String {
    let round = match scene.round.warm_up {
        true => words.say("hud-warm-up").into_owned(),
        false => words.say_with("scores-round", &[("round", scene.round.number.into())]),
    };
    if scene.round.over { round } else { format!("{round}  {}", clock(scene.round.left_s)) }
}

/// How the round ended, as the player sees it.
fn ended(outcome: Outcome, scene: &Scene, words: &Words) -> String {
    match (outcome, scene.has_won()) {
        (Outcome::Won(Winner::Team(_)), Some(true)) => words.say("scores-team-won").into_owned(),
        (Outcome::Won(Winner::Team(team)), _) => {
            words.say_with("scores-team-lost", &[("team", words.say(team_key(team)).into())])
        }
        (Outcome::Won(Winner::Pilot(_)), Some(true)) => words.say("scores-you-won").into_owned(),
        (Outcome::Won(Winner::Pilot(winner)), _) => {
            words.say_with("scores-won", &[("name", scene.name(winner).into())])
        }
        (Outcome::Draw, _) => words.say("scores-draw").into_owned(),
    }
}

impl Line {
    fn words(self, scene: &Scene, words: &Words) -> Option<String> {
        let over = scene.round.over;
        let of_best = |key, name: String, count: u16| {
            words.say_with(key, &[("name", name.into()), ("count", count.into())])
        };
        match self {
            Self::Round => Some(round(scene, words)),
            Self::Winner if over => scene.round.outcome.map_or_else(
                || Some(words.say("scores-title").into_owned()),
                |outcome| Some(ended(outcome, scene, words)),
            ),
            Self::Winner => Some(words.say("scores-title").into_owned()),
            Self::Tie => tie(scene, words),
            Self::Kills if over => {
                let (line, names) = best(&scene.scores, words, |line| line.kills)?;
                Some(of_best("scores-most-kills", names, line.kills))
            }
            Self::Deaths if over => {
                let fewest = |line: &ScoreLine| std::cmp::Reverse(line.deaths);
                let (line, names) = best(&scene.scores, words, fewest)?;
                Some(of_best("scores-survivor", names, line.deaths))
            }
            // Among teams nobody's own place counts.
            Self::Place if !scene.has_teams() => {
                let place = scene.me.and_then(|me| scene.rank(me))?;
                let of = scene.scores.len();
                Some(
                    words.say_with(
                        "scores-your-place",
                        &[("place", place.into()), ("of", of.into())],
                    ),
                )
            }
            Self::Next if over => {
                let seconds = scene.round.left_s.max(0.0).ceil() as u32;
                Some(words.say_with("scores-next", &[("seconds", seconds.into())]))
            }
            Self::Kills | Self::Deaths | Self::Place | Self::Next => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(id: u16, kills: u16, deaths: u16) -> ScoreLine {
        ScoreLine { kills, deaths, ..ScoreLine::of(id) }
    }

    #[test]
    fn those_who_are_alike_are_named_together_and_many_are_counted() {
        let words = Words::of(crate::language::Language::English);
        let scores = [line(2, 0, 9), line(4, 1, 9), line(8, 1, 9), line(3, 1, 9), line(5, 1, 9)];
        let of = |scores| best(scores, &words, |line: &ScoreLine| line.kills).map(|(_, who)| who);
        assert_eq!(of(&scores[..2]), Some("p4".to_owned()));
        assert_eq!(of(&scores[..4]), Some("p4, p8, p3".to_owned()));
        assert_eq!(of(&scores), Some("4 pilots".to_owned()));
        assert_eq!(of(&scores[1..]), None, "all are alike");
        assert_eq!(of(&scores[..1]), None, "who is alone");
    }

    #[test]
    fn the_fewest_deaths_are_those_of_the_table() {
        let words = Words::of(crate::language::Language::English);
        let mut scene = Scene::default();
        scene.round.over = true;
        // The last has done nothing, and has died as rarely as the first.
        scene.scores = vec![line(1, 2, 0), line(2, 1, 2), line(3, 1, 1), line(4, 0, 0)];
        let said = |scene: &Scene| Line::Deaths.words(scene, &words);
        assert_eq!(said(&scene).as_deref(), Some("Fewest deaths: p1, p4 with 0"));
        scene.scores = (1..8).map(|id| line(id, 1, 1)).collect();
        scene.scores[0].deaths = 4;
        assert_eq!(said(&scene).as_deref(), Some("Fewest deaths: 6 pilots with 1"));
    }

    #[test]
    fn a_winner_with_no_more_points_is_explained() {
        let words = Words::of(crate::language::Language::English);
        let mut scene = Scene::default();
        scene.round.over = true;
        scene.standing.mode = game_sim::Mode::ControlPoints;
        scene.round.outcome = Some(Outcome::Won(Winner::Team(game_sim::Team::West)));
        let said = |scene: &Scene| Line::Tie.words(scene, &words);
        scene.standing.scores = [20, 19];
        assert_eq!(said(&scene), None, "the points say it");
        scene.standing.scores = [19, 19];
        assert!(said(&scene).is_some_and(|said| said.contains("19") && said.contains("West")));
        scene.round.over = false;
        assert_eq!(said(&scene), None, "the next round is on");
        let mut alone = Scene { scores: vec![line(1, 3, 1), line(2, 3, 2)], ..Scene::default() };
        alone.round.over = true;
        alone.round.outcome = Some(Outcome::Won(Winner::Pilot(PilotId(1))));
        assert!(said(&alone).is_some_and(|said| said.contains("fewer deaths")));
        alone.scores[0].score = 5;
        assert_eq!(said(&alone), None);
    }

    #[test]
    fn nobody_is_told_of_a_draw_that_the_server_has_not_told_of() {
        let words = Words::of(crate::language::Language::English);
        let mut scene = Scene::default();
        scene.round.over = true;
        let said = |scene: &Scene| Line::Winner.words(scene, &words);
        assert_eq!(said(&scene).as_deref(), Some("Standings"), "who came after the end");
        scene.round.outcome = Some(Outcome::Draw);
        assert_eq!(said(&scene).as_deref(), Some("The round is a draw"));
        scene.me = Some(PilotId(3));
        scene.round.outcome = Some(Outcome::Won(Winner::Pilot(PilotId(3))));
        assert_eq!(said(&scene).as_deref(), Some("You won the round"));
    }
}
