//! Tells whoever asks what this server is and how full: on a port and a thread of its own, over
//! netcode's beacon.
//!
//! The arena's thread leaves one number behind now and then ([`Board`]); nothing here can hold it up,
//! and what cannot be read or sent is forgotten.

use game_sim::Tumult;
use netcode::{
    Protocol,
    beacon::{Answer, Limiter, QUESTION_BYTES, Question},
};
use std::{
    io,
    net::{SocketAddr, UdpSocket},
    sync::{
        Arc, Weak,
        atomic::{AtomicU16, Ordering::Relaxed},
    },
    time::{Duration, Instant},
};

/// How long the thread waits for a question before it looks whether the arena is still there.
const PATIENCE: Duration = Duration::from_millis(500);

/// What changes while the server runs.
#[derive(Debug, Default)]
pub struct Board {
    players: AtomicU16,
    arena: AtomicU16,
}

impl Board {
    /// Leaves behind how many play. Waits for nobody.
    pub fn set_players(&self, players: usize) {
        self.players.store(players.try_into().unwrap_or(u16::MAX), Relaxed);
    }

    /// Leaves behind where it is played, by the place in [`Sign::arenas`]. Waits for nobody.
    pub fn set_arena(&self, place: usize) {
        self.arena.store(place.try_into().unwrap_or(0), Relaxed);
    }
}

/// What stays the same while the server runs.
#[derive(Clone, Debug)]
pub struct Sign {
    /// What the operator calls the server.
    pub name: String,
    /// The arenas' names, in the order of the rotation.
    pub arenas: Vec<String>,
    /// Where the server listens.
    pub port: u16,
    /// How many can play.
    pub places: u16,
}

/// Listens at `address` and answers as long as the board is held.
///
/// # Errors
/// When the address is taken, or there is no thread.
pub fn start(address: SocketAddr, sign: Sign) -> io::Result<Arc<Board>> {
    let socket = UdpSocket::bind(address)?;
    socket.set_read_timeout(Some(PATIENCE))?;
    let board = Arc::new(Board::default());
    let weak = Arc::downgrade(&board);
    std::thread::Builder::new()
        .name("beacon".to_owned())
        .spawn(move || answer(&socket, &sign, &weak))?;
    Ok(board)
}

fn answer(socket: &UdpSocket, sign: &Sign, board: &Weak<Board>) {
    let begun = Instant::now();
    let mut limiter = Limiter::default();
    // One more than a question has, so that a longer one is seen to be longer.
    let mut bytes = [0; QUESTION_BYTES + 1];
    while let Some(board) = board.upgrade() {
        // Time is over, or the one who asked before is gone: neither is a reason to end.
        let Ok((length, from)) = socket.recv_from(&mut bytes) else { continue };
        let Some(question) = Question::decode(&bytes[..length]) else { continue };
        if limiter.may_answer(begun.elapsed(), from.ip()) {
            let answer = sign.answer(question, &board);
            let _ = socket.send_to(&answer.encode(), from);
        }
    }
}

impl Sign {
    fn answer(&self, question: Question, board: &Board) -> Answer {
        let arena = self.arenas.get(usize::from(board.arena.load(Relaxed)));
        Answer {
            protocol: Tumult::hash(),
            port: self.port,
            players: board.players.load(Relaxed),
            places: self.places,
            name: self.name.clone(),
            place: arena.cloned().unwrap_or_default(),
            version: Tumult::VERSION.to_owned(),
            ..Answer::to(question)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_asks_is_answered_and_who_says_something_else_is_not() {
        let sign = Sign {
            name: "Ann's".to_owned(),
            arenas: vec!["expanse".to_owned(), "yard".to_owned()],
            port: 9,
            places: 64,
        };
        // The system chooses a port; it is taken again at once.
        let free = UdpSocket::bind("127.0.0.1:0").and_then(|socket| socket.local_addr()).unwrap();
        let board = start(free, sign).unwrap();
        board.set_players(3);
        board.set_arena(1);
        let asker = UdpSocket::bind("127.0.0.1:0").unwrap();
        asker.set_read_timeout(Some(Duration::from_secs(5))).unwrap();
        asker.send_to(b"hello", free).unwrap();
        asker.send_to(&Question { nonce: 5 }.encode(), free).unwrap();
        let mut bytes = [0; QUESTION_BYTES];
        let (length, _) = asker.recv_from(&mut bytes).unwrap();
        let answer = Answer::decode(&bytes[..length]).unwrap();
        assert_eq!((answer.nonce, answer.players, answer.places), (5, 3, 64));
        assert_eq!(
            (answer.name.as_str(), answer.place.as_str(), answer.port),
            ("Ann's", "yard", 9)
        );
    }
}
