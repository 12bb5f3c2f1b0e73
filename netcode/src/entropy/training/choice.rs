//! Which contexts are worth having: of all that both ends know, what makes the counted symbols cheapest.

use super::KindCounts;
use crate::{
    entropy::{
        codes::{FIELD_CONTEXTS, MASK_CONTEXTS, SPLITS, Split, field_context, mask_context},
        magnitude,
    },
    row::KindTable,
};
use std::collections::BTreeMap;

/// Questions that are asked of fields with few values: whether they are more than this above the lowest.
const ABOVE: [i32; 8] = [0, 1, 3, 6, 10, 13, 40, 60];
/// Fields with more values are not asked for.
const FEW_VALUES: i64 = 128;
/// The most questions, one for each bit of the answers.
const QUESTIONS: usize = 64;

/// How often each mask came, by the row's age (none without a baseline), whether it moved, and the
/// answers to all questions.
pub(super) type MaskCounts = BTreeMap<(Option<usize>, bool, u64, u64), u64>;
/// How often each symbol of a field came, by the row's age, the size of the residual before, the row's
/// mask, the answers to all questions, and the symbol.
pub(super) type FieldCounts = BTreeMap<(usize, usize, u64, u64, usize), u64>;

/// What may be asked of a kind's baselines.
pub(super) fn questions(table: &KindTable) -> Vec<Split> {
    let few = table.fields.iter().enumerate().filter(|(_, field)| field.span() <= FEW_VALUES);
    let all = few.flat_map(|(place, field)| {
        let aboves = ABOVE.into_iter().filter(|above| i64::from(*above) < field.span() - 1);
        aboves.map(move |above| Split { field: place, above: field.lowest + above })
    });
    all.take(QUESTIONS).collect()
}

/// The questions that make masks cheapest, one after the other, and the masks in the contexts that they
/// make.
pub(super) fn for_masks(counts: &KindCounts) -> (Vec<Split>, Vec<BTreeMap<u64, u64>>) {
    let by_context = |asked: &[usize]| {
        let mut contexts = vec![BTreeMap::new(); MASK_CONTEXTS];
        for ((age, moving, answers, mask), count) in &counts.masks {
            let told = asked.iter().fold(0, |told, bit| told * 2 + (answers >> bit & 1) as usize);
            let context = age.map_or(MASK_CONTEXTS - 1, |age| mask_context(age, *moving, told));
            *contexts[context].entry(*mask).or_insert(0_u64) += count;
        }
        contexts
    };
    let cost = |contexts: &[BTreeMap<u64, u64>]| -> f64 {
        contexts.iter().map(|counts| cost_bits(counts.values().copied())).sum()
    };
    let (mut asked, mut best) = (Vec::new(), by_context(&[]));
    let mut least = cost(&best);
    for _ in 0..SPLITS {
        let tried = (0..counts.questions.len()).map(|question| {
            let asked = [&asked[..], &[question]].concat();
            let contexts = by_context(&asked);
            (cost(&contexts), contexts, asked)
        });
        let cheapest = tried.min_by(|(one, ..), (other, ..)| one.total_cmp(other));
        let Some(found) = cheapest.filter(|(cost, ..)| *cost < least) else { break };
        (least, best, asked) = found;
    }
    (asked.into_iter().map(|question| counts.questions[question]).collect(), best)
}

/// What tells most about field `place` of so many: another one's being wrong, then a question; and its
/// symbols in the contexts that these make.
pub(super) fn for_field(
    place: usize,
    fields: usize,
    counts: &KindCounts,
) -> (Option<usize>, Option<Split>, Vec<Vec<u64>>) {
    let by_context = |by: Option<usize>, question: Option<usize>| {
        let mut contexts = vec![vec![0_u64; magnitude::SYMBOLS]; FIELD_CONTEXTS];
        for ((age, size, mask, answers, symbol), count) in &counts.fields[place] {
            let beside = by.is_some_and(|by| mask >> by & 1 == 1);
            let answer = question.is_some_and(|question| answers >> question & 1 == 1);
            contexts[field_context(*age, *size, beside, answer)][*symbol] += count;
        }
        contexts
    };
    let others = (0..fields).filter(|other| *other != place);
    let (by, _) = cheapest(others, |by| by_context(by, None));
    let (question, contexts) =
        cheapest(0..counts.questions.len(), |question| by_context(by, question));
    (by, question.map(|question| counts.questions[question]), contexts)
}

/// The candidate whose contexts cost least, and these; none unless one is better.
fn cheapest(
    candidates: impl Iterator<Item = usize>,
    contexts: impl Fn(Option<usize>) -> Vec<Vec<u64>>,
) -> (Option<usize>, Vec<Vec<u64>>) {
    let cost = |contexts: &[Vec<u64>]| -> f64 {
        contexts.iter().map(|counts| cost_bits(counts.iter().copied())).sum()
    };
    let none = contexts(None);
    let mut best = (cost(&none), None, none);
    for candidate in candidates {
        let made = contexts(Some(candidate));
        let cost = cost(&made);
        if cost < best.0 {
            best = (cost, Some(candidate), made);
        }
    }
    (best.1, best.2)
}

/// What an ideal code for symbols that came this often takes, itself included: its two-part
/// description length (Rissanen 1978), so that a context must earn what it costs to learn.
fn cost_bits(counts: impl Iterator<Item = u64> + Clone) -> f64 {
    let total = counts.clone().sum::<u64>().max(1) as f64;
    counts.filter(|count| *count > 0).fold(0.0, |sum, count| {
        let count = count as f64;
        sum + count * (total / count).log2() + total.log2()
    })
}
