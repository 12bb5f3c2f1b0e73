//! Joining: what is small comes at once, what is large comes in parts beside the snapshots, and nobody
//! else's game suffers from it.

use game_bots::seat::SeatEvent;
use game_server::options::{Bots, Options};
use game_sim::Rules;
use netcode::{limits, link::Conditions};
use std::time::Duration;
use tumult_tests::comeback::Comeback;

fn conditions(text: &str) -> Conditions {
    text.parse().expect("a test's link can be read")
}

/// What one newcomer went through.
#[derive(Debug)]
struct Joined {
    /// From the first packet until everything in sight was there.
    whole: Duration,
    /// Until all names and scores were there.
    roster: Duration,
    /// Bytes of the first view over the stream.
    view_bytes: u32,
    /// Snapshots of the newcomer in each second after its first.
    own_rate: f64,
    /// The same of somebody who was there before.
    other_rate: f64,
}

/// An arena full of others, one of them a client, and a newcomer on this link.
fn join(options: Options, link: &str) -> Joined {
    let mut game = Comeback::new(&options);
    let other = game.arrive(1, conditions("delay=20ms"));
    game.run(1.0);
    let begun = game.now();
    let before = game.visitors[other].datagrams.len();
    let newcomer = game.arrive(2, conditions(link));
    let mut roster = None;
    let least = Duration::from_secs(2);
    while game.now() - begun < Duration::from_secs(8)
        && (roster.is_none() || game.now() - begun < least)
    {
        game.run(0.05);
        let told = game.visitors[newcomer].seat.roster().len();
        if roster.is_none() && told == game.host.world().pilots().count() {
            roster = Some(game.now() - begun);
        }
    }
    let visitor = &game.visitors[newcomer];
    let closed =
        visitor.first(begun, |event| matches!(event, SeatEvent::Closed(_) | SeatEvent::Lost(_)));
    assert_eq!((closed, visitor.seat.stats().malformed), (None, 0));
    let parts: Vec<(u32, u32)> = visitor
        .events
        .iter()
        .filter_map(|(_, event)| match event {
            SeatEvent::Joining { received, total } => Some((*received, *total)),
            _ => None,
        })
        .collect();
    assert!(parts.is_sorted(), "progress goes back: {parts:?}");
    let view_bytes = parts.last().map_or(0, |(received, total)| {
        assert_eq!(received, total, "the view never became whole");
        *total
    });
    assert!(game.most_backlog < limits::STREAM_BACKLOG_BYTES / 8, "{}", game.most_backlog);
    let first = visitor.datagrams[0].0;
    let seconds = (game.now() - first).as_secs_f64();
    let others = game.visitors[other].datagrams.len() - before;
    Joined {
        whole: visitor.seat.metrics().seeing_all().expect("it saw everything"),
        roster: roster.expect("all names came"),
        view_bytes,
        own_rate: visitor.seat.stats().snapshots as f64 / seconds,
        other_rate: others as f64 / (game.now() - begun).as_secs_f64(),
    }
}

#[test]
fn on_a_clean_link_everything_is_there_after_two_round_trips_and_a_tenth_of_a_second() {
    for delay_ms in [10, 50, 100] {
        let mut game = Comeback::new(&Options { bots: Bots::fill(63), ..Options::default() });
        game.run(3.0);
        let newcomer = game.arrive(1, conditions(&format!("delay={delay_ms}ms")));
        game.run(2.0);
        let took = game.visitors[newcomer].seat.metrics().seeing_all().expect("it saw everything");
        let most = Duration::from_millis(4 * delay_ms + 100);
        println!("{delay_ms} ms each way: everything in sight after {took:?}");
        assert!(took <= most, "{took:?} on a link of {delay_ms} ms each way");
    }
}

/// With the cap that servers come with, and with one that is less than all who are in sight, who then
/// come over the stream. A thousand names are 20 kB: at half of 500 bytes a snapshot, 7.5 kB a second,
/// and less as long as the core knows no better of the path. So a second for the view and six for the
/// names is what the lesser budget gives.
#[test]
fn an_arena_of_a_thousand_is_joined_on_256_kbit_s_within_a_second() {
    for snapshot_cap in [Options::default().snapshot_cap, 500] {
        let options = Options {
            arena: "expanse".to_owned(),
            max_players: 1_000,
            bots: Bots::fill(999),
            snapshot_cap,
            ..Options::default()
        };
        let joined = join(options, "delay=40ms,rate=256kbit,queue=100kB");
        println!("a thousand in the arena, at most {snapshot_cap} bytes a snapshot: {joined:?}");
        assert!(snapshot_cap > 500 || joined.view_bytes > 400, "{joined:?}");
        assert!(joined.whole <= Duration::from_secs(1), "{joined:?}");
        assert!(joined.roster <= Duration::from_secs(6));
        assert!(joined.own_rate > 28.0 && joined.other_rate > 29.0, "{joined:?}");
    }
}

/// All in sight of each other, which is more than one snapshot can hold: the view is the anchor that
/// snapshots then mend bit by bit.
#[test]
fn a_crowd_in_sight_comes_over_the_stream_and_snapshots_go_on() {
    let options = Options {
        max_players: 512,
        bots: Bots::fill(512),
        snapshot_cap: 900,
        rules: Rules { sight_m: 128.0, ..Rules::default() },
        ..Options::default()
    };
    let joined = join(options, "delay=40ms,rate=256kbit,queue=100kB");
    println!("512 in sight: {joined:?}");
    assert!(joined.view_bytes > 2_500, "{joined:?}");
    assert!(joined.whole <= Duration::from_secs(1), "{joined:?}");
    assert!(joined.roster <= Duration::from_secs(6));
    assert!(joined.own_rate > 28.0 && joined.other_rate > 29.0, "{joined:?}");
}

#[test]
fn a_view_comes_whole_through_loss() {
    let options = Options {
        max_players: 256,
        bots: Bots::fill(256),
        snapshot_cap: 900,
        rules: Rules { sight_m: 128.0, ..Rules::default() },
        ..Options::default()
    };
    let joined = join(options, "delay=75ms,jitter=10ms,loss=5%");
    println!("through 5 % loss: {joined:?}");
    assert!(joined.view_bytes > 2_000 && joined.whole < Duration::from_secs(6), "{joined:?}");
}
