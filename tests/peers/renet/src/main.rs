//! renet with its netcode.io transport, in the shape of its own `echo` example: renet carries messages and leaves
//! replication to the game, so the state of all walkers goes as one unreliable message a tick, packed by bincode. With
//! interest on each client gets a message of its own, and each row says how many walkers were left out before it.
//! The token is signed (`Secure`), so packets are encrypted as ours are.

use renet::{ConnectionConfig, DefaultChannel, RenetClient, RenetServer};
use renet_netcode::{
    ClientAuthentication, ConnectToken, NetcodeClientTransport, NetcodeServerTransport,
    ServerAuthentication, ServerConfig,
};
use std::{error::Error, net::UdpSocket};
use trace::{
    seat::{Seat, Side, now},
    sight::Sight,
    walk::{Trace, Walker},
    watch::Watch,
};

const PROTOCOL: u64 = 7;
const KEY: [u8; 32] = [7; 32];

/// No cap on bandwidth: 64 kB a tick is more than any workload needs.
fn connection() -> ConnectionConfig {
    ConnectionConfig { available_bytes_per_tick: 64_000, ..ConnectionConfig::default() }
}

/// Of everybody.
type Rows = Vec<(u16, u16, u16)>;
/// Of those in sight; the first number is how many are left out before.
type SomeRows = Vec<(u16, u16, u16, u16)>;

fn all(walkers: &[Walker]) -> Rows {
    walkers.iter().map(|w| (w.x_cm, w.y_cm, w.aim_deg)).collect()
}

fn in_sight(sight: &Sight, client: usize, walkers: &[Walker]) -> SomeRows {
    let mut next = 0;
    let row = |number: usize| {
        let walker = walkers[number];
        let left_out = (number - next) as u16;
        next = number + 1;
        (left_out, walker.x_cm, walker.y_cm, walker.aim_deg)
    };
    sight.of(client).map(row).collect()
}

/// What a message says: numbers and states.
fn read(message: &[u8], is_all: bool) -> Result<Vec<(usize, Walker)>, Box<dyn Error>> {
    let config = bincode::config::standard();
    let walker = |x_cm, y_cm, aim_deg| Walker { x_cm, y_cm, aim_deg };
    if is_all {
        let rows: Rows = bincode::decode_from_slice(message, config)?.0;
        return Ok(rows.iter().map(|row| walker(row.0, row.1, row.2)).enumerate().collect());
    }
    let rows: SomeRows = bincode::decode_from_slice(message, config)?.0;
    let mut next = 0;
    let numbered = rows.iter().map(|row| {
        let number = next + usize::from(row.0);
        next = number + 1;
        (number, walker(row.1, row.2, row.3))
    });
    Ok(numbered.collect())
}

fn server(seat: Seat) -> Result<(), Box<dyn Error>> {
    let trace = Trace::new(seat.workload, 1);
    let mut sight = Sight::new(seat.workload);
    let mut server = RenetServer::new(connection());
    let config = ServerConfig {
        current_time: now(),
        max_clients: seat.workload.clients,
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
        let walkers = trace.at(tick);
        let config = bincode::config::standard();
        if let Some(sight) = &mut sight {
            sight.step(walkers);
            // The identifiers that the clients give are their numbers.
            for client in server.clients_id() {
                let rows = in_sight(sight, client as usize, walkers);
                let message = bincode::encode_to_vec(&rows, config)?;
                server.send_message(client, DefaultChannel::Unreliable, message);
            }
        } else {
            let message = bincode::encode_to_vec(all(walkers), config)?;
            server.broadcast_message(DefaultChannel::Unreliable, message);
        }
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
        players.push((RenetClient::new(connection()), transport, Vec::new()));
    }
    let mut tick = seat.due();
    while seat.wait_half(tick) {
        tick = seat.due() + 1;
        for (number, (client, transport, held)) in players.iter_mut().enumerate() {
            client.update(seat.step());
            transport.update(seat.step(), client)?;
            while let Some(message) = client.receive_message(DefaultChannel::Unreliable) {
                *held = read(&message, seat.workload.reach.is_none())?;
            }
            transport.send_packets(client)?;
            watch.look(number, held.iter().copied());
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
