//! Pilots: a figure on a ring, a shield while nobody can hurt it, a trail behind a dash, shards where
//! one fell.

use std::collections::HashMap;
use std::f32::consts::TAU;

use bevy::light::{NotShadowCaster, NotShadowReceiver};
use bevy::prelude::*;
use game_sim::PilotId;

use super::effect::{Effect, Effects, Shape};
use super::paint::{Paint, Paints};
use super::{figure, palette, place, turn};
use crate::scene::Scene;

/// Radius of the ring under a pilot; the own one is wider, so that one finds oneself in a crowd.
const RING_M: (f32, f32) = (0.86, 0.68);
/// How high rings lie, to be above the floor without doubt.
const RING_HEIGHT_M: f32 = 0.04;
/// Time between two ghosts of a dash.
const GHOST_S: f32 = 0.02;

/// The meshes of both sides: the own pilot, and all others.
pub struct Bodies {
    figures: [Handle<Mesh>; 2],
    rings: [Handle<Mesh>; 2],
    shield: Handle<Mesh>,
}

impl FromWorld for Bodies {
    fn from_world(world: &mut World) -> Self {
        let mut meshes = world.resource_mut::<Assets<Mesh>>();
        Self {
            figures: [palette::OWN, palette::ENEMY].map(|rgb| meshes.add(figure::pilot(rgb))),
            rings: [(palette::OWN, RING_M.0), (palette::ENEMY, RING_M.1)]
                .map(|(rgb, radius_m)| meshes.add(figure::ring(rgb, radius_m))),
            shield: meshes.add(Sphere::new(1.0).mesh().uv(20, 12)),
        }
    }
}

/// A pilot that is drawn.
pub struct Drawn {
    root: Entity,
    shield: Entity,
    alive: bool,
    position: Vec2,
    ghost_s: f32,
    fresh: bool,
}

/// What the scene says of one pilot, own or not.
#[derive(Clone, Copy)]
struct Look {
    id: PilotId,
    own: bool,
    position: Vec2,
    aim_radians: f32,
    alive: bool,
    protected: bool,
    dashing: bool,
    opacity: f32,
}

/// Moves, shows and hides figures.
pub fn draw(
    mut commands: Commands,
    time: Res<Time>,
    scene: Res<Scene>,
    paints: Res<Paints>,
    bodies: Local<Bodies>,
    mut drawn: Local<HashMap<PilotId, Drawn>>,
    mut transforms: Query<(&mut Transform, &mut Visibility)>,
    mut effects: Effects,
) {
    drawn.values_mut().for_each(|figure| figure.fresh = false);
    for look in looks(&scene) {
        let figure =
            drawn.entry(look.id).or_insert_with(|| spawn(&mut commands, &bodies, &paints, &look));
        figure.fresh = true;
        burst_or_appear(figure, &look, &mut effects);
        trail(figure, &look, time.delta_secs(), &mut effects);
        figure.alive = look.alive;
        figure.position = look.position;
        if let Ok((mut transform, mut visibility)) = transforms.get_mut(figure.root) {
            *transform = stance(&look);
            visibility.set_if_neq(shown(look.alive && look.opacity > 0.0));
        }
        if let Ok((mut transform, mut visibility)) = transforms.get_mut(figure.shield) {
            let beat = (time.elapsed_secs() * 9.0).sin() * 0.06;
            transform.scale = Vec3::new(0.95 + beat, 1.15 + beat, 0.95 + beat);
            visibility.set_if_neq(shown(look.protected));
        }
    }
    drawn.retain(|_, figure| {
        if !figure.fresh {
            commands.entity(figure.root).despawn();
        }
        figure.fresh
    });
}

/// Everybody in sight, and oneself.
fn looks(scene: &Scene) -> impl Iterator<Item = Look> {
    let own = scene.own.zip(scene.me).map(|(own, id)| Look {
        id,
        own: true,
        position: own.position,
        aim_radians: own.aim_radians,
        alive: own.alive,
        protected: own.protected,
        dashing: own.dashing,
        opacity: 1.0,
    });
    let others = scene.pilots.iter().filter(|pilot| Some(pilot.id) != scene.me);
    own.into_iter().chain(others.map(|pilot| Look {
        id: pilot.id,
        own: false,
        position: pilot.position,
        aim_radians: pilot.aim_radians,
        alive: pilot.alive,
        protected: pilot.protected,
        dashing: pilot.dashing,
        opacity: pilot.opacity,
    }))
}

