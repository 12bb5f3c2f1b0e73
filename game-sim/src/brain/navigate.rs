//! Where a bot goes and why: errands, trails of enemies, and places where somebody may be.

use glam::Vec2;
use netcode::Tick;
use rand_pcg::Pcg32;

use super::fight::Fight;
use super::path::find_path;
use super::{Character, is_due, teams};
use crate::pickup::PickupKind;
use crate::random;
use crate::sight::Sight;

/// After this a bot reconsiders where it goes.
const GOAL_TICKS: u32 = 300;

/// How long a bot may be unable to move before it reconsiders.
const STUCK_TICKS: u32 = 40;

/// How far from a point of the path a bot turns to the next.
const ARRIVED_M: f32 = 0.8;

/// How far a bot walks for a pickup that it needs.
const ERRAND_M: f32 = 45.0;

/// How many, of all, leave a point to follow an enemy.
const FOLLOWERS: f32 = 0.2;

/// Where a bot goes.
#[derive(Clone, Debug, Default)]
pub(super) struct Route {
    /// The points still to come, the next one last.
    path: Vec<Vec2>,
    purpose: Purpose,
    /// When it reconsiders.
    until: Tick,
    /// Since when it has been where it is, and where that is.
    rest: (Vec2, Tick),
    /// A pickup that was not there, and until when the bot does not come back for it.
    barren: Option<(u16, Tick)>,
    is_planned: bool,
}

/// Why a bot goes somewhere.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
enum Purpose {
    /// To meet somebody.
    #[default]
    Roam,
    /// To find an enemy again: since when the trail is known.
    Chase(Tick),
    /// For the pickup with this index; urgently when a fight should wait for it.
    Fetch(u16, bool),
    /// To stand on the point with this index; urgently while it is not the own team's.
    Hold(u8, bool),
}

impl Route {
    /// Whether the way matters more than a good position in a fight.
    pub(super) fn is_urgent(&self) -> bool {
        matches!(self.purpose, Purpose::Fetch(_, true) | Purpose::Hold(_, true))
    }

    /// The direction in which to walk now.
    pub(super) fn follow(
        &mut self,
        sight: &Sight<'_>,
        character: &Character,
        trail: Option<(Vec2, Tick)>,
        rng: &mut Pcg32,
    ) -> Vec2 {
        let place = sight.own.body.position;
        let trail = trail.filter(|&trail| Fight::is_fresh(trail, sight.tick));
        if self.needs_plan(sight, trail) {
            self.plan(sight, character, trail, rng);
        }
        while self.path.last().is_some_and(|point| point.distance(place) < ARRIVED_M) {
            self.path.pop();
        }
        self.path.last().map_or(Vec2::ZERO, |&point| (point - place).normalize_or_zero())
    }

    fn needs_plan(&mut self, sight: &Sight<'_>, trail: Option<(Vec2, Tick)>) -> bool {
        let place = sight.own.body.position;
        if !self.is_planned || place.distance(self.rest.0) > 1.0 {
            self.rest = (place, sight.tick);
        }
        let is_stuck = sight.tick.since(self.rest.1) > STUCK_TICKS as i32;
        if is_stuck {
            self.rest.1 = sight.tick;
        }
        // A trail that came up after the plan is news.
        let is_news = trail.is_some_and(|(_, seen)| match self.purpose {
            Purpose::Roam => sight.tick.since(seen) > 5,
            Purpose::Chase(known) => seen.since(known) > 30 && sight.tick.since(seen) > 5,
            Purpose::Fetch(..) | Purpose::Hold(..) => false,
        });
        !self.is_planned
            || self.path.is_empty()
            || is_stuck
            || is_news
            || is_due(sight.tick, self.until)
    }

