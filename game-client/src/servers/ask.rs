//! Asks servers what they are, on threads of its own: names are looked up and answers awaited there, so
//! that no picture waits.

use std::collections::{BTreeMap, HashMap};
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, UdpSocket};
use std::sync::mpsc::{self, Receiver, Sender, TryRecvError};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use game_bots::address::Address;
use netcode::beacon::{Answer, QUESTION_BYTES, Question};

/// How long the thread waits for answers before it looks for new questions.
const PATIENCE: Duration = Duration::from_millis(20);
/// Questions that are awaited; the oldest are given up.
const AWAITED: usize = 256;
/// Names that are looked up at once, each on a thread of its own: the others wait for the next time.
const LOOK_UPS: usize = 16;

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

/// What names stand for, as long as the thread is wanted; nothing of those that are being looked up.
type Found = Arc<Mutex<HashMap<String, Option<SocketAddr>>>>;

/// The threads, as long as they are wanted: one for each of the two networks that there are.
pub(super) struct Asker {
    asks: Sender<Ask>,
    /// Nothing where a computer has no such network.
    asks_v6: Option<Sender<Ask>>,
    tell: Sender<Heard>,
    /// A receiver is for one thread at a time; the lock is never contended.
    heard: Mutex<Receiver<Heard>>,
    found: Found,
}

impl Asker {
    /// Starts it. It ends by itself when this is dropped.
    pub(super) fn start() -> io::Result<Self> {
        let (tell, heard) = mpsc::channel();
        Ok(Self {
            asks: listen(Ipv4Addr::UNSPECIFIED.into(), &tell)?,
            asks_v6: listen(Ipv6Addr::UNSPECIFIED.into(), &tell).ok(),
            tell,
            heard: Mutex::new(heard),
            found: Found::default(),
        })
    }

    /// Asks one server. Its beacon is beside it: on the next port.
    pub(super) fn ask(&self, address: &str, place: Address) {
        {
            let mut found = self.found.lock().unwrap_or_else(PoisonError::into_inner);
            match found.get(address) {
                Some(Some(server)) => return self.send(address, *server),
                Some(None) => return,
                None if found.values().filter(|place| place.is_none()).count() >= LOOK_UPS => {
                    return;
                }
                None => drop(found.insert(address.to_owned(), None)),
            }
        }
        let (asks, asks_v6, tell) = (self.asks.clone(), self.asks_v6.clone(), self.tell.clone());
        let (found, address) = (self.found.clone(), address.to_owned());
        // A name may take seconds to be looked up, and must hold up nobody else's.
        thread::spawn(move || {
            let place = place.resolve().ok();
            let mut found = found.lock().unwrap_or_else(PoisonError::into_inner);
            let Some(mut server) = place else {
                // Whoever has no name now may have one when it is asked for again.
                found.remove(&address);
                let _ = tell.send(Heard::Unknown(address));
                return;
            };
            server.set_port(server.port().wrapping_add(1));
            found.insert(address.clone(), Some(server));
            send(&asks, asks_v6.as_ref(), address, server);
        });
    }

    fn send(&self, address: &str, server: SocketAddr) {
        send(&self.asks, self.asks_v6.as_ref(), address.to_owned(), server);
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

/// Has a server asked on the network that it is in.
fn send(asks: &Sender<Ask>, asks_v6: Option<&Sender<Ask>>, address: String, server: SocketAddr) {
    let asks = if server.is_ipv6() { asks_v6 } else { Some(asks) };
    // Without such a network nobody answers.
    let _ = asks.map(|asks| asks.send(Ask::One(address, server)));
}

/// Starts a thread that asks on one network, and says how it is told whom to ask.
fn listen(here: IpAddr, tell: &Sender<Heard>) -> io::Result<Sender<Ask>> {
    let socket = UdpSocket::bind((here, 0))?;
    if here.is_ipv4() {
        socket.set_broadcast(true)?;
    }
    socket.set_read_timeout(Some(PATIENCE))?;
    let (asks, asked) = mpsc::channel();
    let tell = tell.clone();
    thread::Builder::new().name("asker".to_owned()).spawn(move || run(&socket, &asked, &tell))?;
    Ok(asks)
}

/// Questions that may still be answered, by their numbers, which go up.
#[derive(Default)]
struct Awaited(BTreeMap<u64, (Option<String>, Instant)>);

impl Awaited {
    fn add(&mut self, nonce: u64, address: Option<String>) {
        if self.0.len() >= AWAITED {
            self.0.pop_first();
        }
        self.0.insert(nonce, (address, Instant::now()));
    }
}

fn run(socket: &UdpSocket, asked: &Receiver<Ask>, tell: &Sender<Heard>) {
    let mut awaited = Awaited::default();
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
            nonce += 1;
            awaited.add(nonce, address);
            for to in to {
                // A network that is not there is one that nobody answers on.
                let _ = socket.send_to(&Question { nonce }.encode(), to);
            }
        }
        let Ok((length, from)) = socket.recv_from(&mut bytes) else { continue };
        let Some(answer) = Answer::decode(&bytes[..length]) else { continue };
        if let Some((address, since)) = awaited.0.get(&answer.nonce) {
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
        for here in ["127.0.0.1", "[::1]"] {
            let beacon = match UdpSocket::bind(format!("{here}:0")) {
                Ok(beacon) => beacon,
                // A computer may be without the newer network.
                Err(_) if here == "[::1]" => continue,
                Err(error) => panic!("{error}"),
            };
            let port = beacon.local_addr().unwrap().port() - 1;
            let asker = Asker::start().unwrap();
            let address = format!("{here}:{port}");
            for _ in 0..2 {
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
                    panic!("nothing was heard of {address}")
                };
                assert_eq!((&of, answer.players), (&address, 3));
            }
        }
    }

    #[test]
    fn of_too_many_questions_the_oldest_are_given_up() {
        let mut awaited = Awaited::default();
        for nonce in 0..AWAITED as u64 + 9 {
            awaited.add(nonce, None);
        }
        assert_eq!(awaited.0.len(), AWAITED);
        assert_eq!(awaited.0.first_key_value().map(|(nonce, _)| *nonce), Some(9));
    }
}
