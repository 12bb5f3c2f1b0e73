//! Whether what is on screen fits: no word leaves the window, is cut at its side, stands out of its button, or lies
//! over another one. For tests with the largest words, and for looking at a language's longest.

use bevy::camera::visibility::InheritedVisibility;
use bevy::ecs::system::SystemParam;
use bevy::prelude::*;
use bevy::ui::CalculatedClip;

use crate::menu::widget::Widget;

/// What rounding makes of a box, in pixels of the screen.
const ROUNDING: f32 = 1.5;
/// How far two words may lie over each other in both directions: lines have air above and below.
const COMMON: f32 = 4.0;
/// What lies over everything: the letters of a gamepad.
const OVER_ALL: i32 = 30;

/// Every box of the screen.
#[derive(SystemParam)]
pub(super) struct Boxes<'w, 's> {
    texts: Query<
        'w,
        's,
        (
            Entity,
            &'static Text,
            &'static TextColor,
            &'static InheritedVisibility,
            Option<&'static CalculatedClip>,
        ),
    >,
    nodes: Query<'w, 's, (&'static ComputedNode, &'static UiGlobalTransform)>,
    parents: Query<'w, 's, &'static ChildOf>,
    widgets: Query<'w, 's, (), With<Widget>>,
    layers: Query<'w, 's, &'static GlobalZIndex>,
    grounds: Query<'w, 's, (&'static BackgroundColor, Has<BackgroundGradient>)>,
}

impl Boxes<'_, '_> {
    fn rect(&self, entity: Entity) -> Option<Rect> {
        let (node, place) = self.nodes.get(entity).ok()?;
        (!node.is_empty()).then(|| Rect::from_center_size(place.translation, node.size()))
    }

    /// In which layer something lies: words of one layer must not lie over each other. A page that has a ground for
    /// all of the window is one of its own, and all that lies over the fight without one is the same.
    fn layer(&self, entity: Entity, window: Rect) -> i32 {
        let root = self.parents.root_ancestor(entity);
        let z = self.layers.get(root).map_or(0, |index| index.0);
        let whole = self.rect(root).is_some_and(|rect| holds(rect, window));
        let has_ground =
            |(colour, gradient): (&BackgroundColor, bool)| gradient || colour.0.alpha() > 0.0;
        let ground = self.grounds.get(root).is_ok_and(has_ground);
        if (0..OVER_ALL).contains(&z) && !(whole && ground) { 0 } else { z }
    }

    /// What does not fit in a window of this size, in words for whoever reads a test's output.
    pub(super) fn faults(&self, window: Vec2) -> Vec<String> {
        let window = Rect::from_corners(Vec2::ZERO, window);
        let (mut faults, mut shown) = (Vec::new(), Vec::new());
        for (entity, text, colour, visible, clip) in &self.texts {
            let words = text.0.as_str();
            let layer = self.layer(entity, window);
            // Names over heads go where the heads go.
            let seen = visible.get() && colour.0.alpha() > 0.1 && layer >= 0;
            let Some(rect) = self.rect(entity).filter(|_| seen && !words.is_empty()) else {
                continue;
            };
            let part = clip.map_or(rect, |clip| rect.intersect(clip.clip));
            if part.is_empty() {
                // Scrolled away.
                continue;
            }
            if part.width() < rect.width() - ROUNDING {
                faults.push(format!("{words:?} is cut at its side"));
            }
            if !holds(window, part) {
                faults.push(format!("{words:?} leaves the window"));
            }
            let button = self.parents.iter_ancestors(entity).find(|e| self.widgets.contains(*e));
            if let Some(button) = button.and_then(|button| self.rect(button))
                && !holds(button, rect)
            {
                faults.push(format!("{words:?} stands out of its button"));
            }
            shown.push((layer, part, words));
        }
        for (number, (layer, part, words)) in shown.iter().enumerate() {
            for (_, other_part, other) in shown[number + 1..].iter().filter(|one| one.0 == *layer) {
                if part.intersect(*other_part).size().min_element() > COMMON {
                    faults.push(format!("{words:?} and {other:?} lie over each other"));
                }
            }
        }
        faults
    }
}

fn holds(outer: Rect, inner: Rect) -> bool {
    let outer = outer.inflate(ROUNDING);
    outer.contains(inner.min) && outer.contains(inner.max)
}
