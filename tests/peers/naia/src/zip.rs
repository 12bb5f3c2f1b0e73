//! zstd for packets. naia has it, but its feature `zstd_support` does not compile in 0.25.0 (it derives `Clone` for zstd's
//! contexts, which have none in any version that it allows), so this does as its `Encoder` and `Decoder` would, in the same
//! place: a byte that says whether the rest is compressed, which it is where that is smaller.

use std::io::Error;
use zstd::bulk::{Compressor, Decompressor};

/// zstd's default.
const LEVEL: i32 = 3;
/// The size of naia's own buffer for a packet.
pub const PACKET_BYTES: usize = 1_472;

/// The contexts of one socket.
pub struct Zip {
    encoder: Compressor<'static>,
    decoder: Decompressor<'static>,
}

impl Zip {
    pub fn new() -> Result<Self, Error> {
        Ok(Self { encoder: Compressor::new(LEVEL)?, decoder: Decompressor::new()? })
    }

    /// What is sent for a packet.
    pub fn pack(&mut self, payload: &[u8]) -> Result<Vec<u8>, Error> {
        let smaller = self.encoder.compress(payload)?;
        let is_smaller = smaller.len() < payload.len();
        let rest = if is_smaller { &smaller } else { payload };
        Ok([&[u8::from(is_smaller)], rest].concat())
    }

    /// The packet that was packed.
    pub fn unpack(&mut self, packet: &[u8]) -> Result<Vec<u8>, Error> {
        match packet {
            [0, rest @ ..] => Ok(rest.to_vec()),
            [_, rest @ ..] => self.decoder.decompress(rest, PACKET_BYTES),
            [] => Ok(Vec::new()),
        }
    }
}
