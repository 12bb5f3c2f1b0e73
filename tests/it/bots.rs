//! The server's own bots: they fill the arena, make way for people and come back.

use game_server::options::{Bots, Options};
use netcode::link::Conditions;
use std::collections::BTreeMap;
use tumult_tests::comeback::Comeback;

/// People and bots in the arena, as the world has them.
fn pilots(game: &Comeback) -> (usize, usize) {
    let bots = game.host.world().pilots().filter(|(_, pilot)| pilot.bot).count();
    (game.host.world().pilots().count() - bots, bots)
}

fn bot_names(game: &Comeback) -> BTreeMap<u16, String> {
    let bots = game.host.world().pilots().filter(|(_, pilot)| pilot.bot);
    bots.map(|(id, pilot)| (id.0, pilot.name.clone())).collect()
}

#[test]
fn bots_fill_up_to_the_number_as_people_come_and_go() {
    let options =
        Options { bots: Bots::fill(5), max_players: 12, resume_seconds: 0, ..Options::default() };
    let mut game = Comeback::new(&options);
    game.run(0.5);
    assert_eq!(pilots(&game), (0, 5));
    let first = bot_names(&game);
    for people in 1..=7 {
        game.arrive(people, Conditions::default());
        game.run(0.5);
        let people = usize::from(people);
        assert_eq!(pilots(&game), (people, 5_usize.saturating_sub(people)));
    }
    // They go one after the other, in the order in which they came.
    for gone in 1..=7 {
        let now = game.now();
        game.visitors[gone - 1].leave(now);
        game.run(0.5);
        assert_eq!(pilots(&game), (7 - gone, 5_usize.saturating_sub(7 - gone)));
    }
    let names = |names: BTreeMap<u16, String>| {
        let mut names: Vec<String> = names.into_values().collect();
        names.sort();
        names
    };
    assert_eq!(names(bot_names(&game)), names(first), "the same come back");
}

#[test]
fn who_may_come_back_still_counts_until_the_place_is_given_up() {
    let options =
        Options { bots: Bots::fill(3), max_players: 8, resume_seconds: 5, ..Options::default() };
    let mut game = Comeback::new(&options);
    let person = game.arrive(1, Conditions::default());
    game.run(0.5);
    assert_eq!(pilots(&game), (1, 2));
    // Silence: ten seconds until the connection counts as broken, then five to come back.
    game.set_conditions(person, "loss=100%".parse().expect("it is a link"));
    game.run(12.0);
    assert_eq!(pilots(&game), (1, 2));
    game.run(6.0);
    assert_eq!(pilots(&game), (0, 3));
}

#[test]
fn an_arena_that_bots_fill_to_the_last_place_lets_people_in() {
    let options = Options { bots: Bots::fill(4), max_players: 4, ..Options::default() };
    let mut game = Comeback::new(&options);
    game.run(0.2);
    for people in 1..=4 {
        let number = game.arrive(people, Conditions::default());
        game.run(0.5);
        assert!(game.visitors[number].seat.me().is_some());
        assert_eq!(pilots(&game), (usize::from(people), 4 - usize::from(people)));
    }
}

#[test]
fn clients_are_told_who_is_a_bot() {
    let options = Options { bots: Bots::fill(6), ..Options::default() };
    let mut game = Comeback::new(&options);
    let person = game.arrive(1, Conditions::default());
    game.run(2.0);
    let roster = game.visitors[person].seat.roster();
    let bots: BTreeMap<u16, String> = roster
        .ranking()
        .into_iter()
        .filter(|(_, entry)| entry.bot)
        .map(|(id, entry)| (id.0, entry.name.clone()))
        .collect();
    assert_eq!(bots, bot_names(&game));
    assert_eq!((bots.len(), roster.len()), (5, 6));
}
