//! Looking on: what a watcher is told, and the way there and back through the client's menus. And of whom
//! players complain.

use game_bots::seat::{Seat, SeatEvent};
use game_server::{
    host::Host,
    options::{Bots, Options, Watching},
};
use game_sim::{Arena, ComplaintAnswer, Event, Misdeed, PilotId, Vantage};
use glam::Vec2;
use netcode::{link::Conditions, wire::message::Wish};
use std::{collections::BTreeSet, time::Duration};
use tumult_tests::{
    client::{check, play, start},
    comeback::Comeback,
    processes::{Folder, Process, ServerProcess},
};

/// An arena in which so many bots fight, and somebody who watches it.
fn crowd(arena: &str, bots: u16, watching: Watching) -> (Comeback, usize) {
    let (arena, bots) = (arena.to_owned(), Bots::fill(bots));
    let options = Options { arena, bots, watching, max_players: 300, ..Options::default() };
    let mut game = Comeback::new(&options);
    game.run(3.0);
    let watcher = game.arrive_to(Wish::Watch, 1, Conditions::default());
    game.run(1.5);
    (game, watcher)
}

/// Who of those in a watcher's picture is alive, and how far from a place.
fn seen(seat: &Seat, from: Vec2) -> Vec<(PilotId, f32)> {
    let alive = seat.pilots().iter().filter(|pilot| pilot.alive);
    alive.map(|pilot| (pilot.id, pilot.position.distance(from))).collect()
}

fn place(game: &Comeback, pilot: PilotId) -> Vec2 {
    game.host.world().pilot(pilot).expect("it is there").own.body.position
}

/// What may be known at a place: as far as one sees, and as far as one gets until one sees it.
const REACH_M: f32 = 60.0 + 8.0;

#[test]
fn a_watcher_sees_with_the_eyes_that_it_chose_and_through_no_wall() {
    let (mut game, watcher) = crowd("yard", 60, Watching::default());
    let mut hidden = 0;
    for pilot in [PilotId(3), PilotId(50), PilotId(27)] {
        game.visitors[watcher].seat.watch(Vantage::Pilot(pilot));
        game.run(1.5);
        // It may be dead just now; it lives again within two seconds.
        let mut look = || {
            game.run(0.25);
            let from = place(&game, pilot);
            let seen = seen(&game.visitors[watcher].seat, from);
            seen.iter().any(|(id, _)| *id == pilot).then_some((from, seen))
        };
        let (from, seen) = (0..20).find_map(|_| look()).expect("it sees whom it watches");
        assert!(seen.iter().all(|(_, away_m)| *away_m < REACH_M), "{pilot:?} at {from}: {seen:?}");
        let told: BTreeSet<PilotId> = seen.into_iter().map(|(id, _)| id).collect();
        let alive = game.host.world().pilots().filter(|(_, pilot)| pilot.own.alive);
        hidden += alive.filter(|(id, _)| !told.contains(id)).count();
    }
    assert!(hidden > 10, "walls hid {hidden} of a hundred and eighty");
}

#[test]
fn nothing_near_is_hidden_from_above() {
    let (mut game, watcher) = crowd("yard", 60, Watching::default());
    let middle = place(&game, PilotId(20));
    game.visitors[watcher].seat.watch(Vantage::above(middle));
    game.run(1.5);
    let told: BTreeSet<PilotId> =
        seen(&game.visitors[watcher].seat, middle).into_iter().map(|(id, _)| id).collect();
    let near = |id: PilotId| {
        game.host.world().pilot(id).is_some_and(|pilot| pilot.own.alive)
            && place(&game, id).distance(middle) < 40.0
    };
    let missing: Vec<_> =
        (0..60).map(PilotId).filter(|id| near(*id) && !told.contains(id)).collect();
    assert!(told.len() > 5, "{told:?}");
    assert!(missing.is_empty(), "{missing:?}");
}

