//! How bad one direction of a network is, and how that is written: `delay=50ms,jitter=10ms,loss=2%`.
//!
//! The parts are netem's, the bursts Gilbert's and Elliott's two-state chain, whose bad state loses
//! everything. It only describes; [`super::Link`] does it.

use std::{str::FromStr, time::Duration};

/// Bytes that wait at a narrow place unless it is said otherwise.
pub const QUEUE_BYTES: u32 = 100_000;

/// How bad one direction of a network is. Nothing is wrong by default.
///
/// ```
/// use netcode::link::Conditions;
/// use std::time::Duration;
/// let bad: Conditions = "delay=50ms,loss=2%,profile=wifi5".parse()?;
/// assert_eq!((bad.delay, bad.loss), (Duration::from_millis(50), 0.02));
/// assert!("loss=often".parse::<Conditions>().is_err());
/// # Ok::<(), netcode::link::ConditionsError>(())
/// ```
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
    /// The part that is overtaken by later packets, by up to [`super::REORDER_DELAY`].
    pub reorder: f64,
    /// The part in which one bit is flipped.
    pub corrupt: f64,
    /// A time, from the link's start and for so long, in which everything is lost.
    pub blackhole: Option<(Duration, Duration)>,
    /// What the narrowest place passes, in bits a second; no such place if `None`.
    pub rate_bit_s: Option<u64>,
    /// Bytes that may wait there; what comes to a full queue is dropped. [`QUEUE_BYTES`] if `None`.
    pub queue_bytes: Option<u32>,
    /// What every packet is longer on the way than it was given: headers that the giver leaves out.
    pub overhead_bytes: u16,
    /// The longest packet that passes, headers included; longer ones are lost. Any if `None`.
    pub mtu_bytes: Option<u16>,
}

/// Networks by name: what each sets. The figures are of the order that field measurements give; what
/// matters is that losses come in bursts.
const PROFILES: [(&str, &str); 5] = [
    ("wifi1", "burst=0.34%:3"),
    ("wifi5", "burst=1.32%:4"),
    ("wifi10", "burst=2.2%:5"),
    ("cellular", "delay=30ms,jitter=15ms,burst=0.25%:8"),
    ("satellite", "delay=300ms,jitter=5ms,burst=0.4%:5"),
];

/// Why a description of a link can't be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ConditionsError {
    /// A part is not `name=value`.
    #[error("`{0}` is not `name=value`")]
    NoValue(String),
    /// A name that is not known.
    #[error(
        "`{0}` is not known: a link has delay, jitter, loss, burst, duplicate, reorder, corrupt, \
         blackhole, rate, queue, overhead, mtu, profile"
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
    /// takes five on average), `duplicate=1%`, `reorder=1%`, `corrupt=0.1%`, `blackhole=10s:2s`
    /// (after ten seconds, for two), `rate=256kbit`, `queue=100kB`, `overhead=28B`, `mtu=1280B`, and
    /// `profile=wifi5` (or `wifi1`, `wifi10`, `cellular`, `satellite`), which later parts may change.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut conditions = Self::default();
        conditions.read(text)?;
        Ok(conditions)
    }
}

impl Conditions {
    fn read(&mut self, text: &str) -> Result<(), ConditionsError> {
        for part in text.split(',').map(str::trim).filter(|part| !part.is_empty()) {
            let (name, value) =
                part.split_once('=').ok_or_else(|| ConditionsError::NoValue(part.to_owned()))?;
            self.set(name.trim(), value.trim())?;
        }
        Ok(())
    }

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
            "rate" => {
                let rate = rate(value).ok_or_else(|| bad("bits a second, such as 256kbit"))?;
                self.rate_bit_s = Some(rate);
            }
            "queue" => {
                let size = size(value, 100_000_000).ok_or_else(|| bad("bytes, such as 100kB"))?;
                self.queue_bytes = Some(size);
            }
            "overhead" => {
                let size = size(value, 1_000).ok_or_else(|| bad("bytes, such as 28B"))?;
                self.overhead_bytes = size as u16;
            }
            "mtu" => {
                let size = size(value, 65_535).ok_or_else(|| bad("bytes, such as 1280B"))?;
                self.mtu_bytes = Some(size as u16);
            }
            "profile" => {
                let known = PROFILES.iter().find(|(known, _)| *known == value);
                let (_, text) =
                    known.ok_or_else(|| bad("wifi1, wifi5, wifi10, cellular or satellite"))?;
                self.read(text)?;
            }
            _ => return Err(ConditionsError::Unknown(name.to_owned())),
        }
        Ok(())
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

/// `256kbit` or `2mbit`, in bits a second: from 1 kbit/s to 10 Gbit/s.
fn rate(text: &str) -> Option<u64> {
    let (number, scale) = match (text.strip_suffix("kbit"), text.strip_suffix("mbit")) {
        (Some(number), _) => (number, 1e3),
        (None, Some(number)) => (number, 1e6),
        (None, None) => return None,
    };
    let rate = number.trim().parse::<f64>().ok()? * scale;
    (1e3..=1e10).contains(&rate).then_some(rate as u64)
}

/// `100kB`, `1500B`, or a bare number of bytes; kilo is a thousand.
fn size(text: &str, most: u32) -> Option<u32> {
    let (number, scale) = match (text.strip_suffix("kB"), text.strip_suffix('B')) {
        (Some(number), _) => (number, 1e3),
        (None, Some(number)) => (number, 1.0),
        (None, None) => (text, 1.0),
    };
    let bytes = number.trim().parse::<f64>().ok()? * scale;
    (0.0..=f64::from(most)).contains(&bytes).then_some(bytes as u32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nonsense_is_refused_with_an_example() {
        for (text, words) in [
            ("delay", "name=value"),
            ("speed=3", "not known"),
            ("loss=150%", "such as 2%"),
            ("delay=-5ms", "such as 50ms"),
            ("burst=1%", "such as 1%:5"),
            ("blackhole=3", "such as 10s:2s"),
            ("rate=256", "such as 256kbit"),
            ("rate=0kbit", "such as 256kbit"),
            ("queue=-1B", "such as 100kB"),
            ("overhead=2kB", "such as 28B"),
            ("mtu=70kB", "such as 1280B"),
            ("profile=avian", "wifi5"),
        ] {
            let said = text.parse::<Conditions>().unwrap_err().to_string();
            assert!(said.contains(words), "{said}");
        }
    }

    #[test]
    fn units_are_what_they_say() {
        let narrow: Conditions = "rate=0.5mbit,queue=30kB,overhead=55B,mtu=1280".parse().unwrap();
        assert_eq!(narrow.rate_bit_s, Some(500_000));
        assert_eq!(narrow.queue_bytes, Some(30_000));
        assert_eq!((narrow.overhead_bytes, narrow.mtu_bytes), (55, Some(1_280)));
        assert_eq!("rate=64kbit".parse::<Conditions>().unwrap().rate_bit_s, Some(64_000));
    }

    #[test]
    fn every_profile_can_be_read_and_changed() {
        for (name, _) in PROFILES {
            let text = format!("profile={name},delay=7ms");
            let conditions: Conditions = text.parse().unwrap();
            assert_eq!(conditions.delay, Duration::from_millis(7));
            assert!(conditions.burst > 0.0);
        }
    }
}
