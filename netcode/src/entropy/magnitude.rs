//! A signed number as a symbol for its sign and size, and the rest as plain bits.
//!
//! Sizes up to 16 have a symbol each: the steps that a game itself takes are mostly among
//! them. Above, they grow by half octaves: 17 to 24, 25 to 32, 33 to 48, ... Within one the numbers
//! are about equally likely, so that a code for them would gain little.

use crate::wire::{DecodeError, bits::BitReader};

/// Sizes that have a symbol of their own.
const SINGLE: u32 = 16;
/// The octave of the sizes above.
const FIRST_OCTAVE: u32 = SINGLE.ilog2();
/// How many symbols there are: two signs of the single sizes and of two halves for each octave.
pub const SYMBOLS: usize = 2 * (SINGLE as usize + 2 * (31 - FIRST_OCTAVE as usize));

/// The symbol of a number other than zero, and how many plain bits follow it.
#[must_use]
pub fn split(value: i32) -> (usize, u32) {
    let size = value.unsigned_abs().wrapping_sub(1);
    let (class, rest) = if size < SINGLE {
        (size, 0)
    } else {
        let octave = 31 - size.leading_zeros();
        let half = size >> (octave - 1) & 1;
        (SINGLE + 2 * (octave - FIRST_OCTAVE) + half, octave - 1)
    };
    ((class * 2 + u32::from(value < 0)) as usize, rest)
}

/// The size that a symbol stands for, without its plain bits: its place among the sizes.
#[must_use]
pub fn class(symbol: usize) -> usize {
    symbol / 2
}

/// The plain bits of a number, of which there are so many.
#[must_use]
pub fn rest(value: i32, count: u32) -> u32 {
    value.unsigned_abs().wrapping_sub(1) & ((1 << count) - 1)
}

/// Reads the number that a symbol begins.
///
/// # Errors
/// When the bits run out.
pub fn read_rest(symbol: usize, reader: &mut BitReader<'_>) -> Result<i32, DecodeError> {
    let class = class(symbol) as u32;
    let size = if class < SINGLE {
        class
    } else {
        let above = class - SINGLE;
        let octave = FIRST_OCTAVE + above / 2;
        if octave > 30 {
            return Err(DecodeError::OutOfRange);
        }
        (2 | above & 1) << (octave - 1) | reader.bits(octave - 1)?
    };
    // The largest size is 2^31, which only a broken peer sends.
    let size = i32::try_from(u64::from(size) + 1).map_err(|_| DecodeError::OutOfRange)?;
    Ok(if symbol.is_multiple_of(2) { size } else { -size })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::bits::BitWriter;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_number_comes_through(value in prop_oneof![-100_i32..=100, -0x4000_0000_i32..=0x3fff_ffff]) {
            prop_assume!(value != 0);
            let (symbol, count) = split(value);
            prop_assert!(symbol < SYMBOLS);
            let mut writer = BitWriter::default();
            writer.bits(rest(value, count), count);
            let bytes = writer.finish();
            prop_assert_eq!(read_rest(symbol, &mut BitReader::new(&bytes)), Ok(value));
        }

        #[test]
        fn any_symbol_and_bits_give_a_number_or_an_error(symbol in 0..SYMBOLS, bytes: [u8; 4]) {
            if let Ok(value) = read_rest(symbol, &mut BitReader::new(&bytes)) {
                prop_assert_eq!(split(value).0, symbol);
            }
        }
    }

    #[test]
    fn small_sizes_stand_alone_and_large_ones_grow_by_half_octaves() {
        let classes: Vec<usize> =
            [1, 2, 16, 17, 24, 25, 32, 33].map(|v| class(split(v).0)).to_vec();
        assert_eq!(classes, [0, 1, 15, 16, 16, 17, 17, 18]);
        assert_eq!(split(-3), (5, 0));
    }
}
