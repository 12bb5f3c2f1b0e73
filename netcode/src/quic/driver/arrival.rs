//! What comes in and whom it is for: packets of those who play at once, those of strangers in their turn.

use super::{Driver, handshakes::Step, port::Received};
use crate::limits;
use quinn_proto::{ConnectionHandle, DatagramEvent, Incoming, Transmit};
use std::time::{Duration, Instant};

/// Handshakes under way from which new addresses must prove themselves first (RFC 9000, section 8.1).
const RETRY_FROM: usize = 64;
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
                        handshakes.push_packet(index, connection.born, event);
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
        let under_way = self.half_open + handshakes.incoming();
        if under_way >= limits::HALF_OPEN {
            return self.endpoint.ignore(incoming);
        }
        if under_way >= RETRY_FROM && !incoming.remote_address_validated() && incoming.may_retry() {
            self.scratch.clear();
            if let Ok(transmit) = self.endpoint.retry(incoming, &mut self.scratch) {
                self.answer(now, &transmit);
            }
            return;
        }
        if let Some(incoming) = handshakes.push_incoming(incoming) {
            self.endpoint.ignore(incoming);
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
                    self.scratch.clear();
                    match self.endpoint.accept(incoming, now, &mut self.scratch, None) {
                        Ok((handle, quic)) => {
                            self.half_open += 1;
                            self.insert(handle, quic, now + HANDSHAKE_DEADLINE);
                        }
                        Err(error) => {
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
