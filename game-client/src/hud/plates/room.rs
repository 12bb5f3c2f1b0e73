//! Room for names in a crowd: what lies over each other can't be read.

use bevy::math::{Rect, Vec2};

use super::{BAR, GAP, RISE, Wanted};

/// How far from everything else a name must be that was not there in the last frame, in pixels: one that comes as soon
/// as there is room for it would flicker. Up and down it is less than a name is apart from its own bar.
const APART: Vec2 = Vec2::new(8.0, 1.0);

impl Wanted {
    /// Where the plate begins: with large words it is higher, and the bar where it always is.
    pub(super) fn top(&self) -> f32 {
        self.at.y - RISE - BAR.y - GAP - self.size.y
    }

    /// Where the name is on the screen, and below it the bar.
    fn name(&self) -> Rect {
        Rect::from_center_size(Vec2::new(self.at.x, self.top() + self.size.y / 2.0), self.size)
    }

    fn bar(&self) -> Rect {
        Rect::from_center_size(self.at - Vec2::Y * (RISE + BAR.y / 2.0), BAR)
    }
}

/// Takes the names away that lie over one that comes before them, or over anybody's bar: of 40 plates that are at most
/// 3,200 pairs of boxes.
pub(super) fn leave(wanted: &mut [Wanted]) {
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
        wanted[number].named &= !covered;
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
        let mut all = all.to_vec();
        all.sort_unstable_by(|one, other| one.distance.total_cmp(&other.distance));
        leave(&mut all);
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
