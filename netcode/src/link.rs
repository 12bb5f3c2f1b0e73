//! A bad network, on purpose: delays, loses, doubles, reorders and corrupts packets, from a seed, and
//! lets them queue at a narrow place.
//!
//! One [`Link`] is one direction. It knows no time of its own and no socket: tests step it in virtual
//! time, `quic::socket` puts it under a real endpoint. The same seed and the same packets give the
//! same fate. (The model follows netem's and str0m's `netem`; bursts are Gilbert-Elliott's.)
//! `link/conditions` says what may be wrong and how it is written, `link/queue` is the narrow place.

mod conditions;
mod queue;

pub use conditions::{Conditions, ConditionsError, QUEUE_BYTES};
pub use queue::Delays;

use queue::Queue;
use rand_pcg::{
    Pcg32,
    rand_core::{Rng, SeedableRng},
};
use std::{
    collections::{BinaryHeap, VecDeque},
    time::Duration,
};

/// Packets that may be under way; more are dropped, as a router would.
const IN_FLIGHT: usize = 4_096;

/// How much later than its turn an overtaken packet comes at most.
pub const REORDER_DELAY: Duration = Duration::from_millis(40);

/// One direction of a bad network.
///
/// ```
/// use netcode::link::{Conditions, Link};
/// use std::time::Duration;
/// let ms = Duration::from_millis;
/// let mut link = Link::new(Conditions { delay: ms(30), ..Conditions::default() }, 7);
/// link.send(ms(0), b"hello");
/// assert_eq!(link.poll(ms(29)), None);
/// let packet = link.poll(ms(30)).expect("it is due");
/// assert_eq!((&packet[..], link.dropped()), (&b"hello"[..], 0));
/// link.recycle(packet); // for later ones
/// ```
#[derive(Clone, Debug)]
pub struct Link {
    conditions: Conditions,
    random: Pcg32,
    in_flight: BinaryHeap<Packet>,
    sent: u64,
    last_due: Duration,
    in_burst: bool,
    started: Option<Duration>,
    spare: VecDeque<Vec<u8>>,
    queue: Queue,
    /// When what was carried last arrives.
    carried: Duration,
    too_long: u64,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Packet {
    due: Duration,
    number: u64,
    bytes: Vec<u8>,
}

impl Ord for Packet {
    /// The earliest is the greatest, as the heap wants it.
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        (other.due, other.number).cmp(&(self.due, self.number))
    }
}

impl PartialOrd for Packet {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Link {
    /// A link in these conditions.
    #[must_use]
    pub fn new(conditions: Conditions, seed: u64) -> Self {
        Self {
            conditions,
            random: Pcg32::seed_from_u64(seed),
            in_flight: BinaryHeap::new(),
            sent: 0,
            last_due: Duration::ZERO,
            in_burst: false,
            started: None,
            spare: VecDeque::new(),
            queue: Queue::default(),
            carried: Duration::ZERO,
            too_long: 0,
        }
    }

    /// Changes the weather; what is under way is not touched.
    pub fn set_conditions(&mut self, conditions: Conditions) {
        self.conditions = conditions;
    }

    /// Gives a packet to the network.
    pub fn send(&mut self, now: Duration, bytes: &[u8]) {
        self.settle(now);
        let started = *self.started.get_or_insert(now);
        let length_bytes = bytes.len() + usize::from(self.conditions.overhead_bytes);
        if self.conditions.mtu_bytes.is_some_and(|mtu| length_bytes > usize::from(mtu)) {
            self.too_long += 1;
            return;
        }
        let under_way = self.in_flight.len() + self.queue.len();
        if self.is_lost(now.saturating_sub(started)) || under_way >= IN_FLIGHT {
            return;
        }
        let copies = 1 + usize::from(self.chance(self.conditions.duplicate));
        for _ in 0..copies {
            let mut copy = self.spare.pop_front().unwrap_or_default();
            copy.clear();
            copy.extend_from_slice(bytes);
            if self.conditions.rate_bit_s.is_none() {
                self.depart(now, copy);
                continue;
            }
            let room_bytes = self.conditions.queue_bytes.unwrap_or(QUEUE_BYTES) as usize;
            self.queue.push(now, Some(copy), length_bytes, room_bytes);
        }
    }

