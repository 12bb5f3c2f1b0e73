//! What comes in and whom it is for: packets of those who play at once, those of strangers in their turn.

use super::{
    Driver,
    handshakes::{Step, Whose},
    port::Received,
};
use crate::{limits, quic::origin::Origin};
use quinn_proto::{ConnectionHandle, DatagramEvent, Incoming, Transmit};
use std::time::{Duration, Instant};

/// Handshakes under way from which new addresses must prove themselves first (RFC 9000, section 8.1).
const RETRY_FROM: usize = 64;
/// The same for a single address: an address that somebody else writes into its packets must not lose its share.
const RETRY_FROM_OF_ONE: usize = 8;
/// Packets that a handshake may take, with all that is sent again; it is a handful where nothing is lost.
const PACKETS_OF_A_HANDSHAKE: u32 = 64;
/// How long a client may take for QUIC's handshake and for opening its stream.
const HANDSHAKE_DEADLINE: Duration = Duration::from_secs(5);

impl Driver {
    /// Gives a packet to whom it is for.
    pub(super) fn take(&mut self, now: Instant, received: Received) {
        let Received { from, at, bytes } = received;
        self.scratch.clear();
        match self.endpoint.handle(now, from, at, None, bytes, &mut self.scratch) {
            None => {}
            Some(DatagramEvent::ConnectionEvent(ConnectionHandle(index), event)) => {
                let connection = self.connections.get_mut(index).and_then(Option::as_deref_mut);
                let Some(connection) = connection else { return };
                match &mut self.handshakes {
                    Some(handshakes) if connection.quic.is_handshaking() => {
                        connection.early_packets += 1;
                        if let Some(origin) = connection.stranger
                            && connection.early_packets <= PACKETS_OF_A_HANDSHAKE
                        {
                            let whose = Whose { index, born: connection.born, origin };
                            handshakes.push_packet(whose, event);
                        }
                    }
                    _ => {
                        connection.quic.handle_event(event);
                        self.touch(index);
                    }
                }
            }
            Some(DatagramEvent::NewConnection(incoming)) => self.knock(now, incoming),
            Some(DatagramEvent::Response(transmit)) => self.answer(now, &transmit),
        }
    }

    /// Somebody wants to connect.
    fn knock(&mut self, now: Instant, incoming: Incoming) {
        let Some(handshakes) = &mut self.handshakes else { return self.endpoint.ignore(incoming) };
        let origin = Origin::of(incoming.remote_address().ip());
        let of_one = if origin.is_here() { 0 } else { self.half_open.from(origin) };
        if self.half_open.all() >= limits::HALF_OPEN || of_one >= limits::HALF_OPEN_OF_ONE {
            return self.endpoint.ignore(incoming);
        }
        let is_crowded = self.half_open.all() >= RETRY_FROM || of_one >= RETRY_FROM_OF_ONE;
        if is_crowded && !incoming.remote_address_validated() && incoming.may_retry() {
            self.scratch.clear();
            if let Ok(transmit) = self.endpoint.retry(incoming, &mut self.scratch) {
                self.answer(now, &transmit);
            }
            return;
        }
        match handshakes.push_incoming(incoming) {
            Some(incoming) => self.endpoint.ignore(incoming),
            None => self.half_open.add(origin),
        }
    }

    /// Goes on with the handshakes, as far as there is time for them.
    pub(super) fn shake_hands(&mut self, now: Instant) {
        while let Some(step) = self.handshakes.as_mut().and_then(|handshakes| handshakes.next(now))
        {
            match step {
                Step::Packet(index, born, event) => {
                    let connection = self.connection(index);
                    if let Some(connection) = connection.filter(|it| it.born == born) {
                        connection.quic.handle_event(event);
                        self.touch(index);
                    }
                }
                Step::Accept(incoming) => {
                    let origin = Origin::of(incoming.remote_address().ip());
                    self.scratch.clear();
                    match self.endpoint.accept(incoming, now, &mut self.scratch, None) {
                        Ok((handle, quic)) => {
                            self.insert(handle, quic, now + HANDSHAKE_DEADLINE, Some(origin));
                        }
                        Err(error) => {
                            self.half_open.remove(origin);
                            if let Some(transmit) = error.response {
                                self.answer(now, &transmit);
                            }
                        }
                    }
                }
            }
        }
    }