#[test]
fn where_the_free_view_is_not_allowed_asking_for_it_changes_nothing() {
    let (mut game, watcher) =
        crowd("expanse", 200, Watching { free_view: false, ..Watching::default() });
    assert!(!game.visitors[watcher].seat.has_free_view());
    game.visitors[watcher].seat.watch(Vantage::Pilot(PilotId(3)));
    game.run(0.5);
    let far = game.host.world().arena.half_extents * place(&game, PilotId(3)).signum() * -1.0;
    game.visitors[watcher].seat.watch(Vantage::above(far));
    game.run(1.5);
    let seen = seen(&game.visitors[watcher].seat, place(&game, PilotId(3)));
    assert!(!seen.is_empty() && seen.iter().all(|(_, away_m)| *away_m < REACH_M));
}

#[test]
fn a_complaint_is_answered_and_written_with_both_keys_and_the_chat() {
    let folder = Folder::new();
    let path = folder.path("complaints");
    let mut game = Comeback::new(&Options::default());
    game.host.complaints().write_to(path.as_ref()).expect("the folder is ours");
    let by = game.arrive(1, Conditions::default());
    let of = game.arrive(2, Conditions::default());
    game.run(1.0);
    game.visitors[of].seat.chat("you are all too slow");
    game.run(0.5);
    let accused = game.visitors[of].seat.me().expect("it plays");
    for _ in 0..2 {
        game.visitors[by].seat.complain(accused, Misdeed::Insults);
    }
    let own = game.visitors[by].seat.me().expect("it plays");
    game.visitors[by].seat.complain(own, Misdeed::Spam);
    game.run(0.5);
    let answers = |number: usize| -> Vec<ComplaintAnswer> {
        let answer = |event: &SeatEvent| match event {
            SeatEvent::Game(Event::Complaint(answer)) => Some(*answer),
            _ => None,
        };
        game.visitors[number].events.iter().filter_map(|(_, event)| answer(event)).collect()
    };
    assert_eq!(answers(by), [ComplaintAnswer::Taken, ComplaintAnswer::TooMany]);
    assert_eq!(answers(of), [], "who is complained of hears nothing");
    drop(game);
    let written = lines(&path, 1);
    for part in ["Visitor 1", "Visitor 2", "you are all too slow", &"02".repeat(32), "insults"] {
        assert!(written.contains(part), "{written}");
    }
}

