//! A row that says how a walker moves, and the guess that both ends make of it. A game has its own movement code for
//! that. Here it is what anybody can see: the server takes paces from where walkers were a tick before, and the guess is
//! that they go on so. How fast they gain pace, and how a turn fades, is the trace's.
//!
//! The paces are told first. Where a walker is then follows from them: for a baseline of the tick before exactly, for an
//! older one nearly. (A client guesses stage by stage. A guess that used a column which it does not have yet would leave
//! it with other walkers than the trace's, and the table would show that as an error.)

use crate::{tables, walk::Row};
use netcode::{Replicate, delta::Guess, entropy::codes::Codes};
use std::sync::LazyLock;
use trace::walk::{FADE_PER_S, GAIN_CM_S2, Walker};

/// The longest pace that a row can tell, at 25 ticks a second or more; a walker does not come farther.
const PACE_CM: i32 = 24;
/// Likewise of a turn.
const TURN_DEG: i32 = 60;
/// Nobody follows a walker longer than that.
const LONGEST_TICKS: u32 = 60;

/// Places of the columns.
const PACES: usize = 0;
const TURN: usize = 2;
const AT: usize = 3;
const AIM: usize = 5;

#[derive(Clone, Copy, Debug, Default, PartialEq, Replicate)]
pub struct Paced {
    /// How far the walker came in the last tick.
    #[replicate(range = -24..=24)]
    pace_x_cm: i8,
    #[replicate(range = -24..=24)]
    pace_y_cm: i8,
    /// How far it turned.
    #[replicate(range = -60..=60)]
    turn_deg: i8,
    #[replicate(range = 0..=25_600, stage)]
    x_cm: u16,
    #[replicate(range = 0..=25_600)]
    y_cm: u16,
    #[replicate(range = 0..=359, wrap)]
    aim_deg: u16,
}

impl Row for Paced {
    const GUESSED: bool = true;

    fn of(before: Walker, now: Walker) -> Self {
        let pace = |before: u16, now: u16| {
            (i32::from(now) - i32::from(before)).clamp(-PACE_CM, PACE_CM) as i8
        };
        let turn = i32::from(now.aim_deg) - i32::from(before.aim_deg);
        let turn = (turn + 540).rem_euclid(360) - 180;
        Self {
            pace_x_cm: pace(before.x_cm, now.x_cm),
            pace_y_cm: pace(before.y_cm, now.y_cm),
            turn_deg: turn.clamp(-TURN_DEG, TURN_DEG) as i8,
            x_cm: now.x_cm,
            y_cm: now.y_cm,
            aim_deg: now.aim_deg,
        }
    }

    fn walker(&self) -> Walker {
        Walker { x_cm: self.x_cm, y_cm: self.y_cm, aim_deg: self.aim_deg }
    }

    fn guess(rate_hz: u32, guess: Guess<'_>) {
        let Some(was) = guess.baseline else { return };
        let (rate_hz, age_ticks) = (rate_hz as i32, guess.age_ticks.min(LONGEST_TICKS));
        if guess.is_in(0) {
            // The table's guess holds the paces.
            guess.columns[TURN] = (0..age_ticks).fold(was[TURN], |turn, _| faded(turn, rate_hz));
        }
        if guess.is_in(1) {
            for axis in 0..2 {
                let (before, now) = (was[PACES + axis], guess.known[PACES + axis]);
                guess.columns[AT + axis] = was[AT + axis] + way(before, now, rate_hz, age_ticks);
            }
            let turned = turned(was[TURN], guess.known[TURN], rate_hz, age_ticks);
            guess.columns[AIM] = (was[AIM] + turned).rem_euclid(360);
        }
    }

    fn codes() -> &'static Codes {
        static CODES: LazyLock<Codes> =
            LazyLock::new(|| tables::read::<Paced>(include_str!("paced.codes")));
        &CODES
    }
}

/// What is left of a turn in the next tick.
fn faded(turn: i32, rate_hz: i32) -> i32 {
    let left = turn * (rate_hz - i32::from(FADE_PER_S));
    (left + left.signum() * rate_hz / 2) / rate_hz
}

