//! A server and its bots without sockets between them, on a path that takes a tick: the real host, the
//! real seats and the real bytes. For counting what the clients cost, as [`crate::throng`] is for what the
//! server does; what QUIC costs is in neither.

use game_bots::{flyer::Flyer, options::Brain, seat::Seat};
use game_server::{bans::Bans, host::Host, options::Options};
use game_sim::{Arena, TICK_RATE};
use netcode::{
    delta::Recall,
    quic::client::Arrival,
    server::{Action, ClientId, PeerKey, Transmit},
    wire::message::Wish,
};
use std::{collections::BTreeMap, time::Duration};

/// Bytes of a datagram, as a path over Ethernet carries them.
const DATAGRAM_BYTES: usize = 1_400;

/// The server and its bots.
pub struct Company {
    host: Host,
    flyers: Vec<(ClientId, Flyer)>,
    numbers: BTreeMap<ClientId, usize>,
    /// What is under way to the server, and from it.
    up: Vec<(ClientId, Action)>,
    down: Vec<Transmit>,
    ticks: u32,
    recall: Recall,
}

impl Company {
    /// So many bots with this brain, at a server with these options.
    ///
    /// # Panics
    /// When no build has the arena.
    #[must_use]
    pub fn new(bots: usize, brain: Brain, options: &Options) -> Self {
        let arena = Arena::builtin(&options.arena).expect("it is known").expect("it can be read");
        let options = Options { max_players: bots as u16, ..options.clone() };
        let mut host = Host::new(&options, arena, Bans::default());
        host.begin();
        let mut company = Self {
            host,
            flyers: Vec::new(),
            numbers: BTreeMap::new(),
            up: Vec::new(),
            down: Vec::new(),
            ticks: 0,
            recall: Recall::default(),
        };
        for number in 0..bots {
            let mut key = [0; 32];
            key[..8].copy_from_slice(&number.to_le_bytes());
            let client = company.host.core.connect(PeerKey(key));
            company.host.core.set_datagram_limit(client, DATAGRAM_BYTES);
            let mut seat = Seat::new(&format!("Bot {number}"), Wish::Play, Duration::ZERO);
            seat.share_reading(&company.recall);
            company.numbers.insert(client, number);
            company.flyers.push((client, Flyer::new(seat, number as u64, brain, number as u32)));
        }
        company.host.step();
        company
    }

    /// A tick of the server: what the bots sent comes, and what it answers sets out.
    ///
    /// # Panics
    /// When the server sends somebody away.
    pub fn serve(&mut self) {
        self.host.begin();
        for (client, action) in self.up.drain(..) {
            match action {
                Action::Datagram(bytes) => self.host.core.handle_datagram(client, &bytes),
                Action::Stream(bytes) => self.host.core.handle_stream(client, &bytes),
                Action::Close(reason) => panic!("a bot leaves: {reason}"),
            }
        }
        self.host.step();
        self.down.extend(std::iter::from_fn(|| self.host.core.poll_transmit()));
        self.ticks += 1;
    }

    /// The bots' turns: what the server sent comes, they play, and what they say sets out.
    pub fn play(&mut self) {
        let now = Duration::from_secs(1) * self.ticks / TICK_RATE;
        for Transmit { client, action } in self.down.drain(..) {
            let Some((_, flyer)) =
                self.numbers.get(&client).map(|number| &mut self.flyers[*number])
            else {
                continue;
            };
            let arrival = match action {
                Action::Datagram(bytes) => Arrival::Datagram(bytes),
                Action::Stream(bytes) => Arrival::Stream(bytes),
                Action::Close(reason) => Arrival::Closed(reason),
            };
            flyer.handle(now, arrival);
        }
        for (client, flyer) in &mut self.flyers {
            flyer.turn(now);
            while flyer.poll_event().is_some() {}
            let said = std::iter::from_fn(|| flyer.poll_transmit());
            self.up.extend(said.map(|action| (*client, action)));
        }
    }

    /// The bots.
    pub fn flyers(&self) -> impl Iterator<Item = &Flyer> {
        self.flyers.iter().map(|(_, flyer)| flyer)
    }

    /// What all of them read.
    pub fn recall(&self) -> &Recall {
        &self.recall
    }
}
