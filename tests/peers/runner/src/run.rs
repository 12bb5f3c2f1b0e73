//! One run of a peer on a workload: the server on core 0, clients and relay on core 1, eight seconds to settle, then
//! twenty that are measured.

use crate::{Peer, process::Process, relay::Relay};
use std::{
    error::Error,
    net::{Ipv4Addr, UdpSocket},
    thread,
    time::Duration,
};
use trace::{Workload, seat::now, sight};

/// Clients watch from eight seconds on, too (`trace::watch`).
const SERVER_CORE: usize = 0;
/// The relay is there too.
pub const CLIENTS_CORE: usize = 1;
const SETTLE_S: f64 = 9.0;
pub const MEASURED_S: f64 = 20.0;

/// What is measured, by place in [`Figures::values`].
#[derive(Clone, Copy)]
pub enum What {
    DownBytes,
    UpBytes,
    /// Bytes for each entity and snapshot, down.
    EntityBytes,
    DownPackets,
    TickUs,
    /// Processor time for each client and entity in a tick.
    PairUs,
    ClientKb,
    P50Ms,
    P99Ms,
    ErrorCm,
    AimDeg,
    /// Percent of entities that a client should have held and did not.
    Missing,
    /// Percent of what clients held that had been out of sight for a second.
    Kept,
    /// Percent of their core that the clients used; near 100 they were too slow, and staleness says nothing.
    ClientsCore,
}

const COUNT: usize = What::ClientsCore as usize + 1;

/// A run's figures, or the medians of several.
#[derive(Clone, Default)]
pub struct Figures {
    pub values: [f64; COUNT],
}

impl Figures {
    pub fn get(&self, what: What) -> f64 {
        self.values[what as usize]
    }
}

/// How many pairs of a client and an entity that it should hold there are in a tick, on average.
pub fn pairs(workload: Workload) -> f64 {
    let tick = |seconds: f64| (seconds * f64::from(workload.rate_hz)) as usize;
    sight::pairs(workload, tick(SETTLE_S)..tick(SETTLE_S + MEASURED_S))
}

/// Runs a peer once.
pub fn measure(
    peer: &Peer,
    workload: Workload,
    pairs: f64,
    measured_s: f64,
) -> Result<Figures, Box<dyn Error>> {
    let listen = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?;
    let relay = Relay::open(listen)?;
    let program = std::env::current_exe()?.with_file_name(peer.program);
    let start = now() + Duration::from_secs(1);
    let end = start + Duration::from_secs_f64(SETTLE_S + measured_s + 1.0);
    let arguments = |side: &str, end: Duration| -> Vec<String> {
        let times = [start, end].map(|time| time.as_millis().to_string());
        let ends = [listen, relay.address].map(|address| address.to_string());
        let variant = peer.variant.map(|variant| variant.word().to_owned());
        let names = [side, workload.name].map(str::to_owned);
        names.into_iter().chain(ends).chain(times).chain(variant).collect()
    };
    let server =
        Process::start(SERVER_CORE, &program, &arguments("server", end + Duration::from_secs(2)))?;
    thread::sleep(Duration::from_millis(1_500));
    let empty_kb = server.memory_kb()?;
    let clients = Process::start(CLIENTS_CORE, &program, &arguments("clients", end))?;
    thread::sleep((start + Duration::from_secs_f64(SETTLE_S)).saturating_sub(now()));
    let look = || {
        Ok::<_, std::io::Error>((
            server.cpu_ns()?,
            clients.cpu_ns()?,
            relay.up(),
            relay.down(),
            now(),
        ))
    };
    let before = look()?;
    thread::sleep(Duration::from_secs_f64(measured_s));
    let after = look()?;
    let kb = server.memory_kb()? - empty_kb;
    let watch = clients.finish()?;
    drop(server);
    let said = |key: &str| -> Result<f64, Box<dyn Error>> {
        let mut words = watch.split_whitespace();
        let value = words.find_map(|word| word.strip_prefix(key)?.strip_prefix('='));
        Ok(value.ok_or_else(|| format!("the clients do not say {key}"))?.parse()?)
    };
    let seconds = (after.4 - before.4).as_secs_f64();
    let (count, rate) = (workload.clients as f64, f64::from(workload.rate_hz));
    let down_bytes = (after.3.bytes - before.3.bytes) / seconds / count;
    let tick_us = (after.0 - before.0) / 1e3 / seconds / rate;
    let mut figures = Figures::default();
    let mut set = |what: What, value: f64| figures.values[what as usize] = value;
    set(What::DownBytes, down_bytes);
    set(What::UpBytes, (after.2.bytes - before.2.bytes) / seconds / count);
    set(What::EntityBytes, down_bytes / rate / (pairs / count));
    set(What::DownPackets, (after.3.packets - before.3.packets) / seconds / count);
    set(What::TickUs, tick_us);
    set(What::PairUs, tick_us / pairs);
    set(What::ClientKb, kb / count);
    set(What::P50Ms, said("p50_ms")?);
    set(What::P99Ms, said("p99_ms")?);
    set(What::ErrorCm, said("error_cm")?);
    set(What::AimDeg, said("aim_deg")?);
    set(What::Missing, 100.0 * said("missing")? / (said("missing")? + said("looks")?).max(1.0));
    set(What::Kept, 100.0 * said("kept")? / said("held")?.max(1.0));
    set(What::ClientsCore, (after.1 - before.1) / 1e7 / seconds);
    Ok(figures)
}
