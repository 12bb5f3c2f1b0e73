//! Server and clients over a bad network, in virtual time: they converge and agree.

use game_server::options::Options;
use game_sim::{
    Own, OwnRow, PilotRow,
    replicate::{KIND_OWN, KIND_PILOT, entity},
};
use netcode::{Snapshot, congestion::OVERHEAD_BYTES, link::Conditions, server::Action};
use tumult_tests::simulated::{Recorded, Simulation};

fn conditions(text: &str) -> Conditions {
    text.parse().expect("a test's link can be read")
}

/// The newest snapshot of each client holds exactly the server's rows of that tick.
fn assert_agreement(simulation: &Simulation) {
    for number in 0..simulation.pilots.len() {
        let newest = newest(simulation, number);
        let truth = simulation.truth(newest.tick()).expect("the tick is not long ago");
        assert!(newest.len() > 5, "a client that sees nothing proves nothing");
        for row in newest.rows() {
            assert_eq!(row.as_of, newest.tick(), "nothing has to wait in a small arena");
            assert_eq!(Some(row), truth.find(row.id), "the client has another row than the server");
        }
        let own_rows = newest.rows().filter(|row| row.kind == KIND_OWN);
        assert_eq!(own_rows.count(), 1, "a client gets its own row and nobody else's");
    }
}

fn newest(simulation: &Simulation, number: usize) -> &Snapshot {
    let ring = simulation.pilots[number].seat.snapshots().expect("the client is in");
    ring.newest().expect("snapshots came")
}

/// Some clients get their snapshots on even ticks and some on odd ones.
fn assert_turns(simulation: &Simulation) {
    let odd = |number: &usize| newest(simulation, *number).tick().0 % 2 == 1;
    let (all, odd) = (simulation.pilots.len(), (0..simulation.pilots.len()).filter(odd).count());
    assert!(odd > 0 && odd < all, "{odd} of {all} have odd ticks");
}

/// After a while at rest the prediction is exactly the server's state.
fn assert_prediction_agrees(simulation: &Simulation) {
    for (number, pilot) in simulation.pilots.iter().enumerate() {
        let me = pilot.seat.me().expect("the client is in");
        let row = newest(simulation, number).find(entity::own(me)).expect("the own row is there");
        let server = Own::from(&row.restore::<OwnRow>());
        let client = pilot.seat.own().expect("there is a prediction");
        assert_eq!(client.body.position, server.body.position);
        assert_eq!(client.health, server.health);
    }
}

fn converges(link: &str, seed: u64) -> Simulation {
    let mut simulation = Simulation::new(8, conditions(link), seed);
    simulation.run(30.0);
    for pilot in &simulation.pilots {
        assert_eq!(pilot.closed, None, "a session ended on {link}");
    }
    assert_agreement(&simulation);
    simulation
}

/// The network heals, everybody stands still, and two seconds later all agree to the bit.
fn heals(simulation: &mut Simulation) {
    simulation.set_conditions(Conditions::default());
    simulation.pilots.iter_mut().for_each(|pilot| pilot.plays = false);
    simulation.run(2.0);
    assert_agreement(simulation);
    assert_prediction_agrees(simulation);
}

struct Quality {
    starved_percent: f64,
    late_percent: f64,
    corrections_percent: f64,
}

fn quality(simulation: &Simulation) -> Quality {
    let mut sums = [0_u64; 6];
    for pilot in &simulation.pilots {
        let stats = pilot.seat.stats();
        let counts = [
            stats.starved_frames,
            stats.frames,
            stats.inputs_missed,
            stats.server_ticks,
            stats.corrections,
            stats.snapshots,
        ];
        sums.iter_mut().zip(counts).for_each(|(sum, count)| *sum += count);
    }
    let percent = |of: u64, to: u64| 100.0 * of as f64 / to as f64;
    Quality {
        starved_percent: percent(sums[0], sums[1]),
        late_percent: percent(sums[2], sums[3]),
        corrections_percent: percent(sums[4], sums[5]),
    }
}

#[test]
fn on_a_clean_link_everything_agrees_and_nothing_is_corrected_but_by_others() {
    for seed in 1..=3 {
        let mut simulation = converges("delay=25ms", seed);
        let quality = quality(&simulation);
        assert_eq!(quality.starved_percent, 0.0, "frames with nothing to interpolate");
        assert!(quality.late_percent <= 0.01, "late {} %", quality.late_percent);
        assert!(quality.corrections_percent <= 1.0, "corrected {} %", quality.corrections_percent);
        heals(&mut simulation);
    }
}

