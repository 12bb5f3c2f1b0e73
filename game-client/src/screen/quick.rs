//! Ready-made messages, for who has no hand free or no keyboard: a number says one, and a gamepad's cross walks
//! to it. The pilot goes on obeying meanwhile whatever this does not listen to. What is sent is the words of the
//! sender's language; what helps only who fights beside the sender goes to nobody else.

use bevy::prelude::*;
use bevy::ui_widgets::Activate;
use leafwing_input_manager::prelude::ActionState;

use crate::chat::Chat;
use crate::frame::Frame;
use crate::input::action::Action;
use crate::language::{Say, Words};
use crate::menu::theme::{self, bold, text};
use crate::menu::widget;
use crate::scene::Scene;
use crate::state::{Door, Page, settled};

/// A message: its words, whether it is for the own team where there is one, and the keys that say it.
#[derive(Clone, Copy)]
struct Message {
    key: &'static str,
    to_team: bool,
    with: [KeyCode; 2],
}

const MESSAGES: [Message; 6] = [
    message("quick-1", false, [KeyCode::Digit1, KeyCode::Numpad1]),
    message("quick-2", false, [KeyCode::Digit2, KeyCode::Numpad2]),
    message("quick-3", true, [KeyCode::Digit3, KeyCode::Numpad3]),
    message("quick-4", true, [KeyCode::Digit4, KeyCode::Numpad4]),
    message("quick-5", true, [KeyCode::Digit5, KeyCode::Numpad5]),
    message("quick-6", false, [KeyCode::Digit6, KeyCode::Numpad6]),
];

const fn message(key: &'static str, to_team: bool, with: [KeyCode; 2]) -> Message {
    Message { key, to_team, with }
}

impl Message {
    fn is_for_team(self, scene: &Scene) -> bool {
        self.to_team && scene.me.is_some() && scene.has_teams()
    }

    fn say(self, chat: &mut Chat, scene: &Scene, words: &Words) {
        let text = words.say(self.key);
        if self.is_for_team(scene) {
            chat.say_to_team(&text);
        } else {
            chat.say(&text);
        }
    }
}

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

fn spawn(mut commands: Commands, scene: Res<Scene>, pads: Query<(), With<Gamepad>>) {
    let node = Node {
        position_type: PositionType::Absolute,
        left: px(20),
        // Above health, and as high as its words are large.
        bottom: px(130),
        width: px(300),
        ..default()
    };
    let root = (theme::panel(node), GlobalZIndex(20), DespawnOnExit(Page::Quick));
    commands.spawn(root).with_children(|panel| {
        panel.spawn((bold("", 21.0, theme::TEXT), Say("chat-quick-title")));
        for (number, message) in MESSAGES.into_iter().enumerate() {
            let node = Node { padding: UiRect::axes(px(10), px(5)), ..theme::line(12.0) };
            panel
                .spawn(widget::frame(node))
                .with_children(|row| {
                    row.spawn(bold(&(number + 1).to_string(), 18.0, theme::ACCENT));
                    row.spawn((text("", 18.0, theme::TEXT), Say(message.key)));
                    if message.is_for_team(&scene) {
                        row.spawn((text("", 14.0, theme::DIM), Say("chat-quick-team")));
                    }
                })
                .observe(
                    move |_: On<Activate>,
                          (scene, words): (Res<Scene>, Res<Words>),
                          mut chat: ResMut<Chat>,
                          mut door: Door| {
                        message.say(&mut chat, &scene, &words);
                        door.back();
                    },
                );
        }
        let hint = if pads.is_empty() { "chat-quick-hint" } else { "chat-quick-hint-pad" };
        panel.spawn((text("", 14.0, theme::DIM), Say(hint)));
    });
}

fn number(
    keys: Res<ButtonInput<KeyCode>>,
    (scene, words): (Res<Scene>, Res<Words>),
    mut chat: ResMut<Chat>,
    mut door: Door,
) {
    let pressed = MESSAGES.into_iter().find(|message| keys.any_just_pressed(message.with));
    if let Some(message) = pressed {
        message.say(&mut chat, &scene, &words);
        door.back();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::Language;
    use game_sim::{Mode, PilotId};

    #[test]
    fn a_warning_goes_to_the_own_team_and_a_greeting_to_everybody() {
        let words = Words::of(Language::English);
        let sent = |scene: &Scene| -> Vec<(String, bool)> {
            let mut chat = Chat::default();
            for message in MESSAGES {
                message.say(&mut chat, scene, &words);
            }
            chat.outgoing
        };
        let mut scene = Scene { me: Some(PilotId(1)), ..Scene::default() };
        assert!(sent(&scene).iter().all(|(_, to_team)| !to_team), "there are no teams");
        scene.standing.mode = Mode::ControlPoints;
        let all = sent(&scene);
        assert!(all.contains(&("Behind you!".to_owned(), true)), "{all:?}");
        assert!(all.contains(&("Hello!".to_owned(), false)), "{all:?}");
        scene.me = None;
        assert!(sent(&scene).iter().all(|(_, to_team)| !to_team), "who watches has no team");
    }
}
