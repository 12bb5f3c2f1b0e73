//! The map above the ammunition: walls around the own pilot, who is in sight, what is heard, pickups, and
//! the leader. North is up, as on the floor. It shows as much of the arena as it can: near the border the pilot
//! leaves its middle, and of a small arena it shows all.
//!
//! `walls` is what lies still, `signs` what moves on it, `noises` what is heard.

mod noises;
mod signs;
mod walls;

use std::sync::Arc;

use bevy::prelude::*;
use game_sim::Arena;

use self::signs::Look;
use self::walls::{half_m, picture};
use super::Hud;
use crate::frame::Frame;
use crate::render::palette;
use crate::scene::Scene;

/// Side of the map in pixels, and how much of the arena it shows to each side of its middle at most.
const SIZE: f32 = 180.0;
const REACH_M: f32 = 34.0;
/// How much it shows beyond the border: the outermost walls, and what looks out over them.
const BEYOND_M: f32 = 3.0;

#[derive(Component)]
struct Walls;

/// The pictures of signs, which arena the walls are of, and what each sign shows.
#[derive(Resource)]
struct Map {
    pictures: [Handle<Image>; 8],
    arena: Option<Arc<Arena>>,
    /// The place that is in the middle, and how far it shows the arena to each side of that, in metres.
    middle: Vec2,
    reach_m: f32,
    looks: Vec<Option<Look>>,
}

pub(super) fn plugin(app: &mut App) {
    app.init_resource::<noises::Noises>().add_systems(Startup, spawn).add_systems(
        Update,
        (
            paint,
            (noises::hear, noises::show).chain(),
            signs::look,
            (signs::show, signs::letter),
            signs::keep_quiet,
        )
            .chain()
            .in_set(Frame::Overlay),
    );
}

fn spawn(mut commands: Commands, server: Res<AssetServer>) {
    commands.insert_resource(Map {
        pictures: signs::pictures(&server),
        arena: None,
        middle: Vec2::ZERO,
        reach_m: REACH_M,
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
    let whole = Node { position_type: PositionType::Absolute, ..default() };
    let edge = BorderColor::all(palette::translucent(palette::TEXT_DIM, 0.6));
    let ground = BackgroundColor(palette::color(palette::PANEL));
    commands.spawn((Hud, frame, edge, ground)).with_children(|map| {
        map.spawn((whole, ImageNode::default(), UiTransform::default(), Walls));
        noises::spawn(map);
        signs::spawn(map);
    });
}

/// Paints the walls when the arena is another one, and moves them below the map's frame: only that asks for no new
/// layout.
fn paint(
    scene: Res<Scene>,
    mut map: ResMut<Map>,
    mut images: ResMut<Assets<Image>>,
    walls: Single<(&mut ImageNode, &mut Node, &mut UiTransform), With<Walls>>,
) {
    let Some(arena) = &scene.arena else { return };
    let (mut image, mut node, mut transform) = walls.into_inner();
    let half = half_m(arena);
    if map.arena.as_ref().is_none_or(|before| !Arc::ptr_eq(before, arena)) {
        map.arena = Some(arena.clone());
        image.image = images.add(picture(arena));
        map.reach_m = reach_m(arena.half_extents);
        let size = half * SIZE / map.reach_m;
        (node.width, node.height) = (px(size.x), px(size.y));
    }
    map.middle = middle(scene.middle().unwrap_or_default(), arena.half_extents, map.reach_m);
    let corner = map.place(Vec2::new(-half.x, half.y));
    let translation = Val2::px(corner.x, corner.y);
    if transform.translation != translation {
        transform.translation = translation;
    }
}

/// What is in the map's middle: the own pilot, or where a watcher looks, but not so near the border that the map
/// would show nothing there.
fn middle(eyes: Vec2, half_extents: Vec2, reach_m: f32) -> Vec2 {
    let most = (half_extents + BEYOND_M - reach_m).max(Vec2::ZERO);
    eyes.clamp(-most, most)
}

/// How far the map shows an arena: a small one fills it.
fn reach_m(half_extents: Vec2) -> f32 {
    (half_extents.max_element() + BEYOND_M).min(REACH_M)
}

impl Map {
    /// Whether a place of the arena is on it, at least in part.
    fn shows(&self, point: Vec2) -> bool {
        (point - self.middle).abs().max_element() < self.reach_m + 2.0
    }

    /// A place of the arena in pixels of the map, whose y goes down.
    fn place(&self, point: Vec2) -> Vec2 {
        let at_m = point - self.middle;
        Vec2::new(at_m.x, -at_m.y) * self.scale() + SIZE / 2.0
    }

    /// Pixels for a metre.
    fn scale(&self) -> f32 {
        SIZE / 2.0 / self.reach_m
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn map(middle: Vec2, reach_m: f32) -> Map {
        let pictures = [(); 8].map(|()| Handle::default());
        Map { pictures, arena: None, middle, reach_m, looks: Vec::new() }
    }

    #[test]
    fn the_map_shows_arena_and_not_what_is_beyond() {
        let (large, corner) = (Vec2::new(150.0, 100.0), Vec2::new(149.0, -99.0));
        assert_eq!(reach_m(large), REACH_M);
        assert_eq!(middle(Vec2::new(7.0, 8.0), large, REACH_M), Vec2::new(7.0, 8.0));
        assert_eq!(middle(corner, large, REACH_M), Vec2::new(119.0, -69.0));
        assert!(map(middle(corner, large, REACH_M), REACH_M).shows(corner));
        let small = Vec2::new(24.0, 18.0);
        assert_eq!(middle(corner, small, reach_m(small)), Vec2::ZERO, "all of a small one");
        let map = map(Vec2::ZERO, reach_m(small));
        assert!(map.place(Vec2::X * 24.0).x > SIZE * 0.9, "and it fills the map");
    }

    #[test]
    fn north_is_up_and_the_edge_is_as_far_as_the_map_reaches() {
        let map = map(Vec2::new(5.0, 6.0), 20.0);
        assert_eq!(map.place(Vec2::new(5.0, 6.0)), Vec2::splat(SIZE / 2.0));
        assert_eq!(map.place(Vec2::new(25.0, 26.0)), Vec2::new(SIZE, 0.0));
    }
}
