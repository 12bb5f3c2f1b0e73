//! The modes as clients live through them: teams that fill up evenly, a warm-up before the first round,
//! points that everybody hears of, and a vote after which everybody plays in another arena.

use game_server::options::{Bots, Options};
use game_sim::{Mode, Phase, Presence, Rules, Team};
use netcode::link::Conditions;
use tumult_tests::simulated::Simulation;

/// Teams in the yard, and short phases.
fn options(rotation: &[&str]) -> Options {
    let rules = Rules {
        warm_up_ticks: 600,
        warm_up_players: 4,
        countdown_ticks: 60,
        capture_ticks: 60,
        round_ticks: 900,
        intermission_ticks: 240,
        ..Rules::default()
    };
    let rotation = rotation.iter().map(|name| (*name).to_owned()).collect();
    Options { seed: 9, mode: Mode::ControlPoints, rotation, rules, ..Options::default() }
}

fn weather() -> Conditions {
    "delay=40ms,jitter=10ms,loss=2%".parse().expect("it can be read")
}

/// Everybody knows of everybody else's team what the server knows.
fn assert_teams_agree(game: &Simulation) {
    for pilot in &game.pilots {
        for (id, truth) in game.host.world().pilots() {
            assert_eq!(pilot.seat.roster().team(id), truth.team, "of {id:?}");
        }
    }
}

fn sizes(game: &Simulation) -> [usize; 2] {
    let pilots = || game.host.world().pilots();
    Team::BOTH.map(|team| pilots().filter(|(_, pilot)| pilot.team == Some(team)).count())
}

#[test]
fn four_players_end_the_warm_up_and_play_for_the_points() {
    let mut game = Simulation::with_options(4, weather(), options(&[]));
    game.run(0.5);
    assert_eq!(game.host.world().round.phase, Phase::WarmUp);
    game.run(0.4);
    let round = game.pilots[0].seat.round();
    assert_eq!((round.number, round.playing), (0, true), "weapons are free, and nothing counts");
    game.run(1.0);
    assert_eq!(game.host.world().round.phase, Phase::Playing, "the fourth ended the wait");
    assert_eq!(sizes(&game), [2, 2]);
    assert_teams_agree(&game);
    game.run(10.0);
    let truth = game.host.world().contest.clone().expect("it is a match of teams");
    assert!(truth.points.iter().any(|point| point.owner.is_some()), "nobody took a point");
    for pilot in &game.pilots {
        let told = pilot.seat.standing();
        assert_eq!((told.mode, told.points.len()), (Mode::ControlPoints, 3));
        let near = |(told, truth): (&u16, u16)| told.abs_diff(truth) <= 2;
        assert!(told.scores.iter().zip(truth.scores()).all(near), "{told:?} is not {truth:?}");
    }
}

/// All against all, too, where the operator wants it: what happens before the first round is forgotten.
#[test]
fn a_free_for_all_may_warm_up_and_forgets_what_happened() {
    let rules = Rules {
        free_for_all_warm_up_ticks: 900,
        warm_up_players: 5,
        protection_ticks: 0,
        round_ticks: 3600,
        ..Rules::default()
    };
    let bots = Bots::fill(16);
    let options = Options { seed: 9, rules, bots, ..Options::default() };
    let mut game = Simulation::with_options(4, weather(), options);
    game.run(14.0);
    assert_eq!(game.host.world().round.phase, Phase::WarmUp);
    let round = game.pilots[0].seat.round();
    assert_eq!((round.number, round.playing), (0, true), "weapons are free, and nothing counts");
    let kills = || game.host.world().pilots().map(|(_, pilot)| pilot.kills).sum::<u16>();
    assert!(kills() > 0, "nobody fought");
    game.run(1.5);
    let round = game.host.world().round;
    assert_eq!((round.number, round.phase), (1, Phase::Playing));
    let kills: u16 = game.host.world().pilots().map(|(_, pilot)| pilot.kills).sum();
    assert_eq!(kills, 0, "the round begins with nothing");
    assert!(!game.pilots[0].seat.standing().mode.has_teams());
}

#[test]
fn one_player_waits_for_its_time_and_no_longer() {
    let mut game = Simulation::with_options(1, weather(), options(&[]));
    game.run(9.0);
    assert_eq!(game.host.world().round.phase, Phase::WarmUp);
    let standing = game.pilots[0].seat.standing();
    assert!(standing.points.iter().all(|point| point.here == Presence::Nobody), "nothing counts");
    game.run(2.0);
    assert_eq!(game.host.world().round.number, 1);
}

