//! How a body moves: the one function that server, prediction and bots share.
//!
//! It depends on the body, its input, the walls and the rules, and on nothing else: pilots do not
//! block each other, so the owner can predict its movement exactly.

use glam::Vec2;

use crate::angle;
use crate::arena::Arena;
use crate::collide;
use crate::input::PilotInput;
use crate::quantize;
use crate::rules::{Rules, TICK_S};

/// What movement needs to know of a pilot, and changes.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Body {
    /// The centre, in metres, x to the right and y up.
    pub position: Vec2,
    /// In metres per second.
    pub velocity: Vec2,
    /// How much longer the present dash lasts; 0 when there is none.
    pub dash_ticks: u16,
    /// Until the next dash can start.
    pub dash_cooldown_ticks: u16,
    /// Where the last dash went, in 4096ths of a turn.
    pub dash_direction: u16,
}

impl Body {
    /// A body that stands at `position`.
    pub fn at(position: Vec2) -> Self {
        Self { position: quantize::position(position), ..Self::default() }
    }

    /// Adds `velocity` as an explosion does: a dash ends, and nothing is faster than a dash.
    pub fn knock(&mut self, velocity: Vec2, rules: &Rules) {
        self.dash_ticks = 0;
        let knocked = (self.velocity + velocity).clamp_length_max(rules.dash_speed_m_s);
        self.velocity = quantize::velocity(knocked);
    }
}

/// Moves `body` by one tick, sliding along walls, and rounds it to wire precision.
pub fn advance(body: &mut Body, input: &PilotInput, arena: &Arena, rules: &Rules) {
    body.dash_cooldown_ticks = body.dash_cooldown_ticks.saturating_sub(1);
    if input.dash && body.dash_cooldown_ticks == 0 {
        body.dash_ticks = rules.dash_ticks;
        body.dash_cooldown_ticks = rules.dash_cooldown_ticks;
        body.dash_direction = match input.movement() {
            Vec2::ZERO => input.aim % angle::TURN,
            movement => angle::toward(movement),
        };
    }
    let velocity = if body.dash_ticks > 0 {
        dash(body, rules)
    } else {
        run(body.velocity, wanted(input, rules), rules)
    };
    go(body, velocity, arena, rules);
}

/// As so many calls of [`advance`] with one input that wishes no dash, to the bit. A steady run that meets no
/// wall is one step: whoever decodes a crowd moves each of it by several ticks, over and over.
pub fn advance_steadily(
    body: &mut Body,
    input: &PilotInput,
    ticks: u32,
    arena: &Arena,
    rules: &Rules,
) {
    debug_assert!(!input.dash, "whoever dashes does not go on as before");
    let cooldown = u32::from(body.dash_cooldown_ticks).saturating_sub(ticks);
    body.dash_cooldown_ticks = cooldown as u16;
    let (wanted, mut may_stride) = (wanted(input, rules), true);
    for left in (1..=ticks).rev() {
        if body.dash_ticks > 0 {
            let velocity = dash(body, rules);
            go(body, velocity, arena, rules);
            continue;
        }
        let velocity = run(body.velocity, wanted, rules);
        let is_steady = quantize::velocity(velocity) == body.velocity;
        if is_steady && may_stride && stride(body, velocity, left, arena, rules) {
            return;
        }
        // Who is near a wall now is there in the next ticks as well.
        may_stride = !is_steady;
        go(body, velocity, arena, rules);
    }
}

/// A tick with this velocity.
fn go(body: &mut Body, velocity: Vec2, arena: &Arena, rules: &Rules) {
    if velocity == Vec2::ZERO {
        body.velocity = velocity;
        return;
    }
    let moved = collide::slide(arena, body.position, velocity, rules.radius_m, TICK_S);
    body.position = quantize::position(moved.position);
    body.velocity = quantize::velocity(moved.velocity);
}

/// So many ticks at once of a body that keeps its velocity. False, and nothing done, where that could
/// differ from single ticks by a bit.
fn stride(body: &mut Body, velocity: Vec2, ticks: u32, arena: &Arena, rules: &Rules) -> bool {
    /// The nearer the way of a tick is to half a step, the more its rounding depends on where it begins.
    const CERTAIN_STEPS: f32 = 0.48;
    if velocity == Vec2::ZERO {
        body.velocity = velocity;
        return true;
    }
    let way = velocity * TICK_S;
    let rounded = quantize::position(way);
    let unrounded = (way - rounded).abs().max_element() * quantize::POSITION_STEPS_PER_M;
    let end = body.position + rounded * ticks as f32;
    let is_plain = unrounded <= CERTAIN_STEPS
        && quantize::position(body.position) == body.position
        && quantize::position(end) == end
        && collide::is_free(arena, body.position, end, velocity, rules.radius_m, TICK_S);
    if is_plain {
        body.position = end;
    }
    is_plain
}

/// The velocity of one tick of a dash. The last tick slows down to a run, so that the dash does
/// not carry on past its length.
fn dash(body: &mut Body, rules: &Rules) -> Vec2 {
    body.dash_ticks -= 1;
    let speed = if body.dash_ticks == 0 { rules.top_speed_m_s } else { rules.dash_speed_m_s };
    angle::direction(body.dash_direction) * speed
}

/// The velocity that an input wants.
fn wanted(input: &PilotInput, rules: &Rules) -> Vec2 {
    input.movement() * rules.top_speed_m_s
}

/// The velocity after a tick of running: it approaches what is wanted at a limited rate.
fn run(velocity: Vec2, wanted: Vec2, rules: &Rules) -> Vec2 {
    let too_fast = velocity.length_squared() > rules.top_speed_m_s * rules.top_speed_m_s;
    // Faster than running is knock-back, which input cannot shorten, or it would do nothing.
    let rate = if wanted == Vec2::ZERO || too_fast {
        rules.friction_m_s2
    } else {
        rules.acceleration_m_s2
    };
    let change = (wanted - velocity).clamp_length_max(rate * TICK_S);
    (velocity + change).clamp_length_max(rules.dash_speed_m_s)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::input::MOVE_STEPS;

    proptest! {
        #[test]
        fn a_steady_run_is_that_of_its_ticks(
            x in -40.0_f32..40.0, y in -30.0_f32..30.0, ticks in 0_u32..45, speed in 256_u16..2_560,
            turns in 1_usize..4, seed: u64,
        ) {
            let arena = Arena::builtin("yard").expect("it is built in").expect("it is whole");
            // A 30th of these speeds moves by half a step more than a whole number in each tick.
            let rules = Rules { top_speed_m_s: f32::from(speed) / 256.0, ..Rules::default() };
            let mut random = seed;
            let mut draw = |span: u64| {
                random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                (random >> 33) % span
            };
            let mut single = Body::at(Vec2::new(x, y));
            prop_assume!(collide::is_clear(&arena, single.position, rules.radius_m + 0.01));
            single.dash_cooldown_ticks = draw(60) as u16;
            let mut many = single;
            for _ in 0..turns {
                let axis = |drawn: u64| drawn as i8 - MOVE_STEPS;
                let span = 2 * u64::from(MOVE_STEPS.unsigned_abs()) + 1;
                let (move_x, move_y) = (axis(draw(span)), axis(draw(span)));
                let input = PilotInput { move_x, move_y, ..PilotInput::default() };
                for _ in 0..ticks {
                    advance(&mut single, &input, &arena, &rules);
                }
                advance_steadily(&mut many, &input, ticks, &arena, &rules);
                prop_assert_eq!(single, many);
            }
        }
    }
}
