//! How long things took: their mean and what most of them kept.

use std::fmt;
use std::time::Duration;

/// The mean, the median, the 99th of a hundred and the most, in milliseconds.
pub(super) struct Spread([f64; 4]);

impl Spread {
    pub(super) fn of(times: impl IntoIterator<Item = Duration>) -> Self {
        let mut sorted: Vec<f64> = times.into_iter().map(|time| time.as_secs_f64() * 1e3).collect();
        sorted.sort_unstable_by(f64::total_cmp);
        let at = |part: f64| {
            let index = (sorted.len() as f64 * part) as usize;
            sorted.get(index.min(sorted.len().saturating_sub(1))).copied().unwrap_or_default()
        };
        let mean = sorted.iter().sum::<f64>() / sorted.len().max(1) as f64;
        Self([mean, at(0.5), at(0.99), at(1.0)])
    }

    /// How many of them would fill a second.
    pub(super) fn per_second(&self) -> f64 {
        1e3 / self.0[0]
    }
}

impl fmt::Display for Spread {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [mean, p50, p99, most] = self.0;
        write!(f, "mean {mean:.3} ms, p50 {p50:.3}, p99 {p99:.3}, most {most:.3}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_those_of_the_sorted_times() {
        let spread = Spread::of((0..100).rev().map(Duration::from_millis));
        let Spread([mean, p50, p99, most]) = spread;
        assert_eq!((p50, p99, most), (50.0, 99.0, 99.0));
        assert!((mean - 49.5).abs() < 1e-9);
        assert!((spread.per_second() - 1000.0 / 49.5).abs() < 1e-9);
    }
}
