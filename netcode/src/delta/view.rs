//! What a client holds after a datagram, in about a byte for each entity.
//!
//! A server keeps several views of each of a thousand clients, and reads them from front to back only. So ids are
//! told by the gaps between them, which are short where many are in sight.

use crate::{row::EntityId, snapshot::Snapshot, tick::Tick};

/// Behind this byte comes the gap in two bytes; below it, a byte is the gap itself.
const FAR: u8 = 254;
/// Behind this byte comes, in two bytes, by how many ticks the row of the next entity is older than the view.
const LATE: u8 = 255;

/// Which entities a client holds after a datagram, and when the row of each was true.
#[derive(Clone, Debug)]
pub(crate) struct View {
    pub(crate) sequence: u16,
    pub(crate) tick: Tick,
    /// Whether any row is older than the view.
    pub(super) is_late: bool,
    /// As [`ViewWriter`] wrote them.
    pub(super) bytes: Vec<u8>,
}

impl View {
    /// What a client holds after a view that came whole.
    pub(crate) fn whole(rows: &Snapshot) -> Self {
        let mut writer = ViewWriter { bytes: Vec::with_capacity(rows.len()), ..Default::default() };
        rows.rows().for_each(|row| writer.push(row.id, 0));
        Self { sequence: 0, tick: rows.tick(), is_late: false, bytes: writer.bytes }
    }

    /// The entities, and when the row of each was true.
    pub(crate) fn rows(&self) -> impl Iterator<Item = (EntityId, Tick)> {
        Held::of(&self.bytes).map(|(id, age_ticks)| (id, self.tick - u32::from(age_ticks)))
    }

    /// The entities in ascending order, and by how many ticks the row of each is older than the view.
    pub(super) fn held(&self) -> Held<'_> {
        Held::of(&self.bytes)
    }
}

/// Writes down what a client holds.
#[derive(Debug, Default)]
pub(super) struct ViewWriter {
    bytes: Vec<u8>,
    /// The least id that may come.
    next: u32,
    is_late: bool,
}

impl ViewWriter {
    pub(super) fn clear(&mut self) {
        self.bytes.clear();
        (self.next, self.is_late) = (0, false);
    }

    /// Adds an entity, whose id is above all before, and by how many ticks its row is older than the view.
    pub(super) fn push(&mut self, id: EntityId, age_ticks: u16) {
        debug_assert!(u32::from(id.0) >= self.next, "ascending");
        if age_ticks > 0 {
            let [low, high] = age_ticks.to_le_bytes();
            self.bytes.extend_from_slice(&[LATE, low, high]);
            self.is_late = true;
        }
        let gap = (u32::from(id.0) - self.next) as u16;
        if gap < u16::from(FAR) {
            self.bytes.push(gap as u8);
        } else {
            let [low, high] = gap.to_le_bytes();
            self.bytes.extend_from_slice(&[FAR, low, high]);
        }
        self.next = u32::from(id.0) + 1;
    }

    /// What was written, and whether any row is older than the view.
    pub(super) fn written(&self) -> (&[u8], bool) {
        (&self.bytes, self.is_late)
    }
}

/// Reads what [`ViewWriter`] wrote.
#[derive(Clone, Debug, Default)]
pub(super) struct Held<'a> {
    bytes: std::slice::Iter<'a, u8>,
    next: u16,
}

impl<'a> Held<'a> {
    fn of(bytes: &'a [u8]) -> Self {
        Self { bytes: bytes.iter(), next: 0 }
    }

    /// Passes over entities of which each is right behind the one before and as new as the view, at most so many.
    /// Returns how many these were.
    pub(super) fn pass_adjacent(&mut self, most: usize) -> usize {
        let bytes = self.bytes.as_slice();
        let near = &bytes[..bytes.len().min(most)];
        let (eights, rest) = near.as_chunks::<8>();
        let whole = eights.iter().take_while(|eight| **eight == [0; 8]).count();
        let others = eights.get(whole).map_or(rest, |eight| eight.as_slice());
        let count = whole * 8 + others.iter().take_while(|byte| **byte == 0).count();
        self.bytes = bytes[count..].iter();
        self.next = self.next.wrapping_add(count as u16);
        count
    }

    fn number(&mut self) -> Option<u16> {
        Some(u16::from_le_bytes([*self.bytes.next()?, *self.bytes.next()?]))
    }
}

