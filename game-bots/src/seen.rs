//! What is to be seen of others in the newest frame, as plain data; made anew each frame.

use crate::{rockets::OwnRockets, roster::Roster};
use game_sim::{
    HeardNoise, NoiseRow, PickupRow, PilotId, PilotRow, RocketRow, Rules, SeenPickup, SeenPilot,
    SeenRocket,
    crowd::TELEPORT_M,
    replicate::{Entity, KIND_NOISE, KIND_PICKUP, KIND_PILOT, KIND_ROCKET, entity},
};
use netcode::{
    ViewTime,
    interpolate::{Sample, View},
    snapshot::SnapshotRing,
};

/// Others, and the own rockets.
#[derive(Default)]
pub(crate) struct Seen {
    /// The moment at which the others are drawn.
    pub(crate) view: Option<ViewTime>,
    /// The pilots in sight.
    pub(crate) pilots: Vec<SeenPilot>,
    /// For each of them a counter of its rifle shots that wraps.
    pub(crate) shots: Vec<(PilotId, u8)>,
    /// For each of them how much of it to draw, 0 to 1.
    pub(crate) opacities: Vec<f32>,
    /// The rockets in sight.
    pub(crate) rockets: Vec<SeenRocket>,
    /// Those that the player fired, from before the server knew of them.
    pub(crate) own_rockets: OwnRockets,
    /// The pickups in sight.
    pub(crate) pickups: Vec<SeenPickup>,
    /// What is heard of those out of sight.
    pub(crate) noises: Vec<HeardNoise>,
}

impl Seen {
    /// Looks at a moment, as the pilot `me`; with the roster where there are teams.
    pub(crate) fn look(
        &mut self,
        view: &View,
        ring: &SnapshotRing,
        me: Option<PilotId>,
        teams: Option<&Roster>,
    ) {
        self.view = Some(view.time());
        self.pilots.clear();
        self.shots.clear();
        self.opacities.clear();
        for sample in view.entities::<PilotRow>(ring, KIND_PILOT) {
            if let Some(Entity::Pilot(id)) = entity::decode(sample.id) {
                let row = blend(&sample);
                self.shots.push((id, row.shots));
                self.opacities.push(sample.opacity);
                let team = teams.and_then(|roster| roster.team(id));
                self.pilots.push(SeenPilot::new(id, &row, team));
            }
        }
        self.rockets.clear();
        for sample in view.entities::<RocketRow>(ring, KIND_ROCKET) {
            let Some(Entity::Rocket(id)) = entity::decode(sample.id) else { continue };
            let rocket = SeenRocket::new(id, &sample.blend());
            if Some(rocket.owner) == me {
                let ends = sample.from == sample.to;
                self.own_rockets.note(sample.id, rocket, ends);
            } else {
                self.rockets.push(rocket);
            }
        }
        self.pickups.clear();
        self.pickups.extend(view.entities::<PickupRow>(ring, KIND_PICKUP).filter_map(|sample| {
            let Some(Entity::Pickup(index)) = entity::decode(sample.id) else { return None };
            Some(SeenPickup::new(index, &sample.to))
        }));
        self.noises.clear();
        self.noises.extend(view.entities::<NoiseRow>(ring, KIND_NOISE).filter_map(|sample| {
            let Some(Entity::Noise(cell)) = entity::decode(sample.id) else { return None };
            Some(HeardNoise::new(cell, &sample.from))
        }));
    }

    /// Adds the own rockets to what is seen.
    pub(crate) fn show_own_rockets(&mut self, me: PilotId, rules: &Rules) {
        if let Some(view) = self.view {
            self.own_rockets.show(view, me, &self.pilots, rules, &mut self.rockets);
        }
    }
}

/// A pilot between two snapshots, unless it was put elsewhere between them.
fn blend(sample: &Sample<PilotRow>) -> PilotRow {
    let jumped = sample.from.position().distance(sample.to.position()) > TELEPORT_M;
    if jumped || sample.from.alive != sample.to.alive {
        return if sample.alpha < 1.0 { sample.from } else { sample.to };
    }
    sample.blend()
}
