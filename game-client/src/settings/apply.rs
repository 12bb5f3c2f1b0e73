//! What settings do to the window, the size of words and the pace of pictures. Everything else reads
//! [`Settings`] where it needs it.

use std::time::{Duration, Instant};

use bevy::prelude::*;
use bevy::text::RemSize;
use bevy::window::{MonitorSelection, PresentMode, PrimaryWindow, VideoModeSelection};

use super::{Settings, Video, WindowMode};
use crate::options::Options;

/// Pixels of a word of size 1 at a text scale of 1.
pub const REM: f32 = 20.0;

pub(super) fn plugin(app: &mut App) {
    app.add_systems(Update, (size_words, set_window).run_if(resource_changed::<Settings>))
        .add_systems(Last, cap_frames);
}

fn size_words(settings: Res<Settings>, mut rem: ResMut<RemSize>) {
    rem.set_if_neq(RemSize(REM * settings.text_scale));
}

fn set_window(
    settings: Res<Settings>,
    options: Res<Options>,
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
            VideoModeSelection::Current,
        ),
    };
    window.present_mode =
        if video.vsync { PresentMode::AutoVsync } else { PresentMode::AutoNoVsync };
    *before = Some(video);
}

/// Waits at the end of a frame until the next one may begin.
fn cap_frames(settings: Res<Settings>, mut begun: Local<Option<Instant>>) {
    let cap = settings.video.frame_cap;
    let now = Instant::now();
    if cap > 0
        && let Some(begun) = *begun
    {
        let due = begun + Duration::from_secs(1) / u32::from(cap);
        std::thread::sleep(due.saturating_duration_since(now));
    }
    *begun = Some(Instant::now());
}
