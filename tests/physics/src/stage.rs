//! The scenes, played with rapier.

use rapier3d::prelude::*;

/// Where a body is.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pose {
    /// In metres, y up.
    pub(crate) position: [f32; 3],
    /// A quaternion: x, y, z, w.
    pub(crate) rotation: [f32; 4],
}

/// A scene in play.
pub(crate) struct Stage {
    bodies: RigidBodySet,
    colliders: ColliderSet,
    /// In the order of their ids.
    shown: Vec<RigidBodyHandle>,
    push: fn(&mut RigidBodySet, &[RigidBodyHandle], u32, &mut u64),
    seed: u64,
    hz: f32,
}

impl Stage {
    /// A large cube that somebody rolls about through 900 small ones, which lie in a square.
    pub(crate) fn cubes(seed: u64) -> Self {
        let mut stage = Self::floor(seed, 60.0, roll);
        stage.add(Vector::new(-12.0, 2.0, -12.0), 0.75);
        for number in 0..900_u16 {
            let (row, column) = (f32::from(number / 30), f32::from(number % 30));
            stage.add(Vector::new(column - 14.5, 0.2, row - 14.5), 0.2);
        }
        stage
    }

    /// 250 bodies in a pit, stirred so that they never rest.
    pub(crate) fn bodies(seed: u64) -> Self {
        let mut stage = Self::floor(seed, 30.0, stir);
        for (x, z) in [(6.0, 0.0), (-6.0, 0.0), (0.0, 6.0), (0.0, -6.0)] {
            let size = Vector::new(
                if x == 0.0 { 6.5 } else { 0.5 },
                20.0,
                if z == 0.0 { 6.5 } else { 0.5 },
            );
            let wall = ColliderBuilder::cuboid(size.x, size.y, size.z);
            stage.colliders.insert(wall.translation(Vector::new(x, 10.0, z)));
        }
        for number in 0..250_u16 {
            let (layer, place) = (f32::from(number / 25), number % 25);
            let (row, column) = (f32::from(place / 5), f32::from(place % 5));
            let position = Vector::new(column * 2.0 - 4.0, 1.0 + layer * 1.2, row * 2.0 - 4.0);
            stage.add(position, 0.4);
        }
        stage
    }

    fn floor(
        seed: u64,
        hz: f32,
        push: fn(&mut RigidBodySet, &[RigidBodyHandle], u32, &mut u64),
    ) -> Self {
        let mut colliders = ColliderSet::new();
        let floor = ColliderBuilder::cuboid(60.0, 0.5, 60.0);
        colliders.insert(floor.translation(Vector::new(0.0, -0.5, 0.0)));
        Self { bodies: RigidBodySet::new(), colliders, shown: Vec::new(), push, seed, hz }
    }

    fn add(&mut self, position: Vector, half: f32) {
        let body = self.bodies.insert(RigidBodyBuilder::dynamic().translation(position));
        let cube = ColliderBuilder::cuboid(half, half, half);
        self.colliders.insert_with_parent(cube, body, &mut self.bodies);
        self.shown.push(body);
    }

    /// Plays so many ticks; gives for each what `row` makes of every body.
    pub(crate) fn run(mut self, ticks: u32, row: impl Fn(Pose) -> Vec<i32>) -> Vec<Vec<Vec<i32>>> {
        let parameters = IntegrationParameters { dt: 1.0 / self.hz, ..Default::default() };
        let (mut pipeline, mut islands) = (PhysicsPipeline::new(), IslandManager::new());
        let (mut broad, mut narrow) = (BroadPhaseBvh::new(), NarrowPhase::new());
        let (mut joints, mut multibody) = (ImpulseJointSet::new(), MultibodyJointSet::new());
        let mut continuous = CCDSolver::new();
        let mut random = self.seed;
        let mut shown = Vec::new();
        for tick in 0..ticks {
            (self.push)(&mut self.bodies, &self.shown, tick, &mut random);
            pipeline.step(
                Vector::new(0.0, -20.0, 0.0),
                &parameters,
                &mut islands,
                &mut broad,
                &mut narrow,
                &mut self.bodies,
                &mut self.colliders,
                &mut joints,
                &mut multibody,
                &mut continuous,
                &(),
                &(),
            );
            let pose = |handle: &RigidBodyHandle| {
                let body = &self.bodies[*handle];
                let (position, rotation) = (body.translation(), body.rotation());
                Pose {
                    position: [position.x, position.y, position.z],
                    rotation: [rotation.x, rotation.y, rotation.z, rotation.w],
                }
            };
            shown.push(self.shown.iter().map(|handle| row(pose(handle))).collect());
        }
        shown
    }
}

/// How far the player's cube pulls at others, in metres.
const PULL_M: f32 = 3.0;

/// The player of the cubes: pushes the first body, in a direction that changes every second and a
/// half, back to the middle when it strays.
fn roll(bodies: &mut RigidBodySet, shown: &[RigidBodyHandle], tick: u32, random: &mut u64) {
    let Some(body) = shown.first().and_then(|player| bodies.get_mut(*player)) else { return };
    let mut direction = angle(*random);
    if tick.is_multiple_of(90) {
        next(random);
        direction = angle(*random);
    }
    let at = body.translation();
    let away = Vector::new(at.x, 0.0, at.z);
    let wanted = Vector::new(direction.cos(), 0.0, direction.sin());
    let wanted = if away.length() > 13.0 { away * (-1.0 / away.length()) } else { wanted };
    let mass = body.mass();
    if body.linvel().length() < 7.0 {
        body.apply_impulse(wanted * (mass * 0.4), true);
    }
    // It draws the cubes around it along, as Fiedler's does.
    for handle in shown.iter().skip(1) {
        let Some(other) = bodies.get_mut(*handle) else { continue };
        let way = at - other.translation();
        let distance = way.length();
        if distance < PULL_M && distance > 0.5 {
            let mass = other.mass();
            other.apply_impulse(way * (mass * 0.5 / distance), true);
        }
    }
}

/// Kicks every body now and then.
fn stir(bodies: &mut RigidBodySet, shown: &[RigidBodyHandle], _: u32, random: &mut u64) {
    for handle in shown {
        next(random);
        if (*random >> 33).is_multiple_of(40)
            && let Some(body) = bodies.get_mut(*handle)
        {
            let direction = angle(*random);
            let mass = body.mass();
            let kick = Vector::new(direction.cos() * 4.0, 6.0, direction.sin() * 4.0);
            body.apply_impulse(kick * mass, true);
        }
    }
}

fn next(random: &mut u64) {
    *random =
        random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
}

fn angle(random: u64) -> f32 {
    (random >> 40) as f32 / (1_u64 << 24) as f32 * std::f32::consts::TAU
}