/// How far a walker came, whose pace was `before` and is `now`: it kept the earlier one as long as it can have.
fn way(before: i32, now: i32, rate_hz: i32, age_ticks: u32) -> i32 {
    let gain = i32::from(GAIN_CM_S2) / (rate_hz * rate_hz) + 1;
    let paces = std::iter::successors(Some(now), |pace| {
        Some(pace + (before - pace).clamp(-gain, gain)) // a tick earlier
    });
    paces.take(age_ticks as usize).sum()
}

/// How far a walker turned, whose turn was `before` and is `now`.
fn turned(before: i32, now: i32, rate_hz: i32, age_ticks: u32) -> i32 {
    let fading = std::iter::successors(Some(before), |turn| Some(faded(*turn, rate_hz)));
    let fading = fading.skip(1).take(age_ticks as usize);
    let expected = fading.clone().last().unwrap_or(0);
    if (expected - now).abs() <= 1 + age_ticks as i32 {
        return fading.sum::<i32>() - expected + now;
    }
    // It aims somewhere else by now: as if it had turned so far in each tick.
    now * age_ticks as i32
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::walk::{WALKER, Walk, snapshot};
    use netcode::{Tick, TickRate, delta::RowCode};
    use std::sync::Arc;
    use trace::{Workload, walk::Trace};

    #[test]
    fn a_row_has_its_columns_where_the_guess_looks_for_them() {
        let names: Vec<&str> = Paced::TABLE.fields.iter().map(|field| field.name).collect();
        assert_eq!(names[PACES..TURN], ["pace_x_cm", "pace_y_cm"]);
        assert_eq!((names[TURN], names[AIM]), ("turn_deg", "aim_deg"));
        assert_eq!(names[AT..AIM], ["x_cm", "y_cm"]);
        let most = |place: usize| Paced::TABLE.fields[place].highest;
        assert_eq!([most(PACES), most(TURN)], [PACE_CM, TURN_DEG]);
    }

    /// Of all rows of a match, which part is as it was guessed from that of so many ticks before, and by how much
    /// places and aims of the others are wrong at most.
    fn guessed(name: &str, age: usize) -> (f64, [i32; 2]) {
        let workload = Workload::named(name).expect("a workload");
        let trace = Trace::new(workload, 1);
        let rate = TickRate::new(workload.rate_hz as u16).expect("a rate above zero");
        let scenery = Arc::new(workload.rate_hz);
        let mut code = RowCode::with_codes::<Walk<Paced>>(rate, scenery, Codes::untrained());
        let (mut all, mut right, mut worst) = (0, 0, [0; 2]);
        for number in 300..600 {
            let at = |number: usize| snapshot::<Paced>(Tick(number as u32), &trace, number);
            let (base, now) = (at(number - age), at(number));
            for (base, row) in base.rows().zip(now.rows()).take(workload.moving) {
                let residuals = code.residuals(WALKER, Some(base.columns), age as u32, row.columns);
                all += 1;
                right += u32::from(residuals.iter().all(|residual| *residual == 0));
                let [place, aim] = worst;
                let place = residuals[AT..AIM].iter().fold(place, |worst, it| worst.max(it.abs()));
                worst = [place, aim.max(residuals[AIM].abs())];
            }
        }
        (f64::from(right) / f64::from(all), worst)
    }

    #[test]
    fn who_goes_on_is_where_it_was_guessed() {
        for (name, age, least) in [("W5", 1, 0.47), ("W5", 3, 0.25), ("W3-1", 1, 0.57)] {
            let (right, worst) = guessed(name, age);
            assert!(right > least, "{name}, {age} ticks: {right}");
            // From the tick before, paces say it all; from an older one, a pace may have changed and changed back.
            let [place, aim] = worst;
            assert!(age > 1 || [place, aim] == [0, 0], "{name}: {worst:?}");
            assert!(place <= 8 * (age as i32 - 1), "{name}, {age} ticks: {place} cm");
        }
    }

    #[test]
    fn a_row_is_the_walker_that_it_was_made_of() {
        let trace = Trace::new(Workload::named("W5").expect("a workload"), 1);
        for number in 1..600 {
            let rows = snapshot::<Paced>(Tick(1), &trace, number);
            let walkers = rows.rows().map(|row| row.restore::<Paced>().walker());
            assert!(walkers.eq(trace.at(number).iter().copied()), "tick {number}");
        }
    }
}
