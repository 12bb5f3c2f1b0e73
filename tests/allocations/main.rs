//! What the tick takes from the allocator: nothing, once everybody is in, but where a list becomes longer
//! than it ever was.
//!
//! The counter is the allocator of this whole binary, so it stands alone.

use allocation_counter::measure;
use game_server::options::Options;
use tumult_tests::throng::Throng;

/// Ticks until all lists have grown as long as they get.
const WARM_TICKS: u32 = 1_500;
const TICKS: u32 = 300;
const CLIENTS: usize = 48;

/// Allocations in each tick of a match, after the first [`WARM_TICKS`].
fn allocations(options: &Options) -> Vec<u64> {
    let mut throng = Throng::new(CLIENTS, options);
    throng.play(WARM_TICKS);
    assert_eq!(throng.playing(), CLIENTS);
    let mut counts = Vec::new();
    let mut shots = 0;
    for _ in 0..TICKS {
        throng.receive();
        throng.think();
        let counted = measure(|| {
            throng.tick();
        });
        counts.push(counted.count_total);
        shots += throng.host.world().noises.len();
    }
    assert!(shots > 0, "nobody shot in {TICKS} ticks, so little was measured");
    counts
}

#[test]
fn most_ticks_allocate_nothing_in_steady_state() {
    let counts = allocations(&Options { snapshot_rate: 30, ..Options::default() });
    let (total, idle) = (counts.iter().sum::<u64>(), counts.iter().filter(|c| **c == 0).count());
    // The rest are lists that grow with the fight; none of it is for each client or each tick.
    assert!(idle * 100 >= counts.len() * 85, "{counts:?}");
    assert!(total < u64::from(TICKS), "{total}: {counts:?}");
}
