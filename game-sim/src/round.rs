//! Rounds: some minutes of fighting, a short intermission with the table of scores, and the next. Before
//! the first there may be a warm-up, in which people come and nothing counts.

use serde::{Deserialize, Serialize};

use crate::contest::Contest;
use crate::mode::Mode;
use crate::pilot::{Pilot, PilotId};
use crate::rules::Rules;
use crate::team::Team;

/// Whether there is fighting.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Phase {
    /// Weapons are free, but nothing counts: it waits for people.
    WarmUp,
    /// Weapons are free.
    Playing,
    /// The intermission: everybody may run about, nobody can shoot.
    Over {
        /// Who won, or nobody on a draw.
        winner: Option<Winner>,
    },
}

/// Who won a round.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Winner {
    /// One of all.
    Pilot(PilotId),
    /// All of a team.
    Team(Team),
}

/// The present round.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Round {
    /// Counts from 1; the warm-up is 0.
    pub number: u16,
    /// What happens now.
    pub phase: Phase,
    /// How much longer the phase lasts at most.
    pub left_ticks: u32,
}

/// What a tick did to the round.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Turn {
    /// Nothing.
    None,
    /// The fighting has ended.
    Over(Option<Winner>),
    /// The next round begins.
    Started(u16),
}

impl Round {
    /// The first round, or the warm-up before it.
    pub fn first(rules: &Rules, mode: Mode) -> Self {
        let warm_up_ticks = match mode {
            Mode::FreeForAll => rules.free_for_all_warm_up_ticks,
            Mode::ControlPoints => rules.warm_up_ticks,
        };
        if warm_up_ticks > 0 {
            return Self { number: 0, phase: Phase::WarmUp, left_ticks: warm_up_ticks };
        }
        Self { number: 1, phase: Phase::Playing, left_ticks: rules.round_ticks }
    }

    /// Whether what happens counts.
    pub fn is_playing(&self) -> bool {
        self.phase == Phase::Playing
    }

    /// Whether weapons are free.
    pub fn has_weapons(&self) -> bool {
        matches!(self.phase, Phase::Playing | Phase::WarmUp)
    }

    /// Advances the round by one tick. Its clock stands still while nobody is there, so that the
    /// first who comes finds a whole round.
    pub(crate) fn advance(
        &mut self,
        pilots: &[Option<Pilot>],
        contest: Option<&Contest>,
        mode: Mode,
        rules: &Rules,
    ) -> Turn {
        if pilots.iter().all(Option::is_none) {
            let first = Self::first(rules, mode);
            let number = if first.number == 0 { 0 } else { self.number };
            *self = Self { number, ..first };
            return Turn::None;
        }
        self.left_ticks = self.left_ticks.saturating_sub(1);
        match self.phase {
            Phase::WarmUp if self.left_ticks == 0 => self.next(rules),
            Phase::WarmUp => {
                let people = pilots.iter().flatten().filter(|pilot| !pilot.bot).count();
                if people >= usize::from(rules.warm_up_players) {
                    self.left_ticks = self.left_ticks.min(rules.countdown_ticks.max(1));
                }
                Turn::None
            }
            Phase::Playing if self.left_ticks == 0 || is_decided(pilots, contest, rules) => {
                let winner = match contest {
                    Some(contest) => contest.leader().map(Winner::Team),
                    None => leader(pilots).map(Winner::Pilot),
                };
                self.phase = Phase::Over { winner };
                self.left_ticks = rules.intermission_ticks;
                Turn::Over(winner)
            }
            Phase::Over { .. } if self.left_ticks == 0 => self.next(rules),
            _ => Turn::None,
        }
    }

    fn next(&mut self, rules: &Rules) -> Turn {
        let number = self.number.wrapping_add(1).max(1);
        *self = Self { number, phase: Phase::Playing, left_ticks: rules.round_ticks };
        Turn::Started(number)
    }
}

fn is_decided(pilots: &[Option<Pilot>], contest: Option<&Contest>, rules: &Rules) -> bool {
    if let Some(contest) = contest {
        return contest.is_decided(rules);
    }
    rules.score_limit > 0 && pilots.iter().flatten().any(|pilot| pilot.score >= rules.score_limit)
}

