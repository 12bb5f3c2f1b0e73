//! Asks servers what they are, on a thread of its own: names are looked up and answers awaited there, so
//! that no picture waits.

use std::collections::HashMap;
use std::io;
use std::net::{Ipv4Addr, SocketAddr, UdpSocket};
use std::sync::mpsc::{self, Receiver, Sender, TryRecvError};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use game_bots::address::Address;
use netcode::beacon::{Answer, QUESTION_BYTES, Question};

/// How long the thread waits for answers before it looks for new questions.
const PATIENCE: Duration = Duration::from_millis(20);
/// Questions that are awaited; the oldest are given up.
const AWAITED: usize = 256;

/// What came.
pub(super) enum Heard {
    /// Nobody knows a server of this name.
    Unknown(String),
    /// A server answered.
    Answer {
        /// The address that was asked; none for a call to everybody.
        address: Option<String>,
        /// Who answered.
        from: SocketAddr,
        /// What it said.
        answer: Answer,
        /// How long that took.
        ping: Duration,
    },
}

/// Whom to ask: a server, by the address that it is listed under, or everybody near.
enum Ask {
    One(String, SocketAddr),
    Everybody(u16),
}

/// The thread, as long as it is wanted.
pub(super) struct Asker {
    asks: Sender<Ask>,
    tell: Sender<Heard>,
    /// A receiver is for one thread at a time; the lock is never contended.
    heard: Mutex<Receiver<Heard>>,
}

impl Asker {
    /// Starts it. It ends by itself when this is dropped.
    pub(super) fn start() -> io::Result<Self> {
        let socket = UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0))?;
        socket.set_broadcast(true)?;
        socket.set_read_timeout(Some(PATIENCE))?;
        let (asks, asked) = mpsc::channel();
        let (tell, heard) = mpsc::channel();
        let told = tell.clone();
        thread::Builder::new()
            .name("asker".to_owned())
            .spawn(move || run(&socket, &asked, &told))?;
        Ok(Self { asks, tell, heard: Mutex::new(heard) })
    }

    /// Asks one server. Its beacon is beside it: on the next port.
    pub(super) fn ask(&self, address: &str, place: Address) {
        let (asks, tell, address) = (self.asks.clone(), self.tell.clone(), address.to_owned());
        // A name may take seconds to be looked up, and must hold up nobody else's.
        thread::spawn(move || {
            let _ = match place.resolve() {
                Ok(mut found) => {
                    found.set_port(found.port().wrapping_add(1));
                    asks.send(Ask::One(address, found)).is_ok()
                }
                Err(_) => tell.send(Heard::Unknown(address)).is_ok(),
            };
        });
    }

    /// Calls to everybody on the local network, and on this machine.
    pub(super) fn call(&self, port: u16) {
        let _ = self.asks.send(Ask::Everybody(port));
    }

    /// The next thing that came.
    pub(super) fn heard(&self) -> Option<Heard> {
        self.heard.lock().unwrap_or_else(PoisonError::into_inner).try_recv().ok()
    }
}

fn run(socket: &UdpSocket, asked: &Receiver<Ask>, tell: &Sender<Heard>) {
    let mut awaited: HashMap<u64, (Option<String>, Instant)> = HashMap::new();
    let mut nonce = u64::from(std::process::id()) << 32;
    let mut bytes = [0; QUESTION_BYTES + 1];
    loop {
        loop {
            let (address, to) = match asked.try_recv() {
                Ok(Ask::One(address, to)) => (Some(address), vec![to]),
                Ok(Ask::Everybody(port)) => {
                    let near = [Ipv4Addr::BROADCAST, Ipv4Addr::LOCALHOST];
                    (None, near.map(|host| (host, port).into()).to_vec())
                }
                Err(TryRecvError::Empty) => break,
                Err(TryRecvError::Disconnected) => return,
            };
            nonce = nonce.wrapping_add(1);
            if awaited.len() == AWAITED {
                awaited.clear();
            }
            awaited.insert(nonce, (address, Instant::now()));
            for to in to {
                // A network that is not there is one that nobody answers on.
                let _ = socket.send_to(&Question { nonce }.encode(), to);
            }
        }
        let Ok((length, from)) = socket.recv_from(&mut bytes) else { continue };
        let Some(answer) = Answer::decode(&bytes[..length]) else { continue };
        if let Some((address, since)) = awaited.get(&answer.nonce) {
            let (address, ping) = (address.clone(), since.elapsed());
            if tell.send(Heard::Answer { address, from, answer, ping }).is_err() {
                return;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_that_is_asked_by_its_address_answers_under_it() {
        let beacon = UdpSocket::bind("127.0.0.1:0").unwrap();
        let port = beacon.local_addr().unwrap().port() - 1;
        let asker = Asker::start().unwrap();
        let address = format!("127.0.0.1:{port}");
        asker.ask(&address, Address::parse(&address).unwrap());
        let mut bytes = [0; QUESTION_BYTES];
        let (length, from) = beacon.recv_from(&mut bytes).unwrap();
        let question = Question::decode(&bytes[..length]).unwrap();
        // What was not asked for is not heard.
        let stray = Answer::to(Question { nonce: !question.nonce });
        beacon.send_to(&stray.encode(), from).unwrap();
        let answer = Answer { players: 3, ..Answer::to(question) };
        beacon.send_to(&answer.encode(), from).unwrap();
        let heard = (0..500).find_map(|_| {
            thread::sleep(Duration::from_millis(10));
            asker.heard()
        });
        let Some(Heard::Answer { address: Some(of), answer, .. }) = heard else {
            panic!("nothing was heard")
        };
        assert_eq!((of, answer.players), (address, 3));
    }
}
