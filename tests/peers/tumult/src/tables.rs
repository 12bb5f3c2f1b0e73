//! The code tables of the walkers' rows, trained on a match that is never measured (another seed of the trace), as
//! `game-sim/examples/train.rs` trains those of Tumult. They are files beside this one, so that no process that is measured
//! trains. `cargo run --release --manifest-path tests/peers/Cargo.toml -p peer-tumult -- train` writes them.

use crate::{
    paced::Paced,
    plain::Plain,
    walk::{Row, Walk, snapshot},
};
use netcode::{
    Protocol, Snapshot, Tick, TickRate,
    delta::RowCode,
    entropy::{codes::Codes, training::Training},
};
use std::{collections::VecDeque, fs, io, path::Path, sync::Arc};
use trace::{WORKLOADS, Workload, walk::Trace};

/// Not that of the match that is measured.
const SEED: u64 = 2;
/// Twenty seconds, of many walkers.
const TICKS: usize = 600;
/// How old baselines are, in snapshots: on loopback one or two.
const AGES: [usize; 4] = [1, 2, 3, 4];

/// Reads a file that [`keep`] wrote.
pub fn read<R: Row>(text: &str) -> Codes {
    Codes::parse(Walk::<R>::KINDS, text).expect("tables that were trained for these rows")
}

/// Trains the tables for all rows, and writes them.
pub fn keep() -> io::Result<()> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    fs::write(folder.join("paced.codes"), train::<Paced>())?;
    fs::write(folder.join("plain.codes"), train::<Plain>())
}

/// Trains the tables for rows of a sort, as text.
fn train<R: Row>() -> String {
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
    training.codes().text(Walk::<R>::KINDS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_files_are_what_training_makes() {
        assert!(train::<Plain>() == include_str!("plain.codes"), "train again");
        assert!(train::<Paced>() == include_str!("paced.codes"), "train again");
    }
}
