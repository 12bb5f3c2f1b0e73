//! In a crowd, an arrow over the own pilot: among many of its own colour nobody finds it else.

use bevy::prelude::*;

use super::plates::{self, HEIGHT_M, Plates};
use super::{Hud, icon};
use crate::frame::Frame;
use crate::render::palette::{self, Side, Sides};
use crate::render::{Eye, place};
use crate::scene::Scene;

/// Side of the arrow in pixels, and of its dark rim.
const SIZE: f32 = 24.0;
const RIM: f32 = 34.0;
/// All of it that must stay free above the own pilot, in pixels.
pub(super) const TAKEN: f32 = RIM;

#[derive(Component)]
struct Arrow;

/// What has the colour of the own side.
#[derive(Component)]
struct Dyed;

pub(super) fn plugin(app: &mut App) {
    app.add_systems(Startup, spawn)
        .add_systems(Update, show.after(plates::choose).in_set(Frame::Overlay));
}

fn spawn(mut commands: Commands, server: Res<AssetServer>) {
    let whole = Node {
        position_type: PositionType::Absolute,
        width: px(RIM),
        height: px(RIM),
        align_items: AlignItems::Center,
        justify_content: JustifyContent::Center,
        ..default()
    };
    let down = UiTransform::from_rotation(Rot2::PI);
    let rim = icon(&server, "arrow", RIM, palette::PANEL);
    let middle = (icon(&server, "arrow", SIZE, palette::OWN), Dyed);
    commands
        .spawn((Hud, Node { position_type: PositionType::Absolute, ..default() }))
        .with_children(|root| {
            root.spawn((whole, down, Arrow, Visibility::Hidden)).with_children(|arrow| {
                arrow
                    .spawn(Node { position_type: PositionType::Absolute, ..default() })
                    .with_child(rim);
                arrow.spawn(middle);
            });
        });
}

fn show(
    (scene, sides, scale): (Res<Scene>, Res<Sides>, Res<UiScale>),
    plates: Res<Plates>,
    eye: Single<(&Camera, &GlobalTransform), With<Eye>>,
    arrow: Single<(&mut UiTransform, &mut Visibility), With<Arrow>>,
    mut dyed: Single<&mut ImageNode, With<Dyed>>,
) {
    let (camera, transform) = *eye;
    let (mut at, mut visibility) = arrow.into_inner();
    let own = scene.own.filter(|own| own.alive && plates.is_crowd() && !scene.round.over);
    let seen =
        own.and_then(|own| camera.world_to_viewport(transform, place(own.position, HEIGHT_M)).ok());
    let shown = if seen.is_some() { Visibility::Inherited } else { Visibility::Hidden };
    visibility.set_if_neq(shown);
    let Some(seen) = seen else { return };
    let seen = seen / scale.0;
    at.translation = Val2::px(seen.x - RIM / 2.0, seen.y - RIM);
    let colour = palette::color(sides.of(Side::Own));
    if dyed.color != colour {
        dyed.color = colour;
    }
}
