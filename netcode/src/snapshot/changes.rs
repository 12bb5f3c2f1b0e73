//! Which rows of a snapshot differ from those of the one before it, where most do not: in a world of things that
//! lie still. The others need not be looked at again.

use super::{Entry, Snapshot};

/// How many rows are compared at once; where they differ, so many of them, and at last single ones.
const BLOCKS: [usize; 2] = [16, 4];

/// The places of the rows that differ, in ascending order, into `places`. Returns `false` when the snapshots
/// are of other entities, or when half of the rows or more differ.
pub(super) fn find(now: &Snapshot, before: &Snapshot, places: &mut Vec<u32>) -> bool {
    places.clear();
    if now.columns.len() != before.columns.len() || !same(&now.entries, &before.entries) {
        return false;
    }
    let differ = |rows: &[Entry]| {
        let (Some(first), Some(last)) = (rows.first(), rows.last()) else { return false };
        let columns = first.start as usize..last.start as usize + usize::from(last.length);
        now.columns.get(columns.clone()) != before.columns.get(columns)
    };
    let [many, few] = BLOCKS;
    for (block, rows) in (0..).step_by(many).zip(now.entries.chunks(many)) {
        if !differ(rows) {
            continue;
        }
        let some = (block..).step_by(few).zip(rows.chunks(few));
        for (block, rows) in some.filter(|(_, rows)| differ(rows)) {
            let single = (block..).zip(rows.chunks(1));
            places.extend(single.filter(|(_, row)| differ(row)).map(|(place, _)| place));
        }
        if places.len() * 2 >= now.len() {
            return false;
        }
    }
    true
}

/// Whether the entries are the same. Nearly always they are, and then it is sooner found out without a branch for each.
fn same(now: &[Entry], before: &[Entry]) -> bool {
    let differs = |now: &Entry, before: &Entry| {
        now.layout() ^ before.layout() | u64::from(now.age_ticks ^ before.age_ticks)
    };
    let both = now.iter().zip(before);
    now.len() == before.len() && both.fold(0, |all, (now, was)| all | differs(now, was)) == 0
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        row::{EntityId, KindId},
        tick::Tick,
    };
    use proptest::prelude::*;

    fn snapshot(tick: u32, rows: &[(u16, u8, i32)]) -> Snapshot {
        let mut snapshot = Snapshot::new(Tick(tick));
        for (id, kind, column) in rows {
            let columns = vec![*column; usize::from(*kind)];
            snapshot.push_columns(EntityId(*id), KindId(*kind), Tick(tick), &columns);
        }
        snapshot
    }

    proptest! {
        #[test]
        fn what_differs_is_found_and_nothing_else(
            rows in prop::collection::vec((1_u8..5, 0_i32..3), 1..80),
            other in prop::collection::btree_map(0_usize..80, 1_i32..3, 0..9),
        ) {
            let rows = rows.iter().zip(0..).map(|((kind, column), id)| (3 * id, *kind, *column));
            let mut rows: Vec<(u16, u8, i32)> = rows.collect();
            let (before, mut places) = (snapshot(7, &rows), Vec::new());
            let differ: Vec<u32> =
                other.keys().filter(|place| **place < rows.len()).map(|place| *place as u32).collect();
            for place in &differ {
                rows[*place as usize].2 += other[&(*place as usize)];
            }
            let are_few = differ.len() * 2 < rows.len();
            prop_assert_eq!(find(&snapshot(9, &rows), &before, &mut places), are_few);
            if are_few {
                prop_assert_eq!(places.as_slice(), differ);
            }
        }
    }

    #[test]
    fn other_entities_other_kinds_and_late_rows_are_not_the_same() {
        let (rows, mut places) = ([(1, 2, 5), (4, 2, 5), (9, 1, 0)], Vec::new());
        let before = snapshot(7, &rows);
        for other in [
            vec![(1, 2, 5), (4, 2, 5)],
            vec![(1, 2, 5), (5, 2, 5), (9, 1, 0)],
            vec![(1, 2, 5), (4, 1, 5), (9, 2, 0)],
        ] {
            assert!(!find(&snapshot(9, &other), &before, &mut places), "{other:?}");
        }
        let mut late = snapshot(9, &rows[..2]);
        late.push_columns(EntityId(9), KindId(1), Tick(8), &[0]);
        assert!(!find(&late, &before, &mut places));
        assert!(find(&snapshot(9, &rows), &before, &mut places) && places.is_empty());
    }
}
