//! How often a frame asks the allocator, of the made-up crowd and of a real session.

use allocation_counter::measure;
use bevy::app::MainScheduleOrder;
use bevy::ecs::schedule::ScheduleLabel;
use clap::Parser;
use game_bots::standing::Ballot;
use game_sim::{Choice, Mode, PilotId, Team, WhyDied};
use leafwing_input_manager::prelude::ActionState;

use super::*;
use crate::input::action::Action;
use crate::measure::beside::take_asked;
use crate::measure::{crowd, plays};
use crate::scene::OwnView;
use crate::screen::standings::Covers;
use crate::state::Page;

/// Frames that are looked at: twice the crowd's longest period.
const FRAMES: u32 = 240;

/// The client as it is measured, with these arguments.
fn client(name: &str, arguments: &[&str]) -> App {
    let folder = std::env::temp_dir().join(format!("tumult-{name}-{}", std::process::id()));
    let settings = folder.join("settings.toml").display().to_string();
    let usual = ["game-client", "--frame-cost", "1", "--settings", &settings];
    let options = Options::parse_from(usual.iter().chain(arguments));
    let script = crate::script::Script::default();
    crate::client(options, crate::net::Trace::default(), script).unwrap()
}

/// Plays a frame; how often the client's own systems asked the allocator in it. All of `Update` is ours.
fn frame(app: &mut App) -> u64 {
    let labels = app.world().resource::<MainScheduleOrder>().labels.clone();
    let world = app.world_mut();
    take_spent();
    take_asked();
    let mut counted = 0;
    for label in labels {
        let mut run = || drop(world.try_run_schedule(label));
        if label == Update.intern() {
            counted += measure(run).count_total;
        } else {
            run();
        }
    }
    world.clear_trackers();
    counted + take_asked()
}

/// Plays frames: in most of them nothing is taken, and in all together not more than so much. The rest are words that
/// change: a number that is counted down, a line of who fell.
fn mostly_idle(app: &mut App, state: &str, most: u64) {
    (0..30).for_each(|_| app.update());
    let counts: Vec<u64> = (0..FRAMES).map(|_| frame(app)).collect();
    let idle = counts.iter().filter(|count| **count == 0).count();
    let all: u64 = counts.iter().sum();
    println!("{state}: {idle} idle, {all} in all: {counts:?}");
    assert!(idle * 100 >= counts.len() * 80, "{state}: {idle}: {counts:?}");
    assert!(all <= most, "{state}: {all} in all: {counts:?}");
}

fn press(app: &mut App, action: Action) {
    let world = app.world_mut();
    let mut actions = world.query::<&mut ActionState<Action>>();
    actions.single_mut(world).unwrap().press(&action);
}

/// What `docs/reports.md` says was measured of a frame of the crowd: nothing of ours.
#[test]
fn most_frames_of_a_crowd_take_nothing_from_the_allocator() {
    let mut app = client("frames", &[]);
    app.add_plugins(crowd::plugin);
    settle(&mut app);
    for _ in 0..WARM_UP + FRAMES {
        app.update();
    }
    mostly_idle(&mut app, "alive", 60);
    assert_eq!(app.world().resource::<Scene>().pilots.len(), 100);
    assert!(app.world_mut().query::<&Effect>().iter(app.world()).count() > 300);
    // The same for who is dead and reads of it, and with the table of scores over it all.
    let killer = PilotId(1);
    let mut scene = app.world_mut().resource_mut::<Scene>();
    scene.own = scene.own.map(|own| OwnView { alive: false, respawn_s: 2.0, ..own });
    let (victim, seen_ago_ms, apart_cm) = (PilotId(0), 40, 110);
    scene.why_died = Some(WhyDied { killer, victim, seen_ago_ms, apart_cm, bounded: false });
    mostly_idle(&mut app, "dead", 190);
    press(&mut app, Action::Scores);
    mostly_idle(&mut app, "with the standings", 280);
    assert!(app.world().resource::<Covers>().0);
}

