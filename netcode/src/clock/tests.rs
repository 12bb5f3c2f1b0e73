//! The clock against a server and a network that are a few lines each; what it is told is what a server tells.

use super::*;
use crate::input::{InputBatch, Stamped, buffer::InputBuffer};

/// One second after the other: how long before they were needed inputs came, in ticks. Frames at
/// `fps`, a jitter of 0 to `jitter_ms`, a client whose clock is wrong by `off`.
struct Run {
    one_way_ms: f64,
    jitter_ms: f64,
    fps: f64,
    off: f64,
    /// From this second on the way takes so long.
    jump: Option<(f64, f64)>,
    start_ticks: f64,
    /// From this second on, somebody does nothing for so many seconds.
    pause: Option<(f64, f64, Who)>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Who {
    /// The server makes no ticks, and does not make up for them.
    Server,
    /// The client makes no frames, and its clock stands.
    Client,
}

impl Default for Run {
    fn default() -> Self {
        let (one_way_ms, jitter_ms, fps, off) = (40.0, 0.0, 240.0, 0.0);
        Self { one_way_ms, jitter_ms, fps, off, jump: None, start_ticks: 0.0, pause: None }
    }
}

impl Run {
    fn play(&self, seconds: u32) -> (Vec<Vec<f64>>, Clock) {
        let rate = TickRate::new(60).unwrap();
        let start = Tick(u32::MAX - 100);
        let mut clock = Clock::new(
            rate,
            start,
            Duration::from_secs_f64(self.one_way_ms / 500.0),
            Duration::ZERO,
        );
        clock.position += self.start_ticks;
        let mut state = 7_u32;
        let mut random = move || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            f64::from(state >> 8) / f64::from(1 << 24)
        };
        let delay = |at: f64| match self.jump {
            Some((from, ms)) if at >= from => ms / 1000.0,
            _ => self.one_way_ms / 1000.0,
        };
        // The welcome was under way when the client's time began.
        let pause = |who, at: f64| match self.pause {
            Some((from, seconds, whose)) if at >= from && who == whose => seconds,
            _ => 0.0,
        };
        let tick_time = |tick: Tick| {
            let time = f64::from(tick.since(start)) / 60.0 - delay(0.0);
            time + pause(Who::Server, time)
        };
        let mut seen: Vec<Vec<f64>> = vec![Vec::new(); seconds as usize + 1];
        let mut up: VecDeque<(f64, Tick)> = VecDeque::new();
        let mut down: VecDeque<(f64, Tick, Option<Option<f32>>)> = VecDeque::new();
        let (mut served, mut inputs) = (start, InputBuffer::new(start));
        let (mut last_up, mut last_down) = (0.0_f64, 0.0_f64);
        for frame in 0..(f64::from(seconds) * self.fps) as u32 {
            let at = f64::from(frame) / self.fps;
            let now = at + pause(Who::Client, at);
            let local = |now: f64| {
                let slept = pause(Who::Client, now);
                let awake = if slept > 0.0 { (now - slept).max(8.0) } else { now };
                Duration::from_secs_f64(awake * (1.0 + self.off))
            };
            while tick_time(served.next()) <= now {
                served = served.next();
                let due = tick_time(served);
                while let Some((at, tick)) = up.pop_front_if(|(at, _)| *at <= due) {
                    let margin = (tick_time(tick) - at) * 60.0;
                    if let Some(second) = seen.get_mut(at as usize) {
                        second.push(margin);
                    }
                    inputs.set_early(((due - at) * 60.0) as f32);
                    let stamped = vec![Stamped { input: (), glance: None }];
                    let batch = InputBatch { newest: tick.low_bits(), inputs: stamped };
                    inputs.insert(&batch, None);
                }
                inputs.take(served);
                let told = inputs.take_report().map(|report| report.margin_ticks());
                last_down = last_down.max(due + delay(due) + random() * self.jitter_ms / 1000.0);
                down.push_back((last_down, served, told));
            }
            while let Some((at, tick, told)) = down.pop_front_if(|(at, ..)| *at <= now) {
                match told {
                    Some(margin) => clock.handle_margin(tick, margin, 1, local(at)),
                    None => clock.handle_silence(tick, local(at)),
                }
            }
            for tick in clock.advance(local(now)) {
                last_up = last_up.max(now + delay(now) + random() * self.jitter_ms / 1000.0);
                up.push_back((last_up, tick));
            }
        }
        seen.truncate(seconds as usize);
        (seen, clock)
    }
}

fn range(margins: &[f64]) -> (f64, f64) {
    margins.iter().fold((f64::MAX, f64::MIN), |(low, high), m| (low.min(*m), high.max(*m)))
}

