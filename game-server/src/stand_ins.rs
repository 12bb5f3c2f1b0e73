//! Bots of the server's own, which fill the arena until people take their places: an empty arena is no
//! fun.
//!
//! They think with the bots' mind on what a player in their place would see, and no more. Who they are
//! and how they play follows from the server's seed.

use crate::{options::Bots, players::Players};
use game_sim::{Command, Mind, PilotId, Skill, World, sight::View, think};
use std::collections::BTreeSet;

/// What they are called; where there are more of them, a number follows. At most 12 letters, so that
/// there is room for it.
const CALL_SIGNS: [&str; 64] = [
    "Anvil", "Aster", "Badger", "Basalt", "Birch", "Bramble", "Bristle", "Cinder", "Clover",
    "Cobalt", "Comet", "Corsair", "Crow", "Dapple", "Drift", "Dune", "Ember", "Falcon", "Fennel",
    "Flint", "Foxglove", "Gale", "Garnet", "Gravel", "Hazel", "Heron", "Hollow", "Ibex", "Indigo",
    "Ivory", "Jackdaw", "Juniper", "Kestrel", "Lantern", "Larch", "Magpie", "Marrow", "Mistral",
    "Nettle", "Nimbus", "Onyx", "Osprey", "Pebble", "Pike", "Quill", "Quartz", "Raven", "Rook",
    "Rust", "Sable", "Saffron", "Slate", "Sorrel", "Spindle", "Talon", "Thistle", "Tundra",
    "Umber", "Vesper", "Viper", "Willow", "Wisp", "Yarrow", "Zephyr",
];

/// The server's own pilots.
#[derive(Debug)]
pub struct StandIns {
    fill: usize,
    skill: Skill,
    seed: u64,
    pilots: Vec<StandIn>,
    boarded: u64,
    /// The numbers of the names that are taken.
    taken: BTreeSet<u64>,
}

#[derive(Debug)]
struct StandIn {
    pilot: PilotId,
    mind: Mind,
    /// Which of the names it has.
    number: u64,
}

impl StandIns {
    /// Keeps bots and people together at `bots.fill`, as long as there are fewer people.
    #[must_use]
    pub fn new(bots: Bots, seed: u64) -> Self {
        let (fill, skill) = (usize::from(bots.fill), bots.skill);
        Self { fill, skill, seed, pilots: Vec::new(), boarded: 0, taken: BTreeSet::new() }
    }

    /// All of them have gone: what is played goes on elsewhere.
    pub fn clear(&mut self) {
        self.pilots.clear();
        self.taken.clear();
    }

    /// Lets some board or go, so that the number is right. Who came last goes first.
    pub fn adjust(&mut self, players: &mut Players) {
        // A person may have taken a place since the last tick.
        let Self { pilots, taken, .. } = self;
        pilots.retain(|bot| {
            let flies = players.is_stand_in(bot.pilot);
            flies || !taken.remove(&bot.number)
        });
        let wanted = self.fill.saturating_sub(players.playing());
        while self.pilots.len() > wanted {
            if let Some(bot) = self.pilots.pop() {
                self.taken.remove(&bot.number);
                players.release(bot.pilot);
            }
        }
        while self.pilots.len() < wanted {
            // The first that is not taken, neither by another nor by a person who is called so.
            let first = (0..).zip(&self.taken).take_while(|(free, taken)| free == *taken).count();
            let untaken = (first as u64..).filter(|number| !self.taken.contains(number));
            let mut names = untaken.map(|number| (number, self.name(number)));
            let Some((number, name)) = names.find(|(_, name)| players.has_none_like(name)) else {
                return;
            };
            let Some(pilot) = players.board(name) else { return };
            self.boarded += 1;
            let mind = Mind::with_skill(self.seed ^ self.boarded, self.skill);
            self.taken.insert(number);
            self.pilots.push(StandIn { pilot, mind, number });
        }
    }

    /// What they do in the next tick.
    pub fn think(&mut self, world: &World, commands: &mut Vec<(PilotId, Command)>) {
        for bot in &mut self.pilots {
            let Some(view) = View::of(world, bot.pilot) else { continue };
            let (input, next) = think(&view.sight(world), bot.mind.clone());
            bot.mind = next;
            commands.push((bot.pilot, Command { input, view: None }));
        }
    }

    /// The name with a number: every number has another one.
    fn name(&self, number: u64) -> String {
        // An odd step passes through all call signs; where it begins and how far it goes is the seed's.
        let scattered = self.seed.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let (first, step) = (scattered >> 32, (scattered >> 8) | 1);
        let signs = CALL_SIGNS.len() as u64;
        let sign = CALL_SIGNS[(first.wrapping_add(number.wrapping_mul(step)) % signs) as usize];
        match number / signs {
            0 => sign.to_owned(),
            again => format!("{sign} {}", again + 1),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{bans::Bans, options::Watching};
    use game_sim::name;
    use netcode::TickRate;

    fn names(fill: u16, seed: u64) -> Vec<String> {
        let (mut bots, mut players) = (
            StandIns::new(Bots::fill(fill), seed),
            Players::new(4_096, Watching::default(), Bans::default(), TickRate::new(60).unwrap()),
        );
        bots.adjust(&mut players);
        players.take_changes().0.into_iter().map(|join| join.name).collect()
    }

    #[test]
    fn each_bot_has_a_name_of_its_own_that_a_player_could_have() {
        let all = names(4_096, 7);
        assert_eq!(all.iter().collect::<BTreeSet<_>>().len(), 4_096);
        assert!(all.iter().all(|name| name::clean(name).as_ref() == Ok(name)));
    }

    #[test]
    fn the_seed_says_who_comes() {
        assert_eq!(names(8, 7), names(8, 7));
        assert_ne!(names(8, 7), names(8, 8));
    }
}
