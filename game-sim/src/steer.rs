//! A pilot's movement as one number: who turns a little changes it a little.
//!
//! The movement of an input is two steps from -4 to 4. Of the 81 there are, 32 are as far out as a
//! stick goes; they are numbered round the circle. The others follow, standing still first.

use crate::input::MOVE_STEPS;

/// How many movements there are.
pub const STEERS: u8 = 81;
/// Of these, so many are on the circle.
const CIRCLE: usize = 32;

/// The first quarter of the circle, by angle; the others are this one turned.
const QUARTER: [(i8, i8); 8] = [(4, 0), (4, 1), (4, 2), (3, 2), (3, 3), (2, 3), (2, 4), (1, 4)];

static MOVEMENTS: [(i8, i8); STEERS as usize] = movements();
static NUMBERS: [u8; STEERS as usize] = numbers();

/// The number of a movement, each part from -4 to 4.
pub fn number(movement: (i8, i8)) -> u8 {
    NUMBERS.get(place(movement)).copied().unwrap_or(CIRCLE as u8)
}

/// The movement with a number below [`STEERS`]; standing still for any other.
pub fn movement(number: u8) -> (i8, i8) {
    MOVEMENTS.get(usize::from(number)).copied().unwrap_or((0, 0))
}

/// Where a movement stands in the order of rows and columns.
const fn place(movement: (i8, i8)) -> usize {
    let side = 2 * MOVE_STEPS as i32 + 1;
    let (x, y) = (movement.0 as i32 + MOVE_STEPS as i32, movement.1 as i32 + MOVE_STEPS as i32);
    // What is out of range lies behind the end.
    if x < 0 || y < 0 || x >= side || y >= side { usize::MAX } else { (y * side + x) as usize }
}

const fn movements() -> [(i8, i8); STEERS as usize] {
    let mut all = [(0, 0); STEERS as usize];
    let mut taken = [false; STEERS as usize];
    let mut number = 0;
    while number < CIRCLE {
        let (mut x, mut y) = QUARTER[number % QUARTER.len()];
        let mut turns = number / QUARTER.len();
        while turns > 0 {
            (x, y) = (-y, x);
            turns -= 1;
        }
        all[number] = (x, y);
        taken[place((x, y))] = true;
        number += 1;
    }
    taken[place((0, 0))] = true;
    number += 1;
    let (mut x, mut y) = (-MOVE_STEPS, -MOVE_STEPS);
    while number < STEERS as usize {
        if !taken[place((x, y))] {
            all[number] = (x, y);
            number += 1;
        }
        x += 1;
        if x > MOVE_STEPS {
            (x, y) = (-MOVE_STEPS, y + 1);
        }
    }
    all
}

const fn numbers() -> [u8; STEERS as usize] {
    let all = movements();
    let mut numbers = [0; STEERS as usize];
    let mut number = 0;
    while number < all.len() {
        numbers[place(all[number])] = number as u8;
        number += 1;
    }
    numbers
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::input::PilotInput;

    #[test]
    fn each_movement_has_its_number() {
        let mut seen = [false; STEERS as usize];
        for x in -MOVE_STEPS..=MOVE_STEPS {
            for y in -MOVE_STEPS..=MOVE_STEPS {
                let number = number((x, y));
                assert!(!std::mem::replace(&mut seen[usize::from(number)], true));
                assert_eq!(movement(number), (x, y));
            }
        }
        assert_eq!(movement(STEERS), (0, 0));
    }

    #[test]
    fn a_stick_that_turns_goes_round_the_circle() {
        for angle in 0..4096_u16 {
            let input = PilotInput::default().with_movement(crate::angle::direction(angle));
            assert!(usize::from(number((input.move_x, input.move_y))) < CIRCLE);
        }
    }
}
