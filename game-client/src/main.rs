//! The client of Tumult: a window on the arena, and the controls of one pilot in it.

#![expect(
    elided_lifetimes_in_paths,
    reason = "every parameter of a bevy system borrows from the world, and none outlives it"
)]
#![expect(
    unreachable_pub,
    reason = "a program has no callers: `pub` marks what its other files may use"
)]
#![expect(
    clippy::too_many_arguments,
    clippy::type_complexity,
    reason = "the parameters of a bevy system are the questions that it asks of the world"
)]

mod assets;
mod audio;
mod chat;
mod complaints;
mod eyes;
mod feed;
mod font;
mod frame;
mod happening;
mod hud;
mod input;
mod inspection;
mod language;
mod link;
mod measure;
mod menu;
mod moments;
mod net;
mod options;
mod points;
mod reason;
mod render;
mod scene;
mod screen;
mod script;
mod servers;
mod settings;
mod state;
mod unattended;
mod watch;

use bevy::log::LogPlugin;
use bevy::prelude::*;
use clap::Parser;
use options::Options;
use state::Stage;

fn main() -> AppExit {
    let options = Options::parse();
    let trace = match net::Trace::begin(&options) {
        Ok(trace) => trace,
        Err(trouble) => {
            eprintln!("game-client: {trouble}");
            return AppExit::error();
        }
    };
    let script = match options.script.as_deref().map(script::read).transpose() {
        Ok(script) => script.unwrap_or_default(),
        Err(trouble) => {
            eprintln!("game-client: {trouble}");
            return AppExit::error();
        }
    };
    let measurement = options.measurement();
    let mut app = match client(options, trace, script) {
        Ok(app) => app,
        Err(trouble) => {
            eprintln!("game-client: {trouble}");
            return AppExit::error();
        }
    };
    match measurement {
        Some(measurement) => measurement.run(app),
        None => app.run(),
    }
}

/// The whole program, before its first frame; or why there can be none on this machine.
fn client(options: Options, trace: net::Trace, script: script::Script) -> Result<App, String> {
    let window = Window {
        title: "Tumult".into(),
        resolution: options.size_or_default().into(),
        ..default()
    };
    let log = LogPlugin {
        filter: "warn,wgpu=error,naga=error,bevy_kira_audio=error".into(),
        ..default()
    };
    let measurement = options.measurement();
    let first = match (&options.address, measurement) {
        (Some(_), _) => Stage::Connecting,
        (None, Some(_)) => Stage::Playing,
        (None, None) => Stage::Menu,
    };
    let settings = settings::plugin(options.settings.clone());
    let address = options.address.clone().unwrap_or_default();
    let place = state::Place { address, trouble: None, watch: options.watch, rename: false };
    let window = WindowPlugin { primary_window: Some(window), ..default() };
    let mut app = App::new();
    if let Some(measurement) = measurement {
        measurement.add_bevy(&mut app, window, log)?;
    } else {
        app.add_plugins(DefaultPlugins.set(window).set(log));
    }
    app.insert_resource(options)
        .insert_resource(trace)
        .insert_resource(place)
        .init_resource::<link::Link>()
        .init_resource::<scene::Scene>()
        .add_plugins((font::plugin, settings, language::plugin))
        .add_plugins((
            assets::plugin,
            eyes::plugin,
            happening::plugin,
            points::plugin,
            MaterialPlugin::<render::ShadeMaterial>::default(),
            MaterialPlugin::<render::GhostMaterial>::default(),
        ))
        .add_plugins((state::plugin(first), servers::plugin, menu::plugin))
        .add_plugins((frame::plugin, input::plugin, net::plugin, render::plugin))
        .add_plugins((hud::plugin, audio::plugin, screen::plugin, unattended::plugin))
        .add_plugins((script::plugin(script), moments::plugin, watch::plugin));
    Ok(app)
}
