//! Stands between clients and server and counts every packet in both directions, the same for all peers: bytes are UDP
//! payload and 28 bytes of IPv4 and UDP header for each packet. It never delays, drops or reads one.

use std::{
    collections::HashMap,
    io,
    net::{Ipv4Addr, SocketAddr, UdpSocket},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    thread,
    time::Duration,
};

/// IPv4 and UDP.
const HEADER_BYTES: u64 = 28;
const PACKET_BYTES: usize = 65_536;

/// One direction.
#[derive(Default)]
struct Count {
    packets: AtomicU64,
    bytes: AtomicU64,
    stopped: AtomicU64,
}

/// What passed in a direction since the start.
#[derive(Clone, Copy, Default)]
pub struct Passed {
    pub packets: f64,
    pub bytes: f64,
}

/// A relay that runs until it is dropped.
pub struct Relay {
    pub address: SocketAddr,
    up: Arc<Count>,
    down: Arc<Count>,
}

impl Count {
    fn note(&self, length: usize) {
        self.packets.fetch_add(1, Ordering::Relaxed);
        self.bytes.fetch_add(length as u64 + HEADER_BYTES, Ordering::Relaxed);
    }

    fn passed(&self) -> Passed {
        Passed {
            packets: self.packets.load(Ordering::Relaxed) as f64,
            bytes: self.bytes.load(Ordering::Relaxed) as f64,
        }
    }
}

impl Relay {
    /// Relays what comes to an address of its own to `server`, and back.
    pub fn open(server: SocketAddr) -> io::Result<Self> {
        let front = Arc::new(UdpSocket::bind((Ipv4Addr::LOCALHOST, 0))?);
        let relay = Self { address: front.local_addr()?, up: Arc::default(), down: Arc::default() };
        let (up, down) = (relay.up.clone(), relay.down.clone());
        front.set_read_timeout(Some(Duration::from_millis(200)))?;
        thread::spawn(move || {
            let mut clients = HashMap::new();
            let mut buffer = vec![0; PACKET_BYTES];
            while up.stopped.load(Ordering::Relaxed) == 0 {
                let Ok((length, client)) = front.recv_from(&mut buffer) else { continue };
                up.note(length);
                let back =
                    clients.entry(client).or_insert_with(|| answer(&front, client, server, &down));
                // A server that has ended refuses; that is no concern of the relay.
                let _ = back.as_ref().map(|back| back.send(&buffer[..length]));
            }
        });
        Ok(relay)
    }

    /// Towards the server.
    pub fn up(&self) -> Passed {
        self.up.passed()
    }

    /// Towards the clients.
    pub fn down(&self) -> Passed {
        self.down.passed()
    }
}

impl Drop for Relay {
    fn drop(&mut self) {
        self.up.stopped.store(1, Ordering::Relaxed);
        self.down.stopped.store(1, Ordering::Relaxed);
    }
}

/// The socket that stands for a client towards the server; a thread brings back what the server answers.
fn answer(
    front: &Arc<UdpSocket>,
    client: SocketAddr,
    server: SocketAddr,
    count: &Arc<Count>,
) -> io::Result<Arc<UdpSocket>> {
    let back = Arc::new(UdpSocket::bind((Ipv4Addr::LOCALHOST, 0))?);
    back.connect(server)?;
    back.set_read_timeout(Some(Duration::from_millis(200)))?;
    let (front, socket, count) = (front.clone(), back.clone(), count.clone());
    thread::spawn(move || {
        let mut buffer = vec![0; PACKET_BYTES];
        while count.stopped.load(Ordering::Relaxed) == 0 {
            let Ok(length) = socket.recv(&mut buffer) else { continue };
            count.note(length);
            let _ = front.send_to(&buffer[..length], client);
        }
    });
    Ok(back)
}