    /// Sends what the endpoint itself has written.
    fn answer(&mut self, now: Instant, transmit: &Transmit) {
        let written = self.scratch.get(..transmit.size).unwrap_or_default();
        self.port.blank().extend_from_slice(written);
        self.port.commit(now, transmit.destination, transmit.src_ip);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::quic::{
        config,
        driver::{Port, Role},
        tls::{Identity, pinned},
    };
    use quinn_proto::Endpoint;
    use std::{net::SocketAddr, sync::Arc};

    /// The first packet of somebody who wants to connect.
    fn first_packet(server: &Identity) -> Vec<u8> {
        let client = Identity::generate().expect("there is randomness");
        let config = config::client(&client, pinned(server.fingerprint())).expect("it is usable");
        let mut endpoint = Endpoint::new(Arc::new(config::connecting(false)), None, true, None);
        let (now, to) = (Instant::now(), "192.0.2.9:5000".parse().expect("it is an address"));
        let (_, mut quic) = endpoint.connect(now, config, to, "netcode").expect("it can begin");
        let mut packet = Vec::new();
        let transmit = quic.poll_transmit(now, 1, &mut packet).expect("it has something to say");
        packet.truncate(transmit.size);
        packet
    }

    /// Its first packet a thousand times a second and more: each is for its connection, and nobody knows before it was
    /// looked at that it is old.
    #[test]
    fn a_connection_that_floods_its_own_handshake_keeps_nobody_else_out() {
        let identity = Identity::generate().expect("there is randomness");
        let here = "127.0.0.1:0".parse().expect("it is an address");
        let mut server = Driver::listen(here, &identity).expect("there are ports");
        let place = server.local_address().expect("it is bound");
        let packet = first_packet(&identity);
        let from = SocketAddr::from(([192, 0, 2, 1], 7));
        let flood = |server: &mut Driver, packets: usize| {
            for _ in 0..packets {
                let bytes = packet.as_slice().into();
                server.take(Instant::now(), Received { from, at: None, bytes });
            }
            server.receive(Instant::now());
        };
        flood(&mut server, 1);
        let port = Port::open(here, Role::Client, None).expect("there are sockets");
        let mut client = Driver::new(port, config::connecting(false), None);
        let begun = Instant::now();
        let trusting = config::client(&identity, pinned(identity.fingerprint())).expect("a key");
        let own = client.connect(begun, trusting, place, Duration::from_secs(20)).expect("a path");
        while !client.connection(own).is_some_and(|connection| connection.is_connected()) {
            flood(&mut server, 400);
            client.receive(Instant::now());
            assert!(begun.elapsed() < Duration::from_secs(4), "it was kept out");
            std::thread::sleep(Duration::from_millis(2));
        }
    }

    #[test]
    fn one_address_that_begins_and_never_ends_keeps_nobody_else_out() {
        let identity = Identity::generate().expect("there is randomness");
        let here = "127.0.0.1:0".parse().expect("it is an address");
        let mut driver = Driver::listen(here, &identity).expect("there are ports");
        let mut knock = |address: SocketAddr| {
            let bytes = first_packet(&identity).as_slice().into();
            driver.take(Instant::now(), Received { from: address, at: None, bytes });
            driver.half_open.from(Origin::of(address.ip()))
        };
        for port in 1..=100 {
            let under_way = knock(SocketAddr::from(([192, 0, 2, 1], port)));
            assert_eq!(
                under_way,
                usize::from(port).min(RETRY_FROM_OF_ONE),
                "unproven ones are few"
            );
        }
        assert_eq!(knock(SocketAddr::from(([192, 0, 2, 2], 1))), 1, "another one begins at once");
        for port in 1..=20 {
            assert_eq!(knock(SocketAddr::from(([127, 0, 0, 1], port))), usize::from(port));
        }
    }
}
