//! Nobody looks like somebody else: of two who come with one name the second gets a number, whoever only
//! looks like another is refused, and one's own body that waits is no other.

use game_bots::seat::SeatEvent;
use game_server::options::{Bots, Options};
use game_sim::{Phase, Rules};
use netcode::link::Conditions;
use std::time::Duration;
use tumult_tests::{
    comeback::Comeback,
    processes::ServerProcess,
    simulated::Simulation,
    visitor::{hello, visit},
};

fn link() -> Conditions {
    "delay=20ms".parse().expect("it can be read")
}

/// The names of those who play, in the order of their slots.
fn names(game: &Comeback) -> Vec<&str> {
    game.host.world().pilots().map(|(_, pilot)| pilot.name.as_str()).collect()
}

fn refusal(game: &Comeback, visitor: usize) -> Option<&str> {
    game.visitors[visitor].events.iter().find_map(|(_, event)| match event {
        SeatEvent::Closed(reason) => Some(reason.as_str()),
        _ => None,
    })
}

#[test]
fn who_looks_like_somebody_who_is_here_is_refused_with_the_reason() {
    let mut game = Comeback::new(&Options::default());
    game.arrive_as("Alice", 1, link());
    game.run(0.5);
    let mimics = ["AIice", "\u{410}lice", "A1ice"];
    let visitors: Vec<usize> =
        mimics.iter().zip(2..).map(|(name, key)| game.arrive_as(name, key, link())).collect();
    game.run(1.0);
    for visitor in visitors {
        let reason = refusal(&game, visitor).expect("it was refused");
        assert!(reason.contains("looks like the name of somebody who is here"), "{reason}");
    }
    assert_eq!(names(&game), ["Alice"]);
    let now = game.now();
    game.visitors[0].leave(now);
    game.run(0.5);
    game.arrive_as("AIice", 5, link());
    game.run(0.5);
    assert_eq!(names(&game), ["AIice"], "she is not here any more");
}

#[test]
fn of_one_name_the_second_gets_a_number() {
    let mut game = Comeback::new(&Options::default());
    for (name, key) in ["pilot", "pilot", "Pilot", "Zoe\u{308}", "ZO\u{cb}"].into_iter().zip(1..) {
        game.arrive_as(name, key, link());
        game.run(0.5);
    }
    assert_eq!(names(&game), ["pilot", "pilot (2)", "Pilot (3)", "Zo\u{eb}", "ZO\u{cb} (2)"]);
    // Everybody is told so.
    let me = game.visitors[1].seat.me().expect("it plays");
    assert_eq!(game.visitors[0].seat.roster().name(me), Some("pilot (2)"));
}

#[test]
fn ones_own_body_that_waits_is_no_other() {
    let mut game = Comeback::new(&Options::default());
    game.arrive_as("Ann", 1, link());
    game.arrive_as("Bo", 2, link());
    game.run(0.5);
    // One that comes back to its session, one whose program was started anew.
    let now = game.now();
    game.visitors[0].break_off(now);
    game.visitors[1].crash(now);
    game.run(3.0);
    let mut present = names(&game);
    present.sort_unstable();
    assert_eq!(present, ["Ann", "Bo"]);
    // While she was away her name was hers.
    let now = game.now();
    game.visitors[0].break_off(now);
    game.arrive_as("Ann", 3, link());
    game.run(3.0);
    let mut present = names(&game);
    present.sort_unstable();
    assert_eq!(present, ["Ann", "Ann (2)", "Bo"]);
}

#[test]
fn a_bot_of_the_servers_makes_way_for_whoever_is_called_so() {
    let mut game = Comeback::new(&Options { bots: Bots::fill(8), ..Options::default() });
    game.run(0.2);
    let bot = names(&game)[3].to_owned();
    game.arrive_as(&bot.to_uppercase(), 1, link());
    game.run(0.5);
    let present = names(&game);
    assert!(present.contains(&bot.to_uppercase().as_str()), "{present:?}");
    assert!(!present.contains(&bot.as_str()) && present.len() == 8, "{present:?}");
}

/// On the way to the next arena nobody can take another's name, however much sooner it is there.
#[test]
fn everybody_has_the_same_name_in_the_next_arena() {
    let rules = Rules { round_ticks: 300, intermission_ticks: 120, ..Rules::default() };
    let rotation = ["yard:free_for_all", "expanse:free_for_all"].map(str::to_owned).to_vec();
    let options = Options { rules, rotation, ..Options::default() };
    let mut game = Simulation::with_options(0, link(), options);
    for _ in 0..4 {
        game.join_as("Ann");
        game.run(0.3);
    }
    let named = |game: &Simulation, number: usize| {
        let seat = &game.pilots[number].seat;
        seat.me().and_then(|me| seat.roster().name(me)).expect("it plays").to_owned()
    };
    let before: Vec<String> = (0..4).map(|number| named(&game, number)).collect();
    assert_eq!(before, ["Ann", "Ann (2)", "Ann (3)", "Ann (4)"]);
    while !matches!(game.host.world().round.phase, Phase::Over { .. }) {
        game.run(0.1);
    }
    // The first is the slowest to get there.
    game.pilots[0].frame_ticks = 30;
    while game.host.world().arena.name == "yard" {
        game.run(0.1);
    }
    game.run(3.0);
    let after: Vec<String> = (0..4).map(|number| named(&game, number)).collect();
    assert_eq!(after, before);
}

#[test]
fn a_mimic_is_told_so_by_the_real_server() {
    let server = ServerProcess::start(&[]);
    let address = server.address;
    let alice = std::thread::spawn(move || {
        visit(address, hello("Alice"), Duration::from_secs(4), |_| None)
    });
    std::thread::sleep(Duration::from_secs(1));
    let mimic = visit(address, hello("A\u{13c}ice"), Duration::from_secs(1), |_| None);
    assert!(mimic.welcomed, "a letter with a mark is another: {mimic:?}");
    let mimic = visit(address, hello("\u{391}lice"), Duration::from_secs(2), |_| None);
    let reason = mimic.closed.expect("it was refused");
    assert!(reason.contains("looks like the name of somebody who is here"), "{reason}");
    assert!(alice.join().expect("she played").welcomed);
}
