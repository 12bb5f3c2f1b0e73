//! Every cap in one place, with the relations that must hold between them.
//!
//! A queue, a map or a loop anywhere in the crate that a peer can make longer cites one of these.
//!
//! ```
//! use netcode::{budget::Candidate, limits};
//! /// A game that sends the nearest things first has to stop somewhere.
//! fn keep(visible: &mut Vec<Candidate>) {
//!     visible.truncate(limits::VISIBLE_ENTITIES);
//! }
//! let mut all = vec![Candidate { index: 0, weight: 1.0 }; 3_000];
//! keep(&mut all);
//! assert_eq!(all.len(), limits::VISIBLE_ENTITIES);
//! ```

/// Bytes in the largest datagram that is ever sent or accepted: an Ethernet frame's payload less the
/// headers of IPv4 and UDP. What the path really takes is less, and QUIC says how much.
///
/// ```
/// use netcode::{limits, server::ServerConfig};
/// let small = ServerConfig { snapshot_cap_bytes: 600, ..ServerConfig::default() };
/// assert!(small.snapshot_cap_bytes <= limits::DATAGRAM_BYTES);
/// assert_eq!(ServerConfig::default().snapshot_cap_bytes, limits::DATAGRAM_BYTES);
/// ```
pub const DATAGRAM_BYTES: usize = 1_472;

/// Bytes in the smallest datagram budget QUIC guarantees: 1,200 less its headers and tag.
pub const DATAGRAM_BYTES_LEAST: usize = 1_100;

/// Bytes that a snapshot may always have, however little the path carries: its header and the own row.
pub const SNAPSHOT_BYTES_LEAST: usize = 64;

/// Snapshots that the server keeps for all clients: two seconds at 30 a second, half of it where they take turns.
/// Of a client that acknowledged nothing for nearly as long, the last view is kept beside them.
pub const SNAPSHOT_RING: usize = 64;

/// Snapshots that a client keeps, to decode deltas and to interpolate.
pub const CLIENT_SNAPSHOTS: usize = 64;

/// Entities in one snapshot of the whole game.
pub const ENTITIES: usize = 32_768;

/// Entities in the view of one client.
pub const VISIBLE_ENTITIES: usize = 1_024;

/// Kinds of rows.
pub const KINDS: usize = 16;

/// Fields of one kind.
pub const FIELDS: usize = 32;

/// Inputs in one datagram: the newest and those repeated in case earlier datagrams were lost.
pub const INPUTS_PER_DATAGRAM: usize = 8;

/// Ticks by which an input may be ahead of the server and still be kept: a second at 60 Hz, so that a
/// sudden fall of the round-trip time loses nothing. It gives no advantage: one is applied each tick.
pub const INPUTS_AHEAD: usize = 64;

/// Ticks of own inputs that a client keeps to replay: two seconds at 60 Hz.
pub const PREDICTED_TICKS: usize = 128;

/// Entities that a client has made before the server.
pub const PREDICTED_SPAWNS: usize = 32;

/// Datagrams taken from one client in one tick; what is more is dropped, and a tick with more is a strike.
pub const DATAGRAMS_PER_TICK: usize = 32;

/// Bytes of one message on the reliable stream.
pub const MESSAGE_BYTES: usize = 16 * 1_024;

/// Bytes of reliable messages that may wait for one client before it is closed as too slow.
pub const STREAM_BACKLOG_BYTES: usize = 256 * 1_024;

/// How many ticks old a row may be that another is told against, and how far from what a client knows a
/// view may be: nine minutes at 60 Hz, as far as 16 bits of a tick reach.
pub const AGE_TICKS: u32 = 1 << 15;

/// Bytes of a client's first view. Its largest possible one is smaller.
pub const VIEW_BYTES: usize = 128 * 1_024;

/// Bytes of that view in one message: about a packet.
pub const VIEW_PART_BYTES: usize = 1_000;

/// Sessions that wait for their clients to come back; who is lost beyond that has left.
pub const LOST_SESSIONS: usize = 8_192;

/// Bytes that a client may send on its stream before it was welcomed.
pub const HELLO_BYTES: usize = 512;

/// Bytes of a name, in UTF-8.
///
/// ```
/// use netcode::limits;
/// let fits = |name: &str| name.len() <= limits::NAME_BYTES;
/// assert!(fits("Zoë") && !fits(&"Zoë".repeat(20)));
/// ```
pub const NAME_BYTES: usize = 64;

/// Characters of a name, as people count them (graphemes).
///
/// ```
/// use netcode::limits;
/// let shown: String = "A name that is far too long".chars().take(limits::NAME_CHARACTERS).collect();
/// assert_eq!(shown, "A name that is f");
/// ```
pub const NAME_CHARACTERS: usize = 16;

/// Reliable messages accepted from one client in one second.
pub const REQUESTS_PER_SECOND: u32 = 10;

/// Buffers of things that were sent, kept for what is sent next: a datagram and a message for each client.
pub const SPARE_BUFFERS_PER_CLIENT: usize = 2;

/// Strikes after which a client is closed: malformed datagrams, and ticks with more of them than are taken. One is
/// forgiven each second, so that a network that holds everything up now and then closes nobody. (A malformed
/// stream ends at once.)
pub const STRIKES: u32 = 16;

/// Connections whose handshake or first stream is under way.
pub const HALF_OPEN: usize = 1_024;

/// The same of one address, or one IPv6 network of 64 bits, unless it is the server's own machine: a stranger
/// who begins and never ends must not keep all others out.
pub const HALF_OPEN_OF_ONE: usize = 64;

/// Connections of one such address, unless the server was told otherwise or it is the own machine.
pub const CONNECTIONS_OF_ONE: usize = 16;

/// Connections of a server, welcomed or not.
pub const CONNECTIONS: usize = 8_192;

const _: () = assert!(DATAGRAM_BYTES_LEAST <= DATAGRAM_BYTES);
const _: () = assert!(SNAPSHOT_BYTES_LEAST <= DATAGRAM_BYTES_LEAST);
const _: () = assert!(VISIBLE_ENTITIES <= ENTITIES);
const _: () = assert!(ENTITIES <= u16::MAX as usize);
const _: () = assert!(CLIENT_SNAPSHOTS >= SNAPSHOT_RING / 2);
const _: () = assert!(INPUTS_PER_DATAGRAM <= INPUTS_AHEAD);
const _: () = assert!(INPUTS_AHEAD <= PREDICTED_TICKS);
const _: () = assert!(HELLO_BYTES < MESSAGE_BYTES && MESSAGE_BYTES < STREAM_BACKLOG_BYTES);
const _: () = assert!(NAME_BYTES < HELLO_BYTES);
const _: () = assert!(VIEW_PART_BYTES < MESSAGE_BYTES && VIEW_PART_BYTES < VIEW_BYTES);
// Even if each field of each entity took its 32 bits.
const _: () = assert!(VIEW_BYTES >= VISIBLE_ENTITIES * (FIELDS * 4));
