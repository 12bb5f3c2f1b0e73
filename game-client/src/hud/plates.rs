//! Names and health over other pilots: of all while they are few; in a crowd only over those who are
//! hurt, near the pointer, or lead. A plate stays with its pilot, so that texts are rarely made anew.
//!
//! Health is always told; of names that would lie over each other, or over somebody's health, the one that matters
//! less goes (`room`).

mod room;

use bevy::prelude::*;
use game_sim::PilotId;

use self::room::Taken;
use super::solid::{Found, Solids};
use super::{Hud, own, text};
use crate::frame::Frame;
use crate::input::pointer::Pointer;
use crate::render::palette::{self, Side, Sides};
use crate::render::{Eye, place};
use crate::scene::{PilotView, Scene};

/// Plates at once.
const PLATES: usize = 40;
/// How high above the floor a plate hangs, in metres.
pub(super) const HEIGHT_M: f32 = 2.7;
/// How much higher over whoever leads, so that the crown does not hide the name.
const OVER_CROWN_M: f32 = 1.5;
/// Width of a plate and of its bar in pixels.
const WIDTH: f32 = 120.0;
/// How wide the own pilot is on the screen: no name lies over it.
const OWN: f32 = 40.0;
const BAR: Vec2 = Vec2::new(46.0, 5.0);
/// How far above its place the bar ends, and above the bar the name.
const RISE: f32 = 1.0;
const GAP: f32 = 2.0;
/// How dense the ground of a name is.
const NAME_ALPHA: f32 = 0.6;
/// With more pilots in the picture than this it is a crowd.
const CROWD: usize = 14;
/// It stays one until so many fewer are there, so that names don't come and go with the last one.
const CROWD_STAYS: usize = 3;
/// In a crowd, who is so near to the pointer has a name, in pixels.
const NEAR: f32 = 110.0;
/// How much nearer whoever has a name already seems, and who fights beside the player, in pixels.
const HOLD: f32 = 30.0;
const BESIDE: f32 = 60.0;

#[derive(Component)]
struct Plate {
    number: usize,
    name: Entity,
    track: Entity,
    fill: Entity,
}

/// A pilot that deserves a plate, and how much of one.
#[derive(Clone, Copy, Debug)]
struct Wanted {
    id: PilotId,
    /// Where on the screen, and how large its name is there, in pixels.
    at: Vec2,
    size: Vec2,
    /// Which part of the whole health is left, 0 to 1.
    part: f32,
    named: bool,
    /// Whether it had a name in the last frame.
    held: bool,
    hurt: bool,
    /// The less, the more it deserves one: in pixels how far it is from where the player looks, or seems to be.
    distance: f32,
}

/// Who has which plate; kept, so that no frame allocates.
#[derive(Resource)]
pub(super) struct Plates {
    wanted: Vec<Wanted>,
    of: [Option<PilotId>; PLATES],
    /// Which of the wanted ones each plate shows in this frame.
    shows: [Option<usize>; PLATES],
    /// Whose name each showed in the last frame, and how large what it says is.
    named: [Option<PilotId>; PLATES],
    sizes: [Vec2; PLATES],
    crowd: bool,
    /// Where the own pilot is on the screen.
    own: Option<Rect>,
}

impl Plates {
    /// Whether so many are in the picture that not everybody has a name.
    pub(super) fn is_crowd(&self) -> bool {
        self.crowd
    }

    /// Whether a name, somebody's health or the own pilot is shown there.
    pub(super) fn cover(&self, place: Rect) -> bool {
        let meets = |other: Rect| !place.intersect(other).is_empty();
        if self.own.is_some_and(meets) {
            return true;
        }
        let shown = self.shows.iter().flatten().filter_map(|number| self.wanted.get(*number));
        shown.into_iter().any(|one| meets(one.bar()) || one.named && meets(one.name()))
    }
}

