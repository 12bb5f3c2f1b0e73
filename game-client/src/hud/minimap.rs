//! The map above the ammunition: walls around the own pilot, who is in sight, what is heard, pickups, and
//! the leader. North is up, as on the floor.
//!
//! `walls` is what lies still, `signs` what moves on it.

mod signs;
mod walls;

use std::sync::Arc;

use bevy::prelude::*;
use game_sim::Arena;

use self::signs::Look;
use self::walls::{SHARP, half_m, picture};
use super::Hud;
use crate::frame::Frame;
use crate::happening::{Happening, What};
use crate::render::palette;
use crate::scene::Scene;

/// Side of the map in pixels, and how much of the arena it shows to each side of the pilot.
const SIZE: f32 = 180.0;
const REACH_M: f32 = 34.0;
/// For how long a noise stays, in seconds, and how many are kept.
const NOISE_S: f32 = 1.2;
const NOISES: usize = 24;

#[derive(Component)]
struct Walls;

/// The pictures of signs, which arena the walls are of, and what is heard; looks are kept for their room.
#[derive(Resource)]
struct Map {
    pictures: [Handle<Image>; 8],
    arena: Option<Arc<Arena>>,
    noises: Vec<(Vec2, f32)>,
    looks: Vec<Look>,
}

pub(super) fn plugin(app: &mut App) {
    app.add_systems(Startup, spawn).add_systems(
        Update,
        (paint, hear, signs::look, (signs::show, signs::letter), signs::keep_quiet)
            .chain()
            .in_set(Frame::Overlay),
    );
}

fn spawn(mut commands: Commands, server: Res<AssetServer>) {
    commands.insert_resource(Map {
        pictures: signs::pictures(&server),
        arena: None,
        noises: Vec::with_capacity(NOISES),
        looks: Vec::new(),
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
    let ground = BackgroundColor(palette::color(palette::PANEL));
    commands.spawn((Hud, frame, edge, ground)).with_children(|map| {
        map.spawn((whole, ImageNode::default(), Walls));
        signs::spawn(map);
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
