//! Rounds: some minutes of fighting, a short intermission with the table of scores, and the next.

use serde::{Deserialize, Serialize};

use crate::pilot::{Pilot, PilotId};
use crate::rules::Rules;

/// Whether there is fighting.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Phase {
    /// Weapons are free.
    Playing,
    /// The intermission: everybody may run about, nobody can shoot.
    Over {
        /// Who won, or nobody on a draw.
        winner: Option<PilotId>,
    },
}

/// The present round.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Round {
    /// Counts from 1.
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
    Over(Option<PilotId>),
    /// The next round begins.
    Started(u16),
}

impl Round {
    /// The first round.
    pub fn first(rules: &Rules) -> Self {
        Self { number: 1, phase: Phase::Playing, left_ticks: rules.round_ticks }
    }

    /// Whether weapons are free.
    pub fn is_playing(&self) -> bool {
        self.phase == Phase::Playing
    }

    /// Advances the round by one tick. Its clock stands still while nobody is there, so that the
    /// first who comes finds a whole round.
    pub(crate) fn advance(&mut self, pilots: &[Option<Pilot>], rules: &Rules) -> Turn {
        if pilots.iter().all(Option::is_none) {
            *self = Self { number: self.number, ..Self::first(rules) };
            return Turn::None;
        }
        self.left_ticks = self.left_ticks.saturating_sub(1);
        match self.phase {
            Phase::Playing if self.left_ticks == 0 || is_decided(pilots, rules) => {
                let winner = leader(pilots);
                self.phase = Phase::Over { winner };
                self.left_ticks = rules.intermission_ticks;
                Turn::Over(winner)
            }
            Phase::Over { .. } if self.left_ticks == 0 => {
                *self = Self { number: self.number.wrapping_add(1).max(1), ..Self::first(rules) };
                Turn::Started(self.number)
            }
            _ => Turn::None,
        }
    }
}

fn is_decided(pilots: &[Option<Pilot>], rules: &Rules) -> bool {
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
        let mut round = Round::first(&rules);
        let turns: Vec<_> = (0..65).map(|_| round.advance(&[pilot(1, 0)], &rules)).collect();
        assert_eq!(turns[59], Turn::Over(Some(PilotId(0))));
        assert_eq!(turns[64], Turn::Started(2));
        assert!(turns.iter().filter(|&&turn| turn != Turn::None).count() == 2);
        assert_eq!(round.advance(&[pilot(10, 0)], &rules), Turn::Over(Some(PilotId(0))));
    }

    #[test]
    fn the_clock_waits_for_the_first_pilot() {
        let rules = Rules::default();
        let mut round = Round::first(&rules);
        assert_eq!(round.advance(&[pilot(0, 0)], &rules), Turn::None);
        assert_eq!(round.left_ticks, rules.round_ticks - 1);
        round.advance(&[None], &rules);
        assert_eq!(round.left_ticks, rules.round_ticks);
    }
}
