//! Makes code tables from counted play.
//!
//! [`Training`] is shown rows as their receiver would have to be told of them and counts what each
//! code of [`super::codes`] would have to say; [`Training::codes`] makes the tables. What never came
//! in training still has a word, only a long one: a table must be able to say everything.

mod asked;
mod growth;

use super::{
    LONGEST_BITS, PrefixCode,
    codes::{Choice, Codes, KindCodes, Patterns, RUN_CONTEXTS, RUN_SYMBOLS, Usual, places, wrong},
    magnitude,
    tree::{Known, UNKNOWN},
};
use crate::{
    delta::RowCode,
    row::{Field, KindTable},
    snapshot::Snapshot,
};
use asked::{Answers, Asked};
use std::collections::BTreeMap;

/// Patterns of wrong fields that get a word of their own; the others are spelt out.
const PATTERNS: usize = 500;
/// How much the counts of all contexts of a field together weigh beside those of one: as if they
/// were so many observations. It steadies contexts that came rarely.
const SHARED_WEIGHT: u64 = 48;
/// What one observation counts.
const OBSERVED: u64 = 32;

/// How often each symbol came, with what was known then.
type Counts<S> = BTreeMap<(Answers, S), u64>;

/// What one kind's rows would have had to say.
#[derive(Clone, Debug)]
struct KindCounts {
    usual: Usual,
    asked: Asked,
    masks: Counts<u64>,
    /// By field.
    fields: Vec<Counts<usize>>,
}

/// Counts for all codes of a protocol.
#[derive(Clone, Debug)]
pub struct Training {
    kinds: &'static [&'static KindTable],
    counts: Vec<KindCounts>,
    runs: Vec<Vec<u64>>,
}

impl Training {
    /// For the rows of these kinds.
    #[must_use]
    pub fn new(kinds: &'static [&'static KindTable]) -> Self {
        let counts = kinds.iter().map(|table| {
            let count = table.fields.len();
            KindCounts {
                usual: Usual::new(table),
                asked: Asked::of(table),
                masks: Counts::new(),
                fields: vec![Counts::new(); count],
            }
        });
        Self { kinds, counts: counts.collect(), runs: vec![vec![0; RUN_SYMBOLS]; RUN_CONTEXTS] }
    }

    /// Says which residual a field has as good as always when it has one: a counter's next step, or a
    /// step that the game takes more than any other. To be said before anything is counted.
    ///
    /// # Panics
    /// When there is no such field.
    #[must_use]
    pub fn with_usual(mut self, kind: &str, field: &str, residual: i32) -> Self {
        let kind = self.kinds.iter().position(|table| table.name == kind);
        let field = kind
            .and_then(|kind| self.kinds[kind].fields.iter().position(|known| known.name == field));
        let (kind, field) = kind.zip(field).expect("a usual residual is of a field that there is");
        let _ = self.counts[kind].usual.set(field, residual); // There is one: it was found by its name.
        self
    }

    /// A row of a kind has these residuals against its prediction.
    pub(crate) fn note(&mut self, kind: usize, mut known: Known, residuals: &[i32]) {
        let Some(counts) = self.counts.get_mut(kind) else { return };
        let mask = counts.usual.mask(wrong(residuals), residuals);
        *counts.masks.entry((counts.asked.answers(&known), mask)).or_default() += 1;
        known.note_mask(mask, residuals.len());
        for place in places(counts.usual.told(mask, false)) {
            let residual = residuals[place];
            let (symbol, _) = magnitude::split(residual);
            *counts.fields[place].entry((counts.asked.answers(&known), symbol)).or_default() += 1;
            known.note_residual(residual);
        }
    }

    /// So many rows went as predicted before one that did not, after a run of `before`.
    pub(crate) fn note_run(&mut self, before: u32, length: u32) {
        let symbol = (length as usize).min(RUN_SYMBOLS - 1);
        self.runs[super::codes::run_context(before)][symbol] += 1;
    }

    /// Counts all that a client with `base` would have to be told of `now`.
    pub fn see(&mut self, code: &mut RowCode, base: &Snapshot, now: &Snapshot) {
        let age_ticks = now.tick().since(base.tick()) as u32;
        let (mut before, mut run) = (0, 0);
        for row in now.rows() {
            let kind = usize::from(row.kind.0);
            let Some(base) = base.find(row.id).filter(|base| base.kind == row.kind) else {
                self.note(kind, UNKNOWN, code.residuals(row.kind, None, 0, row.columns));
                continue;
            };
            let Some(table) = self.kinds.get(kind) else { continue };
            let known = Known::new(table, base.columns, age_ticks);
            let residuals = code.residuals(row.kind, Some(base.columns), age_ticks, row.columns);
            if !known.is_moving() && residuals.iter().all(|residual| *residual == 0) {
                run += 1;
                continue;
            }
            self.note(kind, known, residuals);
            if !known.is_moving() {
                self.note_run(before, run);
                (before, run) = (run, 0);
            }
        }
        if run > 0 {
            self.note_run(before, run);
        }
    }

    /// The tables for what was counted. A kind that never came gets none.
    #[must_use]
    pub fn codes(&self) -> Codes {
        let kinds =
            self.kinds.iter().zip(&self.counts).map(|(table, counts)| {
                (!counts.masks.is_empty()).then(|| kind_codes(table, counts))
            });
        let runs = self.runs.iter().map(|counts| {
            let counts: Vec<u64> = counts.iter().map(|count| count * OBSERVED + 1).collect();
            PrefixCode::of_counts(&counts)
        });
        Codes::new(kinds.collect(), runs.collect())
    }
}

