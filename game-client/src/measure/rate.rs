//! How many frames a second a graphics adapter draws (`--frame-rate FRAMES`): the whole picture with everything
//! over it, into an image instead of a window, so that neither a screen nor its pace is needed.
//!
//! At the end of each frame the adapter is waited for, or the figure would be that of a queue that fills. As
//! in the game, the next frame is simulated meanwhile. `--screenshot FILE` shows what was drawn.

use std::panic;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use bevy::asset::LoadState;
use bevy::camera::{RenderTarget, ShadowLodOrigin};
use bevy::log::LogPlugin;
use bevy::prelude::*;
use bevy::render::render_resource::{PipelineCache, PollType, TextureFormat};
use bevy::render::renderer::{RenderAdapterInfo, RenderDevice, initialize_renderer};
use bevy::render::settings::{RenderCreation, RenderResources, WgpuSettings};
use bevy::render::view::screenshot::{Screenshot, ScreenshotCaptured};
use bevy::render::{Render, RenderApp, RenderPlugin, RenderSystems};
use bevy::tasks::block_on;
use bevy::winit::WinitPlugin;

use super::spread::Spread;
use super::{Load, PATIENCE, WARM_UP};
use crate::options::Options;
use crate::render::{Effect, Eye, Quality};
use crate::scene::Scene;
use crate::settings::Settings;
use crate::unattended::save;

/// So many frames in a row must have had nothing to wait for, until it is believed.
const CALM: u32 = 30;
/// How long a picture may take to come back from the adapter.
const SAVING: Duration = Duration::from_secs(60);

/// bevy without a window, with a renderer whose adapter needs to know no screen.
///
/// # Errors
/// Why no adapter draws.
pub(super) fn add_bevy(app: &mut App, window: WindowPlugin, log: LogPlugin) -> Result<(), String> {
    let render_creation = RenderCreation::Manual(renderer()?);
    let renderer = RenderPlugin { render_creation, ..default() };
    app.add_plugins(DefaultPlugins.set(window).set(log).set(renderer).disable::<WinitPlugin>());
    Ok(())
}

/// An adapter that is ready. bevy has no error for a machine without one: it panics.
fn renderer() -> Result<RenderResources, String> {
    let settings = WgpuSettings::default();
    let backends = settings.backends.unwrap_or_default();
    let usual = panic::take_hook();
    panic::set_hook(Box::new(|_| {}));
    let found = panic::catch_unwind(|| block_on(initialize_renderer(backends, None, &settings)));
    panic::set_hook(usual);
    found.map_err(|panic| {
        let text = panic.downcast_ref::<&str>().copied();
        let text = text.or_else(|| panic.downcast_ref::<String>().map(String::as_str));
        let text = text.unwrap_or("it did not say why");
        format!("no graphics adapter can draw here: {text}")
    })
}

/// A frame that was drawn.
#[derive(Clone, Copy)]
struct Drawn {
    /// When the render thread began with it, when the adapter had been told all of it, and when it was done.
    begun: Instant,
    told: Instant,
    done: Instant,
    /// How many pipelines were not ready.
    missing: usize,
}

/// What was drawn, written by the render thread.
#[derive(Resource, Clone, Default)]
struct Frames(Arc<Mutex<Vec<Drawn>>>);

