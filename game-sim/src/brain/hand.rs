//! The hand that steers: it changes its mind no faster and no finer than a player's does.
//!
//! A way lies between two of the movements that an input can say. Rounded anew in each tick it flickers between
//! them, as no hand does, and as nobody who sees the pilot can foresee.

use netcode::Tick;

use super::is_due;
use crate::input::PilotInput;

/// For how long a hand leaves a stick where it is before it corrects it by the least step, a tenth of a radian or two:
/// four times a second is all that people do when they steer.
const CORRECTION_TICKS: u32 = 15;
/// The same for more than the least step.
const TURN_TICKS: u32 = 6;
/// A movement as far from the one that is held as this, in steps of an axis, is another decision, and waits for
/// nothing: away from a rocket, back behind a corner.
const DECISION_STEPS: i32 = 3;

/// What a bot's hand does.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Hand {
    /// The movement that it holds.
    held: (i8, i8),
    /// Since when it does; none before it has steered at all.
    since: Option<Tick>,
}

impl Hand {
    /// Steers as `input` says, or goes on as before where that says little else.
    pub(super) fn steer(&mut self, now: Tick, input: PilotInput) -> PilotInput {
        let wanted = (input.move_x, input.move_y);
        let off = |one: i8, other: i8| (i32::from(one) - i32::from(other)).abs();
        let off = off(wanted.0, self.held.0).max(off(wanted.1, self.held.1));
        let stops = (wanted == (0, 0)) != (self.held == (0, 0));
        let patience = match off {
            _ if stops => 0,
            ..=1 => CORRECTION_TICKS,
            DECISION_STEPS.. => 0,
            _ => TURN_TICKS,
        };
        let is_free = self.since.is_none_or(|since| is_due(now, since + patience));
        if wanted != self.held && is_free {
            *self = Self { held: wanted, since: Some(now) };
        }
        PilotInput { move_x: self.held.0, move_y: self.held.1, ..input }
    }
}

#[cfg(test)]
mod tests {
    use glam::Vec2;

    use super::*;
    use crate::angle;

    /// How often a hand changes in a second in which it is to go `way` in each tick.
    fn changes(way: impl Fn(u16) -> Vec2) -> usize {
        let mut hand = Hand::default();
        let mut steered = Vec::new();
        for tick in 0..60_u16 {
            let input = PilotInput::idle(0).with_movement(way(tick));
            let input = hand.steer(Tick(tick.into()), input);
            steered.push((input.move_x, input.move_y));
        }
        steered.windows(2).filter(|pair| pair[0] != pair[1]).count()
    }

    #[test]
    fn a_way_between_two_movements_does_not_flicker() {
        // Half of the way from one movement to the next.
        let between = |tick: u16| angle::direction(76 + 4 * (tick % 4));
        assert!(changes(between) <= 4, "{}", changes(between));
    }

    #[test]
    fn whoever_has_not_steered_yet_may_at_any_tick() {
        for tick in [0, 1, u32::MAX - 3_000, u32::MAX] {
            let input = PilotInput::idle(0).with_movement(Vec2::X);
            assert_eq!(Hand::default().steer(Tick(tick), input).move_x, 4, "tick {tick}");
        }
    }

    #[test]
    fn another_decision_waits_for_nothing() {
        let mut hand = Hand::default();
        let go = |hand: &mut Hand, tick, way| {
            let input = hand.steer(Tick(tick), PilotInput::idle(0).with_movement(way));
            (input.move_x, input.move_y)
        };
        assert_eq!(go(&mut hand, 1, Vec2::X), (4, 0));
        assert_eq!(go(&mut hand, 2, Vec2::new(0.9, 0.2)), (4, 0));
        assert_eq!(go(&mut hand, 3, -Vec2::X), (-4, 0));
        assert_eq!(go(&mut hand, 4, Vec2::ZERO), (0, 0));
        assert_eq!(go(&mut hand, 5, Vec2::Y), (0, 4));
        assert_eq!(go(&mut hand, 10, Vec2::new(0.3, 1.0)), (0, 4), "a correction waits");
        assert_eq!(go(&mut hand, 11, Vec2::new(0.5, 0.9)), (2, 3), "a turn less long");
        assert_eq!(go(&mut hand, 26, Vec2::new(0.3, 1.0)), (1, 4));
    }
}
