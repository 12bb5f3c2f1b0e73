//! What a ring keeps, and what comes out of it.

use super::*;
use crate::{row::KindId, snapshot::tests::snapshot};
use proptest::prelude::*;

#[test]
fn what_was_packed_is_what_it_was() {
    let mut ring = SnapshotRing::new(64);
    let made = |tick: u32| snapshot(tick, &[1, tick as u16 + 5]);
    for tick in 0..200 {
        let unused = ring.push(made(tick));
        assert_eq!(unused.is_some(), tick >= 12, "there is one for the next");
        // Of all of them rows are looked for; now and then somebody needs a whole old one.
        for place in 0..ring.len() {
            let then = made(ring.snapshots[place].tick.0);
            for id in [1, then.tick().0 as u16 + 5, 4].map(EntityId) {
                let (mut room, near) = (Vec::new(), usize::from(id.0 % 3));
                assert_eq!(ring.row_in_place(place, (id, near), &mut room), then.find(id));
            }
        }
        let old = tick.saturating_sub(tick % 64);
        assert_eq!(ring.at(Tick(old)), Some(&made(old)));
        let unpacked = |kept: &&Kept| kept.snapshot.get().is_some();
        assert!(ring.snapshots.iter().filter(unpacked).count() <= 24, "they are packed again");
    }
    let kept: Vec<Snapshot> = ring.iter().cloned().collect();
    assert_eq!(kept, (136..200).map(made).collect::<Vec<_>>());
}

#[test]
fn what_lies_still_is_kept_once_and_what_comes_out_is_what_it_was() {
    let mut ring = SnapshotRing::new(64);
    // Something moves in two ticks of three, and now and then somebody comes or goes.
    let made = |tick: u32| {
        let mut snapshot = Snapshot::new(Tick(tick));
        for id in (0..30).filter(|id| *id != 3 || tick % 50 < 40) {
            let moved = if id % 7 == 0 { (tick / 3 * 2 + tick % 3).min(90) } else { 0 };
            let columns = [i32::from(id), moved as i32 * 300];
            snapshot.push_columns(EntityId(id), KindId(0), Tick(tick), &columns);
        }
        snapshot
    };
    for tick in 0..200 {
        ring.push(made(tick));
        let comes_or_goes = tick == 0 || tick % 50 == 0 || tick % 50 == 40;
        assert_eq!(ring.changed().is_none(), comes_or_goes, "at {tick}");
        // Now and then somebody is told against an old one.
        let old = tick.saturating_sub(tick % 61);
        assert_eq!(ring.at(Tick(old)), Some(&made(old)));
    }
    let kept: Vec<Snapshot> = ring.iter().cloned().collect();
    assert_eq!(kept, (136..200).map(made).collect::<Vec<_>>());
    assert!(ring.spare.lists.len() < 4, "their memory is used again");
    // A third of all is too much for that, and what was needed for a sixth is not kept for ever.
    let moved = |ring: &mut SnapshotRing, ticks: std::ops::Range<u32>, every: i32| {
        for tick in ticks {
            let mut snapshot = Snapshot::new(Tick(tick));
            for id in 0..6_000 {
                let column = if id % every == 0 { tick as i32 } else { 0 };
                snapshot.push_columns(EntityId(id as u16), KindId(0), Tick(tick), &[column]);
            }
            ring.push(snapshot);
        }
    };
    moved(&mut ring, 200..280, 3);
    let whole = |kept: &Kept| matches!(kept.short, Some(Short::Whole(_)));
    assert_eq!(ring.snapshots.iter().filter(|kept| whole(kept)).count(), 64 - 12);
    moved(&mut ring, 280..360, 6);
    moved(&mut ring, 360..440, 600);
    for kept in &ring.snapshots {
        if let Some(Short::Differs(difference)) = &kept.short {
            let (places, columns) = difference.clone().into_parts();
            assert_eq!((places.len(), columns.len()), (10, 10));
        }
    }
    let room: usize =
        ring.snapshots.iter().filter_map(|kept| kept.short.as_ref()).map(Short::room).sum();
    assert!(room < 64 * 600, "{room} numbers");
}

