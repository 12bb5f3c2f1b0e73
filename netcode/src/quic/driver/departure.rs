//! What goes out and when: datagrams at once, words and acknowledgements with the next one if it comes soon.

use super::Driver;
use std::time::{Duration, Instant};

/// Packets that one connection may send at once: a first view takes some.
const PACKETS_OF_ONE: usize = 32;
/// Bytes of a packet behind which there may be another: what is shorter had room for everything.
const NEARLY_FULL_BYTES: usize = 900;
/// How long who has nothing to say may owe acknowledgements; and how long a few words of the stream wait for
/// the next snapshot. Where a thousand play something happens in every tick, and all are told: half of all packets
/// were such words alone.
pub(super) const QUIET: Duration = Duration::from_millis(40);
/// The same while snapshots come more slowly than agreed.
const QUIET_AT_MOST: Duration = Duration::from_millis(125);
/// More bytes than these are not a few words.
pub(super) const WORDS_BYTES: usize = 256;
/// Of how many packets of a connection one is followed until there is nothing left to send: only then
/// QUIC looks for longer packets that the path may take.
const PROBE_TURNS: u32 = 16;

impl Driver {
    /// Begins a turn of sending: what the system did not take of the one before is out of date.
    pub fn begin_sending(&mut self) {
        self.port.supersede();
    }

    /// Datagrams follow each other more slowly than usual, so that what can ride with them waits longer; or as usual.
    pub(crate) fn set_stretched(&mut self, spacing: Option<Duration>) {
        let waits = |spacing: Duration| (spacing + spacing / 5).clamp(QUIET, QUIET_AT_MOST);
        self.quiet = spacing.map_or(QUIET, waits);
    }

    /// Sends a datagram that supersedes earlier ones of this connection, with all else that waits there.
    pub fn send_datagram(&mut self, now: Instant, index: usize, bytes: &[u8]) {
        let Self { connections, slots, .. } = self;
        if let Some(connection) = connections.get_mut(index).and_then(Option::as_deref_mut) {
            connection.queue_datagram(slots.copy(bytes).freeze(), true);
            self.clocks[index].followed = Some(now);
            self.transmit(now, index, false);
        }
    }

    /// A datagram for the next [`Driver::send`], beside others.
    pub(crate) fn queue_datagram(&mut self, index: usize, bytes: &[u8]) {
        let Self { connections, slots, .. } = self;
        if let Some(connection) = connections.get_mut(index).and_then(Option::as_deref_mut) {
            connection.queue_datagram(slots.copy(bytes).freeze(), false);
            self.want_sending(index, true);
        }
    }

    /// Bytes of the stream for the next [`Driver::send`], or for the next snapshot if they are few.
    pub(crate) fn queue_stream(&mut self, index: usize, bytes: &[u8]) {
        if let Some(connection) = self.connection(index) {
            connection.queue_stream(bytes);
            let are_few = connection.backlog_bytes() <= WORDS_BYTES;
            self.clocks[index].has_words = true;
            self.want_sending(index, !are_few);
        }
    }

    /// Sends everything that waits.
    pub fn send(&mut self, now: Instant) {
        let mut sending = std::mem::take(&mut self.sending);
        sending.retain(|index| {
            if !self.clocks[*index].is_quiet(now, self.quiet) {
                self.transmit(now, *index, false);
            }
            let clock = &mut self.clocks[*index];
            clock.is_sending = clock.has_data || clock.has_words || clock.owes;
            clock.is_sending
        });
        // The list with room for all goes on, behind it whoever was named meanwhile.
        sending.append(&mut self.sending);
        self.sending = sending;
        self.port.flush(now);
    }

    /// Lets QUIC write what it has for one connection: one packet, and more only while they are full,
    /// or everything.
    pub(super) fn transmit(&mut self, now: Instant, index: usize, to_the_end: bool) {
        let Some(connection) = self.connections.get_mut(index).and_then(Option::as_deref_mut)
        else {
            return;
        };
        let clock = &mut self.clocks[index];
        clock.turn = clock.turn.wrapping_add(1);
        let to_the_end = to_the_end || clock.turn.is_multiple_of(PROBE_TURNS);
        connection.fill(&mut self.words);
        let mut packets = 0;
        while packets < PACKETS_OF_ONE {
            let transmit = connection.quic.poll_transmit(now, 1, self.port.blank());
            let Some(transmit) = transmit else { break };
            self.port.commit(now, transmit.destination, transmit.src_ip);
            packets += 1;
            if transmit.size < NEARLY_FULL_BYTES && !to_the_end {
                break;
            }
        }
        if packets > 0 {
            clock.sent = Some(now);
        }
        (clock.owes, clock.has_words) = (false, false);
        clock.has_data = packets == PACKETS_OF_ONE || connection.has_datagram();
        clock.note_timers(connection);
        let unfinished = clock.has_data;
        if unfinished {
            self.want_sending(index, true);
        }
    }

    pub(super) fn want_sending(&mut self, index: usize, has_data: bool) {
        let clock = &mut self.clocks[index];
        clock.owes = true;
        clock.has_data |= has_data;
        if !std::mem::replace(&mut clock.is_sending, true) {
            self.sending.push(index);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{super::connection::tests::pair, *};

    /// How long after a datagram words go alone.
    fn words_wait(spacing_ms: Option<u64>) -> u64 {
        let (mut server, _client, index) = pair();
        server.set_stretched(spacing_ms.map(Duration::from_millis));
        let begun = Instant::now();
        server.send_datagram(begun, index, &[7; 300]);
        let sent = |server: &Driver| server.totals().packets_sent;
        let before = sent(&server);
        server.queue_stream(index, b"somebody came");
        let at = |ms: u64| begun + Duration::from_millis(ms);
        let alone = (0..1_000).find(|ms| {
            server.send(at(*ms));
            sent(&server) > before
        });
        alone.expect("they go within a second")
    }

    #[test]
    fn words_wait_for_the_datagram_that_follows_and_not_much_longer() {
        assert_eq!(words_wait(None), 40);
        assert_eq!(words_wait(Some(33)), 40);
        assert_eq!(words_wait(Some(100)), 120);
        assert_eq!(words_wait(Some(5_000)), 125);
    }
}
