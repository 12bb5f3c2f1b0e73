//! The rows of each tab but that of the controls: what each shows, and how it is changed.

use bevy::input_focus::AutoFocus;
use bevy::prelude::*;

use super::NameField;
use crate::language::{Language, Words};
use crate::menu::field::{Rule, field};
use crate::menu::row::{self, Row};
use crate::menu::widget::Inset;
use crate::options;
use crate::settings::{DeathView, Palette, PointerMode, Quality, WindowMode, next};

/// Characters that may be typed for a name, before those of them that are one letter count as one: no letter is typed
/// with more than four.
const NAME_TYPED: usize = 4 * options::NAME_LETTERS;

/// A row for a number between two bounds, shown in percent.
macro_rules! part_row {
    ($list:expr, $key:literal, $($field:ident).+, $low:expr, $high:expr) => {
        row::spawn($list, $key, Row {
            show: |settings, words, _| percent_of(words, settings.$($field).+),
            step: |settings, _, steps| {
                settings.$($field).+ = stepped(settings.$($field).+, steps, $low, $high);
            },
            part: Some((
                |settings| (settings.$($field).+ - $low) / ($high - $low),
                |settings, part| {
                    settings.$($field).+ = stepped($low + part * ($high - $low), 0, $low, $high);
                },
            )),
        })
    };
}

/// A row for one of a few values, each with the key of its name.
macro_rules! choice_row {
    ($list:expr, $key:literal, $($field:ident).+, { $($value:expr => $name:literal,)+ }) => {
        row::spawn($list, $key, Row {
            show: |settings, words, _| {
                let names = [$(($value, $name),)+];
                let name = names.into_iter().find(|(value, _)| *value == settings.$($field).+);
                name.map_or_else(String::new, |(_, name)| words.say(name).into_owned())
            },
            step: |settings, _, steps| {
                settings.$($field).+ = next(&[$($value,)+], settings.$($field).+, steps);
            },
            part: None,
        })
    };
}

/// `rename` when the name is what the player is here for.
pub(super) fn game(list: &mut ChildSpawnerCommands, name: &str, rename: bool) {
    row::spawn_with(list, "settings-name", |line| {
        let is_name = Rule(|text| options::name(text).is_ok());
        let mut field = line.spawn((field(name, NAME_TYPED, 300.0), is_name, Inset, NameField));
        if rename {
            field.insert(AutoFocus);
        }
    });
    choice_row!(list, "settings-language", language, {
        Language::English => "language-en",
        Language::Spanish => "language-es",
    });
    part_row!(list, "settings-text-scale", text_scale, 0.8, 1.6);
    part_row!(list, "settings-screen-shake", screen_shake, 0.0, 1.0);
    part_row!(list, "settings-flashes", flashes, 0.0, 1.0);
    part_row!(list, "settings-look-ahead", look_ahead, 0.0, 1.0);
    choice_row!(list, "settings-death-view", death_view, {
        DeathView::Killer => "settings-death-killer",
        DeathView::Free => "settings-death-free",
    });
    choice_row!(list, "settings-palette", palette, {
        Palette::Standard => "settings-palette-standard",
        Palette::Deuteranopia => "settings-palette-deuteranopia",
        Palette::Protanopia => "settings-palette-protanopia",
        Palette::Tritanopia => "settings-palette-tritanopia",
    });
}

