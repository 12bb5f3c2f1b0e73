//! Plays one cell with one seed and measures what the players felt.

use super::{Bar, Cell, Figures, Size, Way, What};
use crate::simulated::{Pilot, PilotClock, Simulation};
use game_server::options::{Bots, Options};
use game_sim::{Event, PilotId, entity};
use glam::Vec2;
use hdrhistogram::Histogram;
use netcode::{Tick, link::Conditions};

/// Seconds until clocks and delays have found their place; what is felt before is not counted.
const WARM_UP_S: f64 = 3.0;
/// Seconds after which all must agree once the network has healed, and in a crowd, where rows wait for their turn until
/// the server has learnt what the path carries now.
const HEALED_S: f64 = 2.0;
const HEALED_CROWD_S: f64 = 8.0;
/// How old a client's newest snapshot may be then.
const FRESH_TICKS: i32 = 30;
/// The first tick of every game is this near the wrap.
const NEAR_WRAP: u32 = u32::MAX - 1_001;
/// How much farther than the fastest a pilot may get in a tick, for rounding, in metres.
const MOVE_SLACK_M: f32 = 0.03;

/// What was counted at a moment.
struct Counts {
    starved: u64,
    frames: u64,
    missed: u64,
    ticks: u64,
    down_bytes: u64,
    up_bytes: u64,
    /// Rows that had to wait for a later snapshot.
    waiting: u64,
    corrections: Vec<Histogram<u64>>,
    /// Snapshots that each client got.
    snapshots: Vec<u64>,
}

/// Plays a game in a cell.
///
/// # Panics
/// When a cell's link can't be read: it is a constant.
#[must_use]
pub fn play(cell: &Cell, size: Size, seed: u64) -> Figures {
    let (clients, seconds) = cell.size.unwrap_or((size.clients, size.seconds));
    let max_players = clients as u16 + cell.stand_ins;
    let bots = Bots::fill(cell.stand_ins);
    let mut options = Options { seed, max_players, bots, ..Options::default() };
    if cell.stand_ins > 0 {
        // A crowd that fights pushes its neighbours all the time, and no client can foresee what others'
        // rockets do to it: that would hide what the network does.
        options.rules.knock_back_m_s = 0.0;
    }
    let mut game = Game {
        simulation: Simulation::with_options(clients, Conditions::default(), options),
        directions: [Conditions::default(); 2],
        positions: Vec::new(),
        faults: 0,
    };
    let first = game.tick_number();
    let mut changes = cell.changes.iter().peekable();
    let mut before = None;
    while game.seconds() < seconds {
        while let Some(change) = changes.next_if(|change| change.at_s <= game.seconds()) {
            game.change(&change.what);
        }
        if before.is_none() && game.seconds() >= WARM_UP_S {
            before = Some(game.counts());
        }
        game.tick();
    }
    let before = before.unwrap_or_else(|| game.counts());
    let after = game.counts();
    let counted_s = seconds - WARM_UP_S;
    let queue_ms = game.simulation.delays().quantile_ms(0.99);
    game.heal(if cell.stand_ins > 0 { HEALED_CROWD_S } else { HEALED_S });
    game.faults += u32::from(first.0 < NEAR_WRAP);
    // A link that is not too narrow for its crowd proves nothing of what a narrow one does.
    let is_narrow = matches!(cell.bar, Bar::Narrow | Bar::Follows);
    let has_room = after.waiting == before.waiting;
    game.faults += u32::from(is_narrow && cell.stand_ins > 0 && has_room);
    game.faults += u32::from(seconds > 18.0 && game.tick_number().0 > NEAR_WRAP);
    let alive = game.simulation.pilots.iter().filter(|pilot| pilot.closed.is_none()).count();
    let percent = |part: u64, of: u64| 100.0 * part as f64 / of.max(1) as f64;
    let each_s = clients as f64 * counted_s.max(1.0);
    Figures {
        starved_percent: percent(after.starved - before.starved, after.frames - before.frames),
        late_percent: percent(after.missed - before.missed, after.ticks - before.ticks),
        correction_cm: correction_cm(&before, &after),
        alive_percent: percent(alive as u64, clients as u64),
        fair_percent: fair_percent(&before, &after),
        down_bytes_s: (after.down_bytes - before.down_bytes) as f64 / each_s,
        up_bytes_s: (after.up_bytes - before.up_bytes) as f64 / each_s,
        queue_ms,
        faults: game.faults,
    }
}

struct Game {
    simulation: Simulation,
    /// From the clients, and to them.
    directions: [Conditions; 2],
    /// Where each pilot was a tick ago, if it lived.
    positions: Vec<(PilotId, Option<Vec2>)>,
    faults: u32,
}

impl Game {
    fn seconds(&self) -> f64 {
        self.simulation.now().as_secs_f64()
    }

    fn tick_number(&self) -> Tick {
        self.simulation.host.world().tick
    }

