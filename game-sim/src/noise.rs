//! Noises: what a fight sounds like to those who do not see it.
//!
//! Walls hide pilots, and what they hide is not sent. But who stands around the corner hears that
//! somebody shoots there, or that something blows up. A noise says so, coarsely: in which square of
//! eight metres, and in which quarter of a second. It never says where in the square, who it was, how
//! many they were or how often they shot. Steps and dashes make none: who wants to be unheard can be.
//!
//! The world keeps the true places for a moment, so that a server can tell who sees them anyway;
//! [`crate::replicate::NoiseRow`] is what travels.

use glam::Vec2;
use netcode::Tick;

use crate::pilot::PilotId;
use crate::rules::MAX_HALF_EXTENT_M;
use crate::world::World;

/// Side of a square, in metres: larger than what a pilot can dodge, smaller than a room. The squares lie
/// alike in every arena.
pub const CELL_M: f32 = 8.0;

/// Squares in a row.
const COLUMNS: u16 = 64;

/// How many squares there are.
pub const CELLS: u16 = COLUMNS * COLUMNS;

/// Ticks of a beat: noises of one square in one beat are one noise.
pub const BEAT_TICKS: u32 = 16;

/// For how long a noise lasts, in ticks: long enough that a lost snapshot does not swallow it.
pub const LAST_TICKS: i32 = 30;

const _: () = assert!(CELL_M * COLUMNS as f32 == 2.0 * MAX_HALF_EXTENT_M, "squares fill the plane");
// So that beats go on evenly where the ticks wrap.
const _: () = assert!(BEAT_TICKS.is_power_of_two());

/// What it sounds like; the louder one is the greater.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum NoiseKind {
    /// Somebody fired a rifle or a rocket.
    Shot,
    /// A rocket exploded.
    Blast,
}

/// One noise, with what only the server may know of it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Noise {
    /// When.
    pub tick: Tick,
    /// What.
    pub kind: NoiseKind,
    /// Where exactly, in metres.
    pub place: Vec2,
    /// Who fired; explosions are nobody's.
    pub shooter: Option<PilotId>,
}

impl NoiseKind {
    /// Its number on the wire.
    pub fn number(self) -> u8 {
        self as u8
    }

    /// The kind of a number; what is unknown is loud.
    pub fn from_number(number: u8) -> Self {
        if number == 0 { Self::Shot } else { Self::Blast }
    }
}

impl Noise {
    /// The square that it comes from.
    pub fn cell(&self) -> u16 {
        cell_at(self.place)
    }

    /// The beat that it belongs to, from 0 to 15 and again.
    pub fn beat(&self) -> u8 {
        (self.tick.0 / BEAT_TICKS % 16) as u8
    }
}

/// The square of a place; the nearest one for places beyond the plane.
pub fn cell_at(place: Vec2) -> u16 {
    // The casts saturate, so that no place can leave the plane.
    let at = |metres: f32| {
        let number = ((metres + MAX_HALF_EXTENT_M) / CELL_M).floor() as u16;
        number.min(COLUMNS - 1)
    };
    at(place.y) * COLUMNS + at(place.x)
}

/// The middle of a square.
pub fn centre(cell: u16) -> Vec2 {
    let (column, row) = (cell % COLUMNS, cell / COLUMNS);
    (Vec2::new(f32::from(column), f32::from(row)) + 0.5) * CELL_M - MAX_HALF_EXTENT_M
}

/// Somebody fires in this tick.
pub(crate) fn shot(world: &mut World, shooter: PilotId) {
    let tick = world.tick;
    if let Some(place) = world.pilot(shooter).map(|pilot| pilot.own.body.position) {
        world.noises.push(Noise { tick, kind: NoiseKind::Shot, place, shooter: Some(shooter) });
    }
}

/// Something blows up in this tick.
pub(crate) fn blast(world: &mut World, place: Vec2) {
    let tick = world.tick;
    world.noises.push(Noise { tick, kind: NoiseKind::Blast, place, shooter: None });
}

/// Forgets what has faded, and puts the rest in order: by square, and in each the oldest first.
pub(crate) fn settle(world: &mut World) {
    let now = world.tick;
    world.noises.retain(|noise| now.since(noise.tick) < LAST_TICKS);
    order(&mut world.noises);
}

/// Puts the few that came last where they belong among those before them, which are in order: a sort
/// would take memory in each tick.
fn order(noises: &mut [Noise]) {
    for end in 1..=noises.len() {
        let [sorted @ .., new] = &noises[..end] else { continue };
        if sorted.last().is_none_or(|last| last.cell() <= new.cell()) {
            continue;
        }
        let place = sorted.partition_point(|noise| noise.cell() <= new.cell());
        noises[place..end].rotate_right(1);
    }
}

/// What is to be heard of each square, in the order of squares: its number, its newest beat, and the
/// loudest kind in that.
pub(crate) fn heard(noises: &[Noise]) -> impl Iterator<Item = (u16, u8, NoiseKind)> {
    noises.chunk_by(|one, other| one.cell() == other.cell()).filter_map(|cell| {
        let newest = cell.last()?;
        let beat = cell.iter().filter(|noise| noise.beat() == newest.beat());
        Some((newest.cell(), newest.beat(), beat.map(|noise| noise.kind).max()?))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_place_is_in_its_square_and_nothing_lies_beyond_them() {
        for cell in 0..CELLS {
            let middle = centre(cell);
            for (x, y) in [(0.0, 0.0), (-3.99, -3.99), (3.99, -3.99), (-3.99, 3.99), (3.99, 3.99)] {
                assert_eq!(cell_at(middle + Vec2::new(x, y)), cell);
            }
        }
        assert_eq!(cell_at(Vec2::splat(-1e9)), 0);
        assert_eq!(cell_at(Vec2::splat(1e9)), CELLS - 1);
    }

    #[test]
    fn of_a_square_the_newest_beat_is_heard_and_in_it_the_loudest() {
        let noise = |tick, kind, x| {
            let (tick, place) = (Tick(tick), Vec2::new(x, 1.0));
            Noise { tick, kind, place, shooter: None }
        };
        let noises = [
            noise(0, NoiseKind::Blast, 1.0),
            noise(17, NoiseKind::Blast, 2.0),
            noise(20, NoiseKind::Shot, 3.0),
            noise(16, NoiseKind::Shot, 9.0),
        ];
        let heard: Vec<_> = heard(&noises).collect();
        let [near, far] = [cell_at(Vec2::new(1.0, 1.0)), cell_at(Vec2::new(9.0, 1.0))];
        assert_eq!(heard, [(near, 1, NoiseKind::Blast), (far, 1, NoiseKind::Shot)]);
    }

    #[test]
    fn beats_go_on_evenly_where_the_ticks_wrap() {
        let beat =
            |tick| Noise { tick, kind: NoiseKind::Shot, place: Vec2::ZERO, shooter: None }.beat();
        let last = Tick(u32::MAX);
        assert_eq!((beat(last), beat(last.next())), (15, 0));
    }
}
