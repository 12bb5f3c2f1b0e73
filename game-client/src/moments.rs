//! Pictures of moments of a fight (`--moment NAME=FILE`, as often as one likes): the program waits until
//! each has come, saves what is on screen then, and ends when it has all of them.
//!
//! It only looks: it makes no moment happen. Who plays meanwhile is the autopilot, or a person.

use std::path::PathBuf;
use std::str::FromStr;

use bevy::prelude::*;
use bevy::render::view::screenshot::{Screenshot, ScreenshotCaptured};
use game_sim::Arena;

use crate::frame::Frame;
use crate::happening::{Happening, What};
use crate::options::Options;
use crate::render::palette::Side;
use crate::render::{Eye, MUZZLE_M, place};
use crate::scene::Scene;
use crate::state::Stage;
use crate::unattended::save;

/// Around the own pilot, for walls in the picture, in metres.
const NEAR_M: Vec2 = Vec2::new(14.0, 8.0);
/// The edge of the picture that does not count, as a part of it: there, half of a pilot is beyond it.
const EDGE: f32 = 0.04;
/// How long a moment is waited for, in seconds.
const PATIENCE_S: f32 = 240.0;
/// How long the first pictures take until everything in them is loaded, on a slow machine.
const LOADING_S: f32 = 5.0;

/// A moment worth a picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A few pilots in the picture, one of them shooting.
    Few,
    /// A crowd: as many as come, see [`crowd`].
    Many,
    /// Walls hide a part of the picture, and shots are heard from there.
    Hidden,
    /// A rocket explodes.
    Blast,
    /// The player is hit.
    Hurt,
    /// The player killed somebody.
    Kill,
    /// The player dashes.
    Dash,
    /// The player is dead.
    Dead,
    /// The player leads.
    Lead,
    /// The last ten seconds.
    Last,
    /// The round is over.
    Over,
    /// It waits for people.
    WarmUp,
    /// The player stands on a point that is being taken.
    Point,
    /// There is a vote.
    Vote,
}

/// A moment and the file of its picture.
#[derive(Clone, Debug, PartialEq)]
pub struct Moment {
    kind: Kind,
    file: PathBuf,
}

impl Kind {
    const NAMES: [(&'static str, Self); 14] = [
        ("few", Self::Few),
        ("many", Self::Many),
        ("hidden", Self::Hidden),
        ("blast", Self::Blast),
        ("hurt", Self::Hurt),
        ("kill", Self::Kill),
        ("dash", Self::Dash),
        ("dead", Self::Dead),
        ("lead", Self::Lead),
        ("last", Self::Last),
        ("over", Self::Over),
        ("warm-up", Self::WarmUp),
        ("point", Self::Point),
        ("vote", Self::Vote),
    ];

    /// How long after its beginning it looks best, in seconds.
    fn ripe_s(self) -> f32 {
        match self {
            Self::Blast | Self::Dash | Self::Kill | Self::Dead => 0.12,
            Self::Over | Self::Vote => 1.5,
            _ => 0.03,
        }
    }
}

impl FromStr for Moment {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let known = || Kind::NAMES.map(|(name, _)| name).join(", ");
        let wrong = || format!("NAME=FILE.png, where NAME is one of {}", known());
        let (name, file) = text.split_once('=').ok_or_else(wrong)?;
        let (_, kind) =
            Kind::NAMES.into_iter().find(|(known, _)| *known == name).ok_or_else(wrong)?;
        let file = PathBuf::from(file);
        let is_png = file.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("png"));
        is_png.then_some(Self { kind, file }).ok_or_else(wrong)
    }
}

/// The moments that have not come yet, the one that ripens, and how many pictures are not yet saved.
#[derive(Resource)]
struct Wanted {
    left: Vec<Moment>,
    ripening: Option<(Moment, f32)>,
    unsaved: usize,
    waited_s: f32,
    played_s: f32,
}

/// Takes the pictures, if any are wanted.
pub fn plugin(app: &mut App) {
    let left = app.world().resource::<Options>().moment.clone();
    if left.is_empty() {
        return;
    }
    app.insert_resource(Wanted { left, ripening: None, unsaved: 0, waited_s: 0.0, played_s: 0.0 })
        .add_systems(Update, watch.in_set(Frame::Overlay).run_if(in_state(Stage::Playing)));
}

