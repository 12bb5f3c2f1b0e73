//! One arena: the network, the simulation and the encoding, on one thread at its own pace.
//!
//! The steps of [`ArenaLoop::tick`] are those of ARCHITECTURE.md. Nothing slow may stand in it: no
//! file, no lock, no channel. Between the ticks the thread belongs to quinn.

use crate::{
    interest::Interest,
    options::Options,
    pace::Pace,
    players::Players,
    stand_ins::StandIns,
    stats::{ServerReport, Stats},
};
use anyhow::Context;
use game_sim::{Arena, Command, Inputs, PilotId, Tumult, World, state_hash, step};
use netcode::{
    Snapshot, Tick,
    quic::{
        server::QuicServer,
        socket,
        tls::{Fingerprint, Identity},
    },
    server::{Server, ServerConfig},
};
use std::{future::Future, net::SocketAddr, path::Path, pin::pin, sync::Arc, time::Instant};

/// The first tick, close to where the counter wraps: what breaks there breaks in the first minute of
/// every server, not after two years.
const FIRST_TICK: Tick = Tick(u32::MAX - 1_000);
/// What clients are told when the server stops.
const FAREWELL: &str = "the server is shutting down";

/// A running arena.
pub struct ArenaLoop {
    options: Options,
    fingerprint: Fingerprint,
    quic: QuicServer,
    core: Server<Tumult>,
    world: World,
    players: Players,
    stand_ins: StandIns,
    interest: Interest,
    stats: Stats,
    inputs: Inputs,
    /// A snapshot that nobody needs any more.
    spare: Snapshot,
}

impl ArenaLoop {
    /// Listens. Must be called inside a tokio runtime of one thread.
    ///
    /// # Errors
    /// When the address is taken, the certificate can't be kept, or the report can't be written.
    pub fn start(options: Options, arena: Arc<Arena>) -> anyhow::Result<Self> {
        if let Some(path) = &options.stats_json {
            std::fs::write(path, "{}").with_context(|| format!("can't write {}", path.display()))?;
        }
        let identity = Identity::keep(&options.identity)?;
        let quic = QuicServer::listen(options.bind, &identity)?;
        warn_of_small_buffers(quic.buffer_bytes());
        let config = ServerConfig {
            tick_rate: options.rate(),
            snapshot_interval: options.snapshot_interval(),
            snapshot_cap_bytes: usize::from(options.snapshot_cap),
        };
        let places = usize::from(options.max_players);
        let rules = options.rules.clone();
        Ok(Self {
            fingerprint: identity.fingerprint(),
            quic,
            core: Server::new(config, FIRST_TICK),
            interest: Interest::new(arena.half_extents),
            world: World::new(arena, rules, options.seed, places, FIRST_TICK),
            players: Players::new(places),
            stand_ins: StandIns::new(usize::from(options.stand_ins), options.seed),
            stats: Stats::new(),
            inputs: Inputs::default(),
            spare: Snapshot::default(),
            options,
        })
    }

    /// Where the server listens.
    ///
    /// # Errors
    /// When the system can't tell.
    pub fn local_address(&self) -> std::io::Result<SocketAddr> {
        self.quic.local_address()
    }

    /// What clients know the server by.
    #[must_use]
    pub fn fingerprint(&self) -> Fingerprint {
        self.fingerprint
    }

    /// The arena's name.
    #[must_use]
    pub fn arena_name(&self) -> &str {
        &self.world.arena.name
    }

    /// Ticks until `stop` is ready; then tells everybody, writes the report and returns.
    ///
    /// # Errors
    /// When the report can't be written.
    pub async fn run(mut self, stop: impl Future<Output = ()>) -> anyhow::Result<()> {
        let mut stop = pin!(stop);
        let mut pace = Pace::new(self.options.rate().period(), Instant::now());
        loop {
            let due = tokio::time::Instant::from_std(pace.due());
            tokio::select! {
                biased;
                () = &mut stop => break,
                () = tokio::time::sleep_until(due) => {}
            }
            let begun = Instant::now();
            pace.begin(begun);
            self.tick();
            self.stats.note_tick(begun.elapsed(), self.players.playing());
            // Even a late server must let quinn send between two ticks.
            tokio::task::yield_now().await;
        }
        self.finish(&pace).await
    }

