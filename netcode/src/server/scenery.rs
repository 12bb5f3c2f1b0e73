//! A server that goes on in another scenery: what rows mean to both ends changes, so nobody can go on
//! with what they have. Sessions end, and whoever connects again is welcomed into the new one.

use super::{ClientId, Server};
use crate::{
    delta::{RowCode, shared::SharedUpdates},
    limits,
    protocol::Protocol,
    snapshot::SnapshotRing,
};
use std::sync::Arc;

impl<P: Protocol> Server<P> {
    /// Goes on in another scenery. Everybody who was welcomed is sent away with this reason, those too
    /// who may still come back, and each is told as [`super::ServerEvent::Left`]. Who has not been
    /// answered yet stays, and is welcomed into the new scenery.
    ///
    /// Ticks go on, so that whatever is late is seen to be.
    ///
    /// ```
    /// # mod walkers { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/walkers.rs")); }
    /// # use walkers::*;
    /// # use netcode::{client::ClientEvent, server::ServerEvent};
    /// let (mut server, ann, mut client, now) = played(10);
    /// server.change_scenery((), "the hall is rebuilt");
    /// assert!(matches!(server.poll_event(), Some(ServerEvent::Left { client, .. }) if client == ann));
    /// assert!(server.take_command(ann).is_none(), "she has to come again");
    /// carry(&mut server, ann, &mut client, now);
    /// let end = std::iter::from_fn(|| client.poll_event()).last();
    /// assert!(matches!(end, Some(ClientEvent::Closed(reason)) if reason == "the hall is rebuilt"));
    /// ```
    pub fn change_scenery(&mut self, scenery: P::Scenery, reason: &str) {
        let here = self.peers.iter().filter(|(_, peer)| peer.has_session());
        let here: Vec<ClientId> = here.map(|(client, _)| *client).collect();
        for client in here {
            self.close(client, reason);
        }
        let code = RowCode::new::<P>(self.config.tick_rate, Arc::new(scenery));
        self.shared = SharedUpdates::new(code, u32::from(self.config.snapshot_interval));
        self.ring = SnapshotRing::new(limits::SNAPSHOT_RING);
    }
}
