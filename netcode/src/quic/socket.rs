//! Opens UDP sockets with buffers that hold a whole tick, and puts a bad network under them on demand.
//!
//! ```
//! use netcode::quic::socket;
//! let bound = socket::bind("127.0.0.1:0".parse()?, socket::CLIENT_BUFFER_BYTES)?;
//! assert!(bound.socket.local_addr()?.port() > 0 && bound.buffer_bytes > 0);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use crate::link::{Conditions, Link};
use quinn::{
    AsyncUdpSocket, Runtime, TokioRuntime, UdpPoller,
    udp::{RecvMeta, Transmit},
};
use socket2::{Domain, Protocol, Socket, Type};
use std::{
    fmt, io,
    io::IoSliceMut,
    net::{SocketAddr, UdpSocket},
    pin::Pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::{Context, Poll},
    time::{Duration, Instant},
};
use tokio::{
    sync::Notify,
    time::{Sleep, sleep, sleep_until},
};

/// Bytes asked of the system for each direction of a server's socket. With the usual 208 KiB a
/// thousand clients at 30 Hz lost 40 % of their datagrams on loopback.
///
/// ```
/// use netcode::quic::socket::{SERVER_BUFFER_BYTES, bind};
/// let bound = bind("127.0.0.1:0".parse()?, SERVER_BUFFER_BYTES)?;
/// let is_small = bound.buffer_bytes < SERVER_BUFFER_BYTES; // worth a warning: the system gave less
/// assert!(is_small || bound.buffer_bytes == SERVER_BUFFER_BYTES);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub const SERVER_BUFFER_BYTES: usize = 8 * 1_024 * 1_024;
/// The same for a client.
pub const CLIENT_BUFFER_BYTES: usize = 1_024 * 1_024;

/// A bound socket and what the system made of the wish for buffers.
#[derive(Debug)]
pub struct Bound {
    /// The socket, non-blocking.
    pub socket: UdpSocket,
    /// What the smaller of the two buffers really holds.
    pub buffer_bytes: usize,
}

/// Binds a UDP socket with buffers as large as the system gives, up to `buffer_bytes`.
///
/// # Errors
/// When the address can't be bound.
pub fn bind(address: SocketAddr, buffer_bytes: usize) -> io::Result<Bound> {
    let socket = Socket::new(Domain::for_address(address), Type::DGRAM, Some(Protocol::UDP))?;
    // Less than asked for is reported, not an error.
    let _ = socket.set_recv_buffer_size(buffer_bytes);
    let _ = socket.set_send_buffer_size(buffer_bytes);
    socket.set_nonblocking(true)?;
    socket.bind(&address.into())?;
    // Linux reports twice what it gives, for its own bookkeeping.
    let given = socket.recv_buffer_size()?.min(socket.send_buffer_size()?) / 2;
    Ok(Bound { socket: socket.into(), buffer_bytes: given })
}

/// Puts a bad network under a client's socket. Both directions get the same conditions.
///
/// # Errors
/// When the runtime can't take the socket.
pub(super) fn degrade(
    socket: UdpSocket,
    conditions: Conditions,
    seed: u64,
) -> io::Result<Arc<dyn AsyncUdpSocket>> {
    let inner = TokioRuntime.wrap_udp_socket(socket)?;
    let started = Instant::now();
    let conditions = with_headers(conditions);
    let outgoing = Arc::new(Outgoing {
        link: Mutex::new((Link::new(conditions, seed), None)),
        wake: Notify::new(),
    });
    tokio::spawn(deliver(outgoing.clone(), inner.clone(), started));
    Ok(Arc::new(LinkSocket {
        inner,
        started,
        outgoing,
        incoming: Mutex::new(Incoming {
            link: Link::new(conditions, seed ^ 0x5bd1_e995),
            from: None,
            timer: Box::pin(sleep(Duration::ZERO)),
            buffer: vec![0; RECEIVE_BYTES],
        }),
    }))
}

/// A socket gives payloads only; the network carries IPv4's and UDP's headers too.
fn with_headers(conditions: Conditions) -> Conditions {
    let least = super::IP_UDP_HEADER_BYTES as u16;
    Conditions { overhead_bytes: conditions.overhead_bytes.max(least), ..conditions }
}

/// Room for as many datagrams as the kernel may hand over in one piece.
const RECEIVE_BYTES: usize = 64 * 1_500;

/// A client's socket with a [`Link`] in each direction. It knows one peer only.
struct LinkSocket {
    inner: Arc<dyn AsyncUdpSocket>,
    started: Instant,
    outgoing: Arc<Outgoing>,
    incoming: Mutex<Incoming>,
}

