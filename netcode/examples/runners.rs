//! A complete game: a server and two clients over real QUIC. Two runners go to and fro; each client
//! predicts its own and sees the other's a little in the past. docs/making-a-game.md walks through it.

use netcode::quic::{client, server::QuicServer, tls, tls::Identity};
use netcode::server::{ClientId, Server, ServerConfig, ServerEvent};
use netcode::{EntityId, KindId, KindTable, Protocol, Replicate, Snapshot, Tick};
use netcode::{budget::Candidate, client::Client, client::ClientEvent, wire::message::Hello};
use std::time::{Duration, Instant};
use std::{collections::BTreeMap, error::Error, net::SocketAddr, thread};

/// What is told of a runner. Integers, so that server and client compute the same to the bit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Replicate)]
struct Runner {
    #[replicate(range = -50_000..=50_000)]
    x_mm: i32,
}

/// What a player does in one tick: push to the left or to the right.
#[derive(Clone, Copy, Debug, Default, PartialEq, Replicate)]
struct Push {
    #[replicate(range = -1..=1)]
    direction: i8,
}

/// The only rule of the game, the same code on both sides.
fn run(runner: &mut Runner, push: Push) {
    runner.x_mm = (runner.x_mm + i32::from(push.direction) * 100).clamp(-50_000, 50_000);
}

const RUNNER: KindId = KindId(0);
/// The game, for netcode.
enum Runners {}

impl Protocol for Runners {
    const NAME: &'static str = "runners";
    const VERSION: &'static str = "1";
    const KINDS: &'static [&'static KindTable] = &[Runner::TABLE];
    type Input = Push;
    type Greeting = u16; // which entity is yours
    type Event = String;
    type Request = String;
    type Own = Runner;
    type Scenery = ();

    fn own(snapshot: &Snapshot, mine: &u16) -> Option<Runner> {
        snapshot.fresh(EntityId(*mine)).map(|row| row.restore())
    }

    fn step_own((): &(), own: &mut Runner, push: &Push, _: Tick) {
        run(own, *push);
    }

    fn distance(before: &Runner, after: &Runner) -> Option<f32> {
        Some((before.x_mm - after.x_mm).abs() as f32 / 1_000.0)
    }
}

struct Host {
    network: QuicServer,
    core: Server<Runners>,
    tick: Tick,
    runners: BTreeMap<ClientId, Runner>,
}

impl Host {
    fn tick(&mut self) {
        self.tick = self.tick.next();
        self.core.begin_tick(self.tick);
        self.network.drain(&mut self.core);
        while let Some(event) = self.core.poll_event() {
            match event {
                ServerEvent::Hello { client, .. } if self.core.welcome(client, client.0 as u16) => {
                    self.runners.insert(client, Runner::default());
                }
                ServerEvent::Left { client, .. } => drop(self.runners.remove(&client)),
                _ => {} // here nobody asks for anything, and nobody comes back after a loss
            }
        }
        let mut snapshot = Snapshot::new(self.tick);
        for (client, runner) in &mut self.runners {
            let command = self.core.take_command(*client);
            run(runner, command.map_or_else(Push::default, |command| command.input));
            snapshot.push(EntityId(client.0 as u16), RUNNER, runner);
        }
        if self.tick.0.is_multiple_of(2) {
            let all = Candidate::all(&snapshot);
            self.core.publish(snapshot);
            self.runners.keys().for_each(|client| self.core.send_snapshot(*client, &all));
        }
        self.network.flush(&mut self.core);
    }
}

/// A client: a connection, and the core that predicts and interpolates.
struct Player {
    connection: client::QuicClient,
    core: Client<Runners>,
    remote: Option<Runner>,
}

impl Player {
    fn join(server: SocketAddr, host: &Identity, name: &str) -> Result<Self, Box<dyn Error>> {
        let (key, trust) = (Identity::generate()?, tls::pinned(host.fingerprint()));
        let endpoint = client::ClientEndpoint::open(server, None, false)?;
        let connection = endpoint.connect(server, &key, trust)?;
        Ok(Self { connection, core: Client::new(Hello::new::<Runners>(name)), remote: None })
    }

    fn frame(&mut self, now: Duration, turn: u32) {
        self.connection.drain_into(&mut self.core, now);
        while let Some(event) = self.core.poll_event() {
            matches!(event, ClientEvent::Welcomed(_)).then(|| self.core.enter(()));
        }
        for tick in self.core.advance(now) {
            let direction = if tick.0 % 80 < turn { 1 } else { -1 };
            self.core.apply(tick, Push { direction });
        }
        let me = self.core.welcome().map(|welcome| EntityId(welcome.greeting));
        if let (Some(view), Some(ring)) = (self.core.look(now), self.core.snapshots()) {
            let mut seen = view.entities::<Runner>(ring, RUNNER);
            self.remote = seen.find(|seen| Some(seen.id) != me).map(|seen| seen.blend());
        }
        self.connection.flush(&mut self.core);
    }
}

#[allow(clippy::disallowed_methods, clippy::print_stdout, reason = "a program has both")]
fn main() -> Result<(), Box<dyn Error>> {
    let (identity, start) = (Identity::generate()?, Tick(u32::MAX - 60));
    let network = QuicServer::listen("127.0.0.1:0".parse()?, &identity)?;
    let address = network.local_address()?;
    let core = Server::new(ServerConfig { resume_s: 0, ..ServerConfig::default() }, (), start);
    let mut host = Host { network, core, tick: start, runners: BTreeMap::new() };
    let mut ann = Player::join(address, &identity, "Ann")?;
    let mut bo = Player::join(address, &identity, "Bo")?;
    let (began, tick) = (Instant::now(), Duration::from_secs(1) / 60);
    for number in 0..180 {
        thread::sleep((began + tick * number).saturating_duration_since(Instant::now()));
        host.tick();
        ann.frame(tick * number, 50);
        bo.frame(tick * number, 40);
    }
    for (name, player) in [("Ann", &ann), ("Bo", &bo)] {
        let own = player.core.own().ok_or("nothing is predicted")?.0.x_mm;
        let other = player.remote.ok_or("nobody else is seen")?.x_mm;
        println!("{name} is at {own} mm and sees the other at {other} mm");
    }
    Ok(())
}
