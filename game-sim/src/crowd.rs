//! Where everybody stands at one tick, with a grid to find who is near a point or in a line of fire.
//!
//! Each tick makes one. The last of them are the history in which shots are judged: a crowd
//! never changes once it is made.

use glam::Vec2;
use netcode::rewind::moment::{BEYOND_TICKS, BLEND_TICKS};

use crate::arena::Arena;
use crate::collide;
use crate::grid::Grid;
use crate::input::PilotInput;
use crate::movement::{self, Body};
use crate::pilot::{Pilot, PilotId};
use crate::rules::{Rules, TICK_S};

/// Side of a cell: a few pilots each when a thousand fill a large arena.
const CELL_M: f32 = 8.0;

/// Slots that a search for who is near keeps without asking for memory.
const FEW: usize = 128;

/// Metres between two snapshots from which a pilot did not run but was put elsewhere: the fastest dash
/// takes it as far in [`BLEND_TICKS`]. It is never drawn, and never hit, in between.
pub const TELEPORT_M: f32 = 4.0;

/// Everybody at one tick.
#[derive(Clone, Debug)]
pub struct Crowd {
    /// One for each slot; `None` for empty slots and the dead.
    stands: Vec<Option<Stand>>,
    grid: Grid,
    /// How far around a pilot the grid knows it.
    margin_m: f32,
}

/// One pilot at one tick.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Stand {
    body: Body,
    /// What it steers.
    movement: (i8, i8),
    /// Alive and not protected.
    vulnerable: bool,
}

/// What a shooter saw of the others.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Seen<'a> {
    /// They were between two ticks.
    Between {
        /// At or before the moment.
        before: &'a Crowd,
        /// A later tick, at most [`BLEND_TICKS`] later.
        after: &'a Crowd,
        /// 0 to 1, from before to after.
        fraction: f32,
    },
    /// Nothing newer was known: they were where their movement led to.
    Beyond {
        /// What was known.
        known: &'a Crowd,
        /// Whole ticks since then, less than [`netcode::rewind::moment::BEYOND_TICKS`].
        ticks: u32,
        /// 0 to 1, from there to the next tick.
        fraction: f32,
        /// What they moved in.
        arena: &'a Arena,
        /// How they moved.
        rules: &'a Rules,
    },
}

impl Crowd {
    /// The pilots as they stand now, in an arena of the given size.
    pub fn new(pilots: &[Option<Pilot>], half_extents: Vec2, rules: &Rules) -> Self {
        let grid = Grid::new(-half_extents, half_extents, CELL_M, std::iter::empty());
        Self { stands: Vec::new(), grid, margin_m: 0.0 }.renewed(pilots, pilots.len(), rules)
    }

    /// The same in the memory of a crowd of the same arena that nobody needs any more; of so many slots those
    /// behind `pilots` are free.
    #[must_use]
    pub(crate) fn renewed(self, pilots: &[Option<Pilot>], slots: usize, rules: &Rules) -> Self {
        let Self { mut stands, mut grid, .. } = self;
        let stand = |pilot: &Pilot| {
            pilot.own.alive.then(|| Stand {
                body: pilot.own.body,
                movement: pilot.controls.now,
                vulnerable: pilot.is_vulnerable(),
            })
        };
        stands.clear();
        stands.extend(pilots.iter().map(|pilot| pilot.as_ref().and_then(stand)));
        stands.resize(slots, None);
        // On the way to the next snapshot nobody is farther than half a dash of so many ticks from one
        // of the two ends, nor past the newest one from that; a tenth covers all rounding.
        const { assert!(BEYOND_TICKS <= BLEND_TICKS / 2) };
        let dash_m = rules.dash_speed_m_s * TICK_S * BLEND_TICKS as f32;
        let margin_m = rules.radius_m + rules.rocket_radius_m + dash_m / 2.0 + 0.1;
        let boxes = stands.iter().take(pilots.len()).zip(0..).filter_map(move |(stand, slot)| {
            let position = stand.as_ref()?.body.position;
            Some((slot, position - margin_m, position + margin_m))
        });
        grid.renew(boxes);
        Self { stands, grid, margin_m }
    }

    /// How many slots there are.
    pub fn slots(&self) -> usize {
        self.stands.len()
    }

    /// Where a living pilot stands.
    pub fn position(&self, pilot: PilotId) -> Option<Vec2> {
        self.stand(pilot).map(|stand| stand.body.position)
    }

    fn stand(&self, pilot: PilotId) -> Option<Stand> {
        self.stands.get(pilot.index()).copied().flatten()
    }

    /// Shows `visit` each living pilot within `radius_m` of a point, once, and how far it is.
    pub fn near(&self, point: Vec2, radius_m: f32, mut visit: impl FnMut(PilotId, f32)) {
        // The grid knows pilots with a margin, so a smaller square finds them all.
        let reach = (radius_m - self.margin_m).max(0.0);
        let mut show = |slot: u16| {
            let Some(position) = self.position(PilotId(slot)) else { return };
            let distance_m = position.distance(point);
            if distance_m <= radius_m {
                visit(PilotId(slot), distance_m);
            }
        };
        if reach == 0.0 {
            // One cell, in which each slot is once and in its order.
            return self.grid.at(point).iter().for_each(|slot| show(*slot));
        }
        // Around an explosion stand few, and those need no memory.
        let (mut few, mut count, mut many) = ([0; FEW], 0, Vec::new());
        self.grid.within(point - reach, point + reach, |slots| {
            for &slot in slots {
                match few.get_mut(count) {
                    Some(place) => *place = slot,
                    None => many.push(slot),
                }
                count += 1;
            }
        });
        let found: &mut [u16] = if many.is_empty() {
            &mut few[..count]
        } else {
            many.extend_from_slice(&few);
            &mut many
        };
        found.sort_unstable();
        let mut last = None;
        for &slot in &*found {
            if last.replace(slot) != Some(slot) {
                show(slot);
            }
        }
    }
}

