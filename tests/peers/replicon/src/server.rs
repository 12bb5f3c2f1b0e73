//! The server: one entity for each walker; whose state is another is written, and bevy's change detection does the rest.

use crate::{KEY, Number, PROTOCOL, Seen, app, connection, interest};
use bevy::prelude::*;
use bevy_replicon::prelude::*;
use bevy_replicon_renet::{
    RenetServer,
    netcode::{NetcodeServerTransport, ServerAuthentication, ServerConfig},
};
use std::{error::Error, net::UdpSocket};
use trace::{seat::Seat, seat::now, walk::Trace};

/// Serves until the run ends.
pub fn run(seat: Seat) -> Result<(), Box<dyn Error>> {
    let trace = Trace::new(seat.workload, 1);
    let mut app = app();
    let config = ServerConfig {
        current_time: now(),
        max_clients: seat.workload.clients,
        protocol_id: PROTOCOL,
        public_addresses: vec![seat.relay],
        authentication: ServerAuthentication::Secure { private_key: KEY },
    };
    let server = RenetServer::new(connection(&app));
    app.insert_resource(server);
    app.insert_resource(NetcodeServerTransport::new(config, UdpSocket::bind(seat.listen)?)?);
    let walkers: Vec<Entity> = trace
        .at(0)
        .iter()
        .enumerate()
        .map(|(number, walker)| {
            app.world_mut().spawn((Replicated, Number(number as u16), Seen(*walker))).id()
        })
        .collect();
    interest::turn_on(&mut app, seat.workload, &walkers);
    let mut seen = app.world_mut().query::<&mut Seen>();
    let mut tick = 0;
    while seat.wait(tick) {
        for (entity, walker) in walkers.iter().zip(trace.at(tick)) {
            seen.get_mut(app.world_mut(), *entity)?.set_if_neq(Seen(*walker));
        }
        interest::step(app.world_mut(), trace.at(tick));
        app.update();
        tick = seat.due().max(tick + 1);
    }
    Ok(())
}
