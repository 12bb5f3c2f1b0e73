//! The map above the ammunition: walls around the own pilot, who is in sight, what is heard, pickups, and
//! the leader. North is up, as on the floor.
//!
//! The walls are painted once into a picture of the whole arena, of which a window is shown; the signs
//! on it are a fixed number of nodes that only move.

use std::sync::Arc;

use bevy::asset::RenderAssetUsages;
use bevy::prelude::*;
use bevy::render::render_resource::{Extent3d, TextureDimension, TextureFormat};
use game_sim::{Arena, PickupKind, contest::MOST_POINTS, noise};

use super::{Hud, text};
use crate::assets;
use crate::frame::Frame;
use crate::happening::{Happening, What};
use crate::points::{PointView, Points};
use crate::render::palette::{self, Rgb, Side, Sides};
use crate::scene::Scene;

/// Side of the map in pixels, and how much of the arena it shows to each side of the pilot.
const SIZE: f32 = 180.0;
const REACH_M: f32 = 34.0;
/// Pixels of the picture for a metre of the arena, and the dark margin around the arena in metres.
const SHARP: f32 = 2.0;
const MARGIN_M: f32 = 36.0;
/// Signs at once.
const SIGNS: usize = 160;
/// For how long a noise stays, in seconds, and how many are kept.
const NOISE_S: f32 = 1.2;
const NOISES: usize = 24;

#[derive(Component)]
struct Walls;
/// A sign by its number.
#[derive(Component)]
struct Sign(usize);

/// The letter of a point, by its number.
#[derive(Component)]
struct Letter(usize);

/// What a sign shows.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Look {
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
enum Shape {
    Dot,
    Arrow,
    Ring,
    Crown,
    Cross,
    Cartridge,
    Rocket,
    Square,
}

/// The pictures of signs, which arena the walls are of, and what is heard; looks are kept for their room.
#[derive(Resource)]
struct Map {
    pictures: [Handle<Image>; 8],
    arena: Option<Arc<Arena>>,
    noises: Vec<(Vec2, f32)>,
    looks: Vec<Look>,
}

pub(super) fn plugin(app: &mut App) {
    app.add_systems(Startup, spawn)
        .add_systems(Update, (paint, hear, look, (show, letter)).chain().in_set(Frame::Overlay));
}

fn spawn(mut commands: Commands, server: Res<AssetServer>) {
    let names = ["dot", "arrow", "circle", "crown", "health", "cartridge", "rocket", "square"];
    commands.insert_resource(Map {
        pictures: names.map(|name| assets::icon(&server, name)),
        arena: None,
        noises: Vec::with_capacity(NOISES),
        looks: Vec::with_capacity(SIGNS),
    });
    let frame = Node {
        position_type: PositionType::Absolute,
        bottom: px(124),
        right: px(20),
        width: px(SIZE),
        height: px(SIZE),
        border: UiRect::all(px(2)),
        border_radius: BorderRadius::all(px(6)),
        overflow: Overflow::clip(),
        ..default()
    };
    let whole = Node {
        position_type: PositionType::Absolute,
        width: percent(100),
        height: percent(100),
        ..default()
    };
    let edge = BorderColor::all(palette::translucent(palette::TEXT_DIM, 0.6));
    let ground = BackgroundColor(palette::translucent(palette::PANEL, 0.9));
    commands.spawn((Hud, frame, edge, ground)).with_children(|map| {
        map.spawn((whole, ImageNode::default(), Walls));
        for number in 0..SIGNS {
            let node = Node { position_type: PositionType::Absolute, ..default() };
            let hidden = Visibility::Hidden;
            map.spawn((node, ImageNode::default(), UiTransform::default(), Sign(number), hidden));
        }
        for number in 0..MOST_POINTS {
            let node = Node { position_type: PositionType::Absolute, ..default() };
            let letter = (text("", 12.0, palette::TEXT), node, UiTransform::default());
            map.spawn((letter, Letter(number), TextShadow { offset: Vec2::ONE, ..default() }));
        }
    });
}

/// Paints the walls when the arena is another one, and moves the window over them.
fn paint(
    scene: Res<Scene>,
    mut map: ResMut<Map>,
    mut images: ResMut<Assets<Image>>,
    mut walls: Single<&mut ImageNode, With<Walls>>,
) {
    let Some(arena) = &scene.arena else { return };
    if map.arena.as_ref().is_none_or(|before| !Arc::ptr_eq(before, arena)) {
        map.arena = Some(arena.clone());
        walls.image = images.add(picture(arena));
    }
    let middle = (Vec2::new(eye(&scene).x, -eye(&scene).y) + half_m(arena)) * SHARP;
    let rect = Rect::from_center_half_size(middle, Vec2::splat(REACH_M * SHARP));
    if walls.rect != Some(rect) {
        walls.rect = Some(rect);
    }
}

