//! What lies over the fight and lets nothing through: names and signs that it would cut go, or stand beside it.

use bevy::prelude::*;

use crate::frame::Frame;

/// How dense something is from which on nothing is read through it.
const DENSE: f32 = 0.5;

/// A ground that hides what is behind it, while it is shown.
#[derive(Component, Clone, Copy, Debug, Default)]
pub struct Solid;

/// Where they are, in pixels of the display; as the last layout has placed them.
#[derive(Resource, Clone, Debug, Default)]
pub struct Solids(pub Vec<Rect>);

/// What finds them, in [`Frame::Overlay`].
#[derive(SystemSet, Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Found;

pub(super) fn plugin(app: &mut App) {
    app.init_resource::<Solids>().add_systems(Update, find.in_set(Found).in_set(Frame::Overlay));
}

fn find(
    mut solids: ResMut<Solids>,
    grounds: Query<
        (&ComputedNode, &UiGlobalTransform, &InheritedVisibility, &BackgroundColor),
        With<Solid>,
    >,
) {
    solids.0.clear();
    for (node, place, visible, ground) in &grounds {
        if visible.get() && !node.is_empty() && ground.0.alpha() > DENSE {
            let (middle, scale) = (place.translation, node.inverse_scale_factor());
            solids.0.push(Rect::from_center_size(middle * scale, node.size() * scale));
        }
    }
}

impl Solids {
    /// Whether any of them covers a part of `place`.
    pub fn cover(&self, place: Rect) -> bool {
        self.0.iter().any(|solid| !solid.intersect(place).is_empty())
    }
}
