//! The clients, all on one thread: they send at the server's rate, spread over its tick.

use crate::{UP_BYTES, meter::Meter};
use netcode::{
    quic::{
        client::{Arrival, ClientEndpoint, QuicClient},
        tls::{Fingerprint, Identity, pinned},
    },
    server::Action,
};
use std::{
    net::SocketAddr,
    sync::atomic::Ordering::Relaxed,
    thread,
    time::{Duration, Instant},
};

/// Clients that share a socket.
const PER_SOCKET: usize = 25;
/// Connections that are under way at once.
const CONNECTING: usize = 32;
/// Parts of a tick.
const PHASES: u32 = 8;

/// All clients.
pub(crate) struct Load {
    groups: Vec<(ClientEndpoint, Vec<QuicClient>)>,
}

impl Load {
    /// Connects them all.
    pub(crate) fn connect(server: SocketAddr, fingerprint: Fingerprint, clients: usize) -> Self {
        let identity = Identity::generate().expect("there is randomness");
        let mut groups: Vec<(ClientEndpoint, Vec<QuicClient>)> = Vec::new();
        for number in 0..clients {
            if number % PER_SOCKET == 0 {
                let endpoint = ClientEndpoint::open(server, None, true).expect("there are sockets");
                groups.push((endpoint, Vec::new()));
            }
            let (endpoint, members) = groups.last_mut().expect("one was pushed");
            let client = endpoint.connect(server, &identity, pinned(fingerprint));
            members.push(client.expect("the address can be used"));
            settle(&mut groups, CONNECTING);
        }
        settle(&mut groups, 1);
        Self { groups }
    }

    /// Plays until the meter says that it is over.
    pub(crate) fn play(mut self, rate: u32, meter: &Meter) {
        meter.play();
        let (mut due, pause) = (Instant::now(), Duration::from_secs(1) / (rate * PHASES));
        for phase in (0..PHASES as usize).cycle() {
            due = (due + pause).max(Instant::now() - pause * PHASES);
            thread::sleep(due.saturating_duration_since(Instant::now()));
            for (endpoint, clients) in self.groups.iter_mut().skip(phase).step_by(PHASES as usize) {
                endpoint.receive();
                let mut received = 0;
                for client in &mut *clients {
                    client.drain(|arrival| match arrival {
                        Arrival::Datagram(_) => received += 1,
                        Arrival::Path(_) => {}
                        other => panic!("{other:?}"),
                    });
                    client.transmit(Action::Datagram(vec![5; UP_BYTES]));
                }
                endpoint.send();
                meter.down_received.fetch_add(received, Relaxed);
                meter.up_sent.fetch_add(clients.len() as u64, Relaxed);
            }
            if meter.is_over() {
                return;
            }
        }
    }
}

/// Waits until fewer than so many connections are under way.
fn settle(groups: &mut [(ClientEndpoint, Vec<QuicClient>)], fewer_than: usize) {
    loop {
        let mut under_way = 0;
        for (endpoint, clients) in groups.iter_mut() {
            endpoint.receive();
            endpoint.send();
            for client in &mut *clients {
                client.drain(|arrival| {
                    assert!(!matches!(arrival, Arrival::Closed(_)), "{arrival:?}")
                });
                under_way += usize::from(!client.is_connected());
            }
        }
        if under_way < fewer_than {
            return;
        }
        thread::sleep(Duration::from_millis(1));
    }
}
