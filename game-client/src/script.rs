//! A script in place of a player: it presses keys and buttons, moves the mouse, waits for what must be on
//! screen, and takes pictures (`--script FILE`). For tests, and for pictures of every screen.
//!
//! What it presses goes the way that a person's input goes, from the window's and the gamepad's events
//! on (`script/devices`); it calls nothing of the client's. A step is a line:
//!
//! ```text
//! # a comment
//! key Enter               taps a key; the names are those of the settings' file
//! down KeyW    up KeyW    holds a key, and lets it go
//! type localhost:4455     types letters
//! move 50 40              moves the mouse to so many hundredths of the window
//! press MouseLeft         taps a button of the mouse
//! click Words             clicks in the middle of the first text that begins with these words
//! pad South               taps a button of the gamepad; the first one connects it
//! stick left 0 1          pushes a stick of the gamepad
//! wait 1.5                waits, in seconds
//! page settings 5         waits until the page is shown, at most so long
//! see 5 Words             waits until a text with these words is shown
//! reads 5 Words           waits until a text is shown that is these words and no more; # stands for any number
//! gone 5 Words            waits until none is
//! picture FILE            saves what is on screen
//! turn 30 -5              moves the mouse by so many counts, and leaves it to the window where its pointer is
//! pointer captured 5      waits until the fight has the pointer; `pointer free 5` until it is given back
//! crowd 30 60             waits until so many others are in the picture, and the own pilot lives if there is one
//! alive 30                waits until the own pilot lives, or who is watched is alive and in the picture
//! dash 5                  waits until the own pilot has dashed for a moment, and still does
//! focus lost              another window is in front; `focus back` ends that
//! fits                    fails unless every word is in the window and in its button, and none lies over another
//! cover words             shows no words from now on; `cover display` nothing that lies over the fight
//! quit                    ends the program
//! ```
//!
//! What does not come in time ends the program with a sentence and a failure.

mod cover;
mod devices;
mod fits;
mod play;

use std::path::{Path, PathBuf};
use std::str::FromStr;

use bevy::input::gamepad::GamepadButton;
use bevy::math::Vec2;

use crate::input::binding::Binding;
use crate::state::Page;

use self::cover::Cover;
pub use play::plugin;

/// One line.
#[derive(Clone, Debug, PartialEq)]
enum Step {
    Tap(Binding),
    Hold(Binding, bool),
    Type(String),
    Move(Vec2),
    Click(String),
    Stick {
        left: bool,
        way: Vec2,
    },
    Wait(f32),
    /// Waits, at most so many seconds.
    Until(Awaited, f32),
    Picture(PathBuf),
    Turn(Vec2),
    Focus(bool),
    Fits,
    Cover(Cover),
    Quit,
}

/// What a step waits for.
#[derive(Clone, Debug, PartialEq)]
enum Awaited {
    Page(Page),
    See(String),
    Reads(String),
    Gone(String),
    Pointer { captured: bool },
    Crowd(usize),
    Alive,
    Dash,
}

/// All steps, each with the number of its line.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Script(Vec<(usize, Step)>);

/// Reads a script, or says what is wrong with it.
pub fn read(path: &Path) -> Result<Script, String> {
    let text = std::fs::read_to_string(path)
        .map_err(|error| format!("can't read {}: {error}", path.display()))?;
    text.parse().map_err(|error| format!("{}, {error}", path.display()))
}

impl FromStr for Script {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut steps = Vec::new();
        for (number, line) in text.lines().enumerate().map(|(at, line)| (at + 1, line.trim())) {
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let step = step(line).map_err(|what| format!("line {number}: {what}: {line}"))?;
            steps.push((number, step));
        }
        Ok(Self(steps))
    }
}

