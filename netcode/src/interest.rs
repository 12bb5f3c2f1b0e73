//! Who may know what: the things of a snapshot by place, and what each client was told of lately.
//!
//! The server makes one [`Field`] for each snapshot and all clients share it, so that a thousand
//! viewers do not each look at a thousand things. Each client has a [`Memory`], which keeps what it
//! knows from flickering at an edge: a thing comes in at one distance and goes out at a larger one,
//! and stays for a moment when it is hidden. Whether something is hidden, only the game knows: it gives
//! the positions and a predicate.
//!
//! What is not in the answer is not in the bytes. This must never answer with more than the game allowed
//! a moment ago, and in steady state it allocates nothing for any client.

mod nearest;
mod rings;

use crate::{
    budget::Candidate,
    row::{EntityId, KindId},
    snapshot::{Row, Snapshot},
    tick::Tick,
};
use std::ops::Range;

/// Where a row of a snapshot is, as the game says.
///
/// ```
/// # mod walkers { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/walkers.rs")); }
/// # use walkers::*;
/// # use netcode::interest::{Field, Memory, Viewer};
/// use netcode::{EntityId, Snapshot, Tick, interest::Place};
/// let mut snapshot = Snapshot::new(Tick(2));
/// (0..3).for_each(|id| snapshot.push(EntityId(id), WALKER, &Walker::default()));
/// let mut field = Field::new([50.0, 50.0], 10.0);
/// field.update(&snapshot, |row| match row.id {
///     EntityId(0) => Place::Everywhere, // the score
///     EntityId(1) => Place::Nowhere,    // somebody's own cards
///     _ => Place::At([45.0, 0.0], 0),
/// });
/// let viewer = Viewer { position: [0.0; 2], enter: 20.0, leave: 25.0, hold_ticks: 0, always: &[] };
/// assert_eq!(field.visible(&viewer, &mut Memory::default(), |_| true, |_| 1.0).len(), 1);
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Place {
    /// Somewhere on the plane, in the game's unit of length. The number is the game's own, for its
    /// predicate: what it works out about a place once need not be worked out for each viewer.
    At([f32; 2], u32),
    /// Everybody may know it.
    Everywhere,
    /// Nobody may know it, but whom [`Viewer::always`] gives it to.
    Nowhere,
}

/// Something that has a place.
///
/// ```
/// # mod walkers { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/walkers.rs")); }
/// # use walkers::*;
/// # use netcode::{EntityId, Snapshot, Tick};
/// # let mut snapshot = Snapshot::new(Tick(2));
/// # snapshot.push(EntityId(1), WALKER, &Walker { x_mm: 4_000 });
/// # snapshot.push(EntityId(2), WALKER, &Walker { x_mm: 30_000 });
/// # use netcode::interest::{Field, Memory, Place, Viewer};
/// use netcode::interest::Thing;
/// # let mut field = Field::new([50.0, 50.0], 10.0);
/// # field.update(&snapshot, |row| Place::At([row.restore::<Walker>().x_mm as f32 / 1_000.0, 0.0], 0));
/// # let viewer = Viewer { position: [0.0; 2], enter: 40.0, leave: 45.0, hold_ticks: 0, always: &[] };
/// # let mut memory = Memory::default();
/// let is_near = |thing: &Thing| thing.position[0] < 10.0;
/// let weigh = |thing: Option<&Thing>| if thing.is_some_and(is_near) { 4.0 } else { 1.0 };
/// let visible = field.visible(&viewer, &mut memory, |_| true, weigh);
/// assert_eq!((visible[0].weight, visible[1].weight), (4.0, 1.0));
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Thing {
    /// Its place in the order of the snapshot's rows.
    pub index: usize,
    /// Which entity.
    pub id: EntityId,
    /// What it is.
    pub kind: KindId,
    /// Where it is, in the game's unit of length.
    pub position: [f32; 2],
    /// The game's own number of [`Place::At`].
    pub number: u32,
}

