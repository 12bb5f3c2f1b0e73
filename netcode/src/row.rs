//! Rows: a game's structs as integers, described by a table of fields.
//!
//! Everything behind the wire (delta, prediction of the delta, statistics, the protocol's hash) works
//! on rows of `i32` and a [`KindTable`], written once for every game. `#[derive(Replicate)]` writes
//! the table and the conversions for a struct, so that a game never packs a bit by hand:
//!
//! ```
//! use netcode::Replicate;
//!
//! #[derive(Clone, Copy, Debug, PartialEq, Replicate)]
//! struct Ship {
//!     #[replicate(range = -100.0..=100.0, precision = 0.01, predict = velocity(speed))]
//!     x: f32,
//!     #[replicate(range = -20.0..=20.0, precision = 0.25)]
//!     speed: f32,
//!     #[replicate(range = 0.0..=360.0, precision = 1.0, wrap)]
//!     heading: f32,
//!     #[replicate(range = 0..=7)]
//!     crew: u8,
//!     docked: bool,
//! }
//!
//! let ship = Ship { x: 12.34, speed: 5.0, heading: 90.0, crew: 3, docked: false };
//! let mut columns = Vec::new();
//! ship.quantise(&mut columns);
//! assert_eq!(columns, [1234, 20, 90, 3, 0]);
//! assert_eq!(Ship::restore(&columns), ship);
//! ```
//!
//! Rows never hold floating point: both ends must compute the same prediction to the bit.

use crate::tick::TickRate;
use serde::{Deserialize, Serialize};

/// The identity of an entity while it is replicated. The game chooses it, and reuses one late enough
/// that no client still draws its previous bearer.
///
/// ```
/// # mod walkers { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/walkers.rs")); }
/// # use walkers::*;
/// use netcode::{EntityId, Snapshot, Tick};
/// let mut snapshot = Snapshot::new(Tick(1));
/// snapshot.push(EntityId(7), WALKER, &Walker { x_mm: 40 });
/// assert!(snapshot.find(EntityId(7)).is_some() && snapshot.find(EntityId(8)).is_none());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct EntityId(pub u16);

/// Which [`KindTable`] describes a row: its index in the protocol's list of kinds.
///
/// ```
/// # mod walkers { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/walkers.rs")); }
/// # use walkers::*;
/// use netcode::{KindId, Protocol, Replicate};
/// const WALKER: KindId = KindId(0);
/// assert_eq!(Walkers::KINDS[usize::from(WALKER.0)], Walker::TABLE);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct KindId(pub u8);

/// A struct that travels as a row of integers. Derived, not written by hand.
///
/// ```
/// use netcode::Replicate;
/// #[derive(Debug, PartialEq, Replicate)]
/// struct Door {
///     #[replicate(range = 0.0..=90.0, precision = 0.5)]
///     angle: f32,
///     locked: bool,
/// }
/// let mut columns = Vec::new();
/// Door { angle: 45.1, locked: true }.quantise(&mut columns);
/// assert_eq!(columns, [90, 1]);
/// assert_eq!(Door::restore(&columns), Door { angle: 45.0, locked: true });
/// assert_eq!(Door::blend(&Door::restore(&[0, 0]), &Door::restore(&columns), 0.5).angle, 22.5);
/// ```
pub trait Replicate: Sized {
    /// The fields, in the order of the columns.
    const TABLE: &'static KindTable;

    /// Appends one integer for each field, each inside its field's range.
    fn quantise(&self, columns: &mut Vec<i32>);

    /// The struct that the columns stand for. `columns` has one integer for each field.
    fn restore(columns: &[i32]) -> Self;

    /// The state a part `alpha` (0 to 1) of the way between two: numbers go along a line, circular
    /// ones the short way round, everything else keeps `from` until the end.
    #[must_use]
    fn blend(from: &Self, to: &Self, alpha: f32) -> Self;
}

/// The description of one kind of row.
///
/// ```
/// use netcode::{KindTable, Replicate};
/// #[derive(Replicate)]
/// struct Lamp {
///     #[replicate(range = 0..=3)]
///     colour: u8,
/// }
/// let table: &KindTable = Lamp::TABLE;
/// assert_eq!((table.name, table.fields[0].name), ("lamp", "colour"));
/// assert!(table.admits(&[3]) && !table.admits(&[4]));
/// assert_eq!(table.fields[0].span(), 4, "what each column can be");
/// let mut expected = Vec::new();
/// table.predict(&[2], 6, netcode::TickRate::new(60).expect("it is one"), &mut expected);
/// assert_eq!(expected, [2], "a lamp is expected to stay as it is");
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct KindTable {
    /// The kind's name, for people and for the protocol's hash.
    pub name: &'static str,
    /// One for each column.
    pub fields: &'static [Field],
}