fn step(line: &str) -> Result<Step, String> {
    let (verb, rest) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
    let rest = rest.trim();
    Ok(match verb {
        "key" | "press" => Step::Tap(rest.parse()?),
        "down" => Step::Hold(rest.parse()?, true),
        "up" => Step::Hold(rest.parse()?, false),
        "type" => Step::Type(rest.to_owned()),
        "move" => Step::Move(pair(rest)? / 100.0),
        "click" => Step::Click(rest.to_owned()),
        "pad" => Step::Tap(Binding::Pad(button(rest)?)),
        "stick" => {
            let (side, way) = rest.split_once(' ').ok_or("a side and two numbers")?;
            Step::Stick { left: side == "left", way: pair(way)? }
        }
        "wait" => Step::Wait(seconds(rest)?),
        "page" => {
            let (name, within_s) = within(rest, "a page")?;
            let page = Page::ALL.into_iter().find(|(known, _)| *known == name);
            Step::Until(Awaited::Page(page.ok_or("no such page")?.1), within_s)
        }
        "see" => words(rest).map(|(within_s, words)| Step::Until(Awaited::See(words), within_s))?,
        "reads" => {
            words(rest).map(|(within_s, words)| Step::Until(Awaited::Reads(words), within_s))?
        }
        "gone" => {
            words(rest).map(|(within_s, words)| Step::Until(Awaited::Gone(words), within_s))?
        }
        "picture" => Step::Picture(rest.into()),
        "turn" => Step::Turn(pair(rest)?),
        "pointer" => {
            let (whose, within_s) = within(rest, "captured or free")?;
            Step::Until(Awaited::Pointer { captured: whose == "captured" }, within_s)
        }
        "crowd" => {
            let (pilots, within_s) = within(rest, "a number")?;
            Step::Until(Awaited::Crowd(pilots.parse().map_err(|_| "no number")?), within_s)
        }
        "alive" => Step::Until(Awaited::Alive, seconds(rest)?),
        "dash" => Step::Until(Awaited::Dash, seconds(rest)?),
        "fits" => Step::Fits,
        "focus" => Step::Focus(rest == "back"),
        "cover" => Step::Cover(rest.parse()?),
        "quit" => Step::Quit,
        _ => return Err("no such step".to_owned()),
    })
}

fn button(name: &str) -> Result<GamepadButton, String> {
    match format!("Pad{name}").parse()? {
        Binding::Pad(button) => Ok(button),
        _ => Err("no such button".to_owned()),
    }
}

fn pair(text: &str) -> Result<Vec2, String> {
    let (x, y) = text.split_once(char::is_whitespace).ok_or("two numbers")?;
    Ok(Vec2::new(seconds(x)?, seconds(y)?))
}

fn seconds(text: &str) -> Result<f32, String> {
    let number: Option<f32> = text.trim().parse().ok();
    number.filter(|number| number.is_finite()).ok_or_else(|| "no number".to_owned())
}

/// What is waited for, and for how many seconds at most.
fn within<'a>(text: &'a str, what: &str) -> Result<(&'a str, f32), String> {
    let (awaited, within) = text.split_once(' ').ok_or_else(|| format!("{what} and seconds"))?;
    Ok((awaited, seconds(within)?))
}

fn words(text: &str) -> Result<(f32, String), String> {
    let (within, words) = text.split_once(char::is_whitespace).ok_or("seconds and words")?;
    Ok((seconds(within)?, words.trim().to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use bevy::input::keyboard::KeyCode;

    #[test]
    fn lines_are_steps_and_what_is_none_is_named_with_its_line() {
        let script: Script =
            "# hello\n\nkey Enter\nstick right -1 0.5\nsee 5 two words\n".parse().unwrap();
        assert_eq!(
            script.0,
            [
                (3, Step::Tap(Binding::Key(KeyCode::Enter))),
                (4, Step::Stick { left: false, way: Vec2::new(-1.0, 0.5) }),
                (5, Step::Until(Awaited::See("two words".to_owned()), 5.0)),
            ]
        );
        for (text, said) in [
            ("key Enter\ndance", "line 2: no such step: dance"),
            ("page nowhere 5", "line 1: no such page: page nowhere 5"),
            ("wait long", "line 1: no number: wait long"),
        ] {
            assert_eq!(text.parse::<Script>(), Err(said.to_owned()));
        }
    }
}
