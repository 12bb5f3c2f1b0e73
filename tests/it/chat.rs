//! How much one may say: lines a second apart, a minute of silence for who fills the chat, and neither a
//! broken connection nor a new one that makes the slate clean.

use game_bots::seat::SeatEvent;
use game_server::options::Options;
use game_sim::{Event, Unsaid};
use netcode::link::Conditions;
use std::time::Duration;
use tumult_tests::comeback::{Comeback, Visitor};

/// So many clients that are in.
fn met(options: &Options, clients: u8) -> Comeback {
    let mut game = Comeback::new(options);
    for key in 1..=clients {
        game.arrive(key, "delay=20ms".parse::<Conditions>().expect("it can be read"));
    }
    game.run(1.0);
    game
}

/// What a client has heard since then.
fn heard(visitor: &Visitor, since: Duration) -> Vec<&str> {
    let lines = visitor.events.iter().filter(|(at, _)| *at >= since);
    lines
        .filter_map(|(_, event)| match event {
            SeatEvent::Game(Event::Chat { text, .. } | Event::TeamChat { text, .. }) => {
                Some(text.as_str())
            }
            _ => None,
        })
        .collect()
}

/// What a client was told of its own lines since then.
fn told(visitor: &Visitor, since: Duration) -> Vec<Unsaid> {
    let answers = visitor.events.iter().filter(|(at, _)| *at >= since);
    answers
        .filter_map(|(_, event)| match event {
            SeatEvent::Game(Event::Unsaid(why)) => Some(*why),
            _ => None,
        })
        .collect()
}

/// Says six lines, a little more than a second apart: the sixth is one too many.
fn fill_the_chat(game: &mut Comeback, visitor: usize) {
    for number in 0..6 {
        game.visitors[visitor].seat.chat(&format!("me {number}"));
        game.run(1.1);
    }
}

#[test]
fn of_two_lines_within_a_second_one_is_heard_and_the_writer_is_told() {
    let mut game = met(&Options::default(), 2);
    game.visitors[0].seat.chat("hello");
    game.run(0.4);
    game.visitors[0].seat.chat("there");
    game.visitors[0].seat.chat_to_team("there");
    game.visitors[1].seat.chat("hi");
    game.run(0.4);
    assert_eq!(heard(&game.visitors[1], Duration::ZERO), ["hello", "hi"]);
    assert_eq!(told(&game.visitors[0], Duration::ZERO), [Unsaid::TooSoon], "once for both");
    assert_eq!(told(&game.visitors[1], Duration::ZERO), [], "nobody else is told");
    game.run(0.4);
    game.visitors[0].seat.chat("again");
    game.run(0.4);
    assert_eq!(heard(&game.visitors[1], Duration::ZERO), ["hello", "hi", "again"]);
}

/// Lines to the team count as those to all do. So do ready-made messages: they are lines.
#[test]
fn who_fills_the_chat_is_silent_for_a_minute_and_nobody_else_is() {
    let mut game = met(&Options::default(), 2);
    for number in 0..6 {
        let seat = &mut game.visitors[0].seat;
        if number % 2 == 0 {
            seat.chat("me")
        } else {
            seat.chat_to_team("me")
        }
        game.run(1.1);
    }
    assert_eq!(heard(&game.visitors[1], Duration::ZERO).len(), 5);
    assert_eq!(told(&game.visitors[0], Duration::ZERO), [Unsaid::Muted { seconds: 60 }]);
    game.visitors[1].seat.chat("peace");
    game.run(30.0);
    let since = game.now();
    game.visitors[0].seat.chat("me");
    game.run(1.0);
    let [Unsaid::Muted { seconds: 28..=29 }] = told(&game.visitors[0], since)[..] else {
        panic!("{:?}", told(&game.visitors[0], since));
    };
    assert_eq!(heard(&game.visitors[0], Duration::ZERO).last(), Some(&"peace"));
    game.run(29.0);
    game.visitors[0].seat.chat("sorry");
    game.run(1.0);
    assert_eq!(heard(&game.visitors[1], since), ["sorry"]);
}

#[test]
fn neither_a_broken_connection_nor_a_new_one_ends_the_silence() {
    let mut game = met(&Options::default(), 2);
    fill_the_chat(&mut game, 0);
    let (now, since) = (game.now(), game.now());
    game.visitors[0].break_off(now);
    game.run(2.0);
    assert!(game.visitors[0].first(since, |event| *event == SeatEvent::Resumed).is_some());
    game.visitors[0].seat.chat("me");
    game.run(1.0);
    assert!(matches!(told(&game.visitors[0], since)[..], [Unsaid::Muted { .. }]));

    let (now, since) = (game.now(), game.now());
    game.visitors[0].crash(now);
    game.run(2.0);
    assert!(game.visitors[0].first(since, |event| *event == SeatEvent::Welcomed).is_some());
    game.visitors[0].seat.chat("me");
    game.run(1.0);
    assert!(matches!(told(&game.visitors[0], since)[..], [Unsaid::Muted { .. }]));
    assert_eq!(heard(&game.visitors[1], Duration::ZERO).len(), 5);
}

#[test]
fn what_is_heard_is_text_and_a_line_long() {
    let mut game = met(&Options::default(), 2);
    game.visitors[0].seat.chat("z\u{300}\u{301}\u{302}\u{303}e\u{200b}\u{301}\u{202e}\n\u{e000}!");
    game.run(1.1);
    game.visitors[0].seat.chat("\u{200b}\u{202e}");
    game.run(1.1);
    game.visitors[0].seat.chat(&"x".repeat(3_000));
    game.run(0.5);
    let long = "x".repeat(120);
    assert_eq!(heard(&game.visitors[1], Duration::ZERO), ["z\u{300}\u{301}\u{e9}!", long.as_str()]);
}
