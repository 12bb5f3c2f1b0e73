//! The clients: an app for each, updated between two ticks of the server.

use crate::{KEY, Number, PROTOCOL, Seen, app};
use lightyear::prelude::{client::*, *};
use std::{error::Error, net::SocketAddr};
use trace::{seat::Seat, walk::Trace, watch::Watch};

/// Plays until the run ends, then reports.
pub fn run(seat: Seat) -> Result<(), Box<dyn Error>> {
    let mut watch = Watch::new(seat, Trace::new(seat.workload, 1));
    let mut players = Vec::new();
    for client_id in 0..seat.workload.clients as u64 {
        let mut app = app(seat, ClientPlugins { tick_duration: seat.step() });
        app.finish();
        app.cleanup();
        let authentication = Authentication::Manual {
            server_addr: seat.relay,
            client_id,
            private_key: KEY,
            protocol_id: PROTOCOL,
        };
        let config = NetcodeConfig { token_expire_secs: -1, ..NetcodeConfig::default() };
        let client = (
            Client::default(),
            NetcodeClient::new(authentication, config)?,
            LocalAddr(SocketAddr::from(([127, 0, 0, 1], 0))),
            PeerAddr(seat.relay),
            ReplicationReceiver::default(),
            UdpIo::default(),
        );
        let entity = app.world_mut().spawn(client).id();
        app.world_mut().trigger(Connect { entity });
        let seen = app.world_mut().query::<(&Number, &Seen)>();
        players.push((app, seen));
    }
    let mut tick = seat.due();
    while seat.wait_half(tick) {
        tick = seat.due() + 1;
        for (number, (app, seen)) in players.iter_mut().enumerate() {
            app.update();
            let held = seen.iter(app.world());
            watch.look(number, held.map(|(number, seen)| (usize::from(number.0), seen.0)));
        }
    }
    watch.report();
    Ok(())
}