fn watch(
    mut commands: Commands,
    time: Res<Time<Real>>,
    scene: Res<Scene>,
    eye: Single<(&Camera, &GlobalTransform), With<Eye>>,
    mut wanted: ResMut<Wanted>,
    mut happenings: MessageReader<Happening>,
    mut exit: MessageWriter<AppExit>,
) {
    wanted.waited_s += time.delta_secs();
    wanted.played_s += time.delta_secs();
    if wanted.played_s < LOADING_S {
        happenings.clear();
        return;
    }
    let happened: Vec<Happening> = happenings.read().copied().collect();
    if let Some((moment, ripe_s)) = wanted.ripening.take() {
        let ripe_s = ripe_s - time.delta_secs();
        if ripe_s > 0.0 {
            wanted.ripening = Some((moment, ripe_s));
        } else {
            wanted.unsaved += 1;
            picture(&mut commands, moment.file);
        }
        return;
    }
    let in_picture = |point: Vec2| {
        let place = eye.0.world_to_ndc(eye.1, place(point, MUZZLE_M));
        place.is_some_and(|place| place.xy().abs().max_element() < 1.0 - 2.0 * EDGE)
    };
    let now = Now {
        scene: &scene,
        happened: &happened,
        in_picture: &in_picture,
        crowd: crowd(wanted.waited_s),
    };
    let come = wanted.left.iter().position(|moment| now.is(moment.kind));
    if let Some(index) = come {
        let moment = wanted.left.remove(index);
        wanted.ripening = Some((moment.clone(), moment.kind.ripe_s()));
        wanted.waited_s = 0.0;
    } else if wanted.left.is_empty() && wanted.unsaved == 0 {
        exit.write(AppExit::Success);
    } else if wanted.waited_s > PATIENCE_S {
        eprintln!("game-client: these moments did not come: {:?}", wanted.left);
        exit.write(AppExit::error());
    }
}

fn picture(commands: &mut Commands, file: PathBuf) {
    commands.spawn(Screenshot::primary_window()).observe(
        move |captured: On<ScreenshotCaptured>,
              mut wanted: ResMut<Wanted>,
              mut exit: MessageWriter<AppExit>| {
            wanted.unsaved -= 1;
            let saved = save(&captured.image, &file);
            if saved.is_error() {
                exit.write(saved);
            }
        },
    );
}

/// How many pilots in the picture make a crowd, after so long a wait: the walls of an arena and the pace of the
/// machine decide how many ever are, so that less and less will do.
fn crowd(waited_s: f32) -> usize {
    18_usize.saturating_sub((waited_s / 6.0) as usize).max(7)
}

/// What there is in a frame.
struct Now<'a> {
    scene: &'a Scene,
    happened: &'a [Happening],
    /// Whether a point of the plane is in the picture.
    in_picture: &'a dyn Fn(Vec2) -> bool,
    /// How many pilots in the picture are a crowd.
    crowd: usize,
}

