//! What the inspector counts is what happened: no bit is left over, a wrong field is named, a starved
//! view has its reason, and what is written of it adds up.

use game_bots::{inspection::Inspection, net_trace::Line};
use game_server::options::{Bots, Options};
use netcode::{
    EntityId, KindId, KindTable, Protocol, Replicate, Snapshot, Tick,
    budget::Candidate,
    client::{Client, ClientEvent},
    inspect::{corrections, corrections::Difference, starvation::Reason},
    link::Conditions,
    server::{Action, PeerKey, Server, ServerConfig, ServerEvent},
    wire::message::Hello,
};
use std::time::Duration;
use tumult_tests::{
    processes::{Folder, Process, ServerProcess, bots},
    simulated::Simulation,
};

fn conditions(text: &str) -> Conditions {
    text.parse().expect("it is a legal link")
}

#[test]
fn every_bit_of_the_snapshots_has_a_name_and_every_second_adds_up() {
    // So narrow that rows have to wait, so bad that baselines are old and views starve.
    let link = conditions("delay=40ms,jitter=15ms,loss=5%,rate=32kbit,queue=20000");
    let options = Options { bots: Bots::fill(60), seed: 5, ..Options::default() };
    let mut game = Simulation::with_options(6, link, options);
    game.run(25.0);
    let mut all = game.pilots[0].seat.inspector().clone();
    for (number, pilot) in game.pilots.iter().enumerate() {
        let (inspector, stats) = (pilot.seat.inspector(), pilot.seat.stats());
        assert!(stats.snapshots > 200, "pilot {number} has only {} snapshots", stats.snapshots);
        assert_eq!(inspector.bits().total(), stats.snapshot_bytes * 8, "pilot {number}");
        assert_eq!(inspector.starvation().starved(), stats.starved_frames);
        assert_eq!(inspector.starvation().frames, stats.frames);
        assert_eq!(inspector.corrections().moved, stats.corrections);
        let timeline = inspector.timeline();
        let seconds = || timeline.seconds().iter().chain([timeline.current()]);
        let sum = |of: fn(&netcode::inspect::timeline::Second) -> u32| -> u64 {
            seconds().map(|second| u64::from(of(second))).sum()
        };
        assert_eq!(sum(|second| second.snapshots), stats.snapshots);
        assert_eq!(sum(|second| second.bytes_down), stats.snapshot_bytes);
        assert_eq!(sum(|second| second.starved_frames), stats.starved_frames);
        assert_eq!(sum(|second| second.frames), stats.frames);
        assert_eq!(sum(|second| second.corrections), inspector.corrections().count);
        assert_eq!(sum(|second| second.inputs_missed), stats.inputs_missed);
        assert!(sum(|second| second.bytes_up) > 10_000);
        if number > 0 {
            all.add(inspector);
        }
    }
    let (bits, told) = (all.bits(), all.margins().count());
    let rows = bits.kinds().iter().map(|kind| kind.rows);
    let waiting: u64 = rows.clone().map(|rows| rows.waiting).sum();
    assert!(waiting > 0, "nothing waited: the test does not reach what it should");
    assert!(rows.clone().any(|rows| rows.removed > 0) && rows.clone().any(|rows| rows.resting > 0));
    let pilots = &bits.kinds()[0];
    assert_eq!((pilots.table().name, pilots.rows.told > 1_000), ("pilot", true));
    assert!(pilots.worst_field().is_some() && pilots.masks > 0);
    assert!(told > 2_000 && all.margins().quantile_ticks(0.5).is_some());
    let starvation = all.starvation();
    assert!(starvation.lost > 0 && starvation.left_out > 0, "{starvation:?}");
}

#[test]
fn a_client_learns_of_each_input_that_a_hole_swallowed() {
    let link = |text: &str| text.parse().expect("it can be read");
    let mut game = Simulation::new(3, link("delay=40ms"), 6);
    for (before_s, hole_s) in [(4.0, 0.5), (3.0, 2.0), (3.0, 8.0)] {
        game.run(before_s);
        game.set_conditions(link("delay=40ms,loss=100%"));
        game.run(hole_s);
        game.set_conditions(link("delay=40ms"));
    }
    game.run(3.0);
    for pilot in &game.pilots {
        let (told, missed) =
            (pilot.seat.stats().inputs_missed, game.host.core.inputs_missed(pilot.id));
        assert!(missed > 500, "only {missed} of some 630 were missed");
        assert_eq!(told, u64::from(missed), "what the server told and what it counted");
    }
}

