//! Which of several codes one symbol has: a tree of questions that both ends can answer before they read.
//!
//! A question is about the row as its receiver knows it, or about what of it was read already. Training picks them
//! one after the other, each where it saves most ([`super::training`]), as trees of decisions are grown
//! (Breiman et al. 1984); a fixed product of contexts would ask everywhere what tells something only here and there.

use crate::row::KindTable;

/// The most codes of one tree, which bounds what a file of tables can ask for.
pub(crate) const LEAVES: usize = 256;
// A step of a tree names a field in a byte, so that trees stay in the processor's cache.
const _: () = assert!(crate::limits::FIELDS <= 256);

/// What a question is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Subject {
    /// How old the baseline is, in ticks; a row without one is older than all.
    Age,
    /// Whether the row moved in the baseline.
    Moving,
    /// The residual of the last field that was told before; 0 if none was.
    Before,
    /// Whether a field was guessed wrong.
    Wrong(u8),
    /// A field of the baseline; the lowest there is without one.
    Was(u8),
}

/// Whether something is larger than a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Question {
    pub(crate) of: Subject,
    pub(crate) above: i32,
}

/// What is known when a code is chosen.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Known<'a> {
    /// The row as its receiver has it, if it has one.
    pub(crate) baseline: Option<&'a [i32]>,
    /// How many ticks ago that was true.
    pub(crate) age_ticks: u32,
    /// Whether it moved then.
    pub(crate) moving: bool,
    /// Which fields are wrong, as far as that is known: bit n for column n.
    pub(crate) mask: u64,
    /// By how much the last field before is wrong.
    pub(crate) before: i32,
}

/// What is known of a row by a receiver that has never seen its entity.
pub(crate) const UNKNOWN: Known<'static> =
    Known { baseline: None, age_ticks: u32::MAX, moving: false, mask: 0, before: 0 };

impl<'a> Known<'a> {
    /// A row of this kind, so many ticks old.
    pub(crate) fn new(table: &KindTable, baseline: &'a [i32], age_ticks: u32) -> Self {
        let moving = table.is_moving(baseline);
        Self { baseline: Some(baseline), age_ticks, moving, mask: 0, before: 0 }
    }

    /// The same, now that the set of wrong fields is known.
    pub(crate) fn with_mask(self, mask: u64) -> Self {
        Self { mask, ..self }
    }
}

impl Question {
    /// The answer.
    pub(crate) fn of(self, known: &Known<'_>) -> bool {
        let subject = match self.of {
            Subject::Age => known.age_ticks.min(i32::MAX as u32) as i32,
            Subject::Moving => i32::from(known.moving),
            Subject::Before => known.before,
            Subject::Wrong(field) => (known.mask >> field & 1) as i32,
            Subject::Was(field) => {
                let column = known.baseline.and_then(|baseline| baseline.get(usize::from(field)));
                return column.is_some_and(|column| *column > self.above);
            }
        };
        subject > self.above
    }
}

/// A step on the way to a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Node {
    /// The answer decides where it goes on: at the next node if it is no, and at this one if it is yes.
    Ask(Question, u16),
    /// This code.
    Code(u16),
}

/// A tree, from its root on; without a node it has one code.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tree(Vec<Node>);

/// A tree as it is grown or read: what is asked, then what to do without and with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Branch<L> {
    Leaf(L),
    Ask(Question, Box<[Self; 2]>),
}

impl Tree {
    /// The tree of a branch, and its leaves in the order of their codes.
    pub(crate) fn of<L>(branch: Branch<L>) -> (Self, Vec<L>) {
        let (mut tree, mut leaves) = (Self::default(), Vec::new());
        tree.add(branch, &mut leaves);
        (tree, leaves)
    }

    fn add<L>(&mut self, branch: Branch<L>, leaves: &mut Vec<L>) {
        match branch {
            Branch::Leaf(leaf) => {
                self.0.push(Node::Code(leaves.len() as u16));
                leaves.push(leaf);
            }
            Branch::Ask(question, ways) => {
                let here = self.0.len();
                self.0.push(Node::Ask(question, 0));
                let [no, yes] = *ways;
                self.add(no, leaves);
                self.0[here] = Node::Ask(question, self.0.len() as u16);
                self.add(yes, leaves);
            }
        }
    }

    /// Its steps, each question before what follows a no, and that before what follows a yes.
    pub(crate) fn nodes(&self) -> &[Node] {
        &self.0
    }

    /// Which code it is.
    pub(crate) fn code(&self, known: &Known<'_>) -> usize {
        let mut place = 0;
        while let Some(node) = self.0.get(place) {
            place = match node {
                Node::Code(code) => return usize::from(*code),
                Node::Ask(question, yes) if question.of(known) => usize::from(*yes),
                Node::Ask(..) => place + 1,
            };
        }
        0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_answer_leads_to_a_code_of_its_own() {
        let ask = |of, above, no, yes| Branch::Ask(Question { of, above }, Box::new([no, yes]));
        let inner = ask(Subject::Was(1), 5, Branch::Leaf("small"), Branch::Leaf("large"));
        let branch = ask(Subject::Age, 4, inner, Branch::Leaf("old"));
        let (tree, leaves) = Tree::of(branch);
        let told = |row: &[i32], age_ticks| {
            let known = Known { baseline: Some(row), age_ticks, ..UNKNOWN };
            leaves[tree.code(&known)]
        };
        assert_eq!(
            (told(&[9, 5], 4), told(&[0, 6], 4), told(&[9, 9], 5)),
            ("small", "large", "old")
        );
        assert_eq!(leaves[tree.code(&UNKNOWN)], "old");
        assert_eq!(Tree::default().code(&UNKNOWN), 0);
    }
}