    fn change(&mut self, what: &What) {
        match what {
            What::Link(way, text) => {
                let conditions: Conditions = text.parse().expect("a cell's link can be read");
                let [up, down] = &mut self.directions;
                if *way != Way::Down {
                    *up = conditions;
                }
                if *way != Way::Up {
                    *down = conditions;
                }
                self.simulation.set_directions(*up, *down);
            }
            What::Clock(clock) => {
                for (number, pilot) in self.simulation.pilots.iter_mut().enumerate() {
                    // Half of them run slow; who is set is set the same way.
                    let off = if number % 2 == 0 { clock.rate - 1.0 } else { 1.0 - clock.rate };
                    pilot.clock = PilotClock { rate: 1.0 + off, ..*clock };
                }
            }
        }
    }

    /// A tick, after which nobody may be farther from where it was than it can have run.
    fn tick(&mut self) {
        self.simulation.tick();
        let world = self.simulation.host.world();
        let most_m =
            world.rules.dash_speed_m_s / f32::from(game_sim::TICK_RATE as u16) + MOVE_SLACK_M;
        let now: Vec<(PilotId, Option<Vec2>)> = world
            .pilots()
            .map(|(id, pilot)| (id, Some(&pilot.own).filter(|own| own.alive)))
            .map(|(id, own)| (id, own.map(|own| own.body.position)))
            .collect();
        let far = now.iter().zip(&self.positions).filter(|pair| match pair {
            ((id, Some(now)), (same, Some(before))) => id == same && now.distance(*before) > most_m,
            _ => false,
        });
        // A round begins with everybody somewhere else.
        let starts = world.events.iter().any(|event| matches!(event, Event::RoundStarted { .. }));
        self.faults += if starts { 0 } else { far.count() as u32 };
        self.positions = now;
    }

    /// The network heals, everybody stands still, and soon all agree.
    fn heal(&mut self, healed_s: f64) {
        let too_long: u64 =
            self.simulation.pilots.iter().flat_map(Pilot::links).map(|link| link.too_long()).sum();
        self.faults += too_long as u32;
        self.simulation.set_conditions(Conditions::default());
        self.simulation.pilots.iter_mut().for_each(|pilot| pilot.plays = false);
        self.simulation.run(healed_s);
        let disagree =
            self.simulation.pilots.iter().filter(|pilot| {
                pilot.closed.is_none() && !agrees(&self.simulation, pilot, healed_s)
            });
        self.faults += disagree.count() as u32;
    }

    fn counts(&self) -> Counts {
        let mut counts = Counts {
            starved: 0,
            frames: 0,
            missed: 0,
            ticks: 0,
            down_bytes: 0,
            up_bytes: 0,
            waiting: 0,
            corrections: Vec::new(),
            snapshots: Vec::new(),
        };
        for pilot in &self.simulation.pilots {
            let (stats, path) = (pilot.seat.stats(), pilot.path());
            counts.starved += stats.starved_frames;
            counts.frames += stats.frames;
            counts.missed += stats.inputs_missed;
            counts.ticks += stats.server_ticks;
            counts.down_bytes += path.wire_bytes_received();
            counts.up_bytes += path.wire_bytes_sent();
            let kinds = pilot.seat.inspector().bits().kinds();
            counts.waiting += kinds.iter().map(|kind| kind.rows.waiting).sum::<u64>();
            counts.snapshots.push(stats.snapshots);
            counts.corrections.push(pilot.seat.metrics().correction());
        }
        counts
    }
}

/// Whether a client has its own row, and each row that it has is the server's of a tick since the network healed.
fn agrees(simulation: &Simulation, pilot: &Pilot, healed_s: f64) -> bool {
    let newest = pilot.seat.snapshots().and_then(|ring| ring.newest());
    let (Some(newest), Some(me)) = (newest, pilot.seat.me()) else { return false };
    let now = simulation.host.world().tick;
    let healed_ticks = (healed_s * f64::from(game_sim::TICK_RATE)) as i32;
    now.since(newest.tick()) < FRESH_TICKS
        && newest.find(entity::own(me)).is_some()
        && newest.rows().all(|row| {
            let truth = simulation.truth(row.as_of).and_then(|truth| truth.find(row.id));
            now.since(row.as_of) <= healed_ticks
                && truth.is_some_and(|truth| (truth.kind, truth.columns) == (row.kind, row.columns))
        })
}

/// The fewest snapshots that a client got between two counts, of what half of them got at least.
fn fair_percent(before: &Counts, after: &Counts) -> f64 {
    let pairs = after.snapshots.iter().zip(&before.snapshots);
    let mut got: Vec<u64> = pairs.map(|(after, before)| after.saturating_sub(*before)).collect();
    got.sort_unstable();
    let median = got.get(got.len() / 2).copied().unwrap_or(0).max(1);
    100.0 * got.first().copied().unwrap_or(0) as f64 / median as f64
}

/// The p99 of all clients' corrections between two counts, in centimetres.
fn correction_cm(before: &Counts, after: &Counts) -> f64 {
    let Some(mut sum) = after.corrections.first().map(Histogram::new_from) else { return 0.0 };
    for (after, before) in after.corrections.iter().zip(&before.corrections) {
        let mut during = after.clone();
        let _ = during.subtract(before);
        let _ = sum.add(&during);
    }
    if sum.is_empty() {
        return 0.0;
    }
    game_bots::metrics::Metrics::correction_cm(sum.value_at_quantile(0.99))
}
