//! Room for names in a crowd: what lies over each other can't be read.

use bevy::math::{Rect, Vec2};

use super::{BAR, GAP, RISE, Wanted, bar};
use crate::hud::solid::Solids;

/// How far from everything else a name must be that was not there in the last frame, in pixels: one that comes as soon
/// as there is room for it would flicker. Up and down it is less than a name is apart from its own bar.
const APART: Vec2 = Vec2::new(8.0, 1.0);

impl Wanted {
    /// Where the plate begins: with large words it is higher, and the bar where it always is.
    pub(super) fn top(&self) -> f32 {
        self.at.y - RISE - BAR.y - GAP - self.size.y
    }

    /// Where the name is on the screen, and below it the bar.
    pub(super) fn name(&self) -> Rect {
        Rect::from_center_size(Vec2::new(self.at.x, self.top() + self.size.y / 2.0), self.size)
    }

    pub(super) fn bar(&self) -> Rect {
        bar(self.at)
    }
}

/// What else is on the screen: grounds that would cut a name, the own pilot, and the screen's edge.
pub(super) struct Taken<'a> {
    pub solids: &'a Solids,
    pub own: Option<Rect>,
    pub window: Rect,
}

impl Taken<'_> {
    /// Whether a name has room there.
    fn leaves(&self, name: Rect) -> bool {
        let is_inside = self.window.contains(name.min) && self.window.contains(name.max);
        let is_own = self.own.is_some_and(|own| !own.intersect(name).is_empty());
        is_inside && !is_own && !self.solids.cover(name)
    }
}

/// Takes the names away that something would cut, and those that lie over one that comes before them, or over
/// anybody's bar: of 40 plates that are at most 3,200 pairs of boxes.
pub(super) fn leave(wanted: &mut [Wanted], taken: &Taken) {
    for number in 0..wanted.len() {
        let one = wanted[number];
        let name = if one.held {
            one.name()
        } else {
            Rect::from_center_size(one.name().center(), one.size + 2.0 * APART)
        };
        let meets = |other: Rect| !name.intersect(other).is_empty();
        let mut before = wanted[..number].iter().filter(|other| other.named);
        let mut others = wanted.iter().filter(|other| other.id != one.id);
        let covered =
            before.any(|other| meets(other.name())) || others.any(|other| meets(other.bar()));
        wanted[number].named &= !covered && taken.leaves(one.name());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hud::plates::want;
    use crate::scene::PilotView;
    use game_sim::PilotId;

    /// Somebody with a name of 60 x 18 pixels at a place; the player looks at the origin.
    fn one(id: u16, x: f32, y: f32, held: bool, beside: bool) -> Wanted {
        let pilot = PilotView::still(PilotId(id));
        let wanted = want(&pilot, 100, Vec2::new(x, y), Vec2::ZERO, held, beside);
        Wanted { named: true, size: Vec2::new(60.0, 18.0), ..wanted }
    }

    /// Who of them has a name, in the order in which they matter.
    fn named(all: &[Wanted]) -> Vec<u16> {
        named_beside(all, &[], None)
    }

    fn named_beside(all: &[Wanted], solids: &[Rect], own: Option<Rect>) -> Vec<u16> {
        let mut all = all.to_vec();
        all.sort_unstable_by(|one, other| one.distance.total_cmp(&other.distance));
        let window = Rect::from_center_half_size(Vec2::ZERO, Vec2::splat(500.0));
        leave(&mut all, &Taken { solids: &Solids(solids.to_vec()), own, window });
        all.iter().filter(|one| one.named).map(|one| one.id.0).collect()
    }

    #[test]
    fn of_two_names_that_lie_over_each_other_the_one_that_matters_more_stays() {
        let fresh = |id, x, y| one(id, x, y, false, false);
        assert_eq!(named(&[fresh(1, 100.0, 0.0), fresh(2, 150.0, 0.0)]), [1], "who is aimed at");
        assert_eq!(named(&[fresh(1, 100.0, 0.0), fresh(2, 170.0, 0.0)]), [1, 2], "apart");
        let friend = one(2, 150.0, 0.0, false, true);
        assert_eq!(named(&[fresh(1, 100.0, 0.0), friend]), [2], "who must not be shot");
        let row = [fresh(1, 10.0, 0.0), fresh(2, 60.0, 0.0), fresh(3, 110.0, 0.0)];
        assert_eq!(named(&row), [1, 3], "a name that went hides nobody");
    }

    #[test]
    fn a_name_that_something_would_cut_is_not_there() {
        let fresh = |id, x| one(id, x, 0.0, false, false);
        let [near, far] = [fresh(1, 100.0), fresh(2, 300.0)];
        assert_eq!(named(&[near, far]), [1, 2]);
        let name = near.name();
        let panel = Rect::from_corners(name.center(), name.center() + 200.0 * Vec2::X * 0.4);
        let panel = Rect { max: panel.max + 40.0 * Vec2::Y, ..panel };
        assert_eq!(named_beside(&[near, far], &[panel], None), [2], "a panel");
        assert_eq!(named_beside(&[near, far], &[], Some(name)), [2], "the own pilot");
        assert_eq!(named(&[fresh(1, 490.0), far]), [2], "the edge of the window");
    }

    #[test]
    fn health_is_told_whatever_lies_there() {
        let (below, aimed_at) = (one(1, 10.0, 0.0, false, false), one(2, 20.0, 18.0, false, false));
        assert_eq!(named(&[below, aimed_at]), [1], "its bar is where the other's name was");
    }

    #[test]
    fn a_name_stays_while_two_are_as_near_and_comes_only_where_there_is_room() {
        // The nearer of the two changes with each frame.
        let mut held = [true, false];
        for frame in 0..20 {
            let sway = if frame % 2 == 0 { 4.0 } else { -4.0 };
            let all = [
                one(1, 100.0 + sway, 0.0, held[0], false),
                one(2, 102.0 - sway, 0.0, held[1], false),
            ];
            let now = named(&all);
            assert_eq!(now, [1], "in frame {frame}");
            held = [now.contains(&1), now.contains(&2)];
        }
        // Two whose names just touch, or just don't.
        let touch = |held| {
            let near = one(1, 10.0, 0.0, true, false);
            [69.0, 71.0].map(|x| named(&[near, one(2, x, 0.0, held, false)]).len())
        };
        assert_eq!((touch(true), touch(false)), ([1, 2], [1, 1]));
    }
}