/// For whom things are looked for.
///
/// ```
/// # mod walkers { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/walkers.rs")); }
/// # use walkers::*;
/// # use netcode::{EntityId, Snapshot, Tick};
/// # let mut snapshot = Snapshot::new(Tick(2));
/// # snapshot.push(EntityId(1), WALKER, &Walker { x_mm: 4_000 });
/// # snapshot.push(EntityId(2), WALKER, &Walker { x_mm: 30_000 });
/// # use netcode::interest::{Field, Memory, Place};
/// use netcode::interest::Viewer;
/// # let mut field = Field::new([50.0, 50.0], 10.0);
/// # field.update(&snapshot, |_| Place::Nowhere);
/// // The second row is this player's own.
/// let viewer = Viewer { position: [4.0, 0.0], enter: 20.0, leave: 25.0, hold_ticks: 12, always: &[1] };
/// let visible = field.visible(&viewer, &mut Memory::default(), |_| true, |_| 1.0);
/// assert_eq!(visible.iter().map(|seen| seen.index).collect::<Vec<_>>(), [1]);
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Viewer<'a> {
    /// Where it is, in the game's unit of length.
    pub position: [f32; 2],
    /// How near a thing must come to be known.
    pub enter: f32,
    /// How far a known thing must go to be forgotten; at least `enter`.
    pub leave: f32,
    /// How long a known thing that is hidden stays known, in ticks.
    pub hold_ticks: u16,
    /// Rows that only this viewer may know, by their place in the snapshot.
    pub always: &'a [usize],
}

/// What one client was told of, and until when it stays so.
///
/// ```
/// # mod walkers { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/walkers.rs")); }
/// # use walkers::*;
/// # use netcode::{EntityId, Snapshot, Tick};
/// # let mut snapshot = Snapshot::new(Tick(2));
/// # snapshot.push(EntityId(1), WALKER, &Walker { x_mm: 4_000 });
/// # snapshot.push(EntityId(2), WALKER, &Walker { x_mm: 30_000 });
/// use netcode::interest::{Field, Memory, Place, Viewer};
/// let mut field = Field::new([50.0, 50.0], 10.0);
/// field.update(&snapshot, |_| Place::At([4.0, 0.0], 0));
/// let viewer = Viewer { position: [0.0; 2], enter: 20.0, leave: 25.0, hold_ticks: 12, always: &[] };
/// let mut memory = Memory::default();
/// field.visible(&viewer, &mut memory, |_| true, |_| 1.0);
/// // Now a wall hides both: who was seen a moment ago is not forgotten yet.
/// assert_eq!((field.visible(&viewer, &mut memory, |_| false, |_| 1.0).len(), memory.len()), (2, 2));
/// assert!(field.visible(&viewer, &mut Memory::default(), |_| false, |_| 1.0).is_empty());
/// ```
#[derive(Clone, Debug, Default)]
pub struct Memory {
    /// When it was looked at last.
    at: Tick,
    /// In the order of entities.
    known: Vec<Known>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
struct Known {
    id: EntityId,
    /// For how many ticks longer than that it stays known if it is not seen again.
    left_ticks: u16,
}

/// Room for things that a client knows is made by so many at a time: of a thousand lists that grow by doubling half
/// would be empty.
const ROOM: usize = 32;

impl Memory {
    /// How many things with a place the client knows at the moment.
    #[must_use]
    pub fn len(&self) -> usize {
        self.known.len()
    }

    /// Whether the client knows nothing that has a place.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.known.is_empty()
    }
}

/// The things of the newest snapshot by place: square cells over the plane.
///
/// ```
/// # mod walkers { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/walkers.rs")); }
/// # use walkers::*;
/// # use netcode::{EntityId, Snapshot, Tick};
/// # let mut snapshot = Snapshot::new(Tick(2));
/// # snapshot.push(EntityId(1), WALKER, &Walker { x_mm: 4_000 });
/// # snapshot.push(EntityId(2), WALKER, &Walker { x_mm: 30_000 });
/// use netcode::interest::{Field, Memory, Place, Viewer};
/// let mut field = Field::new([50.0, 50.0], 10.0); // once for all clients
/// field.update(&snapshot, |row| Place::At([row.restore::<Walker>().x_mm as f32 / 1_000.0, 0.0], 0));
///
/// let mut memory = Memory::default(); // one for each client
/// let viewer = Viewer { position: [0.0; 2], enter: 20.0, leave: 25.0, hold_ticks: 12, always: &[] };
/// let visible = field.visible(&viewer, &mut memory, |_| true, |_| 1.0);
/// assert_eq!(visible.iter().map(|seen| seen.index).collect::<Vec<_>>(), [0], "the other is too far");
/// ```
#[derive(Clone, Debug)]
pub struct Field {
    half: [f32; 2],
    cell: f32,
    columns: usize,
    rows: usize,
    /// Where the things of each cell begin in `order`; one more than there are cells.
    starts: Vec<u32>,
    /// Numbers of things, cell by cell.
    order: Vec<u32>,
    /// Where they are, in the same order: what is looked for lies side by side.
    positions: Vec<[f32; 2]>,
    /// In the order of the snapshot's rows.
    things: Vec<Thing>,
    /// Rows that everybody may know.
    everywhere: Vec<usize>,
    /// Scratch, one bit for each thing: those near the viewer. All zero between two calls. Reading
    /// the bits in order sorts what the cells gave, at the cost of a few words.
    near: Vec<u64>,
    /// Scratch: of those, the ones that the viewer sees, where that was asked beforehand.
    seen: Vec<u64>,
    found: Vec<Candidate>,
    /// Scratch: the rows without a place that the viewer may know.
    placeless: Vec<usize>,
    /// Scratch: what the viewer knew the last time.
    before: Vec<Known>,
    /// How many things a viewer may know, about.
    most: usize,
    /// Scratch, by thing: how far off those that were marked are, squared.
    squared: Vec<f32>,
    /// Scratch: the same of those that a viewer sees, one after another.
    distances: Vec<f32>,
    /// Scratch: of these, those in one ring.
    in_ring: Vec<f32>,
    tick: Tick,
}

