//! What all clients are told: written once, and given to each with its next snapshot.
//!
//! Where a thousand play something happens in every tick, and all hear of it. A copy for each of them of
//! each event was a queue of thousands of short messages a tick; so what is said waits here until the
//! tick's end, and each client gets all that it has not heard in one piece: those whose snapshot is due
//! in front of it, the others when the transport asks.

use super::{Action, ClientId, Server, Transmit, buffer};
use crate::{
    protocol::Protocol,
    wire::{frame, message::ToClient},
};

impl<P: Protocol> Server<P> {
    /// Tells every client that was welcomed something, reliably and in order.
    ///
    /// ```
    /// # mod walkers { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/walkers.rs")); }
    /// # use walkers::*;
    /// use netcode::client::ClientEvent;
    /// let (mut server, ann, mut client, now) = played(60);
    /// assert!(server.clients().eq([ann]));
    /// server.broadcast(&"the walk begins".to_owned());
    /// carry(&mut server, ann, &mut client, now);
    /// let heard = client.poll_event();
    /// assert!(matches!(heard, Some(ClientEvent::Event(text)) if text == "the walk begins"));
    /// ```
    pub fn broadcast(&mut self, event: &P::Event) {
        let message = ToClient::<P::Greeting, P::Event>::Event(event.clone());
        frame::write(&message, &mut self.said);
    }

    /// Gives a client what was said since it heard something last: before anything else that it is
    /// told, so that the order stays.
    pub(super) fn catch_up(&mut self, client: ClientId) {
        if let Some(peer) = self.peers.get_mut(&client)
            && let Some(news) = peer.hear(&self.said)
        {
            self.outgoing.push_back(spoken(client, news, &mut self.buffers));
        }
    }

    /// Gives everybody what was said, and begins anew.
    pub(super) fn tell_all(&mut self) {
        if self.said.is_empty() {
            return;
        }
        for (client, peer) in &mut self.peers {
            if let Some(news) = peer.hear(&self.said) {
                self.outgoing.push_back(spoken(*client, news, &mut self.buffers));
            }
            peer.heard_bytes = 0;
        }
        self.said.clear();
    }
}

/// Words for a client's stream, in memory that is used again.
pub(super) fn spoken(client: ClientId, words: &[u8], spare: &mut Vec<Vec<u8>>) -> Transmit {
    let mut bytes = buffer(spare);
    bytes.extend_from_slice(words);
    Transmit { client, action: Action::Stream(bytes) }
}

#[cfg(test)]
mod tests {
    use crate::{
        delta::tests::Walk,
        server::{
            Action, ClientId, Server,
            turns::tests::{come, crowd},
        },
        tick::Tick,
        wire::{frame::FrameReader, message::ToClient},
    };

    type Message = ToClient<(), ()>;

    /// What each transmit for a client says, in order.
    fn told<const N: usize>(
        server: &mut Server<Walk>,
        clients: [ClientId; N],
    ) -> [Vec<Vec<Message>>; N] {
        let all: Vec<_> = std::iter::from_fn(|| server.poll_transmit()).collect();
        clients.map(|client| {
            let own = all.iter().filter(|transmit| transmit.client == client);
            let streams = own.filter_map(|transmit| match &transmit.action {
                Action::Stream(bytes) => Some(bytes),
                _ => None,
            });
            let messages = streams.map(|bytes| {
                let mut frames = FrameReader::new(1_000);
                frames.push(bytes);
                std::iter::from_fn(|| frames.pop().expect("whole frames")).collect()
            });
            messages.collect()
        })
    }

    #[test]
    fn all_that_is_said_in_a_tick_comes_in_one_piece_and_nothing_overtakes_it() {
        let mut server = crowd(2, 2);
        let clients: Vec<_> = server.clients().collect();
        let [ann, ben] = clients[..] else { panic!("two") };
        told(&mut server, [ann, ben]);
        server.begin_tick(Tick(u32::MAX - 3));
        server.broadcast(&());
        server.broadcast(&());
        server.close(ann, "enough");
        server.broadcast(&());
        let [anns, bens] = told(&mut server, [ann, ben]);
        let goodbye = Message::Goodbye("enough".to_owned());
        assert_eq!(anns, [vec![Message::Event(()); 2], vec![goodbye]]);
        assert_eq!(bens, [vec![Message::Event(()); 3]]);
        assert_eq!(told(&mut server, [ben]), [[[]; 0]], "nothing is said twice");
    }

    #[test]
    fn who_comes_hears_only_what_is_said_from_then_on() {
        let mut server = crowd(1, 2);
        server.broadcast(&());
        let ben = come(&mut server, 2);
        server.broadcast(&());
        let [bens] = told(&mut server, [ben]);
        assert!(matches!(bens[0][..], [Message::Welcome(_)]));
        assert_eq!(bens[1..], [vec![Message::Event(())]]);
    }
}
