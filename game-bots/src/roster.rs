//! Who is in the arena, with which score: from the events, which come reliably and in order.

use game_sim::{Event, PilotId, Team, name};
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// One line of the table of scores.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Entry {
    /// As others see it, without anything that plays tricks on them: a server may be anybody's.
    pub name: String,
    /// Whether nobody sits there.
    pub bot: bool,
    /// Kills less suicides, in this round.
    pub score: i16,
    /// In this round.
    pub kills: u16,
    /// In this round.
    pub deaths: u16,
    /// Where there are teams.
    pub team: Option<Team>,
}

/// Everybody in the arena.
#[derive(Clone, Debug, Default)]
pub struct Roster {
    entries: BTreeMap<PilotId, Entry>,
    /// Names from before the connection broke, until the server has told them anew.
    former: BTreeMap<PilotId, Entry>,
    /// Counts changes, and those of who is here and on which side.
    revision: u64,
    crowd: u64,
    /// Whether names and scores are let pass.
    only_sides: bool,
}

impl Roster {
    /// Nobody yet. With `only_sides` it keeps nothing but who is on which side, for a bot that has nobody to show
    /// a table to: of a thousand bots in one process each would write down whom each of the others shot.
    #[must_use]
    pub fn new(only_sides: bool) -> Self {
        Self { only_sides, ..Self::default() }
    }

    /// Everybody is gone.
    pub fn clear(&mut self) {
        let (revision, crowd) = (self.revision + 1, self.crowd + 1);
        *self = Self { revision, crowd, ..Self::new(self.only_sides) };
    }

    /// The line of one pilot.
    #[must_use]
    pub fn entry(&self, pilot: PilotId) -> Option<&Entry> {
        self.entries.get(&pilot)
    }

    /// The team of a pilot, where there are teams and it was told.
    #[must_use]
    pub fn team(&self, pilot: PilotId) -> Option<Team> {
        self.entries.get(&pilot)?.team
    }

    /// The name of a pilot, unless it has gone or was never told of.
    #[must_use]
    pub fn name(&self, pilot: PilotId) -> Option<&str> {
        let known = self.entries.get(&pilot).or_else(|| self.former.get(&pilot));
        known.map(|entry| entry.name.as_str())
    }

    /// The connection was broken, and what happened meanwhile was not heard. The server tells again
    /// who is here.
    pub fn renew(&mut self) {
        self.revision += 1;
        self.crowd += 1;
        self.former = std::mem::take(&mut self.entries);
    }

    /// Another number whenever something has changed, so that who shows a thousand lines need not make
    /// them anew for each picture.
    #[must_use]
    pub fn revision(&self) -> u64 {
        self.revision
    }

    /// Another number whenever somebody has come, gone or changed sides: as long as it is the same, only scores have
    /// changed.
    #[must_use]
    pub fn crowd(&self) -> u64 {
        self.crowd
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether nobody is there.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Everybody, the best first; of two alike who died less, then who came first.
    #[must_use]
    pub fn ranking(&self) -> Vec<(PilotId, &Entry)> {
        let mut ranking: Vec<_> =
            self.entries.iter().map(|(pilot, entry)| (*pilot, entry)).collect();
        ranking.sort_by_key(|(pilot, entry)| place(entry.score, entry.deaths, *pilot));
        ranking
    }

    /// Takes what an event says of people and scores.
    pub fn note(&mut self, event: &Event) {
        let is_of_sides = match event {
            Event::Joined { team, .. } | Event::Present { team, .. } => team.is_some(),
            Event::Left { .. } | Event::Sided { .. } => true,
            _ => false,
        };
        if self.only_sides && !is_of_sides {
            return;
        }
        self.revision += 1;
        let is_of_crowd = matches!(
            event,
            Event::Joined { .. } | Event::Present { .. } | Event::Left { .. } | Event::Sided { .. }
        );
        self.crowd += u64::from(is_of_crowd);
        match event {
            Event::Joined { pilot, name, bot, score, kills, deaths, team }
            | Event::Present { pilot, name, bot, score, kills, deaths, team } => {
                let (score, kills, deaths, team) = (*score, *kills, *deaths, *team);
                let name = if self.only_sides { String::new() } else { name::shown(name) };
                let entry = Entry { name, bot: *bot, score, kills, deaths, team };
                self.entries.insert(*pilot, entry);
            }
            Event::Left { pilot } => {
                self.entries.remove(pilot);
            }
            Event::Sided { pilot, team } => {
                if self.only_sides {
                    self.entries.entry(*pilot).or_default();
                }
                if let Some(entry) = self.entries.get_mut(pilot) {
                    entry.team = Some(*team);
                }
            }
            Event::Killed { killer, victim, .. } => self.note_kill(*killer, *victim),
            Event::RoundStarted { .. } => {
                for entry in self.entries.values_mut() {
                    (entry.score, entry.kills, entry.deaths) = (0, 0, 0);
                }
            }
            _ => {}
        }
    }

    fn note_kill(&mut self, killer: Option<PilotId>, victim: PilotId) {
        if let Some(entry) = self.entries.get_mut(&victim) {
            entry.deaths = entry.deaths.saturating_add(1);
        }
        let team = killer.and_then(|killer| self.team(killer));
        let treason = team.is_some() && team == self.team(victim);
        let Some(entry) = killer.and_then(|killer| self.entries.get_mut(&killer)) else { return };
        if killer == Some(victim) || treason {
            entry.score = entry.score.saturating_sub(1);
        } else {
            entry.score = entry.score.saturating_add(1);
            entry.kills = entry.kills.saturating_add(1);
        }
    }
}

/// Where somebody stands among others, the least first: the best score, then the fewest deaths, then who came first,
/// so that the order never flickers.
#[must_use]
pub fn place(score: i16, deaths: u16, pilot: PilotId) -> impl Ord + use<> {
    (Reverse(score), deaths, pilot)
}

#[cfg(test)]
mod tests {
    use super::*;
    use game_sim::{Arena, Inputs, Join, Mind, Rules, Weapon, World, sight::View, step, think};
    use netcode::Tick;