#[test]
fn the_lead_shrinks_to_what_jitter_and_frames_ask_for_and_nothing_is_late() {
    for (jitter_ms, start_ticks) in [(0.0, 0.0), (0.0, 9.0), (4.0, 0.0), (20.0, 0.0)] {
        let (seconds, _) = Run { jitter_ms, start_ticks, ..Run::default() }.play(20);
        for (second, margins) in seconds.iter().enumerate() {
            let (low, high) = range(margins);
            assert!(low >= 0.0, "late by {low} in second {second}");
            let most = jitter_ms * 0.06 + 0.25 + 0.3;
            assert!(second < 4 || high <= most, "{high} in second {second}");
        }
    }
}

#[test]
fn a_jump_of_the_delay_is_followed_within_two_seconds() {
    for (from, to) in [(20.0, 220.0), (220.0, 20.0)] {
        let run = Run { one_way_ms: from, jitter_ms: 2.0, jump: Some((8.0, to)), ..Run::default() };
        let (seconds, clock) = run.play(14);
        for margins in &seconds[10..] {
            let (low, high) = range(margins);
            assert!(low >= 0.0 && high <= 0.8, "{low} to {high} from {from} to {to} ms");
        }
        assert!(clock.jumps() <= 3, "{} jumps", clock.jumps());
    }
}

#[test]
fn whoever_stood_still_is_found_again_within_two_seconds() {
    for who in [Who::Server, Who::Client] {
        for length in [0.2, 0.5, 1.0, 1.5, 3.0, 9.0] {
            let pause = Some((8.0, length, who));
            let (seconds, clock) = Run { jitter_ms: 2.0, pause, ..Run::default() }.play(26);
            let (low, high) = range(&seconds[10 + length.ceil() as usize..24].concat());
            assert!(low >= 0.0 && high <= 1.0, "{who:?} for {length} s: {low} to {high}");
            assert!(clock.jumps() <= 4, "{who:?} for {length} s: {} jumps", clock.jumps());
        }
    }
}

#[test]
fn a_wrong_clock_is_followed_without_a_jump() {
    for off in [-0.01, -0.0002, 0.0002, 0.01] {
        let (seconds, clock) = Run { off, jitter_ms: 4.0, ..Run::default() }.play(40);
        let late =
            |seconds: &[Vec<f64>]| seconds.iter().flatten().filter(|margin| **margin < 0.0).count();
        // A part in a hundred has to be measured first.
        let (at_first, later) = (late(&seconds[..8]), late(&seconds[8..]));
        let (_, high) = range(&seconds[12..].concat());
        assert!(at_first <= 32 && later == 0, "{off}: {at_first} late, then {later}");
        assert!(high <= 1.25 && clock.jumps() <= 2, "{off}: {high} ticks early");
    }
}

#[test]
fn no_frame_rate_makes_inputs_late_or_shakes_the_clock() {
    for fps in [20.0, 30.0, 59.0, 60.0, 144.0] {
        let (seconds, clock) = Run { fps, jitter_ms: 2.0, ..Run::default() }.play(20);
        let (low, high) = range(&seconds[3..].concat());
        let most = 60.0 / fps + 60.0 / fps + 0.5;
        assert!(low >= 0.0 && high <= most, "{low} to {high} at {fps} frames a second");
        assert!(clock.jumps() <= 2);
    }
}

#[test]
fn time_runs_at_most_three_percent_fast() {
    let rate = TickRate::new(60).unwrap();
    let mut clock = Clock::new(rate, Tick(0), Duration::ZERO, Duration::ZERO);
    clock.goal = Some(Need { at: 0.0, ticks: 5.0 });
    let due =
        (1..=100).map(|f| clock.advance(Duration::from_millis(f * 10)).count()).sum::<usize>();
    assert!((61..=62).contains(&due), "{due} ticks in a second");
}

#[test]
fn jitter_of_a_path_is_no_drift_of_a_clock() {
    for seconds in 6..40 {
        let (_, clock) = Run { jitter_ms: 30.0, ..Run::default() }.play(seconds);
        assert_eq!(clock.drift.ticks_per_tick(), 0.0, "after {seconds} seconds");
    }
}

#[test]
fn a_server_that_falls_silent_about_inputs_fills_no_memory() {
    let (_, mut clock) = Run::default().play(20);
    let (mut tick, from) = (clock.tick(), clock.last_advance);
    for passed in 1..=36_000 {
        let now = from + TickRate::default().period() * passed;
        tick = tick.next();
        clock.advance(now).for_each(drop);
        clock.handle_silence(tick, now);
    }
    assert!(clock.needs.len() < 14 * 60, "{} needs are remembered", clock.needs.len());
}
