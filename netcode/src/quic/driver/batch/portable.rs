//! Any system that quinn's own sockets know: one call for each packet.

use super::super::outbox::Packet;
use quinn_udp::{Transmit, UdpSockRef, UdpSocketState};
use std::{
    io,
    net::UdpSocket,
    time::{Duration, Instant},
};

/// How long something that came may lie unseen, at most.
const NAP: Duration = Duration::from_millis(1);

/// Gives the first of these packets to the system and says how many it took.
pub(in super::super) fn send(
    socket: &UdpSocket,
    state: &UdpSocketState,
    packets: &[Packet],
) -> io::Result<usize> {
    let Some(packet) = packets.first() else { return Ok(0) };
    let transmit = Transmit {
        destination: packet.to,
        ecn: None,
        contents: &packet.bytes,
        segment_size: None,
        src_ip: packet.from,
    };
    state.try_send(UdpSockRef::from(socket), &transmit).map(|()| 1)
}

/// Waits until something may have come, or until then: there is no portable way to ask for a socket.
pub(in super::super) fn wait(_: &UdpSocket, _is_blocked: bool, until: Instant) {
    std::thread::sleep(until.saturating_duration_since(Instant::now()).min(NAP));
}
