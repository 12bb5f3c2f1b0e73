//! renet with its netcode.io transport, in the shape of its own `echo` example: renet carries messages and leaves
//! replication to the game, so the state of all walkers goes as one unreliable message a tick, packed by bincode.
//! The token is signed (`Secure`), so packets are encrypted as ours are.

use renet::{ConnectionConfig, DefaultChannel, RenetClient, RenetServer};
use renet_netcode::{
    ClientAuthentication, ConnectToken, NetcodeClientTransport, NetcodeServerTransport,
    ServerAuthentication, ServerConfig,
};
use std::{error::Error, net::UdpSocket};
use trace::{
    seat::{Seat, Side, now},
    walk::{Trace, Walker},
    watch::Watch,
};

const PROTOCOL: u64 = 7;
const KEY: [u8; 32] = [7; 32];

/// No cap on bandwidth: 64 kB a tick is more than any workload needs.
fn connection() -> ConnectionConfig {
    ConnectionConfig { available_bytes_per_tick: 64_000, ..ConnectionConfig::default() }
}

type Rows = Vec<(u16, u16, u16)>;

fn server(seat: Seat) -> Result<(), Box<dyn Error>> {
    let trace = Trace::new(seat.workload, 1);
    let mut server = RenetServer::new(connection());
    let config = ServerConfig {
        current_time: now(),
        max_clients: 64,
        protocol_id: PROTOCOL,
        public_addresses: vec![seat.relay],
        authentication: ServerAuthentication::Secure { private_key: KEY },
    };
    let mut transport = NetcodeServerTransport::new(config, UdpSocket::bind(seat.listen)?)?;
    let mut tick = 0;
    while seat.wait(tick) {
        server.update(seat.step());
        transport.update(seat.step(), &mut server)?;
        while server.get_event().is_some() {}
        let rows: Rows = trace.at(tick).iter().map(|w| (w.x_cm, w.y_cm, w.aim_deg)).collect();
        let message = bincode::encode_to_vec(&rows, bincode::config::standard())?;
        server.broadcast_message(DefaultChannel::Unreliable, message);
        transport.send_packets(&mut server);
        tick = seat.due().max(tick + 1);
    }
    Ok(())
}

fn clients(seat: Seat) -> Result<(), Box<dyn Error>> {
    let mut watch = Watch::new(seat, Trace::new(seat.workload, 1));
    let mut players = Vec::new();
    for number in 0..seat.workload.clients as u64 {
        let token =
            ConnectToken::generate(now(), PROTOCOL, 300, number, 15, vec![seat.relay], None, &KEY)?;
        let authentication = ClientAuthentication::Secure { connect_token: token };
        let transport =
            NetcodeClientTransport::new(now(), authentication, UdpSocket::bind("127.0.0.1:0")?)?;
        players.push((RenetClient::new(connection()), transport, Rows::new()));
    }
    let mut tick = seat.due();
    while seat.wait_half(tick) {
        tick = seat.due() + 1;
        for (client, transport, held) in &mut players {
            client.update(seat.step());
            transport.update(seat.step(), client)?;
            while let Some(message) = client.receive_message(DefaultChannel::Unreliable) {
                *held = bincode::decode_from_slice(&message, bincode::config::standard())?.0;
            }
            transport.send_packets(client)?;
            let walker =
                |row: &(u16, u16, u16)| Walker { x_cm: row.0, y_cm: row.1, aim_deg: row.2 };
            watch.look(held.iter().map(walker).enumerate());
        }
    }
    watch.report();
    Ok(())
}

fn main() -> Result<(), Box<dyn Error>> {
    let seat = Seat::from_arguments();
    match seat.side {
        Side::Server => server(seat),
        Side::Clients => clients(seat),
    }
}
