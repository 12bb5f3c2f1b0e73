//! The code tables of the walkers' rows, trained on a match that is never measured (another seed of the trace), as
//! `game-sim/examples/train.rs` trains those of Tumult. Training takes a few seconds here, so both processes do it
//! when they start instead of keeping a file; the same trace makes the same tables.

use crate::walk::{Row, Walk, snapshot};
use netcode::{
    Protocol, Snapshot, Tick, TickRate,
    delta::RowCode,
    entropy::{codes::Codes, training::Training},
};
use std::{collections::VecDeque, sync::Arc};
use trace::{WORKLOADS, Workload, walk::Trace};

/// Not that of the match that is measured.
const SEED: u64 = 2;
/// Twenty seconds, of many walkers.
const TICKS: usize = 600;
/// How old baselines are, in snapshots: on loopback one or two.
const AGES: [usize; 4] = [1, 2, 3, 4];

/// Trains the tables for rows of a sort.
pub fn train<R: Row>() -> Codes {
    let workload = Workload { name: "training", ..WORKLOADS[0] };
    let trace = Trace::new(workload, SEED);
    let rate = TickRate::new(workload.rate_hz as u16).expect("a rate above zero");
    let scenery = Arc::new(workload.rate_hz);
    let mut code = RowCode::with_codes::<Walk<R>>(rate, scenery, Codes::untrained());
    let mut training = Training::new(Walk::<R>::KINDS);
    let mut past: VecDeque<Snapshot> = VecDeque::new();
    for number in 0..TICKS {
        let now = snapshot::<R>(Tick(number as u32), &trace, number);
        for base in AGES.iter().filter_map(|age| past.get(age - 1)) {
            training.see(&mut code, base, &now);
        }
        past.push_front(now);
        past.truncate(AGES[AGES.len() - 1]);
    }
    // As text they have the fingerprint that both ends compare.
    let text = training.codes().text(Walk::<R>::KINDS);
    Codes::parse(Walk::<R>::KINDS, &text).expect("tables that were just written")
}