#[test]
fn a_view_without_snapshots_is_counted_with_its_reason() {
    let starved = |how: &str, then: &str| {
        let mut game = Simulation::new(1, conditions("delay=20ms"), 9);
        game.run(8.0);
        let before = game.pilots[0].seat.inspector().starvation().clone();
        assert_eq!(before.starved(), 0, "a clean link starves nobody");
        game.set_conditions(conditions(how));
        game.run(0.5);
        game.set_conditions(conditions(then));
        game.run(4.0);
        let after = game.pilots[0].seat.inspector().starvation();
        (after.clone(), *after.recent().iter().next().expect("it starved"))
    };
    let (lost, spell) = starved("delay=20ms,loss=100%", "delay=20ms");
    assert_eq!(spell.reason, Some(Reason::Lost));
    // Half a second at 60 frames, less what the view had in hand.
    assert!((20..=32).contains(&spell.frames), "{spell:?}");
    assert_eq!((lost.late, lost.unknown), (0, 0), "{lost:?}");
    let (late, spell) = starved("delay=70ms", "delay=70ms");
    assert_eq!(spell.reason, Some(Reason::Late), "{late:?}");
    assert!(late.late > 0 && late.unknown == 0, "{late:?}");
}

/// Somebody who walks and tires.
#[derive(Clone, Copy, Debug, Default, PartialEq, Replicate)]
struct Walker {
    #[replicate(range = -9_000..=9_000)]
    place: i32,
    #[replicate(range = 0.0..=100.0, precision = 0.5)]
    breath: f32,
    #[replicate(range = 0..=359, wrap)]
    heading: u16,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Replicate)]
struct Step {
    #[replicate(range = -1..=1)]
    by: i8,
}

enum Walk {}

impl Protocol for Walk {
    const NAME: &'static str = "walk";
    const VERSION: &'static str = "1";
    const KINDS: &'static [&'static KindTable] = &[Walker::TABLE];
    type Input = Step;
    type Greeting = ();
    type Event = ();
    type Request = ();
    type Own = Walker;
    type Scenery = ();

    fn own(snapshot: &Snapshot, (): &()) -> Option<Walker> {
        snapshot.find(EntityId(7)).map(|row| row.restore())
    }

    fn step_own((): &(), own: &mut Walker, step: &Step, _: Tick) {
        own.place += i32::from(step.by);
    }

    fn distance(before: &Walker, after: &Walker) -> Option<f32> {
        Some((before.place - after.place).abs() as f32)
    }

    fn differences(predicted: &Walker, truth: &Walker, note: &mut dyn FnMut(Difference)) {
        corrections::differences(predicted, truth, note);
    }
}

/// Plays with one client that walks on, and lets the server do something to it at the 120th tick.
fn corrected(interfere: fn(&mut Walker)) -> corrections::Corrections {
    let start = Tick(u32::MAX - 90);
    let mut server: Server<Walk> = Server::new(ServerConfig::default(), (), start);
    let id = server.connect(PeerKey([1; 32]));
    let mut client: Client<Walk> = Client::new(Hello::new::<Walk>("Ann"));
    let mut truth = Walker { breath: 50.0, heading: 350, ..Walker::default() };
    for number in 1..=240 {
        let (tick, now) = (start + number, Duration::from_secs(1) / 60 * number);
        server.begin_tick(tick);
        while let Some(action) = client.poll_transmit() {
            match action {
                Action::Datagram(bytes) => server.handle_datagram(id, &bytes),
                Action::Stream(bytes) => server.handle_stream(id, &bytes),
                Action::Close(reason) => panic!("{reason}"),
            }
        }
        while let Some(event) = server.poll_event() {
            if let ServerEvent::Hello { client, .. } = event {
                assert!(server.welcome(client, ()));
            }
        }
        let input = server.take_command(id).map_or_else(Step::default, |command| command.input);
        Walk::step_own(&(), &mut truth, &input, tick);
        if number == 120 {
            interfere(&mut truth);
        }
        if number % 2 == 0 {
            let mut snapshot = Snapshot::new(tick);
            snapshot.push(EntityId(7), KindId(0), &truth);
            let all = Candidate::all(&snapshot);
            server.publish(snapshot);
            server.send_snapshot(id, &all);
        }
        while let Some(transmit) = server.poll_transmit() {
            match transmit.action {
                Action::Datagram(bytes) => client.handle_datagram(now, &bytes),
                Action::Stream(bytes) => client.handle_stream(now, &bytes),
                Action::Close(reason) => panic!("{reason}"),
            }
        }
        while let Some(event) = client.poll_event() {
            if matches!(event, ClientEvent::Welcomed(_)) {
                client.enter(());
            }
        }
        let _ = client.look(now);
        for due in client.advance(now) {
            // Not before the clock has settled: until then inputs may be missed.
            let by = i8::from(number > 90);
            client.apply(due, Step { by });
        }
    }
    client.inspector().corrections().clone()
}

