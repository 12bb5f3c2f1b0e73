//! What of the sound can be held without a sound card: which bus plays what, how loud each is, and that there is silence
//! where nothing plays.

use std::time::Duration;

use bevy::ecs::system::SystemState;
use bevy::state::app::StatesPlugin;

use super::*;
use crate::happening::What;
use crate::render::palette::Side;

/// The buses without anything behind them: what is played waits, as it does where a device is there and takes nothing.
fn app() -> App {
    let mut app = App::new();
    app.add_plugins(StatesPlugin)
        .insert_state(Stage::Playing)
        .init_resource::<AudioChannel<Effects>>()
        .init_resource::<AudioChannel<Announcer>>()
        .init_resource::<AudioChannel<Ambience>>()
        .init_resource::<AudioChannel<Music>>()
        .init_resource::<AudioChannel<Interface>>()
        .init_resource::<Assets<AudioSource>>()
        .init_resource::<Time>()
        .init_resource::<Time<Real>>()
        .init_resource::<Scene>()
        .init_resource::<Ear>()
        .add_message::<Happening>();
    let settings =
        StaticSoundData { sample_rate: 1, frames: [].into(), settings: default(), slice: None };
    let mut read = app.world_mut().resource_mut::<Assets<AudioSource>>();
    let sources = Sound::ALL.map(|_| read.add(AudioSource { sound: settings.clone() })).to_vec();
    let channel = app.world().resource::<AudioChannel<Ambience>>();
    let probe = channel.play(sources[Sound::Ambience as usize].clone()).looped().handle();
    let sounds = Sounds { sources, probe: Some(probe), waited_s: 0.0, silent: false };
    app.insert_resource(sounds);
    app
}

/// Which buses a sound waits on.
fn on(app: &mut App, cue: Cue) -> Vec<Bus> {
    let mut state = SystemState::<(Res<Sounds>, Buses)>::new(app.world_mut());
    let (sounds, buses) = state.get(app.world()).unwrap();
    let handle = play(&sounds, &buses, &Heard::close(cue));
    let waits = |state: PlaybackState| state == PlaybackState::Queued;
    let all = [
        (Bus::Effects, waits(buses.effects.state(&handle))),
        (Bus::Announcer, waits(buses.announcer.state(&handle))),
        (Bus::Interface, waits(buses.interface.state(&handle))),
    ];
    all.into_iter().filter(|(_, waits)| *waits).map(|(bus, _)| bus).collect()
}

#[test]
fn what_happens_is_played_on_its_bus_and_on_no_other() {
    let mut app = app();
    for (what, bus) in [
        (What::Launch, Bus::Effects),
        (What::Hit, Bus::Effects),
        (What::RoundBegan, Bus::Announcer),
        (What::PointTurned { good: true }, Bus::Announcer),
        (What::Said, Bus::Interface),
        (What::ConnectionLost, Bus::Interface),
    ] {
        let happening = Happening { what, side: Side::Own, point: Vec2::ZERO };
        for cue in cue::cues(&happening) {
            assert_eq!(on(&mut app, cue), [bus], "{what:?}");
        }
    }
}

#[test]
fn each_volume_changes_its_own_bus_and_the_first_all_of_them() {
    let usual = Volumes::default();
    let changed = |volumes: Volumes, playing| {
        let (before, now) = (Levels::of(&usual, playing), Levels::of(&volumes, playing));
        [
            before.effects != now.effects,
            before.announcer != now.announcer,
            before.interface != now.interface,
            before.ambience != now.ambience,
            before.music != now.music,
        ]
    };
    let alone = |place: usize| [0, 1, 2, 3, 4].map(|other| other == place);
    assert_eq!(changed(Volumes { effects: 0.2, ..usual }, true), alone(0));
    assert_eq!(changed(Volumes { announcer: 0.2, ..usual }, true), alone(1));
    assert_eq!(changed(Volumes { interface: 0.2, ..usual }, true), alone(2));
    assert_eq!(changed(Volumes { ambience: 0.2, ..usual }, true), alone(3));
    assert_eq!(changed(Volumes { music: 0.2, ..usual }, false), alone(4));
    let all = changed(Volumes { master: 0.2, ..usual }, true);
    assert_eq!(all, [true, true, true, true, false], "there is no music in the fight");
}

#[test]
fn music_and_the_arena_give_way_to_each_other() {
    let levels = |playing| Levels::of(&Volumes::default(), playing);
    assert!(levels(true).ambience > levels(true).music);
    assert!(levels(false).music > levels(false).ambience);
}

#[test]
fn where_a_device_is_there_and_takes_nothing_it_is_silent_after_a_while() {
    let mut app = app();
    app.add_systems(Update, (listen, hear).chain());
    let turn = |app: &mut App, seconds: f32| {
        let mut time = app.world_mut().resource_mut::<Time<Real>>();
        time.update_with_duration(Duration::from_secs_f32(seconds));
        let what = What::Launch;
        app.world_mut().write_message(Happening { what, side: Side::Own, point: Vec2::ZERO });
        app.update();
        app.world().resource::<Sounds>().silent
    };
    assert!(!turn(&mut app, 0.1) && !turn(&mut app, PATIENCE_S - 1.0), "it may be slow");
    assert!(turn(&mut app, 1.5));
    assert!(turn(&mut app, 1.0), "and it stays so");
}

#[test]
fn volumes_run_from_silence_to_as_recorded() {
    assert_eq!((decibels(0.0), decibels(1.0)), (SILENCE_DB, 0.0));
    assert!(decibels(0.5) < -10.0 && decibels(0.5) > -14.0);
}