#[test]
fn a_late_snapshot_between_two_takes_nothing_for_what_it_is_not() {
    let mut ring = SnapshotRing::new(64);
    let made = |tick: u32| snapshot(tick, &[1, 2, 3, 4, 5, 6]);
    let other = || snapshot(3, &[1, 2, 3, 40, 50, 60]);
    ring.push(made(2));
    ring.push(made(4));
    assert!(ring.insert(other()));
    for tick in 5..40 {
        ring.push(made(tick));
    }
    assert!(
        (2..5)
            .all(|tick| ring.at(Tick(tick)) == Some(&if tick == 3 { other() } else { made(tick) }))
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]
    /// In a world of things that mostly lie still, told late in part, where somebody goes now and then and a
    /// snapshot comes late.
    #[test]
    fn whatever_comes_what_is_kept_is_what_it_was(
        steps in prop::collection::vec(
            (
                prop::collection::vec((0_usize..60, -9_i32..900), 0..14),
                0_u8..40,
                (0_usize..64, 0_usize..64, 0_u16..70),
            ),
            60..160,
        ),
    ) {
        let (mut ring, mut model) = (SnapshotRing::new(64), Vec::<Snapshot>::new());
        let (mut things, mut gone) = (vec![[7, 0, 300]; 60], Vec::new());
        let made = |tick: Tick, things: &[[i32; 3]], gone: &[u16]| {
            let mut snapshot = Snapshot::new(tick);
            for (id, columns) in (0..).zip(things).filter(|(id, _)| !gone.contains(id)) {
                let as_of = tick - u32::from(id % 7 == 0) * 3;
                snapshot.push_columns(EntityId(id), KindId(0), as_of, columns);
            }
            snapshot
        };
        let mut tick = Tick(u32::MAX - 150);
        for (changes, chance, (old, other, id)) in steps {
            changes.iter().for_each(|(thing, column)| things[*thing][thing % 3] = *column);
            if chance == 0 {
                gone = if gone.is_empty() { vec![id] } else { Vec::new() };
            }
            tick = tick + 2;
            ring.push(made(tick, &things, &gone));
            if model.len() == 64 {
                model.remove(0);
            }
            model.push(made(tick, &things, &gone));
            let place = old % model.len();
            let late = model[place].tick + 1;
            if chance < 3 && model.iter().all(|kept| kept.tick != late) {
                let late = made(late, &[[place as i32 * 1_000, 5, 5]; 60], &[]);
                let is_full = model.len() == 64;
                model.insert(place + 1, late.clone());
                model.drain(..usize::from(is_full));
                prop_assert!(ring.insert(late));
            }
            for place in [old % model.len(), other % model.len()] {
                let (mut room, id) = (Vec::new(), EntityId(id));
                let found = ring.row_in_place(place, (id, usize::from(id.0)), &mut room);
                prop_assert_eq!(found, model[place].find(id));
            }
            let old = &model[old % model.len()];
            prop_assert_eq!(ring.at(old.tick), Some(old));
        }
        prop_assert!(ring.iter().eq(&model));
    }
}

#[test]
fn what_is_kept_as_a_difference_does_not_follow_who_comes_between() {
    let made = |tick: u32| snapshot(tick, &[1, 2, 3, 4, 5, 6 + (tick / 40) as u16]);
    let between = || snapshot(21, &[1, 2, 3, 4, 50, 60]);
    let mut ring = SnapshotRing::new(64);
    for tick in (2..120).step_by(2) {
        ring.push(made(tick));
        if tick == 70 {
            let short = |kept: &Kept| matches!(kept.short, Some(Short::Differs(_)));
            assert!(ring.snapshots.iter().filter(|kept| short(kept)).count() > 20);
            assert!(ring.insert(between()));
        }
    }
    let expected = |tick: u32| if tick == 21 { between() } else { made(tick) };
    assert_eq!(ring.len(), 60);
    assert!(ring.iter().all(|kept| *kept == expected(kept.tick().0)));
}

#[test]
fn what_is_expected_is_in_order_and_its_memory_is_used_again_and_bounded() {
    let mut ring = SnapshotRing::new(4);
    for round in 0..5 {
        ring.push(snapshot(10 * round, &[1]));
        assert!(ring.beyond().is_empty(), "the newest says it better");
        let mut made = 0;
        for tick in 1..=5 {
            made += u32::from(ring.spare_beyond().is_none());
            ring.expect(snapshot(10 * round + tick, &[1]));
        }
        let ticks: Vec<u32> = ring.beyond().iter().map(|known| known.tick().0).collect();
        assert_eq!(ticks, [1, 2, 3, 4, 5].map(|tick| 10 * round + tick));
        assert_eq!(made, if round == 0 { 5 } else { 2 });
    }
}

#[test]
fn late_snapshots_find_their_place() {
    let mut ring = SnapshotRing::new(4);
    let kept: Vec<bool> =
        [6, 2, 4, 4, 8, 1, 10].into_iter().map(|tick| ring.insert(snapshot(tick, &[1]))).collect();
    assert_eq!(kept, [true, true, true, false, true, false, true]);
    let ticks: Vec<u32> = ring.iter().map(|snapshot| snapshot.tick().0).collect();
    assert_eq!(ticks, [4, 6, 8, 10]);
}

#[test]
fn the_ring_finds_by_tick_across_the_wrap_and_forgets_the_oldest() {
    let mut ring = SnapshotRing::new(3);
    let first = u32::MAX - 3;
    for step in 0..4 {
        ring.push(snapshot(first.wrapping_add(step * 2), &[1]));
    }
    assert_eq!(ring.at(Tick(first)), None);
    for step in 1..4 {
        let tick = Tick(first.wrapping_add(step * 2));
        assert_eq!(ring.at(tick).map(Snapshot::tick), Some(tick));
        assert_eq!(ring.at(tick.next()), None);
    }
}
