//! Load tests: a gate is kept or missed by what really was, and a curve has what each row cost.

use std::time::Duration;
use tumult_tests::{
    curve::{Setup, measure, table},
    processes::{Process, ServerProcess, bots},
};

/// Light bots that come over two seconds.
const LIGHT: [&str; 4] = ["--brain", "light", "--ramp", "2"];
/// The exit status of a gate that was missed.
const MISSED: i32 = 3;

#[test]
fn a_gate_of_both_reports_is_kept_or_missed_by_the_exit_status() {
    let server = ServerProcess::start(&[]);
    let stats = server.folder.path("stats.json");
    let gated = |bounds: &str| {
        let gate = ["--gate", bounds, "--server-stats", &stats];
        bots(server.address, 8, 7.0, &[LIGHT.as_slice(), &gate].concat())
    };
    // The server has no report before its first second is over.
    std::thread::sleep(Duration::from_secs(2));
    let (outcome, report) = gated(
        "disconnects=0,connected=8,peak_players=8,spread.snapshots_per_second.min>15,ticks>60",
    );
    assert!(outcome.status.success(), "{}", outcome.stderr);
    // Over the ramp of two seconds the last one came so much later than the first.
    assert!((5.0..6.5).contains(&report.seconds), "{report:?}");
    assert!(report.spread.join_ms.max < 1_500.0, "{:?}", report.spread.join_ms);
    assert!(report.spread.rtt_ms.min <= report.spread.rtt_ms.p50, "{:?}", report.spread);
    assert!(report.load.wall_seconds > 6.0 && report.load.turn_late_ms_p50 > 0.0, "{report:?}");
    let (outcome, _) = gated("ticks<10,connected>=8");
    assert_eq!(outcome.status.code(), Some(MISSED), "{}", outcome.stderr);
    assert!(outcome.stderr.contains("but the gate asks for < 10"), "{}", outcome.stderr);
    assert!(!outcome.stderr.contains("connected is"), "{}", outcome.stderr);
}

#[test]
fn bots_on_several_threads_are_one_run() {
    let server = ServerProcess::start(&["--max-players", "8"]);
    // Two of ten find no place, and the report of three threads has all of them.
    let (outcome, report) = bots(server.address, 10, 6.0, &["--brain", "light", "--threads", "3"]);
    assert!(outcome.stderr.contains("not let in"), "{}", outcome.stderr);
    assert_eq!((report.bots, report.connected, report.disconnects), (10, 8, 0), "{report:?}");
    assert!((4.0..6.5).contains(&report.seconds), "{report:?}");
    assert!(report.spread.snapshots_per_second.min > 0.0, "{report:?}");
    assert!(report.load.turn_late_ms_p50 > 0.0, "{report:?}");
    assert_eq!(server.finish().1.peak_players, 8);
}

#[test]
fn a_gate_that_can_not_be_held_says_so_before_anybody_plays() {
    let server = ServerProcess::start(&[]);
    let address = server.address.to_string();
    for (gate, words) in [
        (vec!["--gate", "tick_ms<16"], "no report has the number `tick_ms`"),
        (vec!["--gate", "starved_percent"], "compares nothing"),
        (vec!["--gate", "kills>0", "--server-stats", "/no/such.json"], "can't read /no/such.json"),
        (vec!["--ramp=-1"], "--ramp must be from 0 to 3600"),
        (vec!["--threads", "2", "--net-trace", "/dev/null"], "--net-trace is for one thread"),
    ] {
        let all = [vec!["--server", &address, "--seconds", "30"], gate].concat();
        let outcome = Process::start("game-bots", &all).wait(Duration::from_secs(10));
        assert!(!outcome.status.success() && outcome.status.code() != Some(MISSED));
        assert!(outcome.stderr.contains(words), "{}", outcome.stderr);
    }
}

#[test]
fn a_row_of_the_curve_has_what_its_players_cost() {
    let setup = Setup {
        arena: "yard".to_owned(),
        tick_rate: 60,
        snapshot_rate: 30,
        hold: Duration::from_secs(3),
        ramp: Duration::from_secs(1),
        brain: "light".to_owned(),
        cores: None,
        server_flags: Vec::new(),
    };
    let mut told = Vec::new();
    let point = measure(&setup, 6, &mut |words| told.push(words.to_owned())).unwrap();
    assert_eq!((point.bots.connected, point.server.peak_players), (6, 6));
    assert!(point.server.ended && point.server.full.ticks > 100, "{:?}", point.server);
    assert!(point.server_cores > 0.0 && point.rss_bytes > 1_000_000, "{point:?}");
    assert!(told.iter().any(|words| words.contains("to go")), "{told:?}");
    let csv = table::csv(&[point]);
    assert!(csv.lines().nth(1).is_some_and(|row| row.starts_with("6,6,0,")), "{csv}");
}
