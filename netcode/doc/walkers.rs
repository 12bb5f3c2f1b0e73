// A game in a few lines for the examples in the documentation, which bring it in with `include!`: walkers
// on a line, who push themselves to the left or to the right. It must not grow: it is no place for rules.

use netcode::{
    EntityId, KindId, KindTable, Protocol, Replicate, Snapshot, Tick, budget::Candidate,
    client::Client, client::ClientEvent, server::Action, server::ClientId, server::PeerKey,
    server::Server, server::ServerConfig, server::ServerEvent, wire::message::Hello,
};
use std::time::Duration;

#[derive(Clone, Copy, Debug, Default, PartialEq, Replicate)]
pub struct Walker {
    #[replicate(range = -50_000..=50_000)]
    pub x_mm: i32,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Replicate)]
pub struct Push {
    #[replicate(range = -1..=1)]
    pub direction: i8,
}

pub const WALKER: KindId = KindId(0);

pub enum Walkers {}

impl Protocol for Walkers {
    const NAME: &'static str = "walkers";
    const VERSION: &'static str = "1";
    const KINDS: &'static [&'static KindTable] = &[Walker::TABLE];
    type Input = Push;
    type Greeting = u16; // which entity is yours
    type Event = String;
    type Request = String;
    type Own = Walker;
    type Scenery = ();

    fn own(snapshot: &Snapshot, mine: &u16) -> Option<Walker> {
        snapshot.fresh(EntityId(*mine)).map(|row| row.restore())
    }

    fn step_own((): &(), own: &mut Walker, push: &Push, _: Tick) {
        own.x_mm += i32::from(push.direction) * 100;
    }

    fn distance(before: &Walker, after: &Walker) -> Option<f32> {
        Some((before.x_mm - after.x_mm).abs() as f32 / 1_000.0)
    }
}

/// A network without delay: carries what both want to send.
pub fn carry(
    server: &mut Server<Walkers>,
    id: ClientId,
    client: &mut Client<Walkers>,
    now: Duration,
) {
    while let Some(action) = client.poll_transmit() {
        match action {
            Action::Datagram(bytes) => server.handle_datagram(id, &bytes),
            Action::Stream(bytes) => server.handle_stream(id, &bytes),
            Action::Close(reason) => server.handle_closed(id, &reason),
        }
    }
    while let Some(transmit) = server.poll_transmit() {
        match transmit.action {
            Action::Datagram(bytes) => client.handle_datagram(now, &bytes),
            Action::Stream(bytes) => client.handle_stream(now, &bytes),
            Action::Close(reason) => client.handle_closed(&reason),
        }
    }
}

/// A client that is in, and its server: the walker pushes to the right for so many ticks.
pub fn played(ticks: u32) -> (Server<Walkers>, ClientId, Client<Walkers>, Duration) {
    let mut server = Server::new(ServerConfig::default(), (), Tick(0));
    let (id, mut walker) = (server.connect(PeerKey([7; 32])), Walker::default());
    let (mut client, mut now) = (Client::new(Hello::new::<Walkers>("Ann")), Duration::ZERO);
    for tick in (1..=ticks).map(Tick) {
        now += Duration::from_secs(1) / 60;
        server.begin_tick(tick);
        carry(&mut server, id, &mut client, now);
        while let Some(event) = server.poll_event() {
            assert!(!matches!(event, ServerEvent::Hello { .. }) || server.welcome(id, 0));
        }
        if let Some(command) = server.take_command(id) {
            Walkers::step_own(&(), &mut walker, &command.input, tick);
        }
        if tick.0 % 2 == 0 {
            let mut snapshot = Snapshot::new(tick);
            snapshot.push(EntityId(0), WALKER, &walker);
            let all = Candidate::all(&snapshot);
            server.publish(snapshot);
            server.send_snapshot(id, &all);
        }
        carry(&mut server, id, &mut client, now);
        while let Some(event) = client.poll_event() {
            if let ClientEvent::Welcomed(_) = event {
                client.enter(());
            }
        }
        for tick in client.advance(now) {
            client.apply(tick, Push { direction: 1 });
        }
        client.look(now);
    }
    (server, id, client, now)
}
