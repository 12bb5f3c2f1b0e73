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
    let velocity =
        if body.dash_ticks > 0 { dash(body, rules) } else { run(body.velocity, input, rules) };
    if velocity == Vec2::ZERO {
        body.velocity = velocity;
        return;
    }
    let moved = collide::slide(arena, body.position, velocity, rules.radius_m, TICK_S);
    body.position = quantize::position(moved.position);
    body.velocity = quantize::velocity(moved.velocity);
}

/// The velocity of one tick of a dash. The last tick slows down to a run, so that the dash does
/// not carry on past its length.
fn dash(body: &mut Body, rules: &Rules) -> Vec2 {
    body.dash_ticks -= 1;
    let speed = if body.dash_ticks == 0 { rules.top_speed_m_s } else { rules.dash_speed_m_s };
    angle::direction(body.dash_direction) * speed
}

/// The velocity after a tick of running: it approaches what the input wants at a limited rate.
fn run(velocity: Vec2, input: &PilotInput, rules: &Rules) -> Vec2 {
    let wanted = input.movement() * rules.top_speed_m_s;
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
