//! Where sounds are heard: how loud, from which side, and which of many.
//!
//! A hundred pilots fire eight hundred shots a second. Nobody hears them apart; so of each frame the
//! loudest few are played, and of each sound no two within a moment.

use bevy::ecs::resource::Resource;
use bevy::math::Vec2;

use super::cue::{Cue, Sound};

/// Within this distance a sound is as loud as recorded, in metres; with each doubling it loses six
/// decibels.
const NEAR_M: f32 = 7.0;
/// Beyond this distance nothing is heard.
const FAR_M: f32 = 60.0;
/// So far to the side a sound comes from one side alone; and how much of one side that is.
const SIDE_M: f32 = 16.0;
const MOST_PANNING: f32 = 0.85;
/// Sounds that may begin in one frame, and within the window.
const A_FRAME: usize = 8;
const WINDOW_S: f32 = 0.25;
const A_WINDOW: usize = 28;

/// The player's ear.
#[derive(Resource)]
pub struct Ear {
    place: Vec2,
    now_s: f32,
    noticed: Vec<Heard>,
    /// When each sound may begin again.
    ready_s: [f32; Sound::ALL.len()],
    /// When the window began, and how many began in it.
    window: (f32, usize),
    count: u32,
}

/// A sound as it is heard.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Heard {
    /// Which.
    pub cue: Cue,
    /// How loud, in decibels.
    pub volume_db: f32,
    /// From -1, left, to 1, right.
    pub panning: f32,
    /// How fast it is played: no two steps are alike.
    pub rate: f32,
}

impl Heard {
    /// In the player's head.
    pub fn close(cue: Cue) -> Self {
        Self { cue, volume_db: cue.gain_db, panning: 0.0, rate: 1.0 }
    }
}

impl Default for Ear {
    fn default() -> Self {
        Self {
            place: Vec2::ZERO,
            now_s: 0.0,
            noticed: Vec::with_capacity(256),
            ready_s: [0.0; Sound::ALL.len()],
            window: (0.0, 0),
            count: 0,
        }
    }
}

impl Ear {
    /// Begins a frame: where the ear is, if anywhere, and when.
    pub fn turn_to(&mut self, place: Option<Vec2>, now_s: f32) {
        self.place = place.unwrap_or(self.place);
        self.now_s = now_s;
        self.noticed.clear();
        if now_s - self.window.0 > WINDOW_S {
            self.window = (now_s, 0);
        }
    }

    /// Something sounds somewhere.
    pub fn notice(&mut self, cue: Cue, point: Vec2) {
        if !cue.placed {
            self.noticed.push(Heard::close(cue));
            return;
        }
        let way = point - self.place;
        let distance_m = way.length();
        if distance_m > FAR_M {
            return;
        }
        self.count = self.count.wrapping_add(1);
        let rate = 0.94 + (self.count.wrapping_mul(2_654_435_761) >> 24) as f32 / 255.0 * 0.12;
        let volume_db = cue.gain_db - 20.0 * (distance_m / NEAR_M).max(1.0).log10();
        let panning = (way.x / SIDE_M).clamp(-1.0, 1.0) * MOST_PANNING;
        self.noticed.push(Heard { cue, volume_db, panning, rate });
    }

    /// Gives what is heard of all that: what is in the head first, then the loudest.
    pub fn hear(&mut self, mut play: impl FnMut(&Heard)) {
        let urgency = |heard: &Heard| if heard.cue.placed { heard.volume_db } else { f32::MAX };
        self.noticed.sort_unstable_by(|one, other| urgency(other).total_cmp(&urgency(one)));
        let mut played = 0;
        for heard in &self.noticed {
            let ready_s = &mut self.ready_s[heard.cue.sound as usize];
            let full = played == A_FRAME || self.window.1 >= A_WINDOW;
            if *ready_s > self.now_s || (full && heard.cue.placed) {
                continue;
            }
            *ready_s = self.now_s + heard.cue.sound.gap_s();
            played += 1;
            self.window.1 += 1;
            play(heard);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::cue::Bus;
    use super::*;

    fn cue(sound: Sound) -> Cue {
        Cue { sound, bus: Bus::Effects, gain_db: 0.0, placed: true }
    }

    fn heard(ear: &mut Ear) -> Vec<Heard> {
        let mut all = Vec::new();
        ear.hear(|heard| all.push(*heard));
        all
    }

    #[test]
    fn what_is_farther_is_quieter_and_right_is_right() {
        let mut ear = Ear::default();
        ear.turn_to(Some(Vec2::new(10.0, 0.0)), 1.0);
        ear.notice(cue(Sound::Blast), Vec2::new(40.0, 0.0));
        ear.notice(cue(Sound::Shot), Vec2::new(8.0, 0.0));
        ear.notice(cue(Sound::Launch), Vec2::new(200.0, 0.0));
        let all = heard(&mut ear);
        assert_eq!(all.len(), 2, "what is too far is not heard");
        assert_eq!(all[0].cue.sound, Sound::Shot, "the loudest first");
        assert!(all[0].volume_db == 0.0 && all[0].panning < 0.0);
        assert!(all[1].volume_db < -10.0 && all[1].panning > 0.8);
    }

    #[test]
    fn a_big_fight_plays_no_more_than_can_be_heard_apart() {
        let mut ear = Ear::default();
        let mut all = 0;
        for frame in 0..15 {
            ear.turn_to(Some(Vec2::ZERO), frame as f32 / 60.0);
            for shot in 0..100 {
                ear.notice(cue(Sound::ALL[shot % 12]), Vec2::X * shot as f32 * 0.5);
            }
            ear.notice(Cue { placed: false, ..cue(Sound::Hit) }, Vec2::ZERO);
            let played = heard(&mut ear);
            assert!(played.len() <= A_FRAME + 1);
            all += played.iter().filter(|heard| heard.cue.placed).count();
        }
        assert!(all <= A_WINDOW, "{all} sounds in a quarter of a second");
    }
}