#[test]
fn who_comes_late_fills_the_smaller_team_and_hears_how_it_stands() {
    let mut game = Simulation::with_options(6, weather(), options(&[]));
    game.run(10.0);
    // Both that leave are of one team; the next to come belong there.
    let west = |game: &Simulation, number: usize| {
        let seat = &game.pilots[number].seat;
        seat.me().and_then(|me| seat.roster().team(me)) == Some(Team::West)
    };
    let gone: Vec<usize> = (0..6).filter(|&number| west(&game, number)).take(2).collect();
    for &number in &gone {
        let id = game.pilots[number].id;
        game.host.core.handle_closed(id, "left");
    }
    game.run(0.2);
    assert_eq!(sizes(&game), [1, 3]);
    game.join(2);
    game.run(1.0);
    assert_eq!(sizes(&game), [3, 3]);
    let late = &game.pilots[6].seat;
    assert_eq!(late.standing().points.len(), 3, "who comes late does not know the points");
    assert_eq!(late.roster().len(), 6);
}

/// The end of a round with two arenas: three of four vote to move on, and all find themselves there.
#[test]
fn a_vote_takes_everybody_to_the_next_arena() {
    let mut game =
        Simulation::with_options(4, weather(), options(&["yard", "expanse:free_for_all"]));
    while !matches!(game.host.world().round.phase, Phase::Over { .. }) {
        game.run(0.1);
    }
    game.run(1.0);
    for (number, pilot) in game.pilots.iter_mut().enumerate() {
        let ballot = pilot.seat.standing().ballot.clone().expect("everybody may vote");
        let names: Vec<_> = ballot.choices.iter().map(|choice| choice.arena.as_str()).collect();
        assert_eq!(names, ["expanse", "yard"], "the next in the rotation comes first");
        pilot.seat.vote(u8::from(number == 2));
        pilot.seat.vote(9);
    }
    game.run(1.0);
    for pilot in &game.pilots {
        let ballot = pilot.seat.standing().ballot.clone().expect("it is still open");
        assert_eq!(ballot.counts, [3, 1]);
    }
    game.run(4.0);
    let world = game.host.world();
    assert_eq!((world.arena.name.as_str(), world.mode), ("expanse", Mode::FreeForAll));
    assert_eq!(world.pilots().count(), 4, "somebody was lost on the way");
    for pilot in &game.pilots {
        assert_eq!(pilot.closed, None);
        assert_eq!(pilot.seat.arena().map(|arena| arena.name.as_str()), Some("expanse"));
        assert_eq!(pilot.seat.standing().mode, Mode::FreeForAll);
        assert_eq!(pilot.seat.standing().ballot, None);
        let (own, me) = (pilot.seat.own().expect("it plays"), pilot.seat.me().expect("it plays"));
        let truth = world.pilot(me).expect("it is there").own.body.position;
        assert!(own.body.position.distance(truth) < 3.0, "it plays where the server does not");
        assert!(pilot.seat.stats().malformed == 0, "bytes of the arena before were misread");
    }
    // Snapshots go on, and are against what was acknowledged here.
    let before = game.pilots[0].seat.stats().snapshots;
    game.run(2.0);
    assert!(game.pilots[0].seat.stats().snapshots > before + 50);
}

#[test]
fn without_votes_the_rotation_goes_on_and_one_arena_needs_no_vote() {
    let mut game = Simulation::with_options(2, weather(), options(&["yard", "yard:free_for_all"]));
    let mut single = Simulation::with_options(2, weather(), options(&[]));
    for game in [&mut game, &mut single] {
        while !matches!(game.host.world().round.phase, Phase::Over { .. }) {
            game.run(0.1);
        }
        game.run(2.0);
    }
    assert!(single.pilots[0].seat.standing().ballot.is_none());
    let before = single.pilots[0].seat.me();
    game.run(4.0);
    single.run(4.0);
    assert_eq!(game.host.world().mode, Mode::FreeForAll);
    assert!(game.pilots.iter().all(|pilot| pilot.seat.own().is_some() && pilot.closed.is_none()));
    assert_eq!(single.host.world().round.number, 2);
    assert_eq!(single.pilots[0].seat.me(), before, "nobody was sent away");
}

#[test]
fn what_is_said_to_a_team_is_heard_by_that_team_alone() {
    use netcode::server::Action;
    let mut game = Simulation::with_options(4, Conditions::default(), options(&[]));
    game.run(2.0);
    let team = |game: &Simulation, number: usize| {
        let seat = &game.pilots[number].seat;
        seat.me().and_then(|me| seat.roster().team(me)).expect("everybody has a team")
    };
    game.sent = Some(Vec::new());
    game.pilots[0].seat.chat_to_team("to the middle");
    game.run(0.5);
    let sent = game.sent.take().expect("it was asked for");
    let words = b"to the middle";
    for number in 0..4 {
        let heard = sent.iter().any(|(to, action)| {
            let Action::Stream(bytes) = action else { return false };
            *to == number && bytes.windows(words.len()).any(|window| window == words)
        });
        assert_eq!(heard, team(&game, number) == team(&game, 0), "client {number}");
    }
}