    #[test]
    fn whatever_a_server_calls_somebody_plays_no_tricks_on_who_reads_it() {
        let mut roster = Roster::default();
        let name = |name: &str| Event::Joined {
            pilot: PilotId(1),
            name: name.to_owned(),
            bot: false,
            score: 0,
            kills: 0,
            deaths: 0,
            team: None,
        };
        for (said, shown) in [("A\u{202e}nn\u{61c}", "Ann"), ("\u{200b}", "?")] {
            roster.note(&name(said));
            assert_eq!(roster.name(PilotId(1)), Some(shown));
        }
        assert_eq!(roster.name(PilotId(2)), None);
    }

    #[test]
    fn the_best_stand_first_ties_keep_still_and_no_score_of_a_server_breaks_the_order() {
        let mut roster = Roster::default();
        for (id, score, deaths) in
            [(4, i16::MIN, 0), (3, 1, 0), (1, 5, 9), (2, 5, 2), (0, 1, 0), (5, i16::MAX, 0)]
        {
            roster.note(&Event::Present {
                pilot: PilotId(id),
                name: format!("p{id}"),
                bot: false,
                score,
                kills: 0,
                deaths,
                team: None,
            });
        }
        let order: Vec<u16> = roster.ranking().iter().map(|(pilot, _)| pilot.0).collect();
        assert_eq!(order, [5, 2, 1, 0, 3, 4]);
    }

    #[test]
    fn who_keeps_only_sides_knows_them_and_no_scores() {
        let (one, other) = (PilotId(1), PilotId(2));
        let joined = |pilot, team| Event::Joined {
            pilot,
            name: "Ann".into(),
            bot: false,
            score: 3,
            kills: 3,
            deaths: 0,
            team,
        };
        let killed = Event::Killed { killer: Some(one), victim: other, weapon: Weapon::Rifle };
        let mut rosters = [true, false].map(Roster::new);
        for roster in &mut rosters {
            roster.note(&joined(one, Some(Team::West)));
            roster.note(&joined(other, None));
            roster.note(&killed);
        }
        let [sides, all] = &rosters;
        assert_eq!((sides.len(), all.len()), (1, 2));
        assert_eq!((sides.team(one), all.team(one)), (Some(Team::West), Some(Team::West)));
        let kills = |roster: &Roster| roster.entry(one).map(|entry| entry.kills);
        assert_eq!((kills(sides), kills(all)), (Some(3), Some(4)));
        rosters[0].clear();
        rosters[0].note(&joined(other, None));
        assert!(rosters[0].is_empty(), "it still keeps only sides");
        rosters[0].note(&Event::Sided { pilot: other, team: Team::East });
        assert_eq!(rosters[0].team(other), Some(Team::East));
    }

    /// A match of bots, heard only through its events: the table must be the simulation's own.
    #[test]
    fn the_events_tell_the_scores_that_the_simulation_keeps() {
        let arena = Arena::builtin("yard").unwrap().unwrap();
        let mut world = World::new(arena, Rules::default(), 3, 12, Tick(0));
        let mut minds: Vec<Mind> = (0..12).map(Mind::new).collect();
        let join = |slot| Join { pilot: PilotId(slot), name: format!("bot {slot}"), bot: true };
        let mut inputs = Inputs { joins: (0..12).map(join).collect(), ..Inputs::default() };
        let (mut roster, mut kills) = (Roster::default(), 0);
        for _ in 0..60 * 60 {
            step(&mut world, &inputs);
            for event in &world.events {
                roster.note(event);
                kills += u32::from(matches!(
                    event,
                    Event::Killed { weapon: Weapon::Rifle | Weapon::Rocket, .. }
                ));
            }
            inputs = Inputs::default();
            for (mind, slot) in minds.iter_mut().zip(0..) {
                let view = View::of(&world, PilotId(slot)).unwrap();
                let (input, next) = think(&view.sight(&world), mind.clone());
                *mind = next;
                inputs.commands.push((PilotId(slot), game_sim::Command { input, view: None }));
            }
        }
        assert!(kills > 5, "{kills} kills prove nothing");
        for (id, pilot) in world.pilots() {
            let entry = roster.entry(id).unwrap();
            assert_eq!(
                (entry.score, entry.kills, entry.deaths),
                (pilot.score, pilot.kills, pilot.deaths)
            );
        }
    }
}