/// One column of a row.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Field {
    /// The field's name in the game's struct.
    pub name: &'static str,
    /// The smallest value of the column.
    pub lowest: i32,
    /// The largest value of the column.
    pub highest: i32,
    /// What one unit of the column is worth in the game's own unit.
    pub step: f64,
    /// Whether the range is a circle, so that `highest + 1` is `lowest` again.
    pub wrap: bool,
    /// How the receiver guesses the value before it learns the residual.
    pub predict: Predict,
    /// In which stage it is guessed: see [`crate::delta::Guess`]. Never before its predecessor's.
    pub stage: u8,
    /// Whether a value other than zero means that the entity moves, so that its row is likely to
    /// change. Rows that rest are told of in runs.
    pub motion: bool,
}

/// How a column is predicted from a baseline of some age.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Predict {
    /// It stays as it was.
    Hold,
    /// It moves by the column with this index, which holds its change per second.
    Velocity(usize),
}

impl Field {
    /// A column for a floating-point field. The top of a circular range is excluded.
    #[must_use]
    pub const fn float(name: &'static str, from: f64, to: f64, precision: f64, wrap: bool) -> Self {
        assert!(
            precision > 0.0 && from < to,
            "an empty range, or a precision that is not positive"
        );
        let lowest = (from / precision).round();
        let highest = (to / precision).round() - if wrap { 1.0 } else { 0.0 };
        assert!(
            lowest >= -1_073_741_824.0 && highest <= 1_073_741_823.0,
            "the range has more than 2^31 steps"
        );
        Self {
            name,
            lowest: lowest as i32,
            highest: highest as i32,
            step: precision,
            wrap,
            predict: Predict::Hold,
            stage: 0,
            motion: false,
        }
    }

    /// A column for an integer or boolean field. Both ends of the range belong to it.
    #[must_use]
    pub const fn integer(name: &'static str, lowest: i64, highest: i64, wrap: bool) -> Self {
        assert!(lowest <= highest, "an empty range");
        assert!(
            lowest >= i32::MIN as i64 / 2 && highest <= i32::MAX as i64 / 2,
            "the range does not fit 31 bits"
        );
        Self {
            name,
            lowest: lowest as i32,
            highest: highest as i32,
            step: 1.0,
            wrap,
            predict: Predict::Hold,
            stage: 0,
            motion: false,
        }
    }

    /// The same column with another prediction.
    #[must_use]
    pub const fn predicted(self, predict: Predict) -> Self {
        Self { predict, ..self }
    }

    /// The same column in another stage.
    #[must_use]
    pub const fn in_stage(self, stage: u8) -> Self {
        Self { stage, ..self }
    }

    /// The same column, as one that tells whether the entity moves.
    #[must_use]
    pub const fn telling_motion(self) -> Self {
        Self { motion: true, ..self }
    }

    /// A value in the game's unit as a column. What lies outside is brought to the nearest end (or
    /// round the circle), and what is not a number to the lowest.
    #[must_use]
    pub fn quantise(&self, value: f32) -> i32 {
        let steps = nearest(f64::from(value) / self.step);
        if self.wrap { self.wrapped(steps) } else { self.clamped(steps) }
    }

    /// An integer of the game as a column, brought inside the range.
    #[must_use]
    pub fn quantise_integer(&self, value: i64) -> i32 {
        if self.wrap { self.wrapped(value) } else { self.clamped(value) }
    }

    /// A column in the game's unit.
    #[must_use]
    pub fn restore(&self, column: i32) -> f32 {
        (f64::from(column) * self.step) as f32
    }

    /// How many values the column can take.
    #[must_use]
    pub fn span(&self) -> i64 {
        i64::from(self.highest) - i64::from(self.lowest) + 1
    }

