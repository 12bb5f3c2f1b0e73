//! For how long each walker has been in each client's sight, or out of it: what a client should hold by now, and what it
//! should have forgotten.

use crate::{Workload, sight::Reach, walk::Trace};

/// How a walker stands to a client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stand {
    /// So near, for half a second, that it must be held.
    In,
    /// It came or went lately, or is at the edge: it may be held or not.
    Between,
    /// So far off, for a second, that it should be forgotten.
    Out,
}

/// All walkers and all clients.
pub struct Standing {
    reach: Reach,
    rate_hz: u16,
    clients: Vec<Client>,
}

/// For how many ticks each walker has been within the inner circle, and outside the outer one.
#[derive(Clone)]
struct Client {
    next: usize,
    near: Vec<u16>,
    far: Vec<u16>,
}

impl Standing {
    /// `None` where everybody sees everything.
    #[must_use]
    pub fn new(workload: Workload) -> Option<Self> {
        let ticks = vec![0; workload.entities];
        let client = Client { next: 0, near: ticks.clone(), far: ticks };
        Some(Self {
            reach: workload.reach?,
            rate_hz: workload.rate_hz as u16,
            clients: vec![client; workload.clients],
        })
    }

    /// Takes all ticks until the newest that is due.
    pub fn update(&mut self, client: usize, trace: &Trace, due: usize) {
        let Client { next, near, far } = &mut self.clients[client];
        while *next <= due {
            let walkers = trace.at(*next);
            let eye = walkers[client];
            for ((near, far), walker) in near.iter_mut().zip(far.iter_mut()).zip(walkers) {
                *near = if self.reach.enters(eye, *walker) { near.saturating_add(1) } else { 0 };
                *far = if self.reach.stays(eye, *walker) { 0 } else { far.saturating_add(1) };
            }
            *next += 1;
        }
    }

    /// How a walker stands to a client at the newest tick that was taken.
    #[must_use]
    pub fn of(&self, client: usize, walker: usize) -> Stand {
        let Client { near, far, .. } = &self.clients[client];
        if near[walker] > self.rate_hz / 2 {
            Stand::In
        } else if far[walker] > self.rate_hz {
            Stand::Out
        } else {
            Stand::Between
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sight::Sight;

    #[test]
    fn what_a_server_shows_is_in_or_between_and_all_that_is_in_is_shown() {
        let w6 = Workload { entities: 200, ..Workload::named("W6").expect("a workload") };
        let trace = Trace::new(w6, 1);
        let mut sight = Sight::new(w6).expect("interest is on");
        let mut standing = Standing::new(w6).expect("interest is on");
        let mut seen = [0; 3];
        for tick in 0..600 {
            sight.step(trace.at(tick));
            for client in 0..w6.clients {
                standing.update(client, &trace, tick);
                for walker in 0..w6.entities {
                    let stand = standing.of(client, walker);
                    seen[stand as usize] += 1;
                    match stand {
                        Stand::In => assert!(sight.has(client, walker)),
                        Stand::Between => {}
                        Stand::Out => assert!(!sight.has(client, walker)),
                    }
                }
            }
        }
        assert!(seen.iter().all(|count| *count > 1_000), "{seen:?}");
    }
}
