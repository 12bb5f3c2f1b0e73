//! The rules of Tumult, an arena shooter for up to a thousand pilots.
//!
//! The game is a function: [`step`] takes a [`World`] and the [`Inputs`] of one tick and makes the
//! world of the next. There is no clock in here, no thread, no file, no socket and no global random
//! number, and the same world with the same inputs gives the same bits on every platform
//! ([`state_hash`] says so). A server steps the world, a client predicts its own pilot with
//! [`predict`], a bot decides with [`think`]; all three use the same movement.
//!
//! The world is a plane, x to the right and y up, in metres; a tick is a 60th of a second.
//!
//! ```
//! use game_sim::{Arena, Command, Inputs, Join, PilotId, PilotInput, Rules, World, step};
//! use netcode::Tick;
//!
//! let arena = Arena::builtin("yard").unwrap().unwrap();
//! let mut world = World::new(arena, Rules::default(), 1, 16, Tick(0));
//! let pilot = PilotId(0);
//! let join = Join { pilot, name: "Ada".to_owned(), bot: false };
//! step(&mut world, &Inputs { joins: vec![join], ..Inputs::default() });
//! let start = world.pilot(pilot).unwrap().own.body.position;
//!
//! let right = Command { input: PilotInput { move_x: 4, ..PilotInput::default() }, view: None };
//! for _ in 0..30 {
//!     step(&mut world, &Inputs { commands: vec![(pilot, right)], ..Inputs::default() });
//! }
//! assert_ne!(world.pilot(pilot).unwrap().own.body.position, start);
//! ```

pub mod angle;
pub mod arena;
pub mod brain;
pub mod collide;
pub mod combat;
pub mod complaint;
pub mod contest;
pub mod controls;
pub mod crowd;
pub mod event;
pub mod grid;
pub mod hash;
pub mod input;
pub mod mode;
pub mod movement;
pub mod name;
pub mod noise;
pub mod own;
pub mod pickup;
pub mod pilot;
pub mod protocol;
pub mod quantize;
mod random;
pub mod replicate;
pub mod round;
pub mod rules;
pub mod sight;
pub mod sightlines;
mod spawn;
pub mod steer;
mod step;
pub mod team;
pub mod text;
pub mod vantage;
pub mod world;

pub use arena::{Arena, ArenaError, assets_hash};
pub use brain::{Mind, Skill, think};
pub use combat::{Hit, Rocket};
pub use complaint::{ComplaintAnswer, Misdeed};
pub use contest::{Contest, Point, Presence};
pub use event::{Choice, Event, Unsaid, Weapon, WhyDied};
pub use hash::state_hash;
pub use input::PilotInput;
pub use mode::Mode;
pub use movement::{Body, advance};
pub use noise::{Noise, NoiseKind};
pub use own::{Fired, Own, predict};
pub use pickup::{Pickup, PickupKind};
pub use pilot::{Pilot, PilotId};
pub use protocol::{Greeting, Request, Scenery, Tumult};
pub use replicate::{
    Entity, KIND_NOISE, KIND_OWN, KIND_PICKUP, KIND_PILOT, KIND_ROCKET, KIND_ROUND, KINDS,
    NoiseRow, OwnRow, PickupRow, PilotRow, RocketRow, RoundRow, entity, snapshot,
};
pub use round::{Phase, Round, Winner};
pub use rules::{Rules, TICK_RATE};
pub use sight::{HeardNoise, SeenPickup, SeenPilot, SeenRocket, Sight};
pub use step::{Command, Inputs, Join, step};
pub use team::Team;
pub use vantage::Vantage;
pub use world::World;

/// The version of the rules: two builds with the same one compute the same bits.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");
