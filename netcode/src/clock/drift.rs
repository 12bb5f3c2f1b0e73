//! By how much the server's clock runs faster than ours, as far as it matters for the input margin.
//!
//! Good clocks differ by a few millionths; the guard of a margin swallows that. Some (virtual machines,
//! cheap boards) are off by a part of a hundred. Then a need that was measured a few seconds ago is no
//! longer the need of now, by whole ticks. The snapshots tell: each says the server's tick.

use crate::tick::TickRate;
use std::collections::VecDeque;

/// Seconds that are compared with each other.
const SECONDS: usize = 9;
/// Seconds that it takes to say anything.
const ENOUGH: usize = 4;
/// Below this part, what is measured is the network's jitter and not a clock.
const NOTICEABLE: f64 = 0.002;
/// Above this part it is no clock either.
const BELIEVABLE: f64 = 0.02;

/// Measures the difference in speed.
#[derive(Clone, Debug, Default)]
pub(crate) struct Drift {
    /// The shortest way that a snapshot took in each second, in ticks and up to a constant.
    shortest: VecDeque<f64>,
    second: i64,
    rate: f64,
}

impl Drift {
    /// The snapshot of `server_tick` came at `now`, both in ticks since anything.
    pub(crate) fn note(&mut self, now: f64, server_tick: f64, rate: TickRate) {
        let way = now - server_tick;
        let second = (now / f64::from(rate.hz())) as i64;
        match self.shortest.back_mut() {
            Some(shortest) if second == self.second => *shortest = shortest.min(way),
            _ => {
                self.measure(f64::from(rate.hz()));
                if self.shortest.len() == SECONDS {
                    self.shortest.pop_front();
                }
                self.shortest.push_back(way);
                self.second = second;
            }
        }
    }

    /// How many ticks more than we the server makes in one of ours: positive when it is faster.
    pub(crate) fn ticks_per_tick(&self) -> f64 {
        self.rate
    }

    /// The middle one of the changes from second to second: a path that becomes longer or shorter is
    /// one odd change, a clock is all of them.
    fn measure(&mut self, hz: f64) {
        let mut changes: Vec<f64> =
            self.shortest.iter().zip(self.shortest.iter().skip(1)).map(|(a, b)| a - b).collect();
        changes.sort_unstable_by(f64::total_cmp);
        let middle = changes.get(changes.len() / 2).copied().unwrap_or(0.0) / hz;
        let says = changes.len() >= ENOUGH && (NOTICEABLE..=BELIEVABLE).contains(&middle.abs());
        self.rate = if says { middle } else { 0.0 };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn measured(server_rate: f64, step: f64) -> f64 {
        let rate = TickRate::new(60).unwrap();
        let mut drift = Drift::default();
        for tick in 0..1_200_u32 {
            let jitter = f64::from(tick.wrapping_mul(2_654_435_761) >> 16) / 65_536.0;
            let way = 5.0 + jitter * 0.6 + if tick > 600 { step } else { 0.0 };
            drift.note(f64::from(tick) / server_rate + way, f64::from(tick), rate);
        }
        drift.ticks_per_tick()
    }

    #[test]
    fn a_wrong_clock_is_measured_and_a_good_one_left_alone() {
        for off in [-0.01, 0.01] {
            assert!((measured(1.0 + off, 0.0) - off).abs() < 0.001);
        }
        assert_eq!(measured(1.0002, 0.0), 0.0);
        assert_eq!(measured(1.0, 12.0), 0.0);
    }
}
