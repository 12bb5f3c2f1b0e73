//! The view as a property: minutes of snapshots over networks of any kind, at any frame rate.

use super::*;
use std::collections::VecDeque;

/// What was seen in a minute.
#[derive(Debug, Default)]
struct Seen {
    /// The part of the frames of the second half that starved.
    starved: f64,
    /// The greatest difference of the view's speed from that of the game, and the greatest change
    /// of it in a second, while the view did not stand.
    off_speed: f64,
    acceleration: f64,
    delay_ticks: f64,
    /// For each second, how far behind the server's time the view was at its end, in ticks.
    lags: Vec<f64>,
}

/// Plays a minute of snapshots `interval` ticks apart that come with the given delays (`None` is
/// lost), at `fps` frames a second that begin at `phase` of a frame.
fn play(interval: u32, fps: f64, phase: f64, delay_ms: impl FnMut(f64) -> Option<f64>) -> Seen {
    play_ahead(0.0, interval, fps, phase, delay_ms)
}

/// The same for a view that may run so many ticks ahead.
fn play_ahead(
    ahead: f64,
    interval: u32,
    fps: f64,
    phase: f64,
    mut delay_ms: impl FnMut(f64) -> Option<f64>,
) -> Seen {
    let rate = TickRate::new(60).unwrap();
    let epoch = Tick(u32::MAX - 500);
    let mut playout = Playout::new(rate, epoch);
    playout.set_ahead(ahead);
    let mut last_ms = 0.0_f64;
    let mut arrivals: VecDeque<(f64, u32)> = (0..3600 / interval)
        .filter_map(|n| {
            let made = f64::from(n * interval) * 1000.0 / 60.0;
            delay_ms(made / 1000.0).map(|delay| (made + delay, n * interval))
        })
        .map(|(at, tick)| {
            last_ms = last_ms.max(at);
            (last_ms, tick)
        })
        .collect();
    let mut seen = Seen::default();
    let (mut frames, mut starved) = (0, 0);
    let mut last: Option<(f64, f64)> = None;
    for frame in 0..(60.0 * fps) as u32 {
        let seconds = (f64::from(frame) + phase) / fps;
        while let Some((at, tick)) = arrivals.pop_front_if(|(at, _)| *at <= seconds * 1000.0) {
            playout.handle_snapshot(epoch + tick, interval, Duration::from_secs_f64(at / 1000.0));
        }
        let Some(view) = playout.advance(Duration::from_secs_f64(seconds)) else { continue };
        let position = playout.position.unwrap();
        let mut speed = 1.0;
        if let Some((before, speed_before)) = last {
            assert!(position >= before, "the view ran backwards");
            speed = (position - before) * fps / 60.0;
            if playout.standing > 0.0 {
                speed = 0.0;
            } else if speed_before > 0.0 {
                seen.off_speed = seen.off_speed.max((speed - 1.0).abs());
                seen.acceleration = seen.acceleration.max((speed - speed_before).abs() * fps);
            }
        }
        last = Some((position, speed));
        if seconds > 30.0 {
            frames += 1;
            starved += u32::from(view.starved);
        }
        if frame % fps as u32 == 0 {
            seen.lags.push(seconds * 60.0 - position);
        }
    }
    seen.starved = f64::from(starved) / f64::from(frames);
    seen.delay_ticks = playout.delay_ticks();
    seen
}

fn random(seed: u64) -> impl FnMut() -> f64 {
    let mut state = seed;
    move || {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as f64 / f64::from(1_u32 << 31)
    }
}

fn assert_gentle(seen: &Seen) {
    assert!(seen.off_speed <= ADAPT + 1e-6, "off by {}", seen.off_speed);
    assert!(seen.acceleration <= ACCELERATION + 1e-3, "{} a second", seen.acceleration);
}

#[test]
fn a_screen_in_step_with_the_server_waits_for_its_frame_only_and_never_starves() {
    for tenth in 0..10 {
        let phase = f64::from(tenth) / 11.5 + 0.12;
        let seen = play(1, 60.0, phase, |_| Some(50.0));
        assert_eq!(seen.starved, 0.0);
        assert!(seen.delay_ticks <= phase + 0.06, "{} at {phase}", seen.delay_ticks);
    }
}

