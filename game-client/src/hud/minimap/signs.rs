//! The signs on the map: who is in sight, pickups, points with their letters, the leader. A fixed number of nodes
//! that only move: each kind has its own, so that one that goes changes no picture of another. The letters stand on
//! badges of their own, so that no sign hides one.

use bevy::a11y::AccessibilityNode;
use bevy::prelude::*;
use game_sim::{PickupKind, contest::MOST_POINTS};

use super::Map;
use crate::assets;
use crate::hud::figures;
use crate::points::{PointView, Points};
use crate::render::palette::{self, Rgb, Side, Sides};
use crate::scene::Scene;

/// Pickups and pilots on the map at once.
const PICKUPS: usize = 32;
const PILOTS: usize = 128;
/// Where the signs of each kind begin, the most important last, so that it lies on top.
const FIRST_PICKUP: usize = MOST_POINTS;
const FIRST_PILOT: usize = FIRST_PICKUP + PICKUPS;
const OWN: usize = FIRST_PILOT + PILOTS;
const CROWN: usize = OWN + 1;
/// Signs at once.
const SIGNS: usize = CROWN + 1;
/// Sizes of signs in pixels. Round is ours and has corners is theirs, as with points: nobody needs the colours.
const ARROW: f32 = 25.0;
const FRIEND: f32 = 14.0;
const FOE: f32 = 16.0;
const CROWN_SIZE: f32 = 20.0;
const PICKUP: f32 = 10.0;
/// How high the crown is over whoever wears it.
const OVER: f32 = 14.0;
/// The least a point is across, as a ring and as a square.
const POINT: f32 = 22.0;
/// Side of a letter's badge in pixels, and how far its middle is above the ring of its point, or below it at the map's
/// edge: who fights for a point stands in its middle.
const BADGE: f32 = 18.0;
const BADGE_BESIDE: f32 = 7.0;

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
    /// How much higher on the map it is than its place, in pixels.
    up: f32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    Friend,
    Foe,
    Own,
    Ring,
    Crown,
    Cross,
    Cartridge,
    Rocket,
    Square,
}

