//! What is played, one after the other: arenas with their modes, and the vote between two rounds that
//! decides which comes next.
//!
//! Everything that takes long (reading maps, planning sight lines) is done before the first tick; to
//! move on is then only to choose.

use crate::{
    arenas::{self, ArenaLoadError},
    ballot::Ballot,
    interest::Interest,
    options::Options,
};
use game_sim::{
    Arena, ArenaError, Choice, Event, Mode, Phase, PilotId, World, mode::UnknownMode,
    sightlines::Sightlines,
};
use std::sync::Arc;

/// The most choices of a vote: so many fit on a screen, and on a gamepad's buttons.
const MOST_CHOICES: usize = 6;

/// How often who votes is told how it stands, in ticks.
const TELL_EVERY: u32 = 15;

/// An arena and what is played in it.
#[derive(Clone, Debug)]
pub struct Stop {
    /// The map.
    pub arena: Arc<Arena>,
    /// The mode.
    pub mode: Mode,
    /// What is seen from where.
    pub lines: Arc<Sightlines>,
}

impl Stop {
    /// As players are told.
    #[must_use]
    pub fn choice(&self) -> Choice {
        Choice { arena: self.arena.name.clone(), mode: self.mode }
    }
}

/// All that a server plays.
#[derive(Clone, Debug)]
pub struct Rotation {
    stops: Vec<Stop>,
    current: usize,
    /// How often it moved on.
    moves: u64,
    seed: u64,
    vote: Option<Vote>,
}

#[derive(Clone, Debug)]
struct Vote {
    /// The stops that can be chosen, the next one first.
    stops: Vec<usize>,
    ballot: Ballot,
    told: Vec<u16>,
}

