//! Finding a server: three lists, each line with what the server says of itself, and a field for an
//! address.

mod line;

use bevy::input_focus::{FocusCause, InputFocus};
use bevy::prelude::*;
use bevy::text::EditableText;
use bevy::ui_widgets::Activate;
use game_bots::address::{Address, AddressError};

use crate::language::{Say, Words};
use crate::menu::field::{Submit, content, field};
use crate::menu::scroll;
use crate::menu::theme::{self, bold, text};
use crate::menu::widget::{Picked, button};
use crate::servers::{List, Servers, short};
use crate::state::{Door, Page, Place};

/// Letters of an address: a long name, a port and a fingerprint.
const LETTERS: usize = 160;

/// Which list is open.
#[derive(Resource, Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Open(List);

/// Where the lines go.
#[derive(Component)]
struct Body;

/// The field of the address.
#[derive(Component)]
struct AddressField;

/// What is wrong with what was typed.
#[derive(Component)]
struct Trouble;

pub(super) fn plugin(app: &mut App) {
    app.init_resource::<Open>()
        .add_systems(OnEnter(Page::Servers), spawn)
        .add_systems(Update, (fill, line::write).chain().run_if(in_state(Page::Servers)));
}

fn spawn(mut commands: Commands, mut open: ResMut<Open>, place: Res<Place>) {
    open.set_changed();
    commands.spawn(theme::screen(Page::Servers)).with_children(|screen| {
        screen.spawn((bold("", 36.0, theme::TEXT), Say("servers-title")));
        screen.spawn(theme::line(10.0)).with_children(|tabs| {
            for (list, key) in [
                (List::Favourites, "servers-favourites"),
                (List::Recent, "servers-recent"),
                (List::Local, "servers-local"),
            ] {
                tabs.spawn((button(key), list))
                    .observe(move |_: On<Activate>, mut open: ResMut<Open>| open.0 = list);
            }
        });
        let node = Node { width: px(1120), max_width: percent(96), height: vh(50), ..default() };
        screen.spawn(theme::panel(node)).with_children(|panel| {
            line::head(panel);
            scroll::column(panel, Node::default(), Body);
        });
        // Large words break into a second line.
        let node = Node {
            flex_wrap: FlexWrap::Wrap,
            justify_content: JustifyContent::Center,
            max_width: percent(100),
            ..theme::line(10.0)
        };
        screen.spawn(node).with_children(|line| {
            line.spawn((text("", 18.0, theme::DIM), Say("servers-address-hint"))).observe(enter);
            line.spawn((field(short(&place.address), LETTERS, 280.0), AddressField)).observe(
                |submit: On<Submit>,
                 words: Res<Words>,
                 mut door: Door,
                 trouble: Query<&mut Text, With<Trouble>>| {
                    join(&submit.text, false, &words, &mut door, trouble);
                },
            );
            for (key, watch) in [("servers-join", false), ("servers-watch", true)] {
                line.spawn(button(key)).observe(
                    move |_: On<Activate>,
                          fields: Query<&EditableText, With<AddressField>>,
                          words: Res<Words>,
                          mut door: Door,
                          trouble: Query<&mut Text, With<Trouble>>| {
                        if let Ok(text) = fields.single() {
                            join(&content(text), watch, &words, &mut door, trouble);
                        }
                    },
                );
            }
            line.spawn(button("servers-favourite-add")).observe(keep);
        });
        screen.spawn((text("", 18.0, theme::WRONG), Trouble));
        screen.spawn(theme::line(14.0)).with_children(|foot| {
            foot.spawn(button("menu-back")).observe(|_: On<Activate>, mut door: Door| door.back());
            foot.spawn(button("servers-refresh"))
                .observe(|_: On<Activate>, mut servers: ResMut<Servers>| servers.refresh());
        });
    });
}

/// A click on what names the field is one into it.
fn enter(
    _: On<Pointer<Click>>,
    field: Single<Entity, With<AddressField>>,
    mut focus: ResMut<InputFocus>,
) {
    focus.set(*field, FocusCause::Navigated);
}

fn join(
    address: &str,
    watch: bool,
    words: &Words,
    door: &mut Door,
    mut trouble: Query<&mut Text, With<Trouble>>,
) {
    match Address::parse(address) {
        Ok(_) => door.connect(address.trim(), watch),
        Err(error) => {
            if let Ok(mut text) = trouble.single_mut() {
                text.0 = wrong(words, &error);
            }
        }
    }
}

/// What is wrong with an address, in the player's words.
fn wrong(words: &Words, error: &AddressError) -> String {
    match error {
        AddressError::Empty => words.say("address-empty").into_owned(),
        AddressError::Port(port) => {
            words.say_with("address-port", &[("port", port.as_str().into())])
        }
        AddressError::Fingerprint => words.say("address-fingerprint").into_owned(),
        AddressError::UnknownHost(host) => {
            words.say_with("lost-unknown", &[("server", host.as_str().into())])
        }
    }
}

fn keep(
    _: On<Activate>,
    fields: Query<&EditableText, With<AddressField>>,
    words: Res<Words>,
    mut trouble: Query<&mut Text, With<Trouble>>,
    mut servers: ResMut<Servers>,
    mut open: ResMut<Open>,
) {
    let Ok(text) = fields.single() else { return };
    let address = content(text).trim().to_owned();
    match Address::parse(&address) {
        Ok(_) if !servers.is_favourite(&address) => {
            servers.toggle_favourite(&address);
            open.0 = List::Favourites;
        }
        Ok(_) => open.0 = List::Favourites,
        Err(error) => {
            if let Ok(mut text) = trouble.single_mut() {
                text.0 = wrong(&words, &error);
            }
        }
    }
}

/// Fills the list anew when other servers are on it than before.
fn fill(
    open: Res<Open>,
    servers: Res<Servers>,
    words: Res<Words>,
    (options, assets): (Res<crate::options::Options>, Res<AssetServer>),
    body: Single<Entity, With<Body>>,
    tabs: Query<(Entity, &List)>,
    mut shown: Local<(Vec<String>, List)>,
    mut commands: Commands,
) {
    let list = servers.list(open.0);
    if !open.is_changed() && !words.is_changed() && shown.0 == list && shown.1 == open.0 {
        return;
    }
    *shown = (list.to_vec(), open.0);
    for (entity, of) in &tabs {
        if *of == open.0 {
            commands.entity(entity).insert(Picked);
        } else {
            commands.entity(entity).remove::<Picked>();
        }
    }
    let mut body = commands.entity(*body);
    body.despawn_children();
    body.with_children(|body| {
        for address in list {
            line::spawn(body, &assets, address, servers.is_favourite(address));
        }
        if list.is_empty() {
            let none = match open.0 {
                List::Favourites => words.say("servers-none-favourites").into_owned(),
                List::Recent => words.say("servers-none-recent").into_owned(),
                List::Local => words.say_with(
                    "servers-none-local",
                    &[("port", options.local_port.to_string().into())],
                ),
            };
            let node = Node { padding: UiRect::all(px(12)), ..default() };
            body.spawn(node).with_child(text(&none, 18.0, theme::DIM));
        }
    });
}
