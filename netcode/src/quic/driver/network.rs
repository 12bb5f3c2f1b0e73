//! A bad network under a client's port: a [`Link`] in each direction. It knows one peer only.

use super::port::Received;
use crate::{
    link::{Conditions, Link},
    quic::IP_UDP_HEADER_BYTES,
};
use std::{
    net::SocketAddr,
    time::{Duration, Instant},
};

/// Both directions.
#[derive(Debug)]
pub(super) struct BadNetwork {
    begun: Instant,
    up: Link,
    to: Option<SocketAddr>,
    down: Link,
    /// Where what is under way to us came from; its bytes are not here.
    from: Option<Received>,
}

impl BadNetwork {
    /// The same conditions in both directions, from two seeds.
    pub(super) fn new(conditions: Conditions, seed: u64) -> Self {
        // A socket gives payloads only; the network carries IPv4's and UDP's headers too.
        let least = IP_UDP_HEADER_BYTES as u16;
        let overhead_bytes = conditions.overhead_bytes.max(least);
        let conditions = Conditions { overhead_bytes, ..conditions };
        Self {
            begun: Instant::now(),
            up: Link::new(conditions, seed),
            to: None,
            down: Link::new(conditions, seed ^ 0x5bd1_e995),
            from: None,
        }
    }

    /// A packet sets out.
    pub(super) fn send(&mut self, now: Instant, bytes: &[u8], to: SocketAddr) {
        self.to = Some(to);
        self.up.send(self.age(now), bytes);
    }

    /// The next packet that leaves the network at the other end.
    pub(super) fn poll_sent(&mut self, now: Instant) -> Option<(Vec<u8>, SocketAddr)> {
        let bytes = self.up.poll(self.age(now))?;
        Some((bytes, self.to?))
    }

    /// A packet sets out towards us.
    pub(super) fn receive(&mut self, now: Instant, received: Received) {
        self.down.send(self.age(now), &received.bytes);
        self.from = Some(Received { bytes: Default::default(), ..received });
    }

    /// The next packet that arrives here.
    pub(super) fn poll_received(&mut self, now: Instant) -> Option<Received> {
        let bytes = self.down.poll(self.age(now))?;
        let from = self.from.as_ref()?;
        let received = Received { from: from.from, at: from.at, bytes: bytes.as_slice().into() };
        self.down.recycle(bytes);
        Some(received)
    }

    /// Gives a packet's allocation back.
    pub(super) fn recycle(&mut self, bytes: Vec<u8>) {
        self.up.recycle(bytes);
    }

    /// When something leaves it next.
    pub(super) fn next_due(&self) -> Option<Instant> {
        let due = [self.up.next_due(), self.down.next_due()].into_iter().flatten().min();
        due.map(|due| self.begun + due)
    }

    fn age(&self, now: Instant) -> Duration {
        now.saturating_duration_since(self.begun)
    }
}
