//! Tumult as netcode knows it: its rows, its messages, and how the own pilot moves.

use std::sync::{Arc, LazyLock};

use netcode::delta::Guess;
use netcode::entropy::codes::Codes;
use netcode::inspect::corrections::{self, Difference};
use netcode::{KindId, KindTable, Protocol, Snapshot, Tick};
use serde::{Deserialize, Serialize};

use crate::arena::Arena;
use crate::complaint::Misdeed;
use crate::event::Event;
use crate::input::PilotInput;
use crate::mode::Mode;
use crate::own::{self, Own};
use crate::pilot::PilotId;
use crate::replicate::{self, KIND_OWN, KIND_PILOT, KIND_ROCKET, OwnRow, entity};
use crate::rules::Rules;
use crate::vantage::Vantage;

/// The game, for netcode.
#[derive(Clone, Copy, Debug)]
pub enum Tumult {}

/// What the server tells a client with its welcome.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Greeting {
    /// The client's pilot; none for who only watches.
    pub pilot: Option<PilotId>,
    /// The arena's name.
    pub arena: String,
    /// What [`Arena::hash`] must be.
    pub arena_hash: u64,
    /// The numbers of the game, which prediction needs.
    pub rules: Rules,
    /// Whether who only watches may look from [`Vantage::Above`] any place.
    pub free_view: bool,
    /// What is played.
    pub mode: Mode,
}

/// What a client asks for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Request {
    /// To say something to everybody.
    Chat(String),
    /// To look on from somewhere else, for who has no pilot.
    Watch(Vantage),
    /// To tell whoever runs the server what somebody did.
    Complain {
        /// Who did it.
        pilot: PilotId,
        /// What it was.
        misdeed: Misdeed,
    },
    /// To say something to the own team.
    TeamChat(String),
    /// To vote for a choice of the ballot, by its place; the last vote counts.
    Vote(u8),
}

/// What does not change in a session.
#[derive(Clone, Debug)]
pub struct Scenery {
    /// The map.
    pub arena: Arc<Arena>,
    /// The numbers.
    pub rules: Rules,
}

impl Protocol for Tumult {
    const NAME: &'static str = "tumult";
    const VERSION: &'static str = crate::VERSION;
    const KINDS: &'static [&'static KindTable] = &replicate::KINDS;

    type Input = PilotInput;
    type Greeting = Greeting;
    type Event = Event;
    type Request = Request;
    type Own = Own;
    type Scenery = Scenery;

    fn own(snapshot: &Snapshot, greeting: &Greeting) -> Option<Own> {
        let row = snapshot.fresh(entity::own(greeting.pilot?))?;
        Some(Own::from(&row.restore::<OwnRow>()))
    }

    fn step_own(scenery: &Scenery, own: &mut Own, input: &PilotInput, _tick: Tick) {
        own::predict(own, input, &scenery.arena, &scenery.rules);
    }

    fn needs_view(scenery: &Scenery, own: &Own, input: &PilotInput) -> bool {
        let triggers = input.fire || input.rocket;
        let fires = |mut own: Own| {
            let fired = own::predict(&mut own, input, &scenery.arena, &scenery.rules);
            fired.rifle || fired.rocket
        };
        triggers && fires(*own)
    }

    fn codes() -> &'static Codes {
        static CODES: LazyLock<Codes> = LazyLock::new(|| {
            let text = include_str!("replicate/tumult.codes");
            Codes::parse(Tumult::KINDS, text).expect("the build's tables are whole")
        });
        &CODES
    }

    fn guesses(kind: KindId) -> bool {
        matches!(kind, KIND_PILOT | KIND_OWN | KIND_ROCKET)
    }

    fn guess(scenery: &Scenery, guess: Guess<'_>) {
        replicate::guess(scenery, guess);
    }

    fn distance(before: &Own, after: &Own) -> Option<f32> {
        let lives_on = before.alive && after.alive;
        lives_on.then(|| before.body.position.distance(after.body.position))
    }

    fn differences(predicted: &Own, truth: &Own, note: &mut dyn FnMut(Difference)) {
        corrections::differences(&OwnRow::from(predicted), &OwnRow::from(truth), note);
    }
}