impl Default for Plates {
    fn default() -> Self {
        Self {
            wanted: Vec::new(),
            of: [None; PLATES],
            shows: [None; PLATES],
            named: [None; PLATES],
            sizes: [Vec2::ZERO; PLATES],
            crowd: false,
            own: None,
        }
    }
}

pub(super) fn plugin(app: &mut App) {
    app.init_resource::<Plates>()
        .add_systems(Startup, spawn)
        .add_systems(Update, (measure, choose, hang).chain().after(Found).in_set(Frame::Overlay));
}

fn spawn(mut commands: Commands) {
    let root = Node { position_type: PositionType::Absolute, ..default() };
    let plates = commands.spawn((Hud, root, GlobalZIndex(-1))).id();
    for number in 0..PLATES {
        let node = Node {
            position_type: PositionType::Absolute,
            width: px(WIDTH),
            flex_direction: FlexDirection::Column,
            align_items: AlignItems::Center,
            row_gap: px(GAP),
            ..default()
        };
        let shadow = TextShadow { offset: Vec2::ONE, ..default() };
        let line = TextLayout { linebreak: LineBreak::NoWrap, ..default() };
        // Pale walls would swallow pale words.
        let sheet = BackgroundColor(palette::translucent(palette::PANEL, NAME_ALPHA));
        let around = Node {
            padding: UiRect::horizontal(px(4)),
            border_radius: BorderRadius::all(px(3)),
            ..default()
        };
        let name = (text("", 13.0, palette::TEXT), line, shadow, around, sheet);
        let name = commands.spawn(name).id();
        let size = || Node { width: px(BAR.x), height: px(BAR.y), ..default() };
        let fill = commands.spawn((size(), BackgroundColor::default())).id();
        let ground = BackgroundColor(palette::translucent(palette::PANEL, 0.8));
        let track = commands.spawn((size(), ground)).add_child(fill).id();
        commands
            .spawn((ChildOf(plates), node, Plate { number, name, track, fill }, Visibility::Hidden))
            .add_children(&[name, track]);
    }
}

/// How large the names are that the last layout has placed.
fn measure(
    mut plates: ResMut<Plates>,
    roots: Query<&Plate>,
    names: Query<&ComputedNode, Changed<ComputedNode>>,
) {
    for plate in &roots {
        if let Ok(node) = names.get(plate.name) {
            plates.sizes[plate.number] = node.size() * node.inverse_scale_factor();
        }
    }
}

