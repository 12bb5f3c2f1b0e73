//! A shot hits what was under the shooter's cross-hair: at every frame rate, on every link.

use game_bots::hand::Hold;
use game_server::shot_audit::Record;
use game_sim::{Rules, angle};
use glam::Vec2;
use netcode::{Moment, Tick, ViewTime, link::Conditions};
use std::{cell::Cell, time::Duration};
use tumult_tests::range::Range;

/// When the shooting begins: all clocks and delays have settled.
const WARM_UP: Duration = Duration::from_secs(6);
/// From one pull of the trigger to the next: no multiple of anything else, so that the moments sweep
/// over all phases of ticks, snapshots and the target's way.
const EVERY: Duration = Duration::from_millis(417);
/// Nearer than this to the rim nobody can say whether it was a hit.
const GRAIN_M: f32 = 0.01;

/// Rules in which a target stands many hits, and shots are judged far enough back for every link here.
fn rules() -> Rules {
    Rules {
        rifle_damage: 1,
        protection_ticks: 0,
        rifle_magazine: 250,
        rewind_cap_ticks: 30,
        sight_m: 100.0,
        ..Rules::default()
    }
}

fn link(round_trip_ms: u64, jitter_ms: u64, loss: f64) -> Conditions {
    Conditions {
        delay: Duration::from_micros(round_trip_ms * 500),
        jitter: Duration::from_millis(jitter_ms),
        loss,
        ..Conditions::default()
    }
}

/// One pull of the trigger.
#[derive(Clone, Copy, Debug)]
struct Shot {
    at: Duration,
    aim: u16,
    /// What the shooter saw, when there is a picture of that very moment.
    picture: Option<Picture>,
}

/// A frame of the shooter's.
#[derive(Clone, Copy, Debug)]
struct Picture {
    at: Duration,
    from: Vec2,
    target: Vec2,
    /// Whether it had to guess where the target is, since nothing newer had come.
    starved: bool,
}

impl Shot {
    /// How deep inside of the target the shot passed, as the shooter saw it: negative for a miss.
    /// `None` where nobody can say.
    fn depth_m(&self) -> Option<f32> {
        let picture = self.picture.filter(|picture| !picture.starved)?;
        let aside = (picture.target - picture.from).perp_dot(angle::direction(self.aim)).abs();
        Some(rules().radius_m - aside).filter(|depth_m| depth_m.abs() > GRAIN_M)
    }
}

/// How the shooter's devices are read.
#[derive(Clone, Copy, PartialEq)]
enum Devices {
    /// With the time of each event, wherever between two frames.
    Timed,
    /// Once a frame, by who looks at the picture of the frame before.
    Framed,
}

/// Where the shooter aims.
#[derive(Clone, Copy, PartialEq)]
enum Aim {
    /// Always the same way, across the middle of the target's way.
    Still,
    /// At the rim of the target, once inside and once outside, while the shooter runs, too.
    Rim,
}