impl Stand {
    /// Where whoever knows no more expects it to be `ticks` later.
    fn after(&self, ticks: u32, arena: &Arena, rules: &Rules) -> Body {
        let (move_x, move_y) = self.movement;
        let input = PilotInput { move_x, move_y, ..PilotInput::default() };
        let mut body = self.body;
        for _ in 0..ticks {
            movement::advance(&mut body, &input, arena, rules);
        }
        body
    }
}

impl Seen<'_> {
    /// The first pilot along a ray, other than `shooter`, whom `admits` lets be hit, and the
    /// distance at which the ray enters it. Of two at the same distance the lower slot counts.
    pub(crate) fn first_hit(
        &self,
        (from, direction): (Vec2, Vec2),
        range_m: f32,
        radius_m: f32,
        shooter: PilotId,
        admits: impl Fn(PilotId) -> bool,
    ) -> Option<(PilotId, f32)> {
        let mut nearest: Option<(f32, PilotId)> = None;
        let mut meet = |slots: &[u16], exit_m: f32| {
            for &slot in slots {
                let pilot = PilotId(slot);
                if pilot == shooter || !admits(pilot) {
                    continue;
                }
                let Some(position) = self.position(pilot) else { continue };
                let Some(distance_m) = collide::ray_circle(from, direction, position, radius_m)
                else {
                    continue;
                };
                let hit = (distance_m, pilot);
                if distance_m <= range_m && nearest.is_none_or(|best| hit < best) {
                    nearest = Some(hit);
                }
            }
            nearest.is_none_or(|(distance_m, _)| distance_m > exit_m)
        };
        match self {
            Self::Between { before, after, .. } => {
                before.grid.along(from, direction, range_m, &mut meet);
                if !std::ptr::eq(*before, *after) {
                    after.grid.along(from, direction, range_m, &mut meet);
                }
            }
            Self::Beyond { known, .. } => known.grid.along(from, direction, range_m, &mut meet),
        }
        nearest.map(|(distance_m, pilot)| (pilot, distance_m))
    }

    /// Where a pilot was at the moment, if it could be hit before and after it.
    pub(crate) fn position(&self, pilot: PilotId) -> Option<Vec2> {
        match *self {
            Self::Between { before, after, fraction } => {
                let (before, after) = (before.stand(pilot)?, after.stand(pilot)?);
                if !before.vulnerable || !after.vulnerable {
                    return None;
                }
                let (from, to) = (before.body.position, after.body.position);
                let was_moved = from.distance(to) > TELEPORT_M;
                Some(from.lerp(to, if was_moved { 0.0 } else { fraction }))
            }
            Self::Beyond { known, ticks, fraction, arena, rules } => {
                let stand = known.stand(pilot).filter(|stand| stand.vulnerable)?;
                let body = stand.after(ticks, arena, rules);
                let next = Stand { body, ..stand }.after(1, arena, rules);
                Some(body.position.lerp(next.position, fraction))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::angle;
    use crate::controls::Controls;
    use crate::own::Own;

    fn crowd(places: &[(f32, f32)]) -> Crowd {
        let rules = Rules { protection_ticks: 0, ..Rules::default() };
        let pilot = |&(x, y): &(f32, f32)| {
            let own = Own::default().spawned(Vec2::new(x, y), 0, &rules);
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
        };
        let pilots: Vec<_> = places.iter().map(pilot).collect();
        Crowd::new(&pilots, Vec2::splat(30.0), &rules)
    }

    fn places() -> impl Strategy<Value = Vec<(f32, f32)>> {
        prop::collection::vec((-30.0f32..30.0, -30.0f32..30.0), 1..80)
    }

    proptest! {
        #[test]
        fn near_finds_exactly_those_within_the_radius(
            places in places(), x in -30.0f32..30.0, y in -30.0f32..30.0, radius in 0.1f32..20.0,
        ) {
            let crowd = crowd(&places);
            let mut found = Vec::new();
            crowd.near(Vec2::new(x, y), radius, |id, _| found.push(id));
            let is_near = |id: &PilotId| crowd.position(*id).unwrap().distance(Vec2::new(x, y)) <= radius;
            let expected: Vec<_> = (0..places.len() as u16).map(PilotId).filter(is_near).collect();
            prop_assert_eq!(found, expected);
        }

        #[test]
        fn a_ray_hits_whom_a_search_through_everybody_finds(
            before in places(), shift in -2.6f32..2.6, fraction in 0.0f32..1.0, angle in 0u16..4096,
        ) {
            let after: Vec<_> = before.iter().map(|&(x, y)| (x + shift, y)).collect();
            let (before, after) = (crowd(&before), crowd(&after));
            let moment = Seen::Between { before: &before, after: &after, fraction };
            let ray = (Vec2::ZERO, angle::direction(angle));
            let hit = moment.first_hit(ray, 25.0, 0.5, PilotId(0), |id| id.0 % 5 != 1);
            let distance = |id| collide::ray_circle(ray.0, ray.1, moment.position(id).unwrap(), 0.5);
            let others = (1..before.slots() as u16).map(PilotId).filter(|id| id.0 % 5 != 1);
            let expected = others
                .filter_map(|id| Some((distance(id)?, id)))
                .filter(|hit| hit.0 <= 25.0)
                .min_by(|one, other| one.partial_cmp(other).unwrap());
            prop_assert_eq!(hit, expected.map(|(distance, id)| (id, distance)));
        }
    }
}
