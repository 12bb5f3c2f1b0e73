//! A plain UDP socket for naia, as its pluggable `Socket` trait asks for: one `send_to` and one `recv_from` a packet,
//! the same system calls as in naia's own `transport_udp`. That one can't be used: in 0.25.0 its client waits for answers
//! to its pings before it asks to be connected, and its server answers no ping before that. Tokens go over TCP, as there.

use crate::zip::{PACKET_BYTES, Zip};
use naia_client::transport as client;
use naia_server::transport as server;
use std::{
    collections::HashMap,
    io::{Error, ErrorKind, Read, Write},
    net::{SocketAddr, TcpListener, TcpStream, UdpSocket},
    sync::{Arc, Mutex},
};

/// More than a client says of itself.
const GREETING_BYTES: usize = 256;

/// A packet that came, or none yet.
fn receive(socket: &UdpSocket, buffer: &mut [u8]) -> Result<Option<(usize, SocketAddr)>, Error> {
    match socket.recv_from(buffer) {
        Ok(received) => Ok(Some(received)),
        Err(error) if error.kind() == ErrorKind::WouldBlock => Ok(None),
        Err(error) => Err(error),
    }
}

/// UDP with room for a burst of packets of all clients, nothing waited for.
fn open(address: SocketAddr) -> Result<Arc<UdpSocket>, Error> {
    let socket = UdpSocket::bind(address)?;
    socket.set_nonblocking(true)?;
    Ok(Arc::new(socket))
}

#[derive(Clone)]
struct Packets {
    socket: Arc<UdpSocket>,
    buffer: Vec<u8>,
    /// Where a client's packets go; the server has none.
    server: Option<SocketAddr>,
    zip: Option<Arc<Mutex<Zip>>>,
}

impl Packets {
    fn open(
        address: SocketAddr,
        server: Option<SocketAddr>,
        compress: bool,
    ) -> Result<Self, Error> {
        let zip = if compress { Some(Arc::new(Mutex::new(Zip::new()?))) } else { None };
        Ok(Self { socket: open(address)?, buffer: vec![0; PACKET_BYTES], server, zip })
    }

    fn send_to(&self, payload: &[u8], address: SocketAddr) -> Result<(), Error> {
        let Some(zip) = &self.zip else {
            return self.socket.send_to(payload, address).map(drop);
        };
        let packet = zip.lock().map_err(|_| ErrorKind::Other)?.pack(payload)?;
        self.socket.send_to(&packet, address).map(drop)
    }

    fn take(&mut self) -> Result<Option<(SocketAddr, &[u8])>, Error> {
        let Some((length, address)) = receive(&self.socket, &mut self.buffer)? else {
            return Ok(None);
        };
        let Some(zip) = &self.zip else {
            return Ok(Some((address, &self.buffer[..length])));
        };
        let payload = zip.lock().map_err(|_| ErrorKind::Other)?.unpack(&self.buffer[..length])?;
        let length = payload.len();
        self.buffer[..length].copy_from_slice(&payload);
        Ok(Some((address, &self.buffer[..length])))
    }
}

type Waiting = Arc<Mutex<HashMap<SocketAddr, TcpStream>>>;

/// Hands out identity tokens.
#[derive(Clone)]
struct Door {
    listener: Arc<TcpListener>,
    waiting: Waiting,
    /// What the last one said of itself.
    greeting: [u8; GREETING_BYTES],
}

/// The server's end.
pub struct Listener {
    packets: Packets,
    door: Door,
}

impl Listener {
    /// Listens on the address, with UDP and with TCP.
    pub fn open(address: SocketAddr, compress: bool) -> Result<Box<dyn server::Socket>, Error> {
        let listener = TcpListener::bind(address)?;
        listener.set_nonblocking(true)?;
        let door = Door {
            listener: Arc::new(listener),
            waiting: Waiting::default(),
            greeting: [0; GREETING_BYTES],
        };
        let packets = Packets::open(address, None, compress)?;
        Ok(Box::new(Self { packets, door }))
    }
}

impl server::Socket for Listener {
    fn listen(self: Box<Self>) -> server::ListenResult {
        let (door, packets) = (self.door, self.packets);
        (Box::new(door.clone()), Box::new(door), Box::new(packets.clone()), Box::new(packets))
    }
}

