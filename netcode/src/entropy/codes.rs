//! All code tables of a protocol: which fields of a row were guessed wrong, and by how much.
//!
//! What a code's context may depend on, both ends know before they read. For the set of wrong fields
//! that is how old the baseline is, whether the row moved in it, and whether two fields of it are large; for
//! a field's residual the age, how wrong the field before was guessed, whether one other field was
//! guessed wrong, and whether one field of the baseline is large. Which fields those are, training finds out ([`super::training`]). A kind without
//! tables falls back to a flag for each field and exponential Golomb codes, so that a game can begin
//! without. [`super::text`] is how tables are kept.

use super::{PrefixCode, magnitude};
use crate::row::KindTable;
use std::sync::LazyLock;

/// Contexts by age, and one for rows that their receiver knows nothing of.
pub(crate) const AGES: usize = 6;
/// The context of such a row.
pub(crate) const SPAWN: usize = AGES - 1;
/// Contexts by the size of the residual before.
pub(crate) const SIZES: usize = 3;
/// Contexts of a field's residual: age, size of the one before, whether another is wrong, the baseline.
pub(crate) const FIELD_CONTEXTS: usize = AGES * SIZES * 4;
/// Fields of the baseline that a mask's context may depend on.
pub(crate) const SPLITS: usize = 2;
/// Contexts of a mask: age, whether the row moves, fields of the baseline; and rows without one.
pub(crate) const MASK_CONTEXTS: usize = SPAWN * MASKS_EACH_AGE + 1;
/// Those of rows with a baseline of one age.
const MASKS_EACH_AGE: usize = 2 << SPLITS;
/// Contexts of a run: whether the one before was empty.
pub(crate) const RUN_CONTEXTS: usize = 2;
/// Runs that have a word of their own, and one symbol for longer ones.
pub(crate) const RUN_SYMBOLS: usize = 64;

/// The context of a row whose baseline is so many ticks old.
fn age_context(age_ticks: u32) -> usize {
    match age_ticks {
        0..=2 => 0,
        3..=4 => 1,
        5..=6 => 2,
        7..=8 => 3,
        _ => 4,
    }
}

/// The context of the residual after one with this symbol.
pub(crate) fn size_context(symbol: usize) -> usize {
    if magnitude::class(symbol) < 6 { 1 } else { 2 }
}

/// The context of a run after one of this length.
pub(crate) fn run_context(before: u32) -> usize {
    usize::from(before > 0)
}

/// Which residuals are not zero: bit n for column n. For a field with a usual residual, bit 32 + n says
/// that it is another one, and only then it is told.
pub(crate) fn mask(residuals: &[i32], usual: &[i32]) -> u64 {
    residuals.iter().zip(usual).zip(0..).fold(0, |mask, ((residual, usual), place)| {
        let wrong = u64::from(*residual != 0);
        let unusual = u64::from(*residual != 0 && *usual != 0 && residual != usual);
        mask | wrong << place | unusual << (32 + place)
    })
}

/// A question about a baseline that tells contexts apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Split {
    /// The field.
    pub(crate) field: usize,
    /// Whether its column is larger than this.
    pub(crate) above: i32,
}

impl Split {
    /// The answer.
    pub(crate) fn of(self, baseline: &[i32]) -> bool {
        baseline.get(self.field).is_some_and(|column| *column > self.above)
    }
}

/// What the receiver of a row knows of it before it reads.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Known<'a> {
    /// The row as it was, if there was one.
    pub(crate) baseline: Option<&'a [i32]>,
    /// How many ticks ago.
    pub(crate) age_ticks: u32,
    /// Whether it moved then.
    pub(crate) moving: bool,
}

/// What is known of a row by a receiver that has never seen its entity.
pub(crate) const UNKNOWN: Known<'static> = Known { baseline: None, age_ticks: 0, moving: false };

impl<'a> Known<'a> {
    /// A row of this kind, so many ticks old.
    pub(crate) fn new(table: &KindTable, baseline: &'a [i32], age_ticks: u32) -> Self {
        Self { baseline: Some(baseline), age_ticks, moving: table.is_moving(baseline) }
    }

    /// The context by age.
    pub(crate) fn age(self) -> usize {
        if self.baseline.is_some() { age_context(self.age_ticks) } else { SPAWN }
    }

