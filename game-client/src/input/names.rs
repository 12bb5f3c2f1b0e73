//! What keys and buttons are called, in the player's language.

use bevy::prelude::*;

use super::action::Action;
use super::binding::{Binding, Bindings};
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
        _ => {
            // The rest is called as keyboards have it: W, 7, F3.
            let name = format!("{key:?}");
            if let Some(rest) = name.strip_prefix("Numpad") {
                return words.say_with("key-numpad", &[("key", rest.to_owned().into())]);
            }
            let bare = name.strip_prefix("Key").or_else(|| name.strip_prefix("Digit"));
            return bare.unwrap_or(&name).to_owned();
        }
    };
    words.say(word).into_owned()
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
    }
}
