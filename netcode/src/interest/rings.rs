//! Things counted by how far off they are: in rings, each an eighth of a doubling of the squared distance.

/// How many rings there are, from the outer one inwards.
const RINGS: usize = 128;
/// A squared distance without so many of its bits is the number of its ring: a number's first bits are about its
/// logarithm, and cost nothing.
const RING_BITS: u32 = 20;

/// How many things lie in each ring around a viewer.
pub(super) struct Rings {
    /// The number of the first ring beyond all others.
    outside: u32,
    counts: [u32; RINGS],
}

impl Rings {
    /// Nothing yet, within a reach whose square this is.
    pub(super) fn new(squared: f32) -> Self {
        Self { outside: (squared.to_bits() >> RING_BITS) + 1, counts: [0; RINGS] }
    }

    /// Which ring a squared distance lies in. The first is all that is outside, the last all that is next to the viewer.
    fn of(&self, squared: f32) -> usize {
        let number = squared.to_bits() >> RING_BITS;
        (self.outside.saturating_sub(number) as usize).min(RINGS - 1)
    }

    /// Counts a thing so far off, if it `is_meant`.
    pub(super) fn count(&mut self, squared: f32, is_meant: bool) {
        self.counts[self.of(squared)] += u32::from(is_meant);
    }

    /// The ring in which the thing lies that so many are nearer than, and how many lie in nearer rings.
    fn ring(&self, nearer: usize) -> Option<(usize, usize)> {
        let mut count = 0;
        let ring = self.counts.iter().rposition(|things| {
            count += *things as usize;
            count > nearer
        })?;
        Some((ring, count - self.counts[ring] as usize))
    }

    /// The square of a distance within which more than so many things lie, as far as the ring goes in which the last of
    /// them lies. None if they are outside.
    pub(super) fn within(&self, most: usize) -> Option<f32> {
        let (ring, _) = self.ring(most).filter(|(ring, _)| *ring > 0)?;
        Some(f32::from_bits((self.outside + 1 - ring as u32) << RING_BITS))
    }

    /// The squared distance of the thing that so many are nearer than, of those whose squared distances were counted;
    /// `in_ring` is scratch space. Only those in one ring are sorted.
    pub(super) fn nth(
        &self,
        nearer: usize,
        counted: &[f32],
        in_ring: &mut Vec<f32>,
    ) -> Option<f32> {
        let (ring, before) = self.ring(nearer)?;
        let number = self.outside - ring as u32;
        let nearest = if ring == RINGS - 1 { 0.0 } else { f32::from_bits(number << RING_BITS) };
        let farther =
            if ring == 0 { f32::INFINITY } else { f32::from_bits((number + 1) << RING_BITS) };
        let is_in = |squared: &f32| (nearest..farther).contains(squared);
        in_ring.resize(counted.len(), 0.0);
        let mut count = 0;
        for squared in counted {
            // No branch: nothing foretells which of them it is.
            in_ring[count] = *squared;
            count += usize::from(is_in(squared));
        }
        let in_ring = in_ring.get_mut(..count).filter(|all| nearer - before < all.len())?;
        let (_, squared, _) = in_ring.select_nth_unstable_by(nearer - before, f32::total_cmp);
        Some(*squared)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn the_nth_is_the_nth(
            mut all in prop::collection::vec(prop_oneof![0_f32..1e4, 0_f32..1e-6, 40_f32..41.0], 1..200),
            nearer in 0_usize..200,
        ) {
            let mut rings = Rings::new(900.0);
            all.iter().for_each(|squared| rings.count(*squared, true));
            rings.count(1.0, false);
            let (nth, within) = (rings.nth(nearer, &all, &mut Vec::new()), rings.within(nearer));
            all.sort_by(f32::total_cmp);
            prop_assert_eq!(nth, all.get(nearer).copied());
            if let Some(within) = within {
                // Beyond it by no more than a ring, but for those next to the viewer, who are all in one.
                prop_assert!(all[nearer] <= within && within <= (all[nearer] * 1.126).max(0.1));
            }
            prop_assert_eq!(within.is_some(), nth.is_some_and(|squared| squared < 960.0));
        }
    }
}
