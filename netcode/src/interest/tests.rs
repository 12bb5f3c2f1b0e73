//! The field against looking at everything, and what a memory keeps.

use super::*;
use proptest::prelude::*;

/// A snapshot whose rows are one column each: what the row is to its viewers.
fn snapshot(tick: Tick, count: usize) -> Snapshot {
    let mut snapshot = Snapshot::new(tick);
    for id in 0..count as u16 {
        snapshot.push_columns(EntityId(id * 3), KindId(0), tick, &[i32::from(id)]);
    }
    snapshot
}

fn viewer(position: [f32; 2], enter: f32) -> Viewer<'static> {
    Viewer { position, enter, leave: enter + 5.0, hold_ticks: 10, always: &[] }
}

fn indices(candidates: &[Candidate]) -> Vec<usize> {
    candidates.iter().map(|candidate| candidate.index).collect()
}

/// One thing at a place, looked for at a tick.
fn is_known(memory: &mut Memory, tick: u32, x: f32, seen: bool) -> bool {
    let mut field = Field::new([50.0, 50.0], 8.0);
    field.update(&snapshot(Tick(tick), 1), |_| Place::At([x, 0.0], 0));
    !field.visible(&viewer([0.0, 0.0], 20.0), memory, |_| seen, |_| 1.0).is_empty()
}

proptest! {
    /// Whoever knows nothing yet is told exactly what a look at everything finds, in order.
    #[test]
    fn the_field_finds_what_a_look_at_everything_finds(
        places in prop::collection::vec((-70.0f32..70.0, -40.0f32..40.0, 0_u8..4), 0..300),
        x in -80.0f32..80.0, y in -50.0f32..50.0, enter in 0.0f32..60.0,
    ) {
        let place = |index: usize| match places[index] {
            (_, _, 0) => Place::Everywhere,
            (_, _, 1) => Place::Nowhere,
            (x, y, number) => Place::At([x, y], u32::from(number)),
        };
        let mut field = Field::new([60.0, 30.0], 7.0);
        field.update(&snapshot(Tick(9), places.len()), |row| place(row.columns[0] as usize));
        let viewer = viewer([x, y], enter);
        let expected: Vec<usize> = (0..places.len())
            .filter(|&index| match place(index) {
                Place::At(position, number) => {
                    number == 2 && squared_distance(position, [x, y]) <= enter * enter
                }
                place => place == Place::Everywhere,
            })
            .collect();
        for _ in 0..2 {
            let mut memory = Memory::default();
            let found = field.visible(&viewer, &mut memory, |thing| thing.number == 2, |_| 1.0);
            prop_assert_eq!(indices(found), expected.clone());
        }
    }
}

#[test]
fn a_thing_comes_in_at_one_distance_and_goes_out_at_a_larger_one() {
    let mut memory = Memory::default();
    let steps =
        [(21.0, false), (19.5, true), (21.0, true), (24.9, true), (25.1, false), (24.0, false)];
    for (tick, (x, expected)) in (0..).zip(steps) {
        assert_eq!(is_known(&mut memory, tick, x, true), expected, "at {x}");
    }
}

#[test]
fn what_is_hidden_is_known_for_a_moment_longer_and_no_more() {
    let mut memory = Memory::default();
    assert!(!is_known(&mut memory, u32::MAX - 3, 5.0, false), "never seen");
    assert!(is_known(&mut memory, u32::MAX - 2, 5.0, true));
    assert!(is_known(&mut memory, 3, 5.0, false), "hidden for six ticks, across the wrap");
    assert!(is_known(&mut memory, 7, 5.0, false), "ten ticks after it was seen");
    assert!(!is_known(&mut memory, 8, 5.0, false), "one more");
    assert!(memory.is_empty());
}

#[test]
fn what_is_only_for_one_is_given_to_that_one_in_its_place() {
    let mut field = Field::new([50.0, 50.0], 8.0);
    field.update(&snapshot(Tick(1), 4), |row| match row.columns[0] {
        1 => Place::Nowhere,
        2 => Place::Everywhere,
        _ => Place::At([0.0, 0.0], 0),
    });
    let mut memory = Memory::default();
    let viewer = Viewer { always: &[1], ..viewer([0.0, 0.0], 20.0) };
    let found = field.visible(
        &viewer,
        &mut memory,
        |_| true,
        |thing| match thing {
            Some(thing) => thing.index as f32,
            None => 9.0,
        },
    );
    assert_eq!(indices(found), [0, 1, 2, 3]);
    assert_eq!(found.iter().map(|one| one.weight).collect::<Vec<_>>(), [0.0, 9.0, 9.0, 3.0]);
}

#[test]
fn nothing_is_allocated_once_every_list_has_its_size() {
    let mut field = Field::new([50.0, 50.0], 8.0);
    let mut memory = Memory::default();
    let mut lists = Vec::new();
    for tick in 0..20 {
        field.update(&snapshot(Tick(tick), 200), |row| {
            Place::At([(row.columns[0] % 40) as f32, tick as f32], 0)
        });
        field.visible(&viewer([0.0, 0.0], 30.0), &mut memory, |_| true, |_| 1.0);
        let sizes = [memory.known.capacity(), field.before.capacity()];
        lists.push((sizes, field.found.capacity(), field.order.capacity(), field.near.capacity()));
    }
    assert_eq!(lists[3], lists[19]);
}

