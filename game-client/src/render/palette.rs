//! Every colour of the game, in one place.
//!
//! The hues are far apart in lightness too, and follow Okabe and Ito ("Color Universal Design", 2008),
//! so that friend and foe can be told apart with every common kind of colour vision. What carries
//! meaning is drawn unlit, so a test may look for these very values in a screenshot.

use bevy::prelude::*;

use crate::settings::{Palette, Settings};

/// A colour as the eight-bit sRGB values that end up in a screenshot.
pub type Rgb = [u8; 3];

/// On whose side somebody is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// The player.
    Own,
    /// Who fights beside the player.
    Friend,
    /// Who fights against the player.
    Enemy,
}

/// The colours of the sides, in the order of [`Side`]: they follow the player's choice.
#[derive(Resource, Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sides(pub [Rgb; 3]);

impl Sides {
    /// The colour of a side.
    pub fn of(&self, side: Side) -> Rgb {
        self.0[side as usize]
    }
}

impl Default for Sides {
    fn default() -> Self {
        Self([OWN, FRIEND, ENEMY])
    }
}

impl From<Palette> for Sides {
    /// Who sees no green or no red tells blue from orange and yellow best; who sees no blue tells cyan from red. Where
    /// enemies are orange it is a deep one: the yellow of gold and rounds has the same hue to such eyes, and must be
    /// much lighter.
    fn from(palette: Palette) -> Self {
        match palette {
            Palette::Standard => Self::default(),
            Palette::Deuteranopia => Self([[86, 180, 255], [190, 226, 255], [232, 92, 0]]),
            Palette::Protanopia => Self([[40, 138, 255], [170, 214, 255], [255, 112, 0]]),
            Palette::Tritanopia => Self([[64, 224, 214], [190, 250, 244], [255, 84, 100]]),
        }
    }
}

/// Follows the player's choice.
pub fn choose(settings: Res<Settings>, mut sides: ResMut<Sides>) {
    sides.set_if_neq(settings.palette.into());
}

/// The player's own pilot, and everything that is its.
pub const OWN: Rgb = [70, 200, 255];
/// Who fights beside the player: of the own hue, since a side has one colour everywhere.
pub const FRIEND: Rgb = [104, 150, 255];
/// Every other pilot, and everything that is theirs.
pub const ENEMY: Rgb = [255, 112, 32];
/// What belongs to no side.
pub const NEUTRAL: Rgb = [206, 212, 222];
/// Whoever leads.
pub const GOLD: Rgb = [255, 205, 64];

/// Beyond the arena.
pub const VOID: Rgb = [14, 17, 24];
/// The floor.
pub const GROUND: Rgb = [62, 70, 84];
/// The floor's fine joints, one each metre.
pub const GROUND_JOINT: Rgb = [54, 61, 74];
/// The floor's coarse joints, one each four metres.
pub const GROUND_SEAM: Rgb = [84, 95, 114];
/// The top of a wall.
pub const WALL_TOP: Rgb = [128, 140, 164];
/// The edge of a wall's top.
pub const WALL_EDGE: Rgb = [206, 218, 238];
/// The sides of a wall.
pub const WALL_SIDE: Rgb = [88, 98, 122];

/// Health: the pickup and the bar.
pub const HEALTH: Rgb = [64, 220, 140];
/// Rounds for the rifle.
pub const ROUNDS: Rgb = [245, 222, 84];
/// Rockets: the pickup, the flame and the count.
pub const ROCKETS: Rgb = [232, 120, 214];
/// The dash.
pub const DASH: Rgb = [150, 220, 255];
/// Spawn protection.
pub const SHIELD: Rgb = [170, 235, 255];

/// The hot part of shots and explosions.
pub const FIRE: Rgb = [255, 214, 120];
/// The cool part of explosions.
pub const EMBER: Rgb = [255, 120, 40];
/// Smoke.
pub const SMOKE: Rgb = [110, 114, 124];
/// Sparks where a shot meets a wall.
pub const SPARK: Rgb = [255, 240, 200];

/// What is heard and not seen: pale, so that nobody takes it for the red of harm, whatever colours they see.
pub const NOISE: Rgb = [206, 200, 255];

/// Text that must be read.
pub const TEXT: Rgb = [240, 244, 250];
/// Text that explains.
pub const TEXT_DIM: Rgb = [158, 168, 186];
/// The ground of panels; they are translucent.
pub const PANEL: Rgb = [12, 15, 22];
/// An empty bar.
pub const TRACK: Rgb = [44, 50, 62];
/// Something is wrong: damage, an error, a bad connection.
pub const DANGER: Rgb = [255, 72, 72];
/// What burned.
pub const SCORCH: Rgb = [8, 8, 10];
/// Something may go wrong.
pub const WARNING: Rgb = [255, 190, 70];

