//! The map above the ammunition: walls around the own pilot, who is in sight, what is heard, pickups, and
//! the leader. North is up, as on the floor. It shows as much of the arena as it can: near the border the pilot
//! leaves its middle, and of a small arena it shows all, in the arena's own shape.
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
use super::{Hud, Solid};
use crate::frame::Frame;
use crate::render::palette;
use crate::scene::Scene;

/// The room that the map has in pixels, and how much of the arena it shows to the left and right of its middle at most.
const ROOM: Vec2 = Vec2::new(240.0, 184.0);
/// How far it is from the right and from the foot of the window, in pixels.
const CORNER: Vec2 = Vec2::new(20.0, 124.0);
/// All of the corner that it takes.
pub(super) const TAKEN: Vec2 = Vec2::new(ROOM.x + CORNER.x, ROOM.y + CORNER.y);
const REACH_M: f32 = 40.0;
/// How much it shows beyond the border: half of a sign that stands there.
const BEYOND_M: f32 = 1.5;
/// Width of its edge in pixels.
const EDGE: f32 = 2.0;

#[derive(Component)]
struct Whole;

#[derive(Component)]
struct Walls;

/// The pictures of signs, which arena the walls are of, and what each sign shows.
#[derive(Resource)]
struct Map {
    pictures: [Handle<Image>; 9],
    arena: Option<Arc<Arena>>,
    /// The place that is in the middle.
    middle: Vec2,
    shape: Shape,
    looks: Vec<Option<Look>>,
}

/// How large a map is in pixels, and of how many a metre is.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Shape {
    size: Vec2,
    scale: f32,
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
        shape: shape(Vec2::INFINITY),
        looks: Vec::new(),
    });
    let frame = Node {
        position_type: PositionType::Absolute,
        bottom: px(CORNER.y),
        right: px(CORNER.x),
        border: UiRect::all(px(EDGE)),
        border_radius: BorderRadius::all(px(6)),
        overflow: Overflow::clip(),
        ..default()
    };
    let whole = Node { position_type: PositionType::Absolute, ..default() };
    let edge = BorderColor::all(palette::translucent(palette::TEXT_DIM, 0.6));
    let ground = BackgroundColor(palette::color(palette::PANEL));
    commands.spawn((Hud, frame, edge, ground, Whole, Solid)).with_children(|map| {
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
    mut whole: Single<&mut Node, (With<Whole>, Without<Walls>)>,
) {
    let Some(arena) = &scene.arena else { return };
    let (mut image, mut node, mut transform) = walls.into_inner();
    let half = half_m(arena);
    if map.arena.as_ref().is_none_or(|before| !Arc::ptr_eq(before, arena)) {
        map.arena = Some(arena.clone());
        image.image = images.add(picture(arena));
        map.shape = shape(arena.half_extents);
        let size = half * 2.0 * map.shape.scale;
        (node.width, node.height) = (px(size.x), px(size.y));
        let size = map.shape.size + 2.0 * EDGE;
        (whole.width, whole.height) = (px(size.x), px(size.y));
    }
    map.middle = middle(scene.middle().unwrap_or_default(), arena.half_extents, map.shape);
    let corner = map.place(Vec2::new(-half.x, half.y));
    let translation = Val2::px(corner.x, corner.y);
    if transform.translation != translation {
        transform.translation = translation;
    }
}

/// What is in the map's middle: the own pilot, or where a watcher looks, but not so near the border that the map
/// would show nothing there.
fn middle(eyes: Vec2, half_extents: Vec2, shape: Shape) -> Vec2 {
    let most = (half_extents + BEYOND_M - shape.reach_m()).max(Vec2::ZERO);
    eyes.clamp(-most, most)
}

/// The map of an arena: a small one fills it, and what it can't fill is not there.
fn shape(half_extents: Vec2) -> Shape {
    let whole_m = (half_extents + BEYOND_M) * 2.0;
    let scale = (ROOM / whole_m).min_element().max(ROOM.x / 2.0 / REACH_M);
    Shape { size: (whole_m * scale).min(ROOM), scale }
}

impl Shape {
    /// How far it shows the arena from its middle on, in metres.
    fn reach_m(&self) -> Vec2 {
        self.size / 2.0 / self.scale
    }
}

impl Map {
    /// Whether a place of the arena is on it, at least in part.
    fn shows(&self, point: Vec2) -> bool {
        (point - self.middle).abs().cmplt(self.shape.reach_m() + 2.0).all()
    }

    /// A place of the arena in pixels of the map, whose y goes down.
    fn place(&self, point: Vec2) -> Vec2 {
        let at_m = point - self.middle;
        Vec2::new(at_m.x, -at_m.y) * self.shape.scale + self.shape.size / 2.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn map(middle: Vec2, shape: Shape) -> Map {
        let pictures = [(); 9].map(|()| Handle::default());
        Map { pictures, arena: None, middle, shape, looks: Vec::new() }
    }

    #[test]
    fn the_map_shows_arena_and_not_what_is_beyond() {
        let (large, corner) = (Vec2::new(150.0, 100.0), Vec2::new(149.0, -99.0));
        let of_large = shape(large);
        assert_eq!((of_large.size, of_large.reach_m().x), (ROOM, REACH_M));
        assert_eq!(middle(Vec2::new(7.0, 8.0), large, of_large), Vec2::new(7.0, 8.0));
        let at_corner = middle(corner, large, of_large);
        assert!(at_corner.distance(large * Vec2::new(1.0, -1.0)) > 40.0, "{at_corner}");
        assert!(map(at_corner, of_large).shows(corner));
        for small in [Vec2::new(24.0, 18.0), Vec2::new(9.0, 25.0)] {
            let of_small = shape(small);
            let middle = middle(small, small, of_small);
            assert!(middle.length() < 1e-3, "{middle}: all of a small one");
            let fills = (small + BEYOND_M) * 2.0 * of_small.scale - of_small.size;
            assert!(fills.abs().max_element() < 1e-3, "{of_small:?}: nothing beside it");
            assert!(
                (of_small.size / ROOM).max_element() > 0.999,
                "{of_small:?}: as large as can be"
            );
        }
    }

    #[test]
    fn north_is_up_and_the_edge_is_as_far_as_the_map_reaches() {
        let shape = Shape { size: Vec2::new(200.0, 100.0), scale: 5.0 };
        let map = map(Vec2::new(5.0, 6.0), shape);
        assert_eq!(map.place(Vec2::new(5.0, 6.0)), Vec2::new(100.0, 50.0));
        assert_eq!(map.place(Vec2::new(25.0, 16.0)), Vec2::new(200.0, 0.0));
    }
}
