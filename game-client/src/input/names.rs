//! What keys and buttons are called, in the player's language. A key is bound by its place, and what stands on it is
//! another letter in many a country: each key that was typed with is called by what it typed ([`learn`]); until then by
//! what most keyboards have there.

use bevy::input::keyboard::{Key, KeyboardInput};
use bevy::prelude::*;

use super::action::Action;
use super::binding::{Binding, Bindings};
use crate::frame::Frame;
use crate::language::Words;

/// The name of a key or button as it stands on the device.
pub fn name(words: &Words, binding: Binding) -> String {
    match binding {
        Binding::Key(key) => key_name(words, key),
        Binding::Mouse(button) => mouse_name(words, button),
        Binding::Pad(button) => pad_name(words, button),
    }
}

/// What a gamepad moves with besides its buttons: a way of the left stick, which is not bound.
pub fn stick(words: &Words, action: Action) -> Option<String> {
    let word = match action {
        Action::MoveUp => "pad-stick-up",
        Action::MoveDown => "pad-stick-down",
        Action::MoveLeft => "pad-stick-left",
        Action::MoveRight => "pad-stick-right",
        _ => return None,
    };
    Some(words.say(word).into_owned())
}

/// The first key that does something, for a hint; nothing when none does.
pub fn first(words: &Words, bindings: &Bindings, action: Action, pad: bool) -> String {
    // A stick walks without being bound.
    let bound = bindings.slot(action, pad, 0).or_else(|| bindings.slot(action, false, 0));
    bound.map_or_else(String::new, |binding| name(words, binding))
}

fn key_name(words: &Words, key: KeyCode) -> String {
    let word = match key {
        KeyCode::Space => "key-space",
        KeyCode::Enter => "key-enter",
        KeyCode::Escape => "key-escape",
        KeyCode::Tab => "key-tab",
        KeyCode::Backspace => "key-backspace",
        KeyCode::ShiftLeft | KeyCode::ShiftRight => "key-shift",
        KeyCode::ControlLeft | KeyCode::ControlRight => "key-control",
        KeyCode::AltLeft | KeyCode::AltRight => "key-alt",
        KeyCode::ArrowUp => "key-up",
        KeyCode::ArrowDown => "key-down",
        KeyCode::ArrowLeft => "key-left",
        KeyCode::ArrowRight => "key-right",
        KeyCode::PageUp => "key-page-up",
        KeyCode::PageDown => "key-page-down",
        KeyCode::Home => "key-home",
        KeyCode::End => "key-end",
        KeyCode::Insert => "key-insert",
        KeyCode::Delete => "key-delete",
        KeyCode::CapsLock => "key-caps-lock",
        KeyCode::NumLock => "key-num-lock",
        KeyCode::ScrollLock => "key-scroll-lock",
        KeyCode::PrintScreen => "key-print",
        KeyCode::Pause => "key-pause",
        KeyCode::ContextMenu => "key-menu",
        KeyCode::SuperLeft | KeyCode::SuperRight => "key-super",
        _ => return typed_name(words, key),
    };
    words.say(word).into_owned()
}

/// The name of a key that types something, and of those that hardly a keyboard has.
fn typed_name(words: &Words, key: KeyCode) -> String {
    if let Some(typed) = words.typed(key).or_else(|| usual(key)) {
        return typed.to_owned();
    }
    // The names of the rest are the same everywhere: W, 7, F3.
    let name = format!("{key:?}");
    let (with, sign) = match key {
        KeyCode::NumpadAdd => ("key-numpad", "+"),
        KeyCode::NumpadSubtract => ("key-numpad", "-"),
        KeyCode::NumpadMultiply => ("key-numpad", "*"),
        KeyCode::NumpadDivide => ("key-numpad", "/"),
        KeyCode::NumpadDecimal => ("key-numpad", "."),
        KeyCode::NumpadEqual => ("key-numpad", "="),
        KeyCode::NumpadEnter => {
            return words.say_with("key-numpad", &[("key", words.say("key-enter").into())]);
        }
        _ => match (name.strip_prefix("Numpad"), letter(&name)) {
            (Some(number), _) => ("key-numpad", number),
            (_, Some(letter)) => return letter.to_owned(),
            _ => ("key-other", name.as_str()),
        },
    };
    words.say_with(with, &[("key", sign.into())])
}

