//! Everything that is true in one arena at one tick.
//!
//! Anyone may read it; only [`crate::step`] changes it. A copy of a world, given the same inputs,
//! becomes the same world: the generator of random numbers and the history are part of it.

use std::sync::Arc;

use glam::Vec2;
use netcode::Tick;
use netcode::rewind::{Rewind, moment};
use rand_pcg::Pcg32;

use crate::arena::Arena;
use crate::combat::{Damage, Hit, Order, ROCKET_IDS, Rocket};
use crate::contest::Contest;
use crate::crowd::Crowd;
use crate::event::Event;
use crate::mode::Mode;
use crate::noise::Noise;
use crate::pickup::Pickup;
use crate::pilot::{Pilot, PilotId};
use crate::round::Round;
use crate::rules::Rules;
use crate::step::Command;

/// The most pilots in one arena: their identities as entities must not meet the pickups'.
pub const MAX_PILOTS: usize = 4096;

/// Which of the generator's sequences the world uses; minds use others.
const WORLD_STREAM: u64 = 0x7475_6d75_6c74;

/// The first rocket's id: near the last, so that ids begin anew in every match's first fight.
const FIRST_ROCKET: u16 = ROCKET_IDS - 5;

/// The state of one arena.
#[derive(Clone, Debug)]
pub struct World {
    /// The tick that the last step made.
    pub tick: Tick,
    /// Where it all happens.
    pub arena: Arc<Arena>,
    /// The numbers of the game.
    pub rules: Arc<Rules>,
    /// What is played.
    pub mode: Mode,
    /// One for each slot. Who comes and goes does so in a step, which keeps count of the slots to look at.
    pub pilots: Vec<Option<Pilot>>,
    /// The slots from here on are free: nobody looks through thousands of them for a few pilots.
    pub(crate) free_from: usize,
    /// In flight, in ascending order of their ids.
    pub rockets: Vec<Rocket>,
    /// In the order of the arena's list.
    pub pickups: Vec<Pickup>,
    /// What is to be heard of the last ticks, by square, and in each the oldest first.
    pub noises: Vec<Noise>,
    /// The present round.
    pub round: Round,
    /// The points that teams fight for, where there are teams.
    pub contest: Option<Contest>,
    /// What happened in the last step.
    pub events: Vec<Event>,
    /// What was hit in the last step, and by what it was judged.
    pub hits: Vec<Hit>,
    /// Where everybody stood in the last ticks, for lag compensation.
    pub history: Rewind<Crowd>,
    /// The only source of chance.
    pub(crate) rng: Pcg32,
    /// Where the search for a rocket's id goes on, so that ids are reused late.
    pub(crate) next_rocket: u16,
    pub(crate) scratch: Scratch,
}

/// Lists that a step makes and that nobody sees after it: no part of the state, kept for their memory.
#[derive(Debug, Default)]
pub(crate) struct Scratch {
    pub(crate) by_slot: Vec<Option<Command>>,
    pub(crate) orders: Vec<Order>,
    pub(crate) damages: Vec<Damage>,
    pub(crate) blasts: Vec<Vec2>,
}

impl Clone for Scratch {
    /// A copy of a world begins with none.
    fn clone(&self) -> Self {
        Self::default()
    }
}

impl World {
    /// An empty world at `start_tick`, in which everybody fights everybody: the first step makes the
    /// tick after it.
    ///
    /// # Panics
    /// When `max_pilots` is above [`MAX_PILOTS`], or a rule is out of its range.
    pub fn new(
        arena: Arc<Arena>,
        rules: Rules,
        seed: u64,
        max_pilots: usize,
        start_tick: Tick,
    ) -> Self {
        Self::in_mode(arena, Mode::FreeForAll, rules, seed, max_pilots, start_tick)
    }

    /// The same for any mode. Whoever asks for one that needs points has seen that the arena has some
    /// ([`Arena::check_mode`]); without any, nobody scores.
    ///
    /// # Panics
    /// As [`World::new`].
    pub fn in_mode(
        arena: Arc<Arena>,
        mode: Mode,
        rules: Rules,
        seed: u64,
        max_pilots: usize,
        start_tick: Tick,
    ) -> Self {
        assert!(max_pilots <= MAX_PILOTS, "{max_pilots} pilots are more than {MAX_PILOTS}");
        assert_eq!(rules.check(), Ok(()), "the rules are checked before a world is made of them");
        Self {
            tick: start_tick,
            pickups: arena.pickups.iter().map(Pickup::new).collect(),
            round: Round::first(&rules, mode),
            contest: mode.has_teams().then(|| Contest::new(&arena)),
            mode,
            // More than the cap: snapshots around a view may be so far apart, a shooter may have seen
            // itself so far back, and there are the present tick and the one a fraction leads to.
            history: Rewind::new(
                usize::from(rules.rewind_cap_ticks) + moment::BLEND_TICKS as usize + 2,
            ),
            arena,
            rules: Arc::new(rules),
            pilots: vec![None; max_pilots],
            free_from: 0,
            rockets: Vec::new(),
            noises: Vec::new(),
            events: Vec::new(),
            hits: Vec::new(),
            rng: Pcg32::new(seed, WORLD_STREAM),
            next_rocket: FIRST_ROCKET,
            scratch: Scratch::default(),
        }
    }

    /// The pilot in a slot.
    pub fn pilot(&self, id: PilotId) -> Option<&Pilot> {
        self.pilots.get(id.index())?.as_ref()
    }

    /// All pilots with their slots, in ascending order.
    pub fn pilots(&self) -> impl Iterator<Item = (PilotId, &Pilot)> {
        self.slots()
            .iter()
            .zip(0..)
            .filter_map(|(pilot, slot)| Some((PilotId(slot), pilot.as_ref()?)))
    }

    /// The slots up to the last that somebody has.
    pub(crate) fn slots(&self) -> &[Option<Pilot>] {
        self.pilots.get(..self.free_from).unwrap_or(&self.pilots)
    }

    /// A slot that nobody has.
    pub fn free_slot(&self) -> Option<PilotId> {
        self.pilots.iter().position(Option::is_none).map(|slot| PilotId(slot as u16))
    }

    /// The tick at which the present phase of the round ends, if nobody ends it sooner.
    pub fn round_ends(&self) -> Tick {
        self.tick + self.round.left_ticks
    }

    pub(crate) fn pilot_mut(&mut self, id: PilotId) -> Option<&mut Pilot> {
        self.pilots.get_mut(id.index())?.as_mut()
    }
}
