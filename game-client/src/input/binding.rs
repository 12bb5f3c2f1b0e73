//! Which keys and buttons do what: what is kept in the settings' file, and what the input map is made of.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use bevy::prelude::*;
use leafwing_input_manager::prelude::InputMap;
use serde::de::IntoDeserializer;
use serde::de::value::Error as ValueError;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::action::Action;

/// Keys, or buttons of a gamepad, that one action can have.
pub const SLOTS: usize = 2;

/// A key or a button.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Binding {
    /// A key, by its place on the keyboard.
    Key(KeyCode),
    /// A button of the mouse.
    Mouse(MouseButton),
    /// A button of a gamepad.
    Pad(GamepadButton),
}

impl Binding {
    /// Whether it is on a gamepad.
    pub const fn is_pad(self) -> bool {
        matches!(self, Self::Pad(_))
    }

    /// Whether a menu that lies beside the fight listens to it: what walks, chooses, counts and closes there.
    pub const fn is_of_menus(self) -> bool {
        use GamepadButton as Button;
        use KeyCode as Key;
        match self {
            Self::Mouse(button) => matches!(button, MouseButton::Left),
            Self::Pad(button) => matches!(
                button,
                Button::South
                    | Button::East
                    | Button::DPadUp
                    | Button::DPadDown
                    | Button::DPadLeft
                    | Button::DPadRight
            ),
            Self::Key(key) => matches!(
                key,
                Key::ArrowUp
                    | Key::ArrowDown
                    | Key::ArrowLeft
                    | Key::ArrowRight
                    | Key::Tab
                    | Key::Enter
                    | Key::NumpadEnter
                    | Key::Space
                    | Key::Escape
                    | Key::Digit1
                    | Key::Digit2
                    | Key::Digit3
                    | Key::Digit4
                    | Key::Digit5
                    | Key::Digit6
                    | Key::Numpad1
                    | Key::Numpad2
                    | Key::Numpad3
                    | Key::Numpad4
                    | Key::Numpad5
                    | Key::Numpad6
            ),
        }
    }
}

/// As it stands in the file: `KeyW`, `MouseLeft`, `PadSouth`.
impl fmt::Display for Binding {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Key(key) => write!(out, "{key:?}"),
            Self::Mouse(button) => write!(out, "Mouse{button:?}"),
            Self::Pad(button) => write!(out, "Pad{button:?}"),
        }
    }
}

impl FromStr for Binding {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let unknown = || format!("there is no key or button called {text}");
        if let Some(name) = text.strip_prefix("Pad") {
            return named(name).map(Self::Pad).ok_or_else(unknown);
        }
        if let Some(name) = text.strip_prefix("Mouse") {
            return named(name).map(Self::Mouse).ok_or_else(unknown);
        }
        named(text).map(Self::Key).ok_or_else(unknown)
    }
}

/// The value that serde knows by this name, or by `Other(7)`.
fn named<'a, T: Deserialize<'a>>(name: &'a str) -> Option<T> {
    if let Some(number) = name.strip_prefix("Other(").and_then(|rest| rest.strip_suffix(')')) {
        let entry = std::iter::once(("Other", number.parse::<u16>().ok()?));
        let map = serde::de::value::MapDeserializer::<_, ValueError>::new(entry);
        return T::deserialize(serde::de::value::MapAccessDeserializer::new(map)).ok();
    }
    let name: serde::de::value::BorrowedStrDeserializer<'a, ValueError> =
        serde::de::value::BorrowedStrDeserializer::new(name);
    T::deserialize(name.into_deserializer()).ok()
}

/// What is bound to each action.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bindings(BTreeMap<Action, Vec<Binding>>);

impl Default for Bindings {
    fn default() -> Self {
        Self(Action::ALL.into_iter().map(|action| (action, usual(action))).collect())
    }
}

/// What an action is bound to before anybody changes it.
fn usual(action: Action) -> Vec<Binding> {
    use Binding::{Key, Mouse, Pad};
    use GamepadButton as Button;
    match action {
        Action::MoveUp => vec![Key(KeyCode::KeyW), Key(KeyCode::ArrowUp)],
        Action::MoveDown => vec![Key(KeyCode::KeyS), Key(KeyCode::ArrowDown)],
        Action::MoveLeft => vec![Key(KeyCode::KeyA), Key(KeyCode::ArrowLeft)],
        Action::MoveRight => vec![Key(KeyCode::KeyD), Key(KeyCode::ArrowRight)],
        Action::Fire => vec![Mouse(MouseButton::Left), Pad(Button::RightTrigger2)],
        Action::Rocket => vec![Mouse(MouseButton::Right), Pad(Button::LeftTrigger2)],
        Action::Dash => {
            vec![Key(KeyCode::Space), Pad(Button::South), Pad(Button::RightTrigger)]
        }
        Action::Reload => vec![Key(KeyCode::KeyR), Pad(Button::West)],
        Action::Scores => vec![Key(KeyCode::Tab), Pad(Button::Select)],
        Action::Chat => {
            vec![Key(KeyCode::Enter), Key(KeyCode::KeyT), Pad(Button::DPadRight)]
        }
        Action::TeamChat => vec![Key(KeyCode::KeyY), Pad(Button::DPadLeft)],
        Action::Quick => vec![Key(KeyCode::KeyV), Pad(Button::DPadUp)],
        Action::Vote => vec![Key(KeyCode::KeyB), Pad(Button::DPadDown)],
        Action::Network => vec![Key(KeyCode::F3)],
        Action::Pause => vec![Key(KeyCode::Escape), Pad(Button::Start)],
    }
}

