//! For how long rows have stood: who has one from a tick since which it stood is told nothing of it, without a look
//! at its columns.

use super::RowCode;
use crate::{
    limits,
    snapshot::{Snapshot, SnapshotRing},
};

/// Of the newest snapshot's rows, by their place.
#[derive(Debug, Default)]
pub(super) struct Stood {
    /// For how many ticks each has been told of as it is; 0 of those that cannot stand.
    ticks: Vec<u16>,
    /// Whether nobody expects it to change: its kind stays as it is, and it does not move.
    can: Vec<bool>,
    /// The ticks of the snapshot before.
    before: Vec<u16>,
}

impl Stood {
    /// Whether the row at `index` stands since so many ticks ago or longer.
    pub(super) fn since(&self, index: usize, age_ticks: u32) -> bool {
        let stood = self.ticks.get(index);
        stood.is_some_and(|stood| (1..=u32::from(*stood)).contains(&age_ticks))
    }

    /// How many rows from `index` on stand so long, at most `most`.
    pub(super) fn from(&self, index: usize, most: usize, age_ticks: u32) -> usize {
        let stood = self.ticks.get(index..).unwrap_or_default();
        let stood = &stood[..stood.len().min(most)];
        let least = u16::try_from(age_ticks).ok().filter(|age| *age > 0);
        let Some(least) = least else { return 0 };
        let (eights, rest) = stood.as_chunks::<8>();
        let stand =
            |eight: &&[u16; 8]| eight.iter().fold(true, |all, stood| all & (*stood >= least));
        let whole = eights.iter().take_while(stand).count();
        let others = eights.get(whole).map_or(rest, |eight| eight.as_slice());
        whole * 8 + others.iter().take_while(|stood| **stood >= least).count()
    }

    /// Counts on with a new snapshot.
    pub(super) fn note(&mut self, code: &RowCode, ring: &SnapshotRing) {
        let Some(now) = ring.newest() else { return };
        let before = ring.len().checked_sub(2).and_then(|place| ring.in_place(place));
        let ticks = before.map_or(0, |before| now.tick().since(before.tick()) as u32);
        // Nobody reads what is older.
        let ticks = ticks.min(limits::AGE_TICKS) as u16;
        match ring.changed() {
            Some(changed) if self.ticks.len() == now.len() => {
                self.count_on(code, now, changed, ticks);
            }
            _ => self.count(code, now, before, ticks),
        }
    }

    /// The rows are those of the snapshot before, and all but those `changed` are as they were.
    fn count_on(&mut self, code: &RowCode, now: &Snapshot, changed: &[u32], ticks: u16) {
        for (stood, can) in self.ticks.iter_mut().zip(&self.can) {
            *stood = if *can { sum(*stood, ticks) } else { 0 };
        }
        for place in changed.iter().map(|place| *place as usize) {
            if let (Some(stood), Some(can)) = (self.ticks.get_mut(place), self.can.get_mut(place)) {
                *stood = 0;
                *can = now.row(place).is_some_and(|row| code.can_stand(row.kind, row.columns));
            }
        }
    }

    /// Looks for each row in the snapshot before.
    fn count(&mut self, code: &RowCode, now: &Snapshot, before: Option<&Snapshot>, ticks: u16) {
        std::mem::swap(&mut self.ticks, &mut self.before);
        self.ticks.clear();
        self.can.clear();
        let mut place = 0;
        for row in now.rows() {
            let can = code.can_stand(row.kind, row.columns);
            self.can.push(can);
            let Some(before) = before.filter(|_| can) else {
                self.ticks.push(0); // In a fight that is nearly every row.
                continue;
            };
            while before.id(place).is_some_and(|was| was < row.id) {
                place += 1;
            }
            let was = before.row(place).filter(|was| (was.id, was.kind) == (row.id, row.kind));
            let stood = match was {
                Some(was) if same(was.columns, row.columns) => {
                    sum(self.before.get(place).copied().unwrap_or(0), ticks)
                }
                _ => 0,
            };
            self.ticks.push(stood);
        }
    }
}

