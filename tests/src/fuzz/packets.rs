//! Raw UDP packets, before decryption: an endpoint that listens, a client that comes to it, and
//! somebody on the way who may do to each packet what can be done to packets.

use super::Pieces;
use netcode::{
    quic::{
        client::{ClientEndpoint, QuicClient},
        driver::Driver,
        tls::{Identity, pinned},
    },
    server::{Action, PeerKey},
};
use std::{
    io::ErrorKind,
    net::{Ipv4Addr, SocketAddr, UdpSocket},
    sync::OnceLock,
    time::Instant,
};

/// Turns of all three. A handshake that nobody disturbs takes about four, but each gets only its share
/// of a busy machine's time.
const TURNS: usize = 24;
const TURNS_UNDISTURBED: usize = 10_000;
/// Packets of the stranger's own making in one run.
const FORGED: usize = 32;
/// The longest packet that is read: longer than any that is sent.
const PACKET_BYTES: usize = 2_048;

/// What is done to the packets of a handshake and of what follows, as the bytes say, one for each
/// packet; when they are used up, all goes through. Whatever it is, nobody is let in with a key that
/// they did not prove, and when nothing was done the client gets in.
pub fn packets(bytes: &[u8]) {
    let mut pieces = Pieces(bytes);
    let mut way = Way::open();
    let mut news = Vec::new();
    let (mut disturbed, mut turns) = (false, 0);
    while turns < TURNS || !(disturbed || way.client.is_connected() || turns > TURNS_UNDISTURBED) {
        turns += 1;
        way.client.drain(|_| ());
        way.client.transmit(Action::Datagram(b"up".to_vec()));
        disturbed |= way.carry(&mut pieces);
        let now = Instant::now();
        way.server.receive(now);
        way.server.take_news(&mut news);
        assert!(news.len() <= FORGED + 1, "{} connections have news", news.len());
        for &index in &news {
            let Some(connection) = way.server.connection(index) else { continue };
            let (is_connected, key) = (connection.is_connected(), connection.peer_key());
            while connection.take_datagram().is_some() {}
            while connection.take_stream().is_some() {}
            assert!(!is_connected || key == Some(way.key), "let in with another's key");
            if is_connected {
                way.server.admit(index);
                way.server.send_datagram(now, index, b"down");
            }
        }
        way.server.send(now);
        disturbed |= way.carry(&mut pieces);
    }
    assert!(way.server.open() <= FORGED + 1, "{} connections are open", way.server.open());
    assert!(disturbed || way.client.is_connected(), "an undisturbed client does not get in");
}

/// The way from the client to the server, with who sits on it.
struct Way {
    server: Driver,
    server_at: SocketAddr,
    client: QuicClient,
    client_at: Option<SocketAddr>,
    key: PeerKey,
    between: UdpSocket,
    forged: usize,
}

impl Way {
    fn open() -> Self {
        static KEYS: OnceLock<[Identity; 2]> = OnceLock::new();
        let [host, guest] = KEYS
            .get_or_init(|| [(), ()].map(|()| Identity::generate().expect("a key can be made")));
        let loopback = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        let server = Driver::listen(loopback, host).expect("there is a port");
        let between = UdpSocket::bind(loopback).expect("there is a port");
        between.set_nonblocking(true).expect("a socket can be that");
        let at = between.local_addr().expect("it is bound");
        let endpoint = ClientEndpoint::open(at, None, false).expect("there is a port");
        let trust = pinned(host.fingerprint());
        Self {
            server_at: server.local_address().expect("it is bound"),
            server,
            client: endpoint.connect(at, guest, trust).expect("the address is one"),
            client_at: None,
            key: guest.key().expect("it was just made"),
            between,
            forged: 0,
        }
    }

    /// Passes on what has come, or something else; says whether it did anything to it.
    fn carry(&mut self, pieces: &mut Pieces<'_>) -> bool {
        let mut disturbed = false;
        let mut packet = [0; PACKET_BYTES];
        loop {
            let (length, from) = match self.between.recv_from(&mut packet) {
                Ok(came) => came,
                Err(error) if error.kind() == ErrorKind::WouldBlock => return disturbed,
                Err(error) => panic!("the one between can't hear: {error}"),
            };
            if from != self.server_at {
                self.client_at = Some(from);
            }
            let to = if from == self.server_at { self.client_at } else { Some(self.server_at) };
            let Some(to) = to else { continue };
            let mut packet = packet[..length].to_vec();
            let (mut copies, what) = (1, pieces.byte());
            disturbed |= what != 0;
            match what % 8 {
                0 => {}
                1 => copies = 0,
                2 => copies = 2 + usize::from(pieces.byte() % 8),
                3 => packet.truncate(usize::from(pieces.word()) % (length + 1)),
                4 => {
                    let at = usize::from(pieces.word()) % length.max(1);
                    packet[at] ^= pieces.byte();
                }
                5 => packet.extend_from_slice(pieces.piece().unwrap_or_default()),
                6 => {
                    let (at, piece) = (usize::from(pieces.word()), pieces.piece());
                    let piece = piece.unwrap_or_default();
                    let at = at % length.max(1);
                    let end = length.min(at + piece.len());
                    packet[at..end].copy_from_slice(&piece[..end - at]);
                }
                _ => self.forge(pieces),
            }
            for _ in 0..copies {
                self.give(&packet, to);
            }
        }
    }

    /// A packet of the stranger's own, to the server.
    fn forge(&mut self, pieces: &mut Pieces<'_>) {
        if self.forged < FORGED {
            self.forged += 1;
            let piece = pieces.piece().unwrap_or_default();
            self.give(piece, self.server_at);
        }
    }

    fn give(&self, packet: &[u8], to: SocketAddr) {
        // What is too long for the way is lost, as it would be.
        let _ = self.between.send_to(packet, to);
    }
}
