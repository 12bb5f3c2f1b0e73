//! Connections that break, and clients that come back to their sessions.
//!
//! A session outlives its connection: whoever proves the same key and names the session's token within
//! the time that the configuration allows goes on with it, from any address, with a baseline that was
//! kept. A token that is wrong or too old is no offence: its owner joins anew. There is never more than
//! one session for a key, so that a client that crashed does not fight its own shadow for a place.
//! See docs/decisions/0022-a-session-outlives-its-connection.md.

use super::{
    ClientId, Server, ServerEvent,
    peer::{Peer, Stage},
};
use crate::{
    limits,
    protocol::Protocol,
    wire::message::{Hello, Refusal, Resume},
};

/// What a client hears on a connection that a newer one of the same key replaces.
const REPLACED: &str = "the same player connected again";

impl<P: Protocol> Server<P> {
    /// Takes sixteen bytes that nobody else knows, from which tokens are made. Transports do it.
    pub fn set_secret(&mut self, secret: [u8; 16]) {
        self.tokens.set_secret(secret);
    }

    /// The transport lost a client, which may come back.
    pub fn handle_lost(&mut self, client: ClientId, reason: &str) {
        let lost = self.peers.values().filter(|peer| peer.stage == Stage::Lost).count();
        match self.peers.get_mut(&client) {
            Some(peer)
                if peer.has_session()
                    && self.config.resume_s > 0
                    && lost < limits::LOST_SESSIONS =>
            {
                peer.lose(self.tick, self.config.tick_rate, &self.ring);
                self.events.push_back(ServerEvent::Lost { client, reason: reason.to_owned() });
            }
            _ => self.handle_closed(client, reason),
        }
    }

    /// Whether a client's connection broke, and its place is kept until it comes back or its time is over.
    ///
    /// ```
    /// # mod walkers { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/walkers.rs")); }
    /// # use walkers::*;
    /// let (mut server, ann, _client, _) = played(60);
    /// server.handle_lost(ann, "no packet for ten seconds");
    /// assert!(server.is_lost(ann));
    /// server.handle_closed(ann, "she said goodbye");
    /// assert!(!server.is_lost(ann), "she does not come back");
    /// ```
    #[must_use]
    pub fn is_lost(&self, client: ClientId) -> bool {
        self.peers.get(&client).is_some_and(|peer| peer.stage == Stage::Lost)
    }

    /// Those who did not come back in time have left.
    pub(super) fn give_up_the_lost(&mut self) {
        let patience = i32::from(self.config.resume_s) * i32::from(self.config.tick_rate.hz());
        let late = |peer: &Peer<P>| peer.lost_ticks(self.tick).is_some_and(|lost| lost > patience);
        let given_up: Vec<ClientId> =
            self.peers.iter().filter(|(_, peer)| late(peer)).map(|(client, _)| *client).collect();
        for client in given_up {
            self.handle_closed(client, "it did not come back in time");
        }
    }

    /// A client says who it is. One of another protocol is refused at once, everything else is for the
    /// game. Its former session, if it has one, goes on or ends.
    pub(super) fn introduce(&mut self, client: ClientId, hello: Hello, resume: Option<Resume>) {
        let Some(key) = self.peers.get(&client).map(|peer| peer.key) else { return };
        if hello.protocol != P::hash() {
            let server = format!("{} ({:016x})", P::VERSION, P::hash());
            let client_is = format!("{} ({:016x})", hello.version, hello.protocol);
            return self.refuse(client, Refusal::WrongVersion { server, client: client_is });
        }
        let former = self
            .peers
            .iter()
            .find(|(id, peer)| **id != client && peer.key == key && peer.stage != Stage::Greeting);
        let named =
            former.zip(resume).is_some_and(|((_, peer), resume)| peer.is_named(resume.token));
        let former = former.map(|(was, _)| *was);
        match (former, resume) {
            (Some(was), Some(resume)) if named => self.hand_over(was, client, &resume),
            (Some(was), _) => {
                self.dismiss(was);
                self.events.push_back(ServerEvent::Hello { client, key, hello });
            }
            (None, _) => self.events.push_back(ServerEvent::Hello { client, key, hello }),
        }
    }

    /// Gives one connection's session to another.
    fn hand_over(&mut self, was: ClientId, client: ClientId, resume: &Resume) {
        let Some(mut former) = self.peers.remove(&was) else { return };
        let key = former.key;
        if former.stage != Stage::Lost {
            // It only seems to be alive, or the client would not be here.
            former.lose(self.tick, self.config.tick_rate, &self.ring);
            self.part(was, REPLACED.to_owned());
        }
        if let Some(peer) = self.peers.get_mut(&client) {
            peer.take_over(*former, resume, self.config.snapshot_interval);
            self.events.push_back(ServerEvent::Resumed { client, was, key });
        }
    }

    /// Ends a session whose key has begun another one.
    fn dismiss(&mut self, client: ClientId) {
        if self.peers.get(&client).is_some_and(|peer| peer.stage == Stage::Lost) {
            self.handle_closed(client, REPLACED);
        } else {
            self.close(client, REPLACED);
        }
    }
}