    fn plan(
        &mut self,
        sight: &Sight<'_>,
        character: &Character,
        trail: Option<(Vec2, Tick)>,
        rng: &mut Pcg32,
    ) {
        let arrived = self.is_planned && self.path.is_empty();
        if let (Purpose::Fetch(index, _), true) = (self.purpose, arrived) {
            self.barren = Some((index, sight.tick + 600));
        }
        let place = sight.own.body.position;
        let (purpose, goal) = self.choose(sight, character, trail, arrived, rng);
        self.purpose = purpose;
        self.path = find_path(sight.arena, place, goal);
        // The jitter keeps bots that spawned together from thinking hard in the same tick for ever.
        self.until = sight.tick + GOAL_TICKS + random::below(rng, 120) as u32;
        self.is_planned = true;
    }

    fn choose(
        &self,
        sight: &Sight<'_>,
        character: &Character,
        trail: Option<(Vec2, Tick)>,
        arrived: bool,
        rng: &mut Pcg32,
    ) -> (Purpose, Vec2) {
        let own = sight.own;
        if own.health < character.caution
            && let Some((index, place)) = self.nearest_pickup(sight, PickupKind::Health)
        {
            return (Purpose::Fetch(index, true), place);
        }
        let few_rounds = own.rifle_reserve < u16::from(sight.rules.rifle_magazine);
        if few_rounds && let Some((index, place)) = self.nearest_pickup(sight, PickupKind::Rifle) {
            return (Purpose::Fetch(index, own.rifle_rounds == 0), place);
        }
        let chases = matches!(self.purpose, Purpose::Chase(_)) && arrived;
        // Where teams fight for points, few follow an enemy away from them.
        let dutiful = !sight.points.is_empty() && random::unit(rng) > FOLLOWERS;
        if let Some((place, seen)) = trail.filter(|_| !chases && !dutiful) {
            return (Purpose::Chase(seen), place);
        }
        let few_rockets = own.rockets < sight.rules.rocket_max / 2 && random::unit(rng) < 0.5;
        if few_rockets && let Some((index, place)) = self.nearest_pickup(sight, PickupKind::Rockets)
        {
            return (Purpose::Fetch(index, false), place);
        }
        if let Some((point, place)) = teams::objective(sight, rng) {
            return (Purpose::Hold(point, teams::is_wanted(sight, point)), place);
        }
        (Purpose::Roam, roam(sight, rng))
    }

    fn nearest_pickup(&self, sight: &Sight<'_>, kind: PickupKind) -> Option<(u16, Vec2)> {
        let place = sight.own.body.position;
        let is_gone =
            |index: u16| sight.pickups.iter().any(|seen| seen.index == index && !seen.available);
        let is_barren = |index: u16| {
            self.barren.is_some_and(|(barren, until)| barren == index && !is_due(sight.tick, until))
        };
        let spots = sight.arena.pickups.iter().zip(0u16..);
        spots
            .filter(|(spot, _)| spot.kind == kind && spot.position.distance(place) < ERRAND_M)
            .filter(|&(_, index)| !is_gone(index) && !is_barren(index))
            .min_by(|(one, _), (other, _)| {
                one.position
                    .distance_squared(place)
                    .total_cmp(&other.position.distance_squared(place))
            })
            .map(|(spot, index)| (index, spot.position))
    }
}

/// A place to look for somebody: some distance away, and rather ahead than back.
fn roam(sight: &Sight<'_>, rng: &mut Pcg32) -> Vec2 {
    let arena = sight.arena;
    let place = sight.own.body.position;
    let reach = arena.half_extents.min(Vec2::splat(45.0));
    let mut best: Option<(f32, Vec2)> = None;
    for _ in 0..4 {
        let jump = Vec2::new(
            random::between(rng, -reach.x, reach.x),
            random::between(rng, -reach.y, reach.y),
        ) * 1.4;
        let goal = (place + jump).clamp(-arena.half_extents + 1.5, arena.half_extents - 1.5);
        let Some(cell) = arena.nav.nearest(goal) else { continue };
        let ahead = (goal - place).normalize_or_zero().dot(sight.own.body.velocity / 8.0);
        let value = goal.distance(place) * 0.03 + ahead * 0.5 + random::unit(rng);
        if best.is_none_or(|(best_value, _)| value > best_value) {
            best = Some((value, arena.nav.centre(cell)));
        }
    }
    best.map_or(place, |(_, goal)| goal)
}
