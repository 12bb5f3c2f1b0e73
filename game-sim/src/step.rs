//! The one function that changes a world: a tick of the game.
//!
//! Everybody moves before anybody's shot is judged, and all shots of a tick are judged before any
//! of them hurts: the order of the slots gives nobody the first shot.

use netcode::Moment;

use crate::combat;
use crate::contest::Contest;
use crate::controls::Controls;
use crate::crowd::Crowd;
use crate::event::Event;
use crate::input::PilotInput;
use crate::noise;
use crate::own::{self, Own};
use crate::pickup::{self, Pickup};
use crate::pilot::{Pilot, PilotId};
use crate::round::Turn;
use crate::spawn;
use crate::team;
use crate::world::{Scratch, World};

/// What comes from outside in one tick.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Inputs {
    /// What the pilots do. Who has none stands still and aims as before; of two the last counts.
    pub commands: Vec<(PilotId, Command)>,
    /// Who comes. The slots must be free, or be freed by `leaves` in the same tick.
    pub joins: Vec<Join>,
    /// Who goes.
    pub leaves: Vec<PilotId>,
}

/// What one pilot does.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Command {
    /// The controls.
    pub input: PilotInput,
    /// When the pilot acted and what it saw of the others; `None` judges its shots by the present.
    pub view: Option<Moment>,
}

/// Somebody who comes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Join {
    /// The slot.
    pub pilot: PilotId,
    /// What others see; the server has cleaned and shortened it.
    pub name: String,
    /// Whether the server flies it.
    pub bot: bool,
}

/// Advances the world by one tick.
pub fn step(world: &mut World, inputs: &Inputs) {
    world.tick = world.tick.next();
    world.events.clear();
    world.hits.clear();
    leave(world, &inputs.leaves);
    join(world, &inputs.joins);
    turn_round(world);
    let mut scratch = std::mem::take(&mut world.scratch);
    act(world, &inputs.commands, &mut scratch);
    respawn(world);
    let crowd = match world.history.recycle() {
        Some(oldest) => oldest.renewed(world.slots(), world.pilots.len(), &world.rules),
        None => Crowd::new(&world.pilots, world.arena.half_extents, &world.rules),
    };
    world.history.record(world.tick, crowd);
    combat::resolve(world, &mut scratch);
    world.scratch = scratch;
    noise::settle(world);
    if let Some((_, crowd)) = world.history.newest() {
        pickup::advance(
            &mut world.pickups,
            &mut world.pilots,
            crowd,
            &world.rules,
            &mut world.events,
        );
        if let Some(contest) = world.contest.as_mut().filter(|_| world.round.is_playing()) {
            let (arena, rules) = (&world.arena, &world.rules);
            contest.advance(arena, &world.pilots, crowd, rules, &mut world.events);
        }
    }
}

fn leave(world: &mut World, leaves: &[PilotId]) {
    for &pilot in leaves {
        let Some(slot) = world.pilots.get_mut(pilot.index()) else { continue };
        if slot.take().is_some() {
            // A rocket without its owner would score for whoever gets the slot next.
            world.rockets.retain(|rocket| rocket.owner != pilot);
            world.events.push(Event::Left { pilot });
        }
    }
    let last = world.slots().iter().rposition(Option::is_some);
    world.free_from = last.map_or(0, |last| last + 1);
}

fn join(world: &mut World, joins: &[Join]) {
    for join in joins {
        let Some(slot) = world.pilots.get_mut(join.pilot.index()) else { continue };
        debug_assert!(slot.is_none(), "slot {} is taken", join.pilot.0);
        let (name, bot) = (join.name.clone(), join.bot);
        let team = team::for_newcomer(world);
        let slot = &mut world.pilots[join.pilot.index()];
        *slot = Some(Pilot {
            own: Own::default(),
            controls: Controls::default(),
            name: name.clone(),
            bot,
            score: 0,
            kills: 0,
            deaths: 0,
            team,
        });
        world.free_from = world.free_from.max(join.pilot.index() + 1);
        spawn::place(world, join.pilot);
        world.events.push(Event::Joined {
            pilot: join.pilot,
            name,
            bot,
            score: 0,
            kills: 0,
            deaths: 0,
            team,
        });
    }
}

