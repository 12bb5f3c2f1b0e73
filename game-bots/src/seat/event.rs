//! What a seat tells whoever sits at it.

use game_sim::{Choice, Event};

/// What happened that a player wants to hear of.
#[derive(Clone, Debug, PartialEq)]
pub enum SeatEvent {
    /// The server let us in.
    Welcomed,
    /// Of a large first view so many bytes came, of so many.
    Joining {
        /// Bytes that came.
        received: u32,
        /// Bytes of the whole view.
        total: u32,
    },
    /// The connection broke, for this reason. The seat is ready to go on over another one. No reason commands a
    /// terminal, whoever gave it.
    Lost(String),
    /// It goes on where it was.
    Resumed,
    /// Something of the game.
    Game(Event),
    /// The game goes on in another arena: the seat is ready to introduce itself over a new connection.
    Moved(Choice),
    /// It is over, for this reason, which commands no terminal either.
    Closed(String),
}
