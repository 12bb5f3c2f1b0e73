//! What one pilot does in one tick: the only thing that a client sends about its pilot.
//!
//! Integers, so that client and server compute with the same bits, and few of them, because each
//! input is sent several times. It never says where the pilot is: positions are the server's.

use glam::Vec2;
use netcode::Replicate;
use serde::{Deserialize, Serialize};

use crate::angle;

/// Steps from standing to full speed on each axis, so that a stick can walk slowly.
pub const MOVE_STEPS: i8 = 4;

/// The controls of one pilot for one tick.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Replicate, Serialize, Deserialize)]
#[replicate(name = "input")]
pub struct PilotInput {
    /// Movement to the right, -4 to 4.
    #[replicate(range = -4..=4)]
    pub move_x: i8,
    /// Movement up (north), -4 to 4.
    #[replicate(range = -4..=4)]
    pub move_y: i8,
    /// Where the pilot aims, in 4096ths of a turn (see [`angle`]).
    #[replicate(range = 0..=4095, wrap)]
    pub aim: u16,
    /// Holds the rifle's trigger.
    pub fire: bool,
    /// Holds the rocket's trigger.
    pub rocket: bool,
    /// Wants to dash as soon as it can.
    pub dash: bool,
    /// Wants a new magazine.
    pub reload: bool,
}

impl PilotInput {
    /// An input that does nothing and keeps aiming at `aim`.
    pub fn idle(aim: u16) -> Self {
        Self { aim, ..Self::default() }
    }

    /// An input that moves as near to `direction` as its steps can say. Lengths above 1 count as 1.
    pub fn with_movement(mut self, direction: Vec2) -> Self {
        let direction = direction.clamp_length_max(1.0) * f32::from(MOVE_STEPS);
        self.move_x = direction.x.round() as i8;
        self.move_y = direction.y.round() as i8;
        self
    }

    /// The movement as a vector of at most unit length, whatever the peer sent: two full axes
    /// together would otherwise be faster than one.
    pub fn movement(&self) -> Vec2 {
        let step =
            |value: i8| f32::from(value.clamp(-MOVE_STEPS, MOVE_STEPS)) / f32::from(MOVE_STEPS);
        Vec2::new(step(self.move_x), step(self.move_y)).clamp_length_max(1.0)
    }

    /// The same input with every field inside its range.
    pub fn sanitise(self) -> Self {
        Self {
            move_x: self.move_x.clamp(-MOVE_STEPS, MOVE_STEPS),
            move_y: self.move_y.clamp(-MOVE_STEPS, MOVE_STEPS),
            aim: self.aim % angle::TURN,
            ..self
        }
    }
}

#[cfg(test)]
mod tests {
    use netcode::ack::Acks;
    use netcode::input::{InputBatch, Stamped};
    use netcode::rewind::moment::Glance;
    use netcode::wire::bits::BitWriter;

    use super::*;

    #[test]
    fn no_input_moves_faster_than_one_axis() {
        for move_x in i8::MIN..=i8::MAX {
            for move_y in i8::MIN..=i8::MAX {
                let input = PilotInput { move_x, move_y, ..PilotInput::default() };
                assert!(input.movement().length() <= 1.000_001);
            }
        }
    }

    /// The worked example of docs/protocol-datagrams.md.
    #[test]
    fn three_inputs_of_which_one_shoots_are_the_bytes_that_the_protocol_says() {
        let run = PilotInput { move_x: 4, aim: 1024, ..PilotInput::default() };
        let shot = PilotInput { fire: true, ..run };
        let before = PilotInput { aim: 1020, ..run };
        let glance = Glance { own_lag: 64, view_lag: 160, back: 0, ahead: 0 };
        let stamped = |input, glance| Stamped { input, glance };
        let inputs = vec![stamped(shot, Some(glance)), stamped(run, None), stamped(before, None)];
        let mut acks = Acks::default();
        acks.record(65_516);
        let mut writer = BitWriter::default();
        acks.write(&mut writer);
        InputBatch { newest: 103, inputs }.write(&mut writer);
        let expected = "d9 ff 01 00 9c 81 90 00 28 32 3a bf 81 02 03";
        let bytes: Vec<String> = writer.finish().iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(bytes.join(" "), expected);
    }

    #[test]
    fn sanitised_input_is_in_range_and_moves_the_same() {
        let wild = PilotInput { move_x: -100, move_y: 3, aim: 60_000, ..PilotInput::default() };
        let tame = wild.sanitise();
        assert!(tame.aim < angle::TURN && tame.move_x == -MOVE_STEPS);
        assert_eq!(tame.movement(), wild.movement());
    }
}
