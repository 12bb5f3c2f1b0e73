// A server of walkers on a thread of its own, for the examples of clients, which bring it in with `include!`.

use netcode::{
    Tick,
    quic::{
        server::QuicServer,
        tls::{Identity, Trust, pinned},
    },
    server::{Server, ServerConfig, ServerEvent},
};
use std::{
    net::SocketAddr,
    time::{Duration, Instant},
};

/// Starts it and says where it is and how to trust it. It ends with the program.
pub fn start() -> Result<(SocketAddr, Trust), Box<dyn std::error::Error>> {
    let identity = Identity::generate()?;
    let mut network = QuicServer::listen("127.0.0.1:0".parse()?, &identity)?;
    let address = network.local_address()?;
    let mut core = Server::<super::walkers::Walkers>::new(ServerConfig::default(), (), Tick(0));
    std::thread::spawn(move || {
        for tick in 1.. {
            network.wait(Instant::now() + Duration::from_millis(5));
            core.begin_tick(Tick(tick));
            network.drain(&mut core);
            while let Some(event) = core.poll_event() {
                if let ServerEvent::Hello { client, .. } = event {
                    core.welcome(client, 0);
                }
            }
            network.flush(&mut core);
        }
    });
    Ok((address, pinned(identity.fingerprint())))
}
