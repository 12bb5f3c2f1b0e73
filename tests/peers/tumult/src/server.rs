//! The server: replays the trace, one snapshot a tick for everybody.

use crate::{
    interest::Interest,
    walk::{Row, Walk, snapshot},
};
use netcode::{
    Tick, TickRate,
    budget::Candidate,
    quic::{server::QuicServer, tls::Identity},
    server::{Server, ServerConfig, ServerEvent},
};
use std::{error::Error, path::Path};
use trace::{seat::Seat, walk::Trace};

/// Where the clients find whom to trust: they are other processes.
pub const IDENTITY: &str = "peer-tumult.identity";

/// Serves until the run ends.
pub fn run<R: Row>(seat: Seat) -> Result<(), Box<dyn Error>> {
    let trace = Trace::new(seat.workload, 1);
    let identity = Identity::keep(&std::env::temp_dir().join(Path::new(IDENTITY)))?;
    let mut network = QuicServer::listen(seat.listen, &identity)?;
    network.set_per_address(seat.workload.clients + 1);
    let tick_rate = TickRate::new(seat.workload.rate_hz as u16).ok_or("the rate is not zero")?;
    let config =
        ServerConfig { tick_rate, snapshot_interval: 1, resume_s: 0, ..ServerConfig::default() };
    let mut core = Server::<Walk<R>>::new(config, seat.workload.rate_hz, Tick(0));
    let mut interest = Interest::new(seat.workload);
    let mut clients = Vec::new();
    let mut number = 0;
    while seat.wait(number) {
        number = seat.due().max(number + 1);
        let tick = Tick(number as u32);
        core.begin_tick(tick);
        network.drain(&mut core);
        while let Some(event) = core.poll_event() {
            match event {
                // The name is the client's number.
                ServerEvent::Hello { client, hello, .. } if core.welcome(client, ()) => {
                    clients.push((client, hello.name.parse::<usize>()?));
                }
                ServerEvent::Left { client, .. } => clients.retain(|(other, _)| *other != client),
                _ => {}
            }
        }
        let walkers = trace.at(number - 1);
        let snapshot = snapshot::<R>(tick, &trace, number - 1);
        let all = Candidate::all(&snapshot);
        if let Some(interest) = &mut interest {
            interest.update(&snapshot, walkers);
        }
        core.publish(snapshot);
        for (client, walker) in &clients {
            let _ = core.take_command(*client);
            let seen = interest.as_mut().map_or(&all[..], |interest| interest.of(*walker, walkers));
            core.send_snapshot(*client, seen);
        }
        network.flush(&mut core);
    }
    Ok(())
}
