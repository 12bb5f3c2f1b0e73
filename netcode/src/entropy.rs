//! Turns small numbers into few bits: prefix codes whose tables were trained on recorded play.
//!
//! A code is static: both ends hold the same table, a part of the protocol's hash, and no datagram
//! changes it. So a datagram can be lost without harm, and a row that was encoded once can be copied
//! bit by bit into the datagrams of many clients, which an arithmetic coder's state would forbid
//! (docs/decisions/0011). Codes are canonical Huffman codes (Huffman 1952; Schwartz and Kallick
//! 1964): a table is nothing but a length for each symbol.
//!
//! [`magnitude`] splits a number into a symbol and plain bits, [`codes`] holds all tables of a
//! protocol, `tree` says which of them is meant, [`text`] keeps them in a file, [`training`] makes them.

pub mod codes;
pub mod magnitude;
pub mod text;
pub mod training;
pub(crate) mod tree;

use crate::wire::{
    DecodeError,
    bits::{BitReader, BitWriter},
};

/// The longest code word. Rarer symbols pay a little more than their due.
pub const LONGEST_BITS: u8 = 15;
/// Code words up to this length are found by one look into a table.
const DIRECT_BITS: u32 = 8;

/// The code words of a few symbols, 0 up to but excluding their number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PrefixCode {
    /// For each symbol its word, in the order in which bits are written, and the word's length. A
    /// length of zero: the symbol has no word. A code of one symbol writes nothing.
    words: Vec<(u16, u8)>,
    /// Symbols in the order of their words.
    ordered: Vec<u16>,
    /// For each length how many words there are.
    counts: [u16; LONGEST_BITS as usize + 1],
    /// By the next [`DIRECT_BITS`] bits: symbol and length, or length 0 for a longer word.
    direct: Vec<(u16, u8)>,
}

impl PrefixCode {
    /// The code whose words have these lengths. `None` when no prefix code has them: a code must
    /// use up all words, so that each string of bits means something.
    #[must_use]
    pub fn new(lengths: &[u8]) -> Option<Self> {
        let mut counts = [0_u16; LONGEST_BITS as usize + 1];
        for length in lengths.iter().filter(|length| **length > 0) {
            *counts.get_mut(usize::from(*length))? += 1;
        }
        let mut ordered: Vec<u16> =
            (0..lengths.len() as u16).filter(|symbol| lengths[usize::from(*symbol)] > 0).collect();
        ordered.sort_by_key(|symbol| lengths[usize::from(*symbol)]);
        let taken: u32 = (1..=LONGEST_BITS)
            .map(|length| u32::from(counts[usize::from(length)]) << (LONGEST_BITS - length))
            .sum();
        if ordered.len() > 1 && taken != 1 << LONGEST_BITS || ordered.is_empty() {
            return None;
        }
        let mut code =
            Self { words: vec![(0, 0); lengths.len()], ordered, counts, direct: Vec::new() };
        if code.ordered.len() > 1 {
            code.assign(lengths);
        } else {
            code.counts = [0; LONGEST_BITS as usize + 1];
        }
        Some(code)
    }

    /// The best code for symbols that come this often. Symbols that never came get no word.
    ///
    /// # Panics
    /// When there is no symbol with a count.
    #[must_use]
    pub fn of_counts(counts: &[u64]) -> Self {
        let lengths = training::lengths(counts);
        Self::new(&lengths).expect("Huffman's lengths make a code")
    }

