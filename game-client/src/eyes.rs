//! What the player's eyes see, own or watched. The server tells a little more: who could come around a corner by the
//! time that the word is here (docs/decisions/0015-what-walls-hide-is-not-sent.md). That is for whoever comes into
//! sight to be there at once, and for nothing else (docs/decisions/0057-the-eyes-decide-who-is-drawn.md).
//!
//! It is computed from the same walls as the server's sight lines are ([`game_sim::sightlines::Panorama`]). Who fights
//! beside the player is never lost out of sight, and from above nothing is hidden.

use std::sync::Arc;

use bevy::prelude::*;
use game_sim::Arena;
use game_sim::sightlines::Panorama;

use crate::frame::Frame;
use crate::render::palette::Side;
use crate::scene::Scene;

/// For how long somebody is still there whom the eyes have just lost. Coming into sight takes no time.
const FADE_S: f32 = 0.2;
/// The eye may move so far before it is all computed anew.
const STEP_M: f32 = 0.01;

/// From where is seen, and what.
#[derive(Resource, Default)]
pub struct Eyes {
    arena: Option<Arc<Arena>>,
    eye: Vec2,
    /// What is seen from there; nothing from above, where nothing is hidden.
    panorama: Option<Panorama>,
    range_m: f32,
    /// Counts how often that was computed.
    looks: u32,
    /// How much of each pilot there is, by slot.
    shown: Vec<Shown>,
}

/// How much of a pilot there is.
#[derive(Clone, Copy, Default)]
struct Shown {
    part: f32,
    fresh: bool,
}

/// Looks once in each frame.
pub fn plugin(app: &mut App) {
    app.init_resource::<Eyes>().add_systems(Update, look.in_set(Frame::See));
}

/// Decides who is in the picture.
pub fn look(time: Res<Time>, mut scene: ResMut<Scene>, mut eyes: ResMut<Eyes>) {
    eyes.turn(&scene);
    eyes.choose(&mut scene, time.delta_secs());
}

impl Eyes {
    /// Where the eye is, what it sees, and how far; nothing from above. With a number that is another for each.
    pub fn panorama(&self) -> Option<(u32, Vec2, &Panorama, f32)> {
        let panorama = self.panorama.as_ref()?;
        Some((self.looks, self.eye, panorama, self.range_m))
    }

    /// Looks around, when the eye has moved.
    fn turn(&mut self, scene: &Scene) {
        let (Some(eye), Some(arena)) = (scene.eyes(), &scene.arena) else {
            self.panorama = None;
            return;
        };
        let same = self.arena.as_ref().is_some_and(|before| Arc::ptr_eq(before, arena));
        if same && self.panorama.is_some() && self.eye.distance(eye) < STEP_M {
            return;
        }
        if !same {
            self.arena = Some(arena.clone());
        }
        (self.eye, self.range_m) = (eye, scene.rules.sight_m);
        self.panorama = Some(Panorama::new(&arena.walls, eye, self.range_m));
        self.looks = self.looks.wrapping_add(1);
    }

    /// Takes out of the picture whom the eyes can't see.
    fn choose(&mut self, scene: &mut Scene, seconds: f32) {
        self.shown.iter_mut().for_each(|shown| shown.fresh = false);
        for index in 0..scene.pilots.len() {
            let pilot = scene.pilots[index];
            let beside = scene.side(pilot.id) != Side::Enemy;
            let hidden = self.hides(pilot.position, scene.rules.radius_m);
            let slot = pilot.id.index();
            if slot >= self.shown.len() {
                self.shown.resize(slot + 1, Shown::default());
            }
            let shown = &mut self.shown[slot];
            let lost = hidden && !beside;
            let part = if lost { (shown.part - seconds / FADE_S).max(0.0) } else { 1.0 };
            *shown = Shown { part, fresh: true };
            let pilot = &mut scene.pilots[index];
            pilot.hidden = hidden;
            pilot.opacity *= part;
        }
        // Who comes anew was not in sight.
        self.shown.iter_mut().filter(|shown| !shown.fresh).for_each(|shown| shown.part = 0.0);
    }

    /// Whether all of a body is out of sight.
    fn hides(&self, body: Vec2, radius_m: f32) -> bool {
        self.panorama.as_ref().is_some_and(|panorama| {
            body.distance(self.eye) > self.range_m + radius_m || !panorama.shows(body, radius_m)
        })
    }
}

#[cfg(test)]
pub mod tests {
    use super::*;
    use crate::scene::{OwnView, PilotView};
    use game_sim::arena::Wall;
    use game_sim::{Mode, Own, PilotId, Team};

