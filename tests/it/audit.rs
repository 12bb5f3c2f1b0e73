//! What a player could know is all that its client is told (invariant 5): every byte that the server
//! sends is decoded by somebody who loses nothing, and each row is held against rays in the true world.
//! And the other way round: nobody who is in sight is missing, not in the bytes and not on the screen.
//! Noises are held against what was fired and what exploded, within hearing and out of sight.

mod hearing;
mod truth;

use game_server::options::Options;
use game_sim::{
    Arena, Entity, Event, Pilot, PilotId, Rules, Scenery, Tumult, World, entity,
    replicate::{KIND_NOISE, KIND_OWN},
};
use glam::Vec2;
use hearing::{Hearing, Listener};
use netcode::{
    EntityId, Protocol, Snapshot, Tick, ViewTime,
    client::{Client, ClientEvent},
    server::Action,
    wire::message::{Hello, Wish},
};
use std::{
    collections::{BTreeMap, VecDeque},
    time::Duration,
};
use truth::Truth;
use tumult_tests::simulated::Simulation;

/// Less than a tick and more than three quarters: each run of it is one tick of the server.
const TICK_S: f64 = 0.0166;
/// Ticks that everybody is told ahead, and what the own lag may add to them.
const LEAD_TICKS: f32 = 4.0;
const CAP_TICKS: f32 = 12.0;
/// How fast a lag is forgotten when smaller ones follow, in ticks for each tick; and by how much the
/// server takes it for longer than it is: netcode grants every view four ticks behind the newest
/// snapshot that has come, and a steady one is drawn a tick ahead of it.
const LAG_DECAY: f32 = 1.0 / 60.0;
const LAG_SLACK_TICKS: f32 = 5.0;
/// For how long something hidden stays told.
const HOLD_TICKS: i32 = 15;
/// Until everybody is in and clocks have settled.
const SETTLED_TICKS: u32 = 240;
/// After somebody was put elsewhere, nobody could know in time.
const MOVED_TICKS: i32 = 45;
/// After so many leaks there is nothing more to learn, and each takes seconds to prove.
const MANY_LEAKS: usize = 3;
/// Past positions that are kept.
const HISTORY: usize = 240;

/// A match, and who watches it.
struct Audit {
    simulation: Simulation,
    truth: Truth,
    hearing: Hearing,
    rules: Rules,
    cell_m: f32,
    observers: Vec<Client<Tumult>>,
    /// How far each client's view truly lies behind its inputs, in ticks: what it may be told ahead.
    lag_ticks: Vec<f32>,
    /// Where everybody was, the newest last.
    history: VecDeque<(Tick, BTreeMap<PilotId, Vec2>)>,
    /// When each pilot was put where it could not walk to.
    moved: BTreeMap<PilotId, Tick>,
    /// What each client has of late, and when its player could last have known of it.
    told: BTreeMap<(usize, EntityId), Told>,
    /// For how many frames somebody in sight has been missing on a client's screen.
    missing: BTreeMap<(usize, PilotId), u32>,
    found: Findings,
}

/// A row that a client has.
#[derive(Debug, Default)]
struct Told {
    /// When its player could last have known of it, as far as was looked.
    allowed: Option<Tick>,
    /// From where to where it would have been seen in the last snapshots.
    lately: VecDeque<(Tick, Vec2, Goal)>,
}

/// What the audit found.
#[derive(Debug, Default)]
struct Findings {
    snapshots: u64,
    rows: u64,
    /// Rows of things that were not in sight at that moment.
    unseen_rows: u64,
    /// Rows of noises.
    noises: u64,
    /// Snapshots in which something waited for its turn.
    partial: u64,
    leaks: Vec<String>,
    absent: Vec<String>,
    /// Frames on a screen in which somebody who should have been there was not.
    late_frames: u64,
    seen_frames: u64,
    latest_ticks: u32,
    latest: String,
}