    /// Lets bytes that are not lost, whatever happens, take their place in the queue, and says when
    /// they arrive: what a reliable stream costs those who share the link with it. They never overtake
    /// those before them, and wait for the end of a blackhole.
    pub fn carry(&mut self, now: Duration, length_bytes: usize) -> Duration {
        self.settle(now);
        let started = *self.started.get_or_insert(now);
        let mut due = now + self.conditions.delay + self.conditions.jitter;
        if let Some(rate) = self.conditions.rate_bit_s {
            self.queue.push(now, None, length_bytes, usize::MAX);
            due = self.queue.drained_at(rate) + self.conditions.delay;
        }
        if let Some((at, long)) = self.hole(now.saturating_sub(started)) {
            due += started + at + long - now;
        }
        self.carried = self.carried.max(due);
        self.carried
    }

    /// The next packet that has arrived by now.
    pub fn poll(&mut self, now: Duration) -> Option<Vec<u8>> {
        self.due_by(now)?;
        self.in_flight.pop().map(|packet| packet.bytes)
    }

    /// When the next packet arrived, if it has by now.
    pub fn due_by(&mut self, now: Duration) -> Option<Duration> {
        self.settle(now);
        self.in_flight.peek().map(|packet| packet.due).filter(|due| *due <= now)
    }

    /// When the next packet arrives, or leaves the queue.
    #[must_use]
    pub fn next_due(&self) -> Option<Duration> {
        let arrives = self.in_flight.peek().map(|packet| packet.due);
        let leaves = self.queue.next_due(self.rate_bit_s());
        arrives.into_iter().chain(leaves).min()
    }

    /// How long packets were held at the narrow place.
    #[must_use]
    pub fn delays(&self) -> &Delays {
        self.queue.delays()
    }

    /// Whether nothing at all comes through, for as long as the conditions stay as they are.
    #[must_use]
    pub fn is_dead(&self) -> bool {
        self.conditions.loss >= 1.0
    }

    /// Packets that found the queue full.
    #[must_use]
    pub fn dropped(&self) -> u64 {
        self.queue.dropped()
    }

    /// Packets that were longer than the link takes.
    #[must_use]
    pub fn too_long(&self) -> u64 {
        self.too_long
    }

    /// Gives a packet's allocation back, for later ones.
    pub fn recycle(&mut self, bytes: Vec<u8>) {
        if self.spare.len() < 64 {
            self.spare.push_back(bytes);
        }
    }

    /// What a link without a narrow place has for a rate.
    fn rate_bit_s(&self) -> u64 {
        self.conditions.rate_bit_s.unwrap_or(u64::MAX)
    }

    /// Takes those out of the queue whose turn has come by now.
    fn settle(&mut self, now: Duration) {
        let rate = self.rate_bit_s();
        while let Some((through, bytes)) = self.queue.pop(now, rate) {
            if let Some(bytes) = bytes {
                self.depart(through, bytes);
            }
        }
    }

    /// Past the narrow place: from here a packet only takes time.
    fn depart(&mut self, at: Duration, mut bytes: Vec<u8>) {
        let due = self.due(at);
        if self.chance(self.conditions.corrupt) {
            self.flip_a_bit(&mut bytes);
        }
        self.sent += 1;
        self.in_flight.push(Packet { due, number: self.sent, bytes });
    }

    /// The blackhole that swallows everything now.
    fn hole(&self, since_start: Duration) -> Option<(Duration, Duration)> {
        let within = |(at, long): &(Duration, Duration)| (*at..*at + *long).contains(&since_start);
        self.conditions.blackhole.filter(within)
    }

