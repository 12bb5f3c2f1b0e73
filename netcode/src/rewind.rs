//! A bounded history of whatever the game must look back at: lag compensation's memory.
//!
//! The server records one value a tick and asks for the value at an earlier one. What is older than
//! the capacity is forgotten, so nobody can make the server look back further than it chose to.
//! (The technique: Bernier, "Latency Compensating Methods in Client/Server In-game Protocol Design
//! and Optimization", 2001.) Which moment a player acted at is [`moment`].

pub mod moment;

use crate::tick::Tick;
use std::collections::VecDeque;

/// The last values, one for each consecutive tick.
///
/// ```
/// use netcode::{Tick, rewind::Rewind};
/// let mut places = Rewind::new(12); // 200 ms at 60 Hz
/// for tick in (100..130).map(Tick) {
///     places.record(tick, tick.0 * 10);
/// }
/// assert_eq!(places.at(Tick(125)), Some(&1_250));
/// assert_eq!(places.at(Tick(105)), None, "nobody looks back that far");
/// // A large value's allocation can be used for the next one.
/// assert_eq!(places.recycle(), Some(1_180));
/// ```
#[derive(Clone, Debug)]
pub struct Rewind<T> {
    values: VecDeque<T>,
    newest: Tick,
    capacity: usize,
}

impl<T> Rewind<T> {
    /// Keeps the last `capacity` ticks, at least one.
    #[must_use]
    pub fn new(capacity: usize) -> Self {
        let capacity = capacity.max(1);
        Self { values: VecDeque::with_capacity(capacity), newest: Tick(0), capacity }
    }

    /// Adds the value of `tick`. A tick that does not follow the newest one starts the history anew,
    /// since a gap would make every older look-up wrong.
    pub fn record(&mut self, tick: Tick, value: T) {
        if !self.values.is_empty() && tick != self.newest.next() {
            self.values.clear();
        }
        if self.values.len() == self.capacity {
            self.values.pop_front();
        }
        self.values.push_back(value);
        self.newest = tick;
    }

    /// The value of `tick`, unless it is forgotten or not recorded yet.
    #[must_use]
    pub fn at(&self, tick: Tick) -> Option<&T> {
        let age = usize::try_from(self.newest.since(tick)).ok()?;
        let index = self.values.len().checked_sub(age + 1)?;
        self.values.get(index)
    }

    /// The newest tick and its value.
    #[must_use]
    pub fn newest(&self) -> Option<(Tick, &T)> {
        Some((self.newest, self.values.back()?))
    }

    /// The values, the oldest first.
    pub fn iter(&self) -> impl Iterator<Item = &T> {
        self.values.iter()
    }

    /// Takes the oldest value out when the history is full, so that its allocation can be reused
    /// for the next one.
    pub fn recycle(&mut self) -> Option<T> {
        (self.values.len() == self.capacity).then(|| self.values.pop_front()).flatten()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn looks_back_as_far_as_the_capacity_and_no_further_even_across_the_wrap() {
        let mut history = Rewind::new(4);
        let start = Tick(u32::MAX - 1);
        for step in 0..6 {
            history.record(start + step, step);
        }
        let newest = start + 5;
        assert_eq!(history.newest(), Some((newest, &5)));
        for age in 0..4 {
            assert_eq!(history.at(newest - age), Some(&(5 - age)));
        }
        assert_eq!(history.at(newest - 4), None);
        assert_eq!(history.at(newest.next()), None);
    }

    #[test]
    fn a_gap_forgets_what_was_before_it() {
        let mut history = Rewind::new(4);
        history.record(Tick(1), 1);
        history.record(Tick(3), 3);
        assert_eq!(history.at(Tick(1)), None);
        assert_eq!(history.at(Tick(3)), Some(&3));
    }
}