struct Outgoing {
    /// The link, and where its packets go.
    link: Mutex<(Link, Option<SocketAddr>)>,
    wake: Notify,
}

struct Incoming {
    link: Link,
    from: Option<RecvMeta>,
    timer: Pin<Box<Sleep>>,
    buffer: Vec<u8>,
}

impl fmt::Debug for LinkSocket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LinkSocket").field("inner", &self.inner).finish_non_exhaustive()
    }
}

/// A panic elsewhere does not make a link unusable.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Sends packets when they are due, for as long as anybody can still give some.
async fn deliver(outgoing: Arc<Outgoing>, socket: Arc<dyn AsyncUdpSocket>, started: Instant) {
    loop {
        let next = {
            let mut guard = lock(&outgoing.link);
            let (link, destination) = &mut *guard;
            while let Some(bytes) = link.poll(started.elapsed()) {
                if let Some(destination) = *destination {
                    let transmit = Transmit {
                        destination,
                        ecn: None,
                        contents: &bytes,
                        segment_size: None,
                        src_ip: None,
                    };
                    // A full socket drops packets, as any network does.
                    let _ = socket.try_send(&transmit);
                }
                link.recycle(bytes);
            }
            link.next_due()
        };
        match next {
            Some(due) => {
                let until = tokio::time::Instant::from_std(started + due);
                tokio::select! {
                    () = sleep_until(until) => {}
                    () = outgoing.wake.notified() => {}
                }
            }
            None if Arc::strong_count(&outgoing) == 1 => return,
            None => {
                let _ =
                    tokio::time::timeout(Duration::from_secs(1), outgoing.wake.notified()).await;
            }
        }
    }
}

impl AsyncUdpSocket for LinkSocket {
    fn create_io_poller(self: Arc<Self>) -> Pin<Box<dyn UdpPoller>> {
        self.inner.clone().create_io_poller()
    }

    fn try_send(&self, transmit: &Transmit<'_>) -> io::Result<()> {
        let mut guard = lock(&self.outgoing.link);
        let (link, destination) = &mut *guard;
        *destination = Some(transmit.destination);
        let size = transmit.segment_size.unwrap_or(transmit.contents.len()).max(1);
        for packet in transmit.contents.chunks(size) {
            link.send(self.started.elapsed(), packet);
        }
        self.outgoing.wake.notify_one();
        Ok(())
    }

    fn poll_recv(
        &self,
        context: &mut Context<'_>,
        buffers: &mut [IoSliceMut<'_>],
        meta: &mut [RecvMeta],
    ) -> Poll<io::Result<usize>> {
        let mut incoming = lock(&self.incoming);
        incoming.fill(&*self.inner, self.started, context)?;
        let now = self.started.elapsed();
        let (mut count, from) = (0, incoming.from);
        for (buffer, meta) in buffers.iter_mut().zip(meta) {
            let (Some(from), Some(bytes)) = (from, incoming.link.poll(now)) else { break };
            let length = bytes.len().min(buffer.len());
            if let (Some(to), Some(bytes)) = (buffer.get_mut(..length), bytes.get(..length)) {
                to.copy_from_slice(bytes);
            }
            *meta = RecvMeta { len: length, stride: length, ..from };
            incoming.link.recycle(bytes);
            count += 1;
        }
        if count > 0 {
            return Poll::Ready(Ok(count));
        }
        if let Some(due) = incoming.link.next_due() {
            incoming.timer.as_mut().reset(tokio::time::Instant::from_std(self.started + due));
            if incoming.timer.as_mut().poll(context).is_ready() {
                context.waker().wake_by_ref();
            }
        }
        Poll::Pending
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.inner.local_addr()
    }

    fn may_fragment(&self) -> bool {
        self.inner.may_fragment()
    }
}

impl Incoming {
    /// Takes everything that is at the socket into the link.
    fn fill(
        &mut self,
        socket: &dyn AsyncUdpSocket,
        started: Instant,
        context: &mut Context<'_>,
    ) -> io::Result<()> {
        loop {
            let mut metas = [RecvMeta::default()];
            let mut slices = [IoSliceMut::new(&mut self.buffer)];
            match socket.poll_recv(context, &mut slices, &mut metas) {
                Poll::Ready(Ok(_)) => {}
                Poll::Ready(Err(error)) => return Err(error),
                Poll::Pending => return Ok(()),
            }
            let [meta] = metas;
            self.from = Some(meta);
            let received = self.buffer.get(..meta.len).unwrap_or_default();
            for packet in received.chunks(meta.stride.max(1)) {
                self.link.send(started.elapsed(), packet);
            }
        }
    }
}
