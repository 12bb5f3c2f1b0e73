//! The last minute of a session, second by second, for graphs and traces. The seconds add up to the
//! session's counters.

use super::recent::Recent;
use crate::tick::{Tick, TickRate};
use std::time::Duration;

/// Seconds that are kept.
pub const KEPT: usize = 64;

/// What happened in one second of the client's clock.
///
/// ```
/// # mod walkers { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/walkers.rs")); }
/// # use walkers::*;
/// let (_, _, client, _) = played(150);
/// let second = client.inspector().timeline().seconds().newest().expect("one is over");
/// assert_eq!((second.number, second.lost), (1, 0));
/// assert!(second.snapshots >= 29 && second.bytes_down > 0);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Second {
    /// Which one, counted from the welcome.
    pub number: u32,
    /// Snapshots that came and could be read.
    pub snapshots: u32,
    /// Snapshots that had not come by the time that a later one did.
    pub lost: u32,
    /// Bytes of the snapshots' datagrams, without QUIC and below.
    pub bytes_down: u32,
    /// Bytes of the input datagrams, likewise.
    pub bytes_up: u32,
    /// Wrong predictions of the own state, in any field.
    pub corrections: u32,
    /// The farthest that one of them moved the own entity, in the game's unit.
    pub farthest_correction: f32,
    /// Frames.
    pub frames: u32,
    /// Of these, those past the newest snapshot.
    pub starved_frames: u32,
    /// Of the others, those in which the budget had left some entity out.
    pub left_out_frames: u32,
    /// The least margin of inputs that was told, in ticks; none when none was.
    pub margin_ticks: Option<f32>,
    /// Ticks that the server had to play without this client's input.
    pub inputs_missed: u32,
    /// The transport's newest measurement.
    pub round_trip: Duration,
    /// How far in the past others were drawn last, in ticks.
    pub delay_ticks: f32,
    /// By how much the client's clock ran faster than time, in percent; a jump shows as much.
    pub clock_percent: f32,
}

/// The seconds, and the one that is under way.
#[derive(Clone, Debug)]
pub struct Timeline {
    began: Option<Duration>,
    current: Second,
    seconds: Recent<Second>,
    /// The clock when the second began, and in the newest frame.
    clock: Option<[Reading; 2]>,
}

#[derive(Clone, Copy, Debug)]
struct Reading {
    at: Duration,
    tick: Tick,
    fraction: f32,
}

impl Default for Timeline {
    fn default() -> Self {
        let seconds = Recent::new(KEPT);
        Self { began: None, current: Second::default(), seconds, clock: None }
    }
}

impl Timeline {
    /// The seconds that are over.
    #[must_use]
    pub fn seconds(&self) -> &Recent<Second> {
        &self.seconds
    }

    /// The second that is under way.
    #[must_use]
    pub fn current(&self) -> &Second {
        &self.current
    }

    /// The second of a time, to be filled. Time begins with the first call.
    pub(crate) fn at(&mut self, now: Duration) -> &mut Second {
        let began = *self.began.get_or_insert(now);
        let number = now.saturating_sub(began).as_secs() as u32;
        if number > self.current.number {
            let Second { number: ended, round_trip, delay_ticks, .. } = self.current;
            self.seconds.push(self.current);
            // Nobody looked for a while: that is worth seeing too.
            let unseen = (number - ended - 1).min(KEPT as u32);
            for number in number - unseen..number {
                self.seconds.push(Second { number, round_trip, delay_ticks, ..Second::default() });
            }
            self.current = Second { number, round_trip, delay_ticks, ..Second::default() };
            self.clock = self.clock.map(|[_, newest]| [newest; 2]);
        }
        &mut self.current
    }

    /// A datagram left in the second under way.
    pub(crate) fn note_sent(&mut self, bytes: usize) {
        self.current.bytes_up += bytes as u32;
    }

    /// The clock in a frame.
    pub(crate) fn note_clock(&mut self, now: Duration, tick: Tick, fraction: f32, rate: TickRate) {
        self.at(now);
        let newest = Reading { at: now, tick, fraction };
        let [first, _] = self.clock.unwrap_or([newest; 2]);
        self.clock = Some([first, newest]);
        let passed = rate.ticks(now.saturating_sub(first.at));
        if passed > 0.0 {
            let went =
                f64::from(tick.since(first.tick)) + f64::from(fraction) - f64::from(first.fraction);
            self.current.clock_percent = ((went / passed - 1.0) * 100.0) as f32;
        }
    }

    /// The connection is another one, with a clock of its own.
    pub(crate) fn pause(&mut self) {
        self.clock = None;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ms(ms: u64) -> Duration {
        Duration::from_millis(ms)
    }

    #[test]
    fn seconds_add_up_and_those_that_nobody_saw_are_there() {
        let mut timeline = Timeline::default();
        for (now, bytes) in [(5_300, 10), (6_200, 20), (6_400, 40), (9_350, 80)] {
            timeline.at(ms(now)).bytes_down += bytes;
        }
        let seconds: Vec<_> =
            timeline.seconds().iter().map(|second| (second.number, second.bytes_down)).collect();
        assert_eq!(seconds, [(0, 30), (1, 40), (2, 0), (3, 0)]);
        assert_eq!((timeline.current().number, timeline.current().bytes_down), (4, 80));
        timeline.at(ms(5_300 + 1_000_000_000));
        assert_eq!(timeline.seconds().iter().len(), KEPT);
    }

    #[test]
    fn a_clock_that_runs_faster_says_by_how_much() {
        let rate = TickRate::new(100).unwrap();
        let mut timeline = Timeline::default();
        for frame in 0..=400_u64 {
            let ticks = frame as f64 * if frame < 200 { 1.0 } else { 1.03 };
            let tick = Tick(u32::MAX - 50) + ticks as u32;
            timeline.note_clock(ms(frame * 10), tick, ticks.fract() as f32, rate);
        }
        let percent: Vec<f32> =
            timeline.seconds().iter().map(|second| second.clock_percent).collect();
        assert!(percent[0].abs() < 0.01 && (percent[3] - 3.0).abs() < 0.01, "{percent:?}");
    }
}