/// A letter, a digit, or the number of a function.
fn letter(name: &str) -> Option<&str> {
    let is_number = |rest: &str| rest.chars().all(|letter| letter.is_ascii_digit());
    let function = name.strip_prefix('F').filter(|rest| is_number(rest)).map(|_| name);
    function.or_else(|| name.strip_prefix("Key").or_else(|| name.strip_prefix("Digit")))
}

/// What most keyboards type with a key that is neither a letter nor a digit.
const fn usual(key: KeyCode) -> Option<&'static str> {
    Some(match key {
        KeyCode::Backquote => "`",
        KeyCode::Minus => "-",
        KeyCode::Equal => "=",
        KeyCode::BracketLeft => "[",
        KeyCode::BracketRight => "]",
        KeyCode::Backslash => "\\",
        KeyCode::IntlBackslash => "<",
        KeyCode::Semicolon => ";",
        KeyCode::Quote => "'",
        KeyCode::Comma => ",",
        KeyCode::Period => ".",
        KeyCode::Slash => "/",
        _ => return None,
    })
}

/// Listens to what is typed.
pub(super) fn plugin(app: &mut App) {
    app.add_systems(Update, learn.in_set(Frame::Input));
}

/// Takes in what keys type on this keyboard.
fn learn(
    mut typed: MessageReader<KeyboardInput>,
    keys: Res<ButtonInput<KeyCode>>,
    mut words: ResMut<Words>,
) {
    use KeyCode::{AltLeft, AltRight, ControlLeft, ControlRight, ShiftLeft, ShiftRight};
    // With one of these held a key types something else than what is written first on it.
    let held =
        keys.any_pressed([AltLeft, AltRight, ControlLeft, ControlRight, ShiftLeft, ShiftRight]);
    for input in typed.read().filter(|input| input.state.is_pressed() && !held) {
        let Key::Character(typed) = &input.logical_key else { continue };
        let mut letters = typed.chars();
        let (Some(letter), None) = (letters.next(), letters.next()) else { continue };
        let is_of_the_pad = format!("{:?}", input.key_code).starts_with("Numpad");
        if letter.is_whitespace() || letter.is_control() || is_of_the_pad {
            continue;
        }
        let shown = letter.to_uppercase().to_string();
        // Words that change are written anew everywhere.
        if key_name(&words, input.key_code) != shown {
            words.learn(input.key_code, shown);
        }
    }
}

fn mouse_name(words: &Words, button: MouseButton) -> String {
    let word = match button {
        MouseButton::Left => "mouse-left",
        MouseButton::Right => "mouse-right",
        MouseButton::Middle => "mouse-middle",
        MouseButton::Back => "mouse-back",
        MouseButton::Forward => "mouse-forward",
        MouseButton::Other(number) => {
            return words.say_with("mouse-other", &[("number", number.into())]);
        }
    };
    words.say(word).into_owned()
}

