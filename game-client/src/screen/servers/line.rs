//! The table of servers: its head, a line for each server with what it says of itself, and the buttons beside it.

use bevy::prelude::*;
use bevy::ui_widgets::Activate;

use super::Open;
use crate::language::{Say, Words};
use crate::menu::theme::{self, bold, text};
use crate::menu::widget::{self, button};
use crate::render::palette;
use crate::servers::{Known, Servers, short};
use crate::state::Door;

/// Widths of the columns in pixels: name, address, arena, players, ping, version.
const WIDTHS: [f32; 6] = [190.0, 180.0, 104.0, 130.0, 98.0, 90.0];
/// Pings from which on a number is doubtful, and bad, in milliseconds.
const PINGS_MS: [u128; 2] = [80, 160];

/// A cell of a line: of which server, and which column.
#[derive(Component)]
pub(super) struct Cell(String, usize);

/// A button that keeps a server as favourite, or no more.
#[derive(Component)]
struct Star(String);

fn cell(column: usize) -> Node {
    Node { width: px(WIDTHS[column]), overflow: Overflow::clip(), ..default() }
}

/// Adds the names of the columns.
pub(super) fn head(panel: &mut ChildSpawnerCommands) {
    let keys = [
        "servers-column-name",
        "servers-address",
        "servers-column-arena",
        "servers-column-players",
        "servers-column-ping",
        "servers-column-version",
    ];
    let node = Node { padding: UiRect::horizontal(px(12)), ..theme::line(6.0) };
    panel.spawn(node).with_children(|head| {
        for (column, key) in keys.into_iter().enumerate() {
            head.spawn(cell(column)).with_child((text("", 16.0, theme::DIM), Say(key)));
        }
    });
}

/// Adds a server.
pub(super) fn spawn(
    body: &mut ChildSpawnerCommands,
    assets: &AssetServer,
    address: &str,
    favourite: bool,
) {
    body.spawn(theme::line(6.0)).with_children(|line| {
        let node = Node { padding: UiRect::axes(px(10), px(6)), ..theme::line(6.0) };
        let server = address.to_owned();
        line.spawn(widget::frame(node))
            .with_children(|row| {
                for column in 0..WIDTHS.len() {
                    let of = Cell(address.to_owned(), column);
                    row.spawn(cell(column)).with_child((text("", 18.0, theme::TEXT), of));
                }
                // All of the line is one button; this is what tells so.
                let node = Node {
                    padding: UiRect::axes(px(12), px(3)),
                    border_radius: BorderRadius::all(px(5)),
                    ..default()
                };
                row.spawn((node, BackgroundColor(palette::color(theme::ACCENT))))
                    .with_child((bold("", 18.0, theme::GROUND), Say("servers-join")));
            })
            .observe(move |_: On<Activate>, mut door: Door| door.connect(&server, false));
        let server = address.to_owned();
        line.spawn(button("servers-watch"))
            .observe(move |_: On<Activate>, mut door: Door| door.connect(&server, true));
        let node = Node {
            width: px(38),
            height: px(36),
            justify_content: JustifyContent::Center,
            align_items: AlignItems::Center,
            ..default()
        };
        let (sign, colour) =
            if favourite { ("star", palette::GOLD) } else { ("star-empty", theme::DIM) };
        let image = ImageNode {
            image: crate::assets::icon(assets, sign),
            color: palette::color(colour),
            ..default()
        };
        let star = (image, Node { width: px(22), height: px(22), ..default() });
        line.spawn((widget::frame(node), Star(address.to_owned()), children![star])).observe(
            |activate: On<Activate>,
             stars: Query<&Star>,
             mut servers: ResMut<Servers>,
             mut open: ResMut<Open>| {
                if let Ok(Star(address)) = stars.get(activate.entity) {
                    servers.toggle_favourite(address);
                    open.set_changed();
                }
            },
        );
    });
}

/// Says what is known now.
pub(super) fn write(
    servers: Res<Servers>,
    words: Res<Words>,
    mut cells: Query<(&Cell, &mut Text, &mut TextColor)>,
) {
    for (Cell(address, column), mut text, mut colour) in &mut cells {
        let (said, of) = content_of(*column, address, servers.known(address), &words);
        if text.0 != said {
            text.0 = said;
        }
        colour.set_if_neq(TextColor(palette::color(of)));
    }
}

/// What a cell says, and in which colour.
fn content_of(
    column: usize,
    address: &str,
    known: Option<&Known>,
    words: &Words,
) -> (String, palette::Rgb) {
    let claim = match (column, known) {
        (1, _) => return (short(address).to_owned(), theme::DIM),
        (_, Some(Known::Said(claim, _))) => claim,
        (0, Some(Known::Silent)) => {
            return (words.say("servers-silent").into_owned(), theme::WRONG);
        }
        (0, _) => return (words.say("servers-asking").into_owned(), theme::DIM),
        _ => return (String::new(), theme::DIM),
    };
    match column {
        0 => (claim.name.clone(), theme::TEXT),
        2 => (words.arena(&claim.arena).into_owned(), theme::TEXT),
        3 => {
            let full = claim.players >= claim.places;
            let counts = [("players", claim.players.into()), ("places", claim.places.into())];
            let colour = if full { theme::WRONG } else { theme::TEXT };
            (words.say_with("servers-players", &counts), colour)
        }
        4 => {
            let ms = claim.ping.as_millis();
            let colour = match ms {
                ms if ms >= PINGS_MS[1] => theme::WRONG,
                ms if ms >= PINGS_MS[0] => theme::DOUBT,
                _ => theme::GOOD,
            };
            (words.say_with("servers-ping", &[("ms", ms.to_string().into())]), colour)
        }
        _ if claim.fits => (claim.version.clone(), theme::TEXT),
        _ => (words.say("servers-other-version").into_owned(), theme::WRONG),
    }
}
