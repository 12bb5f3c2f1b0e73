//! What settings do to the window, the size of words and the pace of pictures; and how the window's size makes
//! everything in it larger. Everything else reads [`Settings`] where it needs it.

use std::time::{Duration, Instant};

use bevy::prelude::*;
use bevy::text::RemSize;
use bevy::window::{MonitorSelection, PresentMode, PrimaryWindow, VideoModeSelection};

use super::{Screen, Settings, Video, WindowMode};
use crate::measure::own;
use crate::options::Options;

/// Pixels of a word of size 1 at a text scale of 1.
pub const REM: f32 = 20.0;
/// The window for which sizes are written down, in pixels: in a larger one everything is larger, so that it is the
/// same part of what the player sees.
const USUAL: Vec2 = Vec2::new(1280.0, 720.0);
/// The least and the most of that: in a tiny window words must still be read.
const SCALES: (f32, f32) = (0.8, 6.0);

pub(super) fn plugin(app: &mut App) {
    app.add_plugins(super::screen::plugin)
        .add_systems(Update, size_words.run_if(resource_changed::<Settings>))
        .add_systems(
            Update,
            set_window.run_if(resource_changed::<Settings>.or_else(resource_changed::<Screen>)),
        )
        .add_systems(PreUpdate, own(scale))
        .add_systems(Last, own(cap_frames).run_if(is_played));
}

/// A measurement has no pace but its own.
fn is_played(options: Res<Options>) -> bool {
    options.measurement().is_none()
}

fn size_words(settings: Res<Settings>, mut rem: ResMut<RemSize>) {
    rem.set_if_neq(RemSize(REM * settings.text_scale));
}

fn scale(window: Single<&Window, With<PrimaryWindow>>, mut scale: ResMut<UiScale>) {
    let wanted = scale_of(window.size());
    if scale.0 != wanted {
        scale.0 = wanted;
    }
}

/// How much larger everything is in a window of this size in pixels.
fn scale_of(window: Vec2) -> f32 {
    (window / USUAL).min_element().clamp(SCALES.0, SCALES.1)
}

fn set_window(
    settings: Res<Settings>,
    (options, screen): (Res<Options>, Res<Screen>),
    mut before: Local<Option<Video>>,
    mut window: Single<&mut Window, With<PrimaryWindow>>,
) {
    let video = settings.video;
    let changed = |what: fn(&Video) -> (u32, u32)| {
        before.as_ref().is_some_and(|before| what(before) != what(&video))
    };
    // The command line's size counts until the player chooses another one.
    let size = |video: &Video| (video.width, video.height);
    if changed(size) || (before.is_none() && options.size().is_none()) {
        window.resolution.set(video.width as f32, video.height as f32);
    }
    window.mode = match video.mode {
        WindowMode::Windowed => bevy::window::WindowMode::Windowed,
        WindowMode::Borderless => {
            bevy::window::WindowMode::BorderlessFullscreen(MonitorSelection::Current)
        }
        WindowMode::Fullscreen => bevy::window::WindowMode::Fullscreen(
            MonitorSelection::Current,
            screen
                .mode_of(&video)
                .map_or(VideoModeSelection::Current, VideoModeSelection::Specific),
        ),
    };
    window.present_mode =
        if video.vsync { PresentMode::AutoVsync } else { PresentMode::AutoNoVsync };
    *before = Some(video);
}

/// Waits at the end of a frame until the next one may begin.
fn cap_frames(settings: Res<Settings>, mut begun: Local<Option<Instant>>) {
    if let Some(begun) = *begun {
        std::thread::sleep(left(begun.elapsed(), settings.video.frame_cap));
    }
    *begun = Some(Instant::now());
}

