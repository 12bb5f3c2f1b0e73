//! Who hears what: of each noisy square, whether somebody in it made a noise just now that a viewer does
//! not see.
//!
//! What a viewer sees is told by its own row, and needs no noise. So a square is told only when one of
//! its noises since the last snapshot came from where the viewer sees nothing, and when the middle of the
//! square is within hearing; what decides is never finer than the square but for what is seen anyway.
//! It then stays told for a moment, as things that were hidden do (netcode's memory), which makes up for
//! lost snapshots. Noises of earlier snapshots are not asked for again: who walks behind a wall after
//! an own shot must not hear it come from there.

use game_sim::{
    Entity, Noise, entity, noise,
    sightlines::{Sightlines, Spot},
};
use glam::Vec2;
use netcode::{
    Tick,
    interest::{Place, Thing},
    snapshot::Row,
};

/// What made the noises since the last snapshot.
#[derive(Debug)]
pub(crate) struct Noises {
    hearing_m: f32,
    snapshot_interval: i32,
    /// By square.
    sources: Vec<Source>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
struct Source {
    cell: u16,
    place: Vec2,
    spot: Spot,
}

impl Noises {
    /// For listeners who hear so far, and snapshots that come every so many ticks.
    pub(crate) fn new(hearing_m: f32, snapshot_interval: u16) -> Self {
        Self { hearing_m, snapshot_interval: i32::from(snapshot_interval), sources: Vec::new() }
    }

    /// Takes what is to be heard at a tick, in the world's order: by square.
    pub(crate) fn update(&mut self, now: Tick, made: &[Noise], lines: &Sightlines) {
        let new = made.iter().filter(|noise| now.since(noise.tick) < self.snapshot_interval);
        self.sources.clear();
        self.sources.extend(new.map(|noise| Source {
            cell: noise.cell(),
            place: noise.place,
            spot: lines.locate(noise.place),
        }));
        debug_assert!(self.sources.is_sorted_by_key(|source| source.cell));
    }

    /// Where a row of a noise is: the middle of its square. The number says which noises are its.
    pub(crate) fn place(&self, row: &Row<'_>) -> Place {
        let Some(Entity::Noise(cell)) = entity::decode(row.id) else { return Place::Nowhere };
        let first = self.sources.partition_point(|source| source.cell < cell);
        Place::At(noise::centre(cell).to_array(), first as u32)
    }

    /// Whether who listens at `ear` hears a square of which it does not see everything that made a noise;
    /// `sees` is asked with the place of each.
    pub(crate) fn are_heard(
        &self,
        square: &Thing,
        ear: Vec2,
        sees: impl Fn(Vec2, Spot) -> bool,
    ) -> bool {
        let Some(Entity::Noise(cell)) = entity::decode(square.id) else { return false };
        let is_near = Vec2::from(square.position).distance(ear) <= self.hearing_m;
        let from = self.sources.get(square.number as usize..).unwrap_or_default();
        let mut sources = from.iter().take_while(|source| source.cell == cell);
        is_near && sources.any(|source| !sees(source.place, source.spot))
    }
}

#[cfg(test)]
mod tests;
