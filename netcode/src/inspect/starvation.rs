//! Frames without anything to draw others towards: how often, for how long, and why.
//!
//! The whole view starves when the moment that is drawn lies past the newest snapshot. Why is known
//! when the next one comes: it was late, or one before it was lost (or never sent, as on a path that
//! carries too little). A single entity starves when the snapshots are there but its row had to wait in
//! them: the budget left it out.

use super::recent::Recent;
use std::time::Duration;

/// Spells that are kept one by one.
const KEPT: usize = 64;

/// Why the view had nothing newer.
///
/// ```
/// # mod walkers { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/walkers.rs")); }
/// # use walkers::*;
/// use netcode::inspect::starvation::Reason;
/// let (_, _, client, _) = played(120);
/// let spells = client.inspector().starvation().recent();
/// let lost = spells.iter().filter(|spell| spell.reason == Some(Reason::Lost)).count();
/// assert_eq!(lost, 0, "nothing is lost on this network");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// The next snapshot came after it was needed.
    Late,
    /// It did not come by the time that a later one did.
    Lost,
}

/// Starved frames one after the other.
///
/// ```
/// use netcode::inspect::starvation::{Reason, Spell};
/// use std::time::Duration;
/// let (at, lasted) = (Duration::from_secs(9), Duration::from_millis(50));
/// let spell = Spell { at, lasted, frames: 3, reason: Some(Reason::Late) };
/// assert_eq!((spell.at + spell.lasted).as_millis(), 9_050);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spell {
    /// When it began, on the client's clock.
    pub at: Duration,
    /// From the first frame that starved to the first that did not.
    pub lasted: Duration,
    /// Frames in it.
    pub frames: u32,
    /// Why it began, as the first newer snapshot showed.
    pub reason: Option<Reason>,
}

/// All starved frames of a session.
#[derive(Clone, Debug)]
pub struct Starvation {
    /// Frames that were drawn.
    pub frames: u64,
    /// Of these, those past the newest snapshot, because the next was late.
    pub late: u64,
    /// Those past the newest snapshot, because the next was lost.
    pub lost: u64,
    /// Those past the newest snapshot after which no newer one has come: the connection broke, or they
    /// are the latest frames.
    pub unknown: u64,
    /// Of the other frames, those in which the budget had left some entity out.
    pub left_out: u64,
    /// The same, counted for each entity.
    pub entities_left_out: u64,
    /// How long all spells were together.
    pub total: Duration,
    /// How long the longest was.
    pub longest: Duration,
    /// Frames since the newest snapshot came; a part of `unknown`.
    waiting: u64,
    current: Option<Spell>,
    recent: Recent<Spell>,
}

impl Default for Starvation {
    fn default() -> Self {
        Self {
            frames: 0,
            late: 0,
            lost: 0,
            unknown: 0,
            left_out: 0,
            entities_left_out: 0,
            total: Duration::ZERO,
            longest: Duration::ZERO,
            waiting: 0,
            current: None,
            recent: Recent::new(KEPT),
        }
    }
}

impl Starvation {
    /// Frames past the newest snapshot.
    #[must_use]
    pub fn starved(&self) -> u64 {
        self.late + self.lost + self.unknown
    }

    /// The last spells that are over.
    #[must_use]
    pub fn recent(&self) -> &Recent<Spell> {
        &self.recent
    }

    /// Adds the sums of another one.
    pub fn add(&mut self, other: &Self) {
        self.frames += other.frames;
        self.late += other.late;
        self.lost += other.lost;
        self.unknown += other.unknown;
        self.left_out += other.left_out;
        self.entities_left_out += other.entities_left_out;
        self.total += other.total;
        self.longest = self.longest.max(other.longest);
    }

    /// A frame was drawn: past the newest snapshot, or with so many entities left out.
    pub(crate) fn note_frame(&mut self, now: Duration, starved: bool, left_out: usize) {
        self.frames += 1;
        if !starved {
            self.finish(now);
            self.left_out += u64::from(left_out > 0);
            self.entities_left_out += left_out as u64;
            return;
        }
        self.unknown += 1;
        self.waiting += 1;
        let begun = Spell { at: now, lasted: Duration::ZERO, frames: 0, reason: None };
        self.current.get_or_insert(begun).frames += 1;
    }

    /// A newer snapshot came; between it and the one before it some were lost, or none.
    pub(crate) fn note_newer(&mut self, lost: bool) {
        let frames = std::mem::take(&mut self.waiting);
        self.unknown -= frames;
        *(if lost { &mut self.lost } else { &mut self.late }) += frames;
        if let Some(spell) = &mut self.current {
            spell.reason.get_or_insert(if lost { Reason::Lost } else { Reason::Late });
        }
    }

    /// The connection is another one: the time without is nobody's.
    pub(crate) fn pause(&mut self) {
        self.current = None;
        self.waiting = 0;
    }

    fn finish(&mut self, now: Duration) {
        let Some(spell) = self.current.take() else { return };
        let lasted = now.saturating_sub(spell.at);
        self.total += lasted;
        self.longest = self.longest.max(lasted);
        self.recent.push(Spell { lasted, ..spell });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(frame: u64) -> Duration {
        Duration::from_millis(frame * 10)
    }

    #[test]
    fn a_hunger_lasts_until_a_frame_is_fed_and_has_its_reason() {
        let mut starvation = Starvation::default();
        for (frame, starved) in [true, true, true, false, true, false, true].into_iter().enumerate()
        {
            match frame {
                3 => starvation.note_newer(false),
                5 => starvation.note_newer(true),
                _ => {}
            }
            starvation.note_frame(at(frame as u64), starved, 0);
        }
        assert_eq!((starvation.late, starvation.lost, starvation.unknown), (3, 1, 1));
        assert_eq!((starvation.frames, starvation.starved()), (7, 5));
        assert_eq!((starvation.total, starvation.longest), (at(4), at(3)));
        let reasons: Vec<_> = starvation.recent().iter().map(|spell| spell.reason).collect();
        assert_eq!(reasons, [Some(Reason::Late), Some(Reason::Lost)]);
    }

    #[test]
    fn the_time_without_a_connection_does_not_count() {
        let mut starvation = Starvation::default();
        starvation.note_frame(at(0), true, 0);
        starvation.pause();
        starvation.note_frame(at(3_000), false, 0);
        assert_eq!((starvation.total, starvation.starved()), (Duration::ZERO, 1));
    }

    #[test]
    fn who_is_left_out_counts_only_where_the_view_itself_is_fed() {
        let mut starvation = Starvation::default();
        starvation.note_frame(at(0), false, 3);
        starvation.note_frame(at(1), true, 3);
        starvation.note_frame(at(2), false, 0);
        assert_eq!((starvation.left_out, starvation.entities_left_out), (1, 3));
    }
}