fn pad_name(words: &Words, button: GamepadButton) -> String {
    let word = match button {
        GamepadButton::South => "pad-south",
        GamepadButton::East => "pad-east",
        GamepadButton::West => "pad-west",
        GamepadButton::North => "pad-north",
        GamepadButton::LeftTrigger => "pad-left-bumper",
        GamepadButton::RightTrigger => "pad-right-bumper",
        GamepadButton::LeftTrigger2 => "pad-left-trigger",
        GamepadButton::RightTrigger2 => "pad-right-trigger",
        GamepadButton::Select => "pad-select",
        GamepadButton::Start => "pad-start",
        GamepadButton::LeftThumb => "pad-left-thumb",
        GamepadButton::RightThumb => "pad-right-thumb",
        GamepadButton::DPadUp => "pad-up",
        GamepadButton::DPadDown => "pad-down",
        GamepadButton::DPadLeft => "pad-left",
        GamepadButton::DPadRight => "pad-right",
        other => {
            let name = format!("{other:?}");
            return words.say_with("pad-other", &[("button", name.into())]);
        }
    };
    words.say(word).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::Language;

    #[test]
    fn keys_are_called_as_they_are_on_the_keyboard() {
        let words = Words::of(Language::English);
        let say = |key| name(&words, Binding::Key(key));
        assert_eq!(say(KeyCode::KeyW), "W");
        assert_eq!(say(KeyCode::Digit7), "7");
        assert_eq!(say(KeyCode::F3), "F3");
        assert_eq!(say(KeyCode::Numpad4), "Num 4");
        assert_eq!(say(KeyCode::Space), "Space");
        assert_eq!(
            (say(KeyCode::BracketLeft), say(KeyCode::NumpadAdd)),
            ("[".into(), "Num +".into())
        );
        assert_eq!(say(KeyCode::NumpadEnter), "Num Enter");
    }

    #[test]
    fn no_key_of_a_usual_keyboard_has_a_name_of_the_program() {
        for (language, up) in [(Language::English, "Page up"), (Language::Spanish, "Re Pág")] {
            let words = Words::of(language);
            let say = |key| name(&words, Binding::Key(key));
            assert_eq!(say(KeyCode::PageUp), up);
            for key in [
                KeyCode::PageDown,
                KeyCode::BracketRight,
                KeyCode::IntlBackslash,
                KeyCode::CapsLock,
                KeyCode::NumpadDecimal,
                KeyCode::ContextMenu,
                KeyCode::ScrollLock,
            ] {
                let (said, name) = (say(key), format!("{key:?}"));
                assert!(!said.contains(&name), "{said}");
            }
        }
    }

    /// How often words were others.
    #[derive(Resource, Default)]
    struct Changes(u32);

    fn count(mut changes: ResMut<Changes>) {
        changes.0 += 1;
    }

    #[test]
    fn a_key_is_called_by_what_it_types_on_this_keyboard() {
        let mut app = App::new();
        app.insert_resource(Words::of(Language::English))
            .init_resource::<ButtonInput<KeyCode>>()
            .add_message::<KeyboardInput>()
            .init_resource::<Changes>()
            .add_systems(Update, (learn, count.run_if(resource_changed::<Words>)).chain());
        let mut press = |key_code: KeyCode, typed: &str, held: Option<KeyCode>| {
            let mut keys = app.world_mut().resource_mut::<ButtonInput<KeyCode>>();
            keys.reset_all();
            held.into_iter().for_each(|held| keys.press(held));
            app.world_mut().write_message(KeyboardInput {
                key_code,
                logical_key: Key::Character(typed.into()),
                state: bevy::input::ButtonState::Pressed,
                text: None,
                repeat: false,
                window: Entity::PLACEHOLDER,
            });
            app.update();
            let changes = std::mem::take(&mut app.world_mut().resource_mut::<Changes>().0);
            (name(app.world().resource(), Binding::Key(key_code)), changes > 0)
        };
        press(KeyCode::KeyW, "w", None);
        assert_eq!(press(KeyCode::KeyW, "w", None), ("W".into(), false), "nothing is new");
        assert_eq!(press(KeyCode::KeyW, "z", None), ("Z".into(), true));
        assert_eq!(press(KeyCode::Semicolon, "ñ", None), ("Ñ".into(), true));
        let shift = Some(KeyCode::ShiftLeft);
        assert_eq!(press(KeyCode::Digit2, "\"", shift), ("2".into(), false));
    }
}