    /// A wall north of the middle, where the own pilot stands, with pilot 1 behind it, pilot 2 behind it and of the
    /// own team where there are teams, and pilot 3 in the open.
    pub fn behind_a_wall() -> Scene {
        let wall = Wall::new(Vec2::new(-3.0, 5.0), Vec2::new(3.0, 6.0), 2.0);
        let half = Vec2::splat(90.0);
        let arena = Arena::new("a", half, vec![wall], Vec::new(), Vec::new(), 0);
        let mut scene = Scene { arena: Some(arena.into()), ..Scene::default() };
        let own = Own { alive: true, ..Own::default() };
        scene.me = Some(PilotId(0));
        scene.own = Some(OwnView::new(&own, Vec2::ZERO, &scene.rules));
        let at =
            |id, x, y| PilotView { position: Vec2::new(x, y), ..PilotView::still(PilotId(id)) };
        scene.pilots = vec![at(1, -1.0, 8.0), at(2, 1.0, 8.0), at(3, 9.0, 8.0)];
        scene
    }

    /// Two teams: the own pilot and pilot 2 against pilots 1 and 3.
    pub fn in_teams(scene: &mut Scene) {
        let (west, east) = (Some(Team::West), Some(Team::East));
        scene.teams = vec![west, east, west, east];
        scene.standing.mode = Mode::ControlPoints;
    }

    /// Looks at a scene that was just filled for so long; who is in the picture then.
    pub fn look_for(eyes: &mut Eyes, scene: &mut Scene, seconds: f32) -> Vec<u16> {
        scene.pilots.iter_mut().for_each(|pilot| pilot.opacity = 1.0);
        eyes.turn(scene);
        eyes.choose(scene, seconds);
        let seen = scene.pilots.iter().filter(|pilot| pilot.is_seen());
        seen.map(|pilot| pilot.id.0).collect()
    }

    #[test]
    fn an_enemy_behind_a_wall_is_not_in_the_picture_and_a_mate_there_is() {
        let (mut eyes, mut scene) = (Eyes::default(), behind_a_wall());
        assert_eq!(look_for(&mut eyes, &mut scene, 0.01), [3]);
        in_teams(&mut scene);
        assert_eq!(look_for(&mut eyes, &mut scene, 0.01), [2, 3]);
        assert!(scene.pilots[1].hidden, "it stands in the dark all the same");
    }

    #[test]
    fn who_comes_around_a_corner_is_there_at_once_and_who_goes_fades() {
        let (mut eyes, mut scene) = (Eyes::default(), behind_a_wall());
        scene.pilots.truncate(1);
        assert_eq!(look_for(&mut eyes, &mut scene, 1.0), [0_u16; 0], "it was never seen");
        scene.pilots[0].position.x = -7.0;
        assert_eq!(look_for(&mut eyes, &mut scene, 0.001), [1]);
        assert!(scene.pilots[0].opacity > 0.99);
        scene.pilots[0].position.x = -1.0;
        assert_eq!(look_for(&mut eyes, &mut scene, 0.1), [1]);
        assert!(scene.pilots[0].hidden && scene.pilots[0].opacity < 0.6);
        assert_eq!(look_for(&mut eyes, &mut scene, 0.15), [0_u16; 0]);
        // Neither does anybody come back who was not told of meanwhile.
        scene.pilots[0].position.x = -7.0;
        look_for(&mut eyes, &mut scene, 0.01);
        let gone = std::mem::take(&mut scene.pilots);
        look_for(&mut eyes, &mut scene, 0.01);
        scene.pilots = gone;
        scene.pilots[0].position.x = -1.0;
        assert_eq!(look_for(&mut eyes, &mut scene, 0.01), [0_u16; 0]);
    }

    #[test]
    fn a_part_of_a_body_is_enough_and_too_far_is_out_of_sight() {
        let (mut eyes, mut scene) = (Eyes::default(), behind_a_wall());
        // Just beyond the wall's corner as the eye sees it: the middle is hidden, a shoulder is not.
        scene.pilots[0].position = Vec2::new(-4.4, 8.0);
        scene.pilots[1].position = Vec2::new(0.0, -(scene.rules.sight_m + 1.0));
        assert_eq!(look_for(&mut eyes, &mut scene, 1.0), [1, 3]);
    }

    #[test]
    fn who_watches_sees_as_the_followed_pilot_does_and_from_above_everybody() {
        let (mut eyes, mut scene) = (Eyes::default(), behind_a_wall());
        (scene.me, scene.own, scene.watched) = (None, None, Some(PilotId(3)));
        scene.pilots[2].position = Vec2::ZERO;
        assert_eq!(look_for(&mut eyes, &mut scene, 1.0), [3]);
        (scene.watched, scene.above) = (None, Some(Vec2::ZERO));
        assert_eq!(look_for(&mut eyes, &mut scene, 1.0), [1, 2, 3]);
    }
}
