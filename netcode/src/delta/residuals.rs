//! What a row is more than its receiver expects: the field table's guess, then the game's, then the
//! difference. Both ends guess here; who writes a row at once, who reads it stage by stage.

use super::{Guess, Later, RowCode};
use crate::{
    entropy::codes::{self, places},
    row::{KindId, KindTable},
};

impl RowCode {
    /// What each field of `columns` is more than its receiver, who holds `baseline` or nothing,
    /// would have guessed. For training and measurements.
    ///
    /// # Panics
    /// When the columns are not those of the kind: our own bug.
    pub fn residuals(
        &mut self,
        kind: KindId,
        baseline: Option<&[i32]>,
        age_ticks: u32,
        columns: &[i32],
    ) -> &[i32] {
        let table = self.table(kind).expect("the game's own rows are of its kinds");
        self.compare(table, kind, baseline, age_ticks, None, columns);
        &self.residuals
    }

    /// The same as [`RowCode::residuals`], told what was guessed from a later row than the baseline.
    ///
    /// # Panics
    /// As [`RowCode::residuals`].
    pub fn residuals_by(
        &mut self,
        kind: KindId,
        (baseline, age_ticks): (&[i32], u32),
        later: Later<'_>,
        columns: &[i32],
    ) -> &[i32] {
        let table = self.table(kind).expect("the game's own rows are of its kinds");
        self.compare(table, kind, Some(baseline), age_ticks, Some(later), columns);
        &self.residuals
    }

    /// The guess of the last stage of the row that residuals were made of last, for [`Later`]; empty if
    /// the game does not guess its kind.
    #[must_use]
    pub fn guessed(&self) -> &[i32] {
        &self.guessed
    }

    /// Fills the columns with the field table's guess.
    pub(super) fn begin(&mut self, table: &KindTable, baseline: Option<&[i32]>, age_ticks: u32) {
        match baseline {
            Some(baseline) => table.predict(baseline, age_ticks, self.rate, &mut self.columns),
            None => {
                self.columns.clear();
                self.columns.extend(table.fields.iter().map(|field| field.admit(0)));
            }
        }
    }

    /// Lets the game guess the columns of a stage; those before it are true, and known.
    pub(super) fn guess_stage(
        &mut self,
        kind: KindId,
        baseline: Option<&[i32]>,
        age_ticks: u32,
        stage: u8,
    ) {
        if !self.guesses(kind) {
            return; // The table's guess stands, and is inside the range.
        }
        self.guesser.guess(Guess {
            kind,
            baseline,
            age_ticks,
            stages: (stage, stage),
            known: &self.known,
            columns: &mut self.columns,
            later: None,
            scratch: &mut self.scratch,
        });
    }

    /// Fills the residuals, and says which fields are wrong: bit n for column n.
    pub(super) fn compare(
        &mut self,
        table: &KindTable,
        kind: KindId,
        baseline: Option<&[i32]>,
        age_ticks: u32,
        later: Option<Later<'_>>,
        columns: &[i32],
    ) -> u64 {
        assert_eq!(columns.len(), table.fields.len(), "one column for each field");
        self.residuals.clear();
        self.guessed.clear();
        let wraps = self.manner(kind).wraps;
        if let Some(baseline) = baseline.filter(|_| self.holds(kind)) {
            return differences(table, wraps, (baseline, columns), &mut self.residuals);
        }
        self.begin(table, baseline, age_ticks);
        if self.guesses(kind) {
            let last = table.last_stage();
            self.guesser.guess(Guess {
                kind,
                baseline,
                age_ticks,
                stages: (0, last),
                known: columns,
                columns: &mut self.columns,
                later,
                scratch: &mut self.scratch,
            });
            for (field, column) in table.fields.iter().zip(&mut self.columns) {
                *column = field.admit(*column);
            }
            let earlier = table.fields.iter().take_while(|field| field.stage < last).count();
            self.guessed.extend_from_slice(&self.columns[earlier..]);
        }
        differences(table, wraps, (&self.columns, columns), &mut self.residuals)
    }
}

/// Fills the residuals with what the columns are more than was guessed, and says which fields are wrong. `wraps` are the
/// fields that are circles.
fn differences(
    table: &KindTable,
    wraps: u64,
    (guesses, columns): (&[i32], &[i32]),
    residuals: &mut Vec<i32>,
) -> u64 {
    // As [`Field::residual`] has it of what is no circle, for many at once.
    let mut wrong = 0;
    residuals.extend(columns.iter().zip(guesses).zip(0..).map(|((column, guess), place)| {
        wrong |= u64::from(column != guess) << place;
        column.wrapping_sub(*guess)
    }));
    for place in places(wraps & wrong) {
        residuals[place] = table.fields[place].residual(guesses[place], columns[place]);
        wrong &= !(u64::from(residuals[place] == 0) << place);
    }
    debug_assert_eq!(wrong, codes::wrong(residuals), "as it is trained");
    wrong
}
