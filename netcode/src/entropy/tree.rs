//! Which of several codes one symbol has: a tree of questions that both ends can answer before they read.
//!
//! A question is about the row as its receiver knows it, or about what of it was read already. Training picks them
//! one after the other, each where it saves most ([`super::training`]), as trees of decisions are grown
//! (Breiman et al. 1984); a fixed product of contexts would ask everywhere what tells something only here and there.

use crate::{limits::FIELDS, row::KindTable};

/// The most codes of one tree, which bounds what a file of tables can ask for.
pub(crate) const LEAVES: usize = 256;
/// Where in [`Known`] the facts of each subject begin.
const AGE: usize = 0;
const MOVING: usize = 1;
const BEFORE: usize = 2;
const WRONG: usize = 3;
const WAS: usize = WRONG + FIELDS;
const FACTS: usize = WAS + FIELDS;
/// What a step has in a fact's place when it is a code.
const NO_FACT: u8 = u8::MAX;
// A step names a fact in a byte, so that trees stay in the processor's cache.
const _: () = assert!(FACTS <= NO_FACT as usize);

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

/// What is known when a code is chosen: a number for each [`Subject`], so that a step of a tree is a comparison and
/// nothing else.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Known {
    facts: [i32; FACTS],
    /// Which fields are wrong, as far as that is known: bit n for column n.
    mask: u64,
}

/// What is known of a row by a receiver that has never seen its entity.
pub(crate) const UNKNOWN: Known = {
    // Nothing is above the lowest number, and so no question about a field is answered by a yes.
    let mut facts = [i32::MIN; FACTS];
    (facts[AGE], facts[MOVING], facts[BEFORE]) = (i32::MAX, 0, 0);
    Known { facts, mask: 0 }
};

impl Known {
    /// A row of this kind, so many ticks old.
    pub(crate) fn new(table: &KindTable, baseline: &[i32], age_ticks: u32) -> Self {
        let mut known = UNKNOWN;
        known.begin(baseline, age_ticks, table.is_moving(baseline));
        known
    }

    /// Goes on with another row. Two things of the one before are left, and nobody asks for them: columns of fields that
    /// this kind lacks, and which fields are wrong, until [`Known::note_mask`] says it. Trees for masks may not ask that
    /// ([`super::text`]).
    pub(crate) fn begin(&mut self, baseline: &[i32], age_ticks: u32, moving: bool) {
        self.facts[AGE] = age_ticks.min(i32::MAX as u32) as i32;
        self.facts[MOVING] = i32::from(moving);
        self.facts[BEFORE] = 0;
        self.facts[WAS..].iter_mut().zip(baseline).for_each(|(fact, column)| *fact = *column);
        self.mask = 0;
    }

    /// Whether the row moved when its receiver was told of it last.
    pub(crate) fn is_moving(&self) -> bool {
        self.facts[MOVING] > 0
    }

    pub(crate) fn mask(&self) -> u64 {
        self.mask
    }

    /// Now it is known which of so many fields are wrong.
    pub(crate) fn note_mask(&mut self, mask: u64, fields: usize) {
        self.mask = mask;
        let facts = self.facts[WRONG..WAS].iter_mut().take(fields);
        facts.zip(0..).for_each(|(fact, place)| *fact = (mask >> place & 1) as i32);
    }

    /// By how much the last field before is wrong.
    pub(crate) fn note_residual(&mut self, residual: i32) {
        self.facts[BEFORE] = residual;
    }
}

impl Question {
    /// The answer.
    pub(crate) fn of(self, known: &Known) -> bool {
        known.facts.get(self.of.fact()).is_some_and(|fact| *fact > self.above)
    }
}

impl Subject {
    /// Which of what is known it is.
    fn fact(self) -> usize {
        match self {
            Self::Age => AGE,
            Self::Moving => MOVING,
            Self::Before => BEFORE,
            Self::Wrong(field) => WRONG + usize::from(field),
            Self::Was(field) => WAS + usize::from(field),
        }
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

/// A node as it is followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Step {
    above: i32,
    /// Where it goes on if the fact is above; of a code, which one it is.
    yes: u16,
    fact: u8,
}

/// A tree, from its root on; without a node it has one code.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tree {
    nodes: Vec<Node>,
    steps: Vec<Step>,
}

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
        tree.steps = tree.nodes.iter().map(|node| Step::of(*node)).collect();
        (tree, leaves)
    }

    fn add<L>(&mut self, branch: Branch<L>, leaves: &mut Vec<L>) {
        match branch {
            Branch::Leaf(leaf) => {
                self.nodes.push(Node::Code(leaves.len() as u16));
                leaves.push(leaf);
            }
            Branch::Ask(question, ways) => {
                let here = self.nodes.len();
                self.nodes.push(Node::Ask(question, 0));
                let [no, yes] = *ways;
                self.add(no, leaves);
                self.nodes[here] = Node::Ask(question, self.nodes.len() as u16);
                self.add(yes, leaves);
            }
        }
    }

    /// Its steps, each question before what follows a no, and that before what follows a yes.
    pub(crate) fn nodes(&self) -> &[Node] {
        &self.nodes
    }

    /// Which code it is.
    pub(crate) fn code(&self, known: &Known) -> usize {
        let mut place = 0;
        while let Some(step) = self.steps.get(place) {
            let Some(fact) = known.facts.get(usize::from(step.fact)) else {
                return usize::from(step.yes);
            };
            place = if *fact > step.above { usize::from(step.yes) } else { place + 1 };
        }
        0
    }
}

impl Step {
    fn of(node: Node) -> Self {
        match node {
            // A table that was read asks for fields that there are (text.rs), and no kind has more than FIELDS.
            Node::Ask(Question { of, above }, yes) => Self { above, yes, fact: of.fact() as u8 },
            Node::Code(code) => Self { above: 0, yes: code, fact: NO_FACT },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::delta::tests::KINDS;

    #[test]
    fn each_answer_leads_to_a_code_of_its_own() {
        let ask = |of, above, no, yes| Branch::Ask(Question { of, above }, Box::new([no, yes]));
        let inner = ask(Subject::Was(1), 5, Branch::Leaf("small"), Branch::Leaf("large"));
        let branch = ask(Subject::Age, 4, inner, Branch::Leaf("old"));
        let (tree, leaves) = Tree::of(branch);
        let told =
            |row: &[i32], age_ticks| leaves[tree.code(&Known::new(KINDS[0], row, age_ticks))];
        assert_eq!(
            (told(&[9, 5], 4), told(&[0, 6], 4), told(&[9, 9], 5)),
            ("small", "large", "old")
        );
        assert_eq!(leaves[tree.code(&UNKNOWN)], "old");
        assert_eq!(Tree::default().code(&UNKNOWN), 0);
    }
}