impl Audit {
    fn new(arena: &str, pilots: usize, link: &str, seed: u64) -> Self {
        let options = Options { arena: arena.to_owned(), seed, ..Options::default() };
        let rules = options.rules.clone();
        let conditions = link.parse().expect("a test's link can be read");
        let mut simulation = Simulation::with_options(pilots, conditions, options);
        simulation.sent = Some(Vec::new());
        let arena = Arena::builtin(arena).expect("every build has it").expect("it can be read");
        let hello = Hello {
            protocol: Tumult::hash(),
            version: String::new(),
            assets: 0,
            name: String::new(),
            wish: Wish::Play,
        };
        Self {
            simulation,
            cell_m: arena.nav.cell_m(),
            truth: Truth::new(arena, rules.radius_m),
            hearing: Hearing::default(),
            rules,
            observers: (0..pilots).map(|_| Client::new(hello.clone())).collect(),
            lag_ticks: vec![0.0; pilots],
            history: VecDeque::new(),
            moved: BTreeMap::new(),
            told: BTreeMap::new(),
            missing: BTreeMap::new(),
            found: Findings::default(),
        }
    }

    fn run(mut self, seconds: u32) -> Findings {
        for tick in 0..seconds * 60 {
            self.simulation.run(TICK_S);
            self.remember();
            self.measure_lags();
            self.hearing.listen(self.simulation.host.world());
            let told = self.observe(tick);
            for number in told {
                self.check_bytes(number, tick);
            }
            if self.found.leaks.len() >= MANY_LEAKS {
                break;
            }
            if tick > SETTLED_TICKS {
                (0..self.observers.len()).for_each(|number| self.check_screen(number));
            }
        }
        self.found
    }

    /// Where everybody is now.
    fn remember(&mut self) {
        let world = self.simulation.host.world();
        let places: BTreeMap<_, _> =
            world.pilots().map(|(id, pilot)| (id, pilot.own.body.position)).collect();
        let before = self.history.back().map(|(_, before)| before);
        for (id, place) in &places {
            let was = before.and_then(|before| before.get(id));
            if was.is_none_or(|was| was.distance(*place) > 1.0) {
                self.moved.insert(*id, world.tick);
            }
        }
        self.history.push_back((world.tick, places));
        if self.history.len() > HISTORY {
            self.history.pop_front();
        }
    }

    /// What the clients know of their own lag, which is no matter of what the server made of it.
    fn measure_lags(&mut self) {
        for (pilot, lag_ticks) in self.simulation.pilots.iter().zip(&mut self.lag_ticks) {
            let input = pilot.given.back().map(|(tick, _)| *tick);
            let Some((input, view)) = input.zip(pilot.seat.view_time()) else { continue };
            *lag_ticks = (view.ticks_before(input) as f32).max(*lag_ticks - LAG_DECAY);
        }
    }

    /// Decodes what was sent; returns who got a snapshot.
    fn observe(&mut self, tick: u32) -> Vec<usize> {
        let now = Duration::from_millis(u64::from(tick) * 17);
        let mut told = Vec::new();
        for (number, action) in
            self.simulation.sent.as_mut().map(std::mem::take).unwrap_or_default()
        {
            let observer = &mut self.observers[number];
            match action {
                Action::Datagram(bytes) => {
                    observer.handle_datagram(now, &bytes);
                    told.push(number);
                }
                Action::Stream(bytes) => observer.handle_stream(now, &bytes),
                Action::Close(reason) => panic!("client {number} was closed: {reason}"),
            }
            let me = self.simulation.pilots[number].seat.me();
            while let Some(event) = observer.poll_event() {
                if let ClientEvent::Welcomed(_) = event {
                    let arena = self.simulation.host.world().arena.clone();
                    observer.enter(Scenery { arena, rules: self.rules.clone() });
                    observer.handle_stream(now, &[]); // What came with the welcome.
                }
                // Of all events only this one has a place, which the map knows.
                if let ClientEvent::Event(Event::PickedUp { pilot, .. }) = event
                    && Some(pilot) != me
                {
                    self.found.leaks.push(format!("client {number} hears what {pilot:?} took"));
                }
            }
            assert_eq!(
                observer.stats().malformed,
                0,
                "the observer can't read client {number}'s bytes"
            );
        }
        told
    }

