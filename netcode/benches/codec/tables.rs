//! The rows of the recordings, as a protocol.
//!
//! A protocol's tables are constants, so they can't be taken from a file at run time. They stand here
//! once more, and must equal what each recording says of itself, or the benchmark refuses to run. The
//! other way, a second entrance to the codec for tables that are known late, would have measured
//! something that no server runs.

use netcode::{
    EntityId, KindTable, Protocol, Replicate, Snapshot, Tick,
    row::{Field, Predict},
};

/// Whatever game the recordings are of.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Recorded {}

/// Nobody plays: an input is needed only to carry acknowledgements.
#[derive(Clone, Copy, Debug, Default, PartialEq, Replicate)]
pub(crate) struct Idle {
    idle: bool,
}

impl Protocol for Recorded {
    const NAME: &'static str = "recorded";
    const VERSION: &'static str = "1";
    const KINDS: &'static [&'static KindTable] = &[
        &KindTable { name: "pilot", fields: &PILOT },
        &KindTable { name: "rocket", fields: &ROCKET },
        &KindTable { name: "pickup", fields: &PICKUP },
        &KindTable { name: "own", fields: &OWN },
        &KindTable { name: "round", fields: &ROUND },
    ];

    type Input = Idle;
    type Greeting = ();
    type Event = ();
    type Request = ();
    type Own = EntityId;
    type Scenery = ();

    fn own(_: &Snapshot, (): &()) -> Option<EntityId> {
        None
    }

    fn step_own((): &(), _: &mut EntityId, _: &Idle, _: Tick) {}

    fn distance(_: &EntityId, _: &EntityId) -> Option<f32> {
        None
    }
}

const PILOT: [Field; 10] = [
    Field::float("x", -256.0, 256.0, 0.01, false).predicted(Predict::Velocity(2)),
    Field::float("y", -256.0, 256.0, 0.01, false).predicted(Predict::Velocity(3)),
    Field::float("velocity_x", -32.0, 32.0, 0.25, false),
    Field::float("velocity_y", -32.0, 32.0, 0.25, false),
    Field::float("aim_degrees", 0.0, 360.0, 1.0, true),
    Field::integer("health", 0, 100, false),
    Field::integer("alive", 0, 1, false),
    Field::integer("protected", 0, 1, false),
    Field::integer("dashing", 0, 1, false),
    Field::integer("shots", 0, 255, true),
];

const ROCKET: [Field; 5] = [
    Field::float("x", -256.0, 256.0, 0.01, false).predicted(Predict::Velocity(2)),
    Field::float("y", -256.0, 256.0, 0.01, false).predicted(Predict::Velocity(3)),
    Field::float("velocity_x", -32.0, 32.0, 0.25, false),
    Field::float("velocity_y", -32.0, 32.0, 0.25, false),
    Field::integer("owner", 0, 4095, false),
];

const PICKUP: [Field; 4] = [
    Field::float("x", -256.0, 256.0, 0.01, false),
    Field::float("y", -256.0, 256.0, 0.01, false),
    Field::integer("kind", 0, 2, false),
    Field::integer("available", 0, 1, false),
];

const OWN: [Field; 23] = [
    Field::float("x", -256.0, 256.0, 1.0 / 512.0, false).predicted(Predict::Velocity(2)),
    Field::float("y", -256.0, 256.0, 1.0 / 512.0, false).predicted(Predict::Velocity(3)),
    Field::float("velocity_x", -32.0, 32.0, 1.0 / 256.0, false),
    Field::float("velocity_y", -32.0, 32.0, 1.0 / 256.0, false),
    Field::integer("dash_ticks", 0, 60, false),
    Field::integer("dash_cooldown_ticks", 0, 600, false),
    Field::integer("dash_direction", 0, 4095, true),
    Field::integer("aim", 0, 4095, true),
    Field::integer("health", 0, 100, false),
    Field::integer("alive", 0, 1, false),
    Field::integer("respawn_ticks", 0, 600, false),
    Field::integer("protection_ticks", 0, 600, false),
    Field::integer("weapons_free", 0, 1, false),
    Field::integer("rifle_rounds", 0, 250, false),
    Field::integer("rifle_reserve", 0, 1000, false),
    Field::integer("rifle_cooldown_ticks", 0, 600, false),
    Field::integer("reload_ticks", 0, 600, false),
    Field::integer("rockets", 0, 250, false),
    Field::integer("rocket_cooldown_ticks", 0, 600, false),
    Field::integer("shots", 0, 255, true),
    Field::integer("hits", 0, 255, true),
    Field::integer("hurt", 0, 255, true),
    Field::integer("hurt_from", 0, 4095, true),
];

const ROUND: [Field; 4] = [
    Field::integer("number", 0, 65_535, false),
    Field::integer("playing", 0, 1, false),
    Field::integer("ends_high", 0, 65_535, false),
    Field::integer("ends_low", 0, 65_535, false),
];
