//! What all clients are told: written once, and given to each with its next snapshot.
//!
//! Where a thousand play something happens in every tick, and all hear of it. A copy for each of them of
//! each event was a queue of thousands of short messages a tick; so what is said waits here until the
//! tick's end, and each client gets all that it has not heard in one piece: those whose snapshot is due
//! in front of it, the others when the transport asks. Where snapshots take turns
//! ([`super::turns`]) those whose turn is yet to come hear it then: a tick has nothing to do with them otherwise.

use super::{Action, ClientId, Server, Transmit, buffer};
use crate::{
    protocol::Protocol,
    tick::Tick,
    wire::{frame, message::ToClient},
};
use std::{collections::VecDeque, ops::Range};

/// What all are told, as far as somebody has not heard it.
#[derive(Debug, Default)]
pub(super) struct Said {
    bytes: Vec<u8>,
    /// Up to where the words of each tick go, for ticks with words.
    ends: VecDeque<(Tick, usize)>,
}

impl Said {
    pub(super) fn len(&self) -> usize {
        self.bytes.len()
    }

    /// The words from somewhere on, if there are any.
    pub(super) fn from(&self, heard: usize) -> Option<&[u8]> {
        self.bytes.get(heard..).filter(|news| !news.is_empty())
    }

    fn note_end(&mut self, tick: Tick) {
        match self.ends.back_mut() {
            Some((last, end)) if *last == tick => *end = self.bytes.len(),
            _ => self.ends.push_back((tick, self.bytes.len())),
        }
    }

    /// The words that were said so many ticks ago, or earlier.
    fn ripe(&self, now: Tick, ticks: u32) -> Range<usize> {
        let is_ripe = |(tick, _): &&(Tick, usize)| now.since(*tick) >= ticks as i32;
        0..self.ends.iter().take_while(is_ripe).last().map_or(0, |(_, end)| *end)
    }

