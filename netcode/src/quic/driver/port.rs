//! One UDP socket that receives and sends in batches, with a bad network under it on demand.
//!
//! quinn-udp sets the socket up (no fragments, addresses of both ends) and receives up to 32 packets in
//! one call, `batch` sends.

use super::{batch, network::BadNetwork, outbox::Outbox, slots::Slots};
use crate::{
    link::Conditions,
    quic::socket::{self, Bound},
};
use bytes::BytesMut;
use quinn_udp::{BATCH_SIZE, RecvMeta, UdpSockRef, UdpSocketState};
use std::{
    array,
    cell::RefCell,
    fmt,
    io::{self, IoSliceMut},
    net::{IpAddr, SocketAddr, UdpSocket},
    time::Instant,
};

/// Room for what the kernel may hand over in one piece: it joins packets of one sender.
const PIECE_BYTES: usize = 64 * 1_024;

/// Bytes of a slot for packets that came to a server: one or two of inputs. QUIC keeps pieces of a stream that come out of order, and
/// who sends a byte in each packet keeps a whole slot with it, so that they are short; longer packets, which few
/// send to a server, get memory of their own.
const SERVER_SLOT_BYTES: usize = 128;
/// The same of a client: several snapshots, from a server that it trusts.
const CLIENT_SLOT_BYTES: usize = 2_048;

thread_local! {
    /// Where packets are received, once for each thread, however many ports it has. The system gives
    /// memory only to what was written to.
    static ROOM: RefCell<Vec<u8>> = RefCell::new(vec![0; BATCH_SIZE * PIECE_BYTES]);
}

/// A packet that came.
#[derive(Debug)]
pub(super) struct Received {
    /// Who sent it.
    pub(super) from: SocketAddr,
    /// To which of our addresses, where that is not plain.
    pub(super) at: Option<IpAddr>,
    pub(super) bytes: BytesMut,
}

/// Whose socket it is: how much may come at once, and how long packets are, differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    Server,
    Client,
}

impl Role {
    /// Bytes of the system's buffer, and of a slot for packets that came.
    fn sizes(self) -> (usize, usize) {
        match self {
            Self::Server => (socket::SERVER_BUFFER_BYTES, SERVER_SLOT_BYTES),
            Self::Client => (socket::CLIENT_BUFFER_BYTES, CLIENT_SLOT_BYTES),
        }
    }
}

/// A bound socket.
pub(crate) struct Port {
    socket: UdpSocket,
    state: UdpSocketState,
    /// What the system gave as buffer.
    buffer_bytes: usize,
    /// Whether it listens on every address of the machine.
    is_anywhere: bool,
    outbox: Outbox,
    slots: Slots,
    network: Option<BadNetwork>,
}

impl fmt::Debug for Port {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Port").field("socket", &self.socket).finish_non_exhaustive()
    }
}

impl Port {
    /// Binds a socket of a server or of a client, over a bad network if `link` says so.
    pub(crate) fn open(
        address: SocketAddr,
        role: Role,
        link: Option<(Conditions, u64)>,
    ) -> io::Result<Self> {
        let (wanted, slot_bytes) = role.sizes();
        let Bound { socket, buffer_bytes } = socket::bind(address, wanted)?;
        let state = UdpSocketState::new(UdpSockRef::from(&socket))?;
        Ok(Self {
            is_anywhere: socket.local_addr()?.ip().is_unspecified(),
            socket,
            state,
            buffer_bytes,
            outbox: Outbox::default(),
            slots: Slots::new(slot_bytes),
            network: link.map(|(conditions, seed)| BadNetwork::new(conditions, seed)),
        })
    }

    /// Goes on from another port of the same address.
    pub(super) fn rebind(&mut self) -> io::Result<()> {
        let address = SocketAddr::new(self.socket.local_addr()?.ip(), 0);
        let Bound { socket, .. } = socket::bind(address, self.buffer_bytes)?;
        self.state = UdpSocketState::new(UdpSockRef::from(&socket))?;
        self.socket = socket;
        Ok(())
    }

    pub(crate) fn socket(&self) -> &UdpSocket {
        &self.socket
    }

    pub(crate) fn buffer_bytes(&self) -> usize {
        self.buffer_bytes
    }

    /// Whether packets may be split on their way, so that their size proves nothing.
    pub(super) fn may_fragment(&self) -> bool {
        self.state.may_fragment()
    }

    /// Receives a batch and says whether there may be more.
    pub(super) fn receive(&mut self, now: Instant, received: &mut Vec<Received>) -> bool {
        let begin = received.len();
        let slots = &mut self.slots;
        let pieces = ROOM.with_borrow_mut(|room| {
            let mut room = room.chunks_exact_mut(PIECE_BYTES);
            let mut slices: [IoSliceMut<'_>; BATCH_SIZE] =
                array::from_fn(|_| IoSliceMut::new(room.next().unwrap_or_default()));
            let mut metas = [RecvMeta::default(); BATCH_SIZE];
            let socket = UdpSockRef::from(&self.socket);
            // Whatever is wrong with a socket, for QUIC it is silence.
            let count = self.state.recv(socket, &mut slices, &mut metas).unwrap_or(0);
            for (meta, slice) in metas.iter().zip(&slices).take(count) {
                let at = meta.dst_ip.filter(|_| self.is_anywhere);
                let piece = slice.get(..meta.len).unwrap_or_default();
                // Nothing at all is no packet of QUIC's either.
                let packets = piece.chunks(meta.stride.max(1));
                received.extend(packets.map(|bytes| Received {
                    from: meta.addr,
                    at,
                    bytes: slots.copy(bytes),
                }));
            }
            count
        });
        if let Some(network) = &mut self.network {
            received.drain(begin..).for_each(|packet| network.receive(now, packet));
            received.extend(std::iter::from_fn(|| network.poll_received(now)));
        }
        pieces == BATCH_SIZE
    }

    /// An empty buffer to write a packet into, for [`Port::commit`].
    pub(super) fn blank(&mut self) -> &mut Vec<u8> {
        self.outbox.blank()
    }

    /// Sends what was written into the blank buffer, soon.
    pub(super) fn commit(&mut self, now: Instant, to: SocketAddr, from: Option<IpAddr>) {
        if let Some(network) = &mut self.network {
            network.send(now, self.outbox.written(), to);
            return;
        }
        self.outbox.commit(to, from);
        if self.outbox.is_group() {
            self.give();
        }
    }

    /// Sends everything.
    pub(super) fn flush(&mut self, now: Instant) {
        while let Some((bytes, to)) = self.network.as_mut().and_then(|it| it.poll_sent(now)) {
            self.outbox.blank().extend_from_slice(&bytes);
            self.outbox.commit(to, None);
            if let Some(network) = &mut self.network {
                network.recycle(bytes);
            }
        }
        self.give();
    }

    /// Forgets what the system did not take so far: what follows is newer.
    pub(super) fn supersede(&mut self) {
        self.outbox.supersede();
    }

    /// When the bad network has something to deliver.
    pub(super) fn next_due(&self) -> Option<Instant> {
        self.network.as_ref()?.next_due()
    }

    /// Waits until something came, the system takes packets again, or until then.
    pub(super) fn wait(&self, until: Instant) {
        batch::wait(&self.socket, self.outbox.is_blocked(), until);
    }

    fn give(&mut self) {
        let (socket, state) = (&self.socket, &self.state);
        self.outbox.flush(|packets| batch::send(socket, state, packets));
    }
}
