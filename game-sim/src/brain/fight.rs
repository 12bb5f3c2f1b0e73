//! Fighting: whom to shoot, where to aim, when to pull a trigger, and how to move meanwhile.

use glam::Vec2;
use netcode::Tick;
use rand_pcg::Pcg32;

use super::{Character, is_due, is_turn, teams};
use crate::angle;
use crate::collide;
use crate::input::PilotInput;
use crate::pilot::PilotId;
use crate::random;
use crate::sight::{SeenPilot, Sight};

/// How often a bot compares its enemies, in ticks.
const LOOK_EVERY: u32 = 6;

/// How much nearer another enemy must be to be preferred to the present one.
const LOYALTY_M: f32 = 8.0;

/// How many of the nearest enemies are tried for a free line of fire.
const TRIES: usize = 3;

/// For how long a bot follows an enemy that it lost.
const TRAIL_TICKS: u32 = 240;

/// From where to where it uses rockets: nearer it would hurt itself, farther it would miss.
const ROCKET_RANGE_M: std::ops::Range<f32> = 5.5..24.0;

/// For how long it tries to bring a rocket into line before it takes the rifle again.
const ROCKET_AIM_TICKS: u32 = 24;

/// How near a rocket must come to be a threat, and how soon.
const THREAT_M: f32 = 2.6;
const THREAT_S: f32 = 0.8;

/// What a bot remembers of a fight.
#[derive(Clone, Debug, Default)]
pub(super) struct Fight {
    target: Option<PilotId>,
    /// Since when it sees the target.
    since: Tick,
    /// Where it last saw an enemy, and when.
    trail: Option<(Vec2, Tick)>,
    /// Whence it was hit by somebody unseen, and until when it looks there.
    suspicion: Option<(u16, Tick)>,
    /// The present and the coming error of its aim, in 4096ths of a turn.
    error: f32,
    error_goal: f32,
    error_until: Tick,
    /// Which way round the enemy it runs: 1 or -1.
    strafe: f32,
    strafe_until: Tick,
    /// Fires in bursts: whether it fires, and until when.
    bursting: bool,
    burst_until: Tick,
    /// Until when it wants to fire a rocket.
    rocket_until: Option<Tick>,
}

impl Fight {
    /// Chooses whom to fight.
    pub(super) fn look(&mut self, sight: &Sight<'_>) {
        let present = self.target(sight);
        if self.target.is_some() && present.is_none() {
            self.target = None;
        }
        if let Some(target) = present {
            self.trail = Some((target.position + target.velocity * 0.3, sight.tick));
        }
        if present.is_some() && !is_turn(sight.me, sight.tick, LOOK_EVERY) {
            return;
        }
        let chosen = self.nearest_open(sight);
        if chosen.is_some() && chosen != self.target {
            self.target = chosen;
            self.since = sight.tick;
        }
    }

    fn nearest_open(&self, sight: &Sight<'_>) -> Option<PilotId> {
        let eye = sight.own.body.position;
        let mut nearest: [Option<(f32, &SeenPilot)>; TRIES] = [None; TRIES];
        for pilot in sight.pilots.iter().filter(|pilot| pilot.alive && sight.is_enemy(pilot)) {
            let loyalty = if self.target == Some(pilot.id) { LOYALTY_M } else { 0.0 };
            let shyness = if pilot.protected { 2.0 * LOYALTY_M } else { 0.0 };
            let mut entry = Some((pilot.position.distance(eye) - loyalty + shyness, pilot));
            for place in &mut nearest {
                let is_nearer = match (&entry, &place) {
                    (Some((one, _)), Some((other, _))) => one < other,
                    (entry, _) => entry.is_some(),
                };
                if is_nearer {
                    std::mem::swap(place, &mut entry);
                }
            }
        }
        let mut open = nearest.into_iter().flatten().map(|(_, pilot)| pilot);
        open.find(|pilot| collide::is_open(sight.arena, eye, pilot.position)).map(|pilot| pilot.id)
    }

    /// The enemy that the bot fights, if it still sees it.
    pub(super) fn target(&self, sight: &Sight<'_>) -> Option<SeenPilot> {
        let id = self.target?;
        let pilot = sight.pilots.iter().find(|pilot| pilot.id == id && pilot.alive)?;
        sight.is_enemy(pilot).then_some(*pilot)
    }

