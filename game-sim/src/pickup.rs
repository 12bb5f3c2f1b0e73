//! Pickups: health and ammunition that lie at fixed places and come back some time after they
//! were taken.

use glam::Vec2;
use serde::{Deserialize, Serialize};

use crate::arena::PickupSpot;
use crate::crowd::Crowd;
use crate::event::Event;
use crate::own::Own;
use crate::pilot::{Pilot, PilotId};
use crate::rules::Rules;

/// What a pickup gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum PickupKind {
    /// Health.
    Health,
    /// Rounds for the rifle.
    Rifle,
    /// Rockets.
    Rockets,
}

impl PickupKind {
    /// The kind that a map's object has as its class.
    pub fn from_class(class: &str) -> Option<Self> {
        match class {
            "health" => Some(Self::Health),
            "rifle" => Some(Self::Rifle),
            "rockets" => Some(Self::Rockets),
            _ => None,
        }
    }

    /// The kind as a number, for rows.
    pub fn number(self) -> u8 {
        self as u8
    }

    /// The kind of a number; what no kind has counts as rockets, the last one.
    pub fn from_number(number: u8) -> Self {
        match number {
            0 => Self::Health,
            1 => Self::Rifle,
            _ => Self::Rockets,
        }
    }
}

/// One pickup in the world.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pickup {
    /// What it gives.
    pub kind: PickupKind,
    /// Its centre.
    pub position: Vec2,
    /// Until it is there again; 0 when it is there.
    pub away_ticks: u16,
}

impl Pickup {
    /// The pickup of a place on the map, ready to be taken.
    pub fn new(spot: &PickupSpot) -> Self {
        Self { kind: spot.kind, position: spot.position, away_ticks: 0 }
    }

    /// Whether it lies there now.
    pub fn is_available(&self) -> bool {
        self.away_ticks == 0
    }
}

/// Whether `own` gains anything from a pickup: nobody takes what another may need.
pub fn is_useful(kind: PickupKind, own: &Own, rules: &Rules) -> bool {
    match kind {
        PickupKind::Health => own.health < rules.health,
        PickupKind::Rifle => own.rifle_reserve < rules.rifle_reserve_max,
        PickupKind::Rockets => own.rockets < rules.rocket_max,
    }
}

/// Advances all pickups by one tick and gives each to the nearest pilot who can use it.
pub(crate) fn advance(
    pickups: &mut [Pickup],
    pilots: &mut [Option<Pilot>],
    crowd: &Crowd,
    rules: &Rules,
    events: &mut Vec<Event>,
) {
    for pickup in pickups {
        if pickup.away_ticks > 0 {
            pickup.away_ticks -= 1;
            continue;
        }
        let Some(id) = nearest_taker(pickup, pilots, crowd, rules) else { continue };
        let Some(pilot) = pilots[id.index()].as_mut() else { continue };
        give(pickup.kind, &mut pilot.own, rules);
        pickup.away_ticks = rules.pickup_respawn_ticks;
        events.push(Event::PickedUp { pilot: id, kind: pickup.kind });
    }
}

fn nearest_taker(
    pickup: &Pickup,
    pilots: &[Option<Pilot>],
    crowd: &Crowd,
    rules: &Rules,
) -> Option<PilotId> {
    let mut nearest = None;
    crowd.near(pickup.position, rules.pickup_radius_m, |id, distance_m| {
        let useful = pilots[id.index()]
            .as_ref()
            .is_some_and(|pilot| pilot.own.alive && is_useful(pickup.kind, &pilot.own, rules));
        // The comparison by slot makes the choice independent of the order of the visits.
        if useful && nearest.is_none_or(|(best_m, best)| (distance_m, id) < (best_m, best)) {
            nearest = Some((distance_m, id));
        }
    });
    nearest.map(|(_, id)| id)
}

fn give(kind: PickupKind, own: &mut Own, rules: &Rules) {
    match kind {
        PickupKind::Health => {
            own.health = own.health.saturating_add(rules.pickup_health).min(rules.health)
        }
        PickupKind::Rifle => {
            own.rifle_reserve =
                own.rifle_reserve.saturating_add(rules.pickup_rounds).min(rules.rifle_reserve_max);
        }
        PickupKind::Rockets => {
            own.rockets = own.rockets.saturating_add(rules.pickup_rockets).min(rules.rocket_max)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::controls::Controls;
    use crate::movement::Body;

    fn pilot(x: f32, health: u8) -> Option<Pilot> {
        let rules = Rules::default();
        let body = Body::at(Vec2::new(x, 0.0));
        let own = Own { body, health, ..Own::default().spawned(Vec2::ZERO, 0, &rules) };
        let controls = Controls::default();
        Some(Pilot {
            own,
            controls,
            name: String::new(),
            bot: false,
            score: 0,
            kills: 0,
            deaths: 0,
            team: None,
        })
    }

    /// A tick with one health pickup at the origin.
    fn tick(pickup: &mut Pickup, pilots: &mut [Option<Pilot>]) -> Vec<Event> {
        let rules = Rules::default();
        let crowd = Crowd::new(pilots, Vec2::splat(20.0), &rules);
        let mut events = Vec::new();
        advance(std::slice::from_mut(pickup), pilots, &crowd, &rules, &mut events);
        events
    }

    fn medicine() -> Pickup {
        Pickup::new(&PickupSpot { kind: PickupKind::Health, position: Vec2::ZERO })
    }

    #[test]
    fn the_nearest_who_needs_it_gets_it_and_it_comes_back_later() {
        let rules = Rules::default();
        let mut pickup = medicine();
        let mut pilots = [pilot(0.1, 100), pilot(-0.9, 30), pilot(0.5, 80), pilot(1.2, 10)];
        let taken = |slot| vec![Event::PickedUp { pilot: PilotId(slot), kind: PickupKind::Health }];
        assert_eq!(
            tick(&mut pickup, &mut pilots),
            taken(2),
            "the whole and the distant get nothing"
        );
        assert_eq!(pilots[2].as_ref().unwrap().own.health, 100);
        for _ in 0..rules.pickup_respawn_ticks {
            assert_eq!(tick(&mut pickup, &mut pilots), []);
        }
        assert_eq!(tick(&mut pickup, &mut pilots), taken(1));
        assert_eq!(pilots[1].as_ref().unwrap().own.health, 70);
    }

    #[test]
    fn the_dead_take_nothing() {
        let mut pilots = [pilot(0.0, 0)];
        pilots[0].as_mut().unwrap().own.alive = false;
        assert_eq!(tick(&mut medicine(), &mut pilots), []);
    }
}