    /// Each row that a client has now, and everything that it should have.
    fn check_bytes(&mut self, number: usize, tick: u32) {
        let Some(me) = self.simulation.pilots[number].seat.me() else { return };
        let world = self.simulation.host.world();
        let Some(eye) = world.pilot(me).map(|pilot| pilot.own.body.position) else { return };
        let Some(snapshot) = self.observers[number].snapshots().and_then(|ring| ring.newest())
        else {
            return;
        };
        assert_eq!(snapshot.tick(), world.tick);
        self.found.snapshots += 1;
        // Whoever was put elsewhere may keep what it was told there for a moment.
        let settled = |id: &PilotId| {
            self.moved.get(id).is_none_or(|moved| world.tick.since(*moved) > MOVED_TICKS)
        };
        let place_at = |pilot: PilotId, at: Tick| {
            let places = self.history.iter().rev().find(|(tick, _)| *tick == at);
            places?.1.get(&pilot).copied()
        };
        let listener =
            Listener { me, place: &place_at, truth: &self.truth, hold_ticks: HOLD_TICKS };
        for row in snapshot.rows() {
            self.found.rows += 1;
            if row.kind == KIND_OWN && row.id != entity::own(me) {
                self.found.leaks.push(format!("client {number} has the own row {:?}", row.id));
            }
            if row.kind == KIND_NOISE {
                self.found.noises += 1;
                self.found.leaks.extend(self.hearing.fault(world, &row, &listener));
                continue;
            }
            let Some((place, reach_m)) = place(world, row.id, self.rules.dash_speed_m_s) else {
                continue;
            };
            if row.id == entity::pilot(me) {
                continue;
            }
            let told = self.told.entry((number, row.id)).or_default();
            told.lately.retain(|(then, ..)| world.tick.since(*then) <= HOLD_TICKS);
            told.lately.push_back((world.tick, eye, Goal { place, reach_m }));
            if !settled(&me) || self.found.leaks.len() >= MANY_LEAKS {
                continue;
            }
            if !self.truth.sees(eye, place) {
                self.found.unseen_rows += 1;
            }
            let lag_ticks = match tick {
                // Whose lag is not known yet gets the longest look-ahead.
                ..=SETTLED_TICKS => CAP_TICKS,
                _ => (self.lag_ticks[number] + LAG_SLACK_TICKS).min(CAP_TICKS),
            };
            let ahead_m = self.rules.dash_speed_m_s * (lag_ticks + LEAD_TICKS) / 60.0;
            let (truth, sight_m, cell_m) = (&self.truth, self.rules.sight_m, self.cell_m);
            if !told.is_justified(world.tick, |eye, goal, thorough| {
                could_know(truth, sight_m, cell_m, (eye, ahead_m), goal, thorough)
            }) {
                self.found.leaks.push(format!(
                    "client {number} at {eye} knows {:?} at {place}, tick {}",
                    entity::decode(row.id),
                    world.tick
                ));
            }
        }
        // What waits for its turn because not all fits is no matter of who may know what.
        if self.observers[number].stats().partial {
            self.found.partial += 1;
            return;
        }
        self.found.absent.extend(self.hearing.unheard(world, snapshot, &listener));
        self.found.absent.extend(absent(world, &self.truth, snapshot, me, eye));
    }