/// A colour for bevy.
pub const fn color([red, green, blue]: Rgb) -> Color {
    Color::srgb(red as f32 / 255.0, green as f32 / 255.0, blue as f32 / 255.0)
}

/// A translucent colour. `alpha` is 0 (nothing) to 1.
pub const fn translucent([red, green, blue]: Rgb, alpha: f32) -> Color {
    Color::srgba(red as f32 / 255.0, green as f32 / 255.0, blue as f32 / 255.0, alpha)
}

/// A colour as the linear values of a mesh's vertex, brighter or darker by `factor`.
pub fn vertex(rgb: Rgb, factor: f32) -> [f32; 4] {
    let linear = LinearRgba::from(color(rgb));
    [linear.red * factor, linear.green * factor, linear.blue * factor, 1.0]
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Relative luminance of WCAG 2.
    fn luminance(rgb: Rgb) -> f32 {
        LinearRgba::from(color(rgb)).luminance()
    }

    fn contrast(one: Rgb, other: Rgb) -> f32 {
        let (light, dark) =
            (luminance(one).max(luminance(other)), luminance(one).min(luminance(other)));
        (light + 0.05) / (dark + 0.05)
    }

    /// How linear red, green and blue look to who sees none of one of them (Machado, Oliveira and Fernandes, "A
    /// Physiologically-based Model for Simulation of Color Vision Deficiency", 2009, severity 1).
    const fn eyes(palette: Palette) -> [[f32; 3]; 3] {
        match palette {
            Palette::Standard => [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]],
            Palette::Protanopia => [
                [0.152286, 1.052583, -0.204868],
                [0.114503, 0.786281, 0.099216],
                [-0.003882, -0.048116, 1.051998],
            ],
            Palette::Deuteranopia => [
                [0.367322, 0.860646, -0.227968],
                [0.280085, 0.672501, 0.047413],
                [-0.011820, 0.042940, 0.968881],
            ],
            Palette::Tritanopia => [
                [1.255528, -0.076749, -0.178779],
                [-0.078411, 0.930809, 0.147602],
                [0.004733, 0.691367, 0.303900],
            ],
        }
    }

    /// A colour in the space of CIE 1976 L*a*b*, as these eyes see it.
    fn lab(rgb: Rgb, eyes: [[f32; 3]; 3]) -> Vec3 {
        let linear = LinearRgba::from(color(rgb));
        let linear = Vec3::new(linear.red, linear.green, linear.blue);
        let seen = Vec3::from(eyes.map(|row| Vec3::from(row).dot(linear).clamp(0.0, 1.0)));
        let seen = LinearRgba::rgb(seen.x, seen.y, seen.z);
        let Laba { lightness, a, b, .. } = Laba::from(Color::from(seen));
        Vec3::new(lightness, a, b) * 100.0
    }

    #[test]
    fn nobody_takes_ammunition_or_the_crown_for_an_enemy_or_an_enemy_for_a_friend() {
        use Palette::{Deuteranopia, Protanopia, Standard, Tritanopia};
        for palette in [Standard, Deuteranopia, Protanopia, Tritanopia] {
            let sides = Sides::from(palette);
            let seen = |rgb| lab(rgb, eyes(palette));
            let enemy = seen(sides.of(Side::Enemy));
            for other in [ROUNDS, GOLD, sides.of(Side::Own), sides.of(Side::Friend)] {
                let apart = enemy.distance(seen(other));
                assert!(apart > 24.0, "{palette:?}: {other:?} is {apart} from enemies");
            }
        }
    }

    #[test]
    fn pilots_stand_out_from_floor_and_walls() {
        use Palette::{Deuteranopia, Protanopia, Standard, Tritanopia};
        for palette in [Standard, Deuteranopia, Protanopia, Tritanopia] {
            let sides = Sides::from(palette);
            for pilot in sides.0 {
                assert!(contrast(pilot, GROUND) > 1.9, "{pilot:?} on the floor");
            }
            let (own, enemy) = (sides.of(Side::Own), sides.of(Side::Enemy));
            assert!(contrast(own, enemy) > 1.2, "{palette:?}: they differ in lightness too");
        }
    }

    #[test]
    fn what_is_heard_differs_in_lightness_from_harm() {
        assert!(contrast(NOISE, DANGER) > 2.0, "{}", contrast(NOISE, DANGER));
        // And is no enemy: bluer than it is red, where each of those is the other way.
        use Palette::{Deuteranopia, Protanopia, Standard, Tritanopia};
        for palette in [Standard, Deuteranopia, Protanopia, Tritanopia] {
            let [red, _, blue] = Sides::from(palette).of(Side::Enemy);
            assert!(NOISE[2] > NOISE[0] && red > blue + 100, "{palette:?}");
        }
    }

    #[test]
    fn text_can_be_read_on_panels() {
        assert!(contrast(TEXT, PANEL) > 7.0 && contrast(TEXT_DIM, PANEL) > 4.5);
    }
}