impl server::AuthReceiver for Door {
    fn receive(&mut self) -> Result<Option<(SocketAddr, &[u8])>, server::RecvError> {
        let Ok((stream, address)) = self.listener.accept() else {
            return Ok(None);
        };
        // It says who it is as soon as it is there.
        let length = (&stream).read(&mut self.greeting).map_err(|_| server::RecvError)?;
        self.waiting.lock().map_err(|_| server::RecvError)?.insert(address, stream);
        Ok(Some((address, &self.greeting[..length])))
    }
}

impl server::AuthSender for Door {
    fn accept(&self, address: &SocketAddr, token: &String) -> Result<(), server::SendError> {
        let mut waiting = self.waiting.lock().map_err(|_| server::SendError)?;
        let mut stream = waiting.remove(address).ok_or(server::SendError)?;
        stream.write_all(token.as_bytes()).map_err(|_| server::SendError)
    }

    fn reject(&self, address: &SocketAddr) -> Result<(), server::SendError> {
        self.waiting.lock().map_err(|_| server::SendError)?.remove(address);
        Ok(())
    }
}

impl server::PacketSender for Packets {
    fn send(&self, address: &SocketAddr, payload: &[u8]) -> Result<(), server::SendError> {
        self.send_to(payload, *address).map_err(|_| server::SendError)
    }
}

impl server::PacketReceiver for Packets {
    fn receive(&mut self) -> Result<Option<(SocketAddr, &[u8])>, server::RecvError> {
        self.take().map_err(|_| server::RecvError)
    }
}

/// A client's end.
pub struct Caller {
    packets: Packets,
    token: Arc<TcpStream>,
}

impl Caller {
    /// Asks for a token at `door`; packets go to `server`.
    pub fn open(
        door: SocketAddr,
        server: SocketAddr,
        compress: bool,
    ) -> Result<Box<dyn client::Socket>, Error> {
        let token = TcpStream::connect(door)?;
        token.set_nonblocking(true)?;
        let own = SocketAddr::from(([127, 0, 0, 1], 0));
        let packets = Packets::open(own, Some(server), compress)?;
        Ok(Box::new(Self { packets, token: Arc::new(token) }))
    }
}

#[derive(Clone)]
struct Token(Arc<TcpStream>);

type Ends = (
    Box<dyn client::IdentityReceiver>,
    Box<dyn client::PacketSender>,
    Box<dyn client::PacketReceiver>,
);

impl client::Socket for Caller {
    fn connect(self: Box<Self>) -> Ends {
        (Box::new(Token(self.token)), Box::new(self.packets.clone()), Box::new(self.packets))
    }

    fn connect_with_auth(self: Box<Self>, greeting: Vec<u8>) -> Ends {
        // A server that has gone says so when its token is asked for.
        let _ = self.token.as_ref().write_all(&greeting);
        self.connect()
    }

    // There are no headers here.

    fn connect_with_auth_headers(self: Box<Self>, _: Vec<(String, String)>) -> Ends {
        self.connect()
    }

    fn connect_with_auth_and_headers(
        self: Box<Self>,
        greeting: Vec<u8>,
        _: Vec<(String, String)>,
    ) -> Ends {
        self.connect_with_auth(greeting)
    }
}

impl client::IdentityReceiver for Token {
    fn receive(&mut self) -> client::IdentityReceiverResult {
        let mut buffer = [0; 256];
        match self.0.as_ref().read(&mut buffer) {
            Ok(length @ 1..) => client::IdentityReceiverResult::Success(
                String::from_utf8_lossy(&buffer[..length]).into_owned(),
            ),
            Err(error) if error.kind() == ErrorKind::WouldBlock => {
                client::IdentityReceiverResult::Waiting
            }
            Ok(0) | Err(_) => client::IdentityReceiverResult::ErrorResponseCode(500),
        }
    }
}

impl Packets {
    fn found(&self) -> client::ServerAddr {
        self.server.map_or(client::ServerAddr::Finding, client::ServerAddr::Found)
    }
}

impl client::PacketSender for Packets {
    fn send(&self, payload: &[u8]) -> Result<(), client::SendError> {
        let server = self.server.ok_or(client::SendError)?;
        self.send_to(payload, server).map_err(|_| client::SendError)
    }

    fn server_addr(&self) -> client::ServerAddr {
        self.found()
    }
}

impl client::PacketReceiver for Packets {
    fn receive(&mut self) -> Result<Option<&[u8]>, client::RecvError> {
        Ok(self.take().map_err(|_| client::RecvError)?.map(|(_, payload)| payload))
    }

    fn server_addr(&self) -> client::ServerAddr {
        self.found()
    }
}
