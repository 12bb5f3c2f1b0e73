//! The invariants of ARCHITECTURE.md that no single file can show: each has a test here that fails
//! when it breaks. Those that the compiler keeps are compile-fail examples in the documentation of
//! what they protect (`Host::world`, `SnapshotRing::newest`).

use game_server::{bans::Bans, host::Host, options::Options};
use game_sim::{Arena, Rules, Scenery, Tumult, state_hash};
use netcode::{
    Tick,
    link::Conditions,
    server::{PeerKey, Server, ServerConfig, ServerEvent},
};
use std::{fs, path::Path};
use tumult_tests::{
    processes::workspace,
    simulated::{Recorded, Simulation},
};

/// How soon after the start a counter must wrap, at the latest.
const SOON_TICKS: u32 = 2_000;

/// Every Rust file below a folder of the workspace that is not all tests, with its text up to its tests.
pub(super) fn sources(folder: &str) -> Vec<(String, String)> {
    fn walk(folder: &Path, found: &mut Vec<(String, String)>) {
        for entry in fs::read_dir(folder).expect("the folder is there") {
            let path = entry.expect("it can be listed").path();
            if path.is_dir() {
                walk(&path, found);
            } else if path.extension().is_some_and(|ending| ending == "rs")
                && path.file_stem().is_some_and(|name| name != "tests")
            {
                let text = fs::read_to_string(&path).expect("it is text");
                // Not at the first `#[cfg(test)]`: that may name a file of tests, before all the code.
                let code = text.split("mod tests {").next().unwrap_or_default().to_owned();
                let name = path.strip_prefix(workspace()).unwrap_or(&path);
                found.push((name.display().to_string().replace('\\', "/"), code));
            }
        }
    }
    let mut found = Vec::new();
    walk(&workspace().join(folder), &mut found);
    found.sort();
    assert!(!found.is_empty(), "{folder} has no files");
    found
}

/// The lines of code, without comments, that say one of the words as a whole word.
fn lines_with<'a>(text: &'a str, words: &[&str]) -> Vec<&'a str> {
    let code = |line: &&str| !line.trim_start().starts_with("//");
    let says = |line: &&str| {
        line.split(|c: char| !c.is_alphanumeric() && c != '_').any(|word| words.contains(&word))
    };
    text.lines().filter(code).filter(says).collect()
}

/// A few seconds of a real match.
fn recorded() -> Recorded {
    let mut simulation = Simulation::new(4, Conditions::default(), 21);
    simulation.recorded = Some(Recorded::default());
    simulation.run(3.0);
    simulation.recorded.take().expect("it was asked for")
}

// Invariant 1: sockets never touch the world, which changes only in `step`; nothing that a client says
// causes an immediate send.

#[test]
fn whatever_comes_between_ticks_waits_for_the_step() {
    let recorded = recorded();
    let mut simulation = Simulation::new(3, Conditions::default(), 22);
    simulation.run(2.0);
    let host = &mut simulation.host;
    while host.core.poll_transmit().is_some() {}
    let client = host.core.clients().next().expect("three are in");
    let mut changed = 0;
    for (number, datagram) in recorded.up.iter().enumerate() {
        let before = state_hash(host.world());
        host.begin();
        host.core.handle_datagram(client, datagram);
        let newcomer = host.core.connect(PeerKey([number as u8; 32]));
        for bytes in &recorded.stream_up {
            host.core.handle_stream(newcomer, bytes);
        }
        host.core.set_datagram_limit(client, 1_200);
        assert!(host.core.poll_transmit().is_none(), "something is sent before the step");
        assert_eq!(state_hash(host.world()), before, "the world changed before the step");
        host.step();
        changed += usize::from(state_hash(host.world()) != before);
        assert!(host.core.poll_transmit().is_some(), "the newcomer is not answered in its tick");
        while host.core.poll_transmit().is_some() {}
        host.core.handle_closed(newcomer, "gone");
        assert!(host.core.poll_transmit().is_none(), "who left is written to");
    }
    assert_eq!(changed, recorded.up.len(), "a step that changes nothing proves nothing");
}