#[test]
fn at_five_percent_loss_the_game_stays_smooth() {
    for seed in 1..=3 {
        let mut simulation = converges("delay=75ms,jitter=10ms,loss=5%", seed);
        let quality = quality(&simulation);
        assert!(quality.starved_percent <= 0.5, "starved {} %", quality.starved_percent);
        assert!(quality.late_percent <= 1.0, "late {} %", quality.late_percent);
        heals(&mut simulation);
    }
}

#[test]
fn at_thirty_percent_loss_sessions_live_and_agree_again() {
    for seed in 1..=3 {
        let mut simulation = converges("delay=75ms,jitter=10ms,loss=30%", seed);
        heals(&mut simulation);
    }
}

#[test]
fn clients_whose_snapshots_take_turns_agree_too() {
    for link in ["delay=25ms", "delay=75ms,jitter=10ms,loss=5%", "delay=150ms,jitter=50ms,loss=30%"]
    {
        let options = Options { seed: 2, snapshot_turn: 3, ..Options::default() };
        let mut simulation = Simulation::with_options(8, conditions(link), options);
        simulation.run(20.0);
        assert_turns(&simulation);
        assert_agreement(&simulation);
        heals(&mut simulation);
    }
}

/// With snapshots on every tick the server's ring reaches half as far back as the baselines of a client.
#[test]
fn who_hears_nothing_for_a_while_needs_no_whole_view_whosever_turn_it_is() {
    for snapshot_turn in [3, 256] {
        let options = Options { seed: 2, snapshot_turn, ..Options::default() };
        let mut simulation = Simulation::with_options(24, conditions("delay=25ms"), options);
        simulation.pilots.iter_mut().for_each(|pilot| pilot.plays = false);
        simulation.recorded = Some(Recorded::default());
        simulation.run(5.0);
        let whole = simulation.recorded.take().expect("it was asked for").down[0].len();
        simulation.set_conditions(conditions("loss=100%"));
        simulation.recorded = Some(Recorded::default());
        simulation.run(1.7);
        let during = simulation.recorded.take().expect("it was asked for").down;
        let longest = during.iter().map(Vec::len).max().expect("the server goes on");
        println!("{longest} bytes at most, {whole} are everything");
        assert!(longest * 4 < whole, "{longest} bytes, when {whole} are everything");
        heals(&mut simulation);
    }
}

#[test]
fn doubled_reordered_and_corrupted_datagrams_change_nothing() {
    let mut simulation = Simulation::new(8, conditions("delay=40ms,duplicate=50%,reorder=30%"), 4);
    simulation.run(20.0);
    heals(&mut simulation);
    // Corruption can't pass QUIC's tag; the cores must survive it all the same.
    simulation.set_conditions(conditions("corrupt=5%"));
    simulation.run(5.0);
}

#[test]
fn a_blackhole_of_five_seconds_is_survived() {
    let mut simulation = Simulation::new(4, conditions("delay=40ms,blackhole=5s:5s"), 5);
    simulation.run(14.0);
    assert!(simulation.pilots.iter().all(|pilot| pilot.closed.is_none()));
    heals(&mut simulation);
}

#[test]
fn the_same_seed_gives_the_same_run() {
    let hash = |seed| {
        let mut simulation = Simulation::new(6, conditions("delay=60ms,jitter=20ms,loss=8%"), seed);
        simulation.run(15.0);
        game_sim::state_hash(simulation.host.world())
    };
    assert_eq!(hash(9), hash(9));
    assert_ne!(hash(9), hash(10));
}

#[test]
fn an_idle_pilot_is_not_moved_by_anything_but_the_game() {
    let mut simulation = Simulation::new(1, conditions("delay=75ms,jitter=10ms,loss=20%"), 6);
    simulation.pilots[0].plays = false;
    simulation.run(10.0);
    let own = simulation.pilots[0].seat.own().expect("there is a prediction");
    assert_eq!(own.body.velocity, glam::Vec2::ZERO);
    assert_eq!(simulation.pilots[0].seat.stats().corrections, 0);
}

#[test]
fn a_slow_computer_loses_no_input_once_its_clock_has_settled() {
    for frame_ticks in [3, 6, 20] {
        let mut simulation = Simulation::new(2, conditions("delay=25ms"), 7);
        simulation.pilots.iter_mut().for_each(|pilot| pilot.frame_ticks = frame_ticks);
        simulation.run(3.0);
        let missed = |simulation: &Simulation| -> u64 {
            simulation.pilots.iter().map(|pilot| pilot.seat.stats().inputs_missed).sum()
        };
        let before = missed(&simulation);
        simulation.run(20.0);
        let lost = missed(&simulation) - before;
        assert_eq!(lost, 0, "of 2400 with a frame every {frame_ticks} ticks");
    }
}

