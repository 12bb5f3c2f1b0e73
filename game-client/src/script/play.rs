//! Plays a script, a step after the other, at the beginning of frames.

use std::path::{Path, PathBuf};

use bevy::ecs::system::SystemParam;
use bevy::picking::PickingSystems;
use bevy::prelude::*;
use bevy::render::view::screenshot::{Screenshot, ScreenshotCaptured};
use game_sim::TICK_RATE;

use super::devices::{Connected, Devices};
use super::fits::Boxes;
use super::{Awaited, Script, Step, cover};
use crate::input::binding::Binding;
use crate::input::pointer::Pointer;
use crate::measure::own;
use crate::render::{Eye, in_clear, in_picture};
use crate::scene::{OwnView, Scene};
use crate::state::Page;
use crate::unattended::{is_blank, save};

/// How long a picture may take, in seconds: a slow machine opens its window long before it draws anything.
const PATIENCE_S: f32 = 20.0;

/// So long after its beginning a dash has left something behind, in seconds.
const GHOSTS_S: f32 = 0.12;

/// Where the script is.
#[derive(Resource, Debug)]
struct Playing {
    script: Script,
    at: usize,
    /// For how long the step has lasted, and for how many frames.
    step_s: f32,
    frames: usize,
    /// Whether the picture that was asked for is saved.
    pictured: Option<bool>,
}

/// Plays `script` in place of a player.
pub fn plugin(script: Script) -> impl Fn(&mut App) + Send + Sync + 'static {
    move |app| {
        let script = script.clone();
        let playing = Playing { script, at: 0, step_s: 0.0, frames: 0, pictured: None };
        app.insert_resource(playing)
            .add_plugins(cover::plugin)
            .init_resource::<Connected>()
            .add_systems(First, own(play).before(PickingSystems::Input));
    }
}

/// What there is to wait for.
#[derive(SystemParam)]
struct Sight<'w, 's> {
    page: Res<'w, State<Page>>,
    pointer: Res<'w, Pointer>,
    scene: Res<'w, Scene>,
    eye: Query<'w, 's, (&'static Camera, &'static GlobalTransform), With<Eye>>,
    texts: Texts<'w, 's>,
}

impl Sight<'_, '_> {
    /// Whether something has come that a step waits for, and what is said if it does not.
    fn look(&self, awaited: &Awaited, size: Vec2) -> (bool, String) {
        match awaited {
            Awaited::Page(wanted) => {
                let page = self.page.get();
                (page == wanted, format!("waited for {wanted:?}, but {page:?} is shown"))
            }
            Awaited::See(words) => {
                (find(&self.texts, words, size).is_some(), format!("waited for {words:?}"))
            }
            Awaited::Reads(words) => {
                let there = shown(&self.texts).any(|(text, ..)| reads(text, words));
                (there, format!("waited for just {words:?}"))
            }
            Awaited::Gone(words) => {
                (find(&self.texts, words, size).is_none(), format!("still there: {words:?}"))
            }
            Awaited::Pointer { captured } => {
                let there = self.pointer.is_captured() == *captured;
                (there, "the pointer is somebody else's".to_owned())
            }
            Awaited::Crowd(wanted) => {
                let seen = self.pilots();
                (seen >= *wanted, format!("only {seen} pilots are in sight"))
            }
            Awaited::Alive => (self.is_alive(), "nobody lives to look at".to_owned()),
            Awaited::Dash => {
                let cooldown_s = f32::from(self.scene.rules.dash_cooldown_ticks) / TICK_RATE as f32;
                let has_begun = |own: OwnView| own.dash_charge * cooldown_s > GHOSTS_S;
                let own = self.scene.own.filter(|own| own.alive && own.dashing);
                (own.is_some_and(has_begun), "the own pilot is in no dash".to_owned())
            }
        }
    }

    /// How many others a living pilot sees in the picture, or who only watches.
    fn pilots(&self) -> usize {
        let alive = self.scene.me.is_none() || self.scene.own.is_some_and(|own| own.alive);
        let Ok((camera, eye)) = self.eye.single() else { return 0 };
        if alive { self.scene.seen(&|point| in_picture(camera, eye, point)) } else { 0 }
    }

    /// Whether the own pilot lives, or who is watched does where it can be seen.
    fn is_alive(&self) -> bool {
        if self.scene.me.is_some() {
            return self.scene.own.is_some_and(|own| own.alive);
        }
        let Ok((camera, eye)) = self.eye.single() else { return false };
        let mut others = self.scene.pilots.iter();
        let watched = others.find(|pilot| Some(pilot.id) == self.scene.watched);
        watched.is_some_and(|pilot| {
            pilot.alive && pilot.opacity > 0.9 && in_clear(camera, eye, pilot.position)
        })
    }
}

/// Every text that is shown, with where it is.
type Texts<'w, 's> = Query<
    'w,
    's,
    (
        &'static Text,
        &'static TextColor,
        &'static InheritedVisibility,
        &'static ComputedNode,
        &'static UiGlobalTransform,
    ),
>;

