//! What clients hold, compared with the trace. A state that a client holds is looked for in the trace, from the newest
//! tick backwards: where it stands exactly is how old it is; where it stands nowhere, the nearest tells the error.

use crate::{seat::Seat, seat::now, walk::Trace, walk::Walker};

/// How far back a state is looked for, in ticks.
const BACK: usize = 90;
/// Nobody is watched before this tick: clients join, and buffers fill.
const JOINED_S: usize = 8;

/// The sums of a client process.
pub struct Watch {
    trace: Trace,
    seat: Seat,
    /// Ages in steps of 1 ms, the last for all that is older.
    ages: Vec<u64>,
    missing: u64,
    error_max_cm: f64,
    aim_max_deg: u32,
}

impl Watch {
    #[must_use]
    pub fn new(seat: Seat, trace: Trace) -> Self {
        Self { trace, seat, ages: vec![0; 4_001], missing: 0, error_max_cm: 0.0, aim_max_deg: 0 }
    }

    /// One look of one client at all that it holds: each entity's number and state.
    pub fn look(&mut self, held: impl Iterator<Item = (usize, Walker)>) {
        let due = self.seat.due();
        if due < JOINED_S * self.seat.workload.rate_hz as usize {
            return;
        }
        let mut seen = 0;
        for (number, walker) in held {
            seen += 1;
            self.one(due, number, walker);
        }
        self.missing += self.seat.workload.entities.saturating_sub(seen) as u64;
    }

    fn one(&mut self, due: usize, number: usize, held: Walker) {
        let ticks = (due.saturating_sub(BACK)..=due).rev();
        let exact = ticks.clone().find(|tick| self.trace.at(*tick)[number] == held);
        let tick = exact.unwrap_or_else(|| {
            let error = |tick: &usize| {
                let truth = self.trace.at(*tick)[number];
                let square = |a: u16, b: u16| (f64::from(a) - f64::from(b)).powi(2);
                let turn = u32::from(held.aim_deg.abs_diff(truth.aim_deg));
                let way = (square(held.x_cm, truth.x_cm) + square(held.y_cm, truth.y_cm)).sqrt();
                (way, turn.min(360 - turn))
            };
            let nearest = ticks
                .min_by(|a, b| error(a).partial_cmp(&error(b)).expect("no NaN"))
                .unwrap_or(due);
            let (way, turn) = error(&nearest);
            self.error_max_cm = self.error_max_cm.max(way);
            self.aim_max_deg = self.aim_max_deg.max(turn);
            nearest
        });
        let age = now().saturating_sub(self.seat.time_of(tick)).as_millis() as usize;
        let last = self.ages.len() - 1;
        self.ages[age.min(last)] += 1;
    }

    /// Prints what the runner reads: one line of names and numbers.
    pub fn report(&self) {
        let sum: u64 = self.ages.iter().sum();
        let percentile = |part: f64| {
            let mut left = (sum as f64 * part) as u64;
            self.ages.iter().position(|count| {
                let here = left < *count;
                left = left.saturating_sub(*count);
                here
            })
        };
        println!(
            "WATCH looks={sum} missing={} p50_ms={} p99_ms={} error_cm={:.2} aim_deg={}",
            self.missing,
            percentile(0.5).unwrap_or(0),
            percentile(0.99).unwrap_or(0),
            self.error_max_cm,
            self.aim_max_deg
        );
    }
}