#[test]
fn only_step_takes_the_world_to_change_it() {
    let mut takers = Vec::new();
    for (name, text) in sources("game-sim/src") {
        for line in lines_with(&text, &["World"]) {
            let public = line.trim_start().starts_with("pub fn") && line.contains("&mut World");
            takers.extend(public.then(|| format!("{name}: {}", line.trim())));
        }
    }
    assert_eq!(takers, ["game-sim/src/step.rs: pub fn step(world: &mut World, inputs: &Inputs) {"]);
    for folder in ["game-server/src", "game-bots/src"] {
        for (name, text) in sources(folder) {
            assert!(!text.contains("&mut World"), "{name} can change a world");
            let steps = text.matches("step(&mut self.world").count();
            let changes = text.matches("&mut self.world").count();
            assert!(
                changes == steps && steps <= 1,
                "{name} changes a world other than by one step"
            );
            assert!(steps == 0 || name == "game-server/src/host.rs", "{name} steps a world");
        }
    }
}

/// Whoever alters a client gains what the protocol gives it: the client that we give away needs no more. It holds no
/// world and makes no step, its network side alone acts, and of what is drawn nothing else is the writer, but for whom
/// the player's eyes see, whom it watches and for the made-up crowd of measurements.
#[test]
fn the_client_decides_nothing_of_the_game() {
    const WRITERS: [&str; 5] = ["net.rs", "net/fill.rs", "eyes.rs", "watch.rs", "measure/crowd.rs"];
    let says = |text: &str, word: &str| text.contains(word);
    let (mut writers, mut actors) = (Vec::new(), Vec::new());
    for (path, text) in sources("game-client/src") {
        let name = path.trim_start_matches("game-client/src/");
        let imports =
            text.split("use game_sim::").skip(1).filter_map(|rest| rest.split(';').next());
        let words = imports.flat_map(|list| list.split(|c: char| !c.is_alphanumeric() && c != '_'));
        let rules: Vec<_> =
            words.filter(|word| ["World", "step", "Inputs", "movement"].contains(word)).collect();
        assert!(rules.is_empty(), "{name} brings in {rules:?}");
        for word in ["game_sim::World", "game_sim::step", "game_sim::Inputs", "netcode::server"] {
            assert!(!says(&text, word), "{name} says {word}");
        }
        if says(&text, "ResMut<Scene>") || says(&text, "&mut Scene") {
            writers.push(name.to_owned());
        }
        if says(&text, "seat.play(") || says(&text, "seat.advance(") {
            actors.push(name.to_owned());
        }
    }
    assert!(writers.iter().all(|name| WRITERS.contains(&name.as_str())), "{writers:?}");
    assert_eq!(actors, ["net.rs"]);
    let manifest = fs::read_to_string(workspace().join("game-client/Cargo.toml"));
    assert!(!manifest.expect("it is there").contains("game-server"), "it has no server");
}

// Invariant 2: no clock, file, socket, thread or chance in what computes. That both compile without
// their features is in tests/it/build.rs.

#[test]
fn the_cores_ask_the_system_for_nothing() {
    const WORDS: [&str; 14] = [
        "Instant",
        "SystemTime",
        "UNIX_EPOCH",
        "fs",
        "File",
        "UdpSocket",
        "TcpStream",
        "env",
        "thread",
        "HashMap",
        "HashSet",
        "RandomState",
        "getrandom",
        "tokio",
    ];
    for folder in ["netcode/src", "game-sim/src"] {
        for (name, text) in sources(folder) {
            // `env!` is read by the compiler; it says the version.
            let text = text.replace("env!(", "(");
            let io = name.starts_with("netcode/src/quic/") || name == "netcode/src/quic.rs";
            let found = if io { Vec::new() } else { lines_with(&text, &WORDS) };
            assert!(found.is_empty(), "{name} asks the system: {found:?}");
        }
    }
}

// Invariant 3: a delta is only against what that client acknowledged.

#[test]
fn a_client_can_always_decode_whatever_was_lost_on_either_way() {
    for (seed, link) in [
        (1, "delay=40ms,loss=50%"),
        (2, "delay=30ms,jitter=20ms,loss=30%,duplicate=30%,reorder=40%"),
        (3, "delay=120ms,burst=5%:12"),
        (4, "loss=85%"),
    ] {
        let conditions: Conditions = link.parse().expect("it can be read");
        let mut simulation = Simulation::new(6, conditions, seed);
        simulation.run(20.0);
        let mut snapshots = 0;
        for pilot in &simulation.pilots {
            // A baseline that the client does not hold makes a datagram that it can't read.
            let stats = pilot.seat.stats();
            assert_eq!(stats.malformed, 0, "{link}: a baseline that was never acknowledged");
            snapshots += stats.snapshots;
            let newest = pilot.seat.snapshots().and_then(|ring| ring.newest()).expect("some came");
            let truth = simulation.truth(newest.tick());
            for row in newest.rows().filter(|row| row.as_of == newest.tick()) {
                let known = truth.and_then(|truth| truth.find(row.id)).expect("it was there");
                assert_eq!((row.kind, row.columns), (known.kind, known.columns), "{link}");
            }
        }
        assert!(snapshots > 200, "{link}: {snapshots} snapshots prove nothing");
    }
}

