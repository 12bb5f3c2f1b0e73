//! Times the server's tick without sockets: `cargo run --release -p tumult-tests --example tick -- 1200
//! expanse 600`. Under callgrind it counts instructions.

use std::time::Duration;
use tumult_tests::throng::{Spent, Throng};

/// A name for `valgrind --tool=callgrind --toggle-collect='tick::measured'`: only what is counted.
#[inline(never)]
fn measured(throng: &mut Throng) -> Spent {
    throng.tick()
}

fn main() {
    let mut arguments = std::env::args().skip(1);
    let players: usize = arguments.next().map_or(1_200, |n| n.parse().expect("a number"));
    let arena = arguments.next().unwrap_or_else(|| "expanse".to_owned());
    let ticks: u32 = arguments.next().map_or(600, |n| n.parse().expect("a number"));
    let warm: u32 = arguments.next().map_or(300, |n| n.parse().expect("a number"));
    let options = game_server::options::Options { arena, ..Default::default() };
    let mut throng = Throng::new(players, &options);
    throng.play(warm);
    let mut parts: [Vec<Spent>; 2] = [Vec::new(), Vec::new()];
    let mut bytes = 0;
    for _ in 0..ticks {
        bytes += throng.receive();
        throng.think();
        let spent = measured(&mut throng);
        let sends = spent.giving.as_nanos() > 0 && throng.host.world().tick.0 % 2 == 1;
        parts[usize::from(sends)].push(spent);
    }
    for (name, spent) in ["odd", "even"].into_iter().zip(parts) {
        let line = |what: &str, of: &dyn Fn(&Spent) -> Duration| {
            let mut all: Vec<Duration> = spent.iter().map(of).collect();
            all.sort();
            let at = |part: f64| all[((all.len() - 1) as f64 * part) as usize];
            eprintln!(
                "{name} {what}: least {:?}, median {:?}, p99 {:?}",
                at(0.0),
                at(0.5),
                at(0.99)
            );
        };
        line("handling", &|spent| spent.handling);
        line("stepping", &|spent| spent.stepping);
        line("giving", &|spent| spent.giving);
        line("all", &|spent| spent.all());
    }
    eprintln!(
        "{} playing, {} bytes a snapshot",
        throng.playing(),
        bytes * 2 / (ticks as usize * players)
    );
}
