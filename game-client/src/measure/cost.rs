//! What a frame costs the client itself, measured without a window and without the renderer
//! (`--frame-cost FRAMES`): every system of the client runs, on one thread, and nothing is drawn.

use std::time::{Duration, Instant};

use bevy::app::{TaskPoolOptions, TaskPoolPlugin};
use bevy::ecs::schedule::SingleThreadedExecutor;
use bevy::image::{CompressedImageFormatSupport, CompressedImageFormats};
use bevy::log::LogPlugin;
use bevy::prelude::*;
use bevy::render::RenderPlugin;
use bevy::render::settings::{RenderCreation, WgpuSettings};
use bevy::render::sync_world::SyncWorldPlugin;
use bevy::winit::WinitPlugin;

use super::beside::take_spent;
use super::spread::Spread;
use super::{Load, PATIENCE, WARM_UP};
use crate::frame::Frame;
use crate::options::Options;
use crate::render::Effect;
use crate::scene::Scene;
use crate::state::Stage;

/// The shortest time of a frame of a real session.
const FRAME: Duration = Duration::from_micros(16_667);

/// When the client's own systems of `Update` began in this frame, and how long its own of each frame took.
#[derive(Resource, Default)]
struct Stopwatch {
    begun: Option<Instant>,
    own: Vec<Duration>,
    loads: Vec<Load>,
}

/// bevy without a window and without a renderer, and everything on one thread.
pub(super) fn add_bevy(app: &mut App, window: WindowPlugin, log: LogPlugin) {
    let nothing = WgpuSettings { backends: None, ..default() };
    let renderer =
        RenderPlugin { render_creation: RenderCreation::Automatic(Box::new(nothing)), ..default() };
    // Both would be the renderer's to add.
    app.add_plugins(SyncWorldPlugin)
        .insert_resource(CompressedImageFormatSupport(CompressedImageFormats::NONE));
    let pool = TaskPoolPlugin { task_pool_options: TaskPoolOptions::with_num_threads(1) };
    app.add_plugins(
        DefaultPlugins.set(window).set(log).set(renderer).set(pool).disable::<WinitPlugin>(),
    );
}

/// Brings all plugins to their end, and everything onto one thread.
fn settle(app: &mut App) {
    super::settle(app);
    // Only now are all schedules there.
    for (_, schedule) in app.world_mut().resource_mut::<Schedules>().iter_mut() {
        schedule.set_executor(SingleThreadedExecutor::new());
    }
}

fn begin(mut stopwatch: ResMut<Stopwatch>) {
    stopwatch.begun = Some(Instant::now());
}

fn end(
    mut stopwatch: ResMut<Stopwatch>,
    scene: Res<Scene>,
    stage: Res<State<Stage>>,
    effects: Query<(), With<Effect>>,
) {
    if *stage.get() != Stage::Playing {
        return;
    }
    if let Some(begun) = stopwatch.begun.take() {
        stopwatch.own.push(begun.elapsed());
        stopwatch.loads.push(Load::of(&scene, &effects));
    }
}

/// Runs the frames, and prints what they cost.
pub(super) fn run(app: &mut App, frames: u32) -> AppExit {
    app.init_resource::<Stopwatch>()
        .add_systems(Update, (begin.before(Frame::Input), end.after(Frame::Send)));
    settle(app);
    let real = app.world().resource::<Options>().address.is_some();
    let mut whole = Vec::new();
    let wanted = (WARM_UP + frames) as usize;
    let patience = Instant::now();
    take_spent();
    while whole.len() < wanted {
        let begun = Instant::now();
        app.update();
        let took = begun.elapsed();
        if let Some(exit) = app.should_exit() {
            return exit;
        }
        let beside = take_spent();
        let mut stopwatch = app.world_mut().resource_mut::<Stopwatch>();
        if stopwatch.own.len() > whole.len() {
            // What runs between bevy's systems is ours as well.
            stopwatch.own.iter_mut().last().into_iter().for_each(|own| *own += beside);
            whole.push(took);
        } else if patience.elapsed() > PATIENCE {
            eprintln!("game-client: the fight did not begin within {PATIENCE:?}");
            return AppExit::error();
        }
        if real {
            std::thread::sleep(FRAME.saturating_sub(begun.elapsed()));
        }
    }
    print(app, &whole);
    AppExit::Success
}

#[expect(clippy::print_stdout, reason = "this is what the program was started for")]
fn print(app: &App, whole: &[Duration]) {
    let stopwatch = app.world().resource::<Stopwatch>();
    let warm = WARM_UP as usize;
    let spread = |times: &[Duration]| Spread::of(times[warm..].iter().copied());
    println!("{}", Load::describe(&stopwatch.loads[warm..], app.world().resource()));
    println!("the client's own systems:        {}", spread(&stopwatch.own));
    println!("all of a frame but the renderer: {}", spread(whole));
}

#[cfg(test)]
mod tests;
