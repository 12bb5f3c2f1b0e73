//! Whose snapshot is due on which tick.
//!
//! With a snapshot every second tick, one tick would do all the work of telling a thousand clients and the
//! next one none of it; the longer one decides how many clients a server has room for. So beyond
//! [`ServerConfig::turn_clients`](super::ServerConfig::turn_clients) newcomers get theirs on the ticks between. Each of them has its own
//! rhythm, which nobody else's changes. See docs/decisions/0047-snapshots-take-turns.md.
//!
//! A server that has not the time for all of them leaves out whole snapshots ([`Server::set_stride`]) instead of ticks:
//! then others are seen to move in longer steps, but time goes on, and nobody's input comes late. See
//! docs/decisions/0060-snapshots-give-way-to-ticks.md.

use super::{ClientId, Server, peer::Stage};
use crate::protocol::Protocol;
#[cfg(feature = "quic")]
use std::time::Duration;

/// What all are told may wait so long for the snapshots that it goes with.
const PATIENCE_MS: u32 = 120;

impl<P: Protocol> Server<P> {
    /// Whether the tick that was begun last is one on which this client gets a snapshot: every
    /// [`ServerConfig::snapshot_interval`](super::ServerConfig::snapshot_interval) ticks, times the [`Server::stride`]. A game may as well send to everybody at once.
    ///
    /// ```
    /// # mod walkers { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/walkers.rs")); }
    /// # use walkers::*;
    /// use netcode::Tick;
    /// let (mut server, ann, _client, _) = played(60); // with a snapshot every second tick
    /// let due: Vec<bool> = (61..65)
    ///     .map(|tick| {
    ///         server.begin_tick(Tick(tick));
    ///         server.is_due(ann)
    ///     })
    ///     .collect();
    /// assert_eq!(due, [false, true, false, true]);
    /// ```
    #[must_use]
    pub fn is_due(&self, client: ClientId) -> bool {
        let turn = self.turn();
        let Some(peer) = self.peers.get(&client) else { return false };
        peer.stage == Stage::Active && peer.turn == turn && self.is_in_stride(client)
    }

    /// From now on a client gets each of its snapshots (1), every second one (2), and so on: for a server that would
    /// otherwise be late with the ticks themselves. Where snapshots take turns, each tick still tells as many clients as another. To a client it is
    /// as if the others were never due, and what happens meanwhile is for the game to tell with the next one.
    ///
    /// ```
    /// # mod walkers { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/walkers.rs")); }
    /// # use walkers::*;
    /// use netcode::Tick;
    /// let (mut server, ann, _client, _) = played(60); // with a snapshot every second tick
    /// server.set_stride(3);
    /// let due = (61..79).filter(|tick| {
    ///     server.begin_tick(Tick(*tick));
    ///     server.is_due(ann)
    /// });
    /// assert_eq!(due.count(), 3, "one of six ticks");
    /// ```
    pub fn set_stride(&mut self, snapshots: u16) {
        self.stride = snapshots.max(1);
    }

    /// The ticks between two snapshots of a client.
    fn spacing_ticks(&self) -> u32 {
        u32::from(self.config.snapshot_interval.max(1)) * u32::from(self.stride)
    }

    /// The time between two snapshots of a client, while it is longer than agreed.
    #[cfg(feature = "quic")]
    pub(crate) fn stretched(&self) -> Option<Duration> {
        (self.stride > 1).then(|| self.config.tick_rate.period() * self.spacing_ticks())
    }

    /// How long words may wait for the snapshots that they go with, in ticks: until everybody has had one, if that is soon.
    /// Where few play they do not wait.
    pub(super) fn patience_ticks(&self) -> u32 {
        let is_crowd = self.peers.len() > usize::from(self.config.turn_clients) || self.stride > 1;
        let most = u32::from(self.config.tick_rate.hz()) * PATIENCE_MS / 1_000;
        if is_crowd { self.spacing_ticks().min(most) } else { 0 }
    }

    /// What [`Server::set_stride`] said last.
    ///
    /// ```
    /// # mod walkers { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/walkers.rs")); }
    /// # use walkers::*;
    /// let (mut server, ..) = played(60);
    /// assert_eq!(server.stride(), 1, "nothing is left out");
    /// server.set_stride(2);
    /// assert_eq!(server.stride(), 2);
    /// ```
    #[must_use]
    pub fn stride(&self) -> u16 {
        self.stride
    }

