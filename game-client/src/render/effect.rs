//! Short-lived things: flashes, sparks, smoke, shards, rings. Each is a shape of a shared mesh that
//! moves, grows or shrinks and fades, and is gone.

mod shape;

use bevy::light::{NotShadowCaster, NotShadowReceiver};
use bevy::prelude::*;

pub use self::shape::Shape;
use self::shape::Shapes;
use super::Quality;
use super::camera::around;
use super::paint::{Paint, Paints};
use crate::frame::Frame;
use crate::scene::Scene;
use crate::settings::Settings;

/// One effect, from its first frame to its last.
#[derive(Component, Clone, Copy, Debug)]
pub struct Effect {
    /// How it looks.
    pub shape: Shape,
    /// What it is made of.
    pub paint: Paint,
    /// Where it begins, and how it is turned. The scale is not used.
    pub start: Transform,
    /// Its size in metres at the beginning and at the end.
    pub size_m: (Vec3, Vec3),
    /// In metres per second.
    pub velocity: Vec3,
    /// How strongly it falls, in metres per second squared.
    pub gravity: f32,
    /// How long it lasts.
    pub life_s: f32,
    /// How strong its paint is at the beginning, 0 to 1; it ends with nothing.
    pub strength: f32,
    /// How high it hangs around the own pilot and goes along with it; not at all what stays where it began.
    pub along_m: Option<f32>,
    age_s: f32,
}

impl Effect {
    /// A still effect of one size that fades away.
    pub fn new(shape: Shape, paint: Paint, start: Transform, size_m: Vec3, life_s: f32) -> Self {
        Self {
            shape,
            paint,
            start,
            size_m: (size_m, size_m),
            velocity: Vec3::ZERO,
            gravity: 0.0,
            life_s,
            strength: 1.0,
            along_m: None,
            age_s: 0.0,
        }
    }

    /// Grows or shrinks to this size.
    pub fn to_size(self, size_m: Vec3) -> Self {
        Self { size_m: (self.size_m.0, size_m), ..self }
    }

    /// Flies, and falls when `gravity` is not zero.
    pub fn flying(self, velocity: Vec3, gravity: f32) -> Self {
        Self { velocity, gravity, ..self }
    }

    /// Goes along with the own pilot, so high above the floor.
    pub fn along(self, height_m: f32) -> Self {
        Self { along_m: Some(height_m), ..self }
    }

    /// Began so many seconds ago, in the middle of a frame.
    pub fn aged(self, age_s: f32) -> Self {
        Self { age_s, ..self }
    }

    /// Begins weaker.
    pub fn strength(self, strength: f32) -> Self {
        Self { strength, ..self }
    }

    /// Where it is and how big at its age.
    fn transform(&self) -> Transform {
        let age = self.age_s;
        let fall = Vec3::NEG_Y * (0.5 * self.gravity * age * age);
        let mut place = self.start.translation + self.velocity * age + fall;
        if self.gravity > 0.0 {
            // What falls comes to lie on the floor.
            place.y = place.y.max(0.05);
        }
        Transform {
            translation: place,
            rotation: self.start.rotation,
            scale: self.size_m.0.lerp(self.size_m.1, self.part()),
        }
    }

    /// The part of its life that is over.
    fn part(&self) -> f32 {
        (self.age_s / self.life_s).clamp(0.0, 1.0)
    }

    fn current_strength(&self) -> f32 {
        self.strength * (1.0 - self.part())
    }
}

/// Lets effects age.
pub fn plugin(app: &mut App) {
    app.init_resource::<Shapes>().add_systems(Update, age.in_set(Frame::Draw));
}

/// Spawns effects, as long as there are not too many.
#[derive(bevy::ecs::system::SystemParam)]
pub struct Effects<'w, 's> {
    commands: Commands<'w, 's>,
    shapes: Res<'w, Shapes>,
    paints: Res<'w, Paints>,
    quality: Res<'w, Quality>,
    settings: Res<'w, Settings>,
    alive: Query<'w, 's, (), With<Effect>>,
}

impl Effects<'_, '_> {
    /// Adds one that is bright only to be noticed: as bright as the player wants flashes to be.
    pub fn flash(&mut self, effect: Effect) {
        let strength = effect.strength * self.flashes();
        if strength > 0.0 {
            self.spawn(effect.strength(strength));
        }
    }

    /// How bright flashes are to be, 0 to 1.
    pub fn flashes(&self) -> f32 {
        self.settings.flashes
    }