    /// Everybody who is in sight on a client's screen, from where its own pilot is drawn, must be there.
    fn check_screen(&mut self, number: usize) {
        let seat = &self.simulation.pilots[number].seat;
        let (Some(me), Some(own), Some(view)) = (seat.me(), seat.own(), seat.view_time()) else {
            return;
        };
        let now = self.simulation.host.world().tick;
        let quiet =
            |id: PilotId| self.moved.get(&id).is_none_or(|moved| now.since(*moved) > MOVED_TICKS);
        let Some(places) = places(&self.history, view) else { return };
        let eye = own.body.position;
        for (id, place) in places.into_iter().filter(|(id, _)| *id != me) {
            let in_sight = own.alive
                && quiet(me)
                && quiet(id)
                && eye.distance(place) <= self.rules.sight_m
                && self.truth.sees(eye, place);
            let is_there = seat.pilots().iter().any(|pilot| pilot.id == id);
            self.found.seen_frames += u64::from(in_sight);
            if !in_sight || is_there {
                self.missing.remove(&(number, id));
                continue;
            }
            let frames = self.missing.entry((number, id)).or_default();
            *frames += 1;
            self.found.late_frames += 1;
            if *frames > self.found.latest_ticks {
                self.found.latest_ticks = *frames;
                self.found.latest =
                    format!("client {number} at {eye} misses {id:?} at {place} at tick {now}");
            }
        }
    }
}

impl Told {
    /// Whether the player could know of it now, or could when it was last told, which is no longer ago
    /// than things stay told. A quick look at now mostly says yes; only when it does not, all the moments
    /// since then are looked at, and thoroughly.
    fn is_justified(&mut self, now: Tick, could: impl Fn(Vec2, Goal, bool) -> bool) -> bool {
        let is_recent = |then: Tick| now.since(then) <= HOLD_TICKS;
        if let Some((_, eye, goal)) = self.lately.back()
            && could(*eye, *goal, false)
        {
            self.allowed = Some(now);
        }
        if !self.allowed.is_some_and(is_recent) {
            let mut looks = [false, true].into_iter().flat_map(|thorough| {
                self.lately.iter().map(move |(then, eye, goal)| (*then, *eye, *goal, thorough))
            });
            let found = looks.find(|(_, eye, goal, thorough)| could(*eye, *goal, *thorough));
            self.allowed = found.map(|(then, ..)| then);
        }
        self.allowed.is_some()
    }
}

/// Where a thing is, and how far it may go until the next answer; nothing for what has no place.
fn place(world: &World, id: EntityId, dash_m_s: f32) -> Option<(Vec2, f32)> {
    let lead_s = LEAD_TICKS / 60.0;
    match entity::decode(id)? {
        Entity::Pilot(pilot) => Some((world.pilot(pilot)?.own.body.position, dash_m_s * lead_s)),
        Entity::Rocket(id) => {
            let rocket = world.rockets.iter().find(|rocket| rocket.id == id)?;
            // It is looked for ahead of itself, and there like a pilot.
            Some((rocket.position, (rocket.velocity.length() + dash_m_s) * lead_s))
        }
        Entity::Pickup(index) => Some((world.pickups.get(usize::from(index))?.position, 0.0)),
        _ => None,
    }
}

/// Something that a player may know.
#[derive(Clone, Copy, Debug)]
struct Goal {
    place: Vec2,
    reach_m: f32,
}

/// Whether a player could see something within the look-ahead, which the server rounds up to cells.
fn could_know(
    truth: &Truth,
    sight_m: f32,
    cell_m: f32,
    (eye, ahead_m): (Vec2, f32),
    Goal { place, reach_m }: Goal,
    thorough: bool,
) -> bool {
    let diagonal_m = cell_m * std::f32::consts::SQRT_2;
    let is_near = eye.distance(place) <= sight_m + ahead_m + 2.0;
    is_near
        && truth.could_see(
            (eye, ahead_m + 0.5 + 1.5 * diagonal_m),
            (place, reach_m + 2.0 * diagonal_m),
            thorough,
        )
}

