//! The materials that everything shares.
//!
//! What fades goes down a ladder of materials instead of changing one: a changed material would change
//! for everybody who wears it, and one material each would be made and dropped in every fight.

use bevy::prelude::*;

use super::palette::{self, Rgb, color, translucent};

/// Steps from full strength to nothing.
const STEPS: usize = 8;

/// What an effect is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Paint {
    /// Own light.
    Own,
    /// Enemies' light.
    Enemy,
    /// The hot part of fire.
    Fire,
    /// The cool part of fire.
    Ember,
    /// Smoke, which hides instead of glowing.
    Smoke,
    /// Sparks.
    Spark,
    /// Rockets' flame.
    Rocket,
    /// Shields.
    Shield,
    /// What is only heard.
    Noise,
}

/// Which paints there are, in the order of their values.
const PAINTS: [(Paint, Rgb); 9] = [
    (Paint::Own, palette::OWN),
    (Paint::Enemy, palette::ENEMY),
    (Paint::Fire, palette::FIRE),
    (Paint::Ember, palette::EMBER),
    (Paint::Smoke, palette::SMOKE),
    (Paint::Spark, palette::SPARK),
    (Paint::Rocket, palette::ROCKETS),
    (Paint::Shield, palette::SHIELD),
    (Paint::Noise, palette::NOISE),
];

/// All shared materials.
#[derive(Resource)]
pub struct Paints {
    ladders: Vec<Vec<Handle<StandardMaterial>>>,
    /// Lit, coloured by the vertices.
    pub lit: Handle<StandardMaterial>,
    /// Not lit, coloured by the vertices: exactly the palette's values.
    pub plain: Handle<StandardMaterial>,
}

impl FromWorld for Paints {
    fn from_world(world: &mut World) -> Self {
        let mut materials = world.resource_mut::<Assets<StandardMaterial>>();
        let ladders = PAINTS
            .iter()
            .map(|&(paint, rgb)| {
                (0..STEPS).map(|step| materials.add(rung(paint, rgb, step))).collect()
            })
            .collect();
        Self {
            ladders,
            lit: materials.add(StandardMaterial {
                perceptual_roughness: 0.85,
                reflectance: 0.2,
                ..default()
            }),
            plain: materials.add(StandardMaterial { unlit: true, ..default() }),
        }
    }
}

impl Paints {
    /// The material of a paint at `strength`, 0 to 1.
    pub fn at(&self, paint: Paint, strength: f32) -> &Handle<StandardMaterial> {
        &self.ladders[paint as usize][step(strength)]
    }
}

/// The rung for a strength: the first is the full one.
fn step(strength: f32) -> usize {
    let down = (1.0 - strength.clamp(0.0, 1.0)) * STEPS as f32;
    (down as usize).min(STEPS - 1)
}

fn rung(paint: Paint, rgb: Rgb, step: usize) -> StandardMaterial {
    let strength = 1.0 - step as f32 / STEPS as f32;
    let smoke = paint == Paint::Smoke;
    StandardMaterial {
        base_color: if smoke { translucent(rgb, strength * 0.5) } else { dim(rgb, strength) },
        unlit: true,
        cull_mode: None,
        alpha_mode: if smoke { AlphaMode::Blend } else { AlphaMode::Add },
        ..default()
    }
}

/// Light adds, so that weak light is dark instead of translucent.
fn dim(rgb: Rgb, strength: f32) -> Color {
    Color::from(LinearRgba::from(color(rgb)) * strength).with_alpha(strength)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paints_stand_at_their_values() {
        for (index, (paint, _)) in PAINTS.iter().enumerate() {
            assert_eq!(*paint as usize, index);
        }
    }

    #[test]
    fn fading_goes_down_the_ladder_and_stays_on_it() {
        assert_eq!((step(1.0), step(2.0)), (0, 0));
        assert_eq!((step(0.0), step(-1.0)), (STEPS - 1, STEPS - 1));
        assert!(step(0.3) > step(0.6));
    }
}
