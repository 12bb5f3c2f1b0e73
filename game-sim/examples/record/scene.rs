//! A scene: a match of bots through the real step, seen by one player, as a recording.

use game_sim::replicate::{
    Entity, KIND_NOISE, KIND_OWN, KIND_PICKUP, KIND_PILOT, KIND_ROCKET, entity,
};
use game_sim::sight::View;
use game_sim::{
    Arena, Command, Inputs, Join, Mind, PickupRow, PilotId, PilotRow, RocketRow, Rules, TICK_RATE,
    Tumult, World, collide, noise, snapshot, step, think,
};
use glam::Vec2;
use netcode::recording::RecordingWriter;
use netcode::snapshot::Row;
use netcode::{Protocol, Snapshot, Tick, TickRate};

/// Ticks from one snapshot to the next: 30 snapshots a second.
pub(crate) const SNAPSHOT_INTERVAL: u16 = 2;

/// For how long a server goes on to tell a noise, in ticks.
const HOLD_TICKS: i32 = 15;

/// Whose eyes the recording is seen with.
const VIEWER: PilotId = PilotId(0);

/// What is recorded.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Scene {
    /// The file's name, without its ending.
    pub(crate) name: &'static str,
    /// One of the arenas of the build.
    pub(crate) arena: &'static str,
    /// How many bots fight in it.
    pub(crate) bots: u16,
    /// How far the viewer sees, in metres.
    pub(crate) sight_m: f32,
    /// Seconds before the first snapshot, so that the bots have left their spawns.
    pub(crate) skipped_s: u32,
    /// Seconds that are recorded.
    pub(crate) seconds: u32,
    /// Of the world and, changed, of each mind.
    pub(crate) seed: u64,
}

impl Scene {
    /// Plays the match; gives each snapshot, cut down to what the viewer gets from a server.
    pub(crate) fn play(&self, mut each: impl FnMut(&Snapshot)) {
        let arena = Arena::builtin(self.arena).expect("every build has it").expect("it is tested");
        let places = usize::from(self.bots);
        let mut world = World::new(arena, Rules::default(), self.seed, places, Tick(0));
        let mind = |slot: u16| Mind::new(self.seed ^ u64::from(slot) << 32);
        let mut minds: Vec<Mind> = (0..self.bots).map(mind).collect();
        let join = |slot| Join { pilot: PilotId(slot), name: format!("bot {slot}"), bot: true };
        let mut inputs = Inputs { joins: (0..self.bots).map(join).collect(), ..Inputs::default() };
        for tick in 1..=(self.skipped_s + self.seconds) * TICK_RATE {
            step(&mut world, &inputs);
            if tick > self.skipped_s * TICK_RATE && tick.is_multiple_of(SNAPSHOT_INTERVAL.into()) {
                each(&self.seen(&world, &snapshot(&world)));
            }
            inputs = Inputs { commands: commands(&world, &mut minds), ..Inputs::default() };
        }
    }

    /// The match as a file.
    pub(crate) fn record(&self) -> Vec<u8> {
        let rate = TickRate::new(TICK_RATE as u16).expect("the rate is not zero");
        let mut writer = RecordingWriter::new(rate, SNAPSHOT_INTERVAL, Tumult::KINDS);
        self.play(|snapshot| writer.push(snapshot));
        writer.finish()
    }

    /// The rows that a server sends to the viewer: what is near, the round, its own row, and the noises
    /// that it hears of those behind walls.
    fn seen(&self, world: &World, all: &Snapshot) -> Snapshot {
        let mut seen = Snapshot::new(all.tick());
        let Some(viewer) = all.find(entity::pilot(VIEWER)) else { return seen };
        let eye = viewer.restore::<PilotRow>().position();
        let is_seen = |row: &Row<'_>| {
            let place = match row.kind {
                KIND_PILOT => row.restore::<PilotRow>().position(),
                KIND_ROCKET => row.restore::<RocketRow>().position(),
                KIND_PICKUP => row.restore::<PickupRow>().position(),
                KIND_OWN => return row.id == entity::own(VIEWER),
                KIND_NOISE => return is_heard(world, row, eye),
                _ => return true,
            };
            place.distance_squared(eye) <= self.sight_m * self.sight_m
        };
        for row in all.rows().filter(is_seen) {
            seen.push_columns(row.id, row.kind, row.as_of, row.columns);
        }
        seen
    }
}

/// Whether something made a noise of late in a square within hearing, behind a wall.
fn is_heard(world: &World, row: &Row<'_>, ear: Vec2) -> bool {
    let Some(Entity::Noise(cell)) = entity::decode(row.id) else { return false };
    let mut made = world.noises.iter().filter(|noise| noise.cell() == cell);
    noise::centre(cell).distance(ear) <= world.rules.hearing_m
        && made.any(|noise| {
            world.tick.since(noise.tick) <= HOLD_TICKS
                && !collide::is_open(&world.arena, ear, noise.place)
        })
}

fn commands(world: &World, minds: &mut [Mind]) -> Vec<(PilotId, Command)> {
    let decide = |(mind, slot): (&mut Mind, u16)| {
        let pilot = PilotId(slot);
        let view = View::of(world, pilot)?;
        let (input, next) = think(&view.sight(world), mind.clone());
        *mind = next;
        Some((pilot, Command { input, view: None }))
    };
    minds.iter_mut().zip(0..).filter_map(decide).collect()
}
