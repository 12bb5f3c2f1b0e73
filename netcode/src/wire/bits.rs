//! A bit writer and a bit reader: everything in a datagram goes through them.
//!
//! Bits are packed from the least significant bit of each byte upwards. The reader treats its bytes
//! as hostile: it cannot panic, allocate or loop beyond what it was given, and reports
//! [`DecodeError`]. The writer treats its arguments as our own: a value that doesn't fit is our bug
//! and asserts. (The split follows yojimbo: the write side asserts, the read side checks.)

use super::DecodeError;

/// The widest single read or write.
const WIDEST: u32 = 32;

/// Appends bits to a growing buffer.
///
/// ```
/// use netcode::wire::bits::{BitReader, BitWriter};
/// let mut writer = BitWriter::default();
/// writer.bits(5, 3);
/// writer.signed_golomb(-2, 0);
/// let bytes = writer.finish();
/// let mut reader = BitReader::new(&bytes);
/// assert_eq!((reader.bits(3), reader.signed_golomb(0)), (Ok(5), Ok(-2)));
/// ```
#[derive(Clone, Debug, Default)]
pub struct BitWriter {
    bytes: Vec<u8>,
    /// Bits that do not fill four bytes yet, in the low end.
    pending: u64,
    pending_bits: u32,
}

impl BitWriter {
    /// A writer that reuses the allocation of `bytes`.
    #[must_use]
    pub fn reusing(mut bytes: Vec<u8>) -> Self {
        bytes.clear();
        Self { bytes, pending: 0, pending_bits: 0 }
    }

    /// How many bits have been written.
    #[must_use]
    pub fn bit_length(&self) -> usize {
        self.bytes.len() * 8 + self.pending_bits as usize
    }

    /// Writes the low `count` bits of `value`, which must have no others set.
    pub fn bits(&mut self, value: u32, count: u32) {
        debug_assert!(count <= WIDEST && (count == WIDEST || value >> count == 0));
        self.pending |= u64::from(value) << self.pending_bits;
        self.pending_bits += count;
        if self.pending_bits >= 32 {
            self.bytes.extend_from_slice(&(self.pending as u32).to_le_bytes());
            self.pending >>= 32;
            self.pending_bits -= 32;
        }
    }

    /// Writes one bit.
    pub fn bit(&mut self, value: bool) {
        self.bits(u32::from(value), 1);
    }

    /// Writes an exponential Golomb code of order `order`: short for small values, as many bits as
    /// it takes for large ones. (Teuhola 1978; H.264 uses order 0.)
    pub fn golomb(&mut self, value: u32, order: u32) {
        let shifted = u64::from(value) + (1 << order);
        let width = 63 - shifted.leading_zeros();
        let zeros = width - order;
        self.bits(0, zeros);
        self.bit(true);
        let rest = shifted & ((1 << width) - 1);
        if width == 32 {
            self.bits((rest & 0xffff) as u32, 16);
            self.bits((rest >> 16) as u32, 16);
        } else {
            self.bits(rest as u32, width);
        }
    }

    /// Writes a signed value as the exponential Golomb code of its zigzag form.
    pub fn signed_golomb(&mut self, value: i32, order: u32) {
        self.golomb(zigzag(value), order);
    }

    /// Fills the last word of 32 bits with zeros, if one was begun, and says how many there are: where the next one begins.
    /// What begins at a word can be copied by [`BitWriter::copy`].
    pub(crate) fn end_word(&mut self) -> u32 {
        if self.pending_bits > 0 {
            self.bits(0, 32 - self.pending_bits);
        }
        (self.bytes.len() / 4) as u32
    }

    /// Writes so many bits of another writer, from its word `start` on. It must have them, and have ended its last word.
    pub(crate) fn copy(&mut self, from: &Self, start: u32, count: u32) {
        debug_assert_eq!(from.pending_bits, 0, "its last word is not ended");
        let mut left = count;
        for word in from.words(start) {
            if left <= 32 {
                let mask = ((1_u64 << left) - 1) as u32;
                return self.bits(word & mask, left);
            }
            self.bits(word, 32);
            left -= 32;
        }
        debug_assert_eq!(left, 0, "there are not so many bits");
    }

