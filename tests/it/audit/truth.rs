//! What a pilot could see, by brute force: rays from every place that it could walk to. It shares no code
//! with the server's sight lines but the rays themselves.

use game_sim::{Arena, angle, arena::Wall, collide};
use glam::Vec2;
use std::{collections::BTreeSet, sync::Arc};

/// From one place that is tried to the next, in metres; the finer ones only when the others saw nothing.
const STEPS_M: [f32; 3] = [1.0, 0.5, 0.25];
/// The server looks past corners as if they were a tenth of a metre smaller, in directions that are a
/// quarter of a metre apart at thirty: together this much.
const TOLERANCE_M: f32 = 0.3;

/// The places of one arena where a pilot can be.
pub(super) struct Truth {
    arena: Arc<Arena>,
    /// The same with smaller walls.
    lenient: Arena,
    radius_m: f32,
}

impl Truth {
    pub(super) fn new(arena: Arc<Arena>, radius_m: f32) -> Self {
        let lenient = Arena::new("lenient", arena.half_extents, smaller(&arena), vec![], vec![], 0);
        Self { arena, lenient, radius_m }
    }

    /// Whether some part of a body shows.
    pub(super) fn sees(&self, eye: Vec2, body: Vec2) -> bool {
        self.shows(&self.arena, eye, body)
    }

    /// Its middle, or its rim.
    fn shows(&self, arena: &Arena, eye: Vec2, body: Vec2) -> bool {
        let rim = (0..8).map(|part| body + angle::direction(part * 512) * (self.radius_m - 0.01));
        std::iter::once(body).chain(rim).any(|part| collide::is_open(arena, eye, part))
    }

    /// Whether somebody who looks from a place that can be reached from `eye` could see something at a
    /// place that can be reached from `body`. A thorough answer takes long when it is no.
    pub(super) fn could_see(&self, eye: (Vec2, f32), body: (Vec2, f32), thorough: bool) -> bool {
        if self.sees(eye.0, body.0) {
            return true;
        }
        STEPS_M.iter().take(if thorough { 3 } else { 1 }).any(|&step_m| {
            let eyes = self.reach(eye.0, eye.1, step_m);
            let bodies = self.reach(body.0, body.1, step_m);
            shuffled(&eyes)
                .any(|eye| shuffled(&bodies).any(|body| self.shows(&self.lenient, *eye, *body)))
        })
    }

    /// Places around a start to which one can go without ever being farther from it than `reach_m`.
    fn reach(&self, start: Vec2, reach_m: f32, step_m: f32) -> Vec<Vec2> {
        let place = |(x, y): (i32, i32)| start + Vec2::new(x as f32, y as f32) * step_m;
        let mut seen = BTreeSet::from([(0, 0)]);
        let mut border = vec![(0, 0)];
        let mut places = vec![start];
        while let Some((x, y)) = border.pop() {
            for (step_x, step_y) in
                [(1, 0), (0, 1), (-1, 0), (0, -1), (1, 1), (-1, 1), (1, -1), (-1, -1)]
            {
                let next = (x + step_x, y + step_y);
                let to = place(next);
                if to.distance(start) <= reach_m
                    && self.is_free(to)
                    && collide::is_open(&self.arena, place((x, y)), to)
                    && seen.insert(next)
                {
                    border.push(next);
                    places.push(to);
                }
            }
        }
        places
    }

    fn is_free(&self, place: Vec2) -> bool {
        place.abs().cmple(self.arena.half_extents).all()
            && collide::is_clear(&self.arena, place, self.radius_m)
    }
}

/// What lies far apart in a list is tried early: most answers come after a few rays.
fn shuffled(places: &[Vec2]) -> impl Iterator<Item = &Vec2> {
    // A prime that does not divide the count makes each place come once.
    let stride = if places.len().is_multiple_of(37) { 41 } else { 37 };
    (0..places.len()).filter_map(move |number| places.get(number * stride % places.len()))
}

/// The walls, each side moved in unless another wall touches it there.
fn smaller(arena: &Arena) -> Vec<Wall> {
    let touches = |number: usize, low: Vec2, high: Vec2| {
        let others = arena.walls.iter().enumerate().filter(|(other, _)| *other != number);
        others.clone().any(|(_, wall)| wall.min.cmple(high).all() && wall.max.cmpge(low).all())
    };
    let smaller = |(number, wall): (usize, &Wall)| {
        let (low, high) = (wall.min, wall.max);
        let free = |low: Vec2, high: Vec2| !touches(number, low - 0.01, high + 0.01);
        let mut smaller = *wall;
        smaller.min.x += TOLERANCE_M * f32::from(free(low, Vec2::new(low.x, high.y)));
        smaller.min.y += TOLERANCE_M * f32::from(free(low, Vec2::new(high.x, low.y)));
        smaller.max.x -= TOLERANCE_M * f32::from(free(Vec2::new(high.x, low.y), high));
        smaller.max.y -= TOLERANCE_M * f32::from(free(Vec2::new(low.x, high.y), high));
        smaller
    };
    arena.walls.iter().enumerate().map(smaller).collect()
}
