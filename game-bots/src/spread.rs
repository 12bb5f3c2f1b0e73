//! How a figure spreads over the seats: a mean of a thousand players hides the fifty who could not play.

use serde::{Deserialize, Serialize};

/// A figure over all seats that were let in, from the seat that has least of it to the one that has most.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Quantiles {
    /// The least of all.
    pub min: f64,
    /// One seat of a hundred has at most this.
    pub p1: f64,
    /// Half of the seats have at most this.
    pub p50: f64,
    /// Nine of ten seats have at most this.
    pub p90: f64,
    /// Of a hundred seats 99 have at most this.
    pub p99: f64,
    /// The most of all.
    pub max: f64,
}

/// The figures of a report that differ from seat to seat.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Spread {
    /// Snapshots that came and could be read.
    pub snapshots_per_second: Quantiles,
    /// With IPv4 and UDP headers.
    pub bytes_down_per_second: Quantiles,
    /// With IPv4 and UDP headers.
    pub bytes_up_per_second: Quantiles,
    /// Entities in a snapshot, the seat's mean.
    pub visible: Quantiles,
    /// The seat's median round trip.
    pub rtt_ms: Quantiles,
    /// Ticks that the server simulated without the seat's input.
    pub input_late_percent: Quantiles,
    /// Frames in which others had no newer snapshot to move towards.
    pub starved_percent: Quantiles,
    /// From the attempt to connect to the welcome.
    pub join_ms: Quantiles,
}

/// The same while it is gathered: one seat's figures.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct SeatFigures {
    pub(crate) snapshots_per_second: f64,
    pub(crate) bytes_down_per_second: f64,
    pub(crate) bytes_up_per_second: f64,
    pub(crate) visible: f64,
    pub(crate) rtt_ms: f64,
    pub(crate) input_late_percent: f64,
    pub(crate) starved_percent: f64,
    pub(crate) join_ms: f64,
}

impl Quantiles {
    /// Of some values; all zero of none.
    #[must_use]
    pub fn of(values: impl Iterator<Item = f64>) -> Self {
        let mut values: Vec<f64> = values.collect();
        values.sort_unstable_by(f64::total_cmp);
        // The value that at least so large a part of all is not above.
        let at = |part: f64| {
            let place = (part * values.len() as f64).ceil() as usize;
            values.get(place.saturating_sub(1)).copied().unwrap_or(0.0)
        };
        let (min, max) = (at(0.0), at(1.0));
        Self { min, p1: at(0.01), p50: at(0.5), p90: at(0.9), p99: at(0.99), max }
    }
}

impl Spread {
    /// Over these seats.
    pub(crate) fn of(seats: &[SeatFigures]) -> Self {
        let of = |figure: fn(&SeatFigures) -> f64| Quantiles::of(seats.iter().map(figure));
        Self {
            snapshots_per_second: of(|seat| seat.snapshots_per_second),
            bytes_down_per_second: of(|seat| seat.bytes_down_per_second),
            bytes_up_per_second: of(|seat| seat.bytes_up_per_second),
            visible: of(|seat| seat.visible),
            rtt_ms: of(|seat| seat.rtt_ms),
            input_late_percent: of(|seat| seat.input_late_percent),
            starved_percent: of(|seat| seat.starved_percent),
            join_ms: of(|seat| seat.join_ms),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_values_that_really_were() {
        let hundred = Quantiles::of((1..=100).rev().map(f64::from));
        assert_eq!(
            hundred,
            Quantiles { min: 1.0, p1: 1.0, p50: 50.0, p90: 90.0, p99: 99.0, max: 100.0 }
        );
        let alone = Quantiles::of(std::iter::once(7.0));
        assert_eq!([alone.min, alone.p50, alone.max], [7.0; 3]);
        assert_eq!(Quantiles::of(std::iter::empty()), Quantiles::default());
    }
}
