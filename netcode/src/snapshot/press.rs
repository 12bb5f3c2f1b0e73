//! Where snapshots are packed ([`super::packed`]).

use super::{
    Snapshot,
    packed::{BLOCK, GROUP, GROUP_BYTES, Mark},
};
use std::array;

/// The most bytes of a row without its columns: id, kind, age, and how many columns there are, seven bits a byte.
const ROW_BYTES: usize = 3 + 2 + 5 + 2;

/// Room for a snapshot, which is used again for the next one.
#[derive(Clone, Debug, Default)]
pub(super) struct Press {
    room: Vec<u8>,
    marks: Vec<Mark>,
}

impl Press {
    /// The rows of a snapshot, written down, and where each block of them begins.
    pub(super) fn write(&mut self, snapshot: &Snapshot) -> (&[u8], &[Mark]) {
        let mut pen = Pen::new(&mut self.room, snapshot);
        pen.rows(snapshot, &mut self.marks);
        let end = pen.end;
        debug_assert!(end <= self.room.len(), "there was room for the longest");
        (self.room.get(..end).unwrap_or_default(), &self.marks)
    }
}

/// Writes into room that is there: what asks for each byte whether there is takes twice as long.
struct Pen<'a> {
    room: &'a mut [u8],
    end: usize,
}

impl<'a> Pen<'a> {
    /// With room for all of a snapshot.
    fn new(room: &'a mut Vec<u8>, snapshot: &Snapshot) -> Self {
        let groups = snapshot.columns.len() / GROUP + snapshot.len();
        let most = snapshot.len() * ROW_BYTES + groups * GROUP_BYTES;
        if room.len() < most {
            room.resize(most, 0);
        }
        Self { room, end: 0 }
    }

    /// All rows of a snapshot.
    fn rows(&mut self, snapshot: &Snapshot, marks: &mut Vec<Mark>) {
        marks.clear();
        let mut before = 0;
        for (place, row) in snapshot.rows().enumerate() {
            if place.is_multiple_of(BLOCK) {
                marks.push(Mark { start: self.end as u32, id: row.id.0, before });
            }
            let age = folded(snapshot.tick().since(row.as_of));
            let gap = u32::from(row.id.0 - before);
            let kind = u32::from(row.kind.0) << 1 | u32::from(age != 0);
            let count = row.columns.len() as u32;
            if (gap | kind | count) < 0x80 && age == 0 {
                self.bytes([gap as u8, kind as u8, count as u8]);
            } else {
                self.number(gap);
                self.number(kind);
                if age != 0 {
                    self.number(age);
                }
                self.number(count);
            }
            let (groups, rest) = row.columns.as_chunks();
            groups.iter().for_each(|group| self.group(*group));
            if !rest.is_empty() {
                self.group(array::from_fn(|place| rest.get(place).copied().unwrap_or(0)));
            }
            before = row.id.0;
        }
    }

    /// A byte with the length of each of four columns, and then these, the lowest byte first; zeros have no length.
    fn group(&mut self, columns: [i32; GROUP]) {
        let numbers = columns.map(folded);
        if numbers == [0; GROUP] {
            return self.byte(0); // Most of a row is.
        }
        let codes = numbers.map(|number| {
            u32::from(number > 0) + u32::from(number > 0xff) + u32::from(number > 0xffff)
        });
        // As in LENGTHS, without looking.
        let [one, two, three, four] = codes.map(|code| code + u32::from(code == 3));
        let both = |first: u32, length: u32, second: u32| {
            (u64::from(first) | u64::from(second) << (8 * length)).to_le_bytes()
        };
        // Each two columns are written at once, and what follows goes over what they do not need.
        let half = (one + two) as usize;
        if let Some(room) = self.room.get_mut(self.end..self.end + GROUP_BYTES) {
            room[0] = (codes[0] | codes[1] << 2 | codes[2] << 4 | codes[3] << 6) as u8;
            room[1..9].copy_from_slice(&both(numbers[0], one, numbers[1]));
            if let Some(room) = room.get_mut(1 + half..9 + half) {
                room.copy_from_slice(&both(numbers[2], three, numbers[3]));
            }
        }
        self.end += 1 + half + (three + four) as usize;
    }

    /// Seven bits a byte, the least first; the eighth says that more follow.
    fn number(&mut self, mut number: u32) {
        while number >= 0x80 {
            self.byte(number as u8 | 0x80);
            number >>= 7;
        }
        self.byte(number as u8);
    }

    fn byte(&mut self, byte: u8) {
        self.bytes([byte]);
    }

    fn bytes<const COUNT: usize>(&mut self, bytes: [u8; COUNT]) {
        if let Some(room) = self.room.get_mut(self.end..self.end + COUNT) {
            room.copy_from_slice(&bytes);
        }
        self.end += COUNT;
    }
}

/// Numbers of either sign as small ones: 0, -1, 1, -2 and so on.
fn folded(number: i32) -> u32 {
    (number << 1 ^ number >> 31) as u32
}
