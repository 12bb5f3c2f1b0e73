//! What clients hold, compared with the trace. A state that a client holds is looked for in the trace, from the newest
//! tick backwards: where it stands exactly is how old it is; where it stands nowhere, the nearest tells the error.

use crate::{
    seat::{Seat, now},
    standing::{Stand, Standing},
    walk::{Trace, Walker},
};

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
    /// Where not everybody sees everything.
    standing: Option<Standing>,
    /// Scratch: whether each walker is held.
    held: Vec<bool>,
    /// How many were held, and how many of them should have been.
    held_sum: u64,
    looks: u64,
    missing: u64,
    kept: u64,
    error_max_cm: f64,
    aim_max_deg: u32,
}

impl Watch {
    #[must_use]
    pub fn new(seat: Seat, trace: Trace) -> Self {
        Self {
            trace,
            seat,
            ages: vec![0; 4_001],
            standing: Standing::new(seat.workload),
            held: vec![false; seat.workload.entities],
            held_sum: 0,
            looks: 0,
            missing: 0,
            kept: 0,
            error_max_cm: 0.0,
            aim_max_deg: 0,
        }
    }

    /// One look of a client at all that it holds: each entity's number and state.
    pub fn look(&mut self, client: usize, held: impl Iterator<Item = (usize, Walker)>) {
        let due = self.seat.due();
        if due < JOINED_S * self.seat.workload.rate_hz as usize {
            return;
        }
        if let Some(standing) = &mut self.standing {
            standing.update(client, &self.trace, due);
        }
        self.held.fill(false);
        for (number, walker) in held {
            self.held_sum += 1;
            self.held[number] = true;
            match self.stand(client, number) {
                Stand::In => {
                    self.looks += 1;
                    let tick = self.tick_of(due, number, walker);
                    let age = now().saturating_sub(self.seat.time_of(tick)).as_millis() as usize;
                    let last = self.ages.len() - 1;
                    self.ages[age.min(last)] += 1;
                }
                // How old it is says nothing: it may be the last that was told of what went out of sight.
                Stand::Between => drop(self.tick_of(due, number, walker)),
                Stand::Out => self.kept += 1,
            }
        }
        let is_missing =
            |number: &usize| !self.held[*number] && self.stand(client, *number) == Stand::In;
        self.missing += (0..self.held.len()).filter(is_missing).count() as u64;
    }

    fn stand(&self, client: usize, number: usize) -> Stand {
        self.standing.as_ref().map_or(Stand::In, |standing| standing.of(client, number))
    }

    /// When a held state was true; notes the error if it never was.
    fn tick_of(&mut self, due: usize, number: usize, held: Walker) -> usize {
        let ticks = (due.saturating_sub(BACK)..=due).rev();
        let exact = ticks.clone().find(|tick| self.trace.at(*tick)[number] == held);
        exact.unwrap_or_else(|| {
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
        })
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
            "WATCH looks={} missing={} held={} kept={} p50_ms={} p99_ms={} error_cm={:.2} aim_deg={}",
            self.looks,
            self.missing,
            self.held_sum,
            self.kept,
            percentile(0.5).unwrap_or(0),
            percentile(0.99).unwrap_or(0),
            self.error_max_cm,
            self.aim_max_deg
        );
    }
}
