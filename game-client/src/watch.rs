//! Looking on: with the eyes of another pilot, from above any place, or, between the own death and the
//! respawn, at who did it.
//!
//! The keys are those of the fight: fire leads to the next pilot, rocket to the one before, dash into the
//! free view and back, and what moves the pilot moves that. The server decides what a watcher is told
//! (docs/decisions/0043-what-who-watches-is-told.md); here is only where to look.

use bevy::prelude::*;
use game_sim::{PilotId, Vantage};
use leafwing_input_manager::prelude::ActionState;

use crate::frame::Frame;
use crate::input::Controls;
use crate::input::action::Action;
use crate::render::Eye;
use crate::scene::{Scene, ScoreLine};
use crate::settings::{DeathView, Settings};
use crate::state::{Page, Stage, settled};

/// How fast the free view moves, in metres a second.
const SPEED_M_S: f32 = 22.0;
/// How often at most the server is told where the free view is, in seconds: the session allows ten
/// requests a second, and chat needs some of them.
const TELL_S: f32 = 0.25;
/// How far it must have moved for that.
const TELL_M: f32 = 0.5;

/// Where the player looks who has no living pilot.
#[derive(Resource, Clone, Debug, Default)]
pub struct Watch {
    /// With whose eyes.
    followed: Option<PilotId>,
    /// Where the free view is, while it is used.
    free: Option<Vec2>,
    /// What the server was told, and how long ago.
    told: Option<Vantage>,
    since_s: f32,
    /// What it is to be told next.
    outgoing: Option<Vantage>,
}

/// Moves the view and tells where it is.
pub fn plugin(app: &mut App) {
    app.init_resource::<Watch>()
        .add_systems(OnEnter(Stage::Playing), |mut watch: ResMut<Watch>| *watch = Watch::default())
        .add_systems(
            Update,
            steer
                .in_set(Frame::Input)
                .after(crate::input::Read)
                .run_if(in_state(Stage::Playing))
                .run_if(in_state(Page::Fight).or_else(in_state(Page::Vote)).and_then(settled)),
        )
        .add_systems(
            Update,
            settle.after(Frame::Advance).before(Frame::See).run_if(in_state(Stage::Playing)),
        );
}

impl Watch {
    /// What the server is to be told now, if anything.
    pub fn take(&mut self) -> Option<Vantage> {
        self.outgoing.take()
    }

    /// What the view should show, and whether it should be there at once instead of gliding; nothing to
    /// stay where it is.
    pub fn target(&self, scene: &Scene, settings: &Settings) -> Option<(Vec2, bool)> {
        match scene.own {
            Some(own) if own.alive => Some((own.position, true)),
            Some(own) => match settings.death_view {
                DeathView::Killer => {
                    let killer = scene.why_died.map(|why| why.killer);
                    let mut seen = scene.pilots.iter().filter(|pilot| !pilot.hidden);
                    let seen = seen.find(|pilot| Some(pilot.id) == killer);
                    seen.map(|killer| (killer.position, false))
                }
                DeathView::Free => Some((self.free.unwrap_or(own.position), true)),
            },
            None => match self.free {
                Some(free) => Some((free, true)),
                None => scene.eyes().map(|eyes| (eyes, false)),
            },
        }
    }

    /// Keeps a pilot chosen that is there, and the scene's idea of it.
    fn settle(&mut self, scene: &mut Scene, seconds: f32) {
        self.since_s += seconds;
        if scene.me.is_some() {
            // Somebody who plays has the own eyes, and a free view only while dead.
            if scene.own.is_none_or(|own| own.alive) {
                self.free = None;
            }
            return;
        }
        if !scene.free_view {
            self.free = None;
        }
        let is_here = |id| scene.scores.iter().any(|line| line.id == id);
        if !self.followed.is_some_and(is_here) {
            self.followed = scene.scores.first().map(|line| line.id);
        }
        scene.watched = self.followed.filter(|_| self.free.is_none());
        scene.above = self.free;
        self.tell();
    }

    /// Decides whether the server is to be told.
    fn tell(&mut self) {
        let wanted = match (self.free, self.followed) {
            (Some(free), _) => Vantage::above(free),
            (None, Some(followed)) => Vantage::Pilot(followed),
            (None, None) => return,
        };
        let apart_m = |told: Vantage| Some(told.place()?.distance(wanted.place()?));
        let near = self.told.and_then(apart_m).is_some_and(|apart_m| apart_m < TELL_M);
        if self.told == Some(wanted) || near || self.since_s < TELL_S {
            return;
        }
        (self.told, self.since_s, self.outgoing) = (Some(wanted), 0.0, Some(wanted));
    }

    /// Goes so many pilots on in the standings, and round again.
    fn step(&mut self, scores: &[ScoreLine], steps: i32) {
        let at = |id| scores.iter().position(|line| line.id == id);
        if scores.is_empty() {
            return;
        }
        let next = match self.followed.and_then(at) {
            Some(at) => (at as i32 + steps).rem_euclid(scores.len() as i32) as usize,
            None => 0,
        };
        (self.followed, self.free) = (Some(scores[next].id), None);
    }
}

