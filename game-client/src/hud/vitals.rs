//! Health, ammunition, rockets and dash of the own pilot; clock, leader and own place above.
//!
//! All of it can be read without the words: bars and rows of signs say the same as the numbers beside
//! them (`reading`).

use bevy::prelude::*;

use super::reading::{Reading, number, reading};
use super::{Hud, Steady, UnderTable, bar, contest, icon, panel};
use crate::frame::Frame;
use crate::render::palette::{self, Rgb, Side, Sides};
use crate::scene::{OwnView, Scene};

/// Rounds that are drawn one by one; of a larger magazine each stands for several.
const ROUNDS: usize = 40;
/// Rockets that are drawn.
const ROCKETS: usize = 8;
/// With less of the whole health the bar turns red.
const LOW: f32 = 0.35;
/// Width of the panel with the clock, in pixels with words of their usual size: the own place fits with most numbers.
const MIDDLE: f32 = 260.0;

#[derive(Component)]
struct HealthBar;
#[derive(Component)]
struct DashBar;
/// The cross beside the bar.
#[derive(Component)]
struct HealthSign;
/// A round in the magazine, by its number.
#[derive(Component)]
struct Round(usize);
/// A rocket, by its number.
#[derive(Component)]
struct Rocket(usize);
/// What is of the own pilot alone: it goes for who has none.
#[derive(Component)]
struct OfTheOwn;
/// What has the colour of a side.
#[derive(Component)]
struct Dyed(Side);
/// The line of the leader; it goes while nobody leads.
#[derive(Component)]
struct Leader;

/// The line of the own place; in a match of teams it goes too.
#[derive(Component)]
struct Own;

pub(super) fn plugin(app: &mut App) {
    app.add_systems(Startup, spawn)
        .add_systems(Update, (own, bars, rounds, rockets, lines, dye).in_set(Frame::Overlay));
}

fn spawn(mut commands: Commands, server: Res<AssetServer>) {
    let corner = |left: Val, right: Val| {
        let node = Node {
            position_type: PositionType::Absolute,
            bottom: px(20),
            left,
            right,
            flex_direction: FlexDirection::Column,
            row_gap: px(7),
            border: UiRect::left(px(5)),
            ..default()
        };
        (Hud, panel(node), OfTheOwn, Dyed(Side::Own), BorderColor::default())
    };
    let row = || Node {
        align_items: AlignItems::Center,
        column_gap: px(8),
        min_height: px(20),
        ..default()
    };
    commands.spawn((
        corner(px(20), Val::Auto),
        children![
            (
                row(),
                children![
                    (icon(&server, "health", 24.0, palette::HEALTH), HealthSign),
                    bar(240.0, 20.0, palette::HEALTH, HealthBar),
                    number(Reading::Health, 3.0, 30.0, palette::TEXT),
                ],
            ),
            (
                row(),
                children![
                    icon(&server, "dash", 22.0, palette::DASH),
                    bar(240.0, 9.0, palette::DASH, DashBar),
                ],
            ),
        ],
    ));
    commands.spawn(corner(Val::Auto, px(20))).with_children(|parts| {
        parts.spawn(row()).with_children(|line| {
            line.spawn(Node { column_gap: px(2), ..default() }).with_children(|rounds| {
                for number in 0..ROUNDS {
                    let node = Node {
                        width: px(5),
                        height: px(18),
                        border_radius: BorderRadius::top(px(3)),
                        ..default()
                    };
                    let colour = palette::color(palette::ROUNDS);
                    rounds.spawn((node, BackgroundColor(colour), Round(number)));
                }
            });
            line.spawn(icon(&server, "cartridges", 24.0, palette::ROUNDS));
            line.spawn(number(Reading::Reserve, 4.0, 22.0, palette::ROUNDS));
        });
        parts.spawn(row()).with_children(|line| {
            for number in 0..ROCKETS {
                line.spawn((icon(&server, "rocket", 26.0, palette::ROCKETS), Rocket(number)));
            }
        });
    });
    let top = Node {
        position_type: PositionType::Absolute,
        top: px(12),
        width: percent(100),
        justify_content: JustifyContent::Center,
        ..default()
    };
    let middle = Node {
        flex_direction: FlexDirection::Column,
        align_items: AlignItems::Center,
        ..default()
    };
    commands.spawn((Hud, UnderTable, top)).with_children(|top| {
        top.spawn((panel(middle), Steady(MIDDLE))).with_children(|panel| {
            panel.spawn(row()).with_children(|line| {
                contest::score(line, &server, Side::Own);
                line.spawn(number(Reading::Clock, 4.0, 26.0, palette::TEXT));
                contest::score(line, &server, Side::Enemy);
            });
            contest::points(panel);
            panel.spawn((row(), Leader)).with_children(|line| {
                line.spawn(icon(&server, "crown", 20.0, palette::GOLD));
                line.spawn(reading(Reading::Leader, 15.0, palette::GOLD));
            });
            panel.spawn((row(), Own)).with_children(|line| {
                line.spawn((icon(&server, "arrow", 14.0, palette::OWN), Dyed(Side::Own)));
                line.spawn(reading(Reading::Standing, 15.0, palette::TEXT_DIM));
            });
        });
    });
}

