//! The materials that everything shares.
//!
//! What fades goes down a ladder of materials instead of changing one: a changed material would change
//! for everybody who wears it, and one material each would be made and dropped in every fight. Colours
//! of sides are changed in place, when the player chooses others.

use bevy::prelude::*;

use super::palette::{self, Rgb, Side, Sides, color, translucent};

/// How bright somebody is who stands in the dark, as a part of the usual: as dark as the floor there.
const DIM: f32 = 0.4;

/// Steps from full strength to nothing.
const STEPS: usize = 8;

/// In the units of the depth buffer: more than the thickest wall is away from who stands behind it.
const THROUGH: f32 = 3_000_000.0;

/// What an effect is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Paint {
    /// The light of a side.
    Side(Side),
    /// The hot part of fire.
    Fire,
    /// The cool part of fire.
    Ember,
    /// Smoke, which hides instead of glowing.
    Smoke,
    /// What burned, on the floor.
    Scorch,
    /// Sparks.
    Spark,
    /// Rockets' flame.
    Rocket,
    /// Shields.
    Shield,
    /// What is only heard.
    Noise,
    /// Where a hit came from.
    Danger,
    /// Something good: health, or a hit that landed.
    Good,
    /// What burns out: white hot, then yellow, red, and smoke at last. It hides, so that lumps of it have a shape.
    Blaze,
}

/// The colours of what burns out, from the first to the last.
const BLAZE: [Rgb; STEPS] = [
    [255, 246, 214],
    [255, 222, 122],
    [255, 172, 62],
    [240, 116, 36],
    [178, 70, 32],
    [104, 58, 48],
    [76, 70, 72],
    palette::SMOKE,
];
/// How dense its last colours are, which are smoke; those before hide all that is behind them.
const BURNT: [f32; 2] = [0.6, 0.3];

/// How a paint is mixed with what is behind it.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Mix {
    /// It glows.
    Add,
    /// It hides, this much at most.
    Hide(f32),
}

impl Paint {
    /// Which paints there are, in the order of their ladders.
    const ALL: [Self; 14] = [
        Self::Side(Side::Own),
        Self::Side(Side::Friend),
        Self::Side(Side::Enemy),
        Self::Fire,
        Self::Ember,
        Self::Smoke,
        Self::Scorch,
        Self::Spark,
        Self::Rocket,
        Self::Shield,
        Self::Noise,
        Self::Danger,
        Self::Good,
        Self::Blaze,
    ];

    fn ladder(self) -> usize {
        match self {
            Self::Side(side) => side as usize,
            Self::Fire => 3,
            Self::Ember => 4,
            Self::Smoke => 5,
            Self::Scorch => 6,
            Self::Spark => 7,
            Self::Rocket => 8,
            Self::Shield => 9,
            Self::Noise => 10,
            Self::Danger => 11,
            Self::Good => 12,
            Self::Blaze => 13,
        }
    }

    fn colour(self, sides: &Sides) -> Rgb {
        match self {
            Self::Side(side) => sides.of(side),
            Self::Fire => palette::FIRE,
            Self::Ember => palette::EMBER,
            Self::Smoke => palette::SMOKE,
            Self::Scorch => palette::SCORCH,
            Self::Spark => palette::SPARK,
            Self::Rocket => palette::ROCKETS,
            Self::Shield => palette::SHIELD,
            Self::Noise => palette::NOISE,
            Self::Danger => palette::DANGER,
            Self::Good => palette::HEALTH,
            Self::Blaze => BLAZE[0],
        }
    }

    fn mix(self) -> Mix {
        match self {
            Self::Smoke => Mix::Hide(0.42),
            Self::Scorch => Mix::Hide(0.6),
            Self::Danger => Mix::Hide(0.9),
            _ => Mix::Add,
        }
    }
}

/// All shared materials.
#[derive(Resource)]
pub struct Paints {
    ladders: Vec<Vec<Handle<StandardMaterial>>>,
    /// Lit, coloured by the vertices.
    pub lit: Handle<StandardMaterial>,
    /// Not lit, coloured by the vertices: exactly the palette's values.
    pub plain: Handle<StandardMaterial>,
    /// In the light and in the dark.
    figures: [Handle<StandardMaterial>; 2],
    armour: [[Handle<StandardMaterial>; 3]; 2],
    signs: [[Handle<StandardMaterial>; 3]; 2],
}

impl FromWorld for Paints {
    fn from_world(world: &mut World) -> Self {
        let sides = *world.resource::<Sides>();
        let mut materials = world.resource_mut::<Assets<StandardMaterial>>();
        let mut ladder = |paint: Paint| {
            (0..STEPS).map(|step| materials.add(rung(paint, &sides, step))).collect()
        };
        let ladders = Paint::ALL.into_iter().map(&mut ladder).collect();
        let lit = materials.add(StandardMaterial {
            perceptual_roughness: 0.85,
            reflectance: 0.2,
            ..default()
        });
        let plain = materials.add(StandardMaterial { unlit: true, ..default() });
        let dim = materials.add(StandardMaterial {
            perceptual_roughness: 0.85,
            reflectance: 0.2,
            base_color: darker([255; 3], DIM),
            ..default()
        });
        let figures = [lit.clone(), dim];
        let armour = LIGHTS.map(|light| sides.0.map(|rgb| materials.add(armour(rgb, light))));
        let mut sign = |rgb, light, depth_bias| {
            let base_color = darker(rgb, light);
            materials.add(StandardMaterial { base_color, unlit: true, depth_bias, ..default() })
        };
        // The own ring shows through the wall that one stands behind.
        let [own, friend, enemy] = sides.0;
        let signs = LIGHTS.map(|light| {
            [sign(own, light, THROUGH), sign(friend, light, 0.0), sign(enemy, light, 0.0)]
        });
        Self { ladders, lit, plain, figures, armour, signs }
    }
}