    /// The context of the mask, told apart by at most [`SPLITS`] questions.
    pub(crate) fn mask(self, by: &[Split]) -> usize {
        let Some(baseline) = self.baseline else { return MASK_CONTEXTS - 1 };
        let answers =
            by.iter().fold(0, |answers, split| answers * 2 + usize::from(split.of(baseline)));
        mask_context(self.age(), self.moving, answers)
    }
}

/// The context of the mask of a row with a baseline.
pub(crate) fn mask_context(age: usize, moving: bool, answers: usize) -> usize {
    (age * 2 + usize::from(moving)) * (MASKS_EACH_AGE / 2) + answers
}

/// The codes of one field's residuals.
#[derive(Clone, Debug, Default)]
pub(crate) struct FieldCodes {
    /// The other field whose being wrong tells most about this one's residual.
    pub(crate) by: Option<usize>,
    /// What of the baseline tells most about it then.
    pub(crate) asks: Option<Split>,
    /// By context. None for a field of two values.
    pub(crate) codes: Vec<PrefixCode>,
}

impl FieldCodes {
    /// The code of a residual in a row with this mask.
    pub(crate) fn of(&self, known: Known<'_>, size: usize, mask: u64) -> Option<&PrefixCode> {
        let beside = self.by.is_some_and(|by| mask >> by & 1 == 1);
        let answer = self.asks.zip(known.baseline).is_some_and(|(split, row)| split.of(row));
        self.codes.get(field_context(known.age(), size, beside, answer))
    }
}

/// The context of a residual: whether another field is wrong, and what the baseline answers.
pub(crate) fn field_context(age: usize, size: usize, beside: bool, answer: bool) -> usize {
    ((age * SIZES + size) * 2 + usize::from(beside)) * 2 + usize::from(answer)
}

/// The codes of one kind's rows.
#[derive(Clone, Debug)]
pub(crate) struct KindCodes {
    /// By field: the residual that it has when it has one, as good as always; 0 where there is none. It
    /// is told by the mask, which costs less than the least word of a code of its own.
    pub(crate) usual: Vec<i32>,
    /// What of the baseline tells most about the mask; at most [`SPLITS`].
    pub(crate) masks_by: Vec<Split>,
    /// Masks that came often, ascending. A mask's place is its symbol; the one after the last escapes.
    pub(crate) patterns: Vec<u64>,
    /// By context. A pattern that never came in a context has no word there.
    pub(crate) masks: Vec<PrefixCode>,
    /// By field.
    pub(crate) fields: Vec<FieldCodes>,
}

impl KindCodes {
    /// The symbol of a mask in a code; the second part says whether the mask must follow in full.
    pub(crate) fn symbol(&self, code: &PrefixCode, mask: u64) -> (usize, bool) {
        match self.patterns.binary_search(&mask) {
            Ok(place) if code.has(place) => (place, false),
            _ => (self.patterns.len(), true),
        }
    }
}

/// All tables of a protocol.
///
/// ```
/// # mod walkers { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/walkers.rs")); }
/// # use walkers::*;
/// use netcode::{Protocol, entropy::codes::Codes};
/// let codes: &Codes = Walkers::codes(); // nobody trained any for this game
/// assert_eq!(codes.fingerprint(), Codes::untrained().fingerprint());
/// assert!(Codes::parse(Walkers::KINDS, "kind horse").is_err(), "tables of another game");
/// ```
#[derive(Clone, Debug, Default)]
pub struct Codes {
    pub(crate) kinds: Vec<Option<KindCodes>>,
    pub(crate) runs: Vec<PrefixCode>,
    pub(super) fingerprint: u64,
}

impl Codes {
    pub(super) fn new(kinds: Vec<Option<KindCodes>>, runs: Vec<PrefixCode>) -> Self {
        Self { kinds, runs, fingerprint: 0 }
    }

    /// No tables at all: what a protocol has before it was trained.
    #[must_use]
    pub fn untrained() -> &'static Self {
        static NONE: LazyLock<Codes> = LazyLock::new(Codes::default);
        &NONE
    }

    /// Stands for the tables in the protocol's hash.
    #[must_use]
    pub fn fingerprint(&self) -> u64 {
        self.fingerprint
    }
}
