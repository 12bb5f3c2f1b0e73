//! One arena on one thread: the network, the simulation and the encoding, at their own pace.
//!
//! The steps of [`ArenaLoop::run`] are those of ARCHITECTURE.md. Nothing slow may stand in it: no
//! file, and nothing that another thread could hold up. Between the ticks the thread sleeps.

use crate::{
    bans::Bans,
    beacon::{self, Board, Sign},
    cores,
    host::Host,
    options::Options,
    overload::Overload,
    pace::Pace,
    rotation::Rotation,
    stats::{ServerReport, Stats},
    stats_file::StatsFile,
};
use anyhow::Context;
use game_sim::{sightlines::Sightlines, state_hash};
use netcode::quic::{
    server::QuicServer,
    socket,
    tls::{Fingerprint, Identity},
};
use std::{
    net::SocketAddr,
    sync::{
        Arc, Weak,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
    thread,
    time::{Duration, Instant},
};

/// How often in a tick the socket is looked at.
const DRAINS: u32 = 8;
/// What clients are told when the server stops.
const FAREWELL: &str = "the server is shutting down";

/// A running arena.
pub struct ArenaLoop {
    options: Options,
    fingerprint: Fingerprint,
    quic: QuicServer,
    host: Host,
    stats: Stats,
    stats_file: Option<StatsFile>,
    /// What the beacon tells of us, if there is one.
    board: Option<Arc<Board>>,
}

impl ArenaLoop {
    /// Listens. The loop may then run on any thread, which is the arena's from then on.
    ///
    /// # Errors
    /// When the address is taken, the certificate can't be kept, or the report can't be written.
    pub fn start(options: Options, rotation: Rotation) -> anyhow::Result<Self> {
        let stats_file = options.stats_json.as_deref().map(StatsFile::create).transpose()?;
        let bans = options.bans.as_deref().map(Bans::read).transpose()?.unwrap_or_default();
        let identity = Identity::keep(&options.identity)?;
        let mut quic = QuicServer::listen(options.bind, &identity)?;
        if let Some(connections) = options.max_per_address {
            quic.set_per_address(connections.into());
        }
        warn_of_small_buffers(quic.buffer_bytes());
        let mut host = Host::with_rotation(&options, rotation, bans);
        if let Some(path) = &options.shot_audit {
            let written = host.audit.write_to(path);
            written.with_context(|| format!("can't write {}", path.display()))?;
        }
        if let Some(path) = &options.complaints {
            let written = host.complaints().write_to(path);
            written.with_context(|| format!("can't write {}", path.display()))?;
        }
        let stops = host.rotation().stops();
        prepare_sightlines(stops.iter().map(|stop| Arc::downgrade(&stop.lines)).collect())?;
        let arenas = stops.iter().map(|stop| stop.arena.name.clone()).collect();
        let board = shine(&options, quic.local_address()?.port(), arenas);
        let (fingerprint, stats) = (identity.fingerprint(), Stats::new());
        Ok(Self { fingerprint, quic, host, stats, stats_file, board, options })
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
        &self.host.world().arena.name
    }

    /// Ticks until `stop` is true; then tells everybody, writes the report and returns. Pins the thread
    /// to the core of the options, if they name one.
    ///
    /// # Errors
    /// When the report can't be written.
    pub fn run(mut self, stop: &AtomicBool) -> anyhow::Result<()> {
        self.options.core.map_or(Ok(()), cores::pin)?;
        let period = self.options.rate().period();
        let mut pace = Pace::new(period, Instant::now());
        let mut overload = Overload::new(period, self.options.snapshot_stride);
        while !stop.load(Relaxed) {
            self.pause(pace.due());
            let begun = Instant::now();
            let early = pace.due().saturating_duration_since(begun);
            if !early.is_zero() {
                self.drain_early(early);
                continue;
            }
            pace.begin(begun);
            self.advance();
            let (told, telling) = self.tell();
            let is_thinned = told > 0 && overload.stride() > 1;
            self.stats.note_tick(begun.elapsed(), self.host.playing(), is_thinned);
            if told > 0 {
                overload.note(begun.elapsed(), telling);
                self.host.core.set_stride(overload.stride());
            }
            if let Some(board) = &self.board {
                board.set_players(self.host.playing());
                board.set_arena(self.host.rotation().place());
            }
            self.update_stats(&pace);
            self.drain_late(pace.due());
        }
        self.finish(&pace)
    }

    /// Once a second tells the file of the report how it goes.
    fn update_stats(&self, pace: &Pace) {
        if let Some(file) = &self.stats_file
            && self.stats.is_second(self.options.tick_rate)
        {
            file.update(self.stats.report(pace.dropped(), self.quic.totals(), 0));
        }
    }

    /// Sleeps until the socket is to be looked at: several times a tick while anybody is there, so that
    /// it is known how early inputs come (docs/decisions/0017). To wake for each packet would cost a
    /// thousand times more; only a newcomer to an empty arena is answered at once.
    fn pause(&self, due: Instant) {
        if self.host.core.connections() == 0 {
            return self.quic.wait(due);
        }
        let part = self.options.rate().period() / DRAINS;
        let left = due.saturating_duration_since(Instant::now());
        let parts = (left.as_nanos() / part.as_nanos().max(1)) as u32;
        let wake = due.checked_sub(part * parts.min(DRAINS)).unwrap_or(due);
        thread::sleep(wake.saturating_duration_since(Instant::now()));
    }

    /// After a long tick there is no time for another pause: takes in at once what came during it, so that the
    /// next tick does not begin with that.
    fn drain_late(&mut self, due: Instant) {
        let left = due.saturating_duration_since(Instant::now());
        if !left.is_zero() && left < self.options.rate().period() / DRAINS {
            self.drain_early(left);
        }
    }

    /// Takes in what came so long before the next tick. It changes nothing but what the core holds.
    fn drain_early(&mut self, early: Duration) {
        let ticks = early.as_secs_f32() / self.options.rate().period().as_secs_f32();
        self.host.core.set_early(ticks);
        self.quic.drain(&mut self.host.core);
    }

    /// The first part of a tick: everything in, then the game goes on.
    fn advance(&mut self) {
        self.host.begin();
        self.quic.drain(&mut self.host.core);
        self.host.advance();
    }

    /// The second part: everybody is told whose turn it is. Returns how many those were, and how long it took.
    fn tell(&mut self) -> (usize, Duration) {
        let begun = Instant::now();
        let told = self.host.tell(|core| self.quic.deliver(core));
        let packed = Instant::now();
        self.quic.flush(&mut self.host.core);
        self.stats.note_sent(packed.elapsed());
        (told, begun.elapsed())
    }

    fn finish(mut self, pace: &Pace) -> anyhow::Result<()> {
        tracing::info!(players = self.host.playing(), "shutting down");
        let state = state_hash(self.host.world());
        self.host.close(FAREWELL);
        self.quic.flush(&mut self.host.core);
        let report = self.stats.report(pace.dropped(), self.quic.totals(), state);
        self.quic.close(FAREWELL);
        let report = ServerReport { ended: true, ..report };
        self.stats_file.map_or(Ok(()), |file| file.finish(&report))
    }
}

/// Works out what is seen from where before anybody asks, so that the tick need not: it takes seconds in
/// a large arena, and begins where pilots appear. What is asked for meanwhile is worked out in the tick. The thread ends by itself, when
/// it is done or the arena is gone.
fn prepare_sightlines(all: Vec<Weak<Sightlines>>) -> anyhow::Result<()> {
    let prepare = move || {
        for sightlines in all {
            let cells = sightlines.upgrade().map_or(Vec::new(), |lines| lines.by_urgency());
            for cell in cells {
                let Some(sightlines) = sightlines.upgrade() else { return };
                sightlines.prepare(cell);
            }
        }
    };
    let thread = thread::Builder::new().name("sightlines".to_owned());
    thread.spawn(prepare).context("can't start a thread")?;
    Ok(())
}

/// Answers lists of servers, if it can: a server without its beacon is still a server.
fn shine(options: &Options, port: u16, arenas: Vec<String>) -> Option<Arc<Board>> {
    let address = options.beacon()?;
    let (name, places) = (options.server_name.clone(), options.max_players);
    let started = beacon::start(address, Sign { name, arenas, port, places });
    let unlit = |error| tracing::warn!(%address, %error, "lists of servers are not answered");
    started.map_err(unlit).ok()
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
