//! Keyboard, mouse and gamepad of a script: the events that the window and the gamepad's driver would
//! send, and nothing else.

use bevy::ecs::system::SystemParam;
use bevy::input::ButtonState;
use bevy::input::gamepad::{
    GamepadConnection, GamepadConnectionEvent, RawGamepadAxisChangedEvent,
    RawGamepadButtonChangedEvent, RawGamepadEvent,
};
use bevy::input::keyboard::{Key, KeyboardInput};
use bevy::input::mouse::{MouseButtonInput, MouseMotion};
use bevy::prelude::*;
use bevy::window::{PrimaryWindow, WindowEvent, WindowFocused};

use crate::input::binding::Binding;

/// The gamepad, once it is connected, and for how many frames it was.
#[derive(Resource, Debug, Default)]
pub(super) struct Connected(Option<(Entity, u32)>);

/// Frames until a gamepad that was connected is known to everybody.
const KNOWN_AFTER: u32 = 3;

/// All devices.
#[derive(SystemParam)]
pub(super) struct Devices<'w, 's> {
    commands: Commands<'w, 's>,
    window: Single<'w, 's, (Entity, &'static mut Window), With<PrimaryWindow>>,
    connected: ResMut<'w, Connected>,
    all: MessageWriter<'w, WindowEvent>,
    keys: MessageWriter<'w, KeyboardInput>,
    buttons: MessageWriter<'w, MouseButtonInput>,
    cursor: MessageWriter<'w, CursorMoved>,
    motion: MessageWriter<'w, MouseMotion>,
    focus: MessageWriter<'w, WindowFocused>,
    pads: MessageWriter<'w, RawGamepadEvent>,
    connections: MessageWriter<'w, GamepadConnectionEvent>,
}

impl Devices<'_, '_> {
    /// Presses something, or lets it go.
    pub(super) fn set(&mut self, what: Binding, down: bool) {
        let state = if down { ButtonState::Pressed } else { ButtonState::Released };
        let window = self.window.0;
        match what {
            Binding::Key(key) => self.key(key, logical(key), None, state),
            Binding::Mouse(button) => {
                let event = MouseButtonInput { button, state, window };
                self.buttons.write(event);
                self.all.write(WindowEvent::MouseButtonInput(event));
            }
            Binding::Pad(button) => {
                let (gamepad, value) = (self.pad(), if down { 1.0 } else { 0.0 });
                let event = RawGamepadButtonChangedEvent { gamepad, button, value };
                self.pads.write(RawGamepadEvent::Button(event));
            }
        }
    }

    /// Types a letter.
    pub(super) fn letter(&mut self, letter: char) {
        let text = letter.to_string();
        for state in [ButtonState::Pressed, ButtonState::Released] {
            let key = Key::Character(text.as_str().into());
            // No key of the script's own has this place: what listens for places hears nothing.
            let place = KeyCode::Unidentified(bevy::input::keyboard::NativeKeyCode::Unidentified);
            self.key(place, key, Some(&text), state);
        }
    }

    fn key(&mut self, key_code: KeyCode, logical_key: Key, text: Option<&str>, state: ButtonState) {
        let (window, text) = (self.window.0, text.map(Into::into));
        let event = KeyboardInput { key_code, logical_key, state, text, repeat: false, window };
        self.keys.write(event.clone());
        self.all.write(WindowEvent::KeyboardInput(event));
    }

    /// The window's size in pixels of the screen.
    pub(super) fn window_size(&self) -> Vec2 {
        self.window.1.physical_size().as_vec2()
    }

    /// Moves the mouse to a part of the window.
    pub(super) fn point(&mut self, part: Vec2) {
        let (window, data) = &mut *self.window;
        let position = part * data.size();
        let scale = data.scale_factor();
        let before = data.cursor_position();
        let from = before.unwrap_or(data.size() / 2.0);
        data.set_physical_cursor_position(Some((position * scale).as_dvec2()));
        let delta = before.map(|before| position - before);
        let event = CursorMoved { window: *window, position, delta };
        self.cursor.write(event.clone());
        self.all.write(WindowEvent::CursorMoved(event));
        self.turn((position - from) * scale);
    }

    /// Moves the mouse by so many counts.
    pub(super) fn turn(&mut self, delta: Vec2) {
        let event = MouseMotion { delta };
        self.motion.write(event);
        self.all.write(WindowEvent::MouseMotion(event));
    }

    /// Another window comes to the front, or this one again.
    pub(super) fn focus(&mut self, focused: bool) {
        let (window, data) = &mut *self.window;
        data.focused = focused;
        let event = WindowFocused { window: *window, focused };
        self.focus.write(event.clone());
        self.all.write(WindowEvent::WindowFocused(event));
    }

    /// Pushes a stick of the gamepad.
    pub(super) fn stick(&mut self, left: bool, way: Vec2) {
        let gamepad = self.pad();
        let axes = if left {
            [GamepadAxis::LeftStickX, GamepadAxis::LeftStickY]
        } else {
            [GamepadAxis::RightStickX, GamepadAxis::RightStickY]
        };
        for (axis, value) in axes.into_iter().zip(way.to_array()) {
            let event = RawGamepadAxisChangedEvent { gamepad, axis, value };
            self.pads.write(RawGamepadEvent::Axis(event));
        }
    }

    /// Connects the gamepad, if it is not yet, and returns whether it can be used.
    pub(super) fn has_pad(&mut self) -> bool {
        self.pad();
        let Some((_, frames)) = &mut self.connected.0 else { return false };
        *frames += 1;
        *frames > KNOWN_AFTER
    }

    fn pad(&mut self) -> Entity {
        if let Some((pad, _)) = self.connected.0 {
            return pad;
        }
        let pad = self.commands.spawn_empty().id();
        self.connected.0 = Some((pad, 0));
        let connection = GamepadConnection::Connected {
            name: "script".to_owned(),
            vendor_id: None,
            product_id: None,
        };
        let event = GamepadConnectionEvent { gamepad: pad, connection };
        self.pads.write(RawGamepadEvent::Connection(event.clone()));
        self.connections.write(event);
        pad
    }
}

/// What a key means on a keyboard of plain English.
fn logical(key: KeyCode) -> Key {
    match key {
        KeyCode::Enter => Key::Enter,
        KeyCode::Escape => Key::Escape,
        KeyCode::Tab => Key::Tab,
        KeyCode::Backspace => Key::Backspace,
        KeyCode::Delete => Key::Delete,
        KeyCode::Space => Key::Space,
        KeyCode::ArrowUp => Key::ArrowUp,
        KeyCode::ArrowDown => Key::ArrowDown,
        KeyCode::ArrowLeft => Key::ArrowLeft,
        KeyCode::ArrowRight => Key::ArrowRight,
        KeyCode::Home => Key::Home,
        KeyCode::End => Key::End,
        _ => {
            let name = format!("{key:?}");
            let letter = name.strip_prefix("Key").or_else(|| name.strip_prefix("Digit"));
            Key::Character(letter.unwrap_or_default().to_lowercase().into())
        }
    }
}
