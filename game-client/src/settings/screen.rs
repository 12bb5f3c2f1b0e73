//! What the screen offers that the window is on: how large a window may be there, and the sizes that the whole screen
//! can have.

use bevy::prelude::*;
use bevy::window::{Monitor, OnMonitor, PrimaryWindow, VideoMode};

use super::{Video, WindowMode};
use crate::measure::own;

/// Sizes of a window that can be chosen, in pixels.
const SIZES: [(u32, u32); 8] = [
    (960, 540),
    (1280, 720),
    (1366, 768),
    (1600, 900),
    (1920, 1080),
    (2560, 1440),
    (3440, 1440),
    (3840, 2160),
];

/// The screen; nothing is known of it before the window is there.
#[derive(Resource, Clone, Debug, Default, PartialEq)]
pub struct Screen {
    /// In pixels.
    size: Option<UVec2>,
    modes: Vec<VideoMode>,
    /// How large the window is on it, whoever made it so: the settings, the command line, or somebody who drew at its
    /// edge.
    window: Option<(u32, u32)>,
}

pub(super) fn plugin(app: &mut App) {
    app.init_resource::<Screen>().add_systems(PreUpdate, own(look));
}

fn look(
    window: Single<(&Window, Option<&OnMonitor>), With<PrimaryWindow>>,
    monitors: Query<&Monitor>,
    changed: Query<(), Changed<Monitor>>,
    moved: Query<(), (With<PrimaryWindow>, Changed<OnMonitor>)>,
    mut screen: ResMut<Screen>,
) {
    let (window, on) = *window;
    let size = Some((window.width().round() as u32, window.height().round() as u32));
    if screen.window != size {
        screen.window = size;
    }
    if changed.is_empty() && moved.is_empty() {
        return;
    }
    let monitor = on.and_then(|on| monitors.get(on.0).ok()).or_else(|| monitors.iter().next());
    if let Some(monitor) = monitor {
        let modes = monitor.video_modes.clone();
        screen.set_if_neq(Screen { size: Some(monitor.physical_size()), modes, window: size });
    }
}

impl Screen {
    /// What size the video settings have now, for the mode that they are in; nothing is the screen's own.
    pub fn size_of(&self, video: &Video) -> Option<(u32, u32)> {
        match video.mode {
            WindowMode::Windowed => Some(self.windowed(video)),
            WindowMode::Borderless => None,
            WindowMode::Fullscreen => {
                self.mode_of(video).map(|mode| (mode.physical_size.x, mode.physical_size.y))
            }
        }
    }

    /// The size of the window: what it has, or will have once it is there.
    fn windowed(&self, video: &Video) -> (u32, u32) {
        self.window.unwrap_or((video.width, video.height))
    }

    /// How full screen is to be shown, at the highest rate; nothing is as the screen is.
    pub fn mode_of(&self, video: &Video) -> Option<VideoMode> {
        let size = UVec2::new(video.full_width, video.full_height);
        let modes = self.modes.iter().filter(|mode| mode.physical_size == size);
        modes.max_by_key(|mode| (mode.refresh_rate_millihertz, mode.bit_depth)).copied()
    }

    /// Goes so many sizes on among those that the screen offers in the mode that the settings are in, and round again.
    pub fn step(&self, video: &mut Video, steps: i32) {
        match video.mode {
            WindowMode::Windowed => {
                let most = self.size.unwrap_or(UVec2::MAX);
                let fits = |size: &(u32, u32)| size.0 <= most.x && size.1 <= most.y;
                let sizes: Vec<_> = SIZES.into_iter().filter(fits).collect();
                let before = (video.width, video.height);
                let mut size = next(&sizes, self.windowed(video), steps);
                if size == before && self.window != Some(before) {
                    // The settings have it already, and only what changes in them changes the window.
                    size = next(&sizes, size, steps);
                }
                (video.width, video.height) = size;
            }
            // What is as large as the screen has no size of its own.
            WindowMode::Borderless => {}
            WindowMode::Fullscreen => {
                let size = |mode: &VideoMode| (mode.physical_size.x, mode.physical_size.y);
                let mut sizes: Vec<_> = self.modes.iter().map(size).collect();
                // Nothing is the screen's own.
                sizes.push((0, 0));
                sizes.sort_unstable();
                sizes.dedup();
                let now = (video.full_width, video.full_height);
                (video.full_width, video.full_height) = next(&sizes, now, steps);
            }
        }
    }
}