impl Now<'_> {
    /// Whether a moment begins.
    fn is(&self, kind: Kind) -> bool {
        let scene = self.scene;
        match kind {
            Kind::Over => return scene.round.over,
            Kind::Vote => return scene.standing.ballot.is_some(),
            Kind::WarmUp => return scene.round.warm_up && scene.own.is_some(),
            _ => {}
        }
        let Some(own) = scene.own else { return false };
        if !own.alive || scene.round.over {
            return kind == Kind::Dead && !own.alive && own.respawn_s > 0.8 && !scene.round.over;
        }
        let pilots = self.pilots();
        match kind {
            Kind::Few => (2..=8).contains(&pilots) && self.any(is_enemy_shot),
            Kind::Many => pilots >= self.crowd && self.any(is_enemy_shot),
            Kind::Hidden => {
                let heard =
                    self.happened.iter().any(|happening| matches!(happening.what, What::Noise(_)));
                heard && scene.arena.as_deref().is_some_and(|arena| walls(arena, own.position) > 4)
            }
            Kind::Blast => self.any(|happening| matches!(happening.what, What::Blast { .. })),
            Kind::Hurt => self.by_own(|what| matches!(what, What::Hurt { .. })),
            Kind::Kill => self.by_own(|what| matches!(what, What::Kill { .. })),
            Kind::Dash => self.by_own(|what| what == What::Dash),
            Kind::Lead => scene.leader() == scene.me && pilots >= 2,
            Kind::Last => (3.0..9.0).contains(&scene.round.left_s) && pilots >= 2,
            Kind::Point => stands_on_a_point(scene, own.position) && pilots >= 1,
            Kind::Dead | Kind::Over | Kind::WarmUp | Kind::Vote => false,
        }
    }

    /// How many others can be seen: who has faded can't.
    fn pilots(&self) -> usize {
        let others = self.scene.pilots.iter().filter(|pilot| Some(pilot.id) != self.scene.me);
        let seen = others.filter(|pilot| pilot.alive && pilot.opacity > 0.9);
        seen.filter(|pilot| (self.in_picture)(pilot.position)).count()
    }

    fn any(&self, what: fn(&Happening) -> bool) -> bool {
        self.happened.iter().any(|happening| what(happening) && (self.in_picture)(happening.point))
    }

    fn by_own(&self, what: fn(What) -> bool) -> bool {
        self.happened.iter().any(|happening| happening.side == Side::Own && what(happening.what))
    }
}

fn is_enemy_shot(happening: &Happening) -> bool {
    matches!(happening.what, What::Shot { .. }) && happening.side == Side::Enemy
}

/// Whether a place is on a point that is neither somebody's wholly nor nobody's.
fn stands_on_a_point(scene: &Scene, place: Vec2) -> bool {
    let spots = scene.arena.iter().flat_map(|arena| &arena.points);
    let mut both = spots.zip(&scene.standing.points);
    both.any(|(spot, point)| {
        let part = point.leaning(&scene.rules).1;
        spot.position.distance(place) < spot.radius_m && (0.3..0.8).contains(&part)
    })
}

/// How many walls are in the picture.
fn walls(arena: &Arena, around: Vec2) -> usize {
    let near =
        |wall: &&game_sim::arena::Wall| (wall.nearest(around) - around).abs().cmple(NEAR_M).all();
    arena.walls.iter().filter(near).count()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scene::{OwnView, PilotView};
    use game_sim::{Own, PilotId, Rules};

    #[test]
    fn a_moment_has_a_known_name_and_a_png() {
        assert_eq!("dead=a.png".parse::<Moment>().unwrap().kind, Kind::Dead);
        for wrong in ["dead", "dead=a.gif", "birth=a.png", "=a.png"] {
            assert!(wrong.parse::<Moment>().unwrap_err().contains("few, many"), "{wrong}");
        }
    }

    #[test]
    fn less_and_less_is_a_crowd_but_never_a_few() {
        assert_eq!(crowd(0.0), 18);
        assert!(crowd(40.0) < crowd(20.0));
        assert_eq!(crowd(PATIENCE_S * 9.0), 7);
    }

    #[test]
    fn the_dead_take_no_picture_of_a_fight() {
        let own =
            OwnView::new(&Own { alive: true, ..Own::default() }, Vec2::ZERO, &Rules::default());
        let mut scene = Scene { me: Some(PilotId(0)), own: Some(own), ..Scene::default() };
        scene.pilots = (1..5).map(|id| PilotView::still(PilotId(id))).collect();
        let end = crate::happening::End::Air(60.0);
        let what = What::Shot { aim_radians: 0.0, end };
        let shot = [Happening { what, side: Side::Enemy, point: Vec2::X }];
        let is = |kind, scene: &Scene, crowd| {
            let in_picture = |point: Vec2| point.length() < 9.0;
            Now { scene, happened: &shot, in_picture: &in_picture, crowd }.is(kind)
        };
        assert!(is(Kind::Few, &scene, 9) && !is(Kind::Many, &scene, 9));
        assert!(is(Kind::Many, &scene, 4));
        scene.pilots[0].position = Vec2::X * 20.0;
        assert!(!is(Kind::Many, &scene, 4), "one is beyond the picture");
        scene.own = Some(OwnView { alive: false, respawn_s: 1.5, ..own });
        assert!(!is(Kind::Few, &scene, 9) && is(Kind::Dead, &scene, 9));
    }
}
