//! Where the points are: a letter over each that is in the picture, and at the edge of the window in the
//! direction of each that is not.

use bevy::prelude::*;
use game_sim::contest::MOST_POINTS;

use super::minimap::TAKEN;
use super::plates::{self, Plates};
use super::solid::Solids;
use super::{Hud, text};
use crate::frame::Frame;
use crate::points::{PointView, Points};
use crate::render::palette::{self, Side, Sides};
use crate::render::{Eye, place};
use crate::scene::Scene;

/// Side of a sign in pixels, and how far from the edges of the window it stays: left and right, above,
/// below.
const SIZE: f32 = 30.0;
const ASIDE: f32 = 34.0;
const ABOVE: f32 = 150.0;
const BELOW: f32 = 110.0;

/// The sign of a point, by its number, and its letter.
#[derive(Component)]
struct Sign(usize, Entity);

pub(super) fn plugin(app: &mut App) {
    app.add_systems(Startup, spawn)
        .add_systems(Update, show.after(plates::choose).in_set(Frame::Overlay));
}

fn spawn(mut commands: Commands) {
    let root = Node { position_type: PositionType::Absolute, ..default() };
    let signs = commands.spawn((Hud, root, GlobalZIndex(-1))).id();
    for number in 0..MOST_POINTS {
        let node = Node {
            position_type: PositionType::Absolute,
            width: px(SIZE),
            height: px(SIZE),
            border: UiRect::all(px(3)),
            align_items: AlignItems::Center,
            justify_content: JustifyContent::Center,
            ..default()
        };
        let letter = commands.spawn(text("", 16.0, palette::TEXT)).id();
        let looks = (BackgroundColor::default(), BorderColor::default(), Visibility::Hidden);
        let sign = (ChildOf(signs), node, looks, UiTransform::default(), Sign(number, letter));
        commands.spawn(sign).add_child(letter);
    }
}

fn show(
    (scene, points, sides, scale): (Res<Scene>, Res<Points>, Res<Sides>, Res<UiScale>),
    (solids, plates): (Res<Solids>, Res<Plates>),
    eye: Single<(&Camera, &GlobalTransform), With<Eye>>,
    mut kept: Local<[usize; MOST_POINTS]>,
    mut signs: Query<(
        &Sign,
        &mut Node,
        &mut UiTransform,
        &mut BackgroundColor,
        &mut BorderColor,
        &mut Visibility,
    )>,
    mut letters: Query<&mut Text>,
) {
    let (camera, transform) = *eye;
    let size = camera.logical_viewport_size().unwrap_or(Vec2::new(1280.0, 720.0)) / scale.0;
    let on_screen =
        |point: Vec2| Some(camera.world_to_viewport(transform, place(point, 0.0)).ok()? / scale.0);
    let mut taken = [Vec2::INFINITY; MOST_POINTS];
    for (Sign(number, letter), mut node, mut at, mut ground, mut edge, mut visibility) in &mut signs
    {
        let point = points.0.get(*number).filter(|_| !scene.round.over);
        let shown = if point.is_some() { Visibility::Inherited } else { Visibility::Hidden };
        visibility.set_if_neq(shown);
        let Some(point) = point else { continue };
        let ring =
            AROUND.map(|(x, y)| on_screen(point.position + point.radius_m * Vec2::new(x, y)));
        let own = scene.own.map_or(Vec2::ZERO, |own| own.position);
        let is_free = |at: Vec2| {
            let place = Rect::from_center_size(at, Vec2::splat(SIZE));
            let alone = taken.iter().all(|other| other.distance(at) >= SIZE);
            alone && !solids.cover(place) && !plates.cover(place)
        };
        let place = match on_ring(&ring, &mut kept[*number], size, is_free) {
            Some(place) => place,
            None => apart(beside_map(put(&ring, point.position - own, size), size), &taken, size),
        };
        taken[*number] = place;
        at.translation = Val2::px(place.x - SIZE / 2.0, place.y - SIZE / 2.0);
        let rgb = point.colour(&sides);
        edge.set_if_neq(BorderColor::all(palette::color(rgb)));
        ground.set_if_neq(BackgroundColor(palette::color(palette::PANEL)));
        let corner = BorderRadius::all(px(corner(point)));
        if node.border_radius != corner {
            node.border_radius = corner;
        }
        if let Ok(mut text) = letters.get_mut(*letter)
            && !text.0.starts_with(point.letter)
        {
            text.0 = point.letter.to_string();
        }
    }
}

/// Places of a ring, each a way from its middle, from the best on: at the edge of the ring, because in the middle a
/// sign would cover who fights there.
type Ring = [Option<Vec2>; AROUND.len()];
const AROUND: [(f32, f32); 8] = [
    (0.0, 1.0),
    (-0.71, 0.71),
    (0.71, 0.71),
    (-1.0, 0.0),
    (1.0, 0.0),
    (-0.71, -0.71),
    (0.71, -0.71),
    (0.0, -1.0),
];

/// The least and the most of the window where signs stand.
fn room(size: Vec2) -> (Vec2, Vec2) {
    (Vec2::new(ASIDE, ABOVE), Vec2::new(size.x - ASIDE, (size.y - BELOW).max(ABOVE)))
}

/// A place on a ring in the picture that is free: the one that it had, as long as that is, so that no sign jumps
/// around with whoever walks by.
fn on_ring(
    ring: &Ring,
    kept: &mut usize,
    size: Vec2,
    is_free: impl Fn(Vec2) -> bool,
) -> Option<Vec2> {
    let (least, most) = room(size);
    let fits = |at: &Vec2| at.cmpge(least).all() && at.cmple(most).all() && is_free(*at);
    let place = |number: usize| ring[number].filter(fits);
    if let Some(place) = place(*kept) {
        return Some(place);
    }
    let found = (0..ring.len()).find_map(|number| Some((number, place(number)?)));
    *kept = found.map_or(0, |(number, _)| number);
    found.map(|(_, place)| place)
}

