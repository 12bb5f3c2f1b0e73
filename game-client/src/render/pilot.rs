//! Pilots: a suit of armour that walks on a ring, a shield while nobody can hurt it, smoke when it is
//! badly hurt, ghosts behind a dash, a crown over whoever leads. What a wall hides of the own one shows through it
//! (`ghost`).

use std::collections::HashMap;
use std::f32::consts::TAU;

use bevy::light::{NotShadowCaster, NotShadowReceiver};
use bevy::prelude::*;
use game_sim::PilotId;

use super::effect::{Effect, Effects, Shape};
use super::ghost::Ghost;
use super::models::{HIP_M, Models};
use super::paint::{Paint, Paints};
use super::palette::Side;
use super::{place, turn};
use crate::happening::{Figure, figures};
use crate::scene::{PilotView, Scene};

/// Figures are drawn a little larger than the simulation has them, since they are seen from afar.
const SCALE: f32 = 1.16;
/// How high rings lie, to be above the floor without doubt.
const RING_HEIGHT_M: f32 = 0.05;
/// Time between two ghosts of a dash, and between two puffs of whoever is badly hurt.
const GHOST_S: f32 = 0.035;
const PUFF_S: f32 = 0.22;
/// The most ghosts in a frame, however long it lasts: older ones are gone.
const MOST_GHOSTS: usize = 10;
/// Who has less of the whole health smokes.
const SMOKING: f32 = 0.35;
/// How far a leg swings, and how far one walks in a whole turn of the swing.
const SWING_RADIANS: f32 = 0.75;
const STRIDE_M: f32 = 2.6;
/// How fast the gait follows the way: the part that is left after a second.
const GAIT_LEFT: f32 = 1e-5;
/// How far the body leans for each metre per second.
const LEAN_RADIANS: f32 = 0.022;

/// A pilot that is drawn.
pub struct Drawn {
    root: Entity,
    side: Side,
    /// Whether it stands where the player's pilot does not see.
    dark: bool,
    body: Entity,
    armour: Entity,
    legs: [Entity; 2],
    ring: Entity,
    shield: Entity,
    position: Vec2,
    /// The way since the last frame.
    moved: Vec2,
    /// In metres per second, smoothed.
    velocity: Vec2,
    walked_m: f32,
    heading: f32,
    wait_s: f32,
    fresh: bool,
}

/// Everybody that is drawn, and the crown.
#[derive(Default)]
pub struct Crowd {
    pilots: HashMap<PilotId, Drawn>,
    crown: Option<Entity>,
}

/// Moves, shows and hides figures.
pub fn draw(
    mut commands: Commands,
    time: Res<Time>,
    scene: Res<Scene>,
    (paints, models, ghost): (Res<Paints>, Res<Models>, Res<Ghost>),
    mut crowd: Local<Crowd>,
    mut parts: Query<(&mut Transform, &mut Visibility)>,
    mut looks: Query<&mut MeshMaterial3d<StandardMaterial>>,
    mut effects: Effects,
) {
    let (seconds, now_s) = (time.delta_secs(), time.elapsed_secs());
    let Crowd { pilots, crown } = &mut *crowd;
    let (leader, mut crowned) = (scene.leader(), None);
    pilots.values_mut().for_each(|drawn| drawn.fresh = false);
    for figure in figures(&scene) {
        let pilot = &figure.pilot;
        let drawn = pilots
            .entry(pilot.id)
            .or_insert_with(|| spawn(&mut commands, (&models, &paints, &ghost), &figure));
        if drawn.side != figure.side {
            // Whoever is watched now or no more, or has another team, is drawn in other colours.
            commands.entity(drawn.root).despawn();
            *drawn = spawn(&mut commands, (&models, &paints, &ghost), &figure);
        }
        drawn.fresh = true;
        drawn.dim(figure.side != Side::Own && pilot.hidden, &paints, &mut looks);
        drawn.walk(pilot, seconds);
        drawn.leave_behind(&figure, scene.rules.health, seconds, &mut effects);
        drawn.pose(pilot, now_s, &mut parts);
        if leader == Some(pilot.id) && pilot.is_seen() {
            crowned = Some(pilot.position);
        }
    }
    pilots.retain(|_, drawn| {
        if !drawn.fresh {
            commands.entity(drawn.root).despawn();
        }
        drawn.fresh
    });
    let crown = *crown.get_or_insert_with(|| {
        let looks = (Mesh3d(models.crown.clone()), MeshMaterial3d(paints.plain.clone()));
        commands.spawn((looks, Transform::default(), Visibility::Hidden, NotShadowCaster)).id()
    });
    if let Ok((mut transform, mut visibility)) = parts.get_mut(crown) {
        visibility.set_if_neq(shown(crowned.is_some()));
        if let Some(point) = crowned {
            let height_m = 2.25 + (now_s * 2.4).sin() * 0.07;
            *transform = Transform::from_translation(place(point, height_m))
                .with_rotation(turn(now_s * 1.2))
                .with_scale(Vec3::splat(1.5));
        }
    }
}

