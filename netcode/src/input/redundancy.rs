//! How often each input is sent: as often as the loss on the way to the server asks for.
//!
//! The client counts the datagrams that it sends, the server says how many of them came in order
//! ([`crate::input::report`]). On a clean link nothing is repeated: a repeat comes a tick later, which
//! is too late for an input that was sent as late as it could be. The lead that lets repeats come in
//! time is the clock's affair: it sees their margins.

use super::report::{RECEIVED_BITS, growth};
use crate::limits;
use std::collections::VecDeque;

/// Copies while nothing is known of the link.
const AT_FIRST: usize = 3;
/// How likely it may be that all copies of an input are lost.
const ALL_LOST: f64 = 0.003;
/// Bursts of losses that are remembered, and for how many datagrams: half a minute at 60 a second.
const BURSTS: usize = 128;
const BURST_WINDOW: u32 = 1_800;
/// Datagrams that loss is measured over: eight seconds at 60 a second.
const WINDOW: u32 = 480;
/// Datagrams that it takes to believe a measurement.
const ENOUGH: u32 = 90;
/// Sent datagrams whose newest tick is remembered.
const REMEMBERED: usize = 256;
/// Reports that differ by more of these may have wrapped.
const PLAUSIBLE: u32 = 48;
/// When so many more came than were sent since, they had been held up, and came at once.
const HELD_UP: u32 = 8;

/// Measures the loss of one direction and says how many copies it takes.
#[derive(Clone, Debug, Default)]
pub struct Redundancy {
    /// The ticks of the newest inputs of the last datagrams, and the number of the last one.
    sent: VecDeque<crate::Tick>,
    sent_count: u32,
    /// Datagrams sent and received, as they stood at the reports of the window.
    points: VecDeque<(u32, u32)>,
    /// How many datagrams were lost in a row, and after how many that were sent.
    bursts: VecDeque<(u32, u32)>,
    /// How many have been lost so far. A report may know of fewer than were, never of more.
    lost: Option<u32>,
    received: Option<u8>,
    received_count: u32,
}

impl Redundancy {
    /// A datagram was sent whose newest input is for `newest`.
    pub fn note_sent(&mut self, newest: crate::Tick) {
        if self.sent.len() == REMEMBERED {
            self.sent.pop_front();
        }
        self.sent.push_back(newest);
        self.sent_count = self.sent_count.wrapping_add(1);
    }

    /// The server had the input of `heard` and had counted so many datagrams (the low bits of it).
    pub fn handle_report(&mut self, heard: crate::Tick, received: u8) {
        let Some(before) = self.received.replace(received) else { return };
        let grown = u32::from(growth(RECEIVED_BITS, received.into(), before.into()));
        let later = self.sent.iter().rev().take_while(|newest| newest.is_after(heard)).count();
        let sent = self.sent_count.wrapping_sub(later as u32);
        let passed = self.points.back().map_or(0, |(known, _)| sent.wrapping_sub(*known));
        self.received_count = self.received_count.wrapping_add(grown);
        // Reports were lost for so long that the counter may have wrapped; or `heard` is the first of many that were
        // held up, and the count is of all. Either way the next report says where they end.
        let is_long = passed > PLAUSIBLE;
        let is_held_up = !self.points.is_empty() && grown > passed.saturating_add(HELD_UP);
        if passed < u32::MAX / 2 && (is_long || is_held_up) {
            self.points.clear();
            self.lost = None;
            return;
        }
        self.note_lost(sent, sent.wrapping_sub(self.received_count));
        self.points.push_back((sent, self.received_count));
        while self.points.len() > 2
            && self.points.get(1).is_some_and(|(oldest, _)| sent.wrapping_sub(*oldest) > WINDOW)
        {
            self.points.pop_front();
        }
        if self.points.len() > WINDOW as usize {
            self.points.pop_front();
        }
    }

    /// Datagrams came of which it can't be said which ones they were: the next report is the first of a new count.
    pub(crate) fn lose_count(&mut self) {
        (self.received, self.lost) = (None, None);
        self.points.clear();
    }

    /// Of the datagrams up to the one that was sent as number `sent`, so many were lost.
    fn note_lost(&mut self, sent: u32, lost: u32) {
        let more = lost.wrapping_sub(*self.lost.get_or_insert(lost)) as i32;
        if more > 0 {
            self.lost = Some(lost);
            if self.bursts.len() == BURSTS {
                self.bursts.pop_front();
            }
            self.bursts.push_back((sent, more as u32));
        }
        while self.bursts.front().is_some_and(|(at, _)| sent.wrapping_sub(*at) > BURST_WINDOW) {
            self.bursts.pop_front();
        }
    }

