//! What of a snapshot is other than in the next one, where that is little: in a world of things that lie still.

use super::Snapshot;

/// So much room more than is needed is never given back.
const ROOM: usize = 256;

/// The rows of a snapshot that differ from those of the next one, which has the same entities.
#[derive(Clone, Debug, Default)]
pub(super) struct Difference {
    /// Which rows, by their place.
    places: Vec<u32>,
    /// Their columns, one row after another.
    columns: Vec<i32>,
}

impl Difference {
    /// Of a snapshot that differs in these places, in memory that may be used for it.
    pub(super) fn of(snapshot: &Snapshot, mut places: Vec<u32>, mut columns: Vec<i32>) -> Self {
        columns.clear();
        for place in &places {
            columns.extend_from_slice(snapshot.row(*place as usize).map_or(&[], |row| row.columns));
        }
        fit(&mut places);
        fit(&mut columns);
        Self { places, columns }
    }

    /// Makes the snapshot of the next one.
    pub(super) fn undo(&self, next: &mut Snapshot) {
        let mut columns = self.columns.as_slice();
        for place in &self.places {
            let Some(row) = next.columns_mut(*place as usize) else { continue };
            let Some((was, others)) = columns.split_at_checked(row.len()) else { return };
            row.copy_from_slice(was);
            columns = others;
        }
    }

    /// For how many places and columns there is room.
    #[cfg(test)]
    pub(super) fn room(&self) -> usize {
        self.places.capacity() + self.columns.capacity()
    }

    /// Its memory, for another one.
    pub(super) fn into_parts(self) -> (Vec<u32>, Vec<i32>) {
        (self.places, self.columns)
    }
}

/// Gives back memory that it has no use for: a list that was long once would stay so for as long as it goes round.
fn fit<T>(list: &mut Vec<T>) {
    if list.capacity() > 2 * list.len() + ROOM {
        list.shrink_to(list.len() + ROOM);
    }
}
