//! Pictures of moments of a fight (`--moment NAME=FILE`, as often as one likes): the program waits until
//! each has come, saves what is on screen then, and ends when it has all of them.
//!
//! It only looks: it makes no moment happen. Who plays meanwhile is the autopilot, or a person.

mod kind;
mod now;

use std::path::PathBuf;

use bevy::prelude::*;
use bevy::render::view::screenshot::{Screenshot, ScreenshotCaptured};

pub use self::kind::Moment;
use self::now::Now;
use crate::frame::Frame;
use crate::happening::{Happening, What};
use crate::options::Options;
use crate::render::{Eye, in_clear, in_picture};
use crate::scene::Scene;
use crate::state::Stage;
use crate::unattended::save;

/// How long a moment is waited for, in seconds.
const PATIENCE_S: f32 = 240.0;
/// How long the first pictures take until everything in them is loaded, on a slow machine.
const LOADING_S: f32 = 5.0;

/// The moments that have not come yet, the one that ripens, and how many pictures are not yet saved.
#[derive(Resource)]
struct Wanted {
    left: Vec<Moment>,
    ripening: Option<(Moment, f32)>,
    unsaved: usize,
    waited_s: f32,
    played_s: f32,
    /// How long ago the player was hit.
    hurt_s: f32,
    /// Whether the first picture, which nobody wants, is asked for, and is there.
    first: (bool, bool),
}

/// Takes the pictures, if any are wanted.
pub fn plugin(app: &mut App) {
    let left = app.world().resource::<Options>().moment.clone();
    if left.is_empty() {
        return;
    }
    let wanted = Wanted {
        left,
        ripening: None,
        unsaved: 0,
        waited_s: 0.0,
        played_s: 0.0,
        hurt_s: f32::INFINITY,
        first: (false, false),
    };
    app.insert_resource(wanted)
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
    if !wanted.first.1 {
        // The first one comes seconds late on a slow machine, when its moment is over.
        if !std::mem::replace(&mut wanted.first.0, true) {
            commands.spawn(Screenshot::primary_window()).observe(
                |_: On<ScreenshotCaptured>, mut wanted: ResMut<Wanted>| wanted.first.1 = true,
            );
        }
        return;
    }
    wanted.hurt_s += time.delta_secs();
    if happened.iter().any(|happening| matches!(happening.what, What::Hurt { .. })) {
        wanted.hurt_s = 0.0;
    }
    if let Some((moment, ripe_s)) = wanted.ripening.take() {
        let ripe_s = ripe_s - time.delta_secs();
        if ripe_s > 0.0 {
            wanted.ripening = Some((moment, ripe_s));
        } else if moment.kind.is_of_the_living() && !scene.own.is_some_and(|own| own.alive) {
            // Another one will come.
            wanted.left.push(moment);
        } else {
            wanted.unsaved += 1;
            picture(&mut commands, moment.file);
        }
        return;
    }
    let in_picture = |point: Vec2| in_picture(eye.0, eye.1, point);
    let in_clear = |point: Vec2| in_clear(eye.0, eye.1, point);
    let now = Now {
        scene: &scene,
        happened: &happened,
        in_picture: &in_picture,
        in_clear: &in_clear,
        hurt_s: wanted.hurt_s,
        waited_s: wanted.waited_s,
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