    /// One tick: everything in, one step, everything out.
    fn tick(&mut self) {
        let tick = self.world.tick.next();
        self.core.begin_tick(tick);
        self.quic.drain(&mut self.core);
        self.players.answer(&mut self.core, &self.world);
        self.stand_ins.adjust(&mut self.players);
        self.collect_inputs();
        step(&mut self.world, &self.inputs);
        for event in &self.world.events {
            self.core.broadcast(event);
        }
        if self.world.tick.0.is_multiple_of(u32::from(self.options.snapshot_interval())) {
            self.send_snapshots();
        }
        self.quic.flush(&mut self.core);
    }

    /// Exactly one input for each pilot.
    fn collect_inputs(&mut self) {
        let (joins, leaves) = self.players.take_changes();
        let mut commands = std::mem::take(&mut self.inputs.commands);
        commands.clear();
        for (client, pilot) in self.players.seats() {
            // Who only watches sends inputs too: they carry the acknowledgements.
            let Some(command) = self.core.take_command(client) else { continue };
            if let Some(pilot) = pilot {
                commands.push((pilot, Command { input: command.input, view: command.view }));
            }
        }
        self.stand_ins.think(&self.world, &mut commands);
        self.inputs = Inputs { commands, joins, leaves };
    }

    /// The state, once, and from it what each client may see.
    fn send_snapshots(&mut self) {
        let mut snapshot = std::mem::take(&mut self.spare);
        game_sim::replicate::write_snapshot(&self.world, &mut snapshot);
        self.interest.update(&snapshot);
        let sight_m = self.world.rules.sight_m;
        let followed = self.world.pilots().next().map(|(pilot, _)| pilot);
        self.spare = self.core.publish(snapshot).unwrap_or_default();
        for (client, pilot) in self.players.seats() {
            let eye = eye(&self.world, pilot.or(followed));
            let Some(newest) = self.core.newest() else { return };
            let visible = self.interest.visible(newest, pilot, eye, sight_m);
            self.core.send_snapshot(client, visible);
        }
    }

    async fn finish(mut self, pace: &Pace) -> anyhow::Result<()> {
        let clients: Vec<_> = self.core.clients().collect();
        tracing::info!(clients = clients.len(), "shutting down");
        for client in clients {
            self.core.close(client, FAREWELL);
        }
        self.quic.flush(&mut self.core);
        let totals = self.quic.totals();
        let report = self.stats.report(pace.dropped(), totals, state_hash(&self.world));
        let path = self.options.stats_json;
        self.quic.close(FAREWELL).await;
        path.map_or(Ok(()), |path| write(&report, &path))
    }
}

fn write(report: &ServerReport, path: &Path) -> anyhow::Result<()> {
    let text = serde_json::to_string_pretty(report)?;
    std::fs::write(path, text + "\n").with_context(|| format!("can't write {}", path.display()))
}

/// From where a pilot looks; without one, from the middle of the arena.
fn eye(world: &World, pilot: Option<PilotId>) -> glam::Vec2 {
    let pilot = pilot.and_then(|pilot| world.pilot(pilot));
    pilot.map_or(glam::Vec2::ZERO, |pilot| pilot.own.body.position)
}

fn warn_of_small_buffers(given: usize) {
    let wanted = socket::SERVER_BUFFER_BYTES;
    if given < wanted {
        tracing::warn!(
            "the system gives the socket {given} bytes of buffer instead of {wanted}: with hundreds of \
             players datagrams will be lost. To allow more: \
             sysctl -w net.core.rmem_max={wanted} net.core.wmem_max={wanted}"
        );
    }
}
