//! All code tables of a protocol: which fields of a row were guessed wrong, and by how much.
//!
//! Each code is chosen by a tree of questions about what both ends know before they read ([`super::tree`]): how old
//! the baseline is, what it says, which fields were guessed wrong. Training finds out which ([`super::training`]). A kind without
//! tables falls back to a flag for each field and exponential Golomb codes, so that a game can begin
//! without. [`super::text`] is how tables are kept.

mod mask;
mod patterns;

pub(crate) use self::{
    mask::{Usual, fields, places, wrong},
    patterns::Patterns,
};

use super::{
    PrefixCode,
    tree::{Known, Tree},
};
use std::sync::LazyLock;

/// Contexts of a run: whether the one before was empty.
pub(crate) const RUN_CONTEXTS: usize = 2;
/// Runs that have a word of their own, and one symbol for longer ones.
pub(crate) const RUN_SYMBOLS: usize = 64;

/// The context of a run after one of this length.
pub(crate) fn run_context(before: u32) -> usize {
    usize::from(before > 0)
}

/// Several codes for the same symbols, and which of them is meant when.
#[derive(Clone, Debug, Default)]
pub(crate) struct Choice {
    pub(crate) tree: Tree,
    /// By the tree's codes. None for a field of two values.
    pub(crate) codes: Vec<PrefixCode>,
}

impl Choice {
    /// The code that is meant.
    pub(crate) fn of(&self, known: &Known) -> Option<&PrefixCode> {
        self.codes.get(self.tree.code(known))
    }
}

/// The codes of one kind's rows.
#[derive(Clone, Debug)]
pub(crate) struct KindCodes {
    /// What the mask tells of residuals.
    pub(crate) usual: Usual,
    /// Masks that came often. The symbol after the last escapes.
    pub(crate) patterns: Patterns,
    /// A pattern that never came has no word in a code.
    pub(crate) masks: Choice,
    /// By field.
    pub(crate) fields: Vec<Choice>,
}

impl KindCodes {
    /// The symbol of a mask in a code; the second part says whether the mask must follow in full.
    pub(crate) fn symbol(&self, code: &PrefixCode, mask: u64) -> (usize, bool) {
        match self.patterns.symbol(mask) {
            Some(symbol) if code.has(symbol) => (symbol, false),
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