/// Chooses who has a plate, and keeps plates where they are.
pub(super) fn choose(
    (scene, scale, solids): (Res<Scene>, Res<UiScale>, Res<Solids>),
    eye: Single<(&Camera, &GlobalTransform), With<Eye>>,
    pointer: Res<Pointer>,
    mut plates: ResMut<Plates>,
) {
    let (camera, transform) = *eye;
    let on_screen = |point: Vec2, up| {
        Some(camera.world_to_viewport(transform, place(point, up)).ok()? / scale.0)
    };
    let pointer = pointer.at().map(|at| at / scale.0);
    let own = scene.own.and_then(|own| on_screen(own.position, 0.0));
    let Some(middle) = pointer.or(own) else {
        plates.shows = [None; PLATES];
        return;
    };
    let Plates { wanted, of, shows, named, sizes, crowd, own: body } = &mut *plates;
    wanted.clear();
    let size = camera.logical_viewport_size().unwrap_or(Vec2::splat(1e4)) / scale.0;
    let window = Rect::from_corners(Vec2::ZERO, size);
    let visible = |at: Vec2| window.contains(at) && !solids.cover(bar(at));
    let others = scene.pilots.iter().filter(|pilot| Some(pilot.id) != scene.me);
    for pilot in others.filter(|pilot| pilot.is_seen()) {
        let crown_m = if scene.leader() == Some(pilot.id) { OVER_CROWN_M } else { 0.0 };
        let at = on_screen(pilot.position, HEIGHT_M + crown_m);
        if let Some(at) = at.filter(|at| visible(*at)) {
            let held = named.contains(&Some(pilot.id));
            let beside = scene.side(pilot.id) == Side::Friend;
            wanted.push(want(pilot, scene.rules.health, at, middle, held, beside));
        }
    }
    *crowd = wanted.len() > if *crowd { CROWD - CROWD_STAYS } else { CROWD };
    for one in wanted.iter_mut() {
        one.named = !*crowd || one.distance < NEAR || Some(one.id) == scene.leader();
    }
    wanted.retain(|one| one.named || one.hurt);
    wanted.sort_unstable_by(|one, other| one.distance.total_cmp(&other.distance));
    wanted.truncate(PLATES);
    assign(wanted, of, shows);
    for (shows, size) in shows.iter().zip(sizes.iter()) {
        if let Some(shows) = *shows {
            wanted[shows].size = *size;
        }
    }
    let own = scene.own.filter(|own| own.alive).map(|own| own.position);
    let ends = |own| Some((on_screen(own, 0.0)?, on_screen(own, HEIGHT_M)?));
    *body = own.and_then(ends).map(|(feet, head)| {
        let above = if *crowd { own::TAKEN } else { 0.0 };
        let half = Vec2::X * OWN / 2.0;
        Rect::from_corners(head - half - Vec2::Y * above, feet + half)
    });
    room::leave(wanted, &Taken { solids: &solids, own: *body, window });
    for (named, shows) in named.iter_mut().zip(shows.iter()) {
        *named = shows.map(|shows| wanted[shows]).filter(|one| one.named).map(|one| one.id);
    }
}

/// Where the health is told of somebody whose place on the screen this is.
fn bar(at: Vec2) -> Rect {
    Rect::from_center_size(at - Vec2::Y * (RISE + BAR.y / 2.0), BAR)
}

/// `whole` is the health of somebody unhurt, which a server may set.
fn want(pilot: &PilotView, whole: u8, at: Vec2, middle: Vec2, held: bool, beside: bool) -> Wanted {
    let nearer = if held { HOLD } else { 0.0 } + if beside { BESIDE } else { 0.0 };
    Wanted {
        id: pilot.id,
        at,
        size: Vec2::ZERO,
        part: (f32::from(pilot.health) / f32::from(whole.max(1))).min(1.0),
        named: false,
        held,
        hurt: pilot.health < whole,
        distance: at.distance(middle) - nearer,
    }
}

/// Leaves plates to those who have them, and gives the free ones to the rest.
fn assign(wanted: &[Wanted], of: &mut [Option<PilotId>], shows: &mut [Option<usize>]) {
    for (of, shows) in of.iter_mut().zip(shows.iter_mut()) {
        *shows = wanted.iter().position(|one| Some(one.id) == *of);
    }
    for (number, one) in wanted.iter().enumerate() {
        if shows.contains(&Some(number)) {
            continue;
        }
        if let Some(free) = shows.iter().position(Option::is_none) {
            (of[free], shows[free]) = (Some(one.id), Some(number));
        }
    }
}