fn steer(
    time: Res<Time>,
    scene: Res<Scene>,
    settings: Res<Settings>,
    controls: Res<Controls>,
    actions: Single<&ActionState<Action>>,
    eye: Single<&Eye>,
    mut watch: ResMut<Watch>,
) {
    let dead = scene.own.is_some_and(|own| !own.alive);
    let watches = scene.me.is_none();
    if watches && actions.just_pressed(&Action::Fire) {
        watch.step(&scene.scores, 1);
    }
    if watches && actions.just_pressed(&Action::Rocket) {
        watch.step(&scene.scores, -1);
    }
    let may_leave = watches && scene.free_view || dead && settings.death_view == DeathView::Free;
    if !may_leave {
        return;
    }
    if watches && actions.just_pressed(&Action::Dash) {
        watch.free = if watch.free.is_some() { None } else { Some(eye.focus) };
    }
    let way = controls.movement();
    if way != Vec2::ZERO {
        let most = scene.arena.as_ref().map_or(Vec2::INFINITY, |arena| arena.half_extents);
        let from = watch.free.unwrap_or(eye.focus);
        watch.free = Some((from + way * SPEED_M_S * time.delta_secs()).clamp(-most, most));
    }
}

fn settle(time: Res<Time>, mut scene: ResMut<Scene>, mut watch: ResMut<Watch>) {
    watch.settle(&mut scene, time.delta_secs());
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scene::{OwnView, PilotView};
    use game_sim::{Own, Rules, WhyDied};

    fn watched(ids: &[u16]) -> Scene {
        Scene { scores: ids.iter().map(|id| ScoreLine::of(*id)).collect(), ..Scene::default() }
    }

    #[test]
    fn next_and_previous_go_round_and_the_server_is_told_whom() {
        let (mut watch, mut scene) = (Watch::default(), watched(&[4, 9, 2]));
        watch.settle(&mut scene, 1.0);
        assert_eq!(scene.watched, Some(PilotId(4)), "the best first");
        assert_eq!(watch.take(), Some(Vantage::Pilot(PilotId(4))));
        watch.step(&scene.scores, -1);
        watch.settle(&mut scene, 1.0);
        assert_eq!(
            (scene.watched, watch.take()),
            (Some(PilotId(2)), Some(Vantage::Pilot(PilotId(2))))
        );
        watch.step(&scene.scores, 1);
        watch.settle(&mut scene, 1.0);
        assert_eq!(scene.watched, Some(PilotId(4)));
        watch.settle(&mut scene, 1.0);
        assert!(watch.take().is_some() && watch.take().is_none(), "told once");
    }

    #[test]
    fn who_goes_is_followed_no_more() {
        let (mut watch, mut scene) = (Watch::default(), watched(&[4, 9]));
        watch.settle(&mut scene, 1.0);
        scene.scores.remove(0);
        watch.settle(&mut scene, 1.0);
        assert_eq!(scene.watched, Some(PilotId(9)));
    }

    #[test]
    fn the_free_view_is_told_now_and_then_and_only_where_it_is_allowed() {
        let (mut watch, mut scene) = (Watch::default(), watched(&[4]));
        scene.free_view = true;
        let mut told = 0;
        for frame in 0..240 {
            watch.free = Some(Vec2::new(frame as f32 * 0.3, 0.0));
            watch.settle(&mut scene, 1.0 / 60.0);
            told += i32::from(watch.take().is_some());
        }
        assert!((12..=17).contains(&told), "{told} times in four seconds");
        assert_eq!((scene.watched, scene.above.is_some()), (None, true));
        scene.free_view = false;
        watch.settle(&mut scene, 1.0);
        assert_eq!((scene.watched, scene.above), (Some(PilotId(4)), None));
    }

    #[test]
    fn the_dead_look_at_their_killer_or_where_they_like() {
        let own = Own { alive: false, ..Own::default() };
        let own = OwnView::new(&own, Vec2::new(3.0, 0.0), &Rules::default());
        let killer = PilotView { position: Vec2::new(9.0, 1.0), ..PilotView::still(PilotId(5)) };
        let why = WhyDied {
            killer: PilotId(5),
            victim: PilotId(1),
            seen_ago_ms: 0,
            apart_cm: 0,
            bounded: false,
        };
        let mut scene = Scene {
            me: Some(PilotId(1)),
            own: Some(own),
            pilots: vec![killer],
            why_died: Some(why),
            ..Scene::default()
        };
        let mut settings = Settings { death_view: DeathView::Killer, ..Settings::default() };
        let mut watch = Watch::default();
        assert_eq!(watch.target(&scene, &settings), Some((Vec2::new(9.0, 1.0), false)));
        scene.pilots[0].hidden = true;
        assert_eq!(watch.target(&scene, &settings), None, "nor is who stands behind a wall");
        scene.pilots.clear();
        assert_eq!(watch.target(&scene, &settings), None, "who is not in sight is not looked for");
        settings.death_view = DeathView::Free;
        watch.free = Some(Vec2::new(1.0, 1.0));
        watch.settle(&mut scene, 0.1);
        assert_eq!(watch.target(&scene, &settings), Some((Vec2::new(1.0, 1.0), true)));
        assert_eq!(watch.take(), None, "the server hears nothing of it");
        scene.own = scene.own.map(|own| OwnView { alive: true, ..own });
        watch.settle(&mut scene, 0.1);
        assert_eq!(watch.target(&scene, &settings), Some((Vec2::new(3.0, 0.0), true)));
    }
}
