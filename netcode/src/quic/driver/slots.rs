//! Memory for packets and datagrams that QUIC keeps for a while, used again as soon as it has let go of it.
//!
//! quinn-proto takes what came, and what is to go, as [`bytes`] and keeps it for as long as it likes. Here it
//! gets pieces of slots instead of pieces of the allocator's own, of which there were two for each packet that came
//! and one for each snapshot that went. A slot is free when nobody has any of its pieces.

use bytes::BytesMut;
use std::collections::VecDeque;

/// Bytes of all slots that are remembered: more than the packets that a full server takes in at once.
const MOST_BYTES: usize = 256 * 1_024;
/// When there are more than these, one that is still held after all others were filled is not waited for any longer: it
/// may be held for minutes, and would take the place of those that come back soon.
const MANY_BYTES: usize = MOST_BYTES / 2;
/// How many of those that were filled long ago are asked whether they are free.
const TRIES: usize = 2;

/// Slots of one length.
#[derive(Debug)]
pub(super) struct Slots {
    /// Their length, in bytes. Whoever keeps a piece keeps its whole slot.
    bytes: usize,
    /// What is left of the one that is being filled.
    room: Option<BytesMut>,
    /// Those that are full, the longest filled first.
    full: VecDeque<BytesMut>,
}

impl Slots {
    /// Slots of so many bytes. What is longer gets memory of its own.
    pub(super) fn new(bytes: usize) -> Self {
        Self { bytes, room: None, full: VecDeque::new() }
    }

    /// A copy of these bytes.
    pub(super) fn copy(&mut self, piece: &[u8]) -> BytesMut {
        if piece.len() > self.bytes {
            return piece.into();
        }
        let mut room = match self.room.take() {
            Some(room) if room.capacity() >= piece.len() => room,
            filled => {
                let next = self.next();
                // What is left of a slot knows whether anybody else has a part of it.
                filled.into_iter().for_each(|slot| self.remember(slot));
                next
            }
        };
        room.extend_from_slice(piece);
        let copy = room.split();
        self.room = Some(room);
        copy
    }

    /// A free slot.
    fn next(&mut self) -> BytesMut {
        for _ in 0..TRIES {
            let Some(mut slot) = self.full.pop_front() else { break };
            if slot.try_reclaim(self.bytes) {
                return slot;
            }
            if self.full.len() * self.bytes < MANY_BYTES {
                self.remember(slot);
            }
        }
        BytesMut::with_capacity(self.bytes)
    }

    /// Keeps a slot in mind; what is too much is left to those who have its pieces.
    fn remember(&mut self, slot: BytesMut) {
        if self.full.len() * self.bytes < MOST_BYTES {
            self.full.push_back(slot);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slot_is_used_again_when_nobody_has_a_piece_of_it_and_never_before() {
        let mut slots = Slots::new(64);
        let kept: Vec<_> = (0..20_u8).map(|number| slots.copy(&[number; 20])).collect();
        for (piece, number) in kept.iter().zip(0..) {
            assert_eq!(piece[..], [number; 20], "somebody else wrote into it");
        }
        let held = slots.full.len();
        drop(kept);
        for number in 0..200 {
            assert_eq!(slots.copy(&[number; 20])[..], [number; 20]);
        }
        assert_eq!(slots.full.len(), held, "free slots were not used again");
    }

    #[test]
    fn one_piece_that_is_kept_for_ever_keeps_its_slot_and_no_other() {
        let mut slots = Slots::new(64);
        let kept = slots.copy(&[7; 20]);
        for number in 0..200 {
            assert_eq!(slots.copy(&[number; 20])[..], [number; 20]);
        }
        assert_eq!(kept[..], [7; 20]);
        assert!(slots.full.len() <= 3, "{} slots", slots.full.len());
    }

    #[test]
    fn what_somebody_keeps_for_ever_takes_no_place_of_what_comes_back() {
        let mut slots = Slots::new(64);
        let kept: Vec<_> = (0..20_000).map(|_| slots.copy(&[7; 60])).collect();
        assert!(slots.full.len() * 64 <= MOST_BYTES, "{} slots", slots.full.len());
        for _ in 0..20 {
            let burst: Vec<_> = (0..1_000).map(|_| slots.copy(&[8; 60])).collect();
            drop(burst);
        }
        let free =
            slots.full.iter_mut().filter_map(|slot| slot.try_reclaim(64).then_some(())).count();
        assert!(free > 900, "{free} slots come back");
        assert!(kept.iter().all(|piece| piece[..] == [7; 60]));
    }

    #[test]
    fn what_is_longer_than_a_slot_is_copied_all_the_same() {
        let mut slots = Slots::new(64);
        assert_eq!(slots.copy(&[1; 65])[..], [1; 65]);
        assert!(slots.copy(&[]).is_empty());
    }
}