    /// Where an enemy was lost, and when.
    pub(super) fn trail(&self) -> Option<(Vec2, Tick)> {
        self.trail
    }

    /// Remembers that somebody hit the bot, whom it may not see.
    pub(super) fn suspect(&mut self, sight: &Sight<'_>) {
        if self.target.is_some() {
            return;
        }
        let from = sight.own.hurt_from;
        self.suspicion = Some((from, sight.tick + 60));
        self.trail = Some((sight.own.body.position + angle::direction(from) * 12.0, sight.tick));
    }

    /// Where the bot expects somebody unseen.
    pub(super) fn suspicion(&self, now: Tick) -> Option<u16> {
        self.suspicion.filter(|&(_, until)| !is_due(now, until)).map(|(angle, _)| angle)
    }

    /// Fights `target`: aims, shoots, and moves about it, or along `way` when that is urgent.
    pub(super) fn engage(
        &mut self,
        sight: &Sight<'_>,
        target: &SeenPilot,
        character: &Character,
        way: Option<Vec2>,
        rng: &mut Pcg32,
    ) -> PilotInput {
        let own = sight.own;
        let offset = target.position - own.body.position;
        let distance_m = offset.length().max(0.1);
        let open = collide::is_open(sight.arena, own.body.position, target.position);
        let rocket = self.wants_rocket(sight, distance_m, character, rng) && open;
        let lead_s = if rocket { distance_m / sight.rules.rocket_speed_m_s } else { 0.0 };
        self.wander_aim(sight.tick, target, distance_m, character, rng);
        let exact = angle::toward(offset + target.velocity * lead_s);
        let wanted = (i32::from(exact) + self.error.round() as i32)
            .rem_euclid(i32::from(angle::TURN)) as u16;
        let aim = turn(own.aim, wanted, character.turn_rate);
        // What the bot believes: its error is in what it takes for the target's direction.
        let off = f32::from(angle::difference(aim, wanted)).abs();
        let width =
            sight.rules.radius_m / distance_m * (f32::from(angle::TURN) / std::f32::consts::TAU);
        let ready = open
            && sight.tick.since(self.since) >= i32::from(character.reaction_ticks)
            && !teams::is_friend_in_the_way(sight, offset);
        let fire = ready && off < width + 12.0 && self.bursts(sight.tick, rng) && !target.protected;
        let rocket =
            rocket && ready && off < width + 20.0 && !target.protected && self.is_safe(sight, aim);
        if rocket {
            self.rocket_until = None;
        }
        let movement =
            way.unwrap_or_else(|| self.circle(sight, offset, distance_m, character, rng));
        // Mostly running away or into the fight, a dash makes it less foreseeable.
        let dash = random::unit(rng) < character.nimbleness * 0.006 && distance_m < 25.0;
        PilotInput { fire: fire && !rocket, rocket, dash, ..PilotInput::idle(aim) }
            .with_movement(movement)
    }

    fn wants_rocket(
        &mut self,
        sight: &Sight<'_>,
        distance_m: f32,
        character: &Character,
        rng: &mut Pcg32,
    ) -> bool {
        let own = sight.own;
        if own.rockets == 0
            || own.rocket_cooldown_ticks > 1
            || !ROCKET_RANGE_M.contains(&distance_m)
        {
            self.rocket_until = None;
            return false;
        }
        // Without rounds a rocket is all there is.
        let forced = own.rifle_rounds == 0;
        if self.rocket_until.is_none() && (forced || random::unit(rng) < character.rocket_love) {
            self.rocket_until = Some(sight.tick + ROCKET_AIM_TICKS);
        }
        if self.rocket_until.is_some_and(|until| is_due(sight.tick, until)) {
            self.rocket_until = None;
        }
        self.rocket_until.is_some()
    }

    /// Whether a rocket along `aim` would not explode in the bot's own face.
    fn is_safe(&self, sight: &Sight<'_>, aim: u16) -> bool {
        let reach_m = sight.rules.splash_radius_m + 1.5;
        collide::cast(sight.arena, sight.own.body.position, angle::direction(aim), reach_m)
            .is_none()
    }

