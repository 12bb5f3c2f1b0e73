//! What a frame costs the client itself, measured without a window and without the renderer
//! (`--frame-cost FRAMES`): every system of the client runs, on one thread, and nothing is drawn.
//!
//! With a server's address the frames are those of a real session. Without one they show a crowd that
//! is the same each time (`frame_cost/crowd`): a thousand pilots in the arena, a hundred in sight, all of whom run,
//! aim and shoot as fast as the rules allow.

mod crowd;

use std::fmt;
use std::time::{Duration, Instant};

use bevy::app::{PluginsState, TaskPoolOptions, TaskPoolPlugin};
use bevy::ecs::schedule::SingleThreadedExecutor;
use bevy::image::{CompressedImageFormatSupport, CompressedImageFormats};
use bevy::log::LogPlugin;
use bevy::prelude::*;
use bevy::render::RenderPlugin;
use bevy::render::settings::{RenderCreation, WgpuSettings};
use bevy::render::sync_world::SyncWorldPlugin;
use bevy::time::TimeUpdateStrategy;
use bevy::winit::WinitPlugin;

use crate::frame::Frame;
use crate::options::Options;
use crate::render::Effect;
use crate::scene::Scene;
use crate::state::Stage;

/// Time of a frame.
const FRAME: Duration = Duration::from_micros(16_667);
/// Frames before those that count: everything is loaded and every buffer has its size by then.
const WARM_UP: u32 = 240;

/// When the client's own systems began in this frame, and how long those of each frame took.
#[derive(Resource, Default)]
struct Stopwatch {
    begun: Option<Instant>,
    own: Vec<Duration>,
    in_sight: Vec<usize>,
    effects: Vec<usize>,
}

/// bevy without a window and without a renderer, and everything on one thread.
pub fn bevy_of_one_thread(app: &mut App, window: WindowPlugin, log: LogPlugin) {
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

/// Adds the stopwatch, and without a server the crowd.
pub fn plugin(app: &mut App) {
    app.init_resource::<Stopwatch>()
        .add_systems(Update, (begin.before(Frame::Input), end.after(Frame::Send)));
    if app.world().resource::<Options>().address.is_none() {
        app.add_plugins(crowd::plugin).insert_resource(TimeUpdateStrategy::ManualDuration(FRAME));
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
        stopwatch.in_sight.push(scene.pilots.len());
        stopwatch.effects.push(effects.iter().len());
    }
}

/// Runs the frames, and prints what they cost.
pub fn run(app: &mut App, frames: u32) -> AppExit {
    while app.plugins_state() == PluginsState::Adding {
        std::thread::yield_now();
    }
    app.finish();
    app.cleanup();
    // Only now are all schedules there.
    for (_, schedule) in app.world_mut().resource_mut::<Schedules>().iter_mut() {
        schedule.set_executor(SingleThreadedExecutor::new());
    }
    let real = app.world().resource::<Options>().address.is_some();
    let mut whole = Vec::new();
    let wanted = (WARM_UP + frames) as usize;
    let patience = Instant::now();
    while whole.len() < wanted {
        let begun = Instant::now();
        app.update();
        let took = begun.elapsed();
        if let Some(exit) = app.should_exit() {
            return exit;
        }
        if app.world().resource::<Stopwatch>().own.len() > whole.len() {
            whole.push(took);
        } else if patience.elapsed() > Duration::from_secs(60) {
            eprintln!("game-client: the fight did not begin within a minute");
            return AppExit::error();
        }
        if real {
            std::thread::sleep(FRAME.saturating_sub(begun.elapsed()));
        }
    }
    print(app, frames, &whole);
    AppExit::Success
}

#[expect(clippy::print_stdout, reason = "this is what the program was started for")]
fn print(app: &App, frames: u32, whole: &[Duration]) {
    let stopwatch = app.world().resource::<Stopwatch>();
    let warm = WARM_UP as usize;
    let mean = |counts: &[usize]| {
        counts[warm..].iter().sum::<usize>() as f64 / (counts.len() - warm).max(1) as f64
    };
    println!(
        "{frames} frames, {} pilots in the arena, {:.0} in sight, {:.0} flashes, sparks and pieces",
        app.world().resource::<Scene>().scores.len(),
        mean(&stopwatch.in_sight),
        mean(&stopwatch.effects),
    );
    println!("the client's own systems:        {}", Cost::of(&stopwatch.own[warm..]));
    println!("all of a frame but the renderer: {}", Cost::of(&whole[warm..]));
}

/// What frames cost, in milliseconds.
struct Cost([f64; 4]);

impl Cost {
    fn of(frames: &[Duration]) -> Self {
        let mut sorted: Vec<f64> = frames.iter().map(|frame| frame.as_secs_f64() * 1e3).collect();
        sorted.sort_unstable_by(f64::total_cmp);
        let at = |part: f64| {
            let index = (sorted.len() as f64 * part) as usize;
            sorted.get(index.min(sorted.len().saturating_sub(1))).copied().unwrap_or_default()
        };
        let mean = sorted.iter().sum::<f64>() / sorted.len().max(1) as f64;
        Self([mean, at(0.5), at(0.99), at(1.0)])
    }
}

impl fmt::Display for Cost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [mean, p50, p99, most] = self.0;
        write!(f, "mean {mean:.3} ms, p50 {p50:.3}, p99 {p99:.3}, most {most:.3}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_those_of_the_sorted_frames() {
        let frames: Vec<Duration> = (0..100).rev().map(Duration::from_millis).collect();
        let Cost([mean, p50, p99, most]) = Cost::of(&frames);
        assert_eq!((p50, p99, most), (50.0, 99.0, 99.0));
        assert!((mean - 49.5).abs() < 1e-9);
    }
}
