//! Masks that came often while tables were trained: each has a symbol.

/// A multiplier that spreads small numbers over the high bits (Knuth 1973, 6.4).
const SPREAD: u64 = 0x9e37_79b9_7f4a_7c15;

/// Masks, ascending; a mask's place is its symbol.
#[derive(Clone, Debug, Default)]
pub(crate) struct Patterns {
    masks: Vec<u64>,
    /// Where to look for a mask, and behind that: one more than its symbol, or 0. Half of it or more is free.
    slots: Vec<u16>,
}

impl Patterns {
    /// These masks, in ascending order and fewer than 65,535.
    pub(crate) fn new(masks: Vec<u64>) -> Self {
        let slots = vec![0; (2 * masks.len()).next_power_of_two()];
        let mut patterns = Self { masks, slots };
        for symbol in 0..patterns.masks.len() {
            let mut slot = patterns.slot(patterns.masks[symbol]);
            while patterns.slots[slot] != 0 {
                slot = (slot + 1) & (patterns.slots.len() - 1);
            }
            patterns.slots[slot] = symbol as u16 + 1;
        }
        patterns
    }

    pub(crate) fn len(&self) -> usize {
        self.masks.len()
    }

    /// The mask that a symbol stands for.
    pub(crate) fn get(&self, symbol: usize) -> Option<u64> {
        self.masks.get(symbol).copied()
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = u64> {
        self.masks.iter().copied()
    }

    /// The symbol of a mask, if it has one.
    pub(crate) fn symbol(&self, mask: u64) -> Option<usize> {
        let mut slot = self.slot(mask);
        loop {
            let symbol = usize::from(*self.slots.get(slot)?).checked_sub(1)?;
            if self.masks.get(symbol) == Some(&mask) {
                return Some(symbol);
            }
            slot = (slot + 1) & (self.slots.len() - 1);
        }
    }

    fn slot(&self, mask: u64) -> usize {
        let bits = self.slots.len().max(1).trailing_zeros();
        // One slot takes no bits, and a number can't be moved by all of its own.
        (mask.wrapping_mul(SPREAD) >> 1 >> (63 - bits)) as usize
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    proptest! {
        #[test]
        fn a_mask_is_found_where_it_lies_and_no_other(
            masks in prop::collection::btree_set(prop_oneof![0_u64..200, any::<u64>()], 0..200),
            others: BTreeSet<u64>,
        ) {
            let patterns = Patterns::new(masks.iter().copied().collect());
            for (symbol, mask) in masks.iter().enumerate() {
                prop_assert_eq!(patterns.symbol(*mask), Some(symbol));
                prop_assert_eq!(patterns.get(symbol), Some(*mask));
            }
            for mask in others.difference(&masks) {
                prop_assert_eq!(patterns.symbol(*mask), None);
            }
        }
    }

    #[test]
    fn without_any_nothing_is_found() {
        assert_eq!(
            (Patterns::new(Vec::new()).symbol(3), Patterns::default().symbol(3)),
            (None, None)
        );
    }
}
