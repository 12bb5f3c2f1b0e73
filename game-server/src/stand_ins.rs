//! Pilots that the server flies itself until people take their places: an empty arena is no fun.
//!
//! They think with the bots' mind on what a player in their place would see, and no more.

use crate::players::Players;
use game_sim::{Command, Mind, PilotId, World, sight::View, think};

/// The server's own pilots.
#[derive(Debug)]
pub struct StandIns {
    wanted: usize,
    seed: u64,
    pilots: Vec<(PilotId, Mind)>,
    boarded: u64,
}

impl StandIns {
    /// Keeps pilots and people together at `wanted`, as long as there are fewer people.
    #[must_use]
    pub fn new(wanted: usize, seed: u64) -> Self {
        Self { wanted, seed, pilots: Vec::new(), boarded: 0 }
    }

    /// Lets some board or go, so that the number is right.
    pub fn adjust(&mut self, players: &mut Players) {
        // A person may have taken a place since the last tick.
        self.pilots.retain(|(pilot, _)| players.is_stand_in(*pilot));
        let wanted = self.wanted.saturating_sub(players.playing());
        while self.pilots.len() > wanted {
            if let Some((pilot, _)) = self.pilots.pop() {
                players.release(pilot);
            }
        }
        while self.pilots.len() < wanted {
            self.boarded += 1;
            let Some(pilot) = players.board(format!("Droid {}", self.boarded)) else { return };
            self.pilots.push((pilot, Mind::new(self.seed ^ self.boarded)));
        }
    }

    /// What they do in the next tick.
    pub fn think(&mut self, world: &World, commands: &mut Vec<(PilotId, Command)>) {
        for (pilot, mind) in &mut self.pilots {
            let Some(view) = View::of(world, *pilot) else { continue };
            let (input, next) = think(&view.sight(world), mind.clone());
            *mind = next;
            commands.push((*pilot, Command { input, view: None }));
        }
    }
}