impl Drawn {
    /// Who stands in the dark is as dark as the floor there.
    fn dim(
        &mut self,
        dark: bool,
        paints: &Paints,
        looks: &mut Query<&mut MeshMaterial3d<StandardMaterial>>,
    ) {
        // One that is new has no parts to be asked for yet.
        if self.dark == dark || !looks.contains(self.body) {
            return;
        }
        self.dark = dark;
        let figure = paints.figure(dark);
        let [one, other] = self.legs;
        for (part, paint) in [
            (self.body, figure),
            (one, figure),
            (other, figure),
            (self.armour, paints.armour(self.side, dark)),
            (self.ring, paints.sign(self.side, dark)),
        ] {
            if let Ok(mut look) = looks.get_mut(part) {
                look.0 = paint.clone();
            }
        }
    }

    fn walk(&mut self, pilot: &PilotView, seconds: f32) {
        let moved = pilot.position - self.position;
        self.position = pilot.position;
        // A jump is a respawn, and no way to walk.
        let moved = if moved.length() > 3.0 { Vec2::ZERO } else { moved };
        self.moved = moved;
        let velocity = if seconds > 0.0 { moved / seconds } else { self.velocity };
        self.velocity = velocity.lerp(self.velocity, GAIT_LEFT.powf(seconds));
        let speed = self.velocity.length();
        self.walked_m += moved.length();
        self.heading = if speed > 0.8 {
            // Whoever walks backwards does not turn the legs around.
            let way = self.velocity / speed;
            let backwards = way.dot(Vec2::from_angle(pilot.aim_radians)) < -0.35;
            (if backwards { -way } else { way }).to_angle()
        } else {
            pilot.aim_radians
        };
    }

    /// Ghosts of a dash, and the smoke of whoever is badly hurt, where `health` is the whole.
    fn leave_behind(
        &mut self,
        &Figure { side, ref pilot }: &Figure,
        health: u8,
        seconds: f32,
        effects: &mut Effects,
    ) {
        let dashes = pilot.dashing && self.velocity.length() > 1.0;
        let waited_s = self.wait_s - seconds;
        self.wait_s = if dashes { waited_s.max(-seconds) } else { waited_s.max(0.0) };
        if !pilot.alive || self.wait_s > 0.0 {
            return;
        }
        let point = pilot.position;
        if dashes {
            let paint = Paint::Side(side);
            let long = self.velocity.length() * 0.05 + 0.5;
            for (part, age_s) in ghosts(&mut self.wait_s, seconds) {
                let point = point - self.moved * part;
                let start = Transform::from_translation(place(point, 0.0))
                    .with_rotation(turn(pilot.aim_radians));
                let ghost = Effect::new(Shape::Armour, paint, start, Vec3::splat(SCALE), 0.36);
                effects.spawn(ghost.strength(0.55).aged(age_s));
                let streak = Transform::from_translation(place(point, 0.55))
                    .with_rotation(turn(self.velocity.to_angle()));
                effects.spawn(
                    Effect::new(Shape::Cube, paint, streak, Vec3::new(long, 0.5, 0.5), 0.30)
                        .to_size(Vec3::new(long, 0.05, 0.05))
                        .strength(0.5)
                        .aged(age_s),
                );
            }
        } else if f32::from(pilot.health) < SMOKING * f32::from(health) {
            self.wait_s = PUFF_S;
            let start = Transform::from_translation(place(point, 1.3))
                .with_rotation(turn(self.walked_m + point.x));
            effects.spawn(
                Effect::new(Shape::Puff, Paint::Smoke, start, Vec3::splat(0.16), 0.9)
                    .to_size(Vec3::splat(0.5))
                    .flying(Vec3::new(0.3, 1.7, 0.2), 0.0),
            );
        }
    }

