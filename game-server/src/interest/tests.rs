//! What each pilot is told, against looking at everything with rays.

use super::*;
use game_sim::{Inputs, Join, KIND_ROUND, World, sight, snapshot, step};

/// Forty pilots in the large arena.
fn world() -> World {
    let arena = Arena::builtin("expanse").unwrap().unwrap();
    let mut world = World::new(arena, Rules::default(), 5, 40, Tick(0));
    let join = |slot| Join { pilot: PilotId(slot), name: slot.to_string(), bot: true };
    step(&mut world, &Inputs { joins: (0..40).map(join).collect(), ..Inputs::default() });
    world
}

/// Its interest, with a snapshot every second tick.
fn interest(world: &World) -> Interest {
    let lines = Interest::sightlines_of(&world.arena, &world.rules, 2);
    Interest::new(&world.arena, &world.rules, 2, lines)
}

#[test]
fn all_that_is_seen_is_told_nothing_out_of_sight_is_and_no_own_row_but_the_own() {
    let world = world();
    let snapshot = snapshot(&world);
    let mut interest = interest(&world);
    interest.update(&snapshot, &world.noises);
    let mut hidden = 0;
    for (client, (pilot, of)) in (0..).map(ClientId).zip(world.pilots()) {
        let eye = of.own.body.position;
        let told: Vec<usize> =
            interest.visible(&snapshot, client, Some(pilot), eye).iter().map(|c| c.index).collect();
        assert!(told.is_sorted());
        for (index, row) in snapshot.rows().enumerate() {
            let is_told = told.contains(&index);
            let position = match row.kind {
                KIND_PILOT => row.restore::<PilotRow>().position(),
                KIND_PICKUP => row.restore::<PickupRow>().position(),
                KIND_OWN => {
                    assert_eq!(is_told, row.id == entity::own(pilot));
                    continue;
                }
                kind => {
                    assert_eq!((kind, is_told), (KIND_ROUND, true));
                    continue;
                }
            };
            let is_near = position.distance(eye) <= interest.sight_m + 10.0;
            assert!(is_near || !is_told, "{position} is out of sight of {eye}");
            if sight::can_see(&world.arena, &world.rules, eye, position) {
                assert!(is_told, "{eye} sees {position}");
            }
            hidden += usize::from(is_near && !is_told);
        }
    }
    assert!(hidden > 100, "walls hide only {hidden}");
}

#[test]
fn a_claimed_lag_beyond_the_cap_gives_nothing_more() {
    let world = world();
    let mut interest = interest(&world);
    let client = ClientId(1);
    let mut reach_m = |lag_ticks: f64| {
        let view = ViewTime::before(Tick(100), lag_ticks);
        interest.note_view(client, Tick(100), Some(view));
        interest.reach_m(client)
    };
    let (near, capped, liar) = (reach_m(6.0), reach_m(12.0), reach_m(250.0));
    assert!(near < capped, "a longer round trip gets a longer look-ahead");
    assert_eq!(capped, liar);
}
