//! Who is not let in is told why, by the real server, in words that a player understands.

use netcode::{
    quic::tls::Identity,
    server::Action,
    wire::message::{Hello, Wish},
};
use std::time::Duration;
use tumult_tests::{
    processes::{Folder, ServerProcess, bots},
    visitor::{hello, visit, visit_as},
};

const LIMIT: Duration = Duration::from_secs(8);

#[test]
fn another_version_is_refused_with_both_versions() {
    let server = ServerProcess::start(&[]);
    let old = Hello { protocol: 7, version: "0.0.1-ancient".to_owned(), ..hello("Ann") };
    let visit = visit(server.address, old, LIMIT, |_| None);
    let reason = visit.closed.expect("it was refused");
    assert!(!visit.welcomed);
    assert!(reason.contains("0.0.1-ancient") && reason.contains(game_sim::VERSION), "{reason}");
}

#[test]
fn other_maps_and_bad_names_are_refused() {
    let server = ServerProcess::start(&[]);
    let other = Hello { assets: 5, ..hello("Ann") };
    let reason = visit(server.address, other, LIMIT, |_| None).closed.expect("it was refused");
    assert!(reason.contains("game files differ"), "{reason}");
    let reason = visit(server.address, hello("a\u{202e}b"), LIMIT, |_| None).closed;
    assert!(reason.expect("it was refused").contains("name can't be used"));
}

#[test]
fn a_full_server_says_so_and_lets_watchers_in() {
    let server = ServerProcess::start(&["--max-players", "2"]);
    let (outcome, report) = bots(server.address, 3, 3.0, &[]);
    assert_eq!((report.connected, report.disconnects), (2, 0));
    assert!(outcome.stderr.contains("the server is full: 2 of 2"), "{}", outcome.stderr);
    let address = server.address;
    let players = std::thread::spawn(move || bots(address, 2, 5.0, &[]));
    std::thread::sleep(Duration::from_secs(1));
    let watcher = Hello { wish: Wish::Watch, ..hello("Eve") };
    let visit = visit(address, watcher, Duration::from_secs(2), |_| None);
    assert!(visit.welcomed && visit.snapshots > 20, "{visit:?}");
    assert_eq!(players.join().expect("they played").1.disconnects, 0);
}

#[test]
fn a_banned_key_is_told_why_and_another_one_plays() {
    let folder = Folder::new();
    let liar = Identity::generate().expect("there is randomness");
    let bans = folder.path("bans");
    std::fs::write(&bans, format!("{} walked through walls\n", liar.key().expect("it has one")))
        .expect("the folder is ours");
    let server = ServerProcess::start(&["--bans", &bans]);
    let banned = visit_as(&liar, server.address, hello("Liar"), LIMIT, |_| None);
    assert!(!banned.welcomed);
    assert!(banned.closed.expect("it was refused").contains("walked through walls"));
    let other = visit(server.address, hello("Ann"), Duration::from_secs(1), |_| None);
    assert!(other.welcomed);
}

#[test]
fn one_address_has_no_more_connections_than_it_may() {
    let server = ServerProcess::start(&["--max-per-address", "2"]);
    let (outcome, report) = bots(server.address, 3, 3.0, &[]);
    assert_eq!((report.connected, report.disconnects), (2, 0));
    assert!(outcome.stderr.contains("no more connections from there"), "{}", outcome.stderr);
    // Both have left by now, and their places are free again.
    assert_eq!(bots(server.address, 2, 2.0, &[]).1.connected, 2);
}

#[test]
fn garbage_inside_a_session_ends_it_and_nothing_else() {
    let server = ServerProcess::start(&[]);
    let visit = visit(server.address, hello("Mallory"), LIMIT, |turn| {
        Some(Action::Datagram(vec![turn as u8; 300]))
    });
    assert!(visit.welcomed);
    assert!(visit.closed.expect("it was closed").contains("malformed"));
    let (_, report) = bots(server.address, 2, 2.0, &[]);
    assert_eq!((report.connected, report.disconnects), (2, 0));
}

#[test]
fn a_client_with_a_pinned_certificate_refuses_another_server() {
    let server = ServerProcess::start(&[]);
    let other = Identity::generate().expect("there is randomness").fingerprint();
    let address = format!("{}#{other}", server.address);
    let pinned = bots_at(&address);
    assert!(pinned.contains("another server than the one expected"), "{pinned}");
}

fn bots_at(address: &str) -> String {
    use tumult_tests::processes::Process;
    let bots = Process::start("game-bots", &["--server", address, "--bots", "1", "--seconds", "2"]);
    bots.wait(Duration::from_secs(20)).stderr
}
