//! Red at the edges of the picture when a hit is taken, most on the side that it came from.

use bevy::prelude::*;

use super::Hud;
use crate::frame::Frame;
use crate::happening::{Happening, What};
use crate::render::palette;
use crate::render::palette::Side;
use crate::scene::Scene;
use crate::settings::Settings;

/// How long the red stays, in seconds.
const RED_S: f32 = 0.7;
/// How far it and its blur reach into the picture, in pixels.
const RED: f32 = 5.0;
const BLUR: f32 = 26.0;
/// How dense it is at most: what is fought over is seen through it.
const RED_ALPHA: f32 = 0.6;
/// How thick what is red is: so much that its outer side is not seen through the blur.
const THICK: f32 = 170.0;

/// The red of an edge of the picture.
#[derive(Component, Clone, Copy)]
enum Edge {
    Right,
    Top,
    Left,
    Bottom,
}

/// How much is left of it, and where the last hit came from.
#[derive(Resource, Default)]
struct Hurt {
    left_s: f32,
    from_radians: f32,
}

pub(super) fn plugin(app: &mut App) {
    app.init_resource::<Hurt>()
        .add_systems(Startup, spawn)
        .add_systems(Update, (notice, redden).chain().in_set(Frame::Overlay));
}

fn spawn(mut commands: Commands) {
    for edge in [Edge::Right, Edge::Top, Edge::Left, Edge::Bottom] {
        // It lies beyond the edge, but for a little, and its blur reaches into the picture.
        let beyond = px(RED - THICK);
        let node = Node {
            position_type: PositionType::Absolute,
            left: px(-THICK),
            right: px(-THICK),
            top: px(-THICK),
            bottom: px(-THICK),
            ..default()
        };
        let upright = Node { width: px(THICK), ..node.clone() };
        let flat = Node { height: px(THICK), ..node };
        let node = match edge {
            Edge::Right => Node { right: beyond, left: Val::Auto, ..upright },
            Edge::Left => Node { left: beyond, right: Val::Auto, ..upright },
            Edge::Top => Node { top: beyond, bottom: Val::Auto, ..flat },
            Edge::Bottom => Node { bottom: beyond, top: Val::Auto, ..flat },
        };
        let red = BoxShadow::new(Color::NONE, Val::ZERO, Val::ZERO, Val::ZERO, px(BLUR));
        // Below all that must be read.
        commands.spawn((Hud, node, red, edge, GlobalZIndex(-2)));
    }
}

fn notice(time: Res<Time>, mut happenings: MessageReader<Happening>, mut hurt: ResMut<Hurt>) {
    hurt.left_s = (hurt.left_s - time.delta_secs()).max(0.0);
    for happening in happenings.read().filter(|happening| happening.side == Side::Own) {
        if let What::Hurt { from_radians } = happening.what {
            *hurt = Hurt { left_s: RED_S, from_radians };
        }
    }
}

fn redden(
    hurt: Res<Hurt>,
    scene: Res<Scene>,
    settings: Res<Settings>,
    mut edges: Query<(&Edge, &mut BoxShadow)>,
) {
    let alive = scene.own.is_some_and(|own| own.alive);
    let strength = if alive { hurt.left_s / RED_S * RED_ALPHA * settings.flashes } else { 0.0 };
    let weights = weights(hurt.from_radians);
    for (edge, mut shadow) in &mut edges {
        let red = palette::translucent(palette::DANGER, weights[*edge as usize] * strength);
        if shadow.first().is_some_and(|style| style.color != red)
            && let Some(style) = shadow.first_mut()
        {
            style.color = red;
        }
    }
}

/// How red each edge is, in their order, for a hit from there: only those are that it came from.
fn weights(from_radians: f32) -> [f32; 4] {
    let from = Vec2::from_angle(from_radians);
    [from.x, from.y, -from.x, -from.y].map(|along| along.max(0.0).powi(2))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scene::OwnView;
    use game_sim::Own;

    #[test]
    fn without_a_word_the_edge_tells_where_a_hit_came_from() {
        let mut app = App::new();
        let own = OwnView::new(&Own { alive: true, ..default() }, Vec2::ZERO, &default());
        app.insert_resource(Scene { own: Some(own), ..Scene::default() })
            .init_resource::<Settings>()
            .init_resource::<Hurt>()
            .init_resource::<Time>()
            .add_message::<Happening>()
            .add_systems(Startup, spawn)
            .add_systems(Update, (notice, redden).chain());
        let what = What::Hurt { from_radians: 0.0 };
        app.world_mut().write_message(Happening { what, side: Side::Own, point: Vec2::ZERO });
        app.update();
        let mut edges = app.world_mut().query_filtered::<(&Edge, &BoxShadow), Without<Text>>();
        let red = |shadow: &BoxShadow| shadow.first().unwrap().color.alpha() > 0.1;
        let red: Vec<_> =
            edges.iter(app.world()).map(|(edge, it)| (*edge as u8, red(it))).collect();
        assert_eq!(red, [(0, true), (1, false), (2, false), (3, false)], "it came from the right");
    }

    #[test]
    fn the_picture_is_reddest_where_the_hit_came_from() {
        let [right, top, left, bottom] = weights(0.1);
        assert!(right > 0.9 && top < 0.2 && left == 0.0 && bottom == 0.0);
        let [_, top, ..] = weights(std::f32::consts::FRAC_PI_2);
        assert!(top > 0.99);
    }
}
