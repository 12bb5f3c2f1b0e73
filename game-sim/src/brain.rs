//! The mind of a bot: from what a player sees to what it does, in one pure function.
//!
//! It knows only a [`Sight`], so it cannot cheat, and it errs as people do: it needs time to react,
//! its aim wanders, and it turns no faster than a hand does. Each mind has its own character, so
//! a room full of them does not move as one. It must stay cheap: a thousand think in each tick.

mod fight;
mod hand;
mod navigate;
mod path;
mod skill;
mod teams;

use glam::Vec2;
use netcode::Tick;
use rand_pcg::Pcg32;

use crate::angle;
use crate::input::PilotInput;
use crate::pilot::PilotId;
use crate::random;
use crate::sight::Sight;

use fight::Fight;
use hand::Hand;
use navigate::Route;
use skill::Character;

pub use skill::Skill;

/// Which of the generator's sequences minds use; the world uses another.
const MIND_STREAM: u64 = 0x6d69_6e64;

/// The memory and character of one bot.
#[derive(Clone, Debug)]
pub struct Mind {
    rng: Pcg32,
    character: Character,
    route: Route,
    fight: Fight,
    hand: Hand,
    /// How often it had been hit when it last looked.
    hurt_seen: u8,
    was_alive: bool,
}

impl Mind {
    /// A mind with the character that belongs to `seed`: good or bad as it comes.
    pub fn new(seed: u64) -> Self {
        Self::with_skill(seed, Skill::Mixed)
    }

    /// A mind that is so good; `seed` says what else it is like.
    pub fn with_skill(seed: u64, skill: Skill) -> Self {
        let mut rng = Pcg32::new(seed, MIND_STREAM);
        let character = Character::new(skill, &mut rng);
        Self {
            rng,
            character,
            route: Route::default(),
            fight: Fight::default(),
            hand: Hand::default(),
            hurt_seen: 0,
            was_alive: false,
        }
    }
}

/// What the bot does at this tick, and its mind for the next.
pub fn think(sight: &Sight<'_>, mut mind: Mind) -> (PilotInput, Mind) {
    if !sight.own.alive {
        mind.was_alive = false;
        return (PilotInput::idle(sight.own.aim), mind);
    }
    if !mind.was_alive {
        mind.was_alive = true;
        mind.route = Route::default();
        mind.fight = Fight::default();
        mind.hand = Hand::default();
        mind.hurt_seen = sight.own.hurt;
    }
    mind.fight.look(sight);
    mind.feel(sight);
    let way = mind.route.follow(sight, &mind.character, mind.fight.trail(), &mut mind.rng);
    let input = match mind.fight.target(sight) {
        Some(target) => {
            let urgent = mind.route.is_urgent().then_some(way);
            mind.fight.engage(sight, &target, &mind.character, urgent, &mut mind.rng)
        }
        None => mind.wander(sight, way),
    };
    let input = mind.dodge(sight, input);
    (mind.hand.steer(sight.tick, input), mind)
}

impl Mind {
    /// Turns to whoever hit the bot from out of its sight.
    fn feel(&mut self, sight: &Sight<'_>) {
        if self.hurt_seen == sight.own.hurt {
            return;
        }
        self.hurt_seen = sight.own.hurt;
        self.fight.suspect(sight);
    }

    /// Walks its way with nobody in sight.
    fn wander(&mut self, sight: &Sight<'_>, way: Vec2) -> PilotInput {
        let own = sight.own;
        let wanted = match self.fight.suspicion(sight.tick) {
            Some(angle) => angle,
            None if way == Vec2::ZERO => own.aim,
            None => angle::toward(way),
        };
        // Looking about while walking is half as hasty as aiming.
        let aim = fight::turn(own.aim, wanted, self.character.turn_rate * 0.5);
        PilotInput {
            reload: own.rifle_rounds < sight.rules.rifle_magazine / 2,
            ..PilotInput::idle(aim)
        }
        .with_movement(way)
    }

    /// Leaves the path of a rocket that will pass near.
    fn dodge(&mut self, sight: &Sight<'_>, input: PilotInput) -> PilotInput {
        let Some(away) = fight::threat(sight) else { return input };
        let can_dash = sight.own.body.dash_cooldown_ticks <= 1;
        // Spread over the time that a rocket needs, this chance becomes the character's.
        let dash = can_dash && random::unit(&mut self.rng) < self.character.nimbleness * 0.15;
        PilotInput { dash, ..input.with_movement(away) }
    }
}

/// Whether `tick` has come: also true of ticks long past.
fn is_due(now: Tick, tick: Tick) -> bool {
    !tick.is_after(now)
}

/// Whether a pilot is this tick's turn for work that need not be done each tick.
fn is_turn(me: PilotId, now: Tick, every: u32) -> bool {
    now.0.wrapping_add(u32::from(me.0)).is_multiple_of(every)
}
