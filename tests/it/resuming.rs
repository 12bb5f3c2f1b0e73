//! Connections that break (row N6): short holes are outlived, long ones end the connection, and who
//! comes back with its key and its token goes on in its own body, with a delta.

use game_bots::seat::SeatEvent;
use game_server::options::{Bots, Options};
use netcode::link::Conditions;
use std::time::Duration;
use tumult_tests::comeback::Comeback;

const LINK: &str = "delay=40ms,jitter=5ms";

fn conditions(text: &str) -> Conditions {
    text.parse().expect("a test's link can be read")
}

fn hole() -> Conditions {
    Conditions { loss: 1.0, ..conditions(LINK) }
}

/// A small arena with others in it, and two clients that have played for a while.
fn played(options: Options) -> Comeback {
    let mut game = Comeback::new(&Options { bots: Bots::fill(24), max_players: 32, ..options });
    for key in 1..=2 {
        game.arrive(key, conditions(LINK));
    }
    game.run(8.0);
    game
}

fn is_lost(event: &SeatEvent) -> bool {
    matches!(event, SeatEvent::Lost(_))
}

fn is_resumed(event: &SeatEvent) -> bool {
    *event == SeatEvent::Resumed
}

fn is_welcomed(event: &SeatEvent) -> bool {
    *event == SeatEvent::Welcomed
}

/// Cuts the first client off for so long, then lets it play on.
fn cut_off(game: &mut Comeback, seconds: f64) -> Duration {
    game.set_conditions(0, hole());
    game.run(seconds);
    game.set_conditions(0, conditions(LINK));
    game.now()
}

#[test]
fn holes_of_up_to_nine_seconds_end_nothing() {
    for seconds in [0.5, 2.0, 5.0, 9.0] {
        let mut game = played(Options::default());
        let healed = cut_off(&mut game, seconds);
        let before = game.visitors[0].seat.stats().snapshots;
        game.run(3.0);
        let visitor = &game.visitors[0];
        assert_eq!(visitor.first(Duration::ZERO, is_lost), None, "lost after {seconds} s");
        let came = visitor.seat.stats().snapshots - before;
        assert!(came > 40, "{came} snapshots in three seconds after a hole of {seconds} s");
        assert!(visitor.datagrams.iter().any(|(at, _)| *at > healed));
    }
}

#[test]
fn after_eleven_seconds_the_client_is_back_in_its_body_within_one() {
    let mut game = played(Options::default());
    let me = game.visitors[0].seat.me().expect("it plays");
    assert!(game.visitors[0].seat.pilots().len() > 3, "an empty arena proves nothing");
    let healed = cut_off(&mut game, 11.0);
    assert!(game.visitors[0].first(Duration::ZERO, is_lost).is_some(), "nobody noticed");
    assert_eq!(game.host.playing(), 2, "its place is kept");
    let kept = {
        let pilot = game.host.world().pilot(me).expect("its body is still there");
        (pilot.name.clone(), pilot.score, pilot.kills)
    };
    game.run(2.0);
    let visitor = &game.visitors[0];
    let back = visitor.first(healed, is_resumed).expect("it came back");
    assert!(back - healed <= Duration::from_secs(1), "it took {:?}", back - healed);
    assert_eq!(visitor.first(healed, is_welcomed), None, "it had to join anew");
    assert_eq!(visitor.seat.me(), Some(me));
    assert_eq!((visitor.seat.stats().resumes, game.host.core.connections()), (1, 2));
    let pilot = game.host.world().pilot(me).expect("it is there");
    assert_eq!(pilot.name, kept.0);
    assert!(pilot.score >= kept.1 && pilot.kills >= kept.2, "its score was lost");
    let own = visitor.seat.own().expect("it sees itself");
    assert!(own.body.position.distance(pilot.own.body.position) < 3.0);
    let entry = visitor.seat.roster().entry(me).expect("it knows its name again");
    assert_eq!((entry.score, entry.kills, entry.deaths), (pilot.score, pilot.kills, pilot.deaths));
    assert_eq!(visitor.seat.roster().len(), game.host.world().pilots().count());
}

#[test]
fn the_first_snapshot_after_it_is_a_delta() {
    let mut game = Comeback::new(&Options { max_players: 32, ..Options::default() });
    for key in 1..=24 {
        game.arrive(key, conditions(LINK));
        game.visitors[usize::from(key) - 1].plays = false;
    }
    game.run(8.0);
    let healed = cut_off(&mut game, 11.0);
    let newcomer = game.arrive(25, conditions(LINK));
    game.run(2.0);
    let visitor = &game.visitors[0];
    let back = visitor.first(healed, is_resumed).expect("it came back");
    let first = visitor.datagrams.iter().find(|(at, _)| *at >= back).expect("snapshots came").1;
    let whole = game.visitors[newcomer].datagrams[0].1;
    println!("{first} bytes for who comes back, {whole} for a newcomer");
    assert!(first * 4 < whole, "{first} bytes, when {whole} are everything");
    assert_eq!(visitor.seat.stats().malformed, 0);
}

#[test]
fn who_stays_away_too_long_has_left_and_joins_anew() {
    let mut game = played(Options { resume_seconds: 3, ..Options::default() });
    let me = game.visitors[0].seat.me().expect("it plays");
    let healed = cut_off(&mut game, 15.0);
    assert_eq!(game.host.playing(), 1, "its place is free again");
    game.run(2.0);
    let visitor = &game.visitors[0];
    assert!(visitor.first(healed, is_welcomed).is_some() && visitor.seat.stats().resumes == 0);
    assert_ne!(visitor.seat.me(), Some(me), "slots are given out in turn");
    assert_eq!(game.host.playing(), 2);
    assert!(visitor.seat.own().is_some());
}

#[test]
fn a_newer_connection_takes_over_from_one_that_seems_alive() {
    let mut game = played(Options::default());
    let me = game.visitors[0].seat.me();
    let now = game.now();
    game.visitors[0].break_off(now);
    game.run(1.0);
    let visitor = &game.visitors[0];
    assert!(visitor.first(now, is_resumed).is_some(), "{:?}", visitor.events.last());
    assert_eq!((visitor.seat.me(), game.host.playing(), game.host.core.connections()), (me, 2, 2));
}

#[test]
fn a_program_that_crashed_joins_anew_and_leaves_no_shadow() {
    let mut game = played(Options::default());
    let now = game.now();
    game.visitors[0].crash(now);
    game.run(2.0);
    let visitor = &game.visitors[0];
    assert!(visitor.first(now, is_welcomed).is_some());
    assert_eq!((game.host.playing(), game.host.core.connections()), (2, 2));
}

#[test]
fn coming_back_again_and_again_works_and_keeps_nothing() {
    let mut game = played(Options::default());
    let me = game.visitors[0].seat.me();
    for _ in 0..40 {
        let now = game.now();
        game.visitors[0].break_off(now);
        game.run(0.7);
    }
    let visitor = &game.visitors[0];
    assert_eq!(visitor.seat.stats().resumes, 40);
    assert_eq!((visitor.seat.me(), game.host.playing(), game.host.core.connections()), (me, 2, 2));
    assert_eq!(visitor.seat.stats().malformed, 0);
}