#[test]
fn a_field_that_the_server_changed_is_named_with_its_size() {
    let undisturbed = corrected(|_| {});
    assert_eq!(undisturbed.count, 0, "nobody interfered: {undisturbed:?}");
    type Case = (fn(&mut Walker), &'static str, f32, Option<f32>);
    let cases: [Case; 3] = [
        (|walker| walker.breath -= 7.5, "breath", -7.5, Some(0.0)),
        (|walker| walker.place -= 40, "place", -40.0, Some(40.0)),
        (|walker| walker.heading = 10, "heading", 20.0, Some(0.0)),
    ];
    for (interfere, field, by, distance) in cases {
        let corrections = corrected(interfere);
        assert_eq!(corrections.count, 1);
        assert_eq!(corrections.moved, u64::from(distance != Some(0.0)));
        let [cause] = corrections.causes() else { panic!("{corrections:?}") };
        assert_eq!((cause.field, cause.corrections, cause.largest), (field, 1, by.abs()));
        let last = corrections.recent().newest().expect("there was one");
        assert_eq!(last.tick, Tick(u32::MAX - 90) + 120);
        assert_eq!(last.differences, [Difference { field, by }]);
        assert_eq!((last.distance, last.inputs_missed), (distance, 0));
    }
}

/// The lines of a trace.
fn trace(path: &str) -> Vec<Line> {
    let text = std::fs::read_to_string(path).expect("it was written");
    let line = |text: &str| serde_json::from_str(text).unwrap_or_else(|e| panic!("{e}: {text}"));
    text.lines().map(line).collect()
}

#[test]
fn a_net_trace_of_a_real_run_adds_up_to_its_report() {
    let server = ServerProcess::start(&["--bots", "8"]);
    let folder = Folder::new();
    let path = folder.path("trace.jsonl");
    let link = "delay=60ms,jitter=20ms,loss=8%";
    let (outcome, report) = bots(server.address, 4, 8.0, &["--link", link, "--net-trace", &path]);
    assert!(outcome.status.success(), "{}", outcome.stderr);
    let (mut bytes, mut frames, mut starved, mut corrections) = (0_u64, 0_u64, 0_u64, 0_u64);
    let (mut ended, mut corrected, mut hungry, mut seconds) = (Vec::new(), 0, 0, [0; 4]);
    for line in trace(&path) {
        match line {
            Line::Second { seat, second, bytes_down, frames: drawn, starved_frames, .. } => {
                assert_eq!(second, seconds[seat as usize], "seconds come one after the other");
                seconds[seat as usize] += 1;
                bytes += u64::from(bytes_down);
                frames += u64::from(drawn);
                starved += u64::from(starved_frames);
            }
            Line::Correction { fields, .. } => {
                assert!(!fields.is_empty(), "a correction without a wrong field");
                corrected += 1;
            }
            Line::Starved { frames, .. } => hungry += u64::from(frames),
            Line::End { seat, bytes_down, corrections: wrong, snapshot_bits, .. } => {
                assert_eq!(snapshot_bits.total, bytes_down * 8);
                corrections += wrong;
                ended.push(seat);
            }
        }
    }
    ended.sort_unstable();
    assert_eq!(ended, [0, 1, 2, 3]);
    let Inspection { snapshot_bits, starvation, .. } = &report.inspection;
    assert_eq!((bytes * 8, frames), (snapshot_bits.total, starvation.frames));
    assert_eq!(starved, starvation.late + starvation.lost + starvation.unknown);
    // Whoever starves at the very end is in no line of its own.
    assert!(hungry <= starved && starved - hungry <= starvation.unknown + 60);
    assert_eq!((corrected, corrections), (corrections, report.inspection.corrections.count));
    let parts: u64 = snapshot_bits.kinds.values().map(|kind| kind.total).sum();
    let framing = snapshot_bits.header + snapshot_bits.counts + snapshot_bits.padding;
    assert_eq!(parts + framing, snapshot_bits.total);
    assert!(report.inspection.margins.told > 500 && starved > 0, "{report:?}");
}

#[test]
fn a_trace_that_cannot_be_written_is_told_and_stops_no_game() {
    let server = ServerProcess::start(&[]);
    let address = server.address.to_string();
    let play = |path: &str| {
        let arguments =
            ["--server", &address, "--bots", "2", "--seconds", "2.5", "--net-trace", path];
        Process::start("game-bots", &arguments).wait(Duration::from_secs(30))
    };
    let nowhere = play("/nowhere/trace.jsonl");
    assert!(!nowhere.status.success());
    assert!(nowhere.stderr.contains("can't write /nowhere/trace.jsonl"), "{}", nowhere.stderr);
    let full = play("/dev/full");
    assert!(full.status.success(), "{}", full.stderr);
    assert!(full.stderr.contains("the net trace is not whole"), "{}", full.stderr);
}
