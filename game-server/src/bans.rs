//! Who may not play here: public keys with a reason each, from a text file.
//!
//! A line is a key, 64 hexadecimal digits as the log shows them when somebody joins, and after a space
//! the reason that the player is told. Empty lines and lines that begin with `#` mean nothing.

use netcode::server::PeerKey;
use std::{collections::BTreeMap, fs, path::Path};

/// The reason of a line that gives none.
const NO_REASON: &str = "no reason was given";

/// Banned keys and why.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Bans {
    reasons: BTreeMap<PeerKey, String>,
}

/// Why a file of bans can't be used.
#[derive(Debug, thiserror::Error)]
pub enum BansError {
    /// It can't be read.
    #[error("can't read the bans in {path}: {error}")]
    File {
        /// Which file.
        path: String,
        /// What the system says.
        error: std::io::Error,
    },
    /// A line is no ban.
    #[error(
        "{path}, line {line}: a ban is a key of 64 hexadecimal digits, a space, and the reason"
    )]
    Line {
        /// Which file.
        path: String,
        /// Which line, from 1.
        line: usize,
    },
}

impl Bans {
    /// Reads a file.
    ///
    /// # Errors
    /// When it can't be read, or a line is no ban: a ban that does not work is worse than no server.
    pub fn read(path: &Path) -> Result<Self, BansError> {
        let name = || path.display().to_string();
        let text =
            fs::read_to_string(path).map_err(|error| BansError::File { path: name(), error })?;
        Self::parse(&text).map_err(|line| BansError::Line { path: name(), line })
    }

    /// Why a key is banned, if it is.
    #[must_use]
    pub fn reason(&self, key: PeerKey) -> Option<&str> {
        self.reasons.get(&key).map(String::as_str)
    }

    /// The bans in a text, or the number of the first line that is none.
    fn parse(text: &str) -> Result<Self, usize> {
        let mut bans = Self::default();
        for (number, line) in (1_usize..).zip(text.lines()) {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let (digits, reason) = line.split_once(' ').unwrap_or((line, NO_REASON));
            let key = key(digits).ok_or(number)?;
            bans.reasons.insert(key, reason.trim().to_owned());
        }
        Ok(bans)
    }
}

/// A key from its 64 hexadecimal digits.
fn key(digits: &str) -> Option<PeerKey> {
    let mut key = [0; 32];
    if digits.len() != 64 || !digits.is_ascii() {
        return None;
    }
    for (byte, pair) in key.iter_mut().zip(digits.as_bytes().chunks(2)) {
        *byte = u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()?;
    }
    Some(PeerKey(key))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_found_with_their_reasons() {
        let text = format!("# liars\n\n{} speed hack\n{}\n", "01".repeat(32), "fF".repeat(32));
        let bans = Bans::parse(&text).unwrap();
        assert_eq!(bans.reason(PeerKey([1; 32])), Some("speed hack"));
        assert_eq!(bans.reason(PeerKey([255; 32])), Some(NO_REASON));
        assert_eq!(bans.reason(PeerKey([2; 32])), None);
    }

    #[test]
    fn a_line_that_is_no_ban_is_named() {
        assert_eq!(Bans::parse(&format!("{} x\nab12 y", "01".repeat(32))), Err(2));
        assert_eq!(Bans::parse(&"zz".repeat(32)), Err(1));
    }
}