/// Where the map's middle is: the own pilot, or where a watcher looks.
fn eye(scene: &Scene) -> Vec2 {
    scene.middle().unwrap_or_default()
}

/// From the picture's middle to its edge, in metres of the arena.
fn half_m(arena: &Arena) -> Vec2 {
    arena.half_extents + MARGIN_M
}

fn picture(arena: &Arena) -> Image {
    let half = half_m(arena);
    let size = (half * 2.0 * SHARP).ceil().as_uvec2();
    let mut pixels = vec![0; (size.x * size.y * 4) as usize];
    let mut fill = |min: Vec2, max: Vec2, rgb: Rgb, alpha: u8| {
        // The picture's y goes down.
        let low = (Vec2::new(min.x, -max.y) + half) * SHARP;
        let high = (Vec2::new(max.x, -min.y) + half) * SHARP;
        let (low, high) = (low.round().as_uvec2(), high.round().as_uvec2());
        for y in low.y..high.y.max(low.y + 1).min(size.y) {
            for x in low.x..high.x.max(low.x + 1).min(size.x) {
                let at = ((y * size.x + x) * 4) as usize;
                pixels[at..at + 3].copy_from_slice(&rgb);
                pixels[at + 3] = alpha;
            }
        }
    };
    fill(-arena.half_extents, arena.half_extents, palette::GROUND, 110);
    for wall in &arena.walls {
        fill(wall.min, wall.max, palette::WALL_TOP, 235);
    }
    Image::new(
        Extent3d { width: size.x, height: size.y, depth_or_array_layers: 1 },
        TextureDimension::D2,
        pixels,
        TextureFormat::Rgba8UnormSrgb,
        RenderAssetUsages::RENDER_WORLD,
    )
}

/// Keeps what was heard for a moment.
fn hear(time: Res<Time>, mut map: ResMut<Map>, mut happenings: MessageReader<Happening>) {
    let seconds = time.delta_secs();
    map.noises.iter_mut().for_each(|(_, age_s)| *age_s += seconds);
    map.noises.retain(|(_, age_s)| *age_s < NOISE_S);
    for happening in happenings.read() {
        if let What::Noise(heard) = happening.what
            && map.noises.len() < NOISES
        {
            map.noises.push((heard.place(), 0.0));
        }
    }
}

/// Decides what is on the map, the most important last, so that it lies on top.
fn look((scene, points): (Res<Scene>, Res<Points>), sides: Res<Sides>, mut map: ResMut<Map>) {
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
        let alpha = 1.0 - age_s / NOISE_S;
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

fn show(
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
        let at = Vec2::new(look.at.x, -look.at.y) * (SIZE / 2.0 / REACH_M) + SIZE / 2.0;
        transform.translation = Val2::px(at.x - look.size / 2.0, at.y - look.size / 2.0);
        transform.rotation = Rot2::radians(look.turn);
    }
}

/// Writes the letters of points into their signs.
fn letter(
    (scene, points): (Res<Scene>, Res<Points>),
    mut letters: Query<(&Letter, &mut Text, &mut UiTransform, &ComputedNode)>,
) {
    let middle = eye(&scene);
    for (Letter(number), mut text, mut transform, node) in &mut letters {
        let near =
            |point: &&PointView| (point.position - middle).abs().max_element() < REACH_M - 2.0;
        let Some(point) = points.0.get(*number).filter(near) else {
            if !text.0.is_empty() {
                text.0.clear();
            }
            continue;
        };
        if !text.0.starts_with(point.letter) {
            text.0 = point.letter.to_string();
        }
        let at = point.position - middle;
        let at = Vec2::new(at.x, -at.y) * (SIZE / 2.0 / REACH_M) + SIZE / 2.0;
        let half = node.size() * node.inverse_scale_factor() / 2.0;
        transform.translation = Val2::px(at.x - half.x, at.y - half.y);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use game_sim::arena::Wall;

    #[test]
    fn walls_stand_on_the_map_where_they_stand_in_the_arena() {
        let wall = Wall::new(Vec2::new(4.0, 6.0), Vec2::new(5.0, 9.0), 2.0);
        let arena = Arena::new("a", Vec2::splat(20.0), vec![wall], Vec::new(), Vec::new(), 0);
        let picture = picture(&arena);
        let width = picture.texture_descriptor.size.width as usize;
        let data = picture.data.unwrap();
        let at = |x: f32, y: f32| {
            let pixel = (Vec2::new(x, -y) + half_m(&arena)) * SHARP;
            let index = (pixel.y as usize * width + pixel.x as usize) * 4;
            [data[index], data[index + 1], data[index + 2]]
        };
        assert_eq!(at(4.5, 7.5), palette::WALL_TOP);
        assert_eq!(at(4.5, -7.5), palette::GROUND);
        assert_eq!(at(30.0, 0.0), [0, 0, 0], "nothing beyond the border");
    }
}
