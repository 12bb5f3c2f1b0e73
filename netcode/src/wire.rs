//! What travels: the bits of datagrams and the frames of the reliable stream.
//!
//! Nothing here knows what a message means. `wire/bits` is the ground that snapshots and inputs are
//! packed on, `wire/message` has the messages of the reliable stream, `wire/frame` cuts a stream of
//! bytes into them. docs/protocol.md and docs/protocol-datagrams.md
//! describe every byte for an outsider.

pub mod bits;
pub mod frame;
pub mod message;

/// Why bytes from the peer were refused. Never our own fault: a datagram like that is a
/// strike against the peer, a stream like that ends the session.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DecodeError {
    /// The message ends before it is complete.
    #[error("the message is cut short")]
    Truncated,
    /// A value lies outside what its field allows.
    #[error("a value is out of range")]
    OutOfRange,
    /// Bytes are left after the end of the message.
    #[error("bytes are left over after the message")]
    Trailing,
    /// The message names a baseline that the receiver does not hold.
    #[error("the baseline is not known")]
    UnknownBaseline,
    /// The message names an entity or a kind that does not exist.
    #[error("an entity or kind is not known")]
    UnknownEntity,
    /// The message is larger than its kind may be.
    #[error("the message is too large")]
    TooLarge,
    /// The message can't be understood at all.
    #[error("the message is malformed")]
    Malformed,
}