    /// The length of each symbol's word.
    pub fn lengths(&self) -> impl Iterator<Item = u8> + '_ {
        let alone = self.ordered.len() == 1;
        let only = self.ordered.first().copied();
        self.words.iter().zip(0_u16..).map(
            move |((_, length), symbol)| {
                if alone && Some(symbol) == only { 1 } else { *length }
            },
        )
    }

    /// Whether a symbol has a word.
    #[must_use]
    pub fn has(&self, symbol: usize) -> bool {
        self.bits(symbol).is_some()
    }

    /// How many bits a symbol takes.
    #[must_use]
    pub fn bits(&self, symbol: usize) -> Option<u32> {
        let (_, length) = self.words.get(symbol)?;
        let alone = self.ordered.len() == 1 && self.ordered[0] as usize == symbol;
        (*length > 0 || alone).then_some(u32::from(*length))
    }

    /// Writes a symbol that has a word.
    pub fn write(&self, symbol: usize, writer: &mut BitWriter) {
        debug_assert!(self.has(symbol), "symbol {symbol} has no word");
        if let Some((word, length)) = self.words.get(symbol) {
            writer.bits(u32::from(*word), u32::from(*length));
        }
    }

    /// Writes a symbol that has a word, and behind it the low `count` bits of `rest`, which has no others.
    ///
    /// ```
    /// use netcode::{entropy::PrefixCode, wire::bits::BitWriter};
    /// let code = PrefixCode::new(&[1, 2, 2]).expect("it uses up all words");
    /// let (mut one, mut other) = (BitWriter::default(), BitWriter::default());
    /// code.write_with(2, (5, 3), &mut one);
    /// code.write(2, &mut other);
    /// other.bits(5, 3);
    /// assert_eq!(one.finish(), other.finish());
    /// ```
    pub fn write_with(&self, symbol: usize, (rest, count): (u32, u32), writer: &mut BitWriter) {
        debug_assert!(self.has(symbol), "symbol {symbol} has no word");
        let Some((word, length)) = self.words.get(symbol) else { return };
        let (word, length) = (u32::from(*word), u32::from(*length));
        if length + count <= u32::BITS && count < u32::BITS {
            return writer.bits(word | rest << length, length + count);
        }
        writer.bits(word, length);
        writer.bits(rest, count);
    }

    /// Reads a symbol.
    ///
    /// # Errors
    /// When the bits run out.
    pub fn read(&self, reader: &mut BitReader<'_>) -> Result<usize, DecodeError> {
        if self.direct.is_empty() {
            return self.ordered.first().map(|s| usize::from(*s)).ok_or(DecodeError::Malformed);
        }
        let next = reader.peek(DIRECT_BITS);
        if let Some((symbol, length)) = self.direct.get(next as usize)
            && *length > 0
        {
            reader.bits(u32::from(*length))?;
            return Ok(usize::from(*symbol));
        }
        self.read_slowly(reader)
    }

    /// Bit by bit: each length's first word follows from the counts of the shorter ones.
    fn read_slowly(&self, reader: &mut BitReader<'_>) -> Result<usize, DecodeError> {
        let (mut word, mut first, mut index) = (0_u32, 0_u32, 0_usize);
        for count in self.counts.iter().skip(1) {
            word = word << 1 | u32::from(reader.bit()?);
            let count = u32::from(*count);
            if word < first + count {
                let place = index + (word - first) as usize;
                return self
                    .ordered
                    .get(place)
                    .map(|s| usize::from(*s))
                    .ok_or(DecodeError::Malformed);
            }
            index += count as usize;
            first = (first + count) << 1;
        }
        Err(DecodeError::Malformed)
    }

    fn assign(&mut self, lengths: &[u8]) {
        self.direct = vec![(0, 0); 1 << DIRECT_BITS];
        let (mut word, mut last) = (0_u32, 0_u8);
        for symbol in &self.ordered {
            let length = lengths[usize::from(*symbol)];
            word <<= length - last;
            last = length;
            // Bits are written from the lowest, a word is read from its highest.
            let reversed = (word as u16).reverse_bits() >> (16 - length);
            self.words[usize::from(*symbol)] = (reversed, length);
            if u32::from(length) <= DIRECT_BITS {
                for rest in 0..1_usize << (DIRECT_BITS - u32::from(length)) {
                    self.direct[rest << length | usize::from(reversed)] = (*symbol, length);
                }
            }
            word += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn symbols_come_through(counts in prop::collection::vec(0_u64..1000, 1..80), picks in prop::collection::vec(any::<usize>(), 0..60)) {
            prop_assume!(counts.iter().any(|count| *count > 0));
            let code = PrefixCode::of_counts(&counts);
            let known: Vec<usize> = (0..counts.len()).filter(|symbol| counts[*symbol] > 0).collect();
            let symbols: Vec<usize> = picks.iter().map(|pick| known[pick % known.len()]).collect();
            let mut writer = BitWriter::default();
            symbols.iter().for_each(|symbol| code.write(*symbol, &mut writer));
            let bytes = writer.finish();
            let mut reader = BitReader::new(&bytes);
            for symbol in symbols {
                prop_assert_eq!(code.read(&mut reader), Ok(symbol));
            }
            prop_assert_eq!(reader.finish(), Ok(()));
            let lengths: Vec<u8> = code.lengths().collect();
            prop_assert_eq!(PrefixCode::new(&lengths), Some(code));
        }

        #[test]
        fn any_bits_mean_something_or_run_out(counts in prop::collection::vec(0_u64..9, 2..40), bytes in prop::collection::vec(any::<u8>(), 0..20)) {
            prop_assume!(counts.iter().filter(|count| **count > 0).count() > 1);
            let code = PrefixCode::of_counts(&counts);
            let mut reader = BitReader::new(&bytes);
            while let Ok(symbol) = code.read(&mut reader) {
                prop_assert!(counts[symbol] > 0);
            }
        }

        #[test]
        fn any_lengths_make_a_code_or_are_refused(lengths in prop::collection::vec(0_u8..20, 0..20)) {
            let _ = PrefixCode::new(&lengths);
        }
    }

    #[test]
    fn a_code_is_within_a_bit_of_the_entropy() {
        let counts = [900_u64, 50, 30, 10, 5, 5];
        let code = PrefixCode::of_counts(&counts);
        let total: u64 = counts.iter().sum();
        let bits: u64 = counts.iter().zip(code.lengths()).map(|(c, l)| c * u64::from(l)).sum();
        let entropy: f64 = counts
            .iter()
            .map(|count| *count as f64 / total as f64)
            .map(|part| -part * part.log2())
            .sum();
        assert!((bits as f64 / total as f64) < entropy + 1.0);
    }

    #[test]
    fn a_code_with_one_symbol_costs_nothing() {
        let code = PrefixCode::of_counts(&[0, 7, 0]);
        let mut writer = BitWriter::default();
        code.write(1, &mut writer);
        assert_eq!(writer.bit_length(), 0);
        assert_eq!(code.read(&mut BitReader::new(&[])), Ok(1));
    }
}
