//! What a server tells of itself to whoever asks, before and without a connection: for lists of servers
//! and for finding those on the local network.
//!
//! A question is one datagram, the answer another, on a port of its own; neither is encrypted, and nobody
//! is asked to prove anything. So that the port can't be made to shout at somebody else, an answer is
//! never longer than its question, and a [`Limiter`] bounds how many are given, to one address and in
//! all. Nothing in an answer may be trusted: the connection that follows checks everything anew.

use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, net::IpAddr, time::Duration};

/// What both begin with.
const MAGIC: [u8; 4] = *b"NCB1";

/// Bytes of a question, and the most of an answer.
///
/// ```
/// use netcode::beacon::{QUESTION_BYTES, Question};
/// assert_eq!(Question { nonce: 7 }.encode().len(), QUESTION_BYTES);
/// ```
pub const QUESTION_BYTES: usize = 256;

/// Bytes of the longest text in an answer.
const TEXT_BYTES: usize = 48;

/// What a client asks: who are you?
///
/// ```
/// use netcode::beacon::Question;
/// let question = Question { nonce: 0x1234 };
/// assert_eq!(Question::decode(&question.encode()), Some(question));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Question {
    /// Comes back in the answer: it tells which question is answered, and that somebody at the asked
    /// address has seen it.
    pub nonce: u64,
}

/// What a server says of itself.
///
/// ```
/// use netcode::beacon::{Answer, Question};
/// let asked = Question { nonce: 9 };
/// let answer = Answer { port: 7_777, players: 3, places: 8, name: "Ann's".into(), ..Answer::to(asked) };
/// assert_eq!(Answer::decode(&answer.encode()), Some(answer));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// Of the question.
    pub nonce: u64,
    /// [`crate::Protocol::hash`]: who has another can't play here.
    pub protocol: u64,
    /// Where the server itself listens.
    pub port: u16,
    /// How many play.
    pub players: u16,
    /// How many can.
    pub places: u16,
    /// What the operator calls it, at most 48 bytes.
    pub name: String,
    /// Where the game is played, as the game calls it, at most 48 bytes.
    pub place: String,
    /// The version, for people, at most 48 bytes.
    pub version: String,
}

impl Question {
    /// As bytes: mostly nothing, so that the answer may be as long.
    #[must_use]
    pub fn encode(&self) -> [u8; QUESTION_BYTES] {
        let mut bytes = [0; QUESTION_BYTES];
        bytes[..4].copy_from_slice(&MAGIC);
        bytes[4..12].copy_from_slice(&self.nonce.to_le_bytes());
        bytes
    }

    /// Reads one. What is shorter than an answer could be is none.
    #[must_use]
    pub fn decode(bytes: &[u8]) -> Option<Self> {
        let rest = bytes.strip_prefix(&MAGIC).filter(|_| bytes.len() == QUESTION_BYTES)?;
        let nonce = rest.first_chunk::<8>()?;
        Some(Self { nonce: u64::from_le_bytes(*nonce) })
    }
}

impl Answer {
    /// An empty answer to a question.
    #[must_use]
    pub fn to(question: Question) -> Self {
        Self { nonce: question.nonce, ..Self::default() }
    }

    /// As bytes, at most [`QUESTION_BYTES`]. Texts that are too long are cut.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let mut answer = self.clone();
        for text in [&mut answer.name, &mut answer.place, &mut answer.version] {
            cut(text);
        }
        let mut bytes = MAGIC.to_vec();
        // Only a type that can't be written fails, and this one can.
        bytes.extend(postcard::to_allocvec(&answer).unwrap_or_default());
        debug_assert!(bytes.len() <= QUESTION_BYTES);
        bytes
    }

    /// Reads one. Its texts are somebody else's: clean them before they are shown.
    #[must_use]
    pub fn decode(bytes: &[u8]) -> Option<Self> {
        let rest = bytes.strip_prefix(&MAGIC).filter(|_| bytes.len() <= QUESTION_BYTES)?;
        let (answer, rest): (Self, _) = postcard::take_from_bytes(rest).ok()?;
        let texts = [&answer.name, &answer.place, &answer.version];
        let fits = rest.is_empty() && texts.iter().all(|text| text.len() <= TEXT_BYTES);
        fits.then_some(answer)
    }
}

fn cut(text: &mut String) {
    let end = (0..=TEXT_BYTES.min(text.len())).rev().find(|end| text.is_char_boundary(*end));
    text.truncate(end.unwrap_or(0));
}