/// Shoots so many times over a link and says what hit.
fn shoot(
    rate: u32,
    conditions: Conditions,
    count: u32,
    devices: Devices,
    aim: Aim,
) -> Vec<(Shot, bool)> {
    let mut range = Range::new(rate, conditions, rules(), 5);
    let last = Cell::new(None);
    let take = |range: &Range, starved_before: u64| {
        let (from, target) = range.picture()?;
        let starved = range.shooter.seat.stats().starved_frames != starved_before;
        Some(Picture { at: range.now(), from, target, starved })
    };
    let lane = Cell::new((f32::INFINITY, f32::NEG_INFINITY));
    range.run(
        WARM_UP,
        |_| Vec::new(),
        |range| {
            last.set(take(range, u64::MAX));
            if let Some(picture) = last.get().filter(|picture| picture.at > WARM_UP / 2) {
                let (least, most) = lane.get();
                lane.set((least.min(picture.target.y), most.max(picture.target.y)));
            }
        },
    );
    let middle_y = (lane.get().0 + lane.get().1) / 2.0;
    let (me, _) = range.pilots().expect("both are in");
    let count_of = |range: &Range| {
        range.host.world().pilot(me).map_or((0, 0), |pilot| (pilot.own.shots, pilot.own.hits))
    };
    let mut judged = Vec::new();
    for number in 0..count {
        let start = WARM_UP + EVERY * number;
        // A whole millisecond, at which a thousand frames a second have one.
        let due = start + Duration::from_millis(20 + u64::from(number % 40));
        let (shots_before, hits_before) = count_of(&range);
        let shot: Cell<Option<Shot>> = Cell::new(None);
        let starved_frames = Cell::new(range.shooter.seat.stats().starved_frames);
        range.run(
            start + EVERY,
            |range| {
                let seen: Picture = last.get().expect("the target is in sight");
                let hold = hold(number, aim, &seen, middle_y);
                if shot.get().is_some() || range.now() < due {
                    return vec![(seen.at, hold)];
                }
                let (at, picture) = match devices {
                    Devices::Timed => (due, None),
                    Devices::Framed => (seen.at, Some(seen)),
                };
                shot.set(Some(Shot { at, aim: hold.aim.unwrap_or(0), picture }));
                let released = at + Duration::from_micros(100);
                vec![(at, Hold { fire: true, ..hold }), (released, hold)]
            },
            |range| {
                let picture = take(range, starved_frames.get());
                starved_frames.set(range.shooter.seat.stats().starved_frames);
                last.set(picture);
                if let Some(pulled) = shot.get()
                    && devices == Devices::Timed
                    && pulled.picture.is_none()
                {
                    // Between the frame before and this one.
                    let seen = range.picture_at(pulled.at);
                    let seen = seen.zip(picture).map(|((from, target), frame)| Picture {
                        from,
                        target,
                        ..frame
                    });
                    shot.set(Some(Shot { picture: seen, ..pulled }));
                }
            },
        );
        let (shots, hits) = count_of(&range);
        let mut shot = shot.get().expect("the trigger was pulled");
        if shots == shots_before {
            // The network ate the input: nothing was judged.
            shot.picture = None;
        }
        judged.push((shot, hits != hits_before));
    }
    judged
}

fn hold(number: u32, aim: Aim, seen: &Picture, middle_y: f32) -> Hold {
    let sign = if number.is_multiple_of(2) { 1.0 } else { -1.0 };
    let (movement, point) = match aim {
        Aim::Still => (Vec2::ZERO, Vec2::new(seen.target.x, middle_y)),
        Aim::Rim => {
            let aside = [0.42, 0.58, 0.47, 0.53, 0.3, 0.7][number as usize % 6] * sign;
            (Vec2::Y * sign, seen.target + Vec2::Y * aside)
        }
    };
    Hold { movement, aim: Some(angle::toward(point - seen.from)), ..Hold::default() }
}

/// Checks that each shot was judged as the shooter saw it, and that there were enough of either sort.
fn check(what: &str, judged: &[(Shot, bool)]) {
    let seen = || judged.iter().filter_map(|(shot, hit)| Some((shot.depth_m()?, shot, *hit)));
    let wrong: Vec<_> = seen().filter(|(depth_m, _, hit)| *hit != (*depth_m > 0.0)).collect();
    assert!(wrong.is_empty(), "{what}: {} of {}: {wrong:#?}", wrong.len(), seen().count());
    let (hits, all) = (seen().filter(|(.., hit)| *hit).count(), seen().count());
    // Some pass so near the rim that nobody can say, and some are of inputs that were lost.
    assert!(all > judged.len() * 17 / 20, "{what}: only {all} shots are known");
    assert!(hits > 12 && all - hits > 12, "{what}: {hits} hits of {all}");
}

#[test]
fn what_is_under_the_cross_hair_is_hit_on_every_link() {
    let links = [
        link(0, 0, 0.0),
        link(50, 0, 0.0),
        link(100, 0, 0.0),
        link(150, 0, 0.0),
        link(50, 5, 0.01),
        link(100, 10, 0.02),
        link(150, 10, 0.05),
    ];
    for conditions in links {
        let judged = shoot(1000, conditions, 80, Devices::Timed, Aim::Rim);
        check(&format!("{conditions:?}"), &judged);
    }
}

