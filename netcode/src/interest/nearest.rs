//! How far a viewer looks where there is too much to see: as far as the nearest things that it sees.
//!
//! Where everybody is near everybody, what all of them may know is the square of their number, and that is
//! what telling them costs, however little fits into a datagram. So what is beyond the nearest is left out
//! before anything is done with it. First the circle is narrowed to a few times as many things as may be
//! told: by how many there are in the cells around the viewer, as if they were spread evenly in these, and where
//! that was far from right by counting them. Then to those that are seen.

use super::{Field, Thing, Viewer, rings::Rings, squared_distance};
use std::f32::consts::PI;

/// Of so many times as many things as may be told it is asked whether they are seen: walls hide some.
const WIDE: usize = 4;
/// A radius is taken for right when it has to grow by no more than this.
const GUESSED: f32 = 1.1;
/// How much farther a known thing is kept, so that it does not flicker at the edge: a tenth.
const KEEP: f32 = 1.1;

/// More than so many things are not told, even if all of them lie on one spot.
pub(super) fn bound(most: usize) -> usize {
    most.saturating_mul(2)
}

impl Field {
    /// From now on a viewer is told of about so many things that have a place, the nearest that it sees, and
    /// never of more than twice as many. Without a call of any number.
    ///
    /// ```
    /// # mod walkers { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/walkers.rs")); }
    /// # use walkers::*;
    /// # use netcode::{EntityId, Snapshot, Tick, interest::{Memory, Place, Viewer}};
    /// # let mut snapshot = Snapshot::new(Tick(2));
    /// # (0..1_000).for_each(|id| snapshot.push(EntityId(id), WALKER, &Walker { x_mm: i32::from(id) * 10 }));
    /// use netcode::interest::Field;
    /// let mut field = Field::new([50.0, 50.0], 1.0);
    /// field.set_most(64);
    /// // A thousand walkers stand within ten metres.
    /// field.update(&snapshot, |row| Place::At([row.restore::<Walker>().x_mm as f32 / 1_000.0, 0.0], 0));
    /// let viewer = Viewer { position: [0.0; 2], enter: 20.0, leave: 25.0, hold_ticks: 12, always: &[] };
    /// let visible = field.visible(&viewer, &mut Memory::default(), |_| true, |_| 1.0);
    /// assert!(visible.len() == 64 && visible.iter().all(|seen| seen.index < 64));
    /// ```
    pub fn set_most(&mut self, most: usize) {
        self.most = most;
    }

