//! Cuts a stream of bytes into messages: two bytes of length, little end first, then the message.

use super::DecodeError;
use serde::{Serialize, de::DeserializeOwned};

/// Bytes of the length.
const PREFIX: usize = 2;

/// Appends a message with its length to `out`.
///
/// # Panics
/// When the message is longer than the 65,535 bytes a frame can hold, or can't be serialised: both are
/// bugs of the caller, who builds the message.
pub fn write<T: Serialize>(message: &T, out: &mut Vec<u8>) {
    let begin = out.len();
    let mut buffer = std::mem::take(out);
    buffer.extend_from_slice(&[0; PREFIX]);
    *out = postcard::to_extend(message, buffer).unwrap_or_default();
    let length = out.len().checked_sub(begin.saturating_add(PREFIX));
    let length = length.and_then(|length| u16::try_from(length).ok()).filter(|length| *length > 0);
    assert!(length.is_some(), "a message must serialise, into at most 65,535 bytes");
    for (place, byte) in out.iter_mut().skip(begin).zip(length.unwrap_or(0).to_le_bytes()) {
        *place = byte;
    }
}

/// Collects bytes until messages are whole.
#[derive(Clone, Debug)]
pub struct FrameReader {
    bytes: Vec<u8>,
    limit: usize,
}

impl FrameReader {
    /// Accepts messages of at most `limit` bytes.
    #[must_use]
    pub fn new(limit: usize) -> Self {
        Self { bytes: Vec::new(), limit }
    }

    /// Changes the largest message that is accepted.
    pub fn set_limit(&mut self, limit: usize) {
        self.limit = limit;
    }

    /// Takes bytes as they came. Never holds more than one message and what came with it.
    pub fn push(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
    }

    /// The next whole message, or `None` until more bytes come.
    ///
    /// # Errors
    /// When the message is longer than the limit or is not a `T`. The stream is useless afterwards.
    pub fn pop<T: DeserializeOwned>(&mut self) -> Result<Option<T>, DecodeError> {
        let Some((prefix, rest)) = self.bytes.split_first_chunk::<PREFIX>() else {
            return Ok(None);
        };
        let length = usize::from(u16::from_le_bytes(*prefix));
        if length > self.limit {
            return Err(DecodeError::TooLarge);
        }
        let Some(body) = rest.get(..length) else { return Ok(None) };
        let (message, left) =
            postcard::take_from_bytes::<T>(body).map_err(|_| DecodeError::Malformed)?;
        if !left.is_empty() {
            return Err(DecodeError::Trailing);
        }
        self.bytes.drain(..PREFIX.saturating_add(length));
        Ok(Some(message))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::message::{Hello, ToServer, Wish};
    use proptest::prelude::*;

    fn hello() -> ToServer<String> {
        let (version, name) = ("1.0".to_owned(), "Ann".to_owned());
        ToServer::Hello(Hello { protocol: 7, version, assets: 1, name, wish: Wish::Play })
    }

    proptest! {
        #[test]
        fn messages_come_out_whole_however_the_stream_is_cut(cuts in prop::collection::vec(1_usize..20, 1..40)) {
            let sent = [hello(), ToServer::Request("hallo".to_owned()), hello()];
            let mut bytes = Vec::new();
            sent.iter().for_each(|message| write(message, &mut bytes));
            let (mut reader, mut got, mut rest) = (FrameReader::new(512), Vec::new(), bytes.as_slice());
            for cut in cuts.into_iter().chain(std::iter::repeat(7)) {
                if rest.is_empty() { break; }
                let (now, later) = rest.split_at(cut.min(rest.len()));
                reader.push(now);
                rest = later;
                while let Some(message) = reader.pop::<ToServer<String>>().unwrap() {
                    got.push(message);
                }
            }
            prop_assert_eq!(got.as_slice(), sent.as_slice());
        }

        #[test]
        fn any_bytes_are_a_message_or_an_error(bytes in prop::collection::vec(any::<u8>(), 0..64)) {
            let mut reader = FrameReader::new(32);
            reader.push(&bytes);
            while let Ok(Some(_)) = reader.pop::<ToServer<String>>() {}
        }
    }

    #[test]
    fn a_message_above_the_limit_is_refused_before_it_came() {
        let mut reader = FrameReader::new(10);
        reader.push(&[11, 0]);
        assert_eq!(reader.pop::<ToServer<String>>(), Err(DecodeError::TooLarge));
    }
}
