//! The real client and the real bots at a server that tells what no honest one would (`tests/src/impostor.rs`): they
//! go on, whatever page is open. The development build checks every sum for overflow.

use std::time::Duration;
use tumult_tests::{
    client::Client,
    impostor::Impostor,
    processes::{Folder, Outcome, Process},
};

/// Frames for each seed.
const FRAMES: &str = "300";

/// So many times what a player opens and does in a fight.
fn pages(times: usize) -> String {
    let turn = "down Tab\nwait 1\nup Tab\nkey Escape\nwait 0.3\nkey Escape\nkey KeyV\nwait 0.3\nkey Escape\n\
                down KeyW\npress MouseLeft\npress MouseRight\nkey Space\nup KeyW\nkey F3\nwait 0.5\n";
    format!("wait 1\n{}", turn.repeat(times))
}

fn check(seed: u64, outcome: &Outcome) {
    assert!(outcome.status.success(), "seed {seed}: {}", outcome.stderr);
    assert!(!outcome.stderr.contains("panicked"), "seed {seed}: {}", outcome.stderr);
}

/// Many frames of the client without a window.
fn play(seed: u64, more: &[&str]) {
    let (liar, folder) = (Impostor::start(seed), Folder::new());
    let client = Client::new(&folder).without_screen().script(&pages(8)).with(more);
    let client = client.with(&[&liar.address.to_string(), "--frame-cost", FRAMES]);
    check(seed, &client.start().wait(Duration::from_secs(120)));
}

#[test]
fn whatever_a_server_tells_the_client_goes_on() {
    (0..6).for_each(|seed| play(seed, &[]));
}

#[test]
fn whatever_a_server_tells_the_autopilot_and_the_bots_go_on() {
    play(3, &["--autopilot"]);
    let liar = Impostor::start(4);
    let server = liar.address.to_string();
    let bots = ["--server", &server, "--bots", "4", "--seconds", "8", "--brain", "full"];
    check(4, &Process::start("game-bots", &bots).wait(Duration::from_secs(60)));
}

#[test]
fn whatever_a_server_tells_the_client_draws_it() {
    let (liar, folder) = (Impostor::start(5), Folder::new());
    let script = pages(3) + "quit";
    let client = Client::new(&folder).sized(640, 360).script(&script);
    let client = client.with(&[&liar.address.to_string()]);
    check(5, &client.start().wait(Duration::from_secs(120)));
}