#[test]
fn nor_do_most_of_teams_votes_watching_and_the_net_graph_ask_the_allocator() {
    let mut app = client("others", &[]);
    app.add_plugins(crowd::plugin);
    settle(&mut app);
    app.update();
    let mut scene = app.world_mut().resource_mut::<Scene>();
    scene.standing.mode = Mode::ControlPoints;
    scene.standing.scores = [30, 20];
    scene.standing.points = vec![game_sim::Point::default(); 3];
    scene.teams = (0..1000).map(|slot| Some(Team::BOTH[slot % 2])).collect();
    (0..WARM_UP + FRAMES).for_each(|_| app.update());
    mostly_idle(&mut app, "teams", 60);
    press(&mut app, Action::Network);
    mostly_idle(&mut app, "with the net graph", 60);
    let choice = |arena: &str| Choice { arena: arena.to_owned(), mode: Mode::FreeForAll };
    let choices = vec![choice("yard"), choice("expanse")];
    let ballot = Ballot { choices, counts: vec![3, 4], mine: Some(1) };
    app.world_mut().resource_mut::<Scene>().standing.ballot = Some(ballot);
    mostly_idle(&mut app, "with a vote", 110);
    assert_eq!(app.world().resource::<State<Page>>().get(), &Page::Vote);
    let mut scene = app.world_mut().resource_mut::<Scene>();
    (scene.standing.ballot, scene.me, scene.own) = (None, None, None);
    mostly_idle(&mut app, "watching", 60);
    assert!(app.world().resource::<Scene>().watched.is_some());
}

/// Where the second process of the next test finds the server.
const ADDRESS: &str = "TUMULT_SERVER_OF_THE_TEST";

/// A crowd that is made up has no connection. With one there is a datagram of inputs in each frame (three times), in
/// every second one a snapshot, which is kept, and between two of them what is expected after the last one.
/// The test runs itself once more, with a home of its own for the key of the player.
#[test]
fn frames_of_a_real_session_take_what_goes_and_comes_and_no_more() {
    if let Ok(address) = std::env::var(ADDRESS) {
        return play_against(&address);
    }
    let test = std::env::current_exe().unwrap();
    let program = test.ancestors().nth(2).unwrap().join("game-server");
    assert!(program.exists(), "build the programs first: cargo build --workspace");
    let home = std::env::temp_dir().join(format!("tumult-session-{}", std::process::id()));
    std::fs::create_dir_all(&home).unwrap();
    let identity = home.join("server.pem");
    let mut server = std::process::Command::new(program)
        .args(["--bind", "127.0.0.1:0", "--bots", "8", "--identity"])
        .arg(identity)
        .stdout(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    let mut said = std::io::BufReader::new(server.stdout.take().unwrap());
    std::io::BufRead::read_line(&mut said, &mut line).unwrap();
    let address = line.strip_prefix("listening on ").and_then(|rest| rest.split(',').next());
    let name =
        "measure::cost::tests::frames_of_a_real_session_take_what_goes_and_comes_and_no_more";
    let played = std::process::Command::new(test)
        .args([name, "--exact", "--nocapture"])
        .env(ADDRESS, address.unwrap_or_else(|| panic!("it said {line:?}")))
        .envs(["HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME"].map(|key| (key, &home)))
        .status();
    server.kill().unwrap();
    server.wait().unwrap();
    std::fs::remove_dir_all(&home).unwrap();
    assert!(played.unwrap().success());
}

fn play_against(address: &str) {
    let mut app = client("session", &[address]);
    settle(&mut app);
    // What runs at the start is no part of a frame.
    app.update();
    let patience = Instant::now();
    let turn = |app: &mut App| {
        let begun = Instant::now();
        let count = frame(app);
        std::thread::sleep(FRAME.saturating_sub(begun.elapsed()));
        count
    };
    while !plays(&app) {
        turn(&mut app);
        assert!(patience.elapsed() < PATIENCE, "the fight did not begin");
    }
    for _ in 0..WARM_UP {
        turn(&mut app);
    }
    let snapshots =
        |app: &App| app.world().resource::<crate::net::Session>().seat.stats().snapshots;
    let (mut came, mut taken, mut most) = (0, 0, 0);
    for _ in 0..FRAMES {
        let before = snapshots(&app);
        let count = turn(&mut app);
        came += snapshots(&app) - before;
        taken += count;
        most = most.max(count);
    }
    println!("a session: {came} snapshots in {FRAMES} frames; {taken} in all, {most} at most");
    assert!(came > 60, "{came} snapshots");
    assert!(taken <= u64::from(FRAMES) * 12 && most <= 60, "{taken} in all, {most} at most");
}
