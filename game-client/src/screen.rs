//! The screens around the game: the first one, which asks for a server, the wait for its answer, and
//! the one that says why it is over.

use bevy::input::keyboard::{Key, KeyboardInput};
use bevy::prelude::*;
use game_bots::address::Address;

use crate::frame::Frame;
use crate::hud::{panel, text};
use crate::options::Options;
use crate::render::palette;
use crate::settings::{Notes, Settings};
use crate::state::{Place, Stage};

/// Letters of an address that can be typed: a long name, a port and a fingerprint.
const LETTERS: usize = 160;

#[derive(Component)]
struct Screen;

/// One of the texts that change.
#[derive(Component, Clone, Copy)]
enum Words {
    Title,
    Address,
    Trouble,
    Keys,
}

/// Shows the screen that belongs to the stage, and reads the keyboard for it.
pub fn plugin(app: &mut App) {
    app.add_systems(Startup, spawn)
        .add_systems(Update, (type_address, choose).chain().in_set(Frame::Input))
        .add_systems(Update, (show, write).in_set(Frame::Overlay));
}

fn spawn(mut commands: Commands) {
    let whole = Node {
        position_type: PositionType::Absolute,
        width: percent(100),
        height: percent(100),
        align_items: AlignItems::Center,
        justify_content: JustifyContent::Center,
        ..default()
    };
    let column = Node {
        flex_direction: FlexDirection::Column,
        align_items: AlignItems::Center,
        row_gap: px(14),
        max_width: percent(80),
        ..default()
    };
    commands.spawn((
        Screen,
        whole,
        GlobalZIndex(10),
        children![(
            panel(column),
            children![
                (text("TUMULT", 64.0, palette::OWN), Words::Title),
                (text("", 24.0, palette::TEXT), Words::Address),
                (text("", 18.0, palette::DANGER), Words::Trouble),
                (text("", 16.0, palette::TEXT_DIM), Words::Keys),
            ],
        )],
    ));
}

fn show(stage: Res<State<Stage>>, mut screen: Single<&mut Visibility, With<Screen>>) {
    let wanted = match stage.get() {
        Stage::Playing => Visibility::Hidden,
        _ => Visibility::Inherited,
    };
    screen.set_if_neq(wanted);
}

fn write(
    stage: Res<State<Stage>>,
    place: Res<Place>,
    options: Res<Options>,
    settings: Res<Settings>,
    notes: Res<Notes>,
    said: Res<crate::language::Words>,
    mut texts: Query<(&Words, &mut Text)>,
) {
    let name = options.name.as_ref().unwrap_or(&settings.name);
    let note = notes.words(&said);
    for (which, mut text) in &mut texts {
        let mut words = words(*which, *stage.get(), &place, name);
        if let (Words::Trouble, Stage::Menu, Some(note)) = (which, stage.get(), &note) {
            words.clone_from(note);
        }
        if text.0 != words {
            text.0 = words;
        }
    }
}

fn words(which: Words, stage: Stage, place: &Place, name: &str) -> String {
    let trouble = place.trouble.clone().unwrap_or_default();
    match (which, stage) {
        (Words::Title, _) => "TUMULT".to_owned(),
        (Words::Address, Stage::Menu) => format!("server: {}_", place.address),
        (Words::Address, Stage::Connecting) => {
            format!("connecting to {}", short(&place.address))
        }
        (Words::Address, _) => "The connection is over".to_owned(),
        (Words::Trouble, Stage::Menu | Stage::Lost) => trouble,
        (Words::Trouble, _) => String::new(),
        (Words::Keys, Stage::Menu) => format!(
            "You are {name}. Type the server's address, such as localhost:4455, and press Enter.\n\
             In the game: WASD moves, the mouse aims, left shoots, right fires a rocket,\n\
             Space dashes, R reloads, Tab shows the scores, F3 the network, Esc leaves."
        ),
        (Words::Keys, Stage::Connecting) => "Esc: another server".to_owned(),
        (Words::Keys, _) => "Enter: try again    Esc: another server".to_owned(),
    }
}

/// An address without its fingerprint, which is for machines.
fn short(address: &str) -> &str {
    address.split('#').next().unwrap_or_default()
}

/// Takes what is typed on the first screen.
fn type_address(
    stage: Res<State<Stage>>,
    mut keys: MessageReader<KeyboardInput>,
    mut place: ResMut<Place>,
) {
    for key in keys.read() {
        if *stage.get() != Stage::Menu || !key.state.is_pressed() {
            continue;
        }
        match &key.logical_key {
            Key::Backspace => {
                place.address.pop();
            }
            Key::Character(letters) => {
                let visible = letters.chars().filter(|letter| !letter.is_control());
                place.address.extend(visible);
                place.address = place.address.chars().take(LETTERS).collect();
            }
            _ => continue,
        }
        place.trouble = None;
    }
}

/// Enter goes on, Escape goes back.
fn choose(
    keys: Res<ButtonInput<KeyCode>>,
    stage: Res<State<Stage>>,
    mut place: ResMut<Place>,
    mut next: ResMut<NextState<Stage>>,
) {
    let enter = keys.any_just_pressed([KeyCode::Enter, KeyCode::NumpadEnter]);
    let escape = keys.just_pressed(KeyCode::Escape);
    match stage.get() {
        Stage::Menu if enter => match Address::parse(&place.address) {
            Ok(_) => next.set(Stage::Connecting),
            Err(error) => place.trouble = Some(error.to_string()),
        },
        Stage::Lost if enter => next.set(Stage::Connecting),
        Stage::Lost | Stage::Connecting if escape => next.set(Stage::Menu),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_screen_says_what_to_do_and_the_last_one_why() {
        let place =
            Place { address: "host:1#ab".to_owned(), trouble: Some("it is full".to_owned()) };
        let say = |which, stage| words(which, stage, &place, "Ann");
        assert!(say(Words::Keys, Stage::Menu).contains("Enter"));
        assert_eq!(say(Words::Address, Stage::Connecting), "connecting to host:1");
        assert_eq!(say(Words::Trouble, Stage::Lost), "it is full");
        assert!(say(Words::Keys, Stage::Lost).contains("try again"));
    }
}
