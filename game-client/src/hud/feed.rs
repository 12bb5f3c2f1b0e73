//! Who did what to whom, at the upper right: two names and the sign of the weapon between them.

use bevy::prelude::*;

use super::{Hud, PANEL_ALPHA, Solid, UnderTable, icon, text};
use crate::feed::{FeedLine, LINE_S, LINES, News};
use crate::frame::Frame;
use crate::language::Words;
use crate::render::palette::{self, Rgb, Side, Sides};
use crate::scene::{Scene, team_key};
use game_sim::Weapon;

/// How long a line takes to go, in seconds: what is half gone can't be read over a bright fight.
const FADE_S: f32 = 0.3;

/// The line with this number, the newest being 0.
#[derive(Component)]
struct Line(usize);

/// A part of the line with this number.
#[derive(Component, Clone, Copy)]
enum Part {
    Left(usize),
    Sign(usize),
    Right(usize),
}

/// The signs of weapons, and of those who died by nobody's hand.
#[derive(Resource)]
struct Signs([Handle<Image>; 3]);

pub(super) fn plugin(app: &mut App) {
    app.add_systems(Startup, spawn).add_systems(Update, tell.in_set(Frame::Overlay));
}

fn spawn(mut commands: Commands, server: Res<AssetServer>) {
    let load = |name| crate::assets::icon(&server, name);
    commands.insert_resource(Signs(["rifle", "rocket", "skull"].map(load)));
    let column = Node {
        position_type: PositionType::Absolute,
        top: px(16),
        right: px(20),
        flex_direction: FlexDirection::Column,
        align_items: AlignItems::End,
        row_gap: px(4),
        ..default()
    };
    commands.spawn((Hud, UnderTable, column)).with_children(|lines| {
        for number in 0..LINES {
            let node = Node {
                padding: UiRect::axes(px(8), px(2)),
                column_gap: px(8),
                align_items: AlignItems::Center,
                border_radius: BorderRadius::all(px(4)),
                ..default()
            };
            lines.spawn((
                node,
                (Line(number), Solid),
                BackgroundColor(Color::NONE),
                children![
                    (text("", 16.0, palette::TEXT), Part::Left(number)),
                    (icon(&server, "skull", 20.0, palette::TEXT), Part::Sign(number)),
                    (text("", 16.0, palette::TEXT), Part::Right(number)),
                ],
            ));
        }
    });
}

/// What a line says: what stands on both sides of its sign, and in which colours.
struct Said<'a> {
    left: &'a str,
    right: &'a str,
    colours: [Rgb; 2],
}

fn tell(
    scene: Res<Scene>,
    (words, sides, signs): (Res<Words>, Res<Sides>, Res<Signs>),
    mut lines: Query<(&Line, &mut BackgroundColor)>,
    mut texts: Query<(&Part, &mut Text, &mut TextColor)>,
    mut images: Query<(&Part, &mut ImageNode, &mut Node)>,
) {
    let at = |number: usize| scene.feed.iter().rev().nth(number);
    let alpha = |line: &FeedLine| ((LINE_S - line.age_s) / FADE_S).clamp(0.0, 1.0);
    for (Line(number), mut ground) in &mut lines {
        let alpha = at(*number).map_or(0.0, alpha);
        ground
            .set_if_neq(BackgroundColor(palette::translucent(palette::PANEL, PANEL_ALPHA * alpha)));
    }
    for (part, mut text, mut colour) in &mut texts {
        let (Part::Left(number) | Part::Right(number) | Part::Sign(number)) = *part;
        let Some(line) = at(number) else {
            if !text.0.is_empty() {
                text.0.clear();
            }
            continue;
        };
        let mut spare = String::new();
        let said = said(line, &scene, &words, &sides, &mut spare);
        let (wanted, of) = match part {
            Part::Left(_) => (said.left, said.colours[0]),
            _ => (said.right, said.colours[1]),
        };
        if text.0 != wanted {
            wanted.clone_into(&mut text.0);
        }
        colour.set_if_neq(TextColor(palette::translucent(of, alpha(line))));
    }
    for (part, mut image, mut node) in &mut images {
        let Part::Sign(number) = *part else { continue };
        let sign = at(number).and_then(|line| Some((line, sign(line)?)));
        let display = if sign.is_some() { Display::Flex } else { Display::None };
        if node.display != display {
            node.display = display;
        }
        let Some((line, sign)) = sign else { continue };
        if image.image != signs.0[sign] {
            image.image = signs.0[sign].clone();
        }
        let colour = palette::translucent(palette::TEXT, alpha(line));
        if image.color != colour {
            image.color = colour;
        }
    }
}

/// The sign between two names.
fn sign(line: &FeedLine) -> Option<usize> {
    match &line.news {
        News::Killed { killer: Some(killer), victim, weapon } if killer.0 != victim.0 => {
            Some(match weapon {
                Weapon::Rifle => 0,
                Weapon::Rocket => 1,
            })
        }
        News::Killed { .. } => Some(2),
        _ => None,
    }
}

/// A line's words, and their colours: the player has its own, and whoever it met the enemies'.
fn said<'a>(
    line: &'a FeedLine,
    scene: &Scene,
    words: &'a Words,
    sides: &Sides,
    spare: &'a mut String,
) -> Said<'a> {
    let dim = [palette::TEXT_DIM; 2];
    let plain = |left: &'a str, colours| Said { left, right: "", colours };
    match &line.news {
        News::Killed { killer, victim, .. } => {
            let killer = killer.as_ref().filter(|killer| killer.0 != victim.0);
            let mine = killer.is_some_and(|killer| Some(killer.0) == scene.me);
            let me = Some(victim.0) == scene.me;
            let colours = match (mine, me) {
                (true, _) => [sides.of(Side::Own), sides.of(scene.side(victim.0))],
                (_, true) => [palette::DANGER, sides.of(Side::Own)],
                _ if scene.has_teams() => {
                    let of = |id| sides.of(scene.side(id));
                    [killer.map_or(palette::TEXT, |killer| of(killer.0)), of(victim.0)]
                }
                _ => [palette::TEXT; 2],
            };
            let left = killer.map_or("", |killer| killer.1.as_str());
            Said { left, right: &victim.1, colours }
        }
        News::Joined(name) => {
            *spare = words.say_with("feed-came", &[("name", name.as_str().into())]);
            plain(spare, dim)
        }
        News::Point(letter, owner) => {
            let of = owner.map_or(palette::NEUTRAL, |team| sides.of(scene.side_of(team)));
            let mut arguments = vec![("point", letter.to_string().into())];
            *spare = match owner {
                Some(team) => {
                    arguments.push(("team", words.say(team_key(*team)).into()));
                    words.say_with("feed-point-taken", &arguments)
                }
                None => words.say_with("feed-point-lost", &arguments),
            };
            plain(spare, [of; 2])
        }
        News::Left(name) => {
            *spare = words.say_with("feed-left", &[("name", name.as_str().into())]);
            plain(spare, dim)
        }
    }
}
