//! Words for streams, in memory that those who are told the same share.
//!
//! QUIC keeps what a stream was told until it is acknowledged. What happens in a game is told to all: a thousand copies
//! of it would be made, and lie there for a round trip.

use bytes::Bytes;

/// How many different words are remembered: who gets a snapshot on another tick has heard a tick less, and now and then
/// one is told something alone.
const REMEMBERED: usize = 4;

/// The words that were handed to QUIC last.
#[derive(Debug, Default)]
pub(super) struct Words {
    last: [Bytes; REMEMBERED],
    /// Which of them is the oldest.
    oldest: usize,
}

impl Words {
    /// These words, in the memory of the last ones that were the same.
    pub(super) fn share(&mut self, words: &[u8]) -> Bytes {
        if let Some(same) = self.last.iter().find(|last| *last == words) {
            return same.clone();
        }
        let made = Bytes::copy_from_slice(words);
        self.last[self.oldest] = made.clone();
        self.oldest = (self.oldest + 1) % REMEMBERED;
        made
    }

    #[cfg(test)]
    pub(super) fn remembers(&self, such: impl Fn(&[u8]) -> bool) -> bool {
        self.last.iter().any(|last| such(last))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_is_told_the_same_shares_it_and_nobody_is_told_anything_else() {
        let mut words = Words::default();
        let said: [&[u8]; 3] = [b"Ann hit Bo", b"Ann hit Cy", b"you are it"];
        let first = said.map(|one| words.share(one));
        for _ in 0..1_000 {
            for (one, first) in said.iter().zip(&first) {
                let shared = words.share(one);
                assert_eq!((shared.as_ref(), shared.as_ptr()), (*one, first.as_ptr()));
            }
        }
        (0..REMEMBERED as u8).for_each(|other| drop(words.share(&[other])));
        let again = words.share(said[0]);
        assert_eq!(again, first[0]);
        assert_ne!(again.as_ptr(), first[0].as_ptr(), "few are remembered");
    }
}