/// Moves plates without a new layout of the screen: only a name that changes asks for one.
fn hang(
    scene: Res<Scene>,
    sides: Res<Sides>,
    plates: Res<Plates>,
    mut roots: Query<(&Plate, &mut Visibility, &mut UiTransform)>,
    mut names: Query<(&mut Text, &mut TextColor, &mut Visibility), Without<Plate>>,
    mut fills: Query<(&mut UiTransform, &mut BackgroundColor), Without<Plate>>,
    mut tracks: Query<&mut Visibility, (Without<Plate>, Without<Text>)>,
) {
    let shown = |yes: bool| if yes { Visibility::Inherited } else { Visibility::Hidden };
    for (plate, mut visibility, mut transform) in &mut roots {
        let wanted = plates.shows[plate.number].and_then(|shows| plates.wanted.get(shows));
        visibility.set_if_neq(shown(wanted.is_some()));
        let Some(wanted) = wanted else { continue };
        transform.translation = Val2::px(wanted.at.x - WIDTH / 2.0, wanted.top());
        if let Ok((mut text, mut colour, mut visibility)) = names.get_mut(plate.name) {
            visibility.set_if_neq(shown(wanted.named));
            let name = scene.name(wanted.id);
            if text.0 != name {
                name.clone_into(&mut text.0);
            }
            let leads = Some(wanted.id) == scene.leader();
            let of = if leads { palette::GOLD } else { palette::TEXT };
            colour.set_if_neq(TextColor(palette::translucent(of, 0.85)));
        }
        if let Ok(mut visibility) = tracks.get_mut(plate.track) {
            visibility.set_if_neq(Visibility::Inherited);
        }
        if let Ok((mut fill, mut colour)) = fills.get_mut(plate.fill) {
            let part = wanted.part;
            let scale = Vec2::new(part, 1.0);
            if fill.scale != scale {
                // It is scaled around its middle, and filled from the left.
                fill.scale = scale;
                fill.translation = Val2::px(-BAR.x * (1.0 - part) / 2.0, 0.0);
            }
            let of = sides.of(scene.side(wanted.id));
            colour.set_if_neq(BackgroundColor(palette::color(of)));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::eyes::{Eyes, tests as eyes};
    use crate::render::overhead;

    #[test]
    fn health_is_a_part_of_what_the_server_has_as_the_whole() {
        let of = |health, whole| {
            let pilot = PilotView { health, ..PilotView::still(PilotId(1)) };
            let wanted = want(&pilot, whole, Vec2::ZERO, Vec2::ZERO, false, false);
            (wanted.part, wanted.hurt)
        };
        assert_eq!(of(50, 50), (1.0, false));
        assert_eq!(of(100, 200), (0.5, true));
        assert_eq!(of(9, 0), (1.0, false), "no rules yet");
    }

    #[test]
    fn who_is_hidden_by_a_wall_has_no_plate_unless_it_fights_beside_the_player() {
        let (mut looks, mut scene) = (Eyes::default(), eyes::behind_a_wall());
        eyes::in_teams(&mut scene);
        eyes::look_for(&mut looks, &mut scene, 1.0);
        let mut app = App::new();
        app.insert_resource(Pointer::free(Vec2::new(30.0, 40.0)))
            .insert_resource(scene)
            .init_resource::<Plates>()
            .init_resource::<Solids>()
            .init_resource::<UiScale>()
            .add_systems(Update, choose);
        app.world_mut().spawn(overhead());
        app.update();
        let plates = app.world().resource::<Plates>();
        let mut ids: Vec<_> = plates.of.iter().flatten().map(|id| id.0).collect();
        ids.sort_unstable();
        assert_eq!(ids, [2, 3]);
    }

    #[test]
    fn a_plate_stays_with_its_pilot() {
        let wanted = |ids: &[u16]| -> Vec<Wanted> {
            let one = |id| PilotView::still(PilotId(id));
            let place = Vec2::ZERO;
            ids.iter().map(|&id| want(&one(id), 100, place, place, false, false)).collect()
        };
        let (mut of, mut shows) = ([None; 3], [None; 3]);
        assign(&wanted(&[5, 6]), &mut of, &mut shows);
        assert_eq!(of, [Some(PilotId(5)), Some(PilotId(6)), None]);
        assign(&wanted(&[7, 6]), &mut of, &mut shows);
        assert_eq!((of[1], shows[1]), (Some(PilotId(6)), Some(1)));
        assert_eq!((of[0], shows[0]), (Some(PilotId(7)), Some(0)));
        assign(&wanted(&[]), &mut of, &mut shows);
        assert_eq!(shows, [None; 3]);
    }
}
