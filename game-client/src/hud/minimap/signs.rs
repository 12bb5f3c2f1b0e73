//! The signs on the map: who is in sight, pickups, points with their letters, the leader. A fixed number of nodes
//! that only move: each kind has its own, so that one that goes changes no picture of another. The letters stand on
//! badges of their own, so that no sign hides one.

use bevy::a11y::AccessibilityNode;
use bevy::prelude::*;
use game_sim::{PickupKind, contest::MOST_POINTS};

use super::Map;
use crate::assets;
use crate::hud::text;
use crate::points::{PointView, Points};
use crate::render::palette::{self, Rgb, Side, Sides};
use crate::scene::Scene;

/// Pickups and pilots on the map at once.
const PICKUPS: usize = 32;
const PILOTS: usize = 128;
/// Where the signs of each kind begin, the most important last, so that it lies on top.
const FIRST_PICKUP: usize = MOST_POINTS;
const FIRST_PILOT: usize = FIRST_PICKUP + PICKUPS;
const LEADER: usize = FIRST_PILOT + PILOTS;
const OWN: usize = LEADER + 1;
/// Signs at once.
const SIGNS: usize = OWN + 1;
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
    /// In the arena, and the turn clockwise from up.
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

/// Decides what is on the map.
pub(super) fn look(
    (scene, points): (Res<Scene>, Res<Points>),
    sides: Res<Sides>,
    mut map: ResMut<Map>,
) {
    let mut looks = std::mem::take(&mut map.looks);
    looks.clear();
    looks.resize(SIGNS, None);
    let mut put = |number: usize, shape, rgb, at: Vec2, turn, size| {
        looks[number] = map.shows(at).then_some(Look { shape, rgb, at, turn, size });
    };
    for (number, point) in points.0.iter().take(MOST_POINTS).enumerate() {
        let (shape, size) = match point.owner {
            Some(Side::Enemy) => (Shape::Square, 22.0),
            _ => (Shape::Ring, 24.0),
        };
        put(number, shape, point.colour(&sides), point.position, 0.0, size);
    }
    for (number, pickup) in scene.pickups.iter().take(PICKUPS).enumerate() {
        let (shape, rgb) = match pickup.kind {
            PickupKind::Health => (Shape::Cross, palette::HEALTH),
            PickupKind::Rifle => (Shape::Cartridge, palette::ROUNDS),
            PickupKind::Rockets => (Shape::Rocket, palette::ROCKETS),
        };
        if pickup.available {
            put(FIRST_PICKUP + number, shape, rgb, pickup.position, 0.0, 9.0);
        }
    }
    let leader = scene.leader();
    let others = scene.pilots.iter().filter(|pilot| Some(pilot.id) != scene.me);
    for (number, pilot) in others.take(PILOTS).enumerate().filter(|(_, pilot)| pilot.is_seen()) {
        let of = sides.of(scene.side(pilot.id));
        let friend = scene.side(pilot.id) == Side::Friend;
        if friend {
            put(FIRST_PILOT + number, Shape::Square, of, pilot.position, 0.0, 8.0);
        } else if leader == Some(pilot.id) {
            put(LEADER, Shape::Crown, of, pilot.position, 0.0, 16.0);
        } else {
            put(FIRST_PILOT + number, Shape::Dot, of, pilot.position, 0.0, 8.0);
        }
    }
    if let Some(own) = &scene.own {
        let turn = std::f32::consts::FRAC_PI_2 - own.aim_radians;
        put(OWN, Shape::Arrow, sides.of(Side::Own), own.position, turn, 15.0);
    }
    map.looks = looks;
}

pub(super) fn show(
    map: Res<Map>,
    mut signs: Query<(&Sign, &mut ImageNode, &mut UiTransform, &mut Visibility, &mut Node)>,
) {
    for (Sign(number), mut image, mut transform, mut visibility, mut node) in &mut signs {
        let Some(look) = map.looks.get(*number).copied().flatten() else {
            visibility.set_if_neq(Visibility::Hidden);
            continue;
        };
        visibility.set_if_neq(Visibility::Inherited);
        let picture = &map.pictures[look.shape as usize];
        if image.image != *picture {
            image.image = picture.clone();
        }
        let colour = palette::color(look.rgb);
        if image.color != colour {
            image.color = colour;
        }
        if node.width != px(look.size) {
            (node.width, node.height) = (px(look.size), px(look.size));
        }
        let at = map.place(look.at);
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
    (map, points, sides): (Res<Map>, Res<Points>, Res<Sides>),
    mut badges: Query<(&Badge, &mut UiTransform, &mut BorderColor, &mut Visibility)>,
    mut letters: Query<(&Letter, &mut Text)>,
) {
    // A badge that would lie half beyond the edge is not there.
    let near = |point: &&PointView| map.shows(point.position + (point.position - map.middle) * 0.1);
    for (Badge(number), mut transform, mut border, mut visibility) in &mut badges {
        let Some(point) = points.0.get(*number).filter(near) else {
            visibility.set_if_neq(Visibility::Hidden);
            continue;
        };
        visibility.set_if_neq(Visibility::Inherited);
        border.set_if_neq(BorderColor::all(palette::color(point.colour(&sides))));
        let at = map.place(point.position) + BADGE_AT - BADGE / 2.0;
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scene::{PilotView, ScoreLine};
    use bevy::ecs::system::RunSystemOnce;
    use game_sim::PilotId;

    #[test]
    fn who_has_faded_or_fallen_is_not_on_the_map_and_neither_is_its_crown() {
        let pilot = |id| PilotView::still(PilotId(id));
        let faded = PilotView { opacity: 0.0, ..pilot(1) };
        let fallen = PilotView { alive: false, ..pilot(2) };
        let best = ScoreLine {
            id: PilotId(1),
            name: String::new(),
            bot: false,
            score: 5,
            kills: 5,
            deaths: 0,
            team: None,
        };
        let mut world = World::new();
        world.insert_resource(Scene {
            me: Some(PilotId(0)),
            pilots: vec![faded, fallen, pilot(3)],
            scores: vec![best],
            ..Scene::default()
        });
        world.init_resource::<Points>();
        world.init_resource::<Sides>();
        let pictures = [(); 8].map(|()| Handle::default());
        let (middle, reach_m) = (Vec2::ZERO, 20.0);
        world.insert_resource(Map { pictures, arena: None, middle, reach_m, looks: Vec::new() });
        let mut shapes = || -> Vec<Shape> {
            world.run_system_once(look).unwrap();
            world.resource::<Map>().looks.iter().flatten().map(|look| look.shape).collect()
        };
        assert_eq!(shapes(), [Shape::Dot]);
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
