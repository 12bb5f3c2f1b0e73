//! What a tick costs without a network, and how that grows: the simulation's step, the snapshot, and who
//! may know what. `cargo bench -p tumult-tests --bench world`

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use game_server::{interest::Interest, options::Options};
use game_sim::{
    Arena, Command, Inputs, Join, Mind, PilotId, World, replicate, sight::View, step, think,
};
use netcode::{Moment, Snapshot, Tick, ViewTime, server::ClientId};

/// Pilots: the bar, twice that, and as many as an arena may have.
const PILOTS: [u16; 3] = [1_200, 2_400, 4_096];
/// Ticks until they have spread and fight.
const WARM_TICKS: u32 = 120;
/// From one thought of a pilot to the next, in ticks.
const THINK_EVERY: u32 = 6;

/// A fight that has begun, and what everybody does in it.
fn fight(pilots: u16, options: &Options) -> (World, Inputs) {
    let arena = Arena::builtin(&options.arena).expect("it is known").expect("it can be read");
    let mut world = World::new(arena, options.rules.clone(), 1, usize::from(pilots), Tick(0));
    let join = |slot| Join { pilot: PilotId(slot), name: format!("bot {slot}"), bot: true };
    let mut inputs = Inputs { joins: (0..pilots).map(join).collect(), ..Inputs::default() };
    let mut minds: Vec<Option<Mind>> =
        (0..pilots).map(|slot| Some(Mind::new(u64::from(slot)))).collect();
    for tick in 0..WARM_TICKS {
        step(&mut world, &inputs);
        inputs.joins.clear();
        inputs.commands.resize(usize::from(pilots), (PilotId(0), Command::default()));
        // Everybody was seen 100 ms ago, as on a real network, so that rewinding is in it too.
        let seen = ViewTime { tick: world.tick - 5, fraction: 0.5 };
        for slot in (0..pilots).filter(|slot| (u32::from(*slot) + tick).is_multiple_of(THINK_EVERY))
        {
            let place = usize::from(slot);
            let Some((view, mind)) = View::of(&world, PilotId(slot)).zip(minds[place].take())
            else {
                continue;
            };
            let (input, mind) = think(&view.sight(&world), mind);
            minds[place] = Some(mind);
            let view = Some(Moment::at(seen, seen));
            inputs.commands[place] = (PilotId(slot), Command { input, view });
        }
    }
    (world, inputs)
}

fn world(criterion: &mut Criterion) {
    let options = Options { arena: "expanse".to_owned(), ..Options::default() };
    let mut group = criterion.benchmark_group("world");
    group.sample_size(20);
    for pilots in PILOTS {
        let (mut world, inputs) = fight(pilots, &options);
        group.throughput(Throughput::Elements(pilots.into()));
        group.bench_function(BenchmarkId::new("step", pilots), |bencher| {
            bencher.iter(|| step(&mut world, &inputs));
        });
        let mut snapshot = Snapshot::default();
        group.bench_function(BenchmarkId::new("snapshot", pilots), |bencher| {
            bencher.iter(|| replicate::write_snapshot(&world, &mut snapshot));
        });
        let interval = options.snapshot_interval();
        let lines = Interest::sightlines_of(&world.arena, &options.rules, interval);
        let mut interest = Interest::new(&world.arena, &options.rules, interval, lines);
        group.bench_function(BenchmarkId::new("interest", pilots), |bencher| {
            bencher.iter(|| {
                // Everybody has moved on, as from one snapshot to the next.
                step(&mut world, &inputs);
                replicate::write_snapshot(&world, &mut snapshot);
                interest.update(&snapshot, &world.noises);
                let all = world.pilots().map(|(id, pilot)| {
                    let client = ClientId(id.0.into());
                    let eye = pilot.own.body.position;
                    interest.visible(&snapshot, client, Some(id), eye).len()
                });
                all.sum::<usize>()
            });
        });
    }
    group.finish();
}

criterion_group!(benches, world);
criterion_main!(benches);