fn turn_round(world: &mut World) {
    let (pilots, contest) = (&world.pilots[..world.free_from], world.contest.as_ref());
    match world.round.advance(pilots, contest, world.mode, &world.rules) {
        Turn::None => {}
        Turn::Over(winner) => {
            world.rockets.clear();
            for pilot in world.pilots.iter_mut().flatten() {
                pilot.own.weapons_free = false;
            }
            world.events.push(Event::RoundOver { winner });
        }
        Turn::Started(number) => {
            world.pickups = world.arena.pickups.iter().map(Pickup::new).collect();
            // By the scores of the round before.
            team::balance(world);
            world.pilots.iter_mut().flatten().for_each(Pilot::clear_score);
            world.contest = world.contest.take().map(|_| Contest::new(&world.arena));
            // A rocket of the warm-up has no place in the round.
            world.rockets.clear();
            spawn::place_all(world);
            world.events.push(Event::RoundStarted { number });
        }
    }
}

/// Moves everybody, and notes who fired what.
fn act(world: &mut World, commands: &[(PilotId, Command)], scratch: &mut Scratch) {
    let Scratch { by_slot, orders, .. } = scratch;
    by_slot.clear();
    by_slot.resize(world.free_from, None);
    for &(pilot, command) in commands {
        if let Some(slot) = by_slot.get_mut(pilot.index()) {
            *slot = Some(command);
        }
    }
    orders.clear();
    for ((pilot, command), slot) in world.pilots.iter_mut().zip(&*by_slot).zip(0..) {
        let Some(pilot) = pilot else { continue };
        let command = command
            .unwrap_or_else(|| Command { input: PilotInput::idle(pilot.own.aim), view: None });
        pilot.controls.note(&command.input);
        let fired = own::predict(&mut pilot.own, &command.input, &world.arena, &world.rules);
        if fired.rifle || fired.rocket {
            orders.push(combat::Order { shooter: PilotId(slot), fired, view: command.view });
        }
    }
}

fn respawn(world: &mut World) {
    for slot in 0..world.free_from {
        let pilot = PilotId(slot as u16);
        let due = world
            .pilot(pilot)
            .is_some_and(|pilot| !pilot.own.alive && pilot.own.respawn_ticks == 0);
        if due {
            spawn::place(world, pilot);
            world.events.push(Event::Respawned { pilot });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Arena, Rules};
    use netcode::Tick;
    use proptest::prelude::*;

    proptest! {
        /// Nobody is passed over, wherever slots are free.
        #[test]
        fn the_slots_that_are_looked_at_are_those_up_to_the_last_that_is_taken(
            turns in prop::collection::vec(prop::collection::vec(0_u16..30, 0..5), 1..40),
        ) {
            let arena = Arena::builtin("yard").expect("it is built in").expect("it is whole");
            let mut world = World::new(arena, Rules::default(), 5, 30, Tick(7));
            for slots in turns {
                let mut inputs = Inputs::default();
                for pilot in slots.into_iter().map(PilotId) {
                    let comes = inputs.joins.iter().any(|join| join.pilot == pilot);
                    match world.pilot(pilot) {
                        Some(_) => inputs.leaves.push(pilot),
                        None if comes => {}
                        None => inputs.joins.push(Join { pilot, name: "A".to_owned(), bot: true }),
                    }
                }
                step(&mut world, &inputs);
                let taken = (0..30).map(PilotId).filter(|id| world.pilot(*id).is_some());
                let taken: Vec<PilotId> = taken.collect();
                prop_assert_eq!(world.slots().len(), taken.last().map_or(0, |id| id.index() + 1));
                let there: Vec<PilotId> = world.pilots().map(|(id, _)| id).collect();
                prop_assert_eq!(there, taken);
            }
        }
    }
}