    /// The value a part `alpha` between two, along a line or the short way round the circle.
    #[must_use]
    pub fn blend(&self, from: f32, to: f32, alpha: f32) -> f32 {
        let mut distance = to - from;
        if self.wrap {
            let circle = (self.span() as f64 * self.step) as f32;
            distance -= circle * (distance / circle).round();
            let lowest = (f64::from(self.lowest) * self.step) as f32;
            let value = from + distance * alpha - lowest;
            return lowest + value - circle * (value / circle).floor();
        }
        from + distance * alpha
    }

    /// What must be added to `predicted` to get `value`; the short way on a circle.
    #[must_use]
    pub fn residual(&self, predicted: i32, value: i32) -> i32 {
        if value == predicted {
            return 0; // Mostly it is, and a remainder is a division.
        }
        let residual = i64::from(value) - i64::from(predicted);
        if self.wrap {
            let half = self.span() / 2;
            return ((residual + half).rem_euclid(self.span()) - half) as i32;
        }
        residual as i32
    }

    /// Undoes [`Field::residual`]; `None` when the result lies outside the range, as only bytes from
    /// a broken peer can make it.
    #[must_use]
    pub fn with_residual(&self, predicted: i32, residual: i32) -> Option<i32> {
        let value = i64::from(predicted) + i64::from(residual);
        if self.wrap {
            return Some(self.wrapped(value));
        }
        let value = i32::try_from(value).ok()?;
        (self.lowest..=self.highest).contains(&value).then_some(value)
    }

    /// The nearest value of the column: at an end of the range, or round the circle.
    #[must_use]
    pub(crate) fn admit(&self, value: i32) -> i32 {
        if (self.lowest..=self.highest).contains(&value) {
            return value;
        }
        self.quantise_integer(i64::from(value))
    }

    fn clamped(&self, value: i64) -> i32 {
        value.clamp(i64::from(self.lowest), i64::from(self.highest)) as i32
    }

    fn wrapped(&self, value: i64) -> i32 {
        let lowest = i64::from(self.lowest);
        (lowest + value.saturating_sub(lowest).rem_euclid(self.span())) as i32
    }
}

impl KindTable {
    /// Writes into `predicted` what a receiver expects of a row `age_ticks` after `baseline`. Integer
    /// arithmetic only, apart from one ratio that is computed alike everywhere.
    pub fn predict(
        &self,
        baseline: &[i32],
        age_ticks: u32,
        rate: TickRate,
        predicted: &mut Vec<i32>,
    ) {
        predicted.clear();
        for (field, &base) in self.fields.iter().zip(baseline) {
            predicted.push(match field.predict {
                Predict::Hold => base,
                Predict::Velocity(column) => {
                    let velocity = baseline.get(column).copied().unwrap_or(0);
                    let step = self.fields.get(column).map_or(0.0, |of| of.step);
                    // Sixteen fractional bits: a second at any velocity of 31 bits fits 64.
                    let ratio = nearest(step / field.step / f64::from(rate.hz()) * 65_536.0);
                    let ticks = i64::from(age_ticks.min(u32::from(rate.hz())));
                    let moved = i64::from(velocity).saturating_mul(ratio).saturating_mul(ticks);
                    let value =
                        i64::from(base).saturating_add((moved.saturating_add(32_768)) >> 16);
                    if field.wrap { field.wrapped(value) } else { field.clamped(value) }
                }
            });
        }
    }

    /// The stage of the last field.
    #[must_use]
    pub fn last_stage(&self) -> u8 {
        self.fields.last().map_or(0, |field| field.stage)
    }

    /// Whether the row says that its entity moves.
    #[must_use]
    pub fn is_moving(&self, columns: &[i32]) -> bool {
        self.fields.iter().zip(columns).any(|(field, column)| field.motion && *column != 0)
    }

    /// Whether each column lies inside its field's range.
    #[must_use]
    pub fn admits(&self, columns: &[i32]) -> bool {
        columns.len() == self.fields.len()
            && self
                .fields
                .iter()
                .zip(columns)
                .all(|(field, column)| (field.lowest..=field.highest).contains(column))
    }
}