    /// Marks what is near a viewer. The same viewer, with a circle that has only a few times as many things as
    /// may be told.
    pub(super) fn mark_near<'v>(&mut self, viewer: &Viewer<'v>) -> Viewer<'v> {
        let wanted = self.most.saturating_mul(WIDE);
        if self.things.len() <= wanted {
            self.mark(viewer);
            return *viewer;
        }
        let reach = self.guess(viewer, wanted);
        let guessed = narrow(viewer, reach * reach);
        let near = self.mark(&guessed);
        let is_whole = guessed.enter >= viewer.enter;
        if near <= wanted.saturating_mul(2) && (is_whole || near >= wanted / 2) {
            return guessed;
        }
        self.near.fill(0);
        let counted = self.counted(viewer, wanted);
        self.mark(&counted);
        counted
    }

    /// The radius within which about so many things lie, or as far as the viewer looks.
    fn guess(&self, viewer: &Viewer<'_>, wanted: usize) -> f32 {
        let mut reach = self.cell;
        loop {
            let inside = self.expected(viewer.position, reach);
            let grown = (wanted as f32 / inside.max(1.0)).sqrt();
            if grown <= GUESSED {
                return reach * grown;
            } else if reach >= viewer.leave {
                return viewer.leave;
            }
            // What is farther off may be denser.
            reach = (reach * grown.min(2.0)).min(viewer.leave);
        }
    }

    /// How many things lie in a circle, if they are spread evenly in the cells of the square around it.
    fn expected(&self, position: [f32; 2], reach: f32) -> f32 {
        let [(left, bottom), (right, top)] = self.corners(position, reach);
        let area = ((right - left + 1) * (top - bottom + 1)) as f32 * self.cell * self.cell;
        // Beyond the plane there is nothing.
        let side = |axis: usize| {
            let (at, half) = (position[axis], self.half[axis]);
            (at + reach).min(half) - (at - reach).max(-half)
        };
        self.around(position, reach) as f32
            * (side(0).max(0.0) * side(1).max(0.0) * PI / 4.0 / area).min(1.0)
    }

    /// The same viewer, with a circle that has so many things: counted from the inside out.
    fn counted<'v>(&self, viewer: &Viewer<'v>, wanted: usize) -> Viewer<'v> {
        let mut reach = self.cell;
        while reach < viewer.leave {
            // A circle has three quarters of the square around it.
            if self.around(viewer.position, reach) >= wanted.saturating_mul(4) / 3
                && let Some(squared) = self.ring(viewer, reach, wanted)
            {
                return narrow(viewer, squared);
            }
            reach *= 1.5;
        }
        let squared = self.ring(viewer, viewer.leave, wanted);
        squared.map_or(*viewer, |squared| narrow(viewer, squared))
    }

    /// The same viewer, with a circle in which no more of the marked things are seen than may be told.
    pub(super) fn nearest<'v>(
        &mut self,
        viewer: &Viewer<'v>,
        sees: &mut impl FnMut(&Thing) -> bool,
    ) -> Viewer<'v> {
        self.seen.clear();
        let marked: u32 = self.near.iter().map(|word| word.count_ones()).sum();
        // Walls hide about half of what is near; to ask for each twice is worth it only where it is crowded.
        if marked as usize <= bound(self.most) {
            return *viewer;
        }
        self.distances.resize(marked as usize, 0.0);
        let mut count = 0;
        let mut rings = Rings::new(viewer.leave * viewer.leave);
        for (word, bits) in self.near.iter().enumerate() {
            let (mut left, mut seen) = (*bits, 0);
            while left != 0 {
                let place = left.trailing_zeros();
                left &= left - 1;
                let number = word * 64 + place as usize;
                let (is_seen, squared) = (sees(&self.things[number]), self.squared[number]);
                // No branch: what walls hide, nothing foretells.
                rings.count(squared, is_seen);
                self.distances[count] = squared;
                count += usize::from(is_seen);
                seen |= u64::from(is_seen) << place;
            }
            self.seen.push(seen);
        }
        self.distances.truncate(count);
        let Some(last) = self.most.checked_sub(1).filter(|_| self.distances.len() > self.most)
        else {
            return *viewer;
        };
        let squared = rings.nth(last, &self.distances, &mut self.in_ring);
        let narrowed = squared.map_or(*viewer, |squared| narrow(viewer, squared));
        self.unmark(narrowed.leave * narrowed.leave);
        narrowed
    }

    /// Of the marked things, leaves those marked that are no farther off.
    fn unmark(&mut self, squared: f32) {
        for (bits, things) in self.near.iter_mut().zip(self.squared.chunks(64)) {
            // No branch: whether a thing is within the circle, nothing foretells.
            let add = |within: u64, thing: &f32| within << 1 | u64::from(*thing <= squared);
            *bits &= things.iter().rev().fold(0, add);
        }
    }

    /// How many things lie in the cells that a square touches.
    fn around(&self, position: [f32; 2], reach: f32) -> usize {
        self.spans(position, reach).map(|span| span.len()).sum()
    }

    /// The square of the distance within which more than `most` things lie, if that is less than `reach`.
    fn ring(&self, viewer: &Viewer<'_>, reach: f32, most: usize) -> Option<f32> {
        let mut rings = Rings::new(reach * reach);
        for span in self.spans(viewer.position, reach) {
            for &position in &self.positions[span] {
                rings.count(squared_distance(position, viewer.position), true);
            }
        }
        rings.within(most)
    }
}

/// The same viewer with a smaller circle, whose radius has this square.
fn narrow<'v>(viewer: &Viewer<'v>, squared: f32) -> Viewer<'v> {
    // A root is rounded, and what is told must be within.
    let enter = viewer.enter.min(squared.sqrt() * (1.0 + 2.0 * f32::EPSILON));
    Viewer { enter, leave: viewer.leave.min(enter * KEEP), ..*viewer }
}
