//! The signs on the map: who is in sight, what is heard, pickups, points with their letters, the leader. A
//! fixed number of nodes that only move; the letters stand on badges of their own, so that no sign hides one.

use bevy::a11y::AccessibilityNode;
use bevy::prelude::*;
use game_sim::{PickupKind, contest::MOST_POINTS, noise};

use super::{Map, NOISE_S, REACH_M, SIZE, eye};
use crate::assets;
use crate::hud::text;
use crate::points::{PointView, Points};
use crate::render::palette::{self, Rgb, Side, Sides};
use crate::scene::Scene;

/// Signs at once.
const SIGNS: usize = 160;
/// Steps in which a noise fades: each is a change of an image.
const FADES: f32 = 6.0;
/// Side of a letter's badge in pixels, and where its middle is on the ring of its point: up and to the left,
/// because who fights for a point stands in its middle.
const BADGE: f32 = 15.0;
const BADGE_AT: Vec2 = Vec2::new(-12.0, -12.0);

/// A sign by its number.
#[derive(Component)]
pub(super) struct Sign(usize);

/// The badge of a point, by its number.
#[derive(Component)]
pub(super) struct Badge(usize);

/// The letter on it.
#[derive(Component)]
pub(super) struct Letter(usize);

/// What a sign shows.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Look {
    shape: Shape,
    rgb: Rgb,
    alpha: f32,
    /// From the middle of the map, in metres, and the turn clockwise from up.
    at: Vec2,
    turn: f32,
    /// In pixels.
    size: f32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    Dot,
    Arrow,
    Ring,
    Crown,
    Cross,
    Cartridge,
    Rocket,
    Square,
}

/// The pictures, in the order of [`Shape`].
pub(super) fn pictures(server: &AssetServer) -> [Handle<Image>; 8] {
    let names = ["dot", "arrow", "circle", "crown", "health", "cartridge", "rocket", "square"];
    names.map(|name| assets::icon(server, name))
}

/// All nodes, the badges last, so that they lie on top.
pub(super) fn spawn(map: &mut ChildSpawnerCommands) {
    let node = || Node { position_type: PositionType::Absolute, ..default() };
    for number in 0..SIGNS {
        let sign = (ImageNode::default(), UiTransform::default(), Sign(number));
        map.spawn((node(), sign, Visibility::Hidden));
    }
    for number in 0..MOST_POINTS {
        let node = Node {
            width: px(BADGE),
            height: px(BADGE),
            border: UiRect::all(px(1)),
            border_radius: BorderRadius::all(px(4)),
            align_items: AlignItems::Center,
            justify_content: JustifyContent::Center,
            ..node()
        };
        let ground = BackgroundColor(palette::color(palette::PANEL));
        let badge = (ground, BorderColor::default(), UiTransform::default(), Badge(number));
        let letter = (text("", 12.0, palette::TEXT), Letter(number));
        map.spawn((node, badge, Visibility::Hidden)).with_child(letter);
    }
}

/// Decides what is on the map, the most important last, so that it lies on top.
pub(super) fn look(
    (scene, points): (Res<Scene>, Res<Points>),
    sides: Res<Sides>,
    mut map: ResMut<Map>,
) {
    let middle = eye(&scene);
    let Map { noises, looks, .. } = &mut *map;
    looks.clear();
    let sign = |shape, rgb, point: Vec2, size| Look {
        shape,
        rgb,
        alpha: 1.0,
        at: point - middle,
        turn: 0.0,
        size,
    };
    let mut add = |look: Look| {
        if look.at.abs().max_element() < REACH_M + 2.0 && looks.len() < SIGNS {
            looks.push(look);
        }
    };
    for (point, age_s) in noises.iter() {
        let size = noise::CELL_M / REACH_M * SIZE / 2.0;
        let alpha = 1.0 - (age_s / NOISE_S * FADES).floor() / FADES;
        add(Look { alpha, ..sign(Shape::Ring, palette::NOISE, *point, size) });
    }
    for point in &points.0 {
        let (shape, size) = match point.owner {
            Some(Side::Enemy) => (Shape::Square, 22.0),
            _ => (Shape::Ring, 24.0),
        };
        add(sign(shape, point.colour(&sides), point.position, size));
    }
    for pickup in scene.pickups.iter().filter(|pickup| pickup.available) {
        let (shape, rgb) = match pickup.kind {
            PickupKind::Health => (Shape::Cross, palette::HEALTH),
            PickupKind::Rifle => (Shape::Cartridge, palette::ROUNDS),
            PickupKind::Rockets => (Shape::Rocket, palette::ROCKETS),
        };
        add(sign(shape, rgb, pickup.position, 9.0));
    }
    let leader = scene.leader();
    for pilot in scene.pilots.iter().filter(|pilot| pilot.alive && Some(pilot.id) != scene.me) {
        let of = sides.of(scene.side(pilot.id));
        let friend = scene.side(pilot.id) == Side::Friend;
        add(if friend {
            sign(Shape::Square, of, pilot.position, 8.0)
        } else if leader == Some(pilot.id) {
            sign(Shape::Crown, of, pilot.position, 16.0)
        } else {
            sign(Shape::Dot, of, pilot.position, 8.0)
        });
    }
    if let Some(own) = &scene.own {
        let turn = std::f32::consts::FRAC_PI_2 - own.aim_radians;
        add(Look { turn, ..sign(Shape::Arrow, sides.of(Side::Own), own.position, 15.0) });
    }
}

