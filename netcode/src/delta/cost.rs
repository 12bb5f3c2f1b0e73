//! What a row would cost, without writing it: for the trainer of the tables and the inspector.

use super::RowCode;
use crate::{
    entropy::{
        codes, magnitude,
        tree::{Known, UNKNOWN},
    },
    row::KindId,
};

impl RowCode {
    /// What [`RowCode::residuals`] of a row cost, in bits: the word for the set of wrong fields, then
    /// for each field what it adds. Empty without trained tables. For the inspector and training.
    pub fn cost(
        &mut self,
        kind: KindId,
        baseline: Option<&[i32]>,
        age_ticks: u32,
        residuals: &[i32],
    ) -> Vec<u32> {
        let (Some(codes), Some(table)) = (self.kind_codes(kind), self.table(kind)) else {
            return Vec::new();
        };
        let mut known = baseline.map_or(UNKNOWN, |baseline| Known::new(table, baseline, age_ticks));
        let mask = codes.usual.mask(codes::wrong(residuals), residuals);
        let Some(code) = codes.masks.of(&known) else { return Vec::new() };
        let (symbol, escaped) = codes.symbol(code, mask);
        let spelt = if escaped { table.fields.len() as u32 } else { 0 };
        known.note_mask(mask, residuals.len());
        let mut cost = vec![0; 1 + table.fields.len()];
        cost[0] = code.bits(symbol).unwrap_or(0) + spelt;
        for place in codes::places(codes.usual.told(mask, escaped)) {
            let residual = residuals[place];
            let (symbol, rest) = magnitude::split(residual);
            let code = codes.fields[place].of(&known);
            cost[1 + place] = code.and_then(|code| code.bits(symbol)).unwrap_or(0) + rest;
            known.note_residual(residual);
        }
        cost
    }
}
