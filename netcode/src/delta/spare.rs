//! Memory of lists that nobody needs any more, for the next ones, by its length.
//!
//! What one client gives back another gets. Were the lengths mixed, every list would become as long as the longest
//! of any client.

/// Room is made for so many bytes at a time.
const ROOM: usize = 16;
/// How much longer a list may be than what is asked for, in rooms: lengths change a little all the time.
const LONGER: usize = 2;
/// Lists of each length whose memory is kept.
const MOST: usize = 16;

/// The lists, by how many times [`ROOM`] they have room for.
#[derive(Debug, Default)]
pub(super) struct Spare(Vec<Vec<Vec<u8>>>);

impl Spare {
    /// An empty list with room for so many bytes, and for few more.
    pub(super) fn take(&mut self, bytes: usize) -> Vec<u8> {
        let rank = bytes.div_ceil(ROOM);
        let fitting = self.0.get_mut(rank..).unwrap_or_default().iter_mut().take(1 + LONGER);
        let mut list = fitting.filter_map(Vec::pop).next().unwrap_or_default();
        list.clear();
        list.reserve_exact(rank * ROOM);
        list
    }

    /// Nobody needs this list any more.
    pub(super) fn give(&mut self, list: Vec<u8>) {
        let rank = list.capacity() / ROOM;
        if rank >= self.0.len() {
            self.0.resize_with(rank + 1, Vec::new);
        }
        if self.0[rank].len() < MOST {
            self.0[rank].push(list);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_used_again_and_never_for_a_much_shorter_one() {
        let mut spare = Spare::default();
        for _ in 0..50 {
            for bytes in [500, 10, 100, 170] {
                let list = spare.take(bytes);
                assert!(
                    (bytes..=bytes + 3 * ROOM).contains(&list.capacity()),
                    "{}",
                    list.capacity()
                );
                spare.give(list);
            }
        }
        assert_eq!(spare.0.iter().flatten().count(), 4, "each was used again");
        (0..100).for_each(|_| spare.give(Vec::with_capacity(32)));
        assert_eq!(spare.0.iter().flatten().count(), 4 + MOST);
    }
}