    /// Everybody has heard these first words.
    fn forget(&mut self, heard: Range<usize>) {
        self.bytes.drain(heard.clone());
        while self.ends.pop_front_if(|(_, end)| *end <= heard.end).is_some() {}
        self.ends.iter_mut().for_each(|(_, end)| *end -= heard.end);
    }
}

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
        frame::write(&message, &mut self.said.bytes);
        self.said.note_end(self.tick);
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

    /// Gives everybody what was said so long ago that its own snapshot should have brought it.
    pub(super) fn tell_all(&mut self) {
        let ripe = self.said.ripe(self.tick, self.patience_ticks());
        if ripe.is_empty() {
            return;
        }
        for (client, peer) in &mut self.peers {
            if peer.heard_bytes < ripe.end
                && let Some(news) = peer.hear(&self.said)
            {
                self.outgoing.push_back(spoken(*client, news, &mut self.buffers));
            }
            peer.heard_bytes = peer.heard_bytes.saturating_sub(ripe.end);
        }
        self.said.forget(ripe);
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
        snapshot::Snapshot,
        tick::Tick,
        wire::{frame::FrameReader, message::ToClient},
    };
    use proptest::prelude::*;
    use std::collections::BTreeMap;

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
    fn in_a_crowd_words_go_with_snapshots_and_who_gets_none_hears_them_as_well() {
        let mut server = crowd(5, 2); // Ann has one turn and Eve the other; nobody sends Ben anything.
        server.begin_tick(Tick(u32::MAX - 4 + 2));
        let (early, late): (Vec<_>, Vec<_>) =
            server.clients().partition(|client| server.is_due(*client));
        let [ann, ben, eve] = [early[0], early[1], late[0]];
        told(&mut server, [ann]);
        for tick in 1..=12_u32 {
            server.begin_tick(Tick((u32::MAX - 4).wrapping_add(tick)));
            server.broadcast(&());
            server.publish(Snapshot::new(server.tick));
            for client in
                [ann, eve].into_iter().filter(|client| server.is_due(*client)).collect::<Vec<_>>()
            {
                server.send_snapshot(client, &[]);
            }
            let heard = told(&mut server, [ann, ben, eve]).map(|own| own.concat().len());
            let (even, third) = (tick % 2 == 0, tick % 3 == 0);
            let expected =
                [if even { 2 } else { 0 }, if third { 3 } else { 0 }, if even { 0 } else { 2 }];
            // In the first tick there was one word yet.
            let expected = expected.map(|events: usize| events.min(tick as usize));
            assert_eq!(heard, expected, "in tick {tick}");
        }
        assert!(server.said.len() < 20, "what all have heard is not kept");
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

    /// Sends snapshots to those of the clients that are due and chosen, and calls `sent` after each.
    fn tell(server: &mut Server<Walk>, chosen: u32, mut sent: impl FnMut(&mut Server<Walk>)) {
        server.publish(Snapshot::new(server.tick));
        let due = server.clients().filter(|client| server.is_due(*client));
        for client in due.collect::<Vec<_>>() {
            if chosen >> (client.0 % 32) & 1 == 1 {
                server.send_snapshot(client, &[]);
                sent(server);
            }
        }
    }

    #[test]
    fn what_goes_early_is_what_would_go_at_the_ticks_end() {
        let play = |early: bool| {
            let (mut server, mut gone) = (crowd(9, 2), Vec::new());
            while server.poll_transmit().is_some() {}
            let clients: Vec<_> = server.clients().collect();
            for tick in 1..=20 {
                server.begin_tick(Tick((u32::MAX - 4).wrapping_add(tick)));
                server.broadcast(&());
                tell(&mut server, u32::MAX, |server| {
                    let written = std::iter::from_fn(|| server.poll_written());
                    gone.extend(written.take(if early { 9 } else { 0 }));
                });
                if tick == 9 {
                    server.close(clients[4], "enough");
                }
                gone.extend(std::iter::from_fn(|| server.poll_transmit()));
            }
            clients.into_iter().map(move |client| {
                let own = gone.iter().filter(|transmit| transmit.client == client);
                own.map(|transmit| transmit.action.clone()).collect::<Vec<_>>()
            })
        };
        let (early, late): (Vec<_>, Vec<_>) = (play(true).collect(), play(false).collect());
        assert!(early.iter().all(|own| own.len() >= 8), "they are told something");
        assert_eq!(early, late);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        /// Whoever comes, goes, is lost, gets snapshots or none, and however they are spaced.
        #[test]
        fn everybody_hears_each_word_once_and_soon(
            ticks in prop::collection::vec((0..3_usize, 0..12_u8, any::<u8>(), any::<u32>()), 1..80),
        ) {
            let mut server = crowd(4, 2);
            // How much each has heard, and was said since it came: in all, and until a while ago.
            let mut heard: BTreeMap<ClientId, usize> = server.clients().map(|client| (client, 0)).collect();
            let mut came: BTreeMap<ClientId, usize> = heard.clone();
            let (mut said, mut history) = (0, vec![0; 8]);
            let quiet = std::iter::repeat_n((0, 11, 0, 0), 8);
            for (tick, (words, deed, which, chosen)) in (1..).zip(ticks.into_iter().chain(quiet)) {
                server.begin_tick(Tick((u32::MAX - 4).wrapping_add(tick)));
                for _ in 0..words {
                    server.broadcast(&());
                }
                said += words;
                let someone = came.keys().nth(usize::from(which) % came.len().max(1)).copied();
                match (deed, someone) {
                    (0 | 1, _) if came.len() < 12 => {
                        let client = come(&mut server, 100 + tick as u8);
                        came.insert(client, said);
                        heard.insert(client, 0);
                    }
                    (2, Some(client)) => {
                        came.remove(&client);
                        server.close(client, "enough");
                    }
                    (3, Some(client)) => {
                        came.remove(&client);
                        server.handle_lost(client, "silence");
                    }
                    (4..=6, _) => server.set_stride(u16::from(deed) - 3),
                    (7, Some(client)) => {
                        server.send(client, &());
                        came.entry(client).and_modify(|since| *since = since.wrapping_sub(1));
                    }
                    _ => {}
                }
                while server.poll_event().is_some() {}
                tell(&mut server, chosen, |_| ());
                for transmit in std::iter::from_fn(|| server.poll_transmit()) {
                    let Action::Stream(bytes) = transmit.action else { continue };
                    let mut frames = FrameReader::new(1_000);
                    frames.push(&bytes);
                    while let Some(message) = frames.pop::<Message>().expect("whole frames") {
                        let is_event = matches!(message, Message::Event(()));
                        *heard.entry(transmit.client).or_default() += usize::from(is_event);
                    }
                }
                history.push(said);
                let a_while_ago = history[history.len() - 8];
                for (client, since) in &came {
                    let all = said.wrapping_sub(*since);
                    let least = all.saturating_sub(said - a_while_ago);
                    prop_assert!(heard[client] <= all, "{client:?} heard something twice");
                    prop_assert!(heard[client] >= least, "{client:?} has not heard {}", least - heard[client]);
                }
            }
            prop_assert_eq!(server.said.len(), 0);
        }
    }
}
