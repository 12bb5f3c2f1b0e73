//! The names of sessions that clients come back with: numbers that nobody can guess who has seen others.
//!
//! A token is the counter of all tokens under SipHash-2-4, a keyed pseudo-random function (Aumasson and
//! Bernstein, 2012), with a secret that the transport draws. It proves nothing by itself: the server
//! also compares the key that the handshake proved. So a guessed token gives only what its owner has.

use crate::wire::message::Token;

/// Makes tokens.
#[derive(Clone, Debug, Default)]
pub(super) struct Tokens {
    secret: [u64; 2],
    made: u64,
}

impl Tokens {
    /// Takes another secret. Tokens that were given stay good: they are compared, not computed.
    pub(super) fn set_secret(&mut self, secret: [u8; 16]) {
        let secret = u128::from_le_bytes(secret);
        self.secret = [secret as u64, (secret >> 64) as u64];
    }

    /// One that was never given before.
    pub(super) fn draw(&mut self) -> Token {
        let mut bytes = [0; 16];
        for half in bytes.chunks_mut(8) {
            half.copy_from_slice(&sip(self.secret, self.made).to_le_bytes());
            self.made = self.made.wrapping_add(1);
        }
        Token(bytes)
    }
}

/// SipHash-2-4 of eight bytes.
fn sip(key: [u64; 2], message: u64) -> u64 {
    let [low, high] = key;
    let mut state = [
        low ^ 0x736f_6d65_7073_6575,
        high ^ 0x646f_7261_6e64_6f6d,
        low ^ 0x6c79_6765_6e65_7261,
        high ^ 0x7465_6462_7974_6573,
    ];
    // The last word holds the length, eight bytes, in its top byte.
    for word in [message, 8 << 56] {
        state[3] ^= word;
        (0..2).for_each(|_| round(&mut state));
        state[0] ^= word;
    }
    state[2] ^= 0xff;
    (0..4).for_each(|_| round(&mut state));
    state[0] ^ state[1] ^ state[2] ^ state[3]
}

fn round(state: &mut [u64; 4]) {
    let [a, b, c, d] = state;
    *a = a.wrapping_add(*b);
    *c = c.wrapping_add(*d);
    *b = b.rotate_left(13) ^ *a;
    *d = d.rotate_left(16) ^ *c;
    *a = a.rotate_left(32);
    *c = c.wrapping_add(*b);
    *a = a.wrapping_add(*d);
    *b = b.rotate_left(17) ^ *c;
    *d = d.rotate_left(21) ^ *a;
    *c = c.rotate_left(32);
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    /// The reference implementation's vector for the message 00 01 .. 07 under the key 00 01 .. 0f.
    #[test]
    fn it_is_siphash() {
        let key = [0x0706_0504_0302_0100, 0x0f0e_0d0c_0b0a_0908];
        assert_eq!(sip(key, 0x0706_0504_0302_0100), 0x93f5_f579_9a93_2462);
    }

    #[test]
    fn no_token_comes_twice_and_each_secret_has_its_own() {
        let tokens = |secret: [u8; 16]| {
            let mut tokens = Tokens::default();
            tokens.set_secret(secret);
            (0..500).map(|_| tokens.draw().0).collect::<Vec<_>>()
        };
        let all: HashSet<_> = tokens([1; 16]).into_iter().chain(tokens([2; 16])).collect();
        assert_eq!(all.len(), 1_000);
    }
}
