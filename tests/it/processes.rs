//! The real programs as processes: they find each other, play, and end as they should.

use std::{
    net::UdpSocket,
    process::Command,
    time::{Duration, Instant},
};
use tumult_tests::processes::{Process, ServerProcess, bots, program};

#[test]
fn bots_play_a_match_on_a_real_server_and_both_report() {
    let server = ServerProcess::start(&[]);
    let (outcome, report) = bots(server.address, 32, 16.0, &[]);
    assert!(outcome.status.success(), "{}", outcome.stderr);
    assert_eq!((report.bots, report.connected, report.disconnects), (32, 32, 0));
    assert!((25.0..=31.0).contains(&report.snapshots_per_second), "{report:?}");
    assert!(report.visible_mean > 10.0, "{report:?}");
    assert!(report.bytes_down_per_second > 500.0 && report.bytes_up_per_second > 500.0);
    assert!(report.kills > 0, "nobody was hit in sixteen seconds: {report:?}");
    let (outcome, stats) = server.finish();
    assert!(outcome.status.success(), "{}", outcome.stderr);
    assert_eq!(stats.peak_players, 32);
    assert!(stats.ticks > 600 && stats.bytes_sent > 100_000 && stats.datagrams_received > 1_000);
    assert_eq!(stats.state_hash.len(), 16);
}

#[test]
fn bots_play_over_a_bad_network() {
    let server = ServerProcess::start(&[]);
    let link = ["--link", "delay=75ms,jitter=10ms,loss=5%"];
    let (_, report) = bots(server.address, 8, 10.0, &link);
    assert_eq!((report.connected, report.disconnects), (8, 0));
    assert!((145.0..=200.0).contains(&report.rtt_ms_p50), "{report:?}");
    assert!(report.snapshots_per_second < 29.5, "nothing was lost: {report:?}");
}

/// Its pipe is full after a hundred packets, and nothing takes anything out of it.
#[test]
fn a_log_that_nobody_reads_holds_up_no_tick() {
    let mut command = Command::new(program("game-server"));
    command.env("TUMULT_LOG", "trace");
    let server = ServerProcess::start_as(command, &[]);
    let (outcome, report) = bots(server.address, 8, 4.0, &[]);
    assert!(outcome.status.success(), "{}", outcome.stderr);
    assert_eq!((report.connected, report.disconnects), (8, 0));
    assert!(report.snapshots_per_second > 25.0, "{report:?}");
    let (outcome, stats) = server.finish();
    assert!(outcome.status.success() && stats.ticks > 200, "{} ticks", stats.ticks);
    assert!(outcome.stderr.contains("quinn_proto"), "nothing was logged");
}

#[test]
fn a_terminated_server_tells_why_and_ends_within_two_seconds() {
    let server = ServerProcess::start(&[]);
    let address = server.address;
    let bots = std::thread::spawn(move || bots(address, 4, 30.0, &[]));
    std::thread::sleep(Duration::from_secs(3));
    let (outcome, _) = server.finish();
    assert!(outcome.status.success(), "{}", outcome.stderr);
    assert!(outcome.took < Duration::from_secs(2), "{:?}", outcome.took);
    let (outcome, report) = bots.join().expect("the bots ended");
    assert_eq!(report.disconnects, 4);
    assert!(outcome.stderr.contains("the server is shutting down"), "{}", outcome.stderr);
}

#[test]
fn a_killed_server_is_noticed_by_its_silence() {
    let server = ServerProcess::start(&[]);
    let address = server.address;
    let bots = std::thread::spawn(move || bots(address, 2, 18.0, &[]));
    std::thread::sleep(Duration::from_secs(3));
    let killed = Instant::now();
    server.process.kill();
    let (outcome, report) = bots.join().expect("the bots ended");
    assert_eq!(report.disconnects, 2);
    assert!(killed.elapsed() < Duration::from_secs(20), "{:?}", killed.elapsed());
    assert!(outcome.stderr.contains("lost the server"), "{}", outcome.stderr);
}

