//! Grows the trees: of all that may be asked, where asking makes the counted symbols cheapest.

use super::{
    Counts,
    asked::{Answers, Asked},
};
use crate::entropy::{
    PrefixCode,
    codes::Choice,
    tree::{Branch, LEAVES, Question, Tree},
};

/// The most codes that a tree is grown to: more would leave the processor's cache.
const MOST: usize = 128;
/// What a question must save of each row of the kind, in bits: tables are read by people and kept by programs.
const LEAST_BITS: f64 = 0.0005;
const _: () = assert!(MOST <= LEAVES);
/// So many observations show well enough what is worth asking.
const ENOUGH: usize = 100_000;

/// What was counted, as a symbol's number with what was known.
struct Seen<'a> {
    answers: &'a Answers,
    symbol: usize,
    count: u64,
}

/// A part of what was counted, and the question that tells most about it.
struct Leaf<'a> {
    seen: Vec<Seen<'a>>,
    counts: Vec<u64>,
    best: Option<(f64, usize)>,
}

enum Grown<'a> {
    Leaf(Leaf<'a>),
    Ask(usize, usize, usize),
}

/// The tree for what was counted among so many rows, with a code for each leaf: `code` makes one of how often its
/// symbols came in the leaf and anywhere.
pub(super) fn choice<S>(
    (asked, rows): (&Asked, u64),
    counts: &Counts<S>,
    symbol: impl Fn(&S) -> usize,
    symbols: usize,
    code: impl Fn(&[u64], &[u64]) -> PrefixCode,
) -> Choice {
    let questions = asked.questions();
    let seen = counts.iter().map(|((answers, of), count)| Seen {
        answers,
        symbol: symbol(of),
        count: *count,
    });
    let root = Leaf::of(seen.collect(), symbols, asked, questions.len());
    let all = root.counts.clone();
    let mut grown = vec![Grown::Leaf(root)];
    let least = rows as f64 * LEAST_BITS;
    for _ in 1..MOST {
        let gain = |grown: &Grown<'_>| match grown {
            Grown::Leaf(leaf) => leaf.best.map(|(gain, _)| gain),
            Grown::Ask(..) => None,
        };
        let gains =
            grown.iter().enumerate().filter_map(|(place, grown)| Some((gain(grown)?, place)));
        let gains = gains.filter(|(gain, _)| *gain > least);
        let Some((_, place)) = gains.max_by(|one, other| one.0.total_cmp(&other.0)) else { break };
        let (no, yes) = (grown.len(), grown.len() + 1);
        let Grown::Leaf(Leaf { seen, best: Some((_, question)), .. }) =
            std::mem::replace(&mut grown[place], Grown::Ask(0, no, yes))
        else {
            break;
        };
        grown[place] = Grown::Ask(question, no, yes);
        let (with, without) = seen.into_iter().partition(|seen| seen.answers.to(asked, question));
        for seen in [without, with] {
            grown.push(Grown::Leaf(Leaf::of(seen, symbols, asked, questions.len())));
        }
    }
    let (tree, leaves) = Tree::of(branch(&grown, 0, &questions));
    Choice { tree, codes: leaves.into_iter().map(|counts| code(counts, &all)).collect() }
}

fn branch<'a>(grown: &'a [Grown<'_>], place: usize, questions: &[Question]) -> Branch<&'a [u64]> {
    match &grown[place] {
        Grown::Leaf(leaf) => Branch::Leaf(&leaf.counts),
        Grown::Ask(question, no, yes) => {
            let ways = [*no, *yes].map(|way| branch(grown, way, questions));
            Branch::Ask(questions[*question], Box::new(ways))
        }
    }
}

impl<'a> Leaf<'a> {
    fn of(seen: Vec<Seen<'a>>, symbols: usize, asked: &Asked, questions: usize) -> Self {
        let mut counts = vec![0; symbols];
        seen.iter().for_each(|seen| counts[seen.symbol] += seen.count);
        let best = best(&seen, symbols, asked, questions);
        Self { seen, counts, best }
    }
}

/// The question that saves most here, and how many bits; none if none earns what it costs.
fn best(
    seen: &[Seen<'_>],
    symbols: usize,
    asked: &Asked,
    questions: usize,
) -> Option<(f64, usize)> {
    // In the order of answers each part of them is represented. The copies lie side by side.
    let stride = seen.len().div_ceil(ENOUGH).max(1);
    let sample = seen.iter().step_by(stride);
    let sample: Vec<_> = sample.map(|seen| (*seen.answers, seen.symbol, seen.count)).collect();
    let mut all = vec![0; symbols];
    sample.iter().for_each(|(_, symbol, count)| all[*symbol] += count);
    let now = cost_bits(&all);
    let (mut with, mut without) = (vec![0; symbols], vec![0; symbols]);
    let gains = (0..questions).map(|question| {
        with.fill(0);
        for (_, symbol, count) in sample.iter().filter(|(it, ..)| it.to(asked, question)) {
            with[*symbol] += count;
        }
        without.iter_mut().zip(&all).zip(&with).for_each(|((rest, all), with)| *rest = all - with);
        let cost = cost_bits(&with) + cost_bits(&without) + (questions as f64).log2();
        ((now - cost) * stride as f64, question)
    });
    let best = gains.max_by(|one, other| one.0.total_cmp(&other.0));
    best.filter(|(gain, _)| *gain > 0.0)
}

/// What an ideal code for symbols that came this often takes, itself included: its two-part
/// description length (Rissanen 1978), so that a context must earn what it costs to learn.
fn cost_bits(counts: &[u64]) -> f64 {
    let total = counts.iter().sum::<u64>().max(1) as f64;
    counts.iter().filter(|count| **count > 0).fold(0.0, |sum, count| {
        let count = *count as f64;
        sum + count * (total / count).log2() + total.log2()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        delta::tests::KINDS,
        entropy::tree::{Known, Subject},
    };

    /// What a tree makes of `rows` rows whose symbol is this of the second column, which tells no motion.
    fn grown(rows: i32, symbol: impl Fn(i32) -> usize) -> Choice {
        let (asked, width) = (Asked::of(KINDS[0]), KINDS[0].fields.len());
        let mut counts = Counts::new();
        for number in 0..rows {
            let mut row = vec![0; width];
            row[1] = number % 120 - 60;
            let known = Known::new(KINDS[0], &row, 6);
            *counts.entry((asked.answers(&known), symbol(row[1]))).or_insert(0) += 1;
        }
        choice(
            (&asked, rows as u64),
            &counts,
            |symbol| *symbol,
            4,
            |leaf, _| PrefixCode::of_counts(leaf),
        )
    }

    #[test]
    fn what_tells_a_symbol_is_asked_and_what_tells_nothing_is_not() {
        let questions = Asked::of(KINDS[0]).questions();
        let about = |question: &&Question| question.of == Subject::Was(1) && question.above > -50;
        let above = questions.iter().find(about).expect("the second column can be asked for").above;
        let told = grown(6_000, |column| usize::from(column > above));
        assert_eq!(told.codes.len(), 2, "{:?}", told.tree);
        assert!(told.codes.iter().all(|code| code.lengths().filter(|bits| *bits > 0).count() == 1));
        assert_eq!(grown(6_000, |column| column.rem_euclid(2) as usize).codes.len(), 1);
        assert_eq!(
            grown(6, |column| usize::from(column > -58)).codes.len(),
            1,
            "it was seen too little"
        );
    }
}
