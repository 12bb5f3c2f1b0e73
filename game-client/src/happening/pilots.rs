//! What pilots do and suffer: shots, steps, dashes, wounds, deaths; hits of the own pilot and on it.

use std::collections::HashMap;

use bevy::math::Vec2;
use game_sim::{HeardNoise, NoiseKind, PilotId, noise};

use super::shots::{self, End};
use super::{Figure, Happening, What, figures};
use crate::render::palette::Side;
use crate::scene::{OwnView, PilotView, Scene};

/// More shots than this between two frames are not told: who comes into sight has a counter that
/// means nothing yet.
const BURST: u8 = 8;
/// Length of a step.
const STEP_M: f32 = 1.9;
/// A longer way than this between two frames is no walk.
const JUMP_M: f32 = 3.0;

/// What was last seen of everybody.
#[derive(Default)]
pub(super) struct Pilots {
    others: HashMap<PilotId, Before>,
    own: Option<OwnView>,
}

#[derive(Clone, Copy)]
struct Before {
    shots: u8,
    health: u8,
    alive: bool,
    dashing: bool,
    position: Vec2,
    walked_m: f32,
    fresh: bool,
}

impl Before {
    fn new(pilot: &PilotView, walked_m: f32) -> Self {
        Self {
            shots: pilot.shots,
            health: pilot.health,
            alive: pilot.alive,
            dashing: pilot.dashing,
            position: pilot.position,
            walked_m,
            fresh: true,
        }
    }
}

impl Pilots {
    pub(super) fn notice(&mut self, scene: &Scene, tell: &mut impl FnMut(Happening)) {
        self.others.values_mut().for_each(|before| before.fresh = false);
        for figure in figures(scene) {
            let pilot = figure.pilot;
            let walked_m = match self.others.get(&pilot.id) {
                Some(before) => compare(scene, before, &figure, tell),
                None => 0.0,
            };
            self.others.insert(pilot.id, Before::new(&pilot, walked_m));
        }
        for pilot in scene.pilots.iter().filter(|pilot| pilot.hidden && pilot.opacity <= 0.0) {
            if let Some(before) = self.others.get(&pilot.id) {
                hear(scene, before, pilot, tell);
            }
            self.others.insert(pilot.id, Before::new(pilot, 0.0));
        }
        self.others.retain(|_, before| before.fresh);
        if let (Some(before), Some(now)) = (self.own, scene.own) {
            own(&before, &now, tell);
        }
        self.own = scene.own;
    }
}

/// Of whom the eyes can't see no more is told than the server tells of who is none of its client's business: that
/// somebody in the square has fired.
fn hear(scene: &Scene, before: &Before, now: &PilotView, tell: &mut impl FnMut(Happening)) {
    let (cell, kind) = (noise::cell_at(now.position), NoiseKind::Shot);
    let heard = HeardNoise { cell, kind, beat: 0 };
    let near = |eyes: Vec2| eyes.distance(heard.place()) <= scene.rules.hearing_m;
    if (1..=BURST).contains(&now.shots.wrapping_sub(before.shots)) && scene.eyes().is_some_and(near)
    {
        tell(Happening { what: What::Noise(heard), side: Side::Enemy, point: heard.place() });
    }
}

/// Tells how somebody changed, and gives how far it has walked since its last step.
fn compare(
    scene: &Scene,
    before: &Before,
    &Figure { side, pilot: ref now }: &Figure,
    tell: &mut impl FnMut(Happening),
) -> f32 {
    let mut say = |what| tell(Happening { what, side, point: now.position });
    if (1..=BURST).contains(&now.shots.wrapping_sub(before.shots)) {
        let ahead = Vec2::from_angle(now.aim_radians);
        let end: End = shots::end(scene, now.id, now.position, ahead);
        say(What::Shot { aim_radians: now.aim_radians, end });
    }
    match (before.alive, now.alive) {
        (true, false) => say(What::Fell),
        (false, true) => say(What::Appeared),
        (true, true) if now.health < before.health => say(What::Struck),
        _ => {}
    }
    let moved_m = now.position.distance(before.position);
    if !now.alive || moved_m > JUMP_M {
        return 0.0;
    }
    if now.dashing && !before.dashing {
        say(What::Dash);
    }
    let walked_m = before.walked_m + moved_m;
    if walked_m < STEP_M {
        return walked_m;
    }
    if !now.dashing {
        say(What::Step);
    }
    0.0
}

fn own(before: &OwnView, now: &OwnView, tell: &mut impl FnMut(Happening)) {
    let mut say = |what| tell(Happening { what, side: Side::Own, point: now.position });
    if now.hits != before.hits {
        say(What::Hit);
    }
    if now.hurt != before.hurt {
        say(What::Hurt { from_radians: now.hurt_from_radians });
    }
    if now.reload.is_some() && before.reload.is_none() {
        say(What::Reload);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_comes_into_sight_has_done_nothing_yet() {
        let mut pilots = Pilots::default();
        let mut look = |views: &[PilotView]| {
            let mut told = Vec::new();
            let scene = Scene { pilots: views.to_vec(), ..Scene::default() };
            pilots.notice(&scene, &mut |happening| told.push(happening.what));
            told
        };
        let view = PilotView { shots: 9, health: 40, ..PilotView::still(PilotId(3)) };
        assert_eq!(look(&[view]), []);
        let next = PilotView { shots: 10, health: 29, ..view };
        let told = look(&[next]);
        assert!(matches!(told[..], [What::Shot { .. }, What::Struck]), "{told:?}");
        assert_eq!(look(&[PilotView { alive: false, ..next }]), [What::Fell]);
        assert_eq!(look(&[]), []);
        assert_eq!(look(&[PilotView { shots: 200, ..view }]), []);
    }

    #[test]
    fn of_a_shot_behind_a_wall_there_is_the_noise_and_no_muzzle() {
        let mut scene = crate::eyes::tests::behind_a_wall();
        scene.pilots.truncate(1);
        (scene.pilots[0].hidden, scene.pilots[0].opacity) = (true, 0.0);
        let mut pilots = Pilots::default();
        let mut shoot = |hidden, opacity| {
            let mut told = Vec::new();
            let pilot = &mut scene.pilots[0];
            pilot.shots += 1;
            pilot.position.x += 1.0;
            (pilot.hidden, pilot.opacity) = (hidden, opacity);
            pilots.notice(&scene, &mut |happening| told.push(happening));
            told
        };
        shoot(true, 0.0);
        let told = shoot(true, 0.0);
        let [Happening { what: What::Noise(heard), point, .. }] = told[..] else {
            panic!("{told:?}")
        };
        assert_eq!(point, heard.place(), "the square, and not the place");
        let told = shoot(false, 1.0);
        assert!(matches!(told[0].what, What::Shot { .. }), "{told:?}");
    }

    #[test]
    fn steps_follow_the_way_and_not_the_time() {
        let mut pilots = Pilots::default();
        let mut steps = 0;
        for frame in 0..200 {
            let position = Vec2::new(frame as f32 * 0.1, 0.0);
            let view = PilotView { position, ..PilotView::still(PilotId(3)) };
            let scene = Scene { pilots: vec![view], ..Scene::default() };
            pilots
                .notice(&scene, &mut |happening| steps += u32::from(happening.what == What::Step));
        }
        assert!((9..=11).contains(&steps), "{steps} steps in 20 m");
    }
}
