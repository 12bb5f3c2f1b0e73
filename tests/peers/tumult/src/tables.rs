//! The code tables of the walkers' rows, trained on a match that is never measured (another seed of the trace), as
//! `game-sim/examples/train.rs` trains those of Tumult. Training takes less than a second here, so both processes do
//! it when they start instead of keeping a file; the same trace makes the same tables.

use crate::{SEEN, Seen, Walk};
use netcode::{
    EntityId, Protocol, Snapshot, Tick, TickRate,
    delta::RowCode,
    entropy::{codes::Codes, training::Training},
};
use std::{collections::VecDeque, sync::Arc, sync::LazyLock};
use trace::{WORKLOADS, Workload, walk::Trace};

/// Not that of the match that is measured.
const SEED: u64 = 2;
/// Twenty seconds, of many walkers.
const TICKS: usize = 600;
/// How old baselines are, in snapshots: on loopback one or two.
const AGES: [usize; 4] = [1, 2, 3, 4];

/// The trained tables.
pub fn codes() -> &'static Codes {
    static CODES: LazyLock<Codes> = LazyLock::new(|| {
        let text = train().text(Walk::KINDS);
        Codes::parse(Walk::KINDS, &text).expect("tables that were just written")
    });
    &CODES
}

fn train() -> Codes {
    let workload = Workload { name: "training", ..WORKLOADS[0] };
    let trace = Trace::new(workload, SEED);
    let rate = TickRate::new(workload.rate_hz as u16).expect("a rate above zero");
    let mut code = RowCode::with_codes::<Walk>(rate, Arc::new(()), Codes::untrained());
    let mut training = Training::new(Walk::KINDS);
    let mut past: VecDeque<Snapshot> = VecDeque::new();
    for number in 0..TICKS {
        let mut now = Snapshot::new(Tick(number as u32));
        for (entity, walker) in trace.at(number).iter().enumerate() {
            now.push(EntityId(entity as u16), SEEN, &Seen::from(*walker));
        }
        for base in AGES.iter().filter_map(|age| past.get(age - 1)) {
            training.see(&mut code, base, &now);
        }
        past.push_front(now);
        past.truncate(AGES[AGES.len() - 1]);
    }
    training.codes()
}
