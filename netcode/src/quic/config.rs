//! quinn, set up for a game. Its defaults are for bulk transfer: by them a hostile connection may make
//! the server hold some 250 MB, and a slow one lets half a minute of stale snapshots queue up.

use super::{
    congestion::SteadyConfig,
    tls::{self, Identity, TlsError, Trust},
};
use crate::limits;
use quinn_proto::{
    AckFrequencyConfig, ClientConfig, EndpointConfig, IdleTimeout, MtuDiscoveryConfig,
    RandomConnectionIdGenerator, ServerConfig, TransportConfig, VarInt,
};
use std::{sync::Arc, time::Duration};

/// How long silence may last before a connection is given up.
pub const IDLE_TIMEOUT: Duration = Duration::from_secs(10);
/// How often a client that has nothing to say says so.
const KEEP_ALIVE: Duration = Duration::from_secs(3);
/// Bytes that may wait unread on a client's stream: a first view comes on it.
const CLIENT_STREAM_WINDOW: u32 = 16 * 1_024;
/// The same of a server's, which is read in each tick. Requests are small, and who sends every other byte, each in a
/// packet of its own, makes the server hold half as many packets.
const SERVER_STREAM_WINDOW: u32 = 2 * 1_024;
/// Bytes of unacknowledged stream data that are kept for resending.
const SEND_WINDOW: u64 = 128 * 1_024;
/// Datagrams that came and were not read yet: a tick or two of them.
const DATAGRAM_RECEIVE_BYTES: usize = 16 * 1_024;
/// Datagrams that could not go yet. A server gives quinn a snapshot only when none waits there; a slow
/// frame of a client may make several small ones at once.
const DATAGRAM_SEND_BYTES: usize = limits::DATAGRAM_BYTES;
/// Bytes of a connection identifier. Eight is quinn's own choice; three are enough to find one of a few
/// thousand connections, and each input carries them. They only find it: what proves a packet is its
/// encryption's tag, and a number that is taken is drawn again.
const CONNECTION_ID_BYTES: usize = 3;

/// Packets that the other side may leave without an answer of their own, while it has nothing to send and no
/// timer says so: both sides send all the time, and acknowledge on the way.
const UNANSWERED: u32 = 15;

/// `stream_window` is how many bytes may wait unread on the one stream.
fn transport(stream_window: u32) -> TransportConfig {
    let mut config = TransportConfig::default();
    let mut acknowledgements = AckFrequencyConfig::default();
    acknowledgements.ack_eliciting_threshold(VarInt::from_u32(UNANSWERED));
    let idle = IdleTimeout::try_from(IDLE_TIMEOUT).ok();
    config
        .max_concurrent_bidi_streams(VarInt::from_u32(1))
        .max_concurrent_uni_streams(VarInt::from_u32(0))
        .stream_receive_window(VarInt::from_u32(stream_window))
        .receive_window(VarInt::from_u32(2 * stream_window))
        .send_window(SEND_WINDOW)
        .datagram_receive_buffer_size(Some(DATAGRAM_RECEIVE_BYTES))
        .datagram_send_buffer_size(DATAGRAM_SEND_BYTES)
        .max_idle_timeout(idle)
        // A quarter of a second is nearer to the truth than RFC 9002's third; it only sets the first
        // retransmission of the handshake.
        .initial_rtt(Duration::from_millis(250))
        .mtu_discovery_config(Some(MtuDiscoveryConfig::default()))
        // Snapshots go to a thousand addresses, one packet each: there is nothing to segment.
        .enable_segmentation_offload(false)
        .ack_frequency_config(Some(acknowledgements))
        .congestion_controller_factory(Arc::new(SteadyConfig));
    config
}

/// A listening endpoint. It answers packets of connections that it does not know with tokens that only its
/// identity makes: so the clients of a server that was killed hear it from the one that is started in its place.
#[must_use]
pub fn listening(identity: &Identity) -> EndpointConfig {
    let mut config = EndpointConfig::new(Arc::new(identity.reset_key()));
    set_up(&mut config, true);
    // One client hears it after another, and all of them within a second or two, instead of 50 a second.
    config.min_reset_interval(Duration::from_millis(1));
    config
}

/// An endpoint that connects. `connection_id` is off for a client with one connection: its
/// address is enough to find it, and each packet to it is three bytes shorter.
#[must_use]
pub fn connecting(connection_id: bool) -> EndpointConfig {
    let mut config = EndpointConfig::default();
    set_up(&mut config, connection_id);
    config
}

fn set_up(config: &mut EndpointConfig, connection_id: bool) {
    let length = if connection_id { CONNECTION_ID_BYTES } else { 0 };
    config.cid_generator(move || Box::new(RandomConnectionIdGenerator::new(length)));
    // quinn's receive buffer is 32 batches of 64 segments of this size.
    let _ = config.max_udp_payload_size(limits::DATAGRAM_BYTES as u16);
}

/// A server's side, with its certificate. Clients prove their key, whatever it is.
///
/// # Errors
/// When the identity is not usable.
pub fn server(identity: &Identity) -> Result<ServerConfig, TlsError> {
    let mut config = ServerConfig::with_crypto(Arc::new(tls::server(identity)?));
    config
        .transport_config(Arc::new(transport(SERVER_STREAM_WINDOW)))
        .max_incoming(limits::HALF_OPEN)
        .incoming_buffer_size(16 * 1_024)
        .incoming_buffer_size_total(4 * 1_024 * 1_024)
        .migration(true);
    Ok(config)
}

/// A client's side, with the key that it proves to have and the rule by which it trusts servers.
pub(super) fn client(identity: &Identity, trust: Trust) -> Result<ClientConfig, TlsError> {
    let mut config = ClientConfig::new(Arc::new(tls::client(identity, trust)?));
    let mut transport = transport(CLIENT_STREAM_WINDOW);
    transport.keep_alive_interval(Some(KEEP_ALIVE));
    config.transport_config(Arc::new(transport));
    Ok(config)
}