pub(super) fn picture(list: &mut ChildSpawnerCommands) {
    choice_row!(list, "settings-window-mode", video.mode, {
        WindowMode::Windowed => "settings-window-windowed",
        WindowMode::Borderless => "settings-window-borderless",
        WindowMode::Fullscreen => "settings-window-fullscreen",
    });
    row::spawn(
        list,
        "settings-resolution",
        Row {
            show: |settings, words, screen| match screen.size_of(&settings.video) {
                Some((width, height)) => format!("{width} x {height}"),
                None => words.say("settings-resolution-screen").into_owned(),
            },
            step: |settings, screen, steps| screen.step(&mut settings.video, steps),
            part: None,
        },
    );
    choice_row!(list, "settings-quality", video.quality, {
        Quality::Automatic => "settings-quality-automatic",
        Quality::Low => "settings-quality-low",
        Quality::Medium => "settings-quality-medium",
        Quality::High => "settings-quality-high",
    });
    row::spawn(
        list,
        "settings-field-of-view",
        Row {
            show: |settings, words, _| {
                let degrees = settings.video.field_of_view.round() as i32;
                words.say_with("settings-degrees", &[("degrees", degrees.into())])
            },
            step: |settings, _, steps| {
                let view = &mut settings.video.field_of_view;
                *view = (view.round() + steps as f32).clamp(30.0, 50.0);
            },
            part: Some((
                |settings| (settings.video.field_of_view - 30.0) / 20.0,
                |settings, part| settings.video.field_of_view = (30.0 + 20.0 * part).round(),
            )),
        },
    );
    choice_row!(list, "settings-vsync", video.vsync, {
        true => "menu-on",
        false => "menu-off",
    });
    row::spawn(
        list,
        "settings-frame-cap",
        Row {
            show: |settings, words, _| match settings.video.frame_cap {
                0 => words.say("settings-frame-cap-none").into_owned(),
                cap => cap.to_string(),
            },
            step: |settings, _, steps| {
                settings.video.frame_cap = next(&CAPS, settings.video.frame_cap, steps);
            },
            part: None,
        },
    );
}

pub(super) fn sound(list: &mut ChildSpawnerCommands) {
    part_row!(list, "settings-volume-master", volumes.master, 0.0, 1.0);
    part_row!(list, "settings-volume-effects", volumes.effects, 0.0, 1.0);
    part_row!(list, "settings-volume-announcer", volumes.announcer, 0.0, 1.0);
    part_row!(list, "settings-volume-ambience", volumes.ambience, 0.0, 1.0);
    part_row!(list, "settings-volume-music", volumes.music, 0.0, 1.0);
    part_row!(list, "settings-volume-interface", volumes.interface, 0.0, 1.0);
}

/// What stands above the table of keys.
pub(super) fn mouse(list: &mut ChildSpawnerCommands) {
    choice_row!(list, "settings-pointer", mouse.pointer, {
        PointerMode::Captured => "settings-pointer-captured",
        PointerMode::System => "settings-pointer-system",
    });
    row::spawn(
        list,
        "settings-sensitivity",
        Row {
            show: |settings, words, _| match settings.mouse.pointer {
                PointerMode::Captured => percent_of(words, settings.mouse.sensitivity),
                // The system has a setting of its own for that.
                PointerMode::System => words.say("settings-sensitivity-system").into_owned(),
            },
            step: |settings, _, steps| {
                let now = settings.mouse.sensitivity;
                settings.mouse.sensitivity = stepped(now, steps, 0.1, 5.0);
            },
            part: Some((
                |settings| (settings.mouse.sensitivity - 0.1) / 4.9,
                |settings, part| {
                    settings.mouse.sensitivity = stepped(0.1 + part * 4.9, 0, 0.1, 5.0);
                },
            )),
        },
    );
}

/// What follows the table of keys.
pub(super) fn sticks(list: &mut ChildSpawnerCommands) {
    part_row!(list, "settings-aim-assist", pad.aim_assist, 0.0, 1.0);
    part_row!(list, "settings-dead-zone", pad.dead_zone, 0.05, 0.6);
}

/// Pictures a second that can be chosen; 0 is as many as can be.
const CAPS: [u16; 8] = [0, 30, 60, 90, 120, 144, 165, 240];

/// A part in percent, a step of 5 % away, and within its range.
fn stepped(value: f32, steps: i32, low: f32, high: f32) -> f32 {
    // Divided last: 17 twentieths are 0.85, and 0.9 less 0.05 is something beside it.
    (((value * 20.0).round() + steps as f32) / 20.0).clamp(low, high)
}

fn percent_of(words: &Words, value: f32) -> String {
    let percent = (value * 100.0).round() as i32;
    words.say_with("settings-percent", &[("percent", percent.into())])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_go_in_steps_of_five_percent_and_stay_in_range() {
        assert_eq!(stepped(0.52, 1, 0.0, 1.0), 0.55);
        assert_eq!(stepped(0.9, -1, 0.0, 1.0), 0.85);
        assert_eq!(stepped(1.0, 1, 0.0, 1.0), 1.0);
        assert_eq!(stepped(0.05, -1, 0.05, 0.6), 0.05);
    }
}
