//! What every peer replays: seeded walkers, the workloads, and what a client process says of what it held. It knows no
//! netcode library, so that no peer is given what another lacks.

pub mod seat;
pub mod sight;
pub mod standing;
pub mod walk;
pub mod watch;

use sight::Reach;

/// One row of the table's inputs: how many move, who watches, how often.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Workload {
    pub name: &'static str,
    pub what: &'static str,
    /// Things that are replicated.
    pub entities: usize,
    /// The first of them that move; the others stand still.
    pub moving: usize,
    pub clients: usize,
    /// Ticks and snapshots a second.
    pub rate_hz: u32,
    /// How far a client sees from the walker that has its number; `None` where everybody sees everything.
    pub reach: Option<Reach>,
}

/// The workloads of the table. W3 and W4 come twice, as in naia's and bevy_replicon's own benchmarks; W5 with twice as
/// many shows growth, and W6 is W4-20 with interest on.
pub const WORKLOADS: [Workload; 8] = [
    Workload {
        name: "W1",
        what: "250 bodies, 1 client",
        entities: 250,
        moving: 250,
        clients: 1,
        rate_hz: 30,
        reach: None,
    },
    Workload {
        name: "W3-1",
        what: "90 entities of which 32 move, 1 client",
        entities: 90,
        moving: 32,
        clients: 1,
        rate_hz: 25,
        reach: None,
    },
    Workload {
        name: "W3-16",
        what: "90 entities of which 32 move, 16 clients",
        entities: 90,
        moving: 32,
        clients: 16,
        rate_hz: 25,
        reach: None,
    },
    Workload {
        name: "W4-1",
        what: "1,000 entities, all move, 1 client",
        entities: 1_000,
        moving: 1_000,
        clients: 1,
        rate_hz: 30,
        reach: None,
    },
    Workload {
        name: "W4-20",
        what: "1,000 entities, all move, 20 clients",
        entities: 1_000,
        moving: 1_000,
        clients: 20,
        rate_hz: 30,
        reach: None,
    },
    Workload {
        name: "W5",
        what: "64 walkers in sight of 64 clients",
        entities: 64,
        moving: 64,
        clients: 64,
        rate_hz: 30,
        reach: None,
    },
    Workload {
        name: "W5-128",
        what: "128 walkers in sight of 128 clients",
        entities: 128,
        moving: 128,
        clients: 128,
        rate_hz: 30,
        reach: None,
    },
    Workload {
        name: "W6",
        what: "the walkers of W4-20, 20 clients that see 32 m far",
        entities: 1_000,
        moving: 1_000,
        clients: 20,
        rate_hz: 30,
        reach: Some(Reach { enter_cm: 3_200, leave_cm: 3_300 }),
    },
];

impl Workload {
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        WORKLOADS.into_iter().find(|workload| workload.name == name)
    }
}