impl Iterator for Held<'_> {
    type Item = (EntityId, u16);

    fn next(&mut self) -> Option<Self::Item> {
        let (mut byte, mut age_ticks) = (*self.bytes.next()?, 0);
        if byte == LATE {
            age_ticks = self.number()?;
            byte = *self.bytes.next()?;
        }
        let gap = if byte == FAR { self.number()? } else { u16::from(byte) };
        let id = self.next.wrapping_add(gap);
        // Behind the last id there is nobody: what this wraps to is never read.
        self.next = id.wrapping_add(1);
        Some((EntityId(id), age_ticks))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn who_is_held_comes_out_with_its_age(
            near in prop::collection::btree_map(0_u16..600, prop_oneof![Just(0_u16), any::<u16>()], 0..60),
            far in prop::collection::btree_map(any::<u16>(), Just(0_u16), 0..20),
        ) {
            let mut held = far;
            held.extend(near);
            let mut writer = ViewWriter::default();
            held.iter().for_each(|(id, age_ticks)| writer.push(EntityId(*id), *age_ticks));
            let view = View { sequence: 1, tick: Tick(9), is_late: true, bytes: writer.bytes.clone() };
            let expected: Vec<_> = held.iter().map(|(id, age)| (EntityId(*id), *age)).collect();
            prop_assert_eq!(view.held().collect::<Vec<_>>(), expected);
            let dated = held.iter().map(|(id, age)| (EntityId(*id), Tick(9) - u32::from(*age)));
            prop_assert_eq!(view.rows().collect::<Vec<_>>(), dated.collect::<Vec<_>>());
        }
    }

    #[test]
    fn only_who_is_side_by_side_and_not_late_is_passed_over_at_once() {
        let passes = |rest: &[(u16, u16)]| {
            let mut writer = ViewWriter::default();
            writer.push(EntityId(7), 0);
            rest.iter().for_each(|(id, age_ticks)| writer.push(EntityId(*id), *age_ticks));
            let mut held = Held::of(&writer.bytes);
            held.next();
            let count = held.pass_adjacent(3);
            (count, held.next().map(|(id, _)| id.0))
        };
        assert_eq!(passes(&[(8, 0), (9, 0), (10, 0), (400, 5)]), (3, Some(400)));
        assert_eq!(passes(&[(8, 0), (9, 0), (10, 0), (11, 0)]), (3, Some(11)));
        assert_eq!(passes(&[(8, 0), (9, 0)]), (2, None));
        assert_eq!(passes(&[(8, 0), (9, 0), (11, 0)]), (2, Some(11)));
        assert_eq!(passes(&[(8, 0), (9, 0), (600, 0)]), (2, Some(600)));
        assert_eq!(passes(&[(8, 0), (9, 3), (10, 0)]), (1, Some(9)));
        assert_eq!(passes(&[(9, 0), (10, 0)]), (0, Some(9)));
    }

    proptest! {
        #[test]
        fn as_many_are_passed_over_as_stand_side_by_side(side_by_side in 0_u16..40, most in 0_usize..40, others in 0_u16..9) {
            let mut writer = ViewWriter::default();
            (0..side_by_side).for_each(|id| writer.push(EntityId(id), 0));
            (0..others).for_each(|id| writer.push(EntityId(side_by_side + 1 + id), 0));
            let mut held = Held::of(&writer.bytes);
            let count = held.pass_adjacent(most);
            prop_assert_eq!(count, usize::from(side_by_side).min(most));
            let expected = (count as u16..side_by_side).chain((0..others).map(|id| side_by_side + 1 + id));
            prop_assert_eq!(held.map(|(id, _)| id.0).collect::<Vec<_>>(), expected.collect::<Vec<_>>());
        }
    }

    #[test]
    fn who_stands_among_many_takes_a_byte() {
        let mut writer = ViewWriter::default();
        [0, 1, 40, 293, 294, u16::MAX].iter().for_each(|id| writer.push(EntityId(*id), 0));
        assert_eq!(writer.bytes.len(), 5 + 3, "the last is far from the others");
        writer.clear();
        writer.push(EntityId(7), 4);
        assert_eq!(writer.bytes, [LATE, 4, 0, 7]);
    }
}
