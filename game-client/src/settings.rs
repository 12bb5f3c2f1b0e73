//! What the player has chosen, apart from the command line: a resource that every part of the client
//! reads, kept in a TOML file where the platform keeps such things (`settings/file`).
//!
//! Whoever adds a field gives it a default and a range in [`Settings::check`]: a file from before an
//! upgrade must stay good. Nothing here may decide anything of the game.

mod apply;
mod file;
mod keep;
mod screen;

pub use apply::REM;
pub use file::{Note, folders, set_aside};
pub use keep::{Notes, plugin};
pub use screen::{Screen, next};

use bevy::ecs::resource::Resource;
use serde::{Deserialize, Serialize};

use crate::input::binding::Bindings;
use crate::language::Language;

/// Everything that can be set.
#[derive(Resource, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Settings {
    /// The name that others see; `--name` beats it.
    pub name: String,
    /// Of all words on screen.
    pub language: Language,
    /// How large words are, 0.8 to 1.6; `bevy::text::RemSize` follows it.
    pub text_scale: f32,
    /// How much the picture shakes, 0 (never) to 1.
    pub screen_shake: f32,
    /// How bright flashes are, 0 (none) to 1.
    pub flashes: f32,
    /// How far the view leans to where the player aims, 0 to 1.
    pub look_ahead: f32,
    /// What is looked at from the own death to the respawn.
    pub death_view: DeathView,
    /// The colours that carry meaning.
    pub palette: Palette,
    /// How loud each kind of sound is.
    pub volumes: Volumes,
    /// The window and the picture in it.
    pub video: Video,
    /// The mouse.
    pub mouse: Mouse,
    /// Gamepads.
    pub pad: Pad,
    /// Keys and buttons.
    pub bindings: Bindings,
}

/// Which colours tell own side and enemies apart, and what is good and bad.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Palette {
    /// Blue against orange.
    #[default]
    Standard,
    /// For who sees no green.
    Deuteranopia,
    /// For who sees no red.
    Protanopia,
    /// For who sees no blue.
    Tritanopia,
}

/// What the player looks at from the own death to the respawn. Neither shows more than the dead pilot sees.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeathView {
    /// Who did it, as long as that is in sight.
    #[default]
    Killer,
    /// Where the player moves the view.
    Free,
}

/// Volumes, each 0 (silent) to 1.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Volumes {
    /// Of everything.
    pub master: f32,
    /// Shots, hits, steps, explosions, pickups.
    pub effects: f32,
    /// The announcer.
    pub announcer: f32,
    /// The arena itself.
    pub ambience: f32,
    /// The music of the menus.
    pub music: f32,
    /// Menus and messages.
    pub interface: f32,
}

/// The window and the picture in it.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Video {
    /// Window or whole screen.
    pub mode: WindowMode,
    /// Width of the window in pixels, 640 to 16384.
    pub width: u32,
    /// Height of the window in pixels, 480 to 16384.
    pub height: u32,
    /// Width of the picture in full screen in pixels, one that the screen offers; 0 for the screen's own.
    pub full_width: u32,
    /// Height of it.
    pub full_height: u32,
    /// Whether pictures wait for the screen, so that none tears.
    pub vsync: bool,
    /// The most pictures a second, 30 to 500; 0 for as many as can be.
    pub frame_cap: u16,
    /// How much the picture may cost.
    pub quality: Quality,
    /// The vertical angle of view in degrees, 30 to 50.
    pub field_of_view: f32,
}

/// Window or whole screen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WindowMode {
    /// A window.
    #[default]
    Windowed,
    /// A window as large as the screen.
    Borderless,
    /// The screen alone, at its own resolution or another that it offers.
    Fullscreen,
}

/// How much the picture may cost.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Quality {
    /// What this machine seems to afford.
    #[default]
    Automatic,
    /// The least that still shows everything that matters: coarse shadows, the fewest particles.
    Low,
    /// Fine shadows, fewer particles; neither smooth edges nor the lights of explosions.
    Medium,
    /// Everything.
    High,
}

/// The mouse in the fight.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Mouse {
    /// Whose pointer aims.
    pub pointer: PointerMode,
    /// Pixels of the screen for each count of the mouse, 0.1 to 5, where the pointer is captured.
    pub sensitivity: f32,
}

/// Whose pointer aims in the fight.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PointerMode {
    /// The game's own, which stays in the window and is as fast as the player wants.
    #[default]
    Captured,
    /// The system's, as fast as everywhere else.
    System,
}

