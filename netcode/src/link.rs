//! A bad network, on purpose: delays, loses, doubles, reorders and corrupts packets, from a seed.
//!
//! One [`Link`] is one direction. It knows no time of its own and no socket: tests step it in virtual
//! time, `quic::socket` puts it under a real endpoint. The same seed and the same packets give the
//! same fate. (The model follows netem's and str0m's `netem`; bursts are Gilbert-Elliott's.)

use rand_pcg::{
    Pcg32,
    rand_core::{Rng, SeedableRng},
};
use std::{
    collections::{BinaryHeap, VecDeque},
    str::FromStr,
    time::Duration,
};

/// Packets that may be under way; more are dropped, as a router would.
const IN_FLIGHT: usize = 4_096;

/// How bad one direction of a network is. Nothing is wrong by default.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Conditions {
    /// What every packet takes.
    pub delay: Duration,
    /// What it may take more or less than that. Jitter alone never reorders.
    pub jitter: Duration,
    /// The part of the packets that is lost, 0 to 1, each for itself.
    pub loss: f64,
    /// How likely a packet begins a burst in which all are lost, 0 to 1.
    pub burst: f64,
    /// How many packets a burst takes with it on average.
    pub burst_length: f64,
    /// The part that comes twice.
    pub duplicate: f64,
    /// The part that is overtaken by later packets, by up to [`REORDER_DELAY`].
    pub reorder: f64,
    /// The part in which one bit is flipped.
    pub corrupt: f64,
    /// A time, from the link's start and for so long, in which everything is lost.
    pub blackhole: Option<(Duration, Duration)>,
}

/// How much later than its turn an overtaken packet comes at most.
pub const REORDER_DELAY: Duration = Duration::from_millis(40);

/// Why a description of a link can't be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ConditionsError {
    /// A part is not `name=value`.
    #[error("`{0}` is not `name=value`")]
    NoValue(String),
    /// A name that is not known.
    #[error(
        "`{0}` is not known: a link has delay, jitter, loss, burst, duplicate, reorder, corrupt, blackhole"
    )]
    Unknown(String),
    /// A value that can't be read, and what it should look like.
    #[error("`{name}={value}`: write {expected}")]
    BadValue {
        /// Which condition.
        name: String,
        /// What was given.
        value: String,
        /// An example.
        expected: &'static str,
    },
}

impl FromStr for Conditions {
    type Err = ConditionsError;

    /// Reads `delay=50ms,jitter=10ms,loss=2%`. Also `burst=1%:5` (begins with one packet of a hundred,
    /// takes five on average), `duplicate=1%`, `reorder=1%`, `corrupt=0.1%`, and `blackhole=10s:2s`
    /// (after ten seconds, for two).
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut conditions = Self::default();
        for part in text.split(',').map(str::trim).filter(|part| !part.is_empty()) {
            let (name, value) =
                part.split_once('=').ok_or_else(|| ConditionsError::NoValue(part.to_owned()))?;
            let (name, value) = (name.trim(), value.trim());
            conditions.set(name, value)?;
        }
        Ok(conditions)
    }
}

impl Conditions {
    fn set(&mut self, name: &str, value: &str) -> Result<(), ConditionsError> {
        let bad = |expected| ConditionsError::BadValue {
            name: name.to_owned(),
            value: value.to_owned(),
            expected,
        };
        let percent = || part(value).ok_or_else(|| bad("a part of the packets, such as 2%"));
        match name {
            "delay" => self.delay = time(value).ok_or_else(|| bad("a time, such as 50ms"))?,
            "jitter" => self.jitter = time(value).ok_or_else(|| bad("a time, such as 10ms"))?,
            "loss" => self.loss = percent()?,
            "duplicate" => self.duplicate = percent()?,
            "reorder" => self.reorder = percent()?,
            "corrupt" => self.corrupt = percent()?,
            "burst" => {
                let parts = value.split_once(':').and_then(|(begin, length)| {
                    let length: f64 = length.parse().ok()?;
                    Some((part(begin)?, length)).filter(|_| (1.0..=1e6).contains(&length))
                });
                (self.burst, self.burst_length) =
                    parts.ok_or_else(|| bad("how often and how many packets, such as 1%:5"))?;
            }
            "blackhole" => {
                let times =
                    value.split_once(':').and_then(|(at, long)| Some((time(at)?, time(long)?)));
                self.blackhole =
                    Some(times.ok_or_else(|| bad("when and how long, such as 10s:2s"))?);
            }
            _ => return Err(ConditionsError::Unknown(name.to_owned())),
        }
        Ok(())
    }
}