    /// The part of the datagrams that do not come, or only after a later one, 0 to 1; `None` while too
    /// few were sent.
    #[must_use]
    pub fn loss(&self) -> Option<f64> {
        let (first, last) = (self.points.front()?, self.points.back()?);
        let sent = last.0.wrapping_sub(first.0);
        // One may be under way at either end, which is no loss.
        let lost = sent.saturating_sub(last.1.wrapping_sub(first.1)).saturating_sub(1);
        (ENOUGH..=2 * WINDOW).contains(&sent).then(|| f64::from(lost) / f64::from(sent))
    }

    /// In how many datagrams each input should be, at least in one.
    #[must_use]
    pub fn copies(&self) -> usize {
        let Some(loss) = self.loss() else { return AT_FIRST };
        let most = limits::INPUTS_PER_DATAGRAM / 2 + 1;
        let all_lost = |copies: usize| loss.powi(copies as i32).max(self.all_lost(copies));
        (1..most).find(|copies| all_lost(*copies) <= ALL_LOST).unwrap_or(most)
    }

    /// Which part of the inputs would have been lost, of late, if each had been sent so often. Where
    /// losses come in bursts that is more than chance alone would lose.
    fn all_lost(&self, copies: usize) -> f64 {
        let lost = self.bursts.iter().map(|(_, lost)| (lost + 1).saturating_sub(copies as u32));
        f64::from(lost.sum::<u32>()) / f64::from(self.sent_count.clamp(1, BURST_WINDOW))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Tick;

    /// Sends a minute of datagrams of which every `nth` is lost; of each so many ticks one is reported, and
    /// one in twenty reports is lost too.
    fn copies_when_every(nth: u32, report_ticks: u32) -> usize {
        let start = Tick(u32::MAX - 1_000);
        let mut redundancy = Redundancy::default();
        let mut received = 250_u8;
        for step in 0..3_600 {
            redundancy.note_sent(start + step);
            let delayed = step.saturating_sub(9);
            if step > 9 && !delayed.is_multiple_of(nth) {
                received = received.wrapping_add(1);
            }
            if step.is_multiple_of(report_ticks) && !step.is_multiple_of(20 * report_ticks) {
                redundancy.handle_report(start + delayed, received & 63);
            }
        }
        redundancy.copies()
    }

    #[test]
    fn a_clean_link_needs_one_copy_and_a_lossy_one_more() {
        assert_eq!(copies_when_every(u32::MAX, 2), 1);
        assert_eq!(copies_when_every(u32::MAX, 6), 1);
        assert_eq!(copies_when_every(u32::MAX, 20), 1, "where snapshots are seldom");
        assert_eq!(copies_when_every(100, 2), 2);
        assert_eq!(copies_when_every(20, 2), 2);
        assert_eq!(copies_when_every(10, 2), 3);
        assert!((4..=5).contains(&copies_when_every(3, 2)));
    }

    #[test]
    fn losses_in_bursts_need_more_copies_than_as_many_single_ones() {
        let start = Tick(u32::MAX - 1_000);
        let mut redundancy = Redundancy::default();
        let mut received = 0_u8;
        for step in 0..3_600 {
            redundancy.note_sent(start + step);
            // Three in a row, one in a hundred of all.
            if step % 300 >= 3 {
                received = received.wrapping_add(1);
                redundancy.handle_report(start + step, received & 63);
            }
        }
        assert!((3..=4).contains(&redundancy.copies()), "{}", redundancy.copies());
    }

    #[test]
    fn what_is_held_up_and_comes_at_once_is_not_lost() {
        for held in [10, 20, 40, 60] {
            let mut redundancy = Redundancy::default();
            for step in 0..2_000 {
                redundancy.note_sent(Tick(step));
                match step {
                    600.. if step < 600 + held => {}
                    // Of what came the report names the one that was in time least.
                    _ if step == 600 + held => redundancy.handle_report(Tick(600), step as u8 & 63),
                    _ => redundancy.handle_report(Tick(step), step as u8 & 63),
                }
                let all_came = redundancy.copies() == 1 || redundancy.loss().is_none();
                assert!(all_came, "held up {held}, step {step}: {:?}", redundancy.loss());
            }
            assert_eq!(redundancy.copies(), 1);
        }
    }

    #[test]
    fn nothing_is_known_at_first_and_after_a_long_silence() {
        let mut redundancy = Redundancy::default();
        assert_eq!(redundancy.copies(), AT_FIRST);
        for step in 0..400 {
            redundancy.note_sent(Tick(step));
            redundancy.handle_report(Tick(step), step as u8 & 63);
        }
        assert_eq!(redundancy.copies(), 1);
        for step in 400..450 {
            redundancy.note_sent(Tick(step));
        }
        redundancy.handle_report(Tick(449), 1);
        assert_eq!(redundancy.copies(), AT_FIRST);
    }
}