/// Everything that a pilot sees at this tick and that the snapshot of the same tick lacks.
fn absent(
    world: &World,
    truth: &Truth,
    snapshot: &Snapshot,
    me: PilotId,
    eye: Vec2,
) -> Vec<String> {
    let pilots = world
        .pilots()
        .filter(|(id, _)| *id != me)
        .map(|(id, Pilot { own, .. })| (entity::pilot(id), own.body.position));
    let rockets = world.rockets.iter().map(|rocket| (entity::rocket(rocket.id), rocket.position));
    let pickups = world
        .pickups
        .iter()
        .zip(0..)
        .map(|(pickup, index)| (entity::pickup(index), pickup.position));
    pilots
        .chain(rockets)
        .chain(pickups)
        .filter(|(id, place)| {
            eye.distance(*place) <= world.rules.sight_m
                && truth.sees(eye, *place)
                && snapshot.find(*id).is_none()
        })
        .map(|(id, place)| {
            let (what, tick) = (entity::decode(id), world.tick);
            format!("{me:?} at {eye} is not told of {what:?} at {place}, tick {tick}")
        })
        .collect()
}

/// Where everybody was at a moment.
fn places(
    history: &VecDeque<(Tick, BTreeMap<PilotId, Vec2>)>,
    view: ViewTime,
) -> Option<BTreeMap<PilotId, Vec2>> {
    let at = |tick: Tick| history.iter().find(|(at, _)| *at == tick).map(|(_, places)| places);
    let (before, after) = (at(view.tick)?, at(view.tick.next())?);
    Some(
        before
            .iter()
            .filter_map(|(id, from)| Some((*id, from.lerp(*after.get(id)?, view.fraction))))
            .collect(),
    )
}

/// How many seconds each match is played: `AUDIT_SECONDS` for a long audit.
fn seconds() -> u32 {
    std::env::var("AUDIT_SECONDS").ok().and_then(|text| text.parse().ok()).unwrap_or(8)
}

#[expect(clippy::print_stdout, reason = "a long audit reports its figures")]
fn audit(arena: &str, pilots: usize, link: &str, seeds: std::ops::RangeInclusive<u64>) {
    for seed in seeds {
        let found = Audit::new(arena, pilots, link, seed).run(seconds());
        println!(
            "{arena}, {pilots} pilots, {link}, seed {seed}: {} snapshots, {} rows, {} not in sight, \
             {} noises, {} partial, {} leaks, {} absent; on screen {} in sight, {} missing, at most {} ticks late {}",
            found.snapshots,
            found.rows,
            found.unseen_rows,
            found.noises,
            found.partial,
            found.leaks.len(),
            found.absent.len(),
            found.seen_frames,
            found.late_frames,
            found.latest_ticks,
            found.latest
        );
        assert!(found.leaks.is_empty(), "{} leaks: {:?}", found.leaks.len(), &found.leaks[..1]);
        assert!(found.absent.is_empty(), "{} absent: {:?}", found.absent.len(), &found.absent[..1]);
        assert_eq!(found.late_frames, 0, "{}", found.latest);
        assert!(found.seen_frames > 300, "nobody sees anybody: {}", found.seen_frames);
        assert!(found.partial < found.snapshots / 10, "{} snapshots are partial", found.partial);
        assert!(found.noises > 50, "hardly anything is heard: {}", found.noises);
        assert!(found.unseen_rows > 100, "the look-ahead tells nothing, so this tests nothing");
    }
}

const LINK: &str = "delay=40ms,jitter=10ms,loss=5%";
/// Who is near is told less ahead.
const NEAR: &str = "delay=5ms,jitter=1ms";

#[test]
fn in_the_yard_nobody_is_told_what_it_could_not_know() {
    audit("yard", 12, LINK, 1..=1);
    audit("yard", 12, NEAR, 2..=2);
}

#[test]
fn in_the_expanse_nobody_is_told_what_it_could_not_know() {
    audit("expanse", 64, LINK, 1..=1);
}
