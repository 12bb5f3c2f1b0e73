//! Everything that a tree may ask about rows of one kind, and the answers for one row.

use crate::{
    entropy::tree::{Known, Question, Subject},
    row::KindTable,
};

/// Ages of baselines that are told apart, in ticks; the last is older than any, so it tells whether there is one.
const AGES: [i32; 12] = [1, 2, 3, 4, 5, 6, 8, 10, 12, 16, 24, i32::MAX - 1];
/// Residuals of the field before.
const BEFORE: [i32; 10] = [-33, -16, -7, -3, -1, 0, 2, 6, 15, 32];
/// Columns of fields with few values, counted from the lowest.
const FEW: [i32; 17] = [0, 1, 2, 3, 4, 6, 8, 10, 13, 17, 26, 35, 40, 49, 60, 71, 90];
/// Fields with more values are asked for how far they are from zero.
const FEW_VALUES: i64 = 128;
/// Columns of these.
const MANY: [i32; 7] = [-257, -33, -1, 0, 32, 256, 2_048];
/// The most questions about the baseline: one for each bit of the answers.
const MOST: usize = 128;

/// What a kind's trees may ask.
#[derive(Clone, Debug)]
pub(super) struct Asked {
    fields: usize,
    columns: Vec<Question>,
}

/// The answers for one row, at one of its codes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Answers {
    /// How many of [`AGES`] and [`BEFORE`] lie below.
    age: u8,
    before: u8,
    moving: bool,
    mask: u64,
    /// A bit for each question about a column.
    columns: u128,
}

impl Asked {
    /// What may be asked about rows of a kind: fields of few values first.
    pub(super) fn of(table: &KindTable) -> Self {
        let fields = || table.fields.iter().enumerate();
        let few = fields().filter(|(_, field)| field.span() <= FEW_VALUES);
        let few = few.flat_map(|(place, field)| {
            let aboves = FEW.into_iter().filter(|above| i64::from(*above) < field.span() - 1);
            aboves.map(move |above| (place, field.lowest + above))
        });
        let many = fields().filter(|(_, field)| field.span() > FEW_VALUES);
        let many = many.flat_map(|(place, field)| {
            let aboves =
                MANY.into_iter().filter(|above| (field.lowest..field.highest).contains(above));
            aboves.map(move |above| (place, above))
        });
        let columns = few.chain(many).take(MOST);
        let columns =
            columns.map(|(field, above)| Question { of: Subject::Was(field as u8), above });
        Self { fields: table.fields.len(), columns: columns.collect() }
    }

    /// All questions, each with its number.
    pub(super) fn questions(&self) -> Vec<Question> {
        let of = |of, above| Question { of, above };
        let ages = AGES.into_iter().map(|above| of(Subject::Age, above));
        let before = BEFORE.into_iter().map(|above| of(Subject::Before, above));
        let wrong = (0..self.fields.min(32)).map(|field| of(Subject::Wrong(field as u8), 0));
        let moving = [of(Subject::Moving, 0)];
        ages.chain(before).chain(moving).chain(wrong).chain(self.columns.iter().copied()).collect()
    }

    /// The answers where so much is known.
    pub(super) fn answers(&self, known: &Known) -> Answers {
        let below = |all: &[i32], of: Subject| {
            all.iter().filter(|above| Question { of, above: **above }.of(known)).count() as u8
        };
        let columns = self.columns.iter().zip(0..);
        Answers {
            age: below(&AGES, Subject::Age),
            before: below(&BEFORE, Subject::Before),
            moving: known.is_moving(),
            mask: known.mask(),
            columns: columns
                .fold(0, |all, (question, bit)| all | u128::from(question.of(known)) << bit),
        }
    }
}

impl Answers {
    /// The answer to the question of this number.
    pub(super) fn to(&self, asked: &Asked, number: usize) -> bool {
        let Some(number) = number.checked_sub(AGES.len()) else {
            return usize::from(self.age) > number;
        };
        let Some(number) = number.checked_sub(BEFORE.len()) else {
            return usize::from(self.before) > number;
        };
        let Some(number) = number.checked_sub(1) else { return self.moving };
        match number.checked_sub(asked.fields.min(32)) {
            None => self.mask >> number & 1 == 1,
            Some(number) => self.columns >> number & 1 == 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{delta::tests::KINDS, entropy::tree::UNKNOWN};
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_number_has_the_answer_of_its_question(
            columns in prop::collection::vec(-300_i32..300, 12),
            age_ticks in 0_u32..40,
            before in -50_i32..50,
            mask in any::<u64>(),
            has_baseline in any::<bool>(),
        ) {
            let table = KINDS[0];
            let asked = Asked::of(table);
            let row = &columns[..table.fields.len()];
            let mut known =
                if has_baseline { Known::new(table, row, age_ticks) } else { UNKNOWN };
            known.note_mask(mask, table.fields.len());
            known.note_residual(before);
            let answers = asked.answers(&known);
            for (number, question) in asked.questions().into_iter().enumerate() {
                prop_assert_eq!(answers.to(&asked, number), question.of(&known), "{:?}", question);
            }
        }
    }
}