    /// The words that were ended, from this one on.
    pub(crate) fn words(&self, start: u32) -> impl Iterator<Item = u32> {
        let (words, _) = self.bytes.as_chunks::<4>();
        words.iter().skip(start as usize).map(|word| u32::from_le_bytes(*word))
    }

    /// Forgets what was written and keeps the allocation.
    pub fn clear(&mut self) {
        self.bytes.clear();
        self.pending = 0;
        self.pending_bits = 0;
    }

    /// The bytes, the last one filled up with zeros.
    #[must_use]
    pub fn finish(mut self) -> Vec<u8> {
        while self.pending_bits > 0 {
            self.bytes.push(self.pending as u8);
            self.pending >>= 8;
            self.pending_bits = self.pending_bits.saturating_sub(8);
        }
        self.bytes
    }
}

/// Reads bits from bytes that a peer sent.
#[derive(Clone, Debug)]
pub struct BitReader<'a> {
    bytes: &'a [u8],
    position: usize,
}

impl<'a> BitReader<'a> {
    /// Starts at the first bit of `bytes`.
    #[must_use]
    pub fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, position: 0 }
    }

    /// Reads `count` bits, at most 32.
    ///
    /// # Errors
    /// [`DecodeError::Truncated`] when fewer are left.
    pub fn bits(&mut self, count: u32) -> Result<u32, DecodeError> {
        debug_assert!(count <= WIDEST);
        let end = self.position.saturating_add(count as usize);
        if end > self.bytes.len().saturating_mul(8) {
            return Err(DecodeError::Truncated);
        }
        let value = self.peek(count);
        self.position = end;
        Ok(value)
    }

    /// The next `count` bits, at most 32, without taking them; zeros where there are none left.
    #[must_use]
    pub fn peek(&self, count: u32) -> u32 {
        debug_assert!(count <= WIDEST);
        let first = self.position / 8;
        let mut window = 0_u64;
        if let Some(chunk) = self.bytes.get(first..first.saturating_add(8)) {
            window = chunk.iter().rev().fold(0, |window, byte| window << 8 | u64::from(*byte));
        } else {
            for (index, byte) in self.bytes.iter().skip(first).enumerate() {
                window |= u64::from(*byte) << (index * 8);
            }
        }
        window >>= self.position % 8;
        let mask = (1_u64 << count).wrapping_sub(1);
        (window & mask) as u32
    }

    /// How many bits have been read.
    #[must_use]
    pub fn position(&self) -> usize {
        self.position
    }

    /// How many bits there still are.
    #[must_use]
    pub fn left(&self) -> usize {
        self.bytes.len().saturating_mul(8).saturating_sub(self.position)
    }

    /// Reads one bit.
    ///
    /// # Errors
    /// [`DecodeError::Truncated`] when none is left.
    pub fn bit(&mut self) -> Result<bool, DecodeError> {
        Ok(self.bits(1)? == 1)
    }

    /// Reads what [`BitWriter::golomb`] wrote.
    ///
    /// # Errors
    /// [`DecodeError::Truncated`] when the bits run out, [`DecodeError::OutOfRange`] when the value
    /// doesn't fit 32 bits.
    pub fn golomb(&mut self, order: u32) -> Result<u32, DecodeError> {
        let mut zeros = 0_u32;
        while !self.bit()? {
            zeros = zeros.saturating_add(1);
            if zeros > 32 {
                return Err(DecodeError::OutOfRange);
            }
        }
        let width = zeros.saturating_add(order);
        let rest = match width {
            0..=31 => u64::from(self.bits(width)?),
            32 => {
                let low = u64::from(self.bits(16)?);
                low | u64::from(self.bits(16)?) << 16
            }
            _ => return Err(DecodeError::OutOfRange),
        };
        let shifted = (1_u64 << width) | rest;
        shifted
            .checked_sub(1 << order)
            .and_then(|value| u32::try_from(value).ok())
            .ok_or(DecodeError::OutOfRange)
    }

    /// Reads what [`BitWriter::signed_golomb`] wrote.
    ///
    /// # Errors
    /// As [`BitReader::golomb`].
    pub fn signed_golomb(&mut self, order: u32) -> Result<i32, DecodeError> {
        Ok(unzigzag(self.golomb(order)?))
    }

    /// Checks that only the padding of the last byte is left, and that it is zero.
    ///
    /// # Errors
    /// [`DecodeError::Trailing`] otherwise.
    pub fn finish(mut self) -> Result<(), DecodeError> {
        let left = self.left();
        if left >= 8 || self.bits(left as u32)? != 0 {
            return Err(DecodeError::Trailing);
        }
        Ok(())
    }
}