/// A client hides a burst of losses for as long as it remembers it, and says how far back it draws. The
/// server once forgot sooner, and judged honest shots by a picture that nobody had seen.
#[test]
fn what_is_under_the_cross_hair_is_hit_long_after_a_burst_of_losses() {
    let conditions = Conditions { burst: 0.002, burst_length: 6.0, ..link(50, 0, 0.0) };
    let judged = shoot(1000, conditions, 120, Devices::Timed, Aim::Rim);
    check("after bursts", &judged);
}

#[test]
fn who_draws_few_frames_hits_what_its_last_picture_showed() {
    for rate in [20, 30, 60, 144] {
        let judged = shoot(rate, link(100, 5, 0.01), 80, Devices::Framed, Aim::Rim);
        check(&format!("{rate} frames a second"), &judged);
    }
}

/// How far the view lags is the client's to choose, and a slow one needs more; what is judged is always
/// what it would have shown at the moment of the trigger.
#[test]
fn a_trigger_between_two_frames_has_a_moment_of_its_own() {
    for conditions in [link(50, 0, 0.0), link(100, 8, 0.02)] {
        for rate in [30, 60, 144, 240, 1000] {
            let judged = shoot(rate, conditions, 100, Devices::Timed, Aim::Still);
            check(&format!("{rate} frames a second, {conditions:?}"), &judged);
        }
    }
}

/// Shoots rockets past the target and follows them on the shooter's screen. Returns how long after the
/// trigger each was first there, the greatest step from where it should have been after the frame
/// before, and how far the last picture of it was from the end of its way.
fn rockets(rate: u32, conditions: Conditions, rules: Rules) -> Vec<(Duration, f32, f32)> {
    let rules = Rules { rocket_start: 6, rocket_life_ticks: 90, ..rules };
    let speed_m_s = rules.rocket_speed_m_s;
    let mut range = Range::new(rate, conditions, rules, 11);
    range.run(WARM_UP, |_| Vec::new(), |_| {});
    let east = range.picture().expect("both are in").0.x < 0.0;
    // Not at the target, but past it.
    let aim = if east { 400 } else { angle::TURN / 2 - 400 };
    let mut flights = Vec::new();
    for number in 0..6 {
        let start = WARM_UP + Duration::from_millis(1900) * number;
        let due = start + Duration::from_millis(20 + u64::from(number) * 7);
        let (pulled, done) = (Cell::new(false), Cell::new(None));
        let last: Cell<Option<(Duration, Vec2)>> = Cell::new(None);
        let step_m = Cell::new(0.0_f32);
        range.run(
            start + Duration::from_millis(1900),
            |range| {
                let hold = Hold { aim: Some(aim), ..Hold::default() };
                if pulled.get() || range.now() < due {
                    return vec![(range.now(), hold)];
                }
                pulled.set(true);
                let released = due + Duration::from_micros(100);
                vec![(due, Hold { rocket: true, ..hold }), (released, hold)]
            },
            |range| {
                let rockets = range.shooter.seat.rockets();
                assert!(rockets.len() <= 1, "the own one and the server's: {rockets:?}");
                let Some(rocket) = rockets.first() else { return };
                if done.get().is_none() {
                    done.set(Some(range.now() - due));
                }
                if let Some((at, position)) = last.get() {
                    let way_m = speed_m_s * (range.now() - at).as_secs_f32();
                    let expected = position + angle::direction(aim) * way_m;
                    step_m.set(step_m.get().max(expected.distance(rocket.position)));
                }
                last.set(Some((range.now(), rocket.position)));
            },
        );
        let first = done.get().expect("a rocket was seen");
        let flown_m = last.get().map_or(0.0, |(_, position)| position.length());
        flights.push((first, step_m.get(), flown_m));
    }
    flights
}

