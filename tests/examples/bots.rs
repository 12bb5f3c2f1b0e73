//! Times the turns of bots without QUIC: `cargo run --release -p tumult-tests --example bots -- 1200
//! expanse 120`. Under callgrind it counts instructions.

use game_bots::options::Brain;
use std::time::{Duration, Instant};
use tumult_tests::company::Company;

/// A name for `valgrind --tool=callgrind --toggle-collect='*bots::measured*'`: only what is counted.
#[inline(never)]
fn measured(company: &mut Company) -> Duration {
    let begun = Instant::now();
    company.play();
    begun.elapsed()
}

fn main() {
    let mut arguments = std::env::args().skip(1);
    let bots: usize = arguments.next().map_or(1_200, |n| n.parse().expect("a number"));
    let arena = arguments.next().unwrap_or_else(|| "expanse".to_owned());
    let ticks: u32 = arguments.next().map_or(120, |n| n.parse().expect("a number"));
    let warm: u32 = arguments.next().map_or(200, |n| n.parse().expect("a number"));
    let options = game_server::options::Options { arena, ..Default::default() };
    let mut company = Company::new(bots, Brain::Light, &options);
    for _ in 0..warm {
        company.serve();
        company.play();
    }
    let mut spent = Duration::ZERO;
    for _ in 0..ticks {
        company.serve();
        spent += measured(&mut company);
    }
    let sum = |of: &dyn Fn(&netcode::client::Stats) -> u64| -> u64 {
        company.flyers().map(|flyer| of(flyer.seat().stats())).sum()
    };
    let turns = f64::from(ticks) * bots as f64;
    eprintln!(
        "{:.2} us a turn of a bot; {:.1} in sight, {} snapshots, {} rows read by another, {} malformed, {} corrections",
        spent.as_secs_f64() * 1e6 / turns,
        sum(&|stats| stats.visible) as f64 / sum(&|stats| stats.snapshots).max(1) as f64,
        sum(&|stats| stats.snapshots),
        company.recall().hits(),
        sum(&|stats| stats.malformed),
        sum(&|stats| stats.corrections),
    );
}
