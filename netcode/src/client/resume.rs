//! A connection that broke, and the next one: the client's half of going on with a session.
//!
//! The game's state stays as it was last seen. What belonged to the connection (acknowledgements, the
//! clock, the view's delay) begins anew: the next path may be another one.

use super::{Client, ClientEvent, Game, row_code, session::Session};
use crate::{
    limits,
    protocol::Protocol,
    snapshot::Snapshot,
    tick::Tick,
    wire::{
        DecodeError,
        message::{Held, Resume, ViewPart, Welcome},
    },
};
use std::time::Duration;

impl<P: Protocol> Client<P> {
    /// The transport lost the server without a word from it. If there is a session to come back to,
    /// [`ClientEvent::Lost`] says so; otherwise it is over.
    pub fn handle_lost(&mut self, reason: &str) {
        if self.game.is_none() || self.session.is_dismissed() {
            return self.handle_closed(reason);
        }
        if self.session.close() {
            self.parted = true;
            self.lost = true;
            self.events.push_back(ClientEvent::Lost(reason.to_owned()));
        }
    }

    /// Begins to introduce itself again, for the next connection, and asks to go on with the session.
    /// The server's welcome says whether it does. [`Client::handle_closed`] gives up.
    ///
    /// ```
    /// # mod walkers { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/walkers.rs")); }
    /// # use walkers::*;
    /// use netcode::client::ClientEvent;
    /// use netcode::server::{PeerKey, ServerEvent};
    /// let (mut server, ann, mut client, now) = played(60);
    /// client.handle_lost("no answer"); // both transports notice
    /// server.handle_lost(ann, "no answer");
    /// assert!(matches!(client.poll_event(), Some(ClientEvent::Lost(_))));
    /// assert!(matches!(server.poll_event(), Some(ServerEvent::Lost { .. })));
    ///
    /// client.reconnect(); // as soon as there is a new connection, from wherever
    /// let again = server.connect(PeerKey([7; 32]));
    /// carry(&mut server, again, &mut client, now);
    /// let back = server.poll_event();
    /// assert!(matches!(back, Some(ServerEvent::Resumed { was, .. }) if was == ann));
    /// assert!(server.welcome(again, 0)); // her walker never left
    /// carry(&mut server, again, &mut client, now);
    /// assert!(client.welcome().is_some_and(|welcome| welcome.resumed));
    /// ```
    pub fn reconnect(&mut self) {
        let resume = self.game.as_ref().map(Game::resume);
        self.session = Session::new(&self.hello, resume);
        (self.parted, self.lost, self.early) = (false, false, None);
    }

    /// Takes a welcome. Returns `false` when it makes no sense.
    pub(super) fn begin(&mut self, welcome: &Welcome<P::Greeting>, now: Duration) -> bool {
        let former = self.game.take();
        let Some(mut game) = Game::new(welcome.clone(), self.round_trip, now) else { return false };
        game.playout.set_ahead(self.view_ahead);
        if welcome.resumed {
            let Some(former) = former else { return false };
            self.stats.note_resumed();
            self.inspector.note_connection();
            game.inherit(former, welcome.baseline.map(Tick));
            let scenery = self.scenery.as_ref();
            game.code =
                scenery.map(|scenery| row_code::<P>(game.rate, scenery, self.recall.as_ref()));
        } else {
            self.scenery = None;
        }
        self.game = Some(game);
        true
    }

    /// Takes a part of the first view.
    pub(super) fn handle_part(&mut self, part: &ViewPart) -> Result<(), DecodeError> {
        let game = self.game.as_mut().filter(|_| self.session.is_welcomed());
        let game = game.ok_or(DecodeError::Malformed)?;
        let code = game.code.as_mut().ok_or(DecodeError::Malformed)?;
        let known = game.ring.newest().map_or(Tick(game.welcome.tick), Snapshot::tick);
        if Tick(part.tick).since(known).unsigned_abs() > limits::AGE_TICKS {
            return Err(DecodeError::OutOfRange);
        }
        let whole = game.joining.handle_part(part, code)?;
        let total = part.total;
        let (received, total) = game.joining.progress().unwrap_or((total, total));
        self.events.push_back(ClientEvent::Joining { received, total });
        if let Some(view) = whole {
            if game.ring.newest().is_none() {
                game.ring.insert(view.clone());
            }
            game.anchor = Some(view);
            self.session.confirm_view();
        }
        Ok(())
    }
}

impl<P: Protocol> Game<P> {
    /// What the server needs to know to go on.
    fn resume(&self) -> Resume {
        let newest = self.ring.newest().or(self.anchor.as_ref()).map(Snapshot::tick);
        let interval = u32::from(self.welcome.snapshot_interval);
        let held = newest.map(|newest| {
            let bit = |back: u32| {
                let tick = newest - (back + 1).wrapping_mul(interval);
                u64::from(self.snapshot(tick).is_some()) << back
            };
            Held { newest: newest.0, before: (0..64).map(bit).sum() }
        });
        Resume { token: self.welcome.token, held }
    }

    /// Takes what is still good of the game before the connection broke.
    fn inherit(&mut self, former: Self, baseline: Option<Tick>) {
        self.anchor = baseline.and_then(|tick| former.snapshot(tick).cloned());
        self.predictor = former.predictor;
    }

    fn snapshot(&self, tick: Tick) -> Option<&Snapshot> {
        self.ring.at(tick).or(self.anchor.as_ref().filter(|anchor| anchor.tick() == tick))
    }
}
