//! What a hand does on its devices, with the time of each change: it says what each tick plays, and
//! which moment that stands for.
//!
//! Devices are read once a frame, ticks become due at times of their own. A trigger counts from the
//! moment at which it was pulled, with the aim that it had then, however many ticks and frames later
//! its input leaves.

use game_sim::PilotInput;
use glam::Vec2;
use std::{collections::VecDeque, time::Duration};

/// Changes that may wait for their tick: a second of a fast mouse.
const WAITING: usize = 1_024;

/// What is held down at one time.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Hold {
    /// Where the pilot is to go, at most of unit length.
    pub movement: Vec2,
    /// Where it aims, in 4096ths of a turn; `None` leaves it where it was.
    pub aim: Option<u16>,
    /// The rifle's trigger.
    pub fire: bool,
    /// The rocket's trigger.
    pub rocket: bool,
    /// Tapped for a dash: it counts once.
    pub dash: bool,
    /// Tapped for a new magazine: it counts once.
    pub reload: bool,
}

/// One player's hand.
#[derive(Clone, Debug, Default)]
pub struct Hand {
    waiting: VecDeque<(Duration, Hold)>,
    last: (Duration, Hold),
}

impl Hand {
    /// Notes what is held from the time `at` on. Times don't go back. Who reads devices once a frame
    /// gives the time of the picture that the player had before it.
    pub fn note(&mut self, at: Duration, hold: Hold) {
        if self.waiting.len() == WAITING {
            self.waiting.pop_front();
        }
        self.waiting.push_back((at, hold));
    }

    /// What the tick that became due at `due` plays, and the time at which the player decided on it:
    /// when the first trigger was pulled since the tick before, else when anything was noted last.
    /// `aim` is where the pilot aims if the hand does not say.
    pub fn take(&mut self, due: Duration, aim: u16) -> (PilotInput, Duration) {
        let (mut dash, mut reload) = (false, false);
        let (mut fire, mut rocket) = (false, false);
        let mut pull = None;
        while let Some((at, hold)) = self.waiting.pop_front_if(|(at, _)| *at <= due) {
            let before = self.last.1;
            let pulls = (hold.fire && !before.fire) || (hold.rocket && !before.rocket);
            if pulls && pull.is_none() {
                pull = Some((at, hold));
            }
            dash |= hold.dash;
            reload |= hold.reload;
            // A tap that is over before the tick counts, too.
            fire |= hold.fire;
            rocket |= hold.rocket;
            self.last = (at, hold);
        }
        let (at, hold) = pull.unwrap_or(self.last);
        let input = PilotInput {
            fire: fire || self.last.1.fire,
            rocket: rocket || self.last.1.rocket,
            dash,
            reload,
            ..PilotInput::idle(hold.aim.unwrap_or(aim))
        };
        (input.with_movement(self.last.1.movement), at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ms(ms: u64) -> Duration {
        Duration::from_millis(ms)
    }

    fn aiming(aim: u16) -> Hold {
        Hold { aim: Some(aim), ..Hold::default() }
    }

    #[test]
    fn a_trigger_counts_from_its_own_moment_with_its_own_aim() {
        let mut hand = Hand::default();
        hand.note(ms(10), aiming(1));
        hand.note(ms(13), Hold { fire: true, ..aiming(2) });
        hand.note(ms(15), Hold { fire: true, ..aiming(3) });
        hand.note(ms(18), Hold { fire: true, ..aiming(4) });
        let (input, at) = hand.take(ms(16), 0);
        assert_eq!((input.fire, input.aim, at), (true, 2, ms(13)));
        // Held on, it is no new pull: the newest aim counts.
        let (input, at) = hand.take(ms(33), 0);
        assert_eq!((input.fire, input.aim, at), (true, 4, ms(18)));
    }

    #[test]
    fn a_tap_counts_once_and_a_hold_until_it_ends() {
        let mut hand = Hand::default();
        hand.note(ms(1), Hold { dash: true, fire: true, ..Hold::default() });
        hand.note(ms(2), Hold { fire: true, ..Hold::default() });
        let (first, _) = hand.take(ms(16), 7);
        assert!(first.dash && first.fire && first.aim == 7);
        let (second, _) = hand.take(ms(33), 7);
        assert!(!second.dash && second.fire);
        hand.note(ms(34), Hold::default());
        hand.note(ms(35), Hold { rocket: true, ..Hold::default() });
        hand.note(ms(36), Hold::default());
        let (third, at) = hand.take(ms(50), 7);
        assert!(!third.fire && third.rocket && at == ms(35));
        assert!(!hand.take(ms(66), 7).0.rocket);
    }
}