/// Folds the sign into the lowest bit: 0, -1, 1, -2 become 0, 1, 2, 3.
fn zigzag(value: i32) -> u32 {
    ((value << 1) ^ (value >> 31)) as u32
}

/// Undoes [`zigzag`].
fn unzigzag(value: u32) -> i32 {
    ((value >> 1) as i32) ^ -((value & 1) as i32)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[derive(Clone, Debug)]
    enum Item {
        Bits(u32, u32),
        Golomb(u32, u32),
        Signed(i32, u32),
    }

    fn item() -> impl Strategy<Value = Item> {
        prop_oneof![
            (any::<u32>(), 0..=32_u32)
                .prop_map(|(v, n)| Item::Bits(if n == 32 { v } else { v & ((1 << n) - 1) }, n)),
            (any::<u32>(), 0..=8_u32).prop_map(|(v, k)| Item::Golomb(v >> k, k)),
            (any::<i32>(), 0..=8_u32).prop_map(|(v, k)| Item::Signed(v >> k, k)),
        ]
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(items in prop::collection::vec(item(), 0..40)) {
            let mut writer = BitWriter::default();
            for item in &items {
                match *item {
                    Item::Bits(value, count) => writer.bits(value, count),
                    Item::Golomb(value, order) => writer.golomb(value, order),
                    Item::Signed(value, order) => writer.signed_golomb(value, order),
                }
            }
            let bytes = writer.finish();
            let mut reader = BitReader::new(&bytes);
            for item in &items {
                match *item {
                    Item::Bits(value, count) => prop_assert_eq!(reader.bits(count), Ok(value)),
                    Item::Golomb(value, order) => prop_assert_eq!(reader.golomb(order), Ok(value)),
                    Item::Signed(value, order) => {
                        prop_assert_eq!(reader.signed_golomb(order), Ok(value));
                    }
                }
            }
            prop_assert_eq!(reader.finish(), Ok(()));
        }

        #[test]
        fn what_is_copied_is_what_was_written(
            before in prop::collection::vec(any::<bool>(), 0..70),
            bits in prop::collection::vec(any::<bool>(), 0..100),
            behind in 0_u32..=32,
            at in 0_u32..31,
            count in 0_usize..=100,
        ) {
            let (mut store, mut copy, mut expected) =
                (BitWriter::default(), BitWriter::default(), BitWriter::default());
            before.iter().for_each(|bit| store.bit(*bit));
            let start = store.end_word();
            bits.iter().for_each(|bit| store.bit(*bit));
            let end = store.end_word();
            prop_assert_eq!((start as usize, (end - start) as usize), (before.len().div_ceil(32), bits.len().div_ceil(32)));
            if let Some(last) = store.words(start).last().filter(|_| bits.len() % 32 > 0) {
                prop_assert_eq!(last >> (bits.len() % 32), 0, "it is filled with zeros");
            }
            store.bits(u32::MAX.unbounded_shr(32 - behind), behind);
            store.end_word();
            [&mut copy, &mut expected].into_iter().for_each(|writer| writer.bits((1 << at) - 1, at));
            let count = count.min(bits.len());
            copy.copy(&store, start, count as u32);
            bits[..count].iter().for_each(|bit| expected.bit(*bit));
            prop_assert_eq!(copy.finish(), expected.finish());
        }

        #[test]
        fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..40), order in 0..=8_u32) {
            let mut reader = BitReader::new(&bytes);
            while reader.golomb(order).is_ok() {}
        }
    }
}