/// One direction of a bad network.
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
        }
    }

    /// Changes the weather; what is under way is not touched.
    pub fn set_conditions(&mut self, conditions: Conditions) {
        self.conditions = conditions;
    }

    /// Gives a packet to the network.
    pub fn send(&mut self, now: Duration, bytes: &[u8]) {
        let started = *self.started.get_or_insert(now);
        if self.is_lost(now.saturating_sub(started)) || self.in_flight.len() >= IN_FLIGHT {
            return;
        }
        let copies = 1 + usize::from(self.chance(self.conditions.duplicate));
        for _ in 0..copies {
            let due = self.due(now);
            let mut copy = self.spare.pop_front().unwrap_or_default();
            copy.clear();
            copy.extend_from_slice(bytes);
            if self.chance(self.conditions.corrupt) {
                self.flip_a_bit(&mut copy);
            }
            self.sent += 1;
            self.in_flight.push(Packet { due, number: self.sent, bytes: copy });
        }
    }

    /// The next packet that has arrived by now.
    pub fn poll(&mut self, now: Duration) -> Option<Vec<u8>> {
        if self.next_due()? > now {
            return None;
        }
        self.in_flight.pop().map(|packet| packet.bytes)
    }

    /// When the next packet arrives.
    #[must_use]
    pub fn next_due(&self) -> Option<Duration> {
        self.in_flight.peek().map(|packet| packet.due)
    }

    /// Gives a packet's allocation back, for later ones.
    pub fn recycle(&mut self, bytes: Vec<u8>) {
        if self.spare.len() < 64 {
            self.spare.push_back(bytes);
        }
    }

    fn is_lost(&mut self, since_start: Duration) -> bool {
        let hole = self.conditions.blackhole;
        if hole.is_some_and(|(at, long)| since_start >= at && since_start < at + long) {
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

/// `50ms`, `2s`, or a bare number of milliseconds.
fn time(text: &str) -> Option<Duration> {
    let (number, scale) = match (text.strip_suffix("ms"), text.strip_suffix('s')) {
        (Some(number), _) => (number, 0.001),
        (None, Some(number)) => (number, 1.0),
        (None, None) => (text, 0.001),
    };
    let seconds = number.trim().parse::<f64>().ok()? * scale;
    (0.0..=3_600.0).contains(&seconds).then(|| Duration::from_secs_f64(seconds))
}

/// `2%` or `0.02`.
fn part(text: &str) -> Option<f64> {
    let part = match text.strip_suffix('%') {
        Some(number) => number.trim().parse::<f64>().ok()? / 100.0,
        None => text.parse().ok()?,
    };
    (0.0..=1.0).contains(&part).then_some(part)
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

    #[test]
    fn nonsense_is_refused_with_an_example() {
        for (text, words) in [
            ("delay", "name=value"),
            ("speed=3", "not known"),
            ("loss=150%", "such as 2%"),
            ("delay=-5ms", "such as 50ms"),
            ("burst=1%", "such as 1%:5"),
            ("blackhole=3", "such as 10s:2s"),
        ] {
            let said = text.parse::<Conditions>().unwrap_err().to_string();
            assert!(said.contains(words), "{said}");
        }
    }
}
