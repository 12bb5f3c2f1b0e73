//! How a client reads rows: alone, or together with the others of its program.

use super::Client;
use crate::{
    delta::{Recall, RowCode},
    protocol::Protocol,
    tick::TickRate,
};
use std::sync::Arc;

impl<P: Protocol> Client<P> {
    /// Reads what is read in any of these clients, all at one server, only once; see [`Recall`]. Call it
    /// before [`Client::enter`].
    ///
    /// ```
    /// # mod walkers { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/walkers.rs")); }
    /// # use walkers::*;
    /// # use netcode::{client::Client, wire::message::Hello};
    /// use netcode::delta::Recall;
    /// let recall = Recall::default();
    /// let mut bots = ["Ann", "Bob"].map(|name| Client::<Walkers>::new(Hello::new::<Walkers>(name)));
    /// for bot in &mut bots {
    ///     bot.share_reading(&recall);
    /// }
    /// assert_eq!(recall.hits(), 0, "neither has read anything yet");
    /// ```
    pub fn share_reading(&mut self, recall: &Recall) {
        self.recall = Some(recall.clone());
    }
}

/// How rows are read at a server with this scenery.
pub(super) fn row_code<P: Protocol>(
    rate: TickRate,
    scenery: &Arc<P::Scenery>,
    recall: Option<&Recall>,
) -> RowCode {
    let mut code = RowCode::new::<P>(rate, scenery.clone());
    code.recall = recall.cloned();
    code
}
