//! Who hears what: of each noisy square, whether somebody in it made a noise just now that a viewer does
//! not see.
//!
//! What a viewer sees is told by its own row, and needs no noise. So a square is told only when one of
//! its noises since the last snapshot came from where the viewer sees nothing, or its shooter has gone
//! where the viewer sees nothing since, which can leave it without a row (who was told of it before has the row for a
//! moment longer, and hears it as well); and when the middle of the
//! square is within hearing. What decides is never finer than the square but for what is seen anyway.
//! It then stays told for a moment, as things that were hidden do (netcode's memory), which makes up for
//! lost snapshots. Noises of earlier snapshots are not asked for again: who walks behind a wall after
//! an own shot must not hear it come from there.

use game_sim::{
    Entity, Noise, PilotId, PilotRow, entity, noise,
    sightlines::{Sightlines, Spot},
};
use glam::Vec2;
use netcode::{
    Snapshot,
    interest::{Place, Thing},
    snapshot::Row,
};

/// What made the noises since the last snapshot.
#[derive(Debug)]
pub(crate) struct Noises {
    hearing_m: f32,
    spacing_ticks: i32,
    /// By square.
    sources: Vec<Source>,
}

/// One noise.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Source {
    cell: u16,
    /// Where it was made.
    origin: Spotted,
    /// Who made it, and where its row in the snapshot is.
    shooter: Option<(PilotId, Spotted)>,
}

/// A place, and the spot in which it must be seen.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Spotted {
    pub(crate) place: Vec2,
    pub(crate) spot: Spot,
}

impl Noises {
    /// For listeners who hear so far, and snapshots that come every so many ticks.
    pub(crate) fn new(hearing_m: f32, snapshot_interval: u16) -> Self {
        Self { hearing_m, spacing_ticks: i32::from(snapshot_interval), sources: Vec::new() }
    }

    /// From now on a listener's snapshots come every so many ticks.
    pub(crate) fn set_spacing(&mut self, ticks: u16) {
        self.spacing_ticks = i32::from(ticks);
    }

    /// Takes what is to be heard at the tick of a snapshot, in the world's order: by square.
    pub(crate) fn update(&mut self, snapshot: &Snapshot, made: &[Noise], lines: &Sightlines) {
        let now = snapshot.tick();
        let new = made.iter().filter(|noise| now.since(noise.tick) < self.spacing_ticks);
        let spotted = |place| Spotted { place, spot: lines.locate(place) };
        let stands = |pilot| {
            let row = snapshot.find(entity::pilot(pilot))?;
            Some((pilot, spotted(row.restore::<PilotRow>().position())))
        };
        self.sources.clear();
        self.sources.extend(new.map(|noise| Source {
            cell: noise.cell(),
            origin: spotted(noise.place),
            shooter: noise.shooter.and_then(stands),
        }));
        debug_assert!(self.sources.is_sorted_by_key(|source| source.cell));
    }

    /// Where a row of a noise is: the middle of its square. The number says which noises are its.
    pub(crate) fn place(&self, row: &Row<'_>) -> Place {
        let Some(Entity::Noise(cell)) = entity::decode(row.id) else { return Place::Nowhere };
        let first = self.sources.partition_point(|source| source.cell < cell);
        Place::At(noise::centre(cell).to_array(), first as u32)
    }

    /// Whether who listens at `ear`, with a pilot or without, hears a square of which it does not see
    /// everything that made a noise; `sees` is asked with the place of each, and with that of each shooter.
    pub(crate) fn are_heard(
        &self,
        square: &Thing,
        (pilot, ear): (Option<PilotId>, Vec2),
        sees: impl Fn(Spotted) -> bool,
    ) -> bool {
        let Some(Entity::Noise(cell)) = entity::decode(square.id) else { return false };
        let is_near = Vec2::from(square.position).distance(ear) <= self.hearing_m;
        let from = self.sources.get(square.number as usize..).unwrap_or_default();
        let mut sources = from.iter().take_while(|source| source.cell == cell);
        is_near
            && sources.any(|source| match source.shooter {
                Some((shooter, _)) if Some(shooter) == pilot => false,
                Some((_, stands)) => !sees(source.origin) || !sees(stands),
                None => !sees(source.origin),
            })
    }
}

#[cfg(test)]
mod tests;