    /// Adds one.
    pub fn spawn(&mut self, effect: Effect) {
        if self.alive.iter().len() >= self.quality.most_effects() {
            return;
        }
        self.commands.spawn((
            effect,
            Mesh3d(self.shapes.mesh(effect.shape).clone()),
            MeshMaterial3d(self.paints.at(effect.paint, effect.current_strength()).clone()),
            effect.transform(),
            NotShadowCaster,
            NotShadowReceiver,
        ));
    }
}

fn age(
    mut commands: Commands,
    (time, scene): (Res<Time>, Res<Scene>),
    paints: Res<Paints>,
    mut effects: Query<(
        Entity,
        &mut Effect,
        &mut Transform,
        &mut MeshMaterial3d<StandardMaterial>,
    )>,
) {
    for (entity, mut effect, mut transform, mut material) in &mut effects {
        // An effect lives for one whole frame at least, however slow frames are.
        if effect.age_s >= effect.life_s {
            commands.entity(entity).despawn();
            continue;
        }
        effect.age_s += time.delta_secs();
        if let Some((height_m, own)) = effect.along_m.zip(scene.own) {
            effect.start.translation = around(own.position, height_m);
        }
        *transform = effect.transform();
        let rung = paints.at(effect.paint, effect.current_strength());
        if material.0 != *rung {
            material.0 = rung.clone();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flashes_are_as_bright_as_the_player_wants_and_at_none_there_are_none() {
        let mut app = App::new();
        app.init_resource::<Assets<StandardMaterial>>()
            .init_resource::<crate::render::palette::Sides>()
            .init_resource::<Paints>()
            .insert_resource(Shapes::empty())
            .insert_resource(Quality::Full)
            .init_resource::<Settings>()
            .add_systems(Update, |mut effects: Effects| {
                let spark = |shape| Effect::new(shape, Paint::Fire, default(), Vec3::ONE, 1.0);
                effects.flash(spark(Shape::Flash));
                effects.spawn(spark(Shape::Cube));
            });
        let mut after = |flashes: f32| {
            app.world_mut().resource_mut::<Settings>().flashes = flashes;
            app.update();
            let mut all = app.world_mut().query::<(Entity, &Effect)>();
            let seen: Vec<_> = all.iter(app.world()).map(|(at, one)| (at, *one)).collect();
            seen.iter().for_each(|(at, _)| assert!(app.world_mut().despawn(*at)));
            let of = |shape| seen.iter().find(|(_, one)| one.shape == shape);
            assert!(of(Shape::Cube).is_some(), "what is no flash stays");
            of(Shape::Flash).map(|(_, flash)| flash.strength)
        };
        assert_eq!(after(1.0), Some(1.0));
        assert_eq!(after(0.5), Some(0.5));
        assert_eq!(after(0.0), None);
    }

    #[test]
    fn what_goes_along_stays_around_the_pilot_whatever_way_it_goes() {
        let mut app = App::new();
        app.init_resource::<Assets<StandardMaterial>>()
            .init_resource::<crate::render::palette::Sides>()
            .init_resource::<Paints>()
            .init_resource::<Time>()
            .init_resource::<Scene>()
            .add_systems(Update, age);
        let wedge = Effect::new(Shape::Wedge, Paint::Danger, default(), Vec3::ONE, 9.0).along(2.7);
        let still = Effect { along_m: None, ..wedge };
        let looks = || (Transform::default(), MeshMaterial3d::<StandardMaterial>::default());
        let [wedge, still] = [wedge, still].map(|one| app.world_mut().spawn((one, looks())).id());
        for position in [Vec2::X, Vec2::new(-4.0, 7.0)] {
            let own = crate::scene::OwnView::new(&default(), position, &default());
            app.world_mut().resource_mut::<Scene>().own = Some(own);
            app.update();
            let at = |one| app.world().get::<Transform>(one).unwrap().translation;
            assert_eq!(at(wedge), around(position, 2.7));
            assert_eq!(at(still), Vec3::ZERO);
        }
    }

    #[test]
    fn effects_grow_fade_and_fall_to_the_floor() {
        let start = Transform::from_xyz(0.0, 1.0, 0.0);
        let mut effect = Effect::new(Shape::Cube, Paint::Spark, start, Vec3::ONE, 2.0)
            .to_size(Vec3::ZERO)
            .flying(Vec3::X, 10.0);
        assert_eq!(effect.transform().translation, Vec3::Y);
        effect.age_s = 1.0;
        assert_eq!(effect.transform().scale, Vec3::splat(0.5));
        assert_eq!(effect.transform().translation.x, 1.0);
        assert!(effect.transform().translation.y > 0.0, "nothing falls through the floor");
        assert!((effect.current_strength() - 0.5).abs() < 1e-6);
    }
}