    /// Whether this client gets what is due in this interval. Its number decides, divided by the turns: in a crowd
    /// newcomers take each turn once in so many numbers.
    fn is_in_stride(&self, client: ClientId) -> bool {
        let turns = u32::from(self.config.snapshot_interval.max(1));
        let interval = self.tick.since(self.first) as u32 / turns;
        let stride = u32::from(self.stride);
        (interval % stride + client.0 / turns % stride).is_multiple_of(stride)
    }

    /// Which of the ticks of an interval this one is.
    fn turn(&self) -> u16 {
        let since = self.tick.since(self.first) as u32;
        (since % u32::from(self.config.snapshot_interval.max(1))) as u16
    }

    /// The turn of who comes next: the first that has room, or else the emptiest.
    pub(super) fn turn_of_the_next(&self) -> u16 {
        let room = usize::from(self.config.turn_clients.max(1));
        let clients = |turn| {
            let has = self.peers.values().filter(|p| p.stage == Stage::Active && p.turn == turn);
            has.count()
        };
        let crowd = |turn: &u16| clients(*turn).max(room - 1);
        (0..self.config.snapshot_interval.max(1)).min_by_key(crowd).unwrap_or(0)
    }
}

#[cfg(test)]
pub(super) mod tests {
    use crate::{
        delta::tests::Walk,
        server::{ClientId, PeerKey, Server, ServerConfig, ServerEvent},
        tick::Tick,
        wire::{
            frame,
            message::{Hello, ToServer},
        },
    };

    /// So many clients at a server with room for three on a tick.
    pub(in crate::server) fn crowd(clients: u8, snapshot_interval: u16) -> Server<Walk> {
        let config = ServerConfig { snapshot_interval, turn_clients: 3, ..Default::default() };
        let mut server = Server::<Walk>::new(config, 1, Tick(u32::MAX - 4));
        for number in 0..clients {
            come(&mut server, number);
        }
        server
    }

    /// A client comes and is welcomed.
    pub(in crate::server) fn come(server: &mut Server<Walk>, number: u8) -> ClientId {
        let client = server.connect(PeerKey([number; 32]));
        let mut bytes = Vec::new();
        frame::write(&ToServer::<()>::Hello(Hello::new::<Walk>("Ann")), &mut bytes);
        server.handle_stream(client, &bytes);
        assert!(matches!(server.poll_event(), Some(ServerEvent::Hello { .. })));
        assert!(server.welcome(client, ()));
        client
    }

    /// How many snapshots are due on each of the next ticks.
    fn due(server: &mut Server<Walk>, ticks: u32) -> Vec<usize> {
        let clients: Vec<_> = server.clients().collect();
        let next = |step| {
            server.begin_tick(Tick((u32::MAX - 4).wrapping_add(step)));
            clients.iter().filter(|client| server.is_due(**client)).count()
        };
        (1..=ticks).map(next).collect()
    }

    #[test]
    fn few_are_told_on_one_tick_and_many_take_turns() {
        assert_eq!(due(&mut crowd(3, 2), 6), [0, 3, 0, 3, 0, 3]);
        assert_eq!(due(&mut crowd(5, 2), 6), [2, 3, 2, 3, 2, 3]);
        assert_eq!(due(&mut crowd(12, 2), 4), [6, 6, 6, 6]);
        assert_eq!(due(&mut crowd(12, 1), 4), [12; 4]);
        assert_eq!(due(&mut crowd(10, 3), 6), [3, 3, 4, 3, 3, 4]);
    }

    #[test]
    fn of_the_snapshots_of_a_stride_everybody_gets_one_and_no_tick_tells_more_than_its_part() {
        for (clients, interval, stride) in
            [(12, 2, 2), (12, 2, 3), (24, 2, 4), (9, 1, 3), (36, 3, 2)]
        {
            let mut server = crowd(clients, interval);
            server.set_stride(stride);
            let round = u32::from(interval * stride);
            let part = usize::from(clients) / round as usize;
            let counts = due(&mut server, 3 * round);
            // The first few share a turn, so that a tick may tell some more.
            assert!(
                counts.iter().all(|due| due.abs_diff(part) <= 2),
                "{counts:?} instead of {part}"
            );
            assert_eq!(counts.iter().sum::<usize>(), 3 * usize::from(clients), "{counts:?}");
        }
    }

    #[test]
    fn who_comes_takes_the_place_of_who_left() {
        let mut server = crowd(8, 2);
        server.begin_tick(Tick(u32::MAX - 3));
        let later: Vec<_> = server.clients().filter(|client| server.is_due(*client)).collect();
        later.into_iter().take(2).for_each(|client| server.handle_closed(client, "gone"));
        assert_eq!(server.turn_of_the_next(), 1);
    }
}
