//! An arena over real sockets, stepped by the test's own thread, with bots that play on another.

use allocation_counter::measure;
use clap::Parser;
use game_bots::{address::Address, crew::Crew};
use game_server::{bans::Bans, host::Host, options::Options};
use netcode::quic::{server::QuicServer, tls::Identity};
use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
    thread,
    time::{Duration, Instant},
};

const TICK: Duration = Duration::from_micros(16_667);
/// For a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// The arena.
pub(super) struct Arena {
    quic: QuicServer,
    host: Host,
    bots: Crew,
    bots_wanted: usize,
    stop: Arc<AtomicBool>,
    due: Instant,
}

impl Arena {
    /// Listens, and lets the bots come.
    pub(super) fn start(bots_wanted: usize) -> Self {
        let identity = Identity::generate().expect("there is randomness");
        let any = "127.0.0.1:0".parse().expect("it is an address");
        let quic = QuicServer::listen(any, &identity).expect("there are ports");
        let place = quic.local_address().expect("it is bound");
        let options = Options { snapshot_rate: 30, ..Options::default() };
        let arena = game_sim::Arena::builtin(&options.arena).expect("it is known");
        let host = Host::new(&options, arena.expect("it can be read"), Bans::default());
        let lines = host.sightlines().clone();
        lines.by_urgency().into_iter().for_each(|cell| lines.prepare(cell));
        let (server, bots) = (place.to_string(), bots_wanted.to_string());
        let options = game_bots::options::Options::parse_from([
            "game-bots",
            "--server",
            &server,
            "--bots",
            &bots,
            "--seconds",
            "600",
            "--brain",
            "light",
        ]);
        let address = Address::parse(&server).expect("it is one");
        let stop = Arc::new(AtomicBool::new(false));
        let bots = Crew::start(&options, &address, place, &stop, None).expect("there are threads");
        Self { quic, host, bots, bots_wanted, stop, due: Instant::now() }
    }

    /// Plays until every bot has a pilot.
    pub(super) fn play_until_all_are_in(&mut self) {
        let begun = Instant::now();
        while self.playing() < self.bots_wanted {
            self.play(1, |_| ());
            assert!(begun.elapsed() < PATIENCE, "{} are in", self.playing());
        }
    }

    /// Plays so many ticks at the pace of the clock, and tells what each took from the allocator. Those that begin late,
    /// on a busy machine, have to take in what came for several, and don't count.
    pub(super) fn play(&mut self, ticks: u32, mut tell: impl FnMut(u64)) {
        let (begun, mut left) = (Instant::now(), ticks);
        while left > 0 {
            assert!(begun.elapsed() < PATIENCE, "{left} of {ticks} ticks never began in time");
            self.due += TICK;
            thread::sleep(self.due.saturating_duration_since(Instant::now()));
            let is_late = self.due.elapsed() > TICK / 2;
            if is_late {
                self.due = Instant::now();
            }
            let (host, quic) = (&mut self.host, &mut self.quic);
            let counted = measure(|| {
                host.begin();
                quic.drain(&mut host.core);
                host.advance();
                host.tell(|core| quic.deliver(core));
                quic.flush(&mut host.core);
            });
            if !is_late {
                left -= 1;
                tell(counted.count_total);
            }
        }
    }

    /// Who has a pilot.
    pub(super) fn playing(&self) -> usize {
        self.host.playing()
    }

    /// Lets the bots go.
    pub(super) fn stop(self) {
        self.stop.store(true, Relaxed);
        self.bots.leave();
    }
}