fn kind_codes(table: &KindTable, counts: &KindCounts) -> KindCodes {
    let mut shared = BTreeMap::new();
    for ((_, mask), count) in &counts.masks {
        *shared.entry(*mask).or_insert(0_u64) += count;
    }
    let mut patterns: Vec<(u64, u64)> =
        shared.iter().map(|(mask, count)| (*mask, *count)).collect();
    patterns.sort_by_key(|(mask, count)| (std::cmp::Reverse(*count), *mask));
    patterns.truncate(PATTERNS);
    let mut patterns: Vec<u64> = patterns.into_iter().map(|(mask, _)| mask).collect();
    patterns.sort_unstable();
    let escape = patterns.len();
    let symbol = |mask: &u64| patterns.binary_search(mask).unwrap_or(escape);
    let asked = (&counts.asked, shared.values().sum());
    let masks = growth::choice(asked, &counts.masks, symbol, escape + 1, mask_code);
    let fields = table.fields.iter().zip(&counts.fields).map(|(field, counts_of)| {
        if field.span() == 2 {
            return Choice::default();
        }
        let code = |leaf: &[u64], all: &[u64]| field_code(field, leaf, all);
        growth::choice(asked, counts_of, |symbol| *symbol, magnitude::SYMBOLS, code)
    });
    let fields = fields.collect();
    KindCodes { usual: counts.usual.clone(), patterns: Patterns::new(patterns), masks, fields }
}

/// Masks that came in a context, those that came elsewhere, and the escape, which always has a word.
fn mask_code(counts: &[u64], shared: &[u64]) -> PrefixCode {
    let total: u64 = shared.iter().sum::<u64>().max(1);
    let weights = counts.iter().zip(shared).enumerate().map(|(symbol, (count, shared))| {
        let escape = u64::from(symbol + 1 == counts.len());
        count * OBSERVED + shared * SHARED_WEIGHT / total + escape
    });
    PrefixCode::of_counts(&weights.collect::<Vec<u64>>())
}

fn field_code(field: &Field, counts: &[u64], shared: &[u64]) -> PrefixCode {
    let total: u64 = shared.iter().sum::<u64>().max(1);
    let farthest = if field.wrap { field.span() / 2 } else { field.span() - 1 };
    let (last, _) = magnitude::split(farthest.min(i64::from(i32::MAX)) as i32);
    let weights: Vec<u64> = counts
        .iter()
        .zip(shared)
        .enumerate()
        .map(|(symbol, (count, shared))| {
            let possible = u64::from(symbol <= last + 1);
            count * OBSERVED + shared * SHARED_WEIGHT / total + possible
        })
        .collect();
    PrefixCode::of_counts(&weights)
}

/// The lengths of a Huffman code's words, none longer than [`LONGEST_BITS`].
pub(super) fn lengths(counts: &[u64]) -> Vec<u8> {
    let mut counts = counts.to_vec();
    loop {
        let lengths = unlimited(&counts);
        if lengths.iter().all(|length| *length <= LONGEST_BITS) {
            return lengths;
        }
        // Flatter counts make a flatter tree; what comes keeps a count.
        counts.iter_mut().filter(|count| **count > 0).for_each(|count| *count = count.div_ceil(2));
        let least = counts.iter().copied().filter(|count| *count > 0).min().unwrap_or(1);
        counts.iter_mut().filter(|count| **count > 0).for_each(|count| *count += least);
    }
}

/// Huffman's algorithm: the two rarest become one, until one is left. Ties go by age, so that the
/// same counts give the same code everywhere.
fn unlimited(counts: &[u64]) -> Vec<u8> {
    let mut lengths = vec![0_u8; counts.len()];
    let mut nodes: Vec<(u64, usize, Vec<usize>)> = counts
        .iter()
        .enumerate()
        .filter(|(_, count)| **count > 0)
        .map(|(symbol, count)| (*count, symbol, vec![symbol]))
        .collect();
    let mut age = counts.len();
    if let [(_, _, only)] = nodes.as_slice() {
        only.iter().for_each(|symbol| lengths[*symbol] = 1);
    }
    while nodes.len() > 1 {
        nodes.sort_by_key(|(count, age, _)| std::cmp::Reverse((*count, *age)));
        let (Some(one), Some(other)) = (nodes.pop(), nodes.pop()) else { break };
        let symbols: Vec<usize> = one.2.into_iter().chain(other.2).collect();
        symbols.iter().for_each(|symbol| lengths[*symbol] = lengths[*symbol].saturating_add(1));
        nodes.push((one.0 + other.0, age, symbols));
        age += 1;
    }
    lengths
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rarer_symbols_have_longer_words() {
        let lengths = lengths(&[8, 0, 4, 2, 1, 1]);
        assert_eq!(lengths, [1, 0, 2, 3, 4, 4]);
    }

    #[test]
    fn no_word_is_longer_than_the_limit() {
        // Fibonacci's numbers make the deepest tree.
        let mut counts = vec![1_u64, 1];
        while counts.len() < 60 {
            counts.push(counts[counts.len() - 1] + counts[counts.len() - 2]);
        }
        let lengths = lengths(&counts);
        assert!(lengths.iter().all(|length| (1..=LONGEST_BITS).contains(length)));
        assert!(PrefixCode::new(&lengths).is_some());
    }
}
