//! What the server says on the clients' streams, and how it parts with them.

use super::{Action, ClientId, Server, ServerEvent, Transmit, buffer, peer::Stage};
use crate::{
    protocol::Protocol,
    wire::{
        frame,
        message::{Refusal, ToClient},
    },
};

impl<P: Protocol> Server<P> {
    /// Sends a client away with a reason that it can show.
    pub fn refuse(&mut self, client: ClientId, refusal: Refusal) {
        let reason = refusal.to_string();
        self.write(client, &ToClient::Refused(refusal));
        self.end(client, reason);
    }

    /// Closes a client's connection with a reason that it can show.
    pub fn close(&mut self, client: ClientId, reason: &str) {
        self.write(client, &ToClient::Goodbye(reason.to_owned()));
        self.end(client, reason.to_owned());
    }

    /// Tells one client something, reliably and in order.
    pub fn send(&mut self, client: ClientId, event: &P::Event) {
        self.write(client, &ToClient::Event(event.clone()));
    }

    /// Tells one client something that has time, such as who is there already: at the client's pace,
    /// and after its first view. Returns `false` when it can't go now; then nothing was sent.
    ///
    /// ```
    /// # mod walkers { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/walkers.rs")); }
    /// # use walkers::*;
    /// let (mut server, ann, mut client, now) = played(60);
    /// let here = ["Ben", "Cat", "Dan"].map(|name| format!("{name} is here"));
    /// let told = here.iter().take_while(|line| server.send_unhurried(ann, line)).count();
    /// carry(&mut server, ann, &mut client, now); // the others go in later ticks
    /// let heard = std::iter::from_fn(|| client.poll_event()).count();
    /// assert_eq!((told, heard), (3, 3), "a free line takes them at once");
    /// ```
    #[must_use]
    pub fn send_unhurried(&mut self, client: ClientId, event: &P::Event) -> bool {
        let peer = self.peers.get_mut(&client).filter(|peer| peer.stage == Stage::Active);
        let Some(peer) = peer.filter(|peer| peer.is_free()) else { return false };
        let mut bytes = Vec::new();
        frame::write(&ToClient::<P::Greeting, P::Event>::Event(event.clone()), &mut bytes);
        peer.pace.note(bytes.len());
        self.catch_up(client);
        self.outgoing.push_back(Transmit { client, action: Action::Stream(bytes) });
        true
    }

    pub(super) fn write(&mut self, client: ClientId, message: &ToClient<P::Greeting, P::Event>) {
        if self.peers.get(&client).is_none_or(|peer| peer.stage == Stage::Lost) {
            return;
        }
        self.catch_up(client);
        let mut bytes = buffer(&mut self.buffers);
        frame::write(message, &mut bytes);
        self.outgoing.push_back(Transmit { client, action: Action::Stream(bytes) });
    }

    fn end(&mut self, client: ClientId, reason: String) {
        if let Some(peer) = self.peers.remove(&client) {
            if peer.has_session() {
                self.events.push_back(ServerEvent::Left { client, reason: reason.clone() });
            }
            self.part(client, reason);
        }
    }

    pub(super) fn part(&mut self, client: ClientId, reason: String) {
        self.outgoing.push_back(Transmit { client, action: Action::Close(reason) });
    }
}
