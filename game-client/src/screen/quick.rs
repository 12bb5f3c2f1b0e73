//! Ready-made messages, for who has no hand free or no keyboard: a number says one, and a gamepad walks
//! to it. The pilot goes on obeying meanwhile. What is sent is the words of the sender's language.

use bevy::prelude::*;
use bevy::ui_widgets::Activate;
use leafwing_input_manager::prelude::ActionState;

use crate::chat::Chat;
use crate::frame::Frame;
use crate::input::action::Action;
use crate::language::{Say, Words};
use crate::menu::theme::{self, bold, text};
use crate::menu::widget;
use crate::state::{Door, Page, settled};

/// The messages, each with the keys that say it.
const MESSAGES: [(&str, [KeyCode; 2]); 6] = [
    ("quick-1", [KeyCode::Digit1, KeyCode::Numpad1]),
    ("quick-2", [KeyCode::Digit2, KeyCode::Numpad2]),
    ("quick-3", [KeyCode::Digit3, KeyCode::Numpad3]),
    ("quick-4", [KeyCode::Digit4, KeyCode::Numpad4]),
    ("quick-5", [KeyCode::Digit5, KeyCode::Numpad5]),
    ("quick-6", [KeyCode::Digit6, KeyCode::Numpad6]),
];

pub(super) fn plugin(app: &mut App) {
    app.add_systems(OnEnter(Page::Quick), spawn)
        .add_systems(
            Update,
            open.in_set(Frame::Input).run_if(in_state(Page::Fight)).run_if(settled),
        )
        .add_systems(Update, number.in_set(Frame::Input).run_if(in_state(Page::Quick)));
}

fn open(actions: Single<&ActionState<Action>>, mut door: Door) {
    if actions.just_pressed(&Action::Quick) {
        door.open(Page::Quick);
    }
}

fn spawn(mut commands: Commands) {
    let node = Node {
        position_type: PositionType::Absolute,
        left: px(20),
        top: percent(28),
        width: px(300),
        ..default()
    };
    let root = (theme::panel(node), GlobalZIndex(20), DespawnOnExit(Page::Quick));
    commands.spawn(root).with_children(|panel| {
        panel.spawn((bold("", 21.0, theme::TEXT), Say("chat-quick-title")));
        for (number, (key, _)) in MESSAGES.into_iter().enumerate() {
            let node = Node { padding: UiRect::axes(px(10), px(5)), ..theme::line(12.0) };
            panel
                .spawn(widget::frame(node))
                .with_children(|row| {
                    row.spawn(bold(&(number + 1).to_string(), 18.0, theme::ACCENT));
                    row.spawn((text("", 18.0, theme::TEXT), Say(key)));
                })
                .observe(
                    move |_: On<Activate>,
                          words: Res<Words>,
                          mut chat: ResMut<Chat>,
                          mut door: Door| {
                        chat.say(&words.say(key));
                        door.back();
                    },
                );
        }
        panel.spawn((text("", 14.0, theme::DIM), Say("chat-quick-hint")));
    });
}

fn number(
    keys: Res<ButtonInput<KeyCode>>,
    words: Res<Words>,
    mut chat: ResMut<Chat>,
    mut door: Door,
) {
    let pressed = MESSAGES.into_iter().find(|(_, with)| keys.any_just_pressed(*with));
    if let Some((key, _)) = pressed {
        chat.say(&words.say(key));
        door.back();
    }
}