#[test]
fn what_does_not_fit_waits_but_not_for_long_and_nothing_is_wrong() {
    for snapshot_turn in [20, 256] {
        waits_but_not_for_long(snapshot_turn);
    }
}

fn waits_but_not_for_long(snapshot_turn: u16) {
    let options = Options { seed: 3, snapshot_cap: 140, snapshot_turn, ..Options::default() };
    let mut simulation =
        Simulation::with_options(60, conditions("delay=40ms,jitter=10ms,loss=5%"), options);
    simulation.recorded = Some(Recorded::default());
    simulation.run(10.0);
    let (mut waiting, mut fresh) = (0, 0);
    for number in 0..simulation.pilots.len() {
        let newest = newest(&simulation, number);
        for row in newest.rows() {
            let age_ticks = newest.tick().since(row.as_of);
            assert!(age_ticks <= 130, "a row waited for {age_ticks} ticks");
            let truth = simulation.truth(row.as_of).expect("it is not long ago");
            let known = truth.find(row.id).expect("it was there");
            assert_eq!((row.kind, row.columns), (known.kind, known.columns));
            if age_ticks > 0 { waiting += 1 } else { fresh += 1 }
        }
    }
    assert!(waiting > 100 && fresh > waiting, "{waiting} rows wait, {fresh} do not");
    let sent = simulation.recorded.as_ref().expect("it was asked for");
    assert!(sent.down.iter().all(|datagram| datagram.len() <= 140), "a datagram is too large");
    assert!(sent.down.iter().any(|datagram| datagram.len() > 105), "the room is not used");
}

/// The network stops, and each screen goes on with what it expects: exactly what comes to be of those
/// who go on as they were, and whom nobody hits.
#[test]
fn what_is_expected_beyond_the_newest_snapshot_comes_to_be() {
    let (mut right, mut expected) = (0, 0);
    for seed in 1..=12 {
        let mut simulation = Simulation::new(8, conditions("delay=25ms"), seed);
        simulation.run(6.0);
        simulation.set_directions(conditions("delay=25ms"), conditions("loss=100%"));
        simulation.run(0.15);
        for pilot in &simulation.pilots {
            let ring = pilot.seat.snapshots().expect("the client is in");
            let newest = ring.newest().expect("snapshots came");
            assert!(!ring.beyond().is_empty(), "the view did not run past the newest snapshot");
            for guess in ring.beyond() {
                let truth = simulation.truth(guess.tick()).expect("it is not long ago");
                for row in guess.rows().filter(|row| row.kind == KIND_PILOT) {
                    let before: PilotRow = newest.find(row.id).expect("it is expected").restore();
                    let Some(came) = truth.find(row.id) else { continue };
                    let (guess, came): (PilotRow, PilotRow) = (row.restore(), came.restore());
                    let went_on = (before.steer, before.health, before.alive, before.dash_ticks)
                        == (came.steer, came.health, true, 0);
                    if went_on && guess.steer_ticks == came.steer_ticks {
                        expected += 1;
                        right += u32::from(guess.position() == came.position());
                    }
                }
            }
        }
    }
    assert!(expected > 100, "{expected} prove little");
    assert!(right * 100 >= expected * 98, "{right} of {expected} came to be");
}

/// Of four hundred in sight twenty fit: the others wait, and that they wait costs no room.
#[test]
fn what_has_to_wait_leaves_the_room_to_what_is_told() {
    let bots = game_server::options::Bots::fill(400);
    let options = Options { seed: 3, max_players: 402, bots, ..Options::default() };
    let mut game = Simulation::with_options(2, conditions("delay=20ms"), options);
    game.run(3.0);
    game.set_conditions(conditions("delay=20ms,rate=64kbit,queue=100kB"));
    game.run(5.0);
    game.sent = Some(Vec::new());
    let (mut may, id) = (0.0, game.pilots[0].id);
    for _ in 0..300 {
        game.tick();
        may += game.host.core.path(id).expect("it is in").rate_bytes_s / 60.0;
    }
    let sent = game.sent.take().expect("it was asked for");
    let datagrams = sent.iter().filter_map(|(to, action)| match action {
        Action::Datagram(bytes) if *to == 0 => Some(bytes.len() + OVERHEAD_BYTES),
        _ => None,
    });
    let used = datagrams.sum::<usize>() as f32 / may;
    assert!((0.75..=1.05).contains(&used), "{used} of what the path takes was used");
}
