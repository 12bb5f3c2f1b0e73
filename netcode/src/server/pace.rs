//! How fast a client is told what has time: the first view when it is large, and who is there already.
//!
//! Both go over the reliable stream, where they would queue up before everything else and fill a slow
//! link for seconds. So only a part of the client's bytes is for them, and its snapshots get the rest.

use crate::{limits, tick::Tick, wire::message::ViewPart};

/// What may go at once: an eighth of a second on a line of 256 kbit/s, which is too short to be taken for
/// a full path by [`crate::congestion`]. (Any connection on the internet may begin with 14 kB, RFC 6928.)
pub(super) const BURST_BYTES: usize = 4_000;
/// Bytes that the transport could not take yet, from which on nothing unhurried is added.
const BACKLOG_BYTES: usize = 4_096;

/// The unhurried bytes of one client.
#[derive(Debug)]
pub(super) struct Pace {
    /// What may be written now; negative when the last message was longer than that.
    credit_bytes: i64,
    /// What was written since the last snapshot.
    recent_bytes: usize,
    /// What the transport still holds back.
    pub(super) backlog_bytes: usize,
    view: Option<Parts>,
}

/// A view on its way.
#[derive(Debug)]
struct Parts {
    tick: Tick,
    bytes: Vec<u8>,
    sent: usize,
}

impl Default for Pace {
    fn default() -> Self {
        Self { credit_bytes: BURST_BYTES as i64, recent_bytes: 0, backlog_bytes: 0, view: None }
    }
}

impl Pace {
    /// A snapshot is due, which may have `limit_bytes`. Takes `percent` of that for what has time, if
    /// something was written, and returns what is left for the snapshot.
    pub(super) fn share(&mut self, limit_bytes: usize, percent: u8) -> usize {
        let share = limit_bytes * usize::from(percent.min(100)) / 100;
        self.credit_bytes = (self.credit_bytes + share as i64).min(BURST_BYTES as i64);
        let left = limit_bytes - std::mem::take(&mut self.recent_bytes).min(share);
        left.max(limits::SNAPSHOT_BYTES_LEAST.min(limit_bytes))
    }

    /// Begins to send a view.
    pub(super) fn begin(&mut self, tick: Tick, bytes: Vec<u8>) {
        self.view = Some(Parts { tick, bytes, sent: 0 });
    }

    /// Whether a view is on its way.
    pub(super) fn is_sending(&self) -> bool {
        self.view.is_some()
    }

    /// The next piece of the view that may go now.
    pub(super) fn next_part(&mut self) -> Option<ViewPart> {
        if !self.has_room() {
            return None;
        }
        let view = self.view.as_mut()?;
        let end = (view.sent + limits::VIEW_PART_BYTES).min(view.bytes.len());
        let bytes = view.bytes.get(view.sent..end).unwrap_or_default().to_vec();
        let (tick, total) = (view.tick.0, view.bytes.len() as u32);
        view.sent = end;
        if end == view.bytes.len() {
            self.view = None;
        }
        self.note(bytes.len());
        Some(ViewPart { tick, total, bytes })
    }

    /// Takes from what may go at once, for a snapshot that is larger than the path is known to carry.
    pub(super) fn spend(&mut self, bytes: usize) -> bool {
        let may = self.view.is_none() && self.credit_bytes >= bytes as i64;
        if may {
            self.credit_bytes -= bytes as i64;
        }
        may
    }

    /// Whether something else that has time may go now.
    pub(super) fn is_free(&self) -> bool {
        self.view.is_none() && self.has_room()
    }

    /// So many bytes were written.
    pub(super) fn note(&mut self, bytes: usize) {
        self.credit_bytes -= bytes as i64;
        self.recent_bytes += bytes;
    }

    fn has_room(&self) -> bool {
        self.credit_bytes > 0 && self.backlog_bytes < BACKLOG_BYTES
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How many snapshots a view takes, and the least that was left for one of them.
    fn send(bytes: usize, limit_bytes: usize, percent: u8) -> (usize, usize) {
        let mut pace = Pace::default();
        pace.begin(Tick(1), vec![7; bytes]);
        let (mut snapshots, mut least, mut came) = (0, limit_bytes, Vec::new());
        while pace.is_sending() {
            while let Some(part) = pace.next_part() {
                came.extend(part.bytes);
            }
            least = least.min(pace.share(limit_bytes, percent));
            snapshots += 1;
        }
        assert_eq!(came, vec![7; bytes]);
        (snapshots, least)
    }

    #[test]
    fn a_small_view_goes_at_once_and_a_large_one_leaves_room_for_snapshots() {
        assert_eq!(send(4_000, 1_000, 50), (1, 500));
        let (snapshots, least) = send(31_000, 1_000, 25);
        assert!((104..=108).contains(&snapshots), "{snapshots}");
        assert_eq!(least, 750);
    }

    #[test]
    fn nothing_is_added_to_what_the_transport_can_not_take() {
        let mut pace = Pace { backlog_bytes: BACKLOG_BYTES, ..Pace::default() };
        pace.begin(Tick(1), vec![7; 2_000]);
        assert_eq!(pace.next_part(), None);
        pace.backlog_bytes = 0;
        assert!(pace.next_part().is_some() && !pace.is_free());
        assert!(pace.next_part().is_some() && pace.is_free());
    }
}