fn shown(yes: bool) -> Visibility {
    if yes { Visibility::Inherited } else { Visibility::Hidden }
}

/// Who has not been heard of for a while dwindles: all figures of a side share one material.
fn stance(look: &Look) -> Transform {
    Transform::from_translation(place(look.position, 0.0))
        .with_rotation(turn(look.aim_radians))
        .with_scale(Vec3::splat(look.opacity.max(0.01)))
}

fn spawn(commands: &mut Commands, bodies: &Bodies, paints: &Paints, look: &Look) -> Drawn {
    let side = usize::from(!look.own);
    let root = commands
        .spawn((
            Mesh3d(bodies.figures[side].clone()),
            MeshMaterial3d(paints.lit.clone()),
            stance(look),
            shown(look.alive),
        ))
        .id();
    commands.spawn((
        ChildOf(root),
        Mesh3d(bodies.rings[side].clone()),
        MeshMaterial3d(paints.plain.clone()),
        Transform::from_xyz(0.0, RING_HEIGHT_M, 0.0),
        NotShadowCaster,
    ));
    let shield = commands
        .spawn((
            ChildOf(root),
            Mesh3d(bodies.shield.clone()),
            MeshMaterial3d(paints.at(Paint::Shield, 0.3).clone()),
            Transform::from_xyz(0.0, 0.6, 0.0),
            shown(look.protected),
            NotShadowCaster,
            NotShadowReceiver,
        ))
        .id();
    Drawn { root, shield, alive: look.alive, position: look.position, ghost_s: 0.0, fresh: true }
}

fn paint(look: &Look) -> Paint {
    if look.own { Paint::Own } else { Paint::Enemy }
}

/// Shards where somebody fell, a closing ring where somebody appears.
fn burst_or_appear(figure: &Drawn, look: &Look, effects: &mut Effects) {
    let floor = Transform::from_translation(place(look.position, 0.08));
    if !figure.alive && look.alive {
        let ring = Effect::new(Shape::Ring, paint(look), floor, Vec3::splat(3.2), 0.45);
        effects.spawn(ring.to_size(Vec3::splat(0.5)));
    }
    if !figure.alive || look.alive {
        return;
    }
    let middle = Transform::from_translation(place(figure.position, 0.8));
    effects.spawn(
        Effect::new(Shape::Ball, Paint::Fire, middle, Vec3::splat(0.5), 0.16)
            .to_size(Vec3::splat(1.3)),
    );
    effects.spawn(
        Effect::new(Shape::Ring, paint(look), floor, Vec3::splat(0.4), 0.5)
            .to_size(Vec3::splat(2.4)),
    );
    for shard in 0..14 {
        // The golden angle spreads any number of shards evenly.
        let angle = shard as f32 * TAU * 0.618;
        let speed = 2.5 + (shard % 5) as f32 * 0.9;
        let up = 3.0 + (shard % 4) as f32 * 1.3;
        let size = Vec3::splat(0.16 + (shard % 3) as f32 * 0.07);
        let velocity = turn(angle) * Vec3::X * speed + Vec3::Y * up;
        let start = middle.with_rotation(Quat::from_rotation_x(angle) * turn(angle * 1.7));
        effects.spawn(
            Effect::new(Shape::Cube, paint(look), start, size, 0.9)
                .to_size(size * 0.3)
                .flying(velocity, 14.0),
        );
    }
}

/// Ghosts along a dash.
fn trail(figure: &mut Drawn, look: &Look, seconds: f32, effects: &mut Effects) {
    figure.ghost_s = (figure.ghost_s - seconds).max(0.0);
    let moved = look.position - figure.position;
    if !look.dashing || !look.alive || figure.ghost_s > 0.0 || moved.length() > 3.0 {
        return;
    }
    figure.ghost_s = GHOST_S;
    let start = Transform::from_translation(place(look.position - moved * 0.5, 0.5));
    let long = Vec3::new(0.35 + moved.length(), 0.7, 0.6);
    effects.spawn(
        Effect::new(
            Shape::Cube,
            paint(look),
            start.with_rotation(turn(moved.to_angle())),
            long,
            0.28,
        )
        .to_size(Vec3::new(long.x, 0.1, 0.1))
        .strength(0.6),
    );
}