/// A file once it has so many lines: another thread writes it.
fn lines(path: &str, count: usize) -> String {
    for _ in 0..500 {
        let text = std::fs::read_to_string(path).unwrap_or_default();
        if text.ends_with('\n') && text.lines().count() == count {
            return text;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    panic!("{path} has no {count} lines");
}

/// What the server's first two bots are called.
fn bot_names() -> [String; 2] {
    let arena = Arena::builtin("yard").expect("it is there").expect("it can be read");
    let options = Options { bots: Bots::fill(2), ..Options::default() };
    let mut host = Host::new(&options, arena, Default::default());
    host.begin();
    host.step();
    let mut names = host.world().pilots().map(|(_, pilot)| pilot.name.clone());
    [(); 2].map(|()| names.next().expect("there are two"))
}

#[test]
fn a_player_watches_switches_looks_freely_takes_a_seat_and_leaves_it() {
    let folder = Folder::new();
    // Bots that hurt nobody stay in the order in which they came.
    let config = folder.path("server.toml");
    let rules =
        "[bots]\nfill = 2\nskill = \"easy\"\n[rules]\nrifle_damage = 1\nrocket_damage = 1\n";
    std::fs::write(&config, rules).expect("the folder is ours");
    let server = ServerProcess::start(&["--config", &config]);
    let (address, [first, second]) = (server.address.to_string(), bot_names());
    let script = format!(
        "page title 30\nwait 0.5\nkey Enter\npage servers 5\nwait 0.5\n\
         click Go to\ntype {address}\nclick Watch\npage fight 20\n\
         see 10 Watching {first} (bot)\nwait 0.5\n\
         press MouseLeft\nsee 3 Watching {second} (bot)\npress MouseRight\nsee 3 Watching {first}\n\
         pad RightTrigger2\nsee 3 Watching {second}\npad LeftTrigger2\nsee 3 Watching {first}\n\
         pad South\nsee 3 Free view\ndown KeyD\nwait 1\nup KeyD\nsee 1 Free view\n\
         key Space\nsee 3 Watching {first}\n\
         pad Start\npage pause 5\nwait 0.5\nclick Take a seat\npage fight 20\ngone 5 Watching\nwait 1\n\
         key Escape\npage pause 5\nwait 0.5\nclick Leave the seat\npage fight 20\nsee 10 Watching\n\
         key Escape\npage pause 5\nwait 0.5\nclick Leave the server\npage title 5\nquit"
    );
    play(&folder, &script, &[]);
}

#[test]
fn a_player_reports_another_from_the_list_of_players() {
    let folder = Folder::new();
    let path = folder.path("complaints");
    let server = ServerProcess::start(&["--complaints", &path]);
    let address = server.address.to_string();
    let other =
        Process::start("game-bots", &["--server", &address, "--bots", "1", "--name", "Rude"]);
    let client = start(
        &folder,
        "page fight 30\nwait 1\nkey Escape\npage pause 5\nwait 0.5\nclick Players\npage players 5\n\
         see 10 Rude 1\nwait 0.5\nclick Report\npage complain 5\nsee 1 Report Rude 1\nwait 0.5\n\
         click Insults\npage players 5\nsee 5 Your report is written down\n\
         click Report\npage complain 5\nwait 0.5\nclick Cheats\nsee 5 Not written down\n\
         key Escape\npage pause 5\nclick Players\npage players 5\ngone 1 Not written down\nquit",
        &[&address],
    );
    check(client);
    let written = lines(&path, 1);
    assert!(written.contains("\"Rude 1\"") && written.contains("insults"), "{written}");
    drop(other);
}

/// Two teams of one player each: what is said to all reaches the other, what is said to the team does not, and whoever is
/// muted is read no more.
#[test]
fn a_player_writes_to_the_team_and_mutes_another_from_the_list_of_players() {
    let (folder, other) = (Folder::new(), Folder::new());
    let server = ServerProcess::start(&["--mode", "control_points"]);
    let address = server.address.to_string();
    let bea = start(
        &other,
        "page fight 60\nsee 180 now we are two\nwait 1.2\nkey Enter\npage chat 5\ntype hello from Bea\nkey Enter\npage fight 5\n\
         see 90 muted now\nwait 1.2\nkey Enter\npage chat 5\nsee 1 muted now\ngone 1 for us alone\n\
         type you hear me not\nkey Enter\npage fight 5\nsee 5 you hear me not\nwait 1\nquit",
        &[&address, "--name", "Bea"],
    );
    let ann = start(
        &folder,
        "page fight 60\nkey Escape\npage pause 5\nwait 0.4\nclick Players\npage players 5\nsee 90 Bea\nwait 2\n\
         key Escape\npage pause 5\nkey Escape\npage fight 5\nkey Enter\npage chat 5\ntype now we are two\nkey Enter\n\
         page fight 5\nsee 60 hello from Bea\n\
         key KeyY\npage chat 5\nsee 2 Say something to your team\ntype for us alone\nkey Enter\npage fight 5\n\
         see 5 for us alone\nsee 1 team\nkey Escape\npage pause 5\nwait 0.4\nclick Players\npage players 5\n\
         see 10 Bea\nsee 1 you\nwait 0.4\nclick Mute\nsee 5 Listen again\nkey Escape\npage pause 5\nkey Escape\n\
         page fight 5\nkey Enter\npage chat 5\ntype muted now\nkey Enter\npage fight 5\nsee 5 muted now\n\
         see 60 Bea left\nkey Enter\npage chat 5\nsee 1 muted now\ngone 1 you hear me not\nquit",
        &[&address, "--name", "Ann"],
    );
    check(ann);
    check(bea);
}