/// As the boxes below the clock.
fn corner(point: &PointView) -> f32 {
    match point.owner {
        Some(Side::Enemy) => 2.0,
        Some(_) => SIZE / 2.0,
        None => 8.0,
    }
}

/// Where a sign goes whose ring has no room for it: as near to it as there is room, or for one that is out of the
/// picture to the edge of the window in its direction. `way` is from the player to the point, in the plane.
fn put(ring: &Ring, way: Vec2, size: Vec2) -> Vec2 {
    let (least, most) = room(size);
    let is_seen = |at: &Vec2| at.cmpge(Vec2::ZERO).all() && at.cmple(size).all();
    let mut seen = ring.iter().flatten();
    if let Some(at) = seen.find(|at| is_seen(at)) {
        return at.clamp(least, most);
    }
    // Up in the plane is up on the screen, where y goes down.
    let way = Vec2::new(way.x, -way.y).try_normalize().unwrap_or(Vec2::X);
    let middle = (least + most) / 2.0;
    let room = (most - least) / 2.0;
    let reach = |room: f32, way: f32| if way == 0.0 { f32::INFINITY } else { room / way.abs() };
    middle + way * reach(room.x, way.x).min(reach(room.y, way.y))
}

/// Above the map, which would lie over it.
fn beside_map(at: Vec2, size: Vec2) -> Vec2 {
    let least = size - TAKEN - SIZE;
    if at.cmpgt(least).all() { Vec2::new(at.x, least.y) } else { at }
}

/// The nearest place along its edge where a sign covers none of those that have theirs: points in the same direction
/// would hide each other's letters.
fn apart(wanted: Vec2, taken: &[Vec2], size: Vec2) -> Vec2 {
    let is_aside = wanted.x <= ASIDE || wanted.x >= size.x - ASIDE;
    let step = if is_aside { Vec2::Y } else { Vec2::X } * (SIZE + 2.0);
    let is_free = |at: &Vec2| taken.iter().all(|other| other.distance(*at) >= SIZE);
    let mut places = (0..=taken.len()).map(|steps| wanted + step * steps as f32);
    places.find(is_free).unwrap_or(wanted)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SCREEN: Vec2 = Vec2::new(1280.0, 720.0);

    /// A ring around a place of the screen.
    fn ring(middle: Vec2) -> Ring {
        AROUND.map(|(x, y)| Some(middle + 80.0 * Vec2::new(x, -y)))
    }

    #[test]
    fn what_is_out_of_the_picture_is_told_at_its_edge() {
        let east = put(&ring(Vec2::new(9000.0, 400.0)), Vec2::new(50.0, 0.0), SCREEN);
        assert_eq!(east.x, SCREEN.x - ASIDE);
        let north = put(&[None; 8], Vec2::new(0.0, 50.0), SCREEN);
        assert_eq!(north, Vec2::new(640.0, ABOVE));
    }

    #[test]
    fn a_sign_stands_at_its_ring_and_where_that_is_taken_at_another_place_of_it() {
        let (middle, mut kept) = (Vec2::new(500.0, 400.0), 0);
        let ring = ring(middle);
        let top = on_ring(&ring, &mut kept, SCREEN, |_| true);
        assert_eq!(top, Some(middle - 80.0 * Vec2::Y));
        let beside = on_ring(&ring, &mut kept, SCREEN, |at| Some(at) != top).unwrap();
        assert!((beside.distance(middle) - 80.0).abs() < 1.0 && Some(beside) != top);
        assert_eq!(on_ring(&ring, &mut kept, SCREEN, |_| true), Some(beside), "it stays there");
        assert_eq!(on_ring(&ring, &mut kept, SCREEN, |_| false), None);
        assert_eq!(put(&ring, Vec2::X, SCREEN), top.unwrap(), "nothing is free");
    }

    #[test]
    fn the_sign_of_a_ring_in_the_picture_never_goes_far_from_it() {
        // Where no sign stands is the upper part of some, and all of others.
        for (x, y) in [(30.0, 40.0), (450.0, 40.0), (450.0, -90.0), (1200.0, -90.0)] {
            let middle = Vec2::new(x, ABOVE + y);
            let ring = ring(middle);
            let place = on_ring(&ring, &mut 0, SCREEN, |_| true)
                .unwrap_or_else(|| put(&ring, Vec2::new(-9.0, 2.0), SCREEN));
            assert!(place.distance(middle) < 120.0, "{middle}: {place}");
        }
    }

    #[test]
    fn no_sign_lies_under_the_map() {
        let corner = beside_map(Vec2::new(SCREEN.x - ASIDE, 600.0), SCREEN);
        assert!(corner.x == SCREEN.x - ASIDE && corner.y < SCREEN.y - TAKEN.y, "{corner}");
        let free = Vec2::new(500.0, 600.0);
        assert_eq!(beside_map(free, SCREEN), free);
    }

    #[test]
    fn points_in_the_same_direction_have_their_signs_side_by_side() {
        let west = Vec2::new(ASIDE, 300.0);
        assert_eq!(apart(west, &[Vec2::INFINITY], SCREEN), west);
        let second = apart(west, &[west], SCREEN);
        assert!(second.x == ASIDE && second.distance(west) >= SIZE);
        let third = apart(west, &[west, second], SCREEN);
        assert!(third.distance(west) >= SIZE && third.distance(second) >= SIZE);
        let north = Vec2::new(640.0, ABOVE);
        assert_eq!(apart(north, &[north], SCREEN).y, ABOVE);
    }
}