#[test]
fn a_rocket_leaves_in_the_frame_of_its_tick_and_never_jumps() {
    for conditions in [link(0, 0, 0.0), link(50, 0, 0.0), link(100, 0, 0.0), link(150, 5, 0.02)] {
        for rate in [60, 144, 1000] {
            let what = format!("{rate} frames a second, {conditions:?}");
            let seen = rockets(rate, conditions, rules());
            let frame = Duration::from_secs(1) / rate + Duration::from_millis(1);
            let tick = Duration::from_secs(1) / game_sim::TICK_RATE;
            for (first, step_m, flown_m) in &seen {
                assert!(*first <= frame + tick, "{what}: {seen:?}");
                assert!(*step_m < 0.12, "{what}: {seen:?}");
                assert!(*flown_m > 25.0, "{what}: {seen:?}");
            }
        }
    }
}

/// One hit after another at the middle of the target; each time a hit was judged, `judge` gets the
/// record and what the shooter saw when it pulled the trigger.
fn hits(lie: u16, rules: Rules, mut judge: impl FnMut(&Range, &Record, (Vec2, Vec2))) {
    let mut range = Range::new(1000, link(100, 5, 0.0), rules, 3);
    // Longer than the server remembers how unevenly the start went.
    let start_at = WARM_UP * 8;
    range.run(start_at, |_| Vec::new(), |_| {});
    range.shooter.lie = lie;
    for number in 0..30 {
        let start = start_at + EVERY * number;
        let due = start + Duration::from_millis(20 + u64::from(number));
        let (pulled, seen) = (Cell::new(false), Cell::new(None));
        let before = range.host.audit.records().count();
        range.run(
            start + EVERY,
            |range| {
                let (from, target) = range.picture().expect("the target is in sight");
                let hold = Hold { aim: Some(angle::toward(target - from)), ..Hold::default() };
                if pulled.get() || range.now() < due {
                    return vec![(range.now(), hold)];
                }
                pulled.set(true);
                let released = due + Duration::from_micros(100);
                vec![(due, Hold { fire: true, ..hold }), (released, hold)]
            },
            |range| {
                if pulled.get() && seen.get().is_none() {
                    seen.set(range.picture_at(due));
                }
                let records = range.host.audit.records();
                if records.count() > before
                    && let Some(seen) = seen.replace(Some((Vec2::NAN, Vec2::NAN)))
                    && !seen.0.is_nan()
                {
                    let record = range.host.audit.records().next_back();
                    judge(range, record.expect("it was counted"), seen);
                }
            },
        );
    }
}

#[test]
fn each_hit_leaves_a_record_of_what_both_saw() {
    let mut judged = 0;
    hits(0, rules(), |range, record, (from, target)| {
        judged += 1;
        assert!(Vec2::from(record.from).distance(from) < GRAIN_M, "{record:?} {from}");
        assert!(Vec2::from(record.seen).distance(target) < GRAIN_M, "{record:?} {target}");
        assert_eq!(record.seen_ago_ms, record.claimed_ago_ms);
        // The target's own client says the same of its own screen.
        let ahead_ticks = (record.ahead_ms * 0.06).round() as u32;
        let then = ViewTime { tick: Tick(record.tick) + ahead_ticks, fraction: 0.0 };
        let own = range.target.seat.position_at(&Moment::at(then, then));
        let own = own.expect("it is remembered");
        assert!(Vec2::from(record.own_screen).distance(own) < 0.001, "{record:?} {own}");
    });
    assert!(judged > 20, "{judged}");
}

#[test]
fn a_claimed_latency_gains_little_and_never_passes_the_cap() {
    let mut honest_ms = 0.0_f64;
    hits(0, rules(), |_, record, _| honest_ms = honest_ms.max(record.seen_ago_ms));
    let mut lied = 0;
    // Four seconds, as much as can be said: with a cap of half a second what the server measured bounds
    // it (and grants what an uneven path may need), with the usual one the cap.
    for (cap_ticks, most_ms) in [(30, honest_ms + 100.0), (12, 200.0)] {
        let rules = Rules { rewind_cap_ticks: cap_ticks, radius_m: 0.75, ..rules() };
        hits(15_000, rules, |_, record, _| {
            lied += 1;
            assert!(record.claimed_ago_ms > 3_000.0, "{record:?}");
            assert!(record.seen_ago_ms <= most_ms, "honest {honest_ms} ms: {record:?}");
        });
    }
    assert!(lied > 5, "{lied}");
}
