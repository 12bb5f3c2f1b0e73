//! How far behind the newest snapshot that it has a client may draw the others: measured, so that a
//! claim is not believed beyond it.
//!
//! A client cannot draw what it does not have, so its view lags until it rarely runs out
//! ([`crate::interpolate`]). The server sees the same thing from its end: an acknowledgement says when
//! a snapshot had arrived, and how unevenly acknowledgements come bounds how unevenly snapshots did.
//! Both directions shake them, so the bound errs to the client's favour, by a little.

use crate::tick::{Tick, TickRate};

/// Acknowledged snapshots that are looked at: as many as a client looks at.
const WINDOW: usize = 180;
/// Granted beyond what was measured, in ticks: what a view may lag while it adapts, and the grain of
/// whole ticks.
const SLACK_TICKS: u32 = 2;
/// The least, in ticks: what a client begins with.
const LEAST_TICKS: u32 = 4;

/// What one client's acknowledgements tell of its delay.
#[derive(Clone, Debug)]
pub(super) struct ViewDelay {
    most_ticks: u32,
    newest: Option<Tick>,
    /// Ticks from each snapshot to its acknowledgement.
    ages: Recent,
    /// Ticks by which a view had to lag not to run out before each of them, of which the fastest
    /// acknowledgement's age is no part.
    needs: Recent,
    /// The most of these.
    need_ticks: u32,
}

impl ViewDelay {
    /// Nothing measured yet. No more than half a second is ever granted.
    pub(super) fn new(rate: TickRate) -> Self {
        Self {
            most_ticks: u32::from(rate.hz()) / 2,
            newest: None,
            ages: Recent::default(),
            needs: Recent::default(),
            need_ticks: 0,
        }
    }

    /// The snapshot of `seen` is acknowledged at the tick `now`.
    pub(super) fn note(&mut self, seen: Tick, now: Tick) {
        let ahead = self.newest.map(|newest| seen.since(newest));
        if ahead.is_some_and(|ahead| ahead <= 0) {
            return;
        }
        self.ages.push(now.since(seen).max(0) as u32);
        if let Some(before) = self.newest {
            let fastest = self.ages.values().min().unwrap_or(0);
            let gap = now.since(before).max(0) as u32;
            self.needs.push(gap.saturating_sub(fastest.into()));
            self.need_ticks = self.needs.values().max().unwrap_or(0).into();
        }
        self.newest = Some(seen);
    }

    /// The earliest moment that the client can be drawing, given the newest snapshot that it has.
    pub(super) fn floor(&self, seen: Tick) -> Tick {
        let most_ticks = self.most_ticks.max(LEAST_TICKS);
        seen - (self.need_ticks + SLACK_TICKS).clamp(LEAST_TICKS, most_ticks)
    }
}

/// The last [`WINDOW`] values, a byte each: a thousand clients have two of these, and all of both is looked
/// at for every snapshot of each. What is larger than a byte counts as 255, far more than is ever granted.
#[derive(Clone, Debug)]
struct Recent {
    values: [u8; WINDOW],
    next: usize,
    length: usize,
}

impl Default for Recent {
    fn default() -> Self {
        Self { values: [0; WINDOW], next: 0, length: 0 }
    }
}

impl Recent {
    fn push(&mut self, value: u32) {
        self.values[self.next] = value.min(u8::MAX.into()) as u8;
        self.next = (self.next + 1) % WINDOW;
        self.length = (self.length + 1).min(WINDOW);
    }

    fn values(&self) -> impl Iterator<Item = u8> {
        self.values.iter().take(self.length).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Ticks behind a snapshot that are granted after acknowledgements of the given ages.
    fn granted(ages: impl Iterator<Item = u32>) -> u32 {
        let mut delay = ViewDelay::new(TickRate::new(60).unwrap());
        let start = Tick(u32::MAX - 20);
        for (number, age) in (0..).zip(ages) {
            delay.note(start + number * 2, start + number * 2 + age);
        }
        start.since(delay.floor(start)) as u32
    }

    #[test]
    fn a_steady_connection_is_granted_little_however_long_it_is() {
        assert_eq!(granted((0..300).map(|_| 1)), 4);
        assert_eq!(granted((0..300).map(|_| 30)), 4);
    }

    #[test]
    fn an_uneven_one_is_granted_what_it_needs_and_never_more_than_half_a_second() {
        assert_eq!(granted((0..300).map(|number| 10 + number % 5)), 4 + 2 + 2);
        assert_eq!(granted((0..300).map(|number| number % 2 * 600)), 30);
        // What was long ago is forgotten.
        assert_eq!(granted((0..600).map(|number| if number < 50 { number % 9 } else { 3 })), 4);
    }
}
