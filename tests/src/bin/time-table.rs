//! Prints the table of what players feel of time, and writes it to docs/time-table.md: five seeds in
//! virtual time, the median of each figure, and a short run of the real programs for what virtual time
//! can't tell. Build those first: `cargo build --bins -p game-server -p game-bots`.

use game_bots::seat::VIEW_AHEAD_TICKS;
use std::{fmt::Write as _, io::Write as _, time::Instant};
use tumult_tests::{
    processes::{self, ServerProcess},
    timed::{Felt, Setup, play},
};

/// The networks: their name and their conditions in each direction.
const LINKS: [(&str, &str); 2] =
    [("clean", "delay=25ms,jitter=2ms"), ("bad", "delay=75ms,jitter=10ms,loss=5%")];
/// Seeds of each figure.
const SEEDS: u64 = 5;
/// Bots of the short real run.
const BOTS: u32 = 16;
/// Its length.
const SECONDS: f64 = 60.0;

/// Frames and snapshots a second, and how far past the newest snapshot is drawn on purpose.
const VARIANTS: [(f64, u16, f64); 9] = [
    (60.0, 60, VIEW_AHEAD_TICKS),
    (144.0, 60, VIEW_AHEAD_TICKS),
    (240.0, 60, VIEW_AHEAD_TICKS),
    (60.0, 30, VIEW_AHEAD_TICKS),
    (144.0, 30, VIEW_AHEAD_TICKS),
    (60.0, 60, 0.0),
    (144.0, 60, 0.0),
    (240.0, 60, 0.0),
    (144.0, 30, 0.0),
];

fn main() {
    let mut text = String::from(HEAD);
    for (name, conditions) in LINKS {
        for (frame_rate, snapshot_rate, view_ahead) in VARIANTS {
            let felt: Vec<Felt> = (1..=SEEDS)
                .map(|seed| {
                    let conditions = conditions.parse().expect("the link can be read");
                    let setup = Setup::new(conditions, seed);
                    play(&Setup { frame_rate, snapshot_rate, view_ahead, ..setup })
                })
                .collect();
            let row = row(&felt);
            let _ =
                writeln!(text, "| {name} | {frame_rate} | {snapshot_rate} | {view_ahead} | {row}");
        }
    }
    text.push_str(&real());
    let _ = std::io::stdout().write_all(text.as_bytes());
    let path = processes::workspace().join("docs/time-table.md");
    std::fs::write(path, text).expect("docs can be written");
}

const HEAD: &str = "# What players feel of time

Made by `cargo run -p tumult-tests --bin time-table`: eight bots in the yard for a minute of virtual time from
the first packet on, 60 ticks a second, the median of five seeds. *clean* is 25 ms each way with 2 ms of jitter, *bad*
is 75 ms each way with 10 ms of jitter and 5 % loss.

- *added*: from the frame in which one player gives an input to the frame in which another one's screen shows the state
  after it, once that has come (a guess of it does not count), less both one-way delays and half a frame of the other's screen. p50 and p99 over ticks and pairs.
- *ahead*: by how many ticks others may be drawn past the newest snapshot on purpose (`--view-ahead`); a screen in step with
  the snapshots does not.
- *late*: ticks simulated without the player's input, the first second included.
- *nothing to draw*: frames that ran past what there was to interpolate towards (and past *ahead*).
- *drawn off*: of a hundred times that another player was drawn, 99 were at most so far from the truth of that moment.
- *correction*: of a hundred snapshots, 99 moved the own predicted position by at most so much.
- *join*: from hello to the first view, the slowest of the eight; one round trip of QUIC's handshake comes on top.

| link | frames/s | snapshots/s | ahead | added p50 | p99 | late | nothing to draw | drawn off | correction | join | copies |
|---|---|---|---|---|---|---|---|---|---|---|---|
";

fn row(felt: &[Felt]) -> String {
    let of = |value: fn(&Felt) -> f64| {
        let mut values: Vec<f64> = felt.iter().map(value).collect();
        values.sort_unstable_by(f64::total_cmp);
        values[values.len() / 2]
    };
    format!(
        "{:.1} ms | {:.1} ms | {:.3} % | {:.3} % | {:.1} cm | {:.2} cm | {:.0} ms | {:.1} |",
        of(|f| f.added(0.5)),
        of(|f| f.added(0.99)),
        of(|f| f.late * 100.0),
        of(|f| f.starved * 100.0),
        of(|f| f.drawn_off_cm_p99),
        of(|f| f.correction_cm_p99),
        of(|f| f.join_ms),
        of(|f| f.copies),
    )
}

/// What only the real programs can tell.
fn real() -> String {
    let started = Instant::now();
    let server = ServerProcess::start(&[]);
    let start_ms = started.elapsed().as_secs_f64() * 1000.0;
    let (outcome, bots) = processes::bots(server.address, BOTS, SECONDS, &[]);
    assert!(outcome.status.success(), "the bots failed: {}", outcome.stderr);
    let (_, server) = server.finish();
    format!(
        "\nThe real programs on loopback, {} bots for {} s:\n\n\
         - process start to accepting players: {start_ms:.0} ms\n\
         - up, everything to the IP header included: {:.1} kbit/s a player at 60 inputs a second\n\
         - end of a tick to its last datagram out, p99: {:.2} ms\n",
        BOTS,
        SECONDS,
        bots.bytes_up_per_second * 8.0 / 1000.0,
        server.send_ms_p99,
    )
}