/// How much longer a frame that has taken so long must last, with so many a second at most; 0 is no cap.
fn left(taken: Duration, cap: u16) -> Duration {
    let whole = Duration::from_secs(1).checked_div(cap.into()).unwrap_or_default();
    whole.saturating_sub(taken)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::Settings;
    use clap::Parser;

    /// A program with nothing but a window and what these settings do to it.
    fn run(settings: Settings, arguments: &[&str]) -> App {
        let mut app = App::new();
        app.insert_resource(Options::parse_from([&["game-client"], arguments].concat()))
            .insert_resource(settings)
            .init_resource::<RemSize>()
            .init_resource::<UiScale>();
        app.world_mut().spawn((Window::default(), PrimaryWindow));
        plugin(&mut app);
        app.update();
        app
    }

    fn window(app: &mut App) -> Window {
        let mut windows = app.world_mut().query::<&Window>();
        windows.single(app.world()).unwrap().clone()
    }

    #[test]
    fn the_window_and_the_size_of_words_obey_and_follow_a_change() {
        let mut settings = Settings { text_scale: 1.5, ..Settings::default() };
        settings.video.mode = WindowMode::Borderless;
        settings.video.vsync = false;
        (settings.video.width, settings.video.height) = (1600, 900);
        let mut app = run(settings, &[]);
        assert_eq!(app.world().resource::<RemSize>().0, REM * 1.5);
        let shown = window(&mut app);
        assert_eq!((shown.width(), shown.height()), (1600.0, 900.0));
        assert_eq!(shown.present_mode, PresentMode::AutoNoVsync);
        assert!(matches!(shown.mode, bevy::window::WindowMode::BorderlessFullscreen(_)));
        let mut settings = app.world_mut().resource_mut::<Settings>();
        settings.video.mode = WindowMode::Windowed;
        settings.video.vsync = true;
        settings.text_scale = 1.0;
        app.update();
        let shown = window(&mut app);
        assert_eq!(shown.mode, bevy::window::WindowMode::Windowed);
        assert_eq!(shown.present_mode, PresentMode::AutoVsync);
        assert_eq!(app.world().resource::<RemSize>().0, REM);
    }

    #[test]
    fn full_screen_has_the_size_that_was_chosen_once_the_screen_is_known_to_have_it() {
        let mut settings = Settings::default();
        settings.video.mode = WindowMode::Fullscreen;
        (settings.video.full_width, settings.video.full_height) = (1280, 720);
        let mut app = run(settings, &[]);
        let shown = |app: &mut App| match window(app).mode {
            bevy::window::WindowMode::Fullscreen(_, mode) => mode,
            other => panic!("{other:?}"),
        };
        assert_eq!(shown(&mut app), VideoModeSelection::Current);
        let mode = |x, y| bevy::window::VideoMode {
            physical_size: UVec2::new(x, y),
            bit_depth: 24,
            refresh_rate_millihertz: 60_000,
        };
        app.world_mut().spawn(bevy::window::Monitor {
            name: None,
            physical_height: 1080,
            physical_width: 1920,
            physical_position: IVec2::ZERO,
            refresh_rate_millihertz: None,
            scale_factor: 1.0,
            video_modes: vec![mode(1920, 1080), mode(1280, 720)],
        });
        app.update();
        assert_eq!(shown(&mut app), VideoModeSelection::Specific(mode(1280, 720)));
        app.world_mut().resource_mut::<Settings>().video.full_width = 0;
        app.update();
        assert_eq!(shown(&mut app), VideoModeSelection::Current);
    }

    #[test]
    fn a_frame_lasts_as_long_as_the_cap_says_and_without_one_no_longer_than_it_took() {
        let ms = Duration::from_millis;
        assert_eq!(left(ms(3), 100), ms(7));
        assert_eq!(left(ms(12), 100), ms(0), "it was late already");
        assert_eq!(left(ms(3), 0), ms(0));
    }

    #[test]
    fn everything_is_the_same_part_of_a_large_window_and_never_tiny() {
        let of = |width, height| scale_of(Vec2::new(width, height));
        assert_eq!(of(1280.0, 720.0), 1.0);
        assert_eq!(of(1920.0, 1080.0), 1.5);
        assert_eq!(of(3440.0, 1440.0), 2.0, "a wide window gets no larger words");
        assert_eq!(of(1024.0, 1024.0), 0.8, "what stands side by side must fit");
        assert_eq!(of(0.0, 0.0), 0.8, "a window that is not there yet");
        let mut app = run(Settings::default(), &["--width", "800", "--height", "600"]);
        app.world_mut().resource_mut::<Settings>().video.width = 2560;
        app.world_mut().resource_mut::<Settings>().video.height = 1440;
        app.update();
        app.update();
        assert_eq!(app.world().resource::<UiScale>().0, 2.0);
    }

    #[test]
    fn the_command_lines_size_counts_until_the_player_chooses_another() {
        let mut app = run(Settings::default(), &["--width", "800", "--height", "600"]);
        let before = Window::default();
        assert_eq!(window(&mut app).width(), before.width(), "the program has set it already");
        app.world_mut().resource_mut::<Settings>().video.width = 1920;
        app.update();
        assert_eq!(window(&mut app).width(), 1920.0);
    }
}
