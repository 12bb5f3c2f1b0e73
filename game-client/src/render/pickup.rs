//! Pickups: a pad on the floor that stays, and above it the sign of what lies there, turning.

use bevy::light::NotShadowCaster;
use bevy::prelude::*;
use game_sim::PickupKind;
use std::collections::HashMap;

use super::models::Models;
use super::paint::Paints;
use super::place;
use crate::scene::Scene;

/// How high signs float.
const FLOAT_M: f32 = 0.85;
/// How fast they turn, in radians per second.
const TURN_RATE: f32 = 1.6;

/// A pickup that is drawn, by its place in the arena's list.
pub struct Drawn {
    pad: Entity,
    sign: Entity,
    fresh: bool,
}

/// Shows those in sight.
pub fn draw(
    mut commands: Commands,
    time: Res<Time>,
    scene: Res<Scene>,
    (paints, models): (Res<Paints>, Res<Models>),
    mut drawn: Local<HashMap<u16, Drawn>>,
    mut transforms: Query<(&mut Transform, &mut Visibility)>,
) {
    drawn.values_mut().for_each(|pickup| pickup.fresh = false);
    let seconds = time.elapsed_secs();
    for pickup in &scene.pickups {
        let entry = drawn.entry(pickup.index).or_insert_with(|| {
            spawn(&mut commands, &models, &paints, pickup.kind, pickup.position)
        });
        entry.fresh = true;
        if let Ok((mut transform, mut visibility)) = transforms.get_mut(entry.sign) {
            // Each a little later than its neighbour, so that a row of them is not a drill.
            let phase = seconds * TURN_RATE + f32::from(pickup.index);
            transform.rotation = Quat::from_rotation_y(phase);
            transform.translation.y = FLOAT_M + (phase * 1.7).sin() * 0.08;
            let shown = if pickup.available { Visibility::Inherited } else { Visibility::Hidden };
            visibility.set_if_neq(shown);
        }
    }
    drawn.retain(|_, pickup| {
        if !pickup.fresh {
            commands.entity(pickup.pad).despawn();
        }
        pickup.fresh
    });
}

fn spawn(
    commands: &mut Commands,
    models: &Models,
    paints: &Paints,
    kind: PickupKind,
    position: Vec2,
) -> Drawn {
    let pad = commands
        .spawn((
            Mesh3d(models.pad(kind).clone()),
            MeshMaterial3d(paints.plain.clone()),
            Transform::from_translation(place(position, 0.02)),
            Visibility::Inherited,
            NotShadowCaster,
        ))
        .id();
    let sign = commands
        .spawn((
            ChildOf(pad),
            Mesh3d(models.sign(kind).clone()),
            MeshMaterial3d(paints.plain.clone()),
            Transform::from_xyz(0.0, FLOAT_M, 0.0),
            Visibility::Hidden,
        ))
        .id();
    Drawn { pad, sign, fresh: true }
}
