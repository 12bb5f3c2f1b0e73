//! What a game tells netcode about itself: its rows, its input, its reliable messages, and how its own
//! entity moves. Everything else in the crate is written once for all games.

use crate::{
    delta::Guess,
    entropy::codes::Codes,
    inspect::corrections::Difference,
    row::{KindId, KindTable, Predict, Replicate},
    snapshot::Snapshot,
    tick::Tick,
};
use serde::{Serialize, de::DeserializeOwned};
use std::fmt::Debug;
use xxhash_rust::xxh3::Xxh3;

/// Changes whenever the bytes that netcode itself puts around a game's rows change.
pub const WIRE_VERSION: u16 = 10;

/// One game. Implemented by a type without values.
///
/// ```
/// use netcode::{EntityId, KindTable, Protocol, Replicate, Snapshot, Tick};
/// #[derive(Clone, Copy, Debug, Default, PartialEq, Replicate)]
/// struct Runner {
///     #[replicate(range = -50_000..=50_000)]
///     x_mm: i32,
/// }
/// #[derive(Clone, Copy, Debug, Default, PartialEq, Replicate)]
/// struct Push {
///     #[replicate(range = -1..=1)]
///     direction: i8,
/// }
/// enum Race {}
///
/// impl Protocol for Race {
///     const NAME: &'static str = "race";
///     const VERSION: &'static str = "1";
///     const KINDS: &'static [&'static KindTable] = &[Runner::TABLE];
///     type Input = Push;
///     type Greeting = u16; // which entity is yours
///     type Event = String;
///     type Request = String;
///     type Own = Runner;
///     type Scenery = ();
///
///     fn own(snapshot: &Snapshot, mine: &u16) -> Option<Runner> {
///         snapshot.fresh(EntityId(*mine)).map(|row| row.restore())
///     }
///
///     fn step_own((): &(), own: &mut Runner, push: &Push, _: Tick) {
///         own.x_mm += i32::from(push.direction) * 100;
///     }
///
///     fn distance(before: &Runner, after: &Runner) -> Option<f32> {
///         Some((before.x_mm - after.x_mm).abs() as f32 / 1_000.0)
///     }
/// }
///
/// let mut own = Runner::default();
/// Race::step_own(&(), &mut own, &Push { direction: 1 }, Tick(1));
/// assert_eq!(own.x_mm, 100);
/// ```
pub trait Protocol: Sized + 'static {
    /// The game's name.
    const NAME: &'static str;
    /// The version that people are shown when two builds don't fit together.
    const VERSION: &'static str;
    /// The tables of all kinds of rows, at most [`crate::limits::KINDS`], by [`crate::KindId`].
    const KINDS: &'static [&'static KindTable];

    /// What a player does in one tick.
    type Input: Replicate + Copy + Default + PartialEq + Debug;
    /// What the server tells a client with its welcome.
    type Greeting: Serialize + DeserializeOwned + Clone + Debug;
    /// What the server tells reliably and in order.
    type Event: Serialize + DeserializeOwned + Clone + Debug;
    /// What a client asks for, reliably and in order.
    type Request: Serialize + DeserializeOwned + Clone + Debug;
    /// The state of the own entity that the client predicts.
    type Own: Clone + PartialEq + Debug;
    /// What does not change in a session and prediction needs, as a map.
    type Scenery: Send + Sync;

    /// The own state at a snapshot's tick, if the client has an entity in it: of a row that
    /// [is fresh](Snapshot::fresh), for one that had to wait tells of an earlier tick, and the prediction
    /// would be corrected by what is long over.
    fn own(snapshot: &Snapshot, greeting: &Self::Greeting) -> Option<Self::Own>;

    /// Applies one input to the own state, exactly as the server does when nobody interferes.
    fn step_own(scenery: &Self::Scenery, own: &mut Self::Own, input: &Self::Input, tick: Tick);

    /// Whether it matters to this input what the player saw: whether it pulls a trigger. Only such
    /// inputs carry their moment ([`crate::rewind::moment`]). `own` is the state before the input.
    #[must_use]
    fn needs_view(scenery: &Self::Scenery, own: &Self::Own, input: &Self::Input) -> bool {
        let _ = (scenery, own, input);
        true
    }

    /// Guesses a row better than the field table does, because the game knows how its things move.
    /// Server and client must come to the same bits. The default leaves the table's guess. It is asked
    /// only for the kinds of [`Protocol::guesses`].
    fn guess(_scenery: &Self::Scenery, _guess: Guess<'_>) {}

    /// Whether [`Protocol::guess`] may improve rows of a kind. Those of other kinds are told apart from
    /// their baseline without it, which is much faster where most of them rest.
    #[must_use]
    fn guesses(_kind: KindId) -> bool {
        false
    }

    /// The code tables trained on recorded play ([`crate::entropy`]); by default there are none.
    #[must_use]
    fn codes() -> &'static Codes {
        Codes::untrained()
    }

    /// How far apart two own states are on screen, in the game's unit of length. `None` when they are
    /// not comparable: after a teleport nothing was mispredicted.
    fn distance(before: &Self::Own, after: &Self::Own) -> Option<f32>;

    /// Tells `note` of each field in which a predicted own state differs from the server's, so that the
    /// inspector can name what was predicted wrongly:
    /// [`crate::inspect::corrections::differences`] compares two rows. The default tells of none.
    fn differences(predicted: &Self::Own, truth: &Self::Own, note: &mut dyn FnMut(Difference)) {
        let _ = (predicted, truth, note);
    }

    /// Stands for everything that two builds must agree on to understand each other: the wire version,
    /// and name, range, step and prediction of every field.
    #[must_use]
    fn hash() -> u64 {
        let mut hash = Xxh3::new();
        hash.update(&WIRE_VERSION.to_le_bytes());
        hash.update(Self::NAME.as_bytes());
        hash.update(Self::VERSION.as_bytes());
        for table in Self::KINDS {
            hash_table(table, &mut hash);
        }
        hash_table(Self::Input::TABLE, &mut hash);
        hash.update(&Self::codes().fingerprint().to_le_bytes());
        hash.digest()
    }
}

fn hash_table(table: &KindTable, hash: &mut Xxh3) {
    // Lengths keep neighbours apart: ("ab", "c") must not hash as ("a", "bc").
    let mut text = |text: &str| {
        hash.update(&(text.len() as u64).to_le_bytes());
        hash.update(text.as_bytes());
    };
    text(table.name);
    for field in table.fields {
        text(field.name);
    }
    for field in table.fields {
        hash.update(&field.lowest.to_le_bytes());
        hash.update(&field.highest.to_le_bytes());
        hash.update(&field.step.to_bits().to_le_bytes());
        hash.update(&[u8::from(field.wrap)]);
        let predict = match field.predict {
            Predict::Hold => 0,
            Predict::Velocity(of) => of as u64 + 1,
        };
        hash.update(&predict.to_le_bytes());
        hash.update(&[field.stage, u8::from(field.motion)]);
    }
}
