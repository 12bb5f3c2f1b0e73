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

use super::spread::Spread;
use super::{Load, PATIENCE, WARM_UP};
use crate::frame::Frame;
use crate::options::Options;
use crate::render::Effect;
use crate::scene::Scene;
use crate::state::Stage;

/// The shortest time of a frame of a real session.
const FRAME: Duration = Duration::from_micros(16_667);

/// When the client's own systems began in this frame, and how long those of each frame took.
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
    while whole.len() < wanted {
        let begun = Instant::now();
        app.update();
        let took = begun.elapsed();
        if let Some(exit) = app.should_exit() {
            return exit;
        }
        if app.world().resource::<Stopwatch>().own.len() > whole.len() {
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
mod tests {
    use super::*;
    use crate::measure::crowd;
    use allocation_counter::measure;
    use bevy::app::MainScheduleOrder;
    use bevy::ecs::schedule::ScheduleLabel;
    use clap::Parser;
    use game_sim::{PilotId, WhyDied};
    use leafwing_input_manager::prelude::ActionState;

    use crate::input::action::Action;
    use crate::scene::OwnView;
    use crate::screen::standings::Covers;

    /// Frames that are looked at: twice the crowd's longest period.
    const FRAMES: u32 = 240;

    /// Plays a frame; how often the client's own systems, which are in `Update`, asked the allocator in it.
    fn frame(app: &mut App) -> u64 {
        let labels = app.world().resource::<MainScheduleOrder>().labels.clone();
        let world = app.world_mut();
        let mut counted = 0;
        for label in labels {
            let update = label == Update.intern();
            let count = measure(|| {
                let _ = world.try_run_schedule(label);
            });
            counted += if update { count.count_total } else { 0 };
        }
        world.clear_trackers();
        counted
    }

    /// What `docs/reports.md` says was measured of a frame of the crowd: nothing of ours.
    #[test]
    fn most_frames_of_a_crowd_take_nothing_from_the_allocator() {
        let folder = std::env::temp_dir().join(format!("tumult-frames-{}", std::process::id()));
        let settings = folder.join("settings.toml").display().to_string();
        let options =
            Options::parse_from(["game-client", "--frame-cost", "1", "--settings", &settings]);
        let script = crate::script::Script::default();
        let mut app = crate::client(options, crate::net::Trace::default(), script).unwrap();
        app.add_plugins(crowd::plugin);
        settle(&mut app);
        for _ in 0..WARM_UP + FRAMES {
            app.update();
        }
        let counts: Vec<u64> = (0..FRAMES).map(|_| frame(&mut app)).collect();
        assert_eq!(app.world().resource::<Scene>().pilots.len(), 100);
        assert!(app.world_mut().query::<&Effect>().iter(app.world()).count() > 300);
        let idle = counts.iter().filter(|count| **count == 0).count();
        println!("{counts:?}");
        // The rest are words that change: a number that is counted down, a line of who fell.
        assert!(idle * 100 >= counts.len() * 80, "{idle}: {counts:?}");
        // The same for who is dead and reads of it, and with the table of scores over it all.
        let killer = PilotId(1);
        let mut scene = app.world_mut().resource_mut::<Scene>();
        scene.own = scene.own.map(|own| OwnView { alive: false, respawn_s: 2.0, ..own });
        let (victim, seen_ago_ms, apart_cm) = (PilotId(0), 40, 110);
        scene.why_died = Some(WhyDied { killer, victim, seen_ago_ms, apart_cm, bounded: false });
        mostly_idle(&mut app, "dead");
        let world = app.world_mut();
        let mut actions = world.query::<&mut ActionState<Action>>();
        actions.single_mut(world).unwrap().press(&Action::Scores);
        mostly_idle(&mut app, "with the standings");
        assert!(app.world().resource::<Covers>().0);
    }

    fn mostly_idle(app: &mut App, state: &str) {
        (0..30).for_each(|_| app.update());
        let counts: Vec<u64> = (0..FRAMES).map(|_| frame(app)).collect();
        let idle = counts.iter().filter(|count| **count == 0).count();
        println!("{state}: {counts:?}");
        assert!(idle * 100 >= counts.len() * 80, "{state}: {idle}: {counts:?}");
    }
}
