//! A server that speaks the protocol well and tells what no honest one would: rows with any value that their tables
//! admit, for any identity, events of pilots that never came, names of any length, numbers at their ends. Whatever it
//! tells, a client must go on. What is no protocol at all is fuzzed elsewhere ([`crate::fuzz`]).

mod lies;

use game_sim::{Tumult, replicate::entity};
use lies::{Liar, Rows};
use netcode::{
    Snapshot, Tick, TickRate,
    budget::Candidate,
    quic::{server::QuicServer, tls::Identity},
    server::{ClientId, Server, ServerConfig, ServerEvent},
};
use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
    thread::JoinHandle,
    time::{Duration, Instant},
};

/// From one tick to the next, whatever rate it told.
const TICK: Duration = Duration::from_micros(16_667);
/// Events in a tick: no more than a slow machine takes in.
const EVENTS: u32 = 2;

/// A liar on a thread of its own, until the handle goes.
pub struct Impostor {
    /// Where it listens.
    pub address: SocketAddr,
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Impostor {
    /// Starts one; the seed says what it tells.
    ///
    /// # Panics
    /// When there is no port for it.
    #[must_use]
    pub fn start(seed: u64) -> Self {
        let identity = Identity::generate().expect("there is randomness");
        let place = "127.0.0.1:0".parse().expect("it is an address");
        let quic = QuicServer::listen(place, &identity).expect("there are ports");
        let address = quic.local_address().expect("it has one");
        let stop = Arc::new(AtomicBool::new(false));
        let until = stop.clone();
        let thread = std::thread::spawn(move || run(quic, Liar::new(seed), &until));
        Self { address, stop, thread: Some(thread) }
    }
}

impl Drop for Impostor {
    fn drop(&mut self) {
        self.stop.store(true, Relaxed);
        let _ = self.thread.take().map(JoinHandle::join);
    }
}

/// Lies until it is told to stop.
fn run(mut quic: QuicServer, mut liar: Liar, stop: &AtomicBool) {
    let tick_rate = TickRate::new(liar.tick_rate()).expect("it is more than none");
    let config = ServerConfig { tick_rate, ..ServerConfig::default() };
    let (mut tick, scenery) = (Tick(liar.any()), liar.scenery());
    let (greeting, mut rows) = (liar.greeting(&scenery), Rows::new());
    let mut core = Server::<Tumult>::new(config, scenery, tick);
    let mut due = Instant::now();
    while !stop.load(Relaxed) {
        due += TICK;
        std::thread::sleep(due.saturating_duration_since(Instant::now()));
        tick = tick.next();
        core.begin_tick(tick);
        quic.drain(&mut core);
        while let Some(event) = core.poll_event() {
            if let ServerEvent::Hello { client, .. } | ServerEvent::Resumed { client, .. } = event {
                let _is_here = core.welcome(client, greeting.clone());
            }
        }
        let clients: Vec<ClientId> = core.clients().collect();
        for client in &clients {
            let _what_it_does = core.take_command(*client);
        }
        (0..EVENTS).for_each(|_| core.broadcast(&liar.event()));
        if core.clients().any(|client| core.is_due(client)) {
            liar.shift(&mut rows, greeting.pilot);
            let mut snapshot = Snapshot::new(tick);
            for (id, (kind, columns)) in &rows {
                snapshot.push_columns(*id, *kind, tick, columns);
            }
            let mut all = Candidate::all(&snapshot);
            // What a client needs to begin comes first.
            let own = greeting.pilot.and_then(|me| snapshot.index_of(entity::own(me)));
            own.into_iter().for_each(|own| all[own].weight = 100.0);
            core.publish(snapshot);
            clients.iter().for_each(|client| core.send_snapshot(*client, &all));
        }
        quic.flush(&mut core);
    }
    quic.close("it has lied enough");
}
