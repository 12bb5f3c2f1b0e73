//! What a row is more than its receiver expects: the field table's guess, then the game's, then the
//! difference. Both ends guess here; who writes a row at once, who reads it stage by stage.

use super::{Guess, Later, RowCode};
use crate::row::{KindId, KindTable};

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

    pub(super) fn compare(
        &mut self,
        table: &KindTable,
        kind: KindId,
        baseline: Option<&[i32]>,
        age_ticks: u32,
        later: Option<Later<'_>>,
        columns: &[i32],
    ) {
        assert_eq!(columns.len(), table.fields.len(), "one column for each field");
        self.residuals.clear();
        self.guessed.clear();
        if let Some(baseline) = baseline.filter(|_| self.holds(kind)) {
            let fields = table.fields.iter().zip(baseline).zip(columns);
            let residuals = fields.map(|((field, guess), truth)| field.residual(*guess, *truth));
            self.residuals.extend(residuals);
            return;
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
        let fields = table.fields.iter().zip(&self.columns).zip(columns);
        let residuals = fields.map(|((field, guess), truth)| field.residual(*guess, *truth));
        self.residuals.extend(residuals);
    }
}