impl Frames {
    fn with<T>(&self, look: impl FnOnce(&mut Vec<Drawn>) -> T) -> T {
        look(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// When the render thread began with this frame.
#[derive(Resource)]
struct Begun(Instant);

/// What the main thread did.
#[derive(Resource, Default)]
struct Stopwatch {
    begun: Option<Instant>,
    took: Vec<Duration>,
    loads: Vec<Load>,
}

/// What is drawn into.
#[derive(Resource)]
struct Canvas(Handle<Image>);

fn add(app: &mut App, frames: &Frames) {
    let (width, height) = app.world().resource::<Options>().size_or_default();
    let image = Image::new_target_texture(width, height, TextureFormat::Rgba8UnormSrgb, None);
    let image = app.world_mut().resource_mut::<Assets<Image>>().add(image);
    app.insert_resource(Canvas(image))
        .init_resource::<Stopwatch>()
        .add_systems(PostStartup, aim)
        .add_systems(First, begin)
        .add_systems(Last, end);
    if let Some(render) = app.get_sub_app_mut(RenderApp) {
        render.insert_resource(frames.clone()).insert_resource(Begun(Instant::now())).add_systems(
            Render,
            (
                begin_drawing.before(RenderSystems::ExtractCommands),
                wait.after(RenderSystems::Render).before(RenderSystems::Cleanup),
            ),
        );
    }
}

/// Lets the eye and everything over its picture go into the image. What a window's camera is by itself it has to
/// be told.
fn aim(mut commands: Commands, canvas: Res<Canvas>, eye: Single<Entity, With<Eye>>) {
    let target = RenderTarget::Image(canvas.0.clone().into());
    commands.entity(*eye).insert((target, IsDefaultUiCamera, ShadowLodOrigin));
}

fn begin(mut stopwatch: ResMut<Stopwatch>) {
    stopwatch.begun = Some(Instant::now());
}

fn end(mut stopwatch: ResMut<Stopwatch>, scene: Res<Scene>, effects: Query<(), With<Effect>>) {
    if let Some(begun) = stopwatch.begun.take() {
        stopwatch.took.push(begun.elapsed());
        stopwatch.loads.push(Load::of(&scene, &effects));
    }
}

fn begin_drawing(mut begun: ResMut<Begun>) {
    begun.0 = Instant::now();
}

fn wait(
    device: Res<RenderDevice>,
    pipelines: Res<PipelineCache>,
    frames: Res<Frames>,
    begun: Res<Begun>,
) {
    let told = Instant::now();
    if let Err(trouble) = device.poll(PollType::wait_indefinitely()) {
        warn!("the graphics adapter was not waited for: {trouble}");
    }
    let missing = pipelines.waiting_pipelines().count();
    let drawn = Drawn { begun: begun.0, told, done: Instant::now(), missing };
    frames.with(|frames| frames.push(drawn));
}

/// Runs the frames, and prints how many there were in a second.
pub(super) fn run(app: &mut App, wanted: u32) -> AppExit {
    let frames = Frames::default();
    add(app, &frames);
    super::settle(app);
    let picture = app.world().resource::<Options>().screenshot.clone();
    if let Err(exit) = warm_up(app, &frames) {
        return exit;
    }
    *app.world_mut().resource_mut::<Stopwatch>() = Stopwatch::default();
    // The first one only says when the second began.
    frames.with(Vec::clear);
    while frames.with(|frames| frames.len()) <= wanted as usize {
        app.update();
        if let Some(exit) = app.should_exit() {
            return exit;
        }
    }
    print(app, &frames.with(|frames| frames[..=wanted as usize].to_vec()));
    let Some(file) = picture else { return AppExit::Success };
    let canvas = app.world().resource::<Canvas>().0.clone();
    app.world_mut().spawn(Screenshot::image(canvas)).observe(
        move |captured: On<ScreenshotCaptured>, mut exit: MessageWriter<AppExit>| {
            exit.write(save(&captured.image, &file));
        },
    );
    let patience = Instant::now();
    while patience.elapsed() < SAVING {
        app.update();
        if let Some(exit) = app.should_exit() {
            return exit;
        }
    }
    eprintln!("game-client: the picture did not come within {SAVING:?}");
    AppExit::error()
}

/// Runs frames until the fight is there, everything in it is loaded, and every pipeline is made.
fn warm_up(app: &mut App, frames: &Frames) -> Result<(), AppExit> {
    let (mut warm, mut calm, mut patience) = (0, 0, Instant::now());
    while warm < WARM_UP || calm < CALM {
        app.update();
        if let Some(exit) = app.should_exit() {
            return Err(exit);
        }
        let missing = frames.with(|frames| frames.last().is_none_or(|frame| frame.missing > 0));
        if super::plays(app) && warm < WARM_UP {
            warm += 1;
            patience = Instant::now();
        }
        calm = if missing || warm == 0 || !is_loaded(app.world_mut()) { 0 } else { calm + 1 };
        if patience.elapsed() > PATIENCE {
            let what = if warm == 0 { "the fight did not begin" } else { "not all was loaded" };
            eprintln!("game-client: {what} within {PATIENCE:?}");
            return Err(AppExit::error());
        }
    }
    Ok(())
}

/// Whether every mesh and every image in the picture is there. What was made by the program needs no loading.
fn is_loaded(world: &mut World) -> bool {
    let server = world.resource::<AssetServer>().clone();
    let is_there = |state: Option<LoadState>| state.is_none_or(|state| state.is_loaded());
    let mut meshes = world.query::<&Mesh3d>();
    let mut images = world.query::<&ImageNode>();
    meshes.iter(world).all(|mesh| is_there(server.get_load_state(&mesh.0)))
        && images.iter(world).all(|image| is_there(server.get_load_state(&image.image)))
}

#[expect(clippy::print_stdout, reason = "this is what the program was started for")]
fn print(app: &App, frames: &[Drawn]) {
    let world = app.world();
    let adapter = world.resource::<RenderAdapterInfo>();
    let (width, height) = world.resource::<Options>().size_or_default();
    let stopwatch = world.resource::<Stopwatch>();
    let pairs = frames.windows(2);
    let frame = Spread::of(pairs.clone().map(|pair| pair[1].done - pair[0].done));
    let counted = &frames[1..];
    println!(
        "{} ({:?}), {:?}, {} {}",
        adapter.name, adapter.device_type, adapter.backend, adapter.driver, adapter.driver_info,
    );
    println!(
        "{width}x{height}, quality {:?} (the settings say {:?})",
        world.resource::<Quality>(),
        world.resource::<Settings>().video.quality,
    );
    println!("{}", Load::describe(&stopwatch.loads[1..=counted.len()], world.resource()));
    println!("{:.1} frames a second", frame.per_second());
    println!("a frame:                   {frame}");
    println!(
        "main thread, meanwhile:    {}",
        Spread::of(stopwatch.took[1..=counted.len()].iter().copied())
    );
    println!(
        "render thread, to submit:  {}",
        Spread::of(counted.iter().map(|frame| frame.told - frame.begun))
    );
    println!(
        "waiting for the adapter:   {}",
        Spread::of(counted.iter().map(|frame| frame.done - frame.told))
    );
}
