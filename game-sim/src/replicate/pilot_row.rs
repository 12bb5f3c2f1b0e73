//! What everybody who sees a pilot knows of it, and how its receiver tells where it is by now.

use glam::Vec2;
use netcode::Replicate;
use netcode::delta::Guess;

use super::steering::{self, Places};
use crate::angle;
use crate::arena::Arena;
use crate::controls::{Controls, LONGEST_TICKS, follow};
use crate::input::PilotInput;
use crate::movement::Body;
use crate::pilot::Pilot;
use crate::protocol::Scenery;
use crate::rules::Rules;
use crate::steer;

/// What everybody who sees a pilot knows of it.
#[derive(Clone, Copy, Debug, PartialEq, Replicate)]
#[replicate(name = "pilot")]
pub struct PilotRow {
    /// Whether it lives.
    pub alive: bool,
    /// Whether nobody can hurt it yet.
    pub protected: bool,
    /// What it steers, by [`steer::number`].
    #[replicate(range = 0..=80)]
    pub steer: u8,
    /// How much longer its dash lasts.
    #[replicate(range = 0..=60, motion)]
    pub dash_ticks: u16,
    /// Where it aims, counter-clockwise from x.
    #[replicate(range = 0.0..=360.0, precision = 1.0, wrap)]
    pub aim_degrees: f32,
    /// 0 to 100.
    #[replicate(range = 0..=100)]
    pub health: u8,
    /// Counts its rifle shots, wrapping: each step is a flash and a tracer.
    #[replicate(range = 0..=255, wrap)]
    pub shots: u8,
    /// For how many ticks it has steered so, up to 15.
    #[replicate(range = 0..=15, stage)]
    pub steer_ticks: u8,
    /// What it steered before.
    #[replicate(range = 0..=80, stage)]
    pub before: u8,
    /// For how many ticks, up to 15.
    #[replicate(range = 0..=15, stage)]
    pub before_ticks: u8,
    /// What it steered before that.
    #[replicate(range = 0..=80, stage)]
    pub first: u8,
    /// For how many ticks, up to 15.
    #[replicate(range = 0..=15)]
    pub first_ticks: u8,
    /// Position in metres, exact.
    #[replicate(range = -256.0..=256.0, precision = 0.001953125, predict = velocity(velocity_x), stage)]
    pub x: f32,
    /// Position in metres, exact.
    #[replicate(range = -256.0..=256.0, precision = 0.001953125, predict = velocity(velocity_y))]
    pub y: f32,
    /// In metres per second, exact.
    #[replicate(range = -32.0..=32.0, precision = 0.00390625)]
    pub velocity_x: f32,
    /// In metres per second, exact.
    #[replicate(range = -32.0..=32.0, precision = 0.00390625)]
    pub velocity_y: f32,
    /// Where its last dash went, in 4096ths of a turn.
    #[replicate(range = 0..=4095, wrap)]
    pub dash_direction: u16,
}

/// The columns that say how it steers.
pub(super) const STEERING: Places = Places {
    steer: 2,
    dash_ticks: 3,
    steer_ticks: 7,
    before: 8,
    before_ticks: 9,
    first: 10,
    first_ticks: 11,
};

/// The farthest that a receiver follows a pilot: older rows are taken as they are.
const FOLLOWED_TICKS: u32 = 40;

impl PilotRow {
    /// Position in metres.
    pub fn position(&self) -> Vec2 {
        Vec2::new(self.x, self.y)
    }

    /// In metres per second.
    pub fn velocity(&self) -> Vec2 {
        Vec2::new(self.velocity_x, self.velocity_y)
    }

    /// Whether it is in a dash.
    pub fn dashing(&self) -> bool {
        self.dash_ticks > 0
    }

