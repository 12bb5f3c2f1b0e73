//! Sound: what happens is heard from where it happens, an announcer says how the round goes, the arena
//! hums. Five buses have a volume each, which the player sets.
//!
//! Without a sound card there is silence: nothing is asked for, nothing piles up, and the log stays calm.

mod cue;
mod ear;

use std::time::Duration;

use bevy::input_focus::InputFocus;
use bevy::prelude::*;
use bevy::ui_widgets::Activate;
use bevy_kira_audio::prelude::*;

use crate::assets;
use crate::frame::Frame;
use crate::happening::Happening;
use crate::scene::Scene;
use crate::settings::{Settings, Volumes};
use crate::state::Stage;
use cue::{Bus, Cue, Sound};
use ear::{Ear, Heard};

/// Shots, hits, steps, explosions, pickups.
#[derive(Resource)]
struct Effects;
/// The announcer.
#[derive(Resource)]
struct Announcer;
/// The arena itself.
#[derive(Resource)]
struct Ambience;
/// The music of the menus.
#[derive(Resource)]
struct Music;
/// Menus and messages.
#[derive(Resource)]
struct Interface;

/// For how long a sound that is ready may wait for the sound card before there is none, in seconds.
const PATIENCE_S: f32 = 3.0;
/// How long the ambience takes to give way to the music, and back.
const CHANGE: Duration = Duration::from_millis(1500);
/// Below this it is silence, in decibels.
const SILENCE_DB: f32 = -60.0;

/// All sounds, and whether anybody can hear them.
#[derive(Resource)]
struct Sounds {
    sources: Vec<Handle<AudioSource>>,
    /// The ambience, by which it is found out whether there is a sound card.
    probe: Option<Handle<AudioInstance>>,
    waited_s: f32,
    silent: bool,
}

/// The buses.
#[derive(bevy::ecs::system::SystemParam)]
struct Buses<'w> {
    effects: Res<'w, AudioChannel<Effects>>,
    announcer: Res<'w, AudioChannel<Announcer>>,
    ambience: Res<'w, AudioChannel<Ambience>>,
    music: Res<'w, AudioChannel<Music>>,
    interface: Res<'w, AudioChannel<Interface>>,
}

/// Plays what is to be heard.
pub fn plugin(app: &mut App) {
    if !may_have_a_card() {
        return;
    }
    app.add_plugins(AudioPlugin)
        .add_audio_channel::<Effects>()
        .add_audio_channel::<Announcer>()
        .add_audio_channel::<Ambience>()
        .add_audio_channel::<Music>()
        .add_audio_channel::<Interface>()
        .init_resource::<Ear>()
        .add_systems(Startup, load)
        .add_systems(
            Update,
            (
                listen,
                set_volumes.run_if(resource_changed::<Settings>.or_eager(state_changed::<Stage>)),
                hear.run_if(in_state(Stage::Playing)),
                tick.run_if(resource_changed::<InputFocus>),
            )
                .in_set(Frame::Overlay),
        )
        .add_systems(OnEnter(Stage::Lost), lost)
        .add_observer(click);
}

/// Whether it is worth asking for a sound card. On Linux the sound library would write a page of
/// complaints where there is none.
fn may_have_a_card() -> bool {
    let is_there = |path: &str| std::path::Path::new(path).exists();
    let server = std::env::var_os("PULSE_SERVER").is_some();
    let runtime = std::env::var("XDG_RUNTIME_DIR").unwrap_or_default();
    let socket = ["pulse/native", "pipewire-0"].map(|name| is_there(&format!("{runtime}/{name}")));
    !cfg!(target_os = "linux") || is_there("/dev/snd") || server || socket.contains(&true)
}

fn load(mut commands: Commands, server: Res<AssetServer>, buses: Buses) {
    let file = |sound: Sound| server.load(assets::path(&format!("sounds/{}.wav", sound.file())));
    let sources: Vec<_> = Sound::ALL.into_iter().map(file).collect();
    let probe = buses.ambience.play(sources[Sound::Ambience as usize].clone()).looped().handle();
    buses.music.play(sources[Sound::Music as usize].clone()).looped();
    commands.insert_resource(Sounds { sources, probe: Some(probe), waited_s: 0.0, silent: false });
}