/// Who has the highest score; among equals who died least. Nobody when that is still a tie.
pub fn leader(pilots: &[Option<Pilot>]) -> Option<PilotId> {
    let rank = |pilot: &Pilot| (pilot.score, std::cmp::Reverse(pilot.deaths));
    let pilots = || {
        pilots
            .iter()
            .zip(0..)
            .filter_map(|(pilot, slot)| Some((rank(pilot.as_ref()?), PilotId(slot))))
    };
    let (best, leader) = pilots().max_by_key(|&(rank, _)| rank)?;
    (pilots().filter(|&(rank, _)| rank == best).count() == 1).then_some(leader)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::controls::Controls;
    use crate::own::Own;

    fn pilot(score: i16, deaths: u16) -> Option<Pilot> {
        Some(Pilot {
            own: Own::default(),
            controls: Controls::default(),
            name: String::new(),
            bot: false,
            score,
            kills: 0,
            deaths,
            team: None,
        })
    }

    #[test]
    fn the_best_score_leads_then_the_fewest_deaths_then_nobody() {
        assert_eq!(leader(&[]), None);
        assert_eq!(leader(&[pilot(3, 9), None, pilot(4, 1)]), Some(PilotId(2)));
        assert_eq!(leader(&[pilot(4, 2), pilot(4, 1)]), Some(PilotId(1)));
        assert_eq!(leader(&[pilot(4, 1), pilot(4, 1)]), None);
    }

    #[test]
    fn a_round_ends_by_time_or_by_score_and_the_next_follows() {
        let rules =
            Rules { round_ticks: 60, intermission_ticks: 5, score_limit: 10, ..Rules::default() };
        let mut round = Round::first(&rules, Mode::FreeForAll);
        let mut advance = |pilot| round.advance(&[pilot], None, Mode::FreeForAll, &rules);
        let turns: Vec<_> = (0..65).map(|_| advance(pilot(1, 0))).collect();
        let won = Turn::Over(Some(Winner::Pilot(PilotId(0))));
        assert_eq!(turns[59], won);
        assert_eq!(turns[64], Turn::Started(2));
        assert!(turns.iter().filter(|&&turn| turn != Turn::None).count() == 2);
        assert_eq!(advance(pilot(10, 0)), won);
    }

    #[test]
    fn the_clock_waits_for_the_first_pilot() {
        let rules = Rules::default();
        let mode = Mode::FreeForAll;
        let mut round = Round::first(&rules, mode);
        assert_eq!(round.advance(&[pilot(0, 0)], None, mode, &rules), Turn::None);
        assert_eq!(round.left_ticks, rules.round_ticks - 1);
        round.advance(&[None], None, mode, &rules);
        assert_eq!(round.left_ticks, rules.round_ticks);
    }

    #[test]
    fn a_match_waits_for_people_or_for_its_time_and_no_longer() {
        let rules = Rules {
            warm_up_ticks: 100,
            free_for_all_warm_up_ticks: 100,
            warm_up_players: 2,
            countdown_ticks: 10,
            ..Rules::default()
        };
        let bot = || pilot(0, 0).map(|pilot| Pilot { bot: true, ..pilot });
        for mode in [Mode::ControlPoints, Mode::FreeForAll] {
            let started_after = |pilots: &[Option<Pilot>]| {
                let contest = mode.has_teams().then(Contest::default);
                let mut round = Round::first(&rules, mode);
                assert_eq!((round.number, round.phase), (0, Phase::WarmUp));
                let mut turns =
                    (1..).map(|_| round.advance(pilots, contest.as_ref(), mode, &rules));
                1 + turns.position(|turn| turn == Turn::Started(1)).unwrap()
            };
            assert_eq!(started_after(&[pilot(99, 0)]), 100, "no score ends a warm-up");
            assert_eq!(started_after(&[pilot(0, 0), bot(), bot()]), 100, "bots are not waited for");
            assert_eq!(started_after(&[pilot(0, 0), pilot(0, 0)]), 11, "a countdown after two");
        }
    }

    #[test]
    fn without_a_wait_the_first_round_begins_at_once() {
        let rules = Rules { warm_up_ticks: 0, ..Rules::default() };
        for mode in [Mode::ControlPoints, Mode::FreeForAll] {
            assert_eq!(Round::first(&rules, mode).phase, Phase::Playing);
        }
    }
}
