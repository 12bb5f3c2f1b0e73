//! Sets of cells as words of bits, a tile of eight by eight cells each, and only those tiles that are not
//! empty.
//!
//! Hundreds of them are united in each tick, and they come from far away in memory: so numbers and words
//! lie apart, without gaps.

/// Cells of a tile.
pub(super) const TILE_CELLS: usize = 64;

/// The cells of even rows and columns: the lower left ones of the squares of four.
const SQUARES: u64 = 0x0055_0055_0055_0055;

/// Room for tiles is made by so many at a time: a set is kept for each of a thousand viewers.
const ROOM: usize = 8;

/// A set of cells.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Tiles {
    numbers: Vec<u16>,
    cells: Vec<u64>,
}

impl Tiles {
    pub(super) const EMPTY: Self = Self { numbers: Vec::new(), cells: Vec::new() };

    /// The set that has a word for each tile of the arena here.
    pub(super) fn of(words: &[u64]) -> Self {
        let mut tiles = Self::default();
        tiles.gather(words);
        tiles.numbers.shrink_to_fit();
        tiles.cells.shrink_to_fit();
        tiles
    }

    /// Becomes that set, and keeps its memory.
    pub(super) fn gather(&mut self, words: &[u64]) {
        self.clear();
        for (number, &cells) in (0..).zip(words) {
            if cells != 0 {
                self.push(number, cells);
            }
        }
    }

    /// Becomes another set, with room for hardly more.
    pub(super) fn assign(&mut self, other: &Self) {
        self.clear();
        let room = other.numbers.len().next_multiple_of(ROOM);
        self.numbers.reserve_exact(room);
        self.cells.reserve_exact(room);
        self.numbers.extend_from_slice(&other.numbers);
        self.cells.extend_from_slice(&other.cells);
    }

    pub(super) fn clear(&mut self) {
        self.numbers.clear();
        self.cells.clear();
    }

    /// Adds a tile that it does not have.
    pub(super) fn push(&mut self, number: u16, cells: u64) {
        self.numbers.push(number);
        self.cells.push(cells);
    }

    /// The tiles by number.
    pub(super) fn iter(&self) -> impl Iterator<Item = (u16, u64)> {
        self.numbers.iter().copied().zip(self.cells.iter().copied())
    }

    /// Adds its cells to those of the words.
    pub(super) fn add_to(&self, words: &mut [u64]) {
        for (number, cells) in self.iter() {
            if let Some(word) = words.get_mut(usize::from(number)) {
                *word |= cells;
            }
        }
    }

    /// Empties the tiles in which it has cells.
    pub(super) fn remove_from(&self, words: &mut [u64]) {
        for number in &self.numbers {
            if let Some(word) = words.get_mut(usize::from(*number)) {
                *word = 0;
            }
        }
    }
}

/// The places in their tile of some of its cells.
pub(super) fn members(cells: u64) -> impl Iterator<Item = u32> {
    let mut left = cells;
    std::iter::from_fn(move || {
        let place = (left != 0).then(|| left.trailing_zeros());
        left &= left.wrapping_sub(1);
        place
    })
}

/// Of some cells of a tile, the squares of four that they fill but for `closed` cells, each by its lower
/// left one, and the cells that are in no such square.
pub(super) fn squares(cells: u64, closed: u64) -> (u64, u64) {
    let full = cells | closed;
    let pairs = full & full >> 1;
    let pairs_of_cells = cells | cells >> 1;
    let any = pairs_of_cells | pairs_of_cells >> 8;
    let squares = pairs & pairs >> 8 & any & SQUARES;
    (squares, cells & !filled(squares))
}

/// The cells of the square to which a cell belongs, in their tile.
pub(super) fn square_around(cell: u32) -> u64 {
    // Without the lowest bits of its row and its column.
    filled(1 << ((cell % TILE_CELLS as u32) & !0b00_1001))
}

/// The number of that square in the arena.
pub(super) fn square_of(cell: u32) -> usize {
    let (tile, place) = (cell as usize / TILE_CELLS, cell as usize % TILE_CELLS);
    tile * (TILE_CELLS / 4) + place / 16 * 4 + place % 8 / 2
}

/// All cells of squares.
fn filled(squares: u64) -> u64 {
    let rows = squares | squares << 1;
    rows | rows << 8
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    use super::*;

    proptest! {
        /// However cells are told, by squares or one by one, they are the same cells.
        #[test]
        fn squares_and_single_cells_are_all_the_cells(cells: u64, more: u64, closed: u64) {
            let (open, closed) = ((cells | more) & !closed, closed);
            let (squares, single) = squares(open, closed);
            let told = members(squares).fold(single, |all, cell| all | square_around(cell));
            prop_assert_eq!(told & !closed, open);
            prop_assert!(members(squares).all(|cell| square_around(cell) & open != 0));
            prop_assert!(members(squares).all(|cell| square_around(cell) & single == 0));
        }
    }

    #[test]
    fn four_cells_share_the_number_of_their_square() {
        let of: BTreeSet<usize> = (0..256).map(square_of).collect();
        assert_eq!(of, (0..64).collect());
        for cell in 0..256 {
            let first = cell / 64 * 64;
            let mut others = members(square_around(cell)).map(|member| square_of(first + member));
            assert!(others.all(|other| other == square_of(cell)));
            assert_eq!(square_around(cell).count_ones(), 4);
        }
    }
}
