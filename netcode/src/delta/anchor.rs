//! A baseline beside the ring of snapshots: one view of a client with all its rows.
//!
//! It is either the first view, which came in parts over the reliable stream, or the view that a
//! client held when its connection broke. Both may be older than all that [`SnapshotRing`] keeps, so
//! the rows are copied. A client has at most one; a datagram names it by [`ANCHOR`].

use super::{RowCode, shared::SharedUpdates, view::View};
use crate::{
    budget::Candidate,
    limits,
    row::{EntityId, KindId},
    snapshot::{Snapshot, SnapshotRing},
    tick::Tick,
    wire::{
        DecodeError,
        bits::{BitReader, BitWriter},
    },
};

/// What a datagram's header says instead of a distance when its baseline is the anchor.
pub(crate) const ANCHOR: u8 = 63;

/// What an anchor is good for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Use {
    /// Nothing yet: the client does not have it.
    Coming,
    /// The baseline.
    Baseline,
    /// A later view is the baseline, but rows in it wait since the anchor.
    Rows,
}

/// A view and its rows.
#[derive(Clone, Debug)]
pub(crate) struct Anchor {
    pub(crate) use_of: Use,
    pub(crate) view: View,
    /// Only of entities whose row was still known when it was made; the others are sent anew.
    pub(crate) rows: Snapshot,
}

impl Anchor {
    /// What a client holds after a view, with the rows as the ring has them, or else those `beside` it.
    pub(crate) fn of(view: &View, ring: &SnapshotRing, beside: Option<&Snapshot>) -> Self {
        let mut rows = Snapshot::new(view.tick);
        for (id, as_of) in view.rows() {
            let kept = ring.at(as_of).and_then(|snapshot| snapshot.find(id));
            let beside = || beside?.find(id).filter(|row| row.as_of == as_of);
            if let Some(row) = kept.or_else(beside) {
                rows.push_columns(id, row.kind, as_of, row.columns);
            }
        }
        Self { use_of: Use::Baseline, view: view.clone(), rows }
    }

    /// Everything that is visible of the newest snapshot, on its way to the client.
    pub(crate) fn whole(now: &Snapshot, visible: &[Candidate]) -> Self {
        let mut rows = Snapshot::new(now.tick());
        for row in visible.iter().filter_map(|candidate| now.row(candidate.index)) {
            rows.push_columns(row.id, row.kind, now.tick(), row.columns);
        }
        Self { use_of: Use::Coming, view: View::whole(&rows), rows }
    }
}

/// The bytes of everything that is visible, as a list of new entities like a datagram's.
pub(crate) fn encode(shared: &mut SharedUpdates, now: &Snapshot, visible: &[Candidate]) -> Vec<u8> {
    let mut writer = BitWriter::default();
    writer.golomb(visible.len() as u32, 0);
    let mut expected = 0;
    for candidate in visible {
        let Some(row) = now.row(candidate.index) else { continue };
        writer.golomb(u32::from(row.id.0) - expected, 4);
        writer.bits(u32::from(row.kind.0), 4);
        shared.spawn(now, candidate.index, &mut writer);
        expected = u32::from(row.id.0) + 1;
    }
    writer.finish()
}

/// Reads what [`encode`] wrote.
pub(crate) fn decode(
    code: &mut RowCode,
    tick: Tick,
    bytes: &[u8],
) -> Result<Snapshot, DecodeError> {
    let mut reader = BitReader::new(bytes);
    let count = reader.golomb(0)? as usize;
    if count > limits::VISIBLE_ENTITIES {
        return Err(DecodeError::TooLarge);
    }
    let mut view = Snapshot::new(tick);
    let mut expected = 0_u32;
    for _ in 0..count {
        let id = expected.saturating_add(reader.golomb(4)?);
        let id = EntityId(u16::try_from(id).map_err(|_| DecodeError::UnknownEntity)?);
        let kind = KindId(reader.bits(4)? as u8);
        view.push_columns(id, kind, tick, code.decode_spawn(kind, &mut reader)?);
        expected = u32::from(id.0).saturating_add(1);
    }
    reader.finish()?;
    Ok(view)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        delta::tests::{Walker, both, row},
        row::Replicate,
        snapshot::SnapshotRing,
    };
    use proptest::prelude::*;

    fn code() -> RowCode {
        let [code, _] = both();
        code
    }

    proptest! {
        #[test]
        fn a_view_comes_out_as_it_went_in(rows in prop::collection::btree_map(0_u16..2_000, row(), 0..200)) {
            let mut now = Snapshot::new(Tick(70));
            for (id, columns) in rows {
                now.push_columns(EntityId(id), KindId(0), Tick(70), &columns);
            }
            let visible: Vec<Candidate> =
                (0..now.len()).map(|index| Candidate { index, weight: 1.0 }).collect();
            let mut shared = SharedUpdates::new(code(), 2);
            let mut ring = SnapshotRing::new(1);
            ring.push(now.clone());
            shared.start(&ring);
            let bytes = encode(&mut shared, &now, &visible);
            prop_assert_eq!(decode(&mut code(), Tick(70), &bytes), Ok(Anchor::whole(&now, &visible).rows));
        }

        #[test]
        fn hostile_bytes_give_legal_rows_or_an_error(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            if let Ok(view) = decode(&mut code(), Tick(1), &bytes) {
                prop_assert!(view.rows().all(|row| Walker::TABLE.admits(row.columns)));
            }
        }
    }
}