#[test]
fn who_played_on_a_killed_server_plays_on_the_next_one_at_once() {
    let server = ServerProcess::start(&[]);
    let (address, identity) = (server.address, server.folder.path("server.pem"));
    let bots = std::thread::spawn(move || bots(address, 4, 6.0, &[]));
    std::thread::sleep(Duration::from_secs(2));
    server.process.kill();
    let bind = address.to_string();
    let mut next = Process::start("game-server", &["--bind", &bind, "--identity", &identity]);
    assert!(next.first_line().starts_with("listening on"));
    // It says that it does not know them. Silence is noticed after ten seconds, and the bots stay for six.
    let (outcome, report) = bots.join().expect("the bots ended");
    assert_eq!((report.connected, report.disconnects), (4, 0), "{}", outcome.stderr);
    let log = next.terminate().stderr;
    assert_eq!(log.matches("joined").count(), 4, "{log}");
}

#[test]
fn garbage_at_the_port_disturbs_nobody() {
    let server = ServerProcess::start(&[]);
    let address = server.address;
    let garbage = std::thread::spawn(move || {
        let socket = UdpSocket::bind("127.0.0.1:0").expect("there are sockets");
        let mut state = 1_u32;
        for round in 0..4_000_usize {
            let bytes: Vec<u8> = (0..round % 1_400)
                .map(|_| {
                    state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                    (state >> 24) as u8
                })
                .collect();
            let _ = socket.send_to(&bytes, address);
            std::thread::sleep(Duration::from_millis(1));
        }
    });
    let (_, report) = bots(address, 4, 6.0, &[]);
    garbage.join().expect("it was all sent");
    assert_eq!((report.connected, report.disconnects), (4, 0));
    assert!(report.snapshots_per_second > 25.0, "{report:?}");
    let (outcome, _) = server.finish();
    assert!(outcome.status.success(), "{}", outcome.stderr);
}

/// What a program says when it is started wrongly; it must end by itself and not with success.
fn complaint(program: &str, arguments: &[&str]) -> String {
    let outcome = Process::start(program, arguments).wait(Duration::from_secs(20));
    assert!(!outcome.status.success(), "{program} {arguments:?} succeeded");
    assert!(!outcome.stderr.contains("panicked"), "{}", outcome.stderr);
    outcome.stderr
}

#[test]
fn wrong_starts_end_with_one_clear_sentence() {
    let server = ServerProcess::start(&[]);
    let taken = server.address.to_string();
    let identity = server.folder.path("other.pem");
    let stats = "/no/such/folder/stats.json";
    for (arguments, words) in [
        (vec!["--arena", "nowhere"], "there is no arena `nowhere`"),
        (vec!["--arena", "no/such.tmx"], "can't read the arena no/such.tmx"),
        (vec!["--bind", &taken, "--identity", &identity], "can't listen on 127.0.0.1:"),
        (vec!["--tick-rate", "1"], "10 to 240"),
        (vec!["--nonsense"], "unexpected argument"),
        (vec!["--config", "/no/such.toml"], "no configuration file"),
        (vec!["--bind", "127.0.0.1:0", "--stats-json", stats], "can't write /no/such/folder"),
    ] {
        let said = complaint("game-server", &arguments);
        assert!(said.contains(words), "{arguments:?}: {said}");
    }
    for (arguments, words) in [
        (vec!["--link", "loss=200%"], "such as 2%"),
        (vec!["--server", "not an address"], "there is no server called not an address"),
        (vec!["--bots", "0"], "0 is not in 1..=10000"),
    ] {
        let said = complaint("game-bots", &arguments);
        assert!(said.contains(words), "{arguments:?}: {said}");
    }
}

#[test]
fn a_broken_map_is_refused_with_file_layer_object_and_fault() {
    let server = ServerProcess::start(&[]);
    let map = server.folder.path("broken.tmx");
    let text = include_str!("../../assets/arenas/yard.tmx");
    // The first wall loses its width.
    let at = text.find("width=\"").map(|_| text.find("<object ").expect("it has objects"));
    let object = &text[at.expect("it has widths")..];
    let width = object.find("width=\"").expect("walls are wide") + 7;
    let end = width + object[width..].find('"').expect("it is quoted");
    let broken = text.replacen(&object[..end], &format!("{}0", &object[..width]), 1);
    std::fs::write(&map, broken).expect("the folder is ours");
    let said = complaint("game-server", &["--arena", &map]);
    for words in ["broken.tmx", "walls", "object"] {
        assert!(said.contains(words), "{said}");
    }
}
