//! Which networks the game must get through, and how well.

use super::{Bar, Cell, Change, Way, What};
use crate::simulated::PilotClock;

const HOUR_S: f64 = 3_600.0;
const DAY_S: f64 = 24.0 * HOUR_S;
const TEN_YEARS_S: f64 = 10.0 * 365.25 * DAY_S;

/// All cells of the rows, N1 to N8 and N10 to N12.
#[must_use]
pub fn all() -> Vec<Cell> {
    let mut cells = Vec::new();
    for loss in [0, 1, 2, 5, 10, 20, 30] {
        for round_trip_ms in [0, 50, 150, 300] {
            for jitter_ms in [0, 10, 50] {
                cells.push(plain(loss, round_trip_ms, jitter_ms));
            }
        }
    }
    cells.extend(bursts());
    let far = "delay=500ms,jitter=50ms,loss=25%,duplicate=25%";
    let long =
        Cell { size: Some((4, DAY_S)), ..cell(3, "1 s, 25 % lost and doubled", far, Bar::Alive) };
    cells.push(long);
    cells.push(cell(4, "30 % reordered", "delay=40ms,reorder=30%", Bar::Playable));
    let both = "delay=40ms,loss=5%,reorder=30%";
    cells.push(cell(4, "5 % lost, 30 % reordered", both, Bar::Playable));
    cells.push(cell(5, "50 % doubled", "delay=40ms,duplicate=50%", Bar::Playable));
    cells.extend(holes());
    cells.extend(narrow());
    cells.push(shrinking());
    cells.extend(clocks());
    cells
}

/// One cell of N1.
#[must_use]
pub fn plain(loss_percent: u32, round_trip_ms: u32, jitter_ms: u32) -> Cell {
    let link = format!(
        "delay={}ms,jitter={jitter_ms}ms,loss={loss_percent}%",
        f64::from(round_trip_ms) / 2.0
    );
    let bar = match (loss_percent, round_trip_ms) {
        (0..=5, 0..=150) => Bar::Playable,
        (0..=10, _) => Bar::Smooth,
        _ => Bar::Alive,
    };
    let name = format!("loss {loss_percent} %, {round_trip_ms} ms, jitter {jitter_ms} ms");
    cell(1, &name, &link, bar)
}

fn bursts() -> Vec<Cell> {
    let profile = |name: &str, bar| {
        let delay = if name.starts_with("wifi") { ",delay=20ms" } else { "" };
        cell(2, name, &format!("profile={name}{delay}"), bar)
    };
    vec![
        profile("wifi1", Bar::Playable),
        profile("wifi5", Bar::Alive),
        profile("wifi10", Bar::Alive),
        profile("cellular", Bar::Alive),
        profile("satellite", Bar::Alive),
    ]
}

/// N6 and N7: nothing comes through for a while.
fn holes() -> Vec<Cell> {
    let ordinary = "delay=40ms";
    let hole = |row: u8, name: &str, way: Way, seconds: f64, bar| {
        let mut cell = cell(row, name, ordinary, bar);
        cell.changes.push(change(10.0, way, "delay=40ms,loss=100%"));
        cell.changes.push(change(10.0 + seconds, Way::Both, ordinary));
        cell
    };
    vec![
        hole(6, "nothing for 0.5 s", Way::Both, 0.5, Bar::Alive),
        hole(6, "nothing for 2 s", Way::Both, 2.0, Bar::Alive),
        hole(6, "nothing for 5 s", Way::Both, 5.0, Bar::Alive),
        hole(6, "nothing for 9 s", Way::Both, 9.0, Bar::Alive),
        hole(6, "nothing for 11 s", Way::Both, 11.0, Bar::Over),
        hole(7, "nothing up for 3 s", Way::Up, 3.0, Bar::Alive),
        hole(7, "nothing down for 3 s", Way::Down, 3.0, Bar::Alive),
        held("held up for 1 s, then all at once", Way::Up, 1, 1.0),
        held("held down for 1 s, then all at once", Way::Down, 1, 1.0),
        held("held both ways for 1 s, ten times", Way::Both, 10, 1.0),
    ]
}

