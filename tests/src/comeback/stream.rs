//! A reliable stream over a link that loses: segments, a window, and sending again what did not come
//! (go-back-N), as simple as it can be and still fill a slow link and outlast a hole.

use std::time::Duration;

/// Bytes of a segment.
const SEGMENT_BYTES: usize = 1_100;
/// Bytes that may be under way, as the receiver of a game allows.
const WINDOW_BYTES: usize = 16 * 1_024;
/// How long without progress until everything unacknowledged is sent again.
const PATIENCE: Duration = Duration::from_millis(1_000);

/// Both directions of one end.
#[derive(Debug, Default)]
pub(super) struct Stream {
    written: Vec<u8>,
    acknowledged: usize,
    sent: usize,
    progress: Duration,
    moved: bool,
    expected: usize,
}

impl Stream {
    pub(super) fn write(&mut self, bytes: &[u8]) {
        self.written.extend_from_slice(bytes);
    }

    /// Bytes that were written and have not been sent once.
    pub(super) fn backlog(&self) -> usize {
        self.written.len() - self.sent
    }

    /// What is to be sent now: where it belongs, and the bytes.
    pub(super) fn segments(&mut self, now: Duration) -> Vec<Vec<u8>> {
        if std::mem::take(&mut self.moved) || self.acknowledged == self.sent {
            self.progress = now;
        } else if now - self.progress > PATIENCE {
            (self.sent, self.progress) = (self.acknowledged, now);
        }
        let mut segments = Vec::new();
        let most = self.written.len().min(self.acknowledged + WINDOW_BYTES);
        while self.sent < most {
            let end = most.min(self.sent + SEGMENT_BYTES);
            let place = (self.sent as u32).to_le_bytes();
            segments.push([&place, &self.written[self.sent..end]].concat());
            self.sent = end;
        }
        segments
    }

    /// Takes a segment; returns what is new and in order.
    pub(super) fn receive(&mut self, segment: &[u8]) -> Vec<u8> {
        let Some((place, bytes)) = segment.split_first_chunk() else { return Vec::new() };
        let place = u32::from_le_bytes(*place) as usize;
        let new = self.expected.checked_sub(place).and_then(|known| bytes.get(known..));
        self.expected += new.map_or(0, <[u8]>::len);
        new.unwrap_or_default().to_vec()
    }

    /// How far everything came.
    pub(super) fn acknowledgement(&self) -> [u8; 4] {
        (self.expected as u32).to_le_bytes()
    }

    pub(super) fn acknowledge(&mut self, bytes: &[u8]) {
        let Ok(bytes) = <[u8; 4]>::try_from(bytes) else { return };
        let through = u32::from_le_bytes(bytes) as usize;
        if through > self.acknowledged && through <= self.written.len() {
            self.acknowledged = through;
            self.sent = self.sent.max(through);
            self.moved = true;
        }
    }
}
