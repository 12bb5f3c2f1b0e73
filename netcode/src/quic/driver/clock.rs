//! What is looked at of each connection in each turn. It is kept apart from the connections: they are
//! kilobytes each, and looking at a thousand of them would cost more than what there is to see.

use super::Connection;
use std::time::{Duration, Instant};

/// A connection's timers and what is to be done about it.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Clock {
    /// When its next timer fires.
    pub(super) due: Option<Instant>,
    /// When a packet was sent last.
    pub(super) sent: Option<Instant>,
    /// When a datagram was sent last that supersedes those before it: more of them follow.
    pub(super) followed: Option<Instant>,
    /// Counts the times at which it could send.
    pub(super) turn: u32,
    /// Whether it is up and not ending.
    pub(super) is_settled: bool,
    /// Whether a packet or a timer came in this turn.
    pub(super) is_touched: bool,
    /// Whether it is among the news.
    pub(super) has_news: bool,
    /// Whether it is in the list of those who send.
    pub(super) is_sending: bool,
    /// Whether there is something to say.
    pub(super) has_data: bool,
    /// Whether a few words wait that may go with the datagram that follows.
    pub(super) has_words: bool,
    /// Whether there may be something to acknowledge.
    pub(super) owes: bool,
}

impl Clock {
    /// Notes when the connection is due again.
    pub(super) fn note_timers(&mut self, connection: &mut Connection) {
        let timers = [connection.quic.poll_timeout(), connection.deadline];
        self.due = timers.into_iter().flatten().min();
    }

    /// Whether it has nothing to say and has said something lately, or will soon.
    pub(super) fn is_quiet(&self, now: Instant, quiet: Duration) -> bool {
        let last = if self.has_words { self.followed } else { self.sent };
        let lately = last.is_some_and(|last| now.saturating_duration_since(last) < quiet);
        self.is_settled && !self.has_data && lately
    }

    /// There is no connection any more. What lists say of the place stays true.
    pub(super) fn clear(&mut self) {
        let Self { is_touched, has_news, is_sending, .. } = *self;
        *self = Self { is_touched, has_news, is_sending, ..Self::default() };
    }
}
