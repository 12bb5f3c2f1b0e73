//! The vote for what is played next: who voted for what, and what it came to.
//!
//! A vote counts for a pilot, so whoever comes back over another connection has one, not two. Pilots
//! that the server flies have none.

use game_sim::PilotId;
use rand_pcg::{
    Pcg32,
    rand_core::{Rng, SeedableRng},
};
use std::collections::BTreeMap;

/// An open vote between some choices, told by their places.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ballot {
    choices: usize,
    votes: BTreeMap<PilotId, u8>,
}

impl Ballot {
    /// A vote between so many choices, of which the first is what comes without one.
    #[must_use]
    pub fn new(choices: usize) -> Self {
        Self { choices, votes: BTreeMap::new() }
    }

    /// Takes a vote; the last of each pilot counts. What is no choice is ignored.
    pub fn cast(&mut self, pilot: PilotId, choice: u8) {
        if usize::from(choice) < self.choices {
            self.votes.insert(pilot, choice);
        }
    }

    /// Forgets the votes of those who have gone.
    pub fn retain(&mut self, is_here: impl Fn(PilotId) -> bool) {
        self.votes.retain(|pilot, _| is_here(*pilot));
    }

    /// How many voted for each choice.
    #[must_use]
    pub fn counts(&self) -> Vec<u16> {
        let mut counts = vec![0; self.choices];
        for choice in self.votes.values() {
            counts[usize::from(*choice)] += 1;
        }
        counts
    }

    /// The choice with the most votes; of several with the same, the one that the seed picks. Without
    /// any vote the first.
    #[must_use]
    pub fn outcome(&self, seed: u64) -> usize {
        let counts = self.counts();
        let most = counts.iter().max().copied().unwrap_or(0);
        if most == 0 {
            return 0;
        }
        let best: Vec<usize> = (0..counts.len()).filter(|&choice| counts[choice] == most).collect();
        best[Pcg32::seed_from_u64(seed).next_u32() as usize % best.len()]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_most_votes_win_and_each_pilot_has_one() {
        let mut ballot = Ballot::new(3);
        assert_eq!(ballot.outcome(1), 0, "without a vote the next in order comes");
        for (pilot, choice) in [(1, 1), (2, 2), (3, 2), (1, 2), (2, 1), (4, 9)] {
            ballot.cast(PilotId(pilot), choice);
        }
        assert_eq!(ballot.counts(), [0, 1, 2]);
        assert!((0..50).all(|seed| ballot.outcome(seed) == 2));
        ballot.retain(|pilot| pilot == PilotId(2));
        assert_eq!(ballot.outcome(7), 1);
    }

    #[test]
    fn a_tie_is_broken_by_the_seed_and_by_nothing_else() {
        let mut ballot = Ballot::new(4);
        ballot.cast(PilotId(1), 1);
        ballot.cast(PilotId(2), 3);
        let outcomes: Vec<usize> = (0..64).map(|seed| ballot.outcome(seed)).collect();
        assert!(outcomes.iter().all(|outcome| [1, 3].contains(outcome)));
        let first = outcomes.iter().filter(|outcome| **outcome == 1).count();
        assert!((16..48).contains(&first), "{first} of 64");
        assert_eq!(ballot.outcome(5), ballot.outcome(5));
    }
}