/// Addresses that are remembered; of more, all share one.
const ADDRESSES: usize = 1_024;
/// Answers that one address may have at once, and how long it takes until it may have one more.
const BURST: u32 = 8;
const EACH: Duration = Duration::from_millis(250);
/// The same for all addresses together.
const BURST_IN_ALL: u32 = 200;
const EACH_IN_ALL: Duration = Duration::from_millis(5);

/// How many answers are given: so many at once, then so many a second, to each address and in all.
///
/// ```
/// use netcode::beacon::Limiter;
/// use std::time::Duration;
/// let (mut limiter, address) = (Limiter::default(), [127, 0, 0, 1].into());
/// let given = (0..100).filter(|_| limiter.may_answer(Duration::ZERO, address)).count();
/// assert_eq!(given, 8);
/// assert!(limiter.may_answer(Duration::from_secs(1), address));
/// ```
#[derive(Clone, Debug)]
pub struct Limiter {
    each: BTreeMap<IpAddr, Bucket>,
    others: Bucket,
    all: Bucket,
}

impl Default for Limiter {
    fn default() -> Self {
        let each = Bucket::full(BURST);
        Self { each: BTreeMap::new(), others: each, all: Bucket::full(BURST_IN_ALL) }
    }
}

impl Limiter {
    /// Whether a question of this address may be answered now. Times don't go back.
    pub fn may_answer(&mut self, now: Duration, address: IpAddr) -> bool {
        if self.each.len() >= ADDRESSES && !self.each.contains_key(&address) {
            // Whoever could have a full bucket again need not be remembered.
            self.each.retain(|_, bucket| !bucket.is_full(now, BURST, EACH));
        }
        let bucket = if self.each.len() < ADDRESSES || self.each.contains_key(&address) {
            self.each.entry(address).or_insert(Bucket::full(BURST))
        } else {
            &mut self.others
        };
        bucket.take(now, BURST, EACH) && self.all.take(now, BURST_IN_ALL, EACH_IN_ALL)
    }
}

/// Tokens that come back with time.
#[derive(Clone, Copy, Debug)]
struct Bucket {
    tokens: u32,
    since: Duration,
}

impl Bucket {
    const fn full(tokens: u32) -> Self {
        Self { tokens, since: Duration::ZERO }
    }

    fn fill(&mut self, now: Duration, most: u32, each: Duration) {
        let passed = now.saturating_sub(self.since);
        let new = (passed.as_micros() / each.as_micros()).min(u128::from(most)) as u32;
        if new > 0 {
            self.tokens = (self.tokens + new).min(most);
            self.since = now;
        }
    }

    fn take(&mut self, now: Duration, most: u32, each: Duration) -> bool {
        self.fill(now, most, each);
        let some = self.tokens > 0;
        self.tokens = self.tokens.saturating_sub(1);
        some
    }

    fn is_full(mut self, now: Duration, most: u32, each: Duration) -> bool {
        self.fill(now, most, each);
        self.tokens == most
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn an_answer_is_never_longer_than_its_question() {
        let answer = Answer {
            nonce: u64::MAX,
            protocol: u64::MAX,
            port: u16::MAX,
            players: u16::MAX,
            places: u16::MAX,
            name: "ñ".repeat(500),
            place: "x".repeat(500),
            version: "x".repeat(500),
        };
        let bytes = answer.encode();
        assert!(bytes.len() <= QUESTION_BYTES, "{}", bytes.len());
        let read = Answer::decode(&bytes).unwrap();
        assert_eq!((read.name.as_str(), read.place.len()), ("ñ".repeat(24).as_str(), 48));
    }

    #[test]
    fn what_is_short_is_no_question() {
        let bytes = Question { nonce: 1 }.encode();
        assert_eq!(Question::decode(&bytes[..QUESTION_BYTES - 1]), None);
        assert_eq!(Question::decode(&[0; QUESTION_BYTES]), None);
    }

    #[test]
    fn many_addresses_together_are_bounded_and_so_is_what_is_remembered() {
        let mut limiter = Limiter::default();
        let address = |n: u32| IpAddr::from(n.to_be_bytes());
        let given = (0..5_000).filter(|n| limiter.may_answer(Duration::ZERO, address(*n))).count();
        assert_eq!(given, BURST_IN_ALL as usize);
        assert!(limiter.each.len() <= ADDRESSES);
        // A minute later everybody is forgotten, and a stranger is answered.
        assert!(limiter.may_answer(Duration::from_secs(60), address(9_999)));
        assert!(limiter.each.len() <= 2);
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            let _ = Question::decode(&bytes);
            let mut marked = MAGIC.to_vec();
            marked.extend(&bytes);
            if let Some(answer) = Answer::decode(&marked) {
                prop_assert_eq!(Answer::decode(&answer.encode()), Some(answer));
            }
        }
    }
}