    /// Lets the error of the aim wander: large at first sight and against fast targets, smaller as
    /// the bot keeps its eye on the target.
    fn wander_aim(
        &mut self,
        now: Tick,
        target: &SeenPilot,
        distance_m: f32,
        character: &Character,
        rng: &mut Pcg32,
    ) {
        if is_due(now, self.error_until) {
            let seconds = now.since(self.since).max(0) as f32 / 60.0;
            let haste = 1.0 + 1.5 / (1.0 + 2.0 * seconds);
            let motion = 0.5 + target.velocity.length() / 8.0 * (12.0 / (distance_m + 6.0));
            // The sum of two uniform numbers is likelier small than large, as errors are.
            let chance = random::between(rng, -1.0, 1.0) + random::between(rng, -1.0, 1.0);
            self.error_goal = chance * character.error * haste * motion;
            self.error_until = now + 8 + random::below(rng, 14) as u32;
        }
        self.error += (self.error_goal - self.error) * 0.18;
    }

    fn bursts(&mut self, now: Tick, rng: &mut Pcg32) -> bool {
        if is_due(now, self.burst_until) {
            self.bursting = !self.bursting;
            let ticks = if self.bursting {
                25 + random::below(rng, 45)
            } else {
                5 + random::below(rng, 12)
            };
            self.burst_until = now + ticks as u32;
        }
        self.bursting
    }

    /// Runs about the target at the distance that the bot likes.
    fn circle(
        &mut self,
        sight: &Sight<'_>,
        offset: Vec2,
        distance_m: f32,
        character: &Character,
        rng: &mut Pcg32,
    ) -> Vec2 {
        let toward = offset / distance_m;
        let is_blocked = sight.own.body.velocity.length() < 2.0;
        if is_due(sight.tick, self.strafe_until)
            || (is_blocked && is_turn(sight.me, sight.tick, 15))
        {
            let flip = is_blocked || random::unit(rng) < 0.7;
            self.strafe = if self.strafe == 0.0 || !flip { 1.0 } else { -self.strafe };
            self.strafe_until = sight.tick + 18 + random::below(rng, 60) as u32;
        }
        // Weak bots keep away, all others come to the distance that they like.
        let fear_m = if sight.own.health < character.caution { 6.0 } else { 0.0 };
        let closing = ((distance_m - character.range_m - fear_m) / 4.0).clamp(-1.0, 1.0);
        (toward * closing + toward.perp() * self.strafe).normalize_or_zero()
    }
}

impl Fight {
    /// Whether the trail is still worth following.
    pub(super) fn is_fresh(trail: (Vec2, Tick), now: Tick) -> bool {
        now.since(trail.1) < TRAIL_TICKS as i32
    }
}

/// An aim that comes nearer to `wanted`, by a third of the way and no faster than `rate` allows.
pub(super) fn turn(aim: u16, wanted: u16, rate: f32) -> u16 {
    let difference = f32::from(angle::difference(aim, wanted));
    let step = (difference * 0.35).clamp(-rate, rate);
    // At least one unit, or the last third of a unit would never be turned.
    let step = if step.abs() < 1.0 { difference.clamp(-1.0, 1.0) } else { step };
    (i32::from(aim) + step.round() as i32).rem_euclid(i32::from(angle::TURN)) as u16
}

/// The way out of the path of the first rocket that will pass near, if there is one.
pub(super) fn threat(sight: &Sight<'_>) -> Option<Vec2> {
    let place = sight.own.body.position;
    sight.rockets.iter().filter(|rocket| rocket.owner != sight.me).find_map(|rocket| {
        let offset = place - rocket.position;
        let speed_squared = rocket.velocity.length_squared();
        let seconds = offset.dot(rocket.velocity) / speed_squared.max(1.0);
        if !(0.0..THREAT_S).contains(&seconds) {
            return None;
        }
        let miss = offset - rocket.velocity * seconds;
        if miss.length() > THREAT_M {
            return None;
        }
        // In the middle of its path either side is as good.
        Some(miss.try_normalize().unwrap_or_else(|| rocket.velocity.perp().normalize_or_zero()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_aim_arrives_the_short_way_and_no_faster_than_its_rate() {
        let mut aim = 4000;
        for _ in 0..200 {
            let next = turn(aim, 90, 50.0);
            assert!(angle::difference(aim, next).abs() <= 50);
            assert!(angle::difference(aim, next) >= 0);
            aim = next;
        }
        assert_eq!(aim, 90);
    }
}