/// Who only watches has neither health nor rounds.
fn own(scene: Res<Scene>, mut corners: Query<&mut Node, With<OfTheOwn>>) {
    let display = if scene.me.is_some() { Display::Flex } else { Display::None };
    for mut node in &mut corners {
        set(&mut node, |node| &mut node.display, display);
    }
}

fn bars(
    scene: Res<Scene>,
    health: Single<(&mut Node, &mut BackgroundColor), (With<HealthBar>, Without<DashBar>)>,
    mut dash: Single<&mut Node, With<DashBar>>,
    mut sign: Single<&mut ImageNode, With<HealthSign>>,
) {
    let Some(own) = scene.own else { return };
    let (mut node, mut colour) = health.into_inner();
    let part = f32::from(own.health) / f32::from(scene.rules.health.max(1));
    set(&mut node, |node| &mut node.width, percent(100.0 * part));
    set(&mut dash, |node| &mut node.width, percent((100.0 * own.dash_charge).round()));
    let of = if part < LOW { palette::DANGER } else { palette::HEALTH };
    colour.set_if_neq(BackgroundColor(palette::color(of)));
    if sign.color != palette::color(of) {
        sign.color = palette::color(of);
    }
}

/// Changes a node only if it changes: each change is a new layout of all that is beside it.
fn set<T: PartialEq>(node: &mut Mut<Node>, field: fn(&mut Node) -> &mut T, value: T) {
    if *field(node.bypass_change_detection()) != value {
        *field(node) = value;
    }
}

/// Of `shown` signs, how many are bright: those in the magazine, or of a new one those that are in.
fn bright(own: &OwnView, magazine: u8, shown: usize) -> usize {
    let full = shown as f32;
    let part = own.reload.unwrap_or(f32::from(own.rounds) / f32::from(magazine.max(1)));
    (part * full).ceil() as usize
}

/// Whether the magazine should be changed soon: no more than a quarter is in it.
fn is_short(rounds: u8, magazine: u8) -> bool {
    u16::from(rounds) * 4 <= u16::from(magazine)
}

fn rounds(scene: Res<Scene>, mut signs: Query<(&Round, &mut Node, &mut BackgroundColor)>) {
    let Some(own) = scene.own else { return };
    let magazine = scene.rules.rifle_magazine;
    let shown = usize::from(magazine).min(ROUNDS);
    let bright = bright(&own, magazine, shown);
    let of = match own.reload {
        Some(_) => palette::TEXT_DIM,
        None if is_short(own.rounds, magazine) => palette::DANGER,
        None => palette::ROUNDS,
    };
    for (Round(number), mut node, mut colour) in &mut signs {
        let display = if *number < shown { Display::Flex } else { Display::None };
        set(&mut node, |node| &mut node.display, display);
        let of = if *number < bright { of } else { palette::TRACK };
        colour.set_if_neq(BackgroundColor(palette::color(of)));
    }
}

fn rockets(scene: Res<Scene>, mut signs: Query<(&Rocket, &mut Node, &mut ImageNode)>) {
    let Some(own) = scene.own else { return };
    let shown = usize::from(scene.rules.rocket_max).min(ROCKETS);
    for (Rocket(number), mut node, mut image) in &mut signs {
        let display = if *number < shown { Display::Flex } else { Display::None };
        set(&mut node, |node| &mut node.display, display);
        let there = *number < usize::from(own.rockets);
        let colour = palette::color(if there { palette::ROCKETS } else { palette::TRACK });
        if image.color != colour {
            image.color = colour;
        }
    }
}

/// The lines that are not there for everybody.
fn lines(
    scene: Res<Scene>,
    mut leader: Single<&mut Node, (With<Leader>, Without<Own>)>,
    mut own: Single<&mut Node, (With<Own>, Without<Leader>)>,
) {
    let shown = |yes: bool| if yes { Display::Flex } else { Display::None };
    set(&mut leader, |node| &mut node.display, shown(scene.leader().is_some()));
    set(&mut own, |node| &mut node.display, shown(!scene.has_teams()));
}

/// Gives what is the player's the colour that the player has.
fn dye(
    sides: Res<Sides>,
    mut edges: Query<(&Dyed, &mut BorderColor)>,
    mut images: Query<(&Dyed, &mut ImageNode)>,
) {
    if !sides.is_changed() {
        return;
    }
    let of = |Dyed(side): &Dyed| -> Rgb { sides.of(*side) };
    for (dyed, mut edge) in &mut edges {
        *edge = BorderColor::all(palette::color(of(dyed)));
    }
    for (dyed, mut image) in &mut images {
        image.color = palette::color(of(dyed));
    }
}

#[cfg(test)]
mod tests;
