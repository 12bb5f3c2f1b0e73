//! Names and health over other pilots.

use bevy::prelude::*;

use super::{Hud, text};
use crate::frame::Frame;
use crate::render::{Eye, palette, place};
use crate::scene::Scene;

/// Plates at once; of more pilots the first in sight have one.
const PLATES: usize = 48;
/// How high above the floor a plate hangs, in metres.
const HEIGHT_M: f32 = 2.5;
/// Width of a plate in pixels.
const WIDTH: f32 = 84.0;

#[derive(Component)]
struct Plate(usize);

#[derive(Component)]
struct Health;

pub(super) fn plugin(app: &mut App) {
    app.add_systems(Startup, spawn).add_systems(Update, hang.in_set(Frame::Overlay));
}

fn spawn(mut commands: Commands) {
    let root = Node { position_type: PositionType::Absolute, ..default() };
    commands.spawn((Hud, root, GlobalZIndex(-1))).with_children(|plates| {
        for number in 0..PLATES {
            let node = Node {
                position_type: PositionType::Absolute,
                width: px(WIDTH),
                flex_direction: FlexDirection::Column,
                align_items: AlignItems::Center,
                row_gap: px(2),
                ..default()
            };
            let track = Node { width: px(46), height: px(5), ..default() };
            let fill = Node { width: percent(100), height: percent(100), ..default() };
            plates.spawn((
                node,
                Plate(number),
                Visibility::Hidden,
                children![
                    (text("", 13.0, palette::TEXT), TextShadow { offset: Vec2::ONE, ..default() },),
                    (
                        track,
                        BackgroundColor(palette::color(palette::TRACK)),
                        children![(fill, BackgroundColor(palette::color(palette::ENEMY)), Health)],
                    ),
                ],
            ));
        }
    });
}

fn hang(
    scene: Res<Scene>,
    eye: Single<(&Camera, &GlobalTransform), With<Eye>>,
    mut plates: Query<(&Plate, &mut Node, &mut Visibility, &Children), Without<Health>>,
    mut texts: Query<&mut Text>,
    tracks: Query<&Children>,
    mut fills: Query<&mut Node, With<Health>>,
) {
    let (camera, transform) = *eye;
    let seen: Vec<_> = scene
        .pilots
        .iter()
        .filter(|pilot| pilot.alive)
        .filter_map(|pilot| {
            let above = place(pilot.position, HEIGHT_M);
            Some((pilot, camera.world_to_viewport(transform, above).ok()?))
        })
        .collect();
    for (Plate(number), mut node, mut visibility, parts) in &mut plates {
        let Some((pilot, at)) = seen.get(*number) else {
            visibility.set_if_neq(Visibility::Hidden);
            continue;
        };
        visibility.set_if_neq(Visibility::Inherited);
        (node.left, node.top) = (px(at.x - WIDTH / 2.0), px(at.y - 24.0));
        for part in parts.iter() {
            if let Ok(mut text) = texts.get_mut(part)
                && text.0 != scene.name(pilot.id)
            {
                text.0 = scene.name(pilot.id).to_owned();
            }
            for fill in tracks.get(part).into_iter().flatten() {
                if let Ok(mut fill) = fills.get_mut(*fill) {
                    fill.width = percent(pilot.health);
                }
            }
        }
    }
}
