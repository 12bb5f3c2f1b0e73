//! How early or late inputs reached the server, as the snapshots' headers told.

use crate::input::report::MARGIN_STEPS;

/// One counter for each margin that a header can say.
const STEPS: usize = 256;

/// A histogram of the least margins, one for each snapshot that told of one.
#[derive(Clone, Debug)]
pub struct Margins {
    counts: Vec<u64>,
}

impl Default for Margins {
    fn default() -> Self {
        Self { counts: vec![0; STEPS] }
    }
}

impl Margins {
    /// A header told of a margin, in its own steps.
    pub(crate) fn note(&mut self, steps: i8) {
        self.counts[usize::from(steps.wrapping_sub(i8::MIN) as u8)] += 1;
    }

    /// How many were told.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.counts.iter().sum()
    }

    /// How many of them were too late.
    #[must_use]
    pub fn late(&self) -> u64 {
        self.counts[..STEPS / 2].iter().sum()
    }

    /// The margin that a part (0 to 1) of them did not exceed, in ticks; 0 asks for the least. `None` when
    /// none was told.
    #[must_use]
    pub fn quantile_ticks(&self, part: f64) -> Option<f64> {
        let wanted = ((self.count() as f64 * part).ceil() as u64).max(1);
        let mut seen = 0;
        let place = self.counts.iter().position(|count| {
            seen += count;
            seen >= wanted
        })?;
        Some((place as f64 + f64::from(i8::MIN)) / f64::from(MARGIN_STEPS))
    }

    /// Adds what another one counted.
    pub fn add(&mut self, other: &Self) {
        for (sum, count) in self.counts.iter_mut().zip(&other.counts) {
            *sum += count;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_and_the_late_ones_are_told() {
        let mut margins = Margins::default();
        assert_eq!(margins.quantile_ticks(0.0), None);
        for ticks in [1.0, 0.5, -2.0, 1.5, 1.5] {
            margins.note((ticks * MARGIN_STEPS) as i8);
        }
        let mut twice = margins.clone();
        twice.add(&margins);
        assert_eq!((twice.count(), twice.late()), (10, 2));
        assert_eq!(twice.quantile_ticks(0.0), Some(-2.0));
        assert_eq!(twice.quantile_ticks(0.5), Some(1.0));
        assert_eq!(twice.quantile_ticks(1.0), Some(1.5));
    }
}
