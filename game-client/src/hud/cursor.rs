//! What tells of hits at once: a mark at the pointer when one lands, a skull when it killed, a red frame
//! when one is taken, thickest on the side that it came from.

use bevy::prelude::*;
use bevy::window::PrimaryWindow;

use super::{Hud, icon};
use crate::frame::Frame;
use crate::happening::{Happening, What};
use crate::render::palette;
use crate::scene::Scene;
use crate::settings::Settings;

/// How long a mark stays, in seconds; that of a kill; the frame.
const MARK_S: f32 = 0.25;
const KILL_S: f32 = 0.9;
const FRAME_S: f32 = 0.7;
/// Sizes of the marks and the frame in pixels.
const MARK: f32 = 40.0;
const SKULL: f32 = 30.0;
const FRAME: f32 = 16.0;

/// The mark of a hit, or of a kill.
#[derive(Component, Clone, Copy, PartialEq, Eq)]
enum Mark {
    Hit,
    Kill,
}

#[derive(Component)]
struct RedFrame;

/// How much is left of each, and where the last hit came from.
#[derive(Resource, Default)]
struct Left {
    hit_s: f32,
    kill_s: f32,
    hurt_s: f32,
    from_radians: f32,
}

pub(super) fn plugin(app: &mut App) {
    app.init_resource::<Left>()
        .add_systems(Startup, spawn)
        .add_systems(Update, (notice, draw, frame).chain().in_set(Frame::Overlay));
}

fn spawn(mut commands: Commands, server: Res<AssetServer>) {
    for (name, size, colour, mark) in
        [("mark", MARK, palette::TEXT, Mark::Hit), ("skull", SKULL, palette::DANGER, Mark::Kill)]
    {
        let root = Node { position_type: PositionType::Absolute, ..default() };
        let sign = (icon(&server, name, size, colour), mark, UiTransform::default());
        commands.spawn((Hud, root, children![sign]));
    }
    let frame = Node {
        position_type: PositionType::Absolute,
        width: percent(100),
        height: percent(100),
        border: UiRect::all(px(FRAME)),
        ..default()
    };
    commands.spawn((Hud, frame, BorderColor::all(Color::NONE), RedFrame));
}

fn notice(time: Res<Time>, mut happenings: MessageReader<Happening>, mut left: ResMut<Left>) {
    let seconds = time.delta_secs();
    left.hit_s = (left.hit_s - seconds).max(0.0);
    left.kill_s = (left.kill_s - seconds).max(0.0);
    left.hurt_s = (left.hurt_s - seconds).max(0.0);
    for happening in happenings.read() {
        match happening.what {
            What::Hit => left.hit_s = MARK_S,
            What::Kill { .. } => left.kill_s = KILL_S,
            What::Hurt { from_radians } => {
                (left.hurt_s, left.from_radians) = (FRAME_S, from_radians);
            }
            _ => {}
        }
    }
}

fn draw(
    (left, scale): (Res<Left>, Res<UiScale>),
    window: Option<Single<&Window, With<PrimaryWindow>>>,
    mut marks: Query<(&Mark, &mut ImageNode, &mut UiTransform)>,
) {
    let Some(window) = window else { return };
    let at = window.cursor_position().unwrap_or(window.size() / 2.0) / scale.0;
    for (mark, mut image, mut transform) in &mut marks {
        let (part, of, offset) = match mark {
            Mark::Hit => (left.hit_s / MARK_S, palette::TEXT, Vec2::splat(MARK / 2.0)),
            Mark::Kill => {
                (left.kill_s / KILL_S, palette::DANGER, Vec2::new(SKULL / 2.0, -MARK / 2.0))
            }
        };
        let colour = palette::translucent(of, part);
        if image.color != colour {
            image.color = colour;
            transform.translation = Val2::px(at.x - offset.x, at.y - offset.y);
            transform.scale = Vec2::splat(1.0 + 0.4 * part);
        }
    }
}

fn frame(
    left: Res<Left>,
    scene: Res<Scene>,
    settings: Res<Settings>,
    mut border: Single<&mut BorderColor, With<RedFrame>>,
) {
    let alive = scene.own.is_some_and(|own| own.alive);
    let strength = if alive { left.hurt_s / FRAME_S * settings.flashes } else { 0.0 };
    let [right, top, left, bottom] = weights(left.from_radians)
        .map(|weight| palette::translucent(palette::DANGER, weight * strength * 0.85));
    border.set_if_neq(BorderColor { top, right, bottom, left });
}

/// How red each side is, right, top, left, bottom, for a hit from there: a little all around, most
/// where it came from.
fn weights(from_radians: f32) -> [f32; 4] {
    let from = Vec2::from_angle(from_radians);
    [from.x, from.y, -from.x, -from.y].map(|along| 0.08 + 0.92 * along.max(0.0).powi(2))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_frame_is_reddest_where_the_hit_came_from() {
        let [right, top, left, bottom] = weights(0.1);
        assert!(right > 0.9 && top < 0.2 && left < 0.2 && bottom < 0.2);
        let [_, top, ..] = weights(std::f32::consts::FRAC_PI_2);
        assert!(top > 0.99);
    }
}