/// The pictures, in the order of [`Shape`].
pub(super) fn pictures(server: &AssetServer) -> [Handle<Image>; 9] {
    [
        "map-friend",
        "map-foe",
        "map-own",
        "circle",
        "map-crown",
        "health",
        "cartridge",
        "rocket",
        "square",
    ]
    .map(|name| assets::icon(server, name))
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
        // Dark letters on the owner's colour are seen from farther than the other way around.
        let edge = BorderColor::all(palette::color(palette::PANEL));
        let badge = (BackgroundColor::default(), edge, UiTransform::default(), Badge(number));
        let letter = (figures("", 14.0, palette::PANEL), Letter(number));
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
    let mut put = |number: usize, shape, rgb, at: Vec2, size| {
        let look = Look { shape, rgb, at, turn: 0.0, size, up: 0.0 };
        looks[number] = map.shows(at).then_some(look);
    };
    for (number, point) in points.0.iter().take(MOST_POINTS).enumerate() {
        let shape = if point.owner == Some(Side::Enemy) { Shape::Square } else { Shape::Ring };
        put(number, shape, point.colour(&sides), point.position, map.across(point));
    }
    for (number, pickup) in scene.pickups.iter().take(PICKUPS).enumerate() {
        let (shape, rgb) = match pickup.kind {
            PickupKind::Health => (Shape::Cross, palette::HEALTH),
            PickupKind::Rifle => (Shape::Cartridge, palette::ROUNDS),
            PickupKind::Rockets => (Shape::Rocket, palette::ROCKETS),
        };
        if pickup.available {
            put(FIRST_PICKUP + number, shape, rgb, pickup.position, PICKUP);
        }
    }
    let leader = scene.leader();
    let others = scene.pilots.iter().filter(|pilot| Some(pilot.id) != scene.me);
    for (number, pilot) in others.take(PILOTS).enumerate().filter(|(_, pilot)| pilot.is_seen()) {
        let side = scene.side(pilot.id);
        let (shape, size) = match side {
            Side::Enemy => (Shape::Foe, FOE),
            _ => (Shape::Friend, FRIEND),
        };
        put(FIRST_PILOT + number, shape, sides.of(side), pilot.position, size);
        if leader == Some(pilot.id) {
            put(CROWN, Shape::Crown, palette::GOLD, pilot.position, CROWN_SIZE);
        }
    }
    if let Some(own) = scene.own.filter(|own| own.alive) {
        put(OWN, Shape::Own, sides.of(Side::Own), own.position, ARROW);
        if leader.is_some() && leader == scene.me {
            put(CROWN, Shape::Crown, palette::GOLD, own.position, CROWN_SIZE);
        }
        if let Some(look) = &mut looks[OWN] {
            look.turn = std::f32::consts::FRAC_PI_2 - own.aim_radians;
        }
    }
    if let Some(look) = &mut looks[CROWN] {
        look.up = OVER;
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
        let half = look.size / 2.0;
        transform.translation = Val2::px(at.x - half, at.y - half - look.up);
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
    mut badges: Query<(&Badge, &mut UiTransform, &mut BackgroundColor, &mut Visibility)>,
    mut letters: Query<(&Letter, &mut Text)>,
) {
    let near =
        |point: &&PointView| (point.position - map.middle).abs().cmplt(map.shape.reach_m()).all();
    for (Badge(number), mut transform, mut ground, mut visibility) in &mut badges {
        let Some(point) = points.0.get(*number).filter(near) else {
            visibility.set_if_neq(Visibility::Hidden);
            continue;
        };
        visibility.set_if_neq(Visibility::Inherited);
        ground.set_if_neq(BackgroundColor(palette::color(point.colour(&sides))));
        let (at, beside) = (map.place(point.position), badge_beside(map.across(point)));
        let is_high = at.y - beside - BADGE / 2.0 < 0.0;
        let at = at + Vec2::Y * if is_high { beside } else { -beside } - BADGE / 2.0;
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

impl Map {
    /// How large a point is on it, in pixels.
    fn across(&self, point: &PointView) -> f32 {
        (2.0 * point.radius_m * self.shape.scale).round().max(POINT)
    }
}

/// How far the middle of a badge is above the middle of a point that is so large.
fn badge_beside(across: f32) -> f32 {
    across.max(ARROW) / 2.0 + BADGE_BESIDE
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::eyes::{Eyes, tests as eyes};
    use crate::scene::{PilotView, ScoreLine};
    use bevy::ecs::system::RunSystemOnce;
    use game_sim::PilotId;

    #[test]
    fn who_has_faded_or_fallen_is_not_on_the_map_and_neither_is_its_crown() {
        let pilot = |id| PilotView::still(PilotId(id));
        let faded = PilotView { opacity: 0.0, ..pilot(1) };
        let fallen = PilotView { alive: false, ..pilot(2) };
        let best = ScoreLine { score: 5, kills: 5, ..ScoreLine::of(1) };
        let scene = Scene {
            me: Some(PilotId(0)),
            pilots: vec![faded, fallen, pilot(3)],
            scores: vec![best],
            ..Scene::default()
        };
        assert_eq!(shapes(scene), [Shape::Foe]);
    }

    #[test]
    fn who_is_hidden_by_a_wall_is_not_on_the_map_unless_it_fights_beside_the_player() {
        let (mut looks, mut scene) = (Eyes::default(), eyes::behind_a_wall());
        eyes::in_teams(&mut scene);
        eyes::look_for(&mut looks, &mut scene, 1.0);
        assert_eq!(shapes(scene), [Shape::Friend, Shape::Foe, Shape::Own]);
    }

    /// What is on the map.
    fn shapes(scene: Scene) -> Vec<Shape> {
        let mut world = World::new();
        world.insert_resource(scene);
        world.init_resource::<Points>();
        world.init_resource::<Sides>();
        let pictures = [(); 9].map(|()| Handle::default());
        let (middle, shape) = (Vec2::ZERO, crate::hud::minimap::shape(Vec2::splat(20.0)));
        world.insert_resource(Map { pictures, arena: None, middle, shape, looks: Vec::new() });
        world.run_system_once(look).unwrap();
        world.resource::<Map>().looks.iter().flatten().map(|look| look.shape).collect()
    }

    #[test]
    fn no_sign_in_the_middle_of_a_point_reaches_its_badge() {
        // The largest that stands there is a pilot's arrow.
        let arrow = Rect::from_center_size(Vec2::ZERO, Vec2::splat(ARROW));
        for across in [POINT, 33.0, 60.0] {
            let at = Vec2::Y * -badge_beside(across);
            let common = arrow.intersect(Rect::from_center_size(at, Vec2::splat(BADGE)));
            assert!(common.width() * common.height() < 40.0, "{across}: {common:?}");
        }
    }
}
