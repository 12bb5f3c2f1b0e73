//! What is heard, as rings on the map that fade. They are edges and no images: bevy makes anew what it keeps to read
//! an image out whenever its colour changes, in memory that is new each time.

use bevy::math::Rect;
use bevy::prelude::*;

use super::Map;
use crate::happening::{Happening, What};
use crate::render::palette;
use crate::scene::Scene;

/// For how long a noise stays, in seconds, and how many are kept.
const NOISE_S: f32 = 1.2;
const NOISES: usize = 24;
/// The side of a ring in pixels before it is scaled to the square that was heard from.
const RING: f32 = 21.0;

/// Whence something was heard, and how long ago in seconds.
#[derive(Resource)]
pub(super) struct Noises(Vec<(Rect, f32)>);

impl Default for Noises {
    fn default() -> Self {
        Self(Vec::with_capacity(NOISES))
    }
}

/// A ring by its number.
#[derive(Component)]
pub(super) struct Ring(usize);

pub(super) fn spawn(map: &mut ChildSpawnerCommands) {
    for number in 0..NOISES {
        let node = Node {
            position_type: PositionType::Absolute,
            width: px(RING),
            height: px(RING),
            border: UiRect::all(px(1.5)),
            border_radius: BorderRadius::all(percent(50)),
            ..default()
        };
        let ring = (BorderColor::all(Color::NONE), UiTransform::default(), Ring(number));
        map.spawn((node, ring, Visibility::Hidden));
    }
}

/// Keeps what was heard for a moment.
pub(super) fn hear(
    (time, scene): (Res<Time>, Res<Scene>),
    mut noises: ResMut<Noises>,
    mut happenings: MessageReader<Happening>,
) {
    let (noises, seconds) = (&mut noises.0, time.delta_secs());
    noises.iter_mut().for_each(|(_, age_s)| *age_s += seconds);
    noises.retain(|(_, age_s)| *age_s < NOISE_S);
    for happening in happenings.read() {
        if let What::Noise(heard) = happening.what
            && noises.len() < NOISES
        {
            noises.push((scene.square(&heard), 0.0));
        }
    }
}

pub(super) fn show(
    (map, noises): (Res<Map>, Res<Noises>),
    mut rings: Query<(&Ring, &mut UiTransform, &mut BorderColor, &mut Visibility)>,
) {
    for (Ring(number), mut transform, mut border, mut visibility) in &mut rings {
        let noise = noises.0.get(*number).filter(|(square, _)| map.shows(square.center()));
        let Some((square, age_s)) = noise else {
            visibility.set_if_neq(Visibility::Hidden);
            continue;
        };
        visibility.set_if_neq(Visibility::Inherited);
        let colour = palette::translucent(palette::NOISE, 1.0 - age_s / NOISE_S);
        border.set_if_neq(BorderColor::all(colour));
        let at = map.place(square.center());
        transform.translation = Val2::px(at.x - RING / 2.0, at.y - RING / 2.0);
        transform.scale = square.size() * map.shape.scale / RING;
    }
}