/// As [`f64::round`] and a cast, which saturates and makes nothing of what is not a number: halves go away
/// from zero. It is asked for each field of each row, and without the machine's own instruction for it,
/// which not every processor has, rounding is a call.
fn nearest(value: f64) -> i64 {
    let whole = value as i64;
    // Exact: a number and its whole part are near each other.
    let rest = value - whole as f64;
    whole.saturating_add(i64::from(rest >= 0.5)).saturating_sub(i64::from(rest <= -0.5))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Replicate;
    use proptest::prelude::*;

    #[derive(Clone, Copy, Debug, PartialEq, Replicate)]
    #[replicate(name = "walker")]
    struct Walker {
        #[replicate(range = -256.0..=256.0, precision = 0.01, predict = velocity(velocity))]
        x: f32,
        #[replicate(range = -32.0..=32.0, precision = 0.25)]
        velocity: f32,
        #[replicate(range = 0.0..=360.0, precision = 1.0, wrap)]
        aim: f32,
        #[replicate(range = -4..=4)]
        step: i8,
        count: u8,
        #[replicate(range = 0..=4095, wrap)]
        turn: u16,
        alive: bool,
    }

    const RATE: u16 = 60;

    #[test]
    fn the_table_says_what_the_attributes_say() {
        let table = Walker::TABLE;
        assert_eq!(table.name, "walker");
        assert_eq!(table.fields.len(), 7);
        assert_eq!(table.fields[0].predict, Predict::Velocity(1));
        assert_eq!((table.fields[0].lowest, table.fields[0].highest), (-25_600, 25_600));
        assert_eq!((table.fields[2].lowest, table.fields[2].highest), (0, 359));
        assert_eq!((table.fields[4].lowest, table.fields[4].highest), (0, 255));
    }

    #[test]
    fn a_circle_blends_and_differs_the_short_way() {
        let aim = Walker::TABLE.fields[2];
        assert!((aim.blend(350.0, 10.0, 0.5) - 0.0).abs() < 1e-3);
        assert!((aim.blend(10.0, 350.0, 0.25) - 5.0).abs() < 1e-3);
        assert_eq!(aim.residual(350, 10), 20);
        assert_eq!(aim.with_residual(350, 20), Some(10));
        assert_eq!(aim.quantise(725.0), 5);
        assert_eq!(aim.quantise(-1.0), 359);
    }

    #[test]
    fn a_steady_walker_is_where_he_was_predicted() {
        let at = |x| Walker { x, velocity: 6.0, aim: 0.0, step: 0, count: 0, turn: 0, alive: true };
        let (mut before, mut after, mut predicted) = (Vec::new(), Vec::new(), Vec::new());
        at(1.0).quantise(&mut before);
        at(1.6).quantise(&mut after);
        Walker::TABLE.predict(&before, 6, TickRate::new(RATE).unwrap(), &mut predicted);
        assert_eq!(predicted, after);
    }

    proptest! {
        #[test]
        fn what_is_restored_is_within_half_a_step(x in -256.0_f32..256.0, aim in 0.0_f32..359.4, step in -4_i8..=4, count: u8, turn in 0_u16..4096, alive: bool) {
            let walker = Walker { x, velocity: 0.0, aim, step, count, turn, alive };
            let mut columns = Vec::new();
            walker.quantise(&mut columns);
            prop_assert!(Walker::TABLE.admits(&columns));
            let restored = Walker::restore(&columns);
            prop_assert!((restored.x - x).abs() <= 0.00502);
            prop_assert!((restored.aim - aim).abs() <= 0.502);
            prop_assert_eq!((restored.step, restored.count, restored.turn, restored.alive), (step, count, turn, alive));
            let mut again = Vec::new();
            restored.quantise(&mut again);
            prop_assert_eq!(again, columns);
        }

        #[test]
        fn rounding_is_the_standard_one(bits: u64, small in -1e6_f64..1e6, halves in -4_000_i32..4_000) {
            for value in [f64::from_bits(bits), small, f64::from(halves) / 2.0, 0.49999999999999994] {
                prop_assert_eq!(nearest(value), value.round() as i64, "{}", value);
            }
        }

        #[test]
        fn any_float_becomes_a_legal_column(bits: u32) {
            let value = f32::from_bits(bits);
            for field in [Walker::TABLE.fields[0], Walker::TABLE.fields[2]] {
                let column = field.quantise(value);
                prop_assert!((field.lowest..=field.highest).contains(&column));
            }
        }

        #[test]
        fn a_prediction_stays_in_range(x in -25_600_i32..=25_600, velocity in -128_i32..=128, age in 0_u32..1_000_000) {
            let mut predicted = Vec::new();
            Walker::TABLE.predict(&[x, velocity, 0, 0, 0, 0, 0], age, TickRate::new(RATE).unwrap(), &mut predicted);
            prop_assert!(Walker::TABLE.admits(&predicted));
        }
    }
}