fn sum(stood: u16, ticks: u16) -> u16 {
    stood.saturating_add(ticks).min(limits::AGE_TICKS as u16)
}

/// Whether two rows are the same. They are short, and a call for each would take longer than comparing.
fn same(one: &[i32], other: &[i32]) -> bool {
    let ((ones, rest), (others, other_rest)) = (one.as_chunks::<4>(), other.as_chunks::<4>());
    let differs = |(one, other): (&[i32; 4], &[i32; 4])| {
        one.iter().zip(other).fold(0, |differs, (one, other)| differs | (one ^ other))
    };
    one.len() == other.len()
        && ones.iter().zip(others).all(|both| differs(both) == 0)
        && rest.iter().zip(other_rest).fold(0, |all, (one, other)| all | (one ^ other)) == 0
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        delta::pack::tests::Yard,
        row::{EntityId, KindId},
        tick::{Tick, TickRate},
    };
    use proptest::prelude::*;
    use std::sync::Arc;

    const CRATE: KindId = KindId(0);
    const DOOR: KindId = KindId(2);

    proptest! {
        #[test]
        fn counting_on_is_counting(
            steps in prop::collection::vec(prop::collection::vec((0_usize..30, 0_i32..2), 0..4), 1..20),
            pace in 1_u32..20_000,
        ) {
            let code = RowCode::new::<Yard>(TickRate::new(60).expect("it is one"), Arc::new(()));
            let (mut ring, mut stood, mut counted) =
                (SnapshotRing::new(64), Stood::default(), Stood::default());
            let (mut doors, mut before) = ([[45, 0]; 30], None);
            for (step, number) in steps.iter().zip(0..) {
                for (door, swings) in step {
                    doors[*door] = [doors[*door][0] ^ 1, *swings];
                }
                let mut now = Snapshot::new(Tick(u32::MAX - 9) + number * pace);
                for (id, door) in (0..).zip(&doors) {
                    now.push_columns(EntityId(id), DOOR, now.tick(), door);
                }
                let ticks = if before.is_some() { pace.min(limits::AGE_TICKS) as u16 } else { 0 };
                counted.count(&code, &now, before.as_ref(), ticks);
                before = Some(now.clone());
                ring.push(now);
                stood.note(&code, &ring);
                prop_assert_eq!((&stood.ticks, &stood.can), (&counted.ticks, &counted.can));
                let one_by_one = (4..30).take_while(|place| stood.since(*place, pace)).count();
                prop_assert_eq!(stood.from(4, 6, pace), one_by_one.min(6));
                prop_assert_eq!(stood.from(4, 60, pace), one_by_one);
                prop_assert_eq!(stood.from(4, 60, 0), 0);
            }
        }
    }

    #[test]
    fn rows_stand_from_the_first_snapshot_on_and_whoever_comes_or_goes_beside_them() {
        let code = RowCode::new::<Yard>(TickRate::new(60).expect("it is one"), Arc::new(()));
        let (mut ring, mut stood) = (SnapshotRing::new(64), Stood::default());
        let ids = |tick: u32| (0..40_u16).filter(move |id| tick < 8 || *id != 3);
        for tick in (0..=20).step_by(2) {
            let mut now = Snapshot::new(Tick(tick));
            for id in ids(tick) {
                let x = if id == 7 && tick >= 12 { 1 } else { 50 };
                now.push_columns(EntityId(id), CRATE, Tick(tick), &[x, 0, 0, 0, 0]);
            }
            now.push_columns(EntityId(50), DOOR, Tick(tick), &[45, 1]);
            ring.push(now);
            stood.note(&code, &ring);
            let swings = (1..=64).any(|age| stood.since(ids(tick).count(), age));
            assert!(!swings, "it says that it moves");
            for (place, id) in ids(tick).enumerate() {
                let since = match id {
                    7 if tick >= 12 => tick - 12,
                    _ => tick,
                };
                let told = (1..=64).filter(|age| stood.since(place, *age)).count();
                assert_eq!(told, since as usize, "{id} at {tick}");
            }
        }
    }
}
