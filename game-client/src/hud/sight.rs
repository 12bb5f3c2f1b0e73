//! The pointer of the fight while it is captured: the system shows none then.

use bevy::prelude::*;

use super::{Hud, icon};
use crate::frame::Frame;
use crate::input::Aims;
use crate::input::pointer::Pointer;
use crate::render::palette;
use crate::scene::Scene;

/// Size of the sight in pixels, and of the dark one behind it, which keeps it apart from pale walls.
const SIZE: f32 = 34.0;
const BEHIND: f32 = 38.0;

/// Its two parts, each half its size up and left of the pointer.
#[derive(Component)]
struct Sight(f32);

pub(super) fn plugin(app: &mut App) {
    app.add_systems(Startup, spawn).add_systems(Update, show.in_set(Frame::Overlay));
}

fn spawn(mut commands: Commands, server: Res<AssetServer>) {
    for (size, colour) in [(BEHIND, palette::VOID), (SIZE, palette::TEXT)] {
        let root = Node { position_type: PositionType::Absolute, ..default() };
        let part = (icon(&server, "sight", size, colour), UiTransform::default());
        // Above plates and marks, below menus.
        commands.spawn((Hud, root, GlobalZIndex(2), Pickable::IGNORE)).with_child((
            part,
            Sight(size / 2.0),
            Visibility::Hidden,
            Pickable::IGNORE,
        ));
    }
}

fn show(
    (pointer, aims, scale): (Res<Pointer>, Res<Aims>, Res<UiScale>),
    scene: Res<Scene>,
    mut sights: Query<(&Sight, &mut UiTransform, &mut Visibility)>,
) {
    let alive = scene.own.is_some_and(|own| own.alive);
    let at = pointer.at().filter(|_| pointer.is_captured() && *aims == Aims::Mouse && alive);
    for (Sight(half), mut transform, mut visibility) in &mut sights {
        visibility.set_if_neq(if at.is_some() {
            Visibility::Inherited
        } else {
            Visibility::Hidden
        });
        if let Some(at) = at {
            let at = at / scale.0 - *half;
            let translation = Val2::px(at.x, at.y);
            if transform.translation != translation {
                transform.translation = translation;
            }
        }
    }
}