pub(super) fn show(
    map: Res<Map>,
    mut signs: Query<(&Sign, &mut ImageNode, &mut UiTransform, &mut Visibility, &mut Node)>,
) {
    for (Sign(number), mut image, mut transform, mut visibility, mut node) in &mut signs {
        let Some(look) = map.looks.get(*number) else {
            visibility.set_if_neq(Visibility::Hidden);
            continue;
        };
        visibility.set_if_neq(Visibility::Inherited);
        let picture = &map.pictures[look.shape as usize];
        if image.image != *picture {
            image.image = picture.clone();
        }
        let colour = palette::translucent(look.rgb, look.alpha);
        if image.color != colour {
            image.color = colour;
        }
        if node.width != px(look.size) {
            (node.width, node.height) = (px(look.size), px(look.size));
        }
        let at = on_map(look.at);
        transform.translation = Val2::px(at.x - look.size / 2.0, at.y - look.size / 2.0);
        transform.rotation = Rot2::radians(look.turn);
    }
}

/// Nobody has the dots of a map read out, and bevy would keep their places for that in memory that is new for each
/// dot that moves: a hundred times in each frame of a crowd. It comes with an image that changes.
pub(super) fn keep_quiet(
    signs: Query<Entity, (With<Sign>, With<AccessibilityNode>)>,
    mut commands: Commands,
) {
    for sign in &signs {
        commands.entity(sign).remove::<AccessibilityNode>();
    }
}

/// Puts the badges of points beside their rings, and writes the letters.
pub(super) fn letter(
    (scene, points, sides): (Res<Scene>, Res<Points>, Res<Sides>),
    mut badges: Query<(&Badge, &mut UiTransform, &mut BorderColor, &mut Visibility)>,
    mut letters: Query<(&Letter, &mut Text)>,
) {
    let middle = eye(&scene);
    let near = |point: &&PointView| (point.position - middle).abs().max_element() < REACH_M - 2.0;
    for (Badge(number), mut transform, mut border, mut visibility) in &mut badges {
        let Some(point) = points.0.get(*number).filter(near) else {
            visibility.set_if_neq(Visibility::Hidden);
            continue;
        };
        visibility.set_if_neq(Visibility::Inherited);
        border.set_if_neq(BorderColor::all(palette::color(point.colour(&sides))));
        let at = on_map(point.position - middle) + BADGE_AT - BADGE / 2.0;
        transform.translation = Val2::px(at.x, at.y);
    }
    for (Letter(number), mut text) in &mut letters {
        if let Some(point) = points.0.get(*number)
            && !text.0.starts_with(point.letter)
        {
            text.0 = point.letter.to_string();
        }
    }
}

/// From metres around the map's middle to its pixels, whose y goes down.
fn on_map(at_m: Vec2) -> Vec2 {
    Vec2::new(at_m.x, -at_m.y) * (SIZE / 2.0 / REACH_M) + SIZE / 2.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn north_is_up_and_the_edge_is_as_far_as_the_map_reaches() {
        assert_eq!(on_map(Vec2::ZERO), Vec2::splat(SIZE / 2.0));
        assert_eq!(on_map(Vec2::new(REACH_M, REACH_M)), Vec2::new(SIZE, 0.0));
    }

    #[test]
    fn no_sign_in_the_middle_of_a_point_reaches_its_badge() {
        // The largest that stands there is a pilot's arrow.
        let arrow = Rect::from_center_size(Vec2::ZERO, Vec2::splat(15.0));
        let badge = Rect::from_center_size(BADGE_AT, Vec2::splat(BADGE));
        let common = arrow.intersect(badge);
        assert!(common.width() * common.height() < 12.0, "{common:?}");
    }
}