/// N7: everything waits for a while somewhere on the way, as on a radio that has lost its base, and then comes at
/// once; that so many times, with two seconds between.
fn held(name: &str, way: Way, times: u32, seconds: f64) -> Cell {
    let mut cell = cell(7, name, "delay=40ms", Bar::Alive);
    for number in 0..times {
        let at_s = f64::from(number).mul_add(seconds + 2.0, 8.0);
        // Next to nothing passes, and all of it finds room.
        cell.changes.push(change(at_s, way, "delay=40ms,rate=1kbit,queue=1000kB"));
        cell.changes.push(change(at_s + seconds, Way::Both, "delay=40ms"));
    }
    cell
}

/// N8: links that pass little, alone and changing.
fn narrow() -> Vec<Cell> {
    let mut cells = Vec::new();
    for rate_kbit in [64, 128, 256, 500] {
        for queue_kb in [30, 100, 200] {
            let link = format!("delay=20ms,rate={rate_kbit}kbit,queue={queue_kb}kB");
            let name = format!("{rate_kbit} kbit/s, queue {queue_kb} kB");
            cells.push(cell(8, &name, &link, Bar::Narrow));
        }
    }
    let link = |rate| format!("delay=20ms,rate={rate}kbit,queue=100kB");
    // Sixty pilots fit through all of these. What four hundred more do is cut to what the link passes.
    for rate_kbit in [128, 64] {
        let name = format!("a crowd, 500, then {rate_kbit} kbit/s");
        let mut crowd = Cell { stand_ins: 400, ..cell(8, &name, &link(500), Bar::Follows) };
        crowd.changes.push(change(10.0, Way::Both, &link(rate_kbit)));
        cells.push(crowd);
    }
    let mut falls = cell(8, "500, then 64, then 500 kbit/s", &link(500), Bar::Follows);
    falls.changes.push(change(20.0, Way::Both, &link(64)));
    falls.changes.push(change(40.0, Way::Both, &link(500)));
    cells.push(falls);
    cells
}

/// N10: the longest packet becomes shorter while much is to be seen.
fn shrinking() -> Cell {
    let link = |mtu: u32| format!("delay=20ms,mtu={mtu}B");
    let mut cell = cell(10, "packets of 1500, 1400, 1280, 1200 B", &link(1_500), Bar::Playable);
    for (number, mtu) in [1_400, 1_280, 1_200].into_iter().enumerate() {
        cell.changes.push(change(6.0 * (number + 1) as f64, Way::Both, &link(mtu)));
    }
    Cell { stand_ins: 400, ..cell }
}

/// N11: clients whose clocks run wrong or are set.
fn clocks() -> Vec<Cell> {
    let clock = |name: &str, rate: f64, jump_s: f64, bar| {
        let mut cell = cell(11, name, "delay=40ms", bar);
        // Far enough from zero to be set back.
        let start = PilotClock { rate, ahead_s: 3.0 * TEN_YEARS_S };
        cell.changes.push(Change { at_s: 0.0, what: What::Clock(start) });
        if jump_s != 0.0 {
            let after = PilotClock { ahead_s: start.ahead_s + jump_s, ..start };
            cell.changes.push(Change { at_s: 10.0, what: What::Clock(after) });
        }
        cell
    };
    vec![
        clock("clocks 200 ppm off", 1.000_2, 0.0, Bar::Playable),
        clock("clocks 1 % off", 1.01, 0.0, Bar::Alive),
        clock("clocks set 200 ms forward", 1.0, 0.2, Bar::Playable),
        clock("clocks set 200 ms back", 1.0, -0.2, Bar::Playable),
        clock("clocks set an hour forward", 1.0, HOUR_S, Bar::Playable),
        clock("clocks set an hour back", 1.0, -HOUR_S, Bar::Playable),
        clock("clocks set ten years forward", 1.0, TEN_YEARS_S, Bar::Playable),
        clock("clocks set ten years back", 1.0, -TEN_YEARS_S, Bar::Playable),
    ]
}

fn cell(row: u8, name: &str, link: &str, bar: Bar) -> Cell {
    let changes = vec![change(0.0, Way::Both, link)];
    Cell { row, name: name.to_owned(), changes, bar, stand_ins: 0, size: None }
}

fn change(at_s: f64, way: Way, link: &str) -> Change {
    Change { at_s, what: What::Link(way, link.to_owned()) }
}
