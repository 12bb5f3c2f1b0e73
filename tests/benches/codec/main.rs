//! What the codec costs, in bytes and in time, on matches recorded from bots.
//!
//! `cargo bench -p tumult-tests --bench codec` ends with one table; `-- --quick` gives it sooner and less exactly,
//! `-- --bytes` without any times, and `-- --cubes` the bytes of the cubes alone, to count instructions with. The
//! recordings are in tests/data, and how they are made is in game-sim's example `record`.

mod bytes;
mod pace;
mod play;
mod report;
mod solids;
mod stage;
mod subject;

use criterion::{BenchmarkGroup, Criterion, Throughput, measurement::WallTime};
use game_sim::Tumult;
use pace::{Showing, Tape, Timed, Watching};
use play::Play;
use report::{AGES, Line, Samples};
use solids::{Bodies, Cubes};
use std::time::Duration;
use subject::Subject;

/// Viewers that share what is encoded.
const VIEWERS: usize = 64;
/// The ages of baselines in the scenes of solids, in snapshots: 100 ms at 60 and at 30 Hz.
const CUBES_AGE: usize = 6;
const BODIES_AGE: usize = 3;

fn main() {
    if std::env::args().any(|argument| argument == "--list") {
        return; // A test runner asks: there are no tests here.
    }
    let plays = Play::<Tumult>::matches();
    let (cubes, bodies) = (Play::<Cubes>::cubes(), Play::<Bodies>::bodies());
    if std::env::args().any(|argument| argument == "--cubes") {
        return report::print_solids(&[unmeasured(&cubes, CUBES_AGE)]);
    }
    if std::env::args().any(|argument| argument == "--bytes") {
        report::print_bytes(&plays);
        report::print_solids(&[unmeasured(&cubes, CUBES_AGE)]);
        report::print_solids(&[unmeasured(&bodies, BODIES_AGE)]);
        return;
    }
    let mut criterion = Criterion::default()
        .sample_size(20)
        .warm_up_time(Duration::from_millis(300))
        .measurement_time(Duration::from_millis(1_500))
        .nresamples(2_000)
        .configure_from_args();
    let mut lines = Vec::new();
    for play in &plays {
        for age in AGES {
            lines.push(line(&mut criterion, play, age));
        }
    }
    let cubes = [timed(&mut criterion, &cubes, CUBES_AGE)];
    let bodies = [timed(&mut criterion, &bodies, BODIES_AGE)];
    criterion.final_summary();
    report::print(&lines);
    report::print_solids(&cubes);
    report::print_solids(&bodies);
}

/// The line of a scene of solids without any times.
fn unmeasured<P: Subject>(play: &Play<P>, age: usize) -> Line<'_, P> {
    let tape = Tape::record(play, age);
    let (bytes, alone, shared, decode) = Default::default();
    Line { play, age, bytes, tape, alone, shared, decode }
}

/// What a scene of solids costs one viewer.
fn timed<'a, P: Subject>(criterion: &mut Criterion, play: &'a Play<P>, age: usize) -> Line<'a, P> {
    let mut line = unmeasured(play, age);
    let mut group = criterion.benchmark_group(format!("{}/{:.0} ms", play.name, play.age_ms(age)));
    let rows = line.tape.rows as u64;
    line.alone = encode(&mut group, "encode", Showing::new(play, age, 1), rows);
    let mut watching = Watching::<P>::new(&line.tape);
    line.decode = bench(&mut group, "decode", rows, |count| watching.run(count));
    group.finish();
    line
}

/// Measures everything of one recording with baselines of one age.
fn line<'a, P: Subject>(criterion: &mut Criterion, play: &'a Play<P>, age: usize) -> Line<'a, P> {
    let bytes = bytes::measure(play, age);
    let tape = Tape::record(play, age);
    let mut group = criterion.benchmark_group(format!("{}/{:.0} ms", play.name, play.age_ms(age)));
    let rows = tape.rows as u64;
    let alone = encode(&mut group, "encode", Showing::new(play, age, 1), rows);
    let shared = Showing::new(play, age, VIEWERS);
    let shared = encode(&mut group, "encode64", shared, rows * VIEWERS as u64);
    let mut watching = Watching::<P>::new(&tape);
    let decode = bench(&mut group, "decode", rows, |count| watching.run(count));
    group.finish();
    Line { play, age, bytes, tape, alone, shared, decode }
}

fn encode<P: Subject>(
    group: &mut BenchmarkGroup<'_, WallTime>,
    name: &str,
    mut showing: Showing<'_, P>,
    pairs: u64,
) -> Samples {
    bench(group, name, pairs, |count| showing.run(count))
}

/// Lets criterion measure, and keeps what each of its samples came to.
fn bench(
    group: &mut BenchmarkGroup<'_, WallTime>,
    name: &str,
    pairs: u64,
    mut run: impl FnMut(u64) -> Timed,
) -> Samples {
    let mut samples = Samples::default();
    group.throughput(Throughput::Elements(pairs));
    group.bench_function(name, |bencher| {
        bencher.iter_custom(|count| {
            let timed = run(count);
            samples.note(timed);
            timed.spent
        });
    });
    samples
}
