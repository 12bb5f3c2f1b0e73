//! Rigid bodies as others measure themselves on them: rows of position and orientation, no velocity.
//!
//! [`Cubes`] is the scene of Fiedler's "Snapshot Compression" (2015): 901 cubes at 60 Hz. [`Bodies`] is
//! like KinematicSoup's benchmark: 250 bodies that never rest, at 30 Hz. `tests/physics` records both
//! with the rows from here, and trains their tables on runs with another seed.

use netcode::{KindTable, Protocol, Replicate, Snapshot, Tick, entropy::codes::Codes};
use std::sync::LazyLock;

/// A cube: 1/512 m, and the smallest three of its quaternion in 9 bits each.
#[derive(Clone, Copy, Debug, PartialEq, Replicate)]
#[replicate(name = "cube")]
pub(crate) struct CubeRow {
    /// Position in metres, y up.
    #[replicate(range = -64.0..=64.0, precision = 0.001953125)]
    pub(crate) x: f32,
    #[replicate(range = -8.0..=56.0, precision = 0.001953125)]
    pub(crate) y: f32,
    #[replicate(range = -64.0..=64.0, precision = 0.001953125)]
    pub(crate) z: f32,
    /// Which part of the quaternion is left out: the largest.
    #[replicate(range = 0..=3)]
    pub(crate) largest: u8,
    /// The others, in their order, in 256ths of what they can be at most.
    #[replicate(range = -256..=255)]
    pub(crate) a: i16,
    #[replicate(range = -256..=255)]
    pub(crate) b: i16,
    #[replicate(range = -256..=255)]
    pub(crate) c: i16,
}

/// A body: 0.01 m, and the smallest three in steps of 0.001.
#[derive(Clone, Copy, Debug, PartialEq, Replicate)]
#[replicate(name = "body")]
pub(crate) struct BodyRow {
    /// Position in metres, y up.
    #[replicate(range = -64.0..=64.0, precision = 0.01)]
    pub(crate) x: f32,
    #[replicate(range = -8.0..=56.0, precision = 0.01)]
    pub(crate) y: f32,
    #[replicate(range = -64.0..=64.0, precision = 0.01)]
    pub(crate) z: f32,
    /// Which part of the quaternion is left out: the largest.
    #[replicate(range = 0..=3)]
    pub(crate) largest: u8,
    /// The others, in their order, in thousandths.
    #[replicate(range = -708..=708)]
    pub(crate) a: i16,
    #[replicate(range = -708..=708)]
    pub(crate) b: i16,
    #[replicate(range = -708..=708)]
    pub(crate) c: i16,
}

/// Nobody plays: an input is needed only to carry acknowledgements.
#[derive(Clone, Copy, Debug, Default, PartialEq, Replicate)]
pub(crate) struct Idle {
    idle: bool,
}

/// 901 cubes.
pub(crate) enum Cubes {}
/// 250 bodies.
pub(crate) enum Bodies {}

macro_rules! solids {
    ($game:ty, $name:literal, $row:ty, $codes:literal) => {
        impl Protocol for $game {
            const NAME: &'static str = $name;
            const VERSION: &'static str = "1";
            const KINDS: &'static [&'static KindTable] = &[<$row>::TABLE];

            type Input = Idle;
            type Greeting = ();
            type Event = ();
            type Request = ();
            type Own = ();
            type Scenery = ();

            fn own(_: &Snapshot, (): &()) -> Option<()> {
                None
            }

            fn step_own((): &(), (): &mut (), _: &Idle, _: Tick) {}

            fn codes() -> &'static Codes {
                static CODES: LazyLock<Codes> = LazyLock::new(|| {
                    let text = include_str!($codes);
                    Codes::parse(<$game>::KINDS, text).expect("the tables are whole")
                });
                &CODES
            }

            fn distance((): &(), (): &()) -> Option<f32> {
                None
            }
        }
    };
}

solids!(Cubes, "cubes", CubeRow, "../../data/cubes.codes");
solids!(Bodies, "bodies", BodyRow, "../../data/bodies.codes");
