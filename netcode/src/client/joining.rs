//! The first view, when it comes in parts over the reliable stream.

use crate::{
    delta::{RowCode, anchor},
    limits,
    snapshot::Snapshot,
    tick::Tick,
    wire::{DecodeError, message::ViewPart},
};

/// What came of a view so far.
#[derive(Debug, Default)]
pub(super) struct Joining {
    tick: u32,
    total: usize,
    bytes: Vec<u8>,
}

impl Joining {
    /// Takes a part. Returns the view once it is whole.
    pub(super) fn handle_part(
        &mut self,
        part: &ViewPart,
        code: &mut RowCode,
    ) -> Result<Option<Snapshot>, DecodeError> {
        let total = part.total as usize;
        if total > limits::VIEW_BYTES || part.bytes.is_empty() {
            return Err(DecodeError::TooLarge);
        }
        if (part.tick, total) != (self.tick, self.total) {
            *self = Self { tick: part.tick, total, bytes: Vec::new() };
        }
        if self.bytes.len().saturating_add(part.bytes.len()) > total {
            return Err(DecodeError::Trailing);
        }
        self.bytes.extend_from_slice(&part.bytes);
        if self.bytes.len() < total {
            return Ok(None);
        }
        let bytes = std::mem::take(self).bytes;
        anchor::decode(code, Tick(part.tick), &bytes).map(Some)
    }

    /// Bytes that came, and bytes that there will be, while a view is on its way.
    pub(super) fn progress(&self) -> Option<(u32, u32)> {
        (self.total > 0).then_some((self.bytes.len() as u32, self.total as u32))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::delta::tests::both;

    fn part(tick: u32, total: u32, bytes: &[u8]) -> ViewPart {
        ViewPart { tick, total, bytes: bytes.to_vec() }
    }

    #[test]
    fn parts_that_do_not_fit_together_are_refused_and_another_view_begins_anew() {
        let [mut code, _] = both();
        let mut joining = Joining::default();
        let most = limits::VIEW_BYTES as u32 + 1;
        assert_eq!(
            joining.handle_part(&part(1, most, &[0]), &mut code),
            Err(DecodeError::TooLarge)
        );
        assert_eq!(joining.handle_part(&part(1, 4, &[]), &mut code), Err(DecodeError::TooLarge));
        assert_eq!(joining.handle_part(&part(1, 4, &[0; 3]), &mut code), Ok(None));
        assert_eq!(joining.progress(), Some((3, 4)));
        assert_eq!(
            joining.handle_part(&part(1, 4, &[0; 2]), &mut code),
            Err(DecodeError::Trailing)
        );
        // An empty view is one bit: eg(0) of 0.
        assert_eq!(
            joining.handle_part(&part(2, 1, &[1]), &mut code),
            Ok(Some(Snapshot::new(Tick(2))))
        );
    }
}