proptest! {
    /// Where there is too much to see, those are told that are nearer than all others, about as many as asked
    /// for; and however they lie, never more than twice as many.
    #[test]
    fn of_too_many_things_the_nearest_are_told(
        places in prop::collection::vec((-30.0f32..30.0, -30.0f32..30.0), 0..600),
        x in -35.0f32..35.0, y in -35.0f32..35.0, enter in 1.0f32..60.0, most in 1_usize..100,
        spread in 0.0f32..1.0, hidden in prop::option::of(2_usize..5),
    ) {
        let place = |index: usize| [places[index].0 * spread, places[index].1 * spread];
        let squared = |index: usize| squared_distance(place(index), [x, y]);
        let mut field = Field::new([30.0, 30.0], 8.0);
        field.set_most(most);
        field.update(&snapshot(Tick(9), places.len()), |row| {
            Place::At(place(row.columns[0] as usize), 0)
        });
        // Walls hide one of so many, or none.
        let is_seen = |index: usize| hidden.is_none_or(|every| index % every != 1);
        let (mut memory, viewer) = (Memory::default(), viewer([x, y], enter));
        let told = indices(field.visible(&viewer, &mut memory, |thing| is_seen(thing.index), |_| 1.0));
        prop_assert!(told.iter().all(|index| is_seen(*index)));
        let seen = (0..places.len()).filter(|index| is_seen(*index));
        let near: Vec<usize> = seen.filter(|index| squared(*index) <= enter * enter).collect();
        let untold = near.iter().filter(|index| !told.contains(index)).map(|index| squared(*index));
        let nearest_untold = untold.fold(f32::INFINITY, f32::min);
        let bound = most * 2;
        // Of no more than a few times as many it is asked whether they are seen: walls may hide too many of these.
        let all_are_asked = hidden.is_none() || places.len() <= 4 * most;
        let least = if all_are_asked { most.min(near.len()) } else { 0 };
        prop_assert!((least..=bound).contains(&told.len()));
        if told.len() < bound {
            prop_assert!(told.iter().all(|index| squared(*index) <= nearest_untold));
        }
    }
}

/// A crowd that moves a little does not make what is known flicker.
#[test]
fn what_is_at_the_edge_of_the_nearest_stays() {
    let mut field = Field::new([30.0, 30.0], 8.0);
    field.set_most(50);
    let (mut memory, mut changes, mut before) = (Memory::default(), 0, Vec::new());
    for tick in 0..100 {
        field.update(&snapshot(Tick(tick), 900), |row| {
            let (column, line) = (row.columns[0] % 30, row.columns[0] / 30);
            let shake = ((tick * 7 + column as u32) % 5) as f32 * 0.02;
            Place::At([column as f32 - 15.0 + shake, line as f32 - 15.0 - shake], 0)
        });
        let told =
            indices(field.visible(&viewer([0.3, 0.4], 40.0), &mut memory, |_| true, |_| 1.0));
        changes += told.iter().filter(|index| !before.contains(*index)).count();
        before = told;
    }
    assert!((40..=62).contains(&before.len()), "{}", before.len());
    assert!(changes < 80, "{changes} came in, 50 of them at first");
}

/// Most of what the guessed circle holds is near its rim, where things are only kept and not taken in.
#[test]
fn where_the_guess_is_wrong_the_nearest_are_told_all_the_same() {
    let places: [(f32, f32); 26] = [
        (-18.26417, 0.0),
        (-22.687134, 0.0),
        (-19.587776, 0.0),
        (-23.608664, 0.0),
        (-18.41756, 0.0),
        (-24.229713, 9.165228),
        (-17.711277, 0.0),
        (-28.68154, 0.0),
        (-18.50332, 0.0),
        (-23.143997, 0.0),
        (-17.956028, 0.0),
        (-28.627821, 0.0),
        (-25.91486, 0.0),
        (-17.36545, 0.0),
        (-25.201769, 0.0),
        (-18.224234, 0.0),
        (-18.724295, 0.0),
        (-21.417995, 0.0),
        (-23.685894, 0.0),
        (-28.374739, 0.0),
        (-15.782938, 0.0),
        (-23.337633, 9.575003),
        (-26.967941, 0.0),
        (-27.22482, 0.0),
        (-26.332247, 0.0),
        (-20.994318, 0.0),
    ];
    let place = |index: usize| [places[index].0 * 0.403_985, places[index].1 * 0.403_985];
    let mut field = Field::new([30.0, 30.0], 8.0);
    field.set_most(3);
    field.update(&snapshot(Tick(9), places.len()), |row| {
        Place::At(place(row.columns[0] as usize), 0)
    });
    let (mut memory, viewer) = (Memory::default(), viewer([-19.243_574, 5.117_296], 50.0));
    let told = indices(field.visible(&viewer, &mut memory, |_| true, |_| 1.0));
    assert!((3..=6).contains(&told.len()), "{told:?}");
}