/// Gamepads.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Pad {
    /// How far the aim is drawn to an enemy near it, 0 (not at all) to 1.
    pub aim_assist: f32,
    /// What part of a stick's way counts as nothing, 0.05 to 0.6.
    pub dead_zone: f32,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            name: "pilot".to_owned(),
            language: Language::of_the_system(),
            text_scale: 1.0,
            screen_shake: 1.0,
            flashes: 1.0,
            look_ahead: 1.0,
            death_view: DeathView::default(),
            palette: Palette::default(),
            volumes: Volumes::default(),
            video: Video::default(),
            mouse: Mouse::default(),
            pad: Pad::default(),
            bindings: Bindings::default(),
        }
    }
}

impl Default for Volumes {
    fn default() -> Self {
        Self {
            master: 0.8,
            effects: 1.0,
            announcer: 1.0,
            ambience: 0.6,
            music: 0.6,
            interface: 0.8,
        }
    }
}

impl Default for Video {
    fn default() -> Self {
        Self {
            mode: WindowMode::default(),
            width: 1280,
            height: 720,
            full_width: 0,
            full_height: 0,
            vsync: true,
            frame_cap: 0,
            quality: Quality::default(),
            field_of_view: 38.0,
        }
    }
}

impl Default for Mouse {
    fn default() -> Self {
        Self { pointer: PointerMode::default(), sensitivity: 1.0 }
    }
}

impl Default for Pad {
    fn default() -> Self {
        Self { aim_assist: 0.5, dead_zone: 0.2 }
    }
}

impl Settings {
    /// Brings what is out of its range back into it, and tells which keys that were.
    pub fn check(&mut self) -> Vec<&'static str> {
        let mut wrong = Vec::new();
        let mut range = |key, value: &mut f32, low: f32, high: f32, usual: f32| {
            let right = if value.is_finite() { value.clamp(low, high) } else { usual };
            if right.to_bits() != value.to_bits() {
                *value = right;
                wrong.push(key);
            }
        };
        range("text_scale", &mut self.text_scale, 0.8, 1.6, 1.0);
        range("screen_shake", &mut self.screen_shake, 0.0, 1.0, 1.0);
        range("flashes", &mut self.flashes, 0.0, 1.0, 1.0);
        range("look_ahead", &mut self.look_ahead, 0.0, 1.0, 1.0);
        range("volumes.master", &mut self.volumes.master, 0.0, 1.0, 0.8);
        range("volumes.effects", &mut self.volumes.effects, 0.0, 1.0, 1.0);
        range("volumes.announcer", &mut self.volumes.announcer, 0.0, 1.0, 1.0);
        range("volumes.ambience", &mut self.volumes.ambience, 0.0, 1.0, 0.6);
        range("volumes.music", &mut self.volumes.music, 0.0, 1.0, 0.6);
        range("volumes.interface", &mut self.volumes.interface, 0.0, 1.0, 0.8);
        range("video.field_of_view", &mut self.video.field_of_view, 30.0, 50.0, 38.0);
        range("mouse.sensitivity", &mut self.mouse.sensitivity, 0.1, 5.0, 1.0);
        range("pad.aim_assist", &mut self.pad.aim_assist, 0.0, 1.0, 0.5);
        range("pad.dead_zone", &mut self.pad.dead_zone, 0.05, 0.6, 0.2);
        let mut whole = |key, value: &mut u32, low: u32, high: u32| {
            let right = (*value).clamp(low, high);
            if right != *value {
                *value = right;
                wrong.push(key);
            }
        };
        whole("video.width", &mut self.video.width, 640, 16_384);
        whole("video.height", &mut self.video.height, 480, 16_384);
        // One of the two alone is no size.
        if (self.video.full_width == 0) != (self.video.full_height == 0) {
            (self.video.full_width, self.video.full_height) = (0, 0);
            wrong.push("video.full_width");
        }
        if self.video.frame_cap != 0 && !(30..=500).contains(&self.video.frame_cap) {
            self.video.frame_cap = self.video.frame_cap.clamp(30, 500);
            wrong.push("video.frame_cap");
        }
        if crate::options::name(&self.name).is_err() {
            self.name = file::new_name();
            wrong.push("name");
        }
        wrong
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_defaults_are_in_their_ranges() {
        assert_eq!(Settings::default().check(), Vec::<&str>::new());
    }

    #[test]
    fn what_is_out_of_range_is_brought_back_and_named() {
        let mut settings = Settings { text_scale: 9.0, flashes: f32::NAN, ..Settings::default() };
        settings.video.frame_cap = 5;
        settings.name = "seventeen letters".to_owned();
        assert_eq!(settings.check(), ["text_scale", "flashes", "video.frame_cap", "name"]);
        assert_eq!((settings.text_scale, settings.flashes), (1.6, 1.0));
        assert_eq!(settings.video.frame_cap, 30);
        assert!(
            settings.name.starts_with("pilot-"),
            "{}: nobody is to be one of many",
            settings.name
        );
    }
}
