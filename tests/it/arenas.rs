//! Several arenas in one process: each at its own pace, and none that fails takes another with it.

use game_server::{
    arena_loop::ArenaLoop,
    options::Options,
    rotation::Rotation,
    stats::ServerReport,
    supervisor::{Charge, Life, supervise},
};
use std::{
    fs,
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{
            AtomicBool, AtomicU32,
            Ordering::{Relaxed, SeqCst},
        },
    },
    thread,
    time::Duration,
};
use tumult_tests::processes::{Folder, Process, bots, read_json};

/// An arena that does nothing until it is told to stop.
fn idle() -> Life {
    Box::new(|stop| {
        while !stop.load(Relaxed) {
            thread::sleep(Duration::from_millis(5));
        }
        Ok(())
    })
}

/// An arena that panics after a while.
fn faulty(after: Duration) -> Life {
    Box::new(move |_| {
        thread::sleep(after);
        panic!("a fault on purpose");
    })
}

/// A real arena, where it listens, and how it is made anew.
fn real(folder: &Folder) -> (Charge, SocketAddr) {
    let bind = SocketAddr::from(([127, 0, 0, 1], 0));
    let identity = folder.path("server.pem").into();
    let options = Options { bind, identity, beacon_port: Some(0), ..Options::default() };
    let rotation = Rotation::load(&options).expect("every build has it");
    let arena_loop = ArenaLoop::start(options, rotation).expect("there are ports");
    let address = arena_loop.local_address().expect("it listens");
    let life: Life = Box::new(|stop| arena_loop.run(stop));
    (Charge::new("real".to_owned(), life, Box::new(|| panic!("it never failed"))), address)
}

#[test]
fn an_arena_that_panics_is_started_anew_and_nobody_elsewhere_notices() {
    let folder = Folder::new();
    let stop = Arc::new(AtomicBool::new(false));
    let begun = Arc::new(AtomicU32::new(0));
    let (stopper, counter) = (stop.clone(), begun.clone());
    let (found, address) = std::sync::mpsc::channel();
    let supervisor = thread::spawn(move || {
        let (real, address) = real(&folder);
        found.send(address).expect("the test waits");
        let again = move || {
            counter.fetch_add(1, SeqCst);
            Ok(idle())
        };
        let first = faulty(Duration::from_secs(3));
        let charges = vec![Charge::new("faulty".to_owned(), first, Box::new(again)), real];
        supervise(charges, &stopper)
    });
    let address = address.recv().expect("it listens");
    let (outcome, report) = bots(address, 4, 8.0, &[]);
    assert!(outcome.status.success(), "{}", outcome.stderr);
    assert_eq!((report.connected, report.disconnects, report.resumes), (4, 0, 0));
    assert_eq!(begun.load(SeqCst), 1);
    stop.store(true, SeqCst);
    assert!(supervisor.join().expect("it did not panic itself").is_ok());
}

#[test]
fn an_arena_that_fails_again_and_again_is_given_up_and_named() {
    let stop = Arc::new(AtomicBool::new(false));
    let begun = Arc::new(AtomicU32::new(0));
    let (stopper, counter) = (stop.clone(), begun.clone());
    let supervisor = thread::spawn(move || {
        let again = move || {
            counter.fetch_add(1, SeqCst);
            Ok(faulty(Duration::ZERO))
        };
        let bad = Charge::new("bad".to_owned(), faulty(Duration::ZERO), Box::new(again));
        let sound = Charge::new("sound".to_owned(), idle(), Box::new(|| panic!("it never failed")));
        supervise(vec![bad, sound], &stopper)
    });
    while begun.load(SeqCst) < 3 {
        thread::sleep(Duration::from_millis(20));
    }
    thread::sleep(Duration::from_millis(1_500));
    assert!(!supervisor.is_finished(), "the sound one still lives");
    assert_eq!(begun.load(SeqCst), 3, "and the bad one was given up");
    stop.store(true, SeqCst);
    let said = supervisor.join().expect("it did not panic itself").unwrap_err().to_string();
    assert!(said.contains("bad") && !said.contains("sound"), "{said}");
}

/// A process with two arenas, the tables of which are given in part; where each listens, and the report of each.
fn two_arenas(folder: &Folder, tables: [&str; 2]) -> (Process, [SocketAddr; 2], [String; 2]) {
    let (config, identity) = (folder.path("server.toml"), folder.path("server.pem"));
    let reports = [folder.path("1.json"), folder.path("2.json")];
    let mut text = format!("bind = \"127.0.0.1:0\"\nbeacon_port = 0\nidentity = {identity:?}\n");
    for (table, report) in tables.into_iter().zip(&reports) {
        text += &format!("[[arena]]\nstats_json = {report:?}\n{table}");
    }
    fs::write(&config, text).expect("there is room");
    let mut server = Process::start("game-server", &["--config", &config]);
    let place = |line: &String| -> SocketAddr {
        let rest = line.strip_prefix("listening on ").expect("it says where it listens");
        rest.split(',').next().expect("a word").parse().expect("an address")
    };
    let addresses: Vec<SocketAddr> = server.lines(2).iter().map(place).collect();
    (server, [addresses[0], addresses[1]], reports)
}

#[test]
fn two_arenas_of_one_process_go_each_at_its_own_pace() {
    let folder = Folder::new();
    let (server, [one, other], reports) = two_arenas(&folder, ["", "tick_rate = 30\n"]);
    let elsewhere = thread::spawn(move || bots(other, 3, 6.0, &[]));
    let (_, here) = bots(one, 5, 6.0, &[]);
    let (_, there) = elsewhere.join().expect("the bots ended");
    assert_eq!((here.connected, here.disconnects), (5, 0));
    assert_eq!((there.connected, there.disconnects), (3, 0));
    let outcome = server.terminate();
    assert!(outcome.status.success(), "{}", outcome.stderr);
    let reports = reports.map(|report| read_json::<ServerReport>(&report));
    assert_eq!([reports[0].peak_players, reports[1].peak_players], [5, 3]);
    let pace = reports.map(|report| report.ticks as f64 / report.wall_seconds);
    assert!((50.0..=61.0).contains(&pace[0]) && (25.0..=31.0).contains(&pace[1]), "{pace:?}");
}

/// More bots than any core can think for at such a rate: the arena drops its own ticks and nobody else's.
#[test]
fn an_arena_that_falls_behind_takes_no_other_with_it() {
    let folder = Folder::new();
    let crowd =
        "map = \"expanse\"\nmax_players = 1200\ntick_rate = 240\n[arena.bots]\nfill = 1200\n";
    let (server, [one, other], reports) = two_arenas(&folder, ["", crowd]);
    let elsewhere = thread::spawn(move || bots(other, 1, 8.0, &[]));
    let (_, here) = bots(one, 5, 8.0, &[]);
    let (_, there) = elsewhere.join().expect("the bots ended");
    let outcome = server.terminate();
    assert!(outcome.status.success(), "{}", outcome.stderr);
    let [calm, late] = reports.map(|report| read_json::<ServerReport>(&report));
    let part = |report: &ServerReport| {
        report.ticks_dropped as f64 / (report.ticks + report.ticks_dropped).max(1) as f64
    };
    assert!(part(&late) > 0.2, "it kept up: {late:?}");
    assert!(part(&calm) < 0.05, "{calm:?}");
    assert_eq!((here.connected, here.disconnects, here.resumes), (5, 0, 0));
    assert!(here.snapshots_per_second > 25.0, "{here:?}");
    // Late as it is, who plays there stays.
    assert_eq!((there.connected, there.disconnects), (1, 0));
}
