//! The sync test of rollback netcode (GGPO's, GGRS's): every tick of a whole match is taken back by
//! eight ticks and played again, and must come out the same to the bit. What a step reads that is not
//! in the state, or what a copy of the state leaves out, shows here on the very tick.

use std::collections::VecDeque;

use game_sim::sight::View;
use game_sim::{
    Arena, Command, Event, Inputs, Join, Mind, Mode, Own, PilotId, PilotInput, Rules, World, own,
    state_hash, step, think,
};
use netcode::predict::{Predictor, Reconciled};
use netcode::{Moment, Tick, ViewTime};

/// How far back each tick goes.
const REWIND_TICKS: usize = 8;
/// Where the counter of ticks begins: it wraps a quarter of a minute later.
const START: Tick = Tick(u32::MAX - 1_000);

/// A tick as it was played the first time.
struct Played {
    before: World,
    inputs: Inputs,
    hash: u64,
    events: Vec<Event>,
}

/// Bots that come, fight and go, each judged by what it saw some ticks ago.
struct Bots {
    minds: Vec<Mind>,
    away: Option<u16>,
}

impl Bots {
    const COUNT: u16 = 12;

    fn new() -> Self {
        Self {
            minds: (0..Self::COUNT).map(|slot| Mind::new(u64::from(slot))).collect(),
            away: None,
        }
    }

    fn join(slot: u16) -> Join {
        Join { pilot: PilotId(slot), name: format!("bot {slot}"), bot: true }
    }

    fn inputs(&mut self, world: &World) -> Inputs {
        let next = world.tick.next();
        let mut inputs = Inputs::default();
        if world.tick == START {
            inputs.joins = (0..Self::COUNT).map(Self::join).collect();
        } else if next.0.is_multiple_of(400) {
            let slot = (next.0 / 400 % u32::from(Self::COUNT)) as u16;
            match self.away.take() {
                Some(slot) => inputs.joins.push(Self::join(slot)),
                None => {
                    inputs.leaves.push(PilotId(slot));
                    self.away = Some(slot);
                }
            }
        }
        for (mind, slot) in self.minds.iter_mut().zip(0..) {
            let Some(view) = View::of(world, PilotId(slot)) else { continue };
            let (input, next_mind) = think(&view.sight(world), mind.clone());
            *mind = next_mind;
            let lag_ticks = 1.0 + f64::from(slot) * 0.83;
            let view = ViewTime::before(next, lag_ticks);
            let view = Some(Moment::at(view, view));
            inputs.commands.push((PilotId(slot), Command { input, view }));
        }
        inputs
    }
}

fn yard() -> std::sync::Arc<Arena> {
    Arena::builtin("yard").expect("every build has it").expect("it can be read")
}

#[test]
fn every_tick_of_a_match_played_again_eight_ticks_later_is_the_same() {
    play_again(Mode::FreeForAll, Rules::default(), 20);
}

#[test]
fn every_tick_of_a_match_of_teams_played_again_is_the_same() {
    let rules = Rules { warm_up_ticks: 300, round_ticks: 3600, ..Rules::default() };
    play_again(Mode::ControlPoints, rules, 10);
}

fn play_again(mode: Mode, rules: Rules, least_kills: usize) {
    let mut world = World::in_mode(yard(), mode, rules, 5, usize::from(Bots::COUNT), START);
    let (mut bots, mut played) = (Bots::new(), VecDeque::new());
    let (mut kills, mut wrapped) = (0, false);
    // A whole round, the intermission, and five seconds of the next round.
    let mut left_ticks = None;
    while left_ticks != Some(0) {
        left_ticks = left_ticks.map(|left: u32| left - 1);
        let inputs = bots.inputs(&world);
        let before = world.clone();
        step(&mut world, &inputs);
        let (hash, events) = (state_hash(&world), world.events.clone());
        kills += events.iter().filter(|event| matches!(event, Event::Killed { .. })).count();
        if events.contains(&Event::RoundStarted { number: 2 }) {
            left_ticks = Some(5 * game_sim::TICK_RATE);
        }
        wrapped |= world.tick.0 == 0;
        played.push_back(Played { before, inputs, hash, events });
        if played.len() < REWIND_TICKS {
            continue;
        }
        // The game goes on with the world that was played again, so that nothing can hide behind it.
        let now = world.tick;
        world.clone_from(&played[0].before);
        for again in &played {
            step(&mut world, &again.inputs);
            assert_eq!(state_hash(&world), again.hash, "tick {} differs at {now}", world.tick);
            assert_eq!(world.events, again.events, "the events of {} differ", world.tick);
        }
        played.pop_front();
    }
    assert!(wrapped, "the counter of ticks never wrapped");
    assert!(kills > least_kills, "{kills} kills are no match");
}

/// What a person's hands might do: something else every few ticks.
fn hands(tick: Tick) -> PilotInput {
    let random = |salt: u32| (tick.0 / 7).wrapping_add(salt).wrapping_mul(0x9e37_79b1) >> 16;
    PilotInput {
        move_x: (random(1) % 9) as i8 - 4,
        move_y: (random(2) % 9) as i8 - 4,
        aim: (random(3) % 4_096) as u16,
        fire: random(4) % 3 > 0,
        rocket: random(5) % 11 == 0,
        dash: random(6) % 5 == 0,
        reload: random(7) % 13 == 0,
    }
}

#[test]
fn a_client_that_replays_eight_ticks_has_the_servers_state_every_tick() {
    let (arena, rules, me) = (yard(), Rules::default(), PilotId(0));
    let mut world = World::new(arena.clone(), rules.clone(), 9, 1, START);
    let join = Join { pilot: me, name: "Ann".to_owned(), bot: false };
    step(&mut world, &Inputs { joins: vec![join], ..Inputs::default() });
    let predict = |own: &mut Own, input: &PilotInput, _| {
        own::predict(own, input, &arena, &rules);
    };
    let mut predictor = Predictor::new();
    predictor.predict(world.tick, PilotInput::default(), predict);
    let mut truth = VecDeque::from([(world.tick, server_own(&world, me))]);
    let (_, first) = truth[0];
    assert_eq!(predictor.reconcile(world.tick, first, predict), Reconciled::Started);
    for _ in 0..60 * game_sim::TICK_RATE {
        // Nobody interferes: what lies about or explodes changes a pilot as others do.
        world.pickups.clear();
        world.rockets.clear();
        let tick = world.tick.next();
        let command = Command { input: hands(tick), view: None };
        let commands = vec![(me, command)];
        step(&mut world, &Inputs { commands, ..Inputs::default() });
        predictor.predict(tick, hands(tick), predict);
        let server = server_own(&world, me);
        truth.push_back((tick, server));
        if truth.len() <= REWIND_TICKS {
            continue;
        }
        let (past, known) = truth[0];
        // A server that said something else takes the client elsewhere ...
        let mut wrong = known;
        wrong.body.position += glam::Vec2::splat(0.25);
        wrong.aim ^= 1;
        assert!(matches!(predictor.reconcile(past, wrong, predict), Reconciled::Corrected { .. }));
        // ... and the truth brings it back, to the bit.
        assert!(matches!(predictor.reconcile(past, known, predict), Reconciled::Corrected { .. }));
        assert_eq!(predictor.state(), Some(&server), "replayed from {past} to {tick}");
        truth.pop_front();
    }
}

fn server_own(world: &World, me: PilotId) -> Own {
    world.pilot(me).expect("it is in").own
}
