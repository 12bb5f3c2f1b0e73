//! The lists against rays: nothing that can be seen soon is missing, and little else is in them.

use rand_pcg::Pcg32;

use super::*;
use crate::collide;
use crate::random::{below, between};
use crate::rules::Rules;

const RADIUS_M: f32 = 0.5;
const RANGE_M: f32 = 60.0;
const TARGET_REACH_M: f32 = 1.4;

/// How many places are looked from.
const VIEWERS: usize = 1_000;

fn lines(name: &str) -> Sightlines {
    let arena = Arena::builtin(name).unwrap().unwrap();
    assert_eq!(Rules::default().radius_m, RADIUS_M);
    Sightlines::new(arena, RADIUS_M, RANGE_M + 6.0, TARGET_REACH_M)
}

fn free_place(lines: &Sightlines, rng: &mut Pcg32, low: Vec2, high: Vec2) -> Vec2 {
    loop {
        let place = Vec2::new(between(rng, low.x, high.x), between(rng, low.y, high.y));
        let is_in = place.abs().cmple(lines.arena.half_extents - RADIUS_M).all();
        if is_in && collide::is_clear(&lines.arena, place, RADIUS_M) {
            return place;
        }
    }
}

/// Where a body is that went somewhere for at most `reach_m`, along walls where there are any.
fn walk(lines: &Sightlines, rng: &mut Pcg32, from: Vec2, reach_m: f32) -> Vec2 {
    let mut place = from;
    for _ in 0..1 + below(rng, 3) {
        let turn = crate::angle::direction(below(rng, 4096) as u16);
        let way = turn * (reach_m / 3.0 * between(rng, 0.5, 1.0));
        place = collide::slide(&lines.arena, place, way, RADIUS_M, 1.0).position;
    }
    place
}

/// Whether a body shows behind the walls: its middle, or its rim.
fn shows(arena: &Arena, eye: Vec2, body: Vec2) -> bool {
    let rim = (0..8).map(|part| body + crate::angle::direction(part * 512) * (RADIUS_M - 0.01));
    std::iter::once(body).chain(rim).any(|part| collide::is_open(arena, eye, part))
}

/// Random viewers and bodies, both of which move on as far as they may until the answer matters.
fn nothing_is_missing(name: &str) {
    let lines = lines(name);
    let mut rng = Pcg32::new(7, 1);
    let half = lines.arena.half_extents;
    let (mut gaze, mut outlook) = (lines.gaze(), Outlook::default());
    let mut seen = 0;
    for _ in 0..VIEWERS {
        let before = free_place(&lines, &mut rng, -half, half);
        for reach_m in [1.4, 2.8, 5.4] {
            lines.look(&mut outlook, &mut gaze, before, reach_m);
            gaze.load(&outlook);
            for _ in 0..40 {
                let body = free_place(&lines, &mut rng, before - RANGE_M, before + RANGE_M);
                let eye = walk(&lines, &mut rng, before, reach_m);
                let later = walk(&lines, &mut rng, body, 1.3);
                if eye.distance(later) <= RANGE_M && shows(&lines.arena, eye, later) {
                    seen += 1;
                    assert!(
                        gaze.sees(lines.locate(body)),
                        "who goes from {before} to {eye} sees {body} at {later}"
                    );
                }
            }
        }
    }
    assert!(seen > 20 * VIEWERS, "the test looks at too little: {seen}");
}

#[test]
fn in_a_small_arena_nothing_is_missing_that_can_be_seen_soon() {
    nothing_is_missing("yard");
}

#[test]
fn in_a_large_arena_nothing_is_missing_that_can_be_seen_soon() {
    nothing_is_missing("expanse");
}

/// A wall with its end far away, and somebody right behind it.
#[test]
fn who_stands_at_a_wall_is_hidden_from_who_stands_at_its_other_side() {
    let wall = Wall::new(Vec2::new(-20.0, 0.0), Vec2::new(20.0, 1.0), 3.0);
    let half = Vec2::splat(30.0);
    let arena = Arena::new("wall", half, vec![wall], Vec::new(), Vec::new(), 0);
    let lines = Sightlines::new(Arc::new(arena), RADIUS_M, RANGE_M, TARGET_REACH_M);
    let (mut gaze, mut outlook) = (lines.gaze(), Outlook::default());
    let mut sees = |eye: Vec2, body: Vec2| {
        lines.look(&mut outlook, &mut gaze, eye, 5.4);
        gaze.load(&outlook);
        gaze.sees(lines.locate(body))
    };
    for x in [-3.0, 0.3, 4.9] {
        assert!(!sees(Vec2::new(x, -0.51), Vec2::new(x, 1.51)), "at {x}");
        assert!(!sees(Vec2::new(x, 1.51), Vec2::new(x + 2.0, -0.51)), "at {x}");
        assert!(sees(Vec2::new(x, -0.51), Vec2::new(x + 2.0, -0.51)), "at {x}");
    }
    assert!(sees(Vec2::new(18.0, -0.51), Vec2::new(17.0, 1.6)), "it could be around the end soon");
}

/// Of pairs at random, how many a viewer is told of that it could not see: few enough to matter.
#[test]
fn what_cannot_be_seen_soon_is_mostly_left_out() {
    for (name, most) in [("yard", 0.45), ("expanse", 0.45)] {
        let lines = lines(name);
        let mut rng = Pcg32::new(8, 1);
        let half = lines.arena.half_extents;
        let (mut gaze, mut outlook) = (lines.gaze(), Outlook::default());
        let (mut hidden, mut told) = (0, 0);
        for _ in 0..VIEWERS {
            let eye = free_place(&lines, &mut rng, -half, half);
            lines.look(&mut outlook, &mut gaze, eye, 1.4);
            gaze.load(&outlook);
            for _ in 0..20 {
                let body = free_place(&lines, &mut rng, eye - RANGE_M, eye + RANGE_M);
                if eye.distance(body) <= RANGE_M && !shows(&lines.arena, eye, body) {
                    hidden += 1;
                    told += usize::from(gaze.sees(lines.locate(body)));
                }
            }
        }
        let share = told as f32 / hidden as f32;
        assert!(share < most, "in {name} {share} of the hidden are told of");
    }
}

#[test]
fn cells_where_pilots_appear_come_first_and_each_cell_comes_once() {
    let lines = lines("expanse");
    let cells = lines.by_urgency();
    let away = |cell: &usize| {
        let eye = lines.cells.eye(*cell as u32)?;
        let spawns = lines.arena.spawns.iter().map(|spawn| spawn.position.distance(eye));
        Some(spawns.fold(f32::INFINITY, f32::min))
    };
    // Cells in walls, which nobody asks for, come last.
    let order: Vec<f32> = cells.iter().map(|cell| away(cell).unwrap_or(f32::INFINITY)).collect();
    assert!(order.is_sorted() && order[0] < lines.arena.nav.cell_m());
    let mut each = cells;
    each.sort_unstable();
    assert!(each.into_iter().eq(0..lines.len()));
}