impl Field {
    /// For a plane that reaches from minus to plus `half_extents`, with cells of side `cell`, both in
    /// the game's unit of length. Things outside the plane count to the nearest cell.
    #[must_use]
    pub fn new(half_extents: [f32; 2], cell: f32) -> Self {
        let count = |half: f32| (half * 2.0 / cell).ceil().max(1.0) as usize;
        let (columns, rows) = (count(half_extents[0]), count(half_extents[1]));
        Self {
            half: half_extents,
            cell,
            columns,
            rows,
            starts: vec![0; columns * rows + 1],
            order: Vec::new(),
            positions: Vec::new(),
            things: Vec::new(),
            everywhere: Vec::new(),
            near: Vec::new(),
            seen: Vec::new(),
            found: Vec::new(),
            placeless: Vec::new(),
            before: Vec::new(),
            most: usize::MAX,
            squared: Vec::new(),
            distances: Vec::new(),
            in_ring: Vec::new(),
            tick: Tick(0),
        }
    }

    /// Takes the rows of the newest snapshot; `place` says where each is.
    pub fn update(&mut self, snapshot: &Snapshot, mut place: impl FnMut(&Row<'_>) -> Place) {
        self.tick = snapshot.tick();
        self.things.clear();
        self.everywhere.clear();
        for (index, row) in snapshot.rows().enumerate() {
            match place(&row) {
                Place::At(position, number) => {
                    self.things.push(Thing { index, id: row.id, kind: row.kind, position, number });
                }
                Place::Everywhere => self.everywhere.push(index),
                Place::Nowhere => {}
            }
        }
        self.sort();
        self.near.resize(self.things.len().div_ceil(64), 0);
        self.squared.resize(self.things.len(), 0.0);
    }

    /// Puts the things into their cells: a counting sort.
    fn sort(&mut self) {
        self.starts.fill(0);
        for number in 0..self.things.len() {
            let cell = self.cell_of(self.things[number].position);
            self.starts[cell + 1] += 1;
        }
        for cell in 1..self.starts.len() {
            self.starts[cell] += self.starts[cell - 1];
        }
        self.order.clear();
        self.order.resize(self.things.len(), 0);
        // Each start moves to its cell's end while the cell is filled, and all move back by one cell.
        for number in 0..self.things.len() {
            let cell = self.cell_of(self.things[number].position);
            self.order[self.starts[cell] as usize] = number as u32;
            self.starts[cell] += 1;
        }
        self.starts.rotate_right(1);
        self.starts[0] = 0;
        self.positions.clear();
        let placed = self.order.iter().map(|&number| self.things[number as usize].position);
        self.positions.extend(placed);
    }

    /// What a viewer may know of the snapshot, in the order of entities: all that is everywhere, what
    /// is always its own, and of the rest what is near enough and `sees` allows, or allowed a moment
    /// ago. `weigh` says how much a row matters when not all fit; it gets no thing for rows without a
    /// place.
    pub fn visible(
        &mut self,
        viewer: &Viewer<'_>,
        memory: &mut Memory,
        mut sees: impl FnMut(&Thing) -> bool,
        mut weigh: impl FnMut(Option<&Thing>) -> f32,
    ) -> &[Candidate] {
        let narrowed = self.mark_near(viewer);
        let viewer = &self.nearest(&narrowed, &mut sees);
        // Where the nearest were looked for, it is known who is seen.
        let (seen, asked) = (&self.seen, !self.seen.is_empty());
        let mut sees = |number: usize, thing: &Thing| {
            if asked { seen[number / 64] >> (number % 64) & 1 == 1 } else { sees(thing) }
        };
        let (bound, nearest) = (nearest::bound(self.most), viewer.enter * viewer.enter);
        self.found.clear();
        let weight = weigh(None);
        // The few rows without a place go in between the others as their order asks for.
        self.placeless.clear();
        self.placeless.extend(self.everywhere.iter().chain(viewer.always));
        self.placeless.sort_unstable();
        let mut placeless = self.placeless.iter().peekable();
        self.before.clear();
        self.before.append(&mut memory.known);
        let mut before = self.before.iter().peekable();
        let passed_ticks = self.tick.since(std::mem::replace(&mut memory.at, self.tick));
        for (word, bits) in self.near.iter_mut().enumerate() {
            let mut left = std::mem::take(bits);
            while left != 0 {
                let number = word * 64 + left.trailing_zeros() as usize;
                left &= left - 1;
                let thing = self.things.get(number).filter(|_| memory.len() < bound);
                let Some(thing) = thing else { continue };
                while before.next_if(|known| known.id < thing.id).is_some() {}
                let known = before.next_if(|known| known.id == thing.id);
                let is_near = self.squared[number] <= nearest;
                let is_seen = (known.is_some() || is_near) && sees(number, thing);
                let left_ticks =
                    if is_seen { Some(viewer.hold_ticks) } else { left_ticks(passed_ticks, known) };
                let Some(left_ticks) = left_ticks else { continue };
                if memory.known.len() == memory.known.capacity() {
                    memory.known.reserve_exact(ROOM);
                }
                memory.known.push(Known { id: thing.id, left_ticks });
                while let Some(&index) = placeless.next_if(|index| **index < thing.index) {
                    self.found.push(Candidate { index, weight });
                }
                self.found.push(Candidate { index: thing.index, weight: weigh(Some(thing)) });
            }
        }
        self.found.extend(placeless.map(|&index| Candidate { index, weight }));
        &self.found
    }

    /// Marks the things of all cells that the viewer's outer circle touches, if they are within it. Returns how
    /// many are within the inner one.
    fn mark(&mut self, viewer: &Viewer<'_>) -> usize {
        let (enter, leave) = (viewer.enter * viewer.enter, viewer.leave * viewer.leave);
        let spans =
            spans((self.columns, &self.starts), self.corners(viewer.position, viewer.leave));
        let mut inside = 0;
        for span in spans {
            for (&number, &position) in self.order[span.clone()].iter().zip(&self.positions[span]) {
                let number = number as usize;
                let distance = squared_distance(position, viewer.position);
                self.squared[number] = distance;
                // No branch: whether it is within the circle, nothing foretells.
                self.near[number / 64] |= u64::from(distance <= leave) << (number % 64);
                inside += usize::from(distance <= enter);
            }
        }
        inside
    }

    /// Where the things of all cells lie that a square touches, a row of cells each.
    fn spans(&self, position: [f32; 2], reach: f32) -> impl Iterator<Item = Range<usize>> {
        spans((self.columns, &self.starts), self.corners(position, reach))
    }

    /// Of a square, the cells at the lower left and at the upper right.
    fn corners(&self, [x, y]: [f32; 2], reach: f32) -> [(usize, usize); 2] {
        [-reach, reach].map(|reach| self.column_and_row([x + reach, y + reach]))
    }

    fn cell_of(&self, position: [f32; 2]) -> usize {
        let (column, row) = self.column_and_row(position);
        row * self.columns + column
    }

    /// The nearest cell; the casts saturate, so that no position can leave the plane.
    fn column_and_row(&self, position: [f32; 2]) -> (usize, usize) {
        let at = |axis: usize| ((position[axis] + self.half[axis]) / self.cell).max(0.0) as usize;
        (at(0).min(self.columns - 1), at(1).min(self.rows - 1))
    }
}

/// The things of a square's cells, row by row: the cells of a row lie side by side, and so do their things.
fn spans(
    (columns, starts): (usize, &[u32]),
    [(left, bottom), (right, top)]: [(usize, usize); 2],
) -> impl Iterator<Item = Range<usize>> {
    (bottom..=top).map(move |row| {
        starts[row * columns + left] as usize..starts[row * columns + right + 1] as usize
    })
}

/// For how long a thing that is hidden stays known; `None` when it is not.
fn left_ticks(passed_ticks: i32, known: Option<&Known>) -> Option<u16> {
    u16::try_from(i32::from(known?.left_ticks).saturating_sub(passed_ticks)).ok()
}

fn squared_distance(one: [f32; 2], other: [f32; 2]) -> f32 {
    let (x, y) = (one[0] - other[0], one[1] - other[1]);
    x * x + y * y
}

#[cfg(test)]
mod tests;
