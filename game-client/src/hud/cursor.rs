//! What tells of hits at once: a mark at the middle of the aim when one lands, a red frame when one
//! is taken.

use bevy::prelude::*;
use bevy::window::PrimaryWindow;

use super::{Hud, text};
use crate::frame::Frame;
use crate::render::palette;
use crate::scene::Scene;

/// How long a mark stays, in seconds.
const MARK_S: f32 = 0.25;
/// How long the frame stays.
const FRAME_S: f32 = 0.6;
const MARK_SIZE: f32 = 30.0;

#[derive(Component)]
struct Mark;
#[derive(Component)]
struct RedFrame;

/// The counters that were seen last, and how much of a mark is left.
#[derive(Resource, Default)]
struct Seen {
    counters: Option<(u8, u8)>,
    hit_s: f32,
    hurt_s: f32,
}

pub(super) fn plugin(app: &mut App) {
    app.init_resource::<Seen>()
        .add_systems(Startup, spawn)
        .add_systems(Update, (notice, draw).chain().in_set(Frame::Overlay));
}

fn spawn(mut commands: Commands) {
    let mark = Node { position_type: PositionType::Absolute, ..default() };
    commands.spawn((Hud, mark, children![(text("x", MARK_SIZE, palette::TEXT), Mark)]));
    let frame = Node {
        position_type: PositionType::Absolute,
        width: percent(100),
        height: percent(100),
        border: UiRect::all(px(14)),
        ..default()
    };
    commands.spawn((Hud, frame, BorderColor::all(Color::NONE), RedFrame));
}

fn notice(time: Res<Time>, scene: Res<Scene>, mut seen: ResMut<Seen>) {
    let seconds = time.delta_secs();
    seen.hit_s = (seen.hit_s - seconds).max(0.0);
    seen.hurt_s = (seen.hurt_s - seconds).max(0.0);
    let now = scene.own.map(|own| (own.hits, own.hurt));
    if let (Some((hits, hurt)), Some(before)) = (now, seen.counters) {
        if hits != before.0 {
            seen.hit_s = MARK_S;
        }
        if hurt != before.1 {
            seen.hurt_s = FRAME_S;
        }
    }
    seen.counters = now;
}

fn draw(
    seen: Res<Seen>,
    window: Single<&Window, With<PrimaryWindow>>,
    mark: Single<(&mut TextColor, &ChildOf), With<Mark>>,
    mut frame: Single<&mut BorderColor, With<RedFrame>>,
    mut nodes: Query<&mut Node>,
) {
    let (mut colour, parent) = mark.into_inner();
    colour.0 = palette::translucent(palette::TEXT, seen.hit_s / MARK_S);
    let at = window.cursor_position().unwrap_or(window.size() / 2.0);
    if let Ok(mut node) = nodes.get_mut(parent.parent()) {
        (node.left, node.top) = (px(at.x - MARK_SIZE * 0.3), px(at.y - MARK_SIZE * 0.6));
    }
    **frame = BorderColor::all(palette::translucent(palette::DANGER, 0.55 * seen.hurt_s / FRAME_S));
}
