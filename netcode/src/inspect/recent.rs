//! The last of many things, and how many there have been: whoever looks now and then finds what is new
//! without that anything waits for it.

use std::collections::VecDeque;

/// A bounded list that forgets its oldest and counts all.
#[derive(Clone, Debug)]
pub struct Recent<T> {
    kept: VecDeque<T>,
    most: usize,
    count: u64,
}

impl<T> Recent<T> {
    /// Keeps at most `most`.
    #[must_use]
    pub fn new(most: usize) -> Self {
        Self { kept: VecDeque::with_capacity(most), most, count: 0 }
    }

    /// Those that are kept, the oldest first.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &T> + ExactSizeIterator {
        self.kept.iter()
    }

    /// The newest.
    #[must_use]
    pub fn newest(&self) -> Option<&T> {
        self.kept.back()
    }

    /// How many there have been, those that are forgotten too.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.count
    }

    /// Those that came after the first `count`, as far as they are kept, the oldest first. Whoever keeps
    /// [`Recent::count`] from one call to the next sees each once.
    pub fn after(&self, count: u64) -> impl Iterator<Item = &T> {
        let newer = usize::try_from(self.count.saturating_sub(count)).unwrap_or(usize::MAX);
        self.kept.iter().skip(self.kept.len().saturating_sub(newer))
    }

    pub(crate) fn push(&mut self, item: T) {
        if self.kept.len() == self.most {
            self.kept.pop_front();
        }
        self.kept.push_back(item);
        self.count += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_are_forgotten_and_each_is_found_once() {
        let mut recent = Recent::new(4);
        let mut seen = 0;
        let mut found = Vec::new();
        for number in 0..20 {
            recent.push(number);
            if number % 3 == 2 {
                found.extend(recent.after(seen).copied());
                seen = recent.count();
            }
        }
        assert_eq!(found, (0..18).collect::<Vec<_>>());
        assert_eq!((recent.count(), recent.iter().len(), recent.newest()), (20, 4, Some(&19)));
        assert_eq!(recent.after(0).copied().collect::<Vec<_>>(), [16, 17, 18, 19]);
    }
}