// Invariant 7: the tick takes no lock, hears no channel and starts nothing slow.

#[test]
fn nothing_on_the_ticks_path_locks_or_waits() {
    const WORDS: [&str; 15] = [
        "lock",
        "recv_timeout",
        "park",
        "Mutex",
        "RwLock",
        "Condvar",
        "Barrier",
        "OnceLock",
        "mpsc",
        "oneshot",
        "broadcast",
        "watch",
        "block_on",
        "sleep",
        "spawn_blocking",
    ];
    /// Where one of the words may stand, and why that is not on the path.
    const ALLOWED: [(&str, &str); 10] = [
        ("game-server/src/complaints.rs", "a bounded channel to a file's thread, which drops"),
        ("game-server/src/shot_audit.rs", "a bounded channel to a file's thread, which drops"),
        ("game-server/src/stats_file.rs", "a channel of one to a file's thread, which drops"),
        ("game-server/src/arena_loop.rs", "sleeps until it looks at the socket again"),
        ("game-sim/src/arena/builtin.rs", "arenas are read once, before the first tick"),
        ("game-sim/src/sightlines.rs", "lists kept once; made before the lock is touched"),
        ("netcode/src/delta/recall.rs", "for a program with many clients; a server has none"),
        ("netcode/src/quic/driver/batch/portable.rs", "how an empty server waits elsewhere"),
        ("netcode/src/snapshot/kept.rs", "one thread has the ring, and waits for nobody to unpack"),
        ("netcode/src/quic/thread.rs", "a client's connection on its own thread"),
    ];
    for folder in ["netcode/src", "game-sim/src", "game-server/src"] {
        for (name, text) in sources(folder) {
            let text = text.replace("core.broadcast(", "core.(").replace("fn broadcast(", "fn (");
            // Who looks on asks for it; a channel that is watched would be told by its type.
            let text = text.replace("fn watch(", "fn (").replace("self.watch(", "self.(");
            let found = lines_with(&text, &WORDS);
            let allowed = ALLOWED.iter().any(|(file, _)| *file == name);
            assert!(found.is_empty() || allowed, "{name} locks or waits: {found:?}");
            assert!(!found.is_empty() || !allowed, "{name} needs no exception any more");
        }
    }
}

// Everything that counts begins close to where it wraps, so that what breaks there breaks at once.

#[test]
fn every_counter_of_a_session_begins_close_to_its_wrap() {
    let arena = Arena::builtin("yard").expect("every build has it").expect("it can be read");
    let host = Host::new(&Options::default(), arena, Bans::default());
    let tick = host.world().tick;
    assert!(tick.0.wrapping_neg() <= SOON_TICKS, "the first tick is {tick}");
    let low_bits = u32::from(tick.low_bits().wrapping_neg());
    assert!(low_bits <= SOON_TICKS, "the low bits of the first tick are {:x}", tick.low_bits());
    let sequence = netcode::ack::sequence_of(tick, tick, 2);
    assert!(sequence > u16::MAX - 100, "the first sequence number is {sequence}");
    // A match of a few seconds is beyond the wrap of both, and the harness plays matches of many.
    let mut simulation = Simulation::new(2, Conditions::default(), 1);
    simulation.run(20.0);
    assert!(simulation.host.world().tick.0 < SOON_TICKS, "20 s do not reach the wrap");
}

/// The core answers a hello only when the game decides, even with a name that is refused.
#[test]
fn a_hello_waits_until_the_game_has_decided() {
    let recorded = recorded();
    let config = ServerConfig {
        tick_rate: netcode::TickRate::new(60).expect("not zero"),
        snapshot_interval: 2,
        snapshot_cap_bytes: 1_200,
        resume_s: 0,
        ..ServerConfig::default()
    };
    let arena = Arena::builtin("yard").expect("every build has it").expect("it can be read");
    let scenery = Scenery { arena, rules: Rules::default() };
    let mut core = Server::<Tumult>::new(config, scenery, Tick(7));
    let client = core.connect(PeerKey([1; 32]));
    core.handle_stream(client, &recorded.stream_up[0]);
    assert!(core.poll_transmit().is_none());
    assert!(matches!(core.poll_event(), Some(ServerEvent::Hello { .. })));
    assert_eq!(core.clients().count(), 0, "nobody is in before the game said so");
}
