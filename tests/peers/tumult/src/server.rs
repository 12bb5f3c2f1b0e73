//! The server: replays the trace, one snapshot a tick for everybody.

use crate::{SEEN, Seen, Walk};
use netcode::{
    EntityId, Snapshot, Tick, TickRate,
    budget::Candidate,
    quic::{server::QuicServer, tls::Identity},
    server::{Server, ServerConfig, ServerEvent},
};
use std::{error::Error, path::Path};
use trace::{seat::Seat, walk::Trace};

/// Where the clients find whom to trust: they are other processes.
pub const IDENTITY: &str = "peer-tumult.identity";

/// Serves until the run ends.
pub fn run(seat: Seat) -> Result<(), Box<dyn Error>> {
    let trace = Trace::new(seat.workload, 1);
    let identity = Identity::keep(&std::env::temp_dir().join(Path::new(IDENTITY)))?;
    let mut network = QuicServer::listen(seat.listen, &identity)?;
    network.set_per_address(seat.workload.clients + 1);
    let tick_rate = TickRate::new(seat.workload.rate_hz as u16).ok_or("the rate is not zero")?;
    let config =
        ServerConfig { tick_rate, snapshot_interval: 1, resume_s: 0, ..ServerConfig::default() };
    let mut core = Server::<Walk>::new(config, (), Tick(0));
    let mut clients = Vec::new();
    let mut number = 0;
    while seat.wait(number) {
        number = seat.due().max(number + 1);
        let tick = Tick(number as u32);
        core.begin_tick(tick);
        network.drain(&mut core);
        while let Some(event) = core.poll_event() {
            match event {
                ServerEvent::Hello { client, .. } if core.welcome(client, ()) => {
                    clients.push(client)
                }
                ServerEvent::Left { client, .. } => clients.retain(|other| *other != client),
                _ => {}
            }
        }
        let mut snapshot = Snapshot::new(tick);
        for (entity, walker) in trace.at(number - 1).iter().enumerate() {
            snapshot.push(EntityId(entity as u16), SEEN, &Seen::from(*walker));
        }
        let all = Candidate::all(&snapshot);
        core.publish(snapshot);
        for client in &clients {
            let _ = core.take_command(*client);
            core.send_snapshot(*client, &all);
        }
        network.flush(&mut core);
    }
    Ok(())
}