/// Why there is nothing to play.
#[derive(Debug, thiserror::Error)]
pub enum RotationError {
    /// An arena is missing or broken.
    #[error(transparent)]
    Arena(#[from] ArenaLoadError),
    /// An arena lacks what its mode needs.
    #[error(transparent)]
    Mode(#[from] ArenaError),
    /// What stands behind the colon is no mode.
    #[error("rotation: {0}")]
    Unknown(#[from] UnknownMode),
}

impl Rotation {
    /// What the options ask for: their rotation, or their one arena.
    ///
    /// # Errors
    /// When an arena can't be had, or can't be played in its mode.
    pub fn load(options: &Options) -> Result<Self, RotationError> {
        let mut stops: Vec<Stop> = Vec::new();
        let only = [options.arena.clone()];
        let names = if options.rotation.is_empty() { &only[..] } else { &options.rotation };
        for name in names {
            let (name, mode) = parse(name, options.mode)?;
            // An arena that comes twice is read once, and seen through once.
            let known = stops.iter().find(|stop| stop.arena.name == name);
            let known = known.map(|stop| (stop.arena.clone(), stop.lines.clone()));
            let (arena, lines) = match known {
                Some(known) => known,
                None => {
                    let arena = arenas::load(name)?;
                    let interval = options.snapshot_interval();
                    let lines = Interest::sightlines_of(&arena, &options.rules, interval);
                    (arena, lines)
                }
            };
            arena.check_mode(mode)?;
            stops.push(Stop { arena, mode, lines });
        }
        Ok(Self::of(stops, options.seed))
    }

    /// One arena, for ever, in the options' mode.
    #[must_use]
    pub fn only(options: &Options, arena: Arc<Arena>, lines: Arc<Sightlines>) -> Self {
        Self::of(vec![Stop { arena, mode: options.mode, lines }], options.seed)
    }

    fn of(stops: Vec<Stop>, seed: u64) -> Self {
        Self { stops, current: 0, moves: 0, seed, vote: None }
    }

    /// What is played now.
    #[must_use]
    pub fn current(&self) -> &Stop {
        &self.stops[self.current]
    }

    /// The place of what is played now among [`Rotation::stops`].
    #[must_use]
    pub fn place(&self) -> usize {
        self.current
    }

    /// All stops, in their order.
    #[must_use]
    pub fn stops(&self) -> &[Stop] {
        &self.stops
    }

    /// What the next world's chance begins with: each is another match.
    #[must_use]
    pub fn next_seed(&self) -> u64 {
        self.seed.wrapping_add(self.moves)
    }

    /// Takes a vote of a pilot's player.
    pub fn cast(&mut self, pilot: PilotId, choice: u8) {
        if let Some(vote) = &mut self.vote {
            vote.ballot.cast(pilot, choice);
        }
    }

    /// What somebody who comes now must know of the vote.
    #[must_use]
    pub fn tell(&self) -> Vec<Event> {
        let ballot = |vote: &Vote| {
            let choices = vote.stops.iter().map(|&stop| self.stops[stop].choice()).collect();
            [Event::Ballot { choices }, Event::Votes { counts: vote.ballot.counts() }]
        };
        self.vote.iter().flat_map(ballot).collect()
    }

    /// Looks at the world after a step: a vote begins with the end of a round and is over with the next.
    /// What everybody is to be told.
    pub fn follow(&mut self, world: &World) -> Vec<Event> {
        let is_over = matches!(world.round.phase, Phase::Over { .. });
        let begins = is_over && self.vote.is_none() && self.stops.len() > 1;
        let choices = if begins { self.choices() } else { Vec::new() };
        if !is_over || (self.vote.is_none() && choices.len() < 2) {
            self.vote = None;
            return Vec::new();
        }
        let Some(vote) = &mut self.vote else {
            let ballot = Ballot::new(choices.len());
            let told = ballot.counts();
            self.vote = Some(Vote { stops: choices, ballot, told });
            return self.tell();
        };
        if !world.tick.0.is_multiple_of(TELL_EVERY) {
            return Vec::new();
        }
        vote.ballot.retain(|pilot| world.pilot(pilot).is_some());
        let counts = vote.ballot.counts();
        if counts == vote.told {
            return Vec::new();
        }
        vote.told.clone_from(&counts);
        vec![Event::Votes { counts }]
    }

    /// The stops that can be chosen, the next one first. Of several that are alike it is one: nobody could tell them
    /// apart. To stay is always a choice.
    fn choices(&self) -> Vec<usize> {
        let stops = self.stops.len();
        let same =
            |one: usize, other: usize| self.stops[one].choice() == self.stops[other].choice();
        let mut choices: Vec<usize> = Vec::new();
        for stop in (1..=stops).map(|ahead| (self.current + ahead) % stops) {
            if !choices.iter().any(|known| same(*known, stop)) {
                choices.push(stop);
            }
        }
        let stays = choices.iter().position(|stop| same(*stop, self.current));
        choices.truncate(MOST_CHOICES);
        if let Some(last) = choices.last_mut()
            && stays.is_none_or(|place| place >= MOST_CHOICES)
        {
            *last = self.current;
        }
        choices
    }

    /// Whether the next step would begin a round that is to be played elsewhere: then where. The
    /// rotation is there already.
    pub fn move_on(&mut self, world: &World) -> Option<&Stop> {
        let is_over = matches!(world.round.phase, Phase::Over { .. });
        if !is_over || world.round.left_ticks > 1 {
            return None;
        }
        let vote = self.vote.take()?;
        let outcome = vote.ballot.outcome(self.seed ^ u64::from(world.tick.0));
        let next = *vote.stops.get(outcome)?;
        let stays = self.stops[next].choice() == self.current().choice();
        self.current = next;
        if stays {
            return None;
        }
        self.moves += 1;
        Some(self.current())
    }
}

/// A name and its mode, as `yard:control_points`. What stands behind a colon and looks like a path is
/// part of the name.
fn parse(text: &str, usual: Mode) -> Result<(&str, Mode), UnknownMode> {
    let text = text.trim();
    match text.rsplit_once(':') {
        Some((name, mode)) if !mode.contains(['/', '\\', '.']) => Ok((name, mode.parse()?)),
        _ => Ok((text, usual)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn load(rotation: &[&str]) -> Result<Rotation, RotationError> {
        let rotation = rotation.iter().map(|name| (*name).to_owned()).collect();
        Rotation::load(&Options { rotation, ..Options::default() })
    }

    #[test]
    fn stops_are_read_with_their_modes_and_share_their_arenas() {
        let rotation = load(&["yard", "yard:control_points"]).unwrap();
        let [free, teams] = rotation.stops() else { panic!("two were asked for") };
        assert_eq!((free.mode, teams.mode), (Mode::FreeForAll, Mode::ControlPoints));
        assert!(Arc::ptr_eq(&free.lines, &teams.lines));
        let single = Rotation::load(&Options { mode: Mode::ControlPoints, ..Options::default() });
        assert_eq!(single.unwrap().current().choice().mode, Mode::ControlPoints);
    }

    #[test]
    fn no_two_choices_are_alike_and_to_stay_is_one_of_them() {
        let choices = |rotation: &[&str], current: usize| -> Vec<usize> {
            let loaded = load(rotation).unwrap();
            Rotation { current, ..loaded }.choices()
        };
        let teams = "yard:control_points";
        assert_eq!(choices(&["yard", teams], 0), [1, 0]);
        assert_eq!(choices(&["yard", teams, "yard", teams], 0), [1, 2]);
        assert_eq!(choices(&["yard", teams, "yard", teams], 1), [2, 3]);
        assert_eq!(choices(&["yard", "yard", teams], 0), [1, 2], "the next is the same again");
        assert_eq!(choices(&["yard", "yard"], 0), [1], "there is nothing to vote for");
    }

    #[test]
    fn what_can_not_be_played_is_named() {
        let said = load(&["yard:capture"]).unwrap_err().to_string();
        assert!(said.contains("no mode `capture`"), "{said}");
        let said = load(&["yard", "nowhere"]).unwrap_err().to_string();
        assert!(said.contains("no arena `nowhere`"), "{said}");
        assert_eq!(parse("C:\\maps\\a.tmx", Mode::FreeForAll).unwrap().0, "C:\\maps\\a.tmx");
    }
}