/// The value so many steps behind `now`, and round again. From a value that is not among them the way
/// begins at the first; without any it stays.
pub fn next<T: Copy + PartialEq>(values: &[T], now: T, steps: i32) -> T {
    let at = values.iter().position(|value| *value == now).unwrap_or(0) as i32;
    let at = (at + steps).checked_rem_euclid(values.len() as i32).unwrap_or_default();
    values.get(at as usize).copied().unwrap_or(now)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn screen() -> Screen {
        let mode = |x, y, refresh_rate_millihertz| VideoMode {
            physical_size: UVec2::new(x, y),
            bit_depth: 24,
            refresh_rate_millihertz,
        };
        let modes = vec![
            mode(1920, 1080, 60_000),
            mode(1280, 720, 60_000),
            mode(1920, 1080, 144_000),
            mode(1920, 1080, 120_000),
        ];
        Screen { size: Some(UVec2::new(1920, 1080)), modes, window: None }
    }

    #[test]
    fn full_screen_has_the_screens_own_size_or_one_that_it_offers() {
        let screen = screen();
        let mut video = Video { mode: WindowMode::Fullscreen, ..Video::default() };
        assert_eq!((screen.size_of(&video), screen.mode_of(&video)), (None, None));
        let mut went = Vec::new();
        for _ in 0..3 {
            screen.step(&mut video, 1);
            went.push(screen.size_of(&video));
        }
        assert_eq!(went, [Some((1280, 720)), Some((1920, 1080)), None]);
        screen.step(&mut video, -1);
        assert_eq!(screen.mode_of(&video).map(|mode| mode.refresh_rate_millihertz), Some(144_000));
        (video.full_width, video.full_height) = (1000, 1000);
        assert_eq!(screen.size_of(&video), None, "of another screen");
        Screen::default().step(&mut video, 1);
        assert_eq!((video.full_width, video.full_height), (0, 0));
    }

    #[test]
    fn no_window_is_offered_that_is_larger_than_the_screen() {
        let (screen, mut video) = (screen(), Video::default());
        let mut went = Vec::new();
        for _ in 0..6 {
            screen.step(&mut video, 1);
            went.push((video.width, video.height));
        }
        assert_eq!(went[..4], [(1366, 768), (1600, 900), (1920, 1080), (960, 540)]);
        video.mode = WindowMode::Borderless;
        let before = video;
        screen.step(&mut video, 1);
        assert_eq!(video, before);
    }

    #[test]
    fn the_size_that_is_shown_is_the_windows_and_the_next_one_is_another() {
        let mut video = Video { width: 1280, height: 720, ..Video::default() };
        let mut screen = Screen { window: Some((1366, 768)), ..screen() };
        assert_eq!(screen.size_of(&video), Some((1366, 768)), "whatever the settings say");
        screen.step(&mut video, 1);
        assert_eq!((video.width, video.height), (1600, 900));
        video = Video { width: 1280, height: 720, ..video };
        screen.step(&mut video, -1);
        assert_eq!((video.width, video.height), (960, 540), "that is a change of the settings");
        screen.window = Some((1000, 600));
        screen.step(&mut video, 1);
        assert_eq!((video.width, video.height), (1280, 720));
    }

    #[test]
    fn choices_go_round_both_ways() {
        assert_eq!(next(&[0, 30, 60], 60, 1), 0);
        assert_eq!(next(&[0, 30, 60], 0, -1), 60);
        assert_eq!(next(&[0, 30, 60], 7, 1), 30, "from what is not among them as from the first");
        assert_eq!(next(&[], 7, 1), 7);
    }
}