impl Paints {
    /// The material of a paint at `strength`, 0 to 1.
    pub fn at(&self, paint: Paint, strength: f32) -> &Handle<StandardMaterial> {
        &self.ladders[paint.ladder()][step(strength)]
    }

    /// Lit, coloured by the vertices, for somebody who may stand in the dark.
    pub fn figure(&self, dark: bool) -> &Handle<StandardMaterial> {
        &self.figures[usize::from(dark)]
    }

    /// Lit, in the colour of a side.
    pub fn armour(&self, side: Side, dark: bool) -> &Handle<StandardMaterial> {
        &self.armour[usize::from(dark)][side as usize]
    }

    /// Not lit, in the very colour of a side.
    pub fn sign(&self, side: Side, dark: bool) -> &Handle<StandardMaterial> {
        &self.signs[usize::from(dark)][side as usize]
    }
}

/// Gives the sides the colours that the player wants now.
pub fn dye(
    sides: Res<Sides>,
    paints: Res<Paints>,
    mut materials: ResMut<Assets<StandardMaterial>>,
) {
    for side in [Side::Own, Side::Friend, Side::Enemy] {
        let paint = Paint::Side(side);
        for (step, handle) in paints.ladders[paint.ladder()].iter().enumerate() {
            if let Some(mut material) = materials.get_mut(handle) {
                *material = rung(paint, &sides, step);
            }
        }
        for (dark, light) in [false, true].into_iter().zip(LIGHTS) {
            if let Some(mut material) = materials.get_mut(paints.armour(side, dark)) {
                *material = armour(sides.of(side), light);
            }
            if let Some(mut material) = materials.get_mut(paints.sign(side, dark)) {
                material.base_color = darker(sides.of(side), light);
            }
        }
    }
}

/// How bright somebody is in the light, and in the dark.
const LIGHTS: [f32; 2] = [1.0, DIM];

/// An opaque colour that is so bright.
fn darker(rgb: Rgb, light: f32) -> Color {
    Color::from(LinearRgba::from(color(rgb)) * light).with_alpha(1.0)
}

/// A little light of its own, so that nobody drowns in a shadow.
fn armour(rgb: Rgb, light: f32) -> StandardMaterial {
    StandardMaterial {
        base_color: darker(rgb, light),
        emissive: LinearRgba::from(color(rgb)) * 0.22 * light,
        perceptual_roughness: 0.6,
        reflectance: 0.35,
        ..default()
    }
}

/// The rung for a strength: the first is the full one.
fn step(strength: f32) -> usize {
    let down = (1.0 - strength.clamp(0.0, 1.0)) * STEPS as f32;
    (down as usize).min(STEPS - 1)
}

fn rung(paint: Paint, sides: &Sides, step: usize) -> StandardMaterial {
    if paint == Paint::Blaze {
        return blaze(step);
    }
    let strength = 1.0 - step as f32 / STEPS as f32;
    let rgb = paint.colour(sides);
    let (base_color, alpha_mode) = match paint.mix() {
        Mix::Add => (dim(rgb, strength), AlphaMode::Add),
        Mix::Hide(most) => (translucent(rgb, strength * most), AlphaMode::Blend),
    };
    StandardMaterial { base_color, unlit: true, cull_mode: None, alpha_mode, ..default() }
}

fn blaze(step: usize) -> StandardMaterial {
    let burnt = (step + BURNT.len()).checked_sub(STEPS);
    let (alpha, alpha_mode) =
        burnt.map_or((1.0, AlphaMode::Opaque), |burnt| (BURNT[burnt], AlphaMode::Blend));
    let base_color = translucent(BLAZE[step], alpha);
    StandardMaterial { base_color, unlit: true, alpha_mode, ..default() }
}

/// Light adds, so that weak light is dark instead of translucent.
fn dim(rgb: Rgb, strength: f32) -> Color {
    Color::from(LinearRgba::from(color(rgb)) * strength).with_alpha(strength)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paints_stand_at_their_ladders() {
        for (index, paint) in Paint::ALL.into_iter().enumerate() {
            assert_eq!(paint.ladder(), index, "{paint:?}");
        }
    }

    #[test]
    fn fading_goes_down_the_ladder_and_stays_on_it() {
        assert_eq!((step(1.0), step(2.0)), (0, 0));
        assert_eq!((step(0.0), step(-1.0)), (STEPS - 1, STEPS - 1));
        assert!(step(0.3) > step(0.6));
    }
}
