//! Whether something goes into the log: of each kind one line a second for each player, so that nobody
//! fills the disk by coming and going.

use netcode::{Tick, TickRate, server::PeerKey};
use std::collections::BTreeMap;

/// What is told of a player.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// It was let in.
    Joined,
    /// It was not.
    Refused,
    /// Its connection broke.
    Lost,
    /// It came back to its session.
    CameBack,
    /// It has gone.
    Left,
}

/// For how long is known how many lines were left out.
const REMEMBERED_S: i32 = 60;

/// What was told of late.
#[derive(Debug)]
pub struct LogLines {
    rate: i32,
    told: BTreeMap<(PeerKey, Kind), Told>,
    swept: Tick,
}

#[derive(Debug)]
struct Told {
    at: Tick,
    left_out: u32,
}

/// A line may be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Line {
    /// How many like it were left out before, if any were.
    pub left_out: Option<u32>,
}

impl LogLines {
    /// Nothing was told yet.
    #[must_use]
    pub fn new(rate: TickRate) -> Self {
        Self { rate: rate.hz().into(), told: BTreeMap::new(), swept: Tick(0) }
    }

    /// Whether a line of this kind may be written of a player.
    pub fn take(&mut self, kind: Kind, key: PeerKey, now: Tick) -> Option<Line> {
        let rate = self.rate;
        if now.since(self.swept).abs() >= rate {
            self.swept = now;
            self.told.retain(|_, told| now.since(told.at) < REMEMBERED_S * rate);
        }
        let Some(told) = self.told.get_mut(&(key, kind)) else {
            self.told.insert((key, kind), Told { at: now, left_out: 0 });
            return Some(Line { left_out: None });
        };
        if now.since(told.at) < rate {
            told.left_out = told.left_out.saturating_add(1);
            return None;
        }
        let before = std::mem::replace(told, Told { at: now, left_out: 0 });
        Some(Line { left_out: Some(before.left_out).filter(|count| *count > 0) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_line_a_second_for_each_player_and_kind_and_the_next_says_what_is_missing() {
        let mut lines = LogLines::new(TickRate::new(60).unwrap());
        let (ann, bo) = (PeerKey([1; 32]), PeerKey([2; 32]));
        let start = Tick(u32::MAX - 20);
        let line = |left_out| Some(Line { left_out });
        assert_eq!(lines.take(Kind::Joined, ann, start), line(None));
        assert_eq!(lines.take(Kind::Left, ann, start), line(None));
        assert_eq!(lines.take(Kind::Joined, bo, start), line(None));
        for ticks in [1, 30, 59] {
            assert_eq!(lines.take(Kind::Joined, ann, start + ticks), None);
        }
        assert_eq!(lines.take(Kind::Joined, ann, start + 60), line(Some(3)));
        assert_eq!(lines.take(Kind::Joined, ann, start + 120), line(None));
        let _ = lines.take(Kind::Joined, ann, start + 9_000);
        assert_eq!(lines.told.len(), 1, "the others are long ago");
    }
}