/// Finds out whether there is a sound card: a sound that is read and still waits has none.
fn listen(
    time: Res<Time<Real>>,
    read: Res<Assets<AudioSource>>,
    buses: Buses,
    mut sounds: ResMut<Sounds>,
) {
    let Some(probe) = &sounds.probe else { return };
    if !read.contains(&sounds.sources[Sound::Ambience as usize]) {
        return;
    }
    if buses.ambience.state(probe) != PlaybackState::Queued {
        sounds.probe = None;
        return;
    }
    sounds.waited_s += time.delta_secs();
    if sounds.waited_s > PATIENCE_S {
        (sounds.probe, sounds.silent) = (None, true);
        info!("there is no sound card: the game is silent");
    }
}

fn set_volumes(settings: Res<Settings>, stage: Res<State<Stage>>, buses: Buses) {
    let levels = Levels::of(&settings.volumes, *stage.get() == Stage::Playing);
    buses.effects.set_volume(levels.effects);
    buses.announcer.set_volume(levels.announcer);
    buses.interface.set_volume(levels.interface);
    buses.ambience.set_volume(levels.ambience).fade_in(AudioTween::linear(CHANGE));
    buses.music.set_volume(levels.music).fade_in(AudioTween::linear(CHANGE));
}

/// How loud each bus is, in decibels.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Levels {
    effects: f32,
    announcer: f32,
    interface: f32,
    ambience: f32,
    music: f32,
}

impl Levels {
    /// As the player wants it. Of the ambience and the music there is one, by where the player is.
    fn of(volumes: &Volumes, playing: bool) -> Self {
        let bus = |volume: f32| decibels(volumes.master * volume);
        Self {
            effects: bus(volumes.effects),
            announcer: bus(volumes.announcer),
            interface: bus(volumes.interface),
            ambience: if playing { bus(volumes.ambience) } else { SILENCE_DB },
            music: if playing { SILENCE_DB } else { bus(volumes.music) },
        }
    }
}

/// A volume of 0 to 1 in decibels. Loudness is felt by the square, so that half the slider is half as
/// loud.
fn decibels(volume: f32) -> f32 {
    (40.0 * volume.clamp(0.0, 1.0).log10()).max(SILENCE_DB)
}

/// Plays what happened in this frame: the loudest of it, each where it is.
fn hear(
    time: Res<Time>,
    scene: Res<Scene>,
    sounds: Res<Sounds>,
    buses: Buses,
    mut ear: ResMut<Ear>,
    mut happenings: MessageReader<Happening>,
) {
    if sounds.silent {
        happenings.clear();
        return;
    }
    ear.turn_to(scene.middle(), time.elapsed_secs());
    for happening in happenings.read() {
        for cue in cue::cues(happening) {
            ear.notice(cue, happening.point);
        }
    }
    ear.hear(|heard| drop(play(&sounds, &buses, heard)));
}

fn play(sounds: &Sounds, buses: &Buses, heard: &Heard) -> Handle<AudioInstance> {
    let source = sounds.sources[heard.cue.sound as usize].clone();
    let mut command = match heard.cue.bus {
        Bus::Effects => buses.effects.play(source),
        Bus::Announcer => buses.announcer.play(source),
        Bus::Interface => buses.interface.play(source),
    };
    command
        .with_volume(heard.volume_db)
        .with_panning(heard.panning)
        .with_playback_rate(heard.rate.into())
        .handle()
}

/// The connection is over for good: nothing happens in the fight any more that could say so.
fn lost(sounds: Option<Res<Sounds>>, buses: Buses) {
    if let Some(sounds) = sounds.filter(|sounds| !sounds.silent) {
        play(&sounds, &buses, &Heard::close(Cue::interface(Sound::Away)));
    }
}

/// A button was pressed.
fn click(_: On<Activate>, sounds: Option<Res<Sounds>>, buses: Buses) {
    if let Some(sounds) = sounds.filter(|sounds| !sounds.silent) {
        play(&sounds, &buses, &Heard::close(Cue::interface(Sound::Click)));
    }
}

/// Another button has the focus.
fn tick(focus: Res<InputFocus>, sounds: Option<Res<Sounds>>, buses: Buses) {
    if let Some(sounds) = sounds.filter(|sounds| !sounds.silent)
        && focus.get().is_some()
    {
        play(&sounds, &buses, &Heard::close(Cue::interface(Sound::Move)));
    }
}

#[cfg(test)]
mod tests;
