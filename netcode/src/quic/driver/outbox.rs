//! Packets on their way to the system, many in one call.
//!
//! QUIC writes each packet into a buffer of ours, and whole groups go to the system together. What the
//! system does not take waits here until it does, or until the next tick's packets supersede it: a stale
//! packet must never keep a fresh one waiting.

use std::{
    io::{self, ErrorKind},
    net::{IpAddr, SocketAddr},
};

/// Packets that are given to the system as soon as there are so many: few enough that the first are under
/// way while the others are still encrypted, enough that the calls hardly count.
pub(super) const GROUP: usize = 64;
/// Packets that may wait for a system that takes none; what is more is lost, as in any full queue.
const WAITING: usize = 16_384;

/// One packet.
#[derive(Debug)]
pub(super) struct Packet {
    pub(super) bytes: Vec<u8>,
    pub(super) to: SocketAddr,
    /// Which of our own addresses it leaves from, if that is not for the system to choose.
    pub(super) from: Option<IpAddr>,
}

/// The packets that were not given to the system yet.
#[derive(Debug, Default)]
pub(super) struct Outbox {
    /// Those that wait, then spare ones, whose buffers are used again.
    packets: Vec<Packet>,
    filled: usize,
    sent: usize,
    is_blocked: bool,
}

impl Outbox {
    /// An empty buffer to write the next packet into. Nothing is to be sent before
    /// [`Outbox::commit`].
    pub(super) fn blank(&mut self) -> &mut Vec<u8> {
        if self.filled == self.packets.len() {
            let to = SocketAddr::from(([0, 0, 0, 0], 0));
            self.packets.push(Packet { bytes: Vec::new(), to, from: None });
        }
        let bytes = &mut self.packets[self.filled].bytes;
        bytes.clear();
        bytes
    }

    /// What was written into the blank buffer so far.
    pub(super) fn written(&self) -> &[u8] {
        self.packets.get(self.filled).map_or(&[], |packet| &packet.bytes)
    }

    /// What was written into the blank buffer is a packet.
    pub(super) fn commit(&mut self, to: SocketAddr, from: Option<IpAddr>) {
        if self.filled >= WAITING {
            return;
        }
        if let Some(packet) = self.packets.get_mut(self.filled) {
            (packet.to, packet.from) = (to, from);
            self.filled += 1;
        }
    }

    /// Whether it is worth a system call already.
    pub(super) fn is_group(&self) -> bool {
        !self.is_blocked && self.filled - self.sent >= GROUP
    }

    /// Whether the system did not take everything.
    pub(super) fn is_blocked(&self) -> bool {
        self.is_blocked
    }

    /// Gives everything to the system, which takes some of the packets at a time and says how many.
    pub(super) fn flush(&mut self, mut give: impl FnMut(&[Packet]) -> io::Result<usize>) {
        self.is_blocked = false;
        while self.sent < self.filled {
            match give(&self.packets[self.sent..self.filled]) {
                Ok(taken) => self.sent += taken.max(1),
                Err(error) if error.kind() == ErrorKind::WouldBlock => {
                    self.is_blocked = true;
                    return;
                }
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                // Too long for the path, or nobody there: for QUIC it is a lost packet.
                Err(_) => self.sent += 1,
            }
        }
        (self.filled, self.sent) = (0, 0);
    }

    /// Forgets what the system did not take: newer packets follow.
    pub(super) fn supersede(&mut self) {
        if self.is_blocked {
            (self.filled, self.sent, self.is_blocked) = (0, 0, false);
            self.packets.truncate(GROUP);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn write(outbox: &mut Outbox, tick: u8, packets: u16) {
        for port in 0..packets {
            outbox.blank().extend_from_slice(&[tick, 7]);
            outbox.commit(SocketAddr::from(([127, 0, 0, 1], port)), None);
        }
    }

    #[test]
    fn everything_goes_once_and_in_order_however_little_is_taken_at_a_time() {
        let (mut outbox, mut ports) = (Outbox::default(), Vec::new());
        for _ in 0..2 {
            write(&mut outbox, 1, 200);
            assert!(outbox.is_group());
            outbox.flush(|packets| {
                ports.extend(packets.iter().take(3).map(|packet| packet.to.port()));
                Ok(packets.len().min(3))
            });
            assert!(!outbox.is_group() && !outbox.is_blocked());
        }
        let expected: Vec<u16> = (0..200).chain(0..200).collect();
        assert_eq!(ports, expected);
    }

    #[test]
    fn a_packet_that_can_not_go_holds_up_no_other() {
        let (mut outbox, mut ports) = (Outbox::default(), Vec::new());
        write(&mut outbox, 1, 5);
        outbox.flush(|packets| match packets[0].to.port() {
            2 => Err(ErrorKind::HostUnreachable.into()),
            port => {
                ports.push(port);
                Ok(1)
            }
        });
        assert_eq!(ports, [0, 1, 3, 4]);
    }

    /// Invariant 4: of what a full socket did not take, the newest waits and nothing else.
    #[test]
    fn while_the_system_takes_nothing_one_packet_waits_for_each_and_it_is_the_newest() {
        let mut outbox = Outbox::default();
        for tick in 1..=40 {
            outbox.supersede();
            write(&mut outbox, tick, 3);
            outbox.flush(|_| Err(ErrorKind::WouldBlock.into()));
            assert!(outbox.is_blocked());
        }
        let mut came = Vec::new();
        outbox.flush(|packets| {
            came.extend(packets.iter().map(|packet| (packet.bytes[0], packet.to.port())));
            Ok(packets.len())
        });
        assert_eq!(came, [(40, 0), (40, 1), (40, 2)]);
    }

    #[test]
    fn what_waits_is_bounded() {
        let mut outbox = Outbox::default();
        for _ in 0..40 {
            write(&mut outbox, 1, 1_000);
            outbox.flush(|_| Err(ErrorKind::WouldBlock.into()));
        }
        let mut waited = 0;
        outbox.flush(|packets| {
            waited += packets.len();
            Ok(packets.len())
        });
        assert_eq!(waited, WAITING);
    }
}
