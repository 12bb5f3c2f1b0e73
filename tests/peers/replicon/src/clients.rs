//! The clients: an app for each, updated between two ticks of the server.

use crate::{KEY, Number, PROTOCOL, Seen, app, connection};
use bevy_replicon_renet::{
    RenetClient,
    netcode::{ClientAuthentication, ConnectToken, NetcodeClientTransport},
};
use std::{error::Error, net::UdpSocket};
use trace::{seat::Seat, seat::now, walk::Trace, watch::Watch};

/// Plays until the run ends, then reports.
pub fn run(seat: Seat) -> Result<(), Box<dyn Error>> {
    let mut watch = Watch::new(seat, Trace::new(seat.workload, 1));
    let mut players = Vec::new();
    for number in 0..seat.workload.clients as u64 {
        let mut app = app();
        let token =
            ConnectToken::generate(now(), PROTOCOL, 300, number, 15, vec![seat.relay], None, &KEY)?;
        let authentication = ClientAuthentication::Secure { connect_token: token };
        let client = RenetClient::new(connection(&app));
        app.insert_resource(client);
        app.insert_resource(NetcodeClientTransport::new(
            now(),
            authentication,
            UdpSocket::bind("127.0.0.1:0")?,
        )?);
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