fn play(
    time: Res<Time<Real>>,
    (sight, boxes): (Sight, Boxes),
    mut playing: ResMut<Playing>,
    mut devices: Devices,
    mut commands: Commands,
    mut exit: MessageWriter<AppExit>,
) {
    let playing = &mut *playing;
    let Some((line, step)) = playing.script.0.get(playing.at).cloned() else { return };
    let with_pad = matches!(
        step,
        Step::Tap(Binding::Pad(_)) | Step::Hold(Binding::Pad(_), _) | Step::Stick { .. }
    );
    if with_pad && !devices.has_pad() {
        return;
    }
    let frame = playing.frames;
    playing.frames += 1;
    // The time of the frame before belongs to it.
    playing.step_s += if frame == 0 { 0.0 } else { time.delta_secs() };
    let size = devices.window_size();
    let done = match &step {
        Step::Tap(what) => {
            devices.set(*what, frame == 0);
            frame > 0
        }
        Step::Hold(what, down) => {
            devices.set(*what, *down);
            true
        }
        Step::Type(text) => {
            // A frame for each letter, and one for what the last one leads to.
            text.chars().nth(frame).map(|letter| devices.letter(letter)).is_none()
        }
        Step::Move(part) => {
            devices.point(*part);
            true
        }
        Step::Click(words) => match frame {
            0 => {
                let found = find(&sight.texts, words, size);
                if found.is_none() && playing.step_s == 0.0 {
                    return fail(line, &format!("there is no {words:?}"), &sight.texts, &mut exit);
                }
                if let Some(part) = found {
                    devices.point(part);
                }
                false
            }
            // The mouse is there; a frame later what is under it knows.
            1 | 2 => false,
            3 => {
                devices.set(Binding::Mouse(MouseButton::Left), true);
                false
            }
            4 => false,
            _ => {
                devices.set(Binding::Mouse(MouseButton::Left), false);
                true
            }
        },
        Step::Stick { left, way } => {
            devices.stick(*left, *way);
            true
        }
        Step::Wait(seconds) => playing.step_s >= *seconds,
        Step::Until(awaited, within_s) => {
            let (there, said) = sight.look(awaited, size);
            if !there && playing.step_s > *within_s {
                return fail(line, &said, &sight.texts, &mut exit);
            }
            there
        }
        Step::Picture(path) => {
            if playing.step_s > PATIENCE_S {
                return fail(line, "nothing was drawn", &sight.texts, &mut exit);
            }
            if frame == 0 {
                playing.pictured = None;
                picture(&mut commands, path.clone());
            }
            match playing.pictured {
                None => false,
                Some(true) => true,
                Some(false) => {
                    exit.write(AppExit::error());
                    return;
                }
            }
        }
        Step::Turn(counts) => {
            devices.turn(*counts);
            true
        }
        Step::Fits => {
            let faults = boxes.faults(size);
            if !faults.is_empty() {
                return fail(line, &faults.join("; "), &sight.texts, &mut exit);
            }
            true
        }
        Step::Focus(back) => {
            devices.focus(*back);
            true
        }
        Step::Cover(what) => {
            commands.insert_resource(*what);
            true
        }
        Step::Quit => {
            exit.write(AppExit::Success);
            true
        }
    };
    if done {
        playing.at += 1;
        (playing.step_s, playing.frames) = (0.0, 0);
    }
}

fn picture(commands: &mut Commands, path: PathBuf) {
    commands.spawn(Screenshot::primary_window()).observe(
        move |captured: On<ScreenshotCaptured>, mut playing: ResMut<Playing>| {
            if is_blank(&captured.image) {
                playing.frames = 0;
                return;
            }
            playing.pictured = Some(save(&captured.image, Path::new(&path)) == AppExit::Success);
        },
    );
}

/// Every text that can be seen.
fn shown<'a>(texts: &'a Texts) -> impl Iterator<Item = (&'a str, &'a ComputedNode, Vec2)> {
    texts.iter().filter_map(|(text, colour, visible, node, place)| {
        let seen = visible.get() && !node.is_empty() && colour.0.alpha() > 0.1;
        (seen && !text.0.is_empty()).then_some((text.0.as_str(), node, place.translation))
    })
}

/// The part of the window where a text is: one that begins with the words, else one that has them.
fn find(texts: &Texts, words: &str, size: Vec2) -> Option<Vec2> {
    let begins = shown(texts).find(|(text, ..)| text.starts_with(words));
    let (.., place) = begins.or_else(|| shown(texts).find(|(text, ..)| text.contains(words)))?;
    Some(place / size)
}

/// Whether a text is these words and no more, where # stands for any number.
fn reads(text: &str, words: &str) -> bool {
    let Some((before, after)) = words.split_once('#') else { return text == words };
    let rest = text.strip_prefix(before);
    let after_number =
        rest.map(|rest| (rest, rest.trim_start_matches(|c: char| c.is_ascii_digit())));
    after_number.is_some_and(|(rest, left)| left.len() < rest.len() && reads(left, after))
}

fn fail(line: usize, what: &str, texts: &Texts, exit: &mut MessageWriter<AppExit>) {
    let seen: Vec<_> = shown(texts).map(|(text, ..)| text).collect();
    eprintln!("game-client: script, line {line}: {what}; seen: {}", seen.join(" | "));
    exit.write(AppExit::error());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_reads_as_words_that_are_all_of_it() {
        for (text, words, is) in [
            ("C", "C", true),
            ("Chat", "C", false),
            ("West  17", "West  #", true),
            ("West", "West  #", false),
            ("West  17 x", "West  #", false),
            ("17  East", "#  East", true),
            ("3 of 64", "# of #", true),
        ] {
            assert_eq!(reads(text, words), is, "{text:?} as {words:?}");
        }
    }
}