    fn pose(
        &self,
        pilot: &PilotView,
        now_s: f32,
        parts: &mut Query<(&mut Transform, &mut Visibility)>,
    ) {
        if let Ok((mut transform, mut visibility)) = parts.get_mut(self.root) {
            *transform = stance(pilot);
            visibility.set_if_neq(shown(pilot.is_seen()));
        }
        if !pilot.alive {
            return;
        }
        let mut put = |part: Entity, posed: Transform| {
            if let Ok((mut transform, _)) = parts.get_mut(part) {
                *transform = posed;
            }
        };
        let speed = self.velocity.length();
        let phase = self.walked_m / STRIDE_M * TAU;
        let swing = phase.sin() * SWING_RADIANS * (speed / 5.0).min(1.0);
        let heading = turn(self.heading);
        for (leg, (side, swing)) in self.legs.into_iter().zip([(1.0, swing), (-1.0, -swing)]) {
            let hip = heading * Vec3::new(0.0, HIP_M.0, HIP_M.1 * side);
            let posed = heading * Quat::from_rotation_z(swing);
            put(leg, Transform::from_translation(hip).with_rotation(posed));
        }
        // Forward in the way that it runs, and a little up and down with each step.
        let axis = Vec3::Y.cross(place(self.velocity, 0.0)).normalize_or_zero();
        let lean = Quat::from_axis_angle(
            if axis == Vec3::ZERO { Vec3::X } else { axis },
            (speed * LEAN_RADIANS).min(0.42),
        );
        let bob = (phase * 2.0).cos() * 0.03 * (speed / 5.0).min(1.0);
        let body = Transform::from_xyz(0.0, bob, 0.0).with_rotation(lean * turn(pilot.aim_radians));
        put(self.body, body);
        put(self.armour, body);
        let ring = Transform::from_xyz(0.0, RING_HEIGHT_M, 0.0);
        put(self.ring, ring.with_rotation(turn(pilot.aim_radians)));
        if let Ok((mut transform, mut visibility)) = parts.get_mut(self.shield) {
            visibility.set_if_neq(shown(pilot.protected));
            if pilot.protected {
                let beat = (now_s * 9.0).sin() * 0.05;
                transform.scale = Vec3::new(0.95 + beat, 1.15 + beat, 0.95 + beat);
            }
        }
    }
}

/// The ghosts that a dash leaves in a frame of so many seconds, when the first was due at `wait_s` before its end: at
/// which part of the way back each stands, and how old it is. A slow machine shows as many as a fast one.
fn ghosts(wait_s: &mut f32, seconds: f32) -> impl Iterator<Item = (f32, f32)> {
    std::iter::from_fn(move || {
        let age_s = -*wait_s;
        if age_s < 0.0 {
            return None;
        }
        *wait_s += GHOST_S;
        Some(((age_s / seconds.max(1e-3)).min(1.0), age_s))
    })
    .take(MOST_GHOSTS)
}

fn shown(yes: bool) -> Visibility {
    if yes { Visibility::Inherited } else { Visibility::Hidden }
}

/// Who has not been heard of for a while dwindles: all figures of a side share their materials.
fn stance(pilot: &PilotView) -> Transform {
    Transform::from_translation(place(pilot.position, 0.0))
        .with_scale(Vec3::splat(SCALE * pilot.opacity.max(0.01)))
}

fn spawn(
    commands: &mut Commands,
    (models, paints, ghost): (&Models, &Paints, &Ghost),
    &Figure { side, ref pilot }: &Figure,
) -> Drawn {
    let root = commands.spawn((stance(pilot), shown(pilot.alive))).id();
    let mut part = |mesh: &Handle<Mesh>, material: &Handle<StandardMaterial>| {
        let looks = (Mesh3d(mesh.clone()), MeshMaterial3d(material.clone()));
        commands.spawn((ChildOf(root), looks, Transform::default())).id()
    };
    let body = part(&models.pilot, paints.figure(false));
    let armour = part(&models.armour, paints.armour(side, false));
    let legs = [(); 2].map(|()| part(&models.leg, paints.figure(false)));
    let ring = part(models.ring(side), paints.sign(side, false));
    let shield = part(&models.puff, paints.at(Paint::Shield, 0.3));
    if side == Side::Own {
        let [one, other] = legs;
        for (part, mesh) in [
            (body, &models.pilot),
            (armour, &models.armour),
            (one, &models.leg),
            (other, &models.leg),
        ] {
            commands.spawn(ghost.of(part, mesh));
        }
    }
    commands.entity(ring).insert((NotShadowCaster, NotShadowReceiver));
    commands.entity(shield).insert((
        Transform::from_xyz(0.0, 0.6, 0.0),
        Visibility::Hidden,
        NotShadowCaster,
        NotShadowReceiver,
    ));
    Drawn {
        root,
        side,
        dark: false,
        body,
        armour,
        legs,
        ring,
        shield,
        position: pilot.position,
        moved: Vec2::ZERO,
        velocity: Vec2::ZERO,
        walked_m: 0.0,
        heading: pilot.aim_radians,
        wait_s: 0.0,
        fresh: true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dash_leaves_as_many_ghosts_in_slow_frames_as_in_fast_ones() {
        let left = |frames: u16, seconds: f32| -> usize {
            let mut wait_s = 0.0;
            (0..frames)
                .map(|_| {
                    wait_s -= seconds;
                    let all: Vec<_> = ghosts(&mut wait_s, seconds).collect();
                    for (part, age_s) in &all {
                        assert!((0.0..=1.0).contains(part) && *age_s <= seconds + 1e-4);
                    }
                    all.len()
                })
                .sum()
        };
        let fast = left(60, 0.01);
        assert!((16..=18).contains(&fast), "{fast}");
        assert!(left(3, 0.2).abs_diff(fast) <= 1, "{}", left(3, 0.2));
    }
}
