//! Interest: which walkers each client has in sight. The client with a number looks from where the walker with that number
//! is. All servers are given the same sets; a plain loop finds them, and costs all the same.

use crate::{Workload, walk::Trace, walk::Walker};

/// How far a client sees. What is in sight stays so until it is farther off than it came in, so that nothing flickers at
/// an edge.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Reach {
    pub enter_cm: u32,
    pub leave_cm: u32,
}

impl Reach {
    fn holds(reach_cm: u32, from: Walker, to: Walker) -> bool {
        let square = |a: u16, b: u16| u32::from(a.abs_diff(b)).pow(2);
        square(from.x_cm, to.x_cm) + square(from.y_cm, to.y_cm) <= reach_cm.pow(2)
    }

    /// Whether it comes into sight, if it was not.
    #[must_use]
    pub fn enters(self, from: Walker, to: Walker) -> bool {
        Self::holds(self.enter_cm, from, to)
    }

    /// Whether it stays in sight, if it was.
    #[must_use]
    pub fn stays(self, from: Walker, to: Walker) -> bool {
        Self::holds(self.leave_cm, from, to)
    }
}

/// A walker that has come into a client's sight, or has gone out of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Change {
    pub client: usize,
    pub walker: usize,
    pub in_sight: bool,
}

/// What all clients have in sight.
pub struct Sight {
    reach: Reach,
    /// For each client, whether it has each walker.
    has: Vec<Vec<bool>>,
    changes: Vec<Change>,
}

impl Sight {
    /// Nobody sees anything yet. `None` where everybody sees everything.
    #[must_use]
    pub fn new(workload: Workload) -> Option<Self> {
        let has = vec![vec![false; workload.entities]; workload.clients];
        Some(Self { reach: workload.reach?, has, changes: Vec::new() })
    }

    /// Looks around at a tick, and tells what is another since the last.
    pub fn step(&mut self, walkers: &[Walker]) -> &[Change] {
        self.changes.clear();
        for (client, has) in self.has.iter_mut().enumerate() {
            let eye = walkers[client];
            for (walker, (has, to)) in has.iter_mut().zip(walkers).enumerate() {
                let reach_cm = if *has { self.reach.leave_cm } else { self.reach.enter_cm };
                let in_sight = Reach::holds(reach_cm, eye, *to);
                if in_sight != *has {
                    *has = in_sight;
                    self.changes.push(Change { client, walker, in_sight });
                }
            }
        }
        &self.changes
    }

    /// The numbers of the walkers that a client has in sight, in ascending order.
    pub fn of(&self, client: usize) -> impl Iterator<Item = usize> {
        let has = self.has[client].iter().enumerate();
        has.filter(|(_, has)| **has).map(|(walker, _)| walker)
    }

    /// Whether a client has a walker in sight.
    #[must_use]
    pub fn has(&self, client: usize, walker: usize) -> bool {
        self.has[client][walker]
    }
}

/// How many pairs of a client and a walker in its sight there are in a tick, on average of the ticks.
#[must_use]
pub fn pairs(workload: Workload, ticks: std::ops::Range<usize>) -> f64 {
    let Some(mut sight) = Sight::new(workload) else {
        return (workload.clients * workload.entities) as f64;
    };
    let trace = Trace::new(workload, 1);
    let count = ticks.len().max(1) as f64;
    let sum: usize = (0..ticks.end)
        .map(|tick| {
            sight.step(trace.at(tick));
            let seen = (0..workload.clients).map(|client| sight.of(client).count()).sum();
            if ticks.contains(&tick) { seen } else { 0 }
        })
        .sum();
    sum as f64 / count
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(x_cm: u16) -> Walker {
        Walker { x_cm, ..Walker::default() }
    }

    #[test]
    fn what_is_in_sight_stays_until_it_is_farther_off_than_it_came_in() {
        let w6 = Workload { entities: 2, clients: 1, ..Workload::named("W6").expect("a workload") };
        let mut sight = Sight::new(w6).expect("interest is on");
        let mut step = |x_cm| -> Vec<(usize, bool)> {
            let changes = sight.step(&[at(0), at(x_cm)]).iter();
            changes.map(|change| (change.walker, change.in_sight)).collect()
        };
        assert_eq!(step(3_250), [(0, true)], "oneself, and nobody who is too far off");
        assert_eq!(step(3_200), [(1, true)]);
        assert_eq!(step(3_300), []);
        assert_eq!(step(3_301), [(1, false)]);
        assert_eq!(step(3_250), []);
    }

    #[test]
    fn each_client_of_w6_has_about_fifty_in_sight() {
        let w6 = Workload::named("W6").expect("a workload");
        let each = pairs(w6, 270..870) / w6.clients as f64;
        assert!((40.0..60.0).contains(&each), "{each}");
    }
}
