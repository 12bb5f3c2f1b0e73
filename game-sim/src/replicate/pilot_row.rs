//! What everybody who sees a pilot knows of it, and how its receiver tells where it is by now.

use glam::Vec2;
use netcode::Replicate;
use netcode::delta::Guess;

use super::steering::{self, Places};
use crate::angle;
use crate::arena::Arena;
use crate::controls::{Course, LONGEST_TICKS};
use crate::input::PilotInput;
use crate::movement::Body;
use crate::pilot::Pilot;
use crate::protocol::Scenery;
use crate::quantize::{POSITION_STEPS_PER_M, VELOCITY_STEPS_PER_M_S};
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

/// The other columns that tell where it is by now. All are read as they are, for the same reason as in
/// `steering`: whole rows cost more than the way itself.
const ALIVE: usize = 0;
const AIM_DEGREES: usize = 4;
const X: usize = 12;
const Y: usize = 13;
const VELOCITY_X: usize = 14;
const VELOCITY_Y: usize = 15;
const DASH_DIRECTION: usize = 16;

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
        Course::steady(steer::movement(self.steer)).follow(&mut body, ticks, 0, arena, rules);
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

    /// A pilot of whom nothing is known but what is `known` of it in earlier stages: it lives, is unhurt
    /// and runs as it steers.
    fn guess_unknown(&mut self, known: &Self, scenery: &Scenery) {
        (self.alive, self.health) = (true, scenery.rules.health);
        self.steer_ticks = LONGEST_TICKS;
        self.before = known.steer;
        self.before_ticks = LONGEST_TICKS;
        (self.first, self.first_ticks) = (known.steer, LONGEST_TICKS);
        let (move_x, move_y) = steer::movement(known.steer);
        let input = PilotInput { move_x, move_y, ..PilotInput::default() };
        let velocity = input.movement() * scenery.rules.top_speed_m_s;
        (self.velocity_x, self.velocity_y) = velocity.into();
        self.dash_direction = angle::toward(velocity);
    }
}

/// Guesses a pilot's row.
pub(super) fn guess(scenery: &Scenery, guess: &mut Guess<'_>) {
    if let Some(earlier) = guess.baseline {
        STEERING.guess(guess);
        if guess.is_in(steering::BEYOND) {
            guess_place(scenery, guess, earlier);
        }
        return;
    }
    let mut row = PilotRow::restore(guess.columns);
    row.guess_unknown(&PilotRow::restore(guess.known), scenery);
    guess.set(&row);
}

/// Where it is by now; the columns of all stages before are true.
fn guess_place(scenery: &Scenery, guess: &mut Guess<'_>, earlier: &[i32]) {
    let (age, Scenery { arena, rules }) = (guess.age_ticks, scenery);
    let is_alive = |columns: &[i32]| columns[ALIVE] != 0;
    match (is_alive(earlier), is_alive(guess.known)) {
        _ if age > FOLLOWED_TICKS => return guess_at_rest(guess, earlier),
        (true, true) => {}
        (true, false) => return guess_fall(scenery, guess, earlier),
        (false, true) => return guess_return(scenery, guess, earlier),
        (false, false) => return guess_at_rest(guess, earlier),
    }
    let course = course(guess.known, earlier, age, rules);
    let (mut body, mut left) = (body(earlier), age);
    if let Some(later) = guess.later.filter(|later| is_alive(later.columns)) {
        // Mostly the way goes by where it really was; from there on it has been followed already.
        left = later.age_ticks;
        course.follow(&mut body, age, left, arena, rules);
        let known = self::course(guess.known, later.columns, left, rules);
        if body == self::body(later.columns) && course.ends_like(&known, left) {
            return guess.repeat(&later);
        }
    }
    course.follow(&mut body, left, 0, arena, rules);
    set_body(guess, &body);
}

/// It is where it was.
fn guess_at_rest(guess: &mut Guess<'_>, earlier: &[i32]) {
    guess.columns[X..=Y].copy_from_slice(&earlier[X..=Y]);
    guess.columns[VELOCITY_X..=VELOCITY_Y].fill(0);
}

/// It died on its way, and lies there. Whoever is dead steers nothing, so that tells when.
fn guess_fall(scenery: &Scenery, guess: &mut Guess<'_>, earlier: &[i32]) {
    let (age, Scenery { arena, rules }) = (guess.age_ticks, scenery);
    let controls = STEERING.controls(guess.known);
    let dead_ticks = if controls.now == (0, 0) { controls.now_ticks.into() } else { 0 };
    let mut body = body(earlier);
    course(guess.known, earlier, age, rules).follow(&mut body, age, dead_ticks, arena, rules);
    set_body(guess, &Body { velocity: Vec2::ZERO, ..body });
}

/// It lives again, wherever that is: it was put there at rest, and has run as it steered since.
fn guess_return(scenery: &Scenery, guess: &mut Guess<'_>, earlier: &[i32]) {
    let (age, Scenery { arena, rules }) = (guess.age_ticks, scenery);
    let place = body(earlier).position;
    let mut body = Body::at(place);
    course(guess.known, earlier, age, rules).follow(&mut body, age, 0, arena, rules);
    set_body(guess, &Body { position: place, ..body });
}

/// Guesses that this is its body.
fn set_body(guess: &mut Guess<'_>, body: &Body) {
    // It is rounded to whole steps, so that these are exact.
    let position = body.position * POSITION_STEPS_PER_M;
    let velocity = body.velocity * VELOCITY_STEPS_PER_M_S;
    let guessed = [position.x, position.y, velocity.x, velocity.y].map(|steps| steps as i32);
    guess.columns[X..=VELOCITY_Y].copy_from_slice(&guessed);
    guess.columns[DASH_DIRECTION] = body.dash_direction.into();
}

/// What it did in the `age` ticks since it was as `earlier` says.
fn course(now: &[i32], earlier: &[i32], age: u32, rules: &Rules) -> Course {
    let dash = [earlier, now].map(|columns| columns[STEERING.dash_ticks] as u16);
    let aim = angle::from_degrees(now[AIM_DEGREES] as f32);
    let course = STEERING.controls(now).since(&STEERING.controls(earlier), age);
    course.with_dash(dash.into(), age, aim, rules)
}

/// Its body, as far as others know of it.
fn body(columns: &[i32]) -> Body {
    let pair = |x: usize, y: usize| Vec2::new(columns[x] as f32, columns[y] as f32);
    Body {
        position: pair(X, Y) / POSITION_STEPS_PER_M,
        velocity: pair(VELOCITY_X, VELOCITY_Y) / VELOCITY_STEPS_PER_M_S,
        dash_ticks: columns[STEERING.dash_ticks] as u16,
        dash_cooldown_ticks: 0,
        dash_direction: columns[DASH_DIRECTION] as u16,
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_places_are_those_of_the_columns_with_these_names() {
        let name = |place: usize| PilotRow::TABLE.fields[place].name;
        assert_eq!([ALIVE, AIM_DEGREES, X, Y].map(name), ["alive", "aim_degrees", "x", "y"]);
        let names = ["velocity_x", "velocity_y", "dash_direction"];
        assert_eq!([VELOCITY_X, VELOCITY_Y, DASH_DIRECTION].map(name), names);
    }
}