#[test]
fn on_a_clean_link_the_view_lags_one_interval_and_never_starves() {
    for (seed, fps) in [(1, 60.0), (2, 59.9), (3, 61.0), (4, 144.0), (5, 240.0)] {
        for interval in [1, 2] {
            let mut random = random(seed);
            let seen = play(interval, fps, 0.3, |_| Some(38.0 + 4.0 * random()));
            assert_eq!(seen.starved, 0.0, "at {fps} frames a second, interval {interval}");
            assert!(seen.delay_ticks <= f64::from(interval) + 0.4, "{}", seen.delay_ticks);
            assert_gentle(&seen);
        }
    }
}

#[test]
fn a_fast_screen_runs_ahead_and_one_in_step_does_not() {
    for fps in [100.0, 144.0, 240.0] {
        let lag = |ahead| {
            let mut random = random(4);
            play_ahead(ahead, 1, fps, 0.3, |_| Some(38.0 + 4.0 * random()))
        };
        let (behind, ahead) = (lag(0.0), lag(1.0));
        let sooner = behind.delay_ticks - ahead.delay_ticks;
        assert!((0.98..=1.02).contains(&sooner), "{sooner} ticks at {fps} frames a second");
        assert_eq!(ahead.starved, 0.0, "what it does on purpose is no lack");
        assert_gentle(&ahead);
    }
    let in_step = |ahead| play_ahead(ahead, 1, 60.0, 0.4, |_| Some(50.0)).delay_ticks;
    assert!((in_step(0.0) - in_step(1.0)).abs() < 0.01, "each frame has its own snapshot");
}

#[test]
fn with_loss_and_jitter_the_view_rarely_starves() {
    let mut starved = 0.0;
    for seed in 1..=8 {
        let mut random = random(seed);
        let seen = play(2, 60.0, 0.5, |_| {
            let jitter = random() * 20.0;
            (random() > 0.05).then_some(65.0 + jitter)
        });
        starved += seen.starved / 8.0;
        assert!((3.0..=7.5).contains(&seen.delay_ticks), "{} ticks", seen.delay_ticks);
        assert_gentle(&seen);
    }
    assert!(starved <= 0.005, "{starved}");
}

#[test]
fn with_losses_in_bursts_the_view_rarely_starves() {
    let mut starved = 0.0;
    for seed in 1..=16 {
        let mut random = random(seed);
        let mut inside = false;
        // Of 1,000 snapshots 3.4 begin a burst, of three on average.
        starved += play(2, 60.0, 0.5, |_| {
            inside = random() < if inside { 2.0 / 3.0 } else { 0.0034 };
            (!inside).then_some(20.0)
        })
        .starved
            / 16.0;
    }
    assert!(starved <= 0.005, "{starved}");
}

#[test]
fn the_view_follows_jitter_and_delay_both_ways_without_a_step() {
    let mut random = random(3);
    // Ten seconds each: clean, jitter, clean, 200 ms more, clean.
    let seen = play(2, 60.0, 0.5, |second| {
        let jitter = random() * 40.0;
        Some(match second as u32 / 10 {
            1 => 40.0 + jitter,
            3 => 240.0,
            _ => 40.0,
        })
    });
    assert_gentle(&seen);
    let lag = |second: usize| seen.lags[second];
    assert!(lag(18) > lag(9) + 1.5, "jitter is followed up: {:?}", seen.lags);
    assert!(lag(38) > lag(29) + 9.0, "delay is followed up: {:?}", seen.lags);
    assert!(lag(57) < lag(38) - 11.0, "and down: {:?}", seen.lags);
}

#[test]
fn a_view_that_runs_dry_stands_fades_and_comes_back() {
    let rate = TickRate::new(60).unwrap();
    let mut playout = Playout::new(rate, Tick(9));
    let at = |tick: u32| rate.period() * tick + Duration::from_millis(1);
    let mut view = None;
    for tick in 0..60 {
        playout.handle_snapshot(Tick(9) + tick, 1, at(tick));
        view = playout.advance(at(tick));
    }
    assert_eq!(view.unwrap().opacity(59.0), 1.0);
    for tick in 60..90 {
        view = playout.advance(at(tick));
    }
    let dry = view.unwrap();
    assert!(dry.starved && dry.opacity(59.0) < 0.5);
    assert!((dry.time().ticks_before(Tick(9) + 59) + EXTRAPOLATE_TICKS).abs() < 0.1);
    let mut last = dry.opacity(59.0);
    for tick in 90..120 {
        playout.handle_snapshot(Tick(9) + tick, 1, at(tick));
        let opacity = playout.advance(at(tick)).unwrap().opacity(f64::from(tick));
        assert!(opacity >= last && opacity - last < 0.3, "{last} to {opacity}");
        last = opacity;
    }
    assert_eq!(last, 1.0);
}
