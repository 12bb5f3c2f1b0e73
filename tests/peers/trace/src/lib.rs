//! What every peer replays: seeded walkers, the workloads, and what a client process says of what it held. It knows no
//! netcode library, so that no peer is given what another lacks.

pub mod seat;
pub mod walk;
pub mod watch;

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
}

/// The workloads of the table. W3 and W4 come twice, as in naia's and bevy_replicon's own benchmarks.
pub const WORKLOADS: [Workload; 6] = [
    Workload {
        name: "W1",
        what: "250 bodies, 1 client",
        entities: 250,
        moving: 250,
        clients: 1,
        rate_hz: 30,
    },
    Workload {
        name: "W3-1",
        what: "90 entities of which 32 move, 1 client",
        entities: 90,
        moving: 32,
        clients: 1,
        rate_hz: 25,
    },
    Workload {
        name: "W3-16",
        what: "90 entities of which 32 move, 16 clients",
        entities: 90,
        moving: 32,
        clients: 16,
        rate_hz: 25,
    },
    Workload {
        name: "W4-1",
        what: "1,000 entities, all move, 1 client",
        entities: 1_000,
        moving: 1_000,
        clients: 1,
        rate_hz: 30,
    },
    Workload {
        name: "W4-20",
        what: "1,000 entities, all move, 20 clients",
        entities: 1_000,
        moving: 1_000,
        clients: 20,
        rate_hz: 30,
    },
    Workload {
        name: "W5",
        what: "64 walkers in sight of 64 clients",
        entities: 64,
        moving: 64,
        clients: 64,
        rate_hz: 30,
    },
];

impl Workload {
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        WORKLOADS.into_iter().find(|workload| workload.name == name)
    }
}