    /// Where it is so many ticks later, as far as this row tells: what is drawn when nothing newer came.
    pub fn expected(&self, ticks: u32, arena: &Arena, rules: &Rules) -> Vec2 {
        let mut body = self.body();
        let (aim, left) = (0, u32::from(self.dash_ticks).saturating_sub(ticks) as u16);
        let (move_x, move_y) = steer::movement(self.steer);
        let on = PilotInput { move_x, move_y, ..PilotInput::default() };
        follow(
            &mut body,
            std::iter::repeat_n(on, ticks as usize),
            (aim, left, ticks),
            arena,
            rules,
        );
        body.position
    }

    fn body(&self) -> Body {
        Body {
            position: self.position(),
            velocity: self.velocity(),
            dash_ticks: self.dash_ticks,
            dash_cooldown_ticks: 0,
            dash_direction: self.dash_direction,
        }
    }

    fn controls(&self) -> Controls {
        Controls {
            now: steer::movement(self.steer),
            now_ticks: self.steer_ticks,
            before: steer::movement(self.before),
            before_ticks: self.before_ticks,
            first: steer::movement(self.first),
            first_ticks: self.first_ticks,
            fire: false,
        }
    }

    /// Where it is `age` ticks later; `self` has the true columns of all stages before.
    fn guess_place(&mut self, earlier: &Self, age: u32, scenery: &Scenery) {
        if age > FOLLOWED_TICKS || !self.alive || !earlier.alive {
            (self.x, self.y) = (earlier.x, earlier.y);
            (self.velocity_x, self.velocity_y) = (0.0, 0.0);
            return;
        }
        let mut body = earlier.body();
        let inputs = self.controls().since(&earlier.controls(), age);
        let aim = angle::from_degrees(self.aim_degrees);
        let told = (aim, self.dash_ticks, age);
        follow(&mut body, inputs, told, &scenery.arena, &scenery.rules);
        (self.x, self.y) = body.position.into();
        (self.velocity_x, self.velocity_y) = body.velocity.into();
        self.dash_direction = body.dash_direction;
    }

    /// A pilot of whom nothing is known: it lives, is unhurt and runs as it steers.
    fn guess_unknown(&mut self, stage: u8, scenery: &Scenery) {
        match stage {
            0 => (self.alive, self.health) = (true, scenery.rules.health),
            1 => self.steer_ticks = LONGEST_TICKS,
            2 => self.before = self.steer,
            3 => self.before_ticks = LONGEST_TICKS,
            4 => (self.first, self.first_ticks) = (self.steer, LONGEST_TICKS),
            _ => {
                let (move_x, move_y) = steer::movement(self.steer);
                let input = PilotInput { move_x, move_y, ..PilotInput::default() };
                let velocity = input.movement() * scenery.rules.top_speed_m_s;
                (self.velocity_x, self.velocity_y) = velocity.into();
                self.dash_direction = angle::toward(velocity);
            }
        }
    }
}

/// Guesses a pilot's row.
pub(super) fn guess(scenery: &Scenery, guess: &mut Guess<'_>) {
    if guess.baseline.is_some() && guess.stage < steering::BEYOND {
        return STEERING.guess(guess);
    }
    let mut row = PilotRow::restore(guess.columns);
    match guess.baseline.map(PilotRow::restore) {
        Some(earlier) => row.guess_place(&earlier, guess.age_ticks, scenery),
        None => row.guess_unknown(guess.stage, scenery),
    }
    guess.set(&row);
}

impl From<&Pilot> for PilotRow {
    fn from(pilot: &Pilot) -> Self {
        let Pilot { own, controls, .. } = pilot;
        Self {
            alive: own.alive,
            protected: own.protection_ticks > 0,
            steer: steer::number(controls.now),
            steer_ticks: controls.now_ticks,
            dash_ticks: own.body.dash_ticks,
            aim_degrees: angle::degrees(own.aim),
            health: own.health,
            shots: own.shots,
            before: steer::number(controls.before),
            before_ticks: controls.before_ticks,
            first: steer::number(controls.first),
            first_ticks: controls.first_ticks,
            x: own.body.position.x,
            y: own.body.position.y,
            velocity_x: own.body.velocity.x,
            velocity_y: own.body.velocity.y,
            dash_direction: own.body.dash_direction,
        }
    }
}
