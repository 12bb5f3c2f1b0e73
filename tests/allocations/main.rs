//! What the tick takes from the allocator: nothing, once everybody is in, but where a list becomes longer
//! than it ever was.
//!
//! The counter is the allocator of this whole binary, so it stands alone. It counts by thread.

mod arena;

use allocation_counter::measure;
use arena::Arena;
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

#[test]
fn neither_does_the_network_but_for_what_is_said_on_streams() {
    let mut arena = Arena::start(CLIENTS);
    arena.play_until_all_are_in();
    arena.play(WARM_TICKS / 3, |_| ());
    let mut counts = Vec::new();
    arena.play(TICKS, |count| counts.push(count));
    assert_eq!(arena.playing(), CLIENTS);
    arena.stop();
    let (total, idle) = (counts.iter().sum::<u64>(), counts.iter().filter(|c| **c == 0).count());
    // Whoever falls is told to all, on the streams. The words are kept once for all, and QUIC's list of what is not
    // acknowledged takes a piece of memory for each. What comes in each tick, and goes with each snapshot, takes none.
    assert!(idle * 100 >= counts.len() * 75, "{counts:?}");
    let mut told: Vec<u64> =
        counts.iter().copied().filter(|count| *count > CLIENTS as u64 / 2).collect();
    told.sort_unstable();
    let usual = told.get(told.len() / 2).copied().unwrap_or_default();
    assert!(usual < CLIENTS as u64 * 3 / 2, "{usual} when something is said: {counts:?}");
    assert!(total < u64::from(TICKS) * CLIENTS as u64 / 4, "{total}: {counts:?}");
}