    fn is_lost(&mut self, since_start: Duration) -> bool {
        if self.hole(since_start).is_some() {
            return true;
        }
        if self.in_burst {
            self.in_burst = !self.chance(1.0 / self.conditions.burst_length.max(1.0));
        } else {
            self.in_burst = self.chance(self.conditions.burst);
        }
        self.in_burst || self.chance(self.conditions.loss)
    }

    fn due(&mut self, now: Duration) -> Duration {
        let swing = self.uniform().mul_add(2.0, -1.0) * self.conditions.jitter.as_secs_f64();
        let delay = (self.conditions.delay.as_secs_f64() + swing).max(0.0);
        let due = (now + Duration::from_secs_f64(delay)).max(self.last_due);
        if self.chance(self.conditions.reorder) {
            return due + REORDER_DELAY.mul_f64(self.uniform());
        }
        self.last_due = due;
        due
    }

    fn flip_a_bit(&mut self, bytes: &mut [u8]) {
        let bits = bytes.len() * 8;
        if bits > 0 {
            let bit = (self.random.next_u32() as usize) % bits;
            bytes[bit / 8] ^= 1 << (bit % 8);
        }
    }

    fn chance(&mut self, part: f64) -> bool {
        part > 0.0 && self.uniform() < part
    }

    /// From 0 up to but excluding 1.
    fn uniform(&mut self) -> f64 {
        f64::from(self.random.next_u32()) / (f64::from(u32::MAX) + 1.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MS: Duration = Duration::from_millis(1);

    /// When each of `count` packets, sent 10 ms apart, arrives: (number, milliseconds under way).
    fn travel(conditions: &str, seed: u64, count: u32) -> Vec<(u32, u128)> {
        let mut link = Link::new(conditions.parse().unwrap(), seed);
        let mut arrived = Vec::new();
        for now in 0..count * 10 + 5_000 {
            let time = MS * now;
            if now % 10 == 0 && now < count * 10 {
                link.send(time, &(now / 10).to_le_bytes());
            }
            while let Some(bytes) = link.poll(time) {
                let number = u32::from_le_bytes(bytes.try_into().unwrap());
                arrived
                    .push((number, (time.saturating_sub(MS * 10 * (number & 0xffff))).as_millis()));
            }
        }
        arrived
    }

    #[test]
    fn the_same_seed_gives_the_same_fate() {
        let bad = "delay=50ms,jitter=30ms,loss=5%,burst=1%:4,duplicate=3%,reorder=5%,corrupt=1%";
        assert_eq!(travel(bad, 7, 500), travel(bad, 7, 500));
        assert_ne!(travel(bad, 7, 500), travel(bad, 8, 500));
    }

    #[test]
    fn packets_take_the_delay_give_or_take_the_jitter_and_stay_in_order() {
        let arrived = travel("delay=50ms,jitter=20ms", 1, 500);
        assert_eq!(arrived.len(), 500);
        assert!(arrived.is_sorted_by_key(|(number, _)| *number));
        assert!(arrived.iter().all(|(_, ms)| (30..=71).contains(ms)));
    }

    #[test]
    fn as_many_are_lost_doubled_and_overtaken_as_was_asked() {
        let lost = 10_000 - travel("loss=5%", 3, 10_000).len();
        assert!((400..600).contains(&lost), "{lost}");
        let burst = 10_000 - travel("burst=1%:5", 3, 10_000).len();
        assert!((300..700).contains(&burst), "{burst}");
        let doubled = travel("duplicate=5%", 3, 10_000).len() - 10_000;
        assert!((400..600).contains(&doubled), "{doubled}");
        let arrived = travel("reorder=20%", 3, 1_000);
        let overtaken = arrived.windows(2).filter(|pair| pair[0].0 > pair[1].0).count();
        assert!(overtaken > 50, "{overtaken}");
    }

    #[test]
    fn a_blackhole_swallows_everything_for_its_time() {
        let arrived = travel("blackhole=1s:2s", 3, 500);
        let expected: Vec<u32> = (0..100).chain(300..500).collect();
        assert_eq!(arrived.iter().map(|(number, _)| *number).collect::<Vec<_>>(), expected);
    }

    /// Gives the link a packet of `length_bytes` each `every_ms` for `seconds`; milliseconds under way.
    fn feed(
        link: &mut Link,
        from_ms: u32,
        seconds: u32,
        every_ms: u32,
        length_bytes: u16,
    ) -> Vec<u32> {
        let mut took = Vec::new();
        for now in from_ms..from_ms + seconds * 1_000 {
            if now % every_ms == 0 {
                let mut packet = now.to_le_bytes().to_vec();
                packet.resize(usize::from(length_bytes), 0);
                link.send(MS * now, &packet);
            }
            while let Some(bytes) = link.poll(MS * now) {
                took.push(now - u32::from_le_bytes(bytes[..4].try_into().unwrap()));
            }
        }
        took
    }

    #[test]
    fn a_narrow_place_passes_its_rate_and_no_more() {
        let conditions = "rate=64kbit,queue=8kB,overhead=50B".parse().unwrap();
        let mut link = Link::new(conditions, 1);
        // 250 + 50 bytes each 20 ms are 120 kbit/s; 64 kbit/s are 26.7 of them a second.
        let took = feed(&mut link, 0, 10, 20, 250);
        assert!((266 - 27..=267).contains(&took.len()), "{} came", took.len());
        assert!(link.dropped() > 200, "{} were dropped", link.dropped());
        // Eight kilobytes take a second.
        assert!((900..=1_001).contains(took.last().unwrap()), "{took:?}");
        assert!((900..=1_001).contains(&link.delays().quantile_ms(0.99)));
        // Half of it finds the queue empty once it has drained.
        feed(&mut link, 10_000, 5, 40, 100);
        let took = feed(&mut link, 15_000, 5, 40, 100);
        assert!(took.iter().all(|ms| (18..=20).contains(ms)), "{took:?}");
    }

    #[test]
    fn the_rate_may_change_while_packets_wait() {
        let mut link = Link::new("rate=64kbit,overhead=0B".parse().unwrap(), 1);
        feed(&mut link, 0, 2, 10, 160); // Two seconds' worth: one goes through, one waits.
        link.set_conditions("rate=640kbit".parse().unwrap());
        let took = feed(&mut link, 2_000, 1, 10, 4);
        assert!(*took.last().unwrap() < 5, "{took:?}");
    }

    #[test]
    fn what_a_stream_carries_delays_the_packets_behind_it() {
        let mut link = Link::new("delay=10ms,rate=80kbit".parse().unwrap(), 1);
        assert_eq!(link.carry(Duration::ZERO, 1_000), MS * 110);
        link.send(MS * 50, &[0; 100]);
        assert_eq!(link.poll(MS * 119), None);
        assert!(link.poll(MS * 120).is_some());
        assert_eq!(link.poll(MS * 500), None);
    }

    #[test]
    fn longer_packets_than_the_link_takes_are_lost() {
        let mut link = Link::new("mtu=1280B,overhead=55B".parse().unwrap(), 1);
        link.send(Duration::ZERO, &[0; 1_225]);
        link.send(Duration::ZERO, &[0; 1_226]);
        assert!(link.poll(Duration::ZERO).is_some());
        assert_eq!((link.poll(MS), link.too_long()), (None, 1));
    }

    #[test]
    fn profiles_lose_what_their_names_say_in_bursts() {
        for (name, low, high) in [("wifi1", 60, 140), ("wifi5", 400, 600), ("wifi10", 800, 1_200)] {
            let arrived = travel(&format!("profile={name}"), 3, 10_000);
            let lost = 10_000 - arrived.len();
            assert!((low..=high).contains(&lost), "{name}: {lost}");
            let bursts = arrived.windows(2).filter(|pair| pair[1].0 > pair[0].0 + 1).count();
            assert!(bursts * 2 < lost, "{name}: {lost} in {bursts} bursts");
        }
    }
}