impl Bindings {
    /// What does this, in the order of its slots.
    pub fn of(&self, action: Action) -> &[Binding] {
        self.0.get(&action).map_or(&[], Vec::as_slice)
    }

    /// How many buttons of a gamepad do this: the number of the first free slot.
    pub fn pads(&self, action: Action) -> usize {
        self.of(action).iter().filter(|binding| binding.is_pad()).count()
    }

    /// What stands in a slot of the keyboard and mouse, or of the gamepad.
    pub fn slot(&self, action: Action, pad: bool, slot: usize) -> Option<Binding> {
        self.of(action).iter().copied().filter(|binding| binding.is_pad() == pad).nth(slot)
    }

    /// Puts something into a slot, or empties it. What else the action has stays.
    pub fn set(&mut self, action: Action, pad: bool, slot: usize, binding: Option<Binding>) {
        let (mut same, rest): (Vec<_>, Vec<_>) =
            self.of(action).iter().partition(|binding| binding.is_pad() == pad);
        if slot < same.len() {
            same.remove(slot);
        }
        same.retain(|other| Some(*other) != binding);
        same.splice(slot.min(same.len())..slot.min(same.len()), binding);
        same.truncate(SLOTS);
        // Keys stand before buttons, so that a file does not change with the order of changes.
        let (mut keys, buttons) = if pad { (rest, same) } else { (same, rest) };
        keys.extend(buttons);
        self.0.insert(action, keys);
    }

    /// The other actions that the same key or button does: they would all happen at once.
    pub fn conflicts(&self, action: Action, binding: Binding) -> Vec<Action> {
        let others = Action::ALL.into_iter().filter(|other| *other != action);
        others.filter(|other| self.of(*other).contains(&binding)).collect()
    }

    /// For the input mapping.
    pub fn map(&self) -> InputMap<Action> {
        let mut map = InputMap::default();
        for (action, bindings) in &self.0 {
            for binding in bindings {
                match *binding {
                    Binding::Key(key) => map.insert(*action, key),
                    Binding::Mouse(button) => map.insert(*action, button),
                    Binding::Pad(button) => map.insert(*action, button),
                };
            }
        }
        map
    }
}

impl Serialize for Bindings {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let texts = |bindings: &Vec<Binding>| -> Vec<String> {
            bindings.iter().map(ToString::to_string).collect()
        };
        serializer.collect_map(self.0.iter().map(|(action, bound)| (action, texts(bound))))
    }
}

impl<'de> Deserialize<'de> for Bindings {
    /// Actions that are not there keep what they usually have, so that a file from before an upgrade
    /// leaves no new action without a key; actions and keys that nobody knows are passed over.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let read = BTreeMap::<String, Vec<String>>::deserialize(deserializer)?;
        let mut bindings = Self::default();
        for (name, texts) in &read {
            if let Some(action) = named::<Action>(name) {
                let bound = texts.iter().filter_map(|text| text.parse().ok()).collect();
                bindings.0.insert(action, bound);
            }
        }
        Ok(bindings)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_binding_reads_back_from_its_own_text() {
        let mut all: Vec<Binding> = Action::ALL.into_iter().flat_map(usual).collect();
        all.extend([
            Binding::Mouse(MouseButton::Other(9)),
            Binding::Pad(GamepadButton::Other(3)),
            Binding::Key(KeyCode::NumpadAdd),
        ]);
        for binding in all {
            assert_eq!(binding.to_string().parse(), Ok(binding));
        }
        assert!("PadNowhere".parse::<Binding>().is_err());
    }

    #[test]
    fn nothing_conflicts_before_anybody_changes_something() {
        let bindings = Bindings::default();
        for action in Action::ALL {
            for binding in bindings.of(action) {
                assert_eq!(bindings.conflicts(action, *binding), [], "{action:?} {binding}");
            }
        }
    }

    #[test]
    fn a_slot_changes_alone_and_a_conflict_is_told() {
        let mut bindings = Bindings::default();
        let r = Binding::Key(KeyCode::KeyR);
        bindings.set(Action::Dash, false, 0, Some(r));
        assert_eq!(bindings.slot(Action::Dash, false, 0), Some(r));
        assert_eq!(
            bindings.slot(Action::Dash, true, 1),
            Some(Binding::Pad(GamepadButton::RightTrigger))
        );
        assert_eq!(bindings.conflicts(Action::Dash, r), [Action::Reload]);
        bindings.set(Action::MoveUp, false, 1, None);
        assert_eq!(bindings.of(Action::MoveUp), [Binding::Key(KeyCode::KeyW)]);
    }

    #[test]
    fn actions_that_a_file_lacks_keep_their_keys() {
        let bindings: Bindings =
            toml::from_str("dash = [\"KeyF\", \"KeyNone\"]\nfly = []").unwrap();
        assert_eq!(bindings.of(Action::Dash), [Binding::Key(KeyCode::KeyF)]);
        assert_eq!(bindings.of(Action::Reload), usual(Action::Reload));
    }
}
